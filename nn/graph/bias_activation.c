/* bias_activation.c - matmul or conv, + bias, then an activation that is one op become one op that
 * adds and activates while a line is in the cache. The intermediate results must have no other
 * reader; in training this holds for relu, sigmoid, tanh and exp, whose gradients read the result
 * only. */
#include "fused.h"
#include "op_list.h"
#include "pass.h"

/* By value id: index of the one record that reads it, or -1. */
static void find_readers(const knn__ir *ir, int *reader) {
  for (int i = 0; i < ir->graph->n_values; i++) reader[i] = -1;
  for (int i = 0; i < ir->n; i++)
    for (int k = 0; k < ir->records[i]->n_in; k++) reader[ir->records[i]->in[k]->id] = i;
}

/* The record that alone reads v, with no effect on the way to it; -1 if there is none. */
static int only_reader(const knn__ir *ir, const int *reader, const knn_value *v, int from) {
  int at = reader[v->id];
  if (at < 0 || ir->uses[v->id] != 1) return -1;
  for (int i = from + 1; i < at; i++)
    if (ir->records[i] && ir->records[i]->op->flags & KNN__OP_EFFECT) return -1;
  return at;
}

static knn__act_args activation_of(const knn__record *r) {
  knn__act_args act = {0};
  for (int i = 1; i < knn__activation_ops_n; i++)
    if (r->op == knn__activation_ops[i]) act.activation = i;
  if (r->op == &knn__op_clip) act.bounds = *(const knn__clip_args *)r->args;
  return act;
}

/* The bias of an add whose other operand is y; NULL if it is no row added to every line. */
static knn_value *bias_of(const knn__record *add, const knn_value *y) {
  if (add->op != &knn__op_add || y->spec.rank < 2) return NULL;
  knn_value *bias = add->in[add->in[0] == y ? 1 : 0];
  const knn__spec *sum = &add->out[0]->spec;
  bool row =
      bias != y && bias->spec.rank == 1 && bias->spec.dims[0] == y->spec.dims[y->spec.rank - 1];
  return row && knn__dims_equal(sum->rank, sum->dims, y->spec.rank, y->spec.dims) ? bias : NULL;
}

/* Relu, read by clip alone from 0 up, is part of that clip (ReLU{max_value = 6}). */
static bool within(const knn__record *relu, const knn__record *clip) {
  return relu->op == &knn__op_relu && clip->op == &knn__op_clip &&
         ((const knn__clip_args *)clip->args)->x_min == 0;
}

static knn_status fuse_at(knn__ir *ir, const int *reader, int i) {
  knn__record *product = ir->records[i], *fused;
  bool matmul = product->op == &knn__op_matmul;
  if (!matmul && product->op != &knn__op_conv) return KNN_OK;
  int last = only_reader(ir, reader, product->out[0], i), add = last;
  knn_value *bias = add < 0 ? NULL : bias_of(ir->records[add], product->out[0]);
  if (!bias) return KNN_OK;
  int next = only_reader(ir, reader, ir->records[add]->out[0], add);
  int clip = next < 0 ? -1 : only_reader(ir, reader, ir->records[next]->out[0], next);
  if (clip >= 0 && within(ir->records[next], ir->records[clip])) {
    ir->records[next] = NULL;
    next = clip;
  }
  const knn__act_args act = next < 0 ? (knn__act_args){0} : activation_of(ir->records[next]);
  if (act.activation) last = next;
  knn__matmul_bias_act_args matmul_args = {.act = act};
  knn__conv_bias_act_args conv_args = {.act = act};
  if (matmul)
    matmul_args.plain = *(const knn__matmul_args *)product->args;
  else
    conv_args.plain = *(const knn__conv_args *)product->args;
  const void *args = matmul ? (const void *)&matmul_args : &conv_args;
  const knn__op *op = matmul ? &knn__op_matmul_bias_act : &knn__op_conv_bias_act;
  KNN__TRY(knn__ir_record(ir, op, args, 3, (knn_value *[]){product->in[0], product->in[1], bias}, 1,
                          ir->records[last]->out, product, &fused));
  ir->records[i] = NULL;
  ir->records[add] = NULL;
  ir->records[last] = fused;
  return KNN_OK;
}

static knn_status run(knn__ir *ir) {
  int *reader = knn__alloc(ir->ctx, (size_t)ir->graph->n_values * sizeof *reader);
  knn_status st = reader ? KNN_OK : KNN_ENOMEM;
  if (st == KNN_OK) find_readers(ir, reader);
  for (int i = 0; i < ir->n && st == KNN_OK; i++)
    if (ir->records[i]) st = fuse_at(ir, reader, i);
  knn__free(ir->ctx, reader);
  knn__ir_compact(ir);
  return st;
}

const knn__pass knn__pass_bias_activation = {
    .name = "bias_activation",
    .summary = "adds bias and activation inside the product or convolution",
    .run = run,
};
