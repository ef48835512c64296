/* identity.c - gain on the diagonal, else 0. w (n, m) */
#include "initializer_list.h"

typedef struct identity_args {
  double gain;
} identity_args;

static const knn_param params[] = {
    KNN__PARAM(identity_args, gain, KNN_P_FLOAT, "1", "The number on the diagonal."),
};

static knn_status fill(const knn_initializer *self, knn_tensor *w) {
  const identity_args *args = self->base.args;
  if (knn_tensor_rank(w) != 2)
    return knn_fail(self->base.ctx, KNN_ESHAPE, "a matrix expected, got shape %s",
                    KNN__SHAPE(knn_tensor_rank(w), knn_tensor_dims(w)));
  const int64_t rows = knn_tensor_dim(w, 0), columns = knn_tensor_dim(w, 1);
  KNN__TRY(knn_tensor_fill(w, 0));
  for (int64_t i = 0; i < rows && i < columns; i++) knn_tensor_set(w, i * columns + i, args->gain);
  return KNN_OK;
}

const knn__initializer_def knn__initializer_identity = {
    .cls = {.family = "initializer",
            .name = "Identity",
            .aliases = "identity|IdentityInitializer|identity_initializer",
            .summary = "The identity matrix times a gain.",
            .detail = "w[i, j] = gain where i = j, else 0",
            .shapes = "w (n, m)",
            .example = "local layer = knn.layers.Dense{4, kernel_initializer = \"identity\"}",
            .source = "Le et al. 2015",
            .see = "Orthogonal",
            KNN__PARAMS(params, identity_args)},
    .fill = fill,
};
