/* matmul.c - y = a b over the last two axes: a (..., m, k), b (..., k, n) -> y (..., m, n); the
 * axes before are broadcast. trans_a, trans_b read an operand as its transpose without a copy. A
 * vector is a row on the left, a column on the right, and its axis is missing in y, as in NumPy. da
 * = dy b', db = a' dy, summed over the axes that were broadcast. */
#include "chosen.h"
#include "fused.h"

typedef knn__matmul_args matmul_args;

static const knn_param params[] = {
    KNN__PARAM(matmul_args, trans_a, KNN_P_BOOL, "false", "Read the last two axes of a exchanged."),
    KNN__PARAM(matmul_args, trans_b, KNN_P_BOOL, "false", "Read the last two axes of b exchanged."),
};

/* One operand as a stack of matrices: sizes of op(x) and the axes before them. */
typedef struct matrices {
  int64_t rows, cols, ld;
  int rank; /* axes before the matrix */
  const int64_t *dims;
  bool trans, vector;
} matrices;

static matrices left(const knn__spec *a, bool trans) {
  if (a->rank == 1)
    return (matrices){.rows = 1, .cols = a->dims[0], .ld = a->dims[0], .vector = true};
  int64_t r = a->dims[a->rank - 2], c = a->dims[a->rank - 1];
  return (matrices){trans ? c : r, trans ? r : c, c, a->rank - 2, a->dims, trans, false};
}

static matrices right(const knn__spec *b, bool trans) {
  if (b->rank == 1) return (matrices){.rows = b->dims[0], .cols = 1, .ld = 1, .vector = true};
  return left(b, trans);
}

static knn_status infer(const knn__infer *q) {
  const matmul_args *args = q->args;
  const knn__spec *a = &q->in[0], *b = &q->in[1];
  if (a->dtype != b->dtype || !knn_dtype_is_float(a->dtype))
    return knn_fail(q->ctx, KNN_ETYPE,
                    "wants two operands of one float type, got %s and %s; cast one of them",
                    knn_dtype_name(a->dtype), knn_dtype_name(b->dtype));
  if (a->rank == 0 || b->rank == 0)
    return knn_fail(q->ctx, KNN_ESHAPE,
                    "wants operands of rank 1 or more, got %s x %s; multiply by a scalar with '*'",
                    KNN__SPEC(*a), KNN__SPEC(*b));
  matrices l = left(a, args->trans_a), r = right(b, args->trans_b);
  if (l.cols != r.rows && l.cols != KNN_ANY && r.rows != KNN_ANY)
    return knn_fail(q->ctx, KNN_ESHAPE, "inner sizes differ: %s%s x %s%s", KNN__SPEC(*a),
                    l.trans ? " transposed" : "", KNN__SPEC(*b), r.trans ? " transposed" : "");
  knn__spec y = {.dtype = a->dtype};
  if (!knn__broadcast(l.rank, l.dims, r.rank, r.dims, &y.rank, y.dims))
    return knn_fail(q->ctx, KNN_ESHAPE, "the axes before the matrices do not fit: %s x %s",
                    KNN__SPEC(*a), KNN__SPEC(*b));
  if (!l.vector) y.dims[y.rank++] = l.rows;
  if (!r.vector) y.dims[y.rank++] = r.cols;
  q->out[0] = y;
  return KNN_OK;
}

/* How an operand advances through the broadcast batch: by whole matrices, not at all, or
 * irregularly. */
enum { STEADY, SHARED, IRREGULAR };

static int advance(const matrices *x, int64_t batch) {
  int64_t own = knn__count(x->rank, x->dims);
  if (own == 1) return SHARED;
  if (own == batch) return STEADY;
  return IRREGULAR;
}

/* Axes of y before the matrix. */
static int batch_rank(const knn__call *call, const matrices *l, const matrices *r) {
  return call->out[0].spec.rank - !l->vector - !r->vector;
}

static knn_status prepare(knn__call *call) {
  const matmul_args *args = call->args;
  matrices l = left(&call->in[0].spec, args->trans_a), r = right(&call->in[1].spec, args->trans_b);
  int rank = batch_rank(call, &l, &r);
  int64_t batch = knn__count(rank, call->out[0].spec.dims);
  knn__gemm p = {.dtype = call->in[0].spec.dtype,
                 .trans_a = l.trans,
                 .trans_b = r.trans,
                 .m = l.rows,
                 .n = r.cols,
                 .k = l.cols,
                 .lda = l.ld,
                 .ldb = r.ld,
                 .ldc = r.cols,
                 .batch = batch};
  int by_a = advance(&l, batch), by_b = advance(&r, batch);
  if (by_b == SHARED && by_a == STEADY && !l.trans) { /* the rows of all matrices are rows of one */
    p.m *= batch;
    p.batch = 1;
  } else if (by_a == IRREGULAR || by_b == IRREGULAR) {
    p.batch = 1;
  } else {
    p.stride_a = by_a == STEADY ? p.m * p.k : 0;
    p.stride_b = by_b == STEADY ? p.k * p.n : 0;
    p.stride_c = p.m * p.n;
  }
  return knn__chosen_new(call, KNN__GEMM, &p);
}

/* Index of the operand's matrix that belongs to matrix `at` of the broadcast batch. */
static int64_t matrix_of(const matrices *x, int rank, const int64_t *dims, int64_t at) {
  int64_t index = 0, step = 1;
  for (int i = 1; i <= rank; i++) {
    int64_t position = at % dims[rank - i];
    at /= dims[rank - i];
    if (i > x->rank) continue;
    int64_t size = x->dims[x->rank - i];
    if (size > 1) index += position * step;
    step *= size;
  }
  return index;
}

static knn_status forward(const knn__call *call) {
  const matmul_args *args = call->args;
  knn__chosen *chosen = call->state;
  knn__gemm *p = &chosen->gemm;
  size_t size = knn_dtype_size(p->dtype);
  p->a = call->in[0].data;
  p->b = call->in[1].data;
  p->c = call->out[0].data;
  int64_t runs = p->m * p->n == 0 || p->batch != 1 ? 1 : call->out[0].n / (p->m * p->n);
  if (runs == 1) {
    knn__chosen_run(call, chosen);
    return KNN_OK;
  }
  matrices l = left(&call->in[0].spec, args->trans_a), r = right(&call->in[1].spec, args->trans_b);
  const int64_t *dims = call->out[0].spec.dims;
  int rank = batch_rank(call, &l, &r);
  for (int64_t i = 0; i < runs; i++) {
    p->a = (const char *)call->in[0].data +
           (size_t)(matrix_of(&l, rank, dims, i) * p->m * p->k) * size;
    p->b = (const char *)call->in[1].data +
           (size_t)(matrix_of(&r, rank, dims, i) * p->k * p->n) * size;
    p->c = (char *)call->out[0].data + (size_t)(i * p->m * p->n) * size;
    knn__chosen_run(call, chosen);
  }
  return KNN_OK;
}

/* x as (all, last). */
static knn_value *flat_rows(knn__scope *s, knn_value *x) {
  return knn__reshape(s, x, 2, (int64_t[]){KNN_ANY, x->spec.dims[x->spec.rank - 1]});
}

static void vjp(knn__scope *s, const knn__vjp *g) {
  const matmul_args *args = g->args;
  knn_value *a = g->in[0], *b = g->in[1], *dy = g->dy[0];
  if (!dy) return;
  bool ta = args->trans_a && a->spec.rank > 1, tb = args->trans_b && b->spec.rank > 1;
  if (b->spec.rank == 1) dy = knn__expand_dims(s, dy, -1);
  if (a->spec.rank == 1) dy = knn__expand_dims(s, dy, -2);
  if (a->spec.rank == 1) a = knn__expand_dims(s, a, 0);
  if (b->spec.rank == 1) b = knn__expand_dims(s, b, 1);
  if (s->status != KNN_OK) return;
  if (g->wanted[0]) {
    knn_value *da = ta ? knn__matmul(s, b, dy, tb, true) : knn__matmul(s, dy, b, false, !tb);
    if (g->in[0]->spec.rank == 1) da = knn__squeeze(s, da, -2);
    g->dx[0] = knn__sum_to(s, da, &g->in[0]->spec);
  }
  if (g->wanted[1]) {
    /* one product over all rows instead of one per matrix and a sum */
    bool flat =
        b->spec.rank == 2 && a->spec.rank > 2 && !ta && a->spec.dims[a->spec.rank - 1] != KNN_ANY;
    knn_value *rows = flat ? flat_rows(s, a) : a, *drows = flat ? flat_rows(s, dy) : dy;
    knn_value *db =
        tb ? knn__matmul(s, drows, rows, true, ta) : knn__matmul(s, rows, drows, !ta, false);
    if (g->in[1]->spec.rank == 1) db = knn__squeeze(s, db, -1);
    g->dx[1] = knn__sum_to(s, db, &g->in[1]->spec);
  }
}

const knn__op knn__op_matmul = {
    .cls = {.family = "op",
            .name = "matmul",
            .summary = "Matrix product over the last two axes.",
            .detail = "The axes before the last two are broadcast. A vector counts as a row on the "
                      "left and as a column on the "
                      "right, and its axis is missing in the result.",
            .shapes = "a (..., m, k), b (..., k, n) -> (..., m, n)",
            .example = "print(knn.ops.matmul(knn.ones{2, 3}, knn.ones{3, 4}))",
            .source = "numpy.matmul",
            .see = "conv",
            KNN__PARAMS(params, matmul_args)},
    .min_in = 2,
    .max_in = 2,
    .n_out = 1,
    .flags = KNN__OP_HALVES,
    .infer = infer,
    .prepare = prepare,
    .release = knn__chosen_release,
    .cost = knn__chosen_cost,
    .forward = forward,
    .vjp = vjp,
};

knn_value *knn__matmul(knn__scope *s, knn_value *a, knn_value *b, bool trans_a, bool trans_b) {
  matmul_args args = {trans_a, trans_b};
  return knn__op2(s, &knn__op_matmul, &args, a, b);
}
