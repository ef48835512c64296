/* blur.c - see blur.h. */
#include "blur.h"

knn_value *knn__blurred(knn__scope *s, knn_value *x, int axis, int64_t n, knn_value *sigma) {
  knn__window window = {.rank = 2, .size = {1, 1}, .stride = {1, 1}, .dilation = {1, 1}};
  knn_tensor *t = NULL;
  knn_value *place = NULL;
  if (s->status == KNN_OK) s->status = knn_tensor_new(s->ctx, x->spec.dtype, 1, &n, &t);
  if (s->status != KNN_OK) return NULL;
  for (int64_t i = 0; i < n; i++) knn_tensor_set(t, i, (double)i - (double)(n - 1) / 2);
  s->status = knn_value_from(t, &place);
  knn_tensor_release(t);
  place = knn__hold(s, place);
  knn_value *bell = knn__exp(s, knn__times(s, knn__square(s, knn__divide(s, place, sigma)), -0.5));
  bell = knn__divide(s, bell, knn__sum(s, bell, KNN__ALL_AXES, false));
  const int64_t channels = s->status == KNN_OK ? x->spec.dims[3] : 0;
  window.size[axis] = n;
  window.before[axis] = window.after[axis] = n / 2;
  knn_value *kernel = knn__reshape(s, bell, 4, (int64_t[]){window.size[0], window.size[1], 1, 1});
  return knn__conv_op(s, x, knn__repeat(s, kernel, channels, 3), &window, channels);
}
