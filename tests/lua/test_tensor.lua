-- Tensors: making, reading, printing, types.
local T = dofile "tests/lua/harness.lua"
local knn = require "knn"

T.test("from nested tables; the type follows the contents", function()
  local t = knn.tensor{{1, 2, 3}, {4, 5, 6}}
  T.equal(t.shape, {2, 3})
  T.equal(t.dtype, "int64")
  T.equal(t.rank, 2)
  T.equal(#t, 2)
  T.equal(t:numel(), 6)
  T.equal(t:totable(), {{1, 2, 3}, {4, 5, 6}})
  T.equal(knn.tensor{1, 2.5}.dtype, "float32")
  T.equal(knn.tensor{true, false}.dtype, "bool")
  T.equal(knn.tensor({1, 2}, "uint8").dtype, "uint8")
  T.equal(knn.tensor({1, 2}, {dtype = "int32"}).dtype, "int32")
  T.equal(knn.tensor(7).shape, {})
  T.equal(knn.tensor(7):item(), 7)
end)

T.test("ragged tables and wrong leaves are refused", function()
  T.raises("ragged", knn.tensor, {{1, 2}, {3}})
  T.raises("ragged", knn.tensor, {{1, 2}, 3})
  T.raises("numbers, booleans, strings or nested tables", knn.tensor, {print})
  T.raises("unknown type 'int7'", knn.tensor, {1}, "int7")
  T.raises("unknown option 'type'", knn.tensor, {1}, {type = "int32"})
end)

T.test("zeros, ones, full, eye, arange, linspace", function()
  T.equal(knn.zeros(2, 2):totable(), {{0.0, 0.0}, {0.0, 0.0}})
  T.equal(knn.ones({2}, "int32"):totable(), {1, 1})
  T.equal(knn.full({2}, 7):totable(), {7.0, 7.0})
  T.equal(knn.eye(2):totable(), {{1.0, 0.0}, {0.0, 1.0}})
  T.equal(knn.eye(1, 2):totable(), {{1.0, 0.0}})
  T.equal(knn.arange(3):totable(), {0, 1, 2})
  T.equal(knn.arange(1, 4):totable(), {1, 2, 3})
  T.equal(knn.arange(5, 0, -2):totable(), {5, 3, 1})
  T.equal(knn.arange(0, 1, 0.25).dtype, "float32")
  T.equal(knn.linspace(0, 1, 5):totable(), {0.0, 0.25, 0.5, 0.75, 1.0})
  T.raises("step must not be 0", knn.arange, 0, 1, 0)
end)

T.test("int64 keeps all its digits", function()
  local big = math.maxinteger - 1
  T.equal(knn.tensor{big}[1], big)
  T.equal(knn.tensor{big}:totable(), {big})
end)

T.test("conversions", function()
  local t = knn.tensor{0, 1.7, -2.5}
  T.equal(t:int():totable(), {0, 1, -2})
  T.equal(t:bool():totable(), {false, true, true})
  T.equal(t:double().dtype, "float64")
  T.equal(t:long().dtype, "int64")
  T.equal(knn.tensor{3}:byte().dtype, "uint8")
  T.equal(t:astype("int32").dtype, "int32")
end)

T.test("bytes make the round trip", function()
  local t = knn.tensor({{1, 2}, {3, 4}}, "int32")
  T.equal(#t:tobytes(), 16)
  T.equal(knn.frombytes(t:tobytes(), "int32", {2, 2}), t)
  T.raises("bytes", knn.frombytes, "abc", "int32", {1})
end)

T.test("text is bounded, dump is not", function()
  local t = knn.arange(5000)
  T.ok(tostring(t):find("^Tensor int64 5000\n%[ *0 +1 +2 %.%.%. 4997 4998 4999%]"), tostring(t))
  T.ok(#tostring(t) < 200)
  T.ok(#t:dump() > 20000)
  T.equal(tostring(knn.tensor(2.5)), "Tensor float32 scalar 2.5")
end)

T.test("item wants one element", function()
  T.raises("item: the tensor has 2 elements", function() return knn.tensor{1, 2}:item() end)
end)

T.test("a freed tensor says so", function()
  local t = knn.tensor{1}
  t:free()
  T.raises("freed", function() return t + 1 end)
  T.equal(tostring(t), "Tensor (freed)")
  do
    local kept
    do
      local closed <close> = knn.tensor{1}
      kept = closed
    end
    T.raises("freed", function() return kept:sum() end)
  end
end)

T.test("the seed decides random tensors", function()
  knn.seed(5)
  local a, b = knn.rand(3, 4), knn.randn{5}
  knn.seed(5)
  T.equal(knn.rand(3, 4), a)
  T.equal(knn.randn{5}, b)
  T.ok(knn.rand(100):min():item() >= 0)
  local u = knn.uniform({1000}, 3, 4)
  T.ok(u:min():item() >= 3 and u:max():item() < 4)
  T.near(knn.normal({20000}, 5, 2):mean():item(), 5, 0.02)
end)

T.run()
