-- The module as a guest: no globals, no output, stock Lua, several states, freed objects.
local T = dofile "tests/lua/harness.lua"

local build = os.getenv("KNN_BUILD_DIR") or "build"

local function quoted(s) return "'" .. s:gsub("'", "'\\''") .. "'" end

-- Runs code in Debian's interpreter; returns what it printed and whether it ended well.
local function stock(code)
  local lua = io.popen("command -v lua5.4", "r")
  local path = lua:read("l")
  lua:close()
  if not path then T.skip("lua5.4 is not installed") end
  local so = io.open(build .. "/lib/lua/5.4/knn.so", "rb")
  if not so then T.skip("the module is not built") end
  so:close()
  local f = io.popen(("LUA_CPATH=%s %s -e %s 2>&1; echo status $?"):format(quoted(build .. "/lib/lua/5.4/?.so"), path, quoted(code)))
  local out = f:read("a")
  f:close()
  return out:match("^(.*)status (%d+)\n$")
end

local function sanitized()
  return (stock("print(1)")) ~= nil and (stock('require "knn"')):find("ASan runtime", 1, true)
end

local function run_stock(code)
  if sanitized() then T.skip("a sanitized module does not load into a plain program") end
  local out, status = stock(code)
  T.equal(status, "0", out)
  return out
end

T.test("requiring sets no globals and prints nothing", function()
  local before = {}
  for k in pairs(_G) do before[k] = true end
  local knn = require "knn"
  local _ = knn.callbacks, knn.datasets, knn.utils, knn.help
  for k in pairs(_G) do T.ok(before[k] or k == "knn", "new global " .. tostring(k)) end
end)

T.test("a stock lua5.4 trains, silently", function()
  local out = run_stock [[
    local n = 0; for _ in pairs(_G) do n = n + 1 end
    local knn = require "knn"
    for _ in pairs(_G) do n = n - 1 end
    assert(n == 0, "globals changed")
    local m = knn.Sequential{knn.layers.Dense{1, input_shape = {2}}}
    m:compile{loss = "mse", optimizer = "sgd"}
    m:fit(knn.rand(32, 2), knn.rand(32, 1), {epochs = 2})
    m:evaluate(knn.rand(8, 2), knn.rand(8, 1))
    m:predict(knn.rand(8, 2))
  ]]
  T.equal(out, "")
end)

T.test("closing a state with everything alive is clean", function()
  run_stock [[
    local knn = require "knn"
    keep = {}
    local Twice = knn.layer("Twice", {call = function(_, x) return x * 2 end})
    for i = 1, 3 do
      local m = knn.Sequential{knn.layers.Dense{4, input_shape = {2}}, Twice{}}
      m:compile{loss = function(a, b) return (a - b) ^ 2 end}
      m:fit(knn.rand(8, 2), knn.rand(8, 4), {verbose = 0})
      keep[i] = m
      keep[-i] = m.layers
      keep[#keep + 10 * i] = setmetatable({}, {__gc = function() pcall(function() return knn.ones(2) + 1 end) end})
    end
  ]]
end)

T.test("names that are loaded later can be completed", function()
  local knn = require "knn"
  T.ok(getmetatable(knn).__methods.datasets)
  T.ok(type(knn.to_categorical) == "function")
  T.equal(knn.no_such_name, nil)
end)

T.test("the clock goes forward and the machine has limits", function()
  local knn = require "knn"
  local start = knn.clock()
  local flops, bytes = knn.machine()
  T.ok(knn.clock() > start)
  T.ok(flops > 1e8 and bytes > 1e7)
end)

T.run()
