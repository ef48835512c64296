-- TAB: globals, fields, methods, files, modules; and no code of the user ever runs.
local T = dofile "tests/lua/harness.lua"
local session = dofile "tests/repl/session.lua"

local function prompt()
  if not session.run({"-v"}):find("readline", 1, true) then T.skip("built without readline") end
  return session.prompt()
end

local function completes(s, typed, expected)
  s:send(typed .. "\t")
  s:expect(expected)
  s:send "\3"
  s:expect "knn> "
end

T.test("globals, keywords, fields and methods", function()
  local s = prompt()
  completes(s, "tostr", "tostring(")
  completes(s, "x = math.flo", "math.floor(")
  completes(s, "fals", "false")
  s:eval "obj = setmetatable({own = 1}, {__index = {inherited = print}})"
  completes(s, "obj.ow", "obj.own")
  completes(s, "obj:inh", "obj:inherited(")
  s:eval "text = 'abc'"
  completes(s, "text:rev", "text:reverse(")
  s:eval "a = {b = {c = {deep_field = 1}}}"
  completes(s, "1 + a.b.c.dee", "a.b.c.deep_field")
end)

T.test("methods of userdata through __methods", function()
  local s = prompt()
  s:eval "debug.getmetatable(io.stdout).__methods = {only_here = print}"
  completes(s, "io.stdout:only", "io.stdout:only_here(")
end)

T.test("two TABs list", function()
  local s = prompt()
  s:send "string.b\t\t"
  s:expect "byte"
  s:send "\3"
  s:expect "knn> "
  s:send "table.\t\t"
  s:expect "concat"
  s:expect "unpack"
end)

T.test("file names and modules in strings", function()
  local s = prompt()
  completes(s, "f = io.open('tests/repl/sess", "tests/repl/session.lua")
  completes(s, "require 'corou", "require 'coroutine")
end)

T.test("options of the call, and the strings that they take", function()
  local s = prompt()
  completes(s, "l = knn.layers.Dense{64, kernel_init", "kernel_initializer=")
  completes(s, "l = knn.layers.Dense{64, kernel_initializer = 'glorot_u", "'glorot_uniform'")
  completes(s, "l = knn.layers.Conv2D{8, 3, padding='sa", "padding='same'")
  completes(s, "model:fit(x, y, {batch", "batch_size=")
  completes(s, "model:fit(x, f(1, '}'), {epochs = 3, validation_sp", "validation_split=")
  completes(s, "model:compile{loss = 'mean_absolute_p", "'mean_absolute_percentage_error'")
  completes(s, "knn.Sequential{knn.layers.Dense{units", "Dense{units=")
  completes(s, "t = {tostr", "{tostring(")
  completes(s, "knn.Sequential{tostr", "{tostring(")
  s:send "knn.layers.Dropout{\t\t"
  s:expect "noise_shape"
  s:expect "rate"
  s:send "\3"
  s:expect "knn> "
end)

T.test("names that have help behind ?", function()
  local s = prompt()
  completes(s, "?LearningRateSch", "?LearningRateScheduler")
  completes(s, "?tostr", "?tostring")
  completes(s, "?knn.layers.Den", "?knn.layers.Dense")
end)

T.test("TAB at the start of a line indents", function()
  local s = prompt()
  s:send "\t1 + 1\r"
  s:expect "\n2\n"
end)

T.test("no user code runs", function()
  local s = prompt()
  s:eval "function touch() touched = true end"
  s:eval "trap = setmetatable({}, {__index = touch, __pairs = touch, __len = touch})"
  s:send "trap.x\t\t\3"
  s:expect "^C"
  s:expect "knn> "
  s:send "trap.x.y\t\t\3"
  s:expect "^C"
  s:expect "knn> "
  T.equal(s:eval "touched", "nil")
end)

T.run()
