-- Ctrl-C while a model trains: the session keeps the history so far and the model.
local T = dofile "tests/lua/harness.lua"
local session = dofile "tests/repl/session.lua"
local sleep = session.pty.sleep

local function trainer()
  local s = session.prompt()
  s:eval "m = knn.Sequential{knn.layers.Dense{64, input_shape = {32}}, knn.layers.Dense{1}}"
  s:eval "m:compile{loss = 'mse'}"
  s:eval "x, y = knn.rand(20000, 32), knn.rand(20000, 1)"
  return s
end

local function interrupt(s, code)
  s:line(code)
  s:expect(code)
  sleep(0.5)
  s:send "\3"
end

T.test("between batches it returns the history", function()
  local s = trainer()
  interrupt(s, "h = m:fit(x, y, {epochs = 100000, verbose = 0})")
  s:expect("knn> ", 3)
  T.equal(s:eval "h.interrupted", "true")
  T.equal(s:eval "#m:fit(x, y, {epochs = 2, verbose = 0}).epoch", "2")
  T.equal(s:eval "#m:predict(x, {verbose = 0})", "20000")
  s:finish()
end)

T.test("inside a Lua callback it is the same", function()
  local s = trainer()
  s:eval "spin = {on_epoch_end = function() while true do pcall(error) end end}"
  interrupt(s, "h = m:fit(x, y, {epochs = 3, verbose = 0, callbacks = {spin}})")
  s:expect("knn> ", 3)
  T.equal(s:eval "h.interrupted", "true")
  T.equal(s:eval "6 * 7", "42")
  s:finish()
end)

T.test("with the bar drawn", function()
  local s = trainer()
  interrupt(s, "h = m:fit(x, y, {epochs = 100000})")
  s:expect("\nknn> ", 3) -- the bar's line has ended
  T.equal(s:eval "h.interrupted", "true")
  s:finish()
end)

T.test("evaluate and predict stop with an error", function()
  local s = trainer()
  interrupt(s, "while true do m:predict(x, {verbose = 0}) end")
  s:expect("interrupted!", 3)
  s:expect "knn> "
  T.equal(s:eval "6 * 7", "42")
  s:finish()
end)

T.run()
