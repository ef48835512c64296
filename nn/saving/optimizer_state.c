/* optimizer_state.c - the state of an optimizer in HDF5, in Keras's order: steps made, learning
 * rate unless a schedule gives it, then what is kept for the weights. */
#include <stdio.h>
#include <string.h>

#include "keras_form.h"
#include "weights.h"

enum { PATH = 1000 };

static const char group[] = "optimizer/vars", legacy_group[] = "optimizer_weights";

/* Where the arrays of the state stand: numbered, or in the order of the paths that a legacy file
 * lists. */
typedef struct state_file {
  knn_model *m;
  knn_optimizer *o;
  knn_h5 *h5;
  knn_config *paths; /* NULL = numbered */
} state_file;

/* Of number i; false if the file lists fewer. */
static bool place(const state_file *f, int i, char at[PATH]) {
  const char *path = knn_config_get_string(knn_config_at(f->paths, i));
  const int n = f->paths ? snprintf(at, PATH, "%s/%s", legacy_group, path)
                         : snprintf(at, PATH, "%s/%d", group, i);
  return n < PATH && (!f->paths || *path);
}

static bool has_rate(const knn_optimizer *o) {
  return knn__schedule_is_constant(knn__optimizer_common_of(o)->learning_rate);
}

static void stem_of(const knn_optimizer *o, char stem[96]) {
  knn__snake_case(o->base.cls->name, stem, 96);
}

/* ---- writing ---- */

/* A legacy file lists what is written: "adam/iteration", "adam/learning_rate", "adam/2", ... */
static knn_status list_path(const state_file *f, int i, const char *name) {
  char stem[96], number[16], path[128];
  knn_config *text = NULL;
  if (!f->paths) return KNN_OK;
  stem_of(f->o, stem);
  snprintf(number, sizeof number, "%d", i);
  snprintf(path, sizeof path, "%s/%s", stem, name ? name : number);
  return knn__push(f->paths, knn_config_string(f->m->ctx, path, &text), &text);
}

/* Array i, which a legacy file calls by that name. */
static knn_status write_part(const state_file *f, int i, const char *name, const knn_tensor *part) {
  char at[PATH];
  KNN__TRY(list_path(f, i, name));
  place(f, i, at);
  return knn_h5_write(f->h5, at, part, 0);
}

static knn_status write_number(const state_file *f, int i, const char *name, knn_dtype type,
                               double value) {
  knn_tensor *t = NULL;
  KNN__TRY(knn_tensor_new(f->m->ctx, type, 0, NULL, &t));
  knn_tensor_set(t, 0, value);
  const knn_status st = write_part(f, i, name, t);
  knn_tensor_release(t);
  return st;
}

static knn_status write_all(const state_file *f) {
  int n = 0;
  KNN__TRY(write_number(f, n++, "iteration", KNN_I64, (double)f->o->iterations));
  if (has_rate(f->o)) KNN__TRY(write_number(f, n++, "learning_rate", KNN_F32, f->o->rate));
  for (int i = 0;; i++) {
    knn_tensor *part = NULL;
    KNN__TRY(knn__optimizer_state(f->o, i, &part));
    if (!part) return KNN_OK;
    const knn_status st = write_part(f, n + i, NULL, part);
    knn_tensor_release(part);
    KNN__TRY(st);
  }
}

knn_status knn__optimizer_state_write(knn_model *m, knn_h5 *h5) {
  const state_file f = {m, m->optimizer, h5, NULL};
  knn_config *name = NULL;
  char stem[96];
  if (!f.o) return KNN_OK;
  stem_of(f.o, stem);
  KNN__TRY(knn_h5_make_group(h5, group));
  KNN__TRY(knn_config_string(m->ctx, stem, &name));
  const knn_status st = knn_h5_set_attribute(h5, group, "name", name);
  knn_config_release(name);
  return st == KNN_OK ? write_all(&f) : st;
}

knn_status knn__legacy_state_write(knn_model *m, knn_h5 *h5) {
  state_file f = {m, m->optimizer, h5, NULL};
  KNN__TRY(knn_h5_make_group(h5, legacy_group));
  KNN__TRY(knn_config_list(m->ctx, &f.paths));
  knn_status st = write_all(&f);
  if (st == KNN_OK) st = knn__legacy_list_write(m->ctx, h5, legacy_group, "weight_names", f.paths);
  knn_config_release(f.paths);
  return st;
}

/* ---- reading ---- */

static knn_status read_number(const state_file *f, int i, double *out) {
  char at[PATH];
  knn_tensor *t = NULL;
  place(f, i, at);
  KNN__TRY(knn_h5_read(f->h5, at, NULL, 0, &t));
  if (knn_tensor_size(t) == 1) *out = knn_tensor_get(t, 0);
  knn_tensor_release(t);
  return KNN_OK;
}

/* What array i is; its type is KNN_DTYPE_NONE if it is not there. */
static knn_status spec_of(const state_file *f, int i, knn__spec *spec) {
  char at[PATH];
  *spec = (knn__spec){.dtype = KNN_DTYPE_NONE};
  return place(f, i, at) ? knn__h5_spec(f->h5, at, spec) : KNN_OK;
}

/* Whether the file holds just the states that there are, each of its shape. */
static knn_status compare(const state_file *f, int first, bool *fits) {
  *fits = true;
  for (int i = 0; *fits; i++) {
    knn_tensor *part = NULL;
    knn__spec spec;
    KNN__TRY(knn__optimizer_state(f->o, i, &part));
    const knn_status st = spec_of(f, first + i, &spec);
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

static knn_status read_states(const state_file *f, int first) {
  char at[PATH];
  for (int i = 0;; i++) {
    knn_tensor *part = NULL;
    KNN__TRY(knn__optimizer_state(f->o, i, &part));
    if (!part) return KNN_OK;
    place(f, first + i, at);
    const knn_status st = knn__h5_read_into(f->h5, at, part);
    knn_tensor_release(part);
    KNN__TRY(st);
  }
}

static void warn_misfit(const state_file *f) {
  knn_warn(f->m->ctx, "the state of the optimizer %s in the file does not fit and is left out",
           f->o->base.cls->name);
}

static knn_status read_all(const state_file *f) {
  double iterations = 0, rate = 0;
  knn__spec spec;
  bool fits;
  const int first = has_rate(f->o) ? 2 : 1;
  KNN__TRY(read_number(f, 0, &iterations));
  if (first == 2) KNN__TRY(read_number(f, 1, &rate));
  KNN__TRY(spec_of(f, first, &spec));
  if (spec.dtype != KNN_DTYPE_NONE) { /* else it had made no step yet */
    KNN__TRY(knn__model_pack(f->m));
    KNN__TRY(compare(f, first, &fits));
    if (!fits) {
      warn_misfit(f);
      return KNN_OK;
    }
    KNN__TRY(read_states(f, first));
  }
  f->o->iterations = (int64_t)iterations;
  return first == 2 ? knn_optimizer_set_learning_rate(f->o, rate) : KNN_OK;
}

knn_status knn__optimizer_state_read(knn_model *m, knn_h5 *h5) {
  const state_file f = {m, m->optimizer, h5, NULL};
  return f.o && m->root->built && knn_h5_has(h5, group) ? read_all(&f) : KNN_OK;
}

/* The optimizers of Keras 2 kept other arrays in another order; theirs begin without these two. */
static bool in_order(const state_file *f) {
  static const char *const begin[] = {"iteration", "learning_rate"};
  for (int i = 0; i < (has_rate(f->o) ? 2 : 1); i++)
    if (!strstr(knn_config_get_string(knn_config_at(f->paths, i)), begin[i])) return false;
  return true;
}

knn_status knn__legacy_state_read(knn_model *m, knn_h5 *h5) {
  state_file f = {m, m->optimizer, h5, NULL};
  knn_status st = KNN_OK;
  if (!f.o || !m->root->built || !knn_h5_has(h5, legacy_group)) return KNN_OK;
  KNN__TRY(knn__legacy_list_read(m->ctx, h5, legacy_group, "weight_names", &f.paths));
  if (in_order(&f))
    st = read_all(&f);
  else
    warn_misfit(&f);
  knn_config_release(f.paths);
  return st;
}
