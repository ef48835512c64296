-- The prompt's own commands: :time :timeit :who :mem :load :save :cd :!cmd :reload.
local T = dofile "tests/lua/harness.lua"
local session = dofile "tests/repl/session.lua"

local function has(text, part) T.ok(text:find(part, 1, true), text) end

-- A prompt and a folder that is gone afterwards.
local function in_folder(body, arguments)
  local folder = session.folder()
  local s = session.prompt(arguments, {width = 200, env = {HOME = folder, NO_COLOR = "1"}})
  local ok, err = pcall(body, s, folder)
  s:finish()
  session.remove(folder)
  if not ok then error(err, 0) end
end

local seconds = "%d[%d.e+-]* [mun]?s"

T.test(":time runs an input, prints its value and the time", function()
  in_folder(function(s)
    local text = s:eval ":time 6 * 7"
    T.ok(text:find("^42\n" .. seconds .. ", of all threads " .. seconds .. "$"), text)
    T.equal(s:eval "_", "42")
    T.ok(s:eval(":time y = 5;"):find("^" .. seconds))
    T.equal(s:eval "y", "5")
    has(s:eval ":time error('bad', 0)", "error: bad\nstack traceback:\n")
    has(s:eval ":time 1 +", "unexpected symbol")
    has(s:eval ":time", "takes an input")
  end)
end)

T.test(":timeit gives the time of one run, and Ctrl-C ends it", function()
  in_folder(function(s)
    s:eval "runs = 0"
    local text = s:eval ":timeit runs = runs + 1"
    T.ok(text:find("^" .. seconds .. " a run: the best of 5 times %d+ runs; mean " .. seconds .. "$"), text)
    local each = tonumber(text:match "times (%d+)")
    T.ok(tonumber(s:eval "runs") > 5 * each)
    has(s:eval ":timeit error('bad', 0)", "bad")
    has(s:eval ":timeit", "takes an input")
    s:line ":timeit while true do end"
    s:expect "\n"
    session.pty.sleep(0.3)
    s:send "\3"
    s:expect "interrupted!"
    s:expect "knn> "
    T.equal(s:eval "1 + 1", "2")
  end)
end)

T.test(":who lists the user's globals with shapes and bytes", function()
  in_folder(function(s)
    T.equal(s:eval ":who", "  given             number 3")
    s:eval "x = knn.zeros{256, 3}"
    s:eval "model = knn.Sequential{knn.layers.Dense{2}}; model(x)"
    s:eval "function f() end; name = 'abc'; list = {1, 2}; on = true; print = print; next = f"
    local text = s:eval ":who"
    T.equal(text:gsub(" +", " "), " f function\n given number 3\n list table of 2\n" ..
      " model Sequential, 8 parameters 32 B\n name string 3 B\n next function\n on boolean true\n" ..
      " x Tensor float32 256x3 3.1 kB")
    s:eval "x = nil"
    T.ok(not s:eval(":who"):find "Tensor")
  end, {"-i", "-e", "given = 3"})
end)

T.test(":mem tells what tensors, Lua and the process hold", function()
  in_folder(function(s)
    s:eval "x = knn.zeros{1000, 1000}"
    local text = s:eval ":mem"
    T.ok(text:find "tensors and models +4%.%d MB in %d+ blocks\n", text)
    T.ok(text:find "Lua +[%d.]+ [kM]B\n", text)
    T.ok(text:find "process +[%d.]+ [MG]B, at most [%d.]+ [MG]B$", text)
  end)
end)

T.test(":save writes what ran, and :load runs it again", function()
  in_folder(function(s, folder)
    for _, input in ipairs {"local a <const> = 20", "a + 1", "b = _ * 2", "error 'lost'", "1 +* 2", "?print",
      "(print)('shown')", "return b, a", ":time c = 3", "b, c -- two"} do s:eval(input) end
    s:line "function twice(v)"
    s:expect "  .. "
    s:line "return 2 * v end"
    s:expect "knn> "
    local path = folder .. "/kept.lua"
    T.equal(s:eval ":save ~/kept.lua", "")
    local text = session.read(path)
    T.equal(text, "local a <const> = 20\n_ = a + 1\nb = _ * 2\n;(print)('shown')\n;(function() return b, a\nend)()\n" ..
      "c = 3\n_ = b, c -- two\nfunction twice(v)\nreturn 2 * v end\n")
    has(s:eval ":save ~/kept.lua", "there already")
    has(s:eval ":save /nowhere/f", "cannot write /nowhere/f: No such file")
    T.equal(session.read(path), text)
    T.equal(select(2, session.run{path}), 0)
    local again = session.prompt({}, {width = 200, env = {HOME = folder, NO_COLOR = "1"}})
    T.equal(again:eval ":load ~/kept.lua", "shown")
    T.equal(again:eval "a, b, c, twice(4)", "20\t42\t3\t8")
    again:eval ":save ~/second.lua"
    has(session.read(folder .. "/second.lua"), text .. "\n_ = a, b")
    again:finish()
  end)
end)

T.test(":load tells where a file is wrong", function()
  in_folder(function(s, folder)
    session.write(folder .. "/bad.lua", "#!/usr/bin/env knn\nx = 1\nlocal y = = 2\n")
    has(s:eval ":load ~/bad.lua", "bad.lua:3: unexpected symbol near '='")
    session.write(folder .. "/fails.lua", "x = 5\nerror 'boom'\n")
    has(s:eval ":load ~/fails.lua", "fails.lua:2: boom")
    T.equal(s:eval "x", "5")
    has(s:eval ":load ~/none.lua", "cannot read ~/none.lua: No such file")
    has(s:eval ":load", "takes the name")
  end)
end)

T.test(":cd and :!", function()
  in_folder(function(s, folder)
    T.equal(s:eval(":cd " .. folder), folder)
    T.equal(s:eval ":!pwd", folder)
    T.equal(s:eval ":! echo one  'two  three'", "one two  three")
    T.equal(s:eval ":!exit 3", "error: exit status 3")
    T.equal(s:eval ":cd /", "/")
    T.equal(s:eval ":cd", folder)
    has(s:eval ":cd nowhere", "cannot go to nowhere: No such file")
    has(s:eval ":!", "takes a command")
    s:line ":!echo ready; cat" -- has the terminal to itself
    s:expect "\nready\n"
    s:send "typed\r"
    s:expect "typed\ntyped"
    s:send "\3"
    s:expect "ended by signal 2"
    s:expect "knn> "
    T.equal(s:eval "1 + 1", "2")
  end)
end)

T.test(":reload requires a module anew, and keeps the old one when that fails", function()
  in_folder(function(s, folder)
    s:eval("package.path = '" .. folder .. "/?.lua'")
    session.write(folder .. "/mine.lua", "return {n = 1}")
    s:eval "mine = require 'mine'; other = mine"
    session.write(folder .. "/mine.lua", "return {n = 2}")
    T.equal(s:eval ":reload mine", "")
    T.equal(s:eval "mine.n, other.n, require('mine').n", "2\t2\t2")
    session.write(folder .. "/mine.lua", "return {n = }")
    has(s:eval ":reload mine", "unexpected symbol")
    T.equal(s:eval "mine.n, require('mine').n", "2\t2")
    has(s:eval ":reload no_such", "module 'no_such' not found")
    has(s:eval ":reload", "takes the name")
  end)
end)

T.test("an unknown command is told", function()
  in_folder(function(s)
    has(s:eval ":nonsense", "unknown command ':nonsense'; `:help` lists them")
    local help = s:eval ":help"
    for _, name in ipairs {"!", "cd", "load", "mem", "reload", "save", "time", "timeit", "who"} do
      has("\n" .. help, "\n  :" .. name .. " ")
    end
  end)
end)

T.run()
