--- Functions without a schema row, for help: the comments in front of their definitions, in the sources inside knn.
-- A comment begins with three dashes; its tags are those of LDoc. It belongs to the function that the next line
-- defines, or to the one that its tag @function names.
-- @module knn.docs
local core = require "knn.core"

local M = {}

-- The modules whose functions a user calls; the first that has a function gives the path that help shows.
local homes = {"knn", "knn.utils", "knn.datasets", "knn.config", "knn.applications"}

-- Those whose functions are made in a loop, and share the comment of their module.
local shared = {["knn.datasets"] = true, ["knn.applications"] = true}

-- The name, kind and arguments of what a line defines: "function M.csv(path)", "M.csv = core.load_csv".
local function definition(line)
  local owner, mark, name, arguments = line:match "^function ([%w_]+)([.:])([%w_]+)%((.*)%)"
  if name then
    local is_method = mark == ":" or owner == "methods"
    return {name = name, title = mark == ":" and owner .. ":" .. name or name, arguments = arguments,
      kind = is_method and "method" or "function", is_lua = true}
  end
  owner, name = line:match "^([%w_]+)%.([%w_]+) = "
  return name and {name = name, title = name, kind = owner == "methods" and "method" or "function"}
end

-- What the tag @function names, "Tensor:var".
local function named(title)
  return {name = title:match "[%w_]+$", title = title, kind = title:find ":" and "method" or "function"}
end

local readers = {}

function readers.tparam(about, options, text)
  local kind, name, doc = text:match "^(%S+)%s+(%S+)%s*(.*)$"
  if not kind then return end
  local default = options:match "opt=([^%]]*)"
  local need = default and ", default " .. default or options:find "opt" and ", optional" or ""
  about.params[#about.params + 1] = {name = name, text = ("(%s%s)"):format(kind, need), doc = doc}
end

function readers.param(about, options, text)
  local name, doc = text:match "^(%S+)%s*(.*)$"
  about.params[#about.params + 1] = {name = name, text = options:find "opt" and "(optional)" or "", doc = doc}
end

function readers.treturn(about, _, text) about.returns[#about.returns + 1] = text end
readers["return"] = readers.treturn

function readers.usage(about, _, text) about.example = text end
function readers.module(about, _, text) about.module = text end
readers["function"] = function(about, _, text) about.named = named(text) end

-- The lines of a comment, without their dashes, as {summary, params, returns, example, named, module}.
local function read(lines)
  local parts = {{}}
  for _, line in ipairs(lines) do
    if line:find "^%s*@" then parts[#parts + 1] = {} end
    table.insert(parts[#parts], line)
  end
  local about = {summary = table.concat(parts[1], "\n"), params = {}, returns = {}}
  for i = 2, #parts do
    local tag, options, text = table.concat(parts[i], "\n"):match "^%s*@(%l+)(%[?[^%]%s]*%]?)%s*(.*)$"
    if readers[tag] then readers[tag](about, options, text) end
  end
  return about
end

-- Calls add(about) for the module and every documented function of a source; chunk is its name as debug.getinfo
-- tells it.
local function scan(chunk, source, add)
  local number, comment = 0, nil
  local function close(line)
    local about = read(comment)
    local what = about.named or definition(line)
    comment = nil
    if about.module then add(about) end
    if not what then return end
    for key, value in pairs(what) do about[key] = value end
    local defined = definition(line)
    if defined and defined.is_lua then
      about.arguments = defined.arguments
      about.place = chunk .. ":" .. number
    end
    add(about)
  end
  for line in (source .. "\n\n"):gmatch "([^\n]*)\n" do
    number = number + 1
    local first, more = line:match "^%-%-%- ?(.*)$", line:match "^%-%- ?(.*)$"
    if comment and (first or not more) then close(first and "" or line) end
    if first then
      comment = {first}
    elseif comment then
      comment[#comment + 1] = more
    end
  end
end

-- Every function of the homes, a list of {name, path, value}; one function may have several names.
local function public_functions()
  local list = {}
  for _, path in ipairs(homes) do
    local home, names, sorted = require(path), {}, {}
    local meta = getmetatable(home)
    for name in pairs(home) do names[name] = true end
    for name in pairs(meta and meta.__methods or {}) do names[name] = true end
    for name in pairs(names) do sorted[#sorted + 1] = name end
    table.sort(sorted)
    for _, name in ipairs(sorted) do
      local value = home[name]
      if type(value) == "function" then list[#list + 1] = {name = name, path = path .. "." .. name, value = value} end
    end
  end
  return list
end

-- at: documented functions of Lua by place; named: others by name; modules by name; methods, public: lists.
local index

local function make_index()
  index = {at = {}, named = {}, modules = {}, methods = {}, public = public_functions()}
  for chunk, source in pairs(core.sources()) do
    scan(chunk, source, function(about)
      if about.module then
        index.modules[about.module] = about
      elseif about.place then
        index.at[about.place] = about
      elseif about.kind == "function" then
        index.named[about.name] = about
      end
      if about.kind == "method" then table.insert(index.methods, about) end
    end)
  end
  table.sort(index.methods, function(a, b) return a.title < b.title end)
end

local function about_function(f, name)
  local info = debug.getinfo(f, "S")
  if info.what == "C" then return name and index.named[name] end
  return index.at[info.source .. ":" .. info.linedefined]
end

local function text(about, path)
  local list = {}
  for i, p in ipairs(about.params) do list[i] = p.name end
  local arguments = about.arguments or table.concat(list, ", ")
  local lines = {("%s(%s) (%s)"):format(path or about.title, arguments, about.kind), about.summary}
  for _, p in ipairs(about.params) do
    local head = p.text == "" and p.name or p.name .. " " .. p.text
    lines[#lines + 1] = "  " .. (p.doc == "" and head or head .. ": " .. p.doc)
  end
  if #about.returns > 0 then lines[#lines + 1] = "Returns: " .. table.concat(about.returns, "; ") end
  if about.example then lines[#lines + 1] = "Example: " .. about.example end
  return table.concat(lines, "\n") .. "\n"
end

--- Every function and method with a comment: a list of {name, kind, summary's first line, help}.
function M.entries()
  if not index then make_index() end
  local list, seen = {}, {}
  local function add(name, about, path)
    list[#list + 1] = {name, about.kind, about.summary:match "[^\n]*", text(about, path)}
  end
  for _, public in ipairs(index.public) do
    local about = about_function(public.value, public.name)
    local key = about and public.name .. " " .. about.summary
    if about and not seen[key] then add(public.name, about, public.path) end
    if key then seen[key] = true end
  end
  for _, about in ipairs(index.methods) do add(about.name, about) end
  return list
end

local function describe_function(f)
  for _, public in ipairs(index.public) do
    local about = public.value == f and about_function(f, public.name)
    if about then return text(about, public.path) end
  end
  local about = about_function(f)
  return about and text(about)
end

local function describe_name(name)
  local texts = {}
  for _, entry in ipairs(M.entries()) do
    if entry[1] == name then texts[#texts + 1] = entry[4] end
  end
  return #texts > 0 and table.concat(texts, "\n") or nil
end

-- A function, by itself or by its name, that shares the comment of its module.
local function describe_shared(x)
  for _, public in ipairs(index.public) do
    local home = public.path:match "^(.*)%."
    if shared[home] and (public.value == x or public.name == x) then
      return ("%s(options) (function)\n%s\n"):format(public.path, index.modules[home].summary)
    end
  end
end

--- Help on a name or a function; nil if there is no comment.
function M.describe(x)
  if not index then make_index() end
  local words
  if type(x) == "function" then words = describe_function(x) else words = describe_name(x) end
  return words or describe_shared(x)
end

--- The summary of a module and a list of the names in it, which are functions; nil for another table.
function M.module(x)
  if not index then make_index() end
  for _, path in ipairs(homes) do
    if x == package.loaded[path] then
      local names = {}
      for _, public in ipairs(index.public) do
        if public.path == path .. "." .. public.name then names[#names + 1] = public.name end
      end
      return index.modules[path].summary, names
    end
  end
end

return M
