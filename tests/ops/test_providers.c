/* test_providers.c - every provider solves the same random problems as `ref`, to the rounding of
 * its type; a provider that declines says why; results do not depend on the number of threads.
 * Problems cover odd sizes, row strides, transposed and batched products, accumulation, strides,
 * dilation, groups, any padding, and sizes of 0. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "kernel.h"
#include "random.h"
#include "simd.h"

extern const knn__provider knn__provider_simd;

static knn__stream dice = {.seed = 20260101};
static uint64_t rolls;

static int64_t roll(int64_t low, int64_t high) {
  return low + (int64_t)(knn__random_u64(&dice, rolls++) % (uint64_t)(high - low + 1));
}

static int64_t one_of(int n, const int64_t *values) {
  return values[roll(0, n - 1)];
}

typedef struct array {
  knn_dtype dtype;
  int64_t n;
  void *data;
} array;

static array array_new(knn_ctx *ctx, knn_dtype dtype, int64_t n) {
  array a = {dtype, n, knn__alloc_aligned(ctx, (size_t)n * knn_dtype_size(dtype))};
  assert_non_null(a.data);
  return a;
}

static double at(array a, int64_t i) {
  return a.dtype == KNN_F64 ? ((double *)a.data)[i] : (double)((float *)a.data)[i];
}

/* Small multiples of 1/8, so that only long sums round. */
static void fill(array a) {
  for (int64_t i = 0; i < a.n; i++) {
    double x = (double)roll(-8, 8) / 8;
    if (a.dtype == KNN_F64)
      ((double *)a.data)[i] = x;
    else
      ((float *)a.data)[i] = (float)x;
  }
}

static void copy(array dst, array src) {
  memcpy(dst.data, src.data, (size_t)src.n * knn_dtype_size(src.dtype));
}

/* Elements are sums of `terms` products of size 1 at most. */
static void assert_close(array got, array want, int64_t terms, const char *what) {
  double unit = got.dtype == KNN_F64 ? 2.3e-16 : 1.2e-7, bound = unit * (double)(terms + 1);
  for (int64_t i = 0; i < want.n; i++)
    if (!(fabs(at(got, i) - at(want, i)) <= bound))
      fail_msg("%s: element %lld of %lld is %.17g, ref has %.17g", what, (long long)i,
               (long long)want.n, at(got, i), at(want, i));
}

/* Run under one provider; false when another than the wanted one took the problem. */
static bool solve(knn_ctx *ctx, const char *provider, int threads, knn__kernel_kind kind,
                  const void *problem) {
  knn__choice choice;
  assert_int_equal(knn__kernels_only(ctx, provider), KNN_OK);
  if (knn_ctx_threads(ctx) != threads) knn_ctx_set_threads(ctx, threads);
  assert_int_equal(knn__choose(ctx, kind, problem, &choice), KNN_OK);
  bool taken = strcmp(choice.provider->name, provider) == 0;
  if (!taken) assert_non_null(choice.why);
  void *scratch = knn__alloc_aligned(ctx, choice.scratch);
  assert_non_null(scratch);
  memset(scratch, 0xff, choice.scratch); /* scratch comes with undefined contents: NaN here */
  if (taken) choice.kernel->run(ctx, problem, choice.state, scratch);
  knn__free(ctx, scratch);
  knn__choice_release(ctx, &choice);
  return taken;
}

/* Run the vectorised kernels of one instruction set, which the provider would choose on a machine
 * that has no better one. */
static bool solve_with(knn_ctx *ctx, const knn__simd_set *set, knn__kernel_kind kind,
                       const void *problem) {
  const knn__kernel *simd = knn__provider_simd.kernels[kind];
  if (simd->declines(ctx, problem)) return false;
  size_t bytes = kind == KNN__GEMM              ? set->gemm_scratch(problem)
                 : kind == KNN__CONV            ? set->conv_scratch(problem)
                 : kind == KNN__CONV_GRAD_INPUT ? set->conv_grad_input_scratch(problem)
                                                : set->conv_grad_filter_scratch(problem);
  void *scratch = knn__alloc_aligned(ctx, bytes);
  assert_non_null(scratch);
  memset(scratch, 0xff, bytes);
  switch (kind) {
    case KNN__GEMM: set->gemm(ctx, problem, scratch); break;
    case KNN__CONV: set->conv(ctx, problem, scratch); break;
    case KNN__CONV_GRAD_INPUT: set->conv_grad_input(ctx, problem, scratch); break;
    default: set->conv_grad_filter(ctx, problem, scratch); break;
  }
  knn__free(ctx, scratch);
  return true;
}

static int usable_sets(knn_dtype dtype, const knn__simd_set *sets[3]) {
  bool wide = dtype == KNN_F64;
  int n = 0;
  sets[n++] = wide ? &knn__simd_baseline_f64 : &knn__simd_baseline_f32;
#ifdef __x86_64__
  if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma"))
    sets[n++] = wide ? &knn__simd_avx2_f64 : &knn__simd_avx2_f32;
  if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512vl") &&
      __builtin_cpu_supports("avx512dq"))
    sets[n++] = wide ? &knn__simd_avx512_f64 : &knn__simd_avx512_f32;
#endif
  return n;
}

/* Solve with ref into `want`, with each other provider on 1 and on 3 threads into `got`, from the
 * same start `before`. */
static void compare(knn_ctx *ctx, knn__kernel_kind kind, void *problem, void **written,
                    array before, int64_t terms, const char *what, int *taken) {
  array want = array_new(ctx, before.dtype, before.n), got = array_new(ctx, before.dtype, before.n);
  array again = array_new(ctx, before.dtype, before.n);
  copy(want, before);
  *written = want.data;
  assert_true(solve(ctx, "ref", 1, kind, problem));
  for (int i = 0; i < knn__providers_n; i++) {
    const char *name = knn__providers[i]->name;
    char text[300];
    snprintf(text, sizeof text, "%s %s %s", name, knn_dtype_name(before.dtype), what);
    copy(got, before);
    copy(again, before);
    *written = got.data;
    if (!solve(ctx, name, 1, kind, problem)) continue;
    taken[i]++;
    assert_close(got, want, terms, text);
    *written = again.data;
    assert_true(solve(ctx, name, 3, kind, problem));
    if (memcmp(got.data, again.data, (size_t)got.n * knn_dtype_size(got.dtype)) != 0)
      fail_msg("%s: 1 and 3 threads differ", text);
  }
  const knn__simd_set *sets[3];
  int n_sets = usable_sets(before.dtype, sets);
  for (int i = 0; i < n_sets; i++) {
    char text[300];
    snprintf(text, sizeof text, "%s %s %s", sets[i]->name, knn_dtype_name(before.dtype), what);
    copy(got, before);
    *written = got.data;
    if (solve_with(ctx, sets[i], kind, problem)) assert_close(got, want, terms, text);
  }
  knn__free(ctx, want.data);
  knn__free(ctx, got.data);
  knn__free(ctx, again.data);
}

static void solve_gemm(knn_ctx *ctx, knn__gemm p, int *taken) {
  knn_dtype dtype = p.dtype;
  int64_t rows_a = p.trans_a ? p.k : p.m, rows_b = p.trans_b ? p.n : p.k;
  array a = array_new(ctx, dtype, rows_a * p.lda * (p.stride_a ? p.batch : 1) + 1);
  array b = array_new(ctx, dtype, rows_b * p.ldb * (p.stride_b ? p.batch : 1) + 1);
  array c = array_new(ctx, dtype, p.m * p.ldc * p.batch);
  fill(a), fill(b), fill(c);
  p.a = a.data, p.b = b.data;
  char what[200];
  snprintf(what, sizeof what, "gemm %d%d acc %d m %d n %d k %d batch %d lda %d ldb %d ldc %d",
           p.trans_a, p.trans_b, p.accumulate, (int)p.m, (int)p.n, (int)p.k, (int)p.batch,
           (int)p.lda, (int)p.ldb, (int)p.ldc);
  compare(ctx, KNN__GEMM, &p, &p.c, c, p.k, what, taken);
  knn__free(ctx, a.data), knn__free(ctx, b.data), knn__free(ctx, c.data);
}

static void random_gemm(knn_ctx *ctx, knn_dtype dtype, int *taken) {
  static const int64_t sizes[] = {0,  1,  2,  3,  5,  7,  8,   12,  13,
                                  16, 31, 32, 33, 48, 65, 100, 129, 300};
  enum { N = sizeof sizes / sizeof *sizes };
  knn__gemm p = {
      .dtype = dtype, .trans_a = roll(0, 1), .trans_b = roll(0, 1), .accumulate = roll(0, 1)};
  p.m = one_of(N, sizes), p.n = one_of(N, sizes), p.k = one_of(N, sizes);
  if (roll(0, 9) == 0) p.k = 700;
  p.batch = roll(0, 4) ? 1 : roll(0, 4);
  int64_t rows_a = p.trans_a ? p.k : p.m, cols_a = p.trans_a ? p.m : p.k;
  int64_t rows_b = p.trans_b ? p.n : p.k, cols_b = p.trans_b ? p.k : p.n;
  p.lda = cols_a + roll(0, 3), p.ldb = cols_b + roll(0, 3), p.ldc = p.n + roll(0, 3);
  if (p.lda < 1) p.lda = 1;
  if (p.ldb < 1) p.ldb = 1;
  if (p.ldc < 1) p.ldc = 1;
  p.stride_a = roll(0, 2) ? rows_a * p.lda : 0;
  p.stride_b = roll(0, 2) ? rows_b * p.ldb : 0;
  p.stride_c = p.m * p.ldc;
  solve_gemm(ctx, p, taken);
}

/* A convolution whose sizes fit; in[] follows from the others so that the window may hang over any
 * edge. */
static knn__conv random_conv(knn_dtype dtype) {
  static const int64_t channels[] = {1, 2, 3, 4, 7, 8, 16, 17, 33};
  enum { N = sizeof channels / sizeof *channels };
  knn__conv p = {.dtype = dtype, .batch = roll(0, 9) ? roll(1, 5) : 0, .groups = 1};
  int rank = (int)roll(1, 3);
  for (int i = 0; i < 3; i++) {
    bool used = i >= 3 - rank;
    p.kernel[i] = used ? roll(1, 4) : 1;
    p.stride[i] = used ? one_of(5, (int64_t[]){1, 1, 1, 2, 3}) : 1;
    p.dilation[i] = used ? one_of(4, (int64_t[]){1, 1, 1, 2}) : 1;
    p.in[i] = used ? roll(1, rank == 3 ? 6 : 18) : 1;
    p.pad[i] = used && roll(0, 1) ? roll(0, 3) : 0;
    int64_t window = (p.kernel[i] - 1) * p.dilation[i] + 1, after = p.pad[i] ? roll(0, 3) : 0;
    if (p.in[i] + p.pad[i] + after < window) p.in[i] = window;
    p.out[i] = (p.in[i] + p.pad[i] + after - window) / p.stride[i] + 1;
  }
  p.channels = one_of(N, channels), p.filters = one_of(N, channels);
  if (roll(0, 3) == 0) {
    p.groups = roll(0, 1) ? p.channels : roll(1, 3);
    int64_t per_group = roll(1, 5);
    if (p.groups != p.channels) p.channels = p.groups * per_group;
    p.filters = p.groups * (roll(0, 1) ? 1 : roll(2, 4));
  }
  return p;
}

/* The convolution and its two gradients. */
static void solve_conv(knn_ctx *ctx, knn__conv p, int *taken) {
  knn_dtype dtype = p.dtype;
  int64_t ins = p.in[0] * p.in[1] * p.in[2], outs = p.out[0] * p.out[1] * p.out[2];
  int64_t kernels = p.kernel[0] * p.kernel[1] * p.kernel[2];
  array x = array_new(ctx, dtype, p.batch * ins * p.channels),
        y = array_new(ctx, dtype, p.batch * outs * p.filters);
  array w = array_new(ctx, dtype, kernels * (p.channels / p.groups) * p.filters);
  fill(x), fill(w), fill(y);
  p.x = x.data, p.w = w.data, p.y = y.data;
  char what[300];
  snprintf(what, sizeof what,
           "n %d in %dx%dx%d out %dx%dx%d kernel %dx%dx%d stride %d,%d,%d dilation %d,%d,%d pad "
           "%d,%d,%d %d -> %d groups %d",
           (int)p.batch, (int)p.in[0], (int)p.in[1], (int)p.in[2], (int)p.out[0], (int)p.out[1],
           (int)p.out[2], (int)p.kernel[0], (int)p.kernel[1], (int)p.kernel[2], (int)p.stride[0],
           (int)p.stride[1], (int)p.stride[2], (int)p.dilation[0], (int)p.dilation[1],
           (int)p.dilation[2], (int)p.pad[0], (int)p.pad[1], (int)p.pad[2], (int)p.channels,
           (int)p.filters, (int)p.groups);
  compare(ctx, KNN__CONV, &p, &p.y, y, kernels * p.channels / p.groups, what, taken);
  p.y = y.data;
  compare(ctx, KNN__CONV_GRAD_INPUT, &p, &p.x, x, kernels * p.filters / p.groups, what, taken);
  p.x = x.data;
  compare(ctx, KNN__CONV_GRAD_FILTER, &p, &p.w, w, p.batch * outs, what, taken);
  knn__free(ctx, x.data), knn__free(ctx, y.data), knn__free(ctx, w.data);
}

#define D(...) \
  { __VA_ARGS__ }
#define CONV(BATCH, IN, OUT, KERNEL, STRIDE, PAD, CHANNELS, FILTERS, GROUPS)                      \
  {                                                                                               \
    .dtype = KNN_F32, .batch = BATCH, .in = IN, .out = OUT, .kernel = KERNEL, .stride = STRIDE,   \
    .dilation = {1, 1, 1}, .pad = PAD, .channels = CHANNELS, .filters = FILTERS, .groups = GROUPS \
  }

/* Large enough that every provider cuts them into pieces: images, lines of the only image, sums of
 * several pieces, blocks of rows or columns. */
static void test_large_problems(void **state) {
  (void)state;
  knn_ctx *ctx;
  assert_int_equal(knn_ctx_new(NULL, &ctx), KNN_OK);
  int taken[16] = {0};
  static const knn__conv convs[] = {
      CONV(9, D(1, 21, 18), D(1, 19, 16), D(1, 3, 3), D(1, 1, 1), D(0, 0, 0), 33, 40, 1),
      CONV(1, D(1, 40, 30), D(1, 40, 30), D(1, 3, 3), D(1, 1, 1), D(0, 1, 1), 32, 48, 1),
      CONV(1, D(1, 61, 30), D(1, 30, 15), D(1, 5, 3), D(1, 2, 2), D(0, 2, 1), 16, 64, 1),
      CONV(7, D(1, 30, 31), D(1, 15, 16), D(1, 3, 3), D(1, 2, 2), D(0, 0, 1), 16, 64, 1),
      CONV(3, D(6, 12, 9), D(6, 12, 9), D(3, 3, 3), D(1, 1, 1), D(1, 1, 1), 16, 32, 2),
      CONV(5, D(1, 40, 40), D(1, 40, 40), D(1, 3, 3), D(1, 1, 1), D(0, 1, 1), 64, 64, 64),
  };
  for (size_t i = 0; i < sizeof convs / sizeof *convs; i++) solve_conv(ctx, convs[i], taken);
  for (int way = 0; way < 8; way++) {
    knn__gemm p = {.dtype = KNN_F32, .batch = 1, .k = 210};
    p.trans_a = way & 1, p.trans_b = way & 2, p.accumulate = way & 4;
    p.m = p.accumulate ? 500 : 90, p.n = p.accumulate ? 70 : 600;
    p.lda = p.trans_a ? p.m : p.k, p.ldb = p.trans_b ? p.k : p.n, p.ldc = p.n;
    p.stride_c = p.m * p.n;
    solve_gemm(ctx, p, taken);
  }
  for (int i = 0; i < knn__providers_n; i++) {
    const knn__provider *provider = knn__providers[i];
    if (!provider->delegates && (!provider->open || !provider->open(ctx)))
      assert_true(taken[i] > 0);
  }
  knn_ctx_release(ctx);
}

static void test_random_problems(void **state) {
  (void)state;
  knn_ctx *ctx;
  assert_int_equal(knn_ctx_new(NULL, &ctx), KNN_OK);
  int taken[16] = {0};
  for (int i = 0; i < 150; i++) {
    random_gemm(ctx, KNN_F32, taken);
    random_gemm(ctx, KNN_F64, taken);
    solve_conv(ctx, random_conv(KNN_F32), taken);
    solve_conv(ctx, random_conv(KNN_F64), taken);
  }
  for (int i = 0; i < knn__providers_n; i++) {
    bool present = !knn__providers[i]->open || !knn__providers[i]->open(ctx);
    if (present && !knn__providers[i]->delegates && taken[i] == 0)
      fail_msg("provider %s took none of the problems", knn__providers[i]->name);
  }
  size_t blocks;
  knn_ctx_set_threads(ctx, 1); /* drops the thread pool */
  knn_ctx_memory(ctx, NULL, &blocks, NULL);
  assert_int_equal(blocks, 0);
  knn_ctx_release(ctx);
}

static void test_products_by_hand(void **state) {
  (void)state;
  knn_ctx *ctx;
  assert_int_equal(knn_ctx_new(NULL, &ctx), KNN_OK);
  float a[] = {1, 2, 3, 4, 5, 6}, b[] = {1, 0, 2, 1, 0, 3}, c[4];
  knn__gemm p = {.dtype = KNN_F32,
                 .m = 2,
                 .n = 2,
                 .k = 3,
                 .lda = 3,
                 .ldb = 2,
                 .ldc = 2,
                 .batch = 1,
                 .a = a,
                 .b = b,
                 .c = c};
  for (int i = 0; i < knn__providers_n; i++) {
    memset(c, 0xff, sizeof c);
    if (!solve(ctx, knn__providers[i]->name, 1, KNN__GEMM, &p)) continue;
    assert_true(c[0] == 5 && c[1] == 11 && c[2] == 14 && c[3] == 23);
  }
  float x[] = {1, 2, 3, 4}, w[] = {1, 10}, y[3];
  knn__conv q = {.dtype = KNN_F32,
                 .batch = 1,
                 .in = {1, 1, 4},
                 .out = {1, 1, 3},
                 .kernel = {1, 1, 2},
                 .stride = {1, 1, 1},
                 .dilation = {1, 1, 1},
                 .channels = 1,
                 .filters = 1,
                 .groups = 1,
                 .x = x,
                 .w = w,
                 .y = y};
  for (int i = 0; i < knn__providers_n; i++) {
    memset(y, 0xff, sizeof y);
    if (!solve(ctx, knn__providers[i]->name, 1, KNN__CONV, &q)) continue;
    assert_true(y[0] == 21 && y[1] == 32 && y[2] == 43);
  }
  knn_ctx_release(ctx);
}

static void test_choosing(void **state) {
  (void)state;
  knn_ctx *ctx;
  assert_int_equal(knn_ctx_new(NULL, &ctx), KNN_OK);
  assert_non_null(strstr(knn_ctx_kernels(ctx), "ref"));
  assert_int_equal(knn__kernels_only(ctx, "abacus"), KNN_EARG);
  assert_non_null(strstr(knn_ctx_error(ctx), "abacus"));
  assert_string_equal(knn__providers[knn__providers_n - 1]->name, "ref");
  knn__gemm wide = {.dtype = KNN_F32,
                    .m = 1,
                    .n = (int64_t)1 << 40,
                    .k = 1,
                    .lda = 1,
                    .ldb = (int64_t)1 << 40,
                    .ldc = (int64_t)1 << 40,
                    .batch = 1};
  knn__choice choice;
  for (int i = 0; i < knn__providers_n; i++) {
    if (strcmp(knn__providers[i]->name, "openblas") != 0 || knn__providers[i]->open(ctx)) continue;
    assert_int_equal(knn__kernels_only(ctx, "openblas"), KNN_OK);
    assert_int_equal(knn__choose(ctx, KNN__GEMM, &wide, &choice), KNN_OK);
    assert_string_equal(choice.provider->name, "ref");
    assert_non_null(strstr(choice.why, "32 bits"));
    knn__choice_release(ctx, &choice);
  }
  knn_ctx_release(ctx);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_products_by_hand),
      cmocka_unit_test(test_choosing),
      cmocka_unit_test(test_random_problems),
      cmocka_unit_test(test_large_problems),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
