/* cases_matrix.c - decompositions of matrices: what their factors multiply to, and gradients. */
#include <math.h>

#include "cases.h"

/* Of symmetric matrices of two rows in closed form. */
static void eigen_of_two(const op_array *in, int n_in, op_array *out, int n_out) {
  (void)n_in, (void)n_out;
  for (int64_t i = 0; i < in[0].n / 4; i++) {
    const double *a = in[0].v + 4 * i, b = (a[1] + a[2]) / 2;
    const double middle = (a[0] + a[3]) / 2, off = hypot((a[0] - a[3]) / 2, b);
    for (int k = 0; k < 2; k++) {
      const double w = middle + (k ? off : -off);
      double x = b, y = w - a[0];
      const double size = copysign(hypot(x, y), fabs(x) >= fabs(y) ? x : y);
      out[0].v[2 * i + k] = w;
      out[1].v[4 * i + k] = x / size;
      out[1].v[4 * i + 2 + k] = y / size;
    }
  }
}

/* Gram and Schmidt's way for one column, with the sign of a reflection. */
static void gram_schmidt(const op_array *in, int n_in, op_array *out, int n_out) {
  const int64_t m = in[0].dims[0], n = in[0].dims[1];
  (void)n_in, (void)n_out;
  double rest[64];
  memcpy(rest, in[0].v, (size_t)(m * n) * sizeof(double));
  for (int64_t k = 0; k < n; k++) {
    double size = 0;
    for (int64_t i = 0; i < m; i++) size += rest[i * n + k] * rest[i * n + k];
    size = sqrt(size);
    if (k == 0 && in[0].v[0] > 0) size = -size;
    for (int64_t i = 0; i < m; i++) out[0].v[i * n + k] = rest[i * n + k] / size;
    for (int64_t j = k; j < n; j++) {
      double part = 0;
      for (int64_t i = 0; i < m; i++) part += out[0].v[i * n + k] * rest[i * n + j];
      out[1].v[k * n + j] = part;
      for (int64_t i = 0; i < m; i++) rest[i * n + j] -= part * out[0].v[i * n + k];
    }
  }
}

/* A product of known factors: u and v turn by given angles, the values are 3 and 1. */
static void values_of_turned(const op_array *in, int n_in, op_array *out, int n_out) {
  static const double u[] = {0.8, -0.6, 0.6, 0.8}, s[] = {3, 1}, vh[] = {0.8, 0.6, -0.6, 0.8};
  (void)in, (void)n_in, (void)n_out;
  memcpy(out[0].v, u, sizeof u);
  memcpy(out[1].v, s, sizeof s);
  memcpy(out[2].v, vh, sizeof vh);
}

static void eliminated(const op_array *in, int n_in, op_array *out, int n_out) {
  (void)in, (void)n_in, (void)n_out;
  const double lu[] = {4, 3, 0.5, -0.5}, pivots[] = {1, 1};
  memcpy(out[0].v, lu, sizeof lu);
  memcpy(out[1].v, pivots, sizeof pivots);
}

const op_case cases_matrix[] = {
    {.op = "symmetric_eigen", .inputs = "f(3,2,2)", .formula = eigen_of_two},
    {.op = "symmetric_eigen", .inputs = "f(4,4)", .skip = OP_NO_ANY},
    {.op = "symmetric_eigen", .inputs = "f(2,2)={2,0,0,2}", .skip = OP_NO_GRADIENT | OP_NO_ANY},
    {.op = "symmetric_eigen", .inputs = "f(2,3)", .error = "square matrices of floats expected"},
    {.op = "orthogonal_triangular", .inputs = "f(4,1)", .formula = gram_schmidt, .skip = OP_NO_ANY},
    {.op = "orthogonal_triangular", .inputs = "f(2,4,3)", .tolerance = 1e-4},
    {.op = "orthogonal_triangular",
     .options = "complete=true",
     .inputs = "f(4,2)",
     .skip = OP_NO_GRADIENT | OP_NO_ANY},
    {.op = "orthogonal_triangular", .inputs = "f(3)", .error = "matrices (..., m, n) of floats"},
    {.op = "singular_values",
     .inputs = "f(2,2)={2.28,0.96,0.96,1.72}",
     .formula = values_of_turned,
     .skip = OP_NO_ANY},
    {.op = "singular_values", .inputs = "f(2,4,3)", .tolerance = 1e-4},
    {.op = "singular_values", .inputs = "f(3,4)", .skip = OP_NO_ANY, .tolerance = 1e-4},
    {.op = "singular_values",
     .options = "complete=true",
     .inputs = "f(2,4)={1,1,1,1,2,2,2,2}",
     .skip = OP_NO_GRADIENT | OP_NO_ANY},
    {.op = "lu_factor", .inputs = "f(2,2)={2,1,4,3}", .formula = eliminated, .skip = OP_NO_ANY},
    {.op = "lu_factor", .inputs = "f(2,3,3)", .tolerance = 1e-4},
    {.op = "lu_factor", .inputs = "f(2,4,3)", .skip = OP_NO_GRADIENT},
    {0},
};
