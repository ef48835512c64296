"""Keras's older text preprocessing: Tokenizer, words, hashes, pairs of neighbours, padding."""

import numpy as np
from common import keras, write
from keras.src.legacy.preprocessing import sequence, text

texts = ["The cat sat on the mat.", "The dog\tate my\nhomework, the dog!", "Größe ÉTÉ ÄÖ привет ΑΒΓ Ā Ž", "",
         "a a a b b c", "dog_cat it's & more"]
held = ["the unknown dog sat", "", "c b a zebra", "ÉTÉ большой ПРИВЕТ"]


def tokenizer(options):
    t = text.Tokenizer(**options)
    t.fit_on_texts(texts)
    sequences = t.texts_to_sequences(held)
    return {"name": "Tokenizer", "options": options, "texts": texts, "held": held,
            "words": [t.index_word[i + 1] for i in range(len(t.index_word))],
            "counts": [t.word_counts.get(w, 0) for w in t.word_index], "sequences": sequences,
            "back": t.sequences_to_texts(sequences),
            "matrices": {mode: t.texts_to_matrix(held, mode).astype("float32")
                         for mode in ("binary", "count", "freq", "tfidf")}}


cases = [tokenizer(o) for o in ({}, {"num_words": 6}, {"oov_token": "<OOV>"}, {"num_words": 5, "oov_token": "?"},
                                {"lower": False}, {"char_level": True, "num_words": 12}, {"filters": "", "split": "a"})]
cases += [{"name": "text_to_word_sequence", "options": o, "text": t, "words": text.text_to_word_sequence(t, **o)}
          for t in texts for o in ({}, {"lower": False, "filters": "aeiou"})]
cases += [{"name": "hashing_trick", "options": {"hash_function": "md5"}, "n": n, "text": t,
           "numbers": text.hashing_trick(t, n, hash_function="md5")}
          for t, n in ((texts[0], 100), (texts[2], 1000003), ("", 5), ("w" * 300 + " " + "x" * 55 + " " + "y" * 64, 4096))]
cases += [{"name": "skipgrams", "options": o, "sequence": s, "size": 8, "pairs": p[0], "labels": p[1]}
          for s in ([1, 2, 3, 0, 4, 5, 1], [7], [0, 0]) for o in (
              {"negative_samples": 0, "shuffle": False}, {"negative_samples": 0, "shuffle": False, "window_size": 1},
              {"negative_samples": 0, "shuffle": False, "window_size": 2, "categorical": True})
          for p in [sequence.skipgrams(s, 8, **o)]]
cases += [{"name": "make_sampling_table", "size": 12, "table": sequence.make_sampling_table(12).astype("float32")}]
lists = [[1], [2, 3], [], [4, 5, 6, 7]]
deep = [[[1, 2]], [], [[3, 4], [5, 6]]]
cases += [{"name": "pad_sequences", "options": o, "sequences": s,
           "output": keras.utils.pad_sequences(s, **o)} for s, o in [
               (lists, {}), (lists, {"maxlen": 2}), (lists, {"maxlen": 6, "padding": "post", "value": 9}),
               (lists, {"maxlen": 3, "truncating": "post"}), (lists, {"maxlen": 3, "padding": "post", "truncating": "post"}),
               (lists, {"dtype": "float32", "value": -0.5}), (deep, {}), (deep, {"maxlen": 1, "truncating": "post", "value": 7})]]
write("tokens", cases, """
Words and their numbers, as Keras's older preprocessing makes them.
""")
