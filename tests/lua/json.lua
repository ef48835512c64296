-- json.lua - reads JSON text, as far as test data needs it: null is json.null, arrays are lists.
local json = {null = setmetatable({}, {__tostring = function() return "null" end})}

local escapes = {n = "\n", t = "\t", r = "\r", b = "\b", f = "\f"}
local words = {["true"] = true, ["false"] = false, null = json.null,
               NaN = 0 / 0, Infinity = math.huge, ["-Infinity"] = -math.huge}
local value

local function space(text, at)
  return text:find("[^%s]", at) or #text + 1
end

local function string_at(text, at)
  local stop = at + 1
  while true do
    stop = assert(text:find('["\\]', stop), "a string does not end")
    if text:sub(stop, stop) == '"' then break end
    stop = stop + 2
  end
  local body = text:sub(at + 1, stop - 1)
  body = body:gsub("\\u(%x%x%x%x)", function(code) return utf8.char(tonumber(code, 16)) end)
  return body:gsub("\\(.)", function(c) return escapes[c] or c end), stop + 1
end

-- A list or a dict: `member` reads one and puts it into `out`.
local function container(text, at, close, member)
  local out = {}
  at = space(text, at + 1)
  while text:sub(at, at) ~= close do
    at = space(text, member(out, at))
    if text:sub(at, at) == "," then at = space(text, at + 1) end
  end
  return out, at + 1
end

function value(text, at)
  at = space(text, at)
  local c = text:sub(at, at)
  if c == '"' then return string_at(text, at) end
  if c == "[" then
    return container(text, at, "]", function(out, here)
      local item, after = value(text, here)
      out[#out + 1] = item
      return after
    end)
  end
  if c == "{" then
    return container(text, at, "}", function(out, here)
      local key, after = string_at(text, here)
      out[key], after = value(text, space(text, after) + 1)
      return after
    end)
  end
  local word = text:match("^[%w.+-]+", at)
  local found = words[word]
  if found == nil then found = tonumber(word) end
  assert(found ~= nil, "not JSON: " .. text:sub(at, at + 20))
  return found, at + #word
end

function json.parse(text)
  return (value(text, 1))
end

return json
