--- Small grey images as text, for a look at the data in the terminal.
-- @usage print(require "knn.utils.draw"({x[1], x[2]}, {captions = {"5", "0"}}))

local shades = {[0] = "  ", "░░", "▒▒", "▓▓", "██"}

--- Draws images side by side, two columns per point, dark where the value is large.
-- @tparam table images        tensors (height, width) or (height, width, 1) of the same height
-- @tparam[opt] table options  high = value drawn full (default: the largest of each image); captions = a line above
-- each; gap = columns between two (3)
-- @treturn string             lines, without a final line break
return function(images, options)
  options = options or {}
  local gap = string.rep(" ", options.gap or 3)
  local rows, lines = {}, {}
  for i, image in ipairs(images) do
    local height, width = image.shape[1], image.shape[2]
    local high = options.high or image:max():item()
    local points = image:reshape{height, width}:totable()
    local above = options.captions and options.captions[i] or ""
    if options.captions then rows[1] = rows[1] or {} end
    if options.captions then rows[1][i] = above .. string.rep(" ", 2 * width - utf8.len(above)) end
    local first = options.captions and 1 or 0
    for r = 1, height do
      local cells = {}
      for c = 1, width do
        local level = high > 0 and math.floor(4 * points[r][c] / high + 0.5) or 0
        cells[c] = shades[math.max(0, math.min(4, level))]
      end
      rows[first + r] = rows[first + r] or {}
      rows[first + r][i] = table.concat(cells)
    end
  end
  for r, parts in ipairs(rows) do lines[r] = table.concat(parts, gap):gsub(" +$", "") end
  return table.concat(lines, "\n")
end
