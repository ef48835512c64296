/* string_lookup.c - strings as their numbers in a vocabulary. x (...) strings -> (...) int64, or
 * encoded; see token_table.h for the numbers. With invert: from numbers (...) to strings (...). */
#include <string.h>

#include "encode.h"
#include "token_table.h"

typedef struct lookup_args {
  knn__layer_common common;
  knn__token_args tokens;
} lookup_args;

typedef struct lookup_fields {
  knn__token_table table;
  knn_value *numbered; /* with invert: the strings by number, the last one for unknown numbers */
} lookup_fields;

static const knn_param params[] = {
    KNN__TOKEN_PARAMS(lookup_args),
    KNN__TOKEN_PARAM(lookup_args, num_oov_indices, KNN_P_INT, "1",
                     "Numbers for what is not in the vocabulary; of several, a hash chooses.",
                     .mark = KNN_COUNT, .min = 0, .max = 1e9),
    KNN__TOKEN_PARAM(lookup_args, mask_token, KNN_P_STRING, "null",
                     "String that stands for no entry."),
    KNN__TOKEN_PARAM(lookup_args, oov_token, KNN_P_STRING, "'[UNK]'",
                     "What invert gives for numbers of unknown strings.", .nullable = true),
    KNN__TOKEN_PARAM(lookup_args, invert, KNN_P_BOOL, "false", "From numbers to strings."),
    KNN__TOKEN_PARAM(lookup_args, salt, KNN_P_INTS, "null",
                     "Key of the hash, one number or two; null = none.", .mark = KNN_LABEL,
                     .arity = 2),
    KNN__LAYER_PARAMS(lookup_args),
};

static void drop_numbered(lookup_fields *f) {
  knn_value_release(f->numbered);
  f->numbered = NULL;
}

static void finalize(knn_layer *layer) {
  lookup_fields *f = layer->fields;
  knn__tokens_drop(&f->table);
  drop_numbered(f);
}

static knn_status check(knn_layer *layer) {
  lookup_args *args = layer->base.args;
  return knn__tokens_check(layer, &args->tokens, &((lookup_fields *)layer->fields)->table);
}

/* ---- from strings ---- */

/* A sample lies along the second axis, or is a lone row; its axis goes, one of columns is added. */
static knn_status infer(knn_layer *layer, const knn__spec *in, knn__spec *out) {
  const lookup_args *args = layer->base.args;
  const lookup_fields *f = layer->fields;
  *out = *in;
  out->dtype = KNN_I64;
  if (args->tokens.output_mode != KNN__TOKENS_INT) KNN__TRY(knn__tokens_need(layer, &f->table));
  if (!knn__tokens_by_sample(&args->tokens)) return KNN_OK;
  out->dtype = KNN_F32;
  for (int i = 1; i + 1 < out->rank; i++) out->dims[i] = in->dims[i + 1];
  if (out->rank == 0) out->rank = 1;
  out->dims[out->rank - 1] = knn__tokens_depth(&args->tokens, &f->table);
  return KNN_OK;
}

static knn_status number_all(knn_layer *layer, const knn_tensor *x, int64_t *numbers) {
  const lookup_args *args = layer->base.args;
  const lookup_fields *f = layer->fields;
  for (int64_t i = 0; i < knn_tensor_size(x); i++)
    KNN__TRY(
        knn__token_number(layer, &args->tokens, &f->table, knn_tensor_string(x, i), &numbers[i]));
  return KNN_OK;
}

/* What the mode makes of the counts of the n strings x[at], x[at + step], ... */
static knn_status count_row(knn_layer *layer, const knn_tensor *x, int64_t at, int64_t step,
                            int64_t n, float *row) {
  const lookup_args *args = layer->base.args;
  const lookup_fields *f = layer->fields;
  for (int64_t i = 0; i < n; i++) {
    int64_t number;
    KNN__TRY(knn__token_number(layer, &args->tokens, &f->table, knn_tensor_string(x, at + i * step),
                               &number));
    if (number >= 0) row[number]++;
  }
  knn__tokens_weigh(&args->tokens, &f->table, row);
  return KNN_OK;
}

static knn_status count_samples(knn_layer *layer, const knn_tensor *x, knn_tensor *out) {
  const int rank = knn_tensor_rank(x);
  const int64_t *dims = knn_tensor_dims(x), depth = knn_tensor_dim(out, -1),
                outer = rank > 1 ? dims[0] : 1, n = rank > 1 ? dims[1] : knn_tensor_size(x);
  int64_t inner = 1;
  for (int i = 2; i < rank; i++) inner *= dims[i];
  float *row = knn_tensor_data(out);
  for (int64_t o = 0; o < outer; o++)
    for (int64_t i = 0; i < inner; i++, row += depth)
      KNN__TRY(count_row(layer, x, o * n * inner + i, inner, n, row));
  return KNN_OK;
}

static knn_status read(knn_layer *layer, const knn_tensor *x, knn_tensor **out) {
  const lookup_args *args = layer->base.args;
  const lookup_fields *f = layer->fields;
  knn__spec in = {.dtype = KNN_STRING, .rank = knn_tensor_rank(x)}, spec;
  for (int i = 0; i < in.rank; i++) in.dims[i] = knn_tensor_dim(x, i);
  KNN__TRY(knn__tokens_need(layer, &f->table));
  KNN__TRY(infer(layer, &in, &spec));
  KNN__TRY(knn_tensor_new(layer->base.ctx, spec.dtype, spec.rank, spec.dims, out));
  const knn_status st = knn__tokens_by_sample(&args->tokens)
                            ? count_samples(layer, x, *out)
                            : number_all(layer, x, knn_tensor_data(*out));
  if (st != KNN_OK) {
    knn_tensor_release(*out);
    *out = NULL;
  }
  return st;
}

/* ---- to strings ---- */

static knn_string to_string(const char *s) {
  return (knn_string){s ? s : "", s ? strlen(s) : 0};
}

static knn_status make_numbered(knn_layer *layer) {
  const lookup_args *args = layer->base.args;
  lookup_fields *f = layer->fields;
  knn_ctx *ctx = layer->base.ctx;
  const int64_t n = f->table.n + 1, special = knn__tokens_special(&args->tokens);
  knn_tensor *t = NULL;
  knn_string *list = knn__alloc(ctx, (size_t)n * sizeof *list);
  if (!list) return KNN_ENOMEM;
  for (int64_t i = 0; i < n; i++)
    list[i] = i >= special && i < f->table.n      ? f->table.words.list[i - special]
              : i == 0 && args->tokens.mask_token ? to_string(args->tokens.mask_token)
                                                  : to_string(args->tokens.oov_token);
  knn_status st = knn_tensor_from(ctx, KNN_STRING, 1, &n, list, &t);
  if (st == KNN_OK) st = knn_value_from(t, &f->numbered);
  knn_tensor_release(t);
  knn__free(ctx, list);
  return st;
}

static knn_value *invert(knn_layer *layer, knn__scope *s, knn_value *x) {
  lookup_fields *f = layer->fields;
  s->status = knn__tokens_need(layer, &f->table);
  if (s->status == KNN_OK && !f->numbered) s->status = make_numbered(layer);
  x = knn__to_ids(s, x);
  knn_value *last = knn__scalar_like(s, x, (double)f->table.n);
  knn_value *unknown =
      knn__logical_or(s, knn__less(s, x, knn__scalar_like(s, x, 0)), knn__greater(s, x, last));
  return knn__take(s, f->numbered, knn__where(s, unknown, last, x), 0);
}

static void call(knn_layer *layer, knn__scope *s, knn__layer_io *io) {
  const lookup_args *args = layer->base.args;
  const lookup_fields *f = layer->fields;
  if (args->tokens.invert == io->read) {
    knn__scope_fail(
        s, KNN_ETYPE,
        io->read ? "with invert it takes numbers, got strings" : "strings expected, got %s",
        knn_dtype_name(io->in[0]->spec.dtype));
    return;
  }
  if (args->tokens.invert)
    io->out[0] = invert(layer, s, io->in[0]);
  else if (args->tokens.output_mode == KNN__TOKENS_ONE_HOT)
    io->out[0] =
        knn__encode(s, io->in[0], KNN__ENCODE_ONE_HOT, knn__tokens_depth(&args->tokens, &f->table),
                    knn__layer_dtype(layer), NULL);
  else
    io->out[0] = knn__tokens_by_sample(&args->tokens)
                     ? knn__cast(s, io->in[0], knn__layer_dtype(layer))
                     : io->in[0];
}

/* ---- the vocabulary ---- */

/* A row is a document; in a list each string is one. */
static knn_status adapt(knn_layer *layer, const knn_tensor *data) {
  lookup_args *args = layer->base.args;
  lookup_fields *f = layer->fields;
  knn_ctx *ctx = layer->base.ctx;
  knn__token_counts counts = {.words = {.bytes = {.ctx = ctx}}};
  const int64_t n = knn_tensor_size(data),
                width = knn_tensor_rank(data) > 1
                            ? n / (knn_tensor_dim(data, 0) ? knn_tensor_dim(data, 0) : 1)
                            : 1;
  if (knn_tensor_dtype(data) != KNN_STRING)
    return knn_fail(ctx, KNN_ETYPE, "strings expected, got %s",
                    knn_dtype_name(knn_tensor_dtype(data)));
  knn_status st = KNN_OK;
  for (int64_t i = 0; i < n && st == KNN_OK; i++) {
    st = knn__token_seen(&counts, knn_tensor_string(data, i));
    counts.rows += (i + 1) % width == 0;
  }
  drop_numbered(f);
  const knn_status adapted = knn__tokens_adapt(layer, &args->tokens, &f->table, &counts);
  return st == KNN_OK ? adapted : st;
}

static knn_status set_vocabulary(knn_layer *layer, const knn_config *tokens,
                                 const knn_config *weights) {
  lookup_args *args = layer->base.args;
  lookup_fields *f = layer->fields;
  drop_numbered(f);
  return knn__tokens_set(layer, &args->tokens, &f->table, tokens, weights);
}

static knn_status get_vocabulary(const knn_layer *layer, bool special, knn_config **out) {
  const lookup_args *args = layer->base.args;
  const lookup_fields *f = layer->fields;
  return knn__tokens_get(layer, &args->tokens, &f->table, special, out);
}

static const knn__vocabulary vocabulary = {false, set_vocabulary, get_vocabulary};
static const knn__strings strings = {true, infer, read};

const knn__layer_def knn__layer_string_lookup = {
    .cls = {.family = "layer",
            .name = "StringLookup",
            .summary = "Strings as their numbers in a vocabulary.",
            .detail = "Numbers: 0 for mask_token (where it is set and the mode is int), "
                      "num_oov_indices for unknown strings, then the vocabulary. "
                      "layer:adapt(data) finds it: the most frequent first, of equals the larger.",
            .shapes = "x (...) strings -> (...) int64, or encoded",
            .example =
                "local y = knn.layers.StringLookup{vocabulary = {\"a\", \"b\"}}(knn.tensor{\"b\", "
                "\"z\"})",
            .source = "Keras, StringLookup",
            .see = "TextVectorization|IntegerLookup|Hashing",
            KNN__PARAMS(params, lookup_args)},
    .inputs = KNN__IN_ANY,
    .takes_integers = true,
    .fields_size = sizeof(lookup_fields),
    .check = check,
    .call = call,
    .adapt = adapt,
    .vocabulary = &vocabulary,
    .strings = &strings,
    .finalize = finalize,
};
