-- Callbacks: order, numbers from 1, logs, stopping, errors.
local T = dofile "tests/lua/harness.lua"
local knn = require "knn"

local function model(rate)
  knn.seed(1)
  local m = knn.Sequential{knn.layers.Dense{1, input_shape = {2}}}
  m:compile{loss = "mse", optimizer = knn.optimizers.SGD{learning_rate = rate or 0.1}}
  return m
end

local function data(n)
  knn.seed(3)
  local x = knn.rand(n or 64, 2)
  return x, x:sum(-1, true)
end

T.test("events come in Keras's order", function()
  local seen, x, y = {}, data()
  local recorder = setmetatable({}, {__index = function(_, name)
    if type(name) == "string" and name:find("^on_") then
      return function(_, index) seen[#seen + 1] = name .. (math.type(index) == "integer" and " " .. index or "") end
    end
  end})
  model():fit(x, y, {batch_size = 32, verbose = 0, validation_data = {x, y}, callbacks = {recorder}})
  T.equal(seen, {
    "on_train_begin", "on_epoch_begin 1",
    "on_train_batch_begin 1", "on_train_batch_end 1", "on_train_batch_begin 2", "on_train_batch_end 2",
    "on_test_begin", "on_test_batch_begin 1", "on_test_batch_end 1", "on_test_batch_begin 2", "on_test_batch_end 2",
    "on_test_end", "on_epoch_end 1", "on_train_end",
  })
end)

T.test("logs hold numbers, and what is added stays", function()
  local x, y = data()
  local m, got = model(), {}
  local h = m:fit(x, y, {epochs = 3, verbose = 0, callbacks = {
    {on_epoch_end = function(self, epoch, logs)
      T.ok(self.model == m)
      got[epoch] = logs.loss
      logs.half = logs.loss / 2
    end},
  }})
  T.equal(#got, 3)
  T.near(got, h.history.loss)
  T.near(h.history.half[3], h.history.loss[3] / 2)
end)

T.test("stopping from a callback", function()
  local x, y = data()
  local m = model()
  local h = m:fit(x, y, {epochs = 10, verbose = 0, callbacks = {
    {on_epoch_end = function(self, epoch) if epoch == 2 then self.model:stop_training() end end}}})
  T.equal(#h.epoch, 2)
  h = m:fit(x, y, {epochs = 10, verbose = 0, callbacks = {
    {on_epoch_end = function(self, epoch) if epoch == 3 then self.model.stop_training = true end end}}})
  T.equal(#h.epoch, 3)
end)

T.test("an error inside comes out as it was and leaves the model usable", function()
  local x, y = data()
  local m, thrown = model(), {}
  local ok, err = pcall(m.fit, m, x, y, {epochs = 3, verbose = 0, callbacks = {
    {on_train_batch_end = function(_, batch) if batch == 2 then error(thrown) end end}}})
  T.ok(not ok and err == thrown)
  T.equal(#m:fit(x, y, {epochs = 2, verbose = 0}).epoch, 2)
  T.raises("entry 1 must be a table with methods", m.fit, m, x, y, {callbacks = {print}})
end)

T.test("a callback may use the model and make garbage", function()
  local x, y = data()
  local m = model()
  m:fit(x, y, {epochs = 2, verbose = 0, callbacks = {{on_epoch_end = function(self)
    self.model.optimizer.learning_rate = self.model.optimizer.learning_rate / 2
    local p = self.model:get_weights()[1] * 2
    collectgarbage()
    return p
  end}}})
  T.near(m.optimizer.learning_rate, 0.025)
end)

T.test("evaluate and predict have callbacks too", function()
  local x, y = data()
  local m, n = model(), 0
  local count = {on_test_end = function(_, logs) T.ok(logs.loss) n = n + 1 end, on_predict_batch_end = function() n = n + 1 end}
  m:evaluate(x, y, {verbose = 0, callbacks = {count}})
  m:predict(x, {verbose = 0, callbacks = {count}})
  T.equal(n, 3)
end)

T.test("EarlyStopping stops and gives the best weights back", function()
  local x, y = data()
  local m = model(0)
  local stop = knn.callbacks.EarlyStopping{monitor = "loss", patience = 2, min_delta = 1e-4}
  T.equal(#m:fit(x, y, {epochs = 20, verbose = 0, callbacks = {stop}}).epoch, 3)
  T.equal(stop.stopped_epoch, 3)
  m = model()
  local best
  m:fit(x, y, {epochs = 4, verbose = 0, callbacks = {
    {on_epoch_end = function(self, epoch, logs)
      logs.score = epoch == 2 and 1 or 0
      if epoch == 2 then best = self.model:get_weights() end
    end},
    knn.callbacks.EarlyStopping{monitor = "score", mode = "max", patience = 10, restore_best_weights = true}}})
  T.equal(m:get_weights()[1], best[1])
  T.raises("unknown option 'patiense'", knn.callbacks.EarlyStopping, {patiense = 1})
end)

T.test("LambdaCallback and CSVLogger", function()
  local x, y = data()
  local path, n = os.tmpname(), 0
  model():fit(x, y, {epochs = 2, verbose = 0, callbacks = {
    knn.callbacks.LambdaCallback{on_epoch_end = function(epoch) n = n + epoch end},
    knn.callbacks.CSVLogger(path)}})
  T.equal(n, 3)
  local f = io.open(path)
  T.equal(f:read("l"), "epoch,loss")
  T.ok(f:read("l"):find("^1,%d"))
  f:close()
  local t = knn.csv(path)
  T.equal(t.rows, 2)
  T.equal(t:column("epoch"):totable(), {1, 2})
  os.remove(path)
end)

T.run()
