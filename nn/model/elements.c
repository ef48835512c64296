/* elements.c - elements of a pipeline as batches: x, y and weights of the samples. */
#include <string.h>

#include "model.h"
#include "tensor_internal.h"

typedef const char *name_fn(const knn_layer *layer, int i);

static int find_key(const knn_group *group, const char *name) {
  for (int i = 0; i < group->n; i++)
    if (strcmp(group->names[i], name) == 0) return i;
  return -1;
}

/* Which tensor of a group is the model's array i: by name, or by position. */
static knn_status place_of(const knn__batches *b, const knn_group *group, const char *what,
                           name_fn *name_of, int i, int *out) {
  const knn_model *m = b->m;
  const char *name = name_of(m->root, i);
  *out = i;
  if (!group->names) return KNN_OK;
  *out = name ? find_key(group, name) : -1;
  if (*out >= 0) return KNN_OK;
  return knn_fail(m->ctx, KNN_EARG, "%s of the data set has no array '%s', which model '%s' takes",
                  what, name ? name : "?", m->root->base.name);
}

static knn_status take_group(knn__batches *b, const knn_group *group, knn_tensor *const *tensors,
                             const char *what, name_fn *name_of, knn_tensor **list, int *n) {
  if (group->n > KNN__MODEL_IO)
    return knn_fail(b->m->ctx, KNN_EARG, "%s of the data set has %d arrays, at most %d are taken",
                    what, group->n, KNN__MODEL_IO);
  for (int i = 0; i < group->n; i++) {
    int at;
    KNN__TRY(place_of(b, group, what, name_of, i, &at));
    KNN__TRY(knn__take_rows(b->m->ctx, what, i, tensors[at], b->n_x ? b->rows : -1, &list[i]));
    *n = i + 1;
    b->rows = knn_tensor_dim(b->x[0], 0);
  }
  return KNN_OK;
}

/* A forgotten batch(n) would be told as a mismatch of shapes. */
static knn_status refuse_single(const knn_model *m, const knn_element *e) {
  const knn__spec *x = &e->tensors[0]->spec, *want = &m->root->inputs[0];
  if (!m->root->built || want->dtype == KNN_STRING ||
      !knn__dims_fit(want->rank - 1, want->dims + 1, x->rank, x->dims))
    return KNN_OK;
  return knn_fail(
      m->ctx, KNN_ESHAPE,
      "an element of the data set has x of shape %s, a single sample; batches are taken: "
      "put batch(32) at its end",
      KNN__SPEC(*x));
}

static knn_status take_element(knn__batches *b, const knn_element *e) {
  const int groups = knn_layout_groups(e->layout);
  if (groups > 3)
    return knn_fail(
        b->m->ctx, KNN_EARG,
        "elements of a data set are x; x and y; or x, y and weights of the samples; got "
        "%d parts",
        groups);
  const knn_group *x = knn_layout_group(e->layout, 0);
  KNN__TRY(refuse_single(b->m, e));
  KNN__TRY(take_group(b, x, e->tensors, "x", knn_layer_input_name, b->x, &b->n_x));
  if (groups < 2 || !b->targets) return KNN_OK;
  const knn_group *y = knn_layout_group(e->layout, 1);
  knn_tensor *const *rest = e->tensors + x->n;
  KNN__TRY(take_group(b, y, rest, "y", knn_layer_output_name, b->y, &b->n_y));
  if (groups < 3) return KNN_OK;
  return take_group(b, knn_layout_group(e->layout, 2), rest + y->n, "sample_weight",
                    knn_layer_output_name, b->weight, &b->n_weight);
}

knn_status knn__batches_pull(knn__batches *b, bool *end) {
  knn_element e = {0};
  KNN__TRY(knn_cursor_next(b->cursor, &e, end));
  if (*end) return KNN_OK;
  knn__batches_drop_arrays(b);
  knn_status st = take_element(b, &e);
  knn_element_clear(&e);
  KNN__TRY(st);
  if (b->rows == 0)
    return knn_fail(b->m->ctx, KNN_EDATA, "batch %lld of the data set has no rows",
                    (long long)b->next + 1);
  b->first = 0;
  b->n = b->rows;
  KNN__TRY(knn__preflight(b->m, b, b->targets));
  return b->class_weight ? knn__class_weights(b, b->class_weight) : KNN_OK;
}
