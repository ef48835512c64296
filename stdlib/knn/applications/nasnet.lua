--- NASNet: cells found by search, each from the two cells before it.
-- Zoph et al. 2018, Learning transferable architectures for scalable image recognition.
-- @module knn.applications.nasnet
local knn = require "knn"
local common = require "knn.applications.common"
local L = knn.layers

local function bn(x, name)
  return L.BatchNormalization{momentum = 0.9997, epsilon = 1e-3, name = name}(x)
end

local function relu(x, name)
  return L.Activation{"relu", name = name}(x)
end

local function pointwise(x, filters, name)
  return L.Conv2D{filters, 1, padding = "same", use_bias = false, kernel_initializer = "he_normal", name = name}(x)
end

-- Two separable convolutions, each behind a rectifier. x (height, width, c) -> (height / stride, width / stride, filters)
local function separable(x, filters, window, stride, id)
  x = relu(x)
  if stride == 2 then x = L.ZeroPadding2D{common.window_padding(x, window), name = "separable_conv_1_pad_" .. id}(x) end
  x = L.SeparableConv2D{filters, window, strides = stride, padding = stride == 2 and "valid" or "same",
    use_bias = false, name = "separable_conv_1_" .. id}(x)
  x = relu(bn(x, "separable_conv_1_bn_" .. id))
  x = L.SeparableConv2D{filters, window, padding = "same", use_bias = false, name = "separable_conv_2_" .. id}(x)
  return bn(x, "separable_conv_2_bn_" .. id)
end

-- Every second pixel, from the first and from the second on, side by side.
local function halved(p, filters, id)
  p = relu(p, "adjust_relu_1_" .. id)
  local a = L.AveragePooling2D{1, strides = 2, name = "adjust_avg_pool_1_" .. id}(p)
  a = pointwise(a, filters // 2, "adjust_conv_1_" .. id)
  local b = L.Cropping2D{{{1, 0}, {1, 0}}}(L.ZeroPadding2D{{{0, 1}, {0, 1}}}(p))
  b = L.AveragePooling2D{1, strides = 2, name = "adjust_avg_pool_2_" .. id}(b)
  b = pointwise(b, filters // 2, "adjust_conv_2_" .. id)
  return bn(L.Concatenate{}{a, b}, "adjust_bn_" .. id)
end

-- The cell before the last, p, made as large as x and `filters` deep.
local function adjusted(p, x, filters, id)
  if not p then return x end
  if p.shape[3] ~= x.shape[3] then return halved(p, filters, id) end
  if p.shape[4] == filters then return p end
  return bn(pointwise(relu(p), filters, "adjust_conv_projection_" .. id), "adjust_bn_" .. id)
end

local function average(x, stride, name)
  return L.AveragePooling2D{3, strides = stride, padding = stride == 1 and "same" or "valid", name = name}(x)
end

local function maximum(x, name)
  return L.MaxPooling2D{3, strides = 2, name = name}(x)
end

-- x (height, width, c), p: the cell before -> (height, width, 6 filters)
local function normal_cell(x, p, filters, id)
  local function name(part) return ("normal_%s_%s"):format(part, id) end
  p = adjusted(p, x, filters, id)
  local h = bn(pointwise(relu(x), filters, name "conv_1"), name "bn_1")
  local a = separable(h, filters, 5, 1, name "left1")
  a = L.Add{name = name "add_1"}{a, separable(p, filters, 3, 1, name "right1")}
  local b = separable(p, filters, 5, 1, name "left2")
  b = L.Add{name = name "add_2"}{b, separable(p, filters, 3, 1, name "right2")}
  local c = L.Add{name = name "add_3"}{average(h, 1, name "left3"), p}
  local left = average(p, 1, name "left4")
  local d = L.Add{name = name "add_4"}{left, average(p, 1, name "right4")}
  local e = L.Add{name = name "add_5"}{separable(h, filters, 3, 1, name "left5"), h}
  return L.Concatenate{name = name "concat"}{p, a, b, c, d, e}, x
end

-- x (height, width, c), p: the cell before -> (height / 2, width / 2, 4 filters)
local function reduction_cell(x, p, filters, id)
  local function name(part) return ("reduction_%s_%s"):format(part, id) end
  p = adjusted(p, x, filters, id)
  local h = bn(pointwise(relu(x), filters, name "conv_1"), name "bn_1")
  local padded = L.ZeroPadding2D{common.window_padding(h, 3), name = name "pad_1"}(h)
  local a = separable(h, filters, 5, 2, name "left1")
  a = L.Add{name = name "add_1"}{a, separable(p, filters, 7, 2, name "right1")}
  local b = maximum(padded, name "left2")
  b = L.Add{name = name "add_2"}{b, separable(p, filters, 7, 2, name "right2")}
  local c = average(padded, 2, name "left3")
  c = L.Add{name = name "add3"}{c, separable(p, filters, 5, 2, name "right3")}
  local d = L.Add{}{b, average(a, 1, name "left4")}
  local e = separable(a, filters, 3, 1, name "left4")
  e = L.Add{name = name "add4"}{e, maximum(padded, name "right5")}
  return L.Concatenate{name = name "concat"}{b, c, d, e}, x
end

-- how.blocks normal cells at each of three sizes, a reduction between them; the widths double with every reduction.
-- With skip_reduction, what a reduction was made from is the second input of the cell after it.
local function cells(x, how)
  local filters, p = how.filters, nil
  x, p = reduction_cell(x, p, filters // 4, "stem_1")
  x, p = reduction_cell(x, p, filters // 2, "stem_2")
  local id = 0
  for size = 1, 3 do
    for _ = 1, how.blocks do
      x, p = normal_cell(x, p, filters, ("%d"):format(id))
      id = id + 1
    end
    if size < 3 then
      local before
      filters = filters * 2
      x, before = reduction_cell(x, p, filters, ("reduce_%d"):format(size * how.blocks))
      p = how.skip_reduction and p or before
      id = size * how.blocks + 1
    end
  end
  return x
end

local function architecture(class, name, size, how)
  return function(given)
    local o = common.options(class, given, {})
    if o.name == "" then o.name = name end
    local image = common.image(class, o, size, 32)
    local x = L.Conv2D{how.stem, 3, strides = 2, use_bias = false, kernel_initializer = "he_normal",
      name = "stem_conv1"}(image)
    return common.model(o, relu(cells(bn(x, "stem_bn1"), how)), image, {})
  end
end

return common.module("tf", {
  NASNetMobile = architecture("NASNetMobile", "nasnet_mobile", 224,
    {stem = 32, filters = 44, blocks = 4, skip_reduction = false}),
  NASNetLarge = architecture("NASNetLarge", "nasnet_large", 331,
    {stem = 96, filters = 168, blocks = 6, skip_reduction = true}),
})
