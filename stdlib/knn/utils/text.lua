--- Texts as lists of words and of numbers, as Keras's older preprocessing makes them. Numbers of words count from 1 and
-- are values: 0 stands for no word. The layer TextVectorization does the same inside of a model.
-- @module knn.utils.text
local core = require "knn.core"
local check = require "knn.utils.check"
local lower = require "knn.utils.lower"

local M = {}

local word_options = {filters = "!\"#$%&()*+,-./:;<=>?@[\\]^_`{|}~\t\n", lower = true, split = " "}

local function with_defaults(who, options, more)
  local o, known = {}, {}
  for _, defaults in ipairs {word_options, more} do
    for name, value in pairs(defaults) do
      o[name] = value
      known[#known + 1] = name
    end
  end
  table.sort(known)
  check.options(who, options or {}, known)
  for name, value in pairs(options or {}) do
    if value == core.ANY then value = nil end
    o[name] = value
  end
  return o
end

local function words_of(text, o)
  local filtered, list = {}, {}
  for c in o.filters:gmatch(utf8.charpattern) do filtered[c] = o.split end
  if o.lower then text = lower(text) end
  text = text:gsub(utf8.charpattern, filtered) .. o.split
  local at = 1
  while at <= #text do
    local first, last = text:find(o.split, at, true)
    if first > at then list[#list + 1] = text:sub(at, first - 1) end
    at = last + 1
  end
  return list
end

--- The words of a text, in order.
-- @tparam string text
-- @tparam[opt] table options  filters, characters that become blanks; lower = true; split = " "
function M.text_to_word_sequence(text, options)
  return words_of(text, with_defaults("text_to_word_sequence", options, {}))
end

local function md5_bin(word, bins)
  local bin = 0
  for _, byte in ipairs {require "knn.utils.md5"(word):byte(1, -1)} do bin = (bin * 256 + byte) % bins end
  return bin
end

--- The words of a text as numbers 1 .. n - 1 by a hash; different words may get one number.
-- @tparam string text
-- @tparam int n
-- @tparam[opt] table options  hash_function = "farmhash" | "md5" | a function from a word to an integer; filters, lower,
--   split as of text_to_word_sequence; analyzer: a function from a text to its words
function M.hashing_trick(text, n, options)
  local o = with_defaults("hashing_trick", options, {hash_function = "farmhash", analyzer = false})
  local words = (o.analyzer or function(t) return words_of(t, o) end)(text)
  if o.hash_function == "farmhash" then
    if #words == 0 then return {} end
    return (core.layers.Hashing{n - 1}(core.tensor(words)) + 1):totable()
  end
  for i, word in ipairs(words) do
    words[i] = 1 + (o.hash_function == "md5" and md5_bin(word, n - 1) or o.hash_function(word) % (n - 1))
  end
  return words
end

--- hashing_trick with its default hash.
M.one_hot = function(text, n, options) return M.hashing_trick(text, n, options) end

local Tokenizer = {}
Tokenizer.__index = Tokenizer

--- Numbers for words by how often they occur.
-- @tparam[opt] table options  num_words: only words with smaller numbers are kept; filters, lower, split as of
--   text_to_word_sequence; char_level = false, each character is a word; oov_token, gets number 1 and stands for unknown
--   words; analyzer: a function from a text to its words
-- @treturn Tokenizer with word_index, index_word, word_counts, word_docs, index_docs, document_count
-- @usage local t = knn.utils.Tokenizer{num_words = 100}; t:fit_on_texts{"a b", "a"}; t:texts_to_sequences{"b a"}
function M.Tokenizer(options)
  local t = with_defaults("Tokenizer", options, {num_words = false, char_level = false, oov_token = false, analyzer = false})
  t.document_count, t.order = 0, {}
  t.word_counts, t.word_docs, t.index_docs, t.word_index, t.index_word = {}, {}, {}, {}, {}
  return setmetatable(t, Tokenizer)
end

-- The words of a text, or of a list of words.
local function sequence_of(t, text)
  if type(text) == "table" then
    local list = {}
    for i, word in ipairs(text) do list[i] = t.lower and lower(word) or word end
    return list
  end
  if t.analyzer and not t.char_level then return t.analyzer(text) end
  if not t.char_level then return words_of(text, t) end
  local list = {}
  for c in (t.lower and lower(text) or text):gmatch(utf8.charpattern) do list[#list + 1] = c end
  return list
end

local function each_text(texts)
  if type(texts) == "userdata" then texts = texts:reshape{-1}:totable() end
  if type(texts) ~= "table" then error("Tokenizer: a list of texts is expected, got a " .. type(texts), 3) end
  return ipairs(texts)
end

local function count(t, words)
  local seen = {}
  for _, word in ipairs(words) do
    if not t.word_counts[word] then t.order[#t.order + 1] = word end
    t.word_counts[word] = (t.word_counts[word] or 0) + 1
    if not seen[word] then t.word_docs[word] = (t.word_docs[word] or 0) + 1 end
    seen[word] = true
  end
end

-- The most frequent word first, of equals the one that came first.
local function ranked(t)
  local came, list = {}, table.move(t.order, 1, #t.order, 1, {})
  for i, word in ipairs(t.order) do came[word] = i end
  table.sort(list, function(a, b)
    local x, y = t.word_counts[a], t.word_counts[b]
    return x > y or x == y and came[a] < came[b]
  end)
  if t.oov_token then table.insert(list, 1, t.oov_token) end
  return list
end

--- Counts the words of texts, or of lists of words, and numbers all words that it has seen.
function Tokenizer:fit_on_texts(texts)
  for _, text in each_text(texts) do
    self.document_count = self.document_count + 1
    count(self, sequence_of(self, text))
  end
  self.word_index, self.index_word = {}, ranked(self)
  for i, word in ipairs(self.index_word) do self.word_index[word] = i end
  for word, documents in pairs(self.word_docs) do self.index_docs[self.word_index[word]] = documents end
end

--- Counts, of sequences of numbers, in how many each number occurs.
function Tokenizer:fit_on_sequences(sequences)
  self.document_count = self.document_count + #sequences
  for _, sequence in ipairs(sequences) do
    local seen = {}
    for _, i in ipairs(sequence) do
      if not seen[i] then self.index_docs[i] = (self.index_docs[i] or 0) + 1 end
      seen[i] = true
    end
  end
end

-- What stands for word number i, known or not: itself, the number for unknown words, or nothing.
local function kept(t, i)
  if i and not (t.num_words and i >= t.num_words) then return i end
  return t.oov_token and t.word_index[t.oov_token] or nil
end

--- Lists of the numbers of words; unknown ones are left out, or become the oov_token's.
function Tokenizer:texts_to_sequences(texts)
  local result = {}
  for n, text in each_text(texts) do
    local row = {}
    for _, word in ipairs(sequence_of(self, text)) do row[#row + 1] = kept(self, self.word_index[word]) end
    result[n] = row
  end
  return result
end

--- The words of lists of numbers, with blanks between them.
function Tokenizer:sequences_to_texts(sequences)
  local result = {}
  for n, sequence in ipairs(sequences) do
    local words = {}
    for _, i in ipairs(sequence) do words[#words + 1] = self.index_word[kept(self, self.index_word[i] and i)] end
    result[n] = table.concat(words, " ")
  end
  return result
end

local cell = {
  binary = function() return 1 end,
  count = function(_, c) return c end,
  freq = function(_, c, sequence) return c / #sequence end,
  tfidf = function(t, c, _, j)
    return (1 + math.log(c)) * math.log(1 + t.document_count / (1 + (t.index_docs[j] or 0)))
  end,
}

--- Lists of numbers as rows with a column for each number, 0 among them.
-- @tparam table sequences
-- @tparam[opt="binary"] string mode  "binary", "count", "freq" (shares) or "tfidf"
-- @shape (sequences, num_words), or without num_words as many columns as there are words, and one more
function Tokenizer:sequences_to_matrix(sequences, mode)
  mode = mode or "binary"
  check.choice("sequences_to_matrix", "mode", mode, {"binary", "count", "freq", "tfidf"})
  local columns = self.num_words or #self.index_word > 0 and #self.index_word + 1
  if not columns then error("sequences_to_matrix: give num_words, or call fit_on_texts first", 2) end
  if mode == "tfidf" and self.document_count == 0 then
    error("sequences_to_matrix: mode \"tfidf\" needs fit_on_texts or fit_on_sequences first", 2)
  end
  local rows = {}
  for n, sequence in ipairs(sequences) do
    local row, counts = {}, {}
    for j = 1, columns do row[j] = 0.0 end
    for _, j in ipairs(sequence) do counts[j] = (counts[j] or 0) + 1 end
    for j, c in pairs(counts) do
      if j < columns then row[j + 1] = cell[mode](self, c, sequence, j) end
    end
    rows[n] = row
  end
  return core.tensor(rows, "float32")
end

--- Texts as rows: texts_to_sequences, then sequences_to_matrix.
function Tokenizer:texts_to_matrix(texts, mode)
  return self:sequences_to_matrix(self:texts_to_sequences(texts), mode)
end

return M
