--- Pictures changed at random, with the options of Keras-Preprocessing's ImageDataGenerator.
-- @module knn.utils.augment
local core = require "knn.core"
local check = require "knn.utils.check"
local layers = require "knn".layers

local M = {}

local known = {"rotation_range", "width_shift_range", "height_shift_range", "brightness_range", "shear_range", "zoom_range",
  "channel_shift_range", "fill_mode", "cval", "horizontal_flip", "vertical_flip", "rescale", "preprocessing_function"}

-- A shift is a share of the side below 1, else a number of pixels.
local function share(range, side)
  return range < 1 and range or range / side
end

-- The layers for images of one size, in the order of ImageDataGenerator.
local function make_layers(o, height, width)
  local list = {}
  local function add(class, options, fills)
    if fills then options.fill_mode, options.fill_value = o.fill_mode or "nearest", o.cval end
    list[#list + 1] = layers[class](options)
  end
  if o.rotation_range then add("RandomRotation", {factor = o.rotation_range / 360}, true) end
  if o.width_shift_range or o.height_shift_range then
    add("RandomTranslation", {height_factor = share(o.height_shift_range or 0, height),
      width_factor = share(o.width_shift_range or 0, width)}, true)
  end
  if o.shear_range then
    local most = math.tan(math.rad(o.shear_range))
    add("RandomShear", {x_factor = math.min(most, 1.0)}, true)
  end
  if o.zoom_range then
    local low, high = 1 - o.zoom_range, 1 + o.zoom_range
    add("RandomZoom", {height_factor = {low - 1, high - 1}, width_factor = {low - 1, high - 1}}, true)
  end
  if o.horizontal_flip then add("RandomFlip", {mode = "horizontal"}) end
  if o.vertical_flip then add("RandomFlip", {mode = "vertical"}) end
  return list
end

-- Numbers between low and high, one for each image (and channel).
local function drawn(low, high, shape)
  return core.rand(table.unpack(shape)) * (high - low) + low
end

local function change_colours(x, o)
  local n, channels = x.shape[1], x.shape[4]
  if o.brightness_range then
    x = core.ops.clip(x * drawn(o.brightness_range[1], o.brightness_range[2], {n, 1, 1, 1}), 0, 255)
  end
  if o.channel_shift_range then
    x = core.ops.clip(x + drawn(-o.channel_shift_range, o.channel_shift_range, {n, 1, 1, channels}), 0, 255)
  end
  return x
end

--- A function of a batch of images, for `ds:map` or a loop of one's own: the same batch, changed at random.
-- Rotations, shifts, shears, zooms and flips are made by the random layers, one after another; knn.seed decides.
-- @tparam table options  rotation_range (degrees); width_shift_range, height_shift_range (share, or pixels from 1 on);
--   shear_range (degrees); zoom_range; horizontal_flip; vertical_flip; brightness_range = {low, high} (factors);
--   channel_shift_range; fill_mode = "nearest" | "constant" | "reflect" | "wrap"; cval; rescale (factor, last);
--   preprocessing_function
-- @treturn function  f(images, ...): images (batch, height, width, channels), what follows is passed on as it is
-- @usage train = train:map(knn.utils.augmenter{rotation_range = 15, horizontal_flip = true, rescale = 1 / 255})
function M.augmenter(options)
  check.options("augmenter", options, known)
  if options.brightness_range and #options.brightness_range ~= 2 then
    error("augmenter: brightness_range is {low, high}", 2)
  end
  local by_size = {}
  return function(x, ...)
    if x.rank ~= 4 then error("augmenter: images are (batch, height, width, channels), got rank " .. x.rank, 2) end
    local key = x.shape[2] .. "x" .. x.shape[3]
    by_size[key] = by_size[key] or make_layers(options, x.shape[2], x.shape[3])
    x = x:float()
    for _, layer in ipairs(by_size[key]) do x = layer(x, {training = true}) end
    x = change_colours(x, options)
    if options.preprocessing_function then x = options.preprocessing_function(x) end
    return options.rescale and x * options.rescale or x, ...
  end
end

return M
