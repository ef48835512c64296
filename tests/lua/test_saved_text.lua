-- Models with vocabularies in files: Keras's, where these stand beside the config, and our own.
local K = dofile "tests/lua/keras.lua"
local knn = require "knn"
local T, L = K.T, knn.layers

T.test("a model that Keras saved on TensorFlow", function()
  local case = K.golden.cases "saved_text"[1]
  local model = knn.load_model("tests/golden/data/" .. case.file)
  local data = {K.tensor(case.text), K.tensor(case.number)}
  K.close(model:predict(data, {verbose = 0}), case.output, "predictions")
end)

T.test("our own, there and back", function()
  local path = os.tmpname() .. ".keras"
  local vectorize = L.TextVectorization{output_mode = "tf_idf", ngrams = 2}
  vectorize:adapt{"a b", "b c d", "größe"}
  local model = knn.Sequential{L.Input{shape = {1}, dtype = "string"}, vectorize, L.Dense{2}}
  model:save(path)
  local copy = knn.load_model(path)
  os.remove(path)
  local texts = knn.tensor{"b c größe", "x"}
  T.equal(copy:predict(texts, {verbose = 0}):totable(), model:predict(texts, {verbose = 0}):totable())
  T.equal(copy.layers[#copy.layers - 1]:get_vocabulary(), vectorize:get_vocabulary())
end)

T.test("an embedding and back", function()
  local layer = L.ReversibleEmbedding{6, 3, logit_soft_cap = 2}
  local ids = knn.tensor({{1, 5}}, "int32")
  local x = layer(ids)
  local y = layer(x, {reverse = true})
  local plain = knn.ops.matmul(x, layer.weights[1]:transpose())
  K.close(y, {shape = {1, 2, 6}, data = ((plain / 2):tanh() * 2):reshape(-1):totable()}, "scores")
  T.raises("vectors of 3 numbers are expected", layer, knn.ones{2, 4}, {reverse = true})
end)

T.run()
