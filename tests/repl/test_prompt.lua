-- The prompt in a pseudo-terminal: values, multi-line input, locals, errors, commands.
local T = dofile "tests/lua/harness.lua"
local session = dofile "tests/repl/session.lua"

T.test("banner, prompt and Ctrl-D", function()
  local s = session.start({"--no-rc"})
  s:expect "knn "
  s:expect "Lua 5.4"
  s:expect "knn> "
  T.equal(s:finish(), 0)
end)

T.test("expressions print their values", function()
  local s = session.prompt()
  T.equal(s:eval "1 + 1", "2")
  T.equal(s:eval "nil", "nil")
  T.equal(s:eval "1, 'a', true", '1\t"a"\ttrue')
  T.equal(s:eval "'a\\n\"b\"'", '"a\\n\\"b\\""')
  T.equal(s:eval "print(7)", "7")
  T.equal(s:eval "x = 3", "")
  T.equal(s:eval "x;", "")
  T.equal(s:eval "x -- a comment", "3")
  T.equal(s:eval "return x, x", "3\t3")
  T.equal(s:finish(), 0)
end)

T.test("tables are sorted, bounded, and their cycles marked", function()
  local s = session.prompt()
  T.equal(s:eval "{3, 1, b = 2, a = {c = 1}, [10] = 'z', ['end'] = 0}",
    '{3, 1, [10] = "z", a = {c = 1}, b = 2, ["end"] = 0}')
  T.equal(s:eval "t = {1}; t.self = t", "")
  T.equal(s:eval "t", "{1, self = {<cycle>}}")
  T.equal(s:eval "{{{{{{1}}}}}}", "{{{{{{...}}}}}}")
  T.equal(s:eval "full({{{{{{1}}}}}})", "{{{{{{1}}}}}}")
  T.equal(s:eval "big = {}; for i = 1, 150 do big[i] = 7 end", "")
  local text = s:eval "big"
  T.ok(text:find("... 50 more", 1, true), text)
  T.equal(select(2, text:gsub("7", "")), 100)
  T.equal(select(2, s:eval("full(big)"):gsub("7", "")), 150)
  T.equal(s:eval "{}", "{}")
end)

T.test("a table too wide for the terminal takes a line per entry", function()
  local s = session.prompt({}, {width = 40})
  s:line "w = {name = ('x'):rep(20), other = ('y'):rep(20)}"
  s:expect "knn> "
  local x, y = ("x"):rep(20), ("y"):rep(20)
  T.equal(s:eval "w", '{\n  name = "' .. x .. '",\n  other = "' .. y .. '"\n}')
end)

T.test("_ and __ are the last two values", function()
  local s = session.prompt()
  s:eval "10"
  s:eval "20"
  T.equal(s:eval "_ + 1, __ + 1", "21\t11")
end)

T.test("multi-line input", function()
  local s = session.prompt()
  s:line "function f(a)"
  s:expect "  .. "
  s:line "return a * 2"
  s:expect "  .. "
  s:line "end"
  s:expect "knn> "
  T.equal(s:eval "f(21)", "42")
  s:line "[[one"
  s:expect "  .. "
  s:line "two]]"
  s:expect '"one\\ntwo"'
  s:expect "knn> "
  s:line "--[["
  s:expect "  .. "
  s:line "]] 5"
  s:expect "5\n"
  s:expect "knn> "
  T.ok(s:eval('"open'):find("unfinished string", 1, true), "an open quote is an error at once")
end)

T.test("a bracketed paste is one input", function()
  local s = session.prompt()
  s:send "\27[200~local a = 1\nlocal b = 2\nprint(a + b)\27[201~\r"
  s:expect "\n3\n"
  s:expect "knn> "
  s:send "\27[200~d =\t9 print(d)\27[201~\r"
  s:expect "\n9\n"
  s:expect "knn> "
  s:send "\27[200~knn> c = 4\nsome output\nknn> print(c\n  .. + 1)\27[201~\r"
  s:expect "\n5\n"
  s:expect "knn> "
end)

T.test("local survives, and :locals off restores Lua", function()
  local s = session.prompt()
  s:eval "local x = 5"
  T.equal(s:eval "x", "5")
  s:eval "local y <const>, z <close> = 6"
  T.equal(s:eval "y, z", "6\tnil")
  s:eval "local function g() local x = 1 return x end"
  T.equal(s:eval "g(), x", "1\t5")
  s:eval "do local inner = 1 end"
  T.equal(s:eval "inner", "nil")
  s:eval "local x"
  T.equal(s:eval "x", "nil")
  s:eval "for i = 1, 2 do local k = i end local n = 8"
  T.equal(s:eval "k, n", "nil\t8")
  s:eval "if true then local k = 1 elseif x then local k = 2 else local k = 3 end"
  s:eval "repeat local k = 1 until true"
  T.equal(s:eval "k", "nil")
  s:eval ":locals off"
  s:eval "local q = 1"
  T.equal(s:eval "q", "nil")
end)

T.test("an error leaves the session alive", function()
  local s = session.prompt({"--color=never"})
  local text = s:eval "error('boom')"
  T.ok(text:find("^error: stdin:1: boom"), text)
  text = s:eval "prnt(1)"
  T.ok(text:find("did you mean 'print'?", 1, true), text)
  T.ok(not text:find("[C]: in ?", 1, true), "frames of the shell: " .. text)
  T.ok(s:eval("error({})"):find("the error value is a table", 1, true))
  local function raised(body) -- an error value whose __tostring has this body
    return s:eval("error(setmetatable({}, {__tostring = function() " .. body .. " end}))")
  end
  T.ok(raised("return 'mine'"):find("error: mine", 1, true))
  T.ok(raised("error 'no'"):find("__tostring failed", 1, true))
  T.ok(s:eval("error()"):find("nil", 1, true))
  T.equal(s:eval "1", "1")
end)

T.test("a failing __tostring does not end the session", function()
  local s = session.prompt({"--color=never"})
  s:eval "bad = setmetatable({}, {__tostring = function() error 'no' end})"
  T.ok(s:eval("bad"):find("its __tostring failed", 1, true))
  T.ok(s:eval("{bad, 1}"):find("its __tostring failed", 1, true))
  T.equal(s:eval "setmetatable({}, {__tostring = function() return 'good' end})", "good")
  T.equal(s:eval "1", "1")
end)

T.test("syntax errors show the place", function()
  local s = session.prompt({"--color=never"})
  T.equal(s:eval "x = 1 +* 2",
    "error: stdin:1: unexpected symbol near '*'\n  1 | x = 1 +* 2\n    |        ^")
end)

T.test(":tb, :help, :quit and unknown commands", function()
  local s = session.prompt({"--color=never"})
  s:eval "function deep(n) if n == 0 then error 'end' end return 1 + deep(n - 1) end"
  T.ok(s:eval("deep(15)"):find(":tb shows all", 1, true))
  T.ok(select(2, s:eval(":tb"):gsub("\n", "")) > 15)
  T.ok(s:eval(":help"):find(":quit", 1, true))
  T.ok(s:eval(":nonsense"):find("unknown command ':nonsense'", 1, true))
  s:line ":quit"
  s:drain(5)
  T.equal(s.process:wait(5), 0)
end)

T.test("colours: errors are red unless NO_COLOR, TERM=dumb or the flag say no", function()
  local function colour(arguments, env)
    local s = session.prompt(arguments, {env = env})
    return s:eval("error 'x'"):find("\27[31m", 1, true) ~= nil
  end
  T.equal(colour({}, {}), true)
  T.equal(colour({}, {NO_COLOR = "1"}), false)
  T.equal(colour({}, {NO_COLOR = ""}), true)
  T.equal(colour({}, {TERM = "dumb"}), false)
  T.equal(colour({"--color=never"}, {}), false)
  T.equal(colour({"--color=always"}, {NO_COLOR = "1"}), true)
end)

T.test("the prompt works on a dumb terminal and after stdin's lines from a pipe", function()
  local s = session.prompt({}, {env = {TERM = "dumb"}})
  T.equal(s:eval "1+1", "2")
  local input = "x = 2\nx * 4\nerror 'no'\nlocal z = 3\nz\n"
  local text, status = session.run({"-i", "-q", "--no-rc"}, input)
  T.ok(text:find("8\n", 1, true), text)
  T.ok(text:find("3\n", 1, true), text)
  T.equal(status, 0)
end)

T.test("the init file runs at the prompt only; its errors warn", function()
  local home = session.folder()
  os.execute("mkdir -p '" .. home .. "/knn'")
  session.write(home .. "/knn/init.lua", "mark = 'set' error 'half'")
  local s = session.start({"-q"}, {env = {XDG_CONFIG_HOME = home}})
  s:expect "half"
  s:expect "going on without"
  s:expect "knn> "
  T.equal(s:eval "mark", '"set"')
  T.equal(session.run({"-p", "mark"}, nil, {env = {XDG_CONFIG_HOME = home}}), "nil\n")
  session.remove(home)
end)

T.run()
