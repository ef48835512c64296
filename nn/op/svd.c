/* svd.c - singular values: a = u diag(s) v', u and v with orthogonal columns, s descending. a (...,
 * m, n) -> u (..., m, k), s (..., k), v' (..., k, n), k = min(m, n), or with `complete` u (..., m,
 * m), v' (..., n, n); the largest element of each row of v' is positive. By one-sided Jacobi
 * rotations in double, which turn the columns of a until they are orthogonal. With F[i, j] = 1 /
 * (s[j]^2 - s[i]^2) off the diagonal,
 *   da = u (E(u, du) s + ds + s E(v, dv)) v' + (1 - u u') du s^-1 v' + u s^-1 dv' (1 - v v'),
 *   E(x, dx) = F * (x' dx - dx' x).
 * Source: Hestenes 1958; Townsend 2016 for the gradient. */
#include <math.h>
#include <string.h>

#include "decompose.h"
#include "op_list.h"

typedef struct svd_args {
  bool complete;
} svd_args;

static const knn_param params[] = {
    KNN__PARAM(svd_args, complete, KNN_P_BOOL, "false", "Give u and v square."),
};

static knn_status infer(const knn__infer *q) {
  const svd_args *args = q->args;
  KNN__TRY(knn__need_matrices(q, false));
  const knn__spec *a = &q->in[0];
  const int64_t m = knn__matrix_rows(a), n = knn__matrix_columns(a), k = m < n ? m : n;
  q->out[0] = knn__matrix_spec(a, m, args->complete ? m : k);
  q->out[1] = knn__matrix_spec(a, k, -1);
  q->out[2] = knn__matrix_spec(a, args->complete ? n : k, n);
  return KNN_OK;
}

/* Of the matrix turned so that it is not wider than high: rows x columns; each row of u and v is a
 * vector. */
typedef struct work {
  int64_t m, n, rows, columns;
  double *a, *u, *v, *s, *out;
} work;

static work carve(const knn__spec *x, double *scratch) {
  work w = {.m = knn__matrix_rows(x), .n = knn__matrix_columns(x)};
  w.rows = w.m > w.n ? w.m : w.n, w.columns = w.m > w.n ? w.n : w.m;
  w.a = scratch;
  w.u = w.a + w.m * w.n;
  w.v = w.u + w.rows * w.rows;
  w.s = w.v + w.rows * w.rows;
  w.out = w.s + w.columns;
  return w;
}

static knn_status prepare(knn__call *call) {
  const work w = carve(&call->in[0].spec, NULL);
  call->scratch_bytes = (size_t)(w.m * w.n + 3 * w.rows * w.rows + w.columns) * sizeof(double);
  return KNN_OK;
}

static double product(const double *x, const double *y, int64_t n) {
  double sum = 0;
  for (int64_t i = 0; i < n; i++) sum += x[i] * y[i];
  return sum;
}

static void rotate(double *x, double *y, int64_t n, double c, double s) {
  for (int64_t i = 0; i < n; i++) {
    const double old = x[i];
    x[i] = c * old - s * y[i];
    y[i] = s * old + c * y[i];
  }
}

/* Turns columns i and k of a, here rows of u, until they are orthogonal. Were they already? */
static bool orthogonalise(const work *w, int64_t i, int64_t k) {
  double *x = w->u + i * w->rows, *y = w->u + k * w->rows;
  const double xx = product(x, x, w->rows), yy = product(y, y, w->rows),
               xy = product(x, y, w->rows);
  if (fabs(xy) <= 1e-16 * sqrt(xx * yy)) return true;
  const double theta = (yy - xx) / (2 * xy),
               t = copysign(1, theta) / (fabs(theta) + sqrt(theta * theta + 1)),
               c = 1 / sqrt(t * t + 1), s = t * c;
  rotate(x, y, w->rows, c, s);
  rotate(w->v + i * w->columns, w->v + k * w->columns, w->columns, c, s);
  return false;
}

static void exchange(double *x, double *y, int64_t n) {
  for (int64_t i = 0; i < n; i++) {
    const double old = x[i];
    x[i] = y[i];
    y[i] = old;
  }
}

/* Vectors from `first` to `last` that are orthogonal to those before: of the axes, that which lies
 * least in them, what lies in them taken away (twice, for the rounding). */
static void complete(double *x, int64_t first, int64_t last, int64_t n) {
  for (int64_t k = first; k < last; k++) {
    double *own = x + k * n, least = 2;
    int64_t axis = 0;
    for (int64_t i = 0; i < n; i++) {
      double inside = 0;
      for (int64_t j = 0; j < k; j++) inside += x[j * n + i] * x[j * n + i];
      if (inside < least) least = inside, axis = i;
    }
    for (int64_t i = 0; i < n; i++) own[i] = i == axis;
    for (int64_t j = 0; j < 2 * k; j++) {
      const double *other = x + j % k * n, part = product(own, other, n);
      for (int64_t i = 0; i < n; i++) own[i] -= part * other[i];
    }
    const double size = sqrt(product(own, own, n));
    for (int64_t i = 0; i < n; i++) own[i] /= size;
  }
}

static void decompose(const work *w) {
  enum { MOST_SWEEPS = 60 };
  bool done = false;
  for (int64_t i = 0; i < w->columns * w->columns; i++) w->v[i] = i % (w->columns + 1) == 0;
  for (int sweep = 0; sweep < MOST_SWEEPS && !done; sweep++) {
    done = true;
    for (int64_t i = 0; i < w->columns; i++)
      for (int64_t k = i + 1; k < w->columns; k++) done = orthogonalise(w, i, k) && done;
  }
  for (int64_t i = 0; i < w->columns; i++) /* by size, in descending order */
    for (int64_t k = i + 1; k < w->columns; k++) {
      double *x = w->u + i * w->rows, *y = w->u + k * w->rows;
      if (product(x, x, w->rows) >= product(y, y, w->rows)) continue;
      exchange(x, y, w->rows);
      exchange(w->v + i * w->columns, w->v + k * w->columns, w->columns);
    }
  int64_t rank = 0;
  for (int64_t i = 0; i < w->columns; i++) {
    double *x = w->u + i * w->rows;
    w->s[i] = sqrt(product(x, x, w->rows));
    if (w->s[i] <= 1e-300) continue;
    for (int64_t k = 0; k < w->rows; k++) x[k] /= w->s[i];
    rank++;
  }
  complete(w->u, rank, w->rows, w->rows);
}

/* Both vectors of each singular value so that the largest element of the right one is positive. */
static void choose_signs(const work *w, double *left, double *right) {
  for (int64_t i = 0; i < w->columns; i++) {
    double *v = right + i * w->n, *u = left + i * w->m, largest = 0;
    for (int64_t k = 0; k < w->n; k++)
      if (fabs(v[k]) > fabs(largest) * (1 + 1e-9)) largest = v[k];
    for (int64_t k = 0; k < w->n && largest < 0; k++) v[k] = -v[k];
    for (int64_t k = 0; k < w->m && largest < 0; k++) u[k] = -u[k];
  }
}

static knn_status forward(const knn__call *call) {
  const work w = carve(&call->in[0].spec, call->scratch);
  const bool high = w.m >= w.n;
  const int64_t left = knn__matrix_columns(&call->out[0].spec),
                right = knn__matrix_rows(&call->out[2].spec);
  double *u = high ? w.u : w.v, *v = high ? w.v : w.u;
  for (int64_t c = 0; c < knn__matrix_count(&call->in[0].spec); c++) {
    knn__matrix_read(&call->in[0], c, w.m * w.n, w.a);
    for (int64_t i = 0; i < w.columns; i++)
      for (int64_t k = 0; k < w.rows; k++)
        w.u[i * w.rows + k] = high ? w.a[k * w.n + i] : w.a[i * w.n + k];
    decompose(&w);
    choose_signs(&w, u, v);
    for (int64_t i = 0; i < w.m * left; i++) w.out[i] = u[i % left * w.m + i / left];
    knn__matrix_write(&call->out[0], c, w.m * left, w.out);
    knn__matrix_write(&call->out[1], c, w.columns, w.s);
    knn__matrix_write(&call->out[2], c, right * w.n, v);
  }
  return KNN_OK;
}

/* E(x, dx), and what of dx lies outside of x, divided by s: (1 - x x') dx s^-1. */
static knn_value *inside(knn__scope *s, knn_value *x, knn_value *dx, knn_value *f) {
  knn_value *p = knn__matmul(s, x, dx, true, false);
  return knn__multiply(s, f, knn__subtract(s, p, knn__matrix_turned(s, p)));
}

static knn_value *outside(knn__scope *s, knn_value *x, knn_value *dx, knn_value *columns) {
  knn_value *part = knn__matmul(s, x, knn__matmul(s, x, dx, true, false), false, false);
  return knn__divide(s, knn__subtract(s, dx, part), columns);
}

static knn_value *plus(knn__scope *s, knn_value *sum, knn_value *x) {
  return sum ? knn__add(s, sum, x) : x;
}

/* 1 / (s[j]^2 - s[i]^2), 0 on the diagonal. */
static knn_value *distances(knn__scope *s, knn_value *values, knn_value *one) {
  knn_value *square = knn__square(s, values);
  knn_value *d = knn__subtract(s, knn__expand_dims(s, square, -2), knn__expand_dims(s, square, -1));
  return knn__subtract(s, knn__reciprocal(s, knn__add(s, d, one)), one);
}

static void vjp(knn__scope *s, const knn__vjp *g) {
  knn_value *u = g->out[0], *values = g->out[1], *vh = g->out[2], *du = g->dy[0], *dvh = g->dy[2];
  knn_value *middle = NULL, *da = NULL;
  if (!g->wanted[0] || (!du && !g->dy[1] && !dvh)) return;
  if (knn__matrix_columns(&u->spec) != knn__matrix_rows(&vh->spec)) {
    knn__scope_fail(s, KNN_EARG,
                    "the gradient of a complete decomposition of %s is not defined; "
                    "give full_matrices = false",
                    KNN__SPEC(g->in[0]->spec));
    return;
  }
  knn_value *v = knn__matrix_turned(s, vh), *columns = knn__expand_dims(s, values, -2),
            *rows = knn__expand_dims(s, values, -1);
  knn_value *square = knn__matmul(s, vh, v, false, false); /* (k, k) */
  knn_value *one = knn__matrix_identities(s, square), *f = distances(s, values, one);
  if (g->dy[1]) middle = knn__multiply(s, one, knn__expand_dims(s, g->dy[1], -1));
  if (du) {
    middle = plus(s, middle, knn__multiply(s, inside(s, u, du, f), columns));
    da = knn__matmul(s, outside(s, u, du, columns), vh, false, false);
  }
  if (dvh) {
    knn_value *dv = knn__matrix_turned(s, dvh);
    middle = plus(s, middle, knn__multiply(s, inside(s, v, dv, f), rows));
    da = plus(s, da, knn__matmul(s, u, outside(s, v, dv, columns), false, true));
  }
  knn_value *both = knn__matmul(s, knn__matmul(s, u, middle, false, false), vh, false, false);
  g->dx[0] = plus(s, da, both);
}

const knn__op knn__op_singular_values = {
    .cls = {.family = "op",
            .name = "singular_values",
            .summary = "Matrices as products of two orthogonal ones and a diagonal one.",
            .detail = "a = u diag(s) v', s descending. knn.ops.svd is the same with Keras's "
                      "arguments.",
            .shapes = "a (..., m, n) -> u (..., m, k), s (..., k), v' (..., k, n), k = min(m, n)",
            .example = "print(knn.ops.singular_values(knn.randn(3, 2)))",
            .source = "Hestenes 1958; Keras, ops.svd",
            .see = "symmetric_eigen|orthogonal_triangular",
            KNN__PARAMS(params, svd_args)},
    .min_in = 1,
    .max_in = 1,
    .n_out = 3,
    .flags = KNN__OP_TO_FLOAT,
    .infer = infer,
    .prepare = prepare,
    .forward = forward,
    .vjp = vjp,
};
