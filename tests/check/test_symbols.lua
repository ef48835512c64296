-- What the built libraries show to their host: knn_* and nothing else.
local T = dofile "tests/lua/harness.lua"
local build = os.getenv("KNN_BUILD_DIR") or "build"

-- Names that nm prints for a built file.
local function symbols(file, flags)
  local pipe = assert(io.popen("nm " .. flags .. " '" .. build .. "/" .. file .. "' 2>&1"))
  local names = {}
  for line in pipe:lines() do
    local name = line:match("^[%x ]+ %a ([%w_.]+)")
    if name then names[#names + 1] = name end
  end
  pipe:close()
  T.ok(#names > 0, "nm finds no symbol in " .. file)
  return names
end

local function defined(file, flags) return symbols(file, flags .. " --defined-only") end

-- The sanitizers add names of their own to what they instrument.
local function foreign(names, wanted)
  local found = {}
  for _, name in ipairs(names) do
    if not wanted(name) and not name:find("^__[aulo]?[sbdl]") then found[#found + 1] = name end
  end
  return table.concat(found, " ")
end

T.test("libknn.so shows knn_* and no knn__*", function()
  local names = defined("lib/libknn.so", "-D")
  T.equal(foreign(names, function(n) return n:find("^knn_[^_]") end), "")
end)

T.test("libknn.so is complete", function()
  local missing = {}
  for _, name in ipairs(symbols("lib/libknn.so", "-D --undefined-only")) do
    if name:find("^knn_") then missing[#missing + 1] = name end
  end
  T.equal(missing, {})
end)

T.test("libknn.a defines knn_* and knn__* only", function()
  local names = defined("lib/libknn.a", "-g")
  T.equal(foreign(names, function(n) return n:find("^knn_") end), "")
end)

T.test("the Lua module shows luaopen_knn only", function()
  T.equal(table.concat(defined("lib/lua/5.4/knn.so", "-D"), " "), "luaopen_knn")
end)

T.test("libknn.so needs neither Lua nor readline nor the libraries loaded at first use", function()
  local pipe = assert(io.popen("objdump -p '" .. build .. "/lib/libknn.so'"))
  local needed = {}
  for name in pipe:read("a"):gmatch("NEEDED%s+(%S+)") do
    if name:find("lua") or name:find("readline") or name:find("blas") or name:find("curl") then
      needed[#needed + 1] = name
    end
  end
  pipe:close()
  T.equal(needed, {})
end)

T.run()
