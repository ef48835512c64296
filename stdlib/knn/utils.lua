--- Preparations of data and small measures.
-- @module knn.utils
local core = require "knn.core"

local M = {}

--- Labels 0 .. C - 1 to rows with a single 1: column = label + 1.
-- @param y labels, whole numbers
-- @tparam[opt] int num_classes default: largest label + 1
-- @return float32 tensor, shape of y + {num_classes}
M.to_categorical = core.to_categorical

--- Rows of length 1: x divided by its norm along an axis.
-- @function normalize
-- @param x tensor
-- @tparam[opt=-1] int axis
-- @tparam[opt=2] number order of the norm
M.normalize = core.normalize

--- Mean and standard deviation of each column (axis 1).
-- @function moments
M.moments = core.moments

--- (x - mean) / deviation for each row.
-- @function standardize
M.standardize = core.standardize

--- Images (n, h, w, c) or (h, w, c) in another size: resize_images(x, height, width, "bilinear" or "nearest").
-- @function resize_images
M.resize_images = core.resize_images

--- An IDX file (the format of MNIST) as a tensor; nil, message, code when it cannot be read.
-- @function load_idx
M.load_idx = core.load_idx

--- Splits arrays of equally many rows at random: `local xa, xb, ya, yb = train_test_split(x, y, {test_size = 0.2})`.
-- @param ... tensors, then an options table {test_size = 0.25 (share or number of rows), seed = 0}
function M.train_test_split(...)
  local args = {...}
  local options = {}
  if type(args[#args]) == "table" then options = table.remove(args) end
  for name in pairs(options) do
    if name ~= "test_size" and name ~= "seed" then
      error("train_test_split: unknown option '" .. tostring(name) .. "' (known: test_size, seed)", 2)
    end
  end
  if #args == 0 then error("train_test_split: at least one tensor is expected", 2) end
  local n = #args[1]
  for i, t in ipairs(args) do
    if #t ~= n then
      error(("train_test_split: array 1 has %d rows, array %d has %d"):format(n, i, #t), 2)
    end
  end
  local train, test = core.split_rows(n, options.test_size or 0.25, options.seed or 0)
  local result = {}
  for _, t in ipairs(args) do
    result[#result + 1] = t[train]
    result[#result + 1] = t[test]
  end
  return table.unpack(result)
end

--- Factors of the loss that give every class the same weight in all: n / (classes * count of the class).
-- @param y labels 0 .. C - 1, or one-hot rows
-- @treturn table label = factor, as fit takes it
-- @usage model:fit(x, y, {class_weight = knn.utils.class_weight(y)})
function M.class_weight(y)
  y = type(y) == "table" and core.tensor(y) or y
  if y.rank > 1 then y = y.shape[y.rank] > 1 and y:argmax_class() or y:squeeze(-1) end
  local counts, classes = {}, 0
  for _, label in ipairs(y:long():totable()) do
    if not counts[label] then classes = classes + 1 end
    counts[label] = (counts[label] or 0) + 1
  end
  local weights = {}
  for label, count in pairs(counts) do weights[label] = #y / (classes * count) end
  return weights
end

-- Positions count from 1, labels from 0: comparing the two gives nonsense without a word.
local function check_labels(who, y, pred)
  if core.is_positions(pred) ~= core.is_positions(y) then
    error(who .. ": one side holds positions from argmax, which count from 1, the other labels, which count from 0; "
            .. "use argmax_class() or model:predict_classes(x)", 3)
  end
end

-- Labels from labels, probabilities or scores of one unit.
local function as_labels(pred, y)
  pred = type(pred) == "table" and core.tensor(pred) or pred
  if pred.rank == y.rank + 1 and pred.shape[pred.rank] > 1 then return pred:argmax_class() end
  if pred.rank == y.rank + 1 then pred = pred:squeeze(-1) end
  if pred.dtype == "float32" or pred.dtype == "float64" then
    if pred.shape[pred.rank] == 1 or pred.rank == y.rank then return pred:gt(0.5):int() end
  end
  return pred
end

--- Share of right answers.
-- @param y labels 0 .. C - 1
-- @param pred labels, or probabilities: (n, C), or (n, 1) and (n) as the probability of label 1
-- @treturn number
function M.accuracy(y, pred)
  check_labels("accuracy", y, pred)
  y = type(y) == "table" and core.tensor(y) or y
  if y.rank > 1 and y.shape[y.rank] == 1 then y = y:squeeze(-1) end
  local labels = as_labels(pred, y)
  if labels.rank > 1 and labels.shape[labels.rank] == 1 then labels = labels:squeeze(-1) end
  if #labels ~= #y then
    error(("accuracy: %d labels and %d predictions"):format(#y, #labels), 2)
  end
  return y:long():eq(labels:long()):float():mean():item()
end

--- Counts of (true label, predicted label): entry [i][j] counts label i - 1 taken for label j - 1.
-- @param y true labels
-- @param pred predicted labels or probabilities
-- @tparam[opt] int num_classes
-- @treturn table C lists of C counts
function M.confusion_matrix(y, pred, num_classes)
  check_labels("confusion_matrix", y, pred)
  y = type(y) == "table" and core.tensor(y) or y
  if y.rank > 1 and y.shape[y.rank] == 1 then y = y:squeeze(-1) end
  local a, b = y:long():totable(), as_labels(pred, y):long():totable()
  if #a ~= #b then error(("confusion_matrix: %d labels and %d predictions"):format(#a, #b), 2) end
  local n = num_classes or 0
  for i = 1, #a do
    if not num_classes then n = math.max(n, a[i] + 1, b[i] + 1) end
  end
  local counts = {}
  for i = 1, n do
    counts[i] = {}
    for j = 1, n do counts[i][j] = 0 end
  end
  for i = 1, #a do
    local row = counts[a[i] + 1]
    if not row or not row[b[i] + 1] then
      error(("confusion_matrix: label %d or %d at sample %d is outside 0..%d"):format(a[i], b[i], i, n - 1), 2)
    end
    row[b[i] + 1] = row[b[i] + 1] + 1
  end
  return counts
end

local Labels = {}
Labels.__index = Labels

--- An encoder between names (strings or integers) and labels 0 .. C - 1.
-- `local enc = knn.labels{"cat", "dog"}`; `enc:encode{"dog", "cat"}` is a tensor of 1, 0; `enc:decode(t)` the names.
-- @tparam table values names in label order, or data: repeated names count once, in order of appearance
function M.labels(values)
  if type(values) == "userdata" then values = values:totable() end
  if type(values) ~= "table" then error("labels: a list of names is expected, got a " .. type(values), 2) end
  local self = setmetatable({names = {}, label = {}}, Labels)
  for _, name in ipairs(values) do
    if self.label[name] == nil then
      self.label[name] = #self.names
      self.names[#self.names + 1] = name
    end
  end
  return self
end

--- Names to labels: an int64 tensor for a list or tensor, a number for one name.
function Labels:encode(values)
  if type(values) == "userdata" then values = values:totable() end
  if type(values) ~= "table" then values = {values} end
  local result = {}
  for i, name in ipairs(values) do
    local label = self.label[name]
    if not label then
      error(("labels: '%s' at position %d is not among the %d known names"):format(tostring(name), i, #self.names), 2)
    end
    result[i] = label
  end
  return core.tensor(result, "int64")
end

--- Labels to names: a list for a tensor or list, one name for a number.
function Labels:decode(labels)
  if type(labels) == "number" then return self.names[labels + 1] end
  if type(labels) == "userdata" then labels = labels:totable() end
  local result = {}
  for i, label in ipairs(labels) do result[i] = self.names[label + 1] end
  return result
end

function Labels:__len()
  return #self.names
end

-- Functions of modules that are loaded when one is first asked for.
local elsewhere = {
  load_img = "image", img_to_array = "image", array_to_img = "image", save_img = "image", image_grid = "image",
  image_dataset_from_directory = "directory", audio_dataset_from_directory = "directory",
  text_dataset_from_directory = "directory", pad_sequences = "sequence", skipgrams = "sequence",
  make_sampling_table = "sequence", Tokenizer = "text", text_to_word_sequence = "text", one_hot = "text",
  hashing_trick = "text", timeseries_dataset_from_array = "timeseries", split_dataset = "split_dataset",
  list_files = "directory", augmenter = "augment", melspectrogram = "mfcc", mfcc = "mfcc",
  load_audio = "audio", save_audio = "audio", resample_audio = "audio",
}

return setmetatable(M, {
  __methods = elsewhere,
  __index = function(t, name)
    local module = elsewhere[name]
    if not module then return nil end
    t[name] = require("knn.utils." .. module)[name]
    return t[name]
  end,
})
