-- Functional models of Keras's guides, drawn in Lua: order and paths of weights, predictions,
-- histories and summaries are Keras's.
local K = dofile "tests/lua/keras.lua"
local knn = require "knn"
local T, L = K.T, knn.layers

local ROWS <const> = 20

local function count(shape)
  local n = 1
  for _, size in ipairs(shape) do n = n * size end
  return n
end

local function numbers(seed, ...)
  local shape = {...}
  local t = {shape = shape, lcg = {seed = seed, scale = 1, offset = 0}}
  return K.tensor(K.golden.expand(t))
end

local function labels(seed, classes, ...)
  local t = {shape = {...}, dtype = "int32", lcg = {seed = seed, classes = classes}}
  return K.tensor(K.golden.expand(t))
end

local draw = {}

function draw.toy_resnet()
  local inputs = knn.Input{shape = {8, 8, 3}, name = "img"}
  local x = L.Conv2D{4, 3, activation = "relu"}(inputs)
  local block_1 = L.MaxPooling2D{2}(x)
  x = L.Conv2D{4, 3, activation = "relu", padding = "same"}(block_1)
  x = L.Conv2D{4, 3, activation = "relu", padding = "same"}(x)
  local block_2 = L.add{x, block_1}
  x = L.GlobalAveragePooling2D{}(block_2)
  x = L.Dense{6, activation = "relu"}(x)
  local model = knn.Model{inputs = inputs, outputs = L.Dense{3}(x), name = "toy_resnet"}
  model:compile{optimizer = knn.optimizers.Adam{0.01}, metrics = {"acc"},
    loss = knn.losses.SparseCategoricalCrossentropy{from_logits = true}}
  return model, numbers(1, ROWS, 8, 8, 3), labels(2, 3, ROWS)
end

function draw.autoencoder()
  local encoder_input = knn.Input{shape = {6}, name = "original"}
  local x = L.Dense{5, activation = "tanh"}(encoder_input)
  local encoder = knn.Model{inputs = encoder_input, outputs = L.Dense{2}(x), name = "encoder"}
  local decoder_input = knn.Input{shape = {2}, name = "encoded"}
  x = L.Dense{5, activation = "tanh"}(decoder_input)
  local decoder = knn.Model{inputs = decoder_input, outputs = L.Dense{6}(x), name = "decoder"}
  local model_input = knn.Input{shape = {6}, name = "img"}
  local model = knn.Model{
    inputs = model_input, outputs = decoder(encoder(model_input)), name = "autoencoder"}
  model:compile{optimizer = "rmsprop", loss = "mse", metrics = {"mae"}}
  x = numbers(3, ROWS, 6)
  return model, x, x
end

function draw.ensemble()
  local function get_model()
    local inputs = knn.Input{shape = {5}}
    return knn.Model{inputs = inputs, outputs = L.Dense{1}(inputs)}
  end
  local model1, model2, model3 = get_model(), get_model(), get_model()
  local inputs = knn.Input{shape = {5}}
  local outputs = L.average{model1(inputs), model2(inputs), model3(inputs)}
  local model = knn.Model{inputs = inputs, outputs = outputs}
  model:compile{optimizer = "sgd", loss = "mse"}
  return model, numbers(4, ROWS, 5), numbers(5, ROWS, 1)
end

local function tickets(options)
  local title_input = knn.Input{shape = {knn.ANY}, name = "title"}
  local body_input = knn.Input{shape = {knn.ANY}, name = "body"}
  local tags_input = knn.Input{shape = {3}, name = "tags"}
  local title = L.Embedding{10, 4}(title_input)
  local body = L.Embedding{10, 4}(body_input)
  title = L.GlobalAveragePooling1D{}(title)
  body = L.GlobalMaxPooling1D{}(body)
  local x = L.concatenate{title, body, tags_input}
  local priority = L.Dense{1, name = "priority"}(x)
  local department = L.Dense{4, name = "department"}(x)
  local model = knn.Model{
    inputs = {title_input, body_input, tags_input}, outputs = {priority, department}}
  options.optimizer = knn.optimizers.RMSprop{1e-3}
  model:compile(options)
  return model, {labels(6, 10, ROWS, 5), labels(7, 10, ROWS, 7), labels(8, 2, ROWS, 3):float()},
    {labels(9, 2, ROWS, 1):float(), knn.to_categorical(labels(10, 4, ROWS), 4)}
end

local binary = knn.losses.BinaryCrossentropy{from_logits = true}
local categorical = knn.losses.CategoricalCrossentropy{from_logits = true}

function draw.tickets_list()
  return tickets{
    loss = {binary, categorical}, loss_weights = {1.0, 0.2},
    metrics = {{"accuracy"}, {"accuracy", "mae"}}}
end

function draw.tickets_named()
  local model, x, y = tickets{
    loss = {priority = binary, department = categorical},
    loss_weights = {priority = 1.0, department = 0.2}, metrics = {department = {"acc", "mse"}},
    weighted_metrics = {priority = {"mae"}, department = {"mse"}}}
  return model, {title = x[1], body = x[2], tags = x[3]}, {priority = y[1], department = y[2]}
end

function draw.tickets_weighted()
  local model, x, y = tickets{
    loss = "mse", metrics = {"mae", "mse"}, weighted_metrics = {{"mae"}, knn.null}}
  return model, x, y, {numbers(11, ROWS) + 1, numbers(12, ROWS) + 1}
end

function draw.tickets_one_loss()
  return tickets{loss = {knn.null, "mse"}}
end

function draw.shared()
  local embedding = L.Embedding{12, 3}
  local dense = L.Dense{4, activation = "tanh", name = "both"}
  local a = knn.Input{shape = {4}, dtype = "int32", name = "a"}
  local b = knn.Input{shape = {4}, dtype = "int32", name = "b"}
  local ea, eb = L.Flatten{}(embedding(a)), L.Flatten{}(embedding(b))
  local difference = (dense(ea) - dense(eb)):abs()
  local model = knn.Model{
    inputs = {a, b}, outputs = L.Dense{1, activation = "sigmoid"}(difference)}
  model:compile{optimizer = "adam", loss = "binary_crossentropy", metrics = {"accuracy"}}
  return model, {labels(13, 12, ROWS, 4), labels(14, 12, ROWS, 4)}, labels(15, 2, ROWS, 1):float()
end

function draw.masked()
  local ids = knn.Input{shape = {knn.ANY}, dtype = "int32", name = "ids"}
  local x = L.Embedding{6, 4, mask_zero = true}(ids)
  x = L.Dense{3, activation = "tanh"}(x)
  local steps = L.Dense{2, activation = "softmax", name = "steps"}(x)
  local whole = L.Dense{1, name = "whole"}(L.GlobalAveragePooling1D{}(x))
  local model = knn.Model{inputs = ids, outputs = {steps = steps, whole = whole}}
  model:compile{
    optimizer = "sgd", loss = {steps = "sparse_categorical_crossentropy", whole = "mse"},
    metrics = {steps = {"accuracy"}, whole = {"mae"}},
    weighted_metrics = {steps = {"sparse_categorical_crossentropy"}}}
  return model, labels(16, 6, ROWS, 5),
    {steps = labels(17, 2, ROWS, 5), whole = numbers(18, ROWS, 1)},
    {steps = numbers(19, ROWS, 5) + 1, whole = numbers(20, ROWS) + 1}
end

function draw.crossed()
  local a, b = knn.Input{shape = {2}, name = "a"}, knn.Input{shape = {2}, name = "b"}
  local db1 = L.Dense{2, name = "db1"}(b)
  local da = L.Dense{2, name = "da"}(a)
  local db2 = L.Dense{2, name = "db2"}(db1)
  local x = L.Add{name = "sum"}{db2, da} * 2.0 + a
  local model = knn.Model{inputs = {a, b}, outputs = L.Dense{1, name = "o"}(x)}
  model:compile{optimizer = "sgd", loss = "mse"}
  return model, {numbers(21, ROWS, 2), numbers(22, ROWS, 2)}, numbers(23, ROWS, 1)
end

function draw.frozen()
  local base_input = knn.Input{shape = {4}}
  local x = L.BatchNormalization{}(L.Dense{3}(base_input))
  local base = knn.Model{inputs = base_input, outputs = x, name = "base"}
  base.trainable = false
  local inputs = knn.Input{shape = {4}}
  local model = knn.Model{inputs = inputs, outputs = L.Dense{1}(base(inputs))}
  model:compile{optimizer = "sgd", loss = "mse"}
  return model, numbers(24, ROWS, 4), numbers(25, ROWS, 1)
end

local function set_weights(model)
  local weights = {}
  for i, w in ipairs(model:named_weights()) do
    local value = numbers(999 + i, table.unpack(w.tensor.shape)) * 0.5
    local positive = w.path:find "variance" or w.path:find "gamma"
    weights[i] = positive and value:abs() + 0.5 or value
  end
  model:set_weights(weights)
end

local function field(list, key)
  local out = {}
  for i, item in ipairs(list) do out[i] = item[key] end
  return out
end

local function check_predictions(model, x, expected, what)
  local got = {model:predict(x, {verbose = 0})}
  if type(got[1]) == "table" then
    local names, named = {}, got[1]
    for name in pairs(named) do names[#names + 1] = name end
    table.sort(names)
    got = {}
    for i, name in ipairs(names) do got[i] = named[name] end
  end
  T.equal(#got, #expected)
  for i, e in ipairs(expected) do K.close(got[i][{{1, 3}}], e, what .. i) end
end

-- Keras's terminal had 80 columns: its tables take 4 less, and what is wider was cropped.
local TERMINAL <const> = 80
local kinds = {
  [""] = {}, _nested = {expand_nested = true}, _trainable = {show_trainable = true},
  _all = {expand_nested = true, show_trainable = true, line_length = 120},
}

local function crop(text)
  return (text:gsub("[^\n]+", function(line)
    return line:sub(1, (utf8.offset(line, TERMINAL + 1) or 0) - 1)
  end))
end

local function check_summaries(case, model)
  for _, kind in ipairs(case.summaries or {}) do
    local options = {print = false, line_length = TERMINAL - 4}
    for k, v in pairs(kinds[kind]) do options[k] = v end
    T.equal(crop(model:summary(options)),
      K.golden.text("summary_" .. case.name .. kind .. ".txt"), kind)
  end
end

for _, case in ipairs(K.golden.cases "functional") do
  T.test(case.name, function()
    knn.clear_session()
    local model, x, y, weight = draw[case.name]()
    T.equal(model.name, case.model)
    T.equal(field(model.layers, "name"), case.layers)
    T.equal(field(model:named_weights(), "path"), case.paths)
    for i, w in ipairs(model.weights) do T.equal(count(w.shape), count(case.shapes[i])) end
    set_weights(model)
    check_summaries(case, model)
    check_predictions(model, x, case.predict, "prediction ")
    local options = {epochs = 3, batch_size = 8, shuffle = false, verbose = 0,
      sample_weight = weight}
    local history = model:fit(x, y, options).history
    for log, expected in pairs(case.history) do
      T.ok(history[log], "the history has no " .. log)
      K.close(knn.tensor(history[log], "float64"), expected, log)
    end
    for log in pairs(history) do
      T.ok(case.partial or case.history[log], "Keras has no log " .. log)
    end
    local scores = {model:evaluate(x, y, {batch_size = 8, verbose = 0, sample_weight = weight})}
    K.close(knn.tensor(scores, "float64"), case.evaluate, "evaluate")
    check_predictions(model, x, case.after, "prediction after training ")
  end)
end

T.run()
