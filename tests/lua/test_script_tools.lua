-- test_script_tools.lua - what scripts share: the options of the command line, and pictures made of text.
local T = dofile "tests/lua/harness.lua"
local knn = require "knn"
local args = require "knn.utils.args"
local draw = require "knn.utils.draw"

T.test("options are read by the types of their defaults", function()
  local words = {"--epochs", "5", "rows.csv", "--quick", "--data=/a b", "--rate", "1", "more"}
  local o = args({epochs = 3, rate = 0.5, quick = false, data = "", seed = 1}, words)
  T.equal(o, {epochs = 5, rate = 1, quick = true, data = "/a b", seed = 1, "rows.csv", "more"})
  T.equal(math.type(o.epochs), "integer")
end)

T.test("the words of the script are the default", function()
  local before = arg
  arg = {[0] = "script.lua", "--epochs", "7"}
  local ok, o = pcall(args, {epochs = 3})
  arg = before
  T.equal({ok, o}, {true, {epochs = 7}})
end)

T.test("wrong words are named", function()
  local function refused(text, ...) T.raises(text, args, {epochs = 3, quick = false}, {...}) end
  refused("option --epoch is unknown (known: --epochs, --quick)", "--epoch", "3")
  refused("option --epochs needs a value", "--epochs")
  refused("option --epochs takes a whole number, got 'x'", "--epochs", "x")
  refused("option --epochs takes a whole number, got '2.5'", "--epochs=2.5")
  refused("option --quick takes no value, got '1'", "--quick=1")
end)

T.test("a picture has two columns per point, images stand side by side", function()
  local image = knn.tensor{{0, 2}, {4, 0}}
  T.equal(draw{image}, "  ▒▒\n██")
  T.equal(draw({image, image}, {gap = 1}), "  ▒▒   ▒▒\n██   ██")
  T.equal(draw({image}, {high = 8}), "  ░░\n▒▒")
  T.equal(draw{knn.tensor{{{0}, {2}}, {{4}, {0}}}}, draw{image})
  T.equal(draw{knn.zeros{2, 2}}, "\n")
end)

T.test("captions stand above the images", function()
  local image = knn.tensor{{0, 2}, {4, 0}}
  T.equal(draw({image, image}, {captions = {"a", "bé"}}), "a      bé\n  ▒▒     ▒▒\n██     ██")
end)

T.test("a caption wider than its image moves the next one", function()
  local image = knn.tensor{{4}, {4}}
  T.equal(draw({image, image}, {captions = {"wide", "b"}, gap = 1}), "wide b\n██   ██\n██   ██")
end)

T.run()
