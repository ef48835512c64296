--- Data sets by name: `knn.datasets.mnist()` gives x_train, y_train, x_test, y_test as Keras does.
-- Order of search: option `dirs`, the folders named by the environment variable KNN_DATASETS (separated by `:`), `data`
-- and `../shared/data` beside the script and the current folder, the user's cache; else the set is downloaded into the
-- cache ($XDG_CACHE_HOME/knn or ~/.cache/knn).
-- @module knn.datasets
local core = require "knn.core"

local M = {}

local function add(list, path)
  if path and path ~= "" then list[#list + 1] = path end
end

-- Folder of the running script, "." when there is none.
local function script_folder()
  local script = type(arg) == "table" and type(arg[0]) == "string" and arg[0] or ""
  return script:match("^(.*)/[^/]*$") or "."
end

local function search_dirs(dirs)
  local list = {}
  for _, dir in ipairs(dirs or {}) do add(list, dir) end
  for dir in (os.getenv("KNN_DATASETS") or ""):gmatch("[^:]+") do add(list, dir) end
  local here = script_folder()
  for _, dir in ipairs {"data", "../shared/data"} do
    add(list, dir)
    if here ~= "." then
      add(list, here .. "/" .. dir)
      add(list, here .. "/../" .. dir)
    end
  end
  return list
end

local function cache_dir()
  local base = os.getenv("XDG_CACHE_HOME")
  if base and base:sub(1, 1) == "/" then return base .. "/knn" end
  local home = os.getenv("HOME")
  return home and home ~= "" and home .. "/.cache/knn" or nil
end

-- One line that is drawn again while a file arrives; silent in a foreign program.
local function progress()
  local host = core.host()
  if not host then return nil end
  local last
  return function(file, bytes, total)
    if host.tty then
      local percent = total > 0 and (" %3d %%"):format(bytes * 100 // total) or ""
      core.write(("\r%s: %.1f MB%s"):format(file, bytes / 1e6, percent))
      if total > 0 and bytes >= total then core.write("\n") end
    elseif last ~= file then
      core.write(("downloading %s\n"):format(file))
    end
    last = file
  end
end

local known = {dirs = true, cache = true, offline = true, full = true, mirrors = true, proxy = true, ca_file = true}

local function load(name, options)
  options = options or {}
  local o = {progress = progress()}
  for key, value in pairs(options) do
    if not known[key] then
      error(("datasets.%s: unknown option '%s' (known: cache, ca_file, dirs, full, mirrors, offline, proxy)")
              :format(name, tostring(key)), 3)
    end
    o[key] = value
  end
  o.dirs = search_dirs(options.dirs)
  if o.cache == nil then o.cache = cache_dir() end
  if o.cache == false then o.cache = nil end
  if not o.proxy then o.proxy = os.getenv("https_proxy") or os.getenv("HTTPS_PROXY") end
  local x_train, y_train, x_test, y_test = core.load_dataset(name, o)
  if not x_train then error(y_train, 3) end -- nil, message
  if not x_test then return x_train, y_train end
  return x_train, y_train, x_test, y_test
end

for _, name in ipairs(core.dataset_names()) do
  M[name] = function(options) return load(name, options) end
end

--- Path of a file in the folders where sets are looked for; raises, with these folders, when it is in none of them.
-- @tparam string name  "tabular/wine.csv"
function M.file(name)
  local dirs = search_dirs()
  for _, dir in ipairs(dirs) do
    local file = io.open(dir .. "/" .. name, "rb")
    if file then
      file:close()
      return dir .. "/" .. name
    end
  end
  error(("datasets.file: %s is in none of the folders %s; set KNN_DATASETS or give a path"):format(name,
    table.concat(dirs, ", ")), 2)
end

--- Shapes, origin and licence of a set, and its class names in label order.
-- @function about
-- @tparam string name
M.about = core.dataset_about

--- Class names: entry i is label i - 1.
-- @tparam string name
function M.class_names(name)
  local _, names = core.dataset_about(name)
  return names
end

--- Names of the sets.
-- @function names
M.names = core.dataset_names

return M
