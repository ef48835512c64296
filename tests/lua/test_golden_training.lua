-- Training with the options of fit and compile: histories and scores are Keras's.
local K = dofile "tests/lua/keras.lua"
local knn = require "knn"
local T, L = K.T, knn.layers

local models = {}

function models.dense()
  return knn.Sequential{L.Dense{6, activation = "tanh", input_shape = {3}}, L.Dense{4, activation = "softmax"}}
end

function models.regression()
  return knn.Sequential{L.Dense{5, activation = "tanh", input_shape = {3}}, L.Dense{2}}
end

function models.sequence()
  return knn.Sequential{L.Masking{input_shape = {5, 3}}, L.SimpleRNN{4, return_sequences = true},
    L.Dense{4, activation = "softmax"}}
end

function models.outputs()
  local x = knn.Input{shape = {3}, name = "x"}
  local h = L.Dense{5, activation = "tanh"}(x)
  return knn.Model{inputs = x, outputs = {L.Dense{4, activation = "softmax", name = "a"}(h), L.Dense{2, name = "b"}(h)}}
end

local function data(case)
  local x = K.tensor(case.x)
  if case.name == "sequence" then -- the last i mod 3 steps of row i are masked
    for i = 0, #x - 1 do
      for step = 5 - i % 3 + 1, 5 do x[i + 1][step]:fill_(0) end
    end
  end
  if case.name ~= "outputs" then return x, K.tensor(case.y) end
  return x, {K.tensor(case.y.a), K.tensor(case.y.b)}
end

-- Python's None is false in a case.
local function plain(value)
  if type(value) ~= "table" then return value == false and knn.null or value end
  local out = {}
  for key, v in pairs(value) do out[key] = plain(v) end
  return out
end

local function options_of(case)
  local options = {}
  for name, value in pairs(case.options) do options[name] = value end
  if options.class_weight then -- labels, told as text
    local weights = {}
    for label, weight in pairs(options.class_weight) do weights[math.tointeger(tonumber(label))] = weight end
    options.class_weight = weights
  end
  return options
end

local function train_on_batches(model, x, y, options)
  local history = {}
  options.return_dict = true
  for i = 1, 3 do
    for log, value in pairs(model:train_on_batch(x, y, options)) do
      history[log] = history[log] or {}
      history[log][i] = value
    end
  end
  return history
end

local function present(list)
  local out = {}
  for _, v in ipairs(list) do
    if v == v then out[#out + 1] = v end
  end
  return out
end

local function check(case)
  local model = models[case.name]()
  local weights = {}
  for i, w in ipairs(case.initial) do weights[i] = K.tensor(w) end
  model:set_weights(weights)
  local compiled = plain(case.compiled)
  if compiled.run_eagerly == knn.null then compiled.run_eagerly = false end
  compiled.optimizer = knn.optimizers.SGD{learning_rate = 0.1, momentum = 0.5}
  model:compile(compiled)
  local x, y = data(case)
  local w = case.sample_weight and K.tensor(case.sample_weight) or nil
  local options, history = options_of(case), nil
  options.sample_weight = w
  if case.on_batch then
    history = train_on_batches(model, x, y, options)
  else
    options.shuffle, options.verbose = false, 0
    if case.validation then options.validation_data = {x, y} end
    history = model:fit(x, y, options).history
  end
  for log, expected in pairs(case.history) do
    T.ok(history[log], "the history has no " .. log)
    -- on jax the predictions lose their mask on the way from the gradients to the metrics; those of evaluate have it
    if case.name ~= "sequence" or log == "loss" then
      -- epochs without a validation are left out there, here they are NaN
      K.close(knn.tensor(present(history[log]), "float64"), expected, log)
    end
  end
  for log in pairs(history) do T.ok(case.history[log], "Keras has no log " .. log) end
  local scores = model:evaluate(x, y, {sample_weight = w, batch_size = 8, verbose = 0, return_dict = true})
  for log, expected in pairs(case.evaluate) do K.close(scores[log], expected, "evaluate " .. log) end
end

for _, case in ipairs(K.golden.cases "training") do
  T.test(case.name .. ": " .. case.tag, function() check(case) end)
end

T.run()
