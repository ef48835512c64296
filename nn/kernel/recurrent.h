/* recurrent.h - whole sequences of LSTM and GRU, forward and backward. Rows of the batch do not see
 * each other, so work is cut along the batch and a piece runs through all steps by itself.
 *
 * Arrays are packed, row-major. x holds x kernel + bias of all steps: (batch, steps, gates units).
 * State sequences are (batch, steps, units), states (batch, units). mask (batch, steps), 1 = the
 * step counts; a masked step leaves the states as they are, and its output is the state h. */
#ifndef KNN__RECURRENT_H
#define KNN__RECURRENT_H

#include "ctx.h"

typedef struct knn__recurrent {
  int64_t batch, steps, units;
  int gates;           /* 4: LSTM, blocks i, f, c, o; 3: GRU, blocks z, r, h */
  const uint8_t *mask; /* NULL = all steps count */
  const void *kernel;  /* recurrent kernel (units, gates units) */
  const void *bias;    /* GRU: of the recurrent product (gates units), or NULL */
  /* forward: */
  const void *x, *h0, *c0; /* c0, c, cells: LSTM; inner: GRU */
  void *h, *c;             /* behind the last step */
  void *y;                 /* h of each step, or NULL */
  /* saved for backward: gates after their functions, c of each step, the recurrent product of the
   * candidate, h before each step; all NULL = nothing is saved. Backward reads all but `before`,
   * of LSTM's. */
  void *y_gates, *cells, *inner, *before;
  /* backward: gradients by y, h, c (NULL = none) and, written, by x, the recurrent product (GRU),
   * h0 and c0. Masked steps give 0. */
  const void *dy, *dh, *dc;
  void *dx, *du, *dh0, *dc0;
} knn__recurrent;

typedef void knn__recurrent_fn(knn_ctx *ctx, const knn__recurrent *p, void *scratch);

#endif
