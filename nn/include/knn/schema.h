/* schema.h - the one description of everything that has a name: ops, layers, losses, metrics,
 * optimizers, ...
 *
 * A class is a table row; its parameters give names, kinds, defaults, marks and texts. Argument
 * checking, option tables, get_config, completion, help and the reference pages all read these rows
 * and nothing else. */
#ifndef KNN_SCHEMA_H
#define KNN_SCHEMA_H

#include "knn/config.h"
#include "knn/dtype.h"

KNN_BEGIN

/* What a parameter holds, and the C field that holds it. */
typedef enum knn_kind {
  KNN_P_BOOL,   /* bool */
  KNN_P_INT,    /* int64_t; KNN_NONE when null */
  KNN_P_FLOAT,  /* double; NaN when null */
  KNN_P_STRING, /* char *, owned; NULL when null */
  KNN_P_ENUM,   /* int, the index in `choices` ("a|b|c") */
  KNN_P_DTYPE,  /* knn_dtype; KNN_DTYPE_NONE when null */
  KNN_P_POLICY, /* knn_policy; both types KNN_DTYPE_NONE when null */
  KNN_P_INTS,   /* knn_ints; n = -1 when null */
  KNN_P_FLOATS, /* knn_floats, owned; n = -1 when null */
  KNN_P_OBJECT, /* knn_object *, counted, of the family in `choices`; NULL when null */
  KNN_P_CONFIG, /* knn_config *, counted, any value; NULL when null */
  KNN_P_VALUE   /* knn_value *, lent: a tensor given by name to a layer's call; NULL when absent */
} knn_kind;

/* What an integer means, so that a binding that counts from 1 can translate: axes and positions
 * shift, the rest never do. */
typedef enum knn_mark {
  KNN_NO_MARK,
  KNN_AXIS,
  KNN_POSITION,
  KNN_LABEL,
  KNN_COUNT,
  KNN_SIZE
} knn_mark;

#define KNN_NONE INT64_MIN
typedef struct knn_ints {
  int n;
  int64_t v[KNN_MAX_RANK * 2];
} knn_ints;
typedef struct knn_floats {
  int n;
  double *v;
} knn_floats;

typedef struct knn_param {
  const char *name;
  const char *doc; /* one sentence: meaning, unit, shape */
  knn_kind kind;
  knn_mark mark;
  const char *def;     /* default in option text, "0.001", "null", "valid"; NULL = must be given */
  const char *choices; /* ENUM: "valid|same"; OBJECT: the family, "initializer" */
  bool positional;     /* a leading required argument that may be given by place */
  bool nullable;
  int arity;       /* INTS: exact length (a single int is repeated); 0 = any length */
  double min, max; /* numbers: bounds, inclusive, when min < max */
  bool above_min;  /* min itself is excluded */
  size_t offset;   /* of the field in the argument block */
} knn_param;

typedef struct knn_class {
  const char *family;  /* "op", "layer", "activation", "initializer", "loss", ... */
  const char *name;    /* "Dense", "matmul" */
  const char *aliases; /* other accepted names, "mse|MSE", or NULL */
  const char *summary; /* one line */
  const char *detail;  /* formula and behaviour, or NULL */
  const char *shapes;  /* "x (..., n) -> (..., units)" */
  const char *example; /* Lua, runnable after `local knn = require "knn"` */
  const char *source;  /* paper or origin of the formula */
  const char *see;     /* related names, "Conv1D|Conv3D" */
  const knn_param *params;
  int n_params;
  size_t args_size;
} knn_class;

/* Families in a fixed order; i from 0, NULL past the end. */
KNN_API const char *knn_family_name(int i);
/* The classes of a family; *n = 0 and NULL for an unknown one. */
KNN_API const knn_class *const *knn_classes(const char *family, int *n);
/* Find by name or alias, then without regard to case; NULL when there is none. */
KNN_API const knn_class *knn_class_find(const char *family, const char *name);
/* Up to three names of the family nearest to `name`, as "'a', 'b' or 'c'"; "" when none is near. */
KNN_API const char *knn_class_suggest(const char *family, const char *name, char *buffer,
                                      size_t size);

/* Whether the class takes an option of this name: KNN_EARG with the nearest names if not. For a
 * binding whose values cannot all become options. */
KNN_API knn_status knn_class_check_option(knn_ctx *ctx, const knn_class *cls, const char *name);

/* Objects: an instance of a class, counted. Layers, losses, metrics, optimizers, initializers, ...
 * are all objects. */
KNN_API knn_status knn_object_new(knn_ctx *ctx, const char *family, const char *name,
                                  const knn_config *options, knn_object **out);
/* Accept what Keras accepts where an object is wanted: a name, a dict {class_name=, config=}, an
 * object, or null (*out NULL). */
KNN_API knn_status knn_object_resolve(knn_ctx *ctx, const char *family, const knn_config *config,
                                      knn_object **out);
KNN_API void knn_object_retain(knn_object *object);
KNN_API void knn_object_release(knn_object *object); /* NULL is fine */
KNN_API const knn_class *knn_object_class(const knn_object *object);
KNN_API const char *knn_object_name(const knn_object *object);
KNN_API knn_ctx *knn_object_ctx(const knn_object *object);
/* Grows from object to object of a context. */
KNN_API uint64_t knn_object_serial(const knn_object *object);
/* The object that an option holds, lent; NULL if it holds none. */
KNN_API knn_object *knn_object_option(const knn_object *object, const char *name);
/* The arguments it was made with, as a dict that makes an equal object. */
KNN_API knn_status knn_object_config(const knn_object *object, knn_config **out);

KNN_END

#endif
