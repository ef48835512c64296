/* hashed_crossing.c - what several features are together as one bin: y = hash(x1, x2, ...) mod
 * num_bins. x1, x2, ... (batch) or (batch, 1) integers or strings, all of one shape -> the same
 * shape int64, or (batch, num_bins). */
#include "encode.h"
#include "hash.h"

typedef struct crossing_args {
  knn__layer_common common;
  int64_t num_bins;
  int output_mode;
  bool sparse;
} crossing_args;

static const knn_param params[] = {
    KNN__PARAM(crossing_args, num_bins, KNN_P_INT, NULL, "Number of bins.", .mark = KNN_COUNT,
               .positional = true, .min = 1, .max = 1e15),
    KNN__PARAM(crossing_args, output_mode, KNN_P_ENUM, "int", "Bins as numbers, or a row for each.",
               .choices = "int|one_hot"),
    KNN__PARAM(crossing_args, sparse, KNN_P_BOOL, "false",
               "Keras's sparse results; there are none here."),
    KNN__LAYER_PARAMS(crossing_args),
};

static knn_status check(knn_layer *layer) {
  const crossing_args *args = layer->base.args;
  if (!args->sparse) return KNN_OK;
  return knn_fail(
      layer->base.ctx, KNN_EARG,
      "'sparse = true' asks for sparse tensors, which there are none of; the dense rows hold the "
      "same numbers");
}

/* Strings take part by their fingerprints. */
static knn_status infer(knn_layer *layer, const knn__spec *in, knn__spec *out) {
  (void)layer;
  *out = *in;
  out->dtype = KNN_I64;
  return KNN_OK;
}

static knn_status read(knn_layer *layer, const knn_tensor *x, knn_tensor **out) {
  KNN__TRY(knn_tensor_new(layer->base.ctx, KNN_I64, knn_tensor_rank(x), knn_tensor_dims(x), out));
  int64_t *y = knn_tensor_data(*out);
  for (int64_t i = 0; i < knn_tensor_size(x); i++) {
    const knn_string s = knn_tensor_string(x, i);
    y[i] = (int64_t)knn__fingerprint(s.bytes, s.size);
  }
  return KNN_OK;
}

static void check_inputs(knn__scope *s, const knn__layer_io *io) {
  const knn__spec *first = &io->in[0]->spec;
  if (io->n_in < 2)
    knn__scope_fail(s, KNN_EARG, "at least two features are crossed, got one");
  else if (first->rank > 2 ||
           (first->rank == 2 && first->dims[1] != 1 && first->dims[1] != KNN_ANY))
    knn__scope_fail(s, KNN_ESHAPE, "features of shape (batch,) or (batch, 1) expected, got %s",
                    KNN__SPEC(*first));
  for (int i = 0; i < io->n_in && s->status == KNN_OK; i++)
    if (knn_dtype_is_float(io->in[i]->spec.dtype))
      knn__scope_fail(s, KNN_ETYPE, "integers or strings expected, feature %d is %s", i + 1,
                      knn_dtype_name(io->in[i]->spec.dtype));
}

static void call(knn_layer *layer, knn__scope *s, knn__layer_io *io) {
  const crossing_args *args = layer->base.args;
  knn_value *x[KNN__MAX_IN];
  check_inputs(s, io);
  for (int i = 0; i < io->n_in; i++) x[i] = knn__cast(s, io->in[i], KNN_I64);
  knn_value *y = s->status == KNN_OK ? knn__hash_cross(s, io->n_in, x, args->num_bins) : NULL;
  io->out[0] = knn__encode(s, y, (knn__encoding)args->output_mode, args->num_bins,
                           knn__layer_dtype(layer), NULL);
}

static const knn__strings strings = {false, infer, read};

const knn__layer_def knn__layer_hashed_crossing = {
    .cls =
        {.family = "layer",
         .name = "HashedCrossing",
         .summary = "What several features are together as one bin.",
         .detail = "y = hash(x1, x2, ...) mod num_bins, strings by their fingerprints.",
         .shapes =
             "x1, x2, ... (batch) or (batch, 1) integers or strings -> the same int64, or (batch, "
             "num_bins)",
         .example =
             "local y = knn.layers.HashedCrossing{5}{knn.tensor{\"A\", \"B\"}, knn.tensor({101, "
             "102}, {dtype = \"int64\"})}",
         .source = "TensorFlow, sparse.cross_hashed",
         .see = "Hashing|StringLookup",
         KNN__PARAMS(params, crossing_args)},
    .max_in = -1,
    .inputs = KNN__IN_ANY,
    .takes_integers = true,
    .check = check,
    .call = call,
    .strings = &strings,
};
