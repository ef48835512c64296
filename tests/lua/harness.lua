-- harness.lua - a small test harness. A test file starts and ends like this, and runs from the root:
--   local T = dofile "tests/lua/harness.lua"
--   T.test("name", function() T.equal(1 + 1, 2) end)
--   T.run()
-- `knn tests/lua/test_x.lua PATTERN` runs only the tests whose name holds PATTERN (plain text).
-- Prints one line per test and a last line `file: N passed, N failed, N skipped`; exits 1 on failure.

local T = {}
local tests = {}
local prefix = ""
local SKIP = {}

--- Registers one test; it runs in `T.run`.
function T.test(name, fn)
  tests[#tests + 1] = {name = prefix .. name, fn = fn}
end

--- Groups tests: their names start with the group's.
function T.describe(name, fn)
  local outer = prefix
  prefix = outer .. name .. ": "
  fn()
  prefix = outer
end

--- Leaves the running test; it counts as skipped, and the reason is printed.
function T.skip(reason)
  error(setmetatable({reason = reason or "no reason given"}, SKIP), 0)
end

local function show(v)
  if type(v) == "string" then return string.format("%q", v) end
  if type(v) ~= "table" then return tostring(v) end
  local keys, parts = {}, {}
  for k in pairs(v) do keys[#keys + 1] = k end
  table.sort(keys, function(a, b) return tostring(a) < tostring(b) end)
  for i, k in ipairs(keys) do
    if i > 20 then parts[i] = "..." break end
    parts[i] = (math.type(k) == "integer" and "" or tostring(k) .. " = ") .. show(v[k])
  end
  return "{" .. table.concat(parts, ", ") .. "}"
end

local function fail(text, message)
  error((message and message .. ": " or "") .. text, 3)
end

-- A tensor is compared by its elements.
local function plain(v)
  if type(v) == "userdata" and v.totable then return v:totable() end
  return v
end

-- First difference between two values as "path: a, b", or nil. `same` compares two leaves.
local function difference(a, b, same, path)
  if type(a) == "table" and type(b) == "table" then
    for k, x in pairs(a) do
      local d = difference(x, b[k], same, path .. "[" .. tostring(k) .. "]")
      if d then return d end
    end
    for k, y in pairs(b) do
      if a[k] == nil then return path .. "[" .. tostring(k) .. "]: nil, " .. show(y) end
    end
    return nil
  end
  if same(a, b) then return nil end
  return (path == "" and "" or path .. ": ") .. "got " .. show(a) .. ", expected " .. show(b)
end

--- Fails unless `value` is neither nil nor false; returns it.
function T.ok(value, message)
  if not value then fail("got " .. tostring(value), message) end
  return value
end

--- Fails unless the values are equal; tables and tensors are compared element by element.
function T.equal(got, expected, message)
  local d = difference(plain(got), plain(expected), rawequal, "")
  if d then fail(d, message) end
end

--- Fails unless numbers (in tables or tensors too) agree: |got - expected| <= tol * max(1, |expected|).
-- NaN agrees with NaN, infinities with themselves. Default of tol: 1e-6.
function T.near(got, expected, tol, message)
  tol = tol or 1e-6
  local function close(a, b)
    if type(a) ~= "number" or type(b) ~= "number" then return rawequal(a, b) end
    if a == b or (a ~= a and b ~= b) then return true end
    local allowed = tol * math.max(1, math.abs(b))
    return allowed < math.huge and math.abs(a - b) <= allowed
  end
  local d = difference(plain(got), plain(expected), close, "")
  if d then fail(d .. " (tolerance " .. tol .. ")", message) end
end

--- Fails unless fn(...) raises an error whose text holds `text` (plain; or a Lua pattern that starts
-- with ^). Returns the whole message.
function T.raises(text, fn, ...)
  local ok, err = pcall(fn, ...)
  if ok then fail("no error, expected one with " .. show(text)) end
  if getmetatable(err) == SKIP then error(err, 0) end
  local message = tostring(err)
  if not message:find(text, 1, text:sub(1, 1) ~= "^") then
    fail("the error is " .. show(message) .. ", expected " .. show(text))
  end
  return message
end

local function readable(path)
  local f = io.open(path, "rb")
  if f then f:close() end
  return f ~= nil
end

--- Path of a file under a folder of test data: the folder is the environment variable `variable`, or
-- else `fallback`. Skips the test when the file is absent.
local function data_file(variable, fallback, path)
  local file = (os.getenv(variable) or fallback) .. "/" .. path
  if not readable(file) then T.skip(file .. " is not there (set " .. variable .. ")") end
  return file
end

function T.dataset(path) return data_file("KNN_DATASETS", "../shared/data", path) end
function T.corpus(path) return data_file("KNN_CORPORA", "../shared/corpora", path) end

local function run_one(t)
  local ok, err = xpcall(t.fn, function(e)
    if getmetatable(e) == SKIP then return e end
    return debug.traceback(tostring(e), 2)
  end)
  -- What a test leaves behind must be collectable before the next one starts.
  collectgarbage()
  collectgarbage()
  if ok then return "passed" end
  if getmetatable(err) == SKIP then return "skipped", err.reason end
  return "failed", err
end

--- Runs the registered tests, prints the sums and ends the program.
function T.run()
  local only = arg and arg[1]
  local file = (arg and arg[0] or "tests"):match("([^/]+)%.lua$") or "tests"
  local count = {passed = 0, failed = 0, skipped = 0}
  for _, t in ipairs(tests) do
    if not only or t.name:find(only, 1, true) then
      local state, text = run_one(t)
      count[state] = count[state] + 1
      local word = {passed = "ok", failed = "not ok", skipped = "skipped"}
      print(word[state] .. " - " .. t.name .. (state == "skipped" and " # " .. text or ""))
      if state == "failed" then print((text:gsub("^", "# "):gsub("\n", "\n# "))) end
    end
  end
  print(string.format("%s: %d passed, %d failed, %d skipped", file, count.passed, count.failed,
                      count.skipped))
  io.stdout:flush()
  -- Closing the state runs every finalizer, so that the leak checker sees what is really lost.
  os.exit(count.failed == 0 and #tests > 0, true)
end

return T
