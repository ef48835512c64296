/* dtype.h - element types. Storage is counted in bytes. */
#ifndef KNN_DTYPE_H
#define KNN_DTYPE_H

#include "knn/status.h"

/* An element of a tensor of strings: any bytes, NUL among them, without a NUL behind. */
typedef struct knn_string {
  const char *bytes;
  size_t size;
} knn_string;

/* constant, Keras name, bytes; expands to KNN_F32, ... */
#define KNN_DTYPE_LIST(X) \
  X(F32, "float32", 4)    \
  X(F64, "float64", 8)    \
  X(I32, "int32", 4)      \
  X(I64, "int64", 8)      \
  X(U8, "uint8", 1)       \
  X(BOOL, "bool", 1)      \
  X(BF16, "bfloat16", 2)  \
  X(F16, "float16", 2)    \
  X(STRING, "string", sizeof(knn_string))

typedef enum knn_dtype {
#define X(name, text, bytes) KNN_##name,
  KNN_DTYPE_LIST(X)
#undef X
      KNN_DTYPES,
  KNN_DTYPE_NONE = -1
} knn_dtype;

enum { KNN_MAX_RANK = 8 };
#define KNN_ANY ((int64_t)-1) /* a size that is not known yet, printed None */

KNN_BEGIN
KNN_API size_t knn_dtype_size(knn_dtype type);
KNN_API const char *knn_dtype_name(knn_dtype type);
KNN_API knn_dtype knn_dtype_find(const char *name); /* KNN_DTYPE_NONE when there is no such type */
KNN_API bool knn_dtype_is_float(knn_dtype type);

/* In which types a layer computes and keeps its weights. A policy is named like an element type
 * (both are that type), or "mixed_bfloat16", "mixed_float16": a 16-bit type and float32. */
typedef struct knn_policy {
  knn_dtype compute, variable;
} knn_policy;
KNN_API bool knn_policy_find(const char *name, knn_policy *out); /* false: there is none so named */
KNN_API const char *knn_policy_name(knn_policy policy);
KNN_END

#endif
