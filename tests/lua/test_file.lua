-- Arrays in files: .npy, .npz, .safetensors, HDF5, against the corpora of files written by NumPy and h5py.
local T = dofile "tests/lua/harness.lua"
local knn = require "knn"
local json = dofile "tests/lua/json.lua"

local folder = os.getenv "TMPDIR" or "/tmp"
local made = {}
local function path(name)
  local full = ("%s/knn_file_%d_%s"):format(folder, math.floor(knn.clock() * 1e6) % 1000000000, name)
  made[#made + 1] = full
  return full
end

local function corpus(name)
  for _, root in ipairs{os.getenv "KNN_CORPORA" or "../shared/corpora", "../shared/corpora"} do
    local file = io.open(("%s/%s/expected.json"):format(root, name))
    if file then
      local text = file:read "a"
      file:close()
      return ("%s/%s/"):format(root, name), json.parse(text)
    end
  end
  T.skip(name .. " is not here; set KNN_CORPORA")
end

local function shape_text(shape) return table.concat(shape, "x") end

local function check_array(what, t, expected)
  T.equal(shape_text(t.shape), shape_text(expected.shape), what)
  local flat = #t.shape == 0 and t:reshape{1} or t:reshape{-1}
  for i, value in ipairs(expected.first or {}) do
    local got = flat[i]
    if type(value) == "boolean" then value = value and 1 or 0 end
    if type(got) == "userdata" then got = got:item() end
    if type(got) == "boolean" then got = got and 1 or 0 end
    if type(value) == "number" and value == value then
      T.ok(math.abs(got - value) <= 1e-6 * math.max(1, math.abs(value)), ("%s: element %d is %s, not %s"):format(what, i, got, value))
    end
  end
end

T.test("tensors of every type come back from every format", function()
  local tensors = {
    a = knn.randn(3, 4), b = knn.arange(5), c = knn.tensor{true, false}, d = knn.randn(2, 2):double(),
    e = knn.tensor({1, 2, 3}, "uint8"), f = knn.zeros(0, 3), g = knn.randn(4):half(),
  }
  for _, ending in ipairs{"npz", "safetensors", "h5"} do
    local file = path("all." .. ending)
    knn.save(file, tensors)
    local again = knn.load(file)
    for name, t in pairs(tensors) do
      T.equal(again[name].dtype, t.dtype, ending .. " " .. name)
      T.equal(again[name]:float(), t:float(), ending .. " " .. name)
    end
  end
  local file = path "one.npy"
  knn.save(file, tensors.a:transpose())
  T.equal(knn.load(file), tensors.a:transpose())
end)

T.test("the same tensors give the same bytes", function()
  local function bytes(name)
    local file <close> = assert(io.open(name, "rb"))
    return file:read "a"
  end
  for _, ending in ipairs{"npz", "safetensors", "h5"} do
    local one, two = path("one." .. ending), path("two." .. ending)
    knn.save(one, {x = knn.ones(3), y = knn.zeros(2)})
    knn.save(two, {y = knn.zeros(2), x = knn.ones(3)})
    T.equal(bytes(one), bytes(two), ending)
  end
end)

T.test("HDF5: groups, slices, compression, attributes, changes", function()
  local file = path "a.h5"
  local f = knn.h5(file, "w")
  f:write("g/data", knn.arange(24):reshape{4, 6}, {compression = 4})
  f:set_attribute("g", "names", {"x", "y"})
  f:set_attribute("g/data", "rate", 0.5)
  f:close()
  f = knn.h5(file, "a")
  f:write("other", knn.ones(2))
  f:close()
  f = knn.h5(file)
  T.equal(f:read("g/data", {{2, 3}, {1, -1, 2}}):totable(), {{6, 8, 10}, {12, 14, 16}})
  T.equal(f:attributes "g".names, {"x", "y"})
  T.equal(f:attributes "g/data".rate, 0.5)
  T.equal(f:read "other":totable(), {1, 1})
  T.equal(f:list()[1].kind, "group")
  T.ok(f:has "g/data" and not f:has "g/none")
  T.raises("there is no 'g/none' in it", function() f:read "g/none" end)
  T.raises("is open for reading only", function() f:write("q", knn.ones(1)) end)
  T.raises("position 9 is out of range: the axis has 6 elements", function() f:read("g/data", {{}, {1, 9}}) end)
  T.raises("a range for each of 2 axes expected, got 1", function() f:read("g/data", {{1, 2}}) end)
  f:close()
  T.raises("the file is closed", function() f:read "other" end)
  T.raises("must be 'r' (read), 'w' (write anew) or 'a' (change), got 'x'", function() knn.h5(file, "x") end)
end)

T.test("a file that is written and not closed leaves the old one", function()
  local file = path "kept.h5"
  knn.save(file, {x = knn.ones(2)})
  do
    local f = knn.h5(file, "w")
    f:write("x", knn.zeros(2))
  end
  collectgarbage()
  T.equal(knn.load(file).x:totable(), {1, 1})
end)

T.test("what is no array is refused in words", function()
  T.raises("is none of .npy, .npz, .safetensors, .h5 and .keras", function() knn.load "README.md" end)
  T.raises("is not a file but a folder", function() knn.load "nn" end)
  T.raises("the path must end in .npy, .npz, .safetensors or .h5", function() knn.save("a.bin", {x = knn.ones(1)}) end)
  T.raises("a .npy file holds one tensor, got 2", function() knn.save("a.npy", {x = knn.ones(1), y = knn.ones(1)}) end)
  T.raises("No such file", function() knn.save("/no/such/folder/a.npy", knn.ones(1)) end)
end)

T.test("NumPy's files are read, or refused, as they should be", function()
  local root, expected = corpus "npy-npz"
  for name, rows in pairs(expected) do
    local ok, result = pcall(knn.load, root .. name)
    if name:find "^refuse_" or name == "c8.npy" or name == "le_u8.npy" then -- objects, complex numbers, 2^64 - 1
      T.ok(not ok, name .. " was taken")
    elseif name:find "npy$" then
      T.ok(ok, name .. ": " .. tostring(result))
      check_array(name, result, rows)
    elseif ok and type(rows) == "table" then
      for key, row in pairs(rows) do
        local t = result[(key:gsub("%.npy$", ""))]
        if type(row) == "table" and row.shape and t then check_array(name .. " " .. key, t, row) end
      end
    end
  end
end)

-- Types that tensors have, and those that come as a wider one.
local numeric = {float32 = 1, float64 = 1, float16 = 1, int8 = 1, int16 = 1, int32 = 1, int64 = 1,
  uint8 = 1, uint16 = 1, uint32 = 1, bool = 1}

T.test("files of the HDF5 library and h5py are read, or refused in words", function()
  local root, expected = corpus "hdf5-files"
  local read, refused = 0, 0
  for name, objects in pairs(expected) do
    local ok, f = pcall(knn.h5, root .. name)
    if ok then
      for at, row in pairs(objects) do
        if type(row) == "table" and row.first and numeric[row.dtype] and #row.shape <= 8 then
          local good, t = pcall(f.read, f, at)
          if good then
            read = read + 1
            check_array(name .. " " .. at, t, row)
          else
            refused = refused + 1
            T.ok(tostring(t):find(name, 1, true), tostring(t))
          end
        end
      end
      f:close()
    end
  end
  T.ok(read > 1500, ("only %d read, %d refused"):format(read, refused))
end)

for _, name in ipairs(made) do os.remove(name) end
T.run()
