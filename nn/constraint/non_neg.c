/* non_neg.c - weights of at least 0: max(w, 0). w (...) -> same shape */
#include "constraint_list.h"

static knn_value *project(knn_object *self, knn__scope *s, knn_value *w) {
  (void)self;
  return knn__relu(s, w);
}

const knn__constraint_def knn__constraint_non_neg = {
    .cls = {.family = "constraint",
            .name = "NonNeg",
            .aliases = "non_neg",
            .summary = "Weights of at least 0.",
            .detail = "max(w, 0)",
            .shapes = "w (...) -> (...)",
            .example = "local layer = knn.layers.Dense{4, kernel_constraint = \"non_neg\"}",
            .source = "Keras, NonNeg",
            .see = "MaxNorm"},
    .project = project,
};
