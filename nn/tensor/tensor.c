/* tensor.c - storage and views; see knn/tensor.h. */
#include "tensor_internal.h"

#include <string.h>

knn_status knn__storage_new(knn_ctx *ctx, size_t bytes, knn__storage **out) {
  knn__storage *s = knn__alloc(ctx, sizeof *s);
  void *data = s ? knn__alloc_aligned(ctx, bytes) : NULL;
  if (!data) {
    knn__free(ctx, s);
    return KNN_ENOMEM;
  }
  atomic_init(&s->refs, 1);
  s->ctx = ctx;
  s->data = data;
  s->bytes = bytes;
  knn_ctx_retain(ctx);
  *out = s;
  return KNN_OK;
}

void knn__storage_retain(knn__storage *s) {
  atomic_fetch_add_explicit(&s->refs, 1, memory_order_relaxed);
}

void knn__storage_release(knn__storage *s) {
  if (!s || atomic_fetch_sub_explicit(&s->refs, 1, memory_order_acq_rel) != 1) return;
  knn_ctx *ctx = s->ctx;
  if (!s->wrapped) knn__free(ctx, s->data);
  if (s->free_data) s->free_data(s->user);
  knn__storage_release(s->text);
  knn__free(ctx, s);
  knn_ctx_release(ctx);
}

static void pack_strides(knn_tensor *t) {
  int64_t step = 1;
  for (int i = t->spec.rank - 1; i >= 0; i--) {
    t->strides[i] = step;
    step *= t->spec.dims[i];
  }
}

/* Takes a new reference to the storage. */
static knn_status tensor_over(knn__storage *s, const knn__spec *spec, knn_tensor **out) {
  knn_tensor *t = knn__alloc(s->ctx, sizeof *t);
  if (!t) return KNN_ENOMEM;
  atomic_init(&t->refs, 1);
  knn__storage_retain(s);
  t->storage = s;
  t->spec = *spec;
  pack_strides(t);
  *out = t;
  return KNN_OK;
}

knn_status knn__tensor_over(knn__storage *s, size_t at, const knn__spec *spec, knn_tensor **out) {
  KNN__TRY(tensor_over(s, spec, out));
  (*out)->offset = (int64_t)(at / knn_dtype_size(spec->dtype));
  return KNN_OK;
}

void knn__tensor_rebase(knn_tensor *t, knn__storage *storage, size_t at) {
  knn__storage_retain(storage);
  knn__storage_release(t->storage);
  t->storage = storage;
  t->offset = (int64_t)(at / knn_dtype_size(t->spec.dtype));
  pack_strides(t);
}

static knn_status make_spec(knn_ctx *ctx, knn_dtype type, int rank, const int64_t *dims,
                            knn__spec *spec, size_t *bytes) {
  KNN__TRY(knn__bytes(ctx, type, rank, dims, bytes));
  *spec = (knn__spec){.dtype = type, .rank = rank};
  if (rank) memcpy(spec->dims, dims, (size_t)rank * sizeof *dims);
  return KNN_OK;
}

knn_status knn_tensor_new(knn_ctx *ctx, knn_dtype type, int rank, const int64_t *dims,
                          knn_tensor **out) {
  knn__spec spec;
  size_t bytes;
  knn__storage *s;
  KNN__TRY(make_spec(ctx, type, rank, dims, &spec, &bytes));
  KNN__TRY(knn__storage_new(ctx, bytes, &s));
  knn_status st = tensor_over(s, &spec, out);
  knn__storage_release(s);
  return st;
}

knn_status knn_tensor_from(knn_ctx *ctx, knn_dtype type, int rank, const int64_t *dims,
                           const void *data, knn_tensor **out) {
  knn__spec spec;
  size_t bytes;
  if (type == KNN_STRING) {
    KNN__TRY(make_spec(ctx, type, rank, dims, &spec, &bytes));
    return knn__strings_from(ctx, &spec, data, out);
  }
  KNN__TRY(knn_tensor_new(ctx, type, rank, dims, out));
  if (knn_tensor_bytes(*out)) memcpy(knn_tensor_data(*out), data, knn_tensor_bytes(*out));
  return KNN_OK;
}

knn_status knn_tensor_wrap(knn_ctx *ctx, knn_dtype type, int rank, const int64_t *dims, void *data,
                           void (*free_data)(void *user), void *user, knn_tensor **out) {
  knn__spec spec;
  size_t bytes;
  KNN__TRY(make_spec(ctx, type, rank, dims, &spec, &bytes));
  knn__storage *s = knn__alloc(ctx, sizeof *s);
  if (!s) return KNN_ENOMEM;
  *s = (knn__storage){.ctx = ctx, .data = data, .bytes = bytes, .wrapped = true};
  atomic_init(&s->refs, 1);
  knn_ctx_retain(ctx);
  knn_status st = tensor_over(s, &spec, out);
  if (st == KNN_OK) { /* on failure the memory stays the host's */
    s->free_data = free_data;
    s->user = user;
  }
  knn__storage_release(s);
  return st;
}

void knn_tensor_retain(knn_tensor *t) {
  atomic_fetch_add_explicit(&t->refs, 1, memory_order_relaxed);
}

void knn_tensor_release(knn_tensor *t) {
  if (!t || atomic_fetch_sub_explicit(&t->refs, 1, memory_order_acq_rel) != 1) return;
  knn__storage *s = t->storage;
  knn__free(s->ctx, t);
  knn__storage_release(s);
}

knn_ctx *knn_tensor_ctx(const knn_tensor *t) {
  return t->storage->ctx;
}

knn_dtype knn_tensor_dtype(const knn_tensor *t) {
  return t->spec.dtype;
}

int knn_tensor_rank(const knn_tensor *t) {
  return t->spec.rank;
}

int64_t knn_tensor_dim(const knn_tensor *t, int axis) {
  return t->spec.dims[axis < 0 ? axis + t->spec.rank : axis];
}

const int64_t *knn_tensor_dims(const knn_tensor *t) {
  return t->spec.dims;
}

int64_t knn_tensor_size(const knn_tensor *t) {
  return knn__count(t->spec.rank, t->spec.dims);
}

size_t knn_tensor_bytes(const knn_tensor *t) {
  return (size_t)knn_tensor_size(t) * knn_dtype_size(t->spec.dtype);
}

bool knn_tensor_is_contiguous(const knn_tensor *t) {
  int64_t step = 1;
  for (int i = t->spec.rank - 1; i >= 0; i--) {
    if (t->spec.dims[i] != 1 && t->strides[i] != step) return knn_tensor_size(t) == 0;
    step *= t->spec.dims[i];
  }
  return true;
}

/* Of two that touch at once one may be lost, which is one number more all the same. */
void knn__storage_touch(knn__storage *s) {
  uint_fast64_t version = atomic_load_explicit(&s->version, memory_order_relaxed);
  atomic_store_explicit(&s->version, version + 1, memory_order_relaxed);
}

void *knn_tensor_data(const knn_tensor *t) {
  knn__storage_touch(t->storage);
  return (char *)t->storage->data + (size_t)t->offset * knn_dtype_size(t->spec.dtype);
}

/* A view with the same storage, strides and offset. */
static knn_status view(knn_tensor *t, knn_tensor **out) {
  KNN__TRY(tensor_over(t->storage, &t->spec, out));
  memcpy((*out)->strides, t->strides, sizeof t->strides);
  (*out)->offset = t->offset;
  return KNN_OK;
}

knn_status knn_tensor_reshape(knn_tensor *t, int rank, const int64_t *dims, knn_tensor **out) {
  knn_ctx *ctx = knn_tensor_ctx(t);
  knn__spec spec = {.dtype = t->spec.dtype, .rank = rank};
  if (!knn_tensor_is_contiguous(t))
    return knn_fail(ctx, KNN_ESHAPE, "reshape: the view is not contiguous; copy it first");
  if (rank < 0 || rank > KNN_MAX_RANK)
    return knn_fail(ctx, KNN_ESHAPE, "reshape: a tensor has 0 to %d axes, got %d", KNN_MAX_RANK,
                    rank);
  int64_t known = 1, free_axis = -1, size = knn_tensor_size(t);
  bool fits = true;
  for (int i = 0; i < rank; i++) {
    spec.dims[i] = dims[i];
    if (dims[i] >= 0)
      fits = fits && !__builtin_mul_overflow(known, dims[i], &known);
    else if (dims[i] == KNN_ANY && free_axis < 0)
      free_axis = i;
    else
      return knn_fail(ctx, KNN_ESHAPE, "reshape: sizes %s: only one may be left open",
                      KNN__SHAPE(rank, dims));
  }
  if (free_axis >= 0 && known > 0) spec.dims[free_axis] = size / known;
  if (free_axis >= 0 && known == 0) spec.dims[free_axis] = 0;
  if (!fits || knn__count(rank, spec.dims) != size)
    return knn_fail(ctx, KNN_ESHAPE, "reshape: %s has %lld elements, which do not fit into %s",
                    KNN__SPEC(t->spec), (long long)size, KNN__SHAPE(rank, dims));
  KNN__TRY(tensor_over(t->storage, &spec, out));
  (*out)->offset = t->offset;
  return KNN_OK;
}

static knn_status check_axis(const knn_tensor *t, const char *who, int axis, int *out) {
  if (knn__axis(axis, t->spec.rank, out)) return KNN_OK;
  return knn_fail(knn_tensor_ctx(t), KNN_ESHAPE, "%s: axis %d is outside shape %s", who, axis,
                  KNN__SPEC(t->spec));
}

knn_status knn_tensor_slice(knn_tensor *t, int axis, int64_t first, int64_t count, int64_t step,
                            knn_tensor **out) {
  KNN__TRY(check_axis(t, "slice", axis, &axis));
  int64_t n = t->spec.dims[axis], last = 0;
  bool fits = count >= 0 && step != 0;
  if (count > 0 && fits)
    fits = first >= 0 && first < n && !__builtin_mul_overflow(count - 1, step, &last) &&
           !__builtin_add_overflow(last, first, &last) && last >= 0 && last < n;
  if (!fits)
    return knn_fail(knn_tensor_ctx(t), KNN_ESHAPE,
                    "slice: %lld elements from %lld by %lld do not lie inside axis %d of %s",
                    (long long)count, (long long)first, (long long)step, axis - t->spec.rank,
                    KNN__SPEC(t->spec));
  KNN__TRY(view(t, out));
  (*out)->spec.dims[axis] = count;
  if (count > 0) (*out)->offset += first * t->strides[axis];
  if (count > 1) (*out)->strides[axis] *= step;
  return KNN_OK;
}

knn_status knn_tensor_select(knn_tensor *t, int axis, int64_t index, knn_tensor **out) {
  KNN__TRY(check_axis(t, "select", axis, &axis));
  if (index < 0 || index >= t->spec.dims[axis])
    return knn_fail(knn_tensor_ctx(t), KNN_ESHAPE, "select: index %lld is outside axis %d of %s",
                    (long long)index, axis - t->spec.rank, KNN__SPEC(t->spec));
  KNN__TRY(view(t, out));
  knn_tensor *v = *out;
  v->offset += index * t->strides[axis];
  for (int i = axis; i + 1 < v->spec.rank; i++) {
    v->spec.dims[i] = v->spec.dims[i + 1];
    v->strides[i] = v->strides[i + 1];
  }
  v->spec.rank--;
  return KNN_OK;
}

knn_status knn_tensor_transpose(knn_tensor *t, const int *axes, knn_tensor **out) {
  unsigned seen = 0;
  int order[KNN_MAX_RANK];
  for (int i = 0; i < t->spec.rank; i++) {
    KNN__TRY(check_axis(t, "transpose", axes[i], &order[i]));
    seen |= 1u << order[i];
  }
  if (seen != (1u << t->spec.rank) - 1)
    return knn_fail(knn_tensor_ctx(t), KNN_ESHAPE,
                    "transpose: each of the %d axes must be named once", t->spec.rank);
  KNN__TRY(view(t, out));
  for (int i = 0; i < t->spec.rank; i++) {
    (*out)->spec.dims[i] = t->spec.dims[order[i]];
    (*out)->strides[i] = t->strides[order[i]];
  }
  return KNN_OK;
}
