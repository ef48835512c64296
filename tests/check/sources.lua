-- sources.lua - what the checks share: the project's files and C text without comments and strings.
local M = {}

--- Paths of the project's files under a folder, sorted; build outputs and git's own are left out.
function M.files(folder, pattern)
  local pipe = assert(io.popen("find " .. folder .. " -type f -not -path './build*' -not -path './.git*'"))
  local list = {}
  for path in pipe:lines() do
    if path:find(pattern or ".") then list[#list + 1] = path end
  end
  pipe:close()
  table.sort(list)
  return list
end

function M.read(path)
  local f = assert(io.open(path, "rb"))
  local text = f:read("a")
  f:close()
  return text
end

-- Blanks keep the line numbers.
local function blank(text) return (text:gsub("[^\n]", " ")) end

--- C code with comments and the insides of literals blanked; lines stay where they are.
function M.code(text)
  local out, at = {}, 1
  while true do
    local start = text:find("[/\"']", at)
    if not start then break end
    out[#out + 1] = text:sub(at, start - 1)
    local two, last = text:sub(start, start + 1), start
    if two == "/*" then
      last = select(2, text:find("*/", start + 2, true)) or #text
      out[#out + 1] = blank(text:sub(start, last))
    elseif two == "//" then
      last = (text:find("\n", start, true) or #text + 1) - 1
      out[#out + 1] = blank(text:sub(start, last))
    elseif text:sub(start, start) == "/" then
      out[#out + 1] = "/"
    else
      local quote = text:sub(start, start)
      while last < #text do
        last = last + 1
        local c = text:sub(last, last)
        if c == quote then break end
        if c == "\\" then last = last + 1 end
      end
      out[#out + 1] = quote .. blank(text:sub(start + 1, last - 1)) .. quote
    end
    at = last + 1
  end
  out[#out + 1] = text:sub(at)
  return table.concat(out)
end

--- Calls visit(line_number, line) for each line of a text.
function M.each_line(text, visit)
  local number = 0
  for line in (text .. "\n"):gmatch("(.-)\n") do
    number = number + 1
    visit(number, line)
  end
end

return M
