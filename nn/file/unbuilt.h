/* unbuilt.h - what is said where the library was built without another one. */
#ifndef KNN__UNBUILT_H
#define KNN__UNBUILT_H

#include "ctx.h"

static inline knn_status knn__unbuilt(knn_ctx *ctx, const char *name, const char *purpose) {
  return knn_fail(ctx, KNN_ESTATE, "%s needs %s, without which this program was built", purpose,
                  name);
}

#endif
