/* image.c - see image.h. */
#include "image.h"

knn_value *knn__to_images(knn__scope *s, knn_value *x, bool first) {
  if (s->status == KNN_OK && x->spec.rank == 3) x = knn__expand_dims(s, x, 0);
  return knn__to_channels_last(s, x, first);
}

knn_value *knn__from_images(knn__scope *s, knn_value *images, bool first, int rank) {
  images = knn__to_channels_first(s, images, first);
  return rank == 3 ? knn__squeeze(s, images, 0) : images;
}

bool knn__known_size(knn__scope *s, const knn_value *images) {
  if (s->status != KNN_OK) return false;
  if (images->spec.dims[1] != KNN_ANY && images->spec.dims[2] != KNN_ANY) return true;
  knn__scope_fail(s, KNN_ESHAPE, "height and width must be known, got %s", KNN__SPEC(images->spec));
  return false;
}

knn_value *knn__crop_images(knn__scope *s, knn_value *images, int64_t y, int64_t x, int64_t height,
                            int64_t width) {
  return knn__slice_axis(s, knn__slice_axis(s, images, 1, y, height, 1), 2, x, width, 1);
}

static int64_t between(int64_t x, int64_t most) {
  return x > most ? most : x < 1 ? 1 : x;
}

knn_value *knn__crop_to_aspect(knn__scope *s, knn_value *images, int64_t height, int64_t width) {
  if (!knn__known_size(s, images)) return NULL;
  const int64_t h = images->spec.dims[1], w = images->spec.dims[2],
                part_h = between((int64_t)((double)(w * height) / (double)width), h),
                part_w = between((int64_t)((double)(h * width) / (double)height), w);
  return knn__crop_images(s, images, (h - part_h) / 2, (w - part_w) / 2, part_h, part_w);
}
