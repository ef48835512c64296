-- Small recurrent networks that were built and run in tf.keras and in PyTorch: weights as JSON, inputs
-- and outputs as CSV. The corpus is looked for in the folder named by KNN_CORPORA and in
-- ../shared/corpora.
local T = dofile "tests/lua/harness.lua"
local json = dofile "tests/lua/json.lua"
local knn = require "knn"
local layers = knn.layers

local function read(name)
  for _, folder in ipairs{os.getenv "KNN_CORPORA" or "", "../shared/corpora"} do
    local file <close> = io.open(folder .. "/rtneural/" .. name)
    if file then return file:read "a" end
  end
end

-- One number a line, as (1, steps, 1).
local function sequence(name)
  local numbers = {}
  for line in read("test_data/" .. name):gmatch "%S+" do numbers[#numbers + 1] = tonumber(line) end
  return knn.tensor(numbers):reshape{1, -1, 1}
end

local kinds = {
  dense = layers.Dense, ["time-distributed-dense"] = layers.Dense, lstm = layers.LSTM,
  gru = layers.GRU,
}

local function options_of(entry)
  local out = {entry.shape[#entry.shape]}
  if entry.activation ~= "" then out.activation = entry.activation end
  if entry.type == "lstm" or entry.type == "gru" then out.return_sequences = true end
  return out
end

-- A layer with these weights, built on x.
local function with_weights(layer, x, weights)
  layer(x)
  layer:set_weights(weights)
  return layer(x)
end

local function run_keras(model, x)
  for _, entry in ipairs(model.layers) do
    local weights = {}
    for i, w in ipairs(entry.weights) do weights[i] = knn.tensor(w) end
    x = with_weights(kinds[entry.type](options_of(entry)), x, weights)
  end
  return x
end

local function compare(name, run)
  T.test(name, function()
    local text = read("models/" .. name .. ".json")
    if not text then return T.skip "the corpus rtneural is not there" end
    local y = run(json.parse(text), sequence(name .. "_x_python.csv"))
    local far = (y:reshape{1, -1, 1} - sequence(name .. "_y_python.csv")):abs():max():item()
    T.ok(far < 2e-6, "the largest difference is " .. far)
  end)
end

for _, name in ipairs{"lstm", "lstm_1d", "gru", "gru_1d"} do compare(name, run_keras) end

-- PyTorch has rows where Keras has columns, and two biases.
local function torch(model, name) return knn.tensor(model[name]) end

local function torch_dense(model, x)
  local w = torch(model, "dense.weight")
  return with_weights(layers.Dense{w.shape[1]}, x, {w:transpose(), torch(model, "dense.bias")})
end

-- What the models are made of: one layer, then a stack of three.
local parts = {{"", 0}, {"2", 0}, {"2", 1}, {"2", 2}}

-- The recurrent part `kind` .. "2.weight_ih_l1" and its like, by `layer_of(part, units)`.
local function run_torch(kind, layer_of)
  return function(model, x)
    for _, p in ipairs(parts) do
      local function part(name) return torch(model, kind .. p[1] .. "." .. name .. "_l" .. p[2]) end
      x = layer_of(part, part("weight_hh").shape[2], x)
    end
    return torch_dense(model, x)
  end
end

compare("lstm_torch", run_torch("lstm", function(part, units, x)
  local weights = {part "weight_ih":transpose(), part "weight_hh":transpose(),
    part "bias_ih" + part "bias_hh"}
  return with_weights(layers.LSTM{units, return_sequences = true}, x, weights)
end))

-- Its blocks are r, z, h; Keras's z, r, h.
local function exchange(w, units)
  local r, z, h = w[{{1, units}}], w[{{units + 1, 2 * units}}], w[{{2 * units + 1, 3 * units}}]
  return knn.ops.concatenate({z, r, h}, {axis = 1})
end

compare("gru_torch", run_torch("gru", function(part, units, x)
  local function own(name) return exchange(part(name), units) end
  local bias = knn.ops.stack({own "bias_ih", own "bias_hh"}, {axis = 1})
  local weights = {own "weight_ih":transpose(), own "weight_hh":transpose(), bias}
  return with_weights(layers.GRU{units, return_sequences = true}, x, weights)
end))

T.run()
