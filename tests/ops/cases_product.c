/* cases_product.c - matmul, convolution, softmax, dropout. */
#include <math.h>

#include "cases.h"

/* Element (.., i, j) of x read with its last two axes exchanged if `trans`; a vector is a row
 * (left) or a column. */
static double matrix_at(const op_array *x, const op_array *out, int64_t batch, int64_t i, int64_t j,
                        bool trans, bool row) {
  if (x->rank == 1) return x->v[row ? j : i];
  int64_t rows = x->dims[x->rank - 2], cols = x->dims[x->rank - 1], at = 0, step = 1;
  int out_batch_rank = out->rank - 2;
  for (int k = 1; k <= x->rank - 2; k++) {
    int64_t size = out_batch_rank - k >= 0 ? out->dims[out_batch_rank - k] : 1,
            own = x->dims[x->rank - 2 - k];
    if (own != 1) at += batch % size * step;
    step *= own;
    batch /= size;
  }
  return x->v[at * rows * cols + (trans ? j * cols + i : i * cols + j)];
}

static void product(const op_array *in, op_array *out, bool ta, bool tb) {
  const op_array *a = &in[0], *b = &in[1];
  op_array y = *out; /* with the axes of vectors put back */
  if (a->rank == 1 && b->rank == 1) {
    y.rank = 2, y.dims[0] = y.dims[1] = 1;
  } else if (a->rank == 1) {
    y.dims[y.rank] = y.dims[y.rank - 1], y.dims[y.rank - 1] = 1, y.rank++;
  } else if (b->rank == 1) {
    y.dims[y.rank++] = 1;
  }
  int64_t m = y.dims[y.rank - 2], n = y.dims[y.rank - 1];
  int64_t depth = a->rank == 1 ? a->n : a->dims[a->rank - (ta ? 2 : 1)];
  for (int64_t at = 0; at < y.n; at++) {
    int64_t j = at % n, i = at / n % m, batch = at / n / m;
    y.v[at] = 0;
    for (int64_t k = 0; k < depth; k++)
      y.v[at] += matrix_at(a, &y, batch, i, k, ta, true) * matrix_at(b, &y, batch, k, j, tb, false);
  }
}

static void product_nn(const op_array *in, int n_in, op_array *out, int n_out) {
  (void)n_in, (void)n_out;
  product(in, out, false, false);
}

static void product_tn(const op_array *in, int n_in, op_array *out, int n_out) {
  (void)n_in, (void)n_out;
  product(in, out, true, false);
}

static void product_nt(const op_array *in, int n_in, op_array *out, int n_out) {
  (void)n_in, (void)n_out;
  product(in, out, false, true);
}

static void product_tt(const op_array *in, int n_in, op_array *out, int n_out) {
  (void)n_in, (void)n_out;
  product(in, out, true, true);
}

/* y of a convolution in one spatial axis, by the definition; the options of a case stand here once
 * more. */
typedef struct geometry {
  int64_t stride, dilation, before, groups;
} geometry;

static void convolve(const op_array *x, const op_array *w, op_array *y, geometry g) {
  int64_t size = x->dims[1], channels = x->dims[2], filters = w->dims[2], outs = y->dims[1];
  int64_t per_in = channels / g.groups, per_out = filters / g.groups;
  for (int64_t at = 0; at < y->n; at++) {
    int64_t f = at % filters, o = at / filters % outs, image = at / filters / outs;
    y->v[at] = 0;
    for (int64_t k = 0; k < w->dims[0]; k++)
      for (int64_t c = 0; c < per_in; c++) {
        int64_t i = o * g.stride + k * g.dilation - g.before;
        if (i < 0 || i >= size) continue;
        y->v[at] += x->v[(image * size + i) * channels + f / per_out * per_in + c] *
                    w->v[(k * per_in + c) * filters + f];
      }
  }
}

static void product_bias_relu(const op_array *in, int n_in, op_array *out, int n_out) {
  (void)n_in, (void)n_out;
  product(in, out, false, true);
  for (int64_t i = 0; i < out->n; i++) out->v[i] = fmax(out->v[i] + in[2].v[i % in[2].n], 0);
}

static void conv_plain(const op_array *in, int n_in, op_array *out, int n_out) {
  (void)n_in, (void)n_out;
  convolve(&in[0], &in[1], out, (geometry){1, 1, 0, 1});
}

static void conv_bias_tanh(const op_array *in, int n_in, op_array *out, int n_out) {
  (void)n_in, (void)n_out;
  convolve(&in[0], &in[1], out, (geometry){2, 2, 2, 1});
  for (int64_t i = 0; i < out->n; i++) out->v[i] = tanh(out->v[i] + in[2].v[i % in[2].n]);
}

static void conv_padded(const op_array *in, int n_in, op_array *out, int n_out) {
  (void)n_in, (void)n_out;
  convolve(&in[0], &in[1], out, (geometry){2, 2, 2, 1});
}

/* The definition of a transposed convolution in one spatial axis, stride 2, 1 left out in front. */
static void conv_scattered(const op_array *in, int n_in, op_array *out, int n_out) {
  const op_array *x = &in[0], *w = &in[1];
  const int64_t n = x->dims[1], channels = x->dims[2], filters = w->dims[1], outs = out->dims[1];
  (void)n_in, (void)n_out;
  for (int64_t i = 0; i < out->n; i++) out->v[i] = 0;
  for (int64_t at = 0; at < x->n; at++) {
    const int64_t c = at % channels, i = at / channels % n, image = at / channels / n;
    for (int64_t k = 0; k < w->dims[0]; k++)
      for (int64_t f = 0; f < filters; f++) {
        const int64_t o = 2 * i + k - 1;
        if (o >= 0 && o < outs)
          out->v[(image * outs + o) * filters + f] +=
              x->v[at] * w->v[(k * filters + f) * channels + c];
      }
  }
}

static void conv_grouped(const op_array *in, int n_in, op_array *out, int n_out) {
  (void)n_in, (void)n_out;
  convolve(&in[0], &in[1], out, (geometry){1, 1, 1, 2});
}

/* exp(x) / sum exp(x) along an axis */
static void soft(const op_array *x, op_array *y, int axis, bool logarithm) {
  int64_t inner = 1, n = x->dims[axis];
  for (int i = axis + 1; i < x->rank; i++) inner *= x->dims[i];
  for (int64_t at = 0; at < x->n; at++) {
    int64_t first = at / (inner * n) * inner * n + at % inner;
    double sum = 0;
    for (int64_t k = 0; k < n; k++) sum += exp(x->v[first + k * inner] - x->v[at]);
    y->v[at] = logarithm ? -log(sum) : 1 / sum;
  }
}

static void softmax_last(const op_array *in, int n_in, op_array *out, int n_out) {
  (void)n_in, (void)n_out;
  soft(in, out, in->rank - 1, false);
}

static void softmax_first(const op_array *in, int n_in, op_array *out, int n_out) {
  (void)n_in, (void)n_out;
  soft(in, out, 0, false);
}

static void log_softmax_last(const op_array *in, int n_in, op_array *out, int n_out) {
  (void)n_in, (void)n_out;
  soft(in, out, in->rank - 1, true);
}

static void log_softmax_middle(const op_array *in, int n_in, op_array *out, int n_out) {
  (void)n_in, (void)n_out;
  soft(in, out, 1, true);
}

/* x is the softmax, or its logarithm; the sums run along the last axis, or the first of two. */
static void soft_grad(const op_array *in, op_array *dx, bool logarithm, int64_t inner) {
  const int64_t n = in->dims[inner == 1 ? in->rank - 1 : 0];
  for (int64_t at = 0; at < dx->n; at++) {
    int64_t first = at / (inner * n) * inner * n + at % inner;
    double sum = 0, y = in[0].v[at], dy = in[1].v[at];
    for (int64_t k = 0; k < n; k++) {
      int64_t i = first + k * inner;
      sum += logarithm ? in[1].v[i] : in[0].v[i] * in[1].v[i];
    }
    dx->v[at] = logarithm ? dy - exp(y) * sum : y * (dy - sum);
  }
}

static void softmax_grad_last(const op_array *in, int n_in, op_array *out, int n_out) {
  (void)n_in, (void)n_out;
  soft_grad(in, out, false, 1);
}

static void softmax_grad_first(const op_array *in, int n_in, op_array *out, int n_out) {
  (void)n_in, (void)n_out;
  soft_grad(in, out, false, in->dims[1]);
}

static void log_softmax_grad_last(const op_array *in, int n_in, op_array *out, int n_out) {
  (void)n_in, (void)n_out;
  soft_grad(in, out, true, 1);
}

static void masked_half(const op_array *in, int n_in, op_array *out, int n_out) {
  (void)n_in, (void)n_out;
  for (int64_t i = 0; i < out->n; i++) out->v[i] = op_at(&in[1], out, i) != 0 ? in[0].v[i] * 2 : 0;
}

/* y[i, j] = sum over k of a[k, j] b[k, i], the axes in alphabetical order */
static void einsum_columns(const op_array *in, int n_in, op_array *out, int n_out) {
  (void)n_in, (void)n_out;
  const int64_t m = in[1].dims[1], n = in[0].dims[1];
  for (int64_t at = 0; at < out->n; at++)
    for (int64_t k = 0; k < in[0].dims[0]; k++)
      out->v[at] += in[0].v[k * n + at % n] * in[1].v[k * m + at / n];
}

static void einsum_turned(const op_array *in, int n_in, op_array *out, int n_out) {
  (void)n_in, (void)n_out;
  const int64_t depth = in[0].dims[1], rows = in[0].dims[0], cols = in[1].dims[1];
  for (int64_t at = 0; at < out->n; at++)
    for (int64_t k = 0; k < depth; k++)
      out->v[at] += in[0].v[at % rows * depth + k] * in[1].v[k * cols + at / rows];
}

static void einsum_trace(const op_array *in, int n_in, op_array *out, int n_out) {
  (void)n_in, (void)n_out;
  for (int64_t i = 0; i < in[0].dims[0]; i++) out->v[0] += in[0].v[i * (in[0].dims[0] + 1)];
}

/* One row of scores, largest first taken off, of query line `q`, batch b and head h; scale 0.5. */
static void attention_row(const op_array *in, int64_t b, int64_t q, int64_t h, double *y,
                          double *stats) {
  const int64_t t = in[0].dims[1], heads = in[0].dims[2], d = in[0].dims[3], n = in[1].dims[1],
                e = in[2].dims[3];
  double score[100], most = -INFINITY, sum = 0;
  for (int64_t j = 0; j < n; j++) {
    score[j] = 0;
    for (int64_t i = 0; i < d; i++)
      score[j] += 0.5 * in[0].v[((b * t + q) * heads + h) * d + i] *
                  in[1].v[((b * n + j) * heads + h) * d + i];
    most = fmax(most, score[j]);
  }
  for (int64_t j = 0; j < n; j++) sum += exp(score[j] - most);
  for (int64_t j = 0; j < n; j++)
    for (int64_t i = 0; i < e; i++)
      y[i] += exp(score[j] - most) / sum * in[2].v[((b * n + j) * heads + h) * e + i];
  stats[0] = most;
  stats[1] = 1 / sum;
}

/* 1 / sqrt(4) is the scale of both cases. */
static void attention(const op_array *in, int n_in, op_array *out, int n_out) {
  (void)n_in;
  const int64_t t = in[0].dims[1], heads = in[0].dims[2], e = in[2].dims[3];
  double stats[2];
  for (int64_t b = 0; b < in[0].dims[0]; b++)
    for (int64_t h = 0; h < heads; h++)
      for (int64_t q = 0; q < t; q++)
        attention_row(in, b, q, h, out[0].v + ((b * t + q) * heads + h) * e,
                      n_out > 1 ? out[1].v + ((b * heads + h) * t + q) * 2 : stats);
}

static void determinant(const op_array *in, int n_in, op_array *out, int n_out) {
  (void)n_in, (void)n_out;
  out->v[0] = in->v[0] * in->v[3] - in->v[1] * in->v[2];
}

static void factor(const op_array *in, int n_in, op_array *out, int n_out) {
  (void)n_in, (void)n_out;
  out->v[0] = sqrt(in->v[0]);
  out->v[2] = in->v[2] / out->v[0];
  out->v[3] = sqrt(in->v[3] - out->v[2] * out->v[2]);
}

const op_case cases_product[] = {
    {.op = "matmul",
     .inputs = "f(3,4) f(4,5)",
     .formula = product_nn,
     .big = "f(130,70) f(70,260)"},
    {.op = "matmul",
     .options = "trans_a=true",
     .inputs = "f(4,3) f(4,5)",
     .formula = product_tn,
     .big = "f(70,130) f(70,260)"},
    {.op = "matmul",
     .options = "trans_b=true",
     .inputs = "f(3,4) f(5,4)",
     .formula = product_nt,
     .big = "f(130,70) f(260,70)"},
    {.op = "matmul",
     .options = "trans_a=true, trans_b=true",
     .inputs = "f(4,3) f(5,4)",
     .formula = product_tt},
    {.op = "matmul", .inputs = "f(4) f(4)", .formula = product_nn, .skip = OP_NO_ANY},
    {.op = "matmul", .inputs = "f(4) f(4,3)", .formula = product_nn, .skip = OP_NO_ANY},
    {.op = "matmul", .inputs = "f(3,4) f(4)", .formula = product_nn},
    {.op = "matmul", .inputs = "f(2,3,4) f(4)", .formula = product_nn},
    {.op = "matmul", .inputs = "f(4) f(2,4,3)", .formula = product_nn, .skip = OP_NO_ANY},
    {.op = "matmul",
     .inputs = "f(2,3,4) f(4,5)",
     .formula = product_nn,
     .big = "f(9,40,33) f(33,70)"},
    {.op = "matmul",
     .inputs = "f(2,3,4) f(2,4,5)",
     .formula = product_nn,
     .big = "f(9,40,33) f(9,33,70)"},
    {.op = "matmul", .inputs = "f(3,4) f(2,4,5)", .formula = product_nn, .skip = OP_NO_ANY},
    {.op = "matmul", .options = "trans_a=true", .inputs = "f(2,4,3) f(4,5)", .formula = product_tn},
    {.op = "matmul", .options = "trans_b=true", .inputs = "f(2,3,4) f(5,4)", .formula = product_nt},
    {.op = "matmul", .inputs = "f(2,1,3,4) f(3,4,2)", .formula = product_nn},
    {.op = "matmul", .inputs = "f(2,3,3,4) f(1,3,4,2)", .formula = product_nn},
    {.op = "matmul", .inputs = "f(3,0) f(0,5)", .formula = product_nn, .skip = OP_NO_ANY},
    {.op = "matmul", .inputs = "f(0,4) f(4,5)", .formula = product_nn},
    {.op = "matmul",
     .inputs = "f(64,784) f(800,128)",
     .error = "inner sizes differ: (64, 784) x (800, 128)"},
    {.op = "matmul", .inputs = "f(2,3,4) f(3,4,5)", .error = "do not fit"},
    {.op = "matmul", .inputs = "f() f(3,3)", .error = "rank 1 or more"},

    {.op = "solve", .inputs = "f(2,3,3)[0.2:2] f(2,3,2)", .tolerance = 1e-4},
    {.op = "solve",
     .options = "trans_a=true",
     .inputs = "f(2,2)={2,1,0.5,3} f(2,1)",
     .skip = OP_NO_ANY},
    {.op = "solve", .inputs = "f(2,3) f(2,1)", .error = "square matrices"},
    {.op = "det", .inputs = "f(2,3,3)", .tolerance = 1e-4},
    {.op = "det", .inputs = "f(2,2)={2,1,0.5,3}", .formula = determinant, .skip = OP_NO_ANY},
    {.op = "cholesky",
     .inputs = "f(2,2)={2,1,1,3}",
     .formula = factor,
     .skip = OP_NO_ANY | OP_NO_GRADIENT},

    {.op = "einsum",
     .options = "subscripts='ij,jk->ik'",
     .inputs = "f(3,4) f(4,5)",
     .formula = product_nn,
     .big = "f(130,70) f(70,260)"},
    {.op = "einsum",
     .options = "subscripts='kj,ki'",
     .inputs = "f(3,4) f(3,5)",
     .formula = einsum_columns,
     .skip = OP_NO_ANY},
    {.op = "einsum",
     .options = "subscripts='abc,cde->abde'",
     .inputs = "f(2,3,4) f(4,2,3)",
     .big = "f(9,40,33) f(33,5,14)"},
    {.op = "einsum", .options = "subscripts='abcd,cde->abe'", .inputs = "f(2,3,4,2) f(4,2,5)"},
    {.op = "einsum", .options = "subscripts='aecd,abcd->acbe'", .inputs = "f(2,3,4,5) f(2,6,4,5)"},
    {.op = "einsum", .options = "subscripts='acbe,aecd->abcd'", .inputs = "f(2,4,6,3) f(2,3,4,5)"},
    {.op = "einsum", .options = "subscripts='bij,bjk'", .inputs = "f(2,3,4) f(2,4,5)"},
    {.op = "einsum",
     .options = "subscripts='ii'",
     .inputs = "f(3,3)",
     .formula = einsum_trace,
     .skip = OP_NO_ANY},
    {.op = "einsum", .options = "subscripts='iij->ji'", .inputs = "f(3,3,2)", .skip = OP_NO_ANY},
    {.op = "einsum", .options = "subscripts='ij->'", .inputs = "f(3,4)"},
    {.op = "einsum", .options = "subscripts='i,j->ij'", .inputs = "f(3) f(4)"},
    {.op = "einsum", .options = "subscripts='ij,ij->i'", .inputs = "f(3,4) f(3,4)"},
    {.op = "einsum", .options = "subscripts='...ij,jk->...ik'", .inputs = "f(2,3,4) f(4,2)"},
    {.op = "einsum", .options = "subscripts='i...,...j'", .inputs = "f(2,3) f(1,4)"},
    {.op = "einsum", .options = "subscripts='ij,jk,kl->il'", .inputs = "f(2,3) f(3,4) f(4,2)"},
    {.op = "einsum", .options = "subscripts='ij,ik,i->jk'", .inputs = "f(2,3) f(2,4) f(2)"},
    {.op = "einsum",
     .options = "subscripts='ij,jk->ki'",
     .inputs = "i(2,3) i(3,4)",
     .formula = einsum_turned},
    {.op = "einsum", .options = "subscripts='ij,kl->i'", .inputs = "f(2,3) f(4,5)"},
    {.op = "einsum",
     .options = "subscripts='ij,jk->ik'",
     .inputs = "f(2,3) f(4,5)",
     .error = "label 'j' has sizes 3 and 4"},
    {.op = "einsum",
     .options = "subscripts='ijk->i'",
     .inputs = "f(2,3)",
     .error = "operand 1 has shape (2, 3)"},
    {.op = "einsum",
     .options = "subscripts='ij->k'",
     .inputs = "f(2,3)",
     .error = "stands in an operand"},
    {.op = "einsum", .options = "subscripts='i,j->ij'", .inputs = "f(2)", .error = "more lists"},

    {.op = "position_mask", .options = "causal=true, window=2", .inputs = "f(2,3,4) f(2,4,4)"},
    {.op = "position_mask", .inputs = "f(2,3)", .options = "axis=2", .error = "operands"},
    {.op = "attention",
     .options = "scale=0.5",
     .inputs = "f(2,3,2,4) f(2,5,2,4) f(2,5,2,3)",
     .formula = attention,
     .skip = OP_NO_GRADIENT,
     .big = "f(5,70,2,32) f(5,90,2,32) f(5,90,2,32)"},
    {.op = "attention",
     .options = "scale=0.5",
     .inputs = "f(2,3,2,4) f(2,5,2,4) f(2,5,1,3)",
     .error = "do not fit together"},
    {.op = "attention",
     .options = "scale=0.5",
     .inputs = "f(2,3,2,4) f(2,5,2,4) f(2,5,2,3) b(2,1,3,4)",
     .error = "broadcasts to (2, 2, 3, 5)"},
    {.op = "attention_grad",
     .options = "scale=0.5",
     .inputs = "f(2,3,2,4) f(2,5,2,4) f(2,5,2,3) f(2,2,3,2)[1:2] f(2,3,2,3)",
     .skip = OP_NO_GRADIENT,
     .big = "f(5,70,2,32) f(5,90,2,32) f(5,90,2,32) f(5,2,70,2)[1:2] f(5,70,2,32)"},
    {.op = "dot_product_attention",
     .inputs = "f(2,3,2,4) f(2,5,2,4) f(2,5,2,3)",
     .formula = attention},
    {.op = "dot_product_attention",
     .options = "is_causal=true, scale=0.7",
     .inputs = "f(2,4,1,2) f(2,4,1,2) f(2,4,1,3)"},
    {.op = "dot_product_attention", .inputs = "f(2,3,4,2) f(2,5,2,2) f(2,5,2,3) b(2,1,3,5)"},
    {.op = "dot_product_attention",
     .options = "is_causal=true",
     .inputs = "f(2,3,4,2) f(2,5,2,2) f(2,5,2,3) b(1,4,1,5)"},
    {.op = "dot_product_attention", .inputs = "f(2,3,2,2) f(2,4,2,2) f(2,4,2,2) f(2,2,3,4) b(3,4)"},
    {.op = "dot_product_attention",
     .options = "attn_logits_soft_cap=2",
     .inputs = "f(2,3,2,2) f(2,4,1,2) f(2,4,1,2)"},
    {.op = "dot_product_attention",
     .inputs = "f(2,3,2) f(2,4,2) f(2,4,2)",
     .error = "(batch, steps, heads, size)"},

    {.op = "conv",
     .inputs = "f(2,7,3) f(3,3,4)",
     .formula = conv_plain,
     .big = "f(9,60,20) f(5,20,70)"},
    {.op = "conv",
     .options = "strides=2, dilation=2, before=2, after=1",
     .inputs = "f(2,9,2) f(3,2,3)",
     .formula = conv_padded},
    {.op = "conv",
     .options = "groups=2, before=1",
     .inputs = "f(2,5,4) f(3,2,6)",
     .formula = conv_grouped},
    {.op = "conv",
     .options = "before=1, after=1",
     .inputs = "f(2,5,6,2) f(3,3,2,3)",
     .big = "f(5,30,31,6) f(3,3,6,20)"},
    {.op = "conv", .options = "strides=[2,1], before=[1,0]", .inputs = "f(1,5,4,1) f(2,3,1,2)"},
    {.op = "conv",
     .options = "strides=[1,2,2], before=1, after=1",
     .inputs = "f(1,3,4,5,2) f(2,2,3,2,2)"},
    {.op = "conv",
     .inputs = "f(1,3,2) f(5,2,1)",
     .error = "window 5 does not fit into 3 elements (padding valid)"},
    {.op = "conv", .inputs = "f(1,6,3) f(3,2,4)", .error = "do not fit the 3 channels"},
    {.op = "conv", .inputs = "f(1,6) f(3,2,4)", .error = "(batch, 1 to 3 spatial axes, channels)"},
    {.op = "conv",
     .options = "strides=[1,1,1]",
     .inputs = "f(1,6,3) f(3,3,4)",
     .error = "'strides' has 3 values"},
    {.op = "conv_grad_input",
     .options = "sizes=7",
     .inputs = "f(2,5,4) f(3,3,4)",
     .big = "f(90,5,70) f(3,20,70)"},
    {.op = "conv_grad_input",
     .options = "sizes=[9], strides=2, before=1",
     .inputs = "f(2,4,3) f(3,2,3)"},
    {.op = "conv_grad_input",
     .options = "sizes=[5,4], strides=[2,1], before=[1,0]",
     .inputs = "f(1,3,2,2) f(2,3,1,2)"},
    {.op = "conv_grad_input",
     .options = "sizes=7",
     .inputs = "f(2,6,4) f(3,3,4)",
     .error = "must be (2, 5, 4), got (2, 6, 4)"},
    {.op = "conv_transpose",
     .options = "strides=2, before=1, after=2",
     .inputs = "f(2,5,3) f(3,4,3)",
     .formula = conv_scattered,
     .big = "f(9,60,20) f(5,30,20)"},
    {.op = "conv_transpose",
     .options = "strides=2, before=1, output_padding=1",
     .inputs = "f(2,4,3) f(3,2,3)",
     .formula = conv_scattered},
    {.op = "conv_transpose", .options = "dilation=2, after=3", .inputs = "f(2,4,3) f(3,2,3)"},
    {.op = "conv_transpose",
     .options = "strides=[2,3], after=[1,0], output_padding=[0,2]",
     .inputs = "f(1,3,2,2) f(2,1,3,2)"},
    {.op = "conv_transpose",
     .options = "groups=2, strides=[1,2,1]",
     .inputs = "f(1,2,2,1,4) f(2,2,2,3,4)"},
    {.op = "conv_transpose",
     .options = "strides=2, output_padding=2",
     .inputs = "f(2,4,3) f(3,2,3)",
     .error = "output_padding 2 must be below the stride 2"},
    {.op = "conv_transpose", .inputs = "f(2,4,3) f(3,2,5)", .error = "do not fit the 3 channels"},
    {.op = "conv_grad_filter",
     .options = "sizes=3",
     .inputs = "f(2,7,3) f(2,5,4)",
     .big = "f(40,60,20) f(40,58,70)"},
    {.op = "conv_grad_filter",
     .options = "sizes=3, strides=2, before=1",
     .inputs = "f(2,9,2) f(2,4,3)"},
    {.op = "conv_grad_filter",
     .options = "sizes=[2,3], groups=2",
     .inputs = "f(1,4,4,2) f(1,3,2,4)"},
    {.op = "conv_grad_filter",
     .options = "sizes=3",
     .inputs = "f(2,7,3) f(2,6,4)",
     .error = "must be (2, 5, 4), got (2, 6, 4)"},

    {.op = "matmul_bias_act",
     .options = "trans_b=true, activation=relu",
     .inputs = "f(2,3,4) f(5,4) f(5)",
     .formula = product_bias_relu,
     .big = "f(3,300,40) f(90,40) f(90)"},
    {.op = "matmul_bias_act", .options = "activation=sigmoid", .inputs = "f(3,4) f(4,5) f(5)"},
    {.op = "matmul_bias_act",
     .options = "activation=clip, x_min=0, x_max=6",
     .inputs = "f(3,4) f(4,5) f(5)"},
    {.op = "matmul_bias_act",
     .inputs = "f(3,4) f(4,5) f(4)",
     .error = "one element per column of (3, 5), got (4,)"},
    {.op = "conv_bias_act",
     .options = "strides=2, dilation=2, before=2, after=1, activation=tanh",
     .inputs = "f(2,9,2) f(3,2,3) f(3)",
     .formula = conv_bias_tanh,
     .big = "f(9,400,20) f(3,20,30) f(30)"},

    {.op = "conv_relu_pool",
     .options = "pool=2",
     .inputs = "f(2,7,8,2) f(3,3,2,4) f(4)",
     .big = "f(9,40,41,3) f(3,3,3,70) f(70)"},
    {.op = "conv_relu_pool",
     .options = "pool=[1,3], strides=2, before=1, after=1, groups=2",
     .inputs = "f(2,7,11,2) f(3,2,1,4) f(4)"},
    {.op = "conv_relu_pool",
     .options = "pool=2",
     .inputs = "f(2,7,8,2) f(3,3,2,4) f(3)",
     .error = "one element per column of (2, 5, 6, 4), got (3,)"},
    {.op = "conv_relu_pool_grad",
     .options = "pool=2, sizes=[5,7]",
     .inputs = "f(2,2,3,4) f(2,2,3,4) u(2,2,3,4)"},

    {.op = "softmax", .inputs = "f(3,5)", .formula = softmax_last, .big = "f(3000,10)"},
    {.op = "softmax",
     .options = "axis=0",
     .inputs = "f(3,5)",
     .formula = softmax_first,
     .skip = OP_NO_ANY},
    {.op = "softmax", .inputs = "f(2,3)={1000,999,998,-1000,-1001,-900}", .formula = softmax_last},
    {.op = "softmax", .options = "axis=2", .inputs = "f(3,5)", .error = "axis 2"},
    {.op = "log_softmax", .inputs = "f(3,5)", .formula = log_softmax_last, .big = "f(3000,10)"},
    {.op = "log_softmax", .options = "axis=1", .inputs = "f(2,3,4)", .formula = log_softmax_middle},
    {.op = "log_softmax",
     .inputs = "f(2,3)={1000,999,998,-1000,-1001,-900}",
     .formula = log_softmax_last},
    {.op = "softmax", .inputs = "f(2,40)", .formula = softmax_last},
    {.op = "softmax_grad",
     .inputs = "f(3,21) f(3,21)",
     .formula = softmax_grad_last,
     .big = "f(3000,30) f(3000,30)"},
    {.op = "softmax_grad",
     .options = "axis=0",
     .inputs = "f(3,5) f(3,5)",
     .formula = softmax_grad_first,
     .skip = OP_NO_ANY},
    {.op = "log_softmax_grad",
     .inputs = "f(3,21) f(3,21)",
     .formula = log_softmax_grad_last,
     .big = "f(3000,30) f(3000,30)"},

    {.op = "dropout", .options = "rate=0.4", .inputs = "f(5,8)", .big = "f(300,200)"},
    {.op = "dropout", .options = "rate=0.4, noise_shape=[-1,1,8], seed=3", .inputs = "f(3,4,8)"},
    {.op = "dropout",
     .options = "rate=0.4, noise_shape=[1,4]",
     .inputs = "f(3,8)",
     .error = "noise_shape (1, 4) does not fit"},
    {.op = "dropout", .options = "rate=1.5", .inputs = "f(3,8)", .error = "rate"},
    {.op = "dropout_grad",
     .options = "rate=0.5",
     .inputs = "f(3,4) u(3,4)[0:1]",
     .formula = masked_half},
    {.op = "dropout_grad",
     .options = "rate=0.5",
     .inputs = "f(3,4) u(3,1)[0:1]",
     .formula = masked_half},
    {.op = "dropout_grad",
     .options = "rate=0.5",
     .inputs = "f(3,4) u(1,4)[0:1]",
     .formula = masked_half,
     .big = "f(300,200) u(1,200)[0:1]"},
    {0},
};
