--- MobileNetV3: inverted residuals with squeeze and excitation, activations without exponentials.
-- Howard et al. 2019, Searching for MobileNetV3.
-- @module knn.applications.mobilenet_v3
local knn = require "knn"
local common = require "knn.applications.common"
local L = knn.layers

local function relu(x) return L.ReLU{}(x) end
local function hard_swish(x) return L.Activation{"hard_swish"}(x) end
local function hard_sigmoid(x) return L.ReLU{max_value = 6}(x + 3.0) * (1.0 / 6.0) end

-- {expansion, filters, window (false: the model's), stride, squeezed?, activation (false: the model's)}
local small = {
  last = 1024,
  {1, 16, 3, 2, true, relu}, {72 / 16, 24, 3, 2, false, relu}, {88 / 24, 24, 3, 1, false, relu},
  {4, 40, false, 2, true, false}, {6, 40, false, 1, true, false}, {6, 40, false, 1, true, false},
  {3, 48, false, 1, true, false}, {3, 48, false, 1, true, false}, {6, 96, false, 2, true, false},
  {6, 96, false, 1, true, false}, {6, 96, false, 1, true, false},
}
local large = {
  last = 1280,
  {1, 16, 3, 1, false, relu}, {4, 24, 3, 2, false, relu}, {3, 24, 3, 1, false, relu},
  {3, 40, false, 2, true, relu}, {3, 40, false, 1, true, relu}, {3, 40, false, 1, true, relu},
  {6, 80, 3, 2, false, false}, {2.5, 80, 3, 1, false, false}, {2.3, 80, 3, 1, false, false},
  {2.3, 80, 3, 1, false, false}, {6, 112, 3, 1, true, false}, {6, 112, 3, 1, true, false},
  {6, 160, false, 2, true, false}, {6, 160, false, 1, true, false}, {6, 160, false, 1, true, false},
}

local function bn(x, name)
  return L.BatchNormalization{epsilon = 1e-3, momentum = 0.999, name = name}(x)
end

local function pointwise(x, filters, name)
  return bn(L.Conv2D{filters, 1, padding = "same", use_bias = false, name = name}(x), name .. "_bn")
end

-- Each channel weighted by what all channels are on average. x (height, width, channels), the same shape back
local function squeeze_excite(x, channels, prefix)
  prefix = prefix .. "squeeze_excite_"
  local s = L.GlobalAveragePooling2D{keepdims = true, name = prefix .. "avg_pool"}(x)
  s = L.Conv2D{common.divisible(channels * 0.25), 1, padding = "same", name = prefix .. "conv"}(s)
  s = L.ReLU{name = prefix .. "relu"}(s)
  s = L.Conv2D{channels, 1, padding = "same", name = prefix .. "conv_1"}(s)
  return L.Multiply{name = prefix .. "mul"}{x, hard_sigmoid(s)}
end

-- x (height, width, c) -> (height / stride, width / stride, b.filters)
local function inverted_residual(x, b, id)
  local input, channels = x, x.shape[4]
  local wide = common.divisible(channels * b.expansion)
  local prefix = id == 0 and "expanded_conv_" or ("expanded_conv_%d_"):format(id)
  if id > 0 then x = b.activation(pointwise(x, wide, prefix .. "expand")) end
  if b.stride == 2 then
    x = L.ZeroPadding2D{common.window_padding(x, b.window), name = prefix .. "depthwise_pad"}(x)
  end
  x = L.DepthwiseConv2D{b.window, strides = b.stride, padding = b.stride == 1 and "same" or "valid",
    use_bias = false, name = prefix .. "depthwise"}(x)
  x = b.activation(bn(x, prefix .. "depthwise_bn"))
  if b.squeezed then x = squeeze_excite(x, wide, prefix) end
  x = pointwise(x, b.filters, prefix .. "project")
  if b.stride == 1 and channels == b.filters then x = L.Add{name = prefix .. "add"}{input, x} end
  return x
end

local function body(o, x, blocks)
  local activation = o.minimalistic and relu or hard_swish
  x = L.Conv2D{16, 3, strides = 2, padding = "same", use_bias = false, name = "conv"}(x)
  x = activation(bn(x, "conv_bn"))
  for i, b in ipairs(blocks) do
    x = inverted_residual(x, {expansion = b[1], filters = common.divisible(b[2] * o.alpha),
      window = b[3] or o.minimalistic and 3 or 5, stride = b[4],
      squeezed = b[5] and not o.minimalistic, activation = b[6] or activation}, i - 1)
  end
  return activation(pointwise(x, common.divisible(x.shape[4] * 6), "conv_1")), activation
end

local function classify(o, x, last, activation)
  x = L.GlobalAveragePooling2D{keepdims = true}(x)
  x = activation(L.Conv2D{o.alpha > 1 and common.divisible(last * o.alpha) or last, 1, padding = "same",
    name = "conv_2"}(x))
  if o.dropout_rate > 0 then x = L.Dropout{o.dropout_rate}(x) end
  x = L.Flatten{}(L.Conv2D{o.classes, 1, padding = "same", name = "logits"}(x))
  return L.Activation{o.classifier_activation, name = "predictions"}(x)
end

local function architecture(class, blocks)
  return function(given)
    local o = common.options(class, given,
      {alpha = 1.0, minimalistic = false, dropout_rate = 0.2, include_preprocessing = true})
    if o.name == "" then o.name = class end
    local image = common.image(class, o, knn.ANY, 32)
    local x = o.include_preprocessing and L.Rescaling{1 / 127.5, offset = -1.0}(image) or image
    local activation
    x, activation = body(o, x, blocks)
    if o.include_top then
      x = classify(o, x, blocks.last, activation)
    else
      x = common.pooled(o, x, {avg = "avg_pool", max = "max_pool"})
    end
    return common.finish(o, x, image)
  end
end

return common.module("none", {
  MobileNetV3Small = architecture("MobileNetV3Small", small),
  MobileNetV3Large = architecture("MobileNetV3Large", large),
})
