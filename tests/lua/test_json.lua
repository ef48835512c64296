-- JSON files as Lua values and as tables.
local T = dofile "tests/lua/harness.lua"
local knn = require "knn"

local function with_file(text, f, ending)
  local stem = os.tmpname()
  local path = stem .. (ending or ".json")
  local file = assert(io.open(path, "w"))
  file:write(text)
  file:close()
  local ok, err = pcall(f, path)
  os.remove(path)
  os.remove(stem)
  if not ok then error(err, 0) end
end

T.test("documents", function()
  with_file('{"a": [1, 2.5, "x", null, true], "b": {"ü": "\\u00e9"}}', function(path)
    T.equal(knn.json(path), {a = {1, 2.5, "x", knn.null, true}, b = {["ü"] = "é"}})
    T.equal(knn.save_json(path, {a = {1, 2.5, knn.null}, b = {x = "é"}}, {indent = 2}), true)
    T.equal(knn.json(path), {a = {1, 2.5, knn.null}, b = {x = "é"}})
  end)
end)

T.test("lines", function()
  with_file('{"a": 1}\n\n{"a": 2}\n', function(path)
    T.equal(knn.json(path), {{a = 1}, {a = 2}})
    T.equal(knn.save_json(path, {{b = 1}, {b = "x"}}), true)
    local f = io.open(path)
    T.equal(f:read "a", '{"b": 1}\n{"b": "x"}\n')
    f:close()
  end, ".jsonl")
end)

T.test("records as a table", function()
  with_file('[{"age": 31, "name": "Ann", "ok": true}, {"age": null, "name": "Bo"}, {"name": 7, "ok": false, "w": 0.5}]',
    function(path)
      local t = knn.records(path)
      T.equal(t.names, {"age", "name", "ok", "w"})
      T.equal(t:kinds(), {"float64", "text", "float64", "float64"})
      T.equal(t:column "name", {"Ann", "Bo", "7"})
      T.equal(t:row(1), {age = 31.0, name = "Ann", ok = 1.0})
      T.equal(t:missing(), 5)
    end)
  with_file('{"n": 1}\n{"n": 12345678901234}\n', function(path)
    T.equal(knn.records(path):column "n":totable(), {1, 12345678901234})
  end, ".jsonl")
end)

T.test("what cannot be read", function()
  with_file('{"a": 1}\n{"a": }\n', function(path)
    local none, message, code = knn.json(path)
    T.equal(none, nil)
    T.equal(code, "EFORMAT")
    T.ok(message:find(path .. ":2", 1, true), message)
  end, ".jsonl")
  with_file('[{"a": [1]}]', function(path) T.raises("'a' of record 1 is a list", knn.records, path) end)
  with_file('[1]', function(path) T.raises("entry 1 of the list is no record", knn.records, path) end)
  with_file('{}', function(path) T.raises("holds no list of records", knn.records, path) end)
  T.equal(select(3, knn.json "/nonexistent.json"), "EIO")
  T.raises("unknown option 'line'", knn.json, "a.json", {line = true})
end)

T.run()
