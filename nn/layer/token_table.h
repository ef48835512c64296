/* token_table.h - the vocabulary of layers that number strings. Numbers: 0 for mask_token (only
 * where it is set and the mode is int), then num_oov_indices for unknown strings, then the
 * vocabulary. The modes multi_hot, count and tf_idf have one column for each number and no mask. */
#ifndef KNN__TOKEN_TABLE_H
#define KNN__TOKEN_TABLE_H

#include "layer.h"
#include "words.h"

/* What such a layer is asked for. */
typedef struct knn__token_args {
  int64_t max_tokens, num_oov_indices;
  char *mask_token, *oov_token; /* NULL = none */
  knn_config *vocabulary, *idf_weights;
  int output_mode;
  bool invert, pad_to_max_tokens, sparse;
  char *encoding;
  knn_ints salt;
} knn__token_args;

enum {
  KNN__TOKENS_INT,
  KNN__TOKENS_ONE_HOT,
  KNN__TOKENS_MULTI_HOT,
  KNN__TOKENS_COUNT,
  KNN__TOKENS_TF_IDF,
  KNN__TOKENS_BINARY, /* older names of multi_hot and tf_idf; check settles them */
  KNN__TOKENS_TF_IDF_DASHED
};

/* Parameters of the block's member `tokens`. */
#define KNN__TOKEN_PARAM(block, field, KIND, DEFAULT, DOC, ...)     \
  {                                                                 \
    .name = #field, .kind = (KIND), .def = (DEFAULT), .doc = (DOC), \
    .offset = offsetof(block, tokens.field), __VA_ARGS__            \
  }
#define KNN__TOKEN_PARAMS(block)                                                                 \
  KNN__TOKEN_PARAM(block, max_tokens, KNN_P_INT, "null",                                         \
                   "Most numbers there may be, those of mask and unknown included; null = any.", \
                   .mark = KNN_COUNT, .min = 2, .max = 1e9),                                     \
      KNN__TOKEN_PARAM(                                                                          \
          block, vocabulary, KNN_P_CONFIG, "null",                                               \
          "List of strings in the order of their numbers; default: what adapt finds."),          \
      KNN__TOKEN_PARAM(block, idf_weights, KNN_P_CONFIG, "null",                                 \
                       "Weights of the vocabulary's strings for the mode tf_idf."),              \
      KNN__TOKEN_PARAM(block, output_mode, KNN_P_ENUM, "int",                                    \
                       "Numbers; one_hot: a row for each; multi_hot, count, tf_idf: a row for "  \
                       "each sample, with 1, the count, or count times weight.",                 \
                       .choices = "int|one_hot|multi_hot|count|tf_idf|binary|tf-idf"),           \
      KNN__TOKEN_PARAM(block, pad_to_max_tokens, KNN_P_BOOL, "false",                            \
                       "max_tokens columns also where the vocabulary is smaller."),              \
      KNN__TOKEN_PARAM(block, sparse, KNN_P_BOOL, "false",                                       \
                       "Keras's sparse results; there are none here."),                          \
      KNN__TOKEN_PARAM(block, encoding, KNN_P_STRING, "utf-8", "Encoding of the texts.")

typedef struct knn__token_table {
  bool given; /* the vocabulary, to the constructor */
  knn__words words;
  double *idf; /* one for each number, or NULL */
  int64_t n;   /* numbers that there are; 0 = no vocabulary yet */
} knn__token_table;

/* Finding a vocabulary: tokens as they come, row after row. Start from {.words.bytes.ctx = ctx}. */
typedef struct knn__token_counts {
  knn__words words;
  struct knn__token_count {
    int64_t count, rows, last_row;
  } * counts;
  int room;
  int64_t rows; /* seen so far */
} knn__token_counts;
knn_status knn__token_seen(knn__token_counts *counts, knn_string token);
/* Ends with the counts cleared, whatever the result. */
knn_status knn__tokens_adapt(knn_layer *layer, knn__token_args *args, knn__token_table *table,
                             knn__token_counts *counts);

/* The arguments fit together? Settles the mode and takes a vocabulary that was given. */
knn_status knn__tokens_check(knn_layer *layer, knn__token_args *args, knn__token_table *table);
void knn__tokens_drop(knn__token_table *table);
/* As the hooks of knn__vocabulary. */
knn_status knn__tokens_set(knn_layer *layer, knn__token_args *args, knn__token_table *table,
                           const knn_config *tokens, const knn_config *weights);
knn_status knn__tokens_get(const knn_layer *layer, const knn__token_args *args,
                           const knn__token_table *table, bool special, knn_config **out);

/* KNN_ESTATE unless there is a vocabulary. */
knn_status knn__tokens_need(const knn_layer *layer, const knn__token_table *table);
/* Number of a token, -1 for a mask without one. KNN_EDATA for an unknown one that has no place. */
knn_status knn__token_number(const knn_layer *layer, const knn__token_args *args,
                             const knn__token_table *table, knn_string token, int64_t *number);
/* Does the mode give a row for each sample? */
static inline bool knn__tokens_by_sample(const knn__token_args *args) {
  return args->output_mode >= KNN__TOKENS_MULTI_HOT;
}
/* Columns of the encoded modes. */
int64_t knn__tokens_depth(const knn__token_args *args, const knn__token_table *table);
/* From counts to what the mode wants, in place. */
void knn__tokens_weigh(const knn__token_args *args, const knn__token_table *table, float *row);
/* First number of the vocabulary itself. */
int64_t knn__tokens_special(const knn__token_args *args);

#endif
