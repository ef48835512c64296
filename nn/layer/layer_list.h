/* layer_list.h - every layer, one line each: X(dense) declares knn__layer_dense and puts it into the table. */
#ifndef KNN__LAYER_LIST_H
#define KNN__LAYER_LIST_H

#include "layer.h"

#define KNN__LAYER_LIST(X) \
  X(input_layer)           \
  X(dense)                 \
  X(activation)            \
  X(sequential)

#define X(name) extern const knn__layer_def knn__layer_##name;
KNN__LAYER_LIST(X)
#undef X

#endif
