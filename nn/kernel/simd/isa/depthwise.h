/* depthwise.h - convolution of every channel by a filter of its own (groups = channels = filters):
 * no sum runs over channels, so vectors lie along them. For the units of lines.h. */
#ifndef KNN__DEPTHWISE_H
#define KNN__DEPTHWISE_H

#include "lines.h"

static inline bool is_depthwise(const knn__conv *p) {
  return p->groups > 1 && p->groups == p->channels && p->groups == p->filters;
}

/* y of the unit, from its first pixel on; x its first pixel, starts[k] where window element k lies
 * from a pixel, w (window, channels). */
void KNN__ISA(depthwise)(const lines *s, const unit *u, const int64_t *starts, const real *x,
                         const real *w, real *y);
/* Add the unit's part to dw (window, channels). */
void KNN__ISA(depthwise_filter)(const lines *s, const unit *u, const int64_t *starts, const real *x,
                                real *dw);

#endif
