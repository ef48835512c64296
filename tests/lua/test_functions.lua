-- Losses, metrics, schedules, regularizers, constraints and activations written in Lua; Keras's functions, and its get,
-- serialize and deserialize.
local T = dofile "tests/lua/harness.lua"
local knn = require "knn"
local layers = knn.layers

local function data()
  knn.seed(3)
  return knn.randn(20, 3), knn.randn(20, 2)
end

local function fitted(options, dense, fit)
  knn.seed(5)
  local model = knn.Sequential{layers.Dense{4, input_shape = {3}, activation = "tanh"}, layers.Dense(2, dense or {})}
  options.loss, options.optimizer = options.loss or "mse", options.optimizer or "sgd"
  model:compile(options)
  local x, y = data()
  fit = fit or {}
  fit.batch_size, fit.epochs, fit.shuffle, fit.verbose = 8, fit.epochs or 2, false, 0
  return model, model:fit(x, y, fit).history
end

local function near(a, b, what)
  T.ok(math.abs(a - b) <= 1e-6 * math.max(1, math.abs(b)), ("%s: %.9g and %.9g"):format(what or "", a, b))
end

local function same_history(a, b)
  for name, values in pairs(a) do
    for i, v in ipairs(values) do near(v, b[name][i], name) end
  end
end

local SGD = knn.optimizers.SGD

T.test("a schedule in Lua gives the rates of the table's", function()
  local model, ours = fitted{optimizer = SGD{function(step) return 0.1 * 0.5 ^ (step / 4) end}}
  local _, theirs = fitted{optimizer = SGD{knn.schedules.ExponentialDecay{0.1, 4, 0.5}}}
  same_history(ours, theirs)
  T.equal(model.optimizer.iterations, 6)
  T.raises("follows a schedule", function() model.optimizer.learning_rate = 0.1 end)
end)

T.test("mistakes of a schedule in Lua are told", function()
  T.raises("learning_rate returned a nil", function() SGD{function() end} end)
  T.raises("a learning rate of -1 at step 2", function()
    fitted{optimizer = SGD{function(step) return step < 2 and 0.1 or -1 end}}
  end)
  T.raises("oops", function() fitted{optimizer = SGD{function(step) if step == 3 then error "oops" end return 0.1 end}} end)
end)

T.test("a regularizer in Lua adds its penalty", function()
  local _, ours = fitted({}, {kernel_regularizer = function(w) return 0.02 * (w * w):sum() end})
  local _, theirs = fitted({}, {kernel_regularizer = knn.regularizers.L2{0.02}})
  same_history(ours, theirs)
end)

T.test("a constraint in Lua holds after each step", function()
  local model = fitted({}, {kernel_constraint = function(w) return w:clip(0, 0.25) end})
  local kernel = model.weights[3]
  T.ok(kernel:min():item() >= 0 and kernel:max():item() <= 0.25)
end)

T.test("an activation in Lua is one", function()
  local _, ours = fitted({}, {activation = function(x) return x * x end})
  local _, theirs = fitted({}, {activation = "linear"})
  T.ok(ours.loss[1] ~= theirs.loss[1])
  local layer = layers.Dense{2, activation = function(x) return x * 0 + 3 end}
  T.equal(layer(knn.zeros{1, 2}):totable(), {{3, 3}})
end)

T.test("a metric in Lua with variables counts over batches", function()
  local Largest = knn.metric("LargestError", {
    build = function(self) self.most = self:add_variable{name = "most"} end,
    update_state = function(self, t, p) self.most:assign(knn.ops.maximum(self.most, (t - p):abs():max())) end,
    result = function(self) return self.most end,
  })
  local x, y = data()
  local metric = Largest{}
  T.equal(metric.name, "largest_error")
  local model, history = fitted{metrics = {metric, "mae"}, optimizer = SGD{0}}
  local expected = (model:predict(x, {verbose = 0}) - y):abs():max():item()
  near(history.largest_error[1], expected)
  near(history.largest_error[2], expected)
  metric:reset_state()
  T.equal(metric:result(), 0)
  metric:update_state(knn.tensor{{1, 2}}, knn.tensor{{1, 5}})
  T.equal(metric:result(), 3)
end)

T.test("a metric in Lua sees weights", function()
  local Weights = knn.metric("Weights", {
    build = function(self, shape)
      T.equal(#shape, 2)
      self.total = self:add_variable{name = "total"}
    end,
    update_state = function(self, _, _, w) if w then self.total:assign_add(w:sum()) end end,
    result = function(self) return 2 * self.total:item() end,
  })
  local w = knn.rand{20}
  local _, history = fitted({weighted_metrics = {Weights{name = "w"}}}, nil, {sample_weight = w})
  near(history.w[2], 2 * w:sum():item())
  T.raises("needs a function 'result'", function() knn.metric("Bad", {build = print, update_state = print}) end)
  T.raises("a variable of a layer or metric", function() knn.zeros{2}:assign(knn.ones{2}) end)
end)

T.test("metrics by hand", function()
  local auc = knn.metrics.AUC{num_thresholds = 3}
  auc:update_state(knn.tensor{0, 0, 1, 1}, knn.tensor{0, 0.5, 0.3, 0.9})
  near(auc:result(), 0.75)
  auc:update_state(knn.tensor{0, 1}, knn.tensor{0.1, 0.8}, knn.tensor{1, 0})
  auc:reset_state()
  T.equal(auc:result(), 0)
  near(knn.metrics.MeanSquaredError{}(knn.tensor{{0, 1}, {0, 0}}, knn.tensor{{1, 1}, {0, 0}}), 0.25)
  local mean = knn.metrics.Mean{}
  mean:update_state(knn.tensor{1, 3})
  mean:update_state(knn.tensor{5}, knn.tensor{2})
  near(mean:result(), 3.5)
  local wrapped = knn.metrics.MeanMetricWrapper{function(t, p, o) return (t - p):abs():gt(o.least):float() end, least = 0.5}
  wrapped:update_state(knn.tensor{{0, 0}, {1, 0}}, knn.tensor{{1, 0}, {1, 0}})
  near(wrapped:result(), 0.25)
end)

T.test("functions of losses and metrics give a value per sample", function()
  local t, p = knn.tensor{{0, 1}, {0, 0}}, knn.tensor{{1, 1}, {1, 0}}
  T.equal(knn.losses.mean_squared_error(t, p):totable(), {0.5, 0.5})
end)

T.test("get, serialize, deserialize", function()
  T.equal(knn.losses.get("mse").class_name, "MeanSquaredError")
  local told = knn.optimizers.serialize(knn.optimizers.Adam{learning_rate = 0.5})
  T.equal(told.class_name, "Adam")
  T.equal(knn.optimizers.deserialize(told).learning_rate, 0.5)
  T.equal(knn.metrics.get(nil), nil)
  T.equal(knn.optimizers.schedules.ExponentialDecay{0.1, 4, 0.5}(4), 0.05)
  T.raises("did you mean", function() knn.regularizers.get("l22") end)
end)

T.run()
