/* chosen.h - a problem of kernel.h with the kernel chosen for it, kept in call->state of the ops
 * that ride on kernels. */
#ifndef KNN__CHOSEN_H
#define KNN__CHOSEN_H

#include "kernel.h"
#include "op.h"

typedef struct knn__chosen {
  union {
    knn__gemm gemm;
    knn__conv conv;
  };
  knn__kernel_kind kind;
  knn__choice choice;
  knn__loop *add;        /* of the rows that add a bias and activate */
  knn__inner activation; /* loop NULL = none */
} knn__chosen;

/* Choose a kernel for the problem (copied) and note scratch, provider and reason in the call. For
 * `prepare`. */
knn_status knn__chosen_new(knn__call *call, knn__kernel_kind kind, const void *problem);
/* Run with the pointers that stand in the problem now. */
void knn__chosen_run(const knn__call *call, knn__chosen *chosen);
/* The row's `release`. */
void knn__chosen_release(knn__call *call);
/* The row's `cost`: the problem's multiplications and additions. */
void knn__chosen_cost(const knn__call *call, knn__cost *cost);

#endif
