--- EfficientNetV2: EfficientNet whose first stages are plain convolutions, which train faster.
-- Tan and Le 2021, EfficientNetV2: smaller models and faster training.
-- @module knn.applications.efficientnet_v2
local knn = require "knn"
local common = require "knn.applications.common"
local efficient = require "knn.applications.efficient"
local L = knn.layers

-- {fused?, blocks, filters, expansion, squeezed?, stride}; `stem`: filters of the first convolution
local b = {
  stem = 32,
  {true, 1, 16, 1, false, 1}, {true, 2, 32, 4, false, 2}, {true, 2, 48, 4, false, 2}, {false, 3, 96, 4, true, 2},
  {false, 5, 112, 6, true, 1}, {false, 8, 192, 6, true, 2},
}
local s = {
  stem = 24,
  {true, 2, 24, 1, false, 1}, {true, 4, 48, 4, false, 2}, {true, 4, 64, 4, false, 2}, {false, 6, 128, 4, true, 2},
  {false, 9, 160, 6, true, 1}, {false, 15, 256, 6, true, 2},
}
local m = {
  stem = 24,
  {true, 3, 24, 1, false, 1}, {true, 5, 48, 4, false, 2}, {true, 5, 80, 4, false, 2}, {false, 7, 160, 4, true, 2},
  {false, 14, 176, 6, true, 1}, {false, 18, 304, 6, true, 2}, {false, 5, 512, 6, true, 1},
}
local l = {
  stem = 32,
  {true, 4, 32, 1, false, 1}, {true, 7, 64, 4, false, 2}, {true, 7, 96, 4, false, 2}, {false, 10, 192, 4, true, 2},
  {false, 19, 224, 6, true, 1}, {false, 25, 384, 6, true, 2}, {false, 7, 640, 6, true, 1},
}

-- {name, stages, width, depth, height and width of images}
local sizes = {
  EfficientNetV2B0 = {"efficientnetv2-b0", b, 1.0, 1.0, 224}, EfficientNetV2B1 = {"efficientnetv2-b1", b, 1.0, 1.1, 240},
  EfficientNetV2B2 = {"efficientnetv2-b2", b, 1.1, 1.2, 260}, EfficientNetV2B3 = {"efficientnetv2-b3", b, 1.2, 1.4, 300},
  EfficientNetV2S = {"efficientnetv2-s", s, 1.0, 1.0, 384}, EfficientNetV2M = {"efficientnetv2-m", m, 1.0, 1.0, 480},
  EfficientNetV2L = {"efficientnetv2-l", l, 1.0, 1.0, 480},
}

local momentum = 0.9

local function conv(x, filters, prefix, names, size, strides)
  return efficient.conv(x, filters, prefix, names, {size = size, strides = strides, momentum = momentum})
end

local conv_names, last_names = {"conv", "bn", "activation"}, {"conv", "bn"}

-- Widened by 1x1, then each channel by itself. x (height, width, c) -> (height / stride, width / stride, ...)
local function widen(x, how, prefix)
  if how.expansion > 1 then
    x = conv(x, x.shape[4] * how.expansion, prefix .. "expand_", conv_names)
  end
  x = L.DepthwiseConv2D{3, strides = how.stride, padding = "same", use_bias = false,
    depthwise_initializer = efficient.initializer, name = prefix .. "dwconv2"}(x)
  x = L.BatchNormalization{momentum = momentum, name = prefix .. "bn"}(x)
  return L.Activation{"swish", name = prefix .. "activation"}(x)
end

-- x (height, width, c) -> (height / stride, width / stride, filters)
-- A fused block widens by its 3x3 window; one that does not widen has its window in the last convolution.
local function block(x, how, drop, prefix)
  local input, channels = x, x.shape[4]
  local narrow = how.fused and how.expansion == 1
  if not how.fused then
    x = widen(x, how, prefix)
  elseif not narrow then
    x = conv(x, channels * how.expansion, prefix .. "expand_", conv_names, 3, how.stride)
  end
  if how.squeezed then x = efficient.squeeze_excite(x, math.max(1, channels // 4), prefix) end
  if narrow then
    x = conv(x, how.filters, prefix .. "project_", conv_names, 3, how.stride)
  else
    x = conv(x, how.filters, prefix .. "project_", last_names)
  end
  if how.stride == 1 and channels == how.filters then x = efficient.residual(x, input, drop, prefix) end
  return x
end

local function preprocessed(o, x, stages)
  if not o.include_preprocessing then return x end
  if stages ~= b or x.shape[4] ~= 3 then return L.Rescaling{1 / 128, offset = -1.0}(x) end
  return L.Normalization{axis = -1, mean = {0.485, 0.456, 0.406}, variance = {0.229 ^ 2, 0.224 ^ 2, 0.225 ^ 2}}(
    L.Rescaling{1 / 255}(x))
end

local function architecture(class)
  local name, stages, width, depth, size = table.unpack(sizes[class])
  return function(given)
    local o = common.options(class, given, {include_preprocessing = true})
    if o.name == "" then o.name = name end
    local image = common.image(class, o, size, 32)
    local x = preprocessed(o, image, stages)
    x = conv(x, common.multiple(stages.stem * width), "stem_", conv_names, 3, 2)
    local total = 0
    for _, stage in ipairs(stages) do total = total + stage[2] end
    local function repeats(stage) return math.ceil(depth * stage[2]) end
    x = efficient.blocks(x, stages, repeats, total, function(v, stage, first, drop, prefix)
      return block(v, {fused = stage[1], filters = common.multiple(stage[3] * width), expansion = stage[4],
        squeezed = stage[5], stride = first and stage[6] or 1}, drop, prefix)
    end)
    x = conv(x, common.multiple(1280 * width), "top_", conv_names)
    return efficient.model(o, x, image, 0.2)
  end
end

local models = {}
for class in pairs(sizes) do models[class] = architecture(class) end
return common.module("none", models)
