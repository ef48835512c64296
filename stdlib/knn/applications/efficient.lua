-- What EfficientNet and EfficientNetV2 share: squeeze and excitation, the residual connection and the head.
local knn = require "knn"
local common = require "knn.applications.common"
local L = knn.layers
local M = {}

--- The law that kernels of convolutions start from.
M.initializer = knn.initializers.VarianceScaling{scale = 2.0, mode = "fan_out", distribution = "truncated_normal"}

--- Convolution without bias, normalisation and swish.
-- how: size = 1, strides, padding = "same", momentum; names begin with `prefix`: {conv, bn, act}, without act no swish
function M.conv(x, filters, prefix, names, how)
  return common.conv_bn(x, filters, {size = how.size or 1, strides = how.strides, padding = how.padding or "same",
    use_bias = false, initializer = M.initializer, momentum = how.momentum, activation = names[3] and "swish",
    names = {conv = prefix .. names[1], bn = prefix .. names[2], act = names[3] and prefix .. names[3]}})
end

--- Each channel weighted by what all channels are on average. x (height, width, channels), the same shape back
function M.squeeze_excite(x, filters, prefix)
  local channels = x.shape[4]
  local s = L.GlobalAveragePooling2D{name = prefix .. "se_squeeze"}(x)
  s = L.Reshape{{1, 1, channels}, name = prefix .. "se_reshape"}(s)
  s = L.Conv2D{filters, 1, padding = "same", activation = "swish", kernel_initializer = M.initializer,
    name = prefix .. "se_reduce"}(s)
  s = L.Conv2D{channels, 1, padding = "same", activation = "sigmoid", kernel_initializer = M.initializer,
    name = prefix .. "se_expand"}(s)
  return L.Multiply{name = prefix .. "se_excite"}{x, s}
end

--- x + input, where whole images of x are dropped at random in training.
function M.residual(x, input, drop, prefix)
  if drop > 0 then x = L.Dropout{drop, noise_shape = {knn.ANY, 1, 1, 1}, name = prefix .. "drop"}(x) end
  return L.Add{name = prefix .. "add"}{x, input}
end

--- The classifier or pooling, and the model.
-- x: what comes out of its convolution
function M.model(o, x, image, dropout)
  if not o.include_top then
    x = common.pooled(o, x, {avg = "avg_pool", max = "max_pool"})
    return common.finish(o, x, image)
  end
  x = L.Dropout{dropout, name = "top_dropout"}(L.GlobalAveragePooling2D{name = "avg_pool"}(x))
  x = L.Dense{o.classes, activation = o.classifier_activation, name = "predictions",
    kernel_initializer = knn.initializers.VarianceScaling{scale = 1 / 3, mode = "fan_out", distribution = "uniform"}}(x)
  return common.finish(o, x, image)
end

--- Calls block(x, stage, first, drop, prefix) for every block of every stage.
-- repeats(stage): how many blocks; total: what the rate of dropped images, 0.2, is spread over.
function M.blocks(x, stages, repeats, total, block)
  local done = 0
  for i, stage in ipairs(stages) do
    for j = 1, repeats(stage) do
      x = block(x, stage, j == 1, 0.2 * done / total, ("block%d%s_"):format(i, string.char(96 + j)))
      done = done + 1
    end
  end
  return x
end

return M
