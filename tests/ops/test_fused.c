/* test_fused.c - the rows that passes put in: the same bits as the ops that they replace. */
#include "testing.h"

#include "fused.h"

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

static knn_value *activate(knn__scope *s, knn_value *x, int activation) {
  switch (activation) {
    case KNN__ACT_RELU: return knn__relu(s, x);
    case KNN__ACT_SIGMOID: return knn__sigmoid(s, x);
    case KNN__ACT_TANH: return knn__tanh(s, x);
    default: return x;
  }
}

static void assert_same_bits(knn__scope *s, knn_value *a, knn_value *b) {
  assert_ok(s->ctx, s->status);
  assert_int_equal(knn_tensor_bytes(a->tensor), knn_tensor_bytes(b->tensor));
  assert_memory_equal(knn_tensor_data(a->tensor), knn_tensor_data(b->tensor),
                      knn_tensor_bytes(a->tensor));
}

static void test_matmul_bias_act(void **state) {
  for (int activation = KNN__ACT_NONE; activation <= KNN__ACT_TANH; activation++) {
    knn__scope s;
    knn__scope_begin(&s, *state);
    knn_value *a = pattern(&s, 2, (int64_t[]){150, 33}), *b = pattern(&s, 2, (int64_t[]){33, 70});
    knn_value *bias = pattern(&s, 1, (int64_t[]){70});
    knn__matmul_bias_act_args args = {.activation = activation};
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
  for (int activation = KNN__ACT_NONE; activation <= KNN__ACT_TANH; activation++) {
    knn__scope s;
    knn__scope_begin(&s, *state);
    knn_value *x = pattern(&s, 4, (int64_t[]){3, 20, 21, 5}),
              *w = pattern(&s, 4, (int64_t[]){3, 3, 5, 18});
    knn_value *bias = pattern(&s, 1, (int64_t[]){18});
    knn__conv_bias_act_args args = {.plain = {.window = knn__window_args_of(&window), .groups = 1},
                                    .activation = activation};
    knn_value *apart =
        activate(&s, knn__add(&s, knn__conv_op(&s, x, w, &window, 1), bias), activation);
    assert_same_bits(&s, knn__op3(&s, &knn__op_conv_bias_act, &args, x, w, bias), apart);
    assert_ok(*state, knn__scope_end(&s));
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {knn_test(test_matmul_bias_act), knn_test(test_conv_bias_act)};
  return cmocka_run_group_tests_name("fused", tests, NULL, NULL);
}
