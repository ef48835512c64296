/* idx.c - the IDX format (LeCun): 0 0 type rank, then `rank` sizes of 32 bits, then the elements;
 * all big-endian.
 *
 * The sizes are compared with what the file can hold before memory is taken; then elements go
 * straight into the tensor. */
#include <stdio.h>

#include "knn/data.h"
#include "shape.h"
#include "source.h"

typedef struct element {
  uint8_t code;
  const char *name;
  size_t bytes; /* in the file */
  knn_dtype dtype;
} element;

static const element elements[] = {
    {0x08, "uint8", 1, KNN_U8},  {0x09, "int8", 1, KNN_I32},    {0x0B, "int16", 2, KNN_I32},
    {0x0C, "int32", 4, KNN_I32}, {0x0D, "float32", 4, KNN_F32}, {0x0E, "float64", 8, KNN_F64},
};

static const element *find_element(uint8_t code) {
  for (size_t i = 0; i < sizeof elements / sizeof *elements; i++)
    if (elements[i].code == code) return &elements[i];
  return NULL;
}

static uint32_t big32(const uint8_t *b) {
  return (uint32_t)b[0] << 24 | (uint32_t)b[1] << 16 | (uint32_t)b[2] << 8 | b[3];
}

/* Type, rank and sizes; the product of the sizes is known to fit. */
static knn_status read_header(knn__source *s, const element **type, knn__spec *spec) {
  uint8_t head[4 + 4 * KNN_MAX_RANK];
  size_t got;
  KNN__TRY(knn__source_read(s, head, 4, &got));
  if (got == 0)
    return knn_fail(s->ctx, KNN_EFORMAT, "%s is empty; an IDX header was expected", s->name);
  if (got < 4 || head[0] || head[1] || !(*type = find_element(head[2])))
    return knn_fail(s->ctx, KNN_EFORMAT,
                    "%s is not an IDX file: it begins with %02x %02x %02x %02x, not with 00 00, a "
                    "type 08 09 0b .. 0e and a rank",
                    s->name, got > 0 ? head[0] : 0, got > 1 ? head[1] : 0, got > 2 ? head[2] : 0,
                    got > 3 ? head[3] : 0);
  if (head[3] < 1 || head[3] > KNN_MAX_RANK)
    return knn_fail(s->ctx, KNN_EFORMAT, "%s: its header says %d axes; 1 to %d can be read",
                    s->name, head[3], KNN_MAX_RANK);
  spec->rank = head[3];
  spec->dtype = (*type)->dtype;
  size_t wanted = 4 * (size_t)spec->rank;
  KNN__TRY(knn__source_read(s, head + 4, wanted, &got));
  if (got < wanted)
    return knn_fail(s->ctx, KNN_EFORMAT,
                    "%s: the file ends inside its header, after %zu of %zu bytes", s->name, 4 + got,
                    4 + wanted);
  for (int i = 0; i < spec->rank; i++) spec->dims[i] = big32(head + 4 + 4 * i);
  return KNN_OK;
}

/* "60000x28x28 uint8" */
static const char *sizes_text(const knn__spec *spec, const element *type,
                              char buffer[KNN__SHAPE_TEXT]) {
  size_t n = 0;
  for (int i = 0; i < spec->rank; i++)
    n += (size_t)snprintf(buffer + n, KNN__SHAPE_TEXT - n, "%s%lld", i ? "x" : "",
                          (long long)spec->dims[i]);
  snprintf(buffer + n, KNN__SHAPE_TEXT - n, " %s", type->name);
  return buffer;
}

/* Bytes of all elements in the file, or a failure that says what there is instead. */
static knn_status check_size(knn__source *s, const element *type, const knn__spec *spec,
                             size_t *bytes) {
  char text[KNN__SHAPE_TEXT];
  size_t n = type->bytes, in_memory;
  bool fits = true;
  for (int i = 0; i < spec->rank; i++) fits = fits && knn__mul_size(n, (size_t)spec->dims[i], &n);
  if (!fits || knn__bytes(s->ctx, spec->dtype, spec->rank, spec->dims, &in_memory) != KNN_OK)
    return knn_fail(s->ctx, KNN_EFORMAT,
                    "%s: its header says %s, more than any memory holds; the file is damaged",
                    s->name, sizes_text(spec, type, text));
  uint64_t bound = knn__source_bound(s);
  if (bound == UINT64_MAX)
    return knn_fail(s->ctx, KNN_EIO, "%s is not a regular file, as IDX data must be", s->name);
  if (n > bound) {
    uint64_t found;
    KNN__TRY(knn__source_skip(s, &found));
    return knn_fail(s->ctx, KNN_EFORMAT,
                    "%s: expected %zu bytes after the header, which says %s, found %llu", s->name,
                    n, sizes_text(spec, type, text), (unsigned long long)found);
  }
  *bytes = n;
  return KNN_OK;
}

static void swap_elements(uint8_t *data, size_t size, size_t n) {
  for (size_t i = 0; i < n; i++, data += size)
    for (size_t a = 0, b = size - 1; a < b; a++, b--) {
      uint8_t t = data[a];
      data[a] = data[b];
      data[b] = t;
    }
}

static void to_host(uint8_t *data, size_t size, size_t n) {
  const uint16_t probe = 1;
  if (size > 1 && *(const uint8_t *)&probe) swap_elements(data, size, n);
}

/* int8 and int16 stand at the end of the int32 block; widening runs upwards and never passes what
 * is still to be read. */
static void widen(int32_t *data, size_t size, size_t n) {
  const uint8_t *raw = (const uint8_t *)data + (4 - size) * n;
  for (size_t i = 0; i < n; i++) {
    const uint8_t *b = raw + size * i;
    data[i] = size == 1 ? (int8_t)b[0] : (int16_t)((uint16_t)b[0] << 8 | b[1]);
  }
}

static knn_status read_elements(knn__source *s, const element *type, const knn__spec *spec,
                                size_t bytes, knn_tensor *t) {
  size_t n = (size_t)knn_tensor_size(t), got, beyond;
  uint8_t *data = knn_tensor_data(t), more;
  bool narrow = type->bytes < knn_dtype_size(type->dtype);
  KNN__TRY(knn__source_read(s, narrow ? data + (4 - type->bytes) * n : data, bytes, &got));
  KNN__TRY(knn__source_read(s, &more, 1, &beyond));
  uint64_t found = got + beyond, rest = 0;
  if (beyond) KNN__TRY(knn__source_skip(s, &rest));
  found += rest;
  if (found != bytes) {
    char text[KNN__SHAPE_TEXT];
    return knn_fail(s->ctx, KNN_EFORMAT,
                    "%s: expected %zu bytes after the header, which says %s, found %llu", s->name,
                    bytes, sizes_text(spec, type, text), (unsigned long long)found);
  }
  if (narrow)
    widen((int32_t *)(void *)data, type->bytes, n);
  else
    to_host(data, type->bytes, n);
  return KNN_OK;
}

static knn_status read_idx(knn__source *s, knn_tensor **out) {
  const element *type = NULL;
  knn__spec spec = {0};
  size_t bytes = 0;
  KNN__TRY(read_header(s, &type, &spec));
  KNN__TRY(check_size(s, type, &spec, &bytes));
  knn_tensor *t = NULL;
  KNN__TRY(knn_tensor_new(s->ctx, spec.dtype, spec.rank, spec.dims, &t));
  knn_status status = read_elements(s, type, &spec, bytes, t);
  if (status == KNN_OK)
    *out = t;
  else
    knn_tensor_release(t);
  return status;
}

knn_status knn_idx_load(knn_ctx *ctx, const char *path, knn_tensor **out) {
  knn__source *s = NULL;
  KNN__TRY(knn__source_open(ctx, path, &s));
  knn_status status = read_idx(s, out);
  knn__source_close(s);
  return status;
}

knn_status knn_idx_parse(knn_ctx *ctx, const char *name, const void *data, size_t bytes,
                         knn_tensor **out) {
  knn__source *s = NULL;
  KNN__TRY(knn__source_memory(ctx, name, data, bytes, &s));
  knn_status status = read_idx(s, out);
  knn__source_close(s);
  return status;
}
