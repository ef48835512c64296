/* loss.c - from targets and predictions to one number: rank alignment, the loss per sample L,
 * weights, reduction. Spec keras-training.md 1.1 to 1.3. */
#include "loss.h"

#include <math.h>
#include <string.h>

typedef enum reduction { SUM_OVER_BATCH_SIZE, MEAN, SUM, MEAN_WITH_SAMPLE_WEIGHT, NONE } reduction;

static bool trailing_one(const knn_value *v) {
  return v->spec.rank > 0 && v->spec.dims[v->spec.rank - 1] == 1;
}

void knn__rank_align(knn__scope *s, knn_value **a, knn_value **b) {
  if (s->status != KNN_OK || !*a || !*b) return;
  int difference = (*a)->spec.rank - (*b)->spec.rank;
  if (difference != 1 && difference != -1) return;
  knn_value **high = difference > 0 ? a : b, **low = difference > 0 ? b : a;
  if (!trailing_one(*high)) return;
  if ((*low)->spec.rank == 1)
    *low = knn__expand_dims(s, *low, -1);
  else
    *high = knn__squeeze(s, *high, -1);
}

bool knn__match_targets(knn__scope *s, knn_value **t, knn_value **p) {
  if ((*p)->spec.dtype != KNN_F64) *p = knn__cast(s, *p, KNN_F32);
  if (s->status == KNN_OK) *t = knn__cast(s, *t, (*p)->spec.dtype);
  knn__rank_align(s, t, p);
  if (s->status != KNN_OK) return false;
  const knn__spec *a = &(*t)->spec, *b = &(*p)->spec;
  if (knn__dims_fit(a->rank, a->dims, b->rank, b->dims)) return true;
  knn__scope_fail(s, KNN_ESHAPE, "y_true has shape %s, but y_pred has shape %s; they must agree",
                  KNN__SPEC(*a), KNN__SPEC(*b));
  return false;
}

double knn__loss_ignored_label(const knn_loss *loss) {
  const knn_class *cls = loss->base.cls;
  for (int i = 0; i < cls->n_params; i++) {
    if (strcmp(cls->params[i].name, "ignore_class") != 0) continue;
    int64_t label = *(const int64_t *)((const char *)loss->base.args + cls->params[i].offset);
    return label == KNN_NONE ? NAN : (double)label;
  }
  return NAN;
}

static knn_value *per_sample(knn_loss *loss, knn__scope *s, knn_value *t, knn_value *p) {
  if (!loss->custom) return ((const knn__loss_def *)loss->base.cls)->call(loss->base.args, s, t, p);
  knn_value *out = NULL;
  if (s->status == KNN_OK) s->status = loss->custom(loss->self, t, p, &out);
  return s->status == KNN_OK ? knn__hold(s, out) : NULL;
}

/* Weights per row reach every element of the row. */
static knn_value *align_weight(knn__scope *s, knn_value *w, const knn_value *L) {
  w = knn__cast(s, w, L->spec.dtype);
  if (w && w->spec.rank > L->spec.rank && trailing_one(w)) w = knn__squeeze(s, w, -1);
  while (w && w->spec.rank < L->spec.rank && L->spec.rank > 0) w = knn__expand_dims(s, w, -1);
  return w;
}

/* 1 on entries that count, times total / counted for means, so that their mean is over the counted
 * ones only. */
static knn_value *mask_weight(knn__scope *s, knn_value *valid, knn_value *L, reduction how) {
  knn_value *kept = knn__cast(s, valid, L->spec.dtype);
  if (!kept || (how != SUM_OVER_BATCH_SIZE && how != MEAN)) return kept;
  knn_value *counted = knn__sum(s, kept, KNN__ALL_AXES, false), *one = knn__scalar_like(s, L, 1);
  knn_value *total = knn__scalar_like(s, L, (double)knn__count(kept->spec.rank, kept->spec.dims));
  return knn__multiply(s, kept, knn__divide(s, total, knn__maximum(s, counted, one)));
}

static knn_value *reduce(knn__scope *s, knn_value *L, knn_value *w, reduction how) {
  if (s->status != KNN_OK || L->spec.rank == 0 || how == NONE) return L;
  if (how == SUM) return knn__sum(s, L, KNN__ALL_AXES, false);
  if (how != MEAN_WITH_SAMPLE_WEIGHT || !w) return knn__mean(s, L, KNN__ALL_AXES, false);
  knn_value *total = knn__sum(s, L, KNN__ALL_AXES, false), *zero = knn__scalar_like(s, L, 0),
            *one = knn__scalar_like(s, L, 1);
  knn_value *weight =
      knn__sum(s, knn__broadcast_to(s, w, L->spec.rank, L->spec.dims), KNN__ALL_AXES, false);
  knn_value *none = knn__equal(s, weight, zero);
  return knn__where(s, none, zero, knn__divide(s, total, knn__where(s, none, one, weight)));
}

/* Where the loss counts: the predictions' mask, and what the loss itself leaves out; NULL =
 * everywhere. */
static knn_value *valid_of(knn_loss *loss, knn__scope *s, knn_value *mask, knn_value *t,
                           knn_value *p) {
  const knn__loss_def *def = loss->custom ? NULL : (const knn__loss_def *)loss->base.cls;
  knn_value *own = def && def->valid ? def->valid(loss->base.args, s, t, p) : NULL;
  return own && mask ? knn__logical_and(s, own, mask) : own ? own : mask;
}

knn_value *knn__loss_value(knn_loss *loss, knn__scope *s, knn_value *y_true, knn_value *y_pred,
                           knn_value *sample_weight) {
  const knn__loss_common *common = loss->base.args;
  const knn__loss_def *def = loss->custom ? NULL : (const knn__loss_def *)loss->base.cls;
  reduction how = common->reduction < 0 ? NONE : (reduction)common->reduction;
  knn_value *t = y_true, *p = y_pred;
  if (s->status != KNN_OK) return NULL;
  if (def && !def->labels) knn__match_targets(s, &t, &p);
  if (!def) t = knn__cast(s, t, p->spec.dtype);
  knn_value *L = s->status == KNN_OK ? per_sample(loss, s, t, p) : NULL, *w = NULL;
  if (s->status == KNN_OK && sample_weight) w = align_weight(s, sample_weight, L);
  knn_value *valid = s->status == KNN_OK ? valid_of(loss, s, y_pred->mask, t, p) : NULL;
  if (valid) {
    knn_value *mask = align_weight(s, mask_weight(s, valid, L, how), L);
    w = w ? knn__multiply(s, w, mask) : mask;
  }
  if (w) L = knn__multiply(s, L, w);
  knn_value *result = reduce(s, L, w, how);
  if (s->status != KNN_OK) knn_fail_in(s->ctx, s->status, "loss %s", loss->base.cls->name);
  return result;
}
