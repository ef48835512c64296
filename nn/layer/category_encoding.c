/* category_encoding.c - class numbers as rows with a 1 (one_hot), as one row per sample with a 1
 * for each class in it (multi_hot), or with how often it is in it (count). ids (batch, n) ->
 * (batch, n, num_tokens) or (batch, num_tokens); ids (n) is one sample. */
#include "encode.h"

typedef struct category_args {
  knn__layer_common common;
  int64_t num_tokens;
  int output_mode;
} category_args;

enum { ONE_HOT, MULTI_HOT, COUNT, BINARY };

static const knn_param params[] = {
    KNN__PARAM(category_args, num_tokens, KNN_P_INT, "null", "Number of classes; must be given.",
               .mark = KNN_COUNT, .positional = true, .min = 1, .max = 1e9),
    KNN__PARAM(category_args, output_mode, KNN_P_ENUM, "multi_hot",
               "A row for each number, or one for each sample.",
               .choices = "one_hot|multi_hot|count|binary"),
    KNN__LAYER_PARAMS(category_args),
};

typedef struct category_call {
  knn_value *count_weights;
} category_call;

static const knn_param call_params[] = {
    KNN__PARAM(category_call, count_weights, KNN_P_VALUE, "null",
               "How much each number counts, for the mode count; shape of the ids."),
};

static knn_status check(knn_layer *layer) {
  category_args *args = layer->base.args;
  if (args->num_tokens == KNN_NONE)
    return knn_fail(layer->base.ctx, KNN_EARG,
                    "give 'num_tokens', the number of classes; IntegerLookup finds it in data");
  if (args->output_mode == BINARY) args->output_mode = MULTI_HOT;
  return KNN_OK;
}

static void call(knn_layer *layer, knn__scope *s, knn__layer_io *io) {
  static const knn__encoding how[] = {KNN__ENCODE_ONE_HOT, KNN__ENCODE_MULTI_HOT,
                                      KNN__ENCODE_COUNT};
  const category_args *args = layer->base.args;
  const category_call *given = io->options;
  if (given && given->count_weights && args->output_mode != COUNT) {
    knn__scope_fail(s, KNN_EARG, "'count_weights' is for output_mode = \"count\"");
    return;
  }
  io->out[0] = knn__encode(s, knn__to_ids(s, io->in[0]), how[args->output_mode], args->num_tokens,
                           knn__layer_dtype(layer), given ? given->count_weights : NULL);
}

const knn__layer_def knn__layer_category_encoding = {
    .cls = {.family = "layer",
            .name = "CategoryEncoding",
            .summary = "Class numbers as rows of zeros and ones, or counted.",
            .detail = "one_hot: y[..., c] = 1 where c is the class; multi_hot: 1 where c is in the "
                      "sample; count: how often. Classes count from 0, others count nowhere.",
            .shapes = "ids (batch, n) -> (batch, n, num_tokens) or (batch, num_tokens)",
            .example = "local y = knn.layers.CategoryEncoding{4}(knn.tensor({{0, 1}, {1, 3}}, "
                       "{dtype = \"int32\"}))",
            .source = "Keras, CategoryEncoding",
            .see = "IntegerLookup|Embedding",
            KNN__PARAMS(params, category_args)},
    KNN__CALL_PARAMS(call_params, category_call),
    .inputs = KNN__IN_ANY,
    .takes_integers = true,
    .check = check,
    .call = call,
};
