/* integer_lookup.c - integers as their numbers in a vocabulary. ids (...) -> (...) int64, or
 * encoded as CategoryEncoding does. Numbers: 0 for mask_token (only where it is set and the mode is
 * int), then num_oov_indices for what is not in the vocabulary, then the vocabulary. Of several
 * such numbers one is chosen by x mod num_oov_indices or by a hash. With invert: back from numbers.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "encode.h"

typedef struct lookup_args {
  knn__layer_common common;
  int64_t max_tokens, num_oov_indices, mask_token, oov_token;
  knn_config *vocabulary, *idf_weights;
  int vocabulary_dtype, output_mode, oov_method;
  bool invert, pad_to_max_tokens;
  knn_ints salt;
} lookup_args;

typedef struct lookup_fields {
  bool given; /* the vocabulary, to the constructor */
  knn_value *keys,
      *places; /* tokens ascending, and their numbers; owned, NULL without vocabulary */
  knn_value *numbers, *tokens; /* 0 .. n - 1 and what each stands for */
  knn_value *idf;              /* one for each number, or NULL */
  int64_t n;                   /* numbers that there are */
} lookup_fields;

enum { INT, ONE_HOT, MULTI_HOT, COUNT, TF_IDF, BINARY, TF_IDF_DASHED };
enum { FLOORMOD, FARMHASH };

static const knn_param params[] = {
    KNN__PARAM(lookup_args, max_tokens, KNN_P_INT, "null",
               "Most numbers there may be, those of mask and unknown included; null = any.",
               .mark = KNN_COUNT, .min = 1, .max = 1e15),
    KNN__PARAM(lookup_args, num_oov_indices, KNN_P_INT, "1",
               "Numbers for what is not in the vocabulary.", .mark = KNN_COUNT, .min = 0,
               .max = 1e9),
    KNN__PARAM(lookup_args, mask_token, KNN_P_INT, "null", "Integer that stands for no entry.",
               .mark = KNN_LABEL),
    KNN__PARAM(lookup_args, oov_token, KNN_P_INT, "-1",
               "What invert gives for numbers of unknown integers.", .mark = KNN_LABEL),
    KNN__PARAM(lookup_args, vocabulary, KNN_P_CONFIG, "null",
               "List of integers in the order of their numbers; default: what adapt finds."),
    KNN__PARAM(lookup_args, vocabulary_dtype, KNN_P_ENUM, "int64", "Type of the vocabulary.",
               .choices = "int64|int32"),
    KNN__PARAM(lookup_args, idf_weights, KNN_P_CONFIG, "null",
               "Weights of the vocabulary's integers for the mode tf_idf."),
    KNN__PARAM(lookup_args, invert, KNN_P_BOOL, "false", "From numbers to integers."),
    KNN__PARAM(lookup_args, output_mode, KNN_P_ENUM, "int",
               "Numbers, or encoded as CategoryEncoding does; tf_idf: counts times weights.",
               .choices = "int|one_hot|multi_hot|count|tf_idf|binary|tf-idf"),
    KNN__PARAM(lookup_args, pad_to_max_tokens, KNN_P_BOOL, "false",
               "Encode to max_tokens columns also where the vocabulary is smaller."),
    KNN__PARAM(lookup_args, oov_method, KNN_P_ENUM, "floormod",
               "How one of several numbers for unknown integers is chosen.",
               .choices = "floormod|farmhash"),
    KNN__PARAM(lookup_args, salt, KNN_P_INTS, "null",
               "Key of the hash, one number or two; null = none.", .mark = KNN_LABEL, .arity = 2),
    KNN__LAYER_PARAMS(lookup_args),
};

static bool masks(const lookup_args *args) {
  return args->mask_token != KNN_NONE && args->output_mode == INT;
}

/* Numbers before the vocabulary's. */
static int64_t special(const lookup_args *args) {
  return masks(args) + args->num_oov_indices;
}

static void drop_tables(lookup_fields *f) {
  knn_value **tables[] = {&f->keys, &f->places, &f->numbers, &f->tokens, &f->idf};
  for (int i = 0; i < 5; i++) {
    knn_value_release(*tables[i]);
    *tables[i] = NULL;
  }
  f->n = 0;
}

static void finalize(knn_layer *layer) {
  drop_tables(layer->fields);
}

static knn_status new_table(knn_ctx *ctx, knn_dtype type, int64_t n, knn_value **out) {
  knn_tensor *t = NULL;
  KNN__TRY(knn_tensor_new(ctx, type, 1, &n, &t));
  const knn_status st = knn_value_from(t, out);
  knn_tensor_release(t);
  return st;
}

static int64_t *longs(const knn_value *table) {
  return knn_tensor_data(knn_value_tensor(table));
}

typedef struct entry {
  int64_t token, number;
} entry;

static int by_token(const void *a, const void *b) {
  const entry *x = a, *y = b;
  return (x->token > y->token) - (x->token < y->token);
}

/* Both ways between the n tokens and their numbers. */
static knn_status fill_tables(knn_layer *layer, const int64_t *tokens, int64_t n) {
  const lookup_args *args = layer->base.args;
  lookup_fields *f = layer->fields;
  knn_ctx *ctx = layer->base.ctx;
  const int64_t first = special(args);
  entry *e = knn__alloc(ctx, (size_t)n * sizeof *e);
  if (!e) return KNN_ENOMEM;
  for (int64_t i = 0; i < n; i++) e[i] = (entry){tokens[i], first + i};
  qsort(e, (size_t)n, sizeof *e, by_token);
  knn_status st = KNN_OK;
  for (int64_t i = 1; i < n && st == KNN_OK; i++)
    if (e[i].token == e[i - 1].token)
      st = knn_fail(ctx, KNN_EARG, "%lld stands twice in the vocabulary", (long long)e[i].token);
  f->n = first + n;
  if (st == KNN_OK) st = new_table(ctx, KNN_I64, n, &f->keys);
  if (st == KNN_OK) st = new_table(ctx, KNN_I64, n, &f->places);
  if (st == KNN_OK) st = new_table(ctx, KNN_I64, f->n, &f->numbers);
  if (st == KNN_OK) st = new_table(ctx, KNN_I64, f->n, &f->tokens);
  for (int64_t i = 0; i < n && st == KNN_OK; i++) {
    longs(f->keys)[i] = e[i].token;
    longs(f->places)[i] = e[i].number;
  }
  for (int64_t i = 0; i < f->n && st == KNN_OK; i++) {
    longs(f->numbers)[i] = i;
    longs(f->tokens)[i] = i >= first              ? tokens[i - first]
                          : i == 0 && masks(args) ? args->mask_token
                                                  : args->oov_token;
  }
  knn__free(ctx, e);
  return st;
}

/* Weights of the vocabulary; unknown integers weigh as the mean. */
static knn_status fill_weights(knn_layer *layer, const knn_config *weights) {
  const lookup_args *args = layer->base.args;
  lookup_fields *f = layer->fields;
  const int n = knn_config_size(weights);
  double sum = 0;
  if (args->output_mode != TF_IDF) return KNN_OK;
  if (n != f->n - args->num_oov_indices)
    return knn_fail(layer->base.ctx, KNN_EARG,
                    "tf_idf needs 'idf_weights', one for each of the %lld tokens, got %d",
                    (long long)(f->n - args->num_oov_indices), n);
  KNN__TRY(new_table(layer->base.ctx, KNN_F64, f->n, &f->idf));
  double *v = knn_tensor_data(knn_value_tensor(f->idf));
  for (int i = 0; i < n; i++)
    sum += v[args->num_oov_indices + i] = knn_config_get_float(knn_config_at(weights, i));
  for (int64_t i = 0; i < args->num_oov_indices; i++) v[i] = n ? sum / n : 0;
  return KNN_OK;
}

/* Does the list begin with the special tokens? Then these are left away. */
static int64_t skip_special(const lookup_args *args, const int64_t *tokens, int64_t n) {
  const int64_t first = special(args);
  if (n < first || first == 0) return 0;
  for (int64_t i = 0; i < first; i++) {
    const bool mask = i == 0 && masks(args);
    if (tokens[i] != (mask ? args->mask_token : args->oov_token)) return 0;
  }
  return first;
}

static knn_status check_tokens(knn_layer *layer, const int64_t *tokens, int64_t n) {
  const lookup_args *args = layer->base.args;
  knn_ctx *ctx = layer->base.ctx;
  for (int64_t i = 0; i < n; i++)
    if ((args->mask_token != KNN_NONE && tokens[i] == args->mask_token) ||
        (args->invert && tokens[i] == args->oov_token))
      return knn_fail(ctx, KNN_EARG, "the vocabulary has the %s token %lld in place %lld",
                      tokens[i] == args->oov_token ? "unknown" : "mask", (long long)tokens[i],
                      (long long)i + 1);
  if (args->max_tokens != KNN_NONE && n + special(args) > args->max_tokens)
    return knn_fail(ctx, KNN_EARG,
                    "%lld tokens and %lld special ones are more than max_tokens %lld", (long long)n,
                    (long long)special(args), (long long)args->max_tokens);
  return KNN_OK;
}

static knn_status use_tokens(knn_layer *layer, const int64_t *tokens, int64_t n,
                             const knn_config *weights) {
  lookup_fields *f = layer->fields;
  const int64_t skip = skip_special(layer->base.args, tokens, n);
  drop_tables(f);
  knn_status st = check_tokens(layer, tokens + skip, n - skip);
  if (st == KNN_OK) st = fill_tables(layer, tokens + skip, n - skip);
  if (st == KNN_OK) st = fill_weights(layer, weights);
  if (st != KNN_OK) drop_tables(f);
  return st;
}

static knn_status use_list(knn_layer *layer, const knn_config *list, const knn_config *weights) {
  knn_ctx *ctx = layer->base.ctx;
  const int n = knn_config_size(list);
  if (knn_config_kind_of(list) != KNN_CONFIG_LIST)
    return knn_fail(ctx, KNN_EARG, "'vocabulary' must be a list of integers");
  int64_t *tokens = knn__alloc(ctx, (size_t)n * sizeof *tokens);
  if (!tokens) return KNN_ENOMEM;
  knn_status st = KNN_OK;
  for (int i = 0; i < n && st == KNN_OK; i++) {
    const knn_config *item = knn_config_at(list, i);
    const double x = knn_config_get_float(item);
    const bool number = knn_config_kind_of(item) == KNN_CONFIG_INT ||
                        (knn_config_kind_of(item) == KNN_CONFIG_FLOAT && x == floor(x));
    tokens[i] = knn_config_get_int(item);
    if (!number)
      st = knn_fail(ctx, KNN_EARG, "'vocabulary' must be a list of integers, element %d is none",
                    i + 1);
  }
  if (st == KNN_OK) st = use_tokens(layer, tokens, n, weights);
  knn__free(ctx, tokens);
  return st;
}

static knn_status check(knn_layer *layer) {
  lookup_args *args = layer->base.args;
  lookup_fields *f = layer->fields;
  if (args->output_mode == BINARY) args->output_mode = MULTI_HOT;
  if (args->output_mode == TF_IDF_DASHED) args->output_mode = TF_IDF;
  if (args->salt.n > 0 && args->oov_method != FARMHASH)
    return knn_fail(layer->base.ctx, KNN_EARG, "'salt' is for oov_method = \"farmhash\"");
  if (args->invert && args->output_mode != INT)
    return knn_fail(layer->base.ctx, KNN_EARG, "'invert' goes with output_mode = \"int\" only");
  if (args->pad_to_max_tokens && args->max_tokens == KNN_NONE)
    return knn_fail(layer->base.ctx, KNN_EARG, "'pad_to_max_tokens' needs 'max_tokens'");
  f->given = knn_config_kind_of(args->vocabulary) != KNN_CONFIG_NULL;
  return f->given ? use_list(layer, args->vocabulary, args->idf_weights) : KNN_OK;
}

/* Unknown integers: one number, or one of several by their own value. */
static knn_value *unknown(const lookup_args *args, knn__scope *s, knn_value *x) {
  const double first = masks(args);
  if (args->num_oov_indices == 1) return knn__scalar(s, KNN_I64, first);
  knn_value *which = args->oov_method == FARMHASH
                         ? knn__hash_bins(s, x, args->num_oov_indices, &args->salt)
                         : knn__mod(s, x, knn__scalar(s, KNN_I64, (double)args->num_oov_indices));
  return first > 0 ? knn__plus(s, which, first) : which;
}

static knn_value *look_up(const lookup_args *args, const lookup_fields *f, knn__scope *s,
                          knn_value *x) {
  const bool strict = args->num_oov_indices == 0;
  knn_value *mask = NULL, *y;
  if (args->mask_token != KNN_NONE)
    mask = knn__equal(s, x, knn__scalar(s, KNN_I64, (double)args->mask_token));
  y = knn__table_lookup(s, x, f->keys, f->places, strict && !mask ? KNN_NONE : -1);
  if (!strict) {
    knn_value *missing = knn__less(s, y, knn__scalar(s, KNN_I64, 0));
    y = knn__where(s, missing, unknown(args, s, x), y);
  }
  if (!mask) return y;
  /* encoded, the mask has no column */
  return knn__where(s, mask, knn__scalar(s, KNN_I64, masks(args) ? 0 : -1), y);
}

static void call(knn_layer *layer, knn__scope *s, knn__layer_io *io) {
  const lookup_args *args = layer->base.args;
  const lookup_fields *f = layer->fields;
  const int64_t depth = args->pad_to_max_tokens ? args->max_tokens : f->n;
  const knn_dtype type = knn__layer_dtype(layer);
  if (!f->keys) {
    knn__scope_fail(s, KNN_ESTATE,
                    "it has no vocabulary yet; give one, or call layer:adapt(data) first");
    return;
  }
  knn_value *x = knn__cast(s, io->in[0], KNN_I64);
  if (args->invert) {
    io->out[0] = knn__table_lookup(s, x, f->numbers, f->tokens, args->oov_token);
    return;
  }
  const bool weighted = args->output_mode == TF_IDF;
  knn_value *y = knn__encode(s, look_up(args, f, s, x),
                             weighted ? KNN__ENCODE_COUNT : (knn__encoding)args->output_mode, depth,
                             type, NULL);
  if (weighted) {
    knn_value *idf = knn__cast(s, f->idf, type);
    const int64_t none[1] = {0}, more[1] = {depth - f->n};
    if (depth > f->n) idf = knn__pad(s, idf, none, more, 0);
    y = knn__multiply(s, y, idf);
  }
  io->out[0] = y;
}

/* A token with the row of the data that it stands in. */
typedef struct seen {
  int64_t token, row, count, rows;
} seen;

static int by_token_and_row(const void *a, const void *b) {
  const seen *x = a, *y = b;
  if (x->token != y->token) return x->token < y->token ? -1 : 1;
  return (x->row > y->row) - (x->row < y->row);
}

/* The more frequent first, of equals the larger. */
static int by_count(const void *a, const void *b) {
  const seen *x = a, *y = b;
  if (x->count != y->count) return x->count > y->count ? -1 : 1;
  return (x->token < y->token) - (x->token > y->token);
}

/* The different tokens, counted, in the order of their numbers; special ones are left out. */
static int64_t count_tokens(const lookup_args *args, const knn_tensor *data, seen *s) {
  const int64_t n = knn_tensor_size(data),
                rows = knn_tensor_rank(data) > 0 ? knn_tensor_dim(data, 0) : 1;
  int64_t different = 0;
  for (int64_t i = 0; i < n; i++)
    s[i] = (seen){.token = (int64_t)knn_tensor_get(data, i), .row = i / (n / rows)};
  qsort(s, (size_t)n, sizeof *s, by_token_and_row);
  for (int64_t i = 0; i < n; i++) {
    const seen at = s[i];
    seen *last = different ? &s[different - 1] : NULL;
    if (at.token == args->oov_token ||
        (args->mask_token != KNN_NONE && at.token == args->mask_token))
      continue;
    if (last && last->token == at.token) {
      last->count++;
      last->rows += last->row != at.row;
      last->row = at.row;
    } else {
      s[different++] = (seen){at.token, at.row, 1, 1};
    }
  }
  qsort(s, (size_t)different, sizeof *s, by_count);
  return different;
}

/* Vocabulary and weights into the arguments, so that a config holds them. */
static knn_status keep(knn_layer *layer, const seen *s, int64_t n, int64_t rows) {
  lookup_args *args = layer->base.args;
  knn_ctx *ctx = layer->base.ctx;
  knn_config *lists[2] = {0};
  knn_status st = knn_config_list(ctx, &lists[0]);
  if (st == KNN_OK) st = knn_config_list(ctx, &lists[1]);
  for (int64_t i = 0; i < n && st == KNN_OK; i++) {
    knn_config *token = NULL, *weight = NULL;
    const double idf = log(1 + (double)rows / (1 + (double)s[i].rows));
    st = knn_config_int(ctx, s[i].token, &token);
    if (st == KNN_OK) st = knn_config_push(lists[0], token);
    if (st == KNN_OK) st = knn_config_float(ctx, idf, &weight);
    if (st == KNN_OK) st = knn_config_push(lists[1], weight);
    knn_config_release(token);
    knn_config_release(weight);
  }
  if (st == KNN_OK) st = use_list(layer, lists[0], lists[1]);
  if (st == KNN_OK) {
    knn_config_release(args->vocabulary);
    args->vocabulary = lists[0];
    lists[0] = NULL;
    if (args->output_mode == TF_IDF) {
      knn_config_release(args->idf_weights);
      args->idf_weights = lists[1];
      lists[1] = NULL;
    }
  }
  knn_config_release(lists[0]);
  knn_config_release(lists[1]);
  return st;
}

static knn_status adapt(knn_layer *layer, const knn_tensor *data) {
  const lookup_args *args = layer->base.args;
  const lookup_fields *f = layer->fields;
  knn_ctx *ctx = layer->base.ctx;
  if (f->given)
    return knn_fail(ctx, KNN_EARG, "the vocabulary was given, there is nothing to adapt");
  if (knn_tensor_size(data) == 0) return knn_fail(ctx, KNN_EDATA, "the data are empty");
  seen *s = knn__alloc(ctx, (size_t)knn_tensor_size(data) * sizeof *s);
  if (!s) return KNN_ENOMEM;
  int64_t n = count_tokens(args, data, s);
  const int64_t most = args->max_tokens == KNN_NONE ? n : args->max_tokens - special(args);
  if (n > most) n = most > 0 ? most : 0;
  const knn_status st = keep(layer, s, n, knn_tensor_rank(data) ? knn_tensor_dim(data, 0) : 1);
  knn__free(ctx, s);
  return st;
}

static knn_status set_vocabulary(knn_layer *layer, const knn_config *tokens,
                                 const knn_config *weights) {
  lookup_args *args = layer->base.args;
  KNN__TRY(use_list(layer, tokens, weights));
  knn_config_release(args->vocabulary);
  knn_config_release(args->idf_weights);
  knn_config_retain((knn_config *)(uintptr_t)tokens);
  args->vocabulary = (knn_config *)(uintptr_t)tokens;
  if (weights) knn_config_retain((knn_config *)(uintptr_t)weights);
  args->idf_weights = (knn_config *)(uintptr_t)weights;
  return KNN_OK;
}

static knn_status get_vocabulary(const knn_layer *layer, bool with_special, knn_config **out) {
  const lookup_fields *f = layer->fields;
  knn_ctx *ctx = layer->base.ctx;
  knn_config *list = NULL;
  knn_status st = knn_config_list(ctx, &list);
  for (int64_t i = with_special ? 0 : special(layer->base.args); i < f->n && st == KNN_OK; i++) {
    knn_config *token = NULL;
    st = knn_config_int(ctx, longs(f->tokens)[i], &token);
    if (st == KNN_OK) st = knn_config_push(list, token);
    knn_config_release(token);
  }
  if (st == KNN_OK)
    *out = list;
  else
    knn_config_release(list);
  return st;
}

static const knn__vocabulary vocabulary = {true, set_vocabulary, get_vocabulary};

const knn__layer_def knn__layer_integer_lookup = {
    .cls = {.family = "layer",
            .name = "IntegerLookup",
            .summary = "Integers as their numbers in a vocabulary.",
            .detail = "Numbers: 0 for mask_token (where it is set and the mode is int), "
                      "num_oov_indices for unknown integers, then the vocabulary. "
                      "layer:adapt(data) finds it: the most frequent first, of equals the larger.",
            .shapes = "ids (...) -> (...) int64, or encoded as by CategoryEncoding",
            .example = "local y = knn.layers.IntegerLookup{vocabulary = {12, 36, "
                       "1138}}(knn.tensor({{12, 7, 36}}, {dtype = \"int64\"}))",
            .source = "Keras, IntegerLookup",
            .see = "CategoryEncoding|Hashing|Embedding",
            KNN__PARAMS(params, lookup_args)},
    .inputs = KNN__IN_ANY,
    .takes_integers = true,
    .fields_size = sizeof(lookup_fields),
    .check = check,
    .call = call,
    .adapt = adapt,
    .vocabulary = &vocabulary,
    .finalize = finalize,
};
