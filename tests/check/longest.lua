-- longest.lua - prints the 20 longest functions and files: a reason to look, not a verdict.
local sources = dofile "tests/check/sources.lua"

-- A C function starts on a line at the margin that opens a brace, and ends with a brace at the margin.
local function c_functions(path, add)
  local name, first
  local heading = ""
  sources.each_line(sources.code(sources.read(path)), function(number, line)
    if name then
      if line:find("^}") then add(number - first + 1, path .. ":" .. first .. " " .. name) name = nil end
      return
    end
    heading = line:find("^[%a_]") and line or heading .. line
    if line:find("{%s*$") then
      name = heading:match("([%w_]+)%s*%b()%s*{%s*$")
      first = number
    end
    if line:find("[;}]%s*$") then heading = "" end
  end)
end

local function print_top(title, rows)
  table.sort(rows, function(a, b) return a[1] > b[1] end)
  print(title)
  for i = 1, math.min(20, #rows) do print(string.format("%6d  %s", rows[i][1], rows[i][2])) end
end

local functions, files = {}, {}
for _, folder in ipairs{"nn", "interp", "stdlib", "tests"} do
  for _, path in ipairs(sources.files(folder, "%.[chl][ua]?a?$")) do
    if not path:find("/data/") then
      files[#files + 1] = {select(2, sources.read(path):gsub("\n", "")), path}
    end
    if path:find("%.c$") then
      c_functions(path, function(lines, where) functions[#functions + 1] = {lines, where} end)
    end
  end
end
print_top("longest functions (lines, place)", functions)
print_top("longest files (lines, path)", files)
