--- Pictures: from files, to files, side by side. An image is a tensor (height, width, channels).
-- @module knn.utils.image
local core = require "knn.core"
local check = require "knn.utils.check"

local M = {}

--- An image file, PNG or JPEG, as a uint8 tensor; nil, message, code when it cannot be read.
-- Photographs are turned upright as their EXIF data asks, which Keras leaves undone.
-- @tparam string path
-- @tparam[opt] table options  color_mode = "rgb" | "rgba" | "grayscale" | "unchanged"; target_size = {height, width};
--   interpolation = "nearest" | "bilinear" | "bicubic" | "hamming" | "box" | "lanczos"; keep_aspect_ratio = false: cut
--   the middle first; as_stored = false: leave EXIF's orientation alone; most_pixels: refuse larger images
-- @shape (height, width, 3), 4 for "rgba", 1 for "grayscale"; int32 0 .. 65535 where 16 bits are kept ("unchanged",
--   and "grayscale" of a grey file)
-- @usage x = knn.utils.load_img("cat.jpg", {target_size = {64, 64}, interpolation = "bilinear"}):float() / 255
function M.load_img(path, options)
  options = options or {}
  check.options("load_img", options,
    {"color_mode", "target_size", "interpolation", "keep_aspect_ratio", "as_stored", "most_pixels"})
  local o = {}
  for name, value in pairs(options) do o[name] = value end
  check.choice("load_img", "color_mode", o.color_mode or "rgb", {"rgb", "rgba", "grayscale", "unchanged"})
  check.choice("load_img", "interpolation", o.interpolation or "nearest",
    {"nearest", "bilinear", "bicubic", "hamming", "box", "lanczos"})
  if o.target_size then
    local size = o.target_size
    if type(size) ~= "table" or math.type(size[1]) ~= "integer" or math.type(size[2]) ~= "integer" then
      error("load_img: 'target_size' is {height, width}", 2)
    end
    o.height, o.width = size[1], size[2]
  end
  return core.load_image(path, o)
end

--- An image as numbers to compute with: float32 (or `dtype`).
-- @tparam Tensor img
-- @tparam[opt] table options  dtype
function M.img_to_array(img, options)
  return img:astype(options and options.dtype or "float32")
end

--- Numbers as an image: (height, width, channels) of any type to uint8.
-- @tparam Tensor x
-- @tparam[opt] table options  scale = true: stretch from the smallest to the largest value; false: values are 0 .. 255
function M.array_to_img(x, options)
  if x.rank ~= 3 then
    error("array_to_img: an image is (height, width, channels), got rank " .. x.rank, 2)
  end
  if x.dtype == "uint8" and options and options.scale == false then return x end
  x = x:float()
  if not options or options.scale ~= false then
    x = x - x:min()
    local highest = x:max():item()
    if highest ~= 0 then x = x / highest end
    x = x * 255
  end
  return core.ops.clip(x, 0, 255):byte()
end

--- Writes an image, .png or .jpg; true, or nil, message, code.
-- @tparam string path
-- @tparam Tensor x  (height, width, channels); uint8 as it is, other types through array_to_img
-- @tparam[opt] table options  scale = true, as array_to_img; quality = 75, of JPEG
function M.save_img(path, x, options)
  options = options or {}
  check.options("save_img", options, {"scale", "quality"})
  local whole = x.dtype == "uint8" or x.dtype == "int32"
  if not whole or options.scale ~= nil then x = M.array_to_img(x, {scale = options.scale}) end
  return core.save_image(path, x, options.quality)
end

--- Images side by side as one image.
-- @tparam Tensor images  (n, height, width, channels) or (n, height, width)
-- @tparam[opt] table options  columns = the root of n, rounded up; padding = 2 pixels between them; value = 255 there
-- @usage knn.utils.save_img("digits.png", knn.utils.image_grid(x_train[{{1, 100}}]))
function M.image_grid(images, options)
  options = options or {}
  check.options("image_grid", options, {"columns", "padding", "value"})
  if images.rank == 3 then images = images:unsqueeze(-1) end
  if images.rank ~= 4 then
    error("image_grid: images are (n, height, width, channels), got rank " .. images.rank, 2)
  end
  local n, h, w, c = table.unpack(images.shape)
  local columns = options.columns or math.ceil(math.sqrt(n))
  local pad, rows = options.padding or 2, (n + columns - 1) // columns
  local grid = core.full({rows * (h + pad) - pad, columns * (w + pad) - pad, c}, options.value or 255, images.dtype)
  for i = 0, n - 1 do
    local top, left = i // columns * (h + pad), i % columns * (w + pad)
    grid[{{top + 1, top + h}, {left + 1, left + w}}] = images[i + 1]
  end
  return grid
end

return M
