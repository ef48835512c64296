--- MobileNetV2: inverted residuals, narrow between and wide inside.
-- Sandler et al. 2018, MobileNetV2: inverted residuals and linear bottlenecks.
-- @module knn.applications.mobilenet_v2
local knn = require "knn"
local common = require "knn.applications.common"
local L = knn.layers

-- {filters, stride of the first block, blocks}; all but the first widen six times.
local stages = {{16, 1, 1}, {24, 2, 2}, {32, 2, 3}, {64, 2, 4}, {96, 1, 3}, {160, 2, 3}, {320, 1, 1}}

local function bn(x, name)
  return L.BatchNormalization{epsilon = 1e-3, momentum = 0.999, name = name}(x)
end

-- x (height, width, c) -> (height / stride, width / stride, alpha filters)
local function inverted_residual(x, filters, stride, expansion, prefix)
  local channels, input = x.shape[4], x
  if expansion > 1 then
    x = L.Conv2D{expansion * channels, 1, padding = "same", use_bias = false, name = prefix .. "expand"}(x)
    x = bn(x, prefix .. "expand_BN")
    x = L.ReLU{max_value = 6, name = prefix .. "expand_relu"}(x)
  end
  if stride == 2 then x = L.ZeroPadding2D{common.window_padding(x, 3), name = prefix .. "pad"}(x) end
  x = L.DepthwiseConv2D{3, strides = stride, use_bias = false,
    padding = stride == 1 and "same" or "valid", name = prefix .. "depthwise"}(x)
  x = bn(x, prefix .. "depthwise_BN")
  x = L.ReLU{max_value = 6, name = prefix .. "depthwise_relu"}(x)
  x = L.Conv2D{filters, 1, padding = "same", use_bias = false, name = prefix .. "project"}(x)
  x = bn(x, prefix .. "project_BN")
  if channels == filters and stride == 1 then x = L.Add{name = prefix .. "add"}{input, x} end
  return x
end

local function MobileNetV2(given)
  local o = common.options("MobileNetV2", given, {alpha = 1.0})
  local image, rows = common.image("MobileNetV2", o, 224, 32)
  if o.name == "" then o.name = ("mobilenetv2_%.2f_%s"):format(o.alpha, rows) end
  local x = L.Conv2D{common.divisible(32 * o.alpha), 3, strides = 2, padding = "same", use_bias = false,
    name = "Conv1"}(image)
  x = L.ReLU{max_value = 6, name = "Conv1_relu"}(bn(x, "bn_Conv1"))
  local id = 0
  for s, stage in ipairs(stages) do
    for i = 1, stage[3] do
      x = inverted_residual(x, common.divisible(stage[1] * o.alpha // 1), i == 1 and stage[2] or 1, s == 1 and 1 or 6,
        id == 0 and "expanded_conv_" or ("block_%d_"):format(id))
      id = id + 1
    end
  end
  local last = o.alpha > 1 and common.divisible(1280 * o.alpha) or 1280
  x = L.Conv2D{last, 1, use_bias = false, name = "Conv_1"}(x)
  x = L.ReLU{max_value = 6, name = "out_relu"}(bn(x, "Conv_1_bn"))
  return common.model(o, x, image, {})
end

return common.module("tf", {MobileNetV2 = MobileNetV2})
