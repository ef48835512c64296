/* tape.h - records of eager ops, for gradients. Tapes nest: an op is noted on every tape that
 * records. */
#ifndef KNN__TAPE_H
#define KNN__TAPE_H

#include "arena.h"
#include "value.h"

struct knn_tape {
  knn_ctx *ctx;
  struct knn_tape *outer;
  bool paused;
  knn_graph
      *graph; /* being traced when the tape began: its records from `first` on are the tape's */
  int first;
  knn__arena arena;
  knn__record **records; /* operands and results are retained */
  int n, capacity;
};

/* Note an op that was just computed on every recording tape of its context. */
knn_status knn__tape_note(knn_ctx *ctx, const knn__op *op, const void *args, knn_value *const *ins,
                          int n_in, knn_value *const *outs, int n_out);

#endif
