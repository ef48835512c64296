/* keras_calls.h - how layers and ops are called in Keras: which inputs stand alone, which in a
 * list; which class of keras.ops an op is. Both directions read the same rows. */
#ifndef KNN__KERAS_CALLS_H
#define KNN__KERAS_CALLS_H

#include "op.h"

/* Where the inputs of a layer's call stand among its arguments. */
typedef enum knn__inputs_form {
  KNN__INPUT_ALONE,    /* call(x), and call([a, b]) if there are several */
  KNN__INPUT_LIST,     /* call([a, b]), also of one */
  KNN__INPUTS_APART,   /* call(query, value, key) */
  KNN__INPUT_AND_STATE /* call(x, initial_state=[h, c]) */
} knn__inputs_form;
knn__inputs_form knn__keras_inputs(const char *class_name);

/* An op in both worlds. */
typedef struct knn__keras_op {
  const char *module;  /* the end of "keras.src.ops.numpy" */
  const char *keras;   /* "TrueDivide" */
  const char *own;     /* "divide" */
  bool list;           /* takes one list of tensors */
  const char *renames; /* options: "newshape=shape", Keras's name first; separated by blanks */
} knn__keras_op;

/* NULL if there is none. */
const knn__keras_op *knn__keras_op_of(const char *own);
const knn__keras_op *knn__keras_op_named(const char *class_name);
/* The other name of an option: from Keras's to ours, or back. Copies the name itself if it has no
 * other. */
void knn__keras_rename(const knn__keras_op *op, const char *name, bool to_keras, char *out,
                       size_t size);
/* Is a module one of Keras's ops, or a function of its activations? */
bool knn__keras_is_op(const char *module);

#endif
