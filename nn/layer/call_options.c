/* call_options.c - what a layer's call takes besides its inputs: options and tensors by name
 * (use_causal_mask, attention_mask), described by rows as constructor options are. */
#include <string.h>

#include "layer.h"

knn_class knn__call_class(const knn__layer_def *def) {
  return (knn_class){.family = "call",
                     .name = def->cls.name,
                     .params = def->call_params,
                     .n_params = def->n_call_params,
                     .args_size = def->call_size};
}

const knn_param *knn_layer_call_params(const knn_class *cls, int *n) {
  const knn__layer_def *def = (const knn__layer_def *)cls;
  *n = def->n_call_params;
  return def->call_params;
}

/* The place of a tensor in the block; NULL with a message when the row has none of that name. */
static knn_value **place_of(knn_ctx *ctx, const knn_class *row, const char *name, void *block) {
  for (int i = 0; i < row->n_params; i++)
    if (strcmp(row->params[i].name, name) == 0 && row->params[i].kind == KNN_P_VALUE)
      return (knn_value **)((char *)block + row->params[i].offset);
  if (knn_class_check_option(ctx, row, name) == KNN_OK)
    knn_fail(ctx, KNN_EARG, "call: '%s' is not a tensor", name);
  return NULL;
}

knn_status knn__call_options(knn_layer *layer, const knn_layer_extra *extra, void *block) {
  knn_ctx *ctx = layer->base.ctx;
  const knn_class row = knn__call_class(layer->def);
  KNN__TRY(knn__args_parse(ctx, "call", &row, extra ? extra->options : NULL, block));
  for (int i = 0; extra && i < extra->n_values; i++) {
    knn_value **place = place_of(ctx, &row, extra->names[i], block);
    if (!place) return KNN_EARG;
    *place = extra->values[i];
  }
  return KNN_OK;
}
