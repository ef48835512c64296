/* test_golden_parts.c - activations, initializers and regularizers against Keras. */
#include <math.h>

#include "golden.h"
#include "knn/layer.h"

static knn_object *make(knn_ctx *ctx, golden *g, const char *family) {
  knn_object *object;
  const char *name = golden_text(g, "name");
  knn_config *options = golden_options(ctx, g, "options", family, name);
  assert_ok(ctx, knn_object_new(ctx, family, name, options, &object));
  knn_config_release(options);
  return object;
}

static int compare(knn_ctx *ctx, golden *g, const char *path, const knn_value *got) {
  char what[100];
  knn_value *expected = golden_value(ctx, g, path, KNN_F32);
  snprintf(what, sizeof what, "%s, %s", golden_text(g, "name"), path);
  const int wrong = golden_compare(what, got, expected, 5e-6, 0.01);
  knn_value_release(expected);
  return wrong;
}

static int activation_case(knn_ctx *ctx, golden *g) {
  knn_object *f = make(ctx, g, "activation");
  knn_value *x = golden_value(ctx, g, "x", KNN_F32), *w = golden_value(ctx, g, "w", KNN_F32), *y,
            *weighted, *dx;
  knn_tape *tape;
  int n = 1, wrong = 0;
  assert_ok(ctx, knn_tape_begin(ctx, &tape));
  assert_ok(ctx, knn_activation_call(f, x, &y));
  assert_ok(ctx, knn_apply(ctx, "multiply", (knn_value *[]){y, w}, 2, NULL, &weighted, &n));
  assert_ok(ctx, knn_tape_gradient(tape, weighted, &x, 1, &dx));
  knn_tape_end(tape);
  wrong += compare(ctx, g, "y", y) + compare(ctx, g, "grad", dx);
  knn_value_release(dx);
  knn_value_release(weighted);
  knn_value_release(y);
  if (golden_has(g, "edge_x")) {
    knn_value *edge = golden_value(ctx, g, "edge_x", KNN_F32);
    assert_ok(ctx, knn_activation_call(f, edge, &y));
    wrong += compare(ctx, g, "edge_y", y);
    knn_value_release(y);
    knn_value_release(edge);
  }
  knn_value_release(w);
  knn_value_release(x);
  knn_object_release(f);
  return wrong;
}

static int regularizer_case(knn_ctx *ctx, golden *g) {
  knn_object *f = make(ctx, g, "regularizer");
  knn_value *x = golden_value(ctx, g, "x", KNN_F32), *y, *dx;
  knn_tape *tape;
  int wrong = 0;
  assert_ok(ctx, knn_tape_begin(ctx, &tape));
  assert_ok(ctx, knn_regularizer_call(f, x, &y));
  assert_ok(ctx, knn_tape_gradient(tape, y, &x, 1, &dx));
  knn_tape_end(tape);
  const double value = knn_tensor_get(y->tensor, 0), expected = golden_number(g, "value");
  if (fabs(value - expected) > 1e-5 * fmax(fabs(expected), 1e-3)) {
    print_error("%s: %.9g, Keras has %.9g\n", golden_text(g, "name"), value, expected);
    wrong++;
  }
  wrong += compare(ctx, g, "grad", dx);
  knn_value_release(dx);
  knn_value_release(y);
  knn_value_release(x);
  knn_object_release(f);
  return wrong;
}

static knn_tensor *filled(knn_ctx *ctx, golden *g, knn_object *f, knn_dtype type) {
  int64_t dims[KNN_MAX_RANK];
  const int rank = golden_length(g, "shape");
  knn_tensor *t;
  for (int i = 0; i < rank; i++) {
    char path[32];
    snprintf(path, sizeof path, "shape.%d", i + 1);
    dims[i] = (int64_t)golden_number(g, path);
  }
  assert_ok(ctx, knn_tensor_new(ctx, type, rank, dims, &t));
  assert_ok(ctx, knn_initializer_fill(f, t));
  return t;
}

/* Mean, deviation and bounds of at least 20,000 numbers from initializers with different seeds. */
static int law_case(knn_ctx *ctx, golden *g) {
  const double mean = golden_number(g, "mean"), stddev = golden_number(g, "stddev");
  const bool bounded = golden_has(g, "low");
  const double low = golden_number(g, "low"), high = golden_number(g, "high");
  double sum = 0, squares = 0, n = 0, smallest = INFINITY, largest = -INFINITY;
  while (n < 20000) {
    knn_object *f = make(ctx, g, "initializer");
    knn_tensor *t = filled(ctx, g, f, KNN_F32);
    for (int64_t i = 0; i < knn_tensor_size(t); i++) {
      const double x = knn_tensor_get(t, i);
      sum += x;
      squares += (x - mean) * (x - mean);
      n++;
      smallest = fmin(smallest, x);
      largest = fmax(largest, x);
    }
    knn_tensor_release(t);
    knn_object_release(f);
  }
  const double off = fabs(sum / n - mean) / (stddev / sqrt(n)), ratio = sqrt(squares / n) / stddev;
  const bool inside =
      !bounded || (smallest >= low * (1 + 1e-6 * (low < 0)) && largest <= high * (1 + 1e-6) &&
                   largest > mean + 0.9 * (high - mean));
  if (off < 6 && fabs(ratio - 1) < 5 / sqrt(n) && inside) return 0;
  print_error("%s: mean off by %g standard errors, deviation %g times the right one, in [%g, %g]\n",
              golden_text(g, "name"), off, ratio, smallest, largest);
  return 1;
}

/* w'w or w w' must be gain^2 times the identity. */
static int orthogonal_case(knn_ctx *ctx, golden *g) {
  knn_object *f = make(ctx, g, "initializer");
  knn_tensor *t = filled(ctx, g, f, KNN_F32);
  const int64_t rows = (int64_t)golden_number(g, "rows"),
                columns = (int64_t)golden_number(g, "cols");
  const bool by_column = strcmp(golden_text(g, "gram"), "columns") == 0;
  const int64_t n = by_column ? columns : rows, m = by_column ? rows : columns;
  const double gain = golden_number(g, "gain");
  int wrong = 0;
  for (int64_t i = 0; i < n; i++) {
    for (int64_t j = 0; j < n; j++) {
      double dot = 0;
      for (int64_t k = 0; k < m; k++)
        dot += by_column ? knn_tensor_get(t, k * columns + i) * knn_tensor_get(t, k * columns + j)
                         : knn_tensor_get(t, i * columns + k) * knn_tensor_get(t, j * columns + k);
      if (fabs(dot - (i == j ? gain * gain : 0)) > 1e-6 * gain * gain) wrong++;
    }
  }
  if (wrong) print_error("Orthogonal: %d products are wrong\n", wrong);
  knn_tensor_release(t);
  knn_object_release(f);
  return wrong;
}

static int exact_case(knn_ctx *ctx, golden *g) {
  knn_object *f = make(ctx, g, "initializer");
  knn_value *w = golden_value(ctx, g, "value", KNN_F32);
  knn_value *expected = golden_value(ctx, g, "value", KNN_F32);
  assert_ok(ctx, knn_initializer_fill(f, w->tensor));
  const int wrong = golden_compare(golden_text(g, "name"), w, expected, 1e-6, 0.01);
  knn_value_release(expected);
  knn_value_release(w);
  knn_object_release(f);
  return wrong;
}

static int initializer_case(knn_ctx *ctx, golden *g) {
  const char *kind = golden_text(g, "kind");
  if (strcmp(kind, "exact") == 0) return exact_case(ctx, g);
  return strcmp(kind, "orthogonal") == 0 ? orthogonal_case(ctx, g) : law_case(ctx, g);
}

static void check_group(knn_ctx *ctx, const char *group, int check(knn_ctx *ctx, golden *g)) {
  golden *g = golden_open(group);
  int wrong = 0;
  for (int i = 0; i < golden_size(g); i++) {
    golden_choose(g, i);
    wrong += check(ctx, g);
  }
  assert_true(golden_size(g) > 0);
  golden_close(g);
  assert_int_equal(wrong, 0);
}

static void activations(void **state) {
  check_group(*state, "activations", activation_case);
}

static void regularizers(void **state) {
  check_group(*state, "regularizers", regularizer_case);
}

static void initializers(void **state) {
  check_group(*state, "initializers", initializer_case);
}

int main(void) {
  const struct CMUnitTest tests[] = {knn_test(activations), knn_test(regularizers),
                                     knn_test(initializers)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
