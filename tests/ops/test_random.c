/* test_random.c - Philox against the vectors published with it; statistics and bounds of the random
 * ops; the same seed gives the same numbers whatever the size of the array and the number of
 * threads. */
#include <math.h>
#include <stdlib.h>

#include "testing.h"

#include "random.h"
#include "random_loops.h"

/* Random123's kat_vectors, philox4x32 with 10 rounds: counter {0, 0, 0, 0}, key {0, 0}; all bits
 * set; digits of pi. */
static void test_philox_vectors(void **state) {
  (void)state;
  static const struct {
    uint64_t block;
    knn__stream stream;
    uint32_t out[4];
  } vectors[] = {
      {0, {0, 0, 0}, {0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8}},
      {UINT64_MAX,
       {UINT64_MAX, UINT32_MAX, UINT32_MAX},
       {0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd}},
      {0x85a308d3243f6a88,
       {0x299f31d0a4093822, 0x13198a2e, 0x03707344},
       {0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1}},
  };
  for (size_t i = 0; i < sizeof vectors / sizeof *vectors; i++) {
    uint32_t out[4];
    knn__philox(&vectors[i].stream, vectors[i].block, out);
    for (int k = 0; k < 4; k++) assert_int_equal(out[k], vectors[i].out[k]);
  }
}

/* Many at once are the same as one by one, wherever they begin. */
static void test_bits(void **state) {
  (void)state;
  const knn__stream stream = {0x123456789abcdef, 77, 5};
  uint32_t bits[300];
  for (int64_t first = 0; first < 9; first++) {
    int64_t start = first * 4294967291; /* over the counter's lower half, and not on a block */
    knn__ref_random_bits(&stream, start, 300, bits);
    for (int64_t i = 0; i < 300; i++) {
      uint32_t block[4];
      knn__philox(&stream, (uint64_t)(start + i) / 4, block);
      assert_int_equal(bits[i], block[(start + i) % 4]);
    }
  }
}

static knn_tensor *draw(knn_ctx *ctx, const char *op, const char *options) {
  knn_config *config;
  knn_value *y;
  int n = 1;
  assert_ok(ctx, knn_config_parse(ctx, options, &config));
  assert_ok(ctx, knn_apply(ctx, op, NULL, 0, config, &y, &n));
  knn_tensor *t = knn_value_tensor(y);
  knn_tensor_retain(t);
  knn_value_release(y);
  knn_config_release(config);
  return t;
}

typedef struct moments {
  double mean, deviation, skew, kurtosis, low, high, lag; /* lag: correlation of neighbours */
} moments;

static moments measure(knn_ctx *ctx, const char *op, const char *options) {
  knn_tensor *t = draw(ctx, op, options);
  int64_t n = knn_tensor_size(t);
  moments m = {.low = INFINITY, .high = -INFINITY};
  for (int64_t i = 0; i < n; i++) {
    double x = knn_tensor_get(t, i);
    m.mean += x / (double)n;
    m.low = fmin(m.low, x), m.high = fmax(m.high, x);
  }
  double square = 0, third = 0, fourth = 0, lag = 0, before = 0;
  for (int64_t i = 0; i < n; i++) {
    double d = knn_tensor_get(t, i) - m.mean;
    square += d * d / (double)n, third += d * d * d / (double)n,
        fourth += d * d * d * d / (double)n;
    lag += d * before / (double)n;
    before = d;
  }
  m.deviation = sqrt(square);
  m.skew = third / pow(square, 1.5), m.kurtosis = fourth / (square * square), m.lag = lag / square;
  knn_tensor_release(t);
  return m;
}

#define assert_near(x, y, bound)                                                      \
  do {                                                                                \
    if (!(fabs((x) - (y)) <= (bound)))                                                \
      fail_msg("%s is %g, expected %g +- %g", #x, (x), (double)(y), (double)(bound)); \
  } while (0)

/* Bounds are five standard errors for 200,000 numbers: 0.0112 of a deviation for a mean. */
static void test_statistics(void **state) {
  static const char *const types[] = {"float32", "float64"};
  for (int i = 0; i < 2; i++) {
    char options[100];
    snprintf(options, sizeof options, "shape=200000, low=-1, high=3, dtype=%s", types[i]);
    moments m = measure(*state, "random_uniform", options);
    assert_near(m.mean, 1, 0.013);
    assert_near(m.deviation, 4 / sqrt(12), 0.01);
    assert_near(m.skew, 0, 0.03);
    assert_near(m.kurtosis, 1.8, 0.03);
    assert_near(m.lag, 0, 0.0112);
    assert_true(m.low >= -1 && m.low < -0.999 && m.high < 3 && m.high > 2.999);

    snprintf(options, sizeof options, "shape=[400, 500], mean=2, stddev=0.5, dtype=%s", types[i]);
    m = measure(*state, "random_normal", options);
    assert_near(m.mean, 2, 0.0056);
    assert_near(m.deviation, 0.5, 0.004);
    assert_near(m.skew, 0, 0.03);
    assert_near(m.kurtosis, 3, 0.06);
    assert_near(m.lag, 0, 0.0112);
    assert_true(m.high > 3.7 && m.low < 0.3);

    /* deviation of the cut normal: sqrt(1 - 4 phi(2) / (2 Phi(2) - 1)) = 0.87962566 */
    snprintf(options, sizeof options, "shape=200000, mean=-1, stddev=2, dtype=%s", types[i]);
    m = measure(*state, "random_truncated_normal", options);
    assert_near(m.mean, -1, 0.02);
    assert_near(m.deviation, 2 * 0.87962566, 0.014);
    assert_near(m.skew, 0, 0.03);
    assert_near(m.lag, 0, 0.0112);
    assert_true(m.low >= -5 && m.low < -4.9 && m.high <= 3 && m.high > 2.9);

    snprintf(options, sizeof options, "shape=200000, p=0.3, dtype=%s", types[i]);
    m = measure(*state, "random_bernoulli", options);
    assert_near(m.mean, 0.3, 0.0052);
    assert_true(m.low == 0 && m.high == 1);
  }
  moments m = measure(*state, "random_int", "shape=200000, low=-3, high=4");
  assert_near(m.mean, 0, 0.023);
  assert_near(m.deviation, 2, 0.015);
  assert_true(m.low == -3 && m.high == 3);
  m = measure(*state, "random_int", "shape=1000, low=5, high=6, dtype=int64");
  assert_true(m.low == 5 && m.high == 5);
  assert_true(measure(*state, "random_bernoulli", "shape=1000, p=0").high == 0);
  assert_true(measure(*state, "random_bernoulli", "shape=1000, p=1").low == 1);
}

static void assert_same(knn_ctx *ctx, const char *op, const char *options, const char *other,
                        bool same) {
  knn_ctx_set_threads(ctx, 1);
  knn_ctx_seed(ctx, 42);
  knn_tensor *a = draw(ctx, op, options);
  knn_ctx_set_threads(ctx, 3);
  knn_ctx_seed(ctx, 42);
  knn_tensor *b = draw(ctx, op, other);
  size_t bytes =
      knn_tensor_bytes(a) < knn_tensor_bytes(b) ? knn_tensor_bytes(a) : knn_tensor_bytes(b);
  assert_int_equal(memcmp(knn_tensor_data(a), knn_tensor_data(b), bytes) == 0, same);
  knn_tensor_release(a);
  knn_tensor_release(b);
}

static void test_same_seed(void **state) {
  static const char *const ops[] = {"random_uniform", "random_normal", "random_truncated_normal",
                                    "random_bernoulli"};
  for (int i = 0; i < 4; i++) {
    assert_same(*state, ops[i], "shape=100000", "shape=100000", true);
    assert_same(*state, ops[i], "shape=101", "shape=[300, 300]",
                true); /* an element depends on its place only */
    assert_same(*state, ops[i], "shape=64, seed=1", "shape=64, seed=2", false);
    assert_same(*state, ops[i], "shape=64, dtype=float64", "shape=9999, dtype=float64", true);
  }
  assert_same(*state, "random_int", "shape=100, high=1000", "shape=5000, high=1000", true);
}

static void test_draws_differ(void **state) {
  knn_ctx *ctx = *state;
  knn_tensor *a = draw(ctx, "random_uniform", "shape=64"),
             *b = draw(ctx, "random_uniform", "shape=64");
  assert_int_not_equal(memcmp(knn_tensor_data(a), knn_tensor_data(b), knn_tensor_bytes(a)), 0);
  knn_tensor_release(a);
  knn_tensor_release(b);
  a = draw(ctx, "random_uniform", "shape=64, seed=9"),
  b = draw(ctx, "random_uniform", "shape=64, seed=9");
  assert_memory_equal(knn_tensor_data(a), knn_tensor_data(b),
                      knn_tensor_bytes(a)); /* a seed of its own: the same again */
  knn_tensor_release(a);
  knn_tensor_release(b);
}

static void assert_refused(knn_ctx *ctx, const char *op, const char *options, const char *text) {
  knn_config *config;
  knn_value *y;
  int n = 1;
  assert_ok(ctx, knn_config_parse(ctx, options, &config));
  assert_int_not_equal(knn_apply(ctx, op, NULL, 0, config, &y, &n), KNN_OK);
  assert_string_contains(knn_ctx_error(ctx), text);
  knn_config_release(config);
}

static void test_mistakes(void **state) {
  assert_refused(*state, "random_uniform", "shape=[2, -1]", "at least 0, got [2, -1]");
  assert_refused(*state, "random_normal", "shape=2, dtype=int32",
                 "makes floats, not int32");
  assert_refused(*state, "random_int", "shape=2, low=3, high=3", "there is no int32 from low = 3");
  assert_refused(*state, "random_int", "shape=2, high=5000000000", "there is no int32");
  assert_refused(*state, "random_bernoulli", "shape=2, p=1.5", "'p'");
}

/* Share of zeros, scale of the rest, one draw shared along an axis, and the mask as the second
 * result. */
static void test_dropout(void **state) {
  knn_ctx *ctx = *state;
  const int64_t dims[] = {500, 400};
  knn_tensor *x;
  knn_value *in, *out[2];
  knn_config *config;
  int n = 2;
  assert_ok(ctx, knn_tensor_new(ctx, KNN_F32, 2, dims, &x));
  assert_ok(ctx, knn_tensor_fill(x, 3));
  assert_ok(ctx, knn_value_from(x, &in));
  assert_ok(ctx, knn_config_parse(ctx, "rate=0.25", &config));
  assert_ok(ctx, knn_apply(ctx, "dropout", &in, 1, config, out, &n));
  int64_t zeros = 0;
  for (int64_t i = 0; i < 200000; i++) {
    double y = knn_tensor_get(knn_value_tensor(out[0]), i),
           kept = knn_tensor_get(knn_value_tensor(out[1]), i);
    assert_true(y == (kept ? 4.0 : 0.0)); /* 3 / (1 - 0.25) */
    zeros += y == 0;
  }
  assert_near((double)zeros / 200000, 0.25, 0.0049);
  knn_value_release(out[0]), knn_value_release(out[1]), knn_config_release(config);
  assert_ok(ctx, knn_config_parse(ctx, "rate=0.5, noise_shape=[-1, 1]", &config));
  assert_ok(ctx, knn_apply(ctx, "dropout", &in, 1, config, out, &n));
  assert_int_equal(knn_value_dims(out[1])[1], 1);
  for (int64_t i = 0; i < 200000; i++)
    assert_true(knn_tensor_get(knn_value_tensor(out[0]), i) ==
                knn_tensor_get(knn_value_tensor(out[0]), i / 400 * 400));
  knn_value_release(out[0]), knn_value_release(out[1]), knn_config_release(config);
  knn_value_release(in);
  knn_tensor_release(x);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      knn_test(test_philox_vectors), knn_test(test_bits),         knn_test(test_statistics),
      knn_test(test_same_seed),      knn_test(test_draws_differ), knn_test(test_mistakes),
      knn_test(test_dropout),
  };
  return cmocka_run_group_tests_name("random", tests, NULL, NULL);
}
