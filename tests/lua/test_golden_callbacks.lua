-- Callbacks over sequences of logs: what they decide and write is what Keras's do.
local K = dofile "tests/lua/keras.lua"
local knn = require "knn"
local T = K.T

-- What a callback touches of a model.
local function fake_model()
  return {
    optimizer = {learning_rate = 0.10000000149011612}, saved = {},
    save_weights = function(self, path) self.saved[#self.saved + 1] = path end,
    log_direction = function() end,
  }
end

-- A rate as the optimizer keeps it.
local function round(model)
  local optimizer = model.optimizer
  optimizer.learning_rate = string.unpack("f", string.pack("f", optimizer.learning_rate))
end

local function start(case, extra)
  local options = {monitor = "val_x"}
  for name, value in pairs(extra or {}) do options[name] = value end
  for name, value in pairs(case.options) do options[name] = value end
  local callback = knn.callbacks[case.name](options)
  callback.model, callback.params = fake_model(), {epochs = 20, steps = 1, verbose = 0}
  if callback.on_train_begin then callback:on_train_begin() end
  return callback
end

local run = {}

function run.EarlyStopping(case)
  local callback, waits, stopped = start(case), {}, nil
  for epoch, value in ipairs(case.sequence.data) do
    callback:on_epoch_end(epoch, {val_x = value})
    waits[epoch] = callback.wait
    if callback.model.stop_training then
      stopped = epoch
      break
    end
  end
  T.equal(waits, case.waits)
  T.equal(stopped, case.stopped)
  T.near(callback.best, case.best)
  T.equal(callback.best_epoch, case.best_epoch)
end

function run.ReduceLROnPlateau(case)
  local callback = start(case)
  for epoch, value in ipairs(case.sequence.data) do
    local logs = {val_x = value}
    local before = callback.model.optimizer.learning_rate
    callback:on_epoch_end(epoch, logs)
    T.equal(logs.learning_rate, before)
    round(callback.model)
    T.equal(callback.model.optimizer.learning_rate, case.rates.data[epoch])
  end
end

function run.ModelCheckpoint(case)
  local callback = start(case, {filepath = "net-{epoch:02d}-{val_x:.2f}.weights.h5", save_weights_only = true})
  for epoch, value in ipairs(case.sequence.data) do
    callback:on_epoch_begin(epoch)
    for batch = 1, 3 do callback:on_train_batch_end(batch, {val_x = value}) end
    callback:on_epoch_end(epoch, {val_x = value})
  end
  T.equal(callback.model.saved, case.saved)
end

-- Epochs count from 1 here.
function run.CSVLogger(case)
  local path = os.tmpname()
  local callback = knn.callbacks.CSVLogger{path, separator = case.options.separator}
  callback:on_train_begin()
  for epoch, logs in ipairs(case.records) do
    for name, value in pairs(logs) do logs[name] = value + 0.0 end
    callback:on_epoch_end(epoch, logs)
  end
  callback:on_train_end()
  local file = io.open(path, "rb")
  local text = file:read("a")
  file:close()
  os.remove(path)
  T.equal(text, (case.text:gsub("\n(%d)", function(epoch) return "\n" .. epoch + 1 end)))
end

-- The same arguments with the same defaults; here their order is free, since they go by name.
function run.signature(case)
  local _ = knn.callbacks[case.class]
  local rows, n = {}, 0
  for _, row in ipairs(require "knn.callbacks.common".about[case.class].params) do rows[row.name], n = row, n + 1 end
  for _, p in ipairs(case.params) do
    local row = T.ok(rows[p.name], "there is no option " .. p.name)
    T.equal(row.required or nil, p.required, p.name)
    T.equal(row.default, p.default, p.name)
  end
  T.equal(n, #case.params)
end

for i, case in ipairs(K.golden.cases "callbacks") do
  T.test(K.title{name = case.name, options = case.options, tag = tostring(i)}, function() run[case.name](case) end)
end

T.run()
