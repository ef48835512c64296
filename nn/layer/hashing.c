/* hashing.c - integers spread over bins by a hash of their decimal digits: y = hash(x) mod
 * num_bins. With mask_value the bins are 1 .. num_bins - 1, and the mask's value gives 0. x (...)
 * integers (floats are cut off) -> (...) int64, or encoded as CategoryEncoding does. */
#include "encode.h"

typedef struct hashing_args {
  knn__layer_common common;
  int64_t num_bins, mask_value;
  knn_ints salt;
  int output_mode;
} hashing_args;

static const knn_param params[] = {
    KNN__PARAM(hashing_args, num_bins, KNN_P_INT, NULL, "Number of bins.", .mark = KNN_COUNT,
               .positional = true, .min = 1, .max = 1e15),
    KNN__PARAM(hashing_args, mask_value, KNN_P_INT, "null",
               "Number that has bin 0 for itself; null = none.", .mark = KNN_LABEL),
    KNN__PARAM(hashing_args, salt, KNN_P_INTS, "null",
               "Key of another hash, one number or two; null = none.", .mark = KNN_LABEL,
               .arity = 2),
    KNN__PARAM(hashing_args, output_mode, KNN_P_ENUM, "int",
               "Bins as numbers, or encoded as CategoryEncoding does.",
               .choices = "int|one_hot|multi_hot|count"),
    KNN__LAYER_PARAMS(hashing_args),
};

static void call(knn_layer *layer, knn__scope *s, knn__layer_io *io) {
  const hashing_args *args = layer->base.args;
  const bool masked = args->mask_value != KNN_NONE && args->num_bins > 1;
  knn_value *x = knn__to_ids(s, io->in[0]);
  knn_value *y = knn__hash_bins(s, x, args->num_bins - masked, &args->salt);
  if (masked) {
    knn_value *mask = knn__equal(s, x, knn__scalar_like(s, x, (double)args->mask_value));
    y = knn__where(s, mask, knn__scalar_like(s, y, 0), knn__plus(s, y, 1));
  }
  io->out[0] = knn__encode(s, y, (knn__encoding)args->output_mode, args->num_bins,
                           knn__layer_dtype(layer), NULL);
}

const knn__layer_def knn__layer_hashing = {
    .cls = {.family = "layer",
            .name = "Hashing",
            .summary = "Integers spread over bins by a hash.",
            .detail = "y = hash(decimal digits of x) mod num_bins: FarmHash's fingerprint, or "
                      "SipHash-2-4 keyed with salt. With mask_value: that number gives 0, others 1 "
                      ".. num_bins - 1.",
            .shapes = "x (...) integers -> (...) int64, or encoded",
            .example = "local y = knn.layers.Hashing{3}(knn.tensor({3, 14, 15}, {dtype = "
                       "\"int64\"}))",
            .source = "Weinberger et al. 2009",
            .see = "IntegerLookup|CategoryEncoding",
            KNN__PARAMS(params, hashing_args)},
    .inputs = KNN__IN_ANY,
    .takes_integers = true,
    .call = call,
};
