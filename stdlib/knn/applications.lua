--- Architectures for images, with Keras's layers, names and weights' shapes; each starts untrained, or with the
-- weights of a file.
-- Options of all: include_top = true, weights = path of a file of Keras's or knn's, input_tensor,
-- input_shape = {height, width, 3}, pooling = "avg" | "max", classes = 1000, classifier_activation = "softmax", name. An architecture's module, such as
-- knn.applications.resnet, also has preprocess_input(x) and decode_predictions(predictions, {top=, classes=}).
-- @module knn.applications

local modules = {
  convnext = {"ConvNeXtTiny", "ConvNeXtSmall", "ConvNeXtBase", "ConvNeXtLarge", "ConvNeXtXLarge"},
  densenet = {"DenseNet121", "DenseNet169", "DenseNet201"},
  efficientnet = {"EfficientNetB0", "EfficientNetB1", "EfficientNetB2", "EfficientNetB3", "EfficientNetB4",
    "EfficientNetB5", "EfficientNetB6", "EfficientNetB7"},
  efficientnet_v2 = {"EfficientNetV2B0", "EfficientNetV2B1", "EfficientNetV2B2", "EfficientNetV2B3",
    "EfficientNetV2S", "EfficientNetV2M", "EfficientNetV2L"},
  inception_resnet_v2 = {"InceptionResNetV2"},
  inception_v3 = {"InceptionV3"},
  mobilenet = {"MobileNet"},
  mobilenet_v2 = {"MobileNetV2"},
  mobilenet_v3 = {"MobileNetV3Small", "MobileNetV3Large"},
  nasnet = {"NASNetMobile", "NASNetLarge"},
  resnet = {"ResNet50", "ResNet101", "ResNet152"},
  resnet_v2 = {"ResNet50V2", "ResNet101V2", "ResNet152V2"},
  vgg = {"VGG16", "VGG19"},
  xception = {"Xception"},
}
-- Keras's names of modules that are one here.
local aliases = {vgg16 = "vgg", vgg19 = "vgg"}

local home = {}
for module, models in pairs(modules) do
  for _, model in ipairs(models) do home[model] = module end
end

local names = {}
for model in pairs(home) do names[model] = function(...) return require("knn.applications")[model](...) end end
for module in pairs(modules) do names[module] = {} end

return setmetatable({}, {
  __methods = names,
  __index = function(t, name)
    local module = aliases[name] or modules[name] and name or home[name]
    if not module then return nil end
    local found = require("knn.applications." .. module)
    local value = home[name] and found[name] or found
    rawset(t, name, value)
    return value
  end,
})
