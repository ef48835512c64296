-- Models: stacking, compiling, fit, evaluate, predict, weights, what is printed.
local T = dofile "tests/lua/harness.lua"
local knn = require "knn"
local layers = knn.layers

-- Three classes that a line can tell apart: y = 0, 1, 2 by the largest of three columns.
local function problem(n)
  knn.seed(7)
  local x = knn.rand(n, 3)
  return x, x:argmax_class()
end

local function classifier()
  knn.seed(1)
  local m = knn.Sequential{layers.Dense{16, activation = "relu", input_shape = {3}}, layers.Dense{3, activation = "softmax"}}
  m:compile{loss = "sparse_categorical_crossentropy", optimizer = knn.optimizers.Adam{learning_rate = 0.02}, metrics = {"accuracy"}}
  return m
end

T.test("fit learns; the history has a list per log", function()
  local x, y = problem(300)
  local m = classifier()
  local h = m:fit(x, y, {epochs = 12, batch_size = 32, validation_split = 0.2, verbose = 0})
  T.equal(#h.history.loss, 12)
  T.equal(h.epoch[1], 1)
  T.equal(h.epoch[12], 12)
  T.equal(h.interrupted, false)
  T.ok(h.history.loss[12] < h.history.loss[1])
  T.ok(h.history.accuracy[12] > 0.85, h.history.accuracy[12])
  T.ok(h.history.val_loss and h.history.val_accuracy)
  T.ok(m.history == h)
  T.ok(tostring(h):find("History of 12 epochs: accuracy 0.", 1, true))
end)

T.test("evaluate gives the loss and the metrics in the order of compile", function()
  local x, y = problem(100)
  local m = knn.Sequential{layers.Dense{1, input_shape = {3}}}
  m:compile{loss = "mse", metrics = {"mse", "mae"}}
  local loss, mse, mae = m:evaluate(x, y, {verbose = 0})
  T.near(loss, mse, 1e-5)
  local by_name = m:evaluate(x, y, {verbose = 0, return_dict = true})
  T.equal(by_name.loss, loss)
  T.equal(by_name.mae or by_name.mean_absolute_error, mae)
end)

T.test("predict, predict_classes and accuracy agree", function()
  local x, y = problem(200)
  local m = classifier()
  m:fit(x, y, {epochs = 8, verbose = 0})
  local p = m:predict(x, {verbose = 0})
  T.equal(p.shape, {200, 3})
  T.equal(m:predict_classes(x), p:argmax_class())
  local _, accuracy = m:evaluate(x, y, {verbose = 0})
  T.near(knn.accuracy(y, p), accuracy, 1e-5)
  T.near(knn.accuracy(y, m:predict_classes(x)), accuracy, 1e-5)
  T.near(m(x), p, 1e-5)
  local counts, hits = knn.confusion_matrix(y, p), 0
  for i = 1, 3 do hits = hits + counts[i][i] end
  T.near(hits / 200, accuracy, 1e-5)
end)

T.test("the same seed gives the same weights", function()
  local x, y = problem(100)
  local function train()
    local m = classifier()
    m:fit(x, y, {epochs = 2, verbose = 0})
    return m:get_weights()
  end
  local a, b = train(), train()
  for i = 1, #a do T.equal(a[i], b[i]) end
end)

T.test("batches by hand", function()
  local x, y = problem(32)
  local m = classifier()
  local first = m:train_on_batch(x, y)
  for _ = 1, 20 do m:train_on_batch(x, y) end
  local loss, accuracy = m:test_on_batch(x, y)
  T.ok(loss < first)
  T.ok(accuracy >= 0 and accuracy <= 1)
  T.equal(m:predict_on_batch(x).shape, {32, 3})
  T.equal(m:train_on_batch(x, y, {return_dict = true}).loss ~= nil, true)
  T.raises("unknown option 'retun_dict'", m.train_on_batch, m, x, y, {retun_dict = true})
end)

T.test("stacking: add, pop, layers, get_layer", function()
  local m = knn.Sequential{name = "net"}
  m:add(layers.Dense{4, input_shape = {2}, name = "first"}):add(layers.Dense{3}):add(layers.Dense{1})
  m:pop()
  T.equal(#m.layers, 2)
  T.equal(m.name, "net")
  T.equal(m.layers[1].name, "first")
  T.ok(rawequal(m.layers[1], m:get_layer "first"))
  T.ok(rawequal(m.layers[2], m:get_layer(-1)))
  T.equal(m.output_shape[2], 3)
  T.raises("first", function() m:get_layer "firts" end)
  T.raises("position 0 is out of range", function() m:get_layer(0) end)
  T.raises("entry 1 must be a layer, got a number", knn.Sequential, {1})
  T.raises("unknown option 'nane'", knn.Sequential, {nane = "x"})
end)

T.test("weights: list, names, copies, setting", function()
  local m = knn.Sequential{layers.Dense{2, input_shape = {3}, name = "d"}}
  T.equal(#m.weights, 2)
  T.equal(m.weights[1].shape, {3, 2})
  T.equal(m:weights()[1].path:match("d/kernel$"), "d/kernel")
  T.equal(m:count_params(), 8)
  local w = m:get_weights()
  w[1]:fill_(1)
  w[2]:fill_(2)
  T.ok(m:get_weights()[1]:ne(1):any():item(), "copies")
  m:set_weights(w)
  T.equal(m:predict(knn.ones(1, 3), {verbose = 0}):totable(), {{5.0, 5.0}})
  T.raises("takes 2 tensors, got 1", m.set_weights, m, {w[1]})
  T.raises("has shape (3, 2), got (2)", m.set_weights, m, {w[2], w[2]})
  T.equal(m:get_weights()[1], w[1])
  m.layers[1].trainable = false
  T.equal(#m.trainable_weights, 0)
  T.equal(m.layers[1].trainable, false)
  T.raises("cannot be set", function() m.layers[1].units = 3 end)
end)

T.test("the learning rate can be read and set", function()
  local x, y = problem(32)
  local m = classifier()
  T.near(m.optimizer.learning_rate, 0.02)
  m.optimizer.learning_rate = 0
  local before = m:get_weights()
  m:fit(x, y, {verbose = 0})
  T.equal(m:get_weights()[1], before[1])
  T.equal(m.optimizer.iterations, 1)
end)

T.test("a custom loop: value_and_grad and optimizer:apply", function()
  local x, y = problem(64)
  local m, loss = classifier(), knn.losses.SparseCategoricalCrossentropy{}
  local sgd = knn.optimizers.SGD{learning_rate = 0.5}
  local step = knn.value_and_grad(function() return loss(y, m(x, {training = true})) end, m.trainable_weights)
  local first, grads = step()
  local last = first
  for _ = 1, 50 do
    sgd:apply(grads, m.trainable_weights)
    last, grads = step()
  end
  T.ok(last:item() < 0.7 * first:item(), last:item() .. " after " .. first:item())
end)

T.test("class_weight and sample_weight", function()
  local x, y = problem(60)
  local m = classifier()
  m:fit(x, y, {verbose = 0, class_weight = {[0] = 1, [1] = 2, [2] = 0.5}})
  m:fit(x, y, {verbose = 0, sample_weight = knn.ones(60)})
  m:evaluate(x, y, {verbose = 0, sample_weight = knn.ones(60)})
  m:fit(x, y, {verbose = 0, validation_data = {x, y, knn.ones(60)}})
end)

T.test("the caller's tables stay as they are", function()
  local x, y = problem(30)
  local m, options = classifier(), {epochs = 1, verbose = 0, validation_data = {x, y}, callbacks = {{}}}
  m:fit(x, y, options)
  T.ok(options.validation_data and options.callbacks and options.verbose == 0)
  local compile = {loss = function(a, b) return (a - b) ^ 2 end}
  m:compile(compile)
  T.equal(type(compile.loss), "function")
end)

T.test("mistakes are found before the first step", function()
  local x, y = problem(20)
  local m = classifier()
  T.raises("fit: unknown option 'epoch'; did you mean 'epochs'?", m.fit, m, x, y, {epoch = 3})
  T.raises("unknown option 'validation_dat'; did you mean 'validation_data'", m.fit, m, x, y, {validation_dat = {x, y}})
  T.raises("fit: a tensor or a table of numbers is expected, got a string", m.fit, m, "x", y)
  T.raises("fit: 'epochs' must be an integer", m.fit, m, x, y, {epochs = "many"})
  T.raises("the data x is missing", m.fit, m)
  T.raises("validation_data must be {x, y}", m.fit, m, x, y, {validation_data = {x}})
  local message = T.raises("label", m.fit, m, x, y + 1, {verbose = 0})
  T.ok(message:find("1-based", 1, true), message)
  T.raises("(None, 3)", m.predict, m, knn.rand(4, 5))
  T.raises("not compiled", function() knn.Sequential{layers.Dense{1}}:fit(x, y) end)
  T.raises("verbose", m.fit, m, x, y, {verbose = 3})
  T.ok(m:fit(x, y, {verbose = 0}).history.loss[1])
end)

T.test("tables of numbers are data too", function()
  local m = knn.Sequential{layers.Dense{1, input_shape = {1}}}
  m:compile{loss = "mse", optimizer = "sgd"}
  local h = m:fit({{0}, {1}, {2}}, {{1}, {3}, {5}}, {epochs = 3, verbose = 0})
  T.equal(#h.history.loss, 3)
  T.equal(#m:predict({{1}}, {verbose = 0}), 1)
end)

T.test("output goes through the sink; a line per epoch when it is no terminal", function()
  local x, y = problem(64)
  local m, text = classifier(), {}
  knn.output(function(s) text[#text + 1] = s end)
  m:fit(x, y, {epochs = 2, verbose = 2})
  m:evaluate(x, y, {verbose = 2})
  m:summary()
  knn.output()
  text = table.concat(text)
  T.ok(text:find("^Epoch 1/2\n2/2 %- %d+s %- [%d]+%a+/step %- accuracy: %d%.%d+ %- loss: %d%.%d+\nEpoch 2/2\n2/2 "), text)
  T.ok(text:find('Model: "sequential', 1, true))
  T.equal((m:summary{print = false}:gsub("\n+$", "")), tostring(m))
end)

T.test("an error in the sink comes out and leaves the model usable", function()
  local x, y = problem(32)
  local m = classifier()
  knn.output(function() error("sink is full") end)
  local ok, err = pcall(m.fit, m, x, y, {verbose = 2, epochs = 2})
  knn.output()
  T.ok(not ok and err:find("sink is full"))
  m:fit(x, y, {verbose = 0})
end)

T.test("models as layers of models", function()
  local inner = knn.Sequential{layers.Dense{4, activation = "relu"}}
  local outer = knn.Sequential{inner, layers.Dense{2}}
  T.equal(outer:predict(knn.rand(5, 3), {verbose = 0}).shape, {5, 2})
  T.equal(#outer.weights, 4)
  T.equal(#outer.layers, 2)
end)

T.test("summary tells the memory of a run before it runs", function()
  local x, y = problem(64)
  local m = classifier()
  local text = m:summary{memory = true, batch_size = 64, print = false}
  local weights, gradients, optimizer, activations =
    text:match "weights ([%d.]+) B, gradients ([%d.]+) B, optimizer ([%d.]+) B, activations ([%d.]+) KB"
  T.equal({weights + 0, gradients + 0, optimizer + 0}, {115 * 4.0, 115 * 4.0, 2 * 115 * 4.0})
  local measured = m:profile(x, y, {runs = 1, print = false}):match "Activations: ([%d.]+) KiB"
  T.ok(math.abs(activations - measured) < 1, activations .. " KB were told, " .. measured .. " are held")
  T.ok(text:find "predicting [%d.]+ [KM]?B: weights")
  T.raises("not built", knn.Sequential{layers.Dense{2}}.summary, knn.Sequential{layers.Dense{2}}, {memory = true})
end)

-- Ids are repeated and absent, the last batch is short; the last cases want the dense gradient.
T.test("a table's gradient listed by rows trains to the same bits as the dense one", function()
  local ids, targets = {}, {}
  for i = 1, 23 do ids[i], targets[i] = {i * 7 % 11, 3, i * i % 90, 3}, {i % 3} end
  local x, y = knn.tensor(ids, {dtype = "int32"}), knn.tensor(targets)
  local function train(make, options, run_eagerly)
    knn.seed(8)
    local model = knn.Sequential{
      layers.InputLayer{shape = {4}, dtype = "int32"},
      layers.Embedding{100, 5, embeddings_regularizer = options.regularizer},
      layers.GlobalAveragePooling1D{}, layers.Dense{1},
    }
    model:compile{loss = "mse", optimizer = make(options.optimizer), run_eagerly = run_eagerly}
    model:fit(x, y, {batch_size = 6, epochs = 3, verbose = 0})
    return model
  end
  local o = knn.optimizers
  for _, case in ipairs{
    {o.SGD, {optimizer = {0.1}}, true},
    {o.SGD, {optimizer = {0.1, momentum = 0.9, weight_decay = 0.01}}, true},
    {o.Adam, {optimizer = {0.1, clipvalue = 0.01}}, true},
    {o.RMSprop, {optimizer = {0.1, use_ema = true}}, true},
    {o.SGD, {optimizer = {0.1, clipnorm = 0.1}}, false},
    {o.Adam, {optimizer = {0.1, gradient_accumulation_steps = 2}}, false},
    {o.SGD, {optimizer = {0.1}, regularizer = "l2"}, false},
  } do
    local make, options, lists = table.unpack(case)
    local planned, eager = train(make, options, false), train(make, options, true)
    for i, w in ipairs(planned:get_weights()) do T.equal(w, eager:get_weights()[i]) end
    local text = planned:profile(x[{{1, 6}}], y[{{1, 6}}], {runs = 1, print = false})
    T.equal(text:find("distinct_rows", 1, true) ~= nil, lists)
  end
end)

T.test("profile tells where the time goes and leaves the model as it was", function()
  local x, y = problem(32)
  local m = classifier()
  m:fit(x, y, {verbose = 0})
  local before = m:get_weights()
  for i, w in ipairs(before) do before[i] = w:clone() end
  local text = m:profile(x, y, {runs = 20, print = false})
  for i, w in ipairs(m:get_weights()) do T.equal(w, before[i]) end
  T.equal(m.optimizer.iterations, 1)
  T.ok(text:find("matmul_bias_act", 1, true) and text:find("# matmul + add", 1, true), text)
  T.ok(text:find "update_weights" and not m:profile(x, nil, {print = false}):find "update_weights")
  local sum = 0
  for us in text:gmatch "\n +([%d.]+) +[%d.]+%%" do sum = sum + us end
  T.ok(math.abs(sum - text:match "([%d.]+) us together") < 3)
  T.raises("known: print, runs", m.profile, m, x, y, {run = 2})
end)

T.run()
