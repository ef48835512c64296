--- Xception: depthwise separable convolutions with shortcuts.
-- Chollet 2016, Xception: deep learning with depthwise separable convolutions.
-- @module knn.applications.xception
local knn = require "knn"
local common = require "knn.applications.common"
local L = knn.layers

local function relu(x, name)
  return L.Activation{"relu", name = name}(x)
end

local function separable(x, filters, name)
  x = L.SeparableConv2D{filters, 3, padding = "same", use_bias = false, name = name}(x)
  return L.BatchNormalization{name = name .. "_bn"}(x)
end

-- Half of the image: two separable convolutions and pooling, beside a convolution of 1.
local function down(x, first, filters, block)
  local name = "block" .. block
  local residual = L.Conv2D{filters, 1, strides = 2, padding = "same", use_bias = false}(x)
  residual = L.BatchNormalization{}(residual)
  if block > 2 then x = relu(x, name .. "_sepconv1_act") end
  x = separable(x, first, name .. "_sepconv1")
  x = relu(x, name .. "_sepconv2_act")
  x = separable(x, filters, name .. "_sepconv2")
  x = L.MaxPooling2D{3, strides = 2, padding = "same", name = name .. "_pool"}(x)
  return L.Add{}{x, residual}
end

local function middle(x, block)
  local y = x
  for i = 1, 3 do
    local name = ("block%d_sepconv%d"):format(block, i)
    y = separable(relu(y, name .. "_act"), 728, name)
  end
  return L.Add{}{y, x}
end

local function Xception(given)
  local o, image = common.begin("Xception", given, 299, 71)
  local x = image
  for i, filters in ipairs {32, 64} do
    local name = "block1_conv" .. i
    x = common.conv_bn(x, filters, {size = 3, strides = i == 1 and 2 or 1, use_bias = false,
      activation = "relu", names = {conv = name, bn = name .. "_bn", act = name .. "_act"}})
  end
  for i, filters in ipairs {128, 256, 728} do x = down(x, filters, filters, i + 1) end
  for block = 5, 12 do x = middle(x, block) end
  x = down(x, 728, 1024, 13)
  for i, filters in ipairs {1536, 2048} do
    local name = "block14_sepconv" .. i
    x = relu(separable(x, filters, name), name .. "_act")
  end
  return common.model(o, x, image, {top = "avg_pool"})
end

return common.module("tf", {Xception = Xception})
