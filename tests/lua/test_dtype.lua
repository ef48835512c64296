-- Types and dtype policies: 16-bit tensors, layers that compute in them, models with mixed policies.
local T = dofile "tests/lua/harness.lua"
local knn = require "knn"
local layers = knn.layers

local function with_policy(name, f)
  local before = knn.config.dtype_policy()
  knn.config.set_dtype_policy(name)
  local ok, message = pcall(f)
  knn.config.set_dtype_policy(before)
  if not ok then error(message, 0) end
end

-- A network with a layer of each kind that treats types differently.
local function network()
  return knn.Sequential{
    layers.Input{shape = {8, 8, 1}},
    layers.Conv2D{6, 3, activation = "relu"},
    layers.BatchNormalization{},
    layers.MaxPooling2D{2},
    layers.Flatten{},
    layers.Dropout{0.1, seed = 3},
    layers.Dense{16, activation = "gelu", kernel_regularizer = "l2"},
    layers.Dense{10, activation = "softmax"},
  }
end

local function digits()
  local x, y = knn.datasets.digits()
  return (x:float() / 16):reshape{-1, 8, 8, 1}, y
end

local function trained(eager)
  knn.seed(7)
  local x, y = digits()
  local model = network()
  model:compile{loss = "sparse_categorical_crossentropy", optimizer = "adam", metrics = {"accuracy"},
    run_eagerly = eager}
  local history = model:fit(x[{{1, 256}}], y[{{1, 256}}], {epochs = 2, verbose = 0, shuffle = false})
  return history, model, x, y
end

T.test("tensors of 16-bit floats keep what they can hold", function()
  local t = knn.tensor({1, 1 / 3, 1e5}, {dtype = "bfloat16"})
  T.equal(t.dtype, "bfloat16")
  T.equal(t[2], 0.333984375)
  T.equal(t:half()[3], math.huge)
  T.equal((t + 1).dtype, "bfloat16")
  T.equal((t + knn.tensor{0.5, 2, 3}).dtype, "float32")
  T.equal((t + t:half()).dtype, "float32")
end)

T.test("a layer's dtype is a policy", function()
  local layer = layers.Dense{3, dtype = "mixed_float16"}
  T.equal(layer(knn.ones{2, 4}).dtype, "float16")
  T.equal(layer.weights[1].dtype, "float32")
  T.equal(layer:config().dtype, "mixed_float16")
  T.raises("Dense: 'dtype' must be mixed_bfloat16, mixed_float16, float32",
    function() layers.Dense{3, dtype = "mixed"} end)
end)

T.test("the policy in force is that of layers made under it", function()
  with_policy("mixed_bfloat16", function()
    T.equal(layers.Dense{3}:config().dtype, "mixed_bfloat16")
    T.equal(layers.Dense{3, dtype = "float32"}(knn.ones{2, 4}).dtype, "float32")
    T.equal(layers.InputLayer{shape = {4}}:config().dtype, "float32")
  end)
  T.equal(layers.Dense{3}:config().dtype, "float32")
  T.raises("'float8' is no dtype policy", function() knn.config.set_dtype_policy("float8") end)
end)

for _, policy in ipairs{"mixed_bfloat16", "mixed_float16"} do
  T.test(policy .. ": a plan gives the bits of eager steps", function()
    with_policy(policy, function()
      local planned, eager = trained(false), trained(true)
      T.equal(planned.history.loss[1], eager.history.loss[1])
      T.equal(planned.history.loss[2], eager.history.loss[2])
    end)
  end)

  T.test(policy .. ": training learns about as well as in float32", function()
    local wanted = trained(false).history.loss[2]
    with_policy(policy, function()
      local history, model, x = trained(false)
      T.near(history.history.loss[2], wanted, 0.05)
      T.equal(model:predict(x[{{1, 4}}], {verbose = 0}).dtype,
        policy == "mixed_bfloat16" and "bfloat16" or "float16")
      for _, w in ipairs(model.weights) do T.equal(w.dtype, "float32") end
    end)
  end)
end

T.run()
