--- MobileNet: depthwise and pointwise convolutions in turn.
-- Howard et al. 2017, MobileNets: efficient convolutional neural networks for mobile vision applications.
-- @module knn.applications.mobilenet
local knn = require "knn"
local common = require "knn.applications.common"
local L = knn.layers

-- The pointwise filters of each block; those with `true` halve the image.
local blocks = {
  {64}, {128, true}, {128}, {256, true}, {256}, {512, true}, {512}, {512}, {512}, {512}, {512},
  {1024, true}, {1024},
}

local function block(x, filters, halves, depth_multiplier, i)
  local function named(stem) return ("conv_%s_%d"):format(stem, i) end
  if halves then x = L.ZeroPadding2D{{{0, 1}, {0, 1}}, name = named "pad"}(x) end
  x = L.DepthwiseConv2D{3, padding = halves and "valid" or "same", strides = halves and 2 or 1,
    depth_multiplier = depth_multiplier, use_bias = false, name = named "dw"}(x)
  x = L.BatchNormalization{name = named "dw" .. "_bn"}(x)
  x = L.ReLU{max_value = 6, name = named "dw" .. "_relu"}(x)
  x = L.Conv2D{filters, 1, padding = "same", use_bias = false, name = named "pw"}(x)
  x = L.BatchNormalization{name = named "pw" .. "_bn"}(x)
  return L.ReLU{max_value = 6, name = named "pw" .. "_relu"}(x)
end

local function classifier(o, x)
  x = L.GlobalAveragePooling2D{keepdims = true}(x)
  x = L.Dropout{o.dropout, name = "dropout"}(x)
  x = L.Conv2D{o.classes, 1, padding = "same", name = "conv_preds"}(x)
  x = L.Reshape{{o.classes}, name = "reshape_2"}(x)
  return L.Activation{o.classifier_activation, name = "predictions"}(x)
end

local function MobileNet(given)
  local o = common.options("MobileNet", given, {alpha = 1.0, depth_multiplier = 1, dropout = 0.001})
  local image, rows = common.image("MobileNet", o, 224, 32)
  if o.name == "" then o.name = ("mobilenet_%.2f_%s"):format(o.alpha, rows) end
  local function width(filters) return math.tointeger(filters * o.alpha // 1) end
  local x = L.Conv2D{width(32), 3, padding = "same", use_bias = false, strides = 2, name = "conv1"}(image)
  x = L.BatchNormalization{name = "conv1_bn"}(x)
  x = L.ReLU{max_value = 6, name = "conv1_relu"}(x)
  for i, b in ipairs(blocks) do x = block(x, width(b[1]), b[2], o.depth_multiplier, i) end
  x = o.include_top and classifier(o, x) or common.pooled(o, x, {})
  return common.finish(o, x, image)
end

return common.module("tf", {MobileNet = MobileNet})
