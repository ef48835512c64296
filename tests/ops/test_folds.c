/* test_folds.c - sums, extremes, their places and softmax on every instruction set that this
 * machine has, against plain loops: rows and columns of all lengths, NaN, and that a column's
 * result does not depend on its place. */
#include "testing.h"

#include <math.h>
#include <string.h>

#include "loop.h"
#include "simd_help.h"

enum { ROOM = 6000 };
static double room[5][ROOM];

static void put(bool wide, void *at, int i, double x) {
  if (wide)
    ((double *)at)[i] = x;
  else
    ((float *)at)[i] = (float)x;
}

static double get(bool wide, const void *at, int i) {
  return wide ? ((const double *)at)[i] : (double)((const float *)at)[i];
}

static void fill(bool wide, void *at, int n, int seed) {
  for (int i = 0; i < n; i++) put(wide, at, i, (double)((i * 37 + seed * 11) % 101 - 50) / 7.7);
}

typedef struct fold {
  const char *name;
  size_t entry;
  double (*step)(double a, double b);
} fold;

static double add(double a, double b) {
  return a + b;
}
static double larger(double a, double b) {
  return isnan(a) || isnan(b) ? NAN : fmax(a, b);
}
static double smaller(double a, double b) {
  return isnan(a) || isnan(b) ? NAN : fmin(a, b);
}

static const fold folds[] = {{"sum", offsetof(knn__simd_set, fold_sum), add},
                             {"max", offsetof(knn__simd_set, fold_max), larger},
                             {"min", offsetof(knn__simd_set, fold_min), smaller}};

static void check_fold(const knn__simd_set *set, const fold *f, bool wide, int rows, int columns,
                       int stride) {
  knn__fold *loop;
  memcpy(&loop, (const char *)set + f->entry, sizeof loop);
  loop(rows, columns, stride, room[0], room[1]);
  for (int j = 0; j < columns; j++) {
    double expected = get(wide, room[0], j), found = get(wide, room[1], j);
    for (int i = 1; i < rows; i++) expected = f->step(expected, get(wide, room[0], i * stride + j));
    double allowed = f->step == add ? (wide ? 1e-12 : 4e-6) * (1 + fabs(expected)) : 0;
    if (isnan(expected) ? !isnan(found) : !(fabs(found - expected) <= allowed))
      fail_msg("%s of %s: %d rows, %d columns: %g expected, %g found", f->name, set->name, rows,
               columns, expected, found);
    if (columns == 1) continue;
    loop(rows, 2, stride, (char *)room[0] + (size_t)j * (wide ? 8 : 4), room[2]);
    assert_true(isnan(found) || get(wide, room[2], 0) == found);
  }
}

static void test_folds(void **state) {
  (void)state;
  static const int lengths[] = {1, 2, 7, 8, 15, 16, 17, 31, 33, 64, 65, 130, 257};
  enum { N = sizeof lengths / sizeof *lengths };
  for (int wide = 0; wide < 2; wide++) {
    const knn__simd_set *sets[3];
    int n = simd_sets(wide, sets);
    for (int k = 0; k < n; k++)
      for (size_t f = 0; f < 3; f++)
        for (int i = 0; i < N; i++) {
          fill(wide, room[0], ROOM, i);
          check_fold(sets[k], &folds[f], wide, lengths[i], 1, 1);
          check_fold(sets[k], &folds[f], wide, 1 + i, lengths[i], 300);
          put(wide, room[0], lengths[i] / 2, NAN);
          check_fold(sets[k], &folds[f], wide, lengths[i], 1, 1);
          check_fold(sets[k], &folds[f], wide, 1 + i, lengths[i], 300);
        }
  }
}

static void test_places(void **state) {
  (void)state;
  for (int wide = 0; wide < 2; wide++) {
    const knn__simd_set *sets[3];
    int n = simd_sets(wide, sets);
    for (int k = 0; k < n; k++)
      for (int length = 1; length < 300; length += length < 70 ? 1 : 37)
        for (int special = 0; special < 3; special++) {
          int32_t most, least, expected[2];
          fill(wide, room[0], length, length + special);
          if (special == 1) put(wide, room[0], length * 2 / 3, NAN);
          if (special == 2)
            put(wide, room[0], length - 1, -1e9), put(wide, room[0], length / 3, 1e9);
          sets[k]->argmax(length, 1, 1, room[0], &most);
          sets[k]->argmin(length, 1, 1, room[0], &least);
          (wide ? knn__ref_argmax_f64 : knn__ref_argmax_f32)(length, 1, 1, room[0], &expected[0]);
          (wide ? knn__ref_argmin_f64 : knn__ref_argmin_f32)(length, 1, 1, room[0], &expected[1]);
          assert_int_equal(most, expected[0]);
          assert_int_equal(least, expected[1]);
        }
  }
}

/* Against double, and a row's bits are the same wherever it stands. */
static void test_softmax(void **state) {
  (void)state;
  const knn__simd_set *sets[3];
  int n = simd_sets(false, sets);
  float *x = (float *)room[0], *y = (float *)room[1], *z = (float *)room[2], *dy = (float *)room[3],
        *dx = (float *)room[4];
  for (int k = 0; k < n; k++)
    for (int length = 1; length < 200; length += length < 40 ? 1 : 17) {
      enum { ROWS = 3 };
      float lone;
      double sum = 0, dot = 0, total = 0;
      fill(false, x, ROWS * length, 1);
      fill(false, dy, ROWS * length, 2);
      const float *last = x + 2 * length, *dlast = dy + 2 * length;
      sets[k]->softmax(ROWS, length, x, y);
      sets[k]->softmax(1, length, last, z);
      assert_memory_equal(z, y + 2 * length, (size_t)length * sizeof *z);
      for (int i = 0; i < length; i++) sum += exp((double)last[i]);
      for (int i = 0; i < length; i++) {
        double share = exp((double)last[i]) / sum;
        assert_true(fabs((double)z[i] - share) <= 1e-6 * share);
        dot += share * (double)dlast[i];
        total += (double)dlast[i];
      }
      sets[k]->fold_logsumexp(length, 1, 1, last, &lone);
      assert_true(fabs((double)lone - log(sum)) <= 1e-6 * (1 + fabs(log(sum))));
      sets[k]->softmax_grad(1, length, z, dlast, dx);
      for (int i = 0; i < length; i++)
        assert_true(fabs((double)dx[i] - (double)z[i] * ((double)dlast[i] - dot)) <= 1e-5);
      sets[k]->log_softmax(1, length, last, z);
      sets[k]->log_softmax_grad(1, length, z, dlast, dx);
      for (int i = 0; i < length; i++) {
        double share = exp((double)last[i]) / sum;
        assert_true(fabs((double)z[i] - log(share)) <= 2e-6 * (1 + fabs(log(share))));
        assert_true(fabs((double)dx[i] - ((double)dlast[i] - share * total)) <=
                    2e-5 * (1 + fabs(total)));
      }
    }
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_folds), cmocka_unit_test(test_places),
                                     cmocka_unit_test(test_softmax)};
  return cmocka_run_group_tests_name("folds", tests, NULL, NULL);
}
