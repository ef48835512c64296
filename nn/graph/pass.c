/* pass.c - the list of passes and what they share. */
#include "pass.h"

#include <string.h>

#include "tensor_internal.h"

#define X(name) extern const knn__pass knn__pass_##name;
#include "pass_list.h"
#undef X

const knn__pass *const knn__passes[] = {
#define X(name) &knn__pass_##name,
#include "pass_list.h"
#undef X
};
const int knn__passes_n = (int)(sizeof knn__passes / sizeof *knn__passes);

void knn__ir_count_uses(knn__ir *ir) {
  memset(ir->uses, 0, (size_t)ir->graph->n_values * sizeof *ir->uses);
  for (int i = 0; i < ir->n; i++)
    for (int k = 0; k < ir->records[i]->n_in; k++) ir->uses[ir->records[i]->in[k]->id]++;
  for (int i = 0; i < ir->n_outputs; i++) ir->uses[ir->outputs[i]->id]++;
}

knn_status knn__ir_record(knn__ir *ir, const knn__op *op, const void *args, int n_in,
                          knn_value *const *ins, int n_out, knn_value *const *outs,
                          const knn__record *like, knn__record **out) {
  knn__arena *arena = &ir->graph->arena;
  knn__record *r = knn__arena_alloc(arena, sizeof *r);
  knn_value **values = r ? knn__arena_alloc(arena, (size_t)(n_in + n_out) * sizeof *values) : NULL;
  void *copy = values && args ? knn__arena_alloc(arena, op->cls.args_size) : NULL;
  if (!values || (args && !copy)) return KNN_ENOMEM;
  if (args) memcpy(copy, args, op->cls.args_size); /* fused rows own nothing in their arguments */
  for (int i = 0; i < n_in; i++) values[i] = ins[i];
  for (int i = 0; i < n_out; i++) values[n_in + i] = outs[i];
  *r = (knn__record){.op = op,
                     .args = copy,
                     .n_in = n_in,
                     .n_out = n_out,
                     .in = values,
                     .out = values + n_in,
                     .layer = like->layer,
                     .random_id = like->random_id};
  *out = r;
  return KNN_OK;
}

knn_tensor *knn__ir_constant(const knn__ir *ir, const knn_value *v) {
  if (v->from || v->variable || !v->constant) return NULL;
  for (int i = 0; i < ir->graph->n_leaf_refs; i++) {
    knn_value *leaf = ir->graph->leaf_refs[i];
    if (leaf->tensor != v->constant) continue;
    bool alone = atomic_load(&leaf->refs) == 1 && atomic_load(&leaf->tensor->refs) == 1 &&
                 atomic_load(&leaf->tensor->storage->refs) == 1;
    return alone ? leaf->tensor : NULL;
  }
  return NULL;
}

void knn__ir_replace_reads(knn__ir *ir, int first, const knn_value *v, knn_value *other) {
  for (int i = first; i < ir->n; i++)
    for (int k = 0; ir->records[i] && k < ir->records[i]->n_in; k++)
      if (ir->records[i]->in[k] == v) ir->records[i]->in[k] = other;
}

bool knn__ir_is_output(const knn__ir *ir, const knn_value *v) {
  for (int i = 0; i < ir->n_outputs; i++)
    if (ir->outputs[i] == v) return true;
  return false;
}

void knn__ir_compact(knn__ir *ir) {
  int n = 0;
  for (int i = 0; i < ir->n; i++)
    if (ir->records[i]) ir->records[n++] = ir->records[i];
  ir->n = n;
}

knn_status knn__pass_enable(knn_ctx *ctx, const char *name, bool on) {
  bool found = false;
  for (int i = 0; i < knn__passes_n; i++) {
    if (strcmp(name, "all") != 0 && strcmp(name, knn__passes[i]->name) != 0) continue;
    found = true;
    if (on)
      ctx->passes_off &= ~(1u << i);
    else
      ctx->passes_off |= 1u << i;
  }
  return found ? KNN_OK : knn_fail(ctx, KNN_EARG, "unknown pass '%s'", name);
}
