--- DenseNet121, DenseNet169, DenseNet201: each convolution sees all outputs before it.
-- Huang et al. 2016, Densely connected convolutional networks.
-- @module knn.applications.densenet
local knn = require "knn"
local common = require "knn.applications.common"
local L = knn.layers

local growth = 32

local function bn_relu(x, bn, relu)
  x = L.BatchNormalization{epsilon = 1.001e-5, name = bn}(x)
  return L.Activation{"relu", name = relu}(x)
end

-- x (height, width, c) -> (height, width, c + growth)
local function grow(x, name)
  local y = bn_relu(x, name .. "_0_bn", name .. "_0_relu")
  y = L.Conv2D{4 * growth, 1, use_bias = false, name = name .. "_1_conv"}(y)
  y = bn_relu(y, name .. "_1_bn", name .. "_1_relu")
  y = L.Conv2D{growth, 3, padding = "same", use_bias = false, name = name .. "_2_conv"}(y)
  return L.Concatenate{name = name .. "_concat"}{x, y}
end

-- Half of the channels, half of the image.
local function transition(x, name)
  x = bn_relu(x, name .. "_bn", name .. "_relu")
  x = L.Conv2D{x.shape[4] // 2, 1, use_bias = false, name = name .. "_conv"}(x)
  return L.AveragePooling2D{2, strides = 2, name = name .. "_pool"}(x)
end

local function build(class, blocks)
  return function(given)
    local o, image = common.begin(class, given, 224, 32)
    local x = L.ZeroPadding2D{3}(image)
    x = L.Conv2D{64, 7, strides = 2, use_bias = false, name = "conv1_conv"}(x)
    x = bn_relu(x, "conv1_bn", "conv1_relu")
    x = L.ZeroPadding2D{1}(x)
    x = L.MaxPooling2D{3, strides = 2, name = "pool1"}(x)
    for stage, count in ipairs(blocks) do
      for i = 1, count do x = grow(x, ("conv%d_block%d"):format(stage + 1, i)) end
      if stage < #blocks then x = transition(x, ("pool%d"):format(stage + 1)) end
    end
    x = bn_relu(x, "bn", "relu")
    return common.model(o, x, image, {top = "avg_pool", avg = "avg_pool", max = "max_pool"})
  end
end

return common.module("torch", {
  DenseNet121 = build("DenseNet121", {6, 12, 24, 16}),
  DenseNet169 = build("DenseNet169", {6, 12, 32, 32}),
  DenseNet201 = build("DenseNet201", {6, 12, 48, 32}),
})
