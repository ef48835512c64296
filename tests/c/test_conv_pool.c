/* test_conv_pool.c - the pass that pools while it convolves: the same bits with it and without, in
 * values and gradients, on any provider and number of threads; and it stays away where the
 * convolution's result is wanted by others or windows do not lie side by side. */
#include "testing.h"

#include "grad.h"
#include "op_list.h"
#include "pass.h"
#include "plan.h"
#include "window.h"

typedef struct net {
  const char *what;
  int64_t batch, lines, columns, channels, filters;
  int64_t pool[2], pool_stride[2];
  bool fuses, other_reader;
} net;

static const net nets[] = {
    {"whole windows", 3, 12, 10, 3, 8, {2, 2}, {2, 2}, true, false},
    {"lines and columns left over", 5, 13, 11, 4, 33, {2, 2}, {2, 2}, true, false},
    {"windows of 3 x 1, several units", 2, 70, 34, 2, 70, {3, 1}, {3, 1}, true, false},
    {"overlapping windows", 2, 12, 12, 2, 4, {3, 3}, {2, 2}, false, false},
    {"another reader", 2, 12, 12, 2, 4, {2, 2}, {2, 2}, false, true},
};

static knn_value *pattern(knn_ctx *ctx, int rank, const int64_t *dims, double scale) {
  knn_tensor *t;
  knn_value *v;
  assert_ok(ctx, knn_tensor_new(ctx, KNN_F32, rank, dims, &t));
  for (int64_t i = 0; i < knn_tensor_size(t); i++)
    knn_tensor_set(t, i, scale * ((double)(i * 37 % 101) / 50 - 1));
  assert_ok(ctx, knn_value_from(t, &v));
  knn_tensor_release(t);
  return v;
}

enum { OUTS = 5 };

typedef struct outcome {
  void *data[OUTS]; /* loss, pooled, dx, dw, db */
  size_t bytes[OUTS];
  bool fused;
} outcome;

static knn_value *loss_of(knn__scope *s, const net *n, knn_value *x, knn_value *w, knn_value *b,
                          knn_value **pooled) {
  const knn__window conv = {.rank = 2, .size = {3, 3}, .stride = {1, 1}, .dilation = {1, 1}};
  const knn__window pool = {.rank = 2,
                            .size = {n->pool[0], n->pool[1]},
                            .stride = {n->pool_stride[0], n->pool_stride[1]},
                            .dilation = {1, 1}};
  knn_value *y = knn__relu(s, knn__add(s, knn__conv_op(s, x, w, &conv, 1), b));
  *pooled = knn__max_pool(s, y, &pool);
  knn_value *loss = knn__sum(s, knn__sin(s, *pooled), KNN__ALL_AXES, false);
  return n->other_reader ? knn__add(s, loss, knn__sum(s, y, KNN__ALL_AXES, false)) : loss;
}

static outcome solve(knn_ctx *ctx, const net *n) {
  knn_graph *g;
  knn__plan *plan;
  knn__scope s;
  knn_value *tensors[3], *leaves[3], *outs[OUTS], *grads[3];
  outcome r = {.fused = false};
  tensors[0] = pattern(ctx, 4, (int64_t[]){n->batch, n->lines, n->columns, n->channels}, 1);
  tensors[1] = pattern(ctx, 4, (int64_t[]){3, 3, n->channels, n->filters}, 0.3);
  tensors[2] = pattern(ctx, 1, (int64_t[]){n->filters}, 0.2);
  assert_ok(ctx, knn__graph_new(ctx, &g));
  for (int i = 0; i < 3; i++) assert_ok(ctx, knn__graph_leaf(g, tensors[i], &leaves[i]));
  knn__scope_begin(&s, ctx);
  knn_graph *before = knn__trace_begin(g);
  outs[0] = loss_of(&s, n, leaves[0], leaves[1], leaves[2], &outs[1]);
  knn__trace_end(ctx, before);
  assert_ok(ctx, s.status);
  assert_ok(ctx, knn__gradient(ctx, g->records, g->n_records, outs[0], NULL, leaves, 3, grads));
  for (int i = 0; i < 3; i++) outs[2 + i] = knn__hold(&s, grads[i]);
  assert_ok(ctx, knn__scope_end(&s));
  assert_ok(ctx, knn__plan_new(g, outs, OUTS, &plan));
  for (int i = 0; i < knn__plan_steps(plan); i++)
    if (knn__plan_step_info(plan, i).record->op == &knn__op_conv_relu_pool) r.fused = true;
  for (int run = 0; run < 2; run++) assert_ok(ctx, knn__plan_run(plan, 0));
  for (int i = 0; i < OUTS; i++) {
    const knn__buf *b = knn__plan_buffer(plan, outs[i]);
    r.bytes[i] = (size_t)b->n * sizeof(float);
    r.data[i] = knn__alloc(ctx, r.bytes[i]);
    memcpy(r.data[i], b->data, r.bytes[i]);
  }
  knn__plan_release(plan);
  knn__graph_release(g);
  for (int i = 0; i < 3; i++) knn_value_release(tensors[i]);
  return r;
}

static void drop(knn_ctx *ctx, outcome *r) {
  for (int i = 0; i < OUTS; i++) knn__free(ctx, r->data[i]);
}

static void same_bits_with_the_pass_and_without(void **state) {
  knn_ctx *ctx = *state;
  static const char *const providers[] = {"simd", "ref"};
  for (size_t i = 0; i < sizeof nets / sizeof *nets; i++)
    for (int k = 0; k < 4; k++) {
      assert_ok(ctx, knn__kernels_only(ctx, providers[k % 2]));
      knn_ctx_set_threads(ctx, k < 2 ? 1 : 3);
      outcome with = solve(ctx, &nets[i]);
      assert_ok(ctx, knn__pass_enable(ctx, "conv_pool", false));
      outcome without = solve(ctx, &nets[i]);
      assert_ok(ctx, knn__pass_enable(ctx, "conv_pool", true));
      if (with.fused != nets[i].fuses || without.fused)
        fail_msg("%s: fused %d, expected %d", nets[i].what, with.fused, nets[i].fuses);
      for (int out = 0; out < OUTS; out++) {
        assert_int_equal(with.bytes[out], without.bytes[out]);
        if (memcmp(with.data[out], without.data[out], with.bytes[out]) != 0)
          fail_msg("%s, %s: result %d differs", nets[i].what, providers[k % 2], out);
      }
      drop(ctx, &with);
      drop(ctx, &without);
    }
}

int main(void) {
  const struct CMUnitTest tests[] = {knn_test(same_bits_with_the_pass_and_without)};
  return cmocka_run_group_tests_name("conv_pool", tests, NULL, NULL);
}
