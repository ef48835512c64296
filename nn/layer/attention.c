/* attention.c - queries look at keys and take what stands there, without projections. scores S:
 * Attention "dot" S = scale q k', "concat" S = weight sum over d of tanh(scale (q + k));
 * AdditiveAttention S = sum over d of scale[d] tanh(q + k). y = softmax(S) v, scores of keys that
 * the value's mask or the order takes out lowered by 1e9; rows that the query's mask takes out are
 * 0. query (batch, t, n), value (batch, s, m), key (batch, s, n) -> (batch, t, m), scores (batch,
 * t, s). */
#include "reg.h"

typedef struct attention_args {
  knn__layer_common common;
  bool use_scale;
  int score_mode;
  double dropout;
  int64_t seed;
} attention_args;

typedef struct attention_fields {
  knn_variable *scale, *weight;
} attention_fields;

typedef struct attention_call {
  bool return_attention_scores, use_causal_mask;
} attention_call;

enum { DOT, CONCAT };

/* clang-format off */
#define DROPOUT_PARAMS                                                                              \
  KNN__PARAM(attention_args, dropout, KNN_P_FLOAT, "0",                                             \
             "Share of the probabilities that become 0 in training.", .min = 0, .max = 1),          \
  KNN__PARAM(attention_args, seed, KNN_P_INT, "null",                                               \
             "Start of the dropout's random numbers; default: the context's.", .mark = KNN_LABEL),  \
  KNN__LAYER_PARAMS(attention_args)
/* clang-format on */

static const knn_param dot_params[] = {
    KNN__PARAM(attention_args, use_scale, KNN_P_BOOL, "false",
               "Whether a learned number scales the scores."),
    KNN__PARAM(attention_args, score_mode, KNN_P_ENUM, "dot",
               "dot: products of query and key; concat: tanh of their sum.",
               .choices = "dot|concat"),
    DROPOUT_PARAMS,
};
static const knn_param additive_params[] = {
    KNN__PARAM(attention_args, use_scale, KNN_P_BOOL, "true",
               "Whether learned numbers weigh the features."),
    DROPOUT_PARAMS,
};
static const knn_param call_params[] = {
    KNN__PARAM(attention_call, return_attention_scores, KNN_P_BOOL, "false",
               "Whether the probabilities are a second result."),
    KNN__PARAM(attention_call, use_causal_mask, KNN_P_BOOL, "false",
               "Whether a query sees no key behind its own place."),
};

static knn_status need_inputs(knn_layer *layer, int n_in) {
  if (n_in >= 2) return KNN_OK;
  return knn_fail(layer->base.ctx, KNN_EARG,
                  "a list of query and value expected, and perhaps a key: layer{query, value}");
}

static knn_status add_ones(knn_layer *layer, const char *name, knn_variable **out) {
  knn_object *ones = NULL;
  KNN__TRY(knn_object_new(layer->base.ctx, "initializer", "Ones", NULL, &ones));
  const knn_status st = knn__add_weight(layer, name, 0, NULL, ones, NULL, NULL, true, out);
  knn_object_release(ones);
  return st;
}

static knn_status build_dot(knn_layer *layer, const knn__spec *in, int n_in) {
  const attention_args *args = layer->base.args;
  attention_fields *f = layer->fields;
  (void)in;
  KNN__TRY(need_inputs(layer, n_in));
  if (args->use_scale) KNN__TRY(add_ones(layer, "scale", &f->scale));
  return args->score_mode == CONCAT ? add_ones(layer, "concat_score_weight", &f->weight) : KNN_OK;
}

static knn_status build_additive(knn_layer *layer, const knn__spec *in, int n_in) {
  const attention_args *args = layer->base.args;
  attention_fields *f = layer->fields;
  knn_object *glorot = NULL;
  KNN__TRY(need_inputs(layer, n_in));
  if (!args->use_scale) return KNN_OK;
  KNN__TRY(knn_object_new(layer->base.ctx, "initializer", "GlorotUniform", NULL, &glorot));
  const knn_status st = knn__add_weight(layer, "scale", 1, &in[0].dims[in[0].rank - 1], glorot,
                                        NULL, NULL, true, &f->scale);
  knn_object_release(glorot);
  return st;
}

/* q + k for each pair: (batch, t, s, n) */
static knn_value *sums(knn__scope *s, knn_value *q, knn_value *k) {
  return knn__add(s, knn__expand_dims(s, q, -2), knn__expand_dims(s, k, -3));
}

static knn_value *scores_dot(const knn_layer *layer, knn__scope *s, knn_value *q, knn_value *k) {
  const attention_args *args = layer->base.args;
  const attention_fields *f = layer->fields;
  if (args->score_mode == DOT) {
    knn_value *x = knn__matmul(s, q, k, false, true);
    return f->scale ? knn__multiply(s, x, f->scale->value) : x;
  }
  knn_value *x = sums(s, q, k);
  if (f->scale) x = knn__multiply(s, f->scale->value, x);
  return knn__multiply(s, f->weight->value, knn__sum(s, knn__tanh(s, x), KNN__AXIS(-1), false));
}

static knn_value *scores_additive(const knn_layer *layer, knn__scope *s, knn_value *q,
                                  knn_value *k) {
  const attention_fields *f = layer->fields;
  knn_value *x = knn__tanh(s, sums(s, q, k));
  if (f->scale) x = knn__multiply(s, f->scale->value, x);
  return knn__sum(s, x, KNN__AXIS(-1), false);
}

/* Which scores count: (batch, 1 or t, s), or NULL. */
static knn_value *score_mask(knn__scope *s, const knn__layer_io *io, knn_value *k) {
  const attention_call *options = io->options;
  knn_value *mask = io->mask[1];
  if (mask) mask = knn__expand_dims(s, knn__cast(s, mask, KNN_BOOL), -2);
  if (!options->use_causal_mask) return mask;
  knn_value *order = knn__position_mask(s, io->in[0], k, -2, true, KNN_NONE);
  return mask ? knn__logical_and(s, mask, order) : order;
}

typedef knn_value *scores_fn(const knn_layer *layer, knn__scope *s, knn_value *q, knn_value *k);

static void attend(knn_layer *layer, knn__scope *s, knn__layer_io *io, scores_fn *score) {
  const attention_args *args = layer->base.args;
  const attention_call *options = io->options;
  s->status = need_inputs(layer, io->n_in);
  if (s->status != KNN_OK) return;
  knn_value *k = io->in[io->n_in > 2 ? 2 : 1], *query_mask = io->mask[0];
  knn_value *x = score(layer, s, io->in[0], k), *mask = score_mask(s, io, k);
  if (mask) x = knn__where(s, mask, x, knn__plus(s, x, -1e9));
  knn_value *p = knn__softmax(s, x, -1);
  if (io->training && args->dropout > 0) p = knn__dropout(s, p, args->dropout, NULL, args->seed);
  knn_value *y = knn__matmul(s, p, io->in[1], false, false);
  if (query_mask)
    y = knn__where(s, knn__expand_dims(s, knn__cast(s, query_mask, KNN_BOOL), -1), y,
                   knn__scalar_like(s, y, 0));
  io->out[0] = y;
  io->out[1] = p;
  io->n_out = options->return_attention_scores ? 2 : 1;
}

static void call_dot(knn_layer *layer, knn__scope *s, knn__layer_io *io) {
  attend(layer, s, io, scores_dot);
}

static void call_additive(knn_layer *layer, knn__scope *s, knn__layer_io *io) {
  attend(layer, s, io, scores_additive);
}

/* clang-format off */
#define ROW(NAME, SUMMARY, DETAIL, SOURCE, SEE, PARAMS, BUILD, CALL)                                    \
  .cls = {.family = "layer", .name = NAME, .summary = SUMMARY, .detail = DETAIL,                        \
          .shapes = "query (batch, t, n), value (batch, s, m), key (batch, s, n) -> (batch, t, m)",     \
          .example = "local q, v = knn.ones{2, 3, 4}, knn.ones{2, 5, 4}; local y = knn.layers." NAME    \
                     "{}{q, v}",                                                                        \
          .source = SOURCE, .see = SEE, KNN__PARAMS(PARAMS, attention_args)},                           \
  .min_rank = 2, .max_in = 3, .supports_masking = true, KNN__CALL_PARAMS(call_params, attention_call),  \
  .fields_size = sizeof(attention_fields), .build = BUILD, .call = CALL
/* clang-format on */

const knn__layer_def knn__layer_attention = {ROW(
    "Attention", "Queries take from values what their keys match.",
    "y = softmax(q k') v, or with score_mode concat y = softmax(w sum tanh(q + k)) v; key is "
    "value unless given. Weights: scale () with use_scale, concat_score_weight () with concat.",
    "Luong et al. 2015", "MultiHeadAttention|AdditiveAttention", dot_params, build_dot, call_dot)};
const knn__layer_def knn__layer_additive_attention = {
    ROW("AdditiveAttention", "Queries take from values what a sum with their keys matches.",
        "y = softmax(sum over features of scale tanh(q + k)) v; key is value unless given. "
        "Weights: scale (n) with use_scale.",
        "Bahdanau et al. 2015", "Attention", additive_params, build_additive, call_additive)};
