/* cases_index.c - ops that choose elements by number, and orders. Formulas are the definitions,
 * written as loops. */
#include <math.h>

#include "cases.h"

#define FORMULA(name) static void name(const op_array *in, int n_in, op_array *out, int n_out)
#define UNUSED (void)n_in, (void)n_out

FORMULA(rows) { /* x (a, b), axis 0 */
  UNUSED;
  int64_t b = in[0].dims[1];
  for (int64_t i = 0; i < out->n; i++) out->v[i] = in[0].v[(int64_t)in[1].v[i / b] * b + i % b];
}

FORMULA(middle) { /* x (a, b, c), axis 1, indices of any shape */
  UNUSED;
  int64_t b = in[0].dims[1], c = in[0].dims[2], n = in[1].n;
  for (int64_t i = 0; i < out->n; i++)
    out->v[i] = in[0].v[(i / (n * c) * b + (int64_t)in[1].v[i / c % n]) * c + i % c];
}

FORMULA(flat) {
  UNUSED;
  for (int64_t i = 0; i < out->n; i++) out->v[i] = in[0].v[(int64_t)in[1].v[i]];
}

FORMULA(added) {
  UNUSED;
  int64_t inner = in[1].n / in[0].n;
  for (int64_t i = 0; i < in[1].n; i++)
    out->v[(int64_t)in[0].v[i / inner] * inner + i % inner] += in[1].v[i];
}

FORMULA(distinct) { /* of 9 rows */
  UNUSED;
  int64_t n = 0;
  for (int64_t row = 0; row < 9; row++) {
    bool named = false;
    for (int64_t i = 0; i < in[0].n; i++) {
      if (in[0].v[i] != (double)row) continue;
      out[1].v[i] = (double)n;
      named = true;
    }
    if (named) out[0].v[n++] = (double)row;
  }
  for (; n < out[0].n; n++) out[0].v[n] = 9;
}

FORMULA(along_last) {
  UNUSED;
  int64_t n = in[0].dims[in[0].rank - 1], m = out->dims[out->rank - 1];
  for (int64_t i = 0; i < out->n; i++) out->v[i] = in[0].v[i / m * n + (int64_t)in[1].v[i]];
}

FORMULA(along_first) { /* (a, b) */
  UNUSED;
  int64_t b = out->dims[1];
  for (int64_t i = 0; i < out->n; i++) out->v[i] = in[0].v[(int64_t)in[1].v[i] * b + i % b];
}

FORMULA(back_along_last) {
  UNUSED;
  int64_t n = out->dims[out->rank - 1], m = in[0].dims[in[0].rank - 1];
  for (int64_t i = 0; i < in[0].n; i++) out->v[i / m * n + (int64_t)in[1].v[i]] += in[0].v[i];
}

FORMULA(hot) {
  UNUSED;
  int64_t n = out->dims[out->rank - 1];
  for (int64_t i = 0; i < out->n; i++) out->v[i] = (double)(i % n) == in[0].v[i / n];
}

static bool before(double a, double b) {
  return a < b || (isnan(b) && !isnan(a));
}

/* Position k of x's axis 1 in ascending (sign 1) or descending order: how many stand before it. */
static int64_t rank_of(const op_array *x, int64_t outer, int64_t n, int64_t inner_n, int64_t inner,
                       int64_t k, bool down) {
  int64_t rank = 0;
  double own = x->v[(outer * n + k) * inner_n + inner];
  for (int64_t j = 0; j < n; j++) {
    double other = x->v[(outer * n + j) * inner_n + inner];
    bool first = down ? before(own, other) : before(other, own);
    bool equal = !before(own, other) && !before(other, own);
    rank += first || (equal && j < k);
  }
  return rank;
}

static void order(const op_array *x, op_array *values, op_array *positions, int axis, int64_t keep,
                  bool down) {
  int64_t n = x->dims[axis], outer = 1, inner = 1;
  for (int i = 0; i < axis; i++) outer *= x->dims[i];
  for (int i = axis + 1; i < x->rank; i++) inner *= x->dims[i];
  for (int64_t o = 0; o < outer; o++)
    for (int64_t i = 0; i < inner; i++)
      for (int64_t k = 0; k < n; k++) {
        int64_t rank = rank_of(x, o, n, inner, i, k, down);
        if (rank >= keep) continue;
        if (values) values->v[(o * keep + rank) * inner + i] = x->v[(o * n + k) * inner + i];
        if (positions) positions->v[(o * keep + rank) * inner + i] = (double)k;
      }
}
FORMULA(sorted_last) {
  UNUSED;
  order(in, out, NULL, in->rank - 1, in->dims[in->rank - 1], false);
}
FORMULA(sorted_first) {
  UNUSED;
  order(in, out, NULL, 0, in->dims[0], false);
}
FORMULA(positions_last) {
  UNUSED;
  order(in, NULL, out, in->rank - 1, in->dims[in->rank - 1], false);
}
FORMULA(positions_first) {
  UNUSED;
  order(in, NULL, out, 0, in->dims[0], false);
}
FORMULA(largest) {
  UNUSED;
  order(in, &out[0], &out[1], in->rank - 1, out->dims[out->rank - 1], true);
}

#define OP(name, given, operands, how, ...) \
  { .op = #name, .options = given, .inputs = operands, .formula = how, __VA_ARGS__ }
#define FAILS(name, given, operands, message) \
  { .op = #name, .options = given, .inputs = operands, .error = "op " #name ": " message }

static void binned(const op_array *in, int n_in, op_array *out, int n_out) {
  (void)n_in, (void)n_out;
  for (int64_t i = 0; i < out->n; i++)
    for (int64_t k = 0; k < in[1].n; k++) out->v[i] += in[1].v[k] <= in[0].v[i];
}

/* Keys 1, 3, 4 to 10, 30, 40, all else to -7. */
static void looked_up(const op_array *in, int n_in, op_array *out, int n_out) {
  (void)n_in, (void)n_out;
  for (int64_t i = 0; i < out->n; i++) {
    const double x = in->v[i];
    out->v[i] = x == 1 || x == 3 || x == 4 ? 10 * x : -7;
  }
}

static void put_in_rows(const op_array *in, int n_in, op_array *out, int n_out) {
  const int64_t inner = in[0].n / in[0].dims[0];
  (void)n_in, (void)n_out;
  memcpy(out[0].v, in[0].v, (size_t)in[0].n * sizeof(double));
  for (int64_t i = 0; i < in[2].n; i++)
    out[0].v[(int64_t)in[1].v[i / inner] * inner + i % inner] = in[2].v[i];
}

const op_case cases_index[] = {
    OP(take, "axis=0", "f(5,3) i(4)", rows, .skip = OP_NO_ANY, .big = "f(500,300) i(4000)[0:499]"),
    OP(take, "axis=0", "u(5,3) l(2,2)", rows, .skip = OP_NO_ANY),
    OP(take, "axis=0", "f(5,3) i()", rows, .skip = OP_NO_ANY),
    OP(take, "axis=0", "f(5,3) u(4)", rows, .skip = OP_NO_ANY),
    OP(take, "axis=0", "f(5,3) i(0)", rows, .skip = OP_NO_ANY),
    OP(take, "axis=1", "f(2,5,3) i(4)", middle, .big = "f(20,30,100) i(40)[0:29]"),
    OP(take, "axis=-2", "f(2,5,3) i(2,2)", middle),
    OP(take, NULL, "f(2,5) i(2,3)[0:9]", flat, .skip = OP_NO_ANY),
    OP(scatter_add, "rows=5", "i(7) f(7,3)", added, .big = "i(20000) f(20000,30)"),
    OP(scatter_add, "rows=5", "l(2,4) f(2,4)", added),
    OP(scatter_add, "rows=6", "i(7) i(7,3)", added),
    OP(distinct_rows, "rows=9", "i(7)={5,0,8,5,2,0,5}", distinct),
    OP(distinct_rows, "rows=9", "l(5,4)[0:8]", distinct),
    OP(distinct_rows, "rows=9", "u(4)", distinct),
    OP(distinct_rows, "rows=9", "i(0)", distinct),
    OP(take_along_axis, NULL, "f(3,5) i(3,2)", along_last, .big = "f(300,50) i(300,200)[0:49]"),
    OP(take_along_axis, "axis=0", "f(5,3) l(2,3)", along_first, .skip = OP_NO_ANY),
    OP(take_along_axis, NULL, "u(2,2,5) u(2,2,7)", along_last),
    OP(take_along_axis_grad, NULL, "f(3,4) i(3,4) b(3,5)", back_along_last,
       .big = "f(300,200) i(300,200) b(300,5)"),
    OP(one_hot, "num_classes=4", "i(3,4)", hot),
    OP(one_hot, "num_classes=3, dtype=int32", "u(9)", hot),
    OP(one_hot, "num_classes=3", "l(5)[-2:5]", hot),
    OP(sort, NULL, "f(3,7)", sorted_last, .big = "f(300,200)"),
    OP(sort, "axis=0", "f(7,3)", sorted_first, .skip = OP_NO_ANY),
    OP(sort, NULL, "i(30)[-9:9]", sorted_last),
    OP(sort, NULL, "l(30)[-9:9]", sorted_last),
    OP(sort, NULL, "u(30)", sorted_last),
    OP(sort, NULL, "f(7)={nan,1,-inf,0,inf,-0.5,nan}", sorted_last, .skip = OP_NO_GRADIENT),
    OP(argsort, NULL, "f(3,7)", positions_last, .big = "f(300,200)"),
    OP(argsort, "axis=0", "f(7,3)", positions_first),
    OP(argsort, NULL, "i(100)[0:3]", positions_last),
    OP(argsort, NULL, "f(6)={0,-0,1,nan,-1,0}", positions_last),
    OP(top_k, "k=3", "f(3,7)", largest, .big = "f(300,200)"),
    OP(top_k, "k=7", "f(3,7)", largest),
    OP(top_k, "k=50", "i(3,70)[0:9]", largest),
    OP(top_k, "k=0", "f(3,7)", largest),
    OP(top_k, "k=2", "f(5)={1,3,3,nan,3}", largest, .skip = OP_NO_GRADIENT),
    FAILS(take, "axis=0", "f(3,2) i(2,2)={0,1,3,2}",
          "index 3 at position (2, 1) is outside 0 .. 2"),
    FAILS(take, "axis=0", "f(3,2) i(2)={0,-1}", "index -1 at position (2,) is outside 0 .. 2"),
    FAILS(take, "axis=0", "f(3,2) s(2)",
          "indices must be int32, int64 or uint8, got float32; cast them"),
    FAILS(scatter_add, "rows=2", "i(2)={0,2} f(2,3)", "index 2 at position (2,) is outside 0 .. 1"),
    FAILS(distinct_rows, "rows=2", "i(2)={0,2}", "index 2 at position (2,) is outside 0 .. 1"),
    FAILS(distinct_rows, "rows=2", "f(2)", "indices must be int32, int64 or uint8"),
    FAILS(scatter_add, "rows=2", "i(3) f(2,3)",
          "updates (2, 3) must begin with the axes of indices (3,)"),
    FAILS(take_along_axis, NULL, "f(3,5) i(2,2)",
          "indices (2, 2) and (3, 5) must agree except on axis -1"),
    FAILS(take_along_axis, NULL, "f(1,5) i(1,1)={5}",
          "index 5 at position (1, 1) is outside 0 .. 4"),
    FAILS(top_k, "k=4", "f(2,3)", "k = 4 is more than the last axis of (2, 3) has"),
    FAILS(sort, "axis=2", "f(2,3)", "axis 2 is out of range for an operand with 2 axes"),
    {.op = "one_hot", .options = NULL, .inputs = "i(3)", .error = "num_classes"},
    {.op = "digitize",
     .inputs = "f(3,4) f(3)={-1,0,1.5}",
     .formula = binned,
     .skip = OP_NO_GRADIENT | OP_NO_SECOND},
    {.op = "digitize", .inputs = "f(2)={nan,0} f(2)={0,1}", .skip = OP_NO_GRADIENT | OP_NO_SECOND},
    {.op = "digitize", .inputs = "f(3) f(2)={1,0}", .error = "boundary 2 is 0, after 1"},
    {.op = "digitize", .inputs = "f(3) f(2,1)", .error = "must be a list of floats"},
    {.op = "table_lookup",
     .options = "missing=-7",
     .inputs = "l(3,4) l(3)={1,3,4} l(3)={10,30,40}",
     .formula = looked_up,
     .big = "l(300,400) l(3)={1,3,4} l(3)={10,30,40}"},
    {.op = "table_lookup",
     .inputs = "l(2)={3,2} l(3)={1,3,4} l(3)={10,30,40}",
     .error = "element 2 is 2, which is not in the table"},
    {.op = "table_lookup", .inputs = "l(2) l(3) l(2)", .error = "lists of one size"},
    {.op = "table_lookup", .inputs = "i(2) l(3) l(3)", .error = "operand 1 is int32"},
    {.op = "scatter_update",
     .inputs = "f(4,3) i(3,1)={3,0,3} f(3,3)",
     .formula = put_in_rows,
     .skip = OP_NO_ANY},
    {.op = "scatter_update",
     .options = "reduction=add",
     .inputs = "f(4,3) i(3,2)={3,0,1,2,3,0} f(3)",
     .skip = OP_NO_ANY},
    {.op = "scatter_update",
     .options = "reduction=mul",
     .inputs = "f(4,3) u(3,1)={3,0,1} f(3,3)",
     .skip = OP_NO_ANY},
    {.op = "scatter_update",
     .options = "reduction=max",
     .inputs = "f(4) l(3,1)={3,0,3} f(3)",
     .skip = OP_NO_ANY},
    {.op = "scatter_update",
     .options = "reduction=min",
     .inputs = "i(4) i(3,1)={3,0,3} i(3)",
     .skip = OP_NO_ANY},
    {.op = "scatter_update",
     .inputs = "f(4,3) i(2,1)={0,4} f(2,3)",
     .error = "row 2 of the indices is outside of (4, 3)"},
    {.op = "scatter_update",
     .inputs = "f(4,3) i(2,1) f(2,4)",
     .error = "updates float32 (2, 4) do not fit indices (2, 1) of float32 (4, 3)"},
    {.op = "scatter_update", .inputs = "f(4,3) i(2) f(2,4)", .error = "k in 1 .. 2"},
    {.op = "hash_bins", .options = "bins=5", .inputs = "l(3,4)"},
    {.op = "hash_bins", .options = "bins=5, salt=[1,2]", .inputs = "i(3,4)"},
    {.op = "hash_bins", .options = "bins=5", .inputs = "f(3)", .error = "int"},
    {.op = "hash_cross", .options = "bins=5", .inputs = "l(3,4) l(3,4) l(3,4)"},
    {.op = "hash_cross", .options = "bins=5", .inputs = "l(3) i(3)", .error = "operand 2 is int32"},
    {.op = "hash_cross", .options = "bins=5", .inputs = "l(3) l(4)", .error = "one shape"},
    {0},
};
