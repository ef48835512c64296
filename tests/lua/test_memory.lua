-- Tensors in a loop: the collector hears of the memory behind them.
local T = dofile "tests/lua/harness.lua"
local knn = require "knn"

local function kilobytes(field)
  local f = io.open("/proc/self/status")
  if not f then T.skip("no /proc here") end
  local text = f:read("a")
  f:close()
  return tonumber(text:match(field .. ":%s*(%d+) kB"))
end

-- A sanitizer keeps freed memory for a while, and refuses large sizes itself.
local function skip_if_sanitized()
  local f = io.open("/proc/self/maps")
  if not f then return end
  local text = f:read("a")
  f:close()
  if text:find("libasan", 1, true) then T.skip("memory is not measured under a sanitizer") end
end

T.test("3,000 temporary tensors of 1 MB stay below 100 MB", function()
  skip_if_sanitized()
  collectgarbage()
  local before, peak = kilobytes "VmRSS", 0
  for i = 1, 3000 do
    local t = knn.zeros(512, 512) + i
    if i % 100 == 0 then peak = math.max(peak, kilobytes "VmRSS") end
    T.ok(t)
  end
  T.ok(peak - before < 100 * 1024, ("grew by %d MB"):format((peak - before) // 1024))
end)

T.test("a window of 50 live tensors and a large Lua heap stay bounded", function()
  skip_if_sanitized()
  local heap = {}
  for i = 1, 200000 do heap[i] = {i} end
  collectgarbage()
  local before, peak, window = kilobytes "VmRSS", 0, {}
  for i = 1, 3000 do
    window[i % 50 + 1] = knn.ones(512, 512)
    if i % 100 == 0 then peak = math.max(peak, kilobytes "VmRSS") end
  end
  T.equal(#heap, 200000)
  T.ok(peak - before < 200 * 1024, ("grew by %d MB"):format((peak - before) // 1024))
end)

T.test("too much memory is an error, and the session goes on", function()
  skip_if_sanitized()
  T.raises("memory", knn.zeros, 1 << 40, 1 << 10)
  T.equal(knn.ones(2):sum():item(), 2.0)
end)

T.test("free gives the memory back at once", function()
  local before = knn.memory()
  local t = knn.zeros(1024, 1024)
  T.ok(knn.memory() - before >= 4 << 20)
  t:free()
  T.ok(knn.memory() - before < 1 << 20)
end)

T.run()
