--- The options of a script, from its command line.
-- @usage local option = require "knn.utils.args"{epochs = 10, quick = false, data = ""}
--
-- The table holds the defaults, and their types say how to read a value: a number takes a number (a whole one where the
-- default is whole), a string takes text, a boolean takes nothing: `--epochs 3 --quick --data DIR`. `--epochs=3` is the
-- same. Words that are no options are kept in order, as option[1], option[2], ...

local function known(defaults)
  local names = {}
  for name in pairs(defaults) do names[#names + 1] = "--" .. name end
  table.sort(names)
  return table.concat(names, ", ")
end

local function read(name, default, text)
  local kind = type(default)
  if kind == "string" then return text end
  if kind ~= "number" then error("option --" .. name .. " takes no value, got '" .. text .. "'", 0) end
  local whole = math.type(default) == "integer"
  local value = whole and math.tointeger(tonumber(text)) or not whole and tonumber(text)
  if not value then
    error(string.format("option --%s takes a %snumber, got '%s'", name, whole and "whole " or "", text), 0)
  end
  return value
end

--- Reads options.
-- @tparam table defaults   name = default value
-- @tparam[opt] table words the command line; default: the global `arg` of the running script
-- @treturn table           name = value, and the other words as a list
-- @raise option --epoch is unknown (known: --epochs, --quick)
return function(defaults, words)
  words = words or rawget(_G, "arg") or {}
  local option, i = {}, 1
  for name, value in pairs(defaults) do option[name] = value end
  while i <= #words do
    local name, value = words[i]:match "^%-%-([%w_]+)=?(.*)$"
    if not name then
      option[#option + 1] = words[i]
    elseif defaults[name] == nil then
      error("option --" .. name .. " is unknown (known: " .. known(defaults) .. ")", 0)
    elseif words[i]:find("=", 1, true) then
      option[name] = read(name, defaults[name], value)
    elseif type(defaults[name]) == "boolean" then
      option[name] = true
    else
      i = i + 1
      if not words[i] then error("option --" .. name .. " needs a value", 0) end
      option[name] = read(name, defaults[name], words[i])
    end
    i = i + 1
  end
  return option
end
