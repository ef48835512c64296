-- bench.lua - knn's side of the benchmark: one workload in one process. bench.py starts it and reads its last line,
-- a JSON object; --dump DIR writes the initial weights and some batches there for the others, --check prints losses.
local knn = require "knn"
local layers = knn.layers

local option = require "knn.utils.args"{
  workload = "tiny", batch = 4, steps = 400, epochs = 3, threads = 1, dump = "",
}
local name, batch = option.workload, option.batch
local checks = option.dump ~= ""

-- Masks differ from one engine to the next, so a check does without.
local function Dropout(rate) return layers.Dropout{checks and 0 or rate} end
local function Dense(units, activation) return layers.Dense{units, activation = activation} end
local function Conv(filters) return layers.Conv2D{filters, kernel_size = 3, activation = "relu"} end
local function Pool() return layers.MaxPooling2D{2} end
local function Input(...) return layers.InputLayer{shape = {...}} end
local function Tokens(steps) return layers.InputLayer{shape = {steps}, dtype = "int32"} end

local function textformer()
  local Position = knn.layer("Position", {
    build = function(self, shape)
      self.table = self:add_weight{name = "table", shape = {shape[2], shape[3]}, initializer = "zeros"}
    end,
    call = function(self, x) return x + self.table end,
  })
  local ids = knn.Input{shape = {200}, dtype = "int32"}
  local x = Position{}(layers.Embedding{20000, 32}(ids))
  local seen = Dropout(0.1)(layers.MultiHeadAttention{num_heads = 2, key_dim = 32}(x, x))
  x = layers.LayerNormalization{epsilon = 1e-6}(layers.Add{}{x, seen})
  local fed = Dropout(0.1)(Dense(32)(Dense(32, "relu")(x)))
  x = layers.LayerNormalization{epsilon = 1e-6}(layers.Add{}{x, fed})
  x = Dropout(0.1)(layers.GlobalAveragePooling1D{}(x))
  x = Dropout(0.1)(Dense(20, "relu")(x))
  return knn.Model{inputs = ids, outputs = Dense(2, "softmax")(x)}
end

local models = {
  tiny = function() return {Input(2), Dense(8, "tanh"), Dense(1, "sigmoid")} end,
  mlp = function() return {Input(100), Dense(64, "relu"), Dense(10, "softmax")} end,
  seed_mlp = function()
    return {Input(64), Dense(128, "relu"), Dropout(0.5), Dense(64, "relu"), Dropout(0.5), Dense(10, "softmax")}
  end,
  mnist_mlp = function()
    return {Input(784), Dense(512, "relu"), Dropout(0.2), Dense(512, "relu"), Dropout(0.2), Dense(10, "softmax")}
  end,
  autoenc = function() return {Input(784), Dense(32, "relu"), Dense(784, "sigmoid")} end,
  seed_cnn = function()
    return {Input(64, 64, 3), Conv(32), Pool(), Dropout(0.25), Conv(64), Pool(), Dropout(0.25), layers.Flatten{},
            Dense(512, "relu"), Dropout(0.5), Dense(10, "softmax")}
  end,
  cnn64 = function()
    return {Input(64, 64, 3), Conv(32), Conv(32), Pool(), Dropout(0.25), Conv(64), Conv(64), Pool(), Dropout(0.25),
            layers.Flatten{}, Dense(256, "relu"), Dropout(0.5), Dense(10, "softmax")}
  end,
  mnist_cnn = function()
    return {Input(28, 28, 1), Conv(32), Pool(), Conv(64), Pool(), layers.Flatten{}, Dropout(0.5), Dense(10, "softmax")}
  end,
  imdb_lstm = function()
    return {Tokens(80), layers.Embedding{20000, 128}, layers.LSTM{128}, Dense(1, "sigmoid")}
  end,
  gru_char = function()
    return {Tokens(100), layers.Embedding{65, 64}, layers.GRU{256, return_sequences = true}, Dense(65, "softmax")}
  end,
  textformer = textformer,
  resnet50 = function() return knn.applications.ResNet50{} end,
  mobilenet = function() return knn.applications.MobileNetV2{} end,
}

local categorical, sparse, binary = "categorical_crossentropy", "sparse_categorical_crossentropy", "binary_crossentropy"
local losses = {tiny = binary, autoenc = binary, imdb_lstm = binary, gru_char = sparse, textformer = sparse}
local optimizers = {mlp = "sgd", cnn64 = "sgd", mnist_mlp = "rmsprop"}

-- Arrays of n rows: labels and ids are whole numbers below a bound.
local function below(bound, ...) return (knn.rand{...} * bound):floor() end
local function images(size, channels)
  return function(n) return knn.randn{n, size, size, channels}, below(10, n):int():one_hot(10) end
end
local function vectors(size)
  return function(n) return knn.randn{n, size}, below(10, n):int():one_hot(10) end
end
local data = {
  tiny = function(n) return knn.randn{n, 2}, below(2, n, 1) end,
  mlp = vectors(100), seed_mlp = vectors(64), mnist_mlp = vectors(784),
  autoenc = function(n)
    local x = knn.rand{n, 784}
    return x, x
  end,
  seed_cnn = images(64, 3), cnn64 = images(64, 3), mnist_cnn = images(28, 1),
  imdb_lstm = function(n) return below(20000, n, 80):int(), below(2, n, 1) end,
  gru_char = function(n) return below(65, n, 100):int(), below(65, n, 100):int() end,
  textformer = function(n) return below(20000, n, 200):int(), below(2, n):int() end,
  resnet50 = function(n) return knn.randn{n, 224, 224, 3} end,
  mobilenet = function(n) return knn.randn{n, 224, 224, 3} end,
}

local function compiled()
  local model = models[name]()
  if type(model) == "table" then model = knn.Sequential(model) end
  model:compile{loss = losses[name] or categorical, optimizer = optimizers[name] or "adam"}
  return model
end

-- ---- output ----

-- Names are words, values numbers, texts or lists of numbers.
local function print_json(result)
  local parts = {}
  for key, value in pairs(result) do
    if type(value) == "table" then
      value = "[" .. table.concat(value, ",") .. "]"
    elseif type(value) == "string" then
      value = string.format("%q", value)
    end
    parts[#parts + 1] = string.format("%q:%s", key, value)
  end
  print("{" .. table.concat(parts, ",") .. "}")
end

-- Most memory that the process held, in MB.
local function resident()
  for line in io.lines "/proc/self/status" do
    local kilobytes = line:match "^VmHWM:%s*(%d+)"
    if kilobytes then return kilobytes / 1024 end
  end
end

local function write(file, tensor)
  local f <close> = assert(io.open(option.dump .. "/" .. file, "wb"))
  f:write(tensor:tobytes())
end

-- ---- runs ----

-- Losses of the first steps, from weights and batches that are written down for the others.
local function check()
  local model = compiled()
  local x, y = data[name](batch * option.steps)
  -- Small numbers keep the first losses small: Keras bounds that of a single sample by 16.1, PyTorch does not.
  if x.dtype == "float32" then x = x * 0.1 end
  local shapes, loss = {}, {}
  model:build{knn.ANY, table.unpack(x.shape, 2)}
  for i, weight in ipairs(model:get_weights()) do
    write("weight" .. i, weight)
    shapes[i] = table.concat(weight.shape, " ")
  end
  write("x", x)
  write("y", y)
  local f <close> = assert(io.open(option.dump .. "/shapes", "w"))
  f:write(table.concat(shapes, "\n"), "\n")
  for i = 1, option.steps do
    local rows = {(i - 1) * batch + 1, i * batch}
    loss[i] = string.format("%.9g", (model:train_on_batch(x[{rows}], y[{rows}])))
  end
  print_json{losses = loss}
end

-- Milliseconds of one call, the middle of many groups that take a millisecond or more each.
local function time_call(call)
  local calls, seconds = 1, 0
  while seconds < 1e-3 do
    calls = calls * 2
    local start = knn.clock()
    for _ = 1, calls do call() end
    seconds = knn.clock() - start
  end
  local times = {}
  for i = 1, math.max(5, math.min(100, 0.3 / seconds // 1)) do
    local start = knn.clock()
    for _ = 1, calls do call() end
    times[i] = (knn.clock() - start) / calls * 1e3
  end
  table.sort(times)
  return times[(#times + 1) // 2]
end

local function time()
  local model = compiled()
  local result = {kernels = knn.kernels()}
  if option.steps > 0 then
    local x, y = data[name](batch * option.steps)
    local rows = {1, 2 * batch}
    local first = knn.clock()
    model:fit(x[{rows}], y[{rows}], {batch_size = batch, verbose = 0})
    result.first_s = knn.clock() - first
    local times = {}
    for i = 1, option.epochs do
      times[i] = model:fit(x, y, {batch_size = batch, verbose = 0}).seconds / option.steps * 1e3
    end
    result.step_ms = times
    result.data_mb = (x:numel() + (y == x and 0 or y:numel())) * 4 / 2^20
  end
  result.train_mb = resident()
  local row = data[name](1)
  result.predict_ms = time_call(function() return model:predict_on_batch(row) end)
  result.params = model:count_params()
  result.resident_mb = resident()
  print_json(result)
end

-- What a layer of this build lacks is a reason to skip, not a failure.
local made, model = pcall(models[name])
if not made then
  print_json{skip = tostring(model):gsub("\n.*", ""):gsub("^.-:%d+: ", "")}
  return
end
knn.threads(option.threads)
knn.seed(1)
if checks then check() else time() end
