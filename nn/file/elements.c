/* elements.c - packed numbers of any width and byte order, into a tensor. Integers that tensors
 * have no type for become the next wider one. */
#include <string.h>

#include "tensors.h"

enum { BLOCK = 1 << 15 };

knn_dtype knn__element_dtype(const knn__element *e) {
  switch (e->kind) {
    case 'b': return e->size == 1 ? KNN_BOOL : KNN_DTYPE_NONE;
    case 'h': return e->size == 2 ? KNN_BF16 : KNN_DTYPE_NONE;
    case 'f':
      return e->size == 4   ? KNN_F32
             : e->size == 8 ? KNN_F64
             : e->size == 2 ? KNN_F16
                            : KNN_DTYPE_NONE;
    case 'i':
      return e->size == 8                                   ? KNN_I64
             : e->size == 4 || e->size == 2 || e->size == 1 ? KNN_I32
                                                            : KNN_DTYPE_NONE;
    case 'u':
      return e->size == 1                   ? KNN_U8
             : e->size == 2                 ? KNN_I32
             : e->size == 4 || e->size == 8 ? KNN_I64
                                            : KNN_DTYPE_NONE;
    default: return KNN_DTYPE_NONE;
  }
}

static uint64_t load_bits(const uint8_t *at, const knn__element *e) {
  uint64_t bits = 0;
  for (int i = 0; i < e->size; i++)
    bits |= (uint64_t)at[e->big_endian ? e->size - 1 - i : i] << 8 * i;
  return bits;
}

/* One element into the tensor's type; false if it is too large for that. */
static bool store(knn_dtype type, const knn__element *e, uint64_t bits, void *dst) {
  if (e->kind == 'i' && e->size < 8 && bits >> (8 * e->size - 1))
    bits |= ~(uint64_t)0 << 8 * e->size;
  if (type == KNN_BOOL) bits = bits != 0;
  if (e->kind == 'u' && bits > INT64_MAX) return false;
  const uint32_t low = (uint32_t)bits;
  const uint16_t half = (uint16_t)bits;
  const uint8_t byte = (uint8_t)bits;
  switch (knn_dtype_size(type)) {
    case 8: memcpy(dst, &bits, 8); break;
    case 4: memcpy(dst, &low, 4); break;
    case 2: memcpy(dst, &half, 2); break;
    default: memcpy(dst, &byte, 1); break;
  }
  return true;
}

/* Bytes that need no work are read where they belong. */
static bool is_native(const knn__element *e, knn_dtype type) {
  const uint16_t one = 1;
  uint8_t first;
  memcpy(&first, &one, 1);
  return type != KNN_BOOL && e->size == (int)knn_dtype_size(type) &&
         (e->size == 1 || e->big_endian == (first == 0)) && !(e->kind == 'u' && e->size == 8);
}

static knn_status convert(knn__medium *m, uint64_t at, const knn__element *e, knn_tensor *t) {
  const knn_dtype type = knn_tensor_dtype(t);
  const size_t width = knn_dtype_size(type), size = (size_t)e->size;
  const int64_t n = knn_tensor_size(t), step = BLOCK / e->size;
  char *dst = knn_tensor_data(t);
  uint8_t block[BLOCK];
  for (int64_t first = 0; first < n; first += step) {
    const int64_t count = n - first < step ? n - first : step;
    KNN__TRY(knn__medium_read(m, at + (uint64_t)first * size, block, (size_t)count * size));
    for (int64_t i = 0; i < count; i++)
      if (!store(type, e, load_bits(block + (size_t)i * size, e),
                 dst + (size_t)(first + i) * width))
        return knn_fail(m->ctx, KNN_EDATA, "%s: an element is larger than an int64 can be",
                        m->name);
  }
  return KNN_OK;
}

knn_status knn__read_elements(knn__medium *m, uint64_t at, const knn__element *e,
                              const knn__spec *spec, knn_tensor **out) {
  knn_tensor *t = NULL;
  size_t bytes, stored;
  KNN__TRY(knn__bytes(m->ctx, spec->dtype, spec->rank, spec->dims, &bytes));
  if (!knn__mul_size(bytes / knn_dtype_size(spec->dtype), (size_t)e->size, &stored) ||
      at > m->size || stored > m->size - at)
    return knn_fail(m->ctx, KNN_EFORMAT, "%s ends early: an array of shape %s does not fit in it",
                    m->name, KNN__SPEC(*spec));
  KNN__TRY(knn_tensor_new(m->ctx, spec->dtype, spec->rank, spec->dims, &t));
  const knn_status st = is_native(e, spec->dtype)
                            ? knn__medium_read(m, at, knn_tensor_data(t), stored)
                            : convert(m, at, e, t);
  if (st == KNN_OK)
    *out = t;
  else
    knn_tensor_release(t);
  return st;
}
