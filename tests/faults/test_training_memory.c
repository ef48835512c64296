/* test_training_memory.c - losses, metrics and optimizers when the n-th allocation fails, for every
 * n: KNN_ENOMEM, nothing left behind, and the same work succeeds afterwards. */
#include "testing.h"

#include <stdlib.h>

#include "loss.h"
#include "metric.h"
#include "optimizer.h"

static long left; /* allocations that still succeed; negative: all */

static void *limited(void *user, size_t bytes) {
  (void)user;
  if (left == 0) return NULL;
  if (left > 0) left--;
  return malloc(bytes);
}

static void release(void *user, void *block) {
  (void)user;
  free(block);
}

typedef knn_status work(knn_ctx *ctx);

static knn_status matrix(knn_ctx *ctx, int64_t rows, int64_t columns, knn_value **out) {
  knn_tensor *t = NULL;
  KNN__TRY(knn_tensor_new(ctx, KNN_F32, columns ? 2 : 1, (int64_t[]){rows, columns}, &t));
  for (int64_t i = 0; i < knn_tensor_size(t); i++) knn_tensor_set(t, i, (double)(i * 7 % 3) / 3);
  knn_status st = knn_value_from(t, out);
  knn_tensor_release(t);
  return st;
}

static knn_status metric_work(knn_ctx *ctx, const char *name, const char *options,
                              int64_t target_columns) {
  knn_metric *m = NULL;
  knn_value *t = NULL, *p = NULL, *w = NULL;
  knn_status st = knn_metric_new(ctx, name, options, &m);
  if (st == KNN_OK) st = matrix(ctx, 4, target_columns, &t);
  if (st == KNN_OK) st = matrix(ctx, 4, 3, &p);
  if (st == KNN_OK) st = matrix(ctx, 4, 0, &w);
  if (st == KNN_OK) st = knn_metric_update(m, t, p, w);
  knn_value_release(t);
  knn_value_release(p);
  knn_value_release(w);
  knn_metric_release(m);
  return st;
}

static knn_status area(knn_ctx *ctx) {
  return metric_work(ctx, "AUC", "multi_label=true, label_weights=[1, 2, 3], from_logits=true", 3);
}

static knn_status precision(knn_ctx *ctx) {
  return metric_work(ctx, "Precision", "thresholds=[0.2, 0.4], top_k=2, name=p", 3);
}

static knn_status top_k(knn_ctx *ctx) {
  return metric_work(ctx, "SparseTopKCategoricalAccuracy", "k=2", 0);
}

static knn_status loss_with_gradient(knn_ctx *ctx) {
  knn_config *options = NULL;
  knn_object *loss = NULL;
  knn_tape *tape = NULL;
  knn_value *t = NULL, *p = NULL, *dp = NULL, *value = NULL;
  knn__scope s;
  knn__scope_begin(&s, ctx);
  s.status =
      knn_config_parse(ctx, "ignore_class=2, reduction=mean_with_sample_weight, name=l", &options);
  if (s.status == KNN_OK)
    s.status = knn_object_new(ctx, "loss", "SparseCategoricalCrossentropy", options, &loss);
  if (s.status == KNN_OK) s.status = matrix(ctx, 4, 0, &t);
  if (s.status == KNN_OK) s.status = matrix(ctx, 4, 3, &p);
  if (s.status == KNN_OK) s.status = knn_tape_begin(ctx, &tape);
  if (s.status == KNN_OK) value = knn__loss_value((knn_loss *)loss, &s, t, p, t);
  if (s.status == KNN_OK) s.status = knn_tape_gradient(tape, value, &p, 1, &dp);
  knn_tape_end(tape);
  knn_value_release(dp);
  knn_value_release(t);
  knn_value_release(p);
  knn_object_release(loss);
  knn_config_release(options);
  return knn__scope_end(&s);
}

static knn_status optimizer_step(knn_ctx *ctx, const char *name, const char *options) {
  knn_optimizer *o = NULL;
  knn_variable *v = NULL;
  knn_value *g = NULL;
  knn_tensor *slot = NULL;
  knn_config *config = NULL;
  const knn__spec spec = {.dtype = KNN_F32, .rank = 2, .dims = {4, 3}};
  knn_status st = knn_optimizer_new(ctx, name, options, &o);
  if (st == KNN_OK) st = knn_optimizer_exclude_from_weight_decay(o, "bias");
  if (st == KNN_OK) st = knn__variable_new(ctx, "kernel", "dense/kernel", &spec, true, &v);
  if (st == KNN_OK) st = matrix(ctx, 4, 3, &g);
  for (int i = 0; i < 2 && st == KNN_OK; i++) st = knn_optimizer_apply(o, &g, &v->value, 1);
  if (st == KNN_OK) st = knn_optimizer_slot(o, "dense/kernel", "momentum", &slot);
  if (st == KNN_OK) st = knn_optimizer_config(o, &config);
  knn_config_release(config);
  knn_tensor_release(slot);
  knn_value_release(g);
  if (v) knn__variable_release(v);
  knn_optimizer_release(o);
  return st;
}

static knn_status elementwise_step(knn_ctx *ctx) {
  return optimizer_step(ctx, "Adam",
                        "amsgrad=true, use_ema=true, gradient_accumulation_steps=2, clipnorm=1");
}

/* A rule with memory of its own. */
static knn_status whole_step(knn_ctx *ctx) {
  return optimizer_step(ctx, "Muon", "ns_steps=2, exclude_layers=[head]");
}

static void fail_each(work *fn) {
  knn_ctx_options hooks = {.alloc = limited, .release = release};
  knn_ctx *ctx;
  size_t blocks;
  long n = 0;
  left = -1;
  assert_ok(NULL, knn_ctx_new(&hooks, &ctx));
  knn_ctx_set_threads(ctx, 1);
  assert_ok(ctx, fn(ctx)); /* whatever is made once and kept is there now */
  size_t kept;
  knn_ctx_memory(ctx, NULL, &kept, NULL);
  for (knn_status st = KNN_ENOMEM; st != KNN_OK; n++) {
    left = n;
    st = fn(ctx);
    left = -1;
    if (st != KNN_OK && st != KNN_ENOMEM)
      fail_msg("allocation %ld: %s: %s", n, knn_status_name(st), knn_ctx_error(ctx));
    knn_ctx_memory(ctx, NULL, &blocks, NULL);
    if (blocks != kept)
      fail_msg("allocation %ld: %zu blocks are alive, %zu before", n, blocks, kept);
    assert_in_range(n, 0, 10000);
  }
  assert_true(n > 10);
  assert_ok(ctx, fn(ctx));
  knn_ctx_release(ctx);
}

static void metrics(void **state) {
  (void)state;
  fail_each(area);
  fail_each(precision);
  fail_each(top_k);
}

static void losses(void **state) {
  (void)state;
  fail_each(loss_with_gradient);
}

static void optimizers(void **state) {
  (void)state;
  fail_each(elementwise_step);
  fail_each(whole_step);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(metrics), cmocka_unit_test(losses),
                                     cmocka_unit_test(optimizers)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
