/* token_table.c - see token_table.h. */
#include "token_table.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "hash.h"

static knn_string text(const char *s) {
  return (knn_string){s, strlen(s)};
}

static bool masks(const knn__token_args *args) {
  return args->mask_token && args->output_mode == KNN__TOKENS_INT;
}

int64_t knn__tokens_special(const knn__token_args *args) {
  return masks(args) + args->num_oov_indices;
}

void knn__tokens_drop(knn__token_table *table) {
  knn_ctx *ctx = table->words.bytes.ctx;
  if (!ctx) return;
  knn__words_clear(&table->words);
  knn__free(ctx, table->idf);
  table->idf = NULL;
  table->n = 0;
}

knn_status knn__tokens_need(const knn_layer *layer, const knn__token_table *table) {
  if (table->n) return KNN_OK;
  return knn_fail(layer->base.ctx, KNN_ESTATE,
                  "it has no vocabulary yet; give one, or call layer:adapt(data) first");
}

int64_t knn__tokens_depth(const knn__token_args *args, const knn__token_table *table) {
  return args->pad_to_max_tokens ? args->max_tokens : table->n;
}

/* ---- numbers ---- */

knn_status knn__token_number(const knn_layer *layer, const knn__token_args *args,
                             const knn__token_table *table, knn_string token, int64_t *number) {
  const int64_t special = knn__tokens_special(args);
  const int place = knn__words_find(&table->words, token);
  if (place >= 0) {
    *number = special + place;
  } else if (args->mask_token && knn__string_compare(token, text(args->mask_token)) == 0) {
    *number = masks(args) ? 0 : -1;
  } else if (args->num_oov_indices > 0) {
    *number = masks(args) + (args->num_oov_indices == 1
                                 ? 0
                                 : knn__hash_bin(token.bytes, token.size, args->num_oov_indices,
                                                 args->salt.n > 0 ? args->salt.v : NULL));
  } else {
    return knn_fail(layer->base.ctx, KNN_EDATA,
                    "'%.*s' is not in the vocabulary; give num_oov_indices = 1 for a number of "
                    "unknown strings",
                    (int)(token.size < 60 ? token.size : 60), token.bytes);
  }
  return KNN_OK;
}

void knn__tokens_weigh(const knn__token_args *args, const knn__token_table *table, float *row) {
  const bool weighted = args->output_mode == KNN__TOKENS_TF_IDF;
  for (int64_t i = 0; i < table->n; i++)
    if (weighted)
      row[i] *= (float)table->idf[i];
    else if (args->output_mode == KNN__TOKENS_MULTI_HOT)
      row[i] = row[i] > 0;
}

/* ---- a list as the vocabulary ---- */

/* Does the list begin with the special tokens? Then these are left away. */
static int64_t skip_special(const knn__token_args *args, const knn_config *list) {
  const int64_t first = knn__tokens_special(args);
  if (knn_config_size(list) < first) return 0;
  for (int i = 0; i < first; i++) {
    const char *wanted = i == 0 && masks(args) ? args->mask_token : args->oov_token;
    if (!wanted || strcmp(knn_config_get_string(knn_config_at(list, i)), wanted) != 0) return 0;
  }
  return first;
}

static knn_status add_token(knn_ctx *ctx, const knn__token_args *args, knn__words *words,
                            const knn_config *item, int i) {
  const char *s = knn_config_get_string(item);
  const bool mask = args->mask_token && strcmp(s, args->mask_token) == 0,
             unknown = args->invert && args->oov_token && strcmp(s, args->oov_token) == 0;
  const int before = words->n;
  int place;
  if (knn_config_kind_of(item) != KNN_CONFIG_STRING)
    return knn_fail(ctx, KNN_EARG, "'vocabulary' must be a list of strings, element %d is none",
                    i + 1);
  if (mask || unknown)
    return knn_fail(
        ctx, KNN_EARG,
        "the vocabulary has the %s token '%s' in place %d; leave the special tokens out, or "
        "let all of them stand at its beginning",
        mask ? "mask" : "unknown", s, i + 1);
  KNN__TRY(knn__words_add(words, text(s), &place));
  if (words->n == before) return knn_fail(ctx, KNN_EARG, "'%s' stands twice in the vocabulary", s);
  return KNN_OK;
}

/* One weight for each number: those of the list as they are, or in front of them their mean for the
 * special tokens. */
static knn_status take_weights(knn_ctx *ctx, const knn__token_args *args, knn__token_table *t,
                               const knn_config *weights, bool with_special) {
  const int n = knn_config_size(weights),
            wanted = t->words.n + (with_special ? (int)(t->n - t->words.n) : 0);
  const int64_t first = t->n - n;
  double sum = 0;
  if (args->output_mode != KNN__TOKENS_TF_IDF) return KNN_OK;
  if (n != wanted)
    return knn_fail(ctx, KNN_EARG,
                    "tf_idf needs 'idf_weights', one for each of the %d tokens, got %d", wanted, n);
  t->idf = knn__alloc(ctx, (size_t)t->n * sizeof *t->idf);
  if (!t->idf) return KNN_ENOMEM;
  for (int i = 0; i < n; i++)
    sum += t->idf[first + i] = knn_config_get_float(knn_config_at(weights, i));
  for (int64_t i = 0; i < first; i++) t->idf[i] = n ? sum / n : 0;
  return KNN_OK;
}

static knn_status fill_table(knn_ctx *ctx, const knn__token_args *args, knn__token_table *t,
                             const knn_config *list, const knn_config *weights) {
  const int n = knn_config_size(list), skip = (int)skip_special(args, list);
  const int64_t special = knn__tokens_special(args);
  if (knn_config_kind_of(list) != KNN_CONFIG_LIST)
    return knn_fail(ctx, KNN_EARG,
                    "'vocabulary' must be a list of strings; of a file, read its lines into one");
  for (int i = skip; i < n; i++)
    KNN__TRY(add_token(ctx, args, &t->words, knn_config_at(list, i), i));
  t->n = special + t->words.n;
  if (args->max_tokens != KNN_NONE && t->n > args->max_tokens)
    return knn_fail(ctx, KNN_EARG, "%d tokens and %lld special ones are more than max_tokens %lld",
                    t->words.n, (long long)special, (long long)args->max_tokens);
  return take_weights(ctx, args, t, weights, skip > 0);
}

/* Nothing is lost if the list will not do. */
static knn_status use_list(knn_layer *layer, const knn__token_args *args, knn__token_table *table,
                           const knn_config *list, const knn_config *weights) {
  knn__token_table made = {.given = table->given, .words = {.bytes = {.ctx = layer->base.ctx}}};
  const knn_status st = fill_table(layer->base.ctx, args, &made, list, weights);
  if (st == KNN_OK) {
    knn__tokens_drop(table);
    *table = made;
  } else {
    knn__tokens_drop(&made);
  }
  return st;
}

static void keep(knn_config **place, const knn_config *config) {
  knn_config *own = (knn_config *)(uintptr_t)config;
  if (own) knn_config_retain(own);
  knn_config_release(*place);
  *place = own;
}

knn_status knn__tokens_set(knn_layer *layer, knn__token_args *args, knn__token_table *table,
                           const knn_config *tokens, const knn_config *weights) {
  KNN__TRY(use_list(layer, args, table, tokens, weights));
  keep(&args->vocabulary, tokens);
  keep(&args->idf_weights, args->output_mode == KNN__TOKENS_TF_IDF ? weights : NULL);
  return KNN_OK;
}

static knn_status push_string(knn_config *list, knn_ctx *ctx, const char *s) {
  knn_config *token = NULL;
  KNN__TRY(knn_config_string(ctx, s, &token));
  const knn_status st = knn_config_push(list, token);
  knn_config_release(token);
  return st;
}

knn_status knn__tokens_get(const knn_layer *layer, const knn__token_args *args,
                           const knn__token_table *table, bool special, knn_config **out) {
  knn_ctx *ctx = layer->base.ctx;
  knn_config *list = NULL;
  knn_status st = knn_config_list(ctx, &list);
  for (int64_t i = 0; i < table->n - table->words.n && special && st == KNN_OK; i++)
    st = push_string(list, ctx,
                     i == 0 && masks(args) ? args->mask_token
                     : args->oov_token     ? args->oov_token
                                           : "");
  for (int i = 0; i < table->words.n && st == KNN_OK; i++)
    st = push_string(list, ctx, table->words.list[i].bytes);
  if (st == KNN_OK)
    *out = list;
  else
    knn_config_release(list);
  return st;
}

/* ---- checks ---- */

static knn_status check_modes(knn_ctx *ctx, const knn__token_args *args) {
  if (args->sparse)
    return knn_fail(
        ctx, KNN_EARG,
        "'sparse = true' asks for sparse tensors, which there are none of; the dense rows "
        "hold the same numbers");
  if (strcmp(args->encoding, "utf-8") != 0 && strcmp(args->encoding, "UTF-8") != 0)
    return knn_fail(ctx, KNN_EARG,
                    "'encoding' must be \"utf-8\", got '%s'; convert the texts first",
                    args->encoding);
  if (args->invert && args->output_mode != KNN__TOKENS_INT)
    return knn_fail(ctx, KNN_EARG, "'invert' goes with output_mode = \"int\" only");
  if (args->pad_to_max_tokens && args->max_tokens == KNN_NONE)
    return knn_fail(ctx, KNN_EARG, "'pad_to_max_tokens' needs 'max_tokens'");
  if (knn_config_size(args->idf_weights) > 0 && args->output_mode != KNN__TOKENS_TF_IDF)
    return knn_fail(ctx, KNN_EARG, "'idf_weights' goes with output_mode = \"tf_idf\" only");
  return KNN_OK;
}

knn_status knn__tokens_check(knn_layer *layer, knn__token_args *args, knn__token_table *table) {
  if (args->output_mode == KNN__TOKENS_BINARY) args->output_mode = KNN__TOKENS_MULTI_HOT;
  if (args->output_mode == KNN__TOKENS_TF_IDF_DASHED) args->output_mode = KNN__TOKENS_TF_IDF;
  KNN__TRY(check_modes(layer->base.ctx, args));
  table->words.bytes.ctx = layer->base.ctx;
  table->given = knn_config_kind_of(args->vocabulary) != KNN_CONFIG_NULL;
  if (!table->given) return KNN_OK;
  knn_config *tokens = args->vocabulary, *weights = args->idf_weights;
  knn_config_retain(tokens);
  if (weights) knn_config_retain(weights);
  const knn_status st = knn__tokens_set(layer, args, table, tokens, weights);
  knn_config_release(tokens);
  knn_config_release(weights);
  return st;
}

/* ---- finding a vocabulary ---- */

knn_status knn__token_seen(knn__token_counts *c, knn_string token) {
  int place = c->words.n;
  KNN__TRY(knn__grow(c->words.bytes.ctx, (void **)&c->counts, &c->room, place, sizeof *c->counts));
  c->counts[place] = (struct knn__token_count){.last_row = -1};
  KNN__TRY(knn__words_add(&c->words, token, &place));
  struct knn__token_count *seen = &c->counts[place];
  seen->count++;
  seen->rows += seen->last_row != c->rows;
  seen->last_row = c->rows;
  return KNN_OK;
}

typedef struct ranked {
  knn_string token;
  int64_t count, rows;
} ranked;

/* The more frequent first, of equals the larger. */
static int by_count(const void *a, const void *b) {
  const ranked *x = a, *y = b;
  if (x->count != y->count) return x->count > y->count ? -1 : 1;
  return knn__string_compare(y->token, x->token);
}

/* A vocabulary holds texts: what has a NUL inside stays unknown, as do the special tokens. */
static bool can_stand(const knn__token_args *args, knn_string token) {
  if (token.size && memchr(token.bytes, 0, token.size)) return false;
  return !(args->mask_token && knn__string_compare(token, text(args->mask_token)) == 0) &&
         !(args->oov_token && knn__string_compare(token, text(args->oov_token)) == 0);
}

static int rank(const knn__token_args *args, const knn__token_counts *c, ranked *out) {
  int n = 0;
  for (int i = 0; i < c->words.n; i++)
    if (can_stand(args, c->words.list[i]))
      out[n++] = (ranked){c->words.list[i], c->counts[i].count, c->counts[i].rows};
  qsort(out, (size_t)n, sizeof *out, by_count);
  const int64_t room =
      args->max_tokens == KNN_NONE ? n : args->max_tokens - knn__tokens_special(args);
  return n <= room ? n : room > 0 ? (int)room : 0;
}

static knn_status list_ranked(knn_ctx *ctx, const ranked *r, int n, int64_t rows,
                              knn_config *lists[2]) {
  KNN__TRY(knn_config_list(ctx, &lists[0]));
  KNN__TRY(knn_config_list(ctx, &lists[1]));
  for (int i = 0; i < n; i++) {
    knn_config *weight = NULL;
    const double idf = log(1 + (double)rows / (1 + (double)r[i].rows));
    KNN__TRY(push_string(lists[0], ctx, r[i].token.bytes));
    KNN__TRY(knn_config_float(ctx, idf, &weight));
    const knn_status st = knn_config_push(lists[1], weight);
    knn_config_release(weight);
    KNN__TRY(st);
  }
  return KNN_OK;
}

static knn_status adapt(knn_layer *layer, knn__token_args *args, knn__token_table *table,
                        const knn__token_counts *counts) {
  knn_ctx *ctx = layer->base.ctx;
  knn_config *lists[2] = {0};
  if (table->given)
    return knn_fail(ctx, KNN_EARG, "the vocabulary was given, there is nothing to adapt");
  if (counts->rows == 0) return knn_fail(ctx, KNN_EDATA, "the data are empty");
  ranked *order = knn__alloc(ctx, (size_t)counts->words.n * sizeof *order);
  if (!order) return KNN_ENOMEM;
  const int n = rank(args, counts, order);
  knn_status st = list_ranked(ctx, order, n, counts->rows, lists);
  if (st == KNN_OK) st = knn__tokens_set(layer, args, table, lists[0], lists[1]);
  knn_config_release(lists[0]);
  knn_config_release(lists[1]);
  knn__free(ctx, order);
  return st;
}

knn_status knn__tokens_adapt(knn_layer *layer, knn__token_args *args, knn__token_table *table,
                             knn__token_counts *counts) {
  const knn_status st = adapt(layer, args, table, counts);
  knn__free(layer->base.ctx, counts->counts);
  knn__words_clear(&counts->words);
  *counts = (knn__token_counts){.words = counts->words};
  return st;
}
