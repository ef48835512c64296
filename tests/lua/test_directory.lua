-- Data sets from folders of pictures and sound, with the order and the split that Keras gives by the same seed.
local T = dofile "tests/lua/harness.lua"
local knn = require "knn"
local core = require "knn.core"
local images, sounds = knn.utils.image_dataset_from_directory, knn.utils.audio_dataset_from_directory

-- A folder with cat/0.png .. cat/11.png and dog/0.png .. dog/7.png (what is in them: 10 i, and 10 i + 1), a hidden
-- folder and a file that is no picture.
local function with_pets(f)
  local folder = os.tmpname()
  os.remove(folder)
  os.execute(("mkdir -p '%s/cat/more' '%s/dog' '%s/.hidden'"):format(folder, folder, folder))
  for i = 0, 11 do
    knn.utils.save_img(("%s/cat/%s%d.png"):format(folder, i > 9 and "more/" or "", i), knn.full({4, 6, 3}, 10 * i, "uint8"))
  end
  for i = 0, 7 do knn.utils.save_img(("%s/dog/%d.PNG"):format(folder, i), knn.full({4, 6, 3}, 10 * i + 1, "uint8")) end
  knn.utils.save_img(folder .. "/.hidden/x.png", knn.zeros({4, 6, 3}, "uint8"))
  os.execute(("echo notes > '%s/cat/notes.txt'"):format(folder))
  local ok, err = pcall(f, folder)
  os.execute("rm -rf '" .. folder .. "'")
  if not ok then error(err, 0) end
end

local function all_of(ds)
  local values, labels = {}, {}
  for x, y in ds:each() do
    for i = 1, #x do
      values[#values + 1] = math.tointeger(x[i]:max():item())
      labels[#labels + 1] = y and y[i]
    end
  end
  return values, labels
end

-- np.random.RandomState(123).shuffle(list(range(20))), and sums over 1000 with seed 0.
T.test("an order as numpy's", function()
  T.equal((core.numpy_order(20, 123) - 1):totable(), {14, 5, 4, 17, 8, 7, 19, 12, 0, 15, 16, 9, 11, 10, 3, 1, 6, 18, 2, 13})
  local x = core.numpy_order(1000, 0) - 1
  T.equal((x * knn.arange(1000)):sum():item(), 247872640)
end)

T.test("pictures in the order of folders and names", function()
  with_pets(function(folder)
    local ds, about = images(folder, {image_size = {2, 3}, shuffle = false, batch_size = 7, verbose = false})
    T.equal(about.class_names, {"cat", "dog"})
    T.equal(about.file_paths[11], folder .. "/cat/more/10.png")
    local x, y = ds:each()()
    T.equal(x.shape, {7, 2, 3, 3})
    T.equal({x.dtype, y.dtype}, {"float32", "int32"})
    local values, labels = all_of(ds)
    T.equal(values, {0, 10, 20, 30, 40, 50, 60, 70, 80, 90, 100, 110, 1, 11, 21, 31, 41, 51, 61, 71})
    T.equal(labels, {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1, 1, 1})
  end)
end)

T.test("the split by seed is Keras's", function()
  with_pets(function(folder)
    local o = {image_size = 4, seed = 123, validation_split = 0.25, verbose = false, batch_size = 32}
    o.subset = "validation"
    local _, about = images(folder, o)
    -- 1, 6, 18, 2, 13 of the sorted files, the end of numpy's order.
    local names = {}
    for i, path in ipairs(about.file_paths) do names[i] = path:sub(#folder + 2) end
    T.equal(names, {"cat/1.png", "cat/6.png", "dog/6.PNG", "cat/2.png", "dog/1.PNG"})
    o.subset = "both"
    local train, held, both = images(folder, o)
    T.equal(both.file_paths[2], about.file_paths)
    T.equal(all_of(held), {10, 60, 61, 20, 11})
    local values = all_of(train)
    local again = all_of(images(folder, o))
    T.equal(values, again)
    table.sort(values)
    T.equal(values, {0, 1, 21, 30, 31, 40, 41, 50, 51, 70, 71, 80, 90, 100, 110})
  end)
end)

T.test("labels and modes", function()
  with_pets(function(folder)
    local o = {image_size = 4, shuffle = false, verbose = false, batch_size = 20}
    o.label_mode = "binary"
    T.equal(select(2, images(folder, o):each()()).shape, {20, 1})
    o.label_mode, o.class_names = "categorical", {"dog", "cat"}
    local x, y = images(folder, o):each()()
    T.equal(x[1]:max():item(), 1.0)
    T.equal(y[1], {1.0, 0.0})
    o.class_names = {"dog", "cow"}
    T.raises("class_names has 'cow'", images, folder, o)
    o.class_names, o.label_mode, o.color_mode = nil, false, "grayscale"
    local gray, none = images(folder, o):each()()
    T.equal(gray.shape, {20, 4, 4, 1})
    T.equal(none, nil)
    o.label_mode, o.labels = "int", {1, 2, 3}
    T.raises("3 labels are given, but " .. folder .. " holds 21 files", images, folder, o)
    T.raises("validation_split and subset go together", images, folder, {validation_split = 0.5})
    T.raises("a seed is needed", images, folder, {validation_split = 0.5, subset = "training"})
    T.raises("unknown option 'size'", images, folder, {size = 3})
    T.raises("cannot look into the folder /nonexistent", images, "/nonexistent")
  end)
end)

T.test("a picture that cannot be read is named when its turn comes", function()
  with_pets(function(folder)
    os.execute(("echo nothing > '%s/cat/5.png'"):format(folder))
    local ds = images(folder, {image_size = 4, shuffle = false, verbose = false})
    local message = T.raises("/cat/5.png is neither a PNG nor a JPEG file", function() all_of(ds) end)
    T.ok(message:find("file " .. folder, 1, true), message)
  end)
end)

T.test("the middle of wide and of high pictures", function()
  with_pets(function(folder)
    local wide = knn.zeros({4, 8, 3}, "uint8")
    wide[{{}, {3, 6}}] = 200
    knn.utils.save_img(folder .. "/cat/0.png", wide)
    local x = images(folder, {image_size = 2, shuffle = false, verbose = false, crop_to_aspect_ratio = true}):each()()
    T.equal(x[1]:min():item(), 200.0)
    local whole = images(folder, {image_size = 2, shuffle = false, verbose = false}):each()()
    T.ok(whole[1]:min():item() < 200)
  end)
end)

T.test("files of a folder", function()
  with_pets(function(folder)
    local paths = knn.utils.list_files(folder .. "/cat", {".png"})
    T.equal(#paths, 12)
    T.equal({paths[1], paths[11]}, {folder .. "/cat/0.png", folder .. "/cat/more/10.png"})
  end)
end)

T.test("pictures changed at random", function()
  local x, augmenter = knn.rand(6, 5, 7, 3) * 255, knn.utils.augmenter
  T.equal(augmenter{rescale = 0.5}(x), x * 0.5)
  knn.seed(3)
  local y, label = augmenter{horizontal_flip = true}(x, 7)
  T.equal(label, 7)
  local kept = 0
  for i = 1, 6 do
    local same = (y[i] - x[i]):abs():max():item() == 0
    kept = kept + (same and 1 or 0)
    if not same then T.equal(y[i], knn.ops.flip(x[i], {axis = 2})) end
  end
  T.ok(kept > 0 and kept < 6, "each image is turned or not: " .. kept)
  knn.seed(3)
  T.equal(augmenter{horizontal_flip = true}(x), y)
  T.near(augmenter{brightness_range = {0.5, 0.5}}(x), x * 0.5)
  local shifted = augmenter{channel_shift_range = 20}(knn.full({2, 4, 4, 3}, 100.0)) - 100
  T.ok(shifted:abs():max():item() <= 20 and shifted:abs():max():item() > 0)
  T.near(shifted[1], shifted[1][{{1, 1}, {1, 1}}] + knn.zeros(4, 4, 3)) -- one shift for each channel of an image
  local all = augmenter{rotation_range = 20, width_shift_range = 0.2, height_shift_range = 2, shear_range = 10,
    zoom_range = 0.1, vertical_flip = true, preprocessing_function = function(t) return t - 1 end}(x)
  T.equal(all.shape, x.shape)
  local ds = knn.Dataset.from_tensor_slices(x):batch(3):map(augmenter{rescale = 2})
  T.equal(ds:each()(), x[{{1, 3}}] * 2)
  T.raises("unknown option 'flip'", augmenter, {flip = true})
  T.raises("got rank 3", augmenter{rescale = 1}, x[1])
end)

T.test("sound of one length, and training on it", function()
  local folder = os.tmpname()
  os.remove(folder)
  os.execute(("mkdir -p '%s/low' '%s/high'"):format(folder, folder))
  for i = 1, 6 do
    for name, hertz in pairs{low = 200 + 10 * i, high = 900 + 10 * i} do
      local t = knn.arange(300 + 10 * i):double() * (2 * math.pi * hertz / 4000)
      knn.utils.save_audio(("%s/%s/%d.wav"):format(folder, name, i), (knn.ops.sin(t) * 0.8):float(), {sample_rate = 4000})
    end
  end
  local ds, about = sounds(folder, {output_sequence_length = 320, seed = 1, verbose = false, batch_size = 4})
  local x, y = ds:each()()
  T.equal(about.class_names, {"high", "low"})
  T.equal({x.shape, y.shape}, {{4, 320, 1}, {4}})
  local model = knn.Sequential{
    knn.layers.Conv1D{8, kernel_size = 16, strides = 4, activation = "relu", input_shape = {320, 1}},
    knn.layers.GlobalMaxPooling1D{}, knn.layers.Dense{2, activation = "softmax"}}
  model:compile{loss = "sparse_categorical_crossentropy", optimizer = knn.optimizers.Adam{0.01}, metrics = {"accuracy"}}
  model:fit(ds, nil, {epochs = 30, verbose = 0})
  local _, accuracy = model:evaluate(ds, nil, {verbose = 0})
  os.execute("rm -rf '" .. folder .. "'")
  T.ok(accuracy > 0.9, tostring(accuracy))
end)

T.run()
