/* recurrent_loops.h - LSTM and GRU over sequences, row by row (recurrent.h). */
#ifndef KNN__RECURRENT_LOOPS_H
#define KNN__RECURRENT_LOOPS_H

#include "recurrent.h"

/* Reals of scratch, for any of the functions. */
static inline int64_t knn__ref_recurrent_scratch(const knn__recurrent *p) {
  return p->batch * (p->gates + 2) * p->units;
}

knn__recurrent_fn knn__ref_lstm_f32, knn__ref_lstm_f64, knn__ref_lstm_grad_f32,
    knn__ref_lstm_grad_f64;
knn__recurrent_fn knn__ref_gru_f32, knn__ref_gru_f64, knn__ref_gru_grad_f32, knn__ref_gru_grad_f64;

#endif
