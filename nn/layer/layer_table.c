/* layer_table.c - the table of layers. */
#include "layer_list.h"

#define X(name) &knn__layer_##name.cls,
static const knn_class *const classes[] = {KNN__LAYER_LIST(X)};
#undef X

const knn__family knn__family_layer = {
    .name = "layer",
    .classes = classes,
    .n = KNN__LEN(classes),
    .object_size = sizeof(knn_layer),
    .init = knn__layer_init,
    .finalize = knn__layer_finalize,
};
