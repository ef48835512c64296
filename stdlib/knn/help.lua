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

local function find_name(name)
  for _, family in ipairs(core.families()) do
    local schema = core.schema(family, name)
    if schema then return schema end
  end
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
  if s.see then lines[#lines + 1] = "See also: " .. table.concat(s.see, ", ") end
  return table.concat(lines, "\n") .. "\n"
end

--- Prints help on a name, a constructor, an op or an object.
-- @param x name, function or object
function M.help(x)
  local schema
  if type(x) == "string" then
    schema = find_name(x)
  elseif type(x) == "function" then
    schema = find_function(x)
  elseif type(x) == "userdata" and x.class_name then
    schema = find_name(x.class_name)
  end
  if not schema then error("help: nothing is known about " .. tostring(x), 2) end
  core.write(text(schema))
end

return M
