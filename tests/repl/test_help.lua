-- Help at the prompt: ?name, name?, ? alone, help(x), apropos "word".
local T = dofile "tests/lua/harness.lua"
local session = dofile "tests/repl/session.lua"

local function has(text, part) T.ok(text:find(part, 1, true), text) end

T.test("?name and name? tell about a name, a path and what a variable holds", function()
  local s = session.prompt({}, {width = 300})
  local dense = s:eval "?Dense"
  has(dense, "Dense (layer)\nFully connected")
  has(dense, "units (integer, required)")
  has(dense, "Example: ")
  has(dense, "See also: ")
  for _, ask in ipairs {"Dense?", "? Dense", "?knn.layers.Dense", "knn.layers.Dense ?", 'help "Dense"',
    "help(knn.layers.Dense)", "help(knn.layers.Dense{3})"} do
    T.equal(s:eval(ask), dense, ask)
  end
  s:eval "layer = knn.layers.Dense{3}; model = knn.Sequential{layer}; t = knn.ones{2}; word = 'Dense'"
  T.equal(s:eval "?layer", dense)
  has(s:eval "?model", "Sequential (layer)")
  has(s:eval "model.fit?", "fit (method)")
  has(s:eval "model:fit?", "fit (method)")
  has(s:eval "?t.sum", "sum (op)")
  has(s:eval "?t.eq", "equal (op)")
  has(s:eval "?unsqueeze", "expand_dims (op)")
  has(s:eval "?ReduceLROnPlateau", "ReduceLROnPlateau (callback)")
  has(s:eval "?knn.losses", "MeanSquaredError")
  T.equal(s:eval "?word", "word: a string")
  has(s:eval "?string.format", "manual.html#pdf-string.format")
  T.equal(s:finish(), 0)
end)

T.test("functions without a schema row have the comments of their sources", function()
  local s = session.prompt({}, {width = 300})
  local csv = s:eval "?knn.csv"
  has(csv, "knn.csv(path, options) (function)\nA CSV file as a table")
  has(csv, "  path (string)\n  options (table, optional): separator, header")
  T.equal(s:eval 'help "csv"', csv)
  local split = s:eval "help(knn.utils.train_test_split)"
  has(split, "knn.train_test_split(...) (function)\nSplits arrays")
  T.equal(s:eval "?train_test_split", split)
  has(s:eval "?knn.randn", "knn.randn(shape) (function)\nNormal random numbers")
  has(s:eval "?LabelEncoder", "knn.LabelEncoder(values) (function)\nAn encoder")
  has(s:eval 'help "load_model"', "knn.load_model(path, options) (function)\nA model from a file")
  s:eval 't = knn.table{{"age", {31, 25}}}; model = knn.Sequential{knn.layers.Dense{3}}'
  has(s:eval "?t.filter", "filter(t, f) (method)\nThe rows for which f(row) holds")
  has(s:eval "?model.load_weights", "Model:load_weights(path, options) (method)")
  has(s:eval "?class_weight", "Returns: table label = factor")
  has(s:eval "?class_weight", "Example: model:fit(x, y, {class_weight")
  has(s:eval 'apropos "one-hot"', "class_weight (function): Factors of the loss")
  has(s:eval "?load", "manual.html#pdf-load")
  has(s:eval "?table", "manual.html#pdf-table")
  T.equal(s:finish(), 0)
end)

T.test("every function of knn and of its modules has help", function()
  local help = require "knn.help"
  knn.output(function() end)
  for _, home in ipairs {knn, knn.utils, knn.datasets, knn.applications, knn.config} do
    help.help(home)
    local names, meta = {}, getmetatable(home)
    for name in pairs(home) do names[name] = true end
    for name in pairs(meta and meta.__methods or {}) do names[name] = true end
    for name in pairs(names) do
      if type(home[name]) == "function" then T.ok(pcall(help.help, home[name]) or pcall(help.help, name), name) end
    end
  end
  knn.output()
end)

T.test("every method of tensors and models has help", function()
  local help = require "knn.help"
  knn.output(function() end)
  for _, object in ipairs {knn.ones(1), knn.Sequential{knn.layers.Dense{1}}} do
    for name in pairs(getmetatable(object).__methods) do T.ok(pcall(help.help, name), name) end
  end
  knn.output()
end)

T.test("the modules and what is made in them in a loop have the comment of the module", function()
  local s = session.prompt({}, {width = 300})
  has(s:eval "?knn.utils", "Preparations of data")
  has(s:eval "?knn.utils", "train_test_split")
  has(s:eval "?knn.datasets.mnist", "knn.datasets.mnist(options) (function)\nData sets by name")
  has(s:eval "?VGG16", "knn.applications.VGG16(options) (function)\nArchitectures for images")
  T.ok(not s:eval 'apropos "pooling"':find "VGG16")
  T.equal(s:finish(), 0)
end)

T.test("an unknown name gives the nearest three and ends nothing", function()
  local s = session.prompt({}, {width = 300})
  local text = s:eval "?Dnse"
  T.ok(text:find "error: help: nothing is known about 'Dnse'; the nearest names are Dense, %w+ and %w+; try apropos", text)
  T.ok(not text:find("traceback", 1, true), text)
  T.equal(s:eval "1 + 1", "2")
  has(s:eval "?knn.layers.Dnse", "nearest names are Dense,")
  has(s:eval "?knn.nothing.more", "nothing is known about 'more'")
  has(s:eval 'help "Conv2"', "Conv2D")
end)

T.test("? alone begins, and what it shows runs", function()
  local s = session.prompt({}, {width = 300})
  local page = s:eval "?"
  T.equal(s:eval "help()", page)
  T.equal(s:eval "?knn", page)
  local code = {}
  for line in page:match "add three numbers:\n(.*)":gmatch "[^\n]+" do
    code[#code + 1] = line
    local answer = s:eval(line:match "^%s*(.*)")
    T.ok(not answer:find("error", 1, true), answer)
    if line:find "predict" then has(answer, "Tensor float32 5x1") end
  end
  T.ok(#code >= 4)
end)

-- The value of a dotted path, nil if there is none.
local function value_of(path)
  local chunk = load("return " .. path)
  local ok, value = pcall(chunk)
  if ok then return value end
end

for _, name in ipairs {"keras", "torch"} do
  T.test("the page " .. name .. " names what exists, and its program runs", function()
    local s = session.prompt({}, {width = 300})
    local page = s:eval(('help "%s"'):format(name))
    T.equal(s:eval("?" .. name), page)
    T.equal(s:eval("?" .. name:upper()), page)
    local paths = 0
    for path in page:gmatch "%f[%w]knn%.[%w_.]*[%w_]" do
      T.ok(value_of(path) ~= nil, path)
      paths = paths + 1
    end
    T.ok(paths > 20)
    local x, y = knn.datasets.iris()
    local receivers = {x = x, t = x, ds = knn.Dataset.from_tensor_slices(x),
      model = knn.Sequential{knn.layers.Dense{3}}, optimizer = knn.optimizers.Adam{}}
    for receiver, method in page:gmatch "%f[%w](%w+):([%a_]+)" do
      local object = receivers[receiver]
      T.ok(object and object[method], receiver .. ":" .. method)
    end
    local program = page:match "program:\n(.*)"
    for line in program:gmatch "[^\n]+" do
      local answer = s:eval(line:match "^%s*(.*)")
      T.ok(not answer:find("error", 1, true), answer)
    end
    has(s:eval "labels", "int64 150")
    T.equal(s:finish(), 0)
  end)
end

T.test("apropos lists the names whose help speaks of a word", function()
  local s = session.prompt({}, {width = 300})
  local text = s:eval 'apropos "POOLING"'
  has(text, "  MaxPooling2D (layer): ")
  T.ok(not text:find("Nadam", 1, true), text)
  has(s:eval 'apropos "plateau"', "ReduceLROnPlateau (callback): ")
  T.equal(s:eval 'apropos "xyzzy"', "apropos: no help speaks of 'xyzzy'")
  has(s:eval "apropos()", "a word expected")
end)

T.test("a question is not Lua, and Lua is not a question", function()
  local s = session.prompt({}, {width = 300})
  T.equal(s:eval '"what?"', '"what?"')
  has(s:eval "1 + ?", "unexpected symbol")
  s:line "text = [["
  s:expect "  .. "
  s:line "?Dense"
  s:expect "  .. "
  s:line "]]"
  s:expect "knn> "
  T.equal(s:eval "text", '"?Dense\\n"')
end)

T.test("a name of the user's own stays his", function()
  local folder = session.folder()
  session.write(folder .. "/init.lua", "")
  os.execute("mkdir -p " .. folder .. "/knn")
  session.write(folder .. "/knn/init.lua", "function help() return 'mine' end")
  local s = session.start({"-q"}, {env = {XDG_CONFIG_HOME = folder}})
  s:expect "knn> "
  T.equal(s:eval "help()", '"mine"')
  session.remove(folder)
end)

T.run()
