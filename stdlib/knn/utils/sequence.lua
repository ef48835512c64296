--- Sequences of unlike length: as rows of one tensor, as pairs of neighbours.
-- @module knn.utils.sequence
local core = require "knn.core"
local check = require "knn.utils.check"

local M = {}

local function as_table(x)
  return type(x) == "userdata" and x:totable() or x
end

-- The padding in place of one step: a value, or lists of it as deep and long as the steps are.
local function filler(step, value)
  if type(step) ~= "table" then return value end
  local list = {}
  for i = 1, #step do list[i] = filler(step[i], value) end
  return list
end

local function padded(sequence, length, o, fill)
  local kept = math.min(#sequence, length)
  local from = o.truncating == "pre" and #sequence - kept + 1 or 1
  local row = {}
  for i = 1, length do row[i] = fill end
  return table.move(sequence, from, from + kept - 1, o.padding == "pre" and length - kept + 1 or 1, row)
end

--- Sequences as rows of one length: short ones are filled up, long ones cut.
-- @tparam table sequences    lists, or tensors, of numbers, strings or equal steps
-- @tparam[opt] table options  maxlen, default the longest; dtype = "int32"; padding = "pre" | "post"; truncating =
--   "pre" | "post", where values go; value = 0, what fills up
-- @shape (sequences, maxlen, ...)
-- @usage x = knn.utils.pad_sequences({{1}, {2, 3}}, {maxlen = 4})
function M.pad_sequences(sequences, options)
  local who, o = "pad_sequences", {padding = "pre", truncating = "pre", value = 0}
  options = options or {}
  check.options(who, options, {"maxlen", "dtype", "padding", "truncating", "value"})
  for name, value in pairs(options) do o[name] = value end
  check.choice(who, "padding", o.padding, {"pre", "post"})
  check.choice(who, "truncating", o.truncating, {"pre", "post"})
  local lists, longest, step = {}, 0, nil
  for i, sequence in ipairs(as_table(sequences)) do
    lists[i] = as_table(sequence)
    if type(lists[i]) ~= "table" then
      error(("%s: sequence %d is a %s, a list or tensor is expected"):format(who, i, type(lists[i])), 2)
    end
    longest = math.max(longest, #lists[i])
    if step == nil then step = lists[i][1] end
  end
  local length, fill = o.maxlen or longest, filler(step, o.value)
  for i, list in ipairs(lists) do lists[i] = padded(list, length, o, fill) end
  return core.tensor(lists, o.dtype or type(o.value) == "string" and "string" or "int32")
end

--- Probabilities of keeping a word, by its rank: entry r + 1 is that of the r-th most frequent one, as word2vec draws,
-- frequencies following Zipf's law.
-- @tparam int size
-- @tparam[opt=1e-5] number sampling_factor
function M.make_sampling_table(size, sampling_factor)
  local gamma, list = 0.577, {}
  for i = 1, size do
    local rank = math.max(i - 1, 1)
    local inverse = rank * (math.log(rank) + gamma) + 0.5 - 1 / (12 * rank)
    list[i] = math.min(1, math.sqrt((sampling_factor or 1e-5) * inverse))
  end
  return list
end

-- Numbers 0 .. n - 1 by a seed (splitmix64); the program's own math.random is left alone.
local function generator(seed)
  local state = seed
  local function bits()
    state = state + 0x9E3779B97F4A7C15
    local z = state
    z = (z ~ z >> 30) * 0xBF58476D1CE4E5B9
    z = (z ~ z >> 27) * 0x94D049BB133111EB
    return (z ~ z >> 31) >> 11
  end
  return function(n) return n and bits() % n or bits() * 2.0 ^ -53 end
end

local function shuffled(list, draw)
  for i = #list, 2, -1 do
    local k = draw(i) + 1
    list[i], list[k] = list[k], list[i]
  end
  return list
end

-- Pairs of each word with those in its window. 0 is no word.
local function neighbours(sequence, o, draw)
  local pairs_, n = {}, #sequence
  for i, word in ipairs(sequence) do
    local kept = word ~= 0 and not (o.sampling_table and o.sampling_table[word + 1] < draw())
    for j = math.max(1, i - o.window_size), kept and math.min(n, i + o.window_size) or 0 do
      if j ~= i and sequence[j] ~= 0 then pairs_[#pairs_ + 1] = {word, sequence[j]} end
    end
  end
  return pairs_
end

--- Pairs {word, neighbour} with label 1, and {word, a word at random} with label 0. Words are numbers from 1 on; 0 is
-- passed over.
-- @tparam table sequence     list or tensor of words
-- @tparam int vocabulary_size largest word + 1
-- @tparam[opt] table options  window_size = 4, to each side; negative_samples = 1.0, how many for each neighbour;
--   shuffle = true; categorical = false, labels {0, 1} and {1, 0}; sampling_table; seed
-- @treturn table pairs
-- @treturn table labels
function M.skipgrams(sequence, vocabulary_size, options)
  local o = {window_size = 4, negative_samples = 1, shuffle = true}
  options = options or {}
  check.options("skipgrams", options,
    {"window_size", "negative_samples", "shuffle", "categorical", "sampling_table", "seed"})
  for name, value in pairs(options) do o[name] = value end
  local draw = generator(o.seed or math.floor(core.rand(1)[1] * 1e6))
  local found, labels = neighbours(as_table(sequence), o, draw), {}
  local positive, negative = #found, math.floor(#found * o.negative_samples)
  local words = {}
  for i = 1, positive do words[i] = found[i][1] end
  shuffled(words, draw)
  for i = 1, negative do found[positive + i] = {words[(i - 1) % positive + 1], 1 + draw(vocabulary_size - 1)} end
  for i = 1, positive + negative do
    labels[i] = o.categorical and (i <= positive and {0, 1} or {1, 0}) or i <= positive and 1 or 0
  end
  if o.shuffle then
    local seed = draw(1 << 30)
    shuffled(found, generator(seed))
    shuffled(labels, generator(seed))
  end
  return found, labels
end

return M
