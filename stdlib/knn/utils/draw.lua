--- Small grey images as text, for a look at the data in the terminal.
-- @usage print(require "knn.utils.draw"({x[1], x[2]}, {captions = {"5", "0"}}))

local shades = {[0] = "  ", "░░", "▒▒", "▓▓", "██"}

-- One line of text per row of the image.
local function rows_of(image, high)
  local height, width = image.shape[1], image.shape[2]
  high = high or image:max():item()
  local lines = {}
  for r, row in ipairs(image:reshape{height, width}:totable()) do
    for c, value in ipairs(row) do
      local level = high > 0 and math.floor(4 * value / high + 0.5) or 0
      row[c] = shades[math.max(0, math.min(4, level))]
    end
    lines[r] = table.concat(row)
  end
  return lines
end

local function pad(text, columns) return text .. string.rep(" ", columns - utf8.len(text)) end

--- Draws images side by side, two columns per point, dark where the value is large.
-- @tparam table images        tensors (height, width) or (height, width, 1) of the same height
-- @tparam[opt] table options  high = value drawn full (default: the largest of each image); captions = a line above
-- each; gap = columns between two (3)
-- @treturn string             lines, without a final line break
return function(images, options)
  options = options or {}
  local lines = {}
  for i, image in ipairs(images) do
    local rows = rows_of(image, options.high)
    if options.captions then table.insert(rows, 1, options.captions[i] or "") end
    local columns = math.max(2 * image.shape[2], utf8.len(rows[1]))
    for r, row in ipairs(rows) do
      lines[r] = (lines[r] and lines[r] .. string.rep(" ", options.gap or 3) or "") .. pad(row, columns)
    end
  end
  for r, line in ipairs(lines) do lines[r] = line:gsub(" +$", "") end
  return table.concat(lines, "\n")
end
