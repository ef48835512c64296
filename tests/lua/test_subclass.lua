-- Layers and models written in Lua: their parts, options, masks and losses.
local T = dofile "tests/lua/harness.lua"
local knn = require "knn"
local layers = knn.layers

local Block = knn.layer("Block", {
  units = {kind = "integer", min = 1, position = 1},
  activation = {kind = "activation", default = "relu"},
  factor = 1.0,
}, {
  init = function(self)
    self.first = layers.Dense{self.units, activation = self.activation}
    self.more = {layers.Dense{self.units}, {z = layers.Dense{self.units}, a = layers.Dense{2}}}
  end,
  build = function(self)
    self.late = layers.Dense{3}
    self.shift = self:add_weight{name = "shift", trainable = false, initializer = "zeros"}
    self.scale = self:add_weight{name = "scale", shape = {1}, initializer = "ones"}
  end,
  call = function(self, x)
    x = self.more[1](self.first(x))
    return self.late(self.more[2].a(self.more[2].z(x))) * self.scale * self.factor + self.shift
  end,
})

local Net = knn.model("Net", {units = 4}, {
  init = function(self)
    self.block = Block{self.units, factor = 2}
    self.dense = layers.Dense{5}
    self.out = knn.Sequential{layers.Dense{3}, layers.Dense{1}}
  end,
  call = function(self, x) return self.out(self.block(self.dense(x))) end,
})

local function paths(layer)
  local list = {}
  for i, w in ipairs(layer:weights()) do list[i] = w.path end
  return list
end

local function names(list)
  local result = {}
  for i, layer in ipairs(list) do result[i] = layer.name end
  return result
end

T.test("parts and weights come in the order of Keras", function()
  knn.clear_session()
  local net = Net{}
  net:build{knn.ANY, 3}
  T.equal(names(net.layers), {"block", "dense_4", "sequential"})
  T.equal(paths(net), {
    "net/block/scale", "net/block/shift", "net/block/dense/kernel", "net/block/dense/bias",
    "net/block/dense_1/kernel", "net/block/dense_1/bias", "net/block/dense_2/kernel", "net/block/dense_2/bias",
    "net/block/dense_3/kernel", "net/block/dense_3/bias", "net/block/dense_7/kernel", "net/block/dense_7/bias",
    "net/dense_4/kernel", "net/dense_4/bias", "net/sequential/dense_5/kernel", "net/sequential/dense_5/bias",
    "net/sequential/dense_6/kernel", "net/sequential/dense_6/bias"})
  local text = net:summary{print = false}
  T.ok(text:find("block (Block)", 1, true) and text:find("(None, 3)", 1, true), text)
  T.ok(not text:find("dense_2", 1, true) and net:summary{print = false, expand_nested = true}:find("└ dense_5", 1, true))
end)

T.test("parts come in the order in which they are set, or made where that is one assignment", function()
  knn.clear_session()
  local early = layers.Dense{1}
  local Order = knn.layer("Order", {}, {
    init = function(self)
      self.z, self.a = layers.Dense{1}, layers.Dense{1}
      self.early = early
      self.last = {layers.Dense{1}, y = layers.Dense{1}, b = layers.Dense{1}}
    end,
    call = function(self, x)
      for _, dense in ipairs{self.early, self.a, self.z, self.last.b, self.last.y, self.last[1]} do x = dense(x) end
      return x
    end,
  })
  local order = Order{}
  order(knn.ones(1, 1))
  local found = {}
  for i = 1, 12, 2 do found[#found + 1] = paths(order)[i]:match "/(dense[_%d]*)/" end
  T.equal(found, {"dense_1", "dense_2", "dense", "dense_3", "dense_4", "dense_5"})
end)

T.test("a model trains, call runs once per plan", function()
  knn.seed(3)
  local calls = 0
  local Line = knn.model("Line", {}, {
    init = function(self) self.dense = layers.Dense{1} end,
    call = function(self, x) calls = calls + 1 return self.dense(x) end,
  })
  local model = Line{}
  model:compile{loss = "mse", optimizer = knn.optimizers.SGD{learning_rate = 0.2}, metrics = {"mae"}}
  local x = knn.rand(64, 1)
  local history = model:fit(x, x * 3 + 1, {epochs = 100, verbose = 0})
  T.ok(history.history.loss[100] < 1e-3, history.history.loss[100])
  T.ok(calls <= 5, calls)
  T.near(model:predict(knn.ones(1, 1), {verbose = 0}), {{4}}, 0.1)
  T.near(model.dense.weights[1][1][1], 3, 0.2)
end)

T.test("a model stands in other models and layers", function()
  local net = Net{name = "inner"}
  local input = knn.Input{shape = {3}}
  local outer = knn.Model{inputs = input, outputs = layers.Dense{1}(net(input))}
  T.equal(outer.layers[2], net)
  T.equal(#outer.weights, 20)
  local stack = knn.Sequential{Net{}, layers.Dense{2}}
  T.equal(stack:predict(knn.ones(2, 3), {verbose = 0}).shape, {2, 2})
  local Twice = knn.model("Twice", {}, {
    init = function(self) self.net = net end,
    call = function(self, x) return self.net(x) + self.net(x * 2) end,
  })
  local twice = Twice{}
  T.near(twice(knn.ones(2, 3)), net(knn.ones(2, 3)) + net(knn.ones(2, 3) * 2))
  T.equal(#twice.weights, 18)
end)

T.test("methods and fields are those of the object", function()
  local Adder = knn.model("Adder", {step = 1}, {
    init = function(self) self.count = 0 end,
    call = function(self, x) return x + self.step end,
    more = function(self) self.count = self.count + 1 return self.count end,
  })
  local model = Adder{step = 5}
  T.equal({model:more(), model:more(), model.count, model.step}, {1, 2, 2, 5})
  model.note = "mine"
  T.equal(model.note, "mine")
  T.equal(model(knn.ones(1)):totable(), {6})
end)

T.test("options are checked as those of any layer", function()
  T.raises("Block: option 'units' is required", Block)
  T.raises("Block: 'units' must be an integer of at least 1, got 0", Block, {0})
  T.raises("Block: unknown option 'unit'; did you mean 'units'?", Block, {unit = 3})
  T.raises("unknown activation 'rel'; did you mean 'relu'", Block, {3, activation = "rel"})
  local _, message = pcall(function() return Block{3, factor = "big"}.units end)
  T.ok(message:find "^tests/lua/test_subclass.lua:%d+: Block: 'factor' must be a number, got 'big'$", message)
  T.raises("Odd: option 'x' has the unknown kind 'whole' (known: activation,", knn.layer, "Odd", {x = {kind = "whole"}},
    {call = function(_, x) return x end})
  local Choice = knn.layer("Choice", {mode = {kind = "string", choices = {"add", "mul"}, default = "add"}}, {
    call = function(self, x) return self.mode == "add" and x + x or x * x end})
  T.equal(Choice{mode = "mul"}(knn.tensor{3.0}):totable(), {9})
  T.raises("Choice: 'mode' must be one of add, mul, got 'sub'", Choice, {mode = "sub"})
end)

T.test("a config makes an equal layer", function()
  local block = Block{6, activation = "tanh", name = "b"}
  local config = block:config()
  T.equal({config.units, config.activation.class_name, config.factor, config.name}, {6, "tanh", 1, "b"})
  local again = Block(config)
  T.equal({again.units, again.activation.class_name, again.name}, {6, "tanh", "b"})
  T.equal(tostring(block), 'Block{6, activation = "tanh", name = "b", dtype = "float32"}')
end)

T.test("models of such layers are cloned", function()
  knn.seed(1)
  local net = Net{units = 7}
  net:build{knn.ANY, 3}
  local copy = knn.clone_model(net)
  copy:build{knn.ANY, 3}
  T.equal(copy.block.units, 7)
  T.equal(copy.block.factor, 2)
  T.ok(copy.block ~= net.block)
  copy:set_weights(net:get_weights())
  T.near(copy(knn.ones(2, 3)), net(knn.ones(2, 3)))
  local stack = knn.clone_model(knn.Sequential{Block{3, input_shape = {3}}, layers.Dense{2}})
  T.equal({stack.layers[1].units, #stack.weights}, {3, 14})
  local Free = knn.layer("Free", {call = function(_, x) return x end})
  T.raises("layer 'free' cannot be made again: its class Free was made without a schema of its options",
    knn.clone_model, knn.Sequential{Free{input_shape = {2}}})
end)

T.test("a wrapper makes its Lua layer again from its config", function()
  local model = knn.Sequential{layers.TimeDistributed{Block{2, name = "each"}, input_shape = {4, 3}}}
  local copy = knn.clone_model(model)
  copy:set_weights(model:get_weights())
  local x = knn.rand(2, 4, 3)
  T.near(copy:predict(x, {verbose = 0}), model:predict(x, {verbose = 0}))
end)

T.test("a part that comes late is refused", function()
  local Late = knn.layer("Late", {}, {
    call = function(self, x) self.dense = self.dense or layers.Dense{2} return self.dense(x) end,
  })
  T.raises("became a part of it after it was built; parts are made in init or build", Late{}, knn.ones(2, 2))
  local Weight = knn.layer("Weight", {}, {
    call = function(self, x) return x * self:add_weight{name = "w"} end,
  })
  T.raises("weight 'w' is added after the layer was built; add_weight is called in build", Weight{}, knn.ones(2, 2))
  T.raises("add_weight: this is no layer written in Lua", layers.Dense{1}.add_weight, layers.Dense{1}, {})
end)

T.test("weights have regularizers and constraints", function()
  local Scale = knn.layer("Scale", {}, {
    build = function(self)
      self.w = self:add_weight{name = "w", shape = {2}, initializer = "ones", regularizer = knn.regularizers.L2{0.5},
        constraint = "non_neg"}
    end,
    call = function(self, x) return x * self.w end,
  })
  local model = knn.Sequential{Scale{input_shape = {2}}}
  model:compile{loss = "mse", optimizer = knn.optimizers.SGD{learning_rate = 10}}
  T.near(model:evaluate(knn.ones(1, 2), knn.ones(1, 2), {verbose = 0}), 1)
  model:fit(knn.ones(1, 2), -knn.ones(1, 2), {verbose = 0})
  T.equal(model.weights[1]:totable(), {0, 0})
  T.near(model.losses[1]:item(), 0)
end)

T.test("shapes of results are known without data", function()
  T.equal(Block{2}:compute_output_shape{knn.ANY, 5}, {knn.ANY, 3})
  T.equal(layers.Conv2D{4, kernel_size = 3}:compute_output_shape{2, 8, 8, 1}, {2, 6, 6, 4})
  T.equal(layers.Concatenate{}:compute_output_shape{{knn.ANY, 2}, {knn.ANY, 5}}, {knn.ANY, 7})
  T.equal(Net{}:compute_output_shape{knn.ANY, 3}, {knn.ANY, 1})
  T.raises("input with 4 axes (batch first) expected, got (2, 8)", function()
    layers.Conv2D{4, kernel_size = 3}:compute_output_shape{2, 8}
  end)
end)

-- ---- masks ----

local ids = knn.tensor{{1, 2, 0}, {3, 0, 0}}

T.test("a layer receives the mask and hands it on", function()
  local seen
  local Pass = knn.layer("Pass", {}, {
    supports_masking = true,
    call = function(_, x, _, mask) seen = mask return x end,
  })
  local y = Pass{}(layers.Embedding{5, 2, mask_zero = true}(ids))
  T.equal(seen:totable(), {{true, true, false}, {true, false, false}})
  T.equal(layers.GlobalAveragePooling1D{}(y).shape, {2, 2})
  T.near(layers.GlobalAveragePooling1D{}(y), layers.GlobalAveragePooling1D{}(y, {mask = seen}))
  T.equal(Pass{}(knn.ones(2, 2), {mask = knn.ones(2):bool()}).shape, {2, 2})
end)

T.test("compute_mask makes the mask of the output", function()
  local Tail = knn.layer("Tail", {}, {
    call = function(_, x) return x[{{}, {2, 3}}] end,
    compute_mask = function(_, _, mask) return mask and mask[{{}, {2, 3}}] end,
  })
  local x = layers.Embedding{5, 1, mask_zero = true}(knn.tensor{{1, 2, 0}, {3, 0, 4}})
  local pooled = layers.GlobalAveragePooling1D{}(Tail{}(x))
  T.near(pooled, x[{{}, 2}] * knn.tensor{{1.0}, {0.0}} + x[{{}, 3}] * knn.tensor{{0.0}, {1.0}})
end)

T.test("several inputs come with a list of masks", function()
  local masks
  local Both = knn.layer("Both", {}, {
    call = function(_, x, _, mask) masks = mask return x[1] + x[2] end,
    compute_mask = function(_, _, mask) return mask and mask[1] end,
  })
  local x = layers.Embedding{5, 2, mask_zero = true}(ids)
  Both{}{x, knn.ones(2, 3, 2)}
  T.equal(masks[1]:totable(), {{true, true, false}, {true, false, false}})
  T.equal(masks[2], false)
  Both{}{knn.ones(1, 1), knn.ones(1, 1)}
  T.equal(masks, nil)
end)

-- ---- losses ----

local Push = knn.layer("Push", {rate = 0.5}, {
  call = function(self, x) self:add_loss(x:sum() * self.rate) return x end,
})

T.test("add_loss reaches the loss, from any depth", function()
  local Wrap = knn.layer("Wrap", {}, {
    init = function(self) self.push = Push{rate = 0.25} end,
    call = function(self, x) return self.push(x) end,
  })
  for _, layer in ipairs{Push{rate = 0.25}, Wrap{}, knn.Sequential{Push{rate = 0.25}}} do
    local model = knn.Sequential{layer}
    model:compile{loss = "mse"}
    T.near(model:evaluate(knn.ones(4, 2), knn.ones(4, 2), {verbose = 0}), 2)
  end
end)

T.test("losses are those of the last call", function()
  local push = Push{}
  T.equal(#push.losses, 0)
  push(knn.ones(2))
  push(knn.ones(3))
  T.equal(#push.losses, 1)
  T.near(push.losses[1]:item(), 1.5)
  T.raises("layer 'outside': add_loss is called in the layer's call", function()
    Push{name = "outside"}:add_loss(knn.ones(1))
  end)
end)

T.test("a layer that is dropped is freed with its parts", function()
  collectgarbage()
  collectgarbage()
  local _, before = knn.memory()
  for _ = 1, 20 do
    local net = Net{}
    net:compile{loss = "mse"}
    net:fit(knn.rand(8, 3), knn.rand(8, 1), {verbose = 0})
    net.own = {net.block, Push{}}
  end
  for _ = 1, 4 do collectgarbage() end -- parts go after what holds them
  local _, after = knn.memory()
  T.ok(after <= before + 4, ("%d blocks before, %d after"):format(before, after))
end)

T.test("a function as a layer is made again in this program", function()
  local model = knn.Sequential{layers.Dense{2, input_shape = {2}}, layers.Lambda{function(x) return x * 3 end}}
  local copy = knn.clone_model(model)
  copy:set_weights(model:get_weights())
  T.near(copy(knn.ones(1, 2)), model(knn.ones(1, 2)))
  T.raises("<function 1000> is no function of this program", layers.Lambda, {"<function 1000>"})
end)

T.run()
