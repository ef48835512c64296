-- Words and their numbers against Keras's older preprocessing.
local K = dofile "tests/lua/keras.lua"
local knn = require "knn"
local T, utils = K.T, knn.utils

-- Python's None leaves lists as they are: {} is written {}.
local run = {}

function run.Tokenizer(case)
  local t = utils.Tokenizer(case.options)
  t:fit_on_texts(case.texts)
  T.equal(t.index_word, case.words)
  for i, word in ipairs(case.words) do
    T.equal(t.word_index[word], i)
    T.equal(t.word_counts[word] or 0, case.counts[i])
  end
  local sequences = t:texts_to_sequences(knn.tensor(case.held))
  T.equal(sequences, case.sequences)
  T.equal(t:sequences_to_texts(sequences), case.back)
  for mode, matrix in pairs(case.matrices) do K.close(t:texts_to_matrix(case.held, mode), matrix, mode) end
end

function run.text_to_word_sequence(case)
  T.equal(utils.text_to_word_sequence(case.text, case.options), case.words)
end

function run.hashing_trick(case)
  T.equal(utils.hashing_trick(case.text, case.n, case.options), case.numbers)
end

function run.skipgrams(case)
  local pairs_, labels = utils.skipgrams(case.sequence, case.size, case.options)
  T.equal(pairs_, case.pairs)
  T.equal(labels, case.labels)
end

function run.make_sampling_table(case)
  K.close(knn.tensor(utils.make_sampling_table(case.size)), case.table, "table")
end

function run.pad_sequences(case)
  local y = utils.pad_sequences(case.sequences, case.options)
  T.equal(y.dtype, case.output.dtype or "float32")
  K.close(y, case.output, "rows")
end

for i, case in ipairs(K.golden.cases "tokens") do
  T.test(K.title(case) .. " " .. i, function() run[case.name](case) end)
end

T.test("pairs with words at random", function()
  local sequence = {1, 2, 3, 4, 5, 6, 7}
  local pairs_, labels = utils.skipgrams(sequence, 8, {window_size = 1, negative_samples = 2, seed = 5})
  T.equal({#pairs_, #labels}, {36, 36})
  local good = 0
  for i, pair in ipairs(pairs_) do
    T.ok(pair[2] >= 1 and pair[2] <= 7, "a word")
    if labels[i] == 1 then
      good = good + 1
      T.equal(math.abs(pair[1] - pair[2]), 1)
    end
  end
  T.equal(good, 12)
  T.equal({utils.skipgrams(sequence, 8, {window_size = 1, negative_samples = 2, seed = 5})}, {pairs_, labels})
end)

T.test("numbers by a hash, for each word one", function()
  local numbers = utils.one_hot("the cat and the dog", 50)
  T.equal({#numbers, numbers[1]}, {5, numbers[4]})
  for _, n in ipairs(numbers) do T.ok(n >= 1 and n < 50, "in range") end
  T.equal(knn.preprocessing.text.one_hot("", 50), {})
  T.equal(utils.hashing_trick("ab c", 10, {hash_function = function(w) return #w end}), {3, 2})
end)

T.test("sequences of strings", function()
  T.equal(utils.pad_sequences({{"a"}, {"b", "c"}}, {value = "-", padding = "post"}):totable(), {{"a", "-"}, {"b", "c"}})
end)

T.test("what is refused", function()
  T.raises("unknown option 'maxLen'", utils.pad_sequences, {{1}}, {maxLen = 3})
  T.raises("'padding' is one of pre, post, got 'left'", utils.pad_sequences, {{1}}, {padding = "left"})
  T.raises("sequence 2 is a number", utils.pad_sequences, {{1}, 2})
  T.raises("a list of texts is expected, got a string", function() utils.Tokenizer{}:fit_on_texts "text" end)
  T.raises("call fit_on_texts first", function() utils.Tokenizer{}:texts_to_matrix{"a"} end)
  T.raises("unknown option 'words'", utils.Tokenizer, {words = 3})
  T.raises("'mode' is one of binary, count, freq, tfidf", function()
    utils.Tokenizer{num_words = 3}:texts_to_matrix({"a"}, "idf")
  end)
end)

T.test("texts from folders", function()
  local root = os.tmpname()
  os.remove(root)
  os.execute("mkdir -p " .. root .. "/neg " .. root .. "/pos")
  for i, name in ipairs{"neg/1.txt", "neg/2.txt", "pos/1.TXT", "pos/note.md"} do
    local file = assert(io.open(root .. "/" .. name, "wb"))
    file:write("text " .. i)
    file:close()
  end
  local ds, about = utils.text_dataset_from_directory(root, {batch_size = 2, shuffle = false, verbose = false})
  T.equal(about.class_names, {"neg", "pos"})
  local seen = {}
  for x, y in ds:each() do
    for i = 1, #x do seen[#seen + 1] = x[i] .. "=" .. y[i] end
  end
  T.equal(seen, {"text 1=0", "text 2=0", "text 3=1"})
  local short = utils.text_dataset_from_directory(root, {labels = false, shuffle = false, max_length = 2, verbose = false})
  for x in short:each() do T.equal(x:totable(), {"te", "te", "te"}) end
  os.execute("rm -r " .. root)
end)

T.run()
