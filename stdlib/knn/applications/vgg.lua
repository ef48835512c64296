--- VGG16, VGG19: stacks of 3x3 convolutions.
-- Simonyan and Zisserman 2014, Very deep convolutional networks for large-scale image recognition.
-- @module knn.applications.vgg16
local knn = require "knn"
local common = require "knn.applications.common"
local L = knn.layers

local function build(class, blocks)
  return function(given)
    local o, image = common.begin(class, given, 224, 32)
    local x = image
    for b, count in ipairs(blocks) do
      for i = 1, count do
        x = L.Conv2D{math.min(32 << b, 512), 3, activation = "relu", padding = "same",
          name = ("block%d_conv%d"):format(b, i)}(x)
      end
      x = L.MaxPooling2D{2, strides = 2, name = ("block%d_pool"):format(b)}(x)
    end
    if not o.include_top then return common.finish(o, common.pooled(o, x, {}), image) end
    x = L.Flatten{name = "flatten"}(x)
    x = L.Dense{4096, activation = "relu", name = "fc1"}(x)
    x = L.Dense{4096, activation = "relu", name = "fc2"}(x)
    x = L.Dense{o.classes, activation = o.classifier_activation, name = "predictions"}(x)
    return common.finish(o, x, image)
  end
end

return common.module("caffe", {
  VGG16 = build("VGG16", {2, 2, 3, 3, 3}),
  VGG19 = build("VGG19", {2, 2, 4, 4, 4}),
})
