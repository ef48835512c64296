-- Layers on numbers and class numbers: what they find in data, and what they give then.
local K = dofile "tests/lua/keras.lua"
local knn = require "knn"
local T = K.T

local function found(layer, case)
  if case.vocabulary then T.equal(layer:get_vocabulary(), case.vocabulary) end
  if case.boundaries then
    local bins = layer.bin_boundaries
    T.equal(#bins, #case.boundaries)
    for i, b in ipairs(case.boundaries) do T.near(bins[i], b, 1e-6 * math.max(1, math.abs(b))) end
  end
  for i, w in ipairs(case.weights or {}) do K.close(layer.weights[i], w, "weight " .. i) end
end

K.each("layers_numeric", "layers", function(case, class)
  local layer = class(K.options(case.options))
  if case.adapt then layer:adapt(K.tensor(case.adapt)) end
  local weights = case.count_weights and K.tensor(case.count_weights)
  local y = layer(K.tensor(case.x), {count_weights = weights})
  K.close(y, case.output, "output")
  found(layer, case)
  -- what was found stands in the config
  if case.vocabulary or case.boundaries then
    K.close(class(layer:config())(K.tensor(case.x)), case.output, "output of the config's layer")
  end
end)

T.test("adapt takes the latest data", function()
  local layer = knn.layers.IntegerLookup{}
  T.raises("has no vocabulary yet", layer, knn.tensor({1}, "int64"))
  layer:adapt(knn.tensor({7, 7, 8}, "int64"))
  T.equal(layer:get_vocabulary(), {-1, 7, 8})
  layer:adapt(knn.tensor({5}, "int64"))
  T.equal(layer:get_vocabulary{include_special_tokens = false}, {5})
  T.equal(layer:vocabulary_size(), 2)
  layer:set_vocabulary{4, 6}
  T.equal(layer:get_vocabulary(), {-1, 4, 6})
end)

T.test("a model begins with them", function()
  local norm = knn.layers.Normalization{}
  norm:adapt(knn.tensor{{1.0, 2.0}, {3.0, 6.0}})
  local model = knn.Sequential{norm, knn.layers.Dense{1}}
  model:compile{loss = "mse", optimizer = "sgd"}
  model:fit(knn.ones{8, 2}, knn.ones{8, 1}, {epochs = 1, verbose = 0})
  T.equal(norm.weights[1]:totable(), {2, 4})
  T.equal(norm.weights[2]:totable(), {1, 4})
end)

T.test("nothing to adapt", function()
  local dense = knn.layers.Dense{1}
  T.raises("finds nothing in data", dense.adapt, dense, knn.ones{2, 2})
  T.raises("has no vocabulary", dense.get_vocabulary, dense)
  local given = knn.layers.IntegerLookup{vocabulary = {1, 2}}
  T.raises("the vocabulary was given", given.adapt, given, knn.tensor({1}, "int64"))
end)

T.run()
