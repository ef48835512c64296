/* preflight.c - look at the data before the first step and refuse what cannot be learned from, by
 * name. Rows and columns in messages count from 1. */
#include <float.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "functional.h"
#include "tensor_internal.h"

/* "row 5, column 3" or "row 5, position (2, 7, 1)" of a flat element. */
static const char *place_text(const knn_tensor *t, int64_t at, char *buffer, size_t size) {
  int64_t row = knn_tensor_size(t) / knn_tensor_dim(t, 0), inside = at % row,
          position[KNN_MAX_RANK];
  int rank = knn_tensor_rank(t);
  if (rank == 1) {
    snprintf(buffer, size, "row %lld", (long long)at + 1);
    return buffer;
  }
  for (int i = rank - 1; i > 0; i--) {
    position[i - 1] = inside % knn_tensor_dim(t, i) + 1;
    inside /= knn_tensor_dim(t, i);
  }
  if (rank == 2)
    snprintf(buffer, size, "row %lld, column %lld", (long long)(at / row) + 1,
             (long long)position[0]);
  else
    snprintf(buffer, size, "row %lld, position %s", (long long)(at / row) + 1,
             KNN__SHAPE(rank - 1, position));
  return buffer;
}

/* Blocks are judged as a whole first, which compilers make vectors of. */
#define FIRST_OUTSIDE(T)                                                            \
  static int64_t first_outside_##T(const T *x, int64_t n, T low, T high) {          \
    enum { BLOCK = 512 };                                                           \
    for (int64_t at = 0; at < n; at += BLOCK) {                                     \
      const int64_t end = n - at < BLOCK ? n : at + BLOCK;                          \
      int outside = 0;                                                              \
      for (int64_t i = at; i < end; i++) outside |= !(x[i] >= low && x[i] <= high); \
      for (int64_t i = at; outside && i < end; i++)                                 \
        if (!(x[i] >= low && x[i] <= high)) return i;                               \
    }                                                                               \
    return -1;                                                                      \
  }
FIRST_OUTSIDE(float)
FIRST_OUTSIDE(double)

/* The first element that lies outside of low .. high or is NaN; -1 = none. */
static int64_t first_outside(const knn_tensor *t, double low, double high) {
  const int64_t n = knn_tensor_size(t);
  if (t->spec.dtype == KNN_F32)
    return first_outside_float(knn_tensor_data(t), n, (float)low, (float)high);
  if (t->spec.dtype == KNN_F64) return first_outside_double(knn_tensor_data(t), n, low, high);
  for (int64_t i = 0; i < n; i++) {
    const double v = knn_tensor_get(t, i);
    if (!(v >= low && v <= high)) return i;
  }
  return -1;
}

static knn_status check_finite(knn_ctx *ctx, const char *who, const knn_tensor *t) {
  int64_t bad = -1;
  if (t->spec.dtype == KNN_F32) bad = first_outside(t, -FLT_MAX, FLT_MAX);
  if (t->spec.dtype == KNN_F64) bad = first_outside(t, -DBL_MAX, DBL_MAX);
  if (bad < 0) return KNN_OK;
  char place[160];
  const char *what = isnan(knn_tensor_get(t, bad)) ? "NaN" : "infinity";
  return knn_fail(ctx, KNN_EDATA, "%s has %s at %s; drop such rows or fill the value first", who,
                  what, place_text(t, bad, place, sizeof place));
}

static knn_status check_input(knn_model *m, int i, const knn_tensor *x) {
  const knn__spec *want = &m->root->inputs[i];
  knn__spec got = x->spec;
  got.dims[0] = KNN_ANY;
  const bool drawn = knn__is_functional(m->root) || want->dtype == KNN_STRING;
  if (drawn) { /* takes a last axis of 1 more or less */
    if (got.rank == want->rank + 1 && got.dims[want->rank] == 1) got.rank--;
    if (got.rank + 1 == want->rank && want->dims[got.rank] == 1) got.dims[got.rank++] = 1;
  }
  const bool strings = want->dtype == KNN_STRING;
  if (strings != (got.dtype == KNN_STRING))
    return knn_fail(
        m->ctx, KNN_ETYPE,
        strings
            ? "model '%s' takes strings, got x of type %s"
            : "model '%s' takes numbers, got x of type %s; begin it with knn.Input{shape = {1}, "
              "dtype = \"string\"} and a TextVectorization or StringLookup",
        m->root->base.name, knn_dtype_name(got.dtype));
  if (knn__dims_fit(want->rank, want->dims, got.rank, got.dims)) return KNN_OK;
  if (m->root->n_inputs == 1)
    return knn_fail(m->ctx, KNN_ESHAPE, "model '%s' takes inputs of shape %s, got x of shape %s",
                    m->root->base.name, KNN__SPEC(*want), KNN__SPEC(x->spec));
  const char *name = knn_layer_input_name(m->root, i);
  return knn_fail(m->ctx, KNN_ESHAPE,
                  "model '%s': input %d%s%s%s has shape %s, got x %d of shape %s",
                  m->root->base.name, i + 1, name ? " ('" : "", name ? name : "", name ? "')" : "",
                  KNN__SPEC(*want), i + 1, KNN__SPEC(x->spec));
}

static knn_status check_inputs(knn_model *m, const knn__batches *b) {
  if (b->n_x != m->root->n_inputs)
    return knn_fail(m->ctx, KNN_EARG, "model '%s' has %d input%s, but %d arrays were given",
                    m->root->base.name, m->root->n_inputs, m->root->n_inputs == 1 ? "" : "s",
                    b->n_x);
  for (int i = 0; i < b->n_x; i++) KNN__TRY(check_input(m, i, b->x[i]));
  return KNN_OK;
}

/* Smallest and largest label, and whether 0 ever occurs. */
typedef struct labels {
  double low, high;
  bool zero;
} labels;

static knn_status scan_labels(knn_ctx *ctx, const knn_tensor *y, labels *out) {
  *out = (labels){INFINITY, -INFINITY, false};
  int64_t n = knn_tensor_size(y);
  for (int64_t i = 0; i < n; i++) {
    double v = knn_tensor_get(y, i);
    if (v != floor(v)) {
      char place[160];
      return knn_fail(ctx, KNN_EDATA,
                      "label %g at %s is not a whole number; class labels are 0, 1, 2, ...", v,
                      place_text(y, i, place, sizeof place));
    }
    out->low = fmin(out->low, v);
    out->high = fmax(out->high, v);
    out->zero = out->zero || v == 0;
  }
  return KNN_OK;
}

/* all: y holds the labels of every row, not of one batch. */
static knn_status check_labels(knn_model *m, const knn_loss *loss, const knn_tensor *y, bool all,
                               const knn__spec *out) {
  labels seen;
  int64_t classes = out->dims[out->rank - 1];
  KNN__TRY(scan_labels(m->ctx, y, &seen));
  if (classes == KNN_ANY) return KNN_OK;
  double ignored = knn__loss_ignored_label(loss);
  if (seen.low >= 0 && seen.high < (double)classes) {
    if (all && seen.low == 1)
      knn_warn(m->ctx,
               "fit: label 0 never occurs (labels are %g..%g); if they count from 1, use y - 1",
               seen.low, seen.high);
    return KNN_OK;
  }
  for (int64_t i = 0; i < knn_tensor_size(y); i++) {
    double v = knn_tensor_get(y, i);
    if (v == ignored || (v >= 0 && v < (double)classes)) continue;
    char hint[160] = "";
    if (seen.low == 1 && seen.high == (double)classes)
      snprintf(hint, sizeof hint,
               ". Labels look 1-based: min 1, max %g. Use y - 1 or knn.labels(y)", seen.high);
    return knn_fail(m->ctx, KNN_EDATA,
                    "label %g at sample %lld is outside 0..%lld (%lld output units)%s", v,
                    (long long)i + 1, (long long)classes - 1, (long long)classes, hint);
  }
  return KNN_OK;
}

static bool loss_is(const knn_loss *loss, const char *name) {
  return strcmp(loss->base.cls->name, name) == 0;
}

static knn_status check_label_targets(knn_model *m, const knn_loss *loss, const knn_tensor *y,
                                      bool all, const knn__spec *out) {
  const knn__spec *s = &y->spec;
  bool column = s->rank == out->rank && s->dims[s->rank - 1] == 1;
  if (s->rank == out->rank && !column && s->dims[s->rank - 1] == out->dims[out->rank - 1])
    return knn_fail(m->ctx, KNN_ESHAPE,
                    "y of shape %s looks one-hot, but %s takes labels 0..%lld of shape (n,); use "
                    "categorical_crossentropy",
                    KNN__SPEC(*s), loss->base.cls->name, (long long)out->dims[out->rank - 1] - 1);
  if (!column && s->rank != out->rank - 1)
    return knn_fail(
        m->ctx, KNN_ESHAPE,
        "y has shape %s, but the model's output is %s: labels of shape (n,) are expected",
        KNN__SPEC(*s), KNN__SPEC(*out));
  return check_labels(m, loss, y, all, out);
}

/* Targets must have the output's shape; a missing or extra last axis of size 1 is the same thing.
 * Anything else would be broadcast silently, which is never meant. */
static knn_status check_target_shape(knn_model *m, const knn_loss *loss, const knn_tensor *y,
                                     const knn__spec *out) {
  knn__spec got = y->spec, want = *out;
  if (got.rank == want.rank + 1 && got.dims[got.rank - 1] == 1) got.rank--;
  if (want.rank == got.rank + 1 && want.dims[want.rank - 1] == 1) want.rank--;
  got.dims[0] = KNN_ANY;
  if (knn__dims_fit(got.rank, got.dims, want.rank, want.dims)) return KNN_OK;
  bool numbers = y->spec.rank == 1 || (y->spec.rank == 2 && y->spec.dims[1] == 1);
  const char *hint = "";
  if (numbers && loss_is(loss, "CategoricalCrossentropy"))
    hint =
        "; turn labels into one-hot rows with knn.to_categorical(y), or use "
        "sparse_categorical_crossentropy";
  else if (numbers && out->rank == 2)
    hint = "; the last layer should have one unit, or y one column per unit";
  return knn_fail(m->ctx, KNN_ESHAPE, "y has shape %s, but the model's output is %s%s",
                  KNN__SPEC(y->spec), KNN__SPEC(*out), hint);
}

static knn_status check_probabilities(knn_model *m, const knn_loss *loss, const knn_tensor *y) {
  if (!loss_is(loss, "BinaryCrossentropy")) return KNN_OK;
  const int64_t bad = first_outside(y, 0, 1);
  char place[160];
  if (bad < 0) return KNN_OK;
  return knn_fail(m->ctx, KNN_EDATA,
                  "y is %g at %s, but binary_crossentropy takes targets from 0 to 1",
                  knn_tensor_get(y, bad), place_text(y, bad, place, sizeof place));
}

static knn_status check_target(knn_model *m, const knn_loss *loss, const knn_tensor *y, bool all,
                               const knn__spec *out) {
  KNN__TRY(check_finite(m->ctx, "y", y));
  if (!loss || loss->custom) return KNN_OK;
  const knn__loss_def *def = (const knn__loss_def *)loss->base.cls;
  if (def->own_labels) return KNN_OK;
  if (def->labels) return check_label_targets(m, loss, y, all, out);
  KNN__TRY(check_target_shape(m, loss, y, out));
  return check_probabilities(m, loss, y);
}

/* One number per row, or one per step and the like: then as long as the output's leading axes. */
static knn_status check_weight(knn_model *m, const knn__batches *b, int i) {
  const knn_tensor *w = b->weight[i];
  if (!w) return KNN_OK;
  knn__spec got = w->spec;
  if (knn_tensor_size(w) != b->rows && got.rank < 2)
    return knn_fail(m->ctx, KNN_ESHAPE,
                    "sample_weight of shape %s: one number per row is expected, (%lld,)",
                    KNN__SPEC(got), (long long)b->rows);
  return check_finite(m->ctx, "sample_weight", w);
}

/* Rows of the first batch. */
static int64_t first_rows(const knn__batches *b) {
  return b->pipeline || b->rows < b->batch_size ? b->rows : b->batch_size;
}

/* Outputs with an open batch. A host's call may ask for the number of rows, so it sees one. */
static knn_status infer_outputs(knn_model *m, const knn__batches *b, knn__spec *out, int *n) {
  knn__spec in[KNN__MODEL_IO];
  if (!m->root->custom) return knn__model_infer(m, out, n);
  for (int i = 0; i < b->n_x; i++) {
    in[i] = m->root->inputs[i];
    in[i].dims[0] = first_rows(b);
  }
  KNN__TRY(knn__layer_infer(m->root, in, b->n_x, false, out, n));
  for (int i = 0; i < *n; i++)
    if (out[i].rank > 0) out[i].dims[0] = KNN_ANY;
  return KNN_OK;
}

static knn_status check_targets(knn_model *m, const knn__batches *b) {
  knn__spec out[KNN__MAX_OUT], y[KNN__MODEL_IO];
  int n = 0;
  if (b->n_y == 0) return knn_fail(m->ctx, KNN_EARG, "targets are missing: give x and y");
  KNN__TRY(infer_outputs(m, b, out, &n));
  if (n != b->n_y)
    return knn_fail(m->ctx, KNN_EARG, "the model has %d outputs, but %d target arrays were given",
                    n, b->n_y);
  KNN__TRY(knn__model_settle(m, n));
  for (int i = 0; i < n; i++) y[i] = b->y[i]->spec;
  KNN__TRY(knn__model_pick_losses(m, y, out));
  for (int i = 0; i < n; i++) {
    knn_status st = check_target(m, m->heads[i].loss, b->y[i], !b->pipeline, &out[i]);
    if (st != KNN_OK) return n > 1 ? knn_fail_in(m->ctx, st, "output '%s'", m->heads[i].name) : st;
  }
  return KNN_OK;
}

/* A step of the host's own may do without targets, or mean something else by them, unless compile
 * was given a loss for them. */
static bool targets_are_free(const knn_model *m, const knn__batches *b) {
  const bool own = knn__model_has_step(m, KNN__TRAIN) || knn__model_has_step(m, KNN__TEST);
  return own && (b->n_y == 0 || knn_config_kind_of(m->loss_option) == KNN_CONFIG_NULL);
}

knn_status knn__preflight(knn_model *m, const knn__batches *b, bool targets) {
  knn__spec in[KNN__MODEL_IO];
  for (int i = 0; i < b->n_x; i++) {
    in[i] = b->x[i]->spec;
    in[i].dims[0] = first_rows(b);
    in[i].dtype = knn__feed_type(m, i, in[i].dtype);
  }
  KNN__TRY(knn__model_require_built(m, in, b->n_x));
  KNN__TRY(check_inputs(m, b));
  KNN__TRY(knn__model_cut(m));
  for (int i = 0; i < b->n_x && targets; i++) KNN__TRY(check_finite(m->ctx, "x", b->x[i]));
  if (!targets) return KNN_OK;
  for (int i = 0; i < b->n_weight; i++) KNN__TRY(check_weight(m, b, i));
  return targets_are_free(m, b) ? KNN_OK : check_targets(m, b);
}
