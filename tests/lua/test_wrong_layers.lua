-- Every layer, called wrongly in several ways: each gives one sentence that names the layer, what was expected and what was
-- found. `knn tests/lua/test_wrong_layers.lua listing` prints them all, for a person to judge.
local T = dofile "tests/lua/harness.lua"
local knn = require "knn"

-- Of the wrong kind for each kind of option, and what the sentence then says.
local wrong = {
  bool = "yes", integer = "many", number = "much", string = 5, enum = "sideways", dtype = "float99", policy = "float99",
  integers = "wide", numbers = "wide", object = "no_such_thing",
}

-- The layer as its schema's example makes it.
local function from_example(schema)
  local options = (schema.example or ""):match("layers%." .. schema.name .. "%s*(%b{})")
  local chunk = options and load("local knn = require 'knn' return knn.layers." .. schema.name .. options)
  local ok, layer = pcall(chunk or error)
  return ok and layer or nil
end

-- The sentence, without the place in the script.
local function sentence(f, ...)
  local ok, message = pcall(f, ...)
  return not ok and tostring(message):gsub("^[%w_/%.]+:%d+: ", "") or nil
end

local function check(where, message, name, words)
  T.ok(message, where .. ": no error")
  T.ok(not message:find "\n", where .. ": more than one line: " .. message)
  T.ok(#message >= 20 and #message <= 700, where .. ": " .. message)
  local named = message:find(name, 1, true) or message:find(words or name, 1, true) or message:find "^layer '"
  T.ok(named, where .. " names no layer: " .. message)
  T.ok(not message:find "attempt to" and not message:find "stack traceback" and not message:find "0x%x%x%x%x",
    where .. ": " .. message)
end

local list = arg[1] == "listing"

local function expect(schema, what, words, f, ...)
  local message = sentence(f, ...)
  if list then print(("%-24s %-26s %s"):format(schema.name, what, message or "(no error)")) end
  check(schema.name .. ", " .. what, message, schema.name, words)
  return message
end

for _, name in ipairs(knn.classes "layer") do
  local schema = knn.schema("layer", name)
  local class = knn.layers[name]
  T.test(name .. ": wrong options", function()
    local unknown = expect(schema, "unknown option", nil, class, {no_such_option = 1})
    T.ok(unknown:find("no_such_option", 1, true), unknown)
    for _, option in ipairs(schema.params) do
      if option.required then
        expect(schema, "nothing given", nil, class, {})
        break
      end
    end
    for _, option in ipairs(schema.params) do
      if wrong[option.kind] ~= nil then
        local message = expect(schema, option.name .. " of a wrong kind", nil, class, {[option.name] = wrong[option.kind]})
        T.ok(message:find(option.name, 1, true) or message:find "required", message)
      end
    end
  end)

  local layer = from_example(schema)
  if layer and name ~= "InputLayer" then
    T.test(name .. ": wrong calls", function()
      expect(schema, "called on nothing", layer.name, layer)
      expect(schema, "called on a function", layer.name, layer, print)
      expect(schema, "a matrix, an odd option", layer.name, layer, knn.ones(2, 2), {no_such_option = 1})
    end)
  end
end

if list then arg[1] = nil end
T.run()
