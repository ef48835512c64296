-- Models and layers of one's own, written in Lua: parts, paths of weights, losses that layers add and masks that they make
-- are Keras's.
local K = dofile "tests/lua/keras.lua"
local knn = require "knn"
local T, L, ops = K.T, knn.layers, knn.ops

local function numbers(seed, shape)
  return K.tensor(K.golden.expand{shape = shape, lcg = {seed = seed, scale = 0.5, offset = 0}})
end

local Block = knn.layer("Block", {units = {kind = "integer", position = 1}}, {
  init = function(self)
    self.first = L.Dense{self.units, activation = "tanh"}
    self.more = {L.Dense{self.units}, {z = L.Dense{self.units}, a = L.Dense{2}}}
  end,
  build = function(self)
    self.late = L.Dense{3}
    self.shift = self:add_weight{name = "shift", shape = {1}, trainable = false}
    self.scale = self:add_weight{name = "scale", shape = {3}, regularizer = "l2"}
  end,
  call = function(self, x)
    x = self.more[1](self.first(x))
    return self.late(self.more[2].a(self.more[2].z(x))) * self.scale + self.shift
  end,
})

local class = {}

class.nested = knn.model("Nested", {}, {
  init = function(self)
    self.block = Block{4}
    self.dense = L.Dense{5}
    self.out = knn.Sequential{L.Dense{3, activation = "relu"}, L.Dense{1}}
  end,
  call = function(self, x) return self.out(self.block(self.dense(x))) end,
})

local Rate = knn.layer("Rate", {rate = {kind = "number", position = 1}}, {
  call = function(self, x)
    self:add_loss((x * x):mean() * self.rate)
    return x
  end,
})

class.losses = knn.model("Losses", {}, {
  init = function(self)
    self.hidden = L.Dense{6, activation = "tanh", activity_regularizer = knn.regularizers.L2{0.1}}
    self.rate = Rate{0.3}
    self.out = L.Dense{2, kernel_regularizer = knn.regularizers.L1{0.01}}
  end,
  call = function(self, x) return self.out(self.rate(self.hidden(x))) end,
})

local Tail = knn.layer("Tail", {}, {
  call = function(_, x) return x[{{}, {2, -1}}] end,
  compute_mask = function(_, _, mask) return mask[{{}, {2, -1}}] end,
})

class.masked = knn.model("Masked", {}, {
  init = function(self)
    self.embedding = L.Embedding{6, 3, mask_zero = true}
    self.tail = Tail{}
    self.gru = L.GRU{4}
    self.pool = L.GlobalAveragePooling1D{}
    self.out = L.Dense{1}
  end,
  call = function(self, x)
    x = self.tail(self.embedding(x))
    return self.out(ops.concatenate({self.gru(x), self.pool(x)}, {axis = -1}))
  end,
})

local function names(list)
  local found = {}
  for i, layer in ipairs(list) do found[i] = layer.name end
  return found
end

for _, case in ipairs(K.golden.cases "subclass") do
  T.test(case.name, function()
    knn.clear_session()
    local model = class[case.name]{}
    local x, y = K.tensor(case.x), K.tensor(case.y)
    model(x)
    T.equal(names(model.layers), case.layers)
    local weights = {}
    for i, weight in ipairs(model:weights()) do
      T.equal({weight.path, weight.trainable}, {case.paths[i], case.trainable[i]})
      T.equal(weight.tensor.shape, case.shapes[i])
      weights[i] = numbers(999 + i, case.shapes[i])
    end
    T.equal(#weights, #case.paths)
    model:set_weights(weights)
    model:compile{optimizer = knn.optimizers.Adam{0.01}, loss = "mse", metrics = case.name == "nested" and {"mae"} or nil}
    T.near(model:predict(x, {verbose = 0})[{{1, 4}}], K.tensor(case.predict), 1e-5)
    local history = model:fit(x, y, {epochs = 3, batch_size = 8, shuffle = false, verbose = 0}).history
    for name, values in pairs(case.history) do T.near(history[name], values.data, 1e-5, name) end
    T.near({model:evaluate(x, y, {batch_size = 8, verbose = 0})}, case.evaluate.data, 1e-5)
    T.near(model:predict(x, {verbose = 0})[{{1, 4}}], K.tensor(case.after), 1e-5)
  end)
end

T.run()
