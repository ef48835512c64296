/* layer_adapt.c - layers that look at data before training. */
#include "layer.h"

knn_status knn_layer_adapt(knn_layer *layer, knn_tensor *data) {
  if (!layer->def->adapt)
    return knn__in_layer(layer, knn_fail(layer->base.ctx, KNN_EARG,
                                         "it finds nothing in data; fit trains its weights"));
  knn__spec spec = {.dtype = knn_tensor_dtype(data), .rank = knn_tensor_rank(data)};
  for (int i = 0; i < spec.rank; i++) spec.dims[i] = knn_tensor_dim(data, i);
  knn_status st = layer->built ? knn__layer_check_inputs(layer, &spec, 1)
                               : knn__layer_build(layer, "", &spec, 1);
  if (st == KNN_OK) st = layer->def->adapt(layer, data);
  return knn__in_layer(layer, st);
}

static knn_status need_vocabulary(const knn_layer *layer) {
  if (layer->def->vocabulary) return KNN_OK;
  return knn_fail(layer->base.ctx, KNN_EARG, "it has no vocabulary");
}

knn_status knn_layer_vocabulary(knn_layer *layer, bool special, knn_config **out) {
  knn_status st = need_vocabulary(layer);
  if (st == KNN_OK) st = layer->def->vocabulary->get(layer, special, out);
  return knn__in_layer(layer, st);
}

knn_status knn_layer_set_vocabulary(knn_layer *layer, const knn_config *tokens,
                                    const knn_config *weights) {
  knn_status st = need_vocabulary(layer);
  if (st == KNN_OK) st = layer->def->vocabulary->set(layer, tokens, weights);
  return knn__in_layer(layer, st);
}
