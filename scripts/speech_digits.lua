-- speech_digits.lua - which digit is spoken: sound to mel spectra, read by a recurrent network.
-- Data: --data FOLDER of files digit_speaker_take.wav; default: the Free Spoken Digit Dataset, fsdd/fsdd-train.tar.gz in the
-- data folders, 2,700 takes of six speakers. Takes 5 to 9 of everyone are held back.
-- Expected accuracy of the takes held back: 0.97 or more after 20 epochs, half a minute (measured: 0.9967).
-- Options: --data FOLDER --epochs N --batch_size N --seed N --quick (6 epochs on takes up to 19)
local knn = require "knn"
local layers = knn.layers

local option = require "knn.utils.args"{epochs = 20, batch_size = 32, seed = 1, data = "", quick = false}
if option.quick then option.epochs = 6 end
knn.seed(option.seed)

-- Data: an archive is unpacked beside the temporary files first.
local folder, made = option.data, nil
if folder == "" then
  made = os.tmpname()
  os.remove(made)
  local archive = knn.datasets.file "fsdd/fsdd-train.tar.gz"
  assert(os.execute(("mkdir '%s' && tar -xzf '%s' -C '%s'"):format(made, archive, made)))
  folder = made
end

-- One second of sound, 8,000 samples, as 61 spectra of 40 bands.
local rate, frames = 8000, 8000
local mel = layers.MelSpectrogram{fft_length = 256, sequence_stride = 128, sampling_rate = rate, num_mel_bins = 40}
local function spectra(path)
  local x = assert(knn.utils.load_audio(path, {sample_rate = rate, mono = true})):squeeze(-1)
  local n = math.min(#x, frames)
  x = knn.ops.pad(x[{{1, n}}], {before = {0}, after = {frames - n}})
  return knn.ops.transpose(mel(x:unsqueeze(1)), {axes = {1, 3, 2}}) / 40 + 1
end

local train, test = {x = {}, y = {}}, {x = {}, y = {}}
for _, path in ipairs(knn.utils.list_files(folder, {".wav"})) do
  local digit, take = path:match "(%d)_[^/]*_(%d+)%.wav$"
  take = tonumber(take)
  if digit and not (option.quick and take >= 20) then
    local part = take < 10 and test or train
    part.x[#part.x + 1], part.y[#part.y + 1] = spectra(path), tonumber(digit)
  end
end
if made then os.execute("rm -rf '" .. made .. "'") end
if #train.x == 0 or #test.x == 0 then error("there is no digit_speaker_take.wav in " .. folder, 0) end

-- A list of tensors, joined a hundred at a time.
local function joined(list)
  local parts = {}
  for i = 1, #list, 100 do
    parts[#parts + 1] = knn.ops.concatenate(table.move(list, i, math.min(i + 99, #list), 1, {}), {axis = 1})
  end
  return knn.ops.concatenate(parts, {axis = 1})
end
local x_train, y_train = joined(train.x), knn.tensor(train.y, "int32")
local x_test, y_test = joined(test.x), knn.tensor(test.y, "int32")
print(("%d takes to train on, %d held back, %d spectra of %d bands each"):format(#x_train, #x_test, x_train.shape[2],
  x_train.shape[3]))

-- Model
local model = knn.Sequential{
  layers.BatchNormalization{input_shape = {x_train.shape[2], x_train.shape[3]}},
  layers.Conv1D{64, kernel_size = 5, strides = 2, activation = "relu"},
  layers.GRU{64, return_sequences = true},
  layers.GlobalMaxPooling1D{},
  layers.Dropout{0.3},
  layers.Dense{10, activation = "softmax"},
}
model:summary()
model:compile{loss = "sparse_categorical_crossentropy", optimizer = knn.optimizers.Adam{0.002}, metrics = {"accuracy"}}

-- Training
local history = model:fit(x_train, y_train, {batch_size = option.batch_size, epochs = option.epochs})

-- Result
local _, accuracy = model:evaluate(x_test, y_test, {verbose = 0})
print(("test accuracy %.4f (expected: 0.97 or more), %.1f s of training"):format(accuracy, history.seconds))
