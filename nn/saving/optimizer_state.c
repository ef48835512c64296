/* optimizer_state.c - the state of an optimizer in HDF5, in Keras's order: steps made, learning
 * rate unless a schedule gives it, then what is kept for the weights. A wrapper has steps and a
 * rate of its own in front, which stay 0, good steps in a row and the scale; what it wraps is
 * written a second time, alone. */
#include <stdio.h>
#include <string.h>

#include "keras_form.h"
#include "weights.h"

enum { PATH = 1000 };

static const char group[] = "optimizer/vars", inner_group[] = "optimizer/inner_optimizer/vars",
                  legacy_group[] = "optimizer_weights";

/* Where the arrays of the state stand: numbered, or in the order of the paths that a legacy file
 * lists. */
typedef struct state_file {
  knn_model *m;
  knn_optimizer *o;
  knn_h5 *h5;
  const char *group;
  knn_config *paths; /* NULL = numbered */
} state_file;

/* The numbers in front. */
enum { NUMBERS = 6 };
typedef struct head_number {
  const char *name;
  knn_dtype type;
  double value;
} head_number;

/* Of number i; false if the file lists fewer. */
static bool place(const state_file *f, int i, char at[PATH]) {
  const char *path = knn_config_get_string(knn_config_at(f->paths, i));
  const int n = f->paths ? snprintf(at, PATH, "%s/%s", f->group, path)
                         : snprintf(at, PATH, "%s/%d", f->group, i);
  return n < PATH && (!f->paths || *path);
}

static bool has_rate(const knn_optimizer *o) {
  return knn__schedule_is_constant(knn__optimizer_common_of(o)->learning_rate);
}

static float *scale_of(const knn_optimizer *o) {
  return knn_tensor_data(knn__variable_tensor(o->scale));
}

/* As they are now; returns how many. */
static int numbers_of(const state_file *f, head_number list[NUMBERS]) {
  const knn_optimizer *o = f->o;
  int n = 0;
  if (o->inner && f->group != inner_group) {
    list[n++] = (head_number){"wrapper_iteration", KNN_I64, 0};
    list[n++] = (head_number){"wrapper_learning_rate", KNN_F32, 0};
    list[n++] = (head_number){"step_counter", KNN_I64, (double)o->finite_steps};
    list[n++] = (head_number){"dynamic_scale", KNN_F32, *scale_of(o)};
  }
  list[n++] = (head_number){"iteration", KNN_I64, (double)o->iterations};
  if (has_rate(o))
    list[n++] = (head_number){"learning_rate", KNN_F32, (o->inner ? o->inner : o)->rate};
  return n;
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

static knn_status write_number(const state_file *f, int i, const head_number *number) {
  knn_tensor *t = NULL;
  KNN__TRY(knn_tensor_new(f->m->ctx, number->type, 0, NULL, &t));
  knn_tensor_set(t, 0, number->value);
  const knn_status st = write_part(f, i, number->name, t);
  knn_tensor_release(t);
  return st;
}

static knn_status write_all(const state_file *f) {
  head_number list[NUMBERS];
  const int n = numbers_of(f, list);
  for (int i = 0; i < n; i++) KNN__TRY(write_number(f, i, &list[i]));
  for (int i = 0;; i++) {
    knn_tensor *part = NULL;
    KNN__TRY(knn__optimizer_state(f->o, i, &part));
    if (!part) return KNN_OK;
    const knn_status st = write_part(f, n + i, NULL, part);
    knn_tensor_release(part);
    KNN__TRY(st);
  }
}

/* A numbered group that bears the optimizer's name. */
static knn_status write_group(const state_file *f, const knn_optimizer *named) {
  knn_config *name = NULL;
  char stem[96];
  stem_of(named, stem);
  KNN__TRY(knn_h5_make_group(f->h5, f->group));
  KNN__TRY(knn_config_string(f->m->ctx, stem, &name));
  const knn_status st = knn_h5_set_attribute(f->h5, f->group, "name", name);
  knn_config_release(name);
  return st == KNN_OK ? write_all(f) : st;
}

knn_status knn__optimizer_state_write(knn_model *m, knn_h5 *h5) {
  const knn_optimizer *o = m->optimizer;
  const state_file whole = {m, m->optimizer, h5, group, NULL},
                   inner = {m, m->optimizer, h5, inner_group, NULL};
  if (!o) return KNN_OK;
  KNN__TRY(write_group(&whole, o));
  return o->inner ? write_group(&inner, o->inner) : KNN_OK;
}

knn_status knn__legacy_state_write(knn_model *m, knn_h5 *h5) {
  state_file f = {m, m->optimizer, h5, legacy_group, NULL};
  KNN__TRY(knn_h5_make_group(h5, legacy_group));
  KNN__TRY(knn_config_list(m->ctx, &f.paths));
  knn_status st = write_all(&f);
  if (st == KNN_OK) st = knn__legacy_list_write(m->ctx, h5, legacy_group, "weight_names", f.paths);
  knn_config_release(f.paths);
  return st;
}

/* ---- reading ---- */

/* What array i is; its type is KNN_DTYPE_NONE if it is not there. */
static knn_status spec_of(const state_file *f, int i, knn__spec *spec) {
  char at[PATH];
  *spec = (knn__spec){.dtype = KNN_DTYPE_NONE};
  return place(f, i, at) ? knn__h5_spec(f->h5, at, spec) : KNN_OK;
}

/* The numbers in front; *fits is false if one of them is missing or is no number. */
static knn_status read_numbers(const state_file *f, head_number list[NUMBERS], int n, bool *fits) {
  char at[PATH];
  *fits = true;
  for (int i = 0; i < n && *fits; i++) {
    knn_tensor *t = NULL;
    knn__spec spec;
    KNN__TRY(spec_of(f, i, &spec));
    *fits = spec.dtype != KNN_DTYPE_NONE && knn__count(spec.rank, spec.dims) == 1;
    if (!*fits) break;
    place(f, i, at);
    KNN__TRY(knn_h5_read(f->h5, at, NULL, 0, &t));
    list[i].value = knn_tensor_get(t, 0);
    knn_tensor_release(t);
  }
  return KNN_OK;
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

static knn_status warn_misfit(const state_file *f) {
  knn_warn(f->m->ctx, "the state of the optimizer %s in the file does not fit and is left out",
           f->o->base.cls->name);
  return KNN_OK;
}

static knn_status take_numbers(knn_optimizer *o, const head_number *list) {
  if (o->inner) {
    o->finite_steps = (int64_t)list[2].value;
    *scale_of(o) = (float)list[3].value;
    list += 4;
  }
  o->iterations = (int64_t)list[0].value;
  return has_rate(o) ? knn_optimizer_set_learning_rate(o, list[1].value) : KNN_OK;
}

static knn_status read_all(const state_file *f) {
  head_number list[NUMBERS];
  const int n = numbers_of(f, list);
  knn__spec spec;
  bool fits;
  KNN__TRY(read_numbers(f, list, n, &fits));
  if (!fits) return warn_misfit(f);
  KNN__TRY(spec_of(f, n, &spec));
  if (spec.dtype != KNN_DTYPE_NONE) { /* else it had made no step yet */
    KNN__TRY(knn__model_pack(f->m));
    KNN__TRY(compare(f, n, &fits));
    if (!fits) return warn_misfit(f);
    KNN__TRY(read_states(f, n));
  }
  return take_numbers(f->o, list);
}

knn_status knn__optimizer_state_read(knn_model *m, knn_h5 *h5) {
  const state_file f = {m, m->optimizer, h5, group, NULL};
  return f.o && m->root->built && knn_h5_has(h5, group) ? read_all(&f) : KNN_OK;
}

/* The optimizers of Keras 2 kept other arrays in another order; theirs begin without these two. */
static bool in_order(const state_file *f) {
  static const char *const begin[] = {"iteration", "learning_rate"};
  for (int i = 0; i < (has_rate(f->o) || f->o->inner ? 2 : 1); i++)
    if (!strstr(knn_config_get_string(knn_config_at(f->paths, i)), begin[i])) return false;
  return true;
}

knn_status knn__legacy_state_read(knn_model *m, knn_h5 *h5) {
  state_file f = {m, m->optimizer, h5, legacy_group, NULL};
  if (!f.o || !m->root->built || !knn_h5_has(h5, legacy_group)) return KNN_OK;
  KNN__TRY(knn__legacy_list_read(m->ctx, h5, legacy_group, "weight_names", &f.paths));
  const knn_status st = in_order(&f) ? read_all(&f) : warn_misfit(&f);
  knn_config_release(f.paths);
  return st;
}
