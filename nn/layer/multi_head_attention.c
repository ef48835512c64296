/* multi_head_attention.c - queries look at keys and take what stands there: for each head Q = q Wq
 * + bq, K = k Wk + bk, V = v Wv + bv, P = softmax(Q K' / sqrt(key_dim)) over the keys the masks
 * leave, y = (P V) Wo + bo. query (batch, t, n), value and key (batch, s, m) -> (batch, t, n),
 * scores (batch, heads, t, s). Steps may have several axes: attention_axes are those that meet, the
 * others before them are like batches. */
#include <math.h>
#include <stdio.h>

#include "heads.h"

typedef struct multi_args {
  knn__layer_common common;
  int64_t num_heads, key_dim, value_dim;
  knn_ints output_shape, attention_axes;
  knn__heads_args heads;
} multi_args;

typedef struct multi_fields {
  knn__heads part;
  int n_axes;
  char dot[4 * KNN_MAX_RANK + 8], combine[4 * KNN_MAX_RANK + 8];
} multi_fields;

static const knn_param params[] = {
    KNN__PARAM(multi_args, num_heads, KNN_P_INT, NULL, "Number of heads.", .mark = KNN_COUNT,
               .positional = true, .min = 1, .max = 1e9),
    KNN__PARAM(multi_args, key_dim, KNN_P_INT, NULL, "Size of each head's queries and keys.",
               .mark = KNN_SIZE, .positional = true, .min = 1, .max = 1e9),
    KNN__PARAM(multi_args, value_dim, KNN_P_INT, "null",
               "Size of each head's values; null: key_dim.", .mark = KNN_SIZE, .min = 1,
               .max = 1e9),
    KNN__PARAM(multi_args, output_shape, KNN_P_INTS, "null",
               "Sizes in place of the query's last one; null: as the query.", .mark = KNN_SIZE,
               .min = 1, .max = 1e9),
    KNN__PARAM(multi_args, attention_axes, KNN_P_INTS, "null",
               "Axes of the steps that meet; null: all but the first and the last.",
               .mark = KNN_AXIS),
    KNN__HEADS_PARAMS(multi_args, heads),
    KNN__LAYER_PARAMS(multi_args),
};

static knn_status check(knn_layer *layer) {
  const multi_args *args = layer->base.args;
  return knn__heads_check(layer, &args->heads);
}

static bool among(const int *axes, int n, int axis) {
  for (int i = 0; i < n; i++)
    if (axes[i] == axis) return true;
  return false;
}

/* Subscripts of a projected operand of `rank` axes (steps..., heads, size): of the query "abcd", of
 * the key with other letters for the steps, and of scores (batch axes and heads, steps of the
 * query, steps of the key). */
static void write_subscripts(multi_fields *f, int rank, const int *axes) {
  char query[KNN_MAX_RANK + 1] = "", key[KNN_MAX_RANK + 1] = "", scores[2 * KNN_MAX_RANK + 1] = "";
  int next = rank, n = 0;
  for (int i = 0; i < rank; i++) {
    query[i] = (char)('a' + i);
    key[i] = (char)('a' + (among(axes, f->n_axes, i) ? next++ : i));
    if (i < rank - 1 && !among(axes, f->n_axes, i)) scores[n++] = query[i];
  }
  for (int i = 0; i < f->n_axes; i++) scores[n++] = query[axes[i]];
  for (int i = 0; i < f->n_axes; i++) scores[n++] = key[axes[i]];
  snprintf(f->dot, sizeof f->dot, "%s,%s->%s", key, query, scores);
  snprintf(f->combine, sizeof f->combine, "%s,%s->%s", scores, key, query);
}

static knn_status choose_axes(knn_layer *layer, int rank) {
  const multi_args *args = layer->base.args;
  multi_fields *f = layer->fields;
  int axes[KNN_MAX_RANK];
  f->n_axes = args->attention_axes.n < 0 ? rank - 2 : args->attention_axes.n;
  for (int i = 0; i < f->n_axes && i < KNN_MAX_RANK; i++) {
    const int64_t axis = args->attention_axes.n < 0 ? i + 1 : args->attention_axes.v[i];
    axes[i] = (int)(axis < 0 ? axis + rank : axis);
    if (axes[i] < 1 || axes[i] > rank - 2)
      return knn_fail(layer->base.ctx, KNN_EARG,
                      "'attention_axes' must be axes between the first and the last of the input's "
                      "%d",
                      rank);
  }
  write_subscripts(f, rank + 1, axes);
  return KNN_OK;
}

static knn_status build_inputs(knn_layer *layer, const knn__spec *query, const knn__spec *value,
                               const knn__spec *key) {
  const multi_args *args = layer->base.args;
  knn__heads *part = &((multi_fields *)layer->fields)->part;
  const int64_t value_dim = args->value_dim == KNN_NONE ? args->key_dim : args->value_dim;
  const int64_t of_key[] = {args->num_heads, args->key_dim},
                of_value[] = {args->num_heads, value_dim};
  const knn__heads_args *heads = &args->heads;
  knn__projection p = {
      .name = "query", .free = query->rank - 1, .bound = 1, .n = 2, .dims = of_key};
  KNN__TRY(knn__heads_project(layer, heads, &p, query, &part->query));
  p.name = "key";
  p.free = key->rank - 1;
  KNN__TRY(knn__heads_project(layer, heads, &p, key, &part->key));
  p.dims = of_value;
  if (heads->use_gate) {
    const knn__projection gate = {"gate", "sigmoid", query->rank - 1, 1, 2, of_value};
    KNN__TRY(knn__heads_project(layer, heads, &gate, query, &part->gate));
  }
  p.name = "value";
  p.free = value->rank - 1;
  return knn__heads_project(layer, heads, &p, value, &part->value);
}

static knn_status build(knn_layer *layer, const knn__spec *in, int n_in) {
  const multi_args *args = layer->base.args;
  multi_fields *f = layer->fields;
  KNN__TRY(knn__heads_inputs(layer, in, n_in));
  KNN__TRY(choose_axes(layer, in[0].rank));
  KNN__TRY(build_inputs(layer, &in[0], &in[1], &in[n_in > 2 ? 2 : 1]));
  KNN__TRY(knn__heads_take_names(layer));
  knn__spec found = in[0];
  const bool own = args->output_shape.n >= 0;
  found.rank = in[0].rank + 1;
  found.dims[found.rank - 2] = args->num_heads;
  found.dims[found.rank - 1] = args->value_dim == KNN_NONE ? args->key_dim : args->value_dim;
  const knn__projection p = {.name = "attention_output",
                             .free = in[0].rank - 1,
                             .bound = 2,
                             .n = own ? args->output_shape.n : 1,
                             .dims = own ? args->output_shape.v : &in[0].dims[in[0].rank - 1]};
  return knn__heads_project(layer, &args->heads, &p, &found, &f->part.output);
}

static void call(knn_layer *layer, knn__scope *s, knn__layer_io *io) {
  const multi_args *args = layer->base.args;
  const multi_fields *f = layer->fields;
  const knn__heads_call *options = io->options;
  if (io->n_in < 2) s->status = knn__heads_inputs(layer, NULL, io->n_in);
  if (s->status != KNN_OK) return;
  knn_value *key = io->in[io->n_in > 2 ? 2 : 1];
  const knn__meeting m = {.args = &args->heads,
                          .call = options,
                          .scale = 1 / sqrt((double)args->key_dim),
                          .training = io->training,
                          .n_axes = f->n_axes,
                          .dot = f->dot,
                          .combine = f->combine,
                          .q = knn__heads_apply(f->part.query, s, io->in[0], io->training),
                          .k = knn__heads_apply(f->part.key, s, key, io->training),
                          .v = knn__heads_apply(f->part.value, s, io->in[1], io->training),
                          .mask = knn__heads_mask(s, io, &args->heads)};
  knn_value *y = knn__heads_meet(s, &m, &io->out[1]);
  if (f->part.gate)
    y = knn__multiply(s, y, knn__heads_apply(f->part.gate, s, io->in[0], io->training));
  if (s->status != KNN_OK) return;
  io->out[0] = knn__heads_apply(f->part.output, s, y, io->training);
  io->n_out = options->return_attention_scores ? 2 : 1;
}

static const char *part(const knn_layer *layer, int i) {
  return knn__heads_part(layer, i, false);
}

const knn__layer_def knn__layer_multi_head_attention = {
    .cls = {.family = "layer",
            .name = "MultiHeadAttention",
            .summary =
                "Attention of several heads: queries take from values what their keys match.",
            .detail = "For each head P = softmax(Q K' / sqrt(key_dim)), y = (P V) Wo + bo; Q, K, V "
                      "are projections of query, key and value; key is value unless given. "
                      "Weights: query, key, (gate,) value, attention_output, each kernel and bias.",
            .shapes = "query (batch, t, n), value, key (batch, s, m) -> (batch, t, n)",
            .example = "local x = knn.ones{2, 5, 8}; local y = knn.layers.MultiHeadAttention{2, "
                       "4}(x, x, {use_causal_mask = true})",
            .source = "Vaswani et al. 2017",
            .see = "GroupedQueryAttention|Attention",
            KNN__PARAMS(params, multi_args)},
    .min_rank = 3,
    .max_in = 3,
    .supports_masking = true,
    .activity_inside = true,
    .call_params = knn__heads_call_params,
    .n_call_params = KNN__LEN(knn__heads_call_params),
    .call_size = sizeof(knn__heads_call),
    .fields_size = sizeof(multi_fields),
    .check = check,
    .build = build,
    .call = call,
    .part = part,
};
