/* host.c - metrics of a host that keep states of their own. Their update writes ops, once per plan;
 * their result is asked outside of plans. */
#include <string.h>

#include "metric.h"

knn_status knn_metric_add_variable(knn_metric *m, const char *name, int rank, const int64_t *dims,
                                   knn_value **out) {
  knn__spec spec = {.dtype = KNN_F32, .rank = rank};
  if (m->n_states == KNN__METRIC_STATES)
    return knn_fail(m->base.ctx, KNN_EARG, "metric '%s': at most %d variables", m->base.name,
                    KNN__METRIC_STATES);
  if (rank > 0) memcpy(spec.dims, dims, (size_t)rank * sizeof *dims);
  KNN__TRY(knn__metric_add_state(m, name, &spec));
  *out = m->states[m->n_states - 1]->value;
  return KNN_OK;
}

knn_status knn_metric_new_stateful(knn_ctx *ctx, const char *name,
                                   const knn_metric_methods *methods, void *self,
                                   void (*free_self)(void *self), knn_object **out) {
  knn_metric *m = NULL;
  KNN__TRY(knn__metric_custom(ctx, name ? name : "custom", NULL, self, free_self, &m));
  m->host = methods;
  *out = &m->base;
  return KNN_OK;
}
