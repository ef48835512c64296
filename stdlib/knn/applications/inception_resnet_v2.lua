--- InceptionResNetV2: Inception's branches, added to their input in small part.
-- Szegedy et al. 2017, Inception-v4, Inception-ResNet and the impact of residual connections on learning.
-- @module knn.applications.inception_resnet_v2
local knn = require "knn"
local common = require "knn.applications.common"
local L = knn.layers

local CustomScaleLayer = knn.layer("CustomScaleLayer", {
  call = function(self, x) return x[1] + x[2] * self.scale end,
})

local function conv(x, filters, rows, columns, strides, padding, name)
  return common.conv_bn(x, filters, {size = {rows, columns or rows}, strides = strides, padding = padding or "same",
    use_bias = false, scale = false, activation = "relu",
    names = name and {conv = name, bn = name .. "_bn", act = name .. "_ac"}})
end

-- Convolutions one after another: {filters, rows, columns, strides, padding}.
local function chain(x, ...)
  for _, c in ipairs {...} do x = conv(x, c[1], c[2], c[3], c[4], c[5]) end
  return x
end

local function mixed(name, ...)
  return L.Concatenate{name = name}{...}
end

-- The branches of the three kinds of blocks.
local branches = {
  block35 = {{{32, 1}}, {{32, 1}, {32, 3}}, {{32, 1}, {48, 3}, {64, 3}}},
  block17 = {{{192, 1}}, {{128, 1}, {160, 1, 7}, {192, 7, 1}}},
  block8 = {{{192, 1}}, {{192, 1}, {224, 1, 3}, {256, 3, 1}}},
}

-- x (height, width, c), the same shape back: x + scale * branches(x)
local function residual(x, kind, i, scale, linear)
  local name, parts = ("%s_%d"):format(kind, i), {}
  for b, branch in ipairs(branches[kind]) do parts[b] = chain(x, table.unpack(branch)) end
  local up = L.Conv2D{x.shape[4], 1, padding = "same", name = name .. "_conv"}(
    mixed(name .. "_mixed", table.unpack(parts)))
  x = CustomScaleLayer{scale = scale}{x, up}
  return linear and x or L.Activation{"relu", name = name .. "_ac"}(x)
end

local function stem(x)
  x = chain(x, {32, 3, 3, 2, "valid"}, {32, 3, 3, 1, "valid"}, {64, 3})
  x = chain(L.MaxPooling2D{3, strides = 2}(x), {80, 1, 1, 1, "valid"}, {192, 3, 3, 1, "valid"})
  x = L.MaxPooling2D{3, strides = 2}(x)
  local a, b, c = chain(x, {96, 1}), chain(x, {48, 1}, {64, 5}), chain(x, {64, 1}, {96, 3}, {96, 3})
  return mixed("mixed_5b", a, b, c, conv(L.AveragePooling2D{3, strides = 1, padding = "same"}(x), 64, 1))
end

local function InceptionResNetV2(given)
  local o = common.options("InceptionResNetV2", given, {})
  if o.name == "" then o.name = "inception_resnet_v2" end
  local image = common.image("InceptionResNetV2", o, 299, 75)
  local x = stem(image)
  for i = 1, 10 do x = residual(x, "block35", i, 0.17) end
  local a = chain(x, {384, 3, 3, 2, "valid"})
  local b = chain(x, {256, 1}, {256, 3}, {384, 3, 3, 2, "valid"})
  x = mixed("mixed_6a", a, b, L.MaxPooling2D{3, strides = 2}(x))
  for i = 1, 20 do x = residual(x, "block17", i, 0.1) end
  a = chain(x, {256, 1}, {384, 3, 3, 2, "valid"})
  b = chain(x, {256, 1}, {288, 3, 3, 2, "valid"})
  local c = chain(x, {256, 1}, {288, 3}, {320, 3, 3, 2, "valid"})
  x = mixed("mixed_7a", a, b, c, L.MaxPooling2D{3, strides = 2}(x))
  for i = 1, 9 do x = residual(x, "block8", i, 0.2) end
  x = conv(residual(x, "block8", 10, 1.0, true), 1536, 1, 1, 1, "same", "conv_7b")
  return common.model(o, x, image, {top = "avg_pool"})
end

return common.module("tf", {InceptionResNetV2 = InceptionResNetV2})
