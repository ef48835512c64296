/* misfits.h - the weights that a file does not fit, gathered into one sentence. */
#ifndef KNN__MISFITS_H
#define KNN__MISFITS_H

#include "layer.h"
#include "map.h"
#include "text.h"

/* Start from {.ctx = ctx, .things = {.ctx = ctx}, .text = {.ctx = ctx}}. */
typedef struct knn__misfits {
  knn_ctx *ctx;
  knn__map things; /* layers or weights that stay as they are */
  knn__text text;
  int n;
} knn__misfits;

/* `thing` does not fit. The first few are told: weight v of the layer, or the layer if v is NULL,
 * and what the file has instead. */
knn_status knn__misfits_add(knn__misfits *m, void *thing, const knn_layer *layer,
                            const knn_variable *v, const char *found);
bool knn__misfits_has(const knn__misfits *m, const void *thing);
/* A failure that names them, a warning if they may be skipped, KNN_OK if there are none. */
knn_status knn__misfits_judge(knn__misfits *m, bool skip);
void knn__misfits_clear(knn__misfits *m);

#endif
