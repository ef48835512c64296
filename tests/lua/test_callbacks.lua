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
  local t = knn.csv(path)
  T.equal(t.names, {"epoch", "loss", "val_loss"})
  T.equal(t:column("epoch"):totable(), {1, 2})
  model():fit(x, y, {epochs = 3, verbose = 0, callbacks = {knn.callbacks.CSVLogger{path, append = true}}})
  T.equal(knn.csv(path).rows, 5)
  os.remove(path)
end)

-- What is printed while f runs.
local function printed(f)
  local out = {}
  knn.output(function(text) out[#out + 1] = text end)
  local ok, err = pcall(f)
  knn.output()
  T.ok(ok, err)
  return table.concat(out)
end

T.test("what EarlyStopping tells", function()
  local x, y = data()
  T.equal(printed(function()
    model(0):fit(x, y, {epochs = 9, verbose = 0, callbacks = {
      knn.callbacks.EarlyStopping{monitor = "loss", restore_best_weights = true, verbose = 1, min_delta = 1}}})
  end), "Epoch 2: early stopping\nRestoring model weights from the end of the best epoch: 1.\n")
end)

T.test("the way a log should go is the metric's; else one has to say it", function()
  local x, y = data()
  local m = model()
  m:compile{loss = "mse", optimizer = "sgd", metrics = {"mae", knn.metrics.CosineSimilarity{}}}
  m:fit(x, y, {verbose = 0})
  T.equal(m:log_direction "loss", "min")
  T.equal(m:log_direction "mae", "min")
  T.equal(m:log_direction "cosine_similarity", "max")
  T.equal(m:log_direction "nothing", nil)
  local own = {on_epoch_end = function(_, _, logs) logs.own = 1 end}
  T.raises("nobody knows whether 'own' should grow or fall", m.fit, m, x, y,
    {verbose = 0, callbacks = {own, knn.callbacks.EarlyStopping{monitor = "own"}}})
  T.raises("option 'mode' must be one of auto, min, max, got 'up'", knn.callbacks.EarlyStopping, {mode = "up"})
  T.raises("option 'patience' must be a number, got 'two'", knn.callbacks.EarlyStopping, {patience = "two"})
end)

T.test("LearningRateScheduler and ReduceLROnPlateau set the rate and log it", function()
  local x, y = data()
  local m, given = model(), {}
  local schedule = knn.callbacks.LearningRateScheduler{function(epoch, rate)
    given[epoch] = rate
    return epoch == 1 and 0.5 or rate / 2
  end, verbose = 1}
  local h
  local text = printed(function() h = m:fit(x, y, {epochs = 3, verbose = 0, callbacks = {schedule}}) end)
  T.near(given, {0.1, 0.5, 0.25})
  T.equal(h.history.learning_rate, {0.5, 0.25, 0.125})
  T.ok(text:find("\nEpoch 2: LearningRateScheduler setting learning rate to 0.25.\n", 1, true), text)
  T.raises("must return a number, got a nil", m.fit, m, x, y,
    {verbose = 0, callbacks = {knn.callbacks.LearningRateScheduler(function() end)}})
  m = model(0.5)
  local plateau = knn.callbacks.ReduceLROnPlateau{monitor = "loss", factor = 0.01, patience = 1, min_delta = 10, verbose = 1}
  text = printed(function() h = m:fit(x, y, {epochs = 3, verbose = 0, callbacks = {plateau}}) end)
  T.near(h.history.learning_rate, {0.5, 0.5, 0.005}, 1e-6)
  T.ok(text:find("\nEpoch 2: ReduceLROnPlateau reducing learning rate to 0.005.\n", 1, true), text)
  T.raises("'factor' must be below 1", knn.callbacks.ReduceLROnPlateau, {factor = 1})
end)

T.test("TerminateOnNaN", function()
  local x, y = data()
  local m = model(1e30)
  local text = printed(function()
    T.equal(#m:fit(x, y, {epochs = 9, batch_size = 8, verbose = 0, callbacks = {knn.callbacks.TerminateOnNaN{}}}).epoch, 1)
  end)
  T.ok(text:find("Batch %d: Invalid loss, terminating training\n"), text)
  m = model(1e30)
  T.raises("invalid loss", m.fit, m, x, y,
    {epochs = 9, batch_size = 8, verbose = 0, callbacks = {knn.callbacks.TerminateOnNaN{raise_error = true}}})
end)

T.test("batch events have short names", function()
  local x, y = data()
  local seen = {}
  model():fit(x, y, {batch_size = 32, verbose = 0, callbacks = {
    {on_batch_begin = function(_, batch) seen[#seen + 1] = "b" .. batch end,
      on_batch_end = function(_, batch, logs) seen[#seen + 1] = logs.loss and "e" .. batch end},
    {on_batch_end = function() error "the long name goes first" end, on_train_batch_end = function() end}}})
  T.equal(seen, {"b1", "e1", "b2", "e2"})
end)

T.test("History goes on growing", function()
  local x, y = data()
  local m, history = model(), knn.callbacks.History{}
  m:fit(x, y, {epochs = 2, verbose = 0, callbacks = {history}})
  m:fit(x, y, {epochs = 3, verbose = 0, callbacks = {history}})
  T.equal(#history.history.loss, 5)
  T.equal(history.epoch, {1, 2, 3})
end)

T.test("SwapEMAWeights tests on the averages and trains on the weights", function()
  local x, y = data()
  local function averaged()
    local m = model()
    m:compile{loss = "mse", optimizer = knn.optimizers.SGD{learning_rate = 0.1, use_ema = true, ema_momentum = 0.9}}
    return m
  end
  local function run(m, callbacks)
    return m:fit(x, y, {epochs = 3, shuffle = false, validation_data = {x, y}, verbose = 0, callbacks = callbacks}).history
  end
  local plain, swapped = averaged(), averaged()
  local without, with = run(plain), run(swapped, {knn.callbacks.SwapEMAWeights{}})
  T.equal(with.loss, without.loss)
  T.ok(with.val_loss[1] ~= without.val_loss[1])
  -- in the end of fit the averages are the weights
  T.equal(swapped:get_weights()[1], plain:get_weights()[1])
  T.near(with.val_loss[3], (swapped:evaluate(x, y, {verbose = 0})), 1e-6)
  local epochs = averaged()
  local seen
  run(epochs, {knn.callbacks.SwapEMAWeights{swap_on_epoch = true}, {on_epoch_end = function(self)
    seen = self.model:get_weights()[1]
  end}})
  T.equal(epochs:get_weights()[1], seen)
  T.equal(seen, plain:get_weights()[1])
  local m = model()
  T.raises("keeps no averages of its weights", m.evaluate, m, x, y, {verbose = 0, callbacks = {knn.callbacks.SwapEMAWeights{}}})
end)

T.test("RemoteMonitor bears that nobody listens", function()
  local x, y = data()
  local root = "http://127.0.0.1:1"
  T.equal(#model():fit(x, y, {verbose = 0, callbacks = {knn.callbacks.RemoteMonitor{root = root}}}).epoch, 1)
end)

T.test("flat JSON comes back as it was", function()
  local json = require "knn.callbacks.flat_json"
  local record = {a = 1, b = 0.1, c = 1 / 3, d = "x\"\\\n\1", e = true, f = false, g = "", h = -2.5e-300, i = 3.0}
  local text = json.encode(record)
  T.equal(json.decode(text), record)
  T.equal(math.type(json.decode(text).i), "float")
  T.equal(json.encode{x = 0 / 0}, '{"x": null}')
  for _, broken in ipairs{"", "{", '{"a"', '{"a": }', '{"a": 1', "x"} do T.equal(json.decode(broken), nil) end
end)

T.test("paths with fields", function()
  local fill = require "knn.callbacks.template"
  T.equal(fill("{epoch:02d}-{val_loss:.2f}.keras", {epoch = 3, val_loss = 0.126}), "03-0.13.keras")
  T.equal(fill("{loss}-{epoch}{{x}}", {epoch = 3, loss = 0.5}), "0.5-3{x}")
  T.raises("the path names 'acc', but the logs have epoch, loss", fill, "{acc}", {epoch = 1, loss = 2})
  T.raises("the path ends in .keras or .h5", knn.callbacks.ModelCheckpoint, "net.txt")
  T.raises("the path ends in .weights.h5", knn.callbacks.ModelCheckpoint, {"net.keras", save_weights_only = true})
  T.raises("option 'filepath' is required", knn.callbacks.ModelCheckpoint)
end)

T.test("ModelCheckpoint saves models that load, and the best weights", function()
  local x, y = data()
  local folder = os.tmpname()
  os.remove(folder)
  local m, scores = model(), {}
  local text = printed(function()
    m:fit(x, y, {epochs = 3, shuffle = false, verbose = 0, callbacks = {
      knn.callbacks.ModelCheckpoint{folder .. "/deep/net-{epoch}.keras"},
      {on_epoch_end = function(self, epoch, logs)
        scores[epoch] = self.model:evaluate(x, y, {verbose = 0})
        logs.score = epoch == 2 and 1 or 0
      end},
      knn.callbacks.ModelCheckpoint{folder .. "/best.weights.h5", monitor = "score", mode = "max", verbose = 1,
        save_best_only = true, save_weights_only = true}}})
  end)
  for epoch = 1, 3 do
    local path = ("%s/deep/net-%d.keras"):format(folder, epoch)
    T.equal(knn.load_model(path):evaluate(x, y, {verbose = 0}), scores[epoch])
    os.remove(path)
  end
  local other = model()
  other:load_weights(folder .. "/best.weights.h5")
  T.equal(other:evaluate(x, y, {verbose = 0}), scores[2])
  for _, line in ipairs{"Epoch 1: score improved from None to 0.00000, saving model to ",
    "Epoch 2: score improved from 0.00000 to 1.00000", "Epoch 2: finished saving model to ", "Epoch 3: score did not improve from 1.00000"} do
    T.ok(text:find("\n" .. line, 1, true), text)
  end
  os.remove(folder .. "/best.weights.h5")
  os.remove(folder .. "/deep")
  os.remove(folder)
end)

T.test("help tells the options", function()
  local text = printed(function() knn.help "ReduceLROnPlateau" end)
  T.ok(text:find("patience (number, default 10): Epochs without improvement", 1, true), text)
  T.ok(text:find("Source: Keras, ReduceLROnPlateau", 1, true), text)
  T.equal(printed(function() knn.help(knn.callbacks.ReduceLROnPlateau) end), text)
  text = printed(function() knn.help(knn.callbacks) end)
  T.ok(text:find("  TerminateOnNaN", 1, true) and text:find("  ProgbarLogger: the bar", 1, true), text)
  for name in pairs(getmetatable(knn.callbacks).__methods) do printed(function() knn.help(name) end) end
end)

T.run()
