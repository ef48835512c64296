--- Losses, normalisation, windows and special functions for knn.ops.
-- @module knn.ops.nn
return function(t)
  local define, alias, o, f, core = t.define, t.alias, t.o, t.f, t.core
  local floats, number, fold, rank, size, cut, axis_of = t.floats, t.number, t.fold, t.rank, t.size, t.cut, t.axis_of
  local epsilon = 1e-7 -- Keras's

  -- Logarithms of probabilities, given as such or as logits.
  local function log_probabilities(x, from_logits, axis)
    if from_logits then return o.log_softmax(x, {axis = axis}) end
    x = x / fold("sum", x, axis, true)
    return o.log(o.clip(x, epsilon, 1 - epsilon))
  end
  define("categorical_crossentropy(target, output, from_logits=false, axis=-1)",
    "-sum target ln(output) along the axis of the classes.", function(a)
    return -fold("sum", floats(a.target) * log_probabilities(floats(a.output), a.from_logits, a.axis), a.axis)
  end)
  define("sparse_categorical_crossentropy(target, output, from_logits=false, axis=-1)",
    "-ln(output) of the class that target names (from 0).", function(a)
    local target, output = a.target, floats(a.output)
    if rank(target) == rank(output) and size(target, -1) == 1 then target = o.squeeze(target, {axis = -1}) end
    local log = f.moveaxis(log_probabilities(output, a.from_logits, a.axis), a.axis, -1)
    local own = o.take_along_axis(log, o.expand_dims(target, {axis = -1}), {axis = -1, base = 0})
    return -o.squeeze(own, {axis = -1})
  end)
  define("binary_crossentropy(target, output, from_logits=false)",
    "-(target ln(output) + (1 - target) ln(1 - output)) of each element.", function(a)
    local y, x = floats(a.target), floats(a.output)
    if a.from_logits then return -y * o.log_sigmoid(x) - (1 - y) * o.log_sigmoid(-x) end
    x = o.clip(x, epsilon, 1 - epsilon)
    return -(y * o.log(x) + (1 - y) * o.log(1 - x))
  end)
  define("psnr(x1, x2, max_val)", "Peak signal-to-noise ratio in decibels.", function(a)
    local mse = o.mean(o.square(floats(a.x1) - floats(a.x2)))
    return 20 * math.log(a.max_val, 10) - o.log10(mse) * 10
  end)

  -- v of one axis, or of several, in x's shape with ones elsewhere.
  local function along(v, x, axes)
    local shape = {}
    for i = 1, rank(x) do shape[i] = 1 end
    for _, axis in ipairs(axes) do shape[axis_of(axis, rank(x))] = size(x, axis) end
    return o.reshape(floats(v), {shape = shape})
  end
  define("batch_normalization(x, mean, variance, axis, offset=nil, scale=nil, epsilon=1e-3)",
    "(x - mean) / sqrt(variance + epsilon) scale + offset, each along the axis.", function(a)
    local x, axes = floats(a.x), {a.axis}
    local factor = o.rsqrt(along(a.variance, x, axes) + a.epsilon)
    if a.scale then factor = factor * along(a.scale, x, axes) end
    local y = (x - along(a.mean, x, axes)) * factor
    return a.offset and y + along(a.offset, x, axes) or y
  end)
  define("layer_normalization(x, gamma=nil, beta=nil, axis=-1, epsilon=1e-7)",
    "x less its mean, divided by its deviation, times gamma, plus beta.", function(a)
    local x, axes = floats(a.x), t.list(a.axis)
    local off = x - fold("mean", x, axes, true)
    local y = off * o.rsqrt(fold("mean", o.square(off), axes, true) + a.epsilon)
    if a.gamma then y = y * along(a.gamma, x, axes) end
    return a.beta and y + along(a.beta, x, axes) or y
  end)
  define("rms_normalization(x, scale=nil, axis=-1, epsilon=1e-7)", "x divided by the root of its mean square, times scale.",
    function(a)
    local x = floats(a.x)
    local y = x * o.rsqrt(fold("mean", o.square(x), a.axis, true) + a.epsilon)
    return a.scale and y * floats(a.scale) or y
  end)

  -- The mean of e^(x cos u) over a circle; by 256 points exact as long as a float64 does not overflow.
  define("i0(x)", "Modified Bessel function of the first kind of order 0.", function(a)
    local x = floats(a.x)
    local angles = number(core.arange(0, 256)) * (2 * math.pi / 256)
    return fold("mean", o.exp(o.expand_dims(x, {axis = -1}) * o.cast(o.cos(angles), {dtype = x.dtype})), -1)
  end)
  define("kaiser(x, beta)", "Kaiser's window of x points.", function(a)
    local n = t.is_tensor(a.x) and math.tointeger(a.x:item()) or a.x
    if n == 1 then return core.ones{1} end
    local at = number(core.arange(0, n)) * (2 / (n - 1)) - 1
    return f.i0(o.sqrt(o.maximum(1 - at * at, 0)) * a.beta) / f.i0(floats(a.beta))
  end)

  -- ---- complex numbers: lists of two tensors ----
  define("imag(x)", "Imaginary part: of real numbers 0.", function(a)
    return type(a.x) == "table" and a.x[2] or f.zeros_like(a.x)
  end)
  define("real(x)", "Real part.", function(a) return type(a.x) == "table" and a.x[1] or a.x end)
  define("view_as_complex(x)", "Real and imaginary parts from the two elements of the last axis.", function(a)
    return {o.squeeze(cut(a.x, -1, 1, 1), {axis = -1}), o.squeeze(cut(a.x, -1, 2, 1), {axis = -1})}
  end)
  define("view_as_real(x)", "Real and imaginary parts as a last axis of two elements.", function(a)
    return o.stack({a.x[1], a.x[2]}, {axis = -1})
  end)
  define("polar(abs_, angle)", "Complex numbers of these sizes and angles: real and imaginary parts.", function(a)
    return {a.abs_ * o.cos(a.angle), a.abs_ * o.sin(a.angle)}
  end)

  define("correlate(x1, x2, mode=valid)", "Sums of products of two rows, one moved along the other.", function(a)
    local x, y = floats(a.x1), floats(a.x2)
    local n, m = size(x, 1), size(y, 1)
    if a.mode == "valid" and n < m then
      return o.flip(fold("sum", o.extract_sequences(y, n, 1) * x, -1), {axis = 1})
    end
    if a.mode ~= "valid" then x = o.pad(x, {before = {m - 1}, after = {m - 1}}) end
    local all = fold("sum", o.extract_sequences(x, m, 1) * y, -1)
    if a.mode ~= "same" then return all end
    return cut(all, 1, 1 + (n < m and n // 2 or (m - 1) // 2), math.max(n, m))
  end)

  define("bitwise_not(x)", "All bits turned over.", function(a)
    if a.x.dtype == "bool" then return o.logical_not(a.x) end
    return o.bitwise_xor(a.x, o.cast(core.tensor(a.x.dtype == "uint8" and 255 or -1), {dtype = a.x.dtype}))
  end)
  alias("bitwise_invert", "bitwise_not")
  alias("left_shift", "bitwise_left_shift")
  alias("right_shift", "bitwise_right_shift")
end
