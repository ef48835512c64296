--- Help from the schema: `knn.help "Dense"` prints what a class or op is, its options and an example.
-- @module knn.help
local core = require "knn.core"

local M = {}

-- Functions of the constructor tables back to their classes.
local function find_function(f)
  local tables = {ops = "op", layers = "layer", activations = "activation", initializers = "initializer",
    regularizers = "regularizer", constraints = "constraint", losses = "loss", metrics = "metric",
    optimizers = "optimizer", schedules = "schedule"}
  for name, family in pairs(tables) do
    for key, value in pairs(core[name]) do
      if value == f then return core.schema(family, key) end
    end
  end
end

-- All that a name stands for: a loss and a metric may share theirs.
local function find_name(name)
  local found, exact = {}, {}
  for _, family in ipairs(core.families()) do
    local schema = core.schema(family, name)
    found[#found + 1] = schema
    if schema and schema.name == name then exact[#exact + 1] = schema end
  end
  return #exact > 0 and exact or found
end

local function param(p)
  local kind = p.choices and table.concat(p.choices, " | ") or p.kind
  local need = p.required and ", required" or ", default " .. p.default
  return ("  %s (%s%s): %s"):format(p.name, kind, need, p.doc)
end

local function text(s)
  local lines = {("%s (%s)"):format(s.name, s.family), s.summary}
  lines[#lines + 1] = s.shapes
  lines[#lines + 1] = s.detail
  for _, p in ipairs(s.params) do lines[#lines + 1] = param(p) end
  if s.call and #s.call > 0 then
    lines[#lines + 1] = "A call takes besides its inputs:"
    for _, p in ipairs(s.call) do lines[#lines + 1] = param(p) end
  end
  if s.example then lines[#lines + 1] = "Example: " .. s.example end
  if s.source then lines[#lines + 1] = "Source: " .. s.source end
  if s.see then lines[#lines + 1] = "See also: " .. table.concat(s.see, ", ") end
  return table.concat(lines, "\n") .. "\n"
end

-- Names in lines of at most 100 columns.
local function wrap(names)
  table.sort(names)
  local lines, line = {}, ""
  for _, name in ipairs(names) do
    if #line + #name > 98 then
      lines[#lines + 1], line = line, ""
    end
    line = line .. "  " .. name
  end
  lines[#lines + 1] = line
  return table.concat(lines, "\n")
end

-- All functions of knn.ops, and those of keras.ops that are not among them.
local function ops_text()
  local composed, names = require "knn.ops", {}
  for name in pairs(core.ops) do names[#names + 1] = name end
  for name in pairs(composed.functions) do names[#names + 1] = name end
  return "Functions of knn.ops:\n" .. wrap(names) .. "\nIn keras.ops but not here:\n" ..
    wrap(table.move(composed.absent, 1, #composed.absent, 1, {})) .. "\n"
end

-- A function that is made of ops.
local function composed_text(x)
  local composed = require "knn.ops"
  for name, about in pairs(composed.about) do
    if name == x or composed.functions[name] == x then
      return ("%s (op)\n%s\n%s\n"):format(name, about.summary, about.signature)
    end
  end
end

-- A callback, by its name or its constructor.
local function callback_text(x)
  local callbacks, shown = require "knn.callbacks", {family = "callback"}
  for name in pairs(getmetatable(callbacks).__methods) do
    if name == x or rawget(callbacks, name) == x then
      local _ = callbacks[name]
      local about = require "knn.callbacks.common".about[name]
      for key, value in pairs(about) do shown[key] = value end
      shown.params = {}
      for i, p in ipairs(about.params) do
        local kind = p.kind or type(p.default)
        shown.params[i] = {name = p.name, kind = kind, choices = p.choices, required = p.required, doc = p.doc,
          default = p.default == nil and "null" or tostring(p.default)}
      end
      return text(shown)
    end
  end
end

-- The table knn.callbacks.
local function callbacks_text(x)
  if type(x) ~= "table" or x ~= package.loaded["knn.callbacks"] then return nil end
  local meta, names, missing = getmetatable(x), {}, {}
  for name in pairs(meta.__methods) do names[#names + 1] = name end
  for name, why in pairs(meta.absent) do missing[#missing + 1] = ("  %s: %s"):format(name, why) end
  table.sort(missing)
  return "Callbacks of knn.callbacks:\n" .. wrap(names) .. "\nIn keras.callbacks but not here:\n"
    .. table.concat(missing, "\n") .. "\n"
end

local function dataset_text(x)
  if x ~= "Dataset" and x ~= core.Dataset then return nil end
  local about = require "knn.dataset"
  local lines = {"Dataset", about.summary}
  for _, f in ipairs(about.functions) do lines[#lines + 1] = ("  %s: %s"):format(f[1], f[2]) end
  lines[#lines + 1] = "Example: " .. about.example
  lines[#lines + 1] = "Source: " .. about.source
  return table.concat(lines, "\n") .. "\n"
end

--- Prints help on a name, a constructor, an op or an object.
-- @param x name, function or object
function M.help(x)
  local found = {}
  if type(x) == "string" then
    found = find_name(x)
  elseif type(x) == "function" then
    found = {find_function(x)}
  elseif type(x) == "userdata" and core.object_kind(x) then
    found = {core.schema(core.object_kind(x), x.class_name)}
  end
  local texts = {}
  for i, schema in ipairs(found) do texts[i] = text(schema) end
  if #texts == 0 then
    texts[1] = x == core.ops and ops_text() or composed_text(x) or callback_text(x) or callbacks_text(x) or dataset_text(x)
  end
  if #texts == 0 then error("help: nothing is known about " .. tostring(x), 2) end
  core.write(table.concat(texts, "\n"))
end

return M
