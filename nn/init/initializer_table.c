/* initializer_table.c - the table of initializers, their streams of random numbers, and filling a
 * tensor. */
#include "half.h"
#include "initializer_list.h"

#include "knn/layer.h"
#include "random_loops.h"

#define X(name) &knn__initializer_##name.cls,
static const knn_class *const classes[] = {KNN__INITIALIZER_LIST(X)};
#undef X

/* The stream is fixed here, so that one object gives the same numbers each time. */
static knn_status init(knn_object *object) {
  knn_initializer *self = (knn_initializer *)object;
  if (!((const knn__initializer_def *)object->cls)->random) return KNN_OK;
  const int64_t seed = ((const knn__seed_args *)object->args)->seed;
  self->stream =
      seed == KNN_NONE ? knn__next_stream(object->ctx) : (knn__stream){.seed = (uint64_t)seed};
  return KNN_OK;
}

const knn__family knn__family_initializer = {
    .name = "initializer",
    .classes = classes,
    .n = KNN__LEN(classes),
    .object_size = sizeof(knn_initializer),
    .init = init,
};

void knn__draw(const knn_initializer *self, int law, double a, double b, knn_tensor *w) {
  typedef void fill(knn_ctx * ctx, const knn__stream *stream, int64_t n, double low, double high,
                    void *y);
  static fill *const narrow[] = {knn__ref_random_uniform_f32, knn__ref_random_normal_f32,
                                 knn__ref_random_truncated_normal_f32};
  static fill *const wide[] = {knn__ref_random_uniform_f64, knn__ref_random_normal_f64,
                               knn__ref_random_truncated_normal_f64};
  (knn_tensor_dtype(w) == KNN_F64 ? wide : narrow)[law](
      self->base.ctx, &self->stream, knn_tensor_size(w), a, b, knn_tensor_data(w));
}

static knn_status fill(knn_object *initializer, knn_tensor *w) {
  knn_status st =
      ((const knn__initializer_def *)initializer->cls)->fill((knn_initializer *)initializer, w);
  return st == KNN_OK ? st
                      : knn_fail_in(initializer->ctx, st, "initializer %s", initializer->cls->name);
}

knn_status knn__initialize(knn_object *initializer, knn_tensor *w) {
  const knn_dtype type = knn_tensor_dtype(w);
  const bool half = knn__dtype_is_half(type);
  if (knn_tensor_is_contiguous(w) && knn_dtype_is_float(type) && !half) return fill(initializer, w);
  knn_tensor *floats = NULL;
  KNN__TRY(knn_tensor_new(initializer->ctx, half ? KNN_F32 : KNN_F64, knn_tensor_rank(w),
                          knn_tensor_dims(w), &floats));
  knn_status st = fill(initializer, floats);
  if (st == KNN_OK) st = knn_tensor_copy(w, floats);
  knn_tensor_release(floats);
  return st;
}

knn_status knn_initializer_fill(knn_object *initializer, knn_tensor *w) {
  return knn__initialize(initializer, w);
}
