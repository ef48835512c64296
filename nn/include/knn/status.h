/* status.h - what every fallible function returns, and what is visible outside the library. */
#ifndef KNN_STATUS_H
#define KNN_STATUS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#if defined(__GNUC__)
#define KNN_API __attribute__((visibility("default")))
#define KNN_PRINTF(fmt, first) __attribute__((format(printf, fmt, first)))
#else
#define KNN_API
#define KNN_PRINTF(fmt, first)
#endif

#ifdef __cplusplus
#define KNN_BEGIN extern "C" {
#define KNN_END }
#else
#define KNN_BEGIN
#define KNN_END
#endif

/* name, text; expands to KNN_OK, KNN_EARG, ... */
#define KNN_STATUS_LIST(X)                      \
  X(OK, "success")                              \
  X(EARG, "bad argument or option")             \
  X(ESHAPE, "shapes do not fit")                \
  X(ETYPE, "wrong element type")                \
  X(EDATA, "bad value in the data")             \
  X(ESTATE, "object not ready for this call")   \
  X(ENOMEM, "out of memory")                    \
  X(EIO, "reading or writing failed")           \
  X(EFORMAT, "malformed or hostile file")       \
  X(ECANCEL, "interrupted")                     \
  X(ECALLBACK, "a callback of the host failed") \
  X(EINTERNAL, "a fault in knn itself")

typedef enum knn_status {
#define X(name, text) KNN_##name,
  KNN_STATUS_LIST(X)
#undef X
} knn_status;

KNN_BEGIN
/* The constant's name without prefix, "ESHAPE"; never NULL. */
KNN_API const char *knn_status_name(knn_status status);
/* One phrase that says what kind of failure it is; never NULL. */
KNN_API const char *knn_status_text(knn_status status);
/* Version of the library, "0.1.0". */
KNN_API const char *knn_version(void);
KNN_END

#endif
