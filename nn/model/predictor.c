/* predictor.c - a plan of its own with messages and memory of its own, so that threads can predict
 * side by side. */
#include <string.h>

#include "model.h"

struct knn_predictor {
  uint64_t weight_moves; /* of the model's context, when the plan was made */
  knn_model *m;
  knn_ctx *own; /* messages, and one thread */
  knn__step step;
};

static knn_status make_plan(knn_predictor *p, int64_t batch) {
  knn_model *m = p->m;
  knn__signature *sig = &p->step.signature;
  *sig = (knn__signature){.mode = KNN__PREDICT, .n_x = 1, .x = {m->root->input}};
  sig->x[0].dims[0] = batch;
  return knn__model_trace_step(m, sig, false, &p->step);
}

knn_status knn_predictor_new(knn_model *m, int64_t batch, knn_predictor **out) {
  if (!m->root->built)
    return knn_fail(m->ctx, KNN_ESTATE,
                    "predictor: model '%s' is not built; give its first layer an input_shape",
                    m->root->base.name);
  if (batch < 1)
    return knn_fail(m->ctx, KNN_EARG, "predictor: the batch must be at least 1, got %lld",
                    (long long)batch);
  knn_predictor *p = knn__alloc(m->ctx, sizeof *p);
  if (!p) return KNN_ENOMEM;
  knn_model_retain(m);
  p->m = m;
  knn_ctx_options options = m->ctx->hooks;
  options.threads = 1;
  knn_status st = knn_ctx_new(&options, &p->own);
  if (st == KNN_OK) st = make_plan(p, batch);
  p->weight_moves = m->ctx->weight_moves;
  if (st != KNN_OK) {
    knn_predictor_release(p);
    return st;
  }
  knn__plan_use_context(p->step.plan, p->own);
  *out = p;
  return KNN_OK;
}

void knn_predictor_release(knn_predictor *p) {
  if (!p) return;
  knn_model *m = p->m;
  knn__plan_release(p->step.plan);
  knn_ctx_release(p->own);
  knn__free(m->ctx, p);
  knn_model_release(m);
}

static knn_status check_size(const knn_predictor *p, const char *what, const knn__buf *buf,
                             size_t size) {
  if ((size_t)buf->n == size) return KNN_OK;
  return knn_fail(p->own, KNN_ESHAPE, "predictor: %s of shape %s takes %lld floats, got %zu", what,
                  KNN__SPEC(buf->spec), (long long)buf->n, size);
}

knn_status knn_predictor_run(knn_predictor *p, const float *x, size_t x_size, float *y,
                             size_t y_size) {
  if (p->weight_moves != p->m->ctx->weight_moves)
    return knn_fail(
        p->own, KNN_ESTATE,
        "predictor: the model's weights have moved since it was made (the model was compiled "
        "and trained); make a new predictor");
  const knn__buf *in = knn__plan_buffer(p->step.plan, p->step.x[0]),
                 *out = knn__plan_buffer(p->step.plan, p->step.out[0]);
  KNN__TRY(check_size(p, "x", in, x_size));
  KNN__TRY(check_size(p, "y", out, y_size));
  if (in->spec.dtype == KNN_F32)
    memcpy(in->data, x, x_size * sizeof *x);
  else
    for (size_t i = 0; i < x_size; i++) ((int32_t *)in->data)[i] = (int32_t)x[i];
  KNN__TRY(knn__plan_run(p->step.plan, 0));
  memcpy(y, out->data, y_size * sizeof *y);
  return KNN_OK;
}

const char *knn_predictor_error(const knn_predictor *p) {
  return knn_ctx_error(p->own);
}
