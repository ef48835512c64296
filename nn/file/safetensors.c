/* safetensors.c - eight bytes with the length of a header, the header (JSON: for each tensor dtype,
 * shape and the first and last byte of its elements), the elements, row by row, low byte first. */
#include <stdio.h>
#include <string.h>

#include "draft.h"
#include "json.h"
#include "tensors.h"
#include "text.h"

enum { LONGEST = 100 << 20 }; /* of a header, as in the reference implementation */

static const struct {
  const char *name;
  char kind;
  int size;
  knn_dtype written; /* the type that is written so; KNN_DTYPE_NONE = none is */
} types[] = {
    {"F32", 'f', 4, KNN_F32},        {"F64", 'f', 8, KNN_F64},
    {"F16", 'f', 2, KNN_F16},        {"BF16", 'h', 2, KNN_BF16},
    {"I64", 'i', 8, KNN_I64},        {"I32", 'i', 4, KNN_I32},
    {"U8", 'u', 1, KNN_U8},          {"BOOL", 'b', 1, KNN_BOOL},
    {"I16", 'i', 2, KNN_DTYPE_NONE}, {"I8", 'i', 1, KNN_DTYPE_NONE},
    {"U16", 'u', 2, KNN_DTYPE_NONE}, {"U32", 'u', 4, KNN_DTYPE_NONE},
    {"U64", 'u', 8, KNN_DTYPE_NONE},
};
enum { N_TYPES = (int)(sizeof types / sizeof *types) };

/* ---- reading ---- */

static bool is_list_of_sizes(const knn_config *list) {
  if (knn_config_kind_of(list) != KNN_CONFIG_LIST) return false;
  for (int i = 0; i < knn_config_size(list); i++)
    if (knn_config_kind_of(knn_config_at(list, i)) != KNN_CONFIG_INT ||
        knn_config_get_int(knn_config_at(list, i)) < 0)
      return false;
  return true;
}

static knn_status take_row(const knn__medium *m, const char *name, const knn_config *row,
                           knn__element *e, knn__spec *spec) {
  const char *type = knn_config_get_string(knn_config_get(row, "dtype"));
  const knn_config *shape = knn_config_get(row, "shape");
  int i = 0;
  while (i < N_TYPES && strcmp(types[i].name, type) != 0) i++;
  if (i == N_TYPES)
    return knn_fail(m->ctx, KNN_ETYPE, "%s: '%.100s' has the type '%.20s', which tensors lack",
                    m->name, name, type);
  if (!is_list_of_sizes(shape) || knn_config_size(shape) > KNN_MAX_RANK)
    return knn_fail(m->ctx, KNN_EFORMAT, "%s: '%.100s' has no proper shape of at most %d sizes",
                    m->name, name, KNN_MAX_RANK);
  *e = (knn__element){types[i].kind, types[i].size, false};
  *spec = (knn__spec){.dtype = knn__element_dtype(e), .rank = knn_config_size(shape)};
  for (int k = 0; k < spec->rank; k++) spec->dims[k] = knn_config_get_int(knn_config_at(shape, k));
  return KNN_OK;
}

static knn_status take_tensor(knn__medium *m, uint64_t base, const char *name,
                              const knn_config *row, knn_tensors *tensors) {
  const knn_config *offsets = knn_config_get(row, "data_offsets");
  knn__element e;
  knn__spec spec;
  size_t bytes;
  knn_tensor *t = NULL;
  KNN__TRY(take_row(m, name, row, &e, &spec));
  KNN__TRY(knn__bytes(m->ctx, spec.dtype, spec.rank, spec.dims, &bytes));
  if (!is_list_of_sizes(offsets) || knn_config_size(offsets) != 2)
    return knn_fail(m->ctx, KNN_EFORMAT, "%s: '%.100s' has no proper data_offsets", m->name, name);
  const uint64_t first = (uint64_t)knn_config_get_int(knn_config_at(offsets, 0)),
                 last = (uint64_t)knn_config_get_int(knn_config_at(offsets, 1)),
                 stored = bytes / knn_dtype_size(spec.dtype) * (uint64_t)e.size;
  if (last < first || last - first != stored || last > m->size - base)
    return knn_fail(m->ctx, KNN_EFORMAT,
                    "%s: '%.100s' of shape %s lies at bytes %llu to %llu, which does not fit",
                    m->name, name, KNN__SPEC(spec), (unsigned long long)first,
                    (unsigned long long)last);
  if (tensors->values) KNN__TRY(knn__read_elements(m, base + first, &e, &spec, &t));
  const knn_status st = knn__tensors_note(tensors, name, &spec, t);
  knn_tensor_release(t);
  return st;
}

static knn_status take_header(knn__medium *m, uint64_t n, knn_tensors *tensors) {
  knn_config *header = NULL;
  char *text = knn__alloc(m->ctx, (size_t)n + 1);
  if (!text) return KNN_ENOMEM;
  knn_status st = knn__medium_read(m, 8, text, (size_t)n);
  if (st == KNN_OK) st = knn__json_read(m->ctx, m->name, text, (size_t)n, &header);
  knn__free(m->ctx, text);
  for (int i = 0; i < knn_config_size(header) && st == KNN_OK; i++) {
    const char *name = knn_config_key(header, i);
    if (name && strcmp(name, "__metadata__") != 0)
      st = take_tensor(m, 8 + n, name, knn_config_at(header, i), tensors);
  }
  knn_config_release(header);
  return st;
}

knn_status knn__safetensors_read(knn__medium *m, knn_tensors *tensors) {
  uint8_t bytes[8];
  uint64_t n = 0;
  KNN__TRY(knn__medium_read(m, 0, bytes, sizeof bytes));
  for (int i = 0; i < 8; i++) n |= (uint64_t)bytes[i] << 8 * i;
  if (n > LONGEST || n > m->size - 8)
    return knn_fail(m->ctx, KNN_EFORMAT,
                    "%s is no .safetensors file: its header would have %llu bytes", m->name,
                    (unsigned long long)n);
  return take_header(m, n, tensors);
}

/* ---- writing ---- */

static const char *type_name(knn_dtype type) {
  for (int i = 0; i < N_TYPES; i++)
    if (types[i].written == type) return types[i].name;
  return "";
}

static knn_status put_row(const knn_tensors *tensors, int i, int64_t *at, knn_config *header) {
  const knn__entry *entry = &tensors->entries[i];
  const int64_t offsets[] = {*at, *at + (int64_t)knn_tensor_bytes(entry->tensor)};
  knn_config *row = NULL;
  KNN__TRY(knn_config_dict(tensors->ctx, &row));
  knn_status st = knn_config_set_string(row, "dtype", type_name(entry->spec.dtype));
  if (st == KNN_OK) st = knn_config_set_ints(row, "shape", entry->spec.rank, entry->spec.dims);
  if (st == KNN_OK) st = knn_config_set_ints(row, "data_offsets", 2, offsets);
  if (st == KNN_OK) st = knn_config_set(header, entry->name, row);
  knn_config_release(row);
  *at = offsets[1];
  return st;
}

/* The length and the header, filled up with blanks so that the elements are aligned. */
static knn_status make_header(const knn_tensors *tensors, knn__text *out) {
  knn_config *header = NULL;
  char *text = NULL;
  int64_t at = 0;
  knn_status st = knn_config_dict(tensors->ctx, &header);
  for (int i = 0; i < tensors->n && st == KNN_OK; i++) st = put_row(tensors, i, &at, header);
  if (st == KNN_OK) st = knn__json_write(tensors->ctx, header, 0, &text);
  knn_config_release(header);
  if (st != KNN_OK) return st;
  const size_t n = (strlen(text) + 7) / 8 * 8;
  uint8_t length[8];
  for (int i = 0; i < 8; i++) length[i] = (uint8_t)((uint64_t)n >> 8 * i);
  knn__text_add_bytes(out, (const char *)length, sizeof length);
  knn__text_add(out, "%-*s", (int)n, text);
  knn__free(tensors->ctx, text);
  return out->failed ? KNN_ENOMEM : KNN_OK;
}

static knn_status write_all(const knn_tensors *tensors, knn__medium *m) {
  knn__text header = {.ctx = tensors->ctx};
  knn_status st = make_header(tensors, &header);
  uint64_t at = header.n;
  if (st == KNN_OK) st = knn__medium_write(m, 0, header.s, header.n);
  knn__free(tensors->ctx, header.s);
  for (int i = 0; i < tensors->n && st == KNN_OK; i++) {
    knn_tensor *packed = NULL;
    st = knn_tensor_contiguous(tensors->entries[i].tensor, &packed);
    if (st == KNN_OK && knn_tensor_bytes(packed))
      st = knn__medium_write(m, at, knn_tensor_data(packed), knn_tensor_bytes(packed));
    if (st == KNN_OK) at += knn_tensor_bytes(packed);
    knn_tensor_release(packed);
  }
  return st;
}

knn_status knn__safetensors_write(const knn_tensors *tensors, const char *path) {
  knn__draft draft;
  knn__medium *m = NULL;
  KNN__TRY(knn__draft_begin(tensors->ctx, path, &draft));
  knn_status st = knn__medium_of_draft(&draft, &m);
  if (st == KNN_OK) st = write_all(tensors, m);
  knn__medium_close(m);
  if (st == KNN_OK) return knn__draft_commit(&draft);
  knn__draft_drop(&draft);
  return st;
}
