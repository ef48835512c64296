--- ResNet50, ResNet101, ResNet152: bottlenecks with shortcuts around them.
-- He et al. 2015, Deep residual learning for image recognition.
-- @module knn.applications.resnet
local knn = require "knn"
local common = require "knn.applications.common"
local L = knn.layers

local function names(block, number)
  local stem = block .. "_" .. number
  return {conv = stem .. "_conv", bn = stem .. "_bn", act = stem .. "_relu"}
end

-- x (height, width, c) -> (height / strides, width / strides, 4 filters)
local function bottleneck(x, filters, strides, widens, name)
  local function part(v, n, size, number, how)
    return common.conv_bn(v, n, {size = size, strides = how.strides, padding = how.padding,
      epsilon = 1.001e-5, activation = how.activation, names = names(name, number)})
  end
  local shortcut = widens and part(x, 4 * filters, 1, 0, {strides = strides}) or x
  x = part(x, filters, 1, 1, {strides = strides, activation = "relu"})
  x = part(x, filters, 3, 2, {padding = "same", activation = "relu"})
  x = part(x, 4 * filters, 1, 3, {})
  x = L.Add{name = name .. "_add"}{shortcut, x}
  return L.Activation{"relu", name = name .. "_out"}(x)
end

local function build(class, blocks)
  return function(given)
    local o, image = common.begin(class, given, 224, 32)
    local x = L.ZeroPadding2D{3, name = "conv1_pad"}(image)
    x = common.conv_bn(x, 64, {size = 7, strides = 2, epsilon = 1.001e-5, activation = "relu",
      names = {conv = "conv1_conv", bn = "conv1_bn", act = "conv1_relu"}})
    x = L.ZeroPadding2D{1, name = "pool1_pad"}(x)
    x = L.MaxPooling2D{3, strides = 2, name = "pool1_pool"}(x)
    for stage, count in ipairs(blocks) do
      for i = 1, count do
        x = bottleneck(x, 32 << stage, i == 1 and stage > 1 and 2 or 1, i == 1,
          ("conv%d_block%d"):format(stage + 1, i))
      end
    end
    return common.model(o, x, image, {top = "avg_pool", avg = "avg_pool", max = "max_pool"})
  end
end

return common.module("caffe", {
  ResNet50 = build("ResNet50", {3, 4, 6, 3}),
  ResNet101 = build("ResNet101", {3, 4, 23, 3}),
  ResNet152 = build("ResNet152", {3, 8, 36, 3}),
})
