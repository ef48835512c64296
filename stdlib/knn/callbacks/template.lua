-- Paths with fields in braces, as Python formats them: "net-{epoch:02d}-{val_loss:.2f}.keras".
local common = require "knn.callbacks.common"

local function show(name, value, spec)
  if spec == "" then return type(value) == "number" and common.number(value) or tostring(value) end
  local whole = spec:find("d$") and math.tointeger(value) or value
  local ok, text = pcall(string.format, "%" .. spec, whole)
  if not ok then error(("ModelCheckpoint: field '%s' cannot be written as '%s'"):format(name, spec), 0) end
  return text
end

--- Puts the values into the fields of a path; {{ and }} are braces.
return function(path, values)
  local text = path:gsub("{{", "\1"):gsub("}}", "\2")
  text = text:gsub("{([%w_]+):?([^}]*)}", function(name, spec)
    if values[name] == nil then
      local names = {}
      for known in pairs(values) do names[#names + 1] = known end
      table.sort(names)
      error(("ModelCheckpoint: the path names '%s', but the logs have %s"):format(name, table.concat(names, ", ")), 0)
    end
    return show(name, values[name], spec)
  end)
  return (text:gsub("\1", "{"):gsub("\2", "}"))
end
