-- knn.plot_model: every layer has a box, every connection a line, boxes do not overlap.
local T = dofile "tests/lua/harness.lua"
local knn = require "knn"
local L = knn.layers

local function plot(model, ending, options)
  local path = os.tmpname()
  knn.plot_model(model, path .. "." .. ending, options)
  local file = assert(io.open(path .. "." .. ending))
  local text = file:read "a"
  file:close()
  os.remove(path .. "." .. ending)
  os.remove(path)
  return text
end

local function count(text, what) return select(2, text:gsub(what, "")) end

local function drawn()
  local inner = knn.Sequential{L.Dense{3, input_shape = {3}}, L.ReLU{}, name = "inner"}
  local x = knn.Input{shape = {3}, name = "x"}
  local a = L.Dense{3, name = "a"}(x)
  local b = L.Dense{3, name = "b"}(inner(a))
  return knn.Model{inputs = x, outputs = L.Concatenate{name = "end"}({a + b, x, b})}
end

local function check_boxes(text)
  local boxes = {}
  for x, y, w, h, fill in text:gmatch '<rect x="([%d.]+)" y="([%d.]+)" width="([%d.]+)" height="([%d.]+)" rx="4" fill="(#%x+)"' do
    if fill == "#e3eefa" then
      boxes[#boxes + 1] = {tonumber(x), tonumber(y), tonumber(x) + tonumber(w), tonumber(y) + tonumber(h)}
    end
  end
  for i, a in ipairs(boxes) do
    for k = 1, i - 1 do
      local b = boxes[k]
      T.ok(a[1] >= b[3] or b[1] >= a[3] or a[2] >= b[4] or b[2] >= a[4], "boxes overlap")
    end
  end
  return #boxes
end

T.test("a stack as SVG", function()
  local model = knn.Sequential{L.Dense{4, input_shape = {2}, name = "first"}, L.Dropout{0.5}, L.Dense{1}}
  local text = plot(model, "svg", {show_shapes = true, show_layer_names = true})
  T.equal(check_boxes(text), 3)
  T.equal(count(text, "<path d=\"M[^z]-marker%-end"), 2)
  T.ok(text:find("first (Dense)", 1, true) and text:find("out (None, 4)", 1, true), text)
  T.ok(not plot(model, "svg"):find("first", 1, true), "names are shown unasked")
end)

T.test("a drawing as SVG, downwards, sideways and opened", function()
  local model = drawn()
  for _, direction in ipairs {"TB", "LR"} do
    T.equal(check_boxes(plot(model, "svg", {rankdir = direction})), 6)
    local opened = plot(model, "svg", {rankdir = direction, expand_nested = true})
    T.equal(check_boxes(opened), 7)
    T.equal(count(opened, "marker%-end"), 9)
  end
end)

T.test("DOT", function()
  local text = plot(drawn(), "dot", {show_layer_names = true, rankdir = "LR"})
  T.equal(count(text, "%->"), 8)
  T.ok(text:find("rankdir=LR", 1, true) and text:find('label="a (Dense)"', 1, true), text)
  text = plot(drawn(), "dot", {expand_nested = true, show_shapes = true})
  T.equal(count(text, "%->"), 9)
  T.equal(count(text, "subgraph cluster"), 1)
end)

T.test("errors", function()
  local model = drawn()
  T.raises("must end in .svg, .dot or .png", knn.plot_model, model, "x.gif")
  T.raises("unknown option 'colour'", knn.plot_model, model, "x.svg", {colour = 1})
  T.raises("rankdir is", knn.plot_model, model, "x.svg", {rankdir = "up"})
  T.raises("not built", knn.plot_model, knn.Sequential{L.Dense{1}}, "x.svg")
  T.raises("no/such", knn.plot_model, model, "no/such/x.svg")
end)

T.run()
