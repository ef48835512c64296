--- Data sets from folders of files, one folder for each class, as Keras makes them.
-- @module knn.utils.directory
local core = require "knn.core"
local check = require "knn.utils.check"

local M = {}

local common = {"labels", "label_mode", "class_names", "batch_size", "shuffle", "seed", "validation_split", "subset",
  "follow_links", "verbose"}

-- Nil where an option says false or knn.null, Keras's None.
local function given(value)
  if value == false or value == core.ANY then return nil end
  return value
end

local function default(value, otherwise)
  if value == nil then return otherwise end
  return given(value)
end

local function list(path, folders)
  local names, message = core.list_folder(path, folders)
  if not names then error(message, 0) end
  return names
end

local function has_format(name, formats)
  name = name:lower()
  for _, ending in ipairs(formats) do
    if name:sub(-#ending) == ending then return true end
  end
end

-- Files under a folder, in the order of os.walk sorted by folder; appended to `paths`.
local function collect(folder, formats, paths)
  for _, name in ipairs(list(folder, false)) do
    if has_format(name, formats) then paths[#paths + 1] = folder .. "/" .. name end
  end
  for _, name in ipairs(list(folder, true)) do collect(folder .. "/" .. name, formats, paths) end
end

--- Paths of the files in a folder and in the folders inside, sorted folder by folder; raises when it cannot be read.
-- @tparam string folder
-- @tparam table formats  how the names end: {".png", ".jpg"}
function M.list_files(folder, formats)
  local paths = {}
  collect(folder, formats, paths)
  return paths
end

-- Names of the classes: the folders in the directory, hidden ones left out; or those asked for, in their order.
local function class_folders(who, directory, wanted)
  local there, names = {}, {}
  for _, name in ipairs(list(directory, true)) do
    if name:sub(1, 1) ~= "." then
      names[#names + 1] = name
      there[name] = true
    end
  end
  for _, name in ipairs(wanted or {}) do
    if not there[name] then
      error(("%s: class_names has '%s', but %s has no such folder; it has %s"):format(who, name, directory,
        table.concat(names, ", ")), 0)
    end
  end
  return wanted or names
end

local function distinct(labels)
  local seen, names = {}, {}
  for _, label in ipairs(labels) do
    if not seen[label] then
      seen[label] = true
      names[#names + 1] = label
    end
  end
  table.sort(names)
  for i, label in ipairs(names) do names[i] = tostring(label) end
  return names
end

-- Paths, a label 0 .. C - 1 for each (nil without labels), and the names of the classes.
local function index_directory(who, directory, formats, o)
  local paths = {}
  if o.labels == "inferred" then
    local labels, names = {}, class_folders(who, directory, o.class_names)
    for c, name in ipairs(names) do
      collect(directory .. "/" .. name, formats, paths)
      for i = #labels + 1, #paths do labels[i] = c - 1 end
    end
    return paths, labels, names
  end
  collect(directory, formats, paths)
  if o.labels and #o.labels ~= #paths then
    error(("%s: %d labels are given, but %s holds %d files"):format(who, #o.labels, directory, #paths), 0)
  end
  return paths, o.labels, o.labels and distinct(o.labels)
end

local function reordered(values, order)
  local result = {}
  for i, at in ipairs(order) do result[i] = values[at] end
  return result
end

-- The first part for training, the last share for validation.
local function part(values, share, subset)
  local held = math.floor(share * #values)
  if subset == "training" then return table.move(values, 1, #values - held, 1, {}) end
  return table.move(values, #values - held + 1, #values, 1, {})
end

local function label_tensor(labels, mode, n_classes)
  local y = core.tensor(labels, "int32")
  if mode == "binary" then return y:float():unsqueeze(-1) end
  return mode == "categorical" and core.to_categorical(y, n_classes) or y
end

local function check_common(who, o)
  check.choice(who, "label_mode", o.label_mode or "int", {"int", "binary", "categorical"})
  if o.validation_split and not (o.validation_split > 0 and o.validation_split < 1) then
    error(("%s: validation_split is between 0 and 1, got %s"):format(who, o.validation_split), 3)
  end
  if (o.validation_split == nil) ~= (o.subset == nil) then
    error(who .. ": validation_split and subset go together", 3)
  end
  if o.subset then check.choice(who, "subset", o.subset, {"training", "validation", "both"}) end
  if o.validation_split and o.shuffle and not o.seed then
    error(who .. ": with validation_split and shuffle a seed is needed, so that the parts do not overlap", 3)
  end
  if type(o.labels) == "table" and o.class_names then
    error(who .. ": class_names needs labels = \"inferred\"", 3)
  end
end

local function read_common(who, options)
  local o = {
    labels = default(options.labels, "inferred"), label_mode = default(options.label_mode, "int"),
    class_names = given(options.class_names), batch_size = default(options.batch_size, 32),
    shuffle = default(options.shuffle, true), seed = given(options.seed), subset = given(options.subset),
    validation_split = given(options.validation_split), verbose = default(options.verbose, true),
  }
  if type(o.labels) == "userdata" then o.labels = o.labels:totable() end
  if not o.label_mode then o.labels = nil end
  check_common(who, o)
  return o
end

local function tell_found(n, names)
  if not core.host() then return end
  core.write(names and ("Found %d files belonging to %d classes.\n"):format(n, #names) or ("Found %d files.\n"):format(n))
end

-- The stages behind the files of one part.
local function dataset(who, directory, make, paths, labels, names, o, shuffle)
  if #paths == 0 then error(("%s: no files for this part in %s"):format(who, directory), 0) end
  local ds = make(paths, labels and label_tensor(labels, o.label_mode, #names))
  if shuffle then ds = ds:shuffle(o.batch_size and o.batch_size * 8 or 1024, {seed = o.seed}) end
  if o.batch_size then ds = ds:batch(o.batch_size) end
  return ds:prefetch(2)
end

-- make(paths, labels) gives a Dataset of single elements.
local function from_directory(who, directory, formats, options, make)
  local o = read_common(who, options)
  local paths, labels, names = index_directory(who, directory, formats, o)
  if o.verbose then tell_found(#paths, labels and names) end
  if o.label_mode == "binary" and labels and #names ~= 2 then
    error(("%s: label_mode \"binary\" needs 2 classes, got %d: %s"):format(who, #names, table.concat(names, ", ")), 0)
  end
  if o.shuffle then
    local order = core.numpy_order(#paths, o.seed or math.floor(core.rand(1)[1] * 1e6)):totable()
    paths, labels = reordered(paths, order), labels and reordered(labels, order)
  end
  local function subset(which, shuffle)
    local p, y = part(paths, o.validation_split, which), labels and part(labels, o.validation_split, which)
    return dataset(who, directory, make, p, y, names, o, shuffle), p
  end
  if o.subset == "both" then
    local train, train_paths = subset("training", o.shuffle)
    local held, held_paths = subset("validation", false)
    return train, held, {class_names = names, file_paths = {train_paths, held_paths}}
  elseif o.subset then
    local ds, p = subset(o.subset, o.shuffle)
    return ds, {class_names = names, file_paths = p}
  end
  return dataset(who, directory, make, paths, labels, names, o, o.shuffle), {class_names = names, file_paths = paths}
end

local function with(names)
  return table.move(common, 1, #common, #names + 1, names)
end

--- Pictures from folders as a Dataset of (images, labels); then {class_names =, file_paths =}.
--
-- Decoding runs on a thread of its own, ahead of training. `subset = "both"` gives two Datasets.
-- @tparam string directory  one folder for each class
-- @tparam[opt] table options  as Keras's: labels = "inferred" | list | false; label_mode = "int" | "binary" |
--   "categorical" | false; class_names; color_mode = "rgb" | "rgba" | "grayscale"; batch_size = 32 (false: single
--   images); image_size = {256, 256}; shuffle = true; seed; validation_split; subset = "training" | "validation" |
--   "both"; interpolation = "bilinear" | "nearest"; crop_to_aspect_ratio = false; verbose = true
-- @shape images (batch, height, width, channels), float32 0 .. 255
-- @usage train, about = knn.utils.image_dataset_from_directory("pets", {image_size = {64, 64}})
function M.image_dataset_from_directory(directory, options)
  local who = "image_dataset_from_directory"
  options = options or {}
  check.options(who, options, with{"color_mode", "image_size", "interpolation", "crop_to_aspect_ratio"})
  local size = options.image_size or {256, 256}
  if type(size) == "number" then size = {size, size} end
  check.choice(who, "interpolation", options.interpolation or "bilinear", {"bilinear", "nearest"})
  check.choice(who, "color_mode", options.color_mode or "rgb", {"rgb", "rgba", "grayscale"})
  local o = {height = size[1], width = size[2], color_mode = options.color_mode,
    interpolation = options.interpolation, crop = options.crop_to_aspect_ratio}
  return from_directory(who, directory, {".jpeg", ".jpg", ".png"}, options, function(paths, labels)
    return core.image_files(paths, o, labels)
  end)
end

local function read_text(path, most)
  local file, message = io.open(path, "rb")
  if not file then error("text_dataset_from_directory: " .. message, 0) end
  local text = file:read(most or "a")
  file:close()
  return text or ""
end

--- Texts from folders of .txt files as a Dataset of (texts, labels); then {class_names =, file_paths =}.
-- @tparam string directory  one folder for each class
-- @tparam[opt] table options  as Keras's: those of image_dataset_from_directory but for pictures; max_length: bytes that
--   are read of each file
-- @shape texts (batch), strings
function M.text_dataset_from_directory(directory, options)
  local who = "text_dataset_from_directory"
  options = options or {}
  check.options(who, options, with{"max_length"})
  return from_directory(who, directory, {".txt"}, options, function(paths, labels)
    local texts = {}
    for i, path in ipairs(paths) do texts[i] = read_text(path, options.max_length) end
    return core.Dataset.from_tensor_slices(core.tensor(texts, "string"), labels)
  end)
end

--- Sound from folders as a Dataset of (sound, labels); then {class_names =, file_paths =}.
-- @tparam string directory  one folder for each class
-- @tparam[opt] table options  as Keras's: those of image_dataset_from_directory but for pictures; sampling_rate: resample
--   to it; output_sequence_length: frames, cut or filled up with zeros (needed for batches of files of unlike length)
-- @shape sound (batch, frames, channels), float32 -1 .. 1
function M.audio_dataset_from_directory(directory, options)
  local who = "audio_dataset_from_directory"
  options = options or {}
  check.options(who, options, with{"sampling_rate", "output_sequence_length"})
  local o = {sample_rate = options.sampling_rate, frames = options.output_sequence_length}
  return from_directory(who, directory, {".wav", ".flac", ".ogg"}, options, function(paths, labels)
    return core.audio_files(paths, o, labels)
  end)
end

return M
