/* chosen.c - see chosen.h. */
#include "chosen.h"

#include <string.h>

knn_status knn__chosen_new(knn__call *call, knn__kernel_kind kind, const void *problem) {
  knn__chosen *chosen = knn__alloc(call->ctx, sizeof *chosen);
  if (!chosen) return KNN_ENOMEM;
  if (kind == KNN__GEMM)
    memcpy(&chosen->gemm, problem, sizeof chosen->gemm);
  else
    memcpy(&chosen->conv, problem, sizeof chosen->conv);
  chosen->kind = kind;
  knn_status st = knn__choose(call->ctx, kind, problem, &chosen->choice);
  if (st != KNN_OK) {
    knn__free(call->ctx, chosen);
    return st;
  }
  call->state = chosen;
  call->scratch_bytes = chosen->choice.scratch;
  call->provider = chosen->choice.provider->name;
  call->why = chosen->choice.why;
  return KNN_OK;
}

void knn__chosen_run(const knn__call *call, knn__chosen *chosen) {
  chosen->choice.kernel->run(call->ctx, &chosen->gemm, chosen->choice.state, call->scratch);
}

void knn__chosen_release(knn__call *call) {
  knn__chosen *chosen = call->state;
  if (!chosen) return;
  knn__choice_release(call->ctx, &chosen->choice);
  knn__free(call->ctx, chosen);
  call->state = NULL;
}

static int64_t volume(const int64_t dims[3]) {
  return dims[0] * dims[1] * dims[2];
}

void knn__chosen_cost(const knn__call *call, knn__cost *cost) {
  const knn__chosen *chosen = call->state;
  const knn__conv *p = &chosen->conv;
  if (chosen->kind == KNN__GEMM)
    cost->flops = 2.0 * (double)chosen->gemm.k * (double)call->out[0].n;
  else
    cost->flops = 2.0 * (double)(p->batch * volume(p->out) * p->filters) *
                  (double)(volume(p->kernel) * p->channels / p->groups);
}
