/* test_fused.c - the rows that passes put in: the same bits as the ops that they replace. */
#include "testing.h"

#include "fused.h"
#include "pass.h"
#include "plan.h"

static knn_value *pattern(knn__scope *s, int rank, const int64_t *dims) {
  knn_tensor *t;
  knn_value *v;
  assert_ok(s->ctx, knn_tensor_new(s->ctx, KNN_F32, rank, dims, &t));
  for (int64_t i = 0; i < knn_tensor_size(t); i++)
    knn_tensor_set(t, i, (double)(i * 37 % 101) / 50.3 - 1);
  assert_ok(s->ctx, knn_value_from(t, &v));
  knn_tensor_release(t);
  return knn__hold(s, v);
}

static const knn__clip_args bounds = {-0.5, 1.5};

static knn_value *activate(knn__scope *s, knn_value *x, int activation) {
  const knn__op *op = knn__activation_ops[activation];
  return op ? knn__op1(s, op, op->cls.args_size ? &bounds : NULL, x) : x;
}

static void assert_same_bits(knn__scope *s, knn_value *a, knn_value *b) {
  assert_ok(s->ctx, s->status);
  assert_int_equal(knn_tensor_bytes(a->tensor), knn_tensor_bytes(b->tensor));
  assert_memory_equal(knn_tensor_data(a->tensor), knn_tensor_data(b->tensor),
                      knn_tensor_bytes(a->tensor));
}

static void test_matmul_bias_act(void **state) {
  for (int activation = 0; activation < knn__activation_ops_n; activation++) {
    knn__scope s;
    knn__scope_begin(&s, *state);
    knn_value *a = pattern(&s, 2, (int64_t[]){150, 33}), *b = pattern(&s, 2, (int64_t[]){33, 70});
    knn_value *bias = pattern(&s, 1, (int64_t[]){70});
    knn__matmul_bias_act_args args = {.act = {activation, bounds}};
    knn_value *apart =
        activate(&s, knn__add(&s, knn__matmul(&s, a, b, false, false), bias), activation);
    assert_same_bits(&s, knn__op3(&s, &knn__op_matmul_bias_act, &args, a, b, bias), apart);
    assert_ok(*state, knn__scope_end(&s));
  }
}

static void test_conv_bias_act(void **state) {
  const knn__window window = {.rank = 2,
                              .size = {3, 3},
                              .stride = {2, 1},
                              .dilation = {1, 1},
                              .before = {1, 1},
                              .after = {1, 1}};
  for (int activation = 0; activation < knn__activation_ops_n; activation++) {
    knn__scope s;
    knn__scope_begin(&s, *state);
    knn_value *x = pattern(&s, 4, (int64_t[]){3, 20, 21, 5}),
              *w = pattern(&s, 4, (int64_t[]){3, 3, 5, 18});
    knn_value *bias = pattern(&s, 1, (int64_t[]){18});
    knn__conv_bias_act_args args = {.plain = {.window = knn__window_args_of(&window), .groups = 1},
                                    .act = {activation, bounds}};
    knn_value *apart =
        activate(&s, knn__add(&s, knn__conv_op(&s, x, w, &window, 1), bias), activation);
    assert_same_bits(&s, knn__op3(&s, &knn__op_conv_bias_act, &args, x, w, bias), apart);
    assert_ok(*state, knn__scope_end(&s));
  }
}

static void run_with_pass(knn_ctx *ctx, knn_graph *g, knn_value *x, knn_value *y, bool on,
                          float *result) {
  knn__plan *plan;
  assert_ok(ctx, knn__pass_enable(ctx, "all", false));
  assert_ok(ctx, knn__pass_enable(ctx, "bias_activation", on));
  assert_ok(ctx, knn__plan_new(g, &y, 1, &plan));
  if (on) assert_int_equal(knn__plan_steps(plan), 1);
  const knn__buf *in = knn__plan_buffer(plan, x), *out = knn__plan_buffer(plan, y);
  for (int64_t i = 0; i < in->n; i++) ((float *)in->data)[i] = (float)(i * 37 % 101) / 50.3f - 1;
  assert_ok(ctx, knn__plan_run(plan, 0));
  memcpy(result, out->data, (size_t)out->n * sizeof *result);
  knn__plan_release(plan);
}

/* Each of the activations becomes part of the product, and bits stay; the last is a rectifier with
 * a limit, which is two ops. */
static void test_pass(void **state) {
  static float results[2][9 * 12];
  for (int activation = 0; activation <= knn__activation_ops_n; activation++) {
    const knn__spec spec = {.dtype = KNN_F32, .rank = 2, .dims = {9, 20}};
    knn_graph *g;
    knn_value *x;
    knn__scope s;
    assert_ok(*state, knn__graph_new(*state, &g));
    assert_ok(*state, knn__graph_input(g, &spec, &x));
    knn__scope_begin(&s, *state);
    knn_value *w = pattern(&s, 2, (int64_t[]){20, 12}), *bias = pattern(&s, 1, (int64_t[]){12});
    knn_value *y = knn__add(&s, knn__matmul(&s, x, w, false, false), bias);
    y = activation < knn__activation_ops_n ? activate(&s, y, activation)
                                           : knn__clip(&s, knn__relu(&s, y), 0, 0.7);
    assert_ok(*state, s.status);
    for (int on = 0; on < 2; on++) run_with_pass(*state, g, x, y, on, results[on]);
    assert_memory_equal(results[0], results[1], sizeof *results);
    assert_ok(*state, knn__scope_end(&s));
    knn__graph_release(g);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {knn_test(test_matmul_bias_act), knn_test(test_conv_bias_act),
                                     knn_test(test_pass)};
  return cmocka_run_group_tests_name("fused", tests, NULL, NULL);
}
