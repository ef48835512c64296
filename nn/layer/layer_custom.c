/* layer_custom.c - layers written by a host: their class, a row like any other's, and the host's
 * functions behind it. */
#include <string.h>

#include "arena.h"
#include "graph.h"
#include "layer.h"

typedef struct custom_args {
  knn__layer_common common;
} custom_args;

static const knn_param common_params[] = {KNN__LAYER_PARAMS(custom_args)};

struct knn_layer_class {
  atomic_int refs;
  knn_layer_custom custom;
  knn__layer_def def;
  knn__host_class entry; /* by which it is found by name */
  knn__arena arena;      /* of texts and parameters */
};

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
  knn_value *outs[KNN__MAX_OUT] = {0}, *masks[KNN__MAX_OUT] = {0};
  knn_custom_call c = {.ins = io->in,
                       .masks = io->mask,
                       .n_in = io->n_in,
                       .training = io->training,
                       .outs = outs,
                       .out_masks = masks,
                       .n_out = KNN__MAX_OUT};
  s->status = layer->custom->call(layer->self, layer, &c);
  if (s->status != KNN_OK) return;
  for (int i = 0; i < c.n_out; i++) {
    io->out[i] = knn__hold(s, outs[i]);
    io->out_mask[i] = masks[i] ? knn__hold(s, masks[i]) : outs[i]->mask;
  }
  io->n_out = c.n_out;
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
    .cls = {.family = "layer", .summary = "A layer written by the host."},
    .max_in = -1,
    .inputs = KNN__IN_KEPT,
    .build = build,
    .call = call,
};

/* ---- classes ---- */

static size_t size_of(knn_kind kind) {
  switch (kind) {
    case KNN_P_BOOL: return sizeof(bool);
    case KNN_P_INT: return sizeof(int64_t);
    case KNN_P_FLOAT: return sizeof(double);
    case KNN_P_ENUM: return sizeof(int);
    case KNN_P_DTYPE: return sizeof(knn_dtype);
    case KNN_P_POLICY: return sizeof(knn_policy);
    case KNN_P_INTS: return sizeof(knn_ints);
    case KNN_P_FLOATS: return sizeof(knn_floats);
    case KNN_P_STRING:
    case KNN_P_OBJECT:
    case KNN_P_CONFIG:
    case KNN_P_VALUE: break;
  }
  return sizeof(void *);
}

/* A copy of the text in *text. */
static bool keep_text(knn_layer_class *cls, const char **text) {
  if (*text) *text = knn__arena_strdup(&cls->arena, *text);
  return *text;
}

/* The host's options, whose fields stand behind the common ones, then those of all layers. */
static knn_status make_params(knn_layer_class *cls) {
  const knn_layer_custom *custom = &cls->custom;
  const int n = custom->n_params, all = n + KNN__LEN(common_params);
  knn_param *params = knn__arena_alloc(&cls->arena, (size_t)all * sizeof *params);
  size_t at = sizeof(custom_args);
  if (!params) return KNN_ENOMEM;
  for (int i = 0; i < n; i++) {
    knn_param *p = &params[i];
    *p = custom->params[i];
    if (!keep_text(cls, &p->name) || !keep_text(cls, &p->doc)) return KNN_ENOMEM;
    if ((p->def && !keep_text(cls, &p->def)) || (p->choices && !keep_text(cls, &p->choices)))
      return KNN_ENOMEM;
    p->offset = at;
    at += (size_of(p->kind) + 15) / 16 * 16;
  }
  memcpy(params + n, common_params, sizeof common_params);
  cls->def.cls.params = params;
  cls->def.cls.n_params = all;
  cls->def.cls.args_size = at;
  return KNN_OK;
}

static knn_status make_row(knn_layer_class *cls) {
  const knn_layer_custom *custom = &cls->custom;
  cls->def = custom_row;
  cls->def.cell = custom->state_sizes ? &as_cell : NULL;
  cls->def.supports_masking = custom->supports_masking;
  cls->def.consumes_mask = custom->consumes_mask;
  cls->def.cls.name = custom->class_name;
  if (!keep_text(cls, &cls->def.cls.name)) return KNN_ENOMEM;
  cls->custom.class_name = cls->def.cls.name;
  return make_params(cls);
}

static knn_status make_by_name(void *maker, const knn_config *options, knn_object **out) {
  const knn_layer_class *cls = maker;
  knn_layer *layer = NULL;
  KNN__TRY(cls->custom.make(cls->custom.maker, options, &layer));
  *out = &layer->base;
  return KNN_OK;
}

knn_status knn_layer_class_new(knn_ctx *ctx, const knn_layer_custom *custom,
                               knn_layer_class **out) {
  knn_layer_class *cls = knn__alloc(ctx, sizeof *cls);
  if (!cls) return KNN_ENOMEM;
  atomic_init(&cls->refs, 1);
  cls->arena.ctx = ctx;
  cls->custom = *custom;
  knn_ctx_retain(ctx);
  knn_status st = make_row(cls);
  if (st != KNN_OK) {
    knn_layer_class_release(cls);
    return st;
  }
  cls->entry = (knn__host_class){.cls = &cls->def.cls, .make = make_by_name, .maker = cls};
  if (custom->make) knn__host_class_add(ctx, &cls->entry);
  *out = cls;
  return KNN_OK;
}

void knn_layer_class_release(knn_layer_class *cls) {
  if (!cls || atomic_fetch_sub_explicit(&cls->refs, 1, memory_order_acq_rel) != 1) return;
  knn_ctx *ctx = cls->arena.ctx;
  knn__host_class_remove(ctx, &cls->entry);
  knn__arena_clear(&cls->arena);
  knn__free(ctx, cls);
  knn_ctx_release(ctx);
}

const knn_class *knn_layer_class_schema(const knn_layer_class *cls) {
  return &cls->def.cls;
}

knn_status knn_layer_class_make(knn_layer_class *cls, void *self, const knn_config *options,
                                knn_layer **out) {
  knn_object *object = NULL;
  KNN__TRY(knn__object_make(cls->arena.ctx, &knn__family_layer, &cls->def.cls, options, &object));
  knn_layer *layer = (knn_layer *)object;
  atomic_fetch_add_explicit(&cls->refs, 1, memory_order_relaxed);
  layer->own_class = cls;
  layer->custom = &cls->custom;
  layer->self = self;
  *out = layer;
  return KNN_OK;
}

knn_status knn_layer_new_custom(knn_ctx *ctx, const knn_layer_custom *custom, void *self,
                                const knn_config *options, knn_layer **out) {
  knn_layer_class *cls = NULL;
  KNN__TRY(knn_layer_class_new(ctx, custom, &cls));
  knn_status st = knn_layer_class_make(cls, self, options, out);
  knn_layer_class_release(cls);
  return st;
}

void knn__layer_leave_class(knn_layer *layer) {
  knn_ctx *ctx = layer->base.ctx;
  knn__args_clear(ctx, layer->base.cls, layer->base.args);
  knn__free(ctx, layer->base.args);
  layer->base.args = NULL;
  knn_layer_class_release(layer->own_class);
}

/* ---- what a host's functions do with their layer ---- */

/* The object that a config names, NULL for none. */
static knn_status resolve(knn_ctx *ctx, const char *family, const knn_config *config,
                          knn_object **out) {
  return config ? knn_object_resolve(ctx, family, config, out) : KNN_OK;
}

knn_status knn_layer_add_weight(knn_layer *layer, const knn_weight_spec *spec, knn_value **out) {
  knn_ctx *ctx = layer->base.ctx;
  knn_object *initializer = NULL, *regularizer = NULL, *constraint = NULL;
  knn_variable *v = NULL;
  char *name = NULL; /* variable, variable_1, ... where the layer gives none */
  knn_status st = spec->name ? KNN_OK : knn__unique_name(ctx, "variable", &name);
  if (st == KNN_OK) st = resolve(ctx, "initializer", spec->initializer, &initializer);
  if (st == KNN_OK && !initializer)
    st = knn_object_new(ctx, "initializer", "GlorotUniform", NULL, &initializer);
  if (st == KNN_OK) st = resolve(ctx, "regularizer", spec->regularizer, &regularizer);
  if (st == KNN_OK) st = resolve(ctx, "constraint", spec->constraint, &constraint);
  if (st == KNN_OK)
    st = knn__add_weight(layer, name ? name : spec->name, spec->rank, spec->dims, initializer, regularizer,
                         constraint, !spec->frozen, &v);
  knn__free(ctx, name);
  knn_object_release(initializer);
  knn_object_release(regularizer);
  knn_object_release(constraint);
  if (st == KNN_OK) *out = v->value;
  return st;
}

knn_status knn_layer_add_sublayer(knn_layer *layer, knn_layer *sub) {
  return knn__add_sublayer(layer, sub);
}

knn_status knn_layer_add_metric(knn_layer *layer, knn_object *metric) {
  for (int i = 0; i < layer->n_metrics; i++)
    if (layer->metrics[i] == metric) return KNN_OK;
  KNN__TRY(knn__grow(layer->base.ctx, (void **)&layer->metrics, &layer->cap_metrics,
                     layer->n_metrics, sizeof metric));
  knn_object_retain(metric);
  layer->metrics[layer->n_metrics++] = metric;
  return KNN_OK;
}

knn_status knn_layer_add_loss(knn_layer *layer, knn_value *loss) {
  const knn__frame *frame = layer->base.ctx->frame;
  if (!frame || !frame->scope)
    return knn_fail(layer->base.ctx, KNN_ESTATE,
                    "layer '%s': add_loss is called in the layer's call", layer->base.name);
  knn__add_loss(frame->scope, knn__sum(frame->scope, loss, KNN__ALL_AXES, false));
  return frame->scope->status;
}
