/* pack.c - trainable weights of a compiled model become views into one arena, gradients lie in a
 * second, so that the optimizer is one loop and a gradient exchange one message. Slots of a kept
 * optimizer survive when the weights are the same. */
#include <string.h>

#include "model.h"
#include "tensor_internal.h"

void knn__model_drop_plans(knn_model *m) {
  for (int i = 0; i < KNN__PLANS; i++) {
    m->dropped += m->steps[i] != NULL;
    knn__step_free(m->ctx, m->steps[i]);
    m->steps[i] = NULL;
  }
}

void knn__model_unpack(knn_model *m) {
  if (m->optimizer && m->optimizer->owner == m) m->optimizer->owner = NULL;
  for (int i = 0; i < m->n_trainable; i++) knn__variable_release(m->trainable[i]);
  knn__free(m->ctx, m->trainable);
  knn_tensor_release(m->weights);
  knn_tensor_release(m->gradients);
  m->trainable = NULL;
  m->n_trainable = 0;
  m->weights = m->gradients = NULL;
  m->packed = false;
}

static knn_status collect_trainable(knn_model *m) {
  knn_variable **all = NULL;
  int n = 0;
  KNN__TRY(knn__layer_weights(m->root, &all, &n));
  m->trainable = knn__alloc(m->ctx, (size_t)n * sizeof *m->trainable);
  for (int i = 0; i < n && m->trainable; i++) {
    if (!all[i]->trainable) continue;
    knn__variable_retain(all[i]);
    m->trainable[m->n_trainable++] = all[i];
  }
  knn__free(m->ctx, all);
  return m->trainable ? KNN_OK : KNN_ENOMEM;
}

static knn_status check_types(const knn_model *m) {
  for (int i = 0; i < m->n_trainable; i++) {
    const knn_variable *v = m->trainable[i];
    if (v->value->spec.dtype != KNN_F32)
      return knn_fail(m->ctx, KNN_ETYPE,
                      "compile: weight '%s' has type %s; models train in float32", v->path,
                      knn_dtype_name(v->value->spec.dtype));
  }
  return KNN_OK;
}

static knn_status move_weights(knn_model *m) {
  int64_t size = m->optimizer->size;
  KNN__TRY(knn_tensor_new(m->ctx, KNN_F32, 1, &size, &m->weights));
  KNN__TRY(knn_tensor_new(m->ctx, KNN_F32, 1, &size, &m->gradients));
  for (int i = 0; i < m->optimizer->n_segments; i++) {
    const knn__segment *segment = &m->optimizer->segments[i];
    knn_tensor *t = knn__variable_tensor(segment->variable);
    size_t at = (size_t)segment->first * sizeof(float);
    if (segment->n)
      memcpy((char *)knn_tensor_data(m->weights) + at, knn_tensor_data(t),
             (size_t)segment->n * sizeof(float));
    knn__tensor_rebase(t, m->weights->storage, at);
  }
  m->ctx->weight_moves++;
  return KNN_OK;
}

/* A layer that stands in two models follows the one that was trained last. */
static bool in_place(const knn_model *m) {
  const float *w = m->weights ? knn_tensor_data(m->weights) : NULL;
  for (int i = 0; w && i < m->optimizer->n_segments; i++) {
    const knn__segment *segment = &m->optimizer->segments[i];
    const float *now = knn_tensor_data(knn__variable_tensor(segment->variable));
    if (now != w + segment->first) return false;
  }
  return true;
}

knn_status knn__model_pack(knn_model *m) {
  if (m->packed && in_place(m)) return KNN_OK;
  if (m->packed) knn__model_unpack(m);
  knn__model_drop_plans(m);
  knn_status st = collect_trainable(m);
  if (st == KNN_OK) st = check_types(m);
  if (st == KNN_OK && m->optimizer)
    st = knn__optimizer_build(m->optimizer, m, m->trainable, m->n_trainable);
  if (st == KNN_OK && m->optimizer) st = move_weights(m);
  if (st != KNN_OK)
    knn__model_unpack(m);
  else
    m->packed = true;
  return st;
}
