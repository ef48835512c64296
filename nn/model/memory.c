/* memory.c - what a run will hold, known before it runs: weights, gradients and the optimizer's
 * slots lie in arenas of known size, and a plan is placed before it gets memory. */
#include "model.h"

static bool takes_labels(const knn_loss *loss) {
  return loss && !loss->custom && ((const knn__loss_def *)loss->base.cls)->labels;
}

/* Types and shapes of a batch; targets as the loss wants them: labels or what the model puts out.
 */
static knn_status signature_for(knn_model *m, knn__mode mode, int64_t batch, knn__signature *sig) {
  KNN__TRY(knn__model_cut(m));
  const knn_layer *planned = knn__model_planned(m);
  int n = 0;
  *sig = (knn__signature){.mode = mode, .n_x = planned->n_inputs};
  KNN__TRY(knn__model_infer(m, sig->y, &n));
  sig->n_y = mode == KNN__PREDICT ? 0 : n;
  if (mode != KNN__PREDICT) KNN__TRY(knn__model_settle(m, n));
  for (int i = 0; i < sig->n_x; i++) {
    sig->x[i] = planned->inputs[i];
    if (!m->front) sig->x[i].dtype = knn__feed_type(m, i, planned->inputs[i].dtype);
    sig->x[i].dims[0] = batch;
    if (knn__count(sig->x[i].rank, sig->x[i].dims) == KNN_ANY)
      return knn_fail(m->ctx, KNN_ESHAPE, "the memory of inputs of shape %s cannot be told",
                      KNN__SPEC(planned->inputs[i]));
  }
  for (int i = 0; i < n; i++) {
    knn__spec *y = &sig->y[i];
    const bool labels = takes_labels(m->heads[i].loss);
    y->dims[0] = batch;
    if (labels && y->rank > 1) y->rank--;
    y->dtype = knn__target_type(labels ? KNN_I32 : KNN_F32);
  }
  return KNN_OK;
}

/* An unplaced plan leaves its inputs to others. */
static size_t input_bytes(const knn__spec *specs, int n) {
  size_t bytes = 0;
  for (int i = 0; i < n; i++)
    bytes += (size_t)knn__count(specs[i].rank, specs[i].dims) * knn_dtype_size(specs[i].dtype);
  return bytes;
}

static knn_status plan_bytes(knn_model *m, knn__mode mode, int64_t batch, size_t *out) {
  knn__step step = {0};
  knn__signature sig;
  bool metrics_known = m->metrics_ready;
  KNN__TRY(signature_for(m, mode, batch, &sig));
  knn_status st = knn__model_trace_step(m, &sig, true, &step);
  if (st == KNN_OK)
    *out = knn__plan_bytes(step.plan) + input_bytes(sig.x, sig.n_x) + input_bytes(sig.y, sig.n_y);
  knn__plan_release(step.plan);
  if (!metrics_known) knn__model_drop_heads(m); /* the targets were guessed */
  return st;
}

static knn_status weight_bytes(knn_model *m, size_t *out) {
  knn_variable **all = NULL;
  int n = 0;
  KNN__TRY(knn__layer_weights(m->root, &all, &n));
  *out = 0;
  for (int i = 0; i < n; i++) *out += knn_tensor_bytes(knn__variable_tensor(all[i]));
  knn__free(m->ctx, all);
  return KNN_OK;
}

static knn_status training_memory(knn_model *m, int64_t batch, knn_memory *memory) {
  const knn_optimizer *o = m->optimizer;
  KNN__TRY(knn__model_pack(m));
  memory->gradients = knn_tensor_bytes(m->gradients);
  for (int i = 0; i < o->n_slots; i++) memory->optimizer += knn_tensor_bytes(o->slots[i]);
  if (o->average) memory->optimizer += knn_tensor_bytes(o->average);
  if (o->accumulator) memory->optimizer += knn_tensor_bytes(o->accumulator);
  return plan_bytes(m, KNN__TRAIN, batch, &memory->training);
}

knn_status knn_model_memory(knn_model *m, int64_t batch, knn_memory *out) {
  knn_memory memory = {0};
  if (batch < 1)
    return knn_fail(m->ctx, KNN_EARG, "memory: the batch must be at least 1, got %lld",
                    (long long)batch);
  if (!m->root->built)
    return knn_fail(m->ctx, KNN_ESTATE,
                    "memory: model '%s' is not built; give its first layer an input_shape",
                    m->root->base.name);
  knn_status st = weight_bytes(m, &memory.weights);
  if (st == KNN_OK && m->compiled && m->optimizer) st = training_memory(m, batch, &memory);
  if (st == KNN_OK) st = plan_bytes(m, KNN__PREDICT, batch, &memory.predicting);
  if (st != KNN_OK) return knn_fail_in(m->ctx, st, "memory");
  *out = memory;
  return KNN_OK;
}
