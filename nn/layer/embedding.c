/* embedding.c - a row of a table for each id: y[...] = embeddings[id]. ids (...) -> (...,
 * output_dim); embeddings (input_dim, output_dim). mask_zero: id 0 means "nothing here", and later
 * layers are told. An id outside 0 .. input_dim - 1 is an error that names its position (Keras lets
 * negative ones wrap around). */
#include "reg.h"

typedef struct embedding_args {
  knn__layer_common common;
  int64_t input_dim, output_dim;
  knn_object *embeddings_initializer, *embeddings_regularizer, *embeddings_constraint;
  bool mask_zero;
} embedding_args;

typedef struct embedding_fields {
  knn_variable *embeddings;
} embedding_fields;

static const knn_param params[] = {
    KNN__PARAM(embedding_args, input_dim, KNN_P_INT, NULL,
               "Number of ids: they are 0 .. input_dim - 1.", .mark = KNN_SIZE, .positional = true,
               .min = 1, .max = 1e12),
    KNN__PARAM(embedding_args, output_dim, KNN_P_INT, NULL, "Length of each id's vector.",
               .mark = KNN_SIZE, .positional = true, .min = 1, .max = 1e9),
    KNN__INITIALIZER_PARAM(embedding_args, embeddings_initializer, "uniform", "table"),
    KNN__REGULARIZER_PARAM(embedding_args, embeddings_regularizer, "table"),
    KNN__CONSTRAINT_PARAM(embedding_args, embeddings_constraint, "table"),
    KNN__PARAM(embedding_args, mask_zero, KNN_P_BOOL, "false",
               "Whether id 0 means \"nothing here\"."),
    KNN__LAYER_PARAMS(embedding_args),
};

static knn_status build(knn_layer *layer, const knn__spec *in, int n_in) {
  const embedding_args *args = layer->base.args;
  embedding_fields *f = layer->fields;
  (void)in;
  (void)n_in;
  return knn__add_weight(layer, "embeddings", 2, (int64_t[]){args->input_dim, args->output_dim},
                         args->embeddings_initializer, args->embeddings_regularizer,
                         args->embeddings_constraint, true, &f->embeddings);
}

static void call(knn_layer *layer, knn__scope *s, knn__layer_io *io) {
  const embedding_args *args = layer->base.args;
  const embedding_fields *f = layer->fields;
  const knn_dtype given = io->in[0]->spec.dtype;
  knn_value *ids = given == KNN_I64 ? io->in[0] : knn__cast(s, io->in[0], KNN_I32);
  io->out[0] = knn__take(s, f->embeddings->value, ids, 0);
  if (args->mask_zero) io->out_mask[0] = knn__not_equal(s, ids, knn__scalar_like(s, ids, 0));
}

const knn__layer_def knn__layer_embedding = {
    .cls = {.family = "layer",
            .name = "Embedding",
            .summary = "A learned vector for each id.",
            .detail = "y[...] = embeddings[id]. Weights: embeddings (input_dim, output_dim). Ids "
                      "are 0 .. input_dim - 1.",
            .shapes = "ids (...) -> (..., output_dim)",
            .example = "local y = knn.layers.Embedding{1000, 16}(knn.tensor({{3, 14, 15}}, {dtype "
                       "= \"int32\"}))",
            .source = "Bengio et al. 2003",
            .see = "Dense",
            KNN__PARAMS(params, embedding_args)},
    .min_rank = 1,
    .inputs = KNN__IN_ANY,
    .takes_integers = true,
    .wide = true,
    .fields_size = sizeof(embedding_fields),
    .build = build,
    .call = call,
};
