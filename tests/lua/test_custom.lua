-- Layers, losses and metrics written in Lua.
local T = dofile "tests/lua/harness.lua"
local knn = require "knn"
local layers = knn.layers

local Scale = knn.layer("Scale", {
  build = function(self, input_shape)
    self.w = self:add_weight{name = "w", shape = {input_shape[#input_shape]}, initializer = "ones"}
  end,
  call = function(self, x) return x * self.w * (self.factor or 1) end,
})

T.test("a layer computes on tensors and in a model", function()
  local s = Scale{factor = 3, name = "triple"}
  T.equal(s(knn.tensor{{1.0, 2.0}}):totable(), {{3.0, 6.0}})
  T.equal(s.name, "triple")
  T.equal(s.factor, 3)
  T.raises("input of numbers expected, got strings", s, "x")
  T.equal(#s.weights, 1)
  local m = knn.Sequential{s, layers.Dense{1}}
  T.equal(m:predict(knn.ones(4, 2), {verbose = 0}).shape, {4, 1})
  T.ok(m:summary{print = false}:find("triple (Scale)", 1, true))
end)

T.test("its weights train, and call runs once per plan", function()
  local calls = 0
  local Counted = knn.layer("Counted", {
    build = function(self) self.w = self:add_weight{name = "w", shape = {1}, initializer = "zeros"} end,
    call = function(self, x) calls = calls + 1 return x * self.w end,
  })
  knn.seed(1)
  local m = knn.Sequential{Counted{}}
  m:compile{loss = "mse", optimizer = knn.optimizers.SGD{learning_rate = 0.2}}
  local x = knn.rand(64, 1)
  m:fit(x, x * 3, {epochs = 30, batch_size = 32, verbose = 0})
  T.near(m.weights[1][1], 3, 0.05)
  T.ok(calls <= 4, "call ran " .. calls .. " times in 60 steps")
end)

T.test("training is told", function()
  local Probe = knn.layer("Probe", {call = function(_, x, training) return training and x * 2 or x end})
  local p = Probe{}
  T.equal(p(knn.ones(1)):totable(), {1.0})
  T.equal(p(knn.ones(1), {training = true}):totable(), {2.0})
end)

T.test("layers in fields train with it", function()
  local Block = knn.layer("Block", {
    init = function(self) self.inner = layers.Dense{4, activation = "relu"} end,
    call = function(self, x) return self.inner(x) end,
  })
  local m = knn.Sequential{Block{}, layers.Dense{1}}
  m:compile{loss = "mse", optimizer = "sgd"}
  m:fit(knn.rand(8, 3), knn.rand(8, 1), {verbose = 0})
  T.equal(#m.weights, 4)
end)

T.test("errors of a layer come out as they are", function()
  local thrown = {}
  local Bad = knn.layer("Bad", {call = function() error(thrown) end})
  local ok, err = pcall(function() return Bad{}(knn.ones(2)) end)
  T.ok(not ok and err == thrown)
  local BadBuild = knn.layer("BadBuild", {build = function() error("no weights today", 0) end, call = function(_, x) return x end})
  local _, message = pcall(function() return knn.Sequential{BadBuild{}}:predict(knn.ones(2, 2)) end)
  T.equal(message, "no weights today")
  local Nothing = knn.layer("Nothing", {call = function() end})
  T.raises("call must return a tensor", function() return Nothing{}(knn.ones(2)) end)
  local Peek = knn.layer("Peek", {call = function(_, x) return x:item() end})
  T.raises("symbolic value has no data", function() return knn.Sequential{Peek{}}:predict(knn.ones(1, 1)) end)
  T.raises("needs a table of methods with a function 'call'", knn.layer, "X", {})
  local Open = knn.layer("Open", {build = function(self, shape) self:add_weight{name = "w", shape = shape} end,
                                  call = function(_, x) return x end})
  T.raises("add_weight: size 1 of the shape of 'w' is not known", Open{}, knn.ones(2, 2))
end)

T.test("coroutines may train", function()
  local m = knn.Sequential{Scale{}, layers.Dense{1}}
  m:compile{loss = function(a, b) return (a - b) ^ 2 end}
  local co = coroutine.wrap(function()
    m:fit(knn.rand(8, 2), knn.rand(8, 1), {verbose = 0})
    coroutine.yield(1)
    m:fit(knn.rand(7, 2), knn.rand(7, 1), {verbose = 0})
    return 2
  end)
  T.equal(co(), 1)
  collectgarbage()
  T.equal(co(), 2)
  m:fit(knn.rand(5, 2), knn.rand(5, 1), {verbose = 0})
end)

T.test("a loss and a metric are functions", function()
  knn.seed(2)
  local x = knn.rand(64, 2)
  local y = x:sum(-1, true)
  local m = knn.Sequential{layers.Dense{1, input_shape = {2}}}
  m:compile{
    loss = function(y_true, y_pred) return (y_true - y_pred) ^ 2 end,
    metrics = {"mse", function(y_true, y_pred) return (y_true - y_pred):abs() end},
    optimizer = knn.optimizers.SGD{learning_rate = 0.3},
  }
  local h = m:fit(x, y, {epochs = 40, verbose = 0})
  T.near(h.history.loss[1], h.history.mse and h.history.mse[1] or h.history.mean_squared_error[1], 1e-4)
  T.ok(h.history.custom, "the metric is called custom")
  T.ok(h.history.loss[40] < 1e-2, h.history.loss[40])
  local loss, _, mae = m:evaluate(x, y, {verbose = 0})
  local p = m:predict(x, {verbose = 0})
  T.near(loss, ((y - p) ^ 2):mean():item(), 1e-4)
  T.near(mae, (y - p):abs():mean():item(), 1e-4)
end)

T.test("named losses and metrics", function()
  local m = knn.Sequential{layers.Dense{1, input_shape = {2}}}
  m:compile{loss = knn.loss(function(a, b) return (a - b):abs() end, {name = "l1"}),
            metrics = {knn.metric(function(a, b) return (a - b):abs() end, {name = "off"})}}
  local logs = m:evaluate(knn.rand(8, 2), knn.rand(8, 1), {verbose = 0, return_dict = true})
  T.near(logs.loss, logs.off, 1e-5)
end)

T.test("errors of a loss come out, and the model can be compiled anew", function()
  local m = knn.Sequential{layers.Dense{1, input_shape = {2}}}
  m:compile{loss = function() error({code = 7}) end}
  local ok, err = pcall(m.fit, m, knn.rand(8, 2), knn.rand(8, 1), {verbose = 0})
  T.ok(not ok and err.code == 7)
  m:compile{loss = function() end}
  T.raises("must return a tensor", m.fit, m, knn.rand(8, 2), knn.rand(8, 1), {verbose = 0})
  m:compile{loss = "mse"}
  m:fit(knn.rand(8, 2), knn.rand(8, 1), {verbose = 0})
end)

T.test("what is dropped is freed", function()
  collectgarbage()
  collectgarbage()
  local _, before = knn.memory()
  for _ = 1, 20 do
    local m = knn.Sequential{Scale{}, layers.Dense{1}}
    m:compile{loss = function(a, b) return (a - b) ^ 2 end}
    m:fit(knn.rand(8, 2), knn.rand(8, 1), {verbose = 0})
  end
  collectgarbage()
  collectgarbage()
  local _, after = knn.memory()
  T.ok(after <= before + 4, ("%d blocks before, %d after"):format(before, after))
end)

T.test("a function as a layer", function()
  local Lambda = knn.layers.Lambda
  local x = knn.tensor{{1.0, -2.0}}
  T.equal(Lambda{function(v) return v * v end}(x):totable(), {{1, 4}})
  local scaled = Lambda{function(v, arguments) return v * arguments.by end, arguments = {by = 3}, name = "triple"}
  T.equal(scaled(x):totable(), {{3, -6}})
  T.equal(scaled.name, "triple")
  local switch = Lambda{function(v, _, training) return training and v or -v end}
  T.equal(switch(x, {training = true}):totable(), {{1, -2}})
  T.equal(switch(x):totable(), {{-1, 2}})
  knn.register_function("cube", function(v) return v * v * v end)
  T.equal(Lambda{"cube"}(x):totable(), {{1, -8}})
  T.raises("no function is registered as 'cubes'", Lambda, {"cubes"})
  T.raises("a function or the name of one expected, got a number", Lambda, {3})
end)

T.test("a function as a layer of a model that trains", function()
  local model = knn.Sequential{
    knn.layers.Dense{2, input_shape = {2}}, knn.layers.Lambda{function(v) return v:tanh() end}, knn.layers.Dense{1},
  }
  model:compile{loss = "mse", optimizer = "adam"}
  local before = model:evaluate(knn.ones{8, 2}, knn.ones{8, 1}, {verbose = 0})
  model:fit(knn.ones{8, 2}, knn.ones{8, 1}, {epochs = 20, verbose = 0})
  T.ok(model:evaluate(knn.ones{8, 2}, knn.ones{8, 1}, {verbose = 0}) < before)
end)

T.run()
