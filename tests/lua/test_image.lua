-- Pictures: every file of the PNG and JPEG suites to the right numbers or refused, sizes as Pillow's, saving.
local T = dofile "tests/lua/harness.lua"
local golden = dofile "tests/golden/golden.lua"
local json = dofile "tests/lua/json.lua"
local knn = require "knn"
local load_img = knn.utils.load_img

local function read(path)
  local f = assert(io.open(path, "rb"))
  local text = f:read "a"
  f:close()
  return text
end

local function with_folder(f)
  local folder = os.tmpname()
  os.remove(folder)
  os.execute("mkdir '" .. folder .. "'")
  local ok, err = pcall(f, folder)
  os.execute("rm -rf '" .. folder .. "'")
  if not ok then error(err, 0) end
end

-- SHA-256 of each text, by name.
local function hashes(texts)
  local found = {}
  with_folder(function(folder)
    for name, text in pairs(texts) do
      local f = assert(io.open(folder .. "/" .. name, "wb"))
      f:write(text)
      f:close()
    end
    local pipe = assert(io.popen("cd '" .. folder .. "' && sha256sum *"))
    for line in pipe:lines() do
      local hash, name = line:match "^(%x+)%s+(.+)$"
      found[name] = hash
    end
    pipe:close()
  end)
  return found
end

-- Samples as the suite counts them: 16 bits, low byte first.
local function as_shorts(img)
  return (img:int():tobytes():gsub("(..)..", "%1"))
end

T.test("png-suite: colours with alpha, grey and RGB as they are, broken files refused", function()
  local expected = json.parse(read(T.corpus "png-suite/expected.json"))
  local texts, wanted, refused = {}, {}, 0
  for name, about in pairs(expected) do
    local path = T.corpus("png-suite/" .. name)
    local img, message, code = load_img(path, {color_mode = "rgba"})
    if about.error then
      T.equal(img, nil, name)
      T.ok(code == "EFORMAT" and message:find(name, 1, true), message)
      refused = refused + 1
    else
      T.equal(T.ok(img, message).shape, {about.height, about.width, 4}, name)
      texts[name] = img:tobytes()
      wanted[name] = about.rgba8_sha256
      if about.bit_depth >= 8 and about.color_type ~= 3 and not about.trns then
        local plain = load_img(path, {color_mode = "unchanged"})
        T.equal(plain.shape, {about.height, about.width, about.channels})
        T.equal(plain.dtype, about.bit_depth == 16 and "int32" or "uint8")
        texts[name .. ".samples"] = as_shorts(plain)
        wanted[name .. ".samples"] = about.samples_sha256
      end
    end
  end
  T.equal(refused, 14)
  T.equal(hashes(texts), wanted)
end)

-- Largest difference of two images.
local function distance(a, b)
  return (a:float() - b:float()):abs():max():item()
end

-- Two files of one component with odd sampling factors: the reference decoder differs from libjpeg there.
local odd = {["grayscale_16x24_sampling2x2"] = true, ["grayscale_24x16_sampling2x2"] = true}

T.test("jpeg-suite: as the reference pictures", function()
  T.corpus "jpeg-suite/README.md"
  local folder = T.corpus "jpeg-suite/README.md":match "^(.*)/"
  local pipe, pairs_seen = assert(io.popen("ls '" .. folder .. "'")), 0
  for file in pipe:lines() do
    local name = file:match "^(.*)%.jpg$"
    local reference = name and load_img(folder .. "/" .. name .. ".png")
    if reference and not odd[name] then
      local img, message = load_img(folder .. "/" .. file)
      T.equal(T.ok(img, message).shape, reference.shape, name)
      T.ok(distance(img, reference) <= 2, name .. ": " .. distance(img, reference))
      pairs_seen = pairs_seen + 1
    end
  end
  pipe:close()
  T.equal(pairs_seen, 31)
end)

T.test("jpeg: the published decoding of a photograph, and a file that is cut off", function()
  local path = T.corpus "jpeg-suite/libjpeg-turbo_testorig.jpg"
  local ppm = read(T.corpus "jpeg-suite/libjpeg-turbo_testorig.ppm")
  local width, height, at = ppm:match "^P6%s+(%d+)%s+(%d+)%s+255%s()"
  local img = load_img(path)
  T.equal(img.shape, {math.tointeger(height), math.tointeger(width), 3})
  T.ok(distance(img, knn.frombytes(ppm:sub(at), "uint8", img.shape)) <= 3)
  local cut = os.tmpname()
  local f = assert(io.open(cut, "wb"))
  f:write(read(path):sub(1, 3000))
  f:close()
  local none, message, code = load_img(cut)
  os.remove(cut)
  T.equal(none, nil)
  T.equal(code, "EFORMAT")
  T.ok(message:find("ends too early", 1, true), message)
end)

-- A picture of 3x2 pixels whose corners differ.
local function corners()
  local t = knn.zeros({16, 24, 3}, "uint8")
  t[{{1, 8}, {1, 8}}] = 250
  t[{{9, 16}, {1, 8}}] = 120
  t[{{1, 8}, {17, 24}}] = 60
  return t
end

-- The bytes of a JPEG file with an EXIF segment that names an orientation, both byte orders.
local function with_orientation(bytes, orientation, big)
  local e = big and ">" or "<"
  local tiff = (big and "MM" or "II") .. string.pack(e .. "I2I4I2I2I2I4I2I2I4", 42, 8, 1, 0x0112, 3, 1, orientation, 0, 0)
  local segment = "Exif\0\0" .. tiff
  return bytes:sub(1, 2) .. "\xff\xe1" .. string.pack(">I2", #segment + 2) .. segment .. bytes:sub(3)
end

T.test("jpeg: EXIF's orientation", function()
  with_folder(function(folder)
    local path, turned = folder .. "/a.jpg", folder .. "/b.jpg"
    T.equal(knn.utils.save_img(path, corners(), {quality = 100}), true)
    local upright, plain = {}, load_img(path)
    -- What a viewer does to show the stored picture: the list of the EXIF standard.
    local flip, swap = knn.ops.flip, function(t) return knn.ops.transpose(t, {axes = {2, 1, 3}}) end
    upright[1] = plain
    upright[2] = flip(plain, {axis = 2})
    upright[3] = flip(flip(plain, {axis = 1}), {axis = 2})
    upright[4] = flip(plain, {axis = 1})
    upright[5] = swap(plain)
    upright[6] = flip(swap(plain), {axis = 2})
    upright[7] = flip(flip(swap(plain), {axis = 1}), {axis = 2})
    upright[8] = flip(swap(plain), {axis = 1})
    for i = 1, 8 do
      local f = assert(io.open(turned, "wb"))
      f:write(with_orientation(read(path), i, i % 2 == 0))
      f:close()
      T.equal(load_img(turned), upright[i], "orientation " .. i)
      T.equal(load_img(turned, {as_stored = true}), plain)
    end
  end)
end)

-- The image of the golden cases.
local function formula(channels)
  local bytes = {}
  for i = 0, 13 * 17 * channels - 1 do bytes[i + 1] = string.char((i * i * 7 + i * 3) % 251) end
  return knn.frombytes(table.concat(bytes), "uint8", {13, 17, channels})
end

local function weighted_sums(img)
  local sums = {0, 0, 0, 0, 0, 0, 0}
  for i, value in ipairs(img:reshape{-1}:totable()) do
    local k = (i - 1) % 7 + 1
    sums[k] = sums[k] + value * ((i - 1) % 251 + 1)
  end
  return sums
end

T.test("sizes: Pillow's filters to the bit", function()
  local channels = {grayscale = 1, rgb = 3, rgba = 4}
  with_folder(function(folder)
    local path = folder .. "/x.png"
    for _, case in ipairs(golden.cases "image_resize") do
      knn.utils.save_img(path, formula(channels[case.color_mode]))
      local img = load_img(path, {color_mode = case.color_mode, target_size = case.target_size,
        interpolation = case.interpolation, keep_aspect_ratio = case.keep_aspect_ratio})
      T.equal(img.shape, {case.target_size[1], case.target_size[2], channels[case.color_mode]})
      T.equal(weighted_sums(img), case.sums, case.interpolation .. " " .. case.color_mode)
    end
  end)
end)

T.test("saving and reading again, 8 and 16 bits, grids", function()
  with_folder(function(folder)
    local path = folder .. "/x.png"
    for channels = 1, 4 do
      local x = (knn.rand(5, 7, channels) * 255):byte()
      T.equal(knn.utils.save_img(path, x), true)
      T.equal(load_img(path, {color_mode = "unchanged"}), x)
      local deep = (knn.rand(3, 2, channels) * 65535):int()
      T.equal(knn.utils.save_img(path, deep), true)
      T.equal(load_img(path, {color_mode = "unchanged"}), deep)
    end
    T.equal(knn.utils.save_img(path, knn.tensor{{{0.0}, {0.5}, {1.0}}}), true)
    T.equal(load_img(path, {color_mode = "grayscale"}):totable(), {{{0}, {127}, {255}}})
    local grid = knn.utils.image_grid(knn.ones(3, 2, 2):byte(), {padding = 1, value = 9})
    T.equal(grid:squeeze(-1):totable(), {{1, 1, 9, 1, 1}, {1, 1, 9, 1, 1}, {9, 9, 9, 9, 9}, {1, 1, 9, 9, 9}, {1, 1, 9, 9, 9}})
  end)
end)

T.test("messages", function()
  local x, message, code = load_img "/nonexistent/a.png"
  T.equal(x, nil)
  T.equal(code, "EIO")
  T.ok(message:find("/nonexistent/a.png", 1, true))
  T.raises("unknown option 'colour'", load_img, "a.png", {colour = 1})
  T.raises("'color_mode' is one of rgb", load_img, "a.png", {color_mode = "bgr"})
  T.raises("'target_size' is {height, width}", load_img, "a.png", {target_size = 3})
  T.raises("saved as .png, .jpg or .jpeg", knn.utils.save_img, "a.gif", knn.zeros({1, 1, 1}, "uint8"))
  T.raises("(height, width, 1 or 3 channels), got (1, 1, 4)", knn.utils.save_img, "a.jpg", knn.zeros({1, 1, 4}, "uint8"))
  T.raises("quality 200", knn.utils.save_img, "a.jpg", knn.zeros({1, 1, 3}, "uint8"), {quality = 200})
  local _, text, kind = load_img "README.md"
  T.equal(kind, "EFORMAT")
  T.ok(text:find("README.md is neither a PNG nor a JPEG file", 1, true), text)
end)

T.run()
