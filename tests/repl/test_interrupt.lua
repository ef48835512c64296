-- Ctrl-C: at the prompt, in Lua loops, behind pcall, in coroutines, in scripts.
local T = dofile "tests/lua/harness.lua"
local session = dofile "tests/repl/session.lua"
local sleep = session.pty.sleep

-- Runs code that never ends at a prompt, presses Ctrl-C, and checks that the session goes on.
local function break_out(s, code)
  s:line(code)
  s:expect(code)
  sleep(0.2)
  s:send "\3"
  s:expect("interrupted!", 3)
  s:expect "knn> "
  T.equal(s:eval "6 * 7", "42")
end

T.test("at the prompt it drops the line and goes on", function()
  local s = session.prompt()
  s:send "half a line"
  s:expect "half a line"
  s:send "\3"
  s:expect "^C"
  s:expect "knn> "
  T.equal(s:eval "1", "1")
  s:line "function f("
  s:expect "  .. "
  s:send "\3"
  s:expect "knn> "
  T.equal(s:eval "2", "2")
  for _ = 1, 5 do
    s:send "\3"
    s:expect "knn> "
  end
  T.equal(s:finish(), 0)
end)

T.test("at the prompt of a dumb terminal", function()
  local s = session.prompt({}, {env = {TERM = "dumb"}})
  s:send "abc"
  s:send "\3"
  s:expect "knn> "
  T.equal(s:eval "3", "3")
end)

T.test("in a loop", function() break_out(session.prompt(), "while true do end") end)

T.test("in a loop around pcall", function()
  break_out(session.prompt(), "while true do pcall(error) end")
end)

T.test("in pcalls within each other", function()
  local s = session.prompt()
  s:eval "function spin() while true do pcall(error) end end"
  break_out(s, "while true do pcall(pcall, spin) end")
end)

T.test("in coroutines within each other", function()
  local s = session.prompt()
  s:eval "function spin() while true do pcall(error) end end"
  s:eval "w = coroutine.wrap(function() coroutine.wrap(spin)() end)"
  break_out(s, "while true do pcall(w) end")
  break_out(s, "while true do coroutine.resume(coroutine.create(function() pcall(spin) end)) end")
  s:eval "trap = setmetatable({}, {__close = spin})"
  s:eval "co = coroutine.create(function() local x <close> = trap coroutine.yield() end)"
  s:eval "coroutine.resume(co)"
  break_out(s, "coroutine.close(co)")
end)

T.test("in a generator that yields", function()
  local s = session.prompt()
  s:eval "g = coroutine.wrap(function() while true do pcall(coroutine.yield) end end)"
  break_out(s, "while true do g() end")
end)

T.test("while a value is printed", function()
  break_out(session.prompt(), "setmetatable({}, {__tostring = function() while true do end end})")
end)

T.test("while io.read waits", function()
  local s = session.prompt()
  s:line "io.read()"
  sleep(0.2)
  s:send "\3"
  s:expect("knn> ", 3)
  T.equal(s:eval "4", "4")
end)

T.test("the hook leaves nothing behind", function()
  local s = session.prompt()
  break_out(s, "while true do end")
  T.equal(s:eval "debug.gethook()", "nil")
end)

T.test("a close handler may finish its work", function()
  local s = session.prompt()
  s:eval "function tidy() closed = 0 for i = 1, 50 do closed = closed + 1 end end"
  s:eval "guard = setmetatable({}, {__close = tidy})"
  break_out(s, "do local g <close> = guard while true do end end")
  T.equal(s:eval "closed", "50")
end)

T.test("fifty times in a row", function()
  local s = session.prompt()
  for i = 1, 50 do
    s:line "while true do pcall(error) end"
    sleep(0.001 * (i % 20))
    s:send "\3"
    s:expect("knn> ", 5)
  end
  T.equal(s:eval "5", "5")
end)

T.test("a second one leaves a call that does not listen, and the terminal as it was", function()
  local s = session.prompt()
  s:line "('a'):rep(40):find(('a*'):rep(40) .. 'b')"
  sleep(0.3)
  s:send "\3"
  sleep(0.4)
  s:send "\3"
  s:drain(5)
  T.equal(s.process:wait(5), 130)
end)

T.test("a script ends with 130", function()
  for _, code in ipairs{"while true do end", "while true do pcall(error) end",
      "coroutine.wrap(function() while true do pcall(error) end end)()"} do
    local s = session.start({"-e", code}, {pipe = true})
    sleep(0.3)
    s.process:signal(2)
    s:drain(5)
    T.ok(s.text:find("interrupted!", 1, true), s.text)
    T.equal(s.process:wait(5), 130)
  end
end)

T.test("coroutines behave as in stock Lua", function()
  local co = coroutine.create(function(a, b) local c = coroutine.yield(a + b) error({c}) end)
  local ok, sum = coroutine.resume(co, 1, 2)
  T.equal({ok, sum}, {true, 3})
  local failed, value = coroutine.resume(co, "x")
  T.equal({failed, value}, {false, {"x"}})
  T.equal({coroutine.resume(co)}, {false, "cannot resume dead coroutine"})
  T.equal({coroutine.resume(coroutine.running())},
    {false, "cannot resume non-suspended coroutine"})
  T.raises("(coroutine expected", coroutine.resume, 1)
  T.raises("boom", coroutine.wrap(function() error "boom" end))
  local closed
  local w = coroutine.wrap(function()
    local _ <close> = setmetatable({}, {__close = function() closed = true end})
    error("x", 0)
  end)
  T.raises("x", w)
  T.ok(closed, "wrap closes a failed coroutine")
  local open = coroutine.wrap(function() for i = 1, 3 do coroutine.yield(i) end end)
  T.equal({open(), open(), open()}, {1, 2, 3})
  local suspended = coroutine.create(function() coroutine.yield() end)
  coroutine.resume(suspended)
  T.equal(coroutine.close(suspended), true)
  local function nest(n) return n == 0 and 0 or 1 + coroutine.wrap(nest)(n - 1) end
  T.equal(nest(100), 100)
  T.raises("C stack overflow", nest, 100000)
end)

T.run()
