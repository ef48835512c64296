--- ConvNeXt: a residual network brought up to date by what was learned from transformers.
-- Liu et al. 2022, A ConvNet for the 2020s.
-- @module knn.applications.convnext
local knn = require "knn"
local common = require "knn.applications.common"
local L = knn.layers

-- {blocks of each stage, channels of each stage}
local sizes = {
  Tiny = {{3, 3, 9, 3}, {96, 192, 384, 768}},
  Small = {{3, 3, 27, 3}, {96, 192, 384, 768}},
  Base = {{3, 3, 27, 3}, {128, 256, 512, 1024}},
  Large = {{3, 3, 27, 3}, {192, 384, 768, 1536}},
  XLarge = {{3, 3, 27, 3}, {256, 512, 1024, 2048}},
}

-- Each channel times a trained number. Touvron et al. 2021, Going deeper with image transformers.
local LayerScale = knn.layer("LayerScale", {
  build = function(self, shape)
    self.gamma = self:add_weight{shape = {shape[#shape]}, initializer = knn.initializers.Constant{1e-6}}
  end,
  call = function(self, x) return x * self.gamma end,
})

local function layer_norm(name)
  return L.LayerNormalization{epsilon = 1e-6, name = name}
end

-- x (height, width, channels), the same shape back
local function block(x, channels, name)
  local y = L.Conv2D{channels, 7, padding = "same", groups = channels, name = name .. "_depthwise_conv"}(x)
  y = layer_norm(name .. "_layernorm")(y)
  y = L.Dense{4 * channels, name = name .. "_pointwise_conv_1"}(y)
  y = L.Activation{"gelu", name = name .. "_gelu"}(y)
  y = L.Dense{channels, name = name .. "_pointwise_conv_2"}(y)
  y = LayerScale{name = name .. "_layer_scale"}(y)
  return x + L.Activation{"linear", name = name .. "_identity"}(y)
end

-- What stands before a stage: x (height, width, c) -> smaller by 4 before the first stage, by 2 before the others
local function entrance(name, stage, channels)
  if stage == 1 then
    return knn.Sequential{name = name .. "_stem",
      L.Conv2D{channels, 4, strides = 4, name = name .. "_stem_conv"}, layer_norm(name .. "_stem_layernorm")}
  end
  local i = stage - 2
  return knn.Sequential{name = ("%s_downsampling_block_%d"):format(name, i),
    layer_norm(("%s_downsampling_layernorm_%d"):format(name, i)),
    L.Conv2D{channels, 2, strides = 2, name = ("%s_downsampling_conv_%d"):format(name, i)}}
end

local function normalized(name, x)
  local mean, variance = {}, {}
  for c = 1, 3 do
    mean[c] = common.mean[c] * 255
    variance[c] = (common.deviation[c] * 255) ^ 2
  end
  return L.Normalization{mean = mean, variance = variance, name = name .. "_prestem_normalization"}(x)
end

local function classify(o, x)
  x = L.GlobalAveragePooling2D{name = o.name .. "_head_gap"}(x)
  x = layer_norm(o.name .. "_head_layernorm")(x)
  return L.Dense{o.classes, activation = o.classifier_activation, name = o.name .. "_head_dense"}(x)
end

local function architecture(class, size)
  local depths, channels = table.unpack(sizes[size])
  return function(given)
    local o = common.options(class, given, {include_preprocessing = true})
    if o.name == "" then o.name = "convnext_" .. size:lower() end
    local image = common.image(class, o, 224, 32)
    local x = o.include_preprocessing and image.shape[4] == 3 and normalized(o.name, image) or image
    local entrances = {}
    for stage = 1, 4 do entrances[stage] = entrance(o.name, stage, channels[stage]) end
    for stage = 1, 4 do
      x = entrances[stage](x)
      for j = 1, depths[stage] do
        x = block(x, channels[stage], ("%s_stage_%d_block_%d"):format(o.name, stage - 1, j - 1))
      end
    end
    if o.include_top then
      x = classify(o, x)
    else
      x = layer_norm()(common.pooled(o, x, {}))
    end
    return common.finish(o, x, image)
  end
end

local models = {}
for size in pairs(sizes) do models["ConvNeXt" .. size] = architecture("ConvNeXt" .. size, size) end
return common.module("none", models)
