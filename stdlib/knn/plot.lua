--- Pictures of models: `knn.plot_model(model, "model.svg")`.
-- @module knn.plot
local core = require "knn.core"

local M = {}

local CHAR, LINE, PAD, GAP, STEP = 7.3, 16, 8, 24, 34 -- pixels: of text, within, beside and between boxes

-- What stands in a box.
local function lines_of(item, o)
  local lines = {o.show_layer_names and ("%s (%s)"):format(item.name, item.class_name) or item.class_name}
  if o.show_shapes then
    if item.input_shape and item.input_shape ~= "" then lines[#lines + 1] = "in " .. item.input_shape end
    lines[#lines + 1] = "out " .. (item.output_shape or "?")
  end
  return lines
end

local layout

local function measure(item, o)
  local box = {item = item, lines = lines_of(item, o)}
  local longest = 0
  for _, line in ipairs(box.lines) do longest = math.max(longest, utf8.len(line) or #line) end
  box.w, box.h = longest * CHAR + 2 * PAD, #box.lines * LINE + PAD
  if item.inside and o.expand_nested then
    box.inner, box.top = layout(item.inside, o), box.h
    box.w, box.h = math.max(box.w, box.inner.w + 2 * PAD), box.h + box.inner.h + PAD
  end
  return box
end

-- Each box stands in the rank behind the last of its sources; edges that pass a rank have a bend there.
local function rank(boxes)
  local ranks, edges = {}, {}
  local function put(box, r)
    box.rank, box.sources = r, {}
    ranks[r] = ranks[r] or {}
    table.insert(ranks[r], box)
  end
  for i, box in ipairs(boxes) do
    local r = 1
    for _, from in ipairs(box.item.from) do
      if from + 1 < i then r = math.max(r, boxes[from + 1].rank + 1) end
    end
    put(box, r)
  end
  for _, box in ipairs(boxes) do
    for _, from in ipairs(box.item.from) do
      local source = boxes[from + 1]
      local edge, before = {source}, source
      for r = source.rank + 1, box.rank - 1 do
        local bend = {bend = true, w = 2, h = 2}
        put(bend, r)
        bend.sources[1], before = before, bend
        edge[#edge + 1] = bend
      end
      table.insert(box.sources, before)
      edge[#edge + 1] = box
      edges[#edges + 1] = edge
    end
  end
  return ranks, edges
end

-- Boxes of a rank in the order of the middle of their sources.
local function order(ranks)
  for _, row in ipairs(ranks) do
    for i, box in ipairs(row) do
      local sum = 0
      for _, source in ipairs(box.sources) do sum = sum + source.place end
      box.place = #box.sources > 0 and sum / #box.sources or i
      box.first = i
    end
    table.sort(row, function(a, b)
      if a.place ~= b.place then return a.place < b.place end
      return a.first < b.first
    end)
    for i, box in ipairs(row) do box.place = i - (#row + 1) / 2 end
  end
end

-- Positions of all boxes; `w`, `h` are the whole picture's. Sideways, ranks are columns.
function layout(items, o)
  local boxes = {}
  for i, item in ipairs(items) do boxes[i] = measure(item, o) end
  local ranks, edges = rank(boxes)
  order(ranks)
  local along, across = "h", "w"
  local x, y = "x", "y"
  if o.rankdir == "LR" then along, across, x, y = "w", "h", "y", "x" end
  local size, widest, at = {}, 0, 0
  for r, row in ipairs(ranks) do
    size[r] = -GAP
    for _, box in ipairs(row) do size[r] = size[r] + box[across] + GAP end
    widest = math.max(widest, size[r])
  end
  for r, row in ipairs(ranks) do
    local place, deepest = (widest - size[r]) / 2, 0
    for _, box in ipairs(row) do deepest = math.max(deepest, box[along]) end
    for _, box in ipairs(row) do
      if box.bend then box[along] = deepest end
      box[x], box[y] = place, at + (deepest - box[along]) / 2
      place = place + box[across] + GAP
    end
    at = at + deepest + STEP
  end
  local drawing = {boxes = boxes, edges = edges}
  drawing[across], drawing[along] = widest, math.max(at - STEP, 0)
  return drawing
end

-- ---- SVG ----

local escapes = {["&"] = "&amp;", ["<"] = "&lt;", [">"] = "&gt;", ['"'] = "&quot;"}
local function escape(text) return (text:gsub('[&<>"]', escapes)) end

-- Where an edge enters (side = 0) or leaves (side = 1) a box.
local function port(box, side, sideways, dx, dy)
  if sideways then return dx + box.x + side * box.w, dy + box.y + box.h / 2 end
  return dx + box.x + box.w / 2, dy + box.y + side * box.h
end

local function svg_edge(out, edge, sideways, dx, dy)
  local x, y = port(edge[1], 1, sideways, dx, dy)
  local path = {("M%.1f %.1f"):format(x, y)}
  for i = 2, #edge do
    local tx, ty = port(edge[i], 0, sideways, dx, dy)
    local mx, my = (x + tx) / 2, (y + ty) / 2
    if sideways then
      path[#path + 1] = ("C%.1f %.1f %.1f %.1f %.1f %.1f"):format(mx, y, mx, ty, tx, ty)
    else
      path[#path + 1] = ("C%.1f %.1f %.1f %.1f %.1f %.1f"):format(x, my, tx, my, tx, ty)
    end
    x, y = port(edge[i], 1, sideways, dx, dy)
    if edge[i].bend then path[#path + 1] = ("L%.1f %.1f"):format(x, y) end
  end
  out[#out + 1] = ('<path d="%s" fill="none" stroke="#444" marker-end="url(#tip)"/>'):format(table.concat(path, " "))
end

local function svg_drawing(out, drawing, sideways, dx, dy)
  for _, box in ipairs(drawing.boxes) do
    local x, y = dx + box.x, dy + box.y
    out[#out + 1] = ('<rect x="%.1f" y="%.1f" width="%.1f" height="%.1f" rx="4" fill="%s" stroke="#444"/>'):format(
      x, y, box.w, box.h, box.inner and "#f4f4f4" or "#e3eefa")
    for i, line in ipairs(box.lines) do
      out[#out + 1] = ('<text x="%.1f" y="%.1f" text-anchor="middle"%s>%s</text>'):format(
        x + box.w / 2, y + PAD / 2 + i * LINE - 4, i == 1 and ' font-weight="bold"' or "", escape(line))
    end
    if box.inner then
      svg_drawing(out, box.inner, sideways, x + (box.w - box.inner.w) / 2, y + box.top)
    end
  end
  for _, edge in ipairs(drawing.edges) do svg_edge(out, edge, sideways, dx, dy) end
end

local function svg(items, o)
  local drawing = layout(items, o)
  local w, h = drawing.w + 2 * PAD, drawing.h + 2 * PAD
  local out = {
    ('<svg xmlns="http://www.w3.org/2000/svg" width="%.0f" height="%.0f" viewBox="0 0 %.0f %.0f" '
      .. 'font-family="monospace" font-size="12">'):format(w, h, w, h),
    '<defs><marker id="tip" markerWidth="9" markerHeight="7" refX="8" refY="3.5" orient="auto">'
      .. '<path d="M0 0 L9 3.5 L0 7 z" fill="#444"/></marker></defs>',
    '<rect width="100%" height="100%" fill="white"/>'}
  svg_drawing(out, drawing, o.rankdir == "LR", PAD, PAD)
  out[#out + 1] = "</svg>\n"
  return table.concat(out, "\n")
end

-- ---- DOT ----

local function quote(text) return '"' .. text:gsub('[\\"]', "\\%0") .. '"' end

-- Ids are the positions from the outermost model on; a model that is opened is entered at its first box and left at its
-- last one.
local function dot_items(out, items, o, prefix)
  local function id(i, last)
    local item = items[i]
    local name = prefix .. i
    while o.expand_nested and item.inside and #item.inside > 0 do
      local k = last and #item.inside or 1
      name, item = name .. "_" .. k, item.inside[k]
    end
    return name
  end
  for i, item in ipairs(items) do
    local label = quote(table.concat(lines_of(item, o), "\n"):gsub("\n", "\\n")):gsub("\\\\n", "\\n")
    if o.expand_nested and item.inside and #item.inside > 0 then
      out[#out + 1] = ("subgraph cluster_%s%d {\nlabel=%s;"):format(prefix, i, label)
      dot_items(out, item.inside, o, prefix .. i .. "_")
      out[#out + 1] = "}"
    else
      out[#out + 1] = ("n%s [label=%s];"):format(prefix .. i, label)
    end
  end
  for i, item in ipairs(items) do
    for _, from in ipairs(item.from) do
      out[#out + 1] = ("n%s -> n%s;"):format(id(from + 1, true), id(i, false))
    end
  end
end

local function dot(items, o)
  local out = {"digraph model {", ("rankdir=%s;"):format(o.rankdir), "node [shape=box];"}
  dot_items(out, items, o, "")
  out[#out + 1] = "}\n"
  return table.concat(out, "\n")
end

local function write(path, text)
  local file, why = io.open(path, "w")
  if not file then error("plot_model: " .. why, 0) end
  file:write(text)
  file:close()
end

local function shell(word) return "'" .. word:gsub("'", "'\\''") .. "'" end

local function png(path, text)
  local source = os.tmpname()
  write(source, text)
  local done = os.execute("dot -Tpng -o " .. shell(path) .. " " .. source .. " 2>/dev/null")
  os.remove(source)
  if not done then
    error("plot_model: a .png needs the program 'dot' of Graphviz, which did not run; write a .svg instead", 0)
  end
end

local writers = {
  svg = function(path, items, o) write(path, svg(items, o)) end,
  dot = function(path, items, o) write(path, dot(items, o)) end,
  png = function(path, items, o) png(path, dot(items, o)) end,
}

local defaults = {show_shapes = false, show_layer_names = false, rankdir = "TB", expand_nested = false}

--- Draws the layers of a model and what connects them.
-- The ending of the path decides: .svg and .dot are written here, .png by Graphviz's program `dot`.
-- @param model a built model
-- @tparam[opt="model.svg"] string path
-- @tparam[opt] table options {show_shapes = false, show_layer_names = false, rankdir = "TB" or "LR",
-- expand_nested = false}
function M.plot_model(model, path, options)
  local o = {}
  for key, value in pairs(defaults) do o[key] = value end
  for key, value in pairs(options or {}) do
    if defaults[key] == nil then
      error(("plot_model: unknown option '%s' (known: expand_nested, rankdir, show_layer_names, show_shapes)"):format(
        tostring(key)), 2)
    end
    o[key] = value
  end
  if o.rankdir ~= "TB" and o.rankdir ~= "LR" then
    error("plot_model: rankdir is \"TB\" (downwards) or \"LR\" (to the right), got " .. tostring(o.rankdir), 2)
  end
  path = path or "model.svg"
  local writer = writers[tostring(path):match("%.(%w+)$")]
  if not writer then error(("plot_model: '%s' must end in .svg, .dot or .png"):format(tostring(path)), 2) end
  writer(path, core.model_drawing(model), o)
end

return M
