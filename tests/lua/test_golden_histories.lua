-- Histories: short fits of small models against Keras's: losses, metrics, optimizers and
-- schedules with their options, and what training does to models.
-- Planned; the first of each group also eagerly.
local K = dofile "tests/lua/keras.lua"
local knn = require "knn"
local T, lcg = K.T, K.golden.lcg

local ROWS, BATCH, EPOCHS = 14, 5, 3

-- Numbers by the rules of tests/golden/gen/histories.py.
local function numbers(seed, shape, scale, offset)
  return K.tensor(K.golden.expand{shape = shape, lcg = {seed = seed, scale = scale, offset = offset}})
end

local function labels(seed, n, classes) return knn.tensor(lcg(seed, n), "int64") % classes end

local function size(shape)
  local n = 1
  for _, s in ipairs(shape) do n = n * s end
  return n
end

local targets = {
  numbers = function(shape) return numbers(17, shape) end,
  positive = function(shape) return numbers(17, shape, 1, 1):clip(0.25, 2) end,
  bits = function(shape) return (labels(13, size(shape), 16) % 2):reshape(shape):float() end,
  sequence = function(shape) return (labels(13, shape[1] * 2, 2) + 1):reshape{shape[1], 2}:int() end,
  labels = function(shape, k, classes) return (k % classes):int() end,
  ignored = function(shape, k, classes) return (k % (classes + 1) - 1):int() end,
  one_hot = function(shape, k, classes) return knn.to_categorical(k % classes, classes) end,
  soft = function(shape, k, classes) return knn.to_categorical(k % classes, classes) * 0.25 + 0.25 end,
}

local function target(kind, shape)
  local leading = {table.unpack(shape, 1, #shape - 1)}
  return targets[kind](shape, labels(11, size(leading), 12):reshape(leading), shape[#shape])
end

-- Which weights of a layer scale something.
local scales = {BatchNormalization = {[1] = true, [4] = true}, LayerNormalization = {[1] = true}}

-- Kernels within a half, biases within 1/16, gamma and the variance from 0 to 2.
local function start(model)
  local values = {}
  for _, layer in ipairs(model.layers) do
    for i, w in ipairs(layer.weights) do
      local scale = (scales[layer.class_name] or {})[i]
      local width = w.rank > 1 and 0.5 or scale and 1 or 0.0625
      values[#values + 1] = numbers(1000 + #values, w.shape, width, scale and 1 or 0)
    end
  end
  model:set_weights(values)
end

-- A word, or an object from {class = name, ...}.
local function make(family, told)
  if type(told) ~= "table" then return told end
  local options = K.options(told)
  local class = options.class
  options.class = nil
  options.learning_rate = make("schedules", options.learning_rate)
  options.inner_optimizer = make("optimizers", options.inner_optimizer)
  return knn[family][class](options)
end

local function make_all(family, list)
  local out = {}
  for i, told in ipairs(list or {}) do out[i] = make(family, told) end
  return out
end

local function input(case, shape)
  if not case.x then return numbers(7, {ROWS, table.unpack(shape)}) end
  return labels(7, ROWS * shape[1], case.x):reshape{ROWS, table.unpack(shape)}:int()
end

local function fit_options(case)
  local options = {batch_size = BATCH, epochs = EPOCHS, shuffle = false, verbose = 0}
  for name, value in pairs(case.fit or {}) do options[name] = value end
  if options.class_weight then
    local by_label = {}
    for i, w in ipairs(options.class_weight) do by_label[i - 1] = w end
    options.class_weight = by_label
  end
  if case.weights then options.sample_weight = numbers(19, {ROWS}, 1, 1) end
  return options
end

local function fit(case, models, eagerly)
  local shape = case.input_shape or {5}
  local model = K.model{layers = case.layers or models[case.model], input_shape = shape}
  start(model)
  if case.frozen then model.layers[case.frozen + 1].trainable = false end
  local x = input(case, shape)
  model:compile{
    loss = make("losses", case.loss), optimizer = make("optimizers", case.optimizer),
    metrics = make_all("metrics", case.metrics), weighted_metrics = make_all("metrics", case.weighted_metrics),
    run_eagerly = eagerly,
  }
  local y = target(case.y, model:predict(x, {verbose = 0}).shape)
  return model, model:fit(x, y, fit_options(case)).history
end

-- Keras numbers the names of objects made more than once.
local function plain(log) return (log:gsub("_%d+$", "")) end

local function compare(case, model, history)
  -- on jax the predictions lose their mask on the way from the gradients to the metrics
  local masked = case.name:find "^masked steps"
  for log, expected in pairs(masked and {loss = case.history.loss} or case.history) do
    local got = history[log] or history[plain(log)]
    T.ok(got, "the history has no " .. log)
    local scale = log:find "pearson" and 1 or nil -- a mean of numbers near 1 and -1
    K.close(got[1], expected.data[1], log .. " of the first epoch", 1e-5, scale)
    K.close(knn.tensor(got, "float32"), expected, log, 1e-4, scale)
  end
  local trainable = model.trainable_weights
  for field, w in pairs{final = model.weights[1], last = trainable[#trainable]} do
    local expected = case[field]
    K.close(w:reshape{-1}[{{1, #expected.data}}], expected, field .. " weight", 1e-4)
  end
end

local seen = {}
for _, group in ipairs{"losses", "metrics", "optimizers", "models"} do
  local cases = K.golden.cases("histories_" .. group)
  for _, case in ipairs(cases) do
    T.test(group .. ": " .. case.name, function() compare(case, fit(case, cases.models)) end)
    if not seen[group] then
      seen[group] = true
      T.test(group .. ": " .. case.name .. ", eagerly", function()
        compare(case, fit(case, cases.models, true))
      end)
    end
  end
end

T.run()
