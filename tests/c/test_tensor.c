/* test_tensor.c - tensors: views and their strides, copies, conversions, wrapped memory, printing
 * as NumPy prints, shapes that overflow. Expected texts were printed by NumPy 2 with precision 4,
 * threshold 1000 and 40 columns. */
#include "testing.h"

#include <locale.h>
#include <math.h>
#include <stdlib.h>

#define DIMS(...) ((const int64_t[]){__VA_ARGS__})

/* 0, 1, 2, ... */
static knn_tensor *counting(knn_ctx *ctx, knn_dtype type, int rank, const int64_t *dims) {
  knn_tensor *t;
  assert_ok(ctx, knn_tensor_new(ctx, type, rank, dims, &t));
  for (int64_t i = 0; i < knn_tensor_size(t); i++) knn_tensor_set(t, i, (double)i);
  return t;
}

static knn_tensor *of(knn_ctx *ctx, knn_dtype type, int64_t n, const double *values) {
  knn_tensor *t;
  assert_ok(ctx, knn_tensor_new(ctx, type, 1, &n, &t));
  for (int64_t i = 0; i < n; i++) knn_tensor_set(t, i, values[i]);
  return t;
}

static void assert_elements(const knn_tensor *t, int64_t n, const double *expected) {
  assert_int_equal(knn_tensor_size(t), n);
  for (int64_t i = 0; i < n; i++)
    if (knn_tensor_get(t, i) != expected[i])
      fail_msg("element %d is %g, expected %g", (int)i, knn_tensor_get(t, i), expected[i]);
}
#define assert_tensor(t, ...)                                                     \
  assert_elements(t, (int64_t)(sizeof((double[]){__VA_ARGS__}) / sizeof(double)), \
                  (double[]){__VA_ARGS__})

static void a_new_tensor_is_zero_and_packed(void **state) {
  knn_tensor *t;
  assert_ok(*state, knn_tensor_new(*state, KNN_F64, 3, DIMS(2, 3, 4), &t));
  assert_int_equal(knn_tensor_rank(t), 3);
  assert_int_equal(knn_tensor_size(t), 24);
  assert_int_equal(knn_tensor_bytes(t), 24 * 8);
  assert_int_equal(knn_tensor_dim(t, 1), 3);
  assert_int_equal(knn_tensor_dim(t, -1), 4);
  assert_true(knn_tensor_is_contiguous(t));
  assert_int_equal((uintptr_t)knn_tensor_data(t) % 64, 0);
  for (int i = 0; i < 24; i++) assert_true(knn_tensor_get(t, i) == 0);
  knn_tensor_release(t);
}

static void scalars_and_empty_tensors(void **state) {
  knn_tensor *scalar = counting(*state, KNN_F32, 0, NULL),
             *empty = counting(*state, KNN_F32, 2, DIMS(0, 3)), *flat;
  assert_int_equal(knn_tensor_size(scalar), 1);
  assert_int_equal(knn_tensor_size(empty), 0);
  assert_int_equal(knn_tensor_bytes(empty), 0);
  assert_ok(*state, knn_tensor_reshape(empty, 1, DIMS(KNN_ANY), &flat));
  assert_int_equal(knn_tensor_dim(flat, 0), 0);
  assert_ok(*state, knn_tensor_fill(empty, 1));
  assert_ok(*state, knn_tensor_copy(empty, empty));
  knn_tensor_release(flat);
  knn_tensor_release(empty);
  knn_tensor_release(scalar);
}

static void views_share_storage_and_keep_it_alive(void **state) {
  knn_tensor *t = counting(*state, KNN_I32, 2, DIMS(3, 4)), *row, *column;
  assert_ok(*state, knn_tensor_select(t, 0, 1, &row));
  assert_ok(*state, knn_tensor_select(t, -1, 2, &column));
  assert_tensor(row, 4, 5, 6, 7);
  assert_tensor(column, 2, 6, 10);
  assert_true(knn_tensor_is_contiguous(row));
  assert_false(knn_tensor_is_contiguous(column));
  knn_tensor_set(column, 1, 60);
  assert_tensor(row, 4, 5, 60, 7);
  knn_tensor_release(t);
  assert_tensor(row, 4, 5, 60, 7);
  knn_tensor_release(row);
  assert_tensor(column, 2, 60, 10);
  knn_tensor_release(column);
}

static void slices_step_and_run_backwards(void **state) {
  knn_tensor *t = counting(*state, KNN_F32, 1, DIMS(10)), *odd, *back, *part, *one;
  assert_ok(*state, knn_tensor_slice(t, 0, 1, 5, 2, &odd));
  assert_tensor(odd, 1, 3, 5, 7, 9);
  assert_ok(*state, knn_tensor_slice(odd, 0, 4, 5, -1, &back));
  assert_tensor(back, 9, 7, 5, 3, 1);
  assert_ok(*state, knn_tensor_slice(back, 0, 1, 2, 2, &part));
  assert_tensor(part, 7, 3);
  assert_ok(*state, knn_tensor_slice(t, 0, 9, 1, INT64_MAX,
                                     &one)); /* the step of a lone element does not matter */
  assert_tensor(one, 9);
  knn_tensor_release(one);
  knn_tensor_release(part);
  knn_tensor_release(back);
  knn_tensor_release(odd);
  knn_tensor_release(t);
}

static void transposed_views_read_row_major(void **state) {
  knn_tensor *t = counting(*state, KNN_I64, 3, DIMS(2, 1, 3)), *turned, *packed, *again;
  assert_ok(*state, knn_tensor_transpose(t, (int[]){2, 0, -2}, &turned));
  assert_int_equal(knn_tensor_dim(turned, 0), 3);
  assert_int_equal(knn_tensor_dim(turned, 1), 2);
  assert_tensor(turned, 0, 3, 1, 4, 2, 5);
  assert_false(knn_tensor_is_contiguous(turned));
  assert_ok(*state, knn_tensor_contiguous(turned, &packed));
  assert_tensor(packed, 0, 3, 1, 4, 2, 5);
  assert_true(knn_tensor_data(packed) != knn_tensor_data(turned));
  assert_ok(*state, knn_tensor_contiguous(packed, &again));
  assert_ptr_equal(again, packed);
  knn_tensor_release(again);
  knn_tensor_release(packed);
  knn_tensor_release(turned);
  knn_tensor_release(t);
}

static void reading_and_writing_go_through_strides(void **state) {
  knn_tensor *t = counting(*state, KNN_F32, 2, DIMS(2, 3)), *turned;
  float out[6], in[6] = {10, 11, 12, 13, 14, 15};
  assert_ok(*state, knn_tensor_transpose(t, (int[]){1, 0}, &turned));
  assert_ok(*state, knn_tensor_read(turned, out, sizeof out));
  assert_memory_equal(out, ((float[]){0, 3, 1, 4, 2, 5}), sizeof out);
  assert_ok(*state, knn_tensor_write(turned, in, sizeof in));
  assert_tensor(t, 10, 12, 14, 11, 13, 15);
  assert_int_equal(knn_tensor_read(turned, out, sizeof out - 1), KNN_ESHAPE);
  assert_string_contains(knn_ctx_error(*state), "takes 24 bytes, got 23");
  assert_int_equal(knn_tensor_write(turned, in, sizeof in + 4), KNN_ESHAPE);
  knn_tensor_release(turned);
  knn_tensor_release(t);
}

static void copies_convert_between_strided_views(void **state) {
  knn_tensor *t = counting(*state, KNN_I32, 2, DIMS(3, 4)), *from, *to, *view, *wide;
  assert_ok(*state, knn_tensor_slice(t, 1, 3, 2, -2, &from)); /* columns 3 and 1 */
  assert_ok(*state, knn_tensor_new(*state, KNN_F64, 2, DIMS(2, 3), &to));
  assert_ok(*state, knn_tensor_transpose(to, (int[]){1, 0}, &view));
  assert_ok(*state, knn_tensor_copy(view, from));
  assert_tensor(to, 3, 7, 11, 1, 5, 9);
  assert_ok(*state, knn_tensor_new(*state, KNN_F64, 2, DIMS(3, 3), &wide));
  assert_int_equal(knn_tensor_copy(wide, from), KNN_ESHAPE);
  assert_string_contains(knn_ctx_error(*state), "copy: (3, 3) cannot take the elements of (3, 2)");
  knn_tensor_release(wide);
  knn_tensor_release(view);
  knn_tensor_release(to);
  knn_tensor_release(from);
  knn_tensor_release(t);
}

static void overlapping_views_copy_as_if_apart(void **state) {
  for (int up = 0; up < 2; up++) {
    knn_tensor *t = counting(*state, KNN_F32, 1, DIMS(6)), *low, *high, *back;
    assert_ok(*state, knn_tensor_slice(t, 0, 0, 5, 1, &low));
    assert_ok(*state, knn_tensor_slice(t, 0, 1, 5, 1, &high));
    assert_ok(*state, up ? knn_tensor_copy(high, low) : knn_tensor_copy(low, high));
    if (up) assert_tensor(t, 0, 0, 1, 2, 3, 4);
    if (!up) assert_tensor(t, 1, 2, 3, 4, 5, 5);
    for (int64_t i = 0; i < 6; i++) knn_tensor_set(t, i, (double)i);
    assert_ok(*state, knn_tensor_slice(t, 0, 5, 6, -1, &back));
    assert_ok(*state, knn_tensor_copy(t, back));
    assert_tensor(t, 5, 4, 3, 2, 1, 0);
    knn_tensor_release(back);
    knn_tensor_release(high);
    knn_tensor_release(low);
    knn_tensor_release(t);
  }
}

static void conversions_truncate_and_saturate(void **state) {
  static const double values[] = {2.9, -2.9, 300, 1e20, -1e20, NAN, 0, INFINITY};
  knn_tensor *t = of(*state, KNN_F64, 8, values), *c;
  assert_ok(*state, knn_tensor_cast(t, KNN_I32, &c));
  assert_tensor(c, 2, -2, 300, INT32_MAX, INT32_MIN, 0, 0, INT32_MAX);
  knn_tensor_release(c);
  assert_ok(*state, knn_tensor_cast(t, KNN_U8, &c));
  assert_tensor(c, 2, 0, 255, 255, 0, 0, 0, 255);
  knn_tensor_release(c);
  assert_ok(*state, knn_tensor_cast(t, KNN_BOOL, &c));
  assert_tensor(c, 1, 1, 1, 1, 1, 1, 0, 1);
  knn_tensor_release(c);
  assert_ok(*state, knn_tensor_cast(t, KNN_I64, &c));
  const int64_t *i64 = knn_tensor_data(c);
  assert_true(i64[3] == INT64_MAX && i64[4] == INT64_MIN && i64[5] == 0);
  knn_tensor_release(c);
  assert_ok(*state, knn_tensor_cast(t, KNN_F32, &c));
  assert_true(knn_tensor_get(c, 0) == (double)2.9f && isnan(knn_tensor_get(c, 5)));
  knn_tensor_release(c);
  knn_tensor_release(t);
}

static void integers_convert_exactly(void **state) {
  static const int64_t big[] = {9007199254740993, -9007199254740993, INT64_MAX};
  static const int32_t small[] = {INT32_MAX, INT32_MIN, 7};
  knn_tensor *t, *c;
  assert_ok(*state, knn_tensor_from(*state, KNN_I64, 1, DIMS(3), big, &t));
  assert_ok(*state, knn_tensor_clone(t, &c));
  assert_memory_equal(knn_tensor_data(c), big, sizeof big);
  knn_tensor_release(c);
  knn_tensor_release(t);
  assert_ok(*state, knn_tensor_from(*state, KNN_I32, 1, DIMS(3), small, &t));
  assert_ok(*state, knn_tensor_cast(t, KNN_I64, &c));
  assert_memory_equal(knn_tensor_data(c), ((int64_t[]){INT32_MAX, INT32_MIN, 7}), 24);
  knn_tensor_release(c);
  knn_tensor_release(t);
}

static void filling_a_view_leaves_the_rest(void **state) {
  knn_tensor *t = counting(*state, KNN_U8, 2, DIMS(2, 3)), *column;
  assert_ok(*state, knn_tensor_select(t, 1, 1, &column));
  assert_ok(*state, knn_tensor_fill(column, 9));
  assert_tensor(t, 0, 9, 2, 3, 9, 5);
  knn_tensor_release(column);
  knn_tensor_release(t);
}

static void count_call(void *user) {
  ++*(int *)user;
}

static void wrapped_memory_is_given_back_once(void **state) {
  int freed = 0;
  float data[6] = {1, 2, 3, 4, 5, 6};
  knn_tensor *t, *view;
  assert_ok(*state, knn_tensor_wrap(*state, KNN_F32, 2, DIMS(2, 3), data, count_call, &freed, &t));
  assert_ptr_equal(knn_tensor_data(t), data);
  assert_ok(*state, knn_tensor_select(t, 0, 1, &view));
  knn_tensor_release(t);
  assert_int_equal(freed, 0);
  knn_tensor_set(view, 0, 40);
  assert_true(data[3] == 40);
  knn_tensor_release(view);
  assert_int_equal(freed, 1);
  assert_ok(*state, knn_tensor_wrap(*state, KNN_F32, 1, DIMS(6), data, NULL, NULL, &t));
  knn_tensor_release(t);
  assert_int_equal(knn_tensor_wrap(*state, KNN_F32, 1, DIMS(-6), data, count_call, &freed, &t),
                   KNN_ESHAPE);
  assert_int_equal(freed, 1); /* a failure leaves the memory with the host */
}

static void reshape_checks_its_sizes(void **state) {
  knn_tensor *t = counting(*state, KNN_F32, 2, DIMS(4, 6)), *v, *turned;
  assert_ok(*state, knn_tensor_reshape(t, 3, DIMS(2, KNN_ANY, 3), &v));
  assert_int_equal(knn_tensor_dim(v, 1), 4);
  assert_ptr_equal(knn_tensor_data(v), knn_tensor_data(t));
  knn_tensor_release(v);
  static const struct {
    int rank;
    int64_t dims[3];
    const char *message;
  } bad[] = {
      {2, {5, 5}, "reshape: (4, 6) has 24 elements, which do not fit into (5, 5)"},
      {2, {KNN_ANY, 5}, "has 24 elements"},
      {3, {KNN_ANY, 2, KNN_ANY}, "only one may be left open"},
      {2, {-7, 4}, "only one may be left open"},
      {9, {1, 1, 1}, "a tensor has 0 to 8 axes, got 9"},
      {2, {5, INT64_C(3689348814741910328)}, "do not fit"}, /* 2^64 + 24 */
  };
  for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
    v = NULL;
    assert_int_equal(knn_tensor_reshape(t, bad[i].rank, bad[i].dims, &v), KNN_ESHAPE);
    assert_null(v);
    assert_string_contains(knn_ctx_error(*state), bad[i].message);
  }
  assert_ok(*state, knn_tensor_transpose(t, (int[]){1, 0}, &turned));
  assert_int_equal(knn_tensor_reshape(turned, 1, DIMS(24), &v), KNN_ESHAPE);
  assert_string_contains(knn_ctx_error(*state), "not contiguous");
  knn_tensor_release(turned);
  knn_tensor_release(t);
}

static void views_check_their_bounds(void **state) {
  knn_ctx *ctx = *state;
  knn_tensor *t = counting(ctx, KNN_F32, 2, DIMS(4, 6)), *v = NULL;
  static const int64_t bad[][3] = {
      {0, 5, 1},  {-1, 1, 1},        {4, 1, 1},         {3, 3, 2}, {1, 3, -1},
      {0, -1, 1}, {0, 2, INT64_MAX}, {3, 3, INT64_MIN}, {0, 2, 0}, {0, INT64_MAX, 3}};
  for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
    assert_int_equal(knn_tensor_slice(t, 0, bad[i][0], bad[i][1], bad[i][2], &v), KNN_ESHAPE);
  assert_int_equal(knn_tensor_slice(t, 2, 0, 1, 1, &v), KNN_ESHAPE);
  assert_string_contains(knn_ctx_error(ctx), "axis 2 is outside shape (4, 6)");
  assert_int_equal(knn_tensor_select(t, 0, 4, &v), KNN_ESHAPE);
  assert_string_contains(knn_ctx_error(ctx), "index 4 is outside axis -2 of (4, 6)");
  assert_int_equal(knn_tensor_select(t, 0, -1, &v), KNN_ESHAPE);
  assert_int_equal(knn_tensor_transpose(t, (int[]){0, 0}, &v), KNN_ESHAPE);
  assert_int_equal(knn_tensor_transpose(t, (int[]){0, 2}, &v), KNN_ESHAPE);
  assert_null(v);
  assert_ok(ctx, knn_tensor_slice(t, 0, 0, 0, 1, &v));
  assert_int_equal(knn_tensor_size(v), 0);
  knn_tensor_release(v);
  knn_tensor_release(t);
}

static void shapes_that_overflow_are_refused(void **state) {
  static const int64_t bad[][3] = {
      {INT64_MAX, 1, 1},
      {INT64_C(1) << 31, INT64_C(1) << 31, 4},
      {INT64_C(1) << 32, INT64_C(1) << 32, 1}, /* the product of the sizes wraps to 0 */
      {0, INT64_MAX, INT64_MAX},
      {2, -1, 3},
      {KNN_ANY, 2, 3}};
  for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
    knn_tensor *t = NULL;
    assert_int_equal(knn_tensor_new(*state, KNN_F32, 3, bad[i], &t), KNN_ESHAPE);
    assert_null(t);
  }
  knn_tensor *t = NULL;
  assert_int_equal(knn_tensor_new(*state, KNN_F32, KNN_MAX_RANK + 1, bad[0], &t), KNN_ESHAPE);
  assert_int_equal(knn_tensor_new(*state, KNN_F32, -1, bad[0], &t), KNN_ESHAPE);
  assert_null(t);
}

static void *small_blocks_only(void *user, size_t bytes) {
  (void)user;
  return bytes < 1 << 20 ? malloc(bytes) : NULL;
}

static void free_block(void *user, void *block) {
  (void)user;
  free(block);
}

static void memory_that_is_not_there_is_named(void **state) {
  (void)state;
  knn_ctx_options options = {.alloc = small_blocks_only, .release = free_block};
  knn_ctx *ctx;
  knn_tensor *t = NULL;
  assert_int_equal(knn_ctx_new(&options, &ctx), KNN_OK);
  assert_int_equal(knn_tensor_new(ctx, KNN_F32, 2, DIMS(1024, 1024), &t), KNN_ENOMEM);
  assert_string_contains(knn_ctx_error(ctx), "out of memory");
  assert_null(t);
  assert_ok(ctx, knn_tensor_new(ctx, KNN_F32, 1, DIMS(1024), &t));
  knn_tensor_release(t);
  knn_ctx_release(ctx);
}

static void assert_printed(const knn_tensor *t, const char *expected) {
  char text[4000];
  assert_int_equal(knn_tensor_print(t, 1000, 40, text, sizeof text), strlen(expected));
  assert_string_equal(text, expected);
}

static void numbers_print_as_numpy_prints_them(void **state) {
  static const struct {
    knn_dtype type;
    int n;
    double values[4];
    const char *text;
  } cases[] = {
      {KNN_F32, 3, {1, 2, 3}, "[1. 2. 3.]"},
      {KNN_F32, 3, {1, 2.5, 3.25}, "[1.   2.5  3.25]"},
      {KNN_F32, 3, {0.1, 0.2, 0.3}, "[0.1 0.2 0.3]"},
      {KNN_F32, 2, {0.30004, 1. / 3}, "[0.3    0.3333]"},
      {KNN_F32, 4, {1, NAN, -INFINITY, 2.5}, "[ 1.   nan -inf  2.5]"},
      {KNN_F32, 2, {1e10, 1}, "[1.e+10 1.e+00]"},
      {KNN_F64, 2, {1e-5, 1}, "[1.e-05 1.e+00]"},
      {KNN_F32, 2, {1.5e10, 2}, "[1.5e+10 2.0e+00]"},
      {KNN_F32, 2, {0, -0.5}, "[ 0.  -0.5]"},
      {KNN_U8, 3, {0, 128, 255}, "[  0 128 255]"},
      {KNN_I32, 3, {-1, 20, 0}, "[-1 20  0]"},
      {KNN_F32, 0, {0}, "[]"},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    knn_tensor *t = of(*state, cases[i].type, cases[i].n, cases[i].values);
    assert_printed(t, cases[i].text);
    knn_tensor_release(t);
  }
}

static void shapes_print_as_numpy_prints_them(void **state) {
  static const struct {
    int rank;
    int64_t dims[3];
    const char *text;
  } cases[] = {
      {0, {0}, "0"},
      {2, {2, 2}, "[[0 1]\n [2 3]]"},
      {2, {0, 3}, "[]"},
      {3, {2, 2, 2}, "[[[0 1]\n  [2 3]]\n\n [[4 5]\n  [6 7]]]"},
      {1,
       {30},
       "[ 0  1  2  3  4  5  6  7  8  9 10 11 12\n 13 14 15 16 17 18 19 20 21 22 23 24 25\n 26 27 "
       "28 29]"},
      {1, {2000}, "[   0    1    2 ... 1997 1998 1999]"},
      {2,
       {1000, 4},
       "[[   0    1    2    3]\n [   4    5    6    7]\n [   8    9   10   11]\n ...\n"
       " [3988 3989 3990 3991]\n [3992 3993 3994 3995]\n [3996 3997 3998 3999]]"},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    knn_tensor *t = counting(*state, KNN_I64, cases[i].rank, cases[i].dims);
    assert_printed(t, cases[i].text);
    knn_tensor_release(t);
  }
}

static void printing_stays_inside_its_buffer(void **state) {
  knn_tensor *t = counting(*state, KNN_F32, 2, DIMS(3, 3)), *view;
  char text[16];
  memset(text, 'x', sizeof text);
  size_t n = knn_tensor_print(t, 1000, 40, text, 8);
  assert_int_equal(n, strlen("[[0. 1. 2.]\n [3. 4. 5.]\n [6. 7. 8.]]"));
  assert_string_equal(text, "[[0. 1.");
  assert_int_equal(text[8], 'x');
  assert_int_equal(knn_tensor_print(t, 1000, 40, NULL, 0), n);
  assert_ok(*state, knn_tensor_select(t, 1, 0, &view));
  assert_printed(view, "[0. 3. 6.]");
  knn_tensor_release(view);
  knn_tensor_release(t);
}

/* A host may have set a locale with a decimal comma; texts and options stay as they are. */
static void a_decimal_comma_changes_nothing(void **state) {
  const char *base = getenv("TMPDIR");
  char folder[200], command[400];
  snprintf(folder, sizeof folder, "%s/knn-locale-XXXXXX", base ? base : "/tmp");
  if (!mkdtemp(folder)) fail_msg("no folder for a locale");
  snprintf(command, sizeof command, "localedef -i de_DE -f UTF-8 '%s/de_DE.UTF-8' >/dev/null 2>&1",
           folder);
  bool made = system(command) == 0 && setenv("LOCPATH", folder, 1) == 0 &&
              setlocale(LC_NUMERIC, "de_DE.UTF-8");
  knn_tensor *t = of(*state, KNN_F32, 2, (double[]){1.5, -0.25});
  knn_config *c;
  char text[100];
  if (made) {
    assert_printed(t, "[ 1.5  -0.25]");
    assert_ok(*state, knn_config_parse(*state, "rate=0.25, scale=-1.5e3, list=[.5, 2]", &c));
    knn_config_print(c, text, sizeof text);
    assert_string_equal(text, "{rate=0.25, scale=-1500.0, list=[0.5, 2]}");
    knn_config_release(c);
  }
  setlocale(LC_NUMERIC, "C");
  knn_tensor_release(t);
  snprintf(command, sizeof command, "rm -r '%s'", folder);
  if (system(command) != 0) fail_msg("%s failed", command);
  if (!made) print_message("SKIPPED: a locale with a decimal comma could not be made\n");
  if (!made) skip();
}

int main(void) {
  const struct CMUnitTest tests[] = {
      knn_test(a_new_tensor_is_zero_and_packed),
      knn_test(scalars_and_empty_tensors),
      knn_test(views_share_storage_and_keep_it_alive),
      knn_test(slices_step_and_run_backwards),
      knn_test(transposed_views_read_row_major),
      knn_test(reading_and_writing_go_through_strides),
      knn_test(copies_convert_between_strided_views),
      knn_test(overlapping_views_copy_as_if_apart),
      knn_test(conversions_truncate_and_saturate),
      knn_test(integers_convert_exactly),
      knn_test(filling_a_view_leaves_the_rest),
      knn_test(wrapped_memory_is_given_back_once),
      knn_test(reshape_checks_its_sizes),
      knn_test(views_check_their_bounds),
      knn_test(shapes_that_overflow_are_refused),
      cmocka_unit_test(memory_that_is_not_there_is_named),
      knn_test(numbers_print_as_numpy_prints_them),
      knn_test(shapes_print_as_numpy_prints_them),
      knn_test(printing_stays_inside_its_buffer),
      knn_test(a_decimal_comma_changes_nothing),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
