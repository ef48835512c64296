/* layer_call.c - building and calling: Keras's pipeline (cast, check, build, call, activity
 * penalty, mask) around a row's own `build` and `call`. */
#include <string.h>

#include "graph.h"
#include "half.h"
#include "layer.h"

/* Type in which the row computes. */
static knn_dtype working_type(const knn_layer *layer) {
  const knn_dtype type = knn__layer_dtype(layer);
  return layer->def->wide && knn__dtype_is_half(type) ? KNN_F32 : type;
}

/* Type in which an input reaches the row's functions. */
static knn_status input_type(const knn_layer *layer, knn_dtype given, knn_dtype *out) {
  const knn__inputs rule = layer->def->inputs;
  *out = given;
  if (given == KNN_STRING && rule != KNN__IN_ANY)
    return knn_fail(
        layer->base.ctx, KNN_ETYPE,
        "input of numbers expected, got strings; a StringLookup or TextVectorization before "
        "it makes numbers of them");
  if (rule == KNN__IN_ANY || (rule == KNN__IN_KEPT && !knn_dtype_is_float(given))) return KNN_OK;
  if (rule == KNN__IN_STRICT && !knn_dtype_is_float(given))
    return knn_fail(layer->base.ctx, KNN_ETYPE,
                    "input of floats expected, got %s; convert it, for images x:float() / 255",
                    knn_dtype_name(given));
  *out = working_type(layer);
  return KNN_OK;
}

static void drop_weights(knn_layer *layer) {
  while (layer->n_weights > 0) knn__variable_release(layer->weights[--layer->n_weights]);
  layer->n_fixed = 0;
}

static knn_status set_path(knn_layer *layer, const char *scope_path) {
  knn_ctx *ctx = layer->base.ctx;
  size_t n = strlen(scope_path), m = strlen(layer->base.name);
  char *path = knn__alloc(ctx, n + m + 2);
  if (!path) return KNN_ENOMEM;
  memcpy(path, scope_path, n);
  if (n) path[n++] = '/';
  memcpy(path + n, layer->base.name, m);
  knn__free(ctx, layer->path);
  layer->path = path;
  return KNN_OK;
}

/* The row's build, on specs as its call will see them. Ops applied meanwhile run at once, also
 * while a graph is traced. */
static knn_status build(knn_layer *layer, const knn__spec *in, int n_in) {
  knn_ctx *ctx = layer->base.ctx;
  knn__spec *spec = knn__alloc(ctx, (size_t)n_in * sizeof *spec);
  if (!spec) return KNN_ENOMEM;
  knn_status st = KNN_OK;
  for (int i = 0; i < n_in && st == KNN_OK; i++) {
    spec[i] = in[i];
    if (spec[i].rank > 0) spec[i].dims[0] = KNN_ANY;
    st = input_type(layer, in[i].dtype, &spec[i].dtype);
  }
  if (st == KNN_OK) {
    const knn__frame frame = {.outer = ctx->frame, .layer = layer};
    knn_graph *tracing = ctx->tracing;
    layer->input = spec[0];
    knn__free(ctx, layer->inputs);
    layer->inputs = spec;
    layer->n_inputs = n_in;
    ctx->tracing = NULL;
    ctx->frame = &frame;
    if (layer->def->build) st = layer->def->build(layer, spec, n_in);
    ctx->frame = frame.outer;
    ctx->tracing = tracing;
  } else {
    knn__free(ctx, spec);
  }
  return st;
}

knn_status knn__layer_build(knn_layer *layer, const char *scope_path, const knn__spec *in,
                            int n_in) {
  if (layer->built) return KNN_OK;
  knn_status st = knn__layer_check_inputs(layer, in, n_in);
  if (st == KNN_OK) st = set_path(layer, scope_path);
  if (st == KNN_OK) {
    st = build(layer, in, n_in);
    if (st != KNN_OK) drop_weights(layer);
  }
  layer->built = st == KNN_OK;
  return knn__in_layer(layer, st);
}

static knn_status require_built(knn_layer *layer, const knn__spec *specs, int n) {
  const knn__frame *frame = layer->base.ctx->frame;
  return layer->built ? KNN_OK
                      : knn__layer_build(
                            layer, frame && frame->layer->path ? frame->layer->path : "", specs, n);
}

void knn__add_loss(knn__scope *s, knn_value *loss) {
  if (s->extra_loss && s->status == KNN_OK)
    loss = knn__add(s, s->extra_loss, knn__cast(s, loss, s->extra_loss->spec.dtype));
  if (s->status == KNN_OK) s->extra_loss = loss;
}

void knn__add_activity_loss(knn__scope *s, knn_value *penalty, knn_value *out) {
  if (s->status != KNN_OK) return;
  if (out->spec.rank > 0) {
    knn_value *rows = knn__scalar_like(s, penalty, (double)out->spec.dims[0]);
    const int64_t row = knn__count(out->spec.rank - 1, out->spec.dims + 1);
    if (out->spec.dims[0] == KNN_ANY && row > 0) {
      knn_value *ones = knn__broadcast_like(s, knn__scalar_like(s, penalty, 1), out);
      rows = knn__divide(s, knn__sum(s, ones, KNN__ALL_AXES, false),
                         knn__scalar_like(s, penalty, (double)row));
    }
    penalty = knn__divide(s, penalty, rows);
  }
  knn__add_loss(s, penalty);
}

static void add_activity_penalty(const knn_layer *layer, knn__scope *s, knn_value *out) {
  if (s->status == KNN_OK)
    knn__add_activity_loss(
        s, knn__penalty(knn__layer_common_of(layer)->activity_regularizer, s, out), out);
}

static void pass_mask(knn_layer *layer, knn__scope *s, knn__layer_io *io) {
  bool masked = false;
  for (int i = 0; i < io->n_in; i++) masked = masked || io->mask[i];
  if (masked && !io->out_mask[0]) {
    if (layer->def->supports_masking) {
      io->out_mask[0] = io->mask[0];
    } else if (!layer->mask_told && !layer->def->consumes_mask &&
               layer->def->inputs != KNN__IN_ANY) {
      layer->mask_told = true;
      knn_warn(layer->base.ctx, "layer '%s' (%s) does not pass its input's mask on",
               layer->base.name, layer->base.cls->name);
    }
  }
  for (int i = 0; i < io->n_out && s->status == KNN_OK; i++)
    if (io->out_mask[i]) s->status = knn__value_attach_mask(io->out[i], io->out_mask[i]);
}

static knn_graph *graph_of(const knn_layer *layer, const knn__layer_io *io) {
  knn_graph *g = layer->base.ctx->tracing;
  for (int i = 0; i < io->n_in && !g; i++) g = io->in[i]->graph;
  return g;
}

static void cast_results(knn__scope *s, knn__layer_io *io, knn_dtype type) {
  for (int i = 0; i < io->n_out && s->status == KNN_OK; i++)
    io->out[i] = knn__cast(s, io->out[i], type);
}

/* The row's call with the layer's path on what it records. io: inputs as the row wants them. */
static void call(knn_layer *layer, knn__scope *s, knn__layer_io *io) {
  knn_graph *g = graph_of(layer, io);
  const char *before = g ? g->layer : NULL,
             *path = g ? knn__arena_strdup(&g->arena, layer->path) : NULL;
  if (g && !path) {
    s->status = KNN_ENOMEM;
    return;
  }
  const knn__frame frame = {
      .outer = s->ctx->frame, .layer = layer, .scope = s, .training = io->training};
  const knn_dtype cast_before = s->ctx->autocast, type = knn__layer_dtype(layer);
  s->ctx->frame = &frame;
  if (layer->def->inputs != KNN__IN_ANY || layer->def->wide) s->ctx->autocast = working_type(layer);
  if (g) g->layer = path;
  layer->def->call(layer, s, io);
  if (type != working_type(layer)) cast_results(s, io, type);
  const bool penalised =
      knn__layer_common_of(layer)->activity_regularizer && !layer->def->activity_inside;
  for (int i = 0; i < io->n_out && s->status == KNN_OK && penalised; i++)
    add_activity_penalty(layer, s, io->out[i]);
  if (g) g->layer = before;
  s->ctx->frame = frame.outer;
  s->ctx->autocast = cast_before;
  if (s->status == KNN_OK) pass_mask(layer, s, io);
}

/* Strings become the numbers that the layer reads from them. While shapes are found on a graph
 * there is nothing to read: a node stands for the numbers. */
static knn_value *read_strings(knn_layer *layer, knn__scope *s, knn_value *x) {
  const knn__strings *strings = layer->def->strings;
  knn_tensor *numbers = NULL;
  knn_value *out = NULL;
  if (x->graph) {
    knn__spec spec;
    s->status = strings->infer(layer, &x->spec, &spec);
    if (s->status == KNN_OK) s->status = knn__graph_input(x->graph, &spec, &out);
    return out;
  }
  s->status = strings->read(layer, x->tensor, &numbers);
  if (s->status == KNN_OK) s->status = knn_value_from(numbers, &out);
  knn_tensor_release(numbers);
  return s->status == KNN_OK ? knn__hold(s, out) : NULL;
}

/* The mask of each input: given to the call, handed on by a stack, or carried by the input. */
static knn_value *mask_of(const knn__layer_io *io, int i) {
  if (io->extra && io->extra->masks) return io->extra->masks[i];
  return io->mask && io->mask[i] ? io->mask[i] : io->in[i]->mask;
}

/* The row's call with its options in a block. */
static void call_with_options(knn_layer *layer, knn__scope *s, knn__layer_io *io) {
  const knn_class row = knn__call_class(layer->def);
  void *block = row.args_size ? knn__alloc(s->ctx, row.args_size) : NULL;
  if (row.args_size && !block) s->status = KNN_ENOMEM;
  if (s->status == KNN_OK) s->status = knn__call_options(layer, io->extra, block);
  io->options = block;
  if (s->status == KNN_OK) call(layer, s, io);
  if (block) knn__args_clear(s->ctx, &row, block);
  knn__free(s->ctx, block);
}

void knn__layer_call(knn_layer *layer, knn__scope *s, knn__layer_io *io) {
  knn_value *in[KNN__MAX_IN], *mask[KNN__MAX_IN] = {0};
  knn__spec specs[KNN__MAX_IN];
  bool read = false;
  if (s->status != KNN_OK) return;
  if (knn__layer_is_symbolic(io)) {
    knn__layer_record(layer, s, io, -1);
    return;
  }
  for (int i = 0; i < io->n_in && i < KNN__MAX_IN; i++) specs[i] = io->in[i]->spec;
  s->status = layer->built ? knn__layer_check_inputs(layer, specs, io->n_in)
                           : require_built(layer, specs, io->n_in);
  for (int i = 0; i < io->n_in && s->status == KNN_OK; i++) {
    knn_dtype type;
    mask[i] = mask_of(io, i);
    s->status = input_type(layer, specs[i].dtype, &type);
    if (type == KNN_STRING && s->status == KNN_OK && layer->def->strings) {
      in[i] = read_strings(layer, s, io->in[i]);
      read = true;
    } else {
      in[i] = knn__cast(s, io->in[i], type);
    }
  }
  if (s->status == KNN_OK) {
    knn__layer_io inner = {.n_in = io->n_in,
                           .in = in,
                           .mask = mask,
                           .training = io->training,
                           .read = read,
                           .extra = io->extra,
                           .n_out = 1};
    call_with_options(layer, s, &inner);
    io->n_out = inner.n_out;
    memcpy(io->out, inner.out, sizeof io->out);
    memcpy(io->out_mask, inner.out_mask, sizeof io->out_mask);
  }
  s->status = knn__in_layer(layer, s->status);
}

knn_value *knn__layer_apply(knn_layer *layer, knn__scope *s, knn_value *x, bool training) {
  knn__layer_io io = {.n_in = 1, .in = &x, .training = training, .n_out = 1};
  knn__layer_call(layer, s, &io);
  return s->status == KNN_OK ? io.out[0] : NULL;
}

static void infer(knn_layer *layer, knn__scope *s, knn_graph *g, const knn__spec *in, int n_in,
                  bool training, knn__spec *out, int *n_out) {
  knn_value *nodes[KNN__MAX_IN];
  for (int i = 0; i < n_in && s->status == KNN_OK; i++)
    s->status = knn__graph_input(g, &in[i], &nodes[i]);
  if (s->status != KNN_OK) return;
  knn__layer_io io = {.n_in = n_in, .in = nodes, .training = training, .n_out = 1};
  knn_graph *before = knn__trace_begin(g);
  knn__layer_call(layer, s, &io);
  knn__trace_end(s->ctx, before);
  if (s->status != KNN_OK) return;
  for (int i = 0; i < io.n_out; i++) out[i] = io.out[i]->spec;
  *n_out = io.n_out;
}

knn_status knn__layer_infer(knn_layer *layer, const knn__spec *in, int n_in, bool training,
                            knn__spec *out, int *n_out) {
  knn_graph *g = NULL;
  knn__scope s;
  if (n_in > KNN__MAX_IN) return knn__in_layer(layer, knn__layer_check_inputs(layer, in, n_in));
  KNN__TRY(require_built(layer, in, n_in));
  KNN__TRY(knn__graph_new(layer->base.ctx, &g));
  g->takes_nodes = true; /* masks that a cell was given for its sequence */
  knn__scope_begin(&s, layer->base.ctx);
  infer(layer, &s, g, in, n_in, training, out, n_out);
  knn_status st = knn__scope_end(&s);
  knn__graph_release(g);
  return st;
}

knn_status knn_layer_output_shape(knn_layer *layer, const knn_dims *ins, int n_in, int i,
                                  knn_dims *out) {
  knn__spec in[KNN__MAX_OUT], outs[KNN__MAX_OUT];
  int n = 0;
  for (int k = 0; k < n_in && k < KNN__MAX_OUT; k++) {
    in[k] = (knn__spec){.dtype = knn__layer_wants_integers(layer) ? KNN_I32 : KNN_F32,
                        .rank = ins[k].rank};
    memcpy(in[k].dims, ins[k].v, sizeof in[k].dims);
  }
  KNN__TRY(knn__layer_infer(layer, in, n_in, false, outs, &n));
  if (i < 0 || i >= n)
    return knn_fail(layer->base.ctx, KNN_EARG, "layer '%s' has %d results, there is no number %d",
                    layer->base.name, n, i + 1);
  out->rank = outs[i].rank;
  memcpy(out->v, outs[i].dims, sizeof out->v);
  return KNN_OK;
}

/* A call from a host inside another layer's call: what was added to the loss belongs to the outer
 * expression; else the layer keeps it. */
static void hand_over_loss(knn_layer *layer, knn__scope *s) {
  const knn__frame *frame = s->ctx->frame;
  knn_value *loss = s->extra_loss;
  if (loss) knn_value_retain(loss);
  if (!frame) {
    knn_value_release(layer->added_loss);
    layer->added_loss = loss;
  } else if (loss && frame->scope) {
    knn__add_loss(frame->scope, knn__hold(frame->scope, loss));
  } else {
    knn_value_release(loss);
  }
}

knn_status knn_layer_call(knn_layer *layer, knn_value *const *ins, int n_in, int training,
                          knn_value **outs, int *n_out) {
  return knn_layer_call_with(layer, ins, n_in, training, NULL, outs, n_out);
}

knn_status knn_layer_call_with(knn_layer *layer, knn_value *const *ins, int n_in, int training,
                               const knn_layer_extra *extra, knn_value **outs, int *n_out) {
  knn__scope s;
  const knn__frame *frame = layer->base.ctx->frame;
  knn__layer_io io = {.n_in = n_in, .in = ins, .extra = extra, .n_out = 1};
  io.training = training >= 0 ? training : frame ? frame->training : layer->def->draws_unasked;
  knn__scope_begin(&s, layer->base.ctx);
  if (knn__layer_is_symbolic(&io))
    knn__layer_record(layer, &s, &io, training);
  else
    knn__layer_call(layer, &s, &io);
  if (s.status == KNN_OK && io.n_out > *n_out)
    s.status = knn__in_layer(
        layer,
        knn_fail(s.ctx, KNN_EARG, "it has %d results, there is room for %d", io.n_out, *n_out));
  if (s.status == KNN_OK) {
    *n_out = io.n_out;
    for (int i = 0; i < io.n_out; i++) {
      outs[i] = io.out[i];
      knn_value_retain(outs[i]);
    }
    hand_over_loss(layer, &s);
  }
  return knn__scope_end(&s);
}
