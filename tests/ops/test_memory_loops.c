/* test_memory_loops.c - pooling, normalisation, dropout and optimizers in the vector loops of every
 * instruction set that this machine has, against ref and against plain formulas. */
#include "testing.h"

#include <math.h>
#include <string.h>

#include "norm_loops.h"
#include "pool_loops.h"
#include "simd_help.h"

enum { ROOM = 40000 };
static double room[8][ROOM]; /* float or double elements */

static double get(bool wide, const void *at, int64_t i) {
  return wide ? ((const double *)at)[i] : (double)((const float *)at)[i];
}

static void fill(bool wide, void *at, int64_t n, int seed) {
  for (int64_t i = 0; i < n; i++) {
    double x = (double)((i * 37 + i / 7 * 5 + seed * 11) % 101 - 50) / 7.7;
    if (wide)
      ((double *)at)[i] = x;
    else
      ((float *)at)[i] = (float)x;
  }
}

static void assert_same(bool wide, const void *got, const void *want, int64_t n, double tolerance,
                        const char *what, const char *set) {
  for (int64_t i = 0; i < n; i++) {
    double x = get(wide, got, i), y = get(wide, want, i);
    if (!(fabs(x - y) <= tolerance * (1 + fabs(y))))
      fail_msg("%s of %s: element %lld is %.9g, expected %.9g", what, set, (long long)i, x, y);
  }
}

typedef struct shape {
  int64_t in, kernel, stride, dilation, pad, channels;
} shape;

static knn__conv problem_of(const shape *s) {
  knn__conv p = {.batch = 2, .channels = s->channels, .filters = s->channels, .groups = 1};
  for (int i = 0; i < 3; i++) {
    bool used = i > 0;
    p.in[i] = used ? s->in + i : 1;
    p.kernel[i] = used ? s->kernel : 1;
    p.stride[i] = used ? s->stride : 1;
    p.dilation[i] = used ? s->dilation : 1;
    p.pad[i] = used ? s->pad : 0;
    int64_t reach = (p.kernel[i] - 1) * p.dilation[i] + 1;
    p.out[i] = (p.in[i] + 2 * p.pad[i] - reach) / p.stride[i] + 1;
  }
  return p;
}

static void check_pooling(knn_ctx *ctx, const knn__simd_set *set, bool wide, const shape *s) {
  knn__conv p = problem_of(s);
  int64_t ins = 2 * p.in[1] * p.in[2] * p.channels, outs = 2 * p.out[1] * p.out[2] * p.channels;
  double tolerance = wide ? 1e-14 : 1e-6;
  void *x = room[0], *y = room[1], *d = room[2], *dx = room[3], *want = room[4];
  fill(wide, x, ins, 1), fill(wide, d, outs, 2);
  (wide ? knn__ref_max_pool_f64 : knn__ref_max_pool_f32)(ctx, &p, x, y);
  set->max_pool(ctx, &p, x, want);
  assert_same(wide, y, want, outs, 0, "max_pool", set->name);
  (wide ? knn__ref_max_pool_grad_f64 : knn__ref_max_pool_grad_f32)(ctx, &p, x, y, d, want);
  memset(dx, 0xff, sizeof room[3]);
  set->max_pool_grad(ctx, &p, x, y, d, dx);
  assert_same(wide, dx, want, ins, tolerance, "max_pool_grad", set->name);
  (wide ? knn__ref_average_pool_f64 : knn__ref_average_pool_f32)(ctx, &p, x, want);
  set->average_pool(ctx, &p, x, y);
  assert_same(wide, y, want, outs, tolerance, "average_pool", set->name);
  (wide ? knn__ref_average_pool_grad_f64 : knn__ref_average_pool_grad_f32)(ctx, &p, d, want);
  memset(dx, 0xff, sizeof room[3]);
  set->average_pool_grad(ctx, &p, d, dx);
  assert_same(wide, dx, want, ins, tolerance, "average_pool_grad", set->name);
}

static const shape shapes[] = {{6, 2, 2, 1, 0, 1},  {7, 2, 2, 1, 0, 20}, {7, 3, 2, 1, 0, 33},
                               {7, 3, 2, 1, 1, 16}, {6, 2, 3, 1, 0, 5},  {6, 3, 1, 1, 1, 18},
                               {9, 2, 1, 2, 1, 40}, {5, 4, 4, 1, 2, 17}, {8, 8, 8, 1, 0, 4}};

static void test_pooling(void **state) {
  for (int wide = 0; wide < 2; wide++) {
    const knn__simd_set *sets[3];
    int n = simd_sets(wide, sets);
    for (int i = 0; i < n; i++)
      for (size_t k = 0; k < sizeof shapes / sizeof *shapes; k++)
        check_pooling(*state, sets[i], wide, &shapes[k]);
  }
}

static void check_norm(knn_ctx *ctx, const knn__simd_set *set, bool wide, int64_t rows,
                       int64_t columns, bool layer) {
  int64_t n = rows * columns, groups = layer ? rows : columns;
  double tolerance = wide ? 1e-11 : 1e-4;
  knn__norm p = {.rows = rows,
                 .columns = columns,
                 .epsilon = 0.01,
                 .x = room[0],
                 .gamma = room[1],
                 .beta = room[1] + columns,
                 .dy = room[2],
                 .y = room[3],
                 .mean = room[4],
                 .variance = room[4] + groups,
                 .dx = room[3],
                 .dgamma = room[5],
                 .dbeta = room[5] + columns};
  knn__norm q = p;
  fill(wide, room[0], n, 1), fill(wide, room[1], columns, 2), fill(wide, room[2], n, 4);
  fill(wide, room[1] + columns, columns, 3);
  size_t bytes = set->batch_norm_scratch(&p) + set->layer_norm_grad_scratch(&p);
  void *scratch = knn__alloc_aligned(ctx, bytes);
  assert_non_null(scratch);
  q.y = q.dx = room[6];
  if (layer) {
    (wide ? knn__ref_layer_norm_f64 : knn__ref_layer_norm_f32)(&q);
    set->layer_norm(ctx, &p);
  } else {
    (wide ? knn__ref_batch_norm_f64 : knn__ref_batch_norm_f32)(&q);
    set->batch_norm(ctx, &p, scratch);
  }
  assert_same(wide, p.y, q.y, n, tolerance, "normalisation", set->name);
  q.dgamma = room[7], q.dbeta = room[7] + columns;
  if (layer) {
    (wide ? knn__ref_layer_norm_grad_f64 : knn__ref_layer_norm_grad_f32)(&q);
    set->layer_norm_grad(ctx, &p, scratch);
  } else {
    (wide ? knn__ref_batch_norm_grad_f64 : knn__ref_batch_norm_grad_f32)(&q);
    set->batch_norm_grad(ctx, &p, scratch);
  }
  assert_same(wide, p.dx, q.dx, n, tolerance, "its gradient by x", set->name);
  assert_same(wide, p.dgamma, q.dgamma, columns, 10 * tolerance, "by gamma", set->name);
  assert_same(wide, p.dbeta, q.dbeta, columns, 10 * tolerance, "by beta", set->name);
  knn__free(ctx, scratch);
}

static void test_normalisation(void **state) {
  static const int64_t sizes[] = {1, 2, 3, 8, 17, 31, 64, 100, 300};
  enum { N = sizeof sizes / sizeof *sizes };
  for (int wide = 0; wide < 2; wide++) {
    const knn__simd_set *sets[3];
    int n = simd_sets(wide, sets);
    for (int i = 0; i < n * N * N; i++) {
      int64_t rows = sizes[i / n % N], columns = sizes[i / n / N];
      if (rows * columns > ROOM / 2) continue;
      check_norm(*state, sets[i % n], wide, rows, columns, true);
      check_norm(*state, sets[i % n], wide, rows, columns, false);
    }
  }
}

/* The mask is that of the numbers one by one, wherever it begins. */
static void test_masks(void **state) {
  (void)state;
  const knn__stream stream = {0x123456789abcdef, 77, 5};
  const knn__simd_set *sets[3];
  static uint8_t mask[1000];
  int n = simd_sets(false, sets);
  for (int i = 0; i < n; i++)
    for (int64_t first = 0; first < 9; first++) {
      int64_t start = first * 4294967291; /* over the counter's lower half, and not on a block */
      uint32_t threshold = (uint32_t)first << 29 | 12345;
      sets[i]->draw_mask(&stream, threshold, start, 1000, mask);
      for (int64_t k = 0; k < 1000; k++) {
        uint32_t block[4];
        knn__philox(&stream, (uint64_t)(start + k) / 4, block);
        assert_int_equal(mask[k], block[(start + k) % 4] >= threshold);
      }
      float *x = (float *)room[0], *y = (float *)room[1];
      fill(false, x, 1000, 1);
      x[0] = x[1] = NAN, mask[0] = 0, mask[1] = 1;
      float scale = 2.5f;
      sets[i]->masked(1000 - first, (void *[]){x, mask, &scale, y}, (int64_t[]){1, 1, 0});
      assert_true(y[0] == 0 && isnan(y[1]));
      for (int64_t k = 2; k < 1000 - first; k++) assert_true(y[k] == (mask[k] ? x[k] * 2.5f : 0));
    }
}

/* Weights and slots after a step, of each set against the baseline's. The first slot is larger than
 * the squares of the others: it may be a mean square. */
static void check_rule(const knn__simd_set *set, size_t at, const char *name) {
  enum { N = 203 };
  float *memory[2][4];
  for (int k = 0; k < 2; k++) {
    const knn__simd_set *with = k ? set : &knn__simd_baseline_f32;
    knn__rule_fn *rule;
    memcpy(&rule, (const char *)with + at, sizeof rule);
    knn__rule r = {
        .w = (float *)room[k], .g = (float *)room[2], .n = N, .c = {0.1f, 0.9f, 0.1f, 0.01f, 0.8f}};
    fill(false, room[2], N, 9);
    for (int j = 0; j < 4; j++) {
      memory[k][j] = (float *)room[k] + j * 300;
      fill(false, memory[k][j], N, j);
      for (int i = 0; i < N && j > 0; i++)
        memory[k][j][i] = fabsf(memory[k][j][i]) + (j == 1 ? 80 : 0.1f);
      if (j > 0) r.slot[j - 1] = memory[k][j];
    }
    rule(&r);
  }
  for (int j = 0; j < 4; j++)
    assert_same(false, memory[1][j], memory[0][j], N, 1e-4, name, set->name);
}

static void test_rules(void **state) {
  (void)state;
  const knn__simd_set *sets[3];
  int n = simd_sets(false, sets);
  for (int i = 0; i < n; i++) {
#define X(name) check_rule(sets[i], offsetof(knn__simd_set, name), #name);
    KNN__RULE_LIST(X)
#undef X
    float *x = (float *)room[0];
    double sum = 0;
    fill(false, x, 1003, 1);
    for (int k = 0; k < 1003; k++) sum += (double)x[k] * (double)x[k];
    assert_true(fabs(sets[i]->sum_of_squares(1003, x) - sum) <= 1e-12 * sum);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {knn_test(test_pooling), knn_test(test_normalisation),
                                     knn_test(test_masks), knn_test(test_rules)};
  return cmocka_run_group_tests_name("memory_loops", tests, NULL, NULL);
}
