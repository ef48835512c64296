/* element.c - elements between stages: whole tensors, or rows by number. */
#include <string.h>

#include "pipeline.h"

void knn_element_clear(knn_element *e) {
  for (int i = 0; i < e->n; i++) knn_tensor_release(e->tensors[i]);
  knn_layout_release(e->layout);
  e->n = 0;
  e->layout = NULL;
}

void knn__parts_clear(knn__parts *e) {
  for (int i = 0; i < e->n; i++) knn_tensor_release(e->items[i].tensor);
  knn_layout_release(e->layout);
  e->n = 0;
  e->layout = NULL;
}

void knn__parts_copy(const knn__parts *from, knn__parts *to) {
  knn_layout_retain(to->layout = from->layout);
  to->n = from->n;
  for (int i = 0; i < from->n; i++) knn_tensor_retain((to->items[i] = from->items[i]).tensor);
}

void knn__parts_take(knn_element *from, knn__parts *to) {
  to->layout = from->layout;
  to->n = from->n;
  for (int i = 0; i < from->n; i++) to->items[i] = (knn__item){from->tensors[i], KNN__WHOLE};
  from->layout = NULL;
  from->n = 0;
}

knn__spec knn__item_spec(const knn__item *item) {
  knn__spec spec = item->tensor->spec;
  if (item->row == KNN__WHOLE) return spec;
  spec.rank--;
  memmove(spec.dims, spec.dims + 1, (size_t)spec.rank * sizeof *spec.dims);
  return spec;
}

const void *knn__item_data(const knn__item *item) {
  const char *data = knn_tensor_data(item->tensor);
  if (item->row == KNN__WHOLE) return data;
  const knn__spec *s = &item->tensor->spec;
  return data +
         (size_t)(item->row * knn__count(s->rank - 1, s->dims + 1)) * knn_dtype_size(s->dtype);
}

static void release_tensor(void *tensor) {
  knn_tensor_release(tensor);
}

knn_status knn__view_in(knn_ctx *ctx, knn_tensor *t, const knn__spec *spec, const void *data,
                        knn_tensor **out) {
  knn_tensor_retain(t);
  knn_status st = knn_tensor_wrap(ctx, spec->dtype, spec->rank, spec->dims, (void *)(uintptr_t)data,
                                  release_tensor, t, out);
  if (st != KNN_OK) knn_tensor_release(t);
  return st;
}

/* Tensors with gaps cannot be wrapped; they come from this context's host only. */
static knn_status whole_item(knn_ctx *ctx, const knn__item *item, knn_tensor **out) {
  knn_tensor *t = item->tensor;
  if (item->row == KNN__WHOLE && (knn_tensor_ctx(t) == ctx || !knn_tensor_is_contiguous(t))) {
    knn_tensor_retain(*out = t);
    return KNN_OK;
  }
  const knn__spec spec = knn__item_spec(item);
  return knn__view_in(ctx, t, &spec, knn__item_data(item), out);
}

knn_status knn__parts_whole(knn_ctx *ctx, const knn__parts *from, knn_element *to) {
  knn_layout_retain(to->layout = from->layout);
  to->n = 0;
  for (int i = 0; i < from->n; i++) {
    knn_status st = whole_item(ctx, &from->items[i], &to->tensors[i]);
    if (st != KNN_OK) {
      knn_element_clear(to);
      return st;
    }
    to->n = i + 1;
  }
  return KNN_OK;
}

static knn_status hold(knn_ctx *ctx, const char *who, int i, knn_tensor *t, int64_t rows,
                       knn__parts *out) {
  if (knn_tensor_rank(t) == 0)
    return knn_fail(ctx, KNN_ESHAPE, "%s: tensor %d is a single number; rows are expected", who,
                    i + 1);
  if (knn_tensor_dim(t, 0) != rows)
    return knn_fail(ctx, KNN_ESHAPE, "%s: tensor %d has %lld rows where %lld are expected", who,
                    i + 1, (long long)knn_tensor_dim(t, 0), (long long)rows);
  out->items[i].row = KNN__WHOLE;
  KNN__TRY(knn_tensor_contiguous(t, &out->items[i].tensor));
  out->n = i + 1;
  return KNN_OK;
}

knn_status knn__hold_rows(knn_ctx *ctx, const char *who, const knn_element *whole, int64_t rows,
                          knn__parts *out) {
  knn_layout_retain(out->layout = whole->layout);
  for (int i = 0; i < whole->n; i++) KNN__TRY(hold(ctx, who, i, whole->tensors[i], rows, out));
  return KNN_OK;
}

void knn__add_row(const knn__parts *held, int64_t row, knn__parts *out) {
  for (int i = 0; i < held->n; i++) {
    knn_tensor_retain(held->items[i].tensor);
    out->items[out->n++] = (knn__item){held->items[i].tensor, row};
  }
}
