-- Flat JSON: objects from names to numbers, texts and booleans. What callbacks write down.
local M = {}

local escapes = {['"'] = '\\"', ["\\"] = "\\\\", ["\n"] = "\\n", ["\r"] = "\\r", ["\t"] = "\\t"}

local function quote(text)
  return '"' .. text:gsub('[%c"\\]', function(c) return escapes[c] or ("\\u%04x"):format(c:byte()) end) .. '"'
end

-- Doubles come back as they were; what JSON has no number for is null.
local function encode_value(value)
  if type(value) == "string" then return quote(value) end
  if math.type(value) == "float" then
    if value ~= value or math.abs(value) == math.huge then return "null" end
    return ("%.17g"):format(value):gsub("^(-?%d+)$", "%1.0")
  end
  return tostring(value)
end

--- The fields of a table in alphabetical order.
function M.encode(record)
  local names = {}
  for name in pairs(record) do names[#names + 1] = name end
  table.sort(names)
  local parts = {}
  for i, name in ipairs(names) do parts[i] = quote(name) .. ": " .. (encode_value(record[name])) end
  return "{" .. table.concat(parts, ", ") .. "}"
end

local unescapes = {n = "\n", r = "\r", t = "\t"}

-- The text in quotes at a place, and where it ends; nil if it does not.
local function read_text(text, at)
  local parts = {}
  if text:sub(at, at) ~= '"' then return nil end
  at = at + 1
  while at <= #text do
    local c, code = text:sub(at, at), text:match("^\\u(%x%x%x%x)", at)
    if c == '"' then return table.concat(parts), at + 1 end
    if code then
      c, at = utf8.char(tonumber(code, 16)), at + 6
    elseif c == "\\" then
      c, at = text:sub(at + 1, at + 1), at + 2
      c = unescapes[c] or c
    else
      at = at + 1
    end
    parts[#parts + 1] = c
  end
end

local words = {["true"] = true, ["false"] = false}

-- Text, number, true or false, and where it ends.
local function read_value(text, at)
  local value, after = read_text(text, at)
  if value then return value, after end
  value, after = text:match("^([%w%.+-]+)()", at)
  if not value or words[value] ~= nil then return words[value], after end
  return tonumber(value), after
end

--- A table from such text; nil if it is none.
function M.decode(text)
  local record, at = {}, text:match("^%s*{%s*()")
  while at and text:sub(at, at) ~= "}" do
    local name, after = read_text(text, at)
    local value_at = name and text:match("^%s*:%s*()", after)
    if not value_at then return nil end
    record[name], after = read_value(text, value_at)
    at = after and text:match("^%s*,?%s*()", after)
  end
  return at and record
end

return M
