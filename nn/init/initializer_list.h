/* initializer_list.h - every initializer, one line each: X(zeros) declares knn__initializer_zeros
 * and puts it into the table. */
#ifndef KNN__INITIALIZER_LIST_H
#define KNN__INITIALIZER_LIST_H

#include "initializer.h"

#define KNN__INITIALIZER_LIST(X) \
  X(zeros)                       \
  X(ones)                        \
  X(constant)                    \
  X(identity)                    \
  X(random_normal)               \
  X(random_uniform)              \
  X(truncated_normal)            \
  X(variance_scaling)            \
  X(glorot_uniform)              \
  X(glorot_normal)               \
  X(lecun_uniform)               \
  X(lecun_normal)                \
  X(he_uniform)                  \
  X(he_normal)                   \
  X(orthogonal)                  \
  X(stft)

#define X(name) extern const knn__initializer_def knn__initializer_##name;
KNN__INITIALIZER_LIST(X)
#undef X

/* First member of the arguments of every random initializer. */
typedef struct knn__seed_args {
  int64_t seed;
} knn__seed_args;
#define KNN__SEED_PARAM(block)                                           \
  {                                                                      \
    .name = "seed", .kind = KNN_P_INT, .mark = KNN_LABEL, .def = "null", \
    .doc = "Start of the random numbers; default: the context's next.",  \
    .offset = offsetof(block, base.seed)                                 \
  }

enum { KNN__DRAW_UNIFORM, KNN__DRAW_NORMAL, KNN__DRAW_TRUNCATED };
/* Fill w with numbers of a law: uniform from a up to b, or normal with mean a and deviation b
 * (truncated: within a +- 2 b). */
void knn__draw(const knn_initializer *self, int law, double a, double b, knn_tensor *w);

#endif
