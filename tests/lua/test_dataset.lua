-- Dataset: stages one by one and together, order by seed and pass, functions of the host, threads, memory.
local T = dofile "tests/lua/harness.lua"
local knn = require "knn"
local D = knn.Dataset

local function numbers(n) return D.from_tensor_slices(knn.arange(n or 10)) end

-- The elements of a pass as plain Lua values.
local function all(ds, pass)
  local list = {}
  for a in ds:each(pass) do list[#list + 1] = a.rank == 0 and a:item() or a:totable() end
  return list
end

T.test("rows of tensors, in parts", function()
  local x, y = knn.arange(6):reshape{3, 2}, knn.tensor{7, 8, 9}
  local ds = D.from_tensor_slices({left = x, right = y}, {y, x}, y)
  T.equal(#ds, 3)
  local seen = 0
  for a, b, w in ds:each() do
    seen = seen + 1
    T.equal(a.left, x[seen])
    T.equal(a.right, y[seen])
    T.equal(b[2], x[seen])
    T.equal(w:item(), 6.0 + seen)
  end
  T.equal(seen, 3)
  T.raises("tensor 2 has 4 rows where 3 are expected", D.from_tensor_slices, x, knn.arange(4))
  T.raises("tensor 1 is a single number", D.from_tensor_slices, 3)
  T.raises("expected, got nothing", D.from_tensor_slices)
end)

T.test("batches keep the last rows or drop them", function()
  T.equal(all(numbers(5):batch(2)), {{0, 1}, {2, 3}, {4}})
  T.equal(all(numbers(5):batch(2, {drop_remainder = true})), {{0, 1}, {2, 3}})
  T.equal(#numbers(5):batch(2), 3)
  T.equal(#numbers(5):batch(2, {drop_remainder = true}), 2)
  T.equal(all(numbers(5):batch(2):unbatch()), {0, 1, 2, 3, 4})
  T.equal(all(numbers(5):batch(4):batch(1)), {{{0, 1, 2, 3}}, {{4}}})
  T.raises("batch_size must be at least 1, got 0", function() numbers():batch(0) end)
end)

T.test("rows that lie one after another are not copied", function()
  local x = knn.zeros(4, 2)
  for rows in D.from_tensor_slices(x):batch(2):each() do rows:fill_(5) end
  T.equal(x, {{5, 5}, {5, 5}, {5, 5}, {5, 5}})
end)

T.test("take, skip, repeats, concatenate, zip", function()
  T.equal(all(numbers(5):take(2)), {0, 1})
  T.equal(all(numbers(5):take(-1)), {0, 1, 2, 3, 4})
  T.equal(all(numbers(5):skip(3)), {3, 4})
  T.equal(all(numbers(2):repeats(3)), {0, 1, 0, 1, 0, 1})
  T.equal(all(numbers(3):repeats():take(7)), {0, 1, 2, 0, 1, 2, 0})
  T.equal(all(numbers(2):concatenate(numbers(3))), {0, 1, 0, 1, 2})
  T.equal(numbers(3):repeats():cardinality(), math.huge)
  T.equal(#numbers(5):repeats(3):skip(4), 11)
  local pairs_of = D.zip(D.from_tensor_slices(knn.arange(3), knn.arange(3)), numbers(2))
  T.equal(#pairs_of, 2)
  local n = 0
  for both, one in pairs_of:each() do
    T.equal(both[1]:item(), n)
    T.equal(both[2]:item(), n)
    T.equal(one:item(), n)
    n = n + 1
  end
  T.equal(n, 2)
end)

T.test("a shuffle depends on seed and pass, and loses nothing", function()
  local ds = numbers(50):shuffle(20, {seed = 3})
  local first = all(ds)
  T.equal(all(ds), first)
  T.ok(table.concat(all(ds, 2), " ") ~= table.concat(first, " "))
  T.equal(all(numbers(50):shuffle(20, {seed = 3, reshuffle_each_iteration = false}), 2), first)
  for i, v in ipairs(first) do T.ok(v < i + 20, "an element cannot come before it was in the buffer") end
  local sorted = table.move(first, 1, #first, 1, {})
  table.sort(sorted)
  T.equal(sorted, knn.arange(50))
  T.equal(all(numbers(5):shuffle(1)), {0, 1, 2, 3, 4})
  local repeated = all(numbers(8):shuffle(8):repeats(2))
  T.ok(table.concat(repeated, " ", 1, 8) ~= table.concat(repeated, " ", 9, 16))
  knn.seed(1)
  local one = all(numbers(50):shuffle(50))
  knn.seed(2)
  T.ok(table.concat(all(numbers(50):shuffle(50)), " ") ~= table.concat(one, " "))
end)

T.test("map and filter", function()
  local ds = numbers(6):map(function(a) return a * 2, {a} end)
  local n = 0
  for double, list in ds:each() do
    T.equal(double:item(), 2 * n)
    T.equal(list[1]:item(), n)
    n = n + 1
  end
  T.equal(#ds, 6)
  local even = numbers(6):filter(function(a) return a:item() % 2 == 0 end)
  T.equal(all(even), {0, 2, 4})
  T.equal(even:cardinality(), nil)
  T.raises("not known", function() return #even end)
  T.equal(all(numbers(2):map(function(a) return {a:item(), 1} end)), {{0, 1}, {1, 1}})
  T.raises("returned nothing", function() all(numbers():map(function() end)) end)
  T.raises("element 3 is int64 of shape (1,), the first of its batch int64 of shape ()", function()
    all(numbers():map(function(a) return a:item() < 2 and a or a:reshape{1} end):batch(4))
  end)
  local thrown = {}
  local ok, err = pcall(all, numbers():map(function() error(thrown) end):batch(2):prefetch(2))
  T.ok(not ok and err == thrown)
end)

T.test("generators make an iterator for every pass", function()
  local function squares()
    local i = 0
    return function()
      i = i + 1
      if i <= 3 then return knn.tensor{i}, i * i end
    end
  end
  local ds = D.from_generator(squares)
  T.equal(all(ds), {{1}, {2}, {3}})
  T.equal(all(ds:batch(2)), {{{1}, {2}}, {{3}}})
  T.equal(ds:cardinality(), nil)
  T.equal(#D.from_generator(squares, {cardinality = 3}), 3)
  T.raises("must return an iterator", function() all(D.from_generator(function() end)) end)
end)

T.test("files by a reader, with what belongs to them", function()
  local paths, labels = {"a", "bb", "ccc"}, knn.tensor{5, 6, 7}
  local ds = D.from_files(paths, function(path) return knn.tensor{#path} end, labels)
  local n = 0
  for length, label in ds:each() do
    n = n + 1
    T.equal(length, {n})
    T.equal(label:item(), 4.0 + n)
  end
  T.equal(n, 3)
  T.raises("no such file", function()
    all(D.from_files({"gone"}, function(path) return nil, path .. ": no such file" end))
  end)
  T.raises("tensor 1 has 2 rows where 3 are expected", D.from_files, paths, print, knn.arange(2))
end)

T.test("a cache asks once", function()
  local asked = 0
  local ds = numbers(4):map(function(a)
    asked = asked + 1
    return a + 1
  end):cache()
  all(ds:take(2))
  T.equal(asked, 2) -- a pass that was cut off is not kept
  T.equal(all(ds), {1, 2, 3, 4})
  T.equal(all(ds), {1, 2, 3, 4})
  T.equal(asked, 6)
  T.equal(all(ds:shuffle(1):batch(2)), {{1, 2}, {3, 4}})
end)

T.test("a thread changes nothing", function()
  local x = knn.rand(200, 3)
  local ds = D.from_tensor_slices(x, knn.arange(200)):shuffle(64, {seed = 5}):cache():batch(7)
  local plain = {}
  for a, b in ds:each(3) do plain[#plain + 1] = {a:totable(), b:totable()} end
  for ahead = 1, 5, 2 do
    local n = 0
    for a, b in ds:prefetch(ahead):each(3) do
      n = n + 1
      T.equal(a, plain[n][1])
      T.equal(b, plain[n][2])
    end
    T.equal(n, #plain)
  end
end)

T.test("what a pass holds is freed, also when it is left early", function()
  local x = knn.zeros(64, 32)
  local function run()
    for a in D.from_tensor_slices(x):shuffle(32):batch(8):prefetch(3):repeats():each() do
      if a then break end
    end
    local step = D.from_tensor_slices(x):batch(8):prefetch(2):each()
    step()
  end
  run()
  collectgarbage()
  collectgarbage()
  local before = knn.memory()
  for _ = 1, 20 do run() end
  collectgarbage()
  collectgarbage()
  T.equal(knn.memory(), before)
end)

T.test("help names every method", function()
  local out = {}
  knn.output(function(text) out[#out + 1] = text end)
  knn.help "Dataset"
  knn.output()
  local text = table.concat(out)
  for name in pairs(getmetatable(numbers()).__methods) do T.ok(text:find("ds:" .. name .. "(", 1, true), name) end
  for name in pairs(D) do
    if name ~= "windows" then T.ok(text:find("Dataset." .. name .. "(", 1, true), name) end
  end
end)

T.run()
