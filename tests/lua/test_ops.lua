-- Operators, methods, ops: values, types, positions, options.
local T = dofile "tests/lua/harness.lua"
local knn = require "knn"
local ops = knn.ops

T.test("operators", function()
  local a, b = knn.tensor{1.0, 2.0, 4.0}, knn.tensor{2.0, 2.0, 2.0}
  T.equal((a + b):totable(), {3.0, 4.0, 6.0})
  T.equal((a - b):totable(), {-1.0, 0.0, 2.0})
  T.equal((a * b):totable(), {2.0, 4.0, 8.0})
  T.equal((a / b):totable(), {0.5, 1.0, 2.0})
  T.equal((a ^ b):totable(), {1.0, 4.0, 16.0})
  T.equal((-a):totable(), {-1.0, -2.0, -4.0})
  T.equal((1 - a):totable(), {0.0, -1.0, -3.0})
  T.equal((knn.tensor{-7, 7} // 2):totable(), {-4, 3})
  T.equal((knn.tensor{-7, 7} % 4):totable(), {1, 3}) -- sign of the divisor, as in Lua
end)

T.test("a number takes the tensor's type", function()
  T.equal((knn.tensor{1} + 1).dtype, "int64")
  T.equal((knn.tensor{1} + 1.5).dtype, "float32")
  T.equal((knn.ones(1) + 1).dtype, "float32")
  T.equal((knn.ones({1}, "float64") * 0.1).dtype, "float64")
  T.near((knn.ones({1}, "float64") * 0.1)[1], 0.1, 1e-15)
  T.equal((knn.tensor({1}, "uint8") + 1).dtype, "uint8")
  T.equal((knn.tensor{true} + 1).dtype, "int32")
  T.equal((knn.tensor({1}, "uint8") / 2).dtype, "float32")
  T.equal((2 ^ knn.tensor{1.0}).dtype, "float32")
end)

T.test("two tensors meet in the wider type", function()
  T.equal((knn.tensor({1}, "uint8") + knn.tensor({1}, "int32")).dtype, "int32")
  T.equal((knn.tensor{1} + knn.ones(1)).dtype, "float32")
  T.equal((knn.ones(1) + knn.ones({1}, "float64")).dtype, "float64")
end)

T.test("broadcasting, and shapes that do not fit", function()
  T.equal((knn.ones(2, 1) + knn.ones(3)).shape, {2, 3})
  local message = T.raises("add", function() return knn.ones(2, 3) + knn.ones(4) end)
  T.ok(message:find("test_ops.lua:%d+:"), "the script's line is named")
end)

T.test("comparisons give masks", function()
  local t = knn.tensor{1, 2, 3}
  T.equal(t:gt(2):totable(), {false, false, true})
  T.equal(t:ge(2):totable(), {false, true, true})
  T.equal(t:lt(2):totable(), {true, false, false})
  T.equal(t:le(2):totable(), {true, true, false})
  T.equal(t:eq(knn.tensor{1, 0, 3}):totable(), {true, false, true})
  T.equal(t:ne(1):totable(), {false, true, true})
  T.equal(t:gt(1.5):totable(), {false, true, true})
end)

T.test("reductions take the axis by place or by name", function()
  local t = knn.tensor{{1.0, 2.0}, {3.0, 4.0}}
  T.equal(t:sum():item(), 10.0)
  T.equal(t:sum(-1):totable(), {3.0, 7.0})
  T.equal(t:sum(1):totable(), {4.0, 6.0})
  T.equal(t:sum{axis = -1, keepdims = true}.shape, {2, 1})
  T.equal(t:sum{1, 2}:item(), 10.0)
  T.equal(t:mean(2):totable(), {1.5, 3.5})
  T.equal(t:max():item(), 4.0)
  T.equal(t:min(1):totable(), {1.0, 2.0})
  T.equal(t:prod():item(), 24.0)
  T.raises("count from 1", function() return t:sum(0) end)
  T.raises("out of range", function() return t:sum(3) end)
  T.raises("did you mean 'axis'", function() return t:sum{axs = 1} end)
end)

T.test("var, std, norm", function()
  local t = knn.tensor{{1.0, 3.0}, {2.0, 2.0}}
  T.near(t:var():item(), 0.5)
  T.near(t:var(-1), {1.0, 0.0})
  T.near(t:std(-1, true), {{1.0}, {0.0}})
  T.near(knn.tensor{3.0, 4.0}:norm():item(), 5)
end)

T.test("shapes", function()
  local t = knn.arange(6)
  T.equal(t:reshape{2, 3}:totable(), {{0, 1, 2}, {3, 4, 5}})
  T.equal(t:reshape(2, -1).shape, {2, 3})
  T.equal(t:view{3, 2}.shape, {3, 2})
  T.equal(t:reshape{2, 3}:t().shape, {3, 2})
  T.equal(knn.zeros(2, 3, 4):transpose{3, 1, 2}.shape, {4, 2, 3})
  T.equal(knn.zeros(2, 3, 4):permute(1, 3, 2).shape, {2, 4, 3})
  T.equal(t:unsqueeze(1).shape, {1, 6})
  T.equal(t:expand_dims(-1).shape, {6, 1})
  T.equal(knn.zeros(1, 3, 1):squeeze().shape, {3})
  T.equal(knn.zeros(1, 3, 1):squeeze(-1).shape, {1, 3})
  T.equal(ops.broadcast_to(knn.tensor{1, 2}, {3, 2}).shape, {3, 2})
end)

T.test("results that are positions count from 1", function()
  local t = knn.tensor{3.0, 9.0, 5.0}
  local names = {"a", "b", "c"}
  T.equal(names[t:argmax()], "b")
  T.equal(t:argmin(), 1)
  T.equal(t[t:argmax()], 9.0)
  T.equal(t:argmax{base = 0}, 1)
  local m = knn.tensor{{1.0, 2.0}, {4.0, 3.0}}
  T.equal(m:argmax(-1):totable(), {2, 1})
  T.equal(m:argmax(-1, {base = 0}):totable(), {1, 0})
  T.equal(m:argmax_class():totable(), {1, 0})
  T.raises("'base' must be 0 or 1", function() return m:argmax{base = 2} end)
end)

T.test("sorting and choosing by position", function()
  local t = knn.tensor{3.0, 9.0, 5.0}
  local order = ops.argsort(t)
  T.equal(order:totable(), {1, 3, 2})
  T.equal(t[order]:totable(), {3.0, 5.0, 9.0})
  T.equal(ops.take(t, order):totable(), {3.0, 5.0, 9.0})
  T.equal(ops.take(t, order:sub(1), {base = 0}):totable(), {3.0, 5.0, 9.0})
  local values, places = ops.top_k(t, {k = 2})
  T.equal(values:totable(), {9.0, 5.0})
  T.equal(places:totable(), {2, 3})
  T.equal(ops.take_along_axis(t, places):totable(), {9.0, 5.0})
end)

T.test("labels are values: one_hot is not shifted", function()
  T.equal(ops.one_hot(knn.tensor{0, 2}, {num_classes = 3}):totable(), {{1.0, 0.0, 0.0}, {0.0, 0.0, 1.0}})
end)

T.test("ops of many operands take a list", function()
  local a, b = knn.tensor{1, 2}, knn.tensor{3}
  T.equal(ops.concatenate({a, b}):totable(), {1, 2, 3})
  T.equal(ops.concatenate({a, a}, {axis = 1}):totable(), {1, 2, 1, 2})
  T.equal(ops.stack({a, a}, {axis = -1}):totable(), {{1, 1}, {2, 2}})
  T.equal(ops.stack({a, a}):totable(), {{1, 2}, {1, 2}})
  local x, y = ops.split(knn.tensor{1, 2, 3}, {sizes = {1, 2}})
  T.equal(x:totable(), {1})
  T.equal(y:totable(), {2, 3})
end)

T.test("tables and numbers are operands too", function()
  T.equal(ops.add({1, 2}, {3, 4}):totable(), {4, 6})
  T.equal(ops.add(knn.tensor{1.5}, 1):totable(), {2.5})
  T.equal(ops.where(knn.tensor{true, false}, 1.0, 2.0):totable(), {1.0, 2.0})
  T.equal(ops.matmul(knn.eye(2), {{1.0}, {2.0}}):totable(), {{1.0}, {2.0}})
end)

T.test("in-place forms change the tensor and give it back", function()
  local t = knn.ones(3)
  T.ok(rawequal(t:add_(1), t))
  t:mul_(knn.tensor{1.0, 2.0, 3.0}):sub_(1):div_(2)
  T.equal(t:totable(), {0.5, 1.5, 2.5})
  t:clamp_(1, 2)
  T.equal(t:totable(), {1.0, 1.5, 2.0})
  t:pow_(2):zero_():fill_(4):copy_(knn.tensor(9))
  T.equal(t:totable(), {9.0, 9.0, 9.0})
  T.raises("(3,) cannot take the elements of (2, 3)", function() t:add_(knn.ones(2, 3)) end)
end)

T.test("an unknown op names the nearest", function()
  T.raises("there is no op 'summ'; did you mean 'sum'?", function() return ops.summ end)
  T.raises("2 operands are expected, got 1", function() return ops.matmul(knn.ones(2, 2)) end)
end)

T.test("a method of every op is the op", function()
  local t = knn.tensor{1.0, 4.0}
  for _, name in ipairs {"sqrt", "exp", "log", "tanh", "sigmoid", "relu", "square", "negative", "absolute", "floor"} do
    T.equal(t[name](t), ops[name](t), name)
  end
end)

T.run()
