/* reduce.c - reductions over axes: x (...) -> the other axes (size 1 in place of the reduced ones
 * with keepdims).
 *
 * Reduced axes that lie side by side are folded in one go as (outer, rows, columns); several runs
 * of them one after the other, the last first, through scratch. When outer * columns is too little
 * to share out, the rows are cut into pieces whose results are folded in order. All cuts depend on
 * the sizes alone. Precision: see kernel/ref/reduce.c. Gradients: max and min share dy equally
 * among ties; prod is exact with zeros in x (its own second derivative is not, at the zeros);
 * logsumexp gives dy * softmax. */
#include "reduce.h"

#include <string.h>

#include "op_list.h"
#include "pool.h"
#include "tensor_internal.h"
#include "traverse.h"

static const knn_param params[] = {
    KNN__PARAM(knn__reduce_args, axis, KNN_P_INTS, "null", "Axes to reduce; null: all of them.",
               .mark = KNN_AXIS, .nullable = true),
    KNN__PARAM(knn__reduce_args, keepdims, KNN_P_BOOL, "false",
               "Keep the reduced axes with size 1."),
};

knn_status knn__reduce_axes(knn_ctx *ctx, const knn_ints *axis, int rank,
                            bool reduced[KNN_MAX_RANK]) {
  for (int i = 0; i < KNN_MAX_RANK; i++) reduced[i] = axis->n <= 0 && i < rank;
  for (int i = 0; i < axis->n; i++) {
    int at;
    if (!knn__axis(axis->v[i], rank, &at))
      return knn_fail(ctx, KNN_EARG, "axis %lld is out of range for an operand with %d axes",
                      (long long)axis->v[i], rank);
    if (reduced[at])
      return knn_fail(ctx, KNN_EARG, "axis %lld is given twice", (long long)axis->v[i]);
    reduced[at] = true;
  }
  return KNN_OK;
}

void knn__reduce_shape(const knn__spec *x, const bool *reduced, bool keepdims, knn__spec *out) {
  *out = (knn__spec){.dtype = x->dtype};
  for (int i = 0; i < x->rank; i++)
    if (!reduced[i] || keepdims) out->dims[out->rank++] = reduced[i] ? 1 : x->dims[i];
}

bool knn__reduce_run(knn__spec *x, bool *reduced, int64_t *outer, int64_t *rows, int64_t *columns) {
  int last = x->rank - 1, first;
  while (last >= 0 && !reduced[last]) last--;
  if (last < 0) return false;
  *outer = *rows = *columns = 1;
  for (int i = last + 1; i < x->rank; i++) *columns *= x->dims[i];
  for (first = last; first >= 0 && (reduced[first] || x->dims[first] == 1); first--) {
    *rows *= x->dims[first];
    x->dims[first] = 1;
    reduced[first] = false;
  }
  for (int i = 0; i <= first; i++) *outer *= x->dims[i];
  return true;
}

/* One stage: (outer, rows, columns) -> (outer, pieces, columns), pieces = 1 unless the rows are
 * cut. */
typedef struct stage {
  knn__fold *fold;
  const char *x;
  char *y;
  int64_t x_size, y_size; /* bytes per element */
  int64_t outer, rows, columns;
  int cuts;   /* of the rows */
  int strips; /* of the columns */
  int64_t units;
  int pieces;
} stage;

static void unit(const stage *w, int64_t u) {
  int64_t strip = u % w->strips, cut = u / w->strips % w->cuts, o = u / w->strips / w->cuts, row0,
          row1, col0, col1;
  knn__piece_range(w->rows, w->cuts, (int)cut, &row0, &row1);
  knn__piece_range(w->columns, w->strips, (int)strip, &col0, &col1);
  w->fold(row1 - row0, col1 - col0, w->columns,
          w->x + ((o * w->rows + row0) * w->columns + col0) * w->x_size,
          w->y + ((o * w->cuts + cut) * w->columns + col0) * w->y_size);
}

static void piece(void *arg, int number) {
  const stage *w = arg;
  int64_t first, last;
  knn__piece_range(w->units, w->pieces, number, &first, &last);
  if (w->units == w->outer) { /* short rows should not pay for the general case */
    const int64_t x_step = w->rows * w->columns * w->x_size, y_step = w->columns * w->y_size;
    for (int64_t o = first; o < last; o++)
      w->fold(w->rows, w->columns, w->columns, w->x + o * x_step, w->y + o * y_step);
    return;
  }
  for (int64_t u = first; u < last; u++) unit(w, u);
}

/* A strip fills whole tiles of accumulators. */
static int strips_of(int64_t columns) {
  return columns > 256 ? knn__pieces(columns, 128) : 1;
}

/* Pieces of the rows, when outer and strips alone do not make enough units for the work. */
static int cuts_of(int64_t outer, int64_t rows, int64_t columns) {
  int64_t units = outer * strips_of(columns),
          wanted = knn__pieces(outer * rows * columns, KNN__GRAIN);
  int64_t cuts = units > 0 ? wanted / units : 1;
  return (int)(cuts < 1 ? 1 : cuts > rows ? rows : cuts);
}

static void run_stage(knn_ctx *ctx, stage *w) {
  w->strips = strips_of(w->columns);
  w->units = w->outer * w->cuts * w->strips;
  w->pieces = knn__pieces(w->outer * w->rows * w->columns, KNN__GRAIN);
  if (w->pieces > w->units) w->pieces = (int)w->units;
  knn__parallel(ctx, w->pieces, piece, w);
}

/* Elements that lie in scratch between the stages: the most a single one leaves, for two buffers in
 * turn. */
static int64_t scratch_elements(knn__spec x, bool *reduced) {
  int64_t outer, rows, columns, most = 0;
  while (knn__reduce_run(&x, reduced, &outer, &rows, &columns)) {
    int64_t left = outer * columns * cuts_of(outer, rows, columns);
    if (left > most) most = left;
  }
  return most;
}

/* Of x's type and of the result's. */
typedef struct folds {
  knn__fold *from, *next;
} folds;

static knn__fold *best_fold(knn__call *call, knn_dtype type, knn__fold *const table[KNN_DTYPES],
                            size_t simd) {
  const knn__simd_set *set = simd && knn_dtype_is_float(type) ? knn__simd(call->ctx, type) : NULL;
  knn__fold *fold = table[type];
  if (set) memcpy(&fold, (const char *)set + simd, sizeof fold);
  if (set) call->provider = "simd";
  return fold;
}

/* table: ref's folds by type; simd: offset of the entry in knn__simd_set, 0 = it has none. */
static knn_status prepare(knn__call *call, knn__fold *const table[KNN_DTYPES], size_t simd) {
  const knn__reduce_args *args = call->args;
  bool reduced[KNN_MAX_RANK];
  KNN__TRY(knn__reduce_axes(call->ctx, &args->axis, call->in[0].spec.rank, reduced));
  size_t elements = (size_t)scratch_elements(call->in[0].spec, reduced);
  call->scratch_bytes = 2 * ((elements * knn_dtype_size(call->out[0].spec.dtype) + 63) / 64 * 64);
  folds *chosen = knn__alloc(call->ctx, sizeof *chosen);
  if (!chosen) return KNN_ENOMEM;
  chosen->from = best_fold(call, call->in[0].spec.dtype, table, simd);
  chosen->next = best_fold(call, call->out[0].spec.dtype, table, simd);
  call->state = chosen;
  return KNN_OK;
}

static void release(knn__call *call) {
  knn__free(call->ctx, call->state);
  call->state = NULL;
}

/* x without elements gives `empty`. */
static knn_status fold_axes(const knn__call *call, double empty) {
  const folds *chosen = call->state;
  const knn__reduce_args *args = call->args;
  const knn__buf *in = &call->in[0], *out = &call->out[0];
  knn__spec x = in->spec;
  bool reduced[KNN_MAX_RANK];
  int64_t outer, rows, columns, size = (int64_t)knn_dtype_size(out->spec.dtype);
  KNN__TRY(knn__reduce_axes(call->ctx, &args->axis, x.rank, reduced));
  for (int64_t i = 0; i < out->n && in->n == 0; i++)
    knn__set_element(out->spec.dtype, (char *)out->data + i * size, empty);
  if (in->n == 0) return KNN_OK;
  char *buffers[2] = {call->scratch, (char *)call->scratch + call->scratch_bytes / 2};
  stage w = {.fold = chosen->from,
             .x = in->data,
             .x_size = (int64_t)knn_dtype_size(x.dtype),
             .y_size = size};
  int turn = 0;
  bool more = knn__reduce_run(&x, reduced, &outer, &rows, &columns);
  if (!more)
    outer = out->n, rows = columns = 1, more = true; /* nothing to reduce: fold single elements */
  while (more) {
    w.outer = outer, w.rows = rows, w.columns = columns;
    w.cuts = cuts_of(outer, rows, columns);
    more = knn__reduce_run(&x, reduced, &outer, &rows, &columns);
    if (w.cuts > 1 && !more) { /* one more stage folds the pieces */
      outer = w.outer, rows = w.cuts, columns = w.columns;
      more = true;
    } else if (w.cuts > 1) { /* the pieces are rows of the next run */
      w.cuts = 1;
    }
    w.y = more ? buffers[turn] : out->data;
    run_stage(call->ctx, &w);
    w.x = w.y, w.x_size = size, w.fold = chosen->next;
    turn = !turn;
  }
  return KNN_OK;
}

static knn_status infer_as(const knn__infer *q, bool floats_only, bool widens, bool needs_one) {
  const knn__reduce_args *args = q->args;
  const knn__spec *x = &q->in[0];
  bool reduced[KNN_MAX_RANK];
  if (floats_only && !knn_dtype_is_float(x->dtype))
    return knn_fail(q->ctx, KNN_ETYPE, "not defined for %s; cast the operand first",
                    knn_dtype_name(x->dtype));
  KNN__TRY(knn__reduce_axes(q->ctx, &args->axis, x->rank, reduced));
  for (int i = 0; i < x->rank && needs_one; i++)
    if (reduced[i] && x->dims[i] == 0)
      return knn_fail(q->ctx, KNN_ESHAPE, "no element to choose from: axis %d of %s has size 0", i,
                      KNN__SPEC(*x));
  knn__reduce_shape(x, reduced, args->keepdims, &q->out[0]);
  if (widens && (x->dtype == KNN_U8 || x->dtype == KNN_BOOL)) q->out[0].dtype = KNN_I32;
  return KNN_OK;
}

#define COMMA ,
#define VECTOR(op) offsetof(knn__simd_set, fold_##op)
#define REAL_FOLDS(op) [KNN_F32] = knn__ref_fold_##op##_f32, [KNN_F64] = knn__ref_fold_##op##_f64
#define ALL_FOLDS(op)                                                                         \
  REAL_FOLDS(op), [KNN_I32] = knn__ref_fold_##op##_i32, [KNN_I64] = knn__ref_fold_##op##_i64, \
                  [KNN_U8] = knn__ref_fold_##op##_u8, [KNN_BOOL] = knn__ref_fold_##op##_u8

static knn_status divide_by(const knn__call *call, double n) {
  char *at = call->out[0].data;
  if (call->out[0].spec.dtype == KNN_F32)
    for (int64_t i = 0; i < call->out[0].n; i++)
      ((float *)(void *)at)[i] = (float)(((float *)(void *)at)[i] / n);
  else
    for (int64_t i = 0; i < call->out[0].n; i++) ((double *)(void *)at)[i] /= n;
  return KNN_OK;
}

static knn__axes axes_of(const knn__reduce_args *args) {
  knn__axes axes = {args->axis.n > 0 ? args->axis.n : 0, {0}};
  for (int i = 0; i < axes.n; i++) axes.v[i] = args->axis.v[i];
  return axes;
}

/* dy or y, given size 1 again where x was reduced, so that it broadcasts against x. */
static knn_value *spread(knn__scope *s, const knn__vjp *g, knn_value *v) {
  const knn__reduce_args *args = g->args;
  bool reduced[KNN_MAX_RANK];
  if (knn__reduce_axes(s->ctx, &args->axis, g->in[0]->spec.rank, reduced) != KNN_OK)
    return v; /* infer has checked them */
  for (int i = 0; i < g->in[0]->spec.rank && !args->keepdims; i++)
    if (reduced[i]) v = knn__expand_dims(s, v, i);
  return v;
}

static void sum_vjp(knn__scope *s, const knn__vjp *g) {
  if (knn__wants(g, 0)) g->dx[0] = knn__broadcast_like(s, spread(s, g, g->dy[0]), g->in[0]);
}

/* The number of elements behind one result may not be known yet, so it is counted as the sum of
 * ones. */
static void mean_vjp(knn__scope *s, const knn__vjp *g) {
  const knn__reduce_args *args = g->args;
  bool reduced[KNN_MAX_RANK], known = true;
  double n = 1;
  if (!knn__wants(g, 0)) return;
  if (knn__reduce_axes(s->ctx, &args->axis, g->in[0]->spec.rank, reduced) != KNN_OK)
    return; /* infer has checked them */
  for (int i = 0; i < g->in[0]->spec.rank; i++) {
    if (!reduced[i]) continue;
    known = known && g->in[0]->spec.dims[i] != KNN_ANY;
    n *= (double)g->in[0]->spec.dims[i];
  }
  knn_value *count = knn__scalar_like(s, g->dy[0], known ? n : 1);
  if (!known) count = knn__sum(s, knn__broadcast_like(s, count, g->in[0]), axes_of(args), true);
  knn_value *dy = knn__divide(s, spread(s, g, g->dy[0]), count);
  g->dx[0] = knn__broadcast_like(s, dy, g->in[0]);
}

static void max_vjp(knn__scope *s, const knn__vjp *g) {
  if (!knn__wants(g, 0)) return;
  knn_value *x = g->in[0], *best = knn__equal(s, x, spread(s, g, g->out[0])),
            *zero = knn__scalar_like(s, x, 0);
  knn_value *ties = knn__sum(s, knn__cast(s, best, x->spec.dtype), axes_of(g->args), true);
  g->dx[0] = knn__where(s, best, knn__divide(s, spread(s, g, g->dy[0]), ties), zero);
}
#define min_vjp max_vjp

/* Product of the others: with one zero only its own place has a gradient, with more none. */
static void prod_vjp(knn__scope *s, const knn__vjp *g) {
  if (!knn__wants(g, 0)) return;
  knn_value *x = g->in[0], *zero = knn__scalar_like(s, x, 0), *one = knn__scalar_like(s, x, 1);
  knn_value *is_zero = knn__equal(s, x, zero), *full = knn__where(s, is_zero, one, x);
  knn_value *zeros = knn__sum(s, knn__cast(s, is_zero, x->spec.dtype), axes_of(g->args), true);
  knn_value *rest = knn__prod(s, full, axes_of(g->args), true);
  knn_value *without = knn__where(s, knn__equal(s, zeros, zero), knn__divide(s, rest, full), zero);
  knn_value *at_zero = knn__where(s, knn__equal(s, zeros, one), rest, zero);
  g->dx[0] = knn__multiply(s, spread(s, g, g->dy[0]), knn__where(s, is_zero, at_zero, without));
}

static void logsumexp_vjp(knn__scope *s, const knn__vjp *g) {
  if (!knn__wants(g, 0)) return;
  knn_value *share = knn__exp(s, knn__subtract(s, g->in[0], spread(s, g, g->out[0])));
  g->dx[0] = knn__multiply(s, spread(s, g, g->dy[0]), share);
}

#define ROW(op, convert, table, simd, floats_only, widens, needs_one, empty, finish, gradient, \
            what, formula)                                                                     \
  static knn_status op##_infer(const knn__infer *q) {                                          \
    return infer_as(q, floats_only, widens, needs_one);                                        \
  }                                                                                            \
  static knn_status op##_prepare(knn__call *call) {                                            \
    static knn__fold *const by_type[KNN_DTYPES] = {table};                                     \
    return prepare(call, by_type, simd);                                                       \
  }                                                                                            \
  static knn_status op##_forward(const knn__call *call) {                                      \
    KNN__TRY(fold_axes(call, empty));                                                          \
    return finish;                                                                             \
  }                                                                                            \
  const knn__op knn__op_##op = {                                                               \
      .cls = {.family = "op",                                                                  \
              .name = #op,                                                                     \
              .summary = what,                                                                 \
              .detail = formula,                                                               \
              .shapes = "x (..., n, ...) -> (..., ...)",                                       \
              .example = "knn.ops." #op "(knn.tensor{{1, 2}, {3, 4}}, {axis = -1})",           \
              KNN__PARAMS(params, knn__reduce_args)},                                          \
      .min_in = 1,                                                                             \
      .max_in = 1,                                                                             \
      .n_out = 1,                                                                              \
      .flags = convert,                                                                        \
      .infer = op##_infer,                                                                     \
      .prepare = op##_prepare,                                                                 \
      .release = release,                                                                      \
      .forward = op##_forward,                                                                 \
      .vjp = gradient};                                                                        \
  knn_value *knn__##op(knn__scope *s, knn_value *x, knn__axes axes, bool keepdims) {           \
    knn__reduce_args args = {{.n = axes.n > 0 ? axes.n : -1}, keepdims};                       \
    for (int i = 0; i < axes.n; i++) args.axis.v[i] = axes.v[i];                               \
    return knn__apply1(s, &knn__op_##op, &args, x);                                            \
  }

static double reduced_count(const knn__call *call) {
  return call->out[0].n ? (double)call->in[0].n / (double)call->out[0].n : 1;
}

ROW(sum, 0, ALL_FOLDS(sum), VECTOR(sum), false, true, false, 0, KNN_OK, sum_vjp, "Sum over axes.",
    "y = sum of x; uint8 and bool add up as int32.")
ROW(mean, KNN__OP_TO_FLOAT, REAL_FOLDS(sum), VECTOR(sum), true, false, false, 0,
    divide_by(call, reduced_count(call)), mean_vjp, "Mean over axes.",
    "y = sum of x / number of elements; NaN for none.")
ROW(max, 0, ALL_FOLDS(max), VECTOR(max), false, false, true, 0, KNN_OK, max_vjp,
    "Largest element over axes.",
    "y = max x; NaN if one is there; equal largest elements share the gradient.")
ROW(min, 0, ALL_FOLDS(min), VECTOR(min), false, false, true, 0, KNN_OK, min_vjp,
    "Smallest element over axes.",
    "y = min x; NaN if one is there; equal smallest elements share the gradient.")
ROW(prod, 0, ALL_FOLDS(prod), VECTOR(prod), false, true, false, 1, KNN_OK, prod_vjp,
    "Product over axes.", "y = product of x; uint8 and bool multiply as int32.")
ROW(logsumexp, KNN__OP_TO_FLOAT, REAL_FOLDS(logsumexp), VECTOR(logsumexp), true, false, true, 0,
    KNN_OK, logsumexp_vjp, "Logarithm of the sum of exponentials over axes.",
    "y = ln(sum of e^x), shifted by the maximum so that nothing overflows.")
#define all_fold [KNN_BOOL] = knn__ref_fold_min_u8
#define any_fold [KNN_BOOL] = knn__ref_fold_max_u8
ROW(all, KNN__OP_TO_BOOL, all_fold, 0, false, false, false, 1, KNN_OK, NULL,
    "Whether all elements over axes are true.", "y = x[1] and x[2] and ...; true for no elements.")
ROW(any, KNN__OP_TO_BOOL, any_fold, 0, false, false, false, 0, KNN_OK, NULL,
    "Whether any element over axes is true.", "y = x[1] or x[2] or ...; false for no elements.")

knn_value *knn__sum_to(knn__scope *s, knn_value *x, const knn__spec *like) {
  if (s->status != KNN_OK) return NULL;
  knn__axes lead = {0}, ones = {0};
  for (int i = 0; i < x->spec.rank - like->rank; i++) lead.v[lead.n++] = i;
  if (lead.n) x = knn__sum(s, x, lead, false);
  for (int i = 0; i < like->rank && s->status == KNN_OK; i++)
    if (like->dims[i] == 1 && x->spec.dims[i] != 1) ones.v[ones.n++] = i;
  return ones.n ? knn__sum(s, x, ones, true) : x;
}
