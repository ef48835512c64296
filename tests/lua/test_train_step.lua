-- Models whose steps are written in Lua: train_step, test_step, predict_step, compute_loss, compute_metrics.
local T = dofile "tests/lua/harness.lua"
local knn = require "knn"
local layers, ops = knn.layers, knn.ops

local function network(self)
  self.hidden = layers.Dense{8, activation = "relu", kernel_initializer = knn.initializers.GlorotUniform{seed = 1}}
  self.out = layers.Dense{1, kernel_initializer = knn.initializers.GlorotUniform{seed = 2}}
end

local function predict(self, x) return self.out(self.hidden(x)) end

local calls = 0

-- What fit does, written out.
local function train_step(self, data)
  calls = calls + 1
  local x, y, weight = table.unpack(data, 1, 3)
  local weights, predicted = self.trainable_weights, nil
  local loss, gradients = knn.value_and_grad(function()
    predicted = self(x, {training = true})
    return self:compute_loss(x, y, predicted, weight)
  end, weights)()
  self.optimizer:apply(gradients, weights)
  for _, metric in ipairs(self.metrics) do
    if metric.name == "loss" then metric:update_state(loss, x.shape[1]) else metric:update_state(y, predicted, weight) end
  end
  return {loss = self.metrics[1]:result(), mean_squared_error = self.metrics[2]:result()}
end

local Plain = knn.model("Plain", {}, {init = network, call = predict})
local Own = knn.model("Own", {}, {init = network, call = predict, train_step = train_step})
local Rest = knn.model("Rest", {}, {init = network, call = predict, compute_loss = function(self, ...)
  return self.super.compute_loss(self, ...)
end})

knn.seed(7)
local x = knn.randn(100, 3)
local y = (x * x):sum(2, true)
local weight = knn.rand(100)

local function run(class, options)
  local model = class{}
  model:compile{loss = "mse", optimizer = knn.optimizers.Adam{learning_rate = 0.01}, run_eagerly = options.eager,
    weighted_metrics = {"mean_squared_error"}}
  local history = model:fit(x, y, {epochs = 3, batch_size = 32, verbose = 0, sample_weight = weight})
  return history.history, model:get_weights()
end

T.test("a step written out gives the numbers of fit, planned and eagerly", function()
  local expected, weights = run(Plain, {})
  calls = 0
  for _, case in ipairs{{Own, {}}, {Rest, {}}, {Own, {eager = true}}, {Rest, {eager = true}}} do
    local history, own = run(case[1], case[2])
    T.near(history.loss, expected.loss, 1e-6)
    T.near(history.mean_squared_error, expected.mean_squared_error, 1e-6)
    for i, w in ipairs(weights) do T.near(own[i], w, 1e-6) end
  end
  T.equal(calls, 2 + 12) -- a plan for full batches, one for the last; then each batch
end)

T.test("the last step's numbers are the logs, sorted by name", function()
  local Count = knn.model("Count", {}, {
    init = function(self) network(self) self.seen = knn.metrics.Sum{name = "seen"} end,
    call = predict,
    train_step = function(self, data)
      self.seen:update_state(ops.ones_like(data[1][{{}, 1}]))
      return {rows = self.seen:result(), twice = self.seen:result() * 2, constant = 3}
    end,
  })
  local model = Count{}
  model:compile{}
  local history = model:fit(x, {epochs = 2, batch_size = 40, verbose = 0}).history
  T.equal(history.rows, {100, 100})
  T.equal(history.twice, {200, 200})
  T.equal(history.constant, {3, 3})
end)

T.test("two networks with an optimizer each", function()
  local Pair = knn.model("Pair", {}, {
    init = function(self)
      self.a, self.b = layers.Dense{1, use_bias = false}, layers.Dense{1, use_bias = false}
      self.fast, self.slow = knn.optimizers.SGD{learning_rate = 0.1}, knn.optimizers.SGD{learning_rate = 0.01}
    end,
    call = function(self, v) return self.a(v) + self.b(v) end,
    train_step = function(self, data)
      local function step(layer, optimizer)
        local weights = layer.trainable_weights
        local value, gradients = knn.value_and_grad(function() return layer(data[1]):mean() end, weights)()
        optimizer:apply(gradients, weights)
        return value
      end
      local first = step(self.a, self.fast)
      return {first = first, again = self.a(data[1]):mean(), b = step(self.b, self.slow)}
    end,
  })
  local model = Pair{}
  model:compile{}
  local ones = knn.ones(4, 2)
  model:build{knn.ANY, 2}
  local a, b = model.a.weights[1]:clone(), model.b.weights[1]:clone()
  local logs = model:fit(ones, {verbose = 0}).history
  T.near(model.a.weights[1], a - 0.1)
  T.near(model.b.weights[1], b - 0.01)
  T.near(logs.again[1], logs.first[1] - 0.2, 1e-5) -- what comes after the update sees it
end)

T.test("test_step and predict_step", function()
  local Other = knn.model("Other", {}, {
    init = network, call = predict,
    test_step = function(_, data) return {mean = data[1]:mean(), loss = (data[1] * data[1]):mean()} end,
    predict_step = function(self, data) return self(data[1]) * 0 + 5, data[1] end,
  })
  local model = Other{}
  model:compile{loss = "mse"}
  local loss, mean = model:evaluate(x, y, {batch_size = 100, verbose = 0})
  T.near({loss, mean}, {(x * x):mean():item(), x:mean():item()}, 1e-5)
  local five, same = model:predict(x, {verbose = 0})
  T.near(five, knn.full({100, 1}, 5.0))
  T.near(same, x)
  local history = model:fit(x, y, {validation_data = {x, y}, verbose = 0}).history
  T.ok(history.val_mean and history.loss and not history.mean)
end)

T.test("random numbers differ from step to step, and repeat with the seed", function()
  local Noise = knn.model("Noise", {}, {
    call = function(_, v) return v end,
    train_step = function(_, data) return {noise = ops.random_normal(data[1], {shape = {knn.ANY}}):mean()} end,
  })
  local function noise()
    knn.seed(3)
    local model = Noise{}
    model:compile{}
    return model:fit(knn.ones(4, 1), {epochs = 3, batch_size = 4, verbose = 0}).history.noise
  end
  local first = noise()
  T.ok(first[1] ~= first[2] and first[2] ~= first[3])
  T.equal(noise(), first)
end)

T.test("metrics of layers are reported and reset", function()
  local Watch = knn.layer("Watch", {}, {
    init = function(self) self.mean = knn.metrics.Mean{name = "level"} end,
    call = function(self, v) self.mean:update_state(v) return v end,
  })
  local model = knn.Sequential{Watch{}}
  model:compile{loss = "mse", metrics = {"mae"}}
  T.equal({model:evaluate(knn.ones(4, 1), knn.zeros(4, 1), {verbose = 0})}, {1, 1, 1})
  T.equal(model:evaluate(knn.ones(4, 1) * 3, knn.zeros(4, 1), {verbose = 0, return_dict = true}).level, 3)
  T.equal(#model.metrics, 3)
end)

T.test("weights are held to their constraints", function()
  local dense = layers.Dense{1, kernel_constraint = "non_neg", use_bias = false, kernel_initializer = "ones"}
  dense(knn.ones(1, 2))
  knn.optimizers.SGD{learning_rate = 5}:apply({knn.ones(2, 1)}, dense.trainable_weights)
  T.equal(dense.weights[1]:totable(), {{0}, {0}})
end)

T.test("wrong steps are explained", function()
  local function fit(step)
    local Model = knn.model("Model", {}, {init = network, call = predict, train_step = step})
    local model = Model{}
    model:compile{}
    model:fit(x, y, {verbose = 0})
  end
  T.raises("Model: train_step must return its logs, a table of numbers by name, got a nil", fit, function() end)
  T.raises("'p' is a tensor of shape (32, 3); a log is one number, take its mean", fit,
    function(_, data) return {p = data[1]} end)
  T.raises("model 'model_2' was compiled without a loss; give compile a loss", fit,
    function(self, data) return {loss = self:compute_loss(nil, data[2], self(data[1]))} end)
  T.raises("y_pred, what the model predicts, is missing", fit,
    function(self, data) return {loss = self:compute_loss(data[1], data[2])} end)
  local plain = Plain{}
  T.raises("is not compiled", plain.compute_loss, plain, nil, y, y)
end)

T.run()
