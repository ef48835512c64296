/* layer_weights.c - weights and sublayers: making, listing in Keras's order, freezing, penalties.
 */
#include <stdio.h>
#include <string.h>

#include "layer.h"

static char *join_path(knn_ctx *ctx, const char *scope, const char *name) {
  size_t size = strlen(scope) + strlen(name) + 2;
  char *path = knn__alloc(ctx, size);
  if (path) snprintf(path, size, "%s%s%s", scope, *scope ? "/" : "", name);
  return path;
}

static knn_status make_weight(knn_layer *layer, const char *name, const knn__spec *spec,
                              knn_object *initializer, bool trainable, knn_variable **out) {
  knn_ctx *ctx = layer->base.ctx;
  char *path = join_path(ctx, layer->path ? layer->path : layer->base.name, name);
  if (!path) return KNN_ENOMEM;
  knn_status st = knn__variable_new(ctx, name, path, spec, trainable, out);
  knn__free(ctx, path);
  if (st != KNN_OK) return st;
  if (initializer) st = knn__initialize(initializer, knn__variable_tensor(*out));
  if (st == KNN_OK) return KNN_OK;
  knn__variable_release(*out);
  return knn_fail_in(ctx, st, "weight '%s'", name);
}

knn_status knn__add_weight_of(knn_layer *layer, const char *name, knn_dtype type, int rank,
                              const int64_t *dims, knn_object *initializer, bool trainable,
                              knn_variable **out) {
  knn_ctx *ctx = layer->base.ctx;
  knn_variable *v = NULL;
  knn__spec spec = {.dtype = type, .rank = rank};
  if (rank < 0 || rank > KNN_MAX_RANK)
    return knn_fail(ctx, KNN_ESHAPE, "weight '%s' has %d axes, at most %d are possible", name, rank,
                    KNN_MAX_RANK);
  for (int i = 0; i < rank; i++) {
    spec.dims[i] = dims[i];
    if (dims[i] < 0)
      return knn_fail(ctx, KNN_ESHAPE, "weight '%s' of shape %s: every size must be known", name,
                      KNN__SHAPE(rank, dims));
  }
  KNN__TRY(knn__grow(ctx, (void **)&layer->weights, &layer->cap_weights, layer->n_weights,
                     sizeof(knn_variable *)));
  KNN__TRY(make_weight(layer, name, &spec, initializer, trainable, &v));
  v->trainable = trainable && layer->trainable;
  layer->weights[layer->n_weights++] = v;
  *out = v;
  return KNN_OK;
}

knn_status knn__add_weight(knn_layer *layer, const char *name, int rank, const int64_t *dims,
                           knn_object *initializer, knn_object *regularizer, knn_object *constraint,
                           bool trainable, knn_variable **out) {
  KNN__TRY(knn__add_weight_of(layer, name, knn__layer_common_of(layer)->policy.variable, rank, dims,
                              initializer, trainable, out));
  (*out)->regularizer = regularizer;
  (*out)->constraint = constraint;
  if (regularizer) knn_object_retain(regularizer);
  if (constraint) knn_object_retain(constraint);
  return KNN_OK;
}

knn_status knn__add_state(knn_layer *layer, const char *name, const knn__spec *spec,
                          knn_variable **out) {
  knn_variable *v = NULL;
  KNN__TRY(knn__grow(layer->base.ctx, (void **)&layer->states, &layer->cap_states, layer->n_states,
                     sizeof v));
  KNN__TRY(make_weight(layer, name, spec, NULL, false, &v));
  layer->states[layer->n_states++] = v;
  *out = v;
  return KNN_OK;
}

knn_status knn_layer_reset_states(knn_layer *layer) {
  for (int i = 0; i < layer->n_states; i++)
    KNN__TRY(knn_tensor_fill(knn__variable_tensor(layer->states[i]), 0));
  for (int i = 0; i < layer->n_sublayers; i++)
    KNN__TRY(knn_layer_reset_states(layer->sublayers[i]));
  return KNN_OK;
}

void knn__fix_axis(knn_layer *layer, int axis, int64_t size) {
  if (layer->n_fixed == KNN_MAX_RANK) return;
  layer->fixed[layer->n_fixed].axis = axis;
  layer->fixed[layer->n_fixed++].size = size;
}

static bool contains(const knn_layer *layer, const knn_layer *wanted) {
  if (layer == wanted) return true;
  for (int i = 0; i < layer->n_sublayers; i++)
    if (contains(layer->sublayers[i], wanted)) return true;
  return false;
}

knn_status knn__add_sublayer(knn_layer *layer, knn_layer *sub) {
  if (contains(sub, layer))
    return knn_fail(layer->base.ctx, KNN_EARG, "layer '%s' cannot stand inside itself",
                    layer->base.name);
  KNN__TRY(knn__grow(layer->base.ctx, (void **)&layer->sublayers, &layer->cap_sublayers,
                     layer->n_sublayers, sizeof sub));
  knn_layer_retain(sub);
  layer->sublayers[layer->n_sublayers++] = sub;
  return KNN_OK;
}

int knn_layer_sublayer_count(const knn_layer *layer) {
  return layer->n_sublayers;
}

knn_layer *knn_layer_sublayer_at(const knn_layer *layer, int i) {
  return i >= 0 && i < layer->n_sublayers ? layer->sublayers[i] : NULL;
}

const char *knn__part_layer(const knn_layer *layer, int i) {
  (void)layer, (void)i;
  return "layer";
}

const char *knn__part_cell(const knn_layer *layer, int i) {
  (void)layer, (void)i;
  return "cell";
}

typedef struct weight_list {
  knn_ctx *ctx;
  knn_variable **v;
  int n, capacity;
} weight_list;

/* A weight that is shared counts once. */
static knn_status list_weight(weight_list *list, knn_variable *v) {
  for (int i = 0; i < list->n; i++)
    if (list->v[i] == v) return KNN_OK;
  KNN__TRY(knn__grow(list->ctx, (void **)&list->v, &list->capacity, list->n, sizeof v));
  list->v[list->n++] = v;
  return KNN_OK;
}

static knn_status list_weights(const knn_layer *layer, weight_list *list) {
  for (int pass = 0; pass < 2; pass++)
    for (int i = 0; i < layer->n_weights; i++)
      if (layer->weights[i]->can_train == (pass == 0))
        KNN__TRY(list_weight(list, layer->weights[i]));
  for (int i = 0; i < layer->n_sublayers; i++) KNN__TRY(list_weights(layer->sublayers[i], list));
  return KNN_OK;
}

knn_status knn__layer_weights(knn_layer *layer, knn_variable ***out, int *n) {
  weight_list list = {.ctx = layer->base.ctx};
  knn_status st = list_weights(layer, &list);
  if (st == KNN_OK && !list.v) { /* an array even when there are none */
    list.v = knn__alloc(list.ctx, 0);
    if (!list.v) st = KNN_ENOMEM;
  }
  if (st != KNN_OK) {
    knn__free(list.ctx, list.v);
    return st;
  }
  *out = list.v;
  *n = list.n;
  return KNN_OK;
}

void knn__layer_set_trainable(knn_layer *layer, bool trainable) {
  layer->trainable = knn__layer_common_of(layer)->trainable = trainable;
  for (int i = 0; i < layer->n_weights; i++)
    if (layer->weights[i]->can_train) layer->weights[i]->trainable = trainable;
  for (int i = 0; i < layer->n_sublayers; i++)
    knn__layer_set_trainable(layer->sublayers[i], trainable);
}

knn_value *knn__layer_penalties(knn_layer *layer, knn__scope *s) {
  knn_variable **weights = NULL;
  knn_value *sum = NULL;
  int n = 0;
  if (s->status != KNN_OK) return NULL;
  s->status = knn__layer_weights(layer, &weights, &n);
  for (int i = 0; i < n && s->status == KNN_OK; i++) {
    if (!weights[i]->trainable || !weights[i]->regularizer) continue;
    knn_value *penalty = knn__penalty(weights[i]->regularizer, s, weights[i]->value);
    if (penalty && sum) penalty = knn__cast(s, penalty, sum->spec.dtype);
    sum = sum ? knn__add(s, sum, penalty) : penalty;
  }
  knn__free(s->ctx, weights);
  return s->status == KNN_OK ? sum : NULL;
}

/* Add to the list; takes the value over. */
static knn_status push_loss(knn_layer *layer, knn_value *loss, int room, knn_value **losses,
                            int *n) {
  if (*n < room) {
    losses[(*n)++] = loss;
    return KNN_OK;
  }
  knn_value_release(loss);
  return knn_fail(layer->base.ctx, KNN_EARG, "layer '%s' has more than %d losses", layer->base.name,
                  room);
}

static knn_status list_losses(knn_layer *layer, knn__scope *s, knn_variable *const *weights,
                              int n_weights, int room, knn_value **losses, int *n) {
  if (layer->added_loss) {
    knn_value_retain(layer->added_loss);
    KNN__TRY(push_loss(layer, layer->added_loss, room, losses, n));
  }
  for (int i = 0; i < n_weights; i++) {
    if (!weights[i]->trainable || !weights[i]->regularizer) continue;
    knn_value *penalty = knn__penalty(weights[i]->regularizer, s, weights[i]->value);
    if (s->status != KNN_OK) return s->status;
    knn_value_retain(penalty);
    KNN__TRY(push_loss(layer, penalty, room, losses, n));
  }
  return KNN_OK;
}

knn_status knn_layer_losses(knn_layer *layer, knn_value **losses, int *n) {
  knn_variable **weights = NULL;
  int n_weights = 0;
  const int room = *n;
  knn__scope s;
  *n = 0;
  KNN__TRY(knn__layer_weights(layer, &weights, &n_weights));
  knn__scope_begin(&s, layer->base.ctx);
  s.status = list_losses(layer, &s, weights, n_weights, room, losses, n);
  knn__free(layer->base.ctx, weights);
  while (s.status != KNN_OK && *n > 0) knn_value_release(losses[--*n]);
  return knn__scope_end(&s);
}

/* Weight i of the layer, lent; NULL with a message when there is none. */
static knn_variable *weight_at(knn_layer *layer, int i) {
  knn_variable **weights = NULL, *v = NULL;
  int n = 0;
  if (knn__layer_weights(layer, &weights, &n) != KNN_OK) return NULL;
  if (i >= 0 && i < n)
    v = weights[i];
  else
    knn_fail(layer->base.ctx, KNN_EARG, "layer '%s' (%s) has %d weights, there is no number %d",
             layer->base.name, layer->base.cls->name, n, i);
  knn__free(layer->base.ctx, weights);
  return v;
}

int knn_layer_weight_count(knn_layer *layer) {
  knn_variable **weights = NULL;
  int n = 0;
  if (knn__layer_weights(layer, &weights, &n) != KNN_OK) return 0;
  knn__free(layer->base.ctx, weights);
  return n;
}

knn_status knn_layer_weight(knn_layer *layer, int i, knn_tensor **tensor, const char **path,
                            bool *trainable) {
  const knn_variable *v = weight_at(layer, i);
  if (!v) return KNN_EARG;
  if (tensor) *tensor = knn__variable_tensor(v);
  if (path) *path = v->path;
  if (trainable) *trainable = v->trainable;
  return KNN_OK;
}

knn_status knn_layer_weights(knn_layer *layer, knn_weight *out, int *n) {
  knn_variable **weights = NULL;
  const int room = *n;
  KNN__TRY(knn__layer_weights(layer, &weights, n));
  for (int i = 0; i < *n && i < room; i++)
    out[i] = (knn_weight){.tensor = knn__variable_tensor(weights[i]),
                          .value = weights[i]->value,
                          .path = weights[i]->path,
                          .trainable = weights[i]->trainable};
  knn__free(layer->base.ctx, weights);
  if (*n <= room) return KNN_OK;
  return knn_fail(layer->base.ctx, KNN_EARG, "layer '%s' has %d weights, there is room for %d",
                  layer->base.name, *n, room);
}

knn_status knn_layer_weight_value(knn_layer *layer, int i, knn_value **out) {
  const knn_variable *v = weight_at(layer, i);
  if (!v) return KNN_EARG;
  *out = v->value;
  knn_value_retain(v->value);
  return KNN_OK;
}

int64_t knn_layer_param_count(knn_layer *layer) {
  knn_variable **weights = NULL;
  int64_t count = 0;
  int n = 0;
  if (knn__layer_weights(layer, &weights, &n) != KNN_OK) return 0;
  for (int i = 0; i < n; i++) count += knn_tensor_size(knn__variable_tensor(weights[i]));
  knn__free(layer->base.ctx, weights);
  return count;
}
