-- Tables: choosing rows and columns, counts, statistics, splits, bad rows; preparations fit on training rows.
local T = dofile "tests/lua/harness.lua"
local knn = require "knn"

local function with_file(text, f)
  local path = os.tmpname()
  local file = assert(io.open(path, "w"))
  file:write(text)
  file:close()
  local ok, err = pcall(f, path)
  os.remove(path)
  if not ok then error(err, 0) end
end

local nan = 0 / 0
local function people()
  return knn.table{{"age", {31, 25, nan, 40}}, {"city", {"Rome", "Oslo", false, "Rome"}}, {"id", {1, 2, 3, 4}}}
end

T.test("rows and columns", function()
  local t = people()
  T.equal(t.names, {"age", "city", "id"})
  T.equal(t:kinds(), {"float64", "text", "int64"})
  T.equal(t:row(1), {age = 31.0, city = "Rome", id = 1})
  T.equal(t:row(-2), {id = 3})
  T.equal(t:select{"id", 1}.names, {"id", "age"})
  T.equal(t:drop{"city"}.names, {"age", "id"})
  T.equal(t:take{4, -3, 4}:column "id":totable(), {4, 2, 4})
  T.equal(t:take{4, 1}:column "city", {"Rome", "Rome"})
  T.equal(t:filter(function(row) return row.city == "Rome" and row.age > 35 end):column "id":totable(), {4})
  T.equal(t:filter(t:column "id":gt(2)):column "id":totable(), {3, 4})
  T.equal(#t:filter(function() return false end), 0)
  T.equal(t:head(2):column "id":totable(), {1, 2})
  T.equal(t:head(-1):column "id":totable(), {4})
  local order = t:shuffle(3):column "id":totable()
  T.equal(t:shuffle(3):column "id":totable(), order)
  table.sort(order)
  T.equal(order, {1, 2, 3, 4})
  T.raises("row 5 is out of range", t.take, t, {5})
  T.raises("did you mean 'city'", t.select, t, {"cty"})
  T.raises("the mask has 2 elements, the table 4 rows", t.take, t, knn.tensor{true, false})
  T.raises("'age' has 1 values, but the table has 4 rows", t.with, t, "age", {1})
end)

T.test("missing cells keep their place in the file", function()
  with_file("a,b\n1,x\n,y\n3,\n", function(path)
    local t = knn.csv(path)
    local n, where = t:take{3, 2}:missing()
    T.equal(n, 2)
    T.equal(where, {{row = 1, column = "b", line = 4}, {row = 2, column = "a", line = 3}})
    T.raises(path .. ":3:1", t.matrix, t:take{3, 2}, {columns = {"a"}})
    T.equal(t:fill{a = "mean", b = "none"}:missing(), 0)
    T.equal(t:fill{a = "mean"}:column "a":totable(), {1.0, 2.0, 3.0})
    T.equal(t:fill{a = 7}:column "a":totable(), {1.0, 7.0, 3.0})
    T.equal(t:fill{b = "none"}:column "b", {"x", "y", "none"})
    T.raises("give a number, \"mean\" or \"median\"", t.fill, t, {a = "most"})
  end)
end)

T.test("bad rows are an error with file:line, or dropped and told", function()
  with_file("a,b\n1,2\n3\n4,5,6\n7,8\n", function(path)
    local none, message, code = knn.csv(path)
    T.equal(none, nil)
    T.equal(code, "EFORMAT")
    T.ok(message:find(path .. ":3: this row has 1 cells, the first has 2", 1, true), message)
    local t = knn.csv(path, {bad_rows = "drop"})
    T.equal(t:column "a":totable(), {1, 7})
    T.equal(t:column "b":totable(), {2, 8})
    T.equal(t:bad_rows(), {{line = 3, cells = 1}, {line = 4, cells = 3}})
    T.raises("'bad_rows' must be \"error\" or \"drop\"", knn.csv, path, {bad_rows = "skip"})
  end)
end)

-- Numbers of pandas: pd.Series([31, 25, 40]).describe(), value_counts().
T.test("counts and statistics", function()
  local t = people()
  local counts = t:counts "city"
  T.equal(counts:column "city", {"Rome", "Oslo"})
  T.equal(counts:column "count":totable(), {2, 1})
  local about = t:describe()
  T.equal(about:column "column", {"age", "id"})
  T.equal(about:column "count":totable(), {3, 4})
  T.near({about:cell("mean", 1), about:cell("std", 1), about:cell("min", 1), about:cell("25%", 1), about:cell("50%", 1),
    about:cell("75%", 1), about:cell("max", 1)}, {32, 7.549834435270750, 25, 28, 31, 35.5, 40}, 1e-12)
end)

T.test("printing", function()
  T.equal(tostring(people()), "Table of 4 rows, 3 columns: age float64, city text, id int64\n" ..
    "  age  city  id\n   31  Rome   1\n   25  Oslo   2\n    -  -      3\n   40  Rome   4")
  local long = tostring(knn.table{{"n", knn.arange(1, 1000)}})
  T.equal(select(2, long:gsub("\n", "")), 12)
  T.ok(long:find("\n    5\n  ...\n  995\n", 1, true), long)
end)

local function sorted(column)
  local list = column:totable()
  table.sort(list)
  return list
end

T.test("splits: every row in one part; strata in like shares; groups together", function()
  local n = 40
  local kinds, groups = {}, {}
  for i = 1, n do kinds[i], groups[i] = i % 10 == 0 and "rare" or "usual", i % 8 end
  local t = knn.table{{"id", knn.arange(1, n + 1)}, {"kind", kinds}, {"group", groups}}
  for _, options in ipairs{{test_size = 0.25}, {test_size = 10, stratify = "kind", seed = 5}, {test_size = 0.25, group = "group"}} do
    local a, b = t:split(options)
    T.equal({#a, #b}, {30, 10})
    local all = sorted(knn.ops.concatenate({a:column "id", b:column "id"}, {axis = 1}))
    T.equal(all, knn.arange(1, n + 1):totable())
    local again = select(2, t:split(options))
    T.equal(again:column "id", b:column "id")
  end
  local _, b = t:split{test_size = 10, stratify = "kind"}
  T.equal(b:counts "kind":column "count":totable(), {9, 1})
  local train, test = t:split{test_size = 0.25, group = "group"}
  T.equal({#train:counts "group", #test:counts "group"}, {6, 2})
  T.raises("exclude each other", t.split, t, {stratify = "kind", group = "group"})
  T.raises("unknown option 'size'", t.split, t, {size = 1})
end)

-- Numbers of scikit-learn's StandardScaler, MinMaxScaler, RobustScaler on 1, 2, 4, 9.
T.test("preparations learn from the training rows alone", function()
  local train = knn.table{{"x", {1, 2, 4, 9}}, {"city", {"Rome", "Oslo", "Rome", false}}}
  local prep = knn.prepare{{"standard", "x"}, {"minmax", "x"}, {"robust", "x"}, {"onehot", "city"}, {"ordinal", "city"}}
  T.raises("fit(train) comes before transform", prep.transform, prep, train)
  T.near(prep:fit(train):transform(train), {
    {-0.9733285, 0, -0.5714286, 0, 1, 1}, {-0.6488857, 0.125, -0.2857143, 1, 0, 0},
    {0, 0.375, 0.2857143, 0, 1, 1}, {1.6222142, 1, 1.7142857, 0, 0, -1}}, 1e-6)
  T.equal(prep:names(), {"x", "x", "x", "city=Oslo", "city=Rome", "city"})
  T.near(prep:transform{x = 4, city = "Paris"}, {{0, 0.375, 0.2857143, 0, 0, -1}}, 1e-6)
  T.near(prep:transform{{x = 9, city = "Oslo"}, {x = 4, city = "Rome"}}[1], {1.6222142, 1, 1.7142857, 1, 0, 0}, 1e-6)
  T.equal(knn.prepare(prep.state):transform(train), prep:transform(train))
end)

T.test("bins at quantiles, words, missing values", function()
  local train = knn.table{{"x", {1, 2, nan, 9}}, {"note", {"A cat, a dog", "the cat", "", false}}}
  local prep = knn.prepare{{"bins", "x", bins = 2, missing = "median"}, {"text", "note", words = 2}}:fit(train)
  T.equal(prep:transform(train):totable(), {{1.0, 0.0, 2.0, 1.0}, {0.0, 1.0, 0.0, 1.0}, {0.0, 1.0, 0.0, 0.0}, {0.0, 1.0, 0.0, 0.0}})
  T.equal(prep:names(), {"x#1", "x#2", "note=a", "note=cat"})
  local strict = knn.prepare{{"onehot", "note", unknown = "error"}}:fit(train)
  T.raises("'a bird' in row 1 of column 'note'", strict.transform, strict, {note = "a bird"})
  T.raises("column 'x' has no value here", function() knn.prepare{{"standard", "x"}}:fit(train) end)
  T.raises("'std' is no preparation", knn.prepare, {{"std", "x"}})
  T.raises("unknown option 'bin'", knn.prepare, {{"bins", "x", bin = 2}})
end)

-- Rows with quotes, empty lines and line ends of both kinds, in pieces of every size.
T.test("a file in pieces gives the rows of the whole", function()
  local lines = {"id,name"}
  for i = 1, 50 do lines[i + 1] = i .. (i % 3 == 0 and ',"a ""b"",\n' .. i .. '"' or ",plain" .. i) .. (i % 7 == 0 and "\n" or "") end
  with_file(table.concat(lines, "\r\n"), function(path)
    local whole = knn.csv(path)
    T.equal(#whole, 50)
    for _, rows in ipairs{1, 3, 49, 50, 51, 1000} do
      local ids, names = {}, {}
      for t in knn.csv_chunks(path, {rows = rows}) do
        T.equal(t.names, whole.names)
        T.ok(#t <= rows)
        for i = 1, #t do ids[#ids + 1], names[#names + 1] = t:cell("id", i), t:cell("name", i) end
      end
      T.equal(ids, whole:column "id":totable())
      T.equal(names, whole:column "name")
    end
  end)
  with_file("a,b\n1,2\n3,4\n5\n", function(path)
    local next_piece = knn.csv_chunks(path, {rows = 1})
    T.equal(next_piece():row(1), {a = 1, b = 2})
    T.equal(next_piece():row(1), {a = 3, b = 4})
    T.raises(path .. ":4: this row has 1 cells, the first has 2", next_piece)
    local seen = 0
    for t in knn.csv_chunks(path, {rows = 1, bad_rows = "drop"}) do seen = seen + #t end
    T.equal(seen, 2)
  end)
  with_file("a,b\n1,2\n,4\n", function(path)
    local chunks = knn.csv_chunks(path, {rows = 1})
    chunks()
    local t = chunks()
    T.raises(path .. ":3:1: column 'a' has no value here", t.matrix, t)
  end)
end)

T.test("training from a file takes the memory of a piece", function()
  local path = os.tmpname()
  local file = assert(io.open(path, "w"))
  file:write "a,b,y\n"
  for i = 1, 60000 do file:write(i % 10, ",", (i * 7) % 10, ",", (i % 10) * 2 - (i * 7) % 10, "\n") end
  file:close()
  local ds = knn.csv_dataset(path, {x = {"a", "b"}, y = "y", batch_size = 500})
  local model = knn.Sequential{knn.layers.Dense{1, input_shape = {2}}}
  model:compile{loss = "mse", optimizer = knn.optimizers.Adam{0.05}}
  model:fit(ds, nil, {epochs = 1, verbose = 0})
  local before = knn.memory()
  local rows, most = 0, 0
  for x in ds:each() do
    rows = rows + #x
    most = math.max(most, knn.memory() - before)
    collectgarbage()
  end
  local loss = model:evaluate(ds:take(5), nil, {verbose = 0})
  os.remove(path)
  T.equal(rows, 60000)
  T.ok(most < 4e6, "memory of a piece: " .. most)
  T.ok(loss < 0.5, tostring(loss))
end)

T.run()
