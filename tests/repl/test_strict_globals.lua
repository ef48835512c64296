-- Strict globals: knn -g warns of globals that nobody declared.
local T = dofile "tests/lua/harness.lua"
local session = dofile "tests/repl/session.lua"

-- Runs a script with -g; its output, the script's path shortened.
local function run(text)
  local folder = session.folder()
  session.write(folder .. "/s.lua", text)
  session.write(folder .. "/mod.lua", "made_by_module = undeclared_there; return {}")
  local output, status = session.run({"-g", folder .. "/s.lua"}, nil, {env = {LUA_PATH = folder .. "/?.lua"}})
  session.remove(folder)
  output = output:gsub("%S*/s%.lua", "s.lua")
  return output, status
end

local function quiet(text) T.equal((run(text)), "", text) end

T.test("reading a global that is not there warns once, with the nearest name", function()
  local text, status = run "length = 3\nfor i = 1, 3 do\n  local x = lenght\nend\nfunction f() return nowhere_at_all end f() f()"
  T.equal(text, "warning: s.lua:3: global 'lenght' is read but not declared; did you mean 'length'?\n" ..
    "warning: s.lua:5: global 'nowhere_at_all' is read but not declared\n")
  T.equal(status, 0)
end)

T.test("a global first set in a function warns, and is set", function()
  local text = run "local function f() forgotten = 5 end f() f() print(forgotten)"
  T.equal(text, "warning: s.lua:1: global 'forgotten' is declared inside a function\n5\n")
end)

T.test("what is declared is quiet", function()
  quiet "x = nil; local y = x; function f() x = 1; x = nil; return x end f(); return x, print, knn.ones"
  quiet "_G.direct = 1; local a = direct, _G.nothing"
  quiet "require 'mod'; made_by_module = 1"
  quiet "local n = 0; for k, v in pairs(_ENV) do n = n + 1 end; assert(n > 20); assert(_ENV.print == print)"
end)

T.test("without -g nobody warns, and the globals have no metatable with it", function()
  T.equal((session.run{"-e", "local a = nothing"}), "")
  quiet "local k = knn; assert(getmetatable(_G) == nil)"
end)

T.test("at the prompt, and in -e and -p", function()
  T.equal((session.run{"-g", "-e", "x = 1", "-p", "x, y"}),
    "warning: (command line):1: global 'y' is read but not declared\n1\tnil\n")
  local s = session.prompt({"-g"}, {width = 200})
  T.equal(s:eval "_, __", "nil\tnil")
  T.equal(s:eval "local total = 1", "")
  T.equal(s:eval "total", "1")
  T.equal(s:eval "totla", "warning: stdin:1: global 'totla' is read but not declared; did you mean 'total'?\nnil")
  T.equal(s:eval "totla", "nil")
  T.equal(s:finish(), 0)
end)

T.run()
