-- Architectures against Keras: layers, names, weights' paths and shapes by checksum, and predictions with weights that
-- a formula gives.
local K = dofile "tests/lua/keras.lua"
local knn = require "knn"
local T = K.T
local golden = dofile "tests/golden/golden.lua"

local function adler32(lines)
  local a, b = 1, 0
  for c in table.concat(lines, "\n"):gmatch "." do
    a = (a + c:byte()) % 65521
    b = (b + a) % 65521
  end
  return b << 16 | a
end

local function names(model)
  local out = {}
  for i, layer in ipairs(model.layers) do out[i] = layer.name end
  return out
end

local function size_of(t)
  local n = 1
  for _, size in ipairs(t.shape) do n = n * size end
  return n
end

local function shapes(model)
  local out, params, weights = {}, 0, model.weights
  for i, w in ipairs(model:named_weights()) do
    local t = weights[i]
    out[i] = w.path:match "[^/]+/[^/]+$" .. " " .. table.concat(t.shape, "x")
    params = params + size_of(t)
  end
  return out, params
end

-- Element i, from 0, of weight k: ((7919 i + 104729 k) mod 1009) / 504.5 - 1.
local function pattern(shape, k)
  local n = 1
  for _, size in ipairs(shape) do n = n * size end
  local i = knn.arange(0, n)
  return ((((i * 7919 + 104729 * k) % 1009):double() / 504.5) - 1):float():reshape(shape)
end

local function fill(model)
  local new, weights = {}, model.weights
  for i, w in ipairs(model:named_weights()) do
    local name, shape = w.path:match "[^/]+$", weights[i].shape
    local p = #shape > 0 and pattern(shape, i - 1) or weights[i]
    if w.path:find "^normalization/" then
      p = weights[i] -- what Normalization has found in data
    elseif name == "gamma" or name == "moving_variance" then
      p = p * 0.3 + 1
    elseif name == "beta" or name == "bias" or name == "moving_mean" then
      p = p * 0.1
    else
      local fan_in = 1
      for axis = 1, name == "depthwise_kernel" and 2 or #shape - 1 do fan_in = fan_in * shape[axis] end
      p = p * math.sqrt(6 / fan_in)
    end
    new[i] = p
  end
  model:set_weights(new)
end

local function sanitized()
  local f = io.open("/proc/self/maps")
  local text = f and f:read "a" or ""
  if f then f:close() end
  return text:find("libasan", 1, true) ~= nil
end

for _, case in ipairs(golden.cases "applications") do
  T.test(case.name, function()
    if case.params > 9e6 and sanitized() then T.skip "large models are not built under a sanitizer" end
    knn.clear_session()
    local model = knn.applications[case.name](case.options)
    local lines, params = shapes(model)
    T.equal(model.name, case.model)
    T.equal(#model.layers, case.layers)
    T.equal(params, case.params)
    T.equal(adler32(lines), case.weights, table.concat(lines, "\n"))
    T.equal(adler32(names(model)), case.layer_names, table.concat(names(model), "\n"))
    if not case.y then return end
    fill(model)
    local shape = table.move(case.options.input_shape, 1, 3, 2, {1})
    local y = model(pattern(shape, 0)):reshape{-1}
    y = y[{{1, #case.y.data}}]
    local largest = 0
    for _, v in ipairs(case.y.data) do largest = math.max(largest, math.abs(v)) end
    T.near((y / largest):totable(), (knn.tensor(case.y.data) / largest):totable(), 1e-4)
  end)
end

T.test("wrong options are told", function()
  T.raises("ResNet50: unknown option 'clases' (known: ", function() knn.applications.ResNet50{clases = 3} end)
  T.raises("ResNet50: 'input_shape' must be at least 32 by 32, got 16 by 16",
    function() knn.applications.ResNet50{input_shape = {16, 16, 3}} end)
  T.raises("'pooling' must be \"avg\" or \"max\"", function() knn.applications.VGG16{pooling = "min"} end)
end)

T.test("weights are read from a file", function()
  local options = {input_shape = {32, 32, 3}, alpha = 0.25, include_top = false, pooling = "avg"}
  local first = knn.applications.MobileNet(options)
  local path = os.tmpname()
  options.weights = path .. ".weights.h5"
  first:save_weights(options.weights)
  local x = knn.rand(1, 32, 32, 3)
  local again = knn.applications.MobileNet(options)
  os.remove(options.weights)
  os.remove(path)
  T.equal(again(x):totable(), first(x):totable())
  T.raises("cannot open", function() knn.applications.MobileNet(options) end)
end)

T.test("images are prepared as Keras does, and classes named from a list", function()
  local image = knn.full({1, 1, 1, 3}, 255.0)
  T.near(knn.applications.mobilenet.preprocess_input(image):totable(), {{{{1, 1, 1}}}})
  T.near(knn.applications.vgg16.preprocess_input(image):totable()[1][1][1], {151.061, 138.221, 131.32}, 1e-4)
  local path = os.tmpname()
  local file = io.open(path, "w")
  file:write '{"0": ["n1", "tench"], "1": ["n2", "goldfish"]}'
  file:close()
  local best = knn.applications.resnet.decode_predictions(knn.tensor{{0.25, 0.75}}, {top = 1, classes = path})
  os.remove(path)
  T.equal(best, {{{"n2", "goldfish", 0.75}}})
end)

T.run()
