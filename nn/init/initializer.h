/* initializer.h - first contents of weights. A row's `fill` writes floats into a contiguous tensor.
 */
#ifndef KNN__INITIALIZER_H
#define KNN__INITIALIZER_H

#include "object.h"
#include "random.h"
#include "shape.h"
#include "knn/tensor.h"

/* An instance: its stream is fixed when it is made (option `seed`, else the context's next), so
 * that filling twice gives the same numbers, as in Keras. */
typedef struct knn_initializer {
  knn_object base;
  knn__stream stream;
} knn_initializer;

typedef struct knn__initializer_def {
  knn_class cls;
  bool random; /* the arguments begin with knn__seed_args */
  knn_status (*fill)(const knn_initializer *self,
                     knn_tensor *w); /* w: float32 or float64, contiguous */
} knn__initializer_def;

extern const knn__family knn__family_initializer;

/* Fill w, whatever its type and strides. */
knn_status knn__initialize(knn_object *initializer, knn_tensor *w);

#endif
