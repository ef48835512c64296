-- Recurrent layers from Lua: several results, initial states, cells written in Lua, both directions.
local T = dofile "tests/lua/harness.lua"
local knn = require "knn"
local L = knn.layers

local function far(a, b) return (a - b):abs():max():item() end

local Plain = knn.layer("Plain", {
  init = function(self) self.state_size = self.units end,
  build = function(self, shape)
    self.kernel = self:add_weight{name = "kernel", shape = {shape[#shape], self.units}}
    self.recurrent = self:add_weight{name = "recurrent_kernel", shape = {self.units, self.units}}
  end,
  call = function(self, x, states)
    local h = (knn.ops.matmul(x, self.kernel) + knn.ops.matmul(states[1], self.recurrent)):tanh()
    return h, {h}
  end,
})

T.test("several results", function()
  local y, h, c = L.LSTM{4, return_state = true, return_sequences = true}(knn.randn{2, 5, 3})
  T.equal(#y.shape, 3)
  T.ok(far(y[{{}, -1}], h) == 0, "the last output is the state")
  T.equal(#c.shape, 2)
end)

T.test("initial states go on where a call ended", function()
  local gru = L.GRU{4, return_state = true}
  local x = knn.randn{2, 6, 3}
  local whole = gru(x)
  local _, h = gru(x[{{}, {1, 3}}])
  local rest = x[{{}, {4, 6}}]
  T.ok(far(gru{rest, h}, whole) < 1e-6)
  T.ok(far(gru(rest, {initial_state = h}), whole) < 1e-6)
  local lstm, zero = L.LSTM{2}, knn.zeros{2, 2}
  T.ok(far(lstm(rest, {initial_state = {zero, zero}}), lstm(rest)) == 0)
  T.ok(far(lstm(rest, {initial_state = {zero, zero + 1}}), lstm(rest)) > 1e-3)
end)

T.test("a cell written in Lua", function()
  local own, known = L.RNN{Plain{units = 4}, return_sequences = true},
    L.SimpleRNN{4, use_bias = false, return_sequences = true}
  local x = knn.randn{2, 5, 3}
  own(x)
  known(x)
  own:set_weights(known:get_weights())
  T.ok(far(own(x), known(x)) < 1e-6)
  local function gradient(layer)
    return knn.grad(function(v) return (layer(v) * layer(v)):sum() end)(x)
  end
  T.ok(far(gradient(own), gradient(known)) < 1e-5)
  T.equal(own:weights()[1].path:match "/(.*)", "plain/kernel")
end)

T.test("a stack of cells written in Lua trains", function()
  local x = knn.randn{64, 6, 3}
  local model = knn.Sequential{L.RNN{{Plain{units = 8}, Plain{units = 4}}}, L.Dense{1}}
  model:compile{loss = "mse", optimizer = "adam"}
  local history = model:fit(x, x:sum{axis = {2, 3}}:reshape{-1, 1}, {epochs = 8, verbose = 0})
  local loss = history.history.loss
  T.ok(loss[8] < loss[1])
end)

T.test("Bidirectional wants a second layer where it cannot make one", function()
  local ok, message = pcall(function() return L.Bidirectional{L.RNN{Plain{units = 4}}} end)
  T.ok(not ok and message:find("give a second one as backward_layer", 1, true), message)
  local both = L.Bidirectional{L.RNN{Plain{units = 4}},
    backward_layer = L.RNN{Plain{units = 4}, go_backwards = true}}
  T.equal(both(knn.randn{2, 5, 3}).shape[2], 8)
end)

T.test("16-bit floats", function()
  local x = knn.randn{2, 5, 3}
  for _, name in ipairs{"SimpleRNN", "GRU", "LSTM"} do
    for _, policy in ipairs{"bfloat16", "mixed_bfloat16", "mixed_float16"} do
      local short, wide = L[name]{4, dtype = policy}, L[name]{4}
      local y = short(x)
      wide(x)
      wide:set_weights(short:get_weights())
      T.equal(y.dtype, (policy:gsub("mixed_", "")))
      T.ok(far(y:float(), wide(x)) < 0.03, name .. " " .. policy)
    end
  end
end)

T.test("a cell without state_size", function()
  local Bad = knn.layer("Bad", {call = function(_, x) return x end})
  local ok, message = pcall(function() return L.RNN{Bad{}}(knn.ones{1, 2, 3}) end)
  T.ok(not ok and message:find("state_size", 1, true), message)
end)

T.run()
