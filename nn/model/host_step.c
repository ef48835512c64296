/* host_step.c - steps of training, testing and predicting that a host's layer makes itself, and the
 * numbers that they give to the logs. */
#include <string.h>

#include "model.h"

bool knn__model_has_step(const knn_model *m, knn__mode mode) {
  const knn_layer_custom *custom = m->root->custom;
  return custom && custom->step && custom->steps >> mode & 1u;
}

typedef struct host_step {
  knn_custom_step seen; /* by the host */
  knn__scope *s;
  knn__forward *f;
} host_step;

static knn_status check_number(const knn_custom_step *step, const char *name,
                               const knn_value *value) {
  if (step->kind == KNN_STEP_PREDICT ||
      (name && knn__count(value->spec.rank, value->spec.dims) == 1))
    return KNN_OK;
  return knn_fail(value->ctx, KNN_ESHAPE,
                  "'%s' is a tensor of shape %s; a log is one number, take its mean",
                  name ? name : "?", KNN__SPEC(value->spec));
}

knn_status knn_step_give(knn_custom_step *step, const char *name, knn_value *value) {
  const host_step *h = (host_step *)step;
  knn__forward *f = h->f;
  const bool log = step->kind != KNN_STEP_PREDICT;
  if (f->n_out == KNN__MODEL_IO)
    return knn_fail(h->s->ctx, KNN_EARG, "a step gives at most %d results", KNN__MODEL_IO);
  KNN__TRY(check_number(step, name, value));
  f->log[f->n_out] = log ? knn__strdup(h->s->ctx, name) : NULL;
  if (log && !f->log[f->n_out]) return KNN_ENOMEM;
  knn_value_retain(value);
  f->out[f->n_out++] = knn__cast(h->s, knn__hold(h->s, value), log ? KNN_F32 : value->spec.dtype);
  return h->s->status;
}

void knn__model_host_step(knn_model *m, knn__scope *s, knn__forward *f) {
  host_step h = {.seen = {.kind = (knn_step_kind)f->mode,
                          .n_x = f->n_x,
                          .n_y = f->n_y,
                          .n_weights = f->n_weight,
                          .x = f->x,
                          .y = f->y,
                          .weights = f->weight},
                 .s = s,
                 .f = f};
  f->n_out = 0;
  const knn_status st = m->root->custom->step(m->root->self, m->root, &h.seen);
  if (s->status == KNN_OK) s->status = st;
}

knn_status knn__model_take_logs(knn_model *m, int n, char *const *names, const double *values) {
  if (!m->step_logs) KNN__TRY(knn__logs_new(m->ctx, &m->step_logs));
  for (int i = 0; i < n; i++)
    if (names[i]) KNN__TRY(knn_logs_set(m->step_logs, names[i], values[i]));
  return KNN_OK;
}

void knn__model_drop_logs(knn_model *m) {
  knn_logs_release(m->step_logs);
  m->step_logs = NULL;
}
