/* conv_pool.c - convolution with bias and relu, then max_pool, become one op that pools while the
 * lines are in the cache; and on the way back max_pool_grad, then relu_grad, become one that
 * spreads the gradient. The convolution's result must have no other reader, and windows must lie
 * side by side. */
#include "conv_relu_pool.h"
#include "op_list.h"
#include "pass.h"
#include "pool_args.h"

/* Who reads the result of a convolution; indices of records. */
typedef struct readers {
  int pool, pool_grad, relu_grad; /* -1 = none */
  int others;
} readers;

static readers find_readers(const knn__ir *ir, const knn_value *y) {
  readers f = {-1, -1, -1, 0};
  for (int i = 0; i < ir->n; i++) {
    const knn__record *r = ir->records[i];
    for (int k = 0; r && k < r->n_in; k++) {
      if (r->in[k] != y) continue;
      if (r->op == &knn__op_max_pool && f.pool < 0)
        f.pool = i;
      else if (r->op == &knn__op_max_pool_grad && k == 0 && f.pool_grad < 0)
        f.pool_grad = i;
      else if (r->op == &knn__op_relu_grad && k == 1 && f.relu_grad < 0)
        f.relu_grad = i;
      else
        f.others++;
    }
  }
  return f;
}

static bool side_by_side(knn_ctx *ctx, const knn__pool_args *args, const knn__spec *y) {
  knn__window w;
  if (y->rank != 4 || args->size.n < 1 ||
      knn__window_read(ctx, 2, &args->size, &args->window, &w) != KNN_OK)
    return false;
  bool fits = w.size[0] * w.size[1] <= 255;
  for (int i = 0; i < 2; i++)
    fits = fits && w.stride[i] == w.size[i] && w.dilation[i] == 1 && w.before[i] == 0 &&
           w.after[i] == 0 && y->dims[1 + i] >= w.size[i];
  return fits;
}

static bool effect_between(const knn__ir *ir, int first, int last) {
  for (int i = first + 1; i < last; i++)
    if (ir->records[i] && ir->records[i]->op->flags & KNN__OP_EFFECT) return true;
  return false;
}

/* Both gradients or none, the second the only reader of the first. */
static bool gradients_fit(const knn__ir *ir, const readers *f) {
  if (f->pool_grad < 0 || f->relu_grad < 0) return f->pool_grad == f->relu_grad;
  const knn__record *back = ir->records[f->pool_grad], *relu = ir->records[f->relu_grad];
  return back->in[1] == ir->records[f->pool]->out[0] && relu->in[0] == back->out[0] &&
         ir->uses[back->out[0]->id] == 1;
}

static bool fits(const knn__ir *ir, int at, const readers *f) {
  const knn__record *conv = ir->records[at];
  const knn_value *y = conv->out[0];
  int known = (f->pool >= 0) + (f->pool_grad >= 0) + (f->relu_grad >= 0);
  return f->pool >= 0 && f->others == 0 && ir->uses[y->id] == known &&
         side_by_side(ir->ctx, ir->records[f->pool]->args, &y->spec) && gradients_fit(ir, f) &&
         !effect_between(ir, at, f->pool);
}

static knn_ints both(const knn_ints *x) {
  knn_ints out = *x;
  if (out.n == 1) out.v[out.n++] = x->v[0];
  return out;
}

static knn_status fuse(knn__ir *ir, int at, const readers *f) {
  const knn__record *conv = ir->records[at], *pool = ir->records[f->pool];
  const knn_value *y = conv->out[0];
  knn__spec places = pool->out[0]->spec;
  places.dtype = KNN_U8;
  knn_value *outs[2] = {pool->out[0]};
  knn__record *forward, *back;
  KNN__TRY(knn__graph_result(ir->graph, &places, &outs[1]));
  knn__conv_relu_pool_args args = {.conv = ((const knn__conv_bias_act_args *)conv->args)->plain,
                                   .pool = both(&((const knn__pool_args *)pool->args)->size)};
  KNN__TRY(
      knn__ir_record(ir, &knn__op_conv_relu_pool, &args, 3, conv->in, 2, outs, conv, &forward));
  if (f->relu_grad >= 0) {
    const knn__record *relu = ir->records[f->relu_grad];
    knn__conv_relu_pool_grad_args back_args = {
        .pool = args.pool, .sizes = {.n = 2, .v = {y->spec.dims[1], y->spec.dims[2]}}};
    knn_value *ins[] = {ir->records[f->pool_grad]->in[2], outs[0], outs[1]};
    KNN__TRY(knn__ir_record(ir, &knn__op_conv_relu_pool_grad, &back_args, 3, ins, 1, relu->out,
                            relu, &back));
    ir->records[f->pool_grad] = NULL;
    ir->records[f->relu_grad] = back;
  }
  ir->records[at] = NULL;
  ir->records[f->pool] = forward;
  return KNN_OK;
}

static knn_status run(knn__ir *ir) {
  knn_status st = KNN_OK;
  for (int i = 0; i < ir->n && st == KNN_OK; i++) {
    const knn__record *r = ir->records[i];
    if (!r || r->op != &knn__op_conv_bias_act) continue;
    const knn__act_args *act = &((const knn__conv_bias_act_args *)r->args)->act;
    if (knn__activation_ops[act->activation] != &knn__op_relu) continue;
    readers f = find_readers(ir, r->out[0]);
    if (fits(ir, i, &f)) st = fuse(ir, i, &f);
  }
  knn__ir_compact(ir);
  return st;
}

const knn__pass knn__pass_conv_pool = {
    .name = "conv_pool",
    .summary = "pools while it convolves",
    .run = run,
};
