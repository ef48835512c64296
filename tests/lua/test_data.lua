-- Data sets, CSV, preparations, labels.
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

T.test("embedded sets", function()
  local x, y, more = knn.datasets.digits()
  T.equal(x.shape, {1797, 8, 8})
  T.equal(y.shape, {1797})
  T.equal(more, nil)
  T.equal(knn.datasets.class_names("iris")[1], "setosa")
  T.raises("unknown option 'dri'", knn.datasets.digits, {dri = {}})
  T.raises("no data set 'mnits'", knn.datasets.about, "mnits")
end)

T.test("mnist as Keras has it", function()
  T.dataset "mnist/train-images-idx3-ubyte.gz"
  local x_train, y_train, x_test, y_test = knn.datasets.mnist{offline = true}
  T.equal(x_train.shape, {60000, 28, 28})
  T.equal(x_train.dtype, "uint8")
  T.equal(y_train.shape, {60000})
  T.equal(#x_test, 10000)
  T.equal(#y_test, 10000)
  T.equal(y_train[1], 5)
end)

T.test("california_housing: Keras's features in the order of its shuffle", function()
  local path = T.dataset "tabular/cal_housing.data.gz"
  local x_train, y_train, x_test, y_test = knn.datasets.california_housing{offline = true}
  T.equal({x_train.shape, x_test.shape, #y_train, #y_test}, {{16512, 8}, {4128, 8}, 16512, 4128})
  -- np.arange(20640) shuffled by RandomState(113) begins with this row of the file.
  local first = require "knn.core".numpy_order(20640, 113)[1]
  local raw = knn.csv(path):row(first)
  T.near(y_train[1], raw.median_house_value)
  T.near(x_train[1], {raw.median_income, raw.housing_median_age, raw.total_rooms / raw.households,
    raw.total_bedrooms / raw.households, raw.population, raw.population / raw.households, raw.latitude, raw.longitude}, 1e-6)
end)

-- CIFAR-100's files: 3074 bytes a record, coarse label, fine label, pixels by channel.
T.test("cifar100 from the published files", function()
  local folder = os.tmpname()
  os.remove(folder)
  os.execute(("mkdir -p '%s/cifar100/cifar-100-binary'"):format(folder))
  for name, n in pairs{train = 50000, test = 10000} do
    local file = assert(io.open(("%s/cifar100/cifar-100-binary/%s.bin"):format(folder, name), "wb"))
    for i = 0, n - 1 do
      file:write(string.char(0, i % 100), ("\1"):rep(1024), ("\2"):rep(1024), ("\3"):rep(1024))
    end
    file:close()
  end
  local x_train, y_train, x_test, y_test = knn.datasets.cifar100{dirs = {folder}, offline = true}
  os.execute("rm -rf '" .. folder .. "'")
  T.equal({x_train.shape, y_train.shape}, {{50000, 32, 32, 3}, {50000, 1}})
  T.equal({x_test.shape, y_test.shape}, {{10000, 32, 32, 3}, {10000, 1}})
  T.equal(x_test[5][2][3], {1, 2, 3})
  T.equal(y_train[43][1], 42)
  T.equal(knn.datasets.class_names "cifar100"[43], "leopard")
end)

T.test("a set that is nowhere is an error", function()
  T.raises("fashion_mnist", knn.datasets.fashion_mnist, {offline = true, cache = false, full = true, dirs = {"/nonexistent"}, mirrors = {}})
end)

T.test("csv: columns by name, text, missing cells", function()
  with_file("a,b,name\n1,0.5,x\n2,,y\n3,1.5,x\n", function(path)
    local t = assert(knn.csv(path))
    T.equal(t.names, {"a", "b", "name"})
    T.equal(#t, 3)
    T.equal(t:column("a"):totable(), {1, 2, 3})
    T.equal(t:column(-1), {"x", "y", "x"})
    local codes, names = t:codes("name")
    T.equal(codes:totable(), {0, 1, 0})
    T.equal(names, {"x", "y"})
    local n, where = t:missing()
    T.equal(n, 1)
    T.equal(where[1], {row = 2, column = "b", line = 3})
    T.raises("b", t.matrix, t, {columns = {"a", "b"}})
    local m, rows = t:matrix{columns = {"a", "b"}, missing = "drop"}
    T.equal(m:totable(), {{1.0, 0.5}, {3.0, 1.5}})
    T.equal(#rows, 2)
    T.equal(t:matrix{columns = {2}, missing = "fill", fill = 9}:totable(), {{0.5}, {9.0}, {1.5}})
    T.raises("unknown option 'column'", t.matrix, t, {column = 1})
    T.raises("nam", t.column, t, "nam")
    T.ok(tostring(t):find("Table of 3 rows, 3 columns: a int64, b float64, name text", 1, true))
  end)
end)

T.test("files that cannot be read give nil, message, code", function()
  local t, message, code = knn.csv("/nonexistent/file.csv")
  T.equal(t, nil)
  T.ok(message:find("/nonexistent/file.csv", 1, true))
  T.equal(code, "EIO")
  with_file('a,b\n1\n', function(path)
    local _, text, kind = knn.csv(path)
    T.ok(text:find(":2:"), text)
    T.equal(kind, "EFORMAT")
  end)
  T.raises("unknown option 'seperator'", knn.csv, "x", {seperator = ";"})
end)

T.test("to_categorical, normalize, split", function()
  T.equal(knn.to_categorical(knn.tensor{0, 2}):totable(), {{1.0, 0.0, 0.0}, {0.0, 0.0, 1.0}})
  T.equal(knn.to_categorical({1}, 2):totable(), {{0.0, 1.0}})
  T.near(knn.normalize(knn.tensor{{3.0, 4.0}}), {{0.6, 0.8}})
  local x, y = knn.arange(10), knn.arange(10) * 2
  local xa, xb, ya, yb = knn.train_test_split(x, y, {test_size = 0.3, seed = 1})
  T.equal(#xb, 3)
  T.equal(#xa, 7)
  T.equal(ya, xa * 2)
  T.equal(yb, xb * 2)
  T.raises("unknown option 'size'", knn.train_test_split, x, {size = 1})
  T.raises("array 2 has 3", knn.train_test_split, x, knn.ones(3))
end)

T.test("labels remember names", function()
  local enc = knn.labels{"cat", "dog", "cat"}
  T.equal(#enc, 2)
  T.equal(enc:encode{"dog", "cat"}:totable(), {1, 0})
  T.equal(enc:decode(knn.tensor{1, 0}), {"dog", "cat"})
  T.equal(enc:decode(0), "cat")
  T.raises("'cow' at position 2", enc.encode, enc, {"cat", "cow"})
end)

T.test("accuracy takes labels, probabilities, and one unit", function()
  T.near(knn.accuracy(knn.tensor{0, 1, 1}, knn.tensor{{.9, .1}, {.2, .8}, {.6, .4}}), 2 / 3, 1e-6)
  T.near(knn.accuracy({0, 1}, knn.tensor{{0.2}, {0.4}}), 0.5)
  T.near(knn.accuracy({0, 1}, knn.tensor{1, 1}), 0.5)
  local p = knn.tensor{{.9, .1}, {.2, .8}}
  T.raises("use argmax_class()", knn.accuracy, {0, 1}, p:argmax(-1))
  T.equal(knn.accuracy({0, 1}, p:argmax_class()), 1.0)
  T.equal(knn.accuracy(p:argmax(-1), p:argmax(-1)), 1.0)
  T.equal(knn.confusion_matrix({0, 1, 1}, {0, 1, 0}), {{1, 0}, {1, 1}})
end)

T.test("without other mirrors those of the set are asked", function()
  local cache = os.tmpname()
  os.remove(cache)
  -- Nothing listens at this proxy, so that no request leaves the machine.
  local message = T.raises("no mirror delivered it (http", knn.datasets.fashion_mnist,
    {cache = cache, proxy = "http://127.0.0.1:9"})
  os.execute("rm -rf '" .. cache .. "'")
  T.ok(not message:find("none is known", 1, true), message)
end)

T.run()
