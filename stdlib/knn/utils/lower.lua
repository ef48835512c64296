--- UTF-8 text in lower case: Latin, Greek and Cyrillic letters. What is no UTF-8 stays as it is.
-- @usage local lower = require "knn.utils.lower"; lower "GRÖSSE"

-- Capitals that lie a fixed step before their small letters, and ranges where they take turns.
local steps = {{0xC0, 0xD6, 32}, {0xD8, 0xDE, 32}, {0x178, 0x178, -121}, {0x391, 0x3A1, 32}, {0x3A3, 0x3AB, 32},
  {0x400, 0x40F, 80}, {0x410, 0x42F, 32}}
local turns = {{0x100, 0x12F}, {0x132, 0x137}, {0x139, 0x148}, {0x14A, 0x177}, {0x179, 0x17E}, {0x460, 0x481},
  {0x48A, 0x4BF}, {0x4D0, 0x52F}}

local small = {}
for _, range in ipairs(steps) do
  for c = range[1], range[2] do small[utf8.char(c)] = utf8.char(c + range[3]) end
end
for _, range in ipairs(turns) do
  for c = range[1], range[2], 2 do small[utf8.char(c)] = utf8.char(c + 1) end
end

return function(text)
  return (text:gsub("%u", string.lower):gsub("[\xC3-\xD4][\x80-\xBF]", small))
end
