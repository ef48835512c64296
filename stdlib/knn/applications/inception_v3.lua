--- InceptionV3: branches with windows of several sizes, side by side.
-- Szegedy et al. 2015, Rethinking the Inception architecture for computer vision.
-- @module knn.applications.inception_v3
local knn = require "knn"
local common = require "knn.applications.common"
local L = knn.layers

local function conv(x, filters, rows, columns, strides, padding)
  return common.conv_bn(x, filters, {size = {rows, columns}, strides = strides, use_bias = false,
    padding = padding or "same", scale = false, activation = "relu"})
end

-- Convolutions one after another: {filters, rows, columns}.
local function chain(x, ...)
  for _, c in ipairs {...} do x = conv(x, c[1], c[2], c[3], c[4], c[5]) end
  return x
end

local function pooled(x, filters)
  return conv(L.AveragePooling2D{3, strides = 1, padding = "same"}(x), filters, 1, 1)
end

local function mixed(name, ...)
  return L.Concatenate{name = name}{...}
end

local function wide(x, filters, name)
  local a = conv(x, 64, 1, 1)
  local b = chain(x, {48, 1, 1}, {64, 5, 5})
  local c = chain(x, {64, 1, 1}, {96, 3, 3}, {96, 3, 3})
  return mixed(name, a, b, c, pooled(x, filters))
end

local function long(x, n, name)
  local a = conv(x, 192, 1, 1)
  local b = chain(x, {n, 1, 1}, {n, 1, 7}, {192, 7, 1})
  local c = chain(x, {n, 1, 1}, {n, 7, 1}, {n, 1, 7}, {n, 7, 1}, {192, 1, 7})
  return mixed(name, a, b, c, pooled(x, 192))
end

local function split(x, name)
  local left, right = conv(x, 384, 1, 3), conv(x, 384, 3, 1)
  return mixed(name, left, right)
end

local function last(x, i)
  local a = conv(x, 320, 1, 1)
  local b = split(conv(x, 384, 1, 1), ("mixed9_%d"):format(i))
  local c = split(chain(x, {448, 1, 1}, {384, 3, 3}))
  return mixed(("mixed%d"):format(9 + i), a, b, c, pooled(x, 192))
end

local function halve(x)
  return L.MaxPooling2D{3, strides = 2}(x)
end

local function stem(x)
  x = chain(x, {32, 3, 3, 2, "valid"}, {32, 3, 3, 1, "valid"}, {64, 3, 3})
  return halve(chain(halve(x), {80, 1, 1, 1, "valid"}, {192, 3, 3, 1, "valid"}))
end

local function InceptionV3(given)
  local o = common.options("InceptionV3", given, {})
  if o.name == "" then o.name = "inception_v3" end
  local image = common.image("InceptionV3", o, 299, 75)
  local x = stem(image)
  for i, filters in ipairs {32, 64, 64} do x = wide(x, filters, "mixed" .. i - 1) end
  local a = conv(x, 384, 3, 3, 2, "valid")
  local b = chain(x, {64, 1, 1}, {96, 3, 3}, {96, 3, 3, 2, "valid"})
  x = mixed("mixed3", a, b, halve(x))
  for i, n in ipairs {128, 160, 160, 192} do x = long(x, n, "mixed" .. i + 3) end
  a = chain(x, {192, 1, 1}, {320, 3, 3, 2, "valid"})
  b = chain(x, {192, 1, 1}, {192, 1, 7}, {192, 7, 1}, {192, 3, 3, 2, "valid"})
  x = mixed("mixed8", a, b, halve(x))
  x = last(last(x, 0), 1)
  return common.model(o, x, image, {top = "avg_pool"})
end

return common.module("tf", {InceptionV3 = InceptionV3})
