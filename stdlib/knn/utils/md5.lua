--- MD5 of a string (RFC 1321), 16 bytes. For the numbers that other programs make with it; it keeps no secrets.

local turns = {7, 12, 17, 22, 5, 9, 14, 20, 4, 11, 16, 23, 6, 10, 15, 21}
local sines = {}
for i = 1, 64 do sines[i] = math.floor(math.abs(math.sin(i)) * 2 ^ 32) end

local function mix(i, b, c, d)
  if i <= 16 then return b & c | ~b & d, i - 1 end
  if i <= 32 then return d & b | ~d & c, (5 * i - 4) % 16 end
  if i <= 48 then return b ~ c ~ d, (3 * i + 2) % 16 end
  return c ~ (b | ~d & 0xffffffff), 7 * (i - 1) % 16
end

local function block(words, a, b, c, d)
  for i = 1, 64 do
    local f, k = mix(i, b, c, d)
    local sum = a + f + sines[i] + words[k + 1] & 0xffffffff
    local turn = turns[(i - 1) // 16 * 4 + (i - 1) % 4 + 1]
    a, d, c, b = d, c, b, b + (sum << turn | sum >> (32 - turn)) & 0xffffffff
  end
  return a, b, c, d
end

return function(text)
  local a, b, c, d = 0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476
  local message = text .. "\x80" .. ("\0"):rep((55 - #text) % 64) .. ("<I8"):pack(#text * 8)
  for at = 1, #message, 64 do
    local p, q, r, s = block({("<" .. ("I4"):rep(16)):unpack(message, at)}, a, b, c, d)
    a, b, c, d = a + p & 0xffffffff, b + q & 0xffffffff, c + r & 0xffffffff, d + s & 0xffffffff
  end
  return ("<I4I4I4I4"):pack(a, b, c, d)
end
