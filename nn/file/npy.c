/* npy.c - NumPy's .npy: a magic word, a version, the length of a header, the header (a dict as
 * Python writes it: descr, fortran_order, shape), the elements. And .npz: a zip archive of these.
 */
#include <stdio.h>
#include <string.h>

#include "draft.h"
#include "source.h"
#include "tensors.h"
#include "text.h"

static const uint8_t magic[6] = {0x93, 'N', 'U', 'M', 'P', 'Y'};
enum { LONGEST = 1 << 16 };

typedef struct header {
  char descr[16];
  bool fortran;
  knn__spec spec;
  uint64_t data; /* where the elements begin */
} header;

/* ---- reading ---- */

static knn_status malformed(const knn__medium *m, const char *what) {
  return knn_fail(m->ctx, KNN_EFORMAT, "%s: the header of the array has no proper %s", m->name,
                  what);
}

/* What follows 'key': in the header; NULL if it is not there. */
static const char *value_of(const char *text, const char *key) {
  char quoted[32];
  snprintf(quoted, sizeof quoted, "'%s'", key);
  const char *at = strstr(text, quoted);
  if (!at) return NULL;
  at += strlen(quoted);
  at += strspn(at, " ");
  if (*at != ':') return NULL;
  return at + 1 + strspn(at + 1, " ");
}

/* "(3, 4)", "(3,)" or "()" */
static bool take_shape(const char *at, knn__spec *spec) {
  if (!at || *at++ != '(') return false;
  for (spec->rank = 0;; spec->rank++) {
    at += strspn(at, " ");
    if (*at == ')') return true;
    if (spec->rank == KNN_MAX_RANK || *at < '0' || *at > '9') return false;
    int64_t size = 0;
    for (; *at >= '0' && *at <= '9'; at++)
      if (__builtin_mul_overflow(size, 10, &size) || __builtin_add_overflow(size, *at - '0', &size))
        return false;
    spec->dims[spec->rank] = size;
    at += strspn(at, " L");
    if (*at == ',')
      at++;
    else if (*at != ')')
      return false;
  }
}

static knn_status parse(const knn__medium *m, const char *text, header *h) {
  const char *descr = value_of(text, "descr"), *order = value_of(text, "fortran_order");
  const char *end = descr && *descr == '\'' ? strchr(descr + 1, '\'') : NULL;
  if (!descr) return malformed(m, "'descr'");
  if (!end || (size_t)(end - descr) > sizeof h->descr)
    return knn_fail(m->ctx, KNN_ETYPE, "%s: records of several fields are no tensors", m->name);
  memcpy(h->descr, descr + 1, (size_t)(end - descr) - 1);
  if (!order || (strncmp(order, "True", 4) != 0 && strncmp(order, "False", 5) != 0))
    return malformed(m, "'fortran_order'");
  h->fortran = *order == 'T';
  return take_shape(value_of(text, "shape"), &h->spec) ? KNN_OK : malformed(m, "'shape'");
}

static knn_status read_header(knn__medium *m, header *h) {
  uint8_t start[12];
  KNN__TRY(knn__medium_read(m, 0, start, 10));
  if (memcmp(start, magic, sizeof magic) != 0)
    return knn_fail(m->ctx, KNN_EFORMAT, "%s is no .npy file", m->name);
  const int wide = start[6] > 1;
  if (start[6] < 1 || start[6] > 3)
    return knn_fail(m->ctx, KNN_EFORMAT, "%s: version %d of .npy is not known", m->name, start[6]);
  if (wide) KNN__TRY(knn__medium_read(m, 8, start + 8, 4));
  const uint32_t n = wide ? (uint32_t)start[8] | (uint32_t)start[9] << 8 |
                                (uint32_t)start[10] << 16 | (uint32_t)start[11] << 24
                          : (uint32_t)start[8] | (uint32_t)start[9] << 8;
  if (n > LONGEST) return malformed(m, "length");
  char *text = knn__alloc(m->ctx, (size_t)n + 1);
  if (!text) return KNN_ENOMEM;
  h->data = (uint64_t)(wide ? 12 : 10) + n;
  knn_status st = knn__medium_read(m, wide ? 12 : 10, text, n);
  if (st == KNN_OK) st = parse(m, text, h);
  knn__free(m->ctx, text);
  return st;
}

static knn_status take_element(const knn__medium *m, header *h, knn__element *e) {
  const char *at = h->descr;
  if (strchr(at, 'O'))
    return knn_fail(m->ctx, KNN_EFORMAT,
                    "%s holds Python objects (pickled), which are never unpacked", m->name);
  e->big_endian = *at == '>';
  if (*at && strchr("<>|=", *at)) at++;
  e->kind = *at == '?' ? 'b' : *at;
  e->size = *at == '?' ? 1 : *at && at[1] >= '1' && at[1] <= '9' && !at[2] ? at[1] - '0' : 0;
  h->spec.dtype = knn__element_dtype(e);
  if (h->spec.dtype != KNN_DTYPE_NONE && e->kind != 'h') return KNN_OK;
  return knn_fail(m->ctx, KNN_ETYPE, "%s: elements of type '%s' are no numbers that tensors have",
                  m->name, h->descr);
}

/* Elements that stand column by column: read with the axes turned around, then turned back. */
static knn_status read_turned(knn__medium *m, const header *h, const knn__element *e,
                              knn_tensor **out) {
  knn__spec turned = h->spec;
  int axes[KNN_MAX_RANK];
  knn_tensor *t = NULL, *view = NULL;
  for (int i = 0; i < turned.rank; i++) {
    turned.dims[i] = h->spec.dims[turned.rank - 1 - i];
    axes[i] = turned.rank - 1 - i;
  }
  KNN__TRY(knn__read_elements(m, h->data, e, &turned, &t));
  knn_status st = knn_tensor_transpose(t, axes, &view);
  if (st == KNN_OK) st = knn_tensor_contiguous(view, out);
  knn_tensor_release(view);
  knn_tensor_release(t);
  return st;
}

knn_status knn__npy_read(knn__medium *m, const char *name, knn_tensors *tensors) {
  header h = {.fortran = false};
  knn__element e;
  knn_tensor *t = NULL;
  KNN__TRY(read_header(m, &h));
  KNN__TRY(take_element(m, &h, &e));
  if (tensors->values)
    KNN__TRY(h.fortran && h.spec.rank > 1 ? read_turned(m, &h, &e, &t)
                                          : knn__read_elements(m, h.data, &e, &h.spec, &t));
  const knn_status st = knn__tensors_note(tensors, name, &h.spec, t);
  knn_tensor_release(t);
  return st;
}

knn_status knn__npz_read(knn__zip *zip, knn_tensors *tensors) {
  for (int i = 0; i < knn__zip_size(zip); i++) {
    char name[256];
    knn__medium *m = NULL;
    const char *member = knn__zip_name(zip, i);
    const size_t n = strlen(member);
    if (n < 4 || n - 4 >= sizeof name || strcmp(member + n - 4, ".npy") != 0) continue;
    snprintf(name, sizeof name, "%.*s", (int)(n - 4), member);
    KNN__TRY(knn__zip_medium(zip, i, (uint64_t)1 << 40, &m));
    const knn_status st = knn__npy_read(m, name, tensors);
    knn__medium_close(m);
    KNN__TRY(st);
  }
  return KNN_OK;
}

/* ---- writing ---- */

static const char *descr_of(knn_dtype type) {
  switch (type) {
    case KNN_F32: return "<f4";
    case KNN_F64: return "<f8";
    case KNN_F16: return "<f2";
    case KNN_I32: return "<i4";
    case KNN_I64: return "<i8";
    case KNN_U8: return "|u1";
    case KNN_BOOL: return "|b1";
    default: return NULL;
  }
}

/* A whole .npy: the elements begin at a multiple of 64. */
static knn_status make_npy(knn_ctx *ctx, const char *name, const knn_tensor *t, knn__text *out) {
  const char *descr = descr_of(knn_tensor_dtype(t));
  knn__text shape = {.ctx = ctx};
  if (!descr)
    return knn_fail(ctx, KNN_ETYPE, "'%s': %s has no form in .npy; convert it to float32", name,
                    knn_dtype_name(knn_tensor_dtype(t)));
  for (int i = 0; i < knn_tensor_rank(t); i++)
    knn__text_add(&shape, "%lld,%s", (long long)knn_tensor_dim(t, i),
                  i + 1 < knn_tensor_rank(t) ? " " : "");
  knn__text dict = {.ctx = ctx};
  knn__text_add(&dict, "{'descr': '%s', 'fortran_order': False, 'shape': (%s), }", descr,
                shape.s ? shape.s : "");
  while (!dict.failed && (dict.n + 11) % 64) knn__text_add(&dict, " ");
  knn__text_add(&dict, "\n");
  const uint8_t start[] = {
      0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0, (uint8_t)dict.n, (uint8_t)(dict.n >> 8)};
  knn__text_add_bytes(out, (const char *)start, sizeof start);
  if (dict.s) knn__text_add_bytes(out, dict.s, dict.n);
  if (knn_tensor_size(t)) knn__text_add_bytes(out, knn_tensor_data(t), knn_tensor_bytes(t));
  const bool failed = shape.failed || dict.failed || out->failed;
  knn__free(ctx, shape.s);
  knn__free(ctx, dict.s);
  return failed ? KNN_ENOMEM : KNN_OK;
}

static knn_status make_entry(const knn_tensors *tensors, int i, knn__text *out) {
  knn_tensor *packed = NULL;
  *out = (knn__text){.ctx = tensors->ctx};
  KNN__TRY(knn_tensor_contiguous(tensors->entries[i].tensor, &packed));
  const knn_status st = make_npy(tensors->ctx, tensors->entries[i].name, packed, out);
  knn_tensor_release(packed);
  return st;
}

knn_status knn__npy_write(const knn_tensors *tensors, const char *path) {
  knn__text text;
  if (tensors->n != 1)
    return knn_fail(tensors->ctx, KNN_EARG, "%s: a .npy file holds one tensor, got %d; use .npz",
                    path, tensors->n);
  knn_status st = make_entry(tensors, 0, &text);
  if (st == KNN_OK) st = knn__write_file(tensors->ctx, path, text.s, text.n);
  knn__free(tensors->ctx, text.s);
  return st;
}

knn_status knn__npz_write(const knn_tensors *tensors, const char *path) {
  knn_ctx *ctx = tensors->ctx;
  const size_t n = (size_t)tensors->n;
  knn__text *texts = knn__alloc(ctx, n * 2 * sizeof *texts), *names = texts ? texts + n : NULL;
  knn__zip_member *members = knn__alloc(ctx, n * sizeof *members);
  knn_status st = texts && members ? KNN_OK : KNN_ENOMEM;
  for (int i = 0; i < tensors->n && st == KNN_OK; i++) {
    names[i] = (knn__text){.ctx = ctx};
    knn__text_add(&names[i], "%s.npy", tensors->entries[i].name);
    st = names[i].failed ? KNN_ENOMEM : make_entry(tensors, i, &texts[i]);
    members[i] = (knn__zip_member){names[i].s, texts[i].s, texts[i].n, -1};
  }
  if (st == KNN_OK) st = knn__zip_write(ctx, path, members, tensors->n);
  for (size_t i = 0; texts && i < 2 * n; i++) knn__free(ctx, texts[i].s);
  knn__free(ctx, texts);
  knn__free(ctx, members);
  return st;
}
