-- Slices, positions from 1, assignment.
local T = dofile "tests/lua/harness.lua"
local knn = require "knn"

local function grid() return knn.arange(12):reshape{3, 4} end -- row i, column j: 4 (i - 1) + j - 1

T.test("one position takes a row, of a vector a number", function()
  local t = grid()
  T.equal(t[1]:totable(), {0, 1, 2, 3})
  T.equal(t[-1]:totable(), {8, 9, 10, 11})
  T.equal(t[2][3], 6)
  T.equal(t[2.0]:totable(), t[2]:totable())
end)

T.test("position 0 and positions outside are errors", function()
  local t = grid()
  T.raises("index 0: positions count from 1 (or -1 from the end)", function() return t[0] end)
  T.raises("index 5 is out of range: axis 1 has 3 elements", function() return t[5] end)
  T.raises("index -4 is out of range", function() return t[-4] end)
  T.raises("a position must be an integer", function() return t[1.5] end)
  T.raises("index 9 is out of range: axis 2 has 4 elements", function() return t[{1, 9}] end)
  T.raises("a scalar has no elements", function() return knn.tensor(1)[1] end)
end)

T.test("ranges include both ends", function()
  local t = grid()
  T.equal(t[{{1, 2}}]:totable(), {{0, 1, 2, 3}, {4, 5, 6, 7}})
  T.equal(t[{{}, {2, 3}}]:totable(), {{1, 2}, {5, 6}, {9, 10}})
  T.equal(t[{{2, -1}, -1}]:totable(), {7, 11})
  T.equal(t[{{}, {1, -1, 2}}]:totable(), {{0, 2}, {4, 6}, {8, 10}})
  T.equal(t[{{3, 1, -1}, 1}]:totable(), {8, 4, 0})
  T.equal(t[{2, 3}], 6)
  T.equal(t[{{2, 1}}].shape, {0, 4})
  T.raises("step of a range must not be 0", function() return t[{{1, 2, 0}}] end)
  T.raises("3 positions or ranges for a tensor with 2 axes", function() return t[{1, 1, 1}] end)
end)

T.test("slice cuts one axis", function()
  T.equal(grid():slice(2, 2, 3):totable(), {{1, 2}, {5, 6}, {9, 10}})
  T.equal(grid():slice(-1, -1, -1):totable(), {{3}, {7}, {11}})
  T.raises("axes count from 1", function() return grid():slice(0, 1, 1) end)
end)

T.test("slices are views, and so is a reshaped tensor", function()
  local t = grid():float()
  t[1]:fill_(7)
  T.equal(t[1]:totable(), {7.0, 7.0, 7.0, 7.0})
  t:reshape{12}[12] = -1
  T.equal(t[3][4], -1.0)
end)

T.test("masks and positions choose rows", function()
  local t = grid()
  T.equal(t[knn.tensor{true, false, true}]:totable(), {{0, 1, 2, 3}, {8, 9, 10, 11}})
  T.equal(t[knn.tensor{3, 1, -1}]:totable(), {{8, 9, 10, 11}, {0, 1, 2, 3}, {8, 9, 10, 11}})
  T.raises("index 0: positions count from 1", function() return t[knn.tensor{0}] end)
  T.raises("the mask has 2 elements, axis 1 has 3", function() return t[knn.tensor{true, false}] end)
end)

T.test("assignment to elements, rows, ranges, masks", function()
  local t = knn.zeros(3, 2)
  t[1] = 5
  t[{2, 1}] = 6
  t[{3, {1, 2}}] = knn.tensor{7, 8}
  T.equal(t:totable(), {{5.0, 5.0}, {6.0, 0.0}, {7.0, 8.0}})
  t[knn.tensor{false, true, true}] = 1
  T.equal(t:totable(), {{5.0, 5.0}, {1.0, 1.0}, {1.0, 1.0}})
  t[knn.tensor{3, 1}] = knn.tensor{{1, 2}, {3, 4}}
  T.equal(t:totable(), {{3.0, 4.0}, {1.0, 1.0}, {1.0, 2.0}})
  t[2] = {8, 9}
  T.equal(t[2]:totable(), {8.0, 9.0})
  T.raises("index 0", function() t[0] = 1 end)
  T.raises("no field 'shape' that can be set", function() t.shape = {1} end)
end)

T.test("ipairs runs over the rows and stops", function()
  local seen = {}
  for i, row in ipairs(grid()) do seen[i] = row:sum():item() end
  T.equal(seen, {6, 22, 38})
  local sum = 0
  for _, x in ipairs(knn.tensor{1, 2, 3}) do sum = sum + x end
  T.equal(sum, 6)
  for i = 1, #grid() do T.equal(#grid()[i], 4) end
end)

T.test("an unknown field is nil", function()
  T.equal(grid().nothing, nil)
end)

T.run()
