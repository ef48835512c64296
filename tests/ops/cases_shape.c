/* cases_shape.c - ops that move elements: the formula says, for each element of the result, where
 * in the operands it stands. */
#include "cases.h"

/* Row-major position in x of the element at `at`. */
static double element(const op_array *x, const int64_t *at) {
  int64_t i = 0;
  for (int k = 0; k < x->rank; k++) i = i * x->dims[k] + at[k];
  return x->v[i];
}

static void place(const op_array *x, int64_t i, int64_t *at) {
  for (int k = x->rank - 1; k >= 0; k--) {
    at[k] = i % x->dims[k];
    i /= x->dims[k];
  }
}

/* A formula whose body turns `at`, the place in the result, into a value `v` of operand x. */
#define MOVE(name, body)                                                      \
  static void name(const op_array *in, int n_in, op_array *outs, int n_out) { \
    const op_array *x = &in[0];                                               \
    op_array *out = &outs[0];                                                 \
    (void)n_in, (void)n_out;                                                  \
    for (int64_t i = 0; i < out->n; i++) {                                    \
      int64_t at[KNN_MAX_RANK] = {0}, from[KNN_MAX_RANK] = {0};               \
      double v = 0;                                                           \
      place(out, i, at);                                                      \
      (void)x, (void)from;                                                    \
      body;                                                                   \
      out->v[i] = v;                                                          \
    }                                                                         \
  }
MOVE(same_order, v = x->v[i])
MOVE(reversed_axes, for (int k = 0; k < x->rank; k++) from[x->rank - 1 - k] = at[k];
     v = element(x, from))
MOVE(axes_201, from[2] = at[0]; from[0] = at[1]; from[1] = at[2]; v = element(x, from))
MOVE(axes_0213, from[0] = at[0]; from[2] = at[1]; from[1] = at[2]; from[3] = at[3];
     v = element(x, from))
MOVE(broadcast, v = op_at(x, out, i))
MOVE(joined_last, v = at[1] < x->dims[1]
                          ? element(x, at)
                          : (from[0] = at[0], from[1] = at[1] - x->dims[1], element(&in[1], from)))
MOVE(joined_first, int64_t k = at[0]; int n = 0; while (k >= in[n].dims[0]) k -= in[n++].dims[0];
     from[0] = k; from[1] = at[1]; v = element(&in[n], from))
MOVE(stacked_first, from[0] = at[1]; from[1] = at[2]; v = element(&in[at[0]], from))
MOVE(stacked_last, v = element(&in[at[2]], at))
MOVE(every_other, from[0] = at[0]; from[1] = 3 - 2 * at[1]; from[2] = at[2]; v = element(x, from))
MOVE(from_one, from[0] = at[0]; from[1] = at[1] + 1; from[2] = at[2]; v = element(x, from))
MOVE(last_two, from[0] = at[0]; from[1] = at[1]; from[2] = at[2] + 2; v = element(x, from))
MOVE(padded, from[0] = at[0] - 1; from[1] = at[1]; from[2] = at[2] - 2;
     v = from[0] >= 0 && from[0] < x->dims[0] && from[2] >= 0 && from[2] < x->dims[2]
             ? element(x, from)
             : 7)
MOVE(padded_first, from[0] = at[0] - 2; from[1] = at[1];
     v = from[0] >= 0 && from[0] < x->dims[0] ? element(x, from) : 0)
static int64_t mirrored(int64_t p, int64_t n) { /* b|abc|b */
  return p < 0 ? -p : p < n ? p : 2 * n - 2 - p;
}
MOVE(reflected, from[0] = at[0]; from[1] = mirrored(at[1] - 2, x->dims[1]); v = element(x, from))
MOVE(symmetric, from[0] = at[0]; from[1] = at[1] - 2;
     from[1] = from[1] < 0            ? -1 - from[1]
               : from[1] < x->dims[1] ? from[1]
                                      : 2 * x->dims[1] - 1 - from[1];
     v = element(x, from))
MOVE(edges, from[0] = at[0] < 1                ? 0
                      : at[0] - 1 < x->dims[0] ? at[0] - 1
                                               : x->dims[0] - 1;
     from[1] = at[1] < 5 ? 0 : at[1] - 5; v = element(x, from))
MOVE(wrapped, from[0] = at[0]; from[1] = (at[1] + x->dims[1] - 1) % x->dims[1];
     v = element(x, from))
MOVE(tiled, for (int k = 0; k < x->rank; k++) from[k] = at[k] % x->dims[k]; v = element(x, from))
MOVE(tiled_new, from[0] = at[1] % x->dims[0]; v = element(x, from))
MOVE(repeated, from[0] = at[0]; from[1] = at[1] / 3; from[2] = at[2]; v = element(x, from))
MOVE(flipped_last, from[0] = at[0]; from[1] = at[1]; from[2] = x->dims[2] - 1 - at[2];
     v = element(x, from))
MOVE(flipped_middle, from[0] = at[0]; from[1] = x->dims[1] - 1 - at[1]; from[2] = at[2];
     v = element(x, from))

static void parts(const op_array *in, int n_in, op_array *out, int n_out) { /* of axis 1 */
  int64_t start = 0;
  (void)n_in;
  for (int k = 0; k < n_out; k++) {
    for (int64_t i = 0; i < out[k].n; i++) {
      int64_t at[KNN_MAX_RANK];
      place(&out[k], i, at);
      at[1] += start;
      out[k].v[i] = element(in, at);
    }
    start += out[k].dims[1];
  }
}

static void put_back(const op_array *in, int n_in, op_array *out,
                     int n_out) { /* dy at 3, 1 of axis 1 */
  (void)n_in, (void)n_out;
  for (int64_t i = 0; i < in[0].n; i++) {
    int64_t at[KNN_MAX_RANK], k = 0;
    place(&in[0], i, at);
    at[1] = 3 - 2 * at[1];
    for (int a = 0; a < out->rank; a++) k = k * out->dims[a] + at[a];
    out->v[k] = in[0].v[i];
  }
}

#define OP(name, given, operands, how, ...) \
  { .op = #name, .options = given, .inputs = operands, .formula = how, __VA_ARGS__ }
#define FAILS(name, given, operands, message) \
  { .op = #name, .options = given, .inputs = operands, .error = "op " #name ": " message }

const op_case cases_shape[] = {
    {.op = "reshape_tail", .options = "keep=1, shape=[2,-1]", .inputs = "f(3,4,2)"},
    {.op = "reshape_tail",
     .options = "keep=3, shape=[2]",
     .inputs = "f(3,4)",
     .error = "3 axes of (3, 4) cannot stay"},
    OP(reshape, "shape=[4,6]", "f(2,3,4)", same_order),
    OP(reshape, "shape=[-1,4]", "f(2,3,4)", same_order),
    OP(reshape, "shape=[]", "f(1,1)", same_order),
    OP(reshape, "shape=[0,5]", "f(0,3)", same_order),
    OP(reshape_like, NULL, "f(2,6) i(3,4)", same_order),
    OP(expand_dims, "axis=1", "f(2,3)", same_order),
    OP(expand_dims, "axis=-1", "u(2,3)", same_order),
    OP(squeeze, "axis=1", "f(2,1,3)", same_order),
    OP(squeeze, NULL, "f(1,2,1,3)", same_order, .skip = OP_NO_ANY),
    OP(broadcast_to, "shape=[2,3,4]", "f(3,1)", broadcast),
    OP(broadcast_to, "shape=[5,3]", "u(3)", broadcast),
    OP(broadcast_to, "shape=[300,400]", "l(1,400)", broadcast),
    OP(broadcast_to, "shape=[2,2]", "b()", broadcast),
    OP(broadcast_like, NULL, "f(3,1) i(2,3,4)", broadcast),
    OP(transpose, NULL, "f(3,4)", reversed_axes, .big = "f(300,401)"),
    OP(transpose, NULL, "f(2,3,4)", reversed_axes, .big = "f(30,40,50)"),
    OP(transpose, "axes=[2,0,1]", "f(2,3,4)", axes_201, .big = "f(30,40,50)"),
    OP(transpose, "axes=[0,2,1,3]", "f(2,3,4,5)", axes_0213, .big = "f(8,30,20,16)"),
    OP(transpose, NULL, "u(37,41)", reversed_axes),
    OP(transpose, NULL, "l(5,4)", reversed_axes),
    OP(transpose, NULL, "f(0,4)", reversed_axes),
    OP(transpose, NULL, "f()", reversed_axes),
    OP(concatenate, NULL, "f(3,4) f(3,2)", joined_last, .big = "f(300,200) f(300,100)"),
    OP(concatenate, "axis=0", "f(3,4) f(1,4) f(2,4)", joined_first, .skip = OP_NO_ANY),
    OP(concatenate, "axis=-1", "u(3,4) u(3,2)", joined_last),
    OP(concatenate, "axis=1", "f(3,0) f(3,2)", joined_last),
    OP(stack, NULL, "f(3,4) f(3,4)", stacked_first),
    OP(stack, "axis=-1", "f(3,4) f(3,4) f(3,4)", stacked_last),
    OP(stack, "axis=0", "b(3,4)", stacked_first),
    OP(split, "sizes=[1,3,0], axis=1", "f(3,4)", parts, .big = "f(90,4,400)"),
    OP(split, "sizes=[2,2], axis=-2", "f(3,4,2)", parts),
    OP(slice_axis, "axis=1, start=-1, step=-2", "f(2,4,3)", every_other),
    OP(slice_axis, "axis=1, start=3, count=2, step=-2", "u(2,4,3)", every_other),
    OP(slice_axis, "axis=1, start=1", "f(2,4,3)", from_one, .big = "f(20,40,300)"),
    OP(slice_axis, "axis=-1, start=2, count=2", "f(3,3,5)", last_two),
    OP(slice_axis, "axis=1, start=1, count=0", "f(2,4,3)", from_one),
    OP(unslice, "axis=1, start=3, count=2, step=-2", "f(2,2,3) i(2,4,3)", put_back),
    OP(pad, "before=[0,2], after=[0,1], mode=reflect", "f(3,4)", reflected),
    OP(pad, "before=[0,2], after=[0,1], mode=symmetric", "f(3,4)", symmetric),
    OP(pad, "before=[1,5], after=[2,0], mode=edge", "f(3,4)", edges, .skip = OP_NO_ANY),
    OP(pad, "before=[0,1], after=[0,6], mode=wrap", "f(3,4)", wrapped),
    OP(pad, "before=[0,9,0], after=[0,0,7], mode=reflect", "f(2,3,1)", NULL),
    OP(pad_grad, "before=[0,2], after=[0,1], mode=reflect", "f(3,7) i(3,4)", NULL),
    FAILS(pad, "before=[0,1], after=[0,0], mode=edge", "f(3,0)", "axis 2 of (3, 0) is empty"),
    OP(pad, "before=[1,0,2], after=[0,0,1], value=7", "f(2,3,4)", padded, .big = "f(30,40,50)"),
    OP(pad, "before=[1,0,2], after=[0,0,1], value=7", "u(2,3,4)", padded),
    OP(pad, "before=[2,0], after=[1,0]", "f(3,4)", padded_first, .skip = OP_NO_ANY),
    OP(pad, "before=[0,0], after=[0,0]", "f(3,4)", same_order),
    OP(pad, "before=[], after=[]", "f()", same_order),
    OP(tile, "repeats=[2,3]", "f(3,4)", tiled, .big = "f(100,300)"),
    OP(tile, "repeats=[2]", "u(3,4)", tiled),
    OP(tile, "repeats=[3,2]", "f(4)", tiled_new, .skip = OP_NO_ANY),
    OP(tile, "repeats=[2,1,3]", "f(2,3,2)", tiled),
    OP(repeat, "repeats=3, axis=1", "f(2,4,3)", repeated, .big = "f(20,30,100)"),
    OP(repeat, "repeats=3, axis=1", "u(2,4)", repeated),
    OP(flip, NULL, "f(2,3,4)", flipped_last, .big = "f(30,40,50)"),
    OP(flip, "axis=1", "f(2,3,4)", flipped_middle),
    OP(flip, "axis=1", "l(2,3,4)", flipped_middle),
    FAILS(reshape, "shape=[5,5]", "f(2,3,4)",
          "(2, 3, 4) does not fit into (5, 5): the number of elements differs"),
    FAILS(reshape, "shape=[-1,5]", "f(2,3)", "(2, 3) does not fit into (None, 5)"),
    FAILS(reshape, "shape=[-1,-1]", "f(2,3)", "only one size may be -1"),
    FAILS(squeeze, "axis=0", "f(2,1)",
          "axis 0 of (2, 1) has size 2; only an axis of size 1 can be dropped"),
    FAILS(expand_dims, "axis=4", "f(2,1)", "axis 4 is out of range for an operand with 3 axes"),
    FAILS(broadcast_to, "shape=[2,4]", "f(2,3)", "(2, 3) does not broadcast to (2, 4)"),
    FAILS(broadcast_to, "shape=[3]", "f(2,3)", "(2, 3) does not broadcast to (3,)"),
    FAILS(transpose, "axes=[0,0]", "f(2,3)", "axis 0 is given twice"),
    FAILS(transpose, "axes=[0]", "f(2,3)", "axes must name each of the 2 axes once, got 1"),
    FAILS(concatenate, NULL, "f(2,3) f(3,3)",
          "shapes must agree except on axis -1, got (2, 3) and (3, 3) (operand 2)"),
    FAILS(stack, NULL, "f(2) f(3)", "operands must have one shape, got (2,) and (3,) (operand 2)"),
    FAILS(split, "sizes=[1,1], axis=1", "f(2,3)",
          "the parts add up to 2, but axis 1 of (2, 3) has size 3"),
    FAILS(slice_axis, "axis=0, start=1, count=3", "f(3)",
          "3 elements from 1 by steps of 1 leave axis 0 of (3,), which has size 3"),
    FAILS(slice_axis, "axis=0, step=0", "f(3)", "'step' must not be 0"),
    FAILS(
        pad, "before=[1], after=[0]", "f(2,3)",
        "'before' and 'after' must have one number for each of the 2 axes of (2, 3), got 1 and 1"),
    {0},
};
