/* tokenizer.h - texts cut into tokens, as TensorFlow's strings are: bytes throughout, only ASCII is
 * lowered, stripped or taken for a blank. */
#ifndef KNN__TOKENIZER_H
#define KNN__TOKENIZER_H

#include "args.h"
#include "ctx.h"

/* -1 is what a parameter that may be null gives. */
typedef enum knn__cut { KNN__CUT_NONE = -1, KNN__CUT_BLANKS, KNN__CUT_CHARACTERS } knn__cut;

typedef struct knn__tokenizer {
  knn_ctx *ctx;
  bool lower, strip; /* ASCII letters; punctuation */
  knn__cut split;
  knn_ints ngrams; /* sizes of the runs of tokens that are taken together; n = 0: tokens alone */
  /* The tokens of the texts taken so far. Their bytes lie in `text` and are found by place, since
   * it moves while it grows. */
  char *text;
  size_t used, room;
  struct knn__token {
    size_t at, size;
  } * tokens;
  int n, capacity;
} knn__tokenizer;

/* Add a text: standardise, split. */
knn_status knn__tokenizer_add(knn__tokenizer *t, knn_string text);
/* All tokens were added: put the n-grams in their place, the smaller sizes first. */
knn_status knn__tokenizer_join(knn__tokenizer *t);
knn_string knn__tokenizer_at(const knn__tokenizer *t, int i);
/* Begin with another row; the memory is kept. */
void knn__tokenizer_reset(knn__tokenizer *t);
void knn__tokenizer_clear(knn__tokenizer *t);

#endif
