-- test_readme.lua - what the README shows is true: its session, its Lua and C code, its files, folders and scripts.
local T = dofile "tests/lua/harness.lua"
local session = dofile "tests/repl/session.lua"

local build = os.getenv("KNN_BUILD_DIR") or "build"
local readme = session.read "README.md"
local sanitized = session.read(build .. "/CMakeCache.txt"):find("KNN_SANITIZE:%w+=ON") ~= nil

-- Fenced blocks of a language, "" for those without one.
local function blocks(language)
  local list = {}
  for kind, text in readme:gmatch "\n```(%w*)\n(.-)\n```" do
    if kind == language then list[#list + 1] = text .. "\n" end
  end
  return list
end

-- What `command` prints, and its exit status.
local function run(command)
  local pipe = assert(io.popen(command .. " 2>&1", "r"))
  local text = pipe:read("a")
  local _, _, status = pipe:close()
  return text, status
end

-- Runs code written to a file of its own; command(path) makes the command.
local function run_code(code, suffix, command)
  local folder = session.folder()
  local path = folder .. "/block" .. suffix
  session.write(path, code)
  local text, status = run(command(path, folder))
  session.remove(folder)
  T.equal(status, 0, text)
  return text
end

-- Numbers differ from run to run and from machine to machine.
local function mask(text)
  return (text:gsub("%d[%d.]*e?[-+]?%d*", "#"):gsub("#[mu]?s", "#s"):gsub("%s+", ""))
end

T.test("the session prints what it shows", function()
  local lines, s = {}, session.prompt({"--no-history", "--color=never"}, {width = 80})
  for line in blocks("")[1]:gmatch "([^\n]*)\n" do lines[#lines + 1] = line end
  local i = 1
  while i <= #lines do
    local input = T.ok(lines[i]:match "^knn> (.*)$", lines[i])
    s:line(input)
    i = i + 1
    while lines[i] and lines[i]:match "^  %.%. " do
      s:expect "  .. "
      s:line(lines[i]:sub(6))
      i = i + 1
    end
    local printed, from = mask(s:expect("\nknn> ", 20)), 1
    while lines[i] and not lines[i]:match "^knn> " do
      local wanted = mask(lines[i])
      local _, last = printed:find(wanted, from, true)
      T.ok(last, ("%q is not in %q"):format(wanted, printed))
      from = last + 1
      i = i + 1
    end
  end
  s:finish()
end)

T.test("the Lua code runs", function()
  local list = blocks "lua"
  T.equal(#list, 3)
  for _, code in ipairs(list) do
    run_code(code, ".lua", function(path) return ("'%s/knn' '%s'"):format(build, path) end)
  end
end)

T.test("the code for a foreign Lua runs in one", function()
  if sanitized then T.skip "a stock Lua lacks the sanitizers' run-time" end
  if select(2, run "lua5.4 -v") ~= 0 then T.skip "there is no lua5.4" end
  local list = blocks "lua"
  local code = list[#list]:gsub('"build/', '"' .. build .. "/")
  local text = run_code(code, ".lua", function(path) return ("lua5.4 '%s'"):format(path) end)
  T.ok(text:find("[2. 4. 6.]", 1, true), text)
end)

T.test("the C program runs", function()
  if sanitized then T.skip "the program is not sanitized" end
  if select(2, run "cc --version") ~= 0 then T.skip "there is no cc" end
  local list = blocks "c"
  local text = run_code(list[#list], ".c", function(path, folder)
    return ("cc -std=c11 -Wall -Wextra -Werror -Inn/include '%s' -o '%s/host' -L'%s/lib' -lknn -Wl,-rpath,'%s/lib' && '%s/host'")
      :format(path, folder, build, build, folder)
  end)
  local accuracy = T.ok(tonumber(text:match "accuracy (%d%.%d+)"), text)
  T.ok(accuracy > 0.9, text)
end)

T.test("the layer is the one in the tree, with its line", function()
  T.equal(blocks "c"[1], session.read "nn/layer/repeat_vector.c")
  T.ok(session.read("nn/layer/layer_list.h"):find("X(repeat_vector)", 1, true))
end)

T.test("files and folders that are named exist", function()
  for path in readme:gmatch "`([%w_]+/[%w_/.-]*)`" do
    if not path:find "%u%u" and not path:find "^build" then
      T.ok(select(2, run("test -e " .. path)) == 0, path .. " does not exist")
    end
  end
  for folder in readme:gmatch "\n    (%w+)/ " do T.ok(select(2, run("test -d " .. folder)) == 0, folder) end
end)

T.test("the table names every script and its score", function()
  local listed = 0
  for name, what in readme:gmatch "\n| `([%w_]+)` |([^\n]*)" do
    listed = listed + 1
    local head = T.ok(session.read("scripts/" .. name .. ".lua"), name)
    local expected = T.ok(head:match "Expected[^:]*: (%d%.%d+) or more", name)
    T.ok(what:find(expected, 1, true), name .. " expects " .. expected)
  end
  local _, scripts = run("ls scripts"):gsub("%.lua", "")
  T.equal(listed, scripts)
end)

T.run()
