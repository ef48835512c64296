--- Elements chosen, counted and put in their places, for knn.ops. Positions count from 1, or from
-- `base`.
-- @module knn.ops.index
return function(t)
  local define, o, f, core, floats, number, fold = t.define, t.o, t.f, t.core, t.floats, t.number, t.fold
  local rank, size, cut, axis_of, list = t.rank, t.size, t.cut, t.axis_of, t.list

  define("scatter(indices, values, shape, base=1)", "Zeros to which values are added at positions (n, axes).", function(a)
    local zeros = core.zeros(list(a.shape), a.values.dtype)
    return o.scatter_update(zeros, a.indices, a.values, {reduction = "add", base = a.base})
  end)
  define("slice_update(inputs, start_indices, updates, base=1)", "A block put over part of an array.", function(a)
    local x, u = a.inputs, a.updates
    local before, after, inside = {}, {}, nil
    local start = t.is_tensor(a.start_indices) and a.start_indices:totable() or a.start_indices
    for i = 1, rank(x) do
      before[i] = math.tointeger(start[i]) - a.base
      after[i] = size(x, i) - size(u, i) - before[i]
      if before[i] < 0 or after[i] < 0 then
        error(("slice_update: %d elements from %d on do not fit into the %d of axis %d"):format(
          size(u, i), start[i], size(x, i), i), 0)
      end
    end
    inside = o.pad(core.ones(u.shape, "bool"), {before = before, after = after})
    return o.where(inside, o.pad(u, {before = before, after = after}), x)
  end)
  define("get_item(x, key)", "x[key].", function(a) return a.x[a.key] end)
  define("argpartition(x, kth, axis=-1)", "Positions such that the kth is where sorting would put it, smaller before it.",
    function(a) return o.argsort(a.x, {axis = a.axis}) end)

  local function without_nan(name, instead)
    define("nan" .. name .. "(x, axis=nil, keepdims=false, base=1)", name .. " of the elements that are not NaN.", function(a)
      local x = o.where(o.isnan(a.x), instead, a.x)
      if a.axis == nil then x = f.ravel(x) end
      return o[name](x, {axis = a.axis or 1, keepdims = a.keepdims, base = a.base})
    end)
  end
  without_nan("argmax", -math.huge)
  without_nan("argmin", math.huge)

  -- Places in a sorted lane of n elements, NaN behind them, for the share q of each lane.
  local function at_share(sorted, q, method)
    local n = fold("sum", number(o.logical_not(o.isnan(sorted))), -1, true)
    local at = o.maximum((n - 1) * q, 0)
    local low, high = o.floor(at), o.ceil(at)
    if method == "lower" then high = low elseif method == "higher" then low = high end
    if method == "nearest" then low, high = o.round(at), o.round(at) end
    local part = method == "midpoint" and (high - low) * 0.5 or at - o.floor(at)
    local function take(i) return o.take_along_axis(sorted, o.cast(i, {dtype = "int32"}), {axis = -1, base = 0}) end
    local a, b = take(low), take(high)
    return o.where(o.equal(low, high), a, a + (b - a) * part)
  end
  define("nanquantile(x, q, axis=nil, method=linear, keepdims=false)",
    "What a share q of the elements that are not NaN is below.", function(a)
    local lanes, keep = t.lanes(floats(a.x), a.axis)
    local sorted = o.sort(lanes, {axis = -1})
    local q = t.is_tensor(a.q) and (a.q.rank == 0 and a.q:item() or a.q:totable()) or a.q
    local all = {}
    for i, share in ipairs(list(q)) do
      local y = o.squeeze(at_share(sorted, share, a.method), {axis = -1})
      all[i] = a.keepdims and o.reshape(y, {shape = keep}) or y
    end
    return type(q) == "number" and all[1] or o.stack(all, {axis = 1})
  end)
  define("nanpercentile(x, q, axis=nil, method=linear, keepdims=false)",
    "What q in 100 of the elements that are not NaN are below.", function(a)
    return f.nanquantile(a.x, floats(a.q) / 100, a.axis, a.method, a.keepdims)
  end)
  define("nanmedian(x, axis=nil, keepdims=false)", "The middle of the elements that are not NaN.", function(a)
    return f.nanquantile(a.x, 0.5, a.axis, "linear", a.keepdims)
  end)

  define("histogram(x, bins=10, range=nil)", "How many elements fall into each of so many equal bins, and their edges.", function(a)
    local x = floats(a.x)
    local low, high
    if a.range then
      low, high = floats(a.range[1]), floats(a.range[2])
    else
      low, high = o.min(x), o.max(x)
    end
    local flat = o.equal(low, high)
    low, high = o.where(flat, low - 0.5, low), o.where(flat, high + 0.5, high)
    local edges = low + (high - low) * (number(core.arange(0, a.bins + 1)) / a.bins)
    local bin = o.cast(o.digitize(x, edges), {dtype = "int32"}) - 1
    bin = o.where(o.equal(x, high), a.bins - 1, bin) -- the last bin has both of its edges
    local own = o.equal(o.expand_dims(bin, {axis = 2}), core.arange(0, a.bins))
    return fold("sum", o.cast(own, {dtype = "int32"}), 1), edges
  end)

  -- Shapes that depend on the numbers: for tensors only.
  local function numbers(name, x)
    local ok, values = pcall(function() return f.ravel(x):totable() end)
    if ok then return values end
    error(name .. ": the shape of the result depends on the numbers, which symbolic values do not have yet", 0)
  end
  define("nonzero(x, base=1)", "Positions of the elements that are not 0, an array for each axis.", function(a)
    local at, shape = {}, a.x.shape
    for axis = 1, math.max(#shape, 1) do at[axis] = {} end
    for i, v in ipairs(numbers("nonzero", a.x)) do
      local rest = i - 1
      for axis = v ~= 0 and v and #shape or 0, 1, -1 do
        table.insert(at[axis], rest % shape[axis] + a.base)
        rest = rest // shape[axis]
      end
    end
    for axis, list_of in ipairs(at) do at[axis] = #list_of > 0 and core.tensor(list_of, "int32") or core.zeros({0}, "int32") end
    return table.unpack(at)
  end)
  define("unique(x, return_index=false, return_inverse=false, return_counts=false, base=1)",
    "The different elements, ascending; where each is first, which each element is, how often each occurs.", function(a)
    local values, first, count, inverse = {}, {}, {}, {}
    local all = numbers("unique", a.x)
    for i, v in ipairs(all) do
      if not first[v] then
        first[v], count[v] = i, 0
        values[#values + 1] = v
      end
      count[v] = count[v] + 1
    end
    table.sort(values)
    local place, index, counts = {}, {}, {}
    for i, v in ipairs(values) do place[v], index[i], counts[i] = i - 1 + a.base, first[v] - 1 + a.base, count[v] end
    for i, v in ipairs(all) do inverse[i] = place[v] end
    local out = {core.tensor(values, a.x.dtype)}
    if a.return_index then out[#out + 1] = core.tensor(index, "int32") end
    if a.return_inverse then out[#out + 1] = core.tensor(inverse, "int32"):reshape(a.x.shape) end
    if a.return_counts then out[#out + 1] = core.tensor(counts, "int32") end
    return table.unpack(out)
  end)
end
