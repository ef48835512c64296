/* eager.c - one step op by op, on the tape: run_eagerly = true. Same ops in the same order as the
 * plan, so the same bits. */
#include <math.h>
#include <string.h>

#include "grad.h"
#include "model.h"

static knn_status gather_gradients(knn_model *m, knn_value *const *gradients) {
  float *g = knn_tensor_data(m->gradients);
  for (int i = 0; i < m->optimizer->n_segments; i++) {
    const knn__segment *segment = &m->optimizer->segments[i];
    KNN__TRY(
        knn_tensor_read(gradients[i]->tensor, g + segment->first, (size_t)segment->n * sizeof *g));
  }
  return KNN_OK;
}

static void update(knn_model *m, knn__scope *s, knn_tape *tape, knn_value *total) {
  knn_value **xs = knn__alloc(m->ctx, (size_t)m->n_trainable * 2 * sizeof *xs),
            **dxs = xs + m->n_trainable;
  if (!xs) s->status = KNN_ENOMEM;
  for (int i = 0; i < m->n_trainable && s->status == KNN_OK; i++) xs[i] = m->trainable[i]->value;
  if (s->status == KNN_OK) total = knn__optimizer_scale_loss(m->optimizer, s, total);
  if (s->status == KNN_OK) s->status = knn_tape_gradient(tape, total, xs, m->n_trainable, dxs);
  if (s->status == KNN_OK) {
    for (int i = 0; i < m->n_trainable; i++) knn__hold(s, dxs[i]);
    s->status = gather_gradients(m, dxs);
    if (s->status == KNN_OK)
      knn__optimizer_step(m->optimizer, knn_tensor_data(m->weights), knn_tensor_data(m->gradients),
                          NULL, 0);
    knn__model_project(m, s);
  }
  knn__free(m->ctx, xs);
}

static void take_logs(knn_model *m, knn__scope *s, knn__forward *f) {
  double values[KNN__MODEL_IO] = {0};
  for (int i = 0; i < f->n_out && s->status == KNN_OK; i++)
    if (f->log[i]) values[i] = knn_tensor_get(f->out[i]->tensor, 0);
  if (s->status == KNN_OK) s->status = knn__model_take_logs(m, f->n_out, f->log, values);
  for (int i = 0; i < f->n_out; i++) knn__free(m->ctx, f->log[i]);
}

static knn_status look_at_loss(knn_model *m, const knn__forward *f) {
  if (m->nan_told || isfinite(knn_tensor_get(f->total->tensor, 0))) return KNN_OK;
  return knn__model_find_nan(m, f);
}

knn_status knn__model_eager_step(knn_model *m, knn__forward *f, knn_value **outs, int *n_out) {
  knn_ctx *ctx = m->ctx;
  knn_tape *tape = NULL;
  knn__scope s;
  knn__scope_begin(&s, ctx);
  const bool host = knn__model_has_step(m, f->mode);
  bool training = f->mode == KNN__TRAIN && m->n_trainable > 0 && !host;
  if (training) s.status = knn_tape_begin(ctx, &tape);
  bool was_in_step = ctx->in_step;
  ctx->in_step = true;
  ctx->step_number = f->number;
  ctx->step_draws = 0;
  if (s.status == KNN_OK) (host ? knn__model_host_step : knn__model_forward)(m, &s, f);
  if (s.status == KNN_OK && training) s.status = look_at_loss(m, f);
  if (s.status == KNN_OK && training) update(m, &s, tape, f->total);
  ctx->in_step = was_in_step;
  knn_tape_end(tape);
  if (host) take_logs(m, &s, f);
  if (s.status == KNN_OK && outs) {
    *n_out = f->n_out;
    for (int i = 0; i < f->n_out; i++) knn_value_retain(outs[i] = f->out[i]);
  }
  return knn__scope_end(&s);
}
