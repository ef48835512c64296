/* layer_custom.c - layers written by a host: its functions behind a row like any other's. */
#include <string.h>

#include "graph.h"
#include "layer.h"

typedef struct custom_args {
  knn__layer_common common;
} custom_args;

static const knn_param params[] = {KNN__LAYER_PARAMS(custom_args)};

/* The host's build sees the inputs as nodes: types and shapes without contents. */
static knn_status build(knn_layer *layer, const knn__spec *in, int n_in) {
  knn_graph *g = NULL;
  knn_value *nodes[KNN__MAX_IN];
  if (!layer->custom->build) return KNN_OK;
  knn_status st = knn__graph_new(layer->base.ctx, &g);
  for (int i = 0; i < n_in && st == KNN_OK; i++) st = knn__graph_input(g, &in[i], &nodes[i]);
  if (st == KNN_OK)
    st = layer->custom->build(layer->self, layer, n_in, (const knn_value *const *)nodes);
  knn__graph_release(g);
  return st;
}

static void call(knn_layer *layer, knn__scope *s, knn__layer_io *io) {
  knn_value *outs[KNN__MAX_OUT] = {0};
  int n = KNN__MAX_OUT;
  s->status = layer->custom->call(layer->self, layer, io->in, io->n_in, io->training, outs, &n);
  if (s->status != KNN_OK) return;
  for (int i = 0; i < n; i++) io->out[i] = knn__hold(s, outs[i]);
  io->n_out = n;
}

static knn_status states(knn_layer *cell, const knn__spec *step, knn__spec *out, int *n) {
  int64_t sizes[KNN__MAX_OUT - 1];
  *n = KNN__MAX_OUT - 1;
  KNN__TRY(knn__in_layer(cell, cell->custom->state_sizes(cell->self, cell, sizes, n)));
  for (int i = 0; i < *n; i++)
    out[i] =
        (knn__spec){.dtype = knn__layer_dtype(cell), .rank = 2, .dims = {step->dims[0], sizes[i]}};
  return KNN_OK;
}

static const knn__cell as_cell = {.states = states};

static const knn__layer_def custom_row = {
    .cls = {.family = "layer",
            .summary = "A layer written by the host.",
            KNN__PARAMS(params, custom_args)},
    .max_in = -1,
    .inputs = KNN__IN_KEPT,
    .build = build,
    .call = call,
};

knn_status knn_layer_new_custom(knn_ctx *ctx, const knn_layer_custom *custom, void *self,
                                const knn_config *options, knn_layer **out) {
  knn__layer_def row = custom_row;
  knn_object *object = NULL;
  row.cls.name = custom->class_name;
  row.cell = custom->state_sizes ? &as_cell : NULL;
  char *name = knn__strdup(ctx, custom->class_name);
  if (!name) return KNN_ENOMEM;
  knn_status st = knn__object_make(ctx, &knn__family_layer, &row.cls, options, &object);
  if (st != KNN_OK) {
    knn__free(ctx, name);
    return st;
  }
  knn_layer *layer = (knn_layer *)object;
  layer->own_name = name;
  layer->own_def = row;
  layer->own_def.cls.name = layer->own_name;
  layer->own = *custom;
  layer->own.class_name = layer->own_name;
  layer->base.cls = &layer->own_def.cls;
  layer->def = &layer->own_def;
  layer->custom = &layer->own;
  layer->self = self;
  *out = layer;
  return KNN_OK;
}

knn_status knn_layer_add_weight(knn_layer *layer, const char *name, int rank, const int64_t *dims,
                                const knn_config *initializer, bool trainable, knn_value **out) {
  knn_ctx *ctx = layer->base.ctx;
  knn_object *object = NULL;
  knn_variable *v = NULL;
  knn_status st = initializer ? knn_object_resolve(ctx, "initializer", initializer, &object)
                              : knn_object_new(ctx, "initializer", "GlorotUniform", NULL, &object);
  if (st == KNN_OK)
    st = knn__add_weight(layer, name, rank, dims, object, NULL, NULL, trainable, &v);
  knn_object_release(object);
  if (st == KNN_OK) *out = v->value;
  return st;
}

knn_status knn_layer_add_sublayer(knn_layer *layer, knn_layer *sub) {
  return knn__add_sublayer(layer, sub);
}
