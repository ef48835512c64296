/* layer_record.c - a layer called on symbolic values: shapes and weights are settled, the call is
 * noted, nothing is computed. Also the entrances of drawings, and the values before and behind a
 * layer. */
#include "graph.h"
#include "layer.h"

/* A node of `g` in the place of each symbolic operand. */
static knn_status stand_ins(const knn_layer *layer, knn_graph *g, int n, knn_value *const *values,
                            knn_value **out) {
  for (int i = 0; i < n; i++) {
    out[i] = values[i];
    if (!values[i]) continue;
    if (values[i]->graph)
      return knn_fail(
          layer->base.ctx, KNN_EARG,
          "one operand belongs to a call that is running, others are symbolic values of "
          "a model's drawing; they do not mix");
    if (values[i]->node) KNN__TRY(knn__graph_input(g, &values[i]->spec, &out[i]));
  }
  return KNN_OK;
}

/* Trace the call on a graph of its own, for the shapes; builds the layer at need. */
static knn_status trace(knn_layer *layer, knn_graph *g, const knn__layer_io *io, int training,
                        knn__spec *out, int *n_out) {
  knn_value *in[KNN__MAX_IN], *masks[KNN__MAX_IN], *values[KNN__MAX_IN];
  knn_layer_extra extra = {0};
  if (io->n_in > KNN__MAX_IN) return knn__layer_check_inputs(layer, NULL, io->n_in);
  if (io->extra) extra = *io->extra;
  KNN__TRY(stand_ins(layer, g, io->n_in, io->in, in));
  if (extra.masks) KNN__TRY(stand_ins(layer, g, io->n_in, extra.masks, masks));
  KNN__TRY(stand_ins(layer, g, extra.n_values, extra.values, values));
  if (extra.masks) extra.masks = masks;
  extra.values = values;
  knn__scope s;
  knn__layer_io traced = {
      .n_in = io->n_in, .in = in, .training = training == 1, .extra = &extra, .n_out = 1};
  knn__scope_begin(&s, layer->base.ctx);
  knn_graph *before = knn__trace_begin(g);
  knn__layer_call(layer, &s, &traced);
  knn__trace_end(s.ctx, before);
  for (int i = 0; i < traced.n_out && s.status == KNN_OK; i++) out[i] = traced.out[i]->spec;
  *n_out = traced.n_out;
  return knn__scope_end(&s);
}

static knn_status record(knn_layer *layer, const knn__layer_io *io, int training,
                         knn__node **node) {
  knn__spec out[KNN__MAX_OUT];
  knn_graph *g = NULL;
  int n_out = 0;
  if (layer->base.ctx->tracing)
    return knn_fail(layer->base.ctx, KNN_EARG,
                    "a symbolic value of a model's drawing was used inside a call that is running; "
                    "hand it to the layer as an input");
  KNN__TRY(knn__graph_new(layer->base.ctx, &g));
  knn_status st = trace(layer, g, io, training, out, &n_out);
  knn__graph_release(g);
  if (st != KNN_OK) return st;
  return knn__node_layer(&layer->base, &layer->calls, io->in, io->n_in, training, io->extra, out,
                         n_out, node);
}

bool knn__layer_is_symbolic(const knn__layer_io *io) {
  const knn_layer_extra *extra = io->extra;
  for (int i = 0; i < io->n_in; i++) {
    if (io->in[i]->node) return true;
    if (extra && extra->masks && extra->masks[i] && extra->masks[i]->node) return true;
  }
  for (int i = 0; extra && i < extra->n_values; i++)
    if (extra->values[i]->node) return true;
  return false;
}

void knn__layer_record(knn_layer *layer, knn__scope *s, knn__layer_io *io, int training) {
  knn__node *node = NULL;
  if (s->status != KNN_OK) return;
  s->status = knn__in_layer(layer, record(layer, io, training, &node));
  for (int i = 0; s->status == KNN_OK && i < node->n_out; i++) {
    knn_value *v = NULL;
    s->status = knn__node_value(node, i, &v);
    io->out[i] = knn__hold(s, v);
    io->out_mask[i] = NULL;
    io->n_out = i + 1;
  }
  knn__node_release(node);
}

knn_status knn__input_value(knn_layer *layer, knn_value **out) {
  knn__spec spec;
  knn__node *node = NULL;
  knn__input_layer_spec(layer, &spec);
  KNN__TRY(knn__layer_build(layer, "", &spec, 1));
  KNN__TRY(knn__node_layer(&layer->base, &layer->calls, NULL, 0, -1, NULL, &spec, 1, &node));
  knn_status st = knn__node_value(node, 0, out);
  knn__node_release(node);
  return st;
}

knn_status knn_input_from_config(knn_ctx *ctx, const knn_config *options, knn_value **out) {
  knn_layer *layer = NULL;
  KNN__TRY(knn_layer_from_config(ctx, "InputLayer", options, &layer));
  knn_status st = knn__input_value(layer, out);
  knn_layer_release(layer);
  return st;
}

knn_status knn_input_new(knn_ctx *ctx, const char *options, knn_value **out) {
  knn_config *config = NULL;
  if (options) KNN__TRY(knn_config_parse(ctx, options, &config));
  knn_status st = knn_input_from_config(ctx, config, out);
  knn_config_release(config);
  return st;
}

const char *knn_value_name(const knn_value *v) {
  return v->node ? knn__node_name(v->node) : NULL;
}

knn_layer *knn_value_layer(const knn_value *v) {
  return v->node && v->node->layer ? knn_layer_of(v->node->layer) : NULL;
}

/* The first call that is still part of a drawing. */
static knn_status first_call(const knn_layer *layer, knn__node **out) {
  *out = layer->calls.first;
  if (*out) return KNN_OK;
  return knn_fail(layer->base.ctx, KNN_ESTATE,
                  "layer '%s' has never been called on symbolic values, so it has no input and "
                  "output; call it on knn.Input{...} or put it into a model",
                  layer->base.name);
}

static knn_status check_room(const knn_layer *layer, int n, int room) {
  if (n <= room) return KNN_OK;
  return knn_fail(layer->base.ctx, KNN_EARG, "layer '%s': %d values, there is room for %d",
                  layer->base.name, n, room);
}

knn_status knn_layer_symbolic_outputs(const knn_layer *layer, knn_value **outs, int *n) {
  knn__node *node;
  KNN__TRY(first_call(layer, &node));
  KNN__TRY(check_room(layer, node->n_out, *n));
  for (int i = 0; i < node->n_out; i++) {
    knn_status st = knn__node_value(node, i, &outs[i]);
    if (st != KNN_OK) {
      while (i > 0) knn_value_release(outs[--i]);
      return st;
    }
  }
  *n = node->n_out;
  return KNN_OK;
}

knn_status knn_layer_symbolic_inputs(const knn_layer *layer, knn_value **ins, int *n) {
  knn__node *node;
  KNN__TRY(first_call(layer, &node));
  if (node->n_in == 0) return knn_layer_symbolic_outputs(layer, ins, n); /* an InputLayer */
  KNN__TRY(check_room(layer, node->n_in, *n));
  for (int i = 0; i < node->n_in; i++) knn_value_retain(ins[i] = node->in[i]);
  *n = node->n_in;
  return KNN_OK;
}
