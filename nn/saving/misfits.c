/* misfits.c - see misfits.h. */
#include "misfits.h"

enum { SHOWN = 5 };

knn_status knn__misfits_add(knn__misfits *m, void *thing, const knn_layer *layer,
                            const knn_variable *v, const char *found) {
  KNN__TRY(knn__map_set(&m->things, thing, thing));
  if (m->n++ >= SHOWN) return KNN_OK;
  knn__text_add(&m->text, "%slayer '%s' (%s): ", m->n > 1 ? "; " : "", layer->base.name,
                layer->base.cls->name);
  if (v) {
    const knn__spec *want = &v->value->spec;
    knn__text_add(&m->text, "weight '%s' of shape %s %s", v->name, KNN__SPEC(*want), found);
  } else {
    knn__text_add(&m->text, "%s", found);
  }
  return m->text.failed ? KNN_ENOMEM : KNN_OK;
}

bool knn__misfits_has(const knn__misfits *m, const void *thing) {
  return knn__map_get(&m->things, thing) != NULL;
}

knn_status knn__misfits_judge(knn__misfits *m, bool skip) {
  if (m->n == 0) return KNN_OK;
  if (m->n > SHOWN) knn__text_add(&m->text, "; and %d more", m->n - SHOWN);
  if (m->text.failed) return KNN_ENOMEM;
  if (!skip) return knn_fail(m->ctx, KNN_ESHAPE, "the weights do not fit: %.700s", m->text.s);
  knn_warn(m->ctx, "load_weights: left as they are: %s", m->text.s);
  return KNN_OK;
}

void knn__misfits_clear(knn__misfits *m) {
  knn__map_clear(&m->things);
  knn__free(m->ctx, m->text.s);
}
