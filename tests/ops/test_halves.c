/* test_halves.c - 16-bit floats: every conversion, ops on them against float32 rounded once,
 * products, gradients, and layers with a mixed policy. */
#include <math.h>

#include "testing.h"

#include "half.h"
#include "layer.h"
#include "ops.h"
#include "tape.h"

static float to_float(knn_dtype type, uint16_t h) {
  return type == KNN_BF16 ? knn__from_bf16(h) : knn__from_f16(h);
}

static uint16_t from_float(knn_dtype type, float x) {
  return type == KNN_BF16 ? knn__to_bf16(x) : knn__to_f16(x);
}

/* The value of a pattern by its definition: (-1)^s 2^(e - bias) (1 + f / 2^bits). */
static double defined(knn_dtype type, uint16_t h) {
  const int bits = type == KNN_BF16 ? 7 : 10, bias = type == KNN_BF16 ? 127 : 15;
  const int e = h >> bits & (type == KNN_BF16 ? 255 : 31), f = h & ((1 << bits) - 1);
  const double size = e ? ldexp(1 + ldexp(f, -bits), e - bias) : ldexp(f, 1 - bias - bits);
  return h & 0x8000 ? -size : size;
}

static void every_pattern_is_what_it_means(void **state) {
  (void)state;
  for (int t = 0; t < 2; t++) {
    const knn_dtype type = t ? KNN_F16 : KNN_BF16;
    const uint32_t infinite = type == KNN_BF16 ? 0x7f80 : 0x7c00;
    for (uint32_t h = 0; h < 65536; h++) {
      const float x = to_float(type, (uint16_t)h);
      if ((h & 0x7fff) > infinite) {
        assert_true(isnan(x));
        assert_true(isnan(to_float(type, from_float(type, x))));
      } else {
        if ((h & 0x7fff) == infinite)
          assert_true(isinf(x));
        else
          assert_true((double)x == defined(type, (uint16_t)h));
        assert_int_equal(from_float(type, x), h);
      }
    }
  }
}

/* Between two neighbours: below the middle down, above up, in the middle to the even one. */
static void rounding_is_to_the_nearest(void **state) {
  (void)state;
  for (int t = 0; t < 2; t++) {
    const knn_dtype type = t ? KNN_F16 : KNN_BF16;
    const uint32_t largest = type == KNN_BF16 ? 0x7f7f : 0x7bff;
    for (uint32_t h = 0; h < largest; h++) {
      const double low = defined(type, (uint16_t)h), high = defined(type, (uint16_t)(h + 1));
      const float middle = (float)((low + high) / 2); /* exact: it has one bit more */
      if ((double)middle * 2 != low + high) continue;
      assert_int_equal(from_float(type, middle), h + (h & 1));
      assert_int_equal(from_float(type, nextafterf(middle, 0)), h);
      assert_int_equal(from_float(type, nextafterf(middle, INFINITY)), h + 1);
    }
    assert_true(isinf(to_float(type, from_float(type, type == KNN_BF16 ? 3.4e38f : 65520.f))));
  }
  assert_true(knn__from_f16(knn__to_f16(65519.f)) == 65504.f);
}

static knn_value *numbers(knn__scope *s, knn_dtype type, int rank, const int64_t *dims, int salt) {
  knn_tensor *t;
  knn_value *v;
  assert_ok(s->ctx, knn_tensor_new(s->ctx, type, rank, dims, &t));
  for (int64_t i = 0; i < knn_tensor_size(t); i++)
    knn_tensor_set(t, i, (double)((i + salt) * 37 % 101) / 50.3 - 1);
  assert_ok(s->ctx, knn_value_from(t, &v));
  knn_tensor_release(t);
  return knn__hold(s, v);
}

static void assert_same_bits(knn__scope *s, knn_value *a, knn_value *b) {
  assert_ok(s->ctx, s->status);
  assert_int_equal(a->spec.dtype, b->spec.dtype);
  assert_int_equal(knn_tensor_bytes(a->tensor), knn_tensor_bytes(b->tensor));
  assert_memory_equal(knn_tensor_data(a->tensor), knn_tensor_data(b->tensor),
                      knn_tensor_bytes(a->tensor));
}

static void ops_round_once(void **state) {
  for (int t = 0; t < 2; t++) {
    const knn_dtype type = t ? KNN_F16 : KNN_BF16;
    knn__scope s;
    knn__scope_begin(&s, *state);
    knn_value *x = numbers(&s, type, 2, (int64_t[]){5, 7}, 0),
              *y = numbers(&s, type, 1, (int64_t[]){7}, 3);
    knn_value *wx = knn__cast(&s, x, KNN_F32), *wy = knn__cast(&s, y, KNN_F32);
#define SAME(call, wide) assert_same_bits(&s, call, knn__cast(&s, wide, type))
    SAME(knn__add(&s, x, y), knn__add(&s, wx, wy));
    SAME(knn__exp(&s, x), knn__exp(&s, wx));
    SAME(knn__softmax(&s, x, -1), knn__softmax(&s, wx, -1));
    SAME(knn__sum(&s, x, KNN__AXIS(0), false), knn__sum(&s, wx, KNN__AXIS(0), false));
    SAME(knn__transpose(&s, x, 0, NULL), knn__transpose(&s, wx, 0, NULL));
    SAME(knn__tile(&s, x, 2, (int64_t[]){2, 3}), knn__tile(&s, wx, 2, (int64_t[]){2, 3}));
    SAME(knn__broadcast_to(&s, y, 2, (int64_t[]){3, 7}),
         knn__broadcast_to(&s, wy, 2, (int64_t[]){3, 7}));
    SAME(knn__where(&s, knn__greater(&s, x, y), x, y),
         knn__where(&s, knn__greater(&s, wx, wy), wx, wy));
    SAME(knn__pad(&s, y, (int64_t[]){1}, (int64_t[]){2}, 0.5),
         knn__pad(&s, wy, (int64_t[]){1}, (int64_t[]){2}, 0.5));
#undef SAME
    assert_int_equal(knn__argmax(&s, x, -1, false)->spec.dtype, KNN_I32);
    assert_int_equal(knn__add(&s, x, wx)->spec.dtype, KNN_F32);
    assert_ok(*state, knn__scope_end(&s));
  }
}

static void products_add_in_float32(void **state) {
  const knn__window window = {.rank = 2,
                              .size = {3, 3},
                              .stride = {1, 2},
                              .dilation = {1, 1},
                              .before = {1, 1},
                              .after = {1, 1}};
  for (int t = 0; t < 2; t++) {
    const knn_dtype type = t ? KNN_F16 : KNN_BF16;
    knn__scope s;
    knn__scope_begin(&s, *state);
    knn_value *a = numbers(&s, type, 3, (int64_t[]){3, 20, 30}, 0),
              *b = numbers(&s, type, 2, (int64_t[]){17, 30}, 5);
    assert_same_bits(
        &s, knn__matmul(&s, a, b, false, true),
        knn__cast(
            &s, knn__matmul(&s, knn__cast(&s, a, KNN_F32), knn__cast(&s, b, KNN_F32), false, true),
            type));
    knn_value *x = numbers(&s, type, 4, (int64_t[]){2, 9, 8, 4}, 0),
              *w = numbers(&s, type, 4, (int64_t[]){3, 3, 4, 6}, 5);
    assert_same_bits(
        &s, knn__conv_op(&s, x, w, &window, 1),
        knn__cast(
            &s, knn__conv_op(&s, knn__cast(&s, x, KNN_F32), knn__cast(&s, w, KNN_F32), &window, 1),
            type));
    assert_ok(*state, knn__scope_end(&s));
  }
}

/* y = x w + b of a mixed layer: operands rounded, weights kept and trained in float32. */
static void mixed_layers_read_weights_rounded(void **state) {
  knn_layer *layer;
  knn_value *y, *kernel;
  int n = 1;
  assert_ok(*state, knn_layer_new(*state, "Dense", "units=3, dtype=mixed_bfloat16", &layer));
  knn__scope s;
  knn__scope_begin(&s, *state);
  knn_value *x = numbers(&s, KNN_F32, 2, (int64_t[]){4, 5}, 0);
  assert_ok(*state, knn_layer_call(layer, &x, 1, false, &y, &n));
  knn__hold(&s, y);
  assert_ok(*state, knn_layer_weight_value(layer, 0, &kernel));
  knn__hold(&s, kernel);
  assert_int_equal(kernel->spec.dtype, KNN_F32);
  assert_same_bits(
      &s, y,
      knn__matmul(&s, knn__cast(&s, x, KNN_BF16), knn__cast(&s, kernel, KNN_BF16), false, false));
  assert_ok(*state, knn__scope_end(&s));
  knn_layer_release(layer);
}

static void policies_have_names(void **state) {
  knn_layer *layer;
  assert_string_equal(knn_ctx_policy(*state), "float32");
  assert_int_equal(knn_ctx_set_policy(*state, "mixed_bfloat"), KNN_EARG);
  assert_string_contains(knn_ctx_error(*state), "'mixed_bfloat' is no dtype policy");
  assert_ok(*state, knn_ctx_set_policy(*state, "mixed_float16"));
  assert_ok(*state, knn_layer_new(*state, "Dense", "units=3", &layer));
  assert_int_equal(knn__layer_dtype(layer), KNN_F16);
  knn_layer_release(layer);
  assert_ok(*state, knn_ctx_set_policy(*state, "float32"));
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(every_pattern_is_what_it_means),
      cmocka_unit_test(rounding_is_to_the_nearest),
      knn_test(ops_round_once),
      knn_test(products_add_in_float32),
      knn_test(mixed_layers_read_weights_rounded),
      knn_test(policies_have_names),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
