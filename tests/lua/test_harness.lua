-- The harness itself: each assertion passes and fails where it should.
local T = dofile "tests/lua/harness.lua"

local function fails(text, fn, ...)
  local ok, err = pcall(fn, ...)
  assert(not ok, "the assertion should have failed")
  assert(tostring(err):find(text, 1, true), err)
end

T.test("equal compares nested tables", function()
  T.equal({1, {2, "a"}}, {1, {2, "a"}})
  fails("[2][1]: got 2, expected 3", T.equal, {1, {2}}, {1, {3}})
  fails("[2]: nil, 2", T.equal, {1}, {1, 2})
  fails("got 1, expected nil", T.equal, {1, 1}, {1})
end)

T.test("near scales its tolerance and knows NaN", function()
  T.near(1000.0005, 1000, 1e-6)
  T.near({0 / 0, math.huge}, {0 / 0, math.huge})
  fails("tolerance", T.near, 1.1, 1, 1e-3)
  fails("tolerance", T.near, 0 / 0, 1, 1e-3)
  fails("tolerance", T.near, -math.huge, math.huge)
end)

T.test("raises wants an error with the text", function()
  T.raises("a+b", function() error("got a+b here") end)
  T.raises("^[^ ]+ got a.b$", function() error("got a+b") end)
  fails("no error", T.raises, "x", function() end)
  fails("expected", T.raises, "x", function() error("y") end)
end)

T.test("ok hands its value back", function()
  T.equal(T.ok(5), 5)
  fails("words: got nil", T.ok, nil, "words")
end)

T.run()
