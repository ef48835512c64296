-- Models in files: what is saved comes back, with its weights, its compile options and its optimizer.
local T = dofile "tests/lua/harness.lua"
local knn = require "knn"
local L = knn.layers

local folder = os.getenv "TMPDIR" or "/tmp"
local made = {}
local function path(name)
  local full = ("%s/knn_saving_%d_%s"):format(folder, math.floor(knn.clock() * 1e6) % 1000000000, name)
  made[#made + 1] = full
  return full
end

local function bytes(name)
  local file <close> = assert(io.open(name, "rb"))
  return file:read "a"
end

local function largest_difference(a, b) return (a - b):abs():max():item() end

local function stack()
  return knn.Sequential{
    L.Dense{5, activation = "relu", kernel_regularizer = "l2", input_shape = {4}},
    L.BatchNormalization{},
    L.Dropout{0.2},
    L.Dense{2, activation = knn.activations.leaky_relu{negative_slope = 0.1}},
  }
end

local function trained(model)
  model:compile{loss = "mse", optimizer = knn.optimizers.Adam{0.01, amsgrad = true}, metrics = {"mae"}}
  model:fit(knn.randn(16, 4), knn.randn(16, 2), {epochs = 2, batch_size = 8, verbose = 0})
  return model
end

T.test("a saved model comes back with its numbers and goes on as it would have", function()
  knn.seed(7)
  local model, file = trained(stack()), path "a.keras"
  model:save(file)
  local again = knn.load_model(file)
  local x, y = knn.randn(16, 4), knn.randn(16, 2)
  T.equal(largest_difference(model:predict(x, {verbose = 0}), again:predict(x, {verbose = 0})), 0)
  T.ok(again.compiled)
  T.equal(again.optimizer.iterations, model.optimizer.iterations)
  for _ = 1, 3 do
    knn.seed(3)
    local a = model:train_on_batch(x, y)
    knn.seed(3)
    T.equal(again:train_on_batch(x, y), a)
  end
end)

T.test("the same model gives the same bytes, also after it was loaded", function()
  local model, one, two, three = trained(stack()), path "one.keras", path "two.keras", path "three.keras"
  model:save(one)
  model:save(two)
  knn.load_model(one):save(three)
  T.equal(bytes(one), bytes(two))
  T.equal(bytes(one), bytes(three))
end)

T.test("weights alone go into a model of the same structure", function()
  local model, other, file = trained(stack()), stack(), path "a.weights.h5"
  local x = knn.randn(3, 4)
  model:save_weights(file)
  other:load_weights(file)
  T.equal(largest_difference(model:predict(x, {verbose = 0}), other:predict(x, {verbose = 0})), 0)
end)

T.test("weights that do not fit are named, and nothing changes", function()
  local model, file = trained(stack()), path "a.weights.h5"
  local other = knn.Sequential{L.Dense{5, input_shape = {4}}, L.Dense{3}}
  local before = other:get_weights()
  model:save_weights(file)
  T.raises(" (Dense): weight 'kernel' of shape (5, 3) has the shape (5, 2) in the file",
    function() other:load_weights(file) end)
  for i, w in ipairs(other:get_weights()) do T.equal(largest_difference(w, before[i]), 0) end
  other:load_weights(file, {skip_mismatch = true})
  T.equal(largest_difference(other.layers[1].weights[1], model.layers[1].weights[1]), 0)
end)

-- Two layers as Keras 2 lays them out; `split` puts the list of layers into two attributes.
local function legacy(name, split)
  local file = path(name)
  local f = knn.h5(file, "w")
  local function layer(group, arrays)
    local names = {}
    for i, a in ipairs(arrays) do
      names[i] = ("%s/%s:0"):format(group, a[1])
      f:write(("%s/%s"):format(group, names[i]), a[2])
    end
    f:set_attribute(group, "weight_names", names)
  end
  f:make_group "input_1" -- it has no weights
  layer("first", {{"kernel", knn.full({3, 4}, 2)}, {"bias", knn.full({4}, 3)}})
  layer("norm", {{"gamma", knn.full({4}, 4)}, {"beta", knn.full({4}, 5)},
                 {"moving_mean", knn.full({4}, 6)}, {"moving_variance", knn.full({4}, 7)}})
  local names = {"input_1", "first", "norm"}
  f:set_attribute("", split and "layer_names0" or "layer_names", split and {names[1]} or names)
  if split then f:set_attribute("", "layer_names1", {names[2], names[3]}) end
  f:close()
  return file
end

local function means(model)
  local list = {}
  for i, w in ipairs(model:get_weights()) do list[i] = w:mean():item() end
  return list
end

T.test("weights of Keras 2 go in by the order of the layers, or by their names", function()
  local function two(a, b)
    return knn.Sequential{L.Dense{4, input_shape = {3}, name = a}, L.Dropout{0.5}, L.BatchNormalization{name = b}}
  end
  for _, split in ipairs{false, true} do
    local model = two("a", "b")
    model:load_weights(legacy("order.h5", split))
    T.equal(means(model), {2, 3, 4, 5, 6, 7})
  end
  local model = two("other", "norm")
  model:load_weights(legacy "names.h5", {by_name = true})
  local after = means(model)
  T.equal({table.unpack(after, 2)}, {0, 4, 5, 6, 7})
  T.ok(after[1] ~= 2)
end)

T.test("weights of Keras 2 that do not fit are named, and nothing changes", function()
  local model = knn.Sequential{L.Dense{5, input_shape = {3}, name = "first"}, L.Dense{2, name = "norm"}}
  local before, file = means(model), legacy "misfit.h5"
  T.raises("load_weights: the weights do not fit: layer 'first' (Dense): weight 'kernel' of shape (3, 5) has the "
    .. "shape (3, 4) in the file; layer 'first' (Dense): weight 'bias' of shape (5,) has the shape (4,) in the file; "
    .. "layer 'norm' (Dense): it has 2 weights, the file has 4", function() model:load_weights(file) end)
  T.equal(means(model), before)
  model:load_weights(file, {by_name = true, skip_mismatch = true})
  T.equal(means(model), before)
  T.raises("the model has 1 layers with weights, the file has 2; by_name = true takes those that are named alike",
    function() knn.Sequential{L.Dense{5, input_shape = {3}}}:load_weights(file) end)
  local new = path "new.weights.h5"
  model:save_weights(new)
  T.raises("by_name is for the older layout of .h5 files", function() model:load_weights(new, {by_name = true}) end)
end)

T.test("a model in the layout of Keras 2 comes back with its numbers and its optimizer", function()
  knn.seed(7)
  local model, one, two = trained(stack()), path "one.h5", path "two.hdf5"
  model:save(one)
  model:save(two)
  T.equal(bytes(one), bytes(two))
  local again = knn.load_model(one)
  local x, y = knn.randn(16, 4), knn.randn(16, 2)
  T.equal(largest_difference(model:predict(x, {verbose = 0}), again:predict(x, {verbose = 0})), 0)
  T.equal(again.optimizer.iterations, model.optimizer.iterations)
  for _ = 1, 3 do
    knn.seed(3)
    local a = model:train_on_batch(x, y)
    knn.seed(3)
    T.equal(again:train_on_batch(x, y), a)
  end
  T.ok(not knn.load_model(one, {compile = false}).compiled)
  local other = stack()
  other:load_weights(one)
  T.equal(largest_difference(other:get_weights()[1], knn.load_model(one):get_weights()[1]), 0)
end)

T.test("what Keras 2 writes otherwise is understood", function()
  local file = legacy "old.h5"
  local f = knn.h5(file, "a")
  f:set_attribute("", "model_config", [==[{"class_name": "Functional", "config": {"name": "old", "layers": [
    {"class_name": "InputLayer", "name": "input_1", "inbound_nodes": [], "config": {"name": "input_1",
     "batch_input_shape": {"class_name": "__tuple__", "items": [null, 3]}, "dtype": "float32", "sparse": false}},
    {"class_name": "Dense", "name": "first", "inbound_nodes": [[["input_1", 0, 0, {}]]], "config": {"name": "first",
     "dtype": "float32", "units": 4, "activation": "linear",
     "kernel_initializer": {"class_name": "GlorotUniform", "config": {"seed": null}}}},
    {"class_name": "BatchNormalization", "name": "norm", "inbound_nodes": [[["first", 0, 0, {}]]], "config": {
     "name": "norm", "axis": {"class_name": "__tuple__", "items": [1]}, "epsilon": 1.0}}],
    "input_layers": [["input_1", 0, 0]], "output_layers": [["norm", 0, 0]]}}]==])
  f:set_attribute("", "training_config", [==[{"loss": {"class_name": "MeanSquaredError", "config": {"reduction": "auto",
    "name": "mean_squared_error"}}, "loss_weights": null, "metrics": [[{"class_name": "MeanMetricWrapper", "config":
    {"name": "mae", "dtype": "float32", "fn": "mean_absolute_error"}}]], "weighted_metrics": null,
    "optimizer_config": {"class_name": "Custom>SGD", "config": {"name": "SGD", "learning_rate": 0.5, "decay": 0.0}}}]==])
  f:close()
  local model = knn.load_model(file)
  -- each output of Dense is 2 + 4 + 6 + 3; then gamma 4, beta 5, moving mean 6 and variance 7
  local v = 4 * (15 - 6) / math.sqrt(7 + 1) + 5
  T.equal(largest_difference(model:predict(knn.tensor{{1, 2, 3}}, {verbose = 0}), knn.full({1, 4}, v)) < 1e-5, true)
  T.equal(model.optimizer.learning_rate, 0.5)
  local logs = model:evaluate(knn.ones(2, 3), knn.zeros(2, 4), {verbose = 0, return_dict = true})
  T.ok(logs.mean_absolute_error or logs.mae)
end)

T.test("optimizers' states stand in files in Keras's order, and training goes on from them", function()
  local O = knn.optimizers
  -- of one weight of 2 x 3 and its bias, behind iteration and learning rate
  local cases = {
    {O.Nadam{0.01}, {{2, 3}, {2, 3}, {3}, {3}, {}}},
    {O.Adafactor{0.01}, {{2}, {3}, {2, 3}, {}, {}, {3}}},
    {O.LossScaleOptimizer{O.SGD{0.01, momentum = 0.9}, initial_scale = 64, dynamic_growth_steps = 3},
     {{}, {}, {}, {}, {2, 3}, {3}}},
  }
  for _, case in ipairs(cases) do
    local model = knn.Sequential{L.Dense{3, input_shape = {2}}}
    local x, y = knn.randn(8, 2), knn.randn(8, 3)
    model:compile{loss = "mse", optimizer = case[1]}
    for _ = 1, 2 do model:train_on_batch(x, y) end
    local whole, legacy_file, file = path "state.keras", path "state.h5", path "state.weights.h5"
    model:save(whole)
    model:save(legacy_file)
    model:save_weights(file)
    local again = {knn.load_model(whole), knn.load_model(legacy_file)}
    for _ = 1, 4 do
      local loss = model:train_on_batch(x, y)
      for _, other in ipairs(again) do T.equal(other:train_on_batch(x, y), loss) end
    end
    local f = knn.h5(file)
    for i, shape in ipairs(case[2]) do
      T.equal(f:read(("optimizer/vars/%d"):format(i + 1)).shape, shape)
    end
    T.ok(not f:has(("optimizer/vars/%d"):format(#case[2] + 2)))
    f:close()
  end
end)

T.test("a drawn model with several inputs, a shared layer and a model inside comes back", function()
  local a, b = knn.Input{shape = {6}, name = "a"}, knn.Input{shape = {6}, name = "b"}
  local shared = L.Dense{4, activation = "tanh"}
  local left, right = shared(a), shared(b)
  local i = knn.Input{shape = {4}}
  local inner = knn.Model{inputs = i, outputs = L.Dense{4}(i), name = "inner"}
  local sum = L.add{inner(left), inner(right)} * 2.0 + 1
  local model = knn.Model{inputs = {a, b},
    outputs = {L.Dense{1, name = "out"}(L.concatenate{sum, left}), sum[{{}, {1, 2}}]}}
  local file = path "drawn.keras"
  model:save(file)
  local again = knn.load_model(file)
  local x = {knn.randn(3, 6), knn.randn(3, 6)}
  local one, two = {model:predict(x, {verbose = 0})}, {again:predict(x, {verbose = 0})}
  for k = 1, 2 do T.equal(largest_difference(one[k], two[k]), 0) end
  T.equal(knn.model_from_json(model:to_json()):to_json(), model:to_json())
end)

T.test("options of drawn ops are written as Keras writes them", function()
  local x = knn.Input{shape = {4, 3}}
  local text = knn.Model{inputs = x, outputs = knn.ops.mean(x, {axis = 2})}:to_json()
  T.ok(text:find('"axis": 1', 1, true), text)
end)

T.test("indices of drawn values mean what they mean in Python", function()
  local text = [==[{"module": "keras.src.models.functional", "class_name": "Functional", "config": {"name": "m", "layers": [
    {"module": "keras.layers", "class_name": "InputLayer", "config": {"batch_shape": [null, 5, 2], "name": "x"},
     "name": "x", "inbound_nodes": []},
    {"module": "keras.src.ops.numpy", "class_name": "GetItem", "config": {"name": "get_item"}, "name": "get_item",
     "inbound_nodes": [{"args": [{"class_name": "__keras_tensor__", "config": {"keras_history": ["x", 0, 0]}},
       [{"class_name": "__slice__", "config": {"start": null, "stop": null, "step": null}}, %s]], "kwargs": {}}]}],
    "input_layers": ["x", 0, 0], "output_layers": ["get_item", 0, 0]}}]==]
  local function slice(start, stop, step)
    return ([[{"class_name": "__slice__", "config": {"start": %s, "stop": %s, "step": %s}}]]):format(start, stop, step)
  end
  local x = knn.arange(10):reshape{1, 5, 2}:float()
  local function rows(key)
    local y = knn.model_from_json(text:format(key)):predict(x, {verbose = 0})
    local first = {}
    for i, v in ipairs((#y.shape == 3 and y[{{}, {}, 1}] or y[{{}, 1}]):reshape{-1}:totable()) do first[i] = v // 2 end
    return first
  end
  T.equal(rows(slice(1, 3, "null")), {1, 2})
  T.equal(rows(slice(-2, "null", "null")), {3, 4})
  T.equal(rows(slice("null", -1, 2)), {0, 2})
  T.equal(rows(slice("null", "null", -1)), {4, 3, 2, 1, 0})
  T.equal(rows(slice(3, 0, -2)), {3, 1})
  T.equal(rows(slice(2, 100, "null")), {2, 3, 4})
  T.equal(rows "-1", {4})
end)

T.test("a class of the program is asked for by its name", function()
  local Twice = knn.layer("Twice", {call = function(_, x) return x * 2 end})
  local model, file = knn.Sequential{L.Dense{2, input_shape = {3}}, Twice{name = "twice"}}, path "own.keras"
  model:save(file)
  local again = knn.load_model(file, {custom_objects = {Twice = Twice}})
  local x = knn.randn(2, 3)
  T.equal(largest_difference(model:predict(x, {verbose = 0}), again:predict(x, {verbose = 0})), 0)
end)

T.test("what cannot be done is said in one sentence", function()
  local text = [[{"module": "keras", "class_name": "Sequential", "config": {"name": "m", "layers": [%s]}}]]
  local function refused(layer, message, options)
    T.raises(message, function() knn.model_from_json(text:format(layer), options) end)
  end
  refused([[{"module": null, "class_name": "Foo", "config": {"name": "f"}, "registered_name": "Mine>Foo"}]],
    "model 'm': layer 'f': the layer class 'Foo' is not known; register it: custom_objects = {[\"Foo\"] = class}")
  refused([[{"module": "keras.layers", "class_name": "Lambda", "config": {"name": "l", "function": {}}}]],
    "layer 'l': it holds Python code (a lambda), which is never run", {safe_mode = false})
  refused([[{"module": "keras.layers", "class_name": "Dense", "config": {"name": "d", "units": -1}}]],
    "layer 'd': Dense: 'units' must be an integer")
  refused([[{"module": "keras.layers", "class_name": "Dense", "config": {"name": "d", "units": 2, "lora_rank": 4}}]],
    "layer 'd': Dense: unknown option 'lora_rank'")
  T.raises("model_from_json: the text is not JSON", function() knn.model_from_json "{" end)
  T.raises(": No such file", function() knn.load_model(folder .. "/no such file.keras") end)
  T.raises("holds no model, only arrays", function() knn.load_model(legacy "arrays.h5") end)
  T.raises("is not a zip archive", function() knn.load_model "README.md" end)
  T.raises("save: the path must end in .keras, or in .h5 for the older layout, got 'model.bin'", function() stack():save "model.bin" end)
  T.raises("has no weights yet", function() knn.Sequential{L.Dense{2}}:save(path "b.keras") end)
  T.raises("load_model: unknown option 'compiled' (known: compile, custom_objects, safe_mode)",
    function() knn.load_model("a.keras", {compiled = true}) end)
end)

for _, name in ipairs(made) do os.remove(name) end
T.run()
