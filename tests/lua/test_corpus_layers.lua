-- Assertions of Keras's own layer tests, recorded as data: object, calls before, call, result. The
-- corpus is looked for in the folder named by KNN_CORPORA and in ../shared/corpora.
local K = dofile "tests/lua/keras.lua"
local json = dofile "tests/lua/json.lua"
local absent = dofile "tests/lua/corpus_layers.lua"
local knn = require "knn"
local T = K.T

local function open_corpus()
  for _, folder in ipairs{os.getenv "KNN_CORPORA" or "", "../shared/corpora"} do
    local file = io.open(folder .. "/keras3-test-golden/layers.jsonl")
    if file then return file end
  end
end

local function is_tensor(v)
  return type(v) == "table" and v.shape and v.data
end

-- Recorded values as knn takes them: arrays and lists of numbers or of texts as tensors.
local function tensor(v)
  if is_tensor(v) then return K.tensor(v) end
  local first = v
  while type(first) == "table" do first = first[1] end
  local dtype = type(first) == "string" and "string" or math.type(first) == "integer" and "int64" or "float32"
  return knn.tensor(v, dtype)
end

local make

-- An option: an object of any family, a list, a plain value; null is None.
local function option(v)
  if v == json.null then return knn.null end
  if type(v) ~= "table" then return v end
  if v.class then return make(v) end
  if is_tensor(v) then return K.tensor(v):totable() end
  local out = {}
  for i, item in pairs(v) do out[i] = option(item) end
  return out
end

function make(object)
  local layer = knn.schema("layer", object.class) ~= nil
  local class = (layer and knn.layers or knn.initializers)[object.class]
  local options = {}
  for i, v in ipairs(object.args) do options[i] = option(v) end
  for name, v in pairs(object.kwargs) do
    if not absent.options[name] then options[name] = option(v) end
  end
  return class(K.options(options))
end

local function call_options(record)
  local options = {}
  if record.call_args[2] then options.mask = tensor(record.call_args[2]) end
  for name, v in pairs(record.call_kwargs) do
    if type(v) ~= "table" then
      options[name] = v
    elseif is_tensor(v) then
      options[name] = K.tensor(v)
    else
      options[name] = {}
      for i, item in ipairs(v) do options[name][i] = tensor(item) end
    end
  end
  return options
end

-- Calls recorded before the one that counts.
local before = {
  build = function() end, -- the first call builds
  set_weights = function(layer, x, list)
    local weights = {}
    for i, w in ipairs(list) do weights[i] = tensor(w) end
    layer(x)
    layer:set_weights(weights)
  end,
  adapt = function(layer, _, data) layer:adapt(tensor(data)) end,
  __call__ = function(layer, _, x) layer(tensor(x)) end,
  reset_state = function(layer) layer:reset_state() end,
  set_vocabulary = function(layer, _, vocabulary) layer:set_vocabulary(vocabulary) end,
}

local function same(got, expected, record)
  local scalar = type(expected) == "number"
  local e = scalar and {} or expected.data
  local g = got:reshape{-1}:totable()
  if not scalar then T.equal(got.shape, expected.shape) end
  for i, v in ipairs(g) do
    local wanted = scalar and expected or e[i]
    if type(v) == "boolean" then v = v and 1 or 0 end
    local allowed = record.atol + record.rtol * math.abs(wanted)
    T.ok(math.abs(v - wanted) <= allowed, ("element %d is %.9g, expected %.9g"):format(i, v, wanted))
  end
end

-- First states follow the sequence among the inputs.
local function inputs(record)
  local x, states = tensor(record.call_args[1]), record.call_kwargs.initial_state
  if not states then return x end
  local list = {x}
  for _, state in ipairs(is_tensor(states) and {states} or states) do list[#list + 1] = tensor(state) end
  record.call_kwargs.initial_state = nil
  return list
end

local function run(record)
  local x = inputs(record)
  local layer = make(record.object)
  for _, step in ipairs(record.log or {}) do
    before[step.call](layer, x, table.unpack(step.args))
  end
  same(layer(x, call_options(record)), record.expected, record)
end

-- Why the record does not apply, or nil.
local function excuse(record)
  local object = record.object
  local name = object.class or object["function"]
  local cells = object.args and type(object.args[1]) == "table" and object.args[1]
  if cells and cells[1] and type(cells[1]) == "table" and absent.cells[cells[1].class]
    or cells and absent.cells[cells.class] then
    return "a cell written in Python"
  end
  return absent.classes[name] or absent.tests[record.test] or absent.tests[name .. " " .. record.test]
end

local corpus = open_corpus()
if not corpus then
  T.test("recorded assertions of Keras", function() T.skip "no corpus keras3-test-golden here" end)
else
  local number = 0
  for line in corpus:lines() do
    number = number + 1
    local record = json.parse(line)
    T.test(("%d: %s"):format(number, record.test), function()
      local why = excuse(record)
      if why then T.skip(why) end
      run(record)
    end)
  end
  corpus:close()
end

T.run()
