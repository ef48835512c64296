-- The history file: content, mode, order, sessions side by side, and what Up brings back.
local T = dofile "tests/lua/harness.lua"
local session = dofile "tests/repl/session.lua"

local function with_file(body)
  local folder = session.folder()
  local path = folder .. "/state/history"
  local ok, err = pcall(body, path, {env = {KNN_HISTORY = path}})
  session.remove(folder)
  if not ok then error(err, 0) end
end

local function mode(path)
  local pipe = io.popen("stat -c %a '" .. path .. "'")
  local text = pipe:read "l"
  pipe:close()
  return text
end

T.test("inputs are appended before they run, once, with mode 0600", function()
  with_file(function(path, options)
    local s = session.prompt({}, options)
    s:eval "1+1"
    s:eval "1+1"
    T.equal(session.read(path), "1+1\n")
    T.equal(mode(path), "600")
    s:line "function f()"
    s:expect "  .. "
    s:line "  return 1"
    s:expect "  .. "
    s:line "end"
    s:expect "knn> "
    s:eval "x = = 1"
    s:line "os.exit(4)"
    s:drain(5)
    T.equal(s.process:wait(5), 4)
    T.equal(session.read(path), "1+1\nfunction f()\n\t  return 1\n\tend\nx = = 1\nos.exit(4)\n")
  end)
end)

T.test("Up brings back entries, whole, and searches by prefix", function()
  with_file(function(path, options)
    local s = session.prompt({}, options)
    s:eval "abc = 11"
    s:line "for i = 1, 1 do"
    s:expect "  .. "
    s:line "print('loop') end"
    s:expect "knn> "
    s:finish()
    s = session.prompt({}, options)
    s:send "\27[A"
    s:expect "for i = 1, 1 do"
    s:line ""
    s:expect "\nloop\n"
    s:expect "knn> "
    s:send "abc\27[A"
    s:line ""
    s:expect "knn> "
    T.equal(s:eval "abc", "11")
    T.ok(session.read(path):find("for i = 1, 1 do\n\tprint('loop') end\n", 1, true))
  end)
end)

T.test("two sessions keep each other's entries", function()
  with_file(function(path, options)
    local a, b = session.prompt({}, options), session.prompt({}, options)
    a:eval "'from a'"
    b:eval "'from b'"
    a:eval "'a again'"
    T.equal(session.read(path), "'from a'\n'from b'\n'a again'\n")
  end)
end)

T.test("a file grown too long keeps its newest entries, each once", function()
  with_file(function(path, options)
    os.execute("mkdir -p '" .. path:match("(.*)/") .. "'")
    local lines = {}
    for i = 1, 13000 do lines[i] = "entry" .. (i <= 6000 and i % 3000 or i) end
    session.write(path, table.concat(lines, "\n") .. "\n")
    session.prompt({}, options):finish()
    local count, first, last = 0, nil, nil
    for line in session.read(path):gmatch("[^\n]+") do
      count, first, last = count + 1, first or line, line
    end
    T.equal({count, first, last}, {10000, "entry1", "entry13000"})
    T.equal(mode(path), "600")
  end)
end)

T.test("places: XDG_STATE_HOME, HOME, none", function()
  local folder = session.folder()
  local s = session.prompt({}, {env = {KNN_HISTORY = false, XDG_STATE_HOME = folder .. "/xdg"}})
  s:eval "1"
  T.equal(session.read(folder .. "/xdg/knn/history"), "1\n")
  s = session.prompt({}, {env = {KNN_HISTORY = false, HOME = folder}})
  s:eval "2"
  T.equal(session.read(folder .. "/.local/state/knn/history"), "2\n")
  s = session.prompt({"--no-history"}, {env = {KNN_HISTORY = folder .. "/none"}})
  s:eval "3"
  T.equal(session.read(folder .. "/none"), nil)
  session.remove(folder)
end)

T.test("a place that cannot be written does not disturb", function()
  local s = session.prompt({}, {env = {KNN_HISTORY = "/proc/nowhere/history"}})
  T.equal(s:eval "1", "1")
  s = session.prompt({}, {env = {KNN_HISTORY = "/dev/null"}})
  T.equal(s:eval "2", "2")
  T.equal(mode("/dev/null"), "666")
end)

T.run()
