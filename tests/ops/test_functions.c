/* test_functions.c - the elementwise loops: arithmetic to the bits of ref, and the vector functions
 * of every instruction set that this machine has, against C's functions in long double: errors in
 * units in the last place, special numbers, and that an element's bits depend neither on its place
 * nor on how many there are. */
#include "testing.h"

#include <math.h>
#include <string.h>

#include "loop.h"
#include "simd_help.h"

static long double exact_sigmoid(long double x) {
  return 1 / (1 + expl(-x));
}
static long double exact_softplus(long double x) {
  return fmaxl(x, 0) + log1pl(expl(-fabsl(x)));
}
static long double exact_log_sigmoid(long double x) {
  return fminl(x, 0) - log1pl(expl(-fabsl(x)));
}

typedef struct function {
  const char *name;
  size_t entry;
  long double (*exact)(long double x);
  double units; /* in the last place, at most */
} function;

#define ROW(name, exact, units) \
  { #name, offsetof(knn__simd_set, name), exact, units }
static const function functions[] = {
    ROW(exp, expl, 1),
    ROW(expm1, expm1l, 2),
    ROW(log, logl, 1),
    ROW(log1p, log1pl, 2),
    ROW(tanh, tanhl, 2),
    ROW(sigmoid, exact_sigmoid, 2),
    ROW(softplus, exact_softplus, 2),
    ROW(log_sigmoid, exact_log_sigmoid, 2),
    ROW(erf, erfl, 2),
    ROW(sqrt, sqrtl, 0.501),
};
enum { FUNCTIONS = sizeof functions / sizeof *functions };

static int sets(const knn__simd_set **out) {
  return simd_sets(false, out);
}

static knn__loop *loop_of(const knn__simd_set *set, const function *f) {
  knn__loop *loop;
  memcpy(&loop, (const char *)set + f->entry, sizeof loop);
  return loop;
}

static void apply(knn__loop *loop, int64_t n, const float *x, float *y) {
  loop(n, (void *[]){(void *)(uintptr_t)x, y}, (int64_t[]){1});
}

/* Distance in units in the last place of the exact result; 0 where the rounded results agree. */
static double units(float found, long double exact) {
  float rounded = (float)exact;
  if (isnan(exact) || isnan(found)) return isnan(exact) && isnan(found) ? 0 : INFINITY;
  if (found == rounded) return 0;
  if (isinf(rounded))
    rounded = copysignf(0x1.fffffep127f, rounded), exact = copysignl(0x1p128L, exact);
  if (isinf(found)) return fabsl(exact) >= 0x1.fffffdp127L ? 1 : INFINITY;
  int exponent;
  frexpl(exact, &exponent);
  exponent = exponent < -125 ? -125 : exponent;
  return (double)(fabsl((long double)found - exact) * ldexpl(1, 24 - exponent));
}

static float of_bits(uint32_t bits) {
  float x;
  memcpy(&x, &bits, sizeof x);
  return x;
}

enum { BLOCK = 1000 };

static double worst(const knn__simd_set *set, const function *f, float *at) {
  static float x[BLOCK], y[BLOCK];
  double most = 0;
  for (uint64_t bits = 0; bits < (uint64_t)1 << 32;) {
    int n = 0;
    for (; n < BLOCK && bits < (uint64_t)1 << 32; bits += 6007) x[n++] = of_bits((uint32_t)bits);
    apply(loop_of(set, f), n, x, y);
    for (int i = 0; i < n; i++) {
      double error = units(y[i], f->exact((long double)x[i]));
      if (error > most) most = error, *at = x[i];
    }
  }
  return most;
}

static void test_errors(void **state) {
  (void)state;
  const knn__simd_set *all[3];
  int n = sets(all);
  for (int k = 0; k < n; k++)
    for (int i = 0; i < FUNCTIONS; i++) {
      float at = 0;
      double most = worst(all[k], &functions[i], &at);
      if (most > functions[i].units)
        fail_msg("%s of %s is off by %.2f units at %.9g", functions[i].name, all[k]->name, most,
                 (double)at);
    }
}

/* Also the neighbourhoods of 0, 1 and the ends of the exponential's range, number by number. */
static void test_dense(void **state) {
  (void)state;
  static const float centres[] = {0x1p-126f, 1,     -1,     0.95f,   0.34657f,
                                  -0.34657f, 88.7f, -87.3f, -103.9f, 2};
  const knn__simd_set *all[3];
  int n = sets(all);
  static float x[BLOCK], y[BLOCK];
  for (int k = 0; k < n; k++)
    for (int i = 0; i < FUNCTIONS; i++)
      for (size_t c = 0; c < sizeof centres / sizeof *centres; c++) {
        uint32_t bits;
        memcpy(&bits, &centres[c], sizeof bits);
        for (uint32_t j = 0; j < BLOCK; j++) x[j] = of_bits(bits - BLOCK / 2 + j);
        apply(loop_of(all[k], &functions[i]), BLOCK, x, y);
        for (int j = 0; j < BLOCK; j++) {
          double error = units(y[j], functions[i].exact((long double)x[j]));
          if (error > functions[i].units)
            fail_msg("%s of %s is off by %.2f units at %.9g", functions[i].name, all[k]->name,
                     error, (double)x[j]);
        }
      }
}

static void test_special_numbers(void **state) {
  (void)state;
  const float special[] = {0.0f, -0.0f, INFINITY, -INFINITY, NAN, 0x1p-149f, -0x1p-149f, -1, 1};
  enum { N = sizeof special / sizeof *special };
  const knn__simd_set *all[3];
  int n = sets(all);
  for (int k = 0; k < n; k++)
    for (int i = 0; i < FUNCTIONS; i++) {
      float y[N];
      apply(loop_of(all[k], &functions[i]), N, special, y);
      for (int j = 0; j < N; j++) {
        float expected = (float)functions[i].exact((long double)special[j]);
        bool zero = expected == 0;
        if (isnan(expected)   ? !isnan(y[j])
            : isinf(expected) ? y[j] != expected
                              : zero && (y[j] != 0 || signbit(y[j]) != signbit(expected)))
          fail_msg("%s of %s gives %g at %g", functions[i].name, all[k]->name, (double)y[j],
                   (double)special[j]);
      }
    }
}

/* Every element alone, as a scalar, and in runs of all lengths. */
static void test_places(void **state) {
  (void)state;
  enum { N = 70 };
  const knn__simd_set *all[3];
  int n = sets(all);
  for (int k = 0; k < n; k++)
    for (int i = 0; i < FUNCTIONS; i++) {
      knn__loop *loop = loop_of(all[k], &functions[i]);
      float x[N], y[N], z[N];
      for (int j = 0; j < N; j++) {
        x[j] = (float)((j * 37 % 101) - 50) / 7.3f;
        loop(1, (void *[]){&x[j], &y[j]}, (int64_t[]){1});
      }
      for (int from = 0; from < 3; from++)
        for (int length = 1; from + length <= N; length++) {
          apply(loop, length, x + from, z);
          assert_memory_equal(z, y + from, (size_t)length * sizeof *z);
        }
      loop(N, (void *[]){x, z}, (int64_t[]){0});
      for (int j = 0; j < N; j++) assert_memory_equal(&z[j], &y[0], sizeof *z);
      memcpy(z, x, sizeof z);
      apply(loop, N, z, z);
      assert_memory_equal(z, y, sizeof z);
    }
}

typedef struct exact {
  const char *name;
  size_t entry;
  int operands;
  knn__loop *ref[2]; /* float, double */
  bool condition;    /* the first operand is bool */
  bool truth;        /* the result is bool */
} exact;

#define EXACT(name, n)                                                \
  {                                                                   \
#name, offsetof(knn__simd_set, name), n,                          \
        {knn__ref_##name##_f32, knn__ref_##name##_f64 }, false, false \
  }
#define TRUTH(name, n)                                               \
  {                                                                  \
#name, offsetof(knn__simd_set, name), n,                         \
        {knn__ref_##name##_f32, knn__ref_##name##_f64 }, false, true \
  }
static const exact exacts[] = {
    EXACT(negative, 1),
    EXACT(absolute, 1),
    EXACT(sign, 1),
    EXACT(sqrt, 1),
    EXACT(rsqrt, 1),
    EXACT(square, 1),
    EXACT(reciprocal, 1),
    EXACT(relu, 1),
    EXACT(floor, 1),
    EXACT(ceil, 1),
    EXACT(round, 1),
    EXACT(trunc, 1),
    EXACT(add, 2),
    EXACT(subtract, 2),
    EXACT(multiply, 2),
    EXACT(divide, 2),
    EXACT(maximum, 2),
    EXACT(minimum, 2),
    EXACT(relu_grad, 2),
    EXACT(sigmoid_entropy_grad, 2),
    TRUTH(isnan, 1),
    TRUTH(isinf, 1),
    TRUTH(isfinite, 1),
    TRUTH(equal, 2),
    TRUTH(not_equal, 2),
    TRUTH(less, 2),
    TRUTH(less_equal, 2),
    TRUTH(greater, 2),
    TRUTH(greater_equal, 2),
    EXACT(clip, 3),
    {"where", offsetof(knn__simd_set, where), 3, {knn__ref_where_4, knn__ref_where_8}, true, false},
};

enum { LONGEST = 700 };

static void fill_operands(void *x, bool wide, int seed) {
  static const double numbers[] = {0.0, -0.0, INFINITY,   -INFINITY, NAN,
                                   1.5, -2.5, 0.49999997, 3e9,       -7};
  for (int i = 0; i < LONGEST; i++) {
    double v = i * 7 % 5 ? (double)((i * 37 + seed * 11) % 101 - 50) / 8 : numbers[(i + seed) % 10];
    if (wide)
      ((double *)x)[i] = v;
    else
      ((float *)x)[i] = (float)v;
  }
}

/* Some lengths, from some places, with every mixture of running and standing operands. */
static void compare_with_ref(const knn__simd_set *set, const exact *e, bool wide) {
  static double x[3][LONGEST], found[LONGEST], expected[LONGEST];
  uint8_t *conditions = (uint8_t *)x[0];
  const size_t size = wide ? sizeof(double) : sizeof(float), out = e->truth ? 1 : size;
  knn__loop *loop;
  memcpy(&loop, (const char *)set + e->entry, sizeof loop);
  for (int k = 0; k < 3; k++) fill_operands(x[k], wide, k);
  for (int i = 0; e->condition && i < LONGEST; i++) conditions[i] = i * 5 % 3 == 1;
  bool is_clip = strcmp(e->name, "clip") == 0; /* whose bounds always stand */
  for (int stands = 0; stands < 1 << e->operands; stands++)
    for (int n = 1; n<60; n += n> 40 ? 13 : 1) {
      void *p[4];
      int64_t s[3], length = n > 50 ? LONGEST - 3 : n;
      for (int k = 0; k < e->operands; k++) {
        s[k] = !(stands >> k & 1) && !(is_clip && k);
        p[k] = (char *)x[k] + (k == 0 && e->condition ? 1 : size) * (size_t)(n % 3);
      }
      p[e->operands] = expected;
      e->ref[wide](length, p, s);
      p[e->operands] = found;
      loop(length, p, s);
      for (int64_t i = 0; i < length; i++) {
        const char *a = (char *)found + (size_t)i * out, *b = (char *)expected + (size_t)i * out;
        bool nan = e->truth ? false : wide ? isnan(expected[i]) : isnan(((float *)expected)[i]);
        if (nan ? (wide ? !isnan(found[i]) : !isnan(((float *)found)[i])) : memcmp(a, b, out) != 0)
          fail_msg("%s of %s differs from ref at %d of %d", e->name, set->name, (int)i,
                   (int)length);
      }
    }
}

static void test_exact(void **state) {
  (void)state;
  for (int wide = 0; wide < 2; wide++) {
    const knn__simd_set *all[3];
    int n = simd_sets(wide, all);
    for (int k = 0; k < n; k++)
      for (size_t i = 0; i < sizeof exacts / sizeof *exacts; i++)
        compare_with_ref(all[k], &exacts[i], wide);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_exact), cmocka_unit_test(test_special_numbers),
      cmocka_unit_test(test_places), cmocka_unit_test(test_dense), cmocka_unit_test(test_errors)};
  return cmocka_run_group_tests_name("functions", tests, NULL, NULL);
}
