--- What the callbacks share: options by a schema, messages, watching a log.
-- @module knn.callbacks.common
local core = require "knn.core"

local M = {}

--- What the classes are, by name, for help.
M.about = {}

local function row_of(about, name)
  for _, row in ipairs(about.params) do
    if row.name == name then return row end
  end
end

local function known(about)
  local names = {}
  for i, row in ipairs(about.params) do names[i] = row.name end
  return #names > 0 and table.concat(names, ", ") or "none"
end

local function is_one_of(list, value)
  for _, one in ipairs(list) do
    if one == value then return true end
  end
  return false
end

local function fits(row, value)
  if row.choices then return is_one_of(row.choices, value) end
  for kind in (row.kind or type(row.default)):gmatch("[^|]+") do
    if type(value) == kind then return true end
  end
  return false
end

local function check_kind(class, row, value)
  if fits(row, value) then return end
  local wanted = row.choices and "one of " .. table.concat(row.choices, ", ")
    or "a " .. (row.kind or type(row.default)):gsub("|", " or a ")
  local found = type(value) == "string" and "'" .. value .. "'" or type(value) == "number" and tostring(value)
    or "a " .. type(value)
  error(("%s: option '%s' must be %s, got %s"):format(class, row.name, wanted, found), 4)
end

-- Leading values stand for the first parameters.
local function named(about, options)
  local result = {}
  for key, value in pairs(options) do
    local name = math.type(key) == "integer" and about.params[key] and about.params[key].name or key
    if not row_of(about, name) then
      error(("%s: unknown option '%s' (known: %s)"):format(about.name, tostring(key), known(about)), 4)
    end
    result[name] = value
  end
  return result
end

local function read(about, options)
  if options == nil then options = {} end
  if type(options) ~= "table" then options = {options} end
  local given, self = named(about, options), {}
  for _, row in ipairs(about.params) do
    local value = given[row.name]
    if value == nil and row.required then
      error(("%s: option '%s' is required: %s"):format(about.name, row.name, row.doc), 3)
    end
    if value == nil then
      value = row.default
    else
      check_kind(about.name, row, value)
    end
    self[row.name] = value
  end
  return self
end

--- A class of callbacks.
-- @tparam string name
-- @tparam table about summary, detail, source, params = {{name =, default =, doc =, kind =, choices =, required =}, ...}
-- @tparam table methods on_epoch_end and so on; init(self) after the options are read
-- @treturn function constructor; the options become fields of the callback
function M.class(name, about, methods)
  about.name = name
  M.about[name] = about
  local class = {__index = methods, __name = name}
  return function(options)
    local self = setmetatable(read(about, options), class)
    if methods.init then methods.init(self) end
    return self
  end
end

--- Prints a line, behind the bar that stands there.
function M.say(format, ...)
  core.write("\n" .. format:format(...) .. "\n")
end

--- Goes where the library's warnings go.
function M.warn(format, ...)
  warn("knn: " .. format:format(...))
end

--- The fewest digits that give the number back, as Python prints it.
function M.number(x)
  if math.type(x) == "integer" then return tostring(x) end
  if x ~= x then return "nan" end
  if x == math.huge or x == -math.huge then return x > 0 and "inf" or "-inf" end
  for digits = 1, 17 do
    local text = ("%." .. digits .. "g"):format(x)
    if tonumber(text) == x then
      local exponent = tonumber(text:match("e([-+]%d+)$") or 0)
      if exponent ~= 0 and exponent >= -4 and exponent < 16 then text = ("%.0f"):format(x) end
      return text:find("[.e]") and text or text .. ".0"
    end
  end
end

--- A log as the callbacks that watch one read it; nil, with a warning, if it is not there.
function M.watched(self, class, logs)
  local value = logs[self.monitor]
  if value ~= nil then return value end
  local names = {}
  for name in pairs(logs) do names[#names + 1] = name end
  table.sort(names)
  M.warn("%s: there is no log '%s' to watch (logs: %s)", class, self.monitor, table.concat(names, ", "))
end

--- Whether larger is better: by the mode, or by what the metric of that name is.
function M.larger_is_better(self, class)
  if self.mode ~= "auto" then return self.mode == "max" end
  local way = self.model:log_direction((self.monitor:gsub("^val_", "")))
  if not way then
    error(("%s: nobody knows whether '%s' should grow or fall; give mode = \"min\" or \"max\"")
            :format(class, self.monitor), 0)
  end
  return way == "max"
end

--- Whether a value is better than another (nil = nothing yet) by more than min_delta.
function M.improves(self, class, value, than)
  if self.grows == nil then self.grows = M.larger_is_better(self, class) end
  if than == nil then return true end
  local delta = math.abs(self.min_delta or 0)
  if self.grows then return value - delta > than end
  return value + delta < than
end

--- The options that these callbacks have in common.
function M.watching(more)
  local params = {
    {name = "monitor", default = "val_loss", doc = "Log to watch."},
    {name = "mode", default = "auto", choices = {"auto", "min", "max"},
      doc = "Whether it should fall or grow; auto: as the metric of that name."},
  }
  return table.move(more, 1, #more, #params + 1, params)
end

return M
