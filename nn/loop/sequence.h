/* sequence.h - LSTM and GRU over whole sequences, each as one op that keeps what its gradient wants
 * (nn/kernel/recurrent.h has the layouts). The input is projected outside, in one product for all
 * steps, and the gradient by the recurrent kernel is one product over all steps too. */
#ifndef KNN__SEQUENCE_H
#define KNN__SEQUENCE_H

#include "ops.h"
#include "recurrent.h"

typedef struct knn__sequence {
  knn_value *x;         /* x kernel + bias, (batch, steps, gates units) */
  knn_value *h0, *c0;   /* (batch, units); c0: LSTM */
  knn_value *kernel;    /* recurrent, (units, gates units) */
  knn_value *bias;      /* GRU: of the recurrent product, (gates units); NULL = none */
  knn_value *mask;      /* (batch, steps) bool; NULL = all steps count */
  bool sequences;       /* give y */
  bool saves;           /* keep what the gradient wants: set it in training */
  knn_value *h, *c, *y; /* results: behind the last step, and h of all steps */
} knn__sequence;

void knn__lstm(knn__scope *s, knn__sequence *q);
/* With reset_after: the reset gate acts on the recurrent product. */
void knn__gru(knn__scope *s, knn__sequence *q);

#endif
