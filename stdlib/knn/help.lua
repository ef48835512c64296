--- Help from the schema: `knn.help "Dense"` prints what a class or op is, its options and an example; `?Dense` at
-- the prompt does the same, and `apropos "pooling"` lists what speaks of a word.
-- @module knn.help
local core = require "knn.core"

local M = {}

local first_page = [[
knn: neural networks with the names, defaults and numbers of Keras 3.
  ?Dense  Dense?  help "Dense"   what a class, an op or a method does, its options and an example
  ?model.fit                     the same for what a variable holds
  ?knn.layers                    the names in a table
  apropos "pooling"              every name whose help speaks of a word
  help "keras"  help "torch"     names and habits for those who come from there
  :help                          the prompt's own commands
TAB completes names. A first network, which learns to add three numbers:
  x = knn.randn{256, 3}; y = x:sum(-1)
  model = knn.Sequential{knn.layers.Dense{16, activation = "relu"}, knn.layers.Dense{1}}
  model:compile{optimizer = "adam", loss = "mse"}
  model:fit(x, y, {epochs = 20, verbose = 0})
  model:predict(x[{{1, 5}}])
]]

-- The tables of constructors and their families.
local tables = {ops = "op", layers = "layer", activations = "activation", initializers = "initializer",
  regularizers = "regularizer", constraints = "constraint", losses = "loss", metrics = "metric",
  optimizers = "optimizer", schedules = "schedule"}

local methods = getmetatable(core.zeros(1)).__methods

-- Functions of the constructor tables, and methods of tensors, back to their classes. A short name, t.eq, is the same
-- function as the op's own.
local function find_function(f)
  local function among(list, family)
    for key, value in pairs(list) do
      local schema = value == f and core.schema(family, key)
      if schema then return schema end
    end
  end
  for name, family in pairs(tables) do
    local schema = among(core[name], family)
    if schema then return schema end
  end
  return among(methods, "op")
end

-- All that a name stands for: a loss and a metric may share theirs.
local function find_name(name)
  local found, exact = {}, {}
  for _, family in ipairs(core.families()) do
    local schema = core.schema(family, name)
    found[#found + 1] = schema
    if schema and schema.name == name then exact[#exact + 1] = schema end
  end
  if #found == 0 and methods[name] then return {find_function(methods[name])} end
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

-- A table of constructors: the names in it. knn itself: the first page.
local function table_text(x)
  if x == require "knn" then return first_page end
  for name, family in pairs(tables) do
    if x == core[name] then return ("Names of knn.%s:\n%s\n"):format(name, wrap(core.classes(family))) end
  end
  local summary, names = require "knn.docs".module(x)
  if summary then return ("%s\nIts functions:\n%s\n"):format(summary, wrap(names)) end
end

-- What is known about a name, function, object or table; nil if nothing is.
local function describe(x)
  local found = {}
  if type(x) == "string" then
    local page = require "knn.pages"[x:lower()]
    if page then return page end
    found = find_name(x)
  elseif type(x) == "function" then
    found = {find_function(x)}
  elseif type(x) == "userdata" and core.object_kind(x) then
    found = {core.schema(core.object_kind(x), x.class_name)}
  end
  local texts = {}
  for i, schema in ipairs(found) do texts[i] = text(schema) end
  if #texts > 0 then return table.concat(texts, "\n") end
  return x == core.ops and ops_text() or composed_text(x) or callback_text(x) or callbacks_text(x) or dataset_text(x)
    or table_text(x) or (type(x) == "string" or type(x) == "function") and require "knn.docs".describe(x) or nil
end

-- Every name that help knows: a list of {name, family, summary, all its words}.
local function entries()
  local list = {}
  local function add(name, family, summary, words) list[#list + 1] = {name, family, summary, words} end
  for _, family in ipairs(core.families()) do
    for _, name in ipairs(core.classes(family)) do
      local schema = core.schema(family, name)
      add(name, family, schema.summary, text(schema))
    end
  end
  for name, about in pairs(require "knn.ops".about) do
    add(name, "op", about.summary, name .. " " .. about.summary)
  end
  for name in pairs(getmetatable(require "knn.callbacks").__methods) do
    local words = callback_text(name)
    add(name, "callback", words:match "\n([^\n]*)", words)
  end
  for _, entry in ipairs(require "knn.docs".entries()) do list[#list + 1] = entry end
  for name, page in pairs(require "knn.pages") do add(name, "page", page:match "[^\n]*", page) end
  add("Dataset", "class", require "knn.dataset".summary, dataset_text "Dataset")
  table.sort(list, function(a, b) return a[1] < b[1] or a[1] == b[1] and a[2] < b[2] end)
  return list
end

-- Edit distance without regard to case: insert, delete and replace cost 1.
local function distance(a, b)
  a, b = a:lower(), b:lower()
  local row = {}
  for j = 0, #b do row[j] = j end
  for i = 1, #a do
    local diagonal = row[0]
    row[0] = i
    for j = 1, #b do
      local replaced = diagonal + (a:byte(i) == b:byte(j) and 0 or 1)
      diagonal = row[j]
      row[j] = math.min(replaced, row[j] + 1, row[j - 1] + 1)
    end
  end
  return row[#b]
end

local function unknown(name)
  local near, seen = {}, {}
  for _, entry in ipairs(entries()) do
    local other = entry[1]
    if not seen[other] then near[#near + 1] = {distance(name, other), other} end
    seen[other] = true
  end
  table.sort(near, function(a, b) return a[1] < b[1] or a[1] == b[1] and a[2] < b[2] end)
  return ("help: nothing is known about '%s'; the nearest names are %s, %s and %s; try apropos \"%s\"")
    :format(name, near[1][2], near[2][2], near[3][2], name)
end

--- Prints help on a name, a constructor, an op or an object; without an argument a first page.
-- @param x name, function or object
function M.help(...)
  local x = ...
  local words = select("#", ...) == 0 and first_page or describe(x)
  if not words then
    error(type(x) == "string" and unknown(x) or "help: nothing is known about " .. tostring(x), 2)
  end
  core.write(words)
end

--- Prints a line for every name whose help speaks of a word.
-- @param word plain text, in any case
function M.apropos(word)
  if type(word) ~= "string" or word == "" then
    error('apropos: a word expected, as in apropos "pooling"', 2)
  end
  local lines = {}
  for _, entry in ipairs(entries()) do
    if entry[4]:lower():find(word:lower(), 1, true) then
      lines[#lines + 1] = ("  %s (%s): %s"):format(entry[1], entry[2], entry[3])
    end
  end
  if #lines == 0 then lines[1] = ("apropos: no help speaks of '%s'"):format(word) end
  core.write(table.concat(lines, "\n") .. "\n")
end

local function snake_case(name)
  return (name:gsub("(%l)(%u)", "%1_%2"):gsub("(%u)(%u%l)", "%1_%2"):lower())
end

-- The families of options that take names of several kinds.
local named = {loss = "loss", metrics = "metric", weighted_metrics = "metric"}

-- The strings that an option takes, short names such as glorot_uniform where there are such.
local function strings(p)
  if p.choices then return p.choices end
  local family, list = p.family or named[p.name], {}
  for i, name in ipairs(family and core.classes(family) or {}) do
    local short = snake_case(name)
    list[i] = core.schema(family, short) and short or name
  end
  return list
end

--- For completion: the options of a class or method; with a key the strings that this option takes.
function M.options(name, key)
  local list = {}
  for _, schema in ipairs(find_name(name)) do
    for _, p in ipairs(schema.params) do
      if p.name == key then return strings(p) end
      if not key then list[#list + 1] = p.name end
    end
  end
  return list
end

--- For completion: every name that help knows.
function M.names()
  local list = entries()
  for i, entry in ipairs(list) do list[i] = entry[1] end
  return list
end

-- The value of a path such as knn.layers.Dense or model:fit, from the globals; nil if there is none.
local function follow(path)
  local value = _G
  for name in path:gmatch "[^.:]+" do
    local ok, field = pcall(function() return value[name] end)
    if not ok or field == nil then return nil end
    value = field
  end
  return value
end

-- Lua's own globals, which its manual tells about.
local of_lua = [[ assert collectgarbage coroutine debug dofile error getmetatable io ipairs load loadfile math next os
 package pairs pcall print rawequal rawget rawlen rawset require select setmetatable string table tonumber tostring
 type utf8 warn xpcall ]]

local function lua_text(path, value)
  if not of_lua:find("%s" .. path:match "^%w*" .. "%s") then return nil end
  return ("%s: a %s of Lua, https://www.lua.org/manual/5.4/manual.html#pdf-%s\n"):format(path, type(value), path)
end

local function value_text(path, value)
  return type(value) ~= "string" and describe(value) or lua_text(path, value)
end

--- What `?path` prints: help on the value that the path holds, else on its last name.
-- @param path "" for the first page
function M.ask(path)
  if path == "" then return core.write(first_page) end
  local value, name = follow(path), path:match "[%w_]+$" or path
  local words = value ~= nil and value_text(path, value) or describe(name)
  if not words and value ~= nil then words = ("%s: a %s\n"):format(path, type(value)) end
  if not words then error(unknown(name), 0) end
  core.write(words)
end

return M
