--- EfficientNet: inverted residuals whose depth, width and resolution grow together.
-- Tan and Le 2019, EfficientNet: rethinking model scaling for convolutional neural networks.
-- @module knn.applications.efficientnet
local knn = require "knn"
local common = require "knn.applications.common"
local efficient = require "knn.applications.efficient"
local L = knn.layers

local stages = {
  {window = 3, repeats = 1, filters = 16, expansion = 1, stride = 1},
  {window = 3, repeats = 2, filters = 24, expansion = 6, stride = 2},
  {window = 5, repeats = 2, filters = 40, expansion = 6, stride = 2},
  {window = 3, repeats = 3, filters = 80, expansion = 6, stride = 2},
  {window = 5, repeats = 3, filters = 112, expansion = 6, stride = 1},
  {window = 5, repeats = 4, filters = 192, expansion = 6, stride = 2},
  {window = 3, repeats = 1, filters = 320, expansion = 6, stride = 1},
}

-- {width, depth, height and width of images, dropout before the classifier}
local sizes = {
  EfficientNetB0 = {1.0, 1.0, 224, 0.2}, EfficientNetB1 = {1.0, 1.1, 240, 0.2},
  EfficientNetB2 = {1.1, 1.2, 260, 0.3}, EfficientNetB3 = {1.2, 1.4, 300, 0.3},
  EfficientNetB4 = {1.4, 1.8, 380, 0.4}, EfficientNetB5 = {1.6, 2.2, 456, 0.4},
  EfficientNetB6 = {1.8, 2.6, 528, 0.5}, EfficientNetB7 = {2.0, 3.1, 600, 0.5},
}

-- x (height, width, c) -> (height / stride, width / stride, filters)
local function inverted_residual(x, window, filters, expansion, stride, drop, prefix)
  local input, channels = x, x.shape[4]
  if expansion > 1 then
    x = efficient.conv(x, channels * expansion, prefix .. "expand_", {"conv", "bn", "activation"}, {})
  end
  if stride == 2 then x = L.ZeroPadding2D{common.window_padding(x, window), name = prefix .. "dwconv_pad"}(x) end
  x = L.DepthwiseConv2D{window, strides = stride, padding = stride == 2 and "valid" or "same", use_bias = false,
    depthwise_initializer = efficient.initializer, name = prefix .. "dwconv"}(x)
  x = L.BatchNormalization{name = prefix .. "bn"}(x)
  x = L.Activation{"swish", name = prefix .. "activation"}(x)
  x = efficient.squeeze_excite(x, math.max(1, channels // 4), prefix)
  x = efficient.conv(x, filters, prefix .. "project_", {"conv", "bn"}, {})
  if stride == 1 and channels == filters then x = efficient.residual(x, input, drop, prefix) end
  return x
end

local function architecture(class)
  local width, depth, size, dropout = table.unpack(sizes[class])
  local function repeats(stage) return math.ceil(depth * stage.repeats) end
  return function(given)
    local o, image = common.begin(class, given, size, 32)
    local x = L.Normalization{axis = -1}(L.Rescaling{1 / 255}(image))
    x = L.ZeroPadding2D{common.window_padding(x, 3), name = "stem_conv_pad"}(x)
    x = efficient.conv(x, common.divisible(32 * width), "stem_", {"conv", "bn", "activation"},
      {size = 3, strides = 2, padding = "valid"})
    local total = 0
    for _, stage in ipairs(stages) do total = total + repeats(stage) end
    x = efficient.blocks(x, stages, repeats, total, function(v, stage, first, drop, prefix)
      return inverted_residual(v, stage.window, common.divisible(stage.filters * width), stage.expansion,
        first and stage.stride or 1, drop, prefix)
    end)
    x = efficient.conv(x, common.divisible(1280 * width), "top_", {"conv", "bn", "activation"}, {})
    return efficient.model(o, x, image, dropout)
  end
end

local models = {}
for class in pairs(sizes) do models[class] = architecture(class) end
return common.module("none", models)
