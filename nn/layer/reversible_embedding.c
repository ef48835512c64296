/* reversible_embedding.c - an Embedding that also goes back, from vectors to a score for each id.
 * ids (...) -> (..., output_dim): y = embeddings[id]. With reverse = true in the call: x (...,
 * output_dim) -> (..., input_dim): y = x embeddings^T, or x reverse_embeddings where the weights
 * are not tied, and then c tanh(y / c) with logit_soft_cap c. embeddings (input_dim, output_dim),
 * reverse_embeddings (output_dim, input_dim). */
#include <math.h>

#include "reg.h"

typedef struct reversible_args {
  knn__layer_common common;
  int64_t input_dim, output_dim;
  bool tie_weights, mask_zero;
  knn_object *embeddings_initializer, *embeddings_regularizer, *embeddings_constraint;
  knn_dtype reverse_dtype;
  double logit_soft_cap;
} reversible_args;

typedef struct reversible_call {
  bool reverse;
} reversible_call;

typedef struct reversible_fields {
  knn_variable *embeddings, *back;
} reversible_fields;

static const knn_param params[] = {
    KNN__PARAM(reversible_args, input_dim, KNN_P_INT, NULL,
               "Number of ids: they are 0 .. input_dim - 1.", .mark = KNN_SIZE, .positional = true,
               .min = 1, .max = 1e12),
    KNN__PARAM(reversible_args, output_dim, KNN_P_INT, NULL, "Length of each id's vector.",
               .mark = KNN_SIZE, .positional = true, .min = 1, .max = 1e9),
    KNN__PARAM(reversible_args, tie_weights, KNN_P_BOOL, "true",
               "Whether the way back uses the same table."),
    KNN__INITIALIZER_PARAM(reversible_args, embeddings_initializer, "uniform", "tables"),
    KNN__REGULARIZER_PARAM(reversible_args, embeddings_regularizer, "table"),
    KNN__CONSTRAINT_PARAM(reversible_args, embeddings_constraint, "table"),
    KNN__PARAM(reversible_args, mask_zero, KNN_P_BOOL, "false",
               "Whether id 0 means \"nothing here\"."),
    KNN__PARAM(reversible_args, reverse_dtype, KNN_P_DTYPE, "null",
               "Type of the scores; default: the layer's."),
    KNN__PARAM(reversible_args, logit_soft_cap, KNN_P_FLOAT, "null",
               "Scores are held between it and its negative; null = they are not.", .min = 1e-6,
               .max = 1e12),
    KNN__LAYER_PARAMS(reversible_args),
};
static const knn_param call_params[] = {
    KNN__PARAM(reversible_call, reverse, KNN_P_BOOL, "false", "From vectors to scores of the ids."),
};

static knn_status build(knn_layer *layer, const knn__spec *in, int n_in) {
  const reversible_args *args = layer->base.args;
  reversible_fields *f = layer->fields;
  const int64_t dims[] = {args->input_dim, args->output_dim, args->input_dim};
  (void)in;
  (void)n_in;
  KNN__TRY(knn__add_weight(layer, "embeddings", 2, dims, args->embeddings_initializer,
                           args->embeddings_regularizer, args->embeddings_constraint, true,
                           &f->embeddings));
  if (args->tie_weights) return KNN_OK;
  return knn__add_weight(layer, "reverse_embeddings", 2, dims + 1, args->embeddings_initializer,
                         NULL, NULL, true, &f->back);
}

static void embed(knn_layer *layer, knn__scope *s, knn__layer_io *io) {
  const reversible_args *args = layer->base.args;
  const reversible_fields *f = layer->fields;
  const knn_dtype given = io->in[0]->spec.dtype;
  knn_value *ids = given == KNN_I64 ? io->in[0] : knn__cast(s, io->in[0], KNN_I32);
  io->out[0] = knn__take(s, f->embeddings->value, ids, 0);
  if (args->mask_zero) io->out_mask[0] = knn__not_equal(s, ids, knn__scalar_like(s, ids, 0));
}

static knn_value *score(knn_layer *layer, knn__scope *s, knn_value *x) {
  const reversible_args *args = layer->base.args;
  const reversible_fields *f = layer->fields;
  knn_value *table = args->tie_weights ? f->embeddings->value : f->back->value;
  const knn_dtype type =
      args->reverse_dtype == KNN_DTYPE_NONE ? table->spec.dtype : args->reverse_dtype;
  knn_value *y =
      knn__matmul(s, knn__cast(s, x, type), knn__cast(s, table, type), false, args->tie_weights);
  const double cap = args->logit_soft_cap;
  return isnan(cap) ? y : knn__times(s, knn__tanh(s, knn__times(s, y, 1 / cap)), cap);
}

static void call(knn_layer *layer, knn__scope *s, knn__layer_io *io) {
  const reversible_call *options = io->options;
  const reversible_args *args = layer->base.args;
  const knn__spec *x = &io->in[0]->spec;
  if (!options->reverse) {
    embed(layer, s, io);
  } else if (x->rank < 1 || x->dims[x->rank - 1] != args->output_dim) {
    knn__scope_fail(s, KNN_ESHAPE, "with reverse, vectors of %lld numbers are expected, got %s",
                    (long long)args->output_dim, KNN__SPEC(*x));
  } else {
    io->out[0] = score(layer, s, io->in[0]);
  }
}

const knn__layer_def knn__layer_reversible_embedding = {
    .cls =
        {.family = "layer",
         .name = "ReversibleEmbedding",
         .summary = "A learned vector for each id, and scores of the ids for a vector.",
         .detail =
             "y = embeddings[id]; with reverse = true in the call y = x embeddings^T, or x "
             "reverse_embeddings if the weights are not tied. Weights: embeddings (input_dim, "
             "output_dim), reverse_embeddings (output_dim, input_dim).",
         .shapes =
             "ids (...) -> (..., output_dim); reverse: x (..., output_dim) -> (..., input_dim)",
         .example =
             "local layer = knn.layers.ReversibleEmbedding{100, 8}\n"
             "local scores = layer(layer(knn.tensor({{3, 14}}, {dtype = \"int32\"})), {reverse = "
             "true})",
         .source = "Press and Wolf 2016",
         .see = "Embedding",
         KNN__PARAMS(params, reversible_args)},
    .min_rank = 1,
    .inputs = KNN__IN_ANY,
    .takes_integers = true,
    .wide = true,
    .fields_size = sizeof(reversible_fields),
    KNN__CALL_PARAMS(call_params, reversible_call),
    .build = build,
    .call = call,
};
