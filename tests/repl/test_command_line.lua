-- The command line: options, scripts, exit statuses, output that goes to pipes and nowhere.
local T = dofile "tests/lua/harness.lua"
local session = dofile "tests/repl/session.lua"
local run = session.run

local function script(text, body)
  local folder = session.folder()
  local path = folder .. "/script.lua"
  session.write(path, text)
  local ok, err = pcall(body, path)
  session.remove(folder)
  if not ok then error(err, 0) end
end

local function same(arguments, output, status, input)
  local text, code = run(arguments, input)
  T.equal({text, code}, {output, status}, table.concat(arguments, " "))
end

T.test("-e runs, -p prints, both in order", function()
  same({"-e", ""}, "", 0)
  same({"-e", "x = 1", "-e", "print(x)"}, "1\n", 0)
  same({"-p", "1+1"}, "2\n", 0)
  same({"-p", "'text'"}, "text\n", 0)
  same({"-p", "1, nil, {a = 'b'}"}, '1\tnil\t{a = "b"}\n', 0)
  same({"-e", "x = 2", "-p", "x", "-e", "x = 3", "-p", "x"}, "2\n3\n", 0)
  same({"-e1"}, "knn: (command line):1: unexpected symbol near '1'\n  1 | 1\n    | ^\n", 1)
end)

T.test("exit statuses", function()
  T.equal(select(2, run{"-e", "error 'x'"}), 1)
  T.equal(select(2, run{"-e", "os.exit(7)"}), 7)
  T.equal(select(2, run{"-e", "os.exit(false)"}), 1)
  T.equal(select(2, run{"-e", "os.exit(3, true)"}), 3)
  T.equal(select(2, run{"-e", "error 'x'", "-e", "os.exit(9)"}), 1)
end)

T.test("wrong usage is told and gives 2", function()
  local function usage(arguments, part)
    local text, status = run(arguments)
    T.ok(text:find(part, 1, true), text)
    T.equal(status, 2)
  end
  usage({"-z"}, "unknown option '-z'")
  usage({"--nonsense"}, "unknown option '--nonsense'")
  usage({"-e"}, "missing after '-e'")
  usage({"--color=pink"}, "not 'pink'")
end)

T.test("-v and -h", function()
  local text, status = run{"-v"}
  T.equal(status, 0)
  T.ok(text:find("^knn %d+%.%d+"), text)
  T.ok(text:find("Lua 5.4", 1, true) and text:find("line editor: ", 1, true), text)
  T.ok(text:find("kernels: .*ref"), text)
  text, status = run{"--help"}
  T.equal(status, 0)
  T.ok(text:find("usage: knn", 1, true), text)
end)

T.test("a script gets its arguments", function()
  local body = "#!/usr/bin/env knn\n" ..
    "print(select('#', ...), select(2, ...) or '-', arg[0]:match('[^/]+$'), arg[1], arg[-1])\n"
  script(body, function(path)
    same({"-q", path, "a", "-e"}, "2\t-e\tscript.lua\ta\t-q\n", 0)
    same({"--", path}, "0\t-\tscript.lua\tnil\t--\n", 0)
  end)
end)

T.test("a script's errors name its lines, without the shell's frames", function()
  script("#!/usr/bin/env knn\nlocal function f()\n  error 'boom'\nend\nf()\n", function(path)
    local text, status = run{path}
    T.equal(status, 1)
    T.ok(text:find("^knn: .*script.lua:3: boom\nstack traceback:\n"), text)
    T.ok(text:find("script.lua:5: in main chunk\n$"), text)
  end)
  script("local a = 1\nlocal b = (2 + \nprint(a)\n", function(path)
    local text, status = run{path}
    T.equal(status, 1)
    T.ok(text:find("script.lua:4: ')' expected (to close '(' at line 2) near <eof>", 1, true), text)
  end)
  script("#!x\nlocal t = {\n  a = 1\n  b = 2\n}\n", function(path)
    local text = run{path}
    T.ok(text:find("  4 |   b = 2\n    |   ^\n", 1, true), text)
  end)
  script("", function(path) same({path}, "", 0) end)
  local text, status = run{"no-such-file.lua"}
  T.equal({text, status}, {"knn: cannot open no-such-file.lua: No such file or directory\n", 1})
  text, status = run{"."}
  T.ok(text:find("Is a directory", 1, true), text)
  T.equal(status, 1)
end)

T.test("binary chunks and byte order marks", function()
  script(string.dump(load "print 'dumped'"), function(path) same({path}, "dumped\n", 0) end)
  script("\xEF\xBB\xBFprint 'marked'", function(path) same({path}, "marked\n", 0) end)
end)

T.test("standard input is a script", function()
  same({}, "5\n", 0, "local x = 5\nprint(x)\n")
  same({"-", "a"}, "a\n", 0, "print(...)")
  local text, status = run({}, "print(1)\nerror 'stop'\nprint(2)\n")
  T.ok(text:find("1\n", 1, true) and text:find("stdin:2: stop", 1, true), text)
  T.ok(not text:find("2\n$"), text)
  T.equal(status, 1)
end)

T.test("-l requires", function()
  same({"-l", "string", "-p", "string.upper('a')"}, "A\n", 0)
  same({"-l", "s=string", "-p", "s.upper('a')"}, "A\n", 0)
  local text, status = run{"-l", "no.such.module", "-e", ""}
  T.ok(text:find("module 'no.such.module' not found", 1, true), text)
  T.equal(status, 1)
end)

T.test("-E ignores LUA_PATH", function()
  local env = {LUA_PATH = "elsewhere/?.lua"}
  T.equal(run({"-p", "package.path"}, nil, {env = env}), "elsewhere/?.lua\n")
  T.ok(run({"-E", "-p", "package.path"}, nil, {env = env}) ~= "elsewhere/?.lua\n")
end)

T.test("-i goes to the prompt even after an error", function()
  local s = session.start({"-q", "--no-rc", "-i", "-e", "y = 3 error 'first'"})
  s:expect "first"
  s:expect "knn> "
  T.equal(s:eval "y", "3")
  T.equal(s:finish(), 0)
end)

T.test("colour of errors follows flag and environment", function()
  local function coloured(arguments, env)
    arguments[#arguments + 1] = "-e"
    arguments[#arguments + 1] = "error 'x'"
    return run(arguments, nil, {env = env}):find("\27[31m", 1, true) ~= nil
  end
  T.equal(coloured({}, {}), false)
  T.equal(coloured({"--color=always"}, {}), true)
  T.equal(coloured({}, {CLICOLOR_FORCE = "1"}), true)
  T.equal(coloured({}, {FORCE_COLOR = "1", NO_COLOR = "1"}), false)
  T.equal(coloured({"-E"}, {FORCE_COLOR = "1"}), false)
end)

T.test("a reader that leaves ends the program quietly", function()
  local s = session.start({"-e", "for i = 1, 1e9 do print(i) end"}, {pipe = true})
  s:expect "1\n"
  s.process:close_output()
  local status, signal = s.process:wait(10)
  T.equal({status, signal}, {nil, 13})
end)

T.test("closed and full outputs", function()
  local function shell(command)
    local pipe = assert(io.popen("{ " .. command .. "; } 2>&1; echo $?"))
    local text = pipe:read "a"
    pipe:close()
    return text
  end
  T.equal(shell(session.knn .. " -p 1 >&-"), "0\n")
  T.equal(shell(session.knn .. " -e 'print(1)' | head -c 0 | cat"), "0\n")
  T.equal(shell(session.knn .. " -p 1 > /dev/full"),
    "knn: cannot write the output: No space left on device\n1\n")
end)

T.test("the manual page and the shells' completions know every option of -h", function()
  local help = run{"-h"}
  local function read(name)
    local file = assert(io.open("interp/share/" .. name))
    local text = file:read "a"
    file:close()
    return text
  end
  local man, bash, zsh, fish = read "knn.1":gsub("Ns = Ns", "="), read "knn.bash", read "_knn", read "knn.fish"
  local options = 0
  for names in help:gmatch "\n  (%-[^\n]-)  " do
    for name in names:gmatch "%-%-?%w[%w-]*" do
      local word = name:match "^%-+(.*)"
      options = options + 1
      T.ok(man:find("[%s-]" .. word:gsub("%-", "%%-") .. "[%s]"), name .. " in knn.1")
      T.ok(bash:find(name, 1, true), name .. " in knn.bash")
      T.ok(zsh:find(name, 1, true), name .. " in _knn")
      T.ok(fish:find(" -[ls] " .. word:gsub("%-", "%%-") .. " "), name .. " in knn.fish")
    end
  end
  T.ok(options > 10)
end)

T.test("bash completes options, scripts and colours", function()
  local function complete(words, at)
    local pipe = io.popen(("bash -c 'source interp/share/knn.bash; compopt() { :; }; COMP_WORDS=(%s); COMP_CWORD=%d; _knn; echo ${COMPREPLY[@]}'")
      :format(words, at))
    local text = pipe:read "a"
    pipe:close()
    return text
  end
  T.equal(complete("knn --no-", 1), "--no-rc --no-history\n")
  T.equal(complete("knn --color = n", 3), "never\n")
  T.equal(complete("knn scripts/dig", 1), "scripts/digits.lua\n")
  T.equal(complete("knn -e scripts/dig", 2), "\n")
  T.equal(complete("knn scripts/digits.lua READ", 2), "README.md\n")
end)

T.run()
