--- What slides over images and rows: pieces of an axis, convolutions, and patterns of axes, for knn.ops.
-- @module knn.ops.window
return function(t)
  local define, o, f, core, rank, size = t.define, t.o, t.f, t.core, t.rank, t.size

  local function all_of(v, n)
    local out = {}
    for i = 1, n do out[i] = type(v) == "table" and v[i] or v end
    return out
  end

  -- The axis cut into overlapping pieces: two axes in its place, pieces and places in them.
  local function pieces(x, axis, length, stride, rate)
    local count = (size(x, axis) - (length - 1) * rate - 1) // stride + 1
    local at = {}
    for i = 1, count do
      at[i] = {}
      for k = 1, length do at[i][k] = (i - 1) * stride + (k - 1) * rate end
    end
    return o.take(x, core.tensor(at, "int32"), {axis = axis, base = 0})
  end
  t.pieces, t.all_of = pieces, all_of

  -- Elements around n so that pieces start at every stride-th of them, as many as Keras's "same".
  local function same_padding(n, length, stride, rate)
    local total = math.max((-(-n // stride) - 1) * stride + (length - 1) * rate + 1 - n, 0)
    return total // 2, total - total // 2
  end
  t.same_padding = same_padding

  define("unfold(x, kernel_size, dilation=1, padding=0, stride=1)",
    "Blocks of images (batch, channels, height, width) as columns (batch, channels block, blocks).", function(a)
    local k, d, p, s = all_of(a.kernel_size, 2), all_of(a.dilation, 2), all_of(a.padding, 2), all_of(a.stride, 2)
    local x = o.pad(a.x, {before = {0, 0, p[1], p[2]}, after = {0, 0, p[1], p[2]}})
    x = pieces(pieces(x, 4, k[2], s[2], d[2]), 3, k[1], s[1], d[1]) -- (n, c, rows, k1, columns, k2)
    local y, n, c = o.transpose(x, {axes = {1, 2, 4, 6, 3, 5}}), size(x, 1), size(x, 2)
    return o.reshape(y, {shape = {n, c * k[1] * k[2], size(x, 3) * size(x, 5)}})
  end)

  -- n elements at every stride-th place from `first` on among `total`, along the axis; zeros between.
  local function spread(x, axis, stride, first, total)
    local n, shape, before, after = size(x, axis), {table.unpack(x.shape)}, {}, {}
    for i = 1, rank(x) + 1 do before[i], after[i] = 0, 0 end
    after[axis + 1] = stride - 1
    x = o.pad(o.expand_dims(x, {axis = axis + 1}), {before = before, after = after})
    shape[axis] = n * stride
    x = t.cut(o.reshape(x, {shape = shape}), axis, 1, (n - 1) * stride + 1)
    before[#before], after[#after], after[axis + 1] = nil, nil, 0
    before[axis], after[axis] = first, total - first - (n - 1) * stride - 1
    return o.pad(x, {before = before, after = after})
  end
  define("fold(x, output_size, kernel_size, dilation=1, padding=0, stride=1)",
    "Columns (batch, channels block, blocks) added up to images (batch, channels, height, width).", function(a)
    local k, d, p, s = all_of(a.kernel_size, 2), all_of(a.dilation, 2), all_of(a.padding, 2), all_of(a.stride, 2)
    local out, count, whole = all_of(a.output_size, 2), {}, {}
    for i = 1, 2 do
      whole[i] = out[i] + 2 * p[i]
      count[i] = (whole[i] - d[i] * (k[i] - 1) - 1) // s[i] + 1
    end
    local channels = size(a.x, 2) // (k[1] * k[2])
    local x = o.reshape(a.x, {shape = {size(a.x, 1), channels, k[1] * k[2], count[1], count[2]}})
    local sum
    for i = 1, k[1] * k[2] do
      local part = o.squeeze(t.cut(x, 3, i, 1), {axis = 3})
      part = spread(part, 3, s[1], (i - 1) // k[2] * d[1], whole[1])
      part = spread(part, 4, s[2], (i - 1) % k[2] * d[2], whole[2])
      sum = sum and sum + part or part
    end
    return t.cut(t.cut(sum, 3, p[1] + 1, out[1]), 4, p[2] + 1, out[2])
  end)

  -- ---- convolutions with Keras's arguments ----

  local function channels_last(x, data_format)
    return data_format == "channels_first" and f.moveaxis(x, 2, -1) or x
  end
  local function channels_back(x, data_format)
    return data_format == "channels_first" and f.moveaxis(x, -1, 2) or x
  end
  local function convolve(x, kernel, a, groups)
    local n = rank(x) - 2
    local strides, rates, before, after = all_of(a.strides, n), all_of(a.dilation_rate, n), {}, {}
    for i = 1, n do
      before[i], after[i] = 0, 0
      if a.padding == "same" then
        before[i], after[i] = same_padding(size(x, i + 1), size(kernel, i), strides[i], rates[i])
      end
    end
    return o.conv(x, kernel, {strides = strides, dilation = rates, before = before, after = after, groups = groups})
  end
  -- (window..., channels, multiplier) as (window..., 1, channels multiplier)
  local function by_channel(kernel)
    local shape = {table.unpack(kernel.shape)}
    shape[#shape - 1], shape[#shape] = 1, shape[#shape - 1] * shape[#shape]
    return o.reshape(kernel, {shape = shape})
  end
  define("depthwise_conv(inputs, kernel, strides=1, padding=valid, data_format=nil, dilation_rate=1)",
    "Convolution of each channel by itself.", function(a)
    local x = channels_last(a.inputs, a.data_format)
    return channels_back(convolve(x, by_channel(a.kernel), a, size(x, -1)), a.data_format)
  end)
  define("separable_conv(inputs, depthwise_kernel, pointwise_kernel, strides=1, padding=valid, data_format=nil, dilation_rate=1)",
    "Convolution of each channel by itself, then of all channels in one point.", function(a)
    local x = channels_last(a.inputs, a.data_format)
    x = convolve(x, by_channel(a.depthwise_kernel), a, size(x, -1))
    return channels_back(convolve(x, a.pointwise_kernel, {strides = 1, dilation_rate = 1}, 1), a.data_format)
  end)

  -- ---- patterns ----

  -- "b (h w) c" as a list of groups of names.
  local function groups(side)
    local out = {}
    local at = 1
    while true do
      local first, last, word = side:find("(%b())", at)
      local single_first, single_last, single = side:find("([%w_]+)", at)
      if not first and not single_first then return out end
      if first and first < (single_first or math.huge) then
        local names = {}
        for name in word:gmatch "[%w_]+" do names[#names + 1] = name end
        out[#out + 1], at = names, last + 1
      else
        out[#out + 1], at = {single}, single_last + 1
      end
    end
  end
  t.about.rearrange = {signature = "rearrange(tensor, pattern, axes_lengths)",
    summary = "Axes named, split, ordered and merged: rearrange(x, 'b (h k) c -> b h (k c)', {k = 2})."}
  f.rearrange = function(x, pattern, lengths)
    lengths = lengths or {}
    local from, to = pattern:match "^(.-)%s*%->%s*(.*)$"
    if not from then error("rearrange: the pattern must be like 'b h w -> b (h w)', got '" .. tostring(pattern) .. "'", 2) end
    local sizes, split, at = {}, {}, {}
    local left = groups(from)
    if #left ~= rank(x) then
      error(("rearrange: '%s' names %d axes, x has %d"):format(from, #left, rank(x)), 2)
    end
    for axis, names in ipairs(left) do
      local rest, open = size(x, axis), nil
      for _, name in ipairs(names) do
        sizes[name] = lengths[name]
        if sizes[name] then rest = rest // sizes[name] else open = name end
      end
      if open then sizes[open] = rest end
      for _, name in ipairs(names) do
        split[#split + 1] = sizes[name]
        at[name] = #split
      end
    end
    local order, shape = {}, {}
    for axis, names in ipairs(groups(to)) do
      shape[axis] = 1
      for _, name in ipairs(names) do
        if not at[name] then error(("rearrange: the axis '%s' is not in '%s'"):format(name, from), 2) end
        order[#order + 1] = at[name]
        shape[axis] = shape[axis] * sizes[name]
      end
    end
    return o.reshape(o.transpose(o.reshape(x, {shape = split}), {axes = order}), {shape = shape})
  end
end
