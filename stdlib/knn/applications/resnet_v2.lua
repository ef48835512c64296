--- ResNet50V2, ResNet101V2, ResNet152V2: normalisation and activation before each convolution.
-- He et al. 2016, Identity mappings in deep residual networks.
-- @module knn.applications.resnet_v2
local knn = require "knn"
local common = require "knn.applications.common"
local L = knn.layers

local epsilon = 1.001e-5

local function bn_relu(x, name)
  x = L.BatchNormalization{epsilon = epsilon, name = name .. "_bn"}(x)
  return L.Activation{"relu", name = name .. "_relu"}(x)
end

local function shortcut_of(x, preact, filters, strides, widens, name)
  if widens then return L.Conv2D{4 * filters, 1, strides = strides, name = name .. "_0_conv"}(preact) end
  return strides > 1 and L.MaxPooling2D{1, strides = strides}(x) or x
end

-- x (height, width, c) -> (height / strides, width / strides, 4 filters)
local function bottleneck(x, filters, strides, widens, name)
  local preact = bn_relu(x, name .. "_preact")
  local shortcut = shortcut_of(x, preact, filters, strides, widens, name)
  x = L.Conv2D{filters, 1, use_bias = false, name = name .. "_1_conv"}(preact)
  x = bn_relu(x, name .. "_1")
  x = L.ZeroPadding2D{1, name = name .. "_2_pad"}(x)
  x = L.Conv2D{filters, 3, strides = strides, use_bias = false, name = name .. "_2_conv"}(x)
  x = bn_relu(x, name .. "_2")
  x = L.Conv2D{4 * filters, 1, name = name .. "_3_conv"}(x)
  return L.Add{name = name .. "_out"}{shortcut, x}
end

local function build(class, blocks)
  return function(given)
    local o, image = common.begin(class, given, 224, 32)
    local x = L.ZeroPadding2D{3, name = "conv1_pad"}(image)
    x = L.Conv2D{64, 7, strides = 2, name = "conv1_conv"}(x)
    x = L.ZeroPadding2D{1, name = "pool1_pad"}(x)
    x = L.MaxPooling2D{3, strides = 2, name = "pool1_pool"}(x)
    for stage, count in ipairs(blocks) do
      for i = 1, count do
        x = bottleneck(x, 32 << stage, i == count and stage < 4 and 2 or 1, i == 1,
          ("conv%d_block%d"):format(stage + 1, i))
      end
    end
    x = bn_relu(x, "post")
    return common.model(o, x, image, {top = "avg_pool", avg = "avg_pool", max = "max_pool"})
  end
end

return common.module("tf", {
  ResNet50V2 = build("ResNet50V2", {3, 4, 6, 3}),
  ResNet101V2 = build("ResNet101V2", {3, 4, 23, 3}),
  ResNet152V2 = build("ResNet152V2", {3, 8, 36, 3}),
})
