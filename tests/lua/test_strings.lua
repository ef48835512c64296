-- Tensors of strings, and models that begin with them.
local T = dofile "tests/lua/harness.lua"
local knn = require "knn"
local L = knn.layers

T.test("tables to tensors and back", function()
  local t = knn.tensor{{"a", "größe"}, {"", "x\0y\xff"}}
  T.equal({t.dtype, t.rank, #t}, {"string", 2, 2})
  T.equal(t:totable(), {{"a", "größe"}, {"", "x\0y\xff"}})
  T.equal(tostring(t), 'Tensor string 2x2\n[["a" "größe"]\n ["" "x\\x00y\\xff"]]')
  T.equal(knn.tensor("word", "string"):item(), "word")
  T.equal(tostring(knn.tensor{("long "):rep(20)}):match "%.%.%.", "...")
end)

T.test("parts, order, joining", function()
  local t = knn.tensor{"one", "two", "three", "four"}
  T.equal(t[2], "two")
  T.equal(t[{{4, 1, -1}}]:totable(), {"four", "three", "two", "one"})
  T.equal(t[t:not_equal "two"]:totable(), {"one", "three", "four"})
  T.equal(t[knn.tensor({3, 3}, "int64")]:totable(), {"three", "three"})
  T.equal(t:reshape{2, 2}:transpose():totable(), {{"one", "three"}, {"two", "four"}})
  T.equal(knn.ops.concatenate({t, knn.tensor{"five"}}, {axis = 1})[5], "five")
  T.equal(t:reshape{2, 2}:equal(knn.tensor{"one", "four"}):totable(), {{true, false}, {false, true}})
end)

T.test("what is refused", function()
  local t = knn.tensor{"a", "b"}
  T.raises("ops compute with numbers", function() return t + 1 end)
  T.raises("ops compute with numbers", function() return t:sum() end)
  T.raises("never changed", function() t[1] = "c" end)
  T.raises("never changed", function() t:fill_(0) end)
  T.raises("mixes strings with numbers", knn.tensor, {"a", 1})
  T.raises("mixes strings with numbers", knn.tensor, {1, "a"})
  T.raises("ragged", knn.tensor, {{"a"}, {"b", "c"}})
  T.raises("no packed elements", function() return t:tobytes() end)
  T.raises("numbers do not become strings", knn.ones, {2}, "string")
  T.raises("numbers do not become strings", knn.frombytes, ("x"):rep(32), "string")
  T.raises("must have one type", function() return t:equal(3) end)
  T.raises("input of numbers expected, got strings", L.Dense{2}, t:reshape{2, 1})
  T.raises("cannot stand inside of a planned", knn.compile(function(x) return x:equal "a" end), t)
end)

-- Reviews whose last word decides.
local function reviews(n)
  local rng, words, x, y = 7, {"film", "the", "a", "plot"}, {}, {}
  local function below(k)
    rng = rng * 1103515245 + 12345 & 0x7fffffff
    return (rng >> 8) % k
  end
  for i = 1, n do
    local review = {}
    for k = 1, 2 + below(5) do review[k] = words[1 + below(4)] end
    y[i] = i % 2
    review[#review + 1] = (y[i] == 1 and {"good", "great"} or {"bad", "awful"})[1 + below(2)] .. "!"
    x[i] = table.concat(review, " ")
  end
  return x, knn.tensor(y)
end

local function text_model(vectorize)
  knn.seed(3)
  local model = knn.Sequential{
    L.Input{shape = {1}, dtype = "string"}, vectorize, L.Embedding{20, 8}, L.GlobalAveragePooling1D{},
    L.Dense{1, activation = "sigmoid"}}
  model:compile{loss = "binary_crossentropy", optimizer = knn.optimizers.Adam{0.05}, metrics = {"accuracy"}}
  return model
end

T.test("a stack takes texts, and learns what it learns from their numbers", function()
  local x, y = reviews(96)
  local vectorize = L.TextVectorization{max_tokens = 20, output_sequence_length = 8}
  vectorize:adapt(x)
  local model = text_model(vectorize)
  local history = model:fit(knn.tensor(x), y, {epochs = 4, verbose = 0, validation_split = 0.25})
  T.ok(history.history.val_accuracy[4] > 0.95, "it learns")
  -- the rest of the stack by itself, fed with the numbers
  knn.seed(3)
  local rest = knn.Sequential{L.Embedding{20, 8}, L.GlobalAveragePooling1D{}, L.Dense{1, activation = "sigmoid"}}
  rest:compile{loss = "binary_crossentropy", optimizer = knn.optimizers.Adam{0.05}, metrics = {"accuracy"}}
  local same = rest:fit(vectorize(knn.tensor(x)), y, {epochs = 4, verbose = 0, validation_split = 0.25})
  T.equal(history.history.loss, same.history.loss)
  -- at once, in a plan and op by op
  local some = knn.tensor{"a good plot", "the bad film"}
  T.equal(model:predict(some, {verbose = 0}):totable(), model(some:reshape{2, 1}):totable())
end)

T.test("rows as long as the longest of their batch", function()
  local x, y = reviews(40)
  local vectorize = L.TextVectorization{max_tokens = 20}
  vectorize:adapt(x)
  local model = text_model(vectorize)
  model:fit(x, y, {epochs = 1, verbose = 0, batch_size = 7})
  T.equal(model:predict(x, {verbose = 0, batch_size = 7}).shape, {40, 1})
  local numbers = knn.Sequential{L.Input{shape = {1}, dtype = "string"}, vectorize}
  T.equal(numbers:predict({"film", "a plot"}, {verbose = 0}):totable()[1][2], 0)
  T.raises("give output_sequence_length", numbers.predict, numbers, {"a", "a b c"}, {verbose = 0, batch_size = 1})
end)

T.test("data sets of texts", function()
  local x, y = reviews(64)
  local vectorize = L.TextVectorization{max_tokens = 20, output_sequence_length = 8}
  vectorize:adapt(x)
  local texts = knn.Dataset.from_tensor_slices(knn.tensor(x), y):shuffle(64, {seed = 1}):batch(16)
  local model = text_model(vectorize)
  local history = model:fit(texts, {epochs = 3, verbose = 0})
  local mapped = knn.Dataset.from_tensor_slices(knn.tensor(x), y):shuffle(64, {seed = 1}):batch(16)
    :map(function(texts, labels) return vectorize(texts), labels end)
  knn.seed(3)
  local rest = knn.Sequential{L.Embedding{20, 8}, L.GlobalAveragePooling1D{}, L.Dense{1, activation = "sigmoid"}}
  rest:compile{loss = "binary_crossentropy", optimizer = knn.optimizers.Adam{0.05}, metrics = {"accuracy"}}
  T.equal(rest:fit(mapped, {epochs = 3, verbose = 0}).history.loss, history.history.loss)
  T.equal(model:predict(texts, {verbose = 0}).shape, {64, 1})
end)

T.test("texts beside numbers, in a drawing; eagerly too", function()
  local colour = knn.Input{shape = {1}, dtype = "string", name = "colour"}
  local size = knn.Input{shape = {2}, name = "size"}
  local code = L.StringLookup{vocabulary = {"red", "green"}, output_mode = "one_hot"}
  local y = L.Dense{1}(L.concatenate{code(colour), L.Dense{3}(size)})
  local model = knn.Model{inputs = {colour, size}, outputs = y}
  local data = {colour = knn.tensor{"red", "blue", "green"}, size = knn.randn(3, 2)}
  local target = knn.ones{3, 1}
  model:compile{loss = "mse", optimizer = "sgd", run_eagerly = true}
  local eager = model:evaluate(data, target, {verbose = 0})
  model:compile{loss = "mse", optimizer = "sgd"}
  T.equal(model:evaluate(data, target, {verbose = 0}), eager)
  local before = model:evaluate(data, target, {verbose = 0})
  model:fit(data, target, {epochs = 5, verbose = 0})
  T.ok(model:evaluate(data, target, {verbose = 0}) < before, "it learns")
end)

T.test("a crossing of strings and numbers begins a model", function()
  local day, hour = knn.Input{shape = {1}, dtype = "string"}, knn.Input{shape = {1}, dtype = "int64"}
  local crossed = L.HashedCrossing{50}{day, hour}
  local model = knn.Model{inputs = {day, hour}, outputs = L.Flatten{}(L.Embedding{50, 2}(crossed))}
  T.equal(model:predict({knn.tensor{"mon", "sun"}, knn.tensor({7, 9}, "int64")}, {verbose = 0}).shape, {2, 2})
end)

T.test("a finished model behind a vectorizer", function()
  local vectorize = L.TextVectorization{vocabulary = {"good", "bad"}, output_sequence_length = 4}
  local core = knn.Sequential{L.Input{shape = {4}, dtype = "int32"}, L.Embedding{4, 3}, L.Flatten{}, L.Dense{1}}
  local whole = knn.Sequential{L.Input{shape = {1}, dtype = "string"}, vectorize, core}
  local texts = knn.tensor{"good", "bad film"}
  T.equal(whole:predict(texts, {verbose = 0}):totable(), core:predict(vectorize(texts), {verbose = 0}):totable())
  local outer = knn.Sequential{L.Input{shape = {1}, dtype = "string"}, whole}
  T.equal(outer:predict(texts, {verbose = 0}):totable(), whole:predict(texts, {verbose = 0}):totable())
  outer:compile{loss = "mse", optimizer = "sgd"}
  T.raises("is therefore not trained here", outer.fit, outer, texts, knn.ones{2, 1}, {verbose = 0})
end)

T.test("models refuse the wrong kind of data by name", function()
  local vectorize = L.TextVectorization{vocabulary = {"a"}}
  local model = text_model(vectorize)
  T.raises("takes strings, got x of type float32", model.predict, model, knn.ones{2, 1})
  local numbers = knn.Sequential{L.Input{shape = {2}}, L.Dense{1}}
  T.raises("takes numbers, got x of type string", numbers.predict, numbers, knn.tensor{{"a", "b"}})
  numbers:compile{loss = "mse", optimizer = "sgd"}
  T.raises("y is a tensor of strings", numbers.fit, numbers, knn.ones{2, 2}, knn.tensor{"a", "b"})
  local back = knn.Sequential{L.Input{shape = {1}}, L.StringLookup{vocabulary = {"a"}, invert = true}}
  T.raises("strings cannot stand inside", back.predict, back, knn.ones{2, 1}, {verbose = 0})
end)

T.test("a vocabulary goes with config, clone and summary", function()
  local vectorize = L.TextVectorization{}
  T.raises("has no vocabulary yet", vectorize, knn.tensor{"a"})
  vectorize:adapt(knn.tensor{"b a", "b c"})
  T.equal(vectorize:get_vocabulary(), {"", "[UNK]", "b", "c", "a"})
  T.equal(vectorize:get_vocabulary{include_special_tokens = false}, {"b", "c", "a"})
  T.equal(vectorize:vocabulary_size(), 5)
  T.equal(L.TextVectorization(vectorize:config()):get_vocabulary(), vectorize:get_vocabulary())
  local model = knn.Sequential{L.Input{shape = {1}, dtype = "string"}, vectorize, L.Embedding{5, 2}}
  T.equal(knn.clone_model(model).layers[2]:get_vocabulary(), vectorize:get_vocabulary())
  vectorize:set_vocabulary{"x", "y"}
  T.equal(vectorize("y x z"):totable(), {3, 2, 1})
  T.raises("stands twice", vectorize.set_vocabulary, vectorize, {"x", "x"})
  T.equal(vectorize("y x z"):totable(), {3, 2, 1})
end)

T.test("rows keep their strings when they are taken, split and collected", function()
  local words = {}
  for i = 1, 200 do words[i] = ("w"):rep(i) end
  local t = knn.tensor(words)
  local a, b = t[{{1, 100}}]:clone(), t[knn.tensor({200, 1}, "int64")]
  t = nil
  collectgarbage()
  T.equal({a[100], b[1], b[2]}, {words[100], words[200], "w"})
end)

T.run()
