-- Rules that the compiler does not know: what may be called in nn/, who includes what, no machine paths.
local T = dofile "tests/lua/harness.lua"
local sources = dofile "tests/check/sources.lua"

-- Each line of `found` is "file:line: text"; the test fails with all of them.
local function refuse(found, rule)
  T.ok(#found == 0, rule .. ":\n" .. table.concat(found, "\n") .. "\n")
end

-- Calls that a library with manners does not make, and the files that may all the same.
local banned = {
  abort = "nn/base/ctx.h", exit = "", _exit = "", quick_exit = "", assert = "",
  printf = "", vprintf = "", puts = "", putchar = "", perror = "",
  strcpy = "", strcat = "", sprintf = "", vsprintf = "", gets = "", strtok = "",
  malloc = "nn/base/ctx.c", calloc = "", realloc = "",
  free = "nn/base/ctx.c", strdup = "", posix_memalign = "", aligned_alloc = "",
  signal = "", sigaction = "", chdir = "", setlocale = "", getenv = "", setenv = "", putenv = "",
  rand = "", srand = "", system = "",
}

T.test("nn/ makes no banned call", function()
  local found = {}
  for _, path in ipairs(sources.files("nn", "%.[ch]$")) do
    sources.each_line(sources.code(sources.read(path)), function(number, line)
      for before, name in (" " .. line):gmatch("([^%w_])([%a_][%w_]*)%s*%f[(]") do
        local allowed = banned[name]
        -- A member of a struct (hooks.free, reader->puts) is no call of the C library.
        if allowed and before ~= "." and before ~= ">" and allowed ~= path then
          found[#found + 1] = path .. ":" .. number .. ": " .. name
        end
      end
      for name in line:gmatch("%f[%w_](std[oe][ur][tr])%f[^%w_]") do
        found[#found + 1] = path .. ":" .. number .. ": " .. name
      end
    end)
  end
  refuse(found, "nn/ has no output, ends no program and allocates through its context")
end)

T.test("the check of calls sees code only", function()
  local code = sources.code('a("free(\\"x"); /* exit(1)\n */ b(\'"\'); // puts(\nc = d / e;')
  T.equal(select(2, code:gsub("\n", "")), 2)
  T.ok(not code:find("free", 1, true) and not code:find("exit", 1, true))
  T.ok(not code:find("puts", 1, true) and code:find("c = d / e;", 1, true) and code:find("b(", 1, true))
end)

-- Includes of a C file with their line numbers; brackets or quotes stay on.
local function includes(path, visit)
  sources.each_line(sources.read(path), function(number, line)
    local name = line:match("^%s*#%s*include%s+([\"<][^\">]+[\">])")
    if name then visit(number, name) end
  end)
end

-- Third-party headers and the only folder that knows them.
local homes = {
  ["<lua"] = "^interp/", ["\"lua"] = "^interp/", ["<lauxlib"] = "^interp/", ["<lualib"] = "^interp/",
  ["<readline/"] = "^interp/[^/]*$", ["<cblas"] = "^nn/kernel/openblas/", ["<openblas"] = "^nn/kernel/openblas/",
  ["<curl/"] = "^nn/data/", ["<png"] = "^nn/data/", ["<sndfile"] = "^nn/data/", ["<soxr"] = "^nn/data/", ["<jpeg"] = "^nn/data/",
  ["<zlib"] = "^nn/[df][ai][tl][ae]/",
  ["<hdf5"] = "^nn/file/", ["<H5"] = "^nn/file/", ["<zip.h"] = "^nn/file/", ["<jansson"] = "^nn/file/",
}

T.test("headers are included where they belong", function()
  local found = {}
  for _, folder in ipairs{"nn", "interp"} do
    for _, path in ipairs(sources.files(folder, "%.[ch]$")) do
      includes(path, function(number, name)
        local wrong = name:find("^\"%.%./") ~= nil
        for prefix, home in pairs(homes) do
          wrong = wrong or (name:sub(1, #prefix) == prefix and not path:find(home))
        end
        if path:find("^nn/include/") and name:find("^\"") and not name:find("^\"knn/") then wrong = true end
        if wrong then found[#found + 1] = path .. ":" .. number .. ": " .. name end
      end)
    end
  end
  refuse(found, "a folder includes its own headers, those of the folders below, and no others")
end)

T.test("private headers of nn/ have names of their own", function()
  local first, found = {}, {}
  for _, path in ipairs(sources.files("nn", "%.h$")) do
    local name = path:match("[^/]+$")
    if not path:find("^nn/include/") then
      if first[name] then found[#found + 1] = path .. " and " .. first[name] end
      first[name] = path
    end
  end
  refuse(found, "two headers with one name: which of them is found depends on the order of folders")
end)

T.test("no path of one machine stands in the tree", function()
  local found = {}
  local roots = {"work", "root", "home/%w+", "tmp/bash_jobs", "Users/%w+"}
  for _, path in ipairs(sources.files(".", "%.%w+$")) do
    local text = sources.read(path)
    if not text:find("\0", 1, true) and #text < 1000000 then
      sources.each_line(text, function(number, line)
        for _, root in ipairs(roots) do
          if line:find("%f[^%s\"'`(=:]/" .. root .. "/") then
            found[#found + 1] = path .. ":" .. number .. ": " .. line:sub(1, 100)
          end
        end
      end)
    end
  end
  refuse(found, "paths are relative to the tree or come from the environment")
end)

-- Names in a list of rows: "X(dense)" in nn/layer/layer_list.h, or in a header whose list it includes.
local function listed(folder)
  local names = {}
  for _, path in ipairs(sources.files(folder, "%.h$")) do
    for name in sources.code(sources.read(path)):gmatch("%f[%w_]X%(([%w_]+)[,)]") do names[name] = true end
  end
  return names
end

-- Names of the rows of one kind that a file defines: "dense" of `const knn__layer_def knn__layer_dense = {`.
local function rows(path, kind, visit)
  local code = "\n" .. sources.code(sources.read(path))
  for row, symbol in code:gmatch("\nconst (knn__[%w_]+) (knn__[%w_]+)%s*=%s*{") do
    local name = symbol:match("^knn__" .. kind .. "_([%w_]+)$")
    if name and (row == "knn__" .. kind or row == "knn__" .. kind .. "_def") then visit(name) end
  end
end

T.test("every row stands in its list", function()
  local found = {}
  for _, list in ipairs(sources.files("nn", "_list%.h$")) do
    local folder, kind = list:match("^(.*)/([%w_]+)_list%.h$")
    local names = listed(folder)
    for _, path in ipairs(sources.files(folder, "%.c$")) do
      rows(path, kind, function(name)
        if not names[name] then found[#found + 1] = path .. ": " .. name .. " is not in " .. list end
      end)
    end
  end
  refuse(found, "a row that is in no list does not exist for anybody")
end)

T.test("every Lua test runs its tests", function()
  local found = {}
  for _, path in ipairs(sources.files("tests", "/test_[^/]*%.lua$")) do
    local text = sources.read(path)
    if text:find("harness.lua", 1, true) and not text:find("%.run%(%)%s*$") then found[#found + 1] = path end
  end
  refuse(found, "a test file ends with T.run()")
end)

T.run()
