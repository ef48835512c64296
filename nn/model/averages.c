/* averages.c - the moving averages of the weights, which an optimizer may keep, for testing on
 * them. */
#include <string.h>

#include "model.h"

static knn_status require_averages(const knn_model *m) {
  if (m->optimizer && knn__optimizer_common_of(m->optimizer)->use_ema) return KNN_OK;
  return knn_fail(m->ctx, KNN_ESTATE,
                  "model '%s' keeps no averages of its weights; give its optimizer use_ema = true",
                  m->root->base.name);
}

/* The arenas of weights and averages; 0 elements before the first step. */
static int64_t arenas(knn_model *m, float **w, float **average) {
  const knn_optimizer *o = m->optimizer;
  if (!m->packed || o->iterations == 0 || !o->average) return 0;
  *w = knn_tensor_data(m->weights);
  *average = knn_tensor_data(o->average);
  return o->size;
}

knn_status knn_model_swap_averages(knn_model *m) {
  float *w = NULL, *average = NULL;
  KNN__TRY(require_averages(m));
  const int64_t n = arenas(m, &w, &average);
  for (int64_t i = 0; i < n; i++) {
    const float weight = w[i];
    w[i] = average[i];
    average[i] = weight;
  }
  return KNN_OK;
}

knn_status knn_model_set_averages(knn_model *m) {
  float *w = NULL, *average = NULL;
  KNN__TRY(require_averages(m));
  const int64_t n = arenas(m, &w, &average);
  if (n) memcpy(average, w, (size_t)n * sizeof *w);
  return KNN_OK;
}
