-- What the architectures share: their options, their entrance and their head.
local knn = require "knn"
local L = knn.layers
local M = {}

local shared = {
  include_top = true, weights = "", input_tensor = false, input_shape = false, pooling = false, classes = 1000,
  classifier_activation = "softmax", name = "",
}

local function fail(class, text, ...)
  error(class .. ": " .. text:format(...), 0)
end

--- The options of an architecture: those that all take and its own, checked and completed.
function M.options(class, given, own)
  local o, names = {}, {}
  for _, known in ipairs {shared, own} do
    for name, default in pairs(known) do
      o[name] = default
      names[#names + 1] = name
    end
  end
  for name, value in pairs(given or {}) do
    if o[name] == nil then
      table.sort(names)
      fail(class, "unknown option '%s' (known: %s)", tostring(name), table.concat(names, ", "))
    elseif o[name] and type(value) ~= type(o[name]) then
      fail(class, "'%s' must be a %s, got %s", name, type(o[name]), tostring(value))
    end
    o[name] = value
  end
  if o.pooling and o.pooling ~= "avg" and o.pooling ~= "max" then
    fail(class, "'pooling' must be \"avg\" or \"max\", got %s", tostring(o.pooling))
  end
  return o
end

local function check_shape(class, shape, smallest)
  if type(shape) ~= "table" or #shape ~= 3 then
    fail(class, "'input_shape' must be {height, width, channels}")
  end
  for axis = 1, 2 do
    if shape[axis] ~= knn.ANY and shape[axis] < smallest then
      fail(class, "'input_shape' must be at least %d by %d, got %s by %s", smallest, smallest,
        tostring(shape[1]), tostring(shape[2]))
    end
  end
end

--- The entrance: a symbolic image of the given size, or of the usual one, or, without the classifier, of any.
-- @return the value that the first layer takes; the height as text, for names of models
function M.image(class, o, usual, smallest)
  local function named(height) return height == knn.ANY and "None" or tostring(height) end
  if o.input_tensor then return o.input_tensor, named(o.input_tensor.shape[2]) end
  local shape = o.input_shape or o.include_top and {usual, usual, 3} or {knn.ANY, knn.ANY, 3}
  check_shape(class, shape, smallest)
  return knn.Input{shape = shape}, named(shape[1])
end

--- How each architecture begins: its options, with the class's name in small letters as the model's, and its entrance.
-- @return the options; the symbolic image; its height
function M.begin(class, given, usual, smallest, own)
  local o = M.options(class, given, own or {})
  if o.name == "" then o.name = class:lower() end
  return o, M.image(class, o, usual, smallest)
end

--- The head: the classifier, or pooling, or nothing; and the model.
-- names: those of the head's layers; `avg`, `max`: with include_top = false.
function M.model(o, x, image, names)
  if o.include_top then
    x = L.GlobalAveragePooling2D{name = names.top}(x)
    x = L.Dense{o.classes, activation = o.classifier_activation, name = "predictions"}(x)
  else
    x = M.pooled(o, x, names)
  end
  return M.finish(o, x, image)
end

function M.pooled(o, x, names)
  if o.pooling == "avg" then return L.GlobalAveragePooling2D{name = names.avg}(x) end
  if o.pooling == "max" then return L.GlobalMaxPooling2D{name = names.max}(x) end
  return x
end

--- The model, with the weights of a file where one is named.
function M.finish(o, x, image)
  local model = knn.Model{inputs = image, outputs = x, name = o.name}
  if o.weights ~= "" then model:load_weights(o.weights) end
  return model
end

--- Convolution, normalisation and activation, each with its name.
-- how: size, strides, padding, use_bias, initializer, epsilon, momentum, scale, activation, names {conv, bn, act}
function M.conv_bn(x, filters, how)
  local names = how.names or {}
  x = L.Conv2D{filters, how.size, strides = how.strides, padding = how.padding,
    use_bias = how.use_bias, kernel_initializer = how.initializer, name = names.conv}(x)
  x = L.BatchNormalization{epsilon = how.epsilon, momentum = how.momentum, scale = how.scale,
    name = names.bn}(x)
  if how.activation then x = L.Activation{how.activation, name = names.act}(x) end
  return x
end

--- v rounded to a multiple of 8, at least 8.
function M.multiple(v)
  return math.tointeger(math.max(8, (v + 4) // 8 * 8))
end

--- v rounded to a multiple of 8, at least 8 and not below nine tenths of v.
function M.divisible(v)
  local near = M.multiple(v)
  return near < 0.9 * v and near + 8 or near
end

--- Rows and columns in front of and behind an image so that a window with stride 2 fits as with padding "same".
-- x (batch, height, width, channels); an unknown height or width counts as even.
function M.window_padding(x, window)
  local half = window // 2
  local function side(size) return {size ~= knn.ANY and size % 2 == 1 and half or half - 1, half} end
  return {side(x.shape[2]), side(x.shape[3])}
end

-- Means and deviations of ImageNet's channels, red first, of 0 .. 1.
M.mean, M.deviation = {0.485, 0.456, 0.406}, {0.229, 0.224, 0.225}

local ways = {
  tf = function(x) return x / 127.5 - 1 end,
  torch = function(x) return (x / 255 - knn.tensor(M.mean)) / knn.tensor(M.deviation) end,
  caffe = function(x) return x:flip(-1) - knn.tensor{103.939, 116.779, 123.68} end,
  none = function(x) return x end,
}

--- Images of 0 .. 255 as an architecture wants them.
function M.preprocess(way)
  return function(x) return ways[way](x:float()) end
end

local function read_classes(path)
  local file = assert(io.open(path, "rb"))
  local text = file:read "a"
  file:close()
  local names = {}
  for index, id, name in text:gmatch '"(%d+)"%s*:%s*%[%s*"([^"]*)"%s*,%s*"([^"]*)"' do
    names[tonumber(index)] = {id, name}
  end
  if next(names) then return names end
  local count = 0
  for line in text:gmatch "[^\r\n]+" do
    names[count] = {line, line}
    count = count + 1
  end
  return names
end

--- The best classes of each row of predictions.
-- @tparam Tensor predictions (rows, classes)
-- @tparam table options top = 5; classes = path of a list of classes: Keras's imagenet_class_index.json, or a name a line
-- @treturn table a list per row of {class id, name, score}, best first
function M.decode_predictions(predictions, options)
  local o = options or {}
  if not o.classes then
    error("decode_predictions: give classes = the path of a list of classes (imagenet_class_index.json, or a name a line)", 0)
  end
  local names, top, result = read_classes(o.classes), o.top or 5, {}
  for r = 1, predictions.shape[1] do
    local row, best = predictions[r]:totable(), {}
    for i, score in ipairs(row) do best[i] = {i - 1, score} end
    table.sort(best, function(a, b) return a[2] > b[2] or a[2] == b[2] and a[1] < b[1] end)
    result[r] = {}
    for i = 1, math.min(top, #best) do
      local name = names[best[i][1]] or {tostring(best[i][1]), tostring(best[i][1])}
      result[r][i] = {name[1], name[2], best[i][2]}
    end
  end
  return result
end

--- The fields of an architecture's module: its models, preprocess_input, decode_predictions.
function M.module(way, models)
  models.preprocess_input = M.preprocess(way)
  models.decode_predictions = M.decode_predictions
  return models
end

return M
