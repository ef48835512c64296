/* hashing.c - strings, and integers by their decimal digits, spread over bins by a hash: y =
 * hash(x) mod num_bins. With mask_value the bins are 1 .. num_bins - 1, and the mask's value gives
 * 0. x (...) strings or integers (floats are cut off) -> (...) int64, or encoded as
 * CategoryEncoding does. */
#include <string.h>

#include "encode.h"
#include "hash.h"
#include "words.h"

typedef struct hashing_args {
  knn__layer_common common;
  int64_t num_bins;
  knn_config *mask_value;
  knn_ints salt;
  int output_mode;
} hashing_args;

static const knn_param params[] = {
    KNN__PARAM(hashing_args, num_bins, KNN_P_INT, NULL, "Number of bins.", .mark = KNN_COUNT,
               .positional = true, .min = 1, .max = 1e15),
    KNN__PARAM(hashing_args, mask_value, KNN_P_CONFIG, "null",
               "Integer or string that has bin 0 for itself; null = none."),
    KNN__PARAM(hashing_args, salt, KNN_P_INTS, "null",
               "Key of another hash, one number or two; null = none.", .mark = KNN_LABEL,
               .arity = 2),
    KNN__PARAM(hashing_args, output_mode, KNN_P_ENUM, "int",
               "Bins as numbers, or encoded as CategoryEncoding does.",
               .choices = "int|one_hot|multi_hot|count"),
    KNN__LAYER_PARAMS(hashing_args),
};

static knn_status check(knn_layer *layer) {
  const hashing_args *args = layer->base.args;
  const knn_config_kind kind = knn_config_kind_of(args->mask_value);
  if (kind == KNN_CONFIG_NULL || kind == KNN_CONFIG_INT || kind == KNN_CONFIG_STRING) return KNN_OK;
  return knn_fail(layer->base.ctx, KNN_EARG, "'mask_value' must be an integer or a string");
}

/* The mask takes a bin if there is one to take. */
static bool masked(const hashing_args *args) {
  return knn_config_kind_of(args->mask_value) != KNN_CONFIG_NULL && args->num_bins > 1;
}

static knn_status infer(knn_layer *layer, const knn__spec *in, knn__spec *out) {
  (void)layer;
  *out = *in;
  out->dtype = KNN_I64;
  return KNN_OK;
}

static knn_status check_mask(const knn_layer *layer, knn_config_kind kind, const char *type) {
  const hashing_args *args = layer->base.args;
  if (!masked(args) || knn_config_kind_of(args->mask_value) == kind) return KNN_OK;
  return knn_fail(layer->base.ctx, KNN_ETYPE, "'mask_value' is no %s, as the input is", type);
}

static knn_status read(knn_layer *layer, const knn_tensor *x, knn_tensor **out) {
  const hashing_args *args = layer->base.args;
  const char *mask = knn_config_get_string(args->mask_value);
  const knn_string mask_string = {mask, strlen(mask)};
  const int64_t *key = args->salt.n > 0 ? args->salt.v : NULL;
  KNN__TRY(check_mask(layer, KNN_CONFIG_STRING, "string"));
  KNN__TRY(knn_tensor_new(layer->base.ctx, KNN_I64, knn_tensor_rank(x), knn_tensor_dims(x), out));
  int64_t *y = knn_tensor_data(*out);
  for (int64_t i = 0; i < knn_tensor_size(x); i++) {
    const knn_string s = knn_tensor_string(x, i);
    y[i] = knn__hash_bin(s.bytes, s.size, args->num_bins - masked(args), key);
    if (masked(args)) y[i] = knn__string_compare(s, mask_string) == 0 ? 0 : y[i] + 1;
  }
  return KNN_OK;
}

static knn_value *bins_of_numbers(knn_layer *layer, knn__scope *s, knn_value *x) {
  const hashing_args *args = layer->base.args;
  s->status = check_mask(layer, KNN_CONFIG_INT, "integer");
  x = knn__to_ids(s, x);
  knn_value *y = knn__hash_bins(s, x, args->num_bins - masked(args), &args->salt);
  if (!masked(args) || s->status != KNN_OK) return y;
  knn_value *mask =
      knn__equal(s, x, knn__scalar_like(s, x, (double)knn_config_get_int(args->mask_value)));
  return knn__where(s, mask, knn__scalar_like(s, y, 0), knn__plus(s, y, 1));
}

static void call(knn_layer *layer, knn__scope *s, knn__layer_io *io) {
  const hashing_args *args = layer->base.args;
  knn_value *y = io->read ? io->in[0] : bins_of_numbers(layer, s, io->in[0]);
  io->out[0] = knn__encode(s, y, (knn__encoding)args->output_mode, args->num_bins,
                           knn__layer_dtype(layer), NULL);
}

static const knn__strings strings = {false, infer, read};

const knn__layer_def knn__layer_hashing = {
    .cls = {.family = "layer",
            .name = "Hashing",
            .summary = "Strings or integers spread over bins by a hash.",
            .detail = "y = hash(x) mod num_bins, of integers by their decimal digits: FarmHash's "
                      "fingerprint, "
                      "or SipHash-2-4 keyed with salt. With mask_value: it gives 0, others 1 .. "
                      "num_bins - 1.",
            .shapes = "x (...) strings or integers -> (...) int64, or encoded",
            .example = "local y = knn.layers.Hashing{3}(knn.tensor({3, 14, 15}, {dtype = "
                       "\"int64\"}))",
            .source = "Weinberger et al. 2009",
            .see = "HashedCrossing|StringLookup|IntegerLookup",
            KNN__PARAMS(params, hashing_args)},
    .inputs = KNN__IN_ANY,
    .takes_integers = true,
    .check = check,
    .call = call,
    .strings = &strings,
};
