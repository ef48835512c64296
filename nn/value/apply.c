/* apply.c - the single place that tells kinds of values apart: an op runs at once, grows the graph,
 * or is noted as a call of the drawing. */
#include "graph.h"
#include "node.h"
#include "tape.h"
#include "tensor_internal.h"

#include <string.h>

static knn_status check_count(knn_ctx *ctx, const knn__op *op, int n) {
  if (n >= op->min_in && n <= KNN__MAX_IN && (op->max_in < 0 || n <= op->max_in)) return KNN_OK;
  if (op->min_in == op->max_in)
    return knn_fail(ctx, KNN_EARG, "takes %d operands, got %d", op->min_in, n);
  if (op->max_in < 0)
    return knn_fail(ctx, KNN_EARG, "takes %d to %d operands, got %d", op->min_in, KNN__MAX_IN, n);
  return knn_fail(ctx, KNN_EARG, "takes %d to %d operands, got %d", op->min_in, op->max_in, n);
}

static knn_status check_strings(knn_ctx *ctx, const knn__op *op, knn_value *const *ins, int n) {
  for (int i = 0; i < n && !(op->flags & KNN__OP_STRINGS); i++)
    if (ins[i]->spec.dtype == KNN_STRING)
      return knn_fail(ctx, KNN_ETYPE,
                      "operand %d is a tensor of strings, ops compute with numbers; the layers "
                      "StringLookup, TextVectorization and Hashing make numbers of strings",
                      i + 1);
  return KNN_OK;
}

static knn_status infer(knn_ctx *ctx, const knn__op *op, const void *args, const knn__spec *ins,
                        int n_in, knn__spec *outs, int *n_out) {
  knn__infer q = {.ctx = ctx,
                  .args = args,
                  .n_in = n_in,
                  .in = ins,
                  .n_out = op->n_out < 0 ? 0 : op->n_out,
                  .out = outs};
  KNN__TRY(op->infer(&q));
  *n_out = op->n_out < 0 ? q.n_out : op->n_out;
  return KNN_OK;
}

static knn__buf buffer_of(const knn_tensor *t) {
  return (knn__buf){knn_tensor_data(t), t->spec, knn_tensor_size(t)};
}

/* prepare, scratch, forward, release on buffers that stand ready. */
static knn_status compute(knn__call *call) {
  const knn__op *op = call->op;
  void *scratch = NULL;
  if (op->prepare) KNN__TRY(op->prepare(call));
  knn_status st = KNN_OK;
  if (call->scratch_bytes) {
    scratch = knn__alloc_aligned(call->ctx, call->scratch_bytes);
    if (!scratch) st = KNN_ENOMEM;
  }
  call->scratch = scratch;
  if (st == KNN_OK) st = op->forward(call);
  if (op->release) op->release(call);
  knn__free(call->ctx, scratch);
  return st;
}

static knn_status run_contiguous(knn_ctx *ctx, const knn__op *op, const void *args,
                                 knn_tensor *const *ins, int n_in, const knn__stream *stream,
                                 knn_tensor **outs, int *n_out) {
  knn__buf in[KNN__MAX_IN], out[KNN__MAX_OUT];
  knn__spec in_specs[KNN__MAX_IN], out_specs[KNN__MAX_OUT];
  for (int i = 0; i < n_in; i++) {
    in[i] = buffer_of(ins[i]);
    in_specs[i] = in[i].spec;
  }
  int n = 0;
  KNN__TRY(infer(ctx, op, args, in_specs, n_in, out_specs, &n));
  if (op->flags & KNN__OP_ALIAS) {
    *n_out = 1;
    return knn_tensor_reshape(ins[0], out_specs[0].rank, out_specs[0].dims, &outs[0]);
  }
  knn_status st = KNN_OK;
  int made = 0;
  for (; made < n && st == KNN_OK; made++) {
    st = knn_tensor_new(ctx, out_specs[made].dtype, out_specs[made].rank, out_specs[made].dims,
                        &outs[made]);
    if (st == KNN_OK)
      out[made] = buffer_of(outs[made]);
    else
      made--;
  }
  if (st == KNN_OK) {
    knn__call call = {.ctx = ctx,
                      .op = op,
                      .args = args,
                      .n_in = n_in,
                      .n_out = n,
                      .in = in,
                      .out = out,
                      .stream = *stream};
    st = compute(&call);
  }
  for (int i = 0; i < made && st == KNN_OK; i++)
    if (out_specs[i].dtype == KNN_STRING) st = knn__strings_adopt(outs[i], ins, n_in);
  if (st != KNN_OK)
    while (made > 0) knn_tensor_release(outs[--made]);
  *n_out = n;
  return st;
}

knn_status knn__run_op(knn_ctx *ctx, const knn__op *op, const void *args, knn_tensor *const *ins,
                       int n_in, const knn__stream *stream, knn_tensor **outs, int *n_out) {
  knn_tensor *packed[KNN__MAX_IN];
  knn_status st = KNN_OK;
  int n = 0;
  for (; n < n_in && st == KNN_OK; n++) {
    st = knn_tensor_contiguous(ins[n], &packed[n]);
    if (st != KNN_OK) n--;
  }
  if (st == KNN_OK) st = run_contiguous(ctx, op, args, packed, n_in, stream, outs, n_out);
  while (n > 0) knn_tensor_release(packed[--n]);
  return st;
}

static knn_status apply_eager(knn_ctx *ctx, const knn__op *op, const void *args,
                              knn_value *const *ins, int n_in, knn_value **outs, int *n_out) {
  knn_tensor *in[KNN__MAX_IN], *out[KNN__MAX_OUT];
  knn_value *made[KNN__MAX_OUT] = {0};
  knn__stream stream = {0};
  int n = 0;
  for (int i = 0; i < n_in; i++) in[i] = ins[i]->tensor;
  if (op->flags & KNN__OP_RANDOM) stream = knn__next_stream(ctx);
  KNN__TRY(knn__run_op(ctx, op, args, in, n_in, &stream, out, &n));
  knn_status st = KNN_OK;
  for (int i = 0; i < n; i++) {
    if (st == KNN_OK) st = knn_value_from(out[i], &made[i]);
    knn_tensor_release(out[i]);
  }
  if (st == KNN_OK) st = knn__tape_note(ctx, op, args, ins, n_in, made, n);
  for (int i = 0; i < n; i++) {
    if (st == KNN_OK)
      outs[i] = made[i];
    else
      knn_value_release(made[i]);
  }
  *n_out = n;
  return st;
}

static knn_status apply_graph(knn_graph *g, const knn__op *op, const void *args,
                              knn_value *const *ins, int n_in, knn_value **outs, int *n_out) {
  knn__spec in[KNN__MAX_IN], out[KNN__MAX_OUT];
  knn__record *r;
  int n = 0;
  for (int i = 0; i < n_in; i++) in[i] = ins[i]->spec;
  KNN__TRY(infer(g->ctx, op, args, in, n_in, out, &n));
  KNN__TRY(knn__graph_append(g, op, args, ins, n_in, out, n, &r));
  for (int i = 0; i < n; i++) {
    outs[i] = r->out[i];
    knn_value_retain(outs[i]);
  }
  *n_out = n;
  return KNN_OK;
}

static knn_status compose(knn_ctx *ctx, const knn__op *op, const void *args, knn_value *const *ins,
                          int n_in, knn_value **outs, int *n_out) {
  knn__scope s;
  knn__composition c = {.args = args, .n_in = n_in, .in = ins, .n_out = 1};
  knn__scope_begin(&s, ctx);
  op->compose(&s, &c);
  for (int i = 0; i < c.n_out && s.status == KNN_OK; i++) {
    outs[i] = c.out[i];
    knn_value_retain(outs[i]);
  }
  *n_out = c.n_out;
  return knn__scope_end(&s);
}

/* Specs of what is made of other ops, a composition or an op between casts: it is traced on a graph
 * of its own. */
static knn_status infer_traced(knn_ctx *ctx, const knn__op *op, const void *args,
                               knn_value *const *ins, int n_in, knn__spec *out, int *n_out) {
  knn_graph *g = NULL;
  knn_value *nodes[KNN__MAX_IN], *results[KNN__MAX_OUT];
  KNN__TRY(knn__graph_new(ctx, &g));
  knn_status st = KNN_OK;
  for (int i = 0; i < n_in && st == KNN_OK; i++) {
    nodes[i] = ins[i];
    if (ins[i]->node) st = knn__graph_input(g, &ins[i]->spec, &nodes[i]);
  }
  if (st == KNN_OK) {
    knn_graph *before = knn__trace_begin(g);
    st =
        (op->compose ? compose : knn__apply_with_casts)(ctx, op, args, nodes, n_in, results, n_out);
    knn__trace_end(ctx, before);
  }
  for (int i = 0; i < *n_out && st == KNN_OK; i++) {
    out[i] = results[i]->spec;
    knn_value_release(results[i]);
  }
  knn__graph_release(g);
  return st;
}

static knn_status apply_symbolic(knn_ctx *ctx, const knn__op *op, const void *args,
                                 knn_value *const *ins, int n_in, knn_value **outs, int *n_out) {
  knn__spec in[KNN__MAX_IN], out[KNN__MAX_OUT];
  knn__node *node;
  int n = 0, made = 0;
  for (int i = 0; i < n_in; i++) in[i] = ins[i]->spec;
  KNN__TRY(op->compose || knn__needs_casts(ctx, op, ins, n_in)
               ? infer_traced(ctx, op, args, ins, n_in, out, &n)
               : infer(ctx, op, args, in, n_in, out, &n));
  KNN__TRY(knn__node_op(ctx, op, args, ins, n_in, out, n, &node));
  knn_status st = KNN_OK;
  for (; made < n && st == KNN_OK; made += st == KNN_OK)
    st = knn__node_value(node, made, &outs[made]);
  while (st != KNN_OK && made > 0) knn_value_release(outs[--made]);
  knn__node_release(node);
  *n_out = n;
  return st;
}

typedef knn_status apply_fn(knn_ctx *ctx, const knn__op *op, const void *args,
                            knn_value *const *ins, int n_in, knn_value **outs, int *n_out);

static knn_status apply_traced(knn_ctx *ctx, const knn__op *op, const void *args,
                               knn_value *const *ins, int n_in, knn_value **outs, int *n_out) {
  knn_graph *g = ctx->tracing;
  for (int i = 0; i < n_in && !g; i++) g = ins[i]->graph;
  return apply_graph(g, op, args, ins, n_in, outs, n_out);
}

static knn_status pick(knn_ctx *ctx, const knn__op *op, knn_value *const *ins, int n_in,
                       apply_fn **out) {
  bool traced = ctx->tracing, symbolic = false;
  for (int i = 0; i < n_in; i++) {
    traced = traced || ins[i]->graph;
    symbolic = symbolic || ins[i]->node;
  }
  *out = symbolic                               ? apply_symbolic
         : op->compose                          ? compose
         : knn__needs_casts(ctx, op, ins, n_in) ? knn__apply_with_casts
         : traced                               ? apply_traced
                                                : apply_eager;
  if (!traced || !symbolic) return KNN_OK;
  return knn_fail(ctx, KNN_EARG,
                  "a symbolic value of a model's drawing was used inside a call that is running; "
                  "hand it to the layer as an input");
}

knn_status knn__apply(knn_ctx *ctx, const knn__op *op, const void *args, knn_value *const *ins,
                      int n_in, knn_value **outs, int *n_out) {
  apply_fn *apply = NULL;
  knn_value *results[KNN__MAX_OUT];
  int room = *n_out, n = 0;
  knn_status st = check_count(ctx, op, n_in);
  if (st == KNN_OK) st = check_strings(ctx, op, ins, n_in);
  if (st == KNN_OK) st = pick(ctx, op, ins, n_in, &apply);
  if (st == KNN_OK) st = apply(ctx, op, args, ins, n_in, results, &n);
  if (st != KNN_OK) return knn_fail_in(ctx, st, "op %s", op->cls.name);
  for (int i = 0; i < n; i++) {
    if (i < room)
      outs[i] = results[i];
    else
      knn_value_release(results[i]);
  }
  *n_out = n < room ? n : room;
  return KNN_OK;
}

static const knn__op *find_op(const char *name) {
  for (int i = 0; i < knn__ops_n; i++)
    if (!(knn__ops[i]->flags & KNN__OP_HIDDEN) && strcmp(knn__ops[i]->cls.name, name) == 0)
      return knn__ops[i];
  return NULL;
}

bool knn_op_operands(const char *name, int *min, int *max) {
  const knn__op *op = find_op(name);
  if (!op) return false;
  *min = op->min_in;
  *max = op->max_in;
  return true;
}

static knn_status apply_promoted(knn_ctx *ctx, const knn__op *op, const void *args,
                                 knn_value *const *ins, int n_in, knn_value **outs, int *n_out) {
  knn__scope scope;
  knn_value *converted[KNN__MAX_IN];
  if (n_in > KNN__MAX_IN)
    return knn__apply(ctx, op, args, ins, n_in, outs, n_out); /* says that there are too many */
  knn__scope_begin(&scope, ctx);
  knn__promote(&scope, op, n_in, ins, converted);
  if (scope.status == KNN_OK)
    scope.status = knn__apply(ctx, op, args, converted, n_in, outs, n_out);
  return knn__scope_end(&scope);
}

knn_status knn_apply(knn_ctx *ctx, const char *name, knn_value *const *ins, int n_in,
                     const knn_config *options, knn_value **outs, int *n_out) {
  const knn__op *op = find_op(name);
  if (!op) {
    char near[160];
    knn_class_suggest("op", name, near, sizeof near);
    return knn_fail(ctx, KNN_EARG,
                    near[0] ? "unknown op '%s'; did you mean %s?" : "unknown op '%s'", name, near);
  }
  void *args = op->cls.args_size ? knn__alloc(ctx, op->cls.args_size) : NULL;
  if (op->cls.args_size && !args) return KNN_ENOMEM;
  knn_status st = knn__args_parse(ctx, name, &op->cls, options, args);
  if (st == KNN_OK) {
    st = apply_promoted(ctx, op, args, ins, n_in, outs, n_out);
    if (args) knn__args_clear(ctx, &op->cls, args);
  }
  knn__free(ctx, args);
  return st;
}
