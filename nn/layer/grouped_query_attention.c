/* grouped_query_attention.c - attention whose heads share keys and values: num_query_heads /
 * num_key_value_heads consecutive query heads read the same ones. query (batch, t, n), value and
 * key (batch, s, n) -> (batch, t, n), scores (batch, query heads, t, s). */
#include <math.h>

#include "heads.h"

typedef struct grouped_args {
  knn__layer_common common;
  int64_t head_dim, num_query_heads, num_key_value_heads;
  knn__heads_args heads;
} grouped_args;

static const knn_param params[] = {
    KNN__PARAM(grouped_args, head_dim, KNN_P_INT, NULL, "Size of each head.", .mark = KNN_SIZE,
               .positional = true, .min = 1, .max = 1e9),
    KNN__PARAM(grouped_args, num_query_heads, KNN_P_INT, NULL, "Number of query heads.",
               .mark = KNN_COUNT, .positional = true, .min = 1, .max = 1e9),
    KNN__PARAM(grouped_args, num_key_value_heads, KNN_P_INT, NULL,
               "Number of heads of keys and values; divides num_query_heads.", .mark = KNN_COUNT,
               .positional = true, .min = 1, .max = 1e9),
    KNN__HEADS_PARAMS(grouped_args, heads),
    KNN__LAYER_PARAMS(grouped_args),
};

static knn_status check(knn_layer *layer) {
  const grouped_args *args = layer->base.args;
  if (args->num_query_heads % args->num_key_value_heads != 0)
    return knn_fail(layer->base.ctx, KNN_EARG,
                    "'num_query_heads' (%lld) must be a multiple of 'num_key_value_heads' (%lld)",
                    (long long)args->num_query_heads, (long long)args->num_key_value_heads);
  return knn__heads_check(layer, &args->heads);
}

static knn_status build(knn_layer *layer, const knn__spec *in, int n_in) {
  const grouped_args *args = layer->base.args;
  knn__heads *part = layer->fields;
  const int64_t of_query[] = {args->num_query_heads, args->head_dim},
                of_key[] = {args->num_key_value_heads, args->head_dim};
  const knn__heads_args *heads = &args->heads;
  KNN__TRY(knn__heads_inputs(layer, in, n_in));
  const knn__projection query = {"query", NULL, 2, 1, 2, of_query},
                        key = {"key", NULL, 2, 1, 2, of_key},
                        gate = {"gate", "sigmoid", 2, 1, 2, of_query},
                        value = {"value", NULL, 2, 1, 2, of_key},
                        output = {"attention_output", NULL, 2, 2, 1, &in[0].dims[2]};
  KNN__TRY(knn__heads_project(layer, heads, &query, &in[0], &part->query));
  KNN__TRY(knn__heads_project(layer, heads, &key, &in[n_in > 2 ? 2 : 1], &part->key));
  if (heads->use_gate) KNN__TRY(knn__heads_project(layer, heads, &gate, &in[0], &part->gate));
  KNN__TRY(knn__heads_project(layer, heads, &value, &in[1], &part->value));
  KNN__TRY(knn__heads_take_names(layer));
  const knn__spec found = {.dtype = in[0].dtype,
                           .rank = 4,
                           .dims = {in[0].dims[0], in[0].dims[1], of_query[0], of_query[1]}};
  return knn__heads_project(layer, heads, &output, &found, &part->output);
}

static void call(knn_layer *layer, knn__scope *s, knn__layer_io *io) {
  const grouped_args *args = layer->base.args;
  const knn__heads *part = layer->fields;
  const knn__heads_call *options = io->options;
  if (io->n_in < 2) s->status = knn__heads_inputs(layer, NULL, io->n_in);
  if (s->status != KNN_OK) return;
  knn__meeting m = {.args = &args->heads,
                    .call = options,
                    .scale = 1 / sqrt((double)args->head_dim),
                    .training = io->training,
                    .n_axes = 1,
                    .dot = "bkuh,bquh->buqk",
                    .combine = "buqk,bkuh->bquh",
                    .q = knn__heads_apply(part->query, s, io->in[0], io->training),
                    .k = knn__heads_apply(part->key, s, io->in[io->n_in > 2 ? 2 : 1], io->training),
                    .v = knn__heads_apply(part->value, s, io->in[1], io->training),
                    .mask = knn__heads_mask(s, io, &args->heads)};
  const int64_t share = args->num_query_heads / args->num_key_value_heads;
  if (share > 1 && (args->heads.dropout > 0 || options->return_attention_scores)) {
    m.k = knn__repeat(s, m.k, share, 2);
    m.v = knn__repeat(s, m.v, share, 2);
  }
  knn_value *y = knn__heads_meet(s, &m, &io->out[1]);
  if (part->gate) y = knn__multiply(s, y, knn__heads_apply(part->gate, s, io->in[0], io->training));
  if (s->status != KNN_OK) return;
  io->out[0] = knn__heads_apply(part->output, s, y, io->training);
  io->n_out = options->return_attention_scores ? 2 : 1;
}

static const char *part(const knn_layer *layer, int i) {
  return knn__heads_part(layer, i, true);
}

const knn__layer_def knn__layer_grouped_query_attention = {
    .cls = {.family = "layer",
            .name = "GroupedQueryAttention",
            .aliases = "GroupQueryAttention",
            .summary = "Attention whose heads share keys and values in groups.",
            .detail = "As MultiHeadAttention; num_query_heads / num_key_value_heads consecutive "
                      "query heads read the same keys and values. Weights: query, key, (gate,) "
                      "value, attention_output, each kernel and bias.",
            .shapes = "query (batch, t, n), value, key (batch, s, n) -> (batch, t, n)",
            .example = "local x = knn.ones{2, 5, 8}; local y = knn.layers.GroupedQueryAttention{4, "
                       "4, 2}(x, x)",
            .source = "Ainslie et al. 2023",
            .see = "MultiHeadAttention",
            KNN__PARAMS(params, grouped_args)},
    .min_rank = 3,
    .max_rank = 3,
    .max_in = 3,
    .supports_masking = true,
    .activity_inside = true,
    .call_params = knn__heads_call_params,
    .n_call_params = KNN__LEN(knn__heads_call_params),
    .call_size = sizeof(knn__heads_call),
    .fields_size = sizeof(knn__heads),
    .check = check,
    .build = build,
    .call = call,
    .part = part,
};
