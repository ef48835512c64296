/* optimizer_state.c - the state of an optimizer in HDF5, in Keras's order: steps made, learning
 * rate unless a schedule gives it, then what is kept for the weights. */
#include <stdio.h>

#include "weights.h"

static const char place[] = "optimizer/vars";

static bool has_rate(const knn_optimizer *o) {
  return knn__schedule_is_constant(knn__optimizer_common_of(o)->learning_rate);
}

static knn_status write_number(knn_model *m, knn_h5 *h5, int i, knn_dtype type, double value) {
  char at[64];
  knn_tensor *t = NULL;
  snprintf(at, sizeof at, "%s/%d", place, i);
  KNN__TRY(knn_tensor_new(m->ctx, type, 0, NULL, &t));
  knn_tensor_set(t, 0, value);
  const knn_status st = knn_h5_write(h5, at, t, 0);
  knn_tensor_release(t);
  return st;
}

static knn_status write_states(knn_model *m, knn_h5 *h5, int first) {
  char at[64];
  knn_tensor *part = NULL;
  for (int i = 0;; i++) {
    KNN__TRY(knn__optimizer_state(m->optimizer, i, &part));
    if (!part) return KNN_OK;
    snprintf(at, sizeof at, "%s/%d", place, first + i);
    const knn_status st = knn_h5_write(h5, at, part, 0);
    knn_tensor_release(part);
    KNN__TRY(st);
  }
}

knn_status knn__optimizer_state_write(knn_model *m, knn_h5 *h5) {
  const knn_optimizer *o = m->optimizer;
  knn_config *name = NULL;
  char stem[96];
  int n = 0;
  if (!o) return KNN_OK;
  knn__snake_case(o->base.cls->name, stem, sizeof stem);
  KNN__TRY(knn_h5_make_group(h5, place));
  KNN__TRY(knn_config_string(m->ctx, stem, &name));
  knn_status st = knn_h5_set_attribute(h5, place, "name", name);
  knn_config_release(name);
  if (st == KNN_OK) st = write_number(m, h5, n++, KNN_I64, (double)o->iterations);
  if (st == KNN_OK && has_rate(o)) st = write_number(m, h5, n++, KNN_F32, o->rate);
  return st == KNN_OK ? write_states(m, h5, n) : st;
}

static knn_status read_number(knn_h5 *h5, int i, double *out) {
  char at[64];
  knn_tensor *t = NULL;
  snprintf(at, sizeof at, "%s/%d", place, i);
  KNN__TRY(knn_h5_read(h5, at, NULL, 0, &t));
  if (knn_tensor_size(t) == 1) *out = knn_tensor_get(t, 0);
  knn_tensor_release(t);
  return KNN_OK;
}

/* Whether the file holds just the states that there are, each of its shape. */
static knn_status compare(const knn_optimizer *o, knn_h5 *h5, int first, bool *fits) {
  char at[64];
  *fits = true;
  for (int i = 0; *fits; i++) {
    knn_tensor *part = NULL;
    knn__spec spec;
    snprintf(at, sizeof at, "%s/%d", place, first + i);
    KNN__TRY(knn__optimizer_state(o, i, &part));
    const knn_status st = knn__h5_spec(h5, at, &spec);
    const bool there = spec.dtype != KNN_DTYPE_NONE, last = !part;
    *fits = st == KNN_OK &&
            (last ? !there
                  : there && knn__dims_equal(spec.rank, spec.dims, knn_tensor_rank(part),
                                             knn_tensor_dims(part)));
    knn_tensor_release(part);
    if (st != KNN_OK || last) return st;
  }
  return KNN_OK;
}

static knn_status read_states(const knn_optimizer *o, knn_h5 *h5, int first) {
  char at[64];
  knn_tensor *part = NULL;
  for (int i = 0;; i++) {
    KNN__TRY(knn__optimizer_state(o, i, &part));
    if (!part) return KNN_OK;
    snprintf(at, sizeof at, "%s/%d", place, first + i);
    const knn_status st = knn__h5_read_into(h5, at, part);
    knn_tensor_release(part);
    KNN__TRY(st);
  }
}

knn_status knn__optimizer_state_read(knn_model *m, knn_h5 *h5) {
  knn_optimizer *o = m->optimizer;
  char at[64];
  double iterations = 0, rate = 0;
  bool fits;
  if (!o || !m->root->built || !knn_h5_has(h5, place)) return KNN_OK;
  const int first = has_rate(o) ? 2 : 1;
  KNN__TRY(read_number(h5, 0, &iterations));
  if (first == 2) KNN__TRY(read_number(h5, 1, &rate));
  snprintf(at, sizeof at, "%s/%d", place, first);
  if (knn_h5_has(h5, at)) { /* else it had made no step yet */
    KNN__TRY(knn__model_pack(m));
    KNN__TRY(compare(o, h5, first, &fits));
    if (!fits) {
      knn_warn(m->ctx, "the state of the optimizer %s in the file does not fit and is left out",
               o->base.cls->name);
      return KNN_OK;
    }
    KNN__TRY(read_states(o, h5, first));
  }
  o->iterations = (int64_t)iterations;
  return first == 2 ? knn_optimizer_set_learning_rate(o, rate) : KNN_OK;
}
