/* text_vectorization.c - texts as the numbers of their tokens: standardised, split, taken together
 * as n-grams, then numbered as by StringLookup with mask_token "". x (batch) or (batch, 1) texts,
 * or without a split (batch, n) tokens -> (batch, tokens) int64, filled with 0 to the longest row
 * or to output_sequence_length; or one row of (batch, vocabulary) for each text. */
#include <string.h>

#include "encode.h"
#include "token_table.h"
#include "tokenizer.h"

typedef struct vectorization_args {
  knn__layer_common common;
  knn__token_args tokens;
  int standardize, split;
  knn_config *ngrams;
  int64_t output_sequence_length;
  bool ragged;
} vectorization_args;

typedef struct vectorization_fields {
  knn__token_table table;
  knn_ints ngrams; /* sizes; n = 0: none */
} vectorization_fields;

enum { LOWER_AND_STRIP, LOWER, STRIP };

static const knn_param params[] = {
    KNN__PARAM(vectorization_args, standardize, KNN_P_ENUM, "lower_and_strip_punctuation",
               "What is done to a text first, to ASCII letters and punctuation; null = nothing.",
               .choices = "lower_and_strip_punctuation|lower|strip_punctuation", .nullable = true),
    KNN__PARAM(vectorization_args, split, KNN_P_ENUM, "whitespace",
               "Where tokens end; null = a string is a token.", .choices = "whitespace|character",
               .nullable = true),
    KNN__PARAM(
        vectorization_args, ngrams, KNN_P_CONFIG, "null",
        "Runs of tokens that count as one: n = those of 1 to n tokens, a list = those sizes."),
    KNN__PARAM(vectorization_args, output_sequence_length, KNN_P_INT, "null",
               "Numbers in each row; null = those of the longest.", .mark = KNN_COUNT, .min = 1,
               .max = 1e9),
    KNN__PARAM(vectorization_args, ragged, KNN_P_BOOL, "false",
               "Keras's rows of different lengths; there are none here."),
    KNN__TOKEN_PARAMS(vectorization_args),
    KNN__LAYER_PARAMS(vectorization_args),
};

static void finalize(knn_layer *layer) {
  knn__tokens_drop(&((vectorization_fields *)layer->fields)->table);
}

static knn_status take_ngrams(knn_ctx *ctx, const knn_config *given, knn_ints *out) {
  const knn_config_kind kind = knn_config_kind_of(given);
  const int n = kind == KNN_CONFIG_INT ? (int)knn_config_get_int(given) : knn_config_size(given);
  const int most = (int)(sizeof out->v / sizeof *out->v);
  bool fits = kind == KNN_CONFIG_NULL ||
              ((kind == KNN_CONFIG_INT || kind == KNN_CONFIG_LIST) && n >= 1 && n <= most);
  for (int i = 0; i < n && fits && kind != KNN_CONFIG_NULL; i++) {
    out->v[i] = kind == KNN_CONFIG_INT ? i + 1 : knn_config_get_int(knn_config_at(given, i));
    fits = out->v[i] >= 1 && out->v[i] <= 1000;
  }
  out->n = kind == KNN_CONFIG_NULL ? 0 : n;
  if (fits) return KNN_OK;
  return knn_fail(ctx, KNN_EARG,
                  "'ngrams' must be a number of 1 to %d, or a list of sizes, such as {2, 3}", most);
}

static knn_status check_modes(knn_ctx *ctx, const vectorization_args *args) {
  if (args->ragged)
    return knn_fail(
        ctx, KNN_EARG,
        "'ragged = true' asks for rows of different lengths, which no tensor here has; rows "
        "are filled with 0, or take output_mode = \"count\"");
  if (args->output_sequence_length != KNN_NONE && args->tokens.output_mode != KNN__TOKENS_INT)
    return knn_fail(ctx, KNN_EARG, "'output_sequence_length' goes with output_mode = \"int\" only");
  if (args->tokens.output_mode == KNN__TOKENS_ONE_HOT && args->split != KNN__CUT_NONE)
    return knn_fail(
        ctx, KNN_EARG,
        "output_mode = \"one_hot\" of split texts would give rows of different lengths; take "
        "\"multi_hot\" or \"count\"");
  return KNN_OK;
}

static knn_status check(knn_layer *layer) {
  vectorization_args *args = layer->base.args;
  vectorization_fields *f = layer->fields;
  static char nothing[] = "", unknown[] = "[UNK]";
  args->tokens.num_oov_indices = 1;
  args->tokens.mask_token = nothing;
  args->tokens.oov_token = unknown;
  KNN__TRY(check_modes(layer->base.ctx, args));
  KNN__TRY(take_ngrams(layer->base.ctx, args->ngrams, &f->ngrams));
  return knn__tokens_check(layer, &args->tokens, &f->table);
}

/* ---- rows of tokens ---- */

/* Each row is `width` strings, one where they are split. flat: the result has no axis of rows. */
typedef struct layout {
  int64_t rows, width;
  bool flat;
} layout;

static layout layout_of(const vectorization_args *args, const knn_tensor *x) {
  const int rank = knn_tensor_rank(x);
  if (args->split != KNN__CUT_NONE) return (layout){knn_tensor_size(x), 1, rank == 0};
  if (rank == 2) return (layout){knn_tensor_dim(x, 0), knn_tensor_dim(x, 1), false};
  return (layout){1, knn_tensor_size(x), true};
}

static knn_status check_input(const knn_layer *layer, const knn__spec *in) {
  const vectorization_args *args = layer->base.args;
  const bool split = args->split != KNN__CUT_NONE;
  const bool fits =
      in->rank < 2 || (in->rank == 2 && (!split || in->dims[1] == 1 || in->dims[1] == KNN_ANY));
  if (fits) return KNN_OK;
  return knn_fail(layer->base.ctx, KNN_ESHAPE, "texts of shape %s expected, got %s",
                  split ? "(batch,) or (batch, 1)" : "(batch, tokens)", KNN__SPEC(*in));
}

static knn__tokenizer new_tokenizer(const knn_layer *layer) {
  const vectorization_args *args = layer->base.args;
  const vectorization_fields *f = layer->fields;
  return (knn__tokenizer){
      .ctx = layer->base.ctx,
      .lower = args->standardize == LOWER || args->standardize == LOWER_AND_STRIP,
      .strip = args->standardize == STRIP || args->standardize == LOWER_AND_STRIP,
      .split = (knn__cut)args->split,
      .ngrams = f->ngrams};
}

static knn_status row_tokens(knn__tokenizer *t, const knn_tensor *x, layout l, int64_t row) {
  knn__tokenizer_reset(t);
  for (int64_t i = 0; i < l.width; i++)
    KNN__TRY(knn__tokenizer_add(t, knn_tensor_string(x, row * l.width + i)));
  return knn__tokenizer_join(t);
}

/* ---- numbers ---- */

static knn_status infer(knn_layer *layer, const knn__spec *in, knn__spec *out) {
  const vectorization_args *args = layer->base.args;
  const vectorization_fields *f = layer->fields;
  const bool split = args->split != KNN__CUT_NONE,
             flat = in->rank == 0 || (in->rank == 1 && !split);
  KNN__TRY(check_input(layer, in));
  if (args->tokens.output_mode != KNN__TOKENS_INT) KNN__TRY(knn__tokens_need(layer, &f->table));
  *out = (knn__spec){.dtype = KNN_I64, .rank = flat ? 1 : 2, .dims = {in->dims[0]}};
  int64_t *length = &out->dims[out->rank - 1];
  if (knn__tokens_by_sample(&args->tokens)) {
    out->dtype = KNN_F32;
    *length = knn__tokens_depth(&args->tokens, &f->table);
  } else if (split || f->ngrams.n > 0) {
    *length = KNN_ANY;
  } else if (in->rank > 0) {
    *length = in->dims[in->rank - 1];
  }
  if (args->output_sequence_length != KNN_NONE && !flat) *length = args->output_sequence_length;
  return KNN_OK;
}

/* The numbers of all rows, one behind the other, and where each row ends. */
typedef struct numbering {
  knn_ctx *ctx;
  int64_t *list, *ends;
  int n, room;
  int64_t longest;
} numbering;

static knn_status number_rows(knn_layer *layer, const knn_tensor *x, layout l, knn__tokenizer *t,
                              numbering *out) {
  const vectorization_args *args = layer->base.args;
  const vectorization_fields *f = layer->fields;
  out->ends = knn__alloc(out->ctx, (size_t)l.rows * sizeof *out->ends);
  if (!out->ends) return KNN_ENOMEM;
  for (int64_t r = 0; r < l.rows; r++) {
    KNN__TRY(row_tokens(t, x, l, r));
    for (int i = 0; i < t->n; i++) {
      KNN__TRY(knn__grow(out->ctx, (void **)&out->list, &out->room, out->n, sizeof *out->list));
      KNN__TRY(knn__token_number(layer, &args->tokens, &f->table, knn__tokenizer_at(t, i),
                                 &out->list[out->n++]));
    }
    out->ends[r] = out->n;
    if (t->n > out->longest) out->longest = t->n;
  }
  return KNN_OK;
}

/* Rows of one length, cut or filled with 0. */
static knn_status pack(const vectorization_args *args, const numbering *numbers, layout l,
                       knn_tensor **out) {
  const bool given = args->output_sequence_length != KNN_NONE && !l.flat;
  const int64_t length = given ? args->output_sequence_length : numbers->longest;
  const int64_t dims[] = {l.rows, length};
  KNN__TRY(knn_tensor_new(numbers->ctx, KNN_I64, l.flat ? 1 : 2, l.flat ? dims + 1 : dims, out));
  int64_t *row = knn_tensor_data(*out), first = 0;
  for (int64_t r = 0; r < l.rows; r++, row += length) {
    const int64_t n = numbers->ends[r] - first;
    memcpy(row, numbers->list + first, (size_t)(n < length ? n : length) * sizeof *row);
    first = numbers->ends[r];
  }
  return KNN_OK;
}

static knn_status count_rows(knn_layer *layer, const knn_tensor *x, layout l, knn__tokenizer *t,
                             knn_tensor **out) {
  const vectorization_args *args = layer->base.args;
  const vectorization_fields *f = layer->fields;
  const int64_t depth = knn__tokens_depth(&args->tokens, &f->table), dims[] = {l.rows, depth};
  KNN__TRY(knn_tensor_new(t->ctx, KNN_F32, l.flat ? 1 : 2, l.flat ? dims + 1 : dims, out));
  float *row = knn_tensor_data(*out);
  for (int64_t r = 0; r < l.rows; r++, row += depth) {
    KNN__TRY(row_tokens(t, x, l, r));
    for (int i = 0; i < t->n; i++) {
      int64_t number;
      KNN__TRY(
          knn__token_number(layer, &args->tokens, &f->table, knn__tokenizer_at(t, i), &number));
      if (number >= 0) row[number]++;
    }
    knn__tokens_weigh(&args->tokens, &f->table, row);
  }
  return KNN_OK;
}

static knn_status read(knn_layer *layer, const knn_tensor *x, knn_tensor **out) {
  const vectorization_args *args = layer->base.args;
  const vectorization_fields *f = layer->fields;
  knn__tokenizer t = new_tokenizer(layer);
  numbering numbers = {.ctx = layer->base.ctx};
  knn__spec spec = {.rank = knn_tensor_rank(x)};
  for (int i = 0; i < spec.rank; i++) spec.dims[i] = knn_tensor_dim(x, i);
  KNN__TRY(check_input(layer, &spec));
  KNN__TRY(knn__tokens_need(layer, &f->table));
  const layout l = layout_of(args, x);
  knn_status st;
  *out = NULL;
  if (knn__tokens_by_sample(&args->tokens)) {
    st = count_rows(layer, x, l, &t, out);
  } else {
    st = number_rows(layer, x, l, &t, &numbers);
    if (st == KNN_OK) st = pack(args, &numbers, l, out);
  }
  if (st != KNN_OK) {
    knn_tensor_release(*out);
    *out = NULL;
  }
  knn__tokenizer_clear(&t);
  knn__free(layer->base.ctx, numbers.list);
  knn__free(layer->base.ctx, numbers.ends);
  return st;
}

static void call(knn_layer *layer, knn__scope *s, knn__layer_io *io) {
  const vectorization_args *args = layer->base.args;
  const vectorization_fields *f = layer->fields;
  if (!io->read) {
    knn__scope_fail(s, KNN_ETYPE, "texts expected, got %s", knn_dtype_name(io->in[0]->spec.dtype));
    return;
  }
  if (args->tokens.output_mode == KNN__TOKENS_ONE_HOT)
    io->out[0] =
        knn__encode(s, io->in[0], KNN__ENCODE_ONE_HOT, knn__tokens_depth(&args->tokens, &f->table),
                    knn__layer_dtype(layer), NULL);
  else
    io->out[0] = knn__tokens_by_sample(&args->tokens)
                     ? knn__cast(s, io->in[0], knn__layer_dtype(layer))
                     : io->in[0];
}

/* ---- the vocabulary ---- */

/* In a list each text is a document, split or not. */
static knn_status adapt(knn_layer *layer, const knn_tensor *data) {
  vectorization_args *args = layer->base.args;
  vectorization_fields *f = layer->fields;
  knn_ctx *ctx = layer->base.ctx;
  if (knn_tensor_dtype(data) != KNN_STRING)
    return knn_fail(ctx, KNN_ETYPE, "texts expected, got %s",
                    knn_dtype_name(knn_tensor_dtype(data)));
  knn__token_counts counts = {.words = {.bytes = {.ctx = ctx}}};
  knn__tokenizer t = new_tokenizer(layer);
  layout l = layout_of(args, data);
  if (l.flat) l = (layout){knn_tensor_size(data), 1, false};
  knn_status st = KNN_OK;
  for (int64_t r = 0; r < l.rows && st == KNN_OK; r++) {
    st = row_tokens(&t, data, l, r);
    for (int i = 0; i < t.n && st == KNN_OK; i++)
      st = knn__token_seen(&counts, knn__tokenizer_at(&t, i));
    counts.rows++;
  }
  knn__tokenizer_clear(&t);
  const knn_status adapted = knn__tokens_adapt(layer, &args->tokens, &f->table, &counts);
  return st == KNN_OK ? adapted : st;
}

static knn_status set_vocabulary(knn_layer *layer, const knn_config *tokens,
                                 const knn_config *weights) {
  vectorization_args *args = layer->base.args;
  vectorization_fields *f = layer->fields;
  return knn__tokens_set(layer, &args->tokens, &f->table, tokens, weights);
}

static knn_status get_vocabulary(const knn_layer *layer, bool special, knn_config **out) {
  const vectorization_args *args = layer->base.args;
  const vectorization_fields *f = layer->fields;
  return knn__tokens_get(layer, &args->tokens, &f->table, special, out);
}

static const knn__vocabulary vocabulary = {false, set_vocabulary, get_vocabulary};
static const knn__strings strings = {true, infer, read};

const knn__layer_def knn__layer_text_vectorization = {
    .cls = {.family = "layer",
            .name = "TextVectorization",
            .summary = "Texts as the numbers of their tokens.",
            .detail =
                "A text is standardised, split and numbered: 0 fills up, 1 is an unknown token, "
                "the vocabulary begins with 2. The modes multi_hot, count and tf_idf have no "
                "number 0. layer:adapt(texts) finds the vocabulary: the most frequent first, of "
                "equals the larger.",
            .shapes =
                "x (batch) or (batch, 1) texts -> (batch, tokens) int64, or (batch, vocabulary)",
            .example = "local layer = knn.layers.TextVectorization{output_sequence_length = 4}\n"
                       "layer:adapt{\"foo bar\", \"bar baz\", \"baz bada boom\"}\n"
                       "print(layer{\"foo qux bar\", \"qux baz\"})",
            .source = "Keras, TextVectorization",
            .see = "StringLookup|Embedding|Hashing",
            KNN__PARAMS(params, vectorization_args)},
    .inputs = KNN__IN_ANY,
    .takes_integers = true,
    .fields_size = sizeof(vectorization_fields),
    .check = check,
    .call = call,
    .adapt = adapt,
    .vocabulary = &vocabulary,
    .strings = &strings,
    .finalize = finalize,
};
