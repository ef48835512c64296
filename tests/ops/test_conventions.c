/* test_conventions.c - what the derivative is where there is none (ties, kinks, bounds), as JAX has
 * it except for clip; the precision of long sums; integers that wrap around. */
#include <math.h>

#include "testing.h"

static knn_value *numbers(knn_ctx *ctx, int64_t n, const double *x) {
  knn_tensor *t;
  knn_value *v;
  assert_ok(ctx, knn_tensor_new(ctx, KNN_F64, 1, &n, &t));
  for (int64_t i = 0; i < n; i++) knn_tensor_set(t, i, x[i]);
  assert_ok(ctx, knn_value_from(t, &v));
  knn_tensor_release(t);
  return v;
}

static knn_value *apply(knn_ctx *ctx, const char *op, const char *options, int n,
                        knn_value *const *in) {
  knn_config *config = NULL;
  knn_value *out;
  int n_out = 1;
  if (options) assert_ok(ctx, knn_config_parse(ctx, options, &config));
  assert_ok(ctx, knn_apply(ctx, op, in, n, config, &out, &n_out));
  knn_config_release(config);
  return out;
}

typedef struct kink {
  const char *op, *options;
  double x[4], y[4]; /* y: second operand, if `operands` is 2 */
  double dx[4], dy[4];
  int operands;
} kink;

static const kink kinks[] = {
    {"relu", NULL, {-1, 0, 1, 0}, {0}, {0, 0, 1, 0}, {0}, 1},
    {"absolute", NULL, {-1, 0, 1, 0}, {0}, {-1, 0, 1, 0}, {0}, 1},
    {"sign", NULL, {-1, 0, 1, 2}, {0}, {0, 0, 0, 0}, {0}, 1},
    {"floor", NULL, {-1, 0, 1, 2}, {0}, {0, 0, 0, 0}, {0}, 1},
    {"clip", "x_min=-1, x_max=1", {-1, 1, 2, 0}, {0}, {1, 1, 0, 1}, {0}, 1},
    {"max", NULL, {3, 1, 3, 2}, {0}, {0.5, 0, 0.5, 0}, {0}, 1},
    {"min", NULL, {1, 1, 3, 1}, {0}, {1 / 3.0, 1 / 3.0, 0, 1 / 3.0}, {0}, 1},
    {"prod", NULL, {2, 0, 3, 4}, {0}, {0, 24, 0, 0}, {0}, 1},
    {"prod", NULL, {2, 0, 0, 4}, {0}, {0, 0, 0, 0}, {0}, 1},
    {"maximum", NULL, {1, 2, 3, 4}, {1, 5, 3, 0}, {0.5, 0, 0.5, 1}, {0.5, 1, 0.5, 0}, 2},
    {"minimum", NULL, {1, 2, 3, 4}, {1, 5, 3, 0}, {0.5, 1, 0.5, 0}, {0.5, 0, 0.5, 1}, 2},
    {"power",
     NULL,
     {0, 0, 2, 3},
     {2, 1, 0, 2},
     {0, 1, 0, 6},
     {0, 0, 0.69314718056, 9.8875105980},
     2},
    {.operands = 0},
};

static void derivatives_at_kinks(void **state) {
  knn_ctx *ctx = *state;
  for (const kink *k = kinks; k->operands; k++) {
    knn_tape *tape;
    knn_value *in[2] = {numbers(ctx, 4, k->x), numbers(ctx, 4, k->y)}, *d[2];
    assert_ok(ctx, knn_tape_begin(ctx, &tape));
    knn_value *y = apply(ctx, k->op, k->options, k->operands, in);
    assert_ok(ctx, knn_tape_gradient(tape, y, in, k->operands, d));
    knn_tape_end(tape);
    for (int i = 0; i < k->operands; i++) {
      for (int e = 0; e < 4; e++) {
        double expected = i ? k->dy[e] : k->dx[e],
               found = knn_tensor_get(knn_value_tensor(d[i]), e);
        if (!(fabs(found - expected) < 1e-9))
          fail_msg("%s, operand %d, element %d: expected %g, found %g", k->op, i + 1, e, expected,
                   found);
      }
      knn_value_release(d[i]);
    }
    knn_value_release(y);
    knn_value_release(in[0]);
    knn_value_release(in[1]);
  }
}

/* A million floats of 0.1, summed over rows, over columns, and whole: the error stays that of the
 * last rounding. */
static void long_sums_keep_their_digits(void **state) {
  knn_ctx *ctx = *state;
  static const char *const axes[] = {"axis=0", "axis=1", "axis=null"};
  int64_t dims[2] = {1000, 1000};
  knn_tensor *t;
  knn_value *x;
  assert_ok(ctx, knn_tensor_new(ctx, KNN_F32, 2, dims, &t));
  assert_ok(ctx, knn_tensor_fill(t, 0.1));
  assert_ok(ctx, knn_value_from(t, &x));
  knn_tensor_release(t);
  for (int k = 0; k < 3; k++) {
    knn_value *y = apply(ctx, "sum", axes[k], 1, &x);
    double expected = (k == 2 ? 1e6 : 1e3) * (double)0.1f;
    assert_true(fabs(knn_tensor_get(knn_value_tensor(y), 0) / expected - 1) < 1.2e-7);
    knn_value_release(y);
  }
  knn_value_release(x);
}

static knn_value *one_int(knn_ctx *ctx, knn_dtype type, double x) {
  knn_tensor *t;
  knn_value *v;
  assert_ok(ctx, knn_tensor_new(ctx, type, 0, NULL, &t));
  knn_tensor_set(t, 0, x);
  assert_ok(ctx, knn_value_from(t, &v));
  knn_tensor_release(t);
  return v;
}

static void integers_wrap_around(void **state) {
  static const struct {
    const char *op;
    knn_dtype type;
    double x, y, z;
  } cases[] = {
      {"add", KNN_I32, 2147483647, 1, -2147483648.0},
      {"multiply", KNN_I32, 65536, 65536, 0},
      {"subtract", KNN_U8, 3, 5, 254},
      {"add", KNN_U8, 200, 100, 44},
      {"floor_divide", KNN_I32, 7, 0, 0},
      {"mod", KNN_I32, 7, 0, 0},
      {"floor_divide", KNN_I32, -7, 2, -4},
      {"mod", KNN_I32, -7, 2, 1},
      {"power", KNN_I32, 2, -1, 0},
      {"power", KNN_I32, -1, -3, -1},
  };
  knn_ctx *ctx = *state;
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    knn_value *in[2] = {one_int(ctx, cases[i].type, cases[i].x),
                        one_int(ctx, cases[i].type, cases[i].y)};
    knn_value *z = apply(ctx, cases[i].op, NULL, 2, in);
    assert_int_equal(knn_value_dtype(z), cases[i].type);
    if (knn_tensor_get(knn_value_tensor(z), 0) != cases[i].z)
      fail_msg("%s, case %zu", cases[i].op, i);
    knn_value_release(z);
    knn_value_release(in[0]);
    knn_value_release(in[1]);
  }
}

/* Keras's table of types, for the types there are. */
static void operands_are_promoted(void **state) {
  static const knn_dtype order[] = {KNN_BOOL, KNN_U8, KNN_I32, KNN_I64, KNN_F32, KNN_F64};
  knn_ctx *ctx = *state;
  for (int i = 0; i < 6; i++)
    for (int k = 0; k < 6; k++) {
      knn_value *in[2] = {one_int(ctx, order[i], 1), one_int(ctx, order[k], 1)};
      knn_value *sum = apply(ctx, "add", NULL, 2, in), *ratio = apply(ctx, "divide", NULL, 2, in);
      knn_dtype larger = order[i > k ? i : k];
      assert_int_equal(knn_value_dtype(sum), larger);
      assert_int_equal(knn_value_dtype(ratio), knn_dtype_is_float(larger) ? larger : KNN_F32);
      knn_value_release(sum);
      knn_value_release(ratio);
      knn_value_release(in[0]);
      knn_value_release(in[1]);
    }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      knn_test(derivatives_at_kinks),
      knn_test(long_sums_keep_their_digits),
      knn_test(integers_wrap_around),
      knn_test(operands_are_promoted),
  };
  return cmocka_run_group_tests_name("conventions", tests, NULL, NULL);
}
