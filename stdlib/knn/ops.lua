--- Functions of knn.ops that are made of others: the names and arguments of keras.ops.
-- Each is one definition: its signature, with the defaults, what it is, and its body. They work on
-- tensors and on symbolic values, and gradients go through them. Axes count from 1 and negatives
-- from the end; offsets, sizes and class numbers are values.
-- @module knn.ops
local core = require "knn.core"
local o = core.ops

local M = {functions = {}, about = {}}

-- Arguments with these names are arrays: numbers and tables become tensors.
local arrays = {}
for name in ("x x1 x2 a b y v condition weights source indices updates inputs values target target_output output "
    .. "sorted_sequence data segment_ids predictions targets"):gmatch "%w+" do arrays[name] = true end

local literals = {["nil"] = false, ["true"] = true, ["false"] = false}

-- "roll(x, shift, axis=nil)" as its name and a list of {name, default, required, array}.
local function parse(signature)
  local name, inside = signature:match "^([%w_]+)%((.*)%)$"
  local params = {}
  for part in inside:gmatch "[^,%s][^,]*" do
    local word, default = part:match "^([%w_]+)=?(.*)$"
    local required = not part:find "="
    local value = literals[default]
    if value == nil then value = tonumber(default) or default end
    if default == "nil" then value = nil end
    if required then value = nil end
    params[#params + 1] = {name = word, default = value, text = default, required = required, array = arrays[word]}
    params[word] = params[#params]
  end
  return name, params
end

local function is_tensor(v) return type(v) == "userdata" end

-- Numbers as a tensor; a list of tensors, such as real and imaginary parts, stays one.
local function to_array(v)
  if type(v) == "table" and not is_tensor(v[1]) then return core.tensor(v) end
  return v
end

-- Arguments by place and, in a last table, by name; into a table by name.
local function read(name, params, ...)
  local given, n, last = {}, select("#", ...), select(-1, nil, ...)
  local options = n > 0 and type(last) == "table" and #last == 0 and next(last) ~= nil and last or nil
  if options then n = n - 1 end
  if n > #params then
    error(("%s: at most %d arguments, got %d"):format(name, #params, n), 3)
  end
  for i = 1, n do given[params[i].name] = (select(i, ...)) end
  for key, value in pairs(options or {}) do
    if not params[key] then
      error(("%s: unknown argument '%s'; it takes %s"):format(name, key, M.about[name].signature), 3)
    end
    given[key] = value
  end
  for _, p in ipairs(params) do
    local value = given[p.name]
    if value == nil and p.required then
      error(("%s: argument '%s' is missing: %s"):format(name, p.name, M.about[name].signature), 3)
    end
    if value == nil then value = p.default end
    if p.array then value = to_array(value) end
    given[p.name] = value
  end
  return given
end

local function define(signature, summary, body)
  local name, params = parse(signature)
  M.about[name] = {signature = signature, summary = summary, params = params}
  M.functions[name] = function(...) return body(read(name, params, ...)) end
end
local f = M.functions

-- The same function under another of Keras's names.
local function alias(names, of)
  for name in names:gmatch "%S+" do
    M.functions[name] = M.functions[of] or rawget(o, of)
    M.about[name] = M.about[of] or {signature = name .. ": see " .. of, summary = "Another name of " .. of .. "."}
  end
end

local function rank(x) return #x.shape end
local function axis_of(axis, n) return axis < 0 and axis + n + 1 or axis end
local function size(x, axis) return x.shape[axis_of(axis, rank(x))] end
local function cut(x, axis, start, count, step)
  return o.slice_axis(x, {axis = axis, start = start, count = count, step = step or 1})
end
local function fold(op, x, axis, keepdims) return o[op](x, {axis = axis, keepdims = keepdims or false}) end
local function number(x) return o.cast(x, {dtype = "float32"}) end
local function floats(x)
  return is_tensor(x) and not x.dtype:find "^float" and number(x) or is_tensor(x) and x or core.tensor(x)
end
local function fill(shape, value, dtype)
  return core.full(shape, value, dtype)
end
local function list(axis) return type(axis) == "table" and axis or {axis} end
local function product(t)
  local n = 1
  for _, s in ipairs(t) do n = n * s end
  return n
end

-- ---- elementwise ----

define("cbrt(x)", "Cube root of each element.", function(a)
  return o.sign(a.x) * o.power(o.absolute(a.x), 1 / 3)
end)
define("exp2(x)", "2^x of each element.", function(a) return o.exp(floats(a.x) * math.log(2)) end)
define("deg2rad(x)", "Degrees as radians.", function(a) return floats(a.x) * (math.pi / 180) end)
define("rad2deg(x)", "Radians as degrees.", function(a) return floats(a.x) * (180 / math.pi) end)
define("sinc(x)", "sin(pi x) / (pi x), 1 at 0.", function(a)
  local zero, t = o.equal(a.x, 0), floats(a.x) * math.pi
  local safe = o.where(zero, 1, t)
  return o.where(zero, 1, o.sin(safe) / safe)
end)
define("signbit(x)", "Whether the sign is negative; that of -0 is.", function(a)
  local x = floats(a.x)
  return o.less(o.where(o.equal(x, 0), o.reciprocal(x), x), 0)
end)
define("isneginf(x)", "Whether each element is -infinity.", function(a) return o.equal(a.x, -math.huge) end)
define("isposinf(x)", "Whether each element is infinity.", function(a) return o.equal(a.x, math.huge) end)
define("isreal(x)", "True everywhere: there are no complex numbers.", function(a) return o.equal(a.x * 0, a.x * 0) end)
define("heaviside(x1, x2)", "0 below 0, x2 at 0, 1 above.", function(a)
  local x = floats(a.x1)
  return o.where(o.less(x, 0), 0, o.where(o.equal(x, 0), floats(a.x2), o.where(o.greater(x, 0), 1, x)))
end)
define("hypot(x1, x2)", "sqrt(x1^2 + x2^2).", function(a) return o.sqrt(o.square(a.x1) + o.square(a.x2)) end)
define("logaddexp(x1, x2)", "log(e^x1 + e^x2), without overflow.", function(a)
  return o.maximum(a.x1, a.x2) + o.log1p(o.exp(-o.absolute(a.x1 - a.x2)))
end)
define("logaddexp2(x1, x2)", "log2(2^x1 + 2^x2), without overflow.", function(a)
  return o.maximum(a.x1, a.x2) + o.log1p(f.exp2(-o.absolute(a.x1 - a.x2))) / math.log(2)
end)
define("fmax(x1, x2)", "The larger one, the other one where one is NaN.", function(a)
  return o.where(o.isnan(a.x1), a.x2, o.where(o.isnan(a.x2), a.x1, o.maximum(a.x1, a.x2)))
end)
define("fmin(x1, x2)", "The smaller one, the other one where one is NaN.", function(a)
  return o.where(o.isnan(a.x1), a.x2, o.where(o.isnan(a.x2), a.x1, o.minimum(a.x1, a.x2)))
end)
define("fmod(x1, x2)", "Remainder with the sign of x1.", function(a)
  return a.x1 - o.trunc(floats(a.x1) / a.x2) * a.x2
end)
define("divide_no_nan(x1, x2)", "x1 / x2, 0 where x2 is 0.", function(a)
  local zero = o.equal(a.x2, 0)
  return o.where(zero, 0, floats(a.x1) / o.where(zero, 1, a.x2))
end)
define("ldexp(x1, x2)", "x1 2^x2.", function(a) return floats(a.x1) * f.exp2(a.x2) end)
define("erfc(x)", "1 - erf(x).", function(a) return 1 - o.erf(floats(a.x)) end)
define("nan_to_num(x, nan=0, posinf=nil, neginf=nil)", "Numbers in place of NaN and infinities.", function(a)
  local most = a.x.dtype == "float64" and 0x1.fffffffffffffp1023 or 0x1.fffffep127
  local x = o.where(o.isnan(a.x), a.nan, a.x)
  x = o.where(o.equal(x, math.huge), a.posinf or most, x)
  return o.where(o.equal(x, -math.huge), a.neginf or -most, x)
end)
define("isclose(x1, x2, rtol=1e-5, atol=1e-8, equal_nan=false)", "Whether elements are nearly equal.", function(a)
  local near = o.less_equal(o.absolute(a.x1 - a.x2), o.absolute(a.x2) * a.rtol + a.atol)
  local same = o.logical_or(o.equal(a.x1, a.x2), o.logical_and(near, o.isfinite(a.x2)))
  if not a.equal_nan then return same end
  return o.logical_or(same, o.logical_and(o.isnan(a.x1), o.isnan(a.x2)))
end)
define("allclose(x1, x2, rtol=1e-5, atol=1e-8, equal_nan=false)", "Whether all elements are nearly equal.", function(a)
  return o.all(f.isclose(a.x1, a.x2, a.rtol, a.atol, a.equal_nan))
end)
define("saturate_cast(x, dtype)", "Cast, numbers out of range becoming the nearest.", function(a)
  local bounds = {uint8 = {0, 255}, int32 = {-2147483648, 2147483520}}
  local b = bounds[a.dtype]
  return o.cast(b and o.clip(a.x, b[1], b[2]) or a.x, {dtype = a.dtype})
end)
define("select(condlist, choicelist, default=0)", "From the first choice whose condition is true.", function(a)
  local y = a.default
  for i = #a.condlist, 1, -1 do y = o.where(to_array(a.condlist[i]), to_array(a.choicelist[i]), y) end
  return y
end)
define("angle(x)", "Angle of real numbers: 0, or pi for negatives.", function(a)
  return o.where(o.less(a.x, 0), math.pi, floats(a.x) * 0)
end)
define("gelu(x, approximate=true)", "x times the normal distribution at x; approximate: by tanh.", function(a)
  if not a.approximate then return a.x * 0.5 * (1 + o.erf(a.x * math.sqrt(0.5))) end
  return a.x * 0.5 * (1 + o.tanh((a.x + a.x * a.x * a.x * 0.044715) * math.sqrt(2 / math.pi)))
end)

-- ---- reductions ----

define("average(x, axis=nil, weights=nil)", "Mean, each element counting as its weight says.", function(a)
  if a.weights == nil then return fold("mean", a.x, a.axis) end
  local w = floats(a.weights)
  if rank(w) < rank(a.x) then
    local shape = {}
    for i = 1, rank(a.x) do shape[i] = i == axis_of(a.axis, rank(a.x)) and w.shape[1] or 1 end
    w = o.reshape(w, {shape = shape})
  end
  return fold("sum", a.x * w, a.axis) / fold("sum", o.broadcast_to(w, {shape = a.x.shape}), a.axis)
end)
define("var(x, axis=nil, keepdims=false)", "Mean squared distance from the mean.", function(a)
  local x = floats(a.x)
  return fold("mean", o.square(x - fold("mean", x, a.axis, true)), a.axis, a.keepdims)
end)
define("std(x, axis=nil, keepdims=false)", "Square root of the variance.", function(a)
  return o.sqrt(f.var(a.x, a.axis, a.keepdims))
end)
define("ptp(x, axis=nil, keepdims=false)", "Largest less smallest.", function(a)
  return fold("max", a.x, a.axis, a.keepdims) - fold("min", a.x, a.axis, a.keepdims)
end)
define("count_nonzero(x, axis=nil)", "How many elements are not 0.", function(a)
  return fold("sum", o.cast(o.not_equal(a.x, 0), {dtype = "int32"}), a.axis)
end)
define("moments(x, axes, keepdims=false)", "Mean and variance.", function(a)
  return fold("mean", a.x, a.axes, a.keepdims), f.var(a.x, a.axes, a.keepdims)
end)
define("norm(x, ord=nil, axis=nil, keepdims=false)", "Length of vectors; of all elements by default.", function(a)
  local x, p = floats(a.x), a.ord or 2
  local both = type(a.axis) == "table" and #a.axis == 2 or a.axis == nil and rank(x) == 2
  if a.ord ~= nil and a.ord ~= "fro" and both then
    error("norm: of a matrix only the norm 'fro' is there; give one axis for norms of vectors", 0)
  end
  if p == 2 or p == "fro" then return o.sqrt(fold("sum", o.square(x), a.axis, a.keepdims)) end
  if p == math.huge or p == "inf" then return fold("max", o.absolute(x), a.axis, a.keepdims) end
  if p == -math.huge or p == "-inf" then return fold("min", o.absolute(x), a.axis, a.keepdims) end
  if p == 0 then return number(f.count_nonzero(x, a.axis)) end
  return o.power(fold("sum", o.power(o.absolute(x), p), a.axis, a.keepdims), 1 / p)
end)
define("normalize(x, axis=-1, order=2, epsilon=1e-7)", "Vectors of length 1.", function(a)
  local x = floats(a.x)
  if a.order == 2 then
    return x * o.rsqrt(o.maximum(fold("sum", o.square(x), a.axis, true), a.epsilon ^ 2))
  end
  return x / o.maximum(f.norm(x, a.order, a.axis, true), a.epsilon)
end)

-- Without NaN: elements replaced, then folded.
local function without_nan(name, instead)
  define("nan" .. name .. "(x, axis=nil, keepdims=false)", name .. " of the elements that are not NaN.", function(a)
    return fold(name, o.where(o.isnan(a.x), instead, a.x), a.axis, a.keepdims)
  end)
end
without_nan("sum", 0)
without_nan("prod", 1)
without_nan("max", -math.huge)
without_nan("min", math.huge)
define("nanmean(x, axis=nil, keepdims=false)", "Mean of the elements that are not NaN.", function(a)
  local n = fold("sum", number(o.logical_not(o.isnan(a.x))), a.axis, a.keepdims)
  return f.nansum(a.x, a.axis, a.keepdims) / n
end)
define("nanvar(x, axis=nil, keepdims=false)", "Variance of the elements that are not NaN.", function(a)
  return f.nanmean(o.square(a.x - f.nanmean(a.x, a.axis, true)), a.axis, a.keepdims)
end)
define("nanstd(x, axis=nil, keepdims=false)", "Deviation of the elements that are not NaN.", function(a)
  return o.sqrt(f.nanvar(a.x, a.axis, a.keepdims))
end)
define("nancumsum(x, axis=nil)", "Running sums, NaN counting as 0.", function(a)
  return o.cumsum(o.where(o.isnan(a.x), 0, a.x), {axis = a.axis})
end)
define("nancumprod(x, axis=nil)", "Running products, NaN counting as 1.", function(a)
  return o.cumprod(o.where(o.isnan(a.x), 1, a.x), {axis = a.axis})
end)

-- Elements of the sorted axis at a fraction q of the way, between two neighbours as the method says.
local function at_fraction(x, axis, q, method)
  local at = q * (size(x, axis) - 1)
  local low, high = math.floor(at), math.ceil(at)
  if method == "lower" then high = low elseif method == "higher" then low = high end
  if method == "nearest" then
    low = at - low < 0.5 and low or at - low > 0.5 and high or low % 2 == 0 and low or high
    high = low
  end
  local share = method == "midpoint" and 0.5 or at - math.floor(at)
  local a, b = cut(x, axis, low + 1, 1), cut(x, axis, high + 1, 1)
  return low == high and a or a + (b - a) * share
end
-- The axes that are folded (nil: all) as one last axis, and the shape that keeps them as 1.
local function lanes(x, axes)
  local n, folded, keep, order, rest, shape = rank(x), {}, {}, {}, {}, {}
  for _, axis in ipairs(axes == nil and {} or list(axes)) do folded[axis_of(axis, n)] = true end
  for i = 1, n do
    local gone = axes == nil or folded[i]
    keep[i] = gone and 1 or x.shape[i]
    table.insert(gone and rest or order, i)
    if not gone then shape[#shape + 1] = x.shape[i] end
  end
  shape[#shape + 1] = -1
  table.move(rest, 1, #rest, #order + 1, order)
  return o.reshape(o.transpose(x, {axes = order}), {shape = shape}), keep
end
define("quantile(x, q, axis=nil, method=linear, keepdims=false)", "What a share q of the elements is below.", function(a)
  local x, keep = lanes(floats(a.x), a.axis)
  local sorted = o.sort(x, {axis = -1})
  local function one(q)
    local y = o.squeeze(at_fraction(sorted, -1, q, a.method), {axis = -1})
    return a.keepdims and o.reshape(y, {shape = keep}) or y
  end
  local q = is_tensor(a.q) and (a.q.rank == 0 and a.q:item() or a.q:totable()) or a.q
  if type(q) == "number" then return one(q) end
  local all = {}
  for i, share in ipairs(q) do all[i] = one(share) end
  return o.stack(all, {axis = 1})
end)
define("percentile(x, q, axis=nil, method=linear, keepdims=false)", "What q in 100 of the elements are below.", function(a)
  local q = a.q
  if type(q) == "table" then
    q = {}
    for i, v in ipairs(a.q) do q[i] = v / 100 end
  else
    q = q / 100
  end
  return f.quantile(a.x, q, a.axis, a.method, a.keepdims)
end)
define("median(x, axis=nil, keepdims=false)", "The middle element.", function(a)
  return f.quantile(a.x, 0.5, a.axis, "linear", a.keepdims)
end)
define("in_top_k(targets, predictions, k)", "Whether the score of the class is among the k largest.", function(a)
  local target = o.squeeze(o.take_along_axis(a.predictions, o.expand_dims(a.targets, {axis = -1}),
    {axis = -1, base = 0}), {axis = -1})
  local above = o.sum(o.cast(o.greater(a.predictions, o.expand_dims(target, {axis = -1})), {dtype = "int32"}), {axis = -1})
  return o.logical_and(o.less(above, a.k), o.isfinite(target))
end)

-- ---- shape ----

define("ravel(x)", "All elements in one row.", function(a) return o.reshape(a.x, {shape = {-1}}) end)
define("moveaxis(x, source, destination)", "Axes at other places.", function(a)
  local n, from, to = rank(a.x), {}, {}
  local sources = is_tensor(a.source) and list(a.source.rank == 0 and math.tointeger(a.source:item()) or a.source:totable())
    or list(a.source)
  local destinations = list(a.destination)
  for i, s in ipairs(sources) do
    from[axis_of(math.tointeger(s), n)] = true
    to[axis_of(destinations[i], n)] = axis_of(math.tointeger(s), n)
  end
  local order, at = {}, 1
  for i = 1, n do
    if to[i] then
      order[i] = to[i]
    else
      while from[at] do at = at + 1 end
      order[i], at = at, at + 1
    end
  end
  return o.transpose(a.x, {axes = order})
end)
define("swapaxes(x, axis1, axis2)", "Two axes exchanged.", function(a)
  local order = {}
  for i = 1, rank(a.x) do order[i] = i end
  local i, j = axis_of(a.axis1, rank(a.x)), axis_of(a.axis2, rank(a.x))
  order[i], order[j] = j, i
  return o.transpose(a.x, {axes = order})
end)
define("fliplr(x)", "The second axis in reverse.", function(a) return o.flip(a.x, {axis = 2}) end)
define("flipud(x)", "The first axis in reverse.", function(a) return o.flip(a.x, {axis = 1}) end)
define("roll(x, shift, axis=nil)", "Elements moved along, those that fall off coming back in front.", function(a)
  if a.axis == nil then
    return o.reshape(f.roll(f.ravel(a.x), a.shift, 1), {shape = a.x.shape})
  end
  local x, shifts = a.x, list(a.shift)
  for i, axis in ipairs(list(a.axis)) do
    local n = size(x, axis)
    local by = (shifts[i] or shifts[1]) % n
    if by ~= 0 then x = o.concatenate({cut(x, axis, n - by + 1, by), cut(x, axis, 1, n - by)}, {axis = axis}) end
  end
  return x
end)
define("rot90(array, k=1, axes=nil)", "A quarter turn, k times, from the first axis to the second.", function(a)
  local x, axes, k = to_array(a.array), a.axes or {1, 2}, a.k % 4
  if k == 0 then return x end
  if k == 2 then return o.flip(o.flip(x, {axis = axes[1]}), {axis = axes[2]}) end
  if k == 1 then return f.swapaxes(o.flip(x, {axis = axes[2]}), axes[1], axes[2]) end
  return o.flip(f.swapaxes(x, axes[1], axes[2]), {axis = axes[2]})
end)

local function at_least(xs, n)
  local out = {}
  for i, x in ipairs(xs) do
    x = to_array(x)
    if n >= 1 and rank(x) == 0 then x = o.reshape(x, {shape = {1}}) end
    if n >= 2 and rank(x) == 1 then x = o.expand_dims(x, {axis = 1}) end
    if n >= 3 and rank(x) == 2 then x = o.expand_dims(x, {axis = 3}) end
    out[i] = x
  end
  return out
end
define("hstack(xs)", "Arrays side by side: along the second axis, vectors along the first.", function(a)
  local xs = at_least(a.xs, 1)
  return o.concatenate(xs, {axis = rank(xs[1]) == 1 and 1 or 2})
end)
define("vstack(xs)", "Arrays one below the other.", function(a) return o.concatenate(at_least(a.xs, 2), {axis = 1}) end)
define("dstack(xs)", "Arrays one behind the other.", function(a) return o.concatenate(at_least(a.xs, 3), {axis = 3}) end)
define("append(x1, x2, axis=nil)", "x2 behind x1.", function(a)
  if a.axis == nil then return o.concatenate({f.ravel(a.x1), f.ravel(a.x2)}, {axis = 1}) end
  return o.concatenate({a.x1, a.x2}, {axis = a.axis})
end)
define("unstack(x, num=nil, axis=1)", "The parts along an axis, which goes.", function(a)
  local parts = {}
  for i = 1, a.num or size(a.x, a.axis) do
    parts[i] = o.squeeze(cut(a.x, a.axis, i, 1), {axis = a.axis})
  end
  return table.unpack(parts)
end)
define("array_split(x, indices_or_sections, axis=1)", "Parts of nearly equal size.", function(a)
  local n, k, parts, at = size(a.x, a.axis), a.indices_or_sections, {}, 1
  for i = 1, k do
    local count = n // k + (i <= n % k and 1 or 0)
    parts[i] = cut(a.x, a.axis, at, count)
    at = at + count
  end
  return table.unpack(parts)
end)
for name, axis in pairs{hsplit = 2, vsplit = 1, dsplit = 3} do
  define(name .. "(x, indices_or_sections)", "Parts along axis " .. axis .. ".", function(a)
    return f.array_split(a.x, a.indices_or_sections, rank(a.x) == 1 and 1 or axis)
  end)
end
define("diff(a, n=1, axis=-1)", "Differences of neighbours, n times.", function(a)
  local x = a.a
  for _ = 1, a.n do
    local count = size(x, a.axis) - 1
    x = cut(x, a.axis, 2, count) - cut(x, a.axis, 1, count)
  end
  return x
end)
define("slice(inputs, start_indices, shape)", "A block: where it starts (from 1) and its sizes.", function(a)
  local x = a.inputs
  for axis = 1, rank(x) do x = cut(x, axis, a.start_indices[axis], a.shape[axis]) end
  return x
end)
M.about.meshgrid = {signature = "meshgrid(*x, indexing=xy)", summary = "Coordinates of a grid."}
f.meshgrid = function(...)
  local xs, indexing = {...}, "xy"
  if type(xs[#xs]) == "table" and xs[#xs].indexing then indexing = table.remove(xs).indexing end
  local n, shape, out = #xs, {}, {}
  for i, x in ipairs(xs) do
    xs[i] = to_array(x)
    shape[i] = xs[i].shape[1]
  end
  if indexing == "xy" and n > 1 then shape[1], shape[2] = shape[2], shape[1] end
  for i, x in ipairs(xs) do
    local own, at = {}, i
    if indexing == "xy" and i <= 2 and n > 1 then at = 3 - i end
    for k = 1, n do own[k] = k == at and x.shape[1] or 1 end
    out[i] = o.broadcast_to(o.reshape(x, {shape = own}), {shape = shape})
  end
  return table.unpack(out)
end
define("unravel_index(indices, shape)", "Positions (from 1) in a row as positions along the axes.", function(a)
  local at, out = a.indices - 1, {}
  for i = #a.shape, 1, -1 do
    out[i] = o.mod(at, a.shape[i]) + 1
    at = o.floor_divide(at, a.shape[i])
  end
  return table.unpack(out)
end)

-- ---- made from nothing ----

define("arange(start, stop=nil, step=1, dtype=nil)", "Numbers from start (or 0) up to before stop.", function(a)
  local start, stop = a.start, a.stop
  if stop == nil then start, stop = 0, start end
  return core.arange(start, stop, a.step, a.dtype)
end)
define("linspace(start, stop, num=50, endpoint=true, dtype=float32)", "num numbers from start to stop.", function(a)
  local step = (a.stop - a.start) / (a.endpoint and math.max(a.num - 1, 1) or a.num)
  return core.linspace(a.start, a.start + step * (a.num - 1), a.num, a.dtype)
end)
define("logspace(start, stop, num=50, endpoint=true, base=10)", "Powers of base with exponents from start to stop.", function(a)
  return o.exp(f.linspace(a.start, a.stop, a.num, a.endpoint) * math.log(a.base))
end)
define("geomspace(start, stop, num=50, endpoint=true)", "Numbers of equal ratio from start to stop.", function(a)
  local sign = a.start < 0 and -1 or 1
  return o.exp(f.linspace(math.log(a.start * sign), math.log(a.stop * sign), a.num, a.endpoint)) * sign
end)
define("zeros(shape, dtype=float32)", "Zeros.", function(a) return fill(list(a.shape), 0, a.dtype) end)
define("ones(shape, dtype=float32)", "Ones.", function(a) return fill(list(a.shape), 1, a.dtype) end)
define("empty(shape, dtype=float32)", "Room for numbers, which are 0.", function(a) return fill(list(a.shape), 0, a.dtype) end)
define("full(shape, fill_value, dtype=float32)", "One number everywhere.", function(a)
  return fill(list(a.shape), a.fill_value, a.dtype)
end)
for name, value in pairs{zeros_like = 0, ones_like = 1, empty_like = 0} do
  define(name .. "(x, dtype=nil)", "As many numbers as x has, all " .. value .. ".", function(a)
    local y = o.broadcast_to(o.cast(core.tensor(value), {dtype = a.dtype or a.x.dtype}), {shape = a.x.shape})
    return y
  end)
end
define("full_like(x, fill_value, dtype=nil)", "One number everywhere, as many as x has.", function(a)
  return o.broadcast_to(o.cast(core.tensor(a.fill_value), {dtype = a.dtype or a.x.dtype}), {shape = a.x.shape})
end)
-- Rows i and columns j of a matrix as whole numbers from 1, (n, 1) and (1, m).
local function places(n, m)
  return o.expand_dims(core.arange(1, n + 1), {axis = 2}), o.expand_dims(core.arange(1, m + 1), {axis = 1})
end
define("eye(N, M=nil, k=0, dtype=float32)", "Ones on a diagonal.", function(a)
  local i, j = places(a.N, a.M or a.N)
  return o.cast(o.equal(j - i, a.k), {dtype = a.dtype})
end)
define("tri(N, M=nil, k=0, dtype=float32)", "Ones at and below a diagonal.", function(a)
  local i, j = places(a.N, a.M or a.N)
  return o.cast(o.less_equal(j - i, a.k), {dtype = a.dtype})
end)
define("identity(n, dtype=float32)", "Ones on the diagonal.", function(a) return f.eye(a.n, nil, 0, a.dtype) end)
define("tril(x, k=0)", "What stands at and below a diagonal; else 0.", function(a)
  local i, j = places(size(a.x, -2), size(a.x, -1))
  return o.where(o.less_equal(j - i, a.k), a.x, 0)
end)
define("triu(x, k=0)", "What stands at and above a diagonal; else 0.", function(a)
  local i, j = places(size(a.x, -2), size(a.x, -1))
  return o.where(o.greater_equal(j - i, a.k), a.x, 0)
end)
define("diagonal(x, offset=0, axis1=1, axis2=2)", "A diagonal, as the last axis.", function(a)
  local n = rank(a.x)
  local x = f.moveaxis(a.x, {a.axis1, a.axis2}, {-2, -1})
  local rows, cols = size(x, -2), size(x, -1)
  local down, right = math.max(-a.offset, 0), math.max(a.offset, 0)
  local count = math.max(math.min(rows - down, cols - right), 0)
  local shape = {}
  for i = 1, n - 2 do shape[i] = x.shape[i] end
  shape[n - 1] = rows * cols
  x = o.reshape(x, {shape = shape})
  return cut(x, -1, down * cols + right + 1, count, cols + 1)
end)
define("trace(x, offset=0, axis1=1, axis2=2)", "Sum of a diagonal.", function(a)
  return o.sum(f.diagonal(a.x, a.offset, a.axis1, a.axis2), {axis = -1})
end)
define("diagflat(x, k=0)", "A matrix with x on a diagonal.", function(a)
  local x = f.ravel(a.x)
  local n, shift = x.shape[1], math.abs(a.k)
  local i, j = places(n + shift, n + shift)
  local row = o.pad(x, {before = {math.max(a.k, 0)}, after = {math.max(-a.k, 0)}})
  return o.where(o.equal(j - i, a.k), o.expand_dims(row, {axis = 1}), 0)
end)
define("diag(x, k=0)", "The diagonal of a matrix, or the matrix with that diagonal.", function(a)
  return rank(a.x) == 1 and f.diagflat(a.x, a.k) or f.diagonal(a.x, a.k)
end)
define("vander(x, N=nil, increasing=false)", "Powers of each element in a row.", function(a)
  local n = a.N or a.x.shape[1]
  local powers = a.increasing and core.arange(0, n) or core.arange(n - 1, -1, -1)
  return o.power(o.expand_dims(floats(a.x), {axis = 2}), number(powers))
end)

-- Windows of n points: sums of cosines.
local function window(name, summary, terms)
  define(name .. "(x)", summary, function(a)
    local n = is_tensor(a.x) and math.tointeger(a.x:item()) or a.x
    if n == 1 then return core.ones{1} end
    local t, y = number(core.arange(0, n)) * (2 * math.pi / (n - 1)), nil
    for i, term in ipairs(terms) do
      local part = i == 1 and t * 0 + term or o.cos(t * (i - 1)) * term
      y = y and y + part or part
    end
    return y
  end)
end
window("hamming", "Hamming's window of x points.", {0.54, -0.46})
window("hanning", "Hann's window of x points.", {0.5, -0.5})
window("blackman", "Blackman's window of x points.", {0.42, -0.5, 0.08})
define("bartlett(x)", "Bartlett's window of x points: a triangle.", function(a)
  local n = is_tensor(a.x) and math.tointeger(a.x:item()) or a.x
  if n == 1 then return core.ones{1} end
  return 1 - o.absolute(number(core.arange(0, n)) * (2 / (n - 1)) - 1)
end)

-- ---- products ----

-- Axes of x with those given at the end (or in front), which become one; the others before.
local function as_matrix(x, axes, in_front)
  local n, taken, order, shape, inner = rank(x), {}, {}, {}, 1
  for _, axis in ipairs(axes) do taken[axis] = true end
  for i = 1, n do
    if not taken[i] then
      order[#order + 1] = i
      shape[#shape + 1] = x.shape[i]
    end
  end
  local free = product(shape)
  for k, axis in ipairs(axes) do
    inner = inner * x.shape[axis]
    if in_front then table.insert(order, k, axis) else order[#order + 1] = axis end
  end
  x = o.transpose(x, {axes = order})
  return o.reshape(x, {shape = in_front and {inner, free} or {free, inner}}), shape
end
define("tensordot(x1, x2, axes=2)", "Sums of products over pairs of axes.", function(a)
  local n1, n2, first, second = rank(a.x1), rank(a.x2), {}, {}
  if type(a.axes) == "number" then
    for i = 1, a.axes do first[i], second[i] = n1 - a.axes + i, i end
  else
    for i, axis in ipairs(list(a.axes[1])) do first[i] = axis_of(axis, n1) end
    for i, axis in ipairs(list(a.axes[2])) do second[i] = axis_of(axis, n2) end
  end
  local x, left = as_matrix(floats(a.x1), first, false)
  local y, right = as_matrix(floats(a.x2), second, true)
  for _, s in ipairs(right) do left[#left + 1] = s end
  local z = o.matmul(x, y)
  return #left == 0 and o.squeeze(z) or o.reshape(z, {shape = left})
end)
define("dot(x1, x2)", "Product of matrices and vectors; of scalars with anything.", function(a)
  local n1, n2 = rank(a.x1), rank(a.x2)
  if n1 == 0 or n2 == 0 then return a.x1 * a.x2 end
  return f.tensordot(a.x1, a.x2, {{-1}, {n2 == 1 and 1 or -2}})
end)
define("inner(x1, x2)", "Sums of products over the last axes.", function(a)
  if rank(a.x1) == 0 or rank(a.x2) == 0 then return a.x1 * a.x2 end
  return f.tensordot(a.x1, a.x2, {{-1}, {-1}})
end)
define("outer(x1, x2)", "Products of each element with each.", function(a)
  return o.expand_dims(f.ravel(a.x1), {axis = 2}) * o.expand_dims(f.ravel(a.x2), {axis = 1})
end)
define("vdot(x1, x2)", "Sum of products of all elements.", function(a) return o.sum(f.ravel(a.x1) * f.ravel(a.x2)) end)
define("kron(x1, x2)", "x2 in the place of each element of x1, times it.", function(a)
  local n = math.max(rank(a.x1), rank(a.x2))
  local x, y = a.x1, a.x2
  while rank(x) < n do x = o.expand_dims(x, {axis = 1}) end
  while rank(y) < n do y = o.expand_dims(y, {axis = 1}) end
  local s1, s2, shape = {}, {}, {}
  for i = 1, n do
    s1[2 * i - 1], s1[2 * i], s2[2 * i - 1], s2[2 * i] = x.shape[i], 1, 1, y.shape[i]
    shape[i] = x.shape[i] * y.shape[i]
  end
  return o.reshape(o.reshape(x, {shape = s1}) * o.reshape(y, {shape = s2}), {shape = shape})
end)
define("cross(x1, x2)", "Cross product of vectors along the last axis.", function(a)
  local function part(x, i) return cut(x, -1, i, 1) end
  local x, y = a.x1, a.x2
  return o.concatenate({
    part(x, 2) * part(y, 3) - part(x, 3) * part(y, 2), part(x, 3) * part(y, 1) - part(x, 1) * part(y, 3),
    part(x, 1) * part(y, 2) - part(x, 2) * part(y, 1)}, {axis = -1})
end)
define("trapezoid(y, x=nil, dx=1, axis=-1)", "Area below a curve, by trapezoids.", function(a)
  local n = size(a.y, a.axis)
  local heights = (cut(a.y, a.axis, 2, n - 1) + cut(a.y, a.axis, 1, n - 1)) * 0.5
  local width = a.x and f.diff(a.x, 1, -1) or a.dx
  return o.sum(heights * width, {axis = a.axis})
end)
define("cdist(x1, x2, p=2)", "Distances between the rows of two matrices.", function(a)
  local d = o.expand_dims(a.x1, {axis = -2}) - o.expand_dims(a.x2, {axis = -3})
  return f.norm(d, a.p, -1)
end)
define("corrcoef(x)", "Correlations between the rows.", function(a)
  local x = floats(a.x)
  if rank(x) == 1 then x = o.expand_dims(x, {axis = 1}) end
  x = x - o.mean(x, {axis = -1, keepdims = true})
  local c = o.matmul(x, x, {trans_b = true})
  local d = o.sqrt(f.diagonal(c))
  return o.squeeze(c / f.outer(d, d))
end)

-- ---- linear algebra ----

local native_cholesky = o.cholesky
define("inv(x)", "Inverse of square matrices.", function(a)
  local n = size(a.x, -1)
  return o.solve(floats(a.x), o.broadcast_to(f.eye(n, nil, 0, floats(a.x).dtype), {shape = a.x.shape}))
end)
define("solve_triangular(a, b, lower=false)", "Solutions where only one half of a is read.", function(a)
  return o.solve(a.lower and f.tril(a.a) or f.triu(a.a), a.b)
end)
define("cholesky_inverse(x, upper=false)", "Inverse of a matrix from its triangular factor.", function(a)
  local x = a.upper and f.triu(a.x) or f.tril(a.x)
  return f.inv(o.matmul(x, x, {trans_a = a.upper, trans_b = not a.upper}))
end)
define("logdet(x)", "Logarithm of the determinant of positive definite matrices.", function(a)
  return o.sum(o.log(f.diagonal(native_cholesky(a.x), 0, -2, -1)), {axis = -1}) * 2
end)
define("slogdet(x)", "Sign and logarithm of the size of the determinant.", function(a)
  local det = o.det(a.x)
  return o.sign(det), o.log(o.absolute(det))
end)

-- ---- segments, classes, signals ----

define("segment_sum(data, segment_ids, num_segments=nil, sorted=false)", "Rows added up by their number (from 0).", function(a)
  local n = a.num_segments or math.tointeger(o.max(a.segment_ids):item()) + 1
  return o.scatter_add(a.segment_ids, a.data, {rows = n, base = 0})
end)
-- The fold of each segment's rows, elements of others being `instead`.
local function segments(name, op, instead)
  define("segment_" .. name .. "(data, segment_ids, num_segments=nil, sorted=false)",
    name .. " of the rows with the same number (from 0).", function(a)
    local n = a.num_segments or math.tointeger(o.max(a.segment_ids):item()) + 1
    local own = o.equal(o.expand_dims(core.arange(0, n), {axis = 2}), o.expand_dims(a.segment_ids, {axis = 1}))
    for _ = 2, rank(a.data) do own = o.expand_dims(own, {axis = -1}) end
    return fold(op, o.where(own, o.expand_dims(a.data, {axis = 1}), instead), 2)
  end)
end
segments("max", "max", -math.huge)
segments("min", "min", math.huge)
segments("prod", "prod", 1)
define("bincount(x, weights=nil, minlength=0)", "How often each number from 0 on occurs.", function(a)
  local n = math.max(math.tointeger(o.max(a.x):item()) + 1, a.minlength)
  local hot = o.one_hot(a.x, {num_classes = n})
  if a.weights then return o.sum(hot * o.expand_dims(a.weights, {axis = -1}), {axis = -2}) end
  return o.cast(o.sum(hot, {axis = -2}), {dtype = "int32"})
end)
define("multi_hot(inputs, num_classes, axis=-1)", "1 for each class that occurs in a row.", function(a)
  return o.max(o.one_hot(a.inputs, {num_classes = a.num_classes}), {axis = rank(a.inputs) == 1 and 1 or 2})
end)
define("searchsorted(sorted_sequence, values, side=left)", "Where each value belongs in a sorted row: elements before it.", function(a)
  local before = a.side == "left" and "less" or "less_equal"
  local sorted = a.sorted_sequence
  return o.sum(o.cast(o[before](sorted, o.expand_dims(a.values, {axis = -1})), {dtype = "int32"}), {axis = -1})
end)
define("isin(x1, x2, invert=false)", "Whether each element of x1 occurs in x2.", function(a)
  local y = o.any(o.equal(o.expand_dims(a.x1, {axis = -1}), f.ravel(a.x2)), {axis = -1})
  return a.invert and o.logical_not(y) or y
end)
-- Blocks of pixels as channels, and back; channels last.
define("space_to_depth(x, block_size)", "Blocks of block_size by block_size pixels as channels.", function(a)
  local s, k = a.x.shape, a.block_size
  local x = o.reshape(a.x, {shape = {s[1], s[2] // k, k, s[3] // k, k, s[4]}})
  return o.reshape(o.transpose(x, {axes = {1, 2, 4, 3, 5, 6}}), {shape = {s[1], s[2] // k, s[3] // k, k * k * s[4]}})
end)
define("depth_to_space(x, block_size)", "Channels as blocks of block_size by block_size pixels.", function(a)
  local s, k = a.x.shape, a.block_size
  local c = s[4] // (k * k)
  local x = o.reshape(a.x, {shape = {s[1], s[2], s[3], k, k, c}})
  return o.reshape(o.transpose(x, {axes = {1, 2, 4, 3, 5, 6}}), {shape = {s[1], s[2] * k, s[3] * k, c}})
end)

-- ---- spectra: complex numbers are lists of two tensors, real and imaginary parts ----

local function parts(name, x)
  if type(x) == "table" and #x == 2 and is_tensor(x[1]) and is_tensor(x[2]) then return x[1], x[2] end
  error(name .. ": x must be a list of two tensors, real and imaginary parts", 0)
end
define("fft(x)", "Fourier transform along the last axis.", function(a) return o.dft(parts("fft", a.x)) end)
-- Along the last axis and the one before.
local function both_axes(name, options, x)
  local re, im = parts(name, x)
  re, im = o.dft(re, im, options)
  re, im = o.dft(f.swapaxes(re, -1, -2), f.swapaxes(im, -1, -2), options)
  return f.swapaxes(re, -1, -2), f.swapaxes(im, -1, -2)
end
define("fft2(x)", "Fourier transform along the last two axes.", function(a) return both_axes("fft2", {}, a.x) end)
define("ifft2(x)", "The inverse of fft2.", function(a)
  return both_axes("ifft2", {inverse = true, divided = true}, a.x)
end)
define("irfft(x, fft_length=nil)", "Real numbers from the first half of their frequencies.", function(a)
  local re, im = parts("irfft", a.x)
  return o.inverse_rfft(re, im, {fft_length = a.fft_length})
end)
-- A window is known by name, absent (knn.null), or numbers.
local function window_of(window)
  if window == nil or window == core.ANY then return "none" end
  if type(window) == "string" then return window end
  return nil, floats(window)
end
define("stft(x, sequence_length, sequence_stride, fft_length, window=hann, center=true)",
  "Spectra of overlapping pieces of a signal, times a window.", function(a)
  local name, numbers = window_of(a.window)
  local options = {sequence_length = a.sequence_length, sequence_stride = a.sequence_stride,
    fft_length = a.fft_length, window = name, center = a.center}
  if numbers then return o.spectra(a.x, numbers, options) end
  return o.spectra(a.x, options)
end)
local function bell(name, n)
  local share = name == "hann" and 0.5 or 0.54
  return share - o.cos(number(core.arange(0, n)) * (2 * math.pi / n)) * (1 - share)
end
define("istft(x, sequence_length, sequence_stride, fft_length, length=nil, window=hann, center=true)",
  "The signal that has these spectra, exact where windows overlap.", function(a)
  local re, im = parts("istft", a.x)
  local name, numbers = window_of(a.window)
  local pieces, step = o.inverse_rfft(re, im, {fft_length = a.fft_length}), {sequence_stride = a.sequence_stride}
  local y
  if name == "none" then
    y = o.overlap_add(pieces, step) / o.overlap_add(f.ones_like(pieces), step) * (a.fft_length / a.sequence_stride)
  else
    local w, more = numbers or bell(name, a.sequence_length), a.fft_length - a.sequence_length
    w = o.pad(o.cast(w, {dtype = re.dtype}), {before = {more // 2}, after = {more - more // 2}})
    local norm = o.overlap_add(o.broadcast_to(w * w, {shape = pieces.shape}), step)
    y = o.overlap_add(pieces * w, step) / o.where(o.greater(norm, 1e-10), norm, 1)
  end
  local first = a.center and a.fft_length // 2 or 0
  return cut(y, -1, first + 1, a.length or size(y, -1) - 2 * first)
end)

-- ---- asking, converting, control ----

define("shape(x)", "Sizes of the axes.", function(a) return a.x.shape end)
define("ndim(x)", "Number of axes.", function(a) return rank(a.x) end)
define("size(x)", "Number of elements.", function(a) return product(a.x.shape) end)
define("dtype(x)", "Type of the elements.", function(a) return a.x.dtype end)
define("is_tensor(value)", "Whether it is a tensor.", function(a) return is_tensor(a.value) and a.value.shape ~= nil end)
define("convert_to_tensor(x, dtype=nil)", "Numbers as a tensor.", function(a)
  local x = is_tensor(a.x) and a.x or core.tensor(a.x)
  return a.dtype and o.cast(x, {dtype = a.dtype}) or x
end)
define("convert_to_numpy(x)", "A table of the numbers.", function(a) return a.x:totable() end)
define("copy(x)", "The same numbers once more.", function(a) return a.x * 1 end)
define("cond(pred, true_fn, false_fn)", "What one of two functions gives; of a tensor of bools on symbols both are computed.", function(a)
  local pred = a.pred
  if is_tensor(pred) then
    local known, value = pcall(pred.item, pred)
    if not known then return o.where(pred, a.true_fn(), a.false_fn()) end
    pred = value ~= 0 and value ~= false
  end
  if pred then return a.true_fn() end
  return a.false_fn()
end)
define("fori_loop(lower, upper, body_fun, init_val)", "body_fun(i, value) for i from lower to before upper.", function(a)
  local value = a.init_val
  for i = a.lower, a.upper - 1 do value = a.body_fun(i, value) end
  return value
end)
define("map(fn, xs)", "A function of each row.", function(a)
  local out, xs = {}, to_array(a.xs)
  for i, row in ipairs{f.unstack(xs)} do out[i] = a.fn(row) end
  return o.stack(out, {axis = 1})
end)

-- The other parts, each in a file of its own.
local tools = {
  define = define, alias = alias, about = M.about, o = o, f = f, core = core, is_tensor = is_tensor, to_array = to_array,
  floats = floats, number = number, fold = fold, rank = rank, size = size, cut = cut, axis_of = axis_of, list = list,
  product = product, lanes = lanes,
}
for _, part in ipairs{"linalg", "index", "nn", "window", "control"} do require("knn.ops." .. part)(tools) end

alias("amax", "max")
alias("amin", "min")
alias("fabs", "absolute")
alias("true_divide", "divide")
alias("conj conjugate", "copy")
alias("array", "convert_to_tensor")
alias("vectorized_map", "map")

-- Functions of the activations under the names of keras.ops.
for _, name in ipairs(core.classes "activation") do
  if not f[name] and not rawget(o, name) then f[name] = core.activations[name] end
end

alias("swish", "silu")
alias("hard_swish", "hard_silu")

M.functions.custom_gradient = function(f) return require "knn.layer".custom_gradient(f) end

--- Names of keras.ops that are not here.
M.absent = {}
for name in ([[eig image.crop_images image.elastic_transform image.extract_patches
  image.extract_patches_3d image.gaussian_blur image.hsv_to_rgb image.map_coordinates image.pad_images
  image.perspective_transform image.rgb_to_grayscale image.rgb_to_hsv image.scale_and_translate image.sobel_edges
  image.ssim]]):gmatch "%S+" do
  M.absent[#M.absent + 1] = name
end

return M
