/* tape.c - see tape.h. */
#include "tape.h"

#include "graph.h"

#include <string.h>

knn_status knn_tape_begin(knn_ctx *ctx, knn_tape **out) {
  knn_tape *tape = knn__alloc(ctx, sizeof *tape);
  if (!tape) return KNN_ENOMEM;
  tape->ctx = ctx;
  tape->arena.ctx = ctx;
  tape->outer = ctx->tape;
  tape->graph = ctx->tracing;
  tape->first = tape->graph ? tape->graph->n_records : 0;
  ctx->tape = tape;
  knn_ctx_retain(ctx);
  *out = tape;
  return KNN_OK;
}

/* An error may unwind several levels at once: tapes inside the ended one are no longer reachable
 * and must be gone first. */
void knn_tape_end(knn_tape *tape) {
  if (!tape) return;
  knn_ctx *ctx = tape->ctx;
  for (struct knn_tape **at = &ctx->tape; *at; at = &(*at)->outer)
    if (*at == tape) {
      *at = tape->outer;
      break;
    }
  for (int i = 0; i < tape->n; i++) {
    knn__record *r = tape->records[i];
    if (r->args) knn__args_clear(ctx, &r->op->cls, r->args);
    for (int k = 0; k < r->n_in; k++) knn_value_release(r->in[k]);
    for (int k = 0; k < r->n_out; k++) knn_value_release(r->out[k]);
  }
  knn__free(ctx, tape->records);
  knn__arena_clear(&tape->arena);
  knn__free(ctx, tape);
  knn_ctx_release(ctx);
}

static knn_status note(knn_tape *tape, const knn__op *op, const void *args, knn_value *const *ins,
                       int n_in, knn_value *const *outs, int n_out) {
  KNN__TRY(knn__grow(tape->ctx, (void **)&tape->records, &tape->capacity, tape->n,
                     sizeof *tape->records));
  size_t pointers = (size_t)(n_in + n_out) * sizeof(knn_value *);
  knn__record *r = knn__arena_alloc(&tape->arena, sizeof *r);
  knn_value **values = r ? knn__arena_alloc(&tape->arena, pointers) : NULL;
  void *copy = values && args ? knn__arena_alloc(&tape->arena, op->cls.args_size) : NULL;
  if (!values || (args && !copy)) return KNN_ENOMEM;
  if (args) KNN__TRY(knn__args_copy(tape->ctx, &op->cls, args, copy));
  *r = (knn__record){.op = op,
                     .args = copy,
                     .n_in = n_in,
                     .n_out = n_out,
                     .in = values,
                     .out = values + n_in,
                     .layer = ""};
  for (int i = 0; i < n_in; i++) knn_value_retain(r->in[i] = ins[i]);
  for (int i = 0; i < n_out; i++) knn_value_retain(r->out[i] = outs[i]);
  tape->records[tape->n++] = r;
  return KNN_OK;
}

knn_status knn__tape_note(knn_ctx *ctx, const knn__op *op, const void *args, knn_value *const *ins,
                          int n_in, knn_value *const *outs, int n_out) {
  for (knn_tape *tape = ctx->tape; tape; tape = tape->outer)
    if (!tape->paused) KNN__TRY(note(tape, op, args, ins, n_in, outs, n_out));
  return KNN_OK;
}
