/* copy.c - copying, converting and filling tensors, whatever their strides. */
#include <math.h>
#include <string.h>

#include "half.h"
#include "loop.h"
#include "tensor_internal.h"

double knn__element(knn_dtype type, const void *at) {
  switch (type) {
    case KNN_F32: return (double)*(const float *)at;
    case KNN_F64: return *(const double *)at;
    case KNN_I32: return (double)*(const int32_t *)at;
    case KNN_I64: return (double)*(const int64_t *)at;
    case KNN_U8: return (double)*(const uint8_t *)at;
    case KNN_BOOL: return *(const uint8_t *)at != 0;
    case KNN_BF16: return (double)knn__from_bf16(*(const uint16_t *)at);
    case KNN_F16: return (double)knn__from_f16(*(const uint16_t *)at);
    default: return 0;
  }
}

/* Nearest representable integer below in magnitude; NaN gives 0. */
static int64_t truncate(double x, double low, double high) {
  if (isnan(x)) return 0;
  return x <= low    ? (int64_t)low
         : x >= high ? (high > 9e18 ? INT64_MAX : (int64_t)high)
                     : (int64_t)x;
}

void knn__set_element(knn_dtype type, void *at, double x) {
  switch (type) {
    case KNN_F32: *(float *)at = (float)x; break;
    case KNN_F64: *(double *)at = x; break;
    case KNN_I32: *(int32_t *)at = (int32_t)truncate(x, INT32_MIN, INT32_MAX); break;
    case KNN_I64: *(int64_t *)at = truncate(x, -0x1p63, 0x1p63); break;
    case KNN_U8: *(uint8_t *)at = (uint8_t)truncate(x, 0, 255); break;
    case KNN_BOOL: *(uint8_t *)at = x != 0; break;
    case KNN_BF16: *(uint16_t *)at = knn__to_bf16((float)x); break;
    case KNN_F16: *(uint16_t *)at = knn__to_f16((float)x); break;
    default: break;
  }
}

void knn__convert(knn_dtype to, void *dst, knn_dtype from, const void *src, int64_t n) {
  if (to != from)
    knn__ref_cast(to, from)(n, (void *[]){(void *)(uintptr_t)src, dst}, (int64_t[]){1});
  else if (n)
    memcpy(dst, src, (size_t)n * knn_dtype_size(to));
}

/* Walk two tensors of one shape along all axes but the last. */
typedef struct walk {
  int64_t index[KNN_MAX_RANK];
  int64_t a, b; /* offsets in elements */
} walk;

static bool step(walk *w, const knn_tensor *a, const knn_tensor *b) {
  for (int i = a->spec.rank - 2; i >= 0; i--) {
    w->a += a->strides[i];
    w->b += b->strides[i];
    if (++w->index[i] < a->spec.dims[i]) return true;
    w->a -= a->strides[i] * a->spec.dims[i];
    w->b -= b->strides[i] * b->spec.dims[i];
    w->index[i] = 0;
  }
  return false;
}

static void copy_row(const knn_tensor *dst, char *d, const knn_tensor *src, const char *s,
                     int64_t n, int64_t dstep, int64_t sstep) {
  size_t dsize = knn_dtype_size(dst->spec.dtype), ssize = knn_dtype_size(src->spec.dtype);
  if (dstep == 1 && sstep == 1) {
    knn__convert(dst->spec.dtype, d, src->spec.dtype, s, n);
    return;
  }
  for (int64_t i = 0; i < n; i++)
    knn__convert(dst->spec.dtype, d + i * dstep * (int64_t)dsize, src->spec.dtype,
                 s + i * sstep * (int64_t)ssize, 1);
}

static void copy_rows(const knn_tensor *dst, const knn_tensor *src) {
  int last = dst->spec.rank - 1;
  int64_t dsize = (int64_t)knn_dtype_size(dst->spec.dtype),
          ssize = (int64_t)knn_dtype_size(src->spec.dtype);
  char *d = knn_tensor_data(dst);
  const char *s = knn_tensor_data(src);
  walk w = {0};
  do {
    copy_row(dst, d + w.a * dsize, src, s + w.b * ssize, dst->spec.dims[last], dst->strides[last],
             src->strides[last]);
  } while (step(&w, dst, src));
}

static void copy_elements(knn_tensor *dst, const knn_tensor *src) {
  const int64_t total = knn_tensor_size(src);
  if (total == 0) return;
  if (knn_tensor_is_contiguous(dst) && knn_tensor_is_contiguous(src))
    knn__convert(dst->spec.dtype, knn_tensor_data(dst), src->spec.dtype, knn_tensor_data(src),
                 total);
  else
    copy_rows(dst, src);
}

static knn_status check_types(knn_ctx *ctx, knn_dtype to, knn_dtype from) {
  if (to == from || (to != KNN_STRING && from != KNN_STRING)) return KNN_OK;
  if (to == KNN_STRING)
    return knn_fail(
        ctx, KNN_ETYPE,
        "numbers (%s) do not become strings; make a table of texts, and a tensor of that",
        knn_dtype_name(from));
  return knn_fail(
      ctx, KNN_ETYPE,
      "strings do not become %s; the layers StringLookup, TextVectorization and Hashing make "
      "numbers of them",
      knn_dtype_name(to));
}

/* Views of one storage may overlap, as in t[{{1, 9}}] = t[{{2, 10}}]: the source is copied away
 * first. */
knn_status knn_tensor_copy(knn_tensor *dst, const knn_tensor *src) {
  knn_tensor *apart = NULL;
  if (!knn__dims_equal(dst->spec.rank, dst->spec.dims, src->spec.rank, src->spec.dims))
    return knn_fail(knn_tensor_ctx(dst), KNN_ESHAPE, "copy: %s cannot take the elements of %s",
                    KNN__SPEC(dst->spec), KNN__SPEC(src->spec));
  KNN__TRY(knn__no_strings(dst, "copy"));
  KNN__TRY(check_types(knn_tensor_ctx(dst), dst->spec.dtype, src->spec.dtype));
  if (dst->storage == src->storage) {
    KNN__TRY(knn_tensor_clone(src, &apart));
    src = apart;
  }
  copy_elements(dst, src);
  knn_tensor_release(apart);
  return KNN_OK;
}

knn_status knn_tensor_cast(const knn_tensor *t, knn_dtype type, knn_tensor **out) {
  knn_tensor *copy;
  KNN__TRY(check_types(knn_tensor_ctx(t), type, t->spec.dtype));
  KNN__TRY(knn_tensor_new(knn_tensor_ctx(t), type, t->spec.rank, t->spec.dims, &copy));
  copy_elements(copy, t);
  knn_status st = KNN_OK;
  if (type == KNN_STRING)
    st = knn__strings_adopt(copy, (knn_tensor *[]){(knn_tensor *)(uintptr_t)t}, 1);
  if (st == KNN_OK)
    *out = copy;
  else
    knn_tensor_release(copy);
  return st;
}

knn_status knn_tensor_clone(const knn_tensor *t, knn_tensor **out) {
  return knn_tensor_cast(t, t->spec.dtype, out);
}

knn_status knn_tensor_contiguous(knn_tensor *t, knn_tensor **out) {
  if (!knn_tensor_is_contiguous(t)) return knn_tensor_clone(t, out);
  knn_tensor_retain(t);
  *out = t;
  return KNN_OK;
}

/* Offset, in elements, of the index-th element in row-major order. */
static int64_t locate(const knn_tensor *t, int64_t index) {
  int64_t at = 0;
  for (int i = t->spec.rank - 1; i >= 0; i--) {
    at += index % t->spec.dims[i] * t->strides[i];
    index /= t->spec.dims[i];
  }
  return at;
}

static char *element_at(const knn_tensor *t, int64_t index) {
  return (char *)knn_tensor_data(t) + locate(t, index) * (int64_t)knn_dtype_size(t->spec.dtype);
}

double knn_tensor_get(const knn_tensor *t, int64_t index) {
  return knn__element(t->spec.dtype, element_at(t, index));
}

knn_string knn_tensor_string(const knn_tensor *t, int64_t index) {
  const knn_string none = {"", 0};
  return t->spec.dtype == KNN_STRING ? *(const knn_string *)(const void *)element_at(t, index)
                                     : none;
}

void knn_tensor_set(knn_tensor *t, int64_t index, double value) {
  knn__set_element(t->spec.dtype, element_at(t, index), value);
}

knn_status knn_tensor_fill(knn_tensor *t, double value) {
  KNN__TRY(knn__no_strings(t, "fill"));
  int64_t n = knn_tensor_size(t);
  size_t size = knn_dtype_size(t->spec.dtype);
  bool packed = knn_tensor_is_contiguous(t);
  char *data = knn_tensor_data(t);
  for (int64_t i = 0; i < n; i++)
    knn__set_element(t->spec.dtype, packed ? data + (size_t)i * size : element_at(t, i), value);
  return KNN_OK;
}

static knn_status check_bytes(const knn_tensor *t, const char *who, size_t bytes) {
  if (bytes == knn_tensor_bytes(t)) return KNN_OK;
  return knn_fail(knn_tensor_ctx(t), KNN_ESHAPE, "%s: %s of type %s takes %zu bytes, got %zu", who,
                  KNN__SPEC(t->spec), knn_dtype_name(t->spec.dtype), knn_tensor_bytes(t), bytes);
}

knn_status knn_tensor_read(const knn_tensor *t, void *dst, size_t bytes) {
  KNN__TRY(check_bytes(t, "read", bytes));
  knn_tensor *packed;
  KNN__TRY(knn_tensor_contiguous((knn_tensor *)(uintptr_t)t, &packed));
  if (bytes) memcpy(dst, knn_tensor_data(packed), bytes);
  knn_tensor_release(packed);
  return KNN_OK;
}

knn_status knn_tensor_write(knn_tensor *t, const void *src, size_t bytes) {
  KNN__TRY(knn__no_strings(t, "write"));
  KNN__TRY(check_bytes(t, "write", bytes));
  knn_tensor *packed;
  KNN__TRY(
      knn_tensor_from(knn_tensor_ctx(t), t->spec.dtype, t->spec.rank, t->spec.dims, src, &packed));
  knn_status st = knn_tensor_copy(t, packed);
  knn_tensor_release(packed);
  return st;
}
