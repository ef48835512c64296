/* bidirectional.c - a recurrent layer run forward and, as a second one with weights of its own,
 * backward; the results are merged. The layer given is a template: both are made from its
 * arguments, unless a backward layer is given too. States: those of the forward layer, then the
 * other's. */
#include <stdio.h>
#include <string.h>

#include "rnn.h"

typedef enum merge_mode { CONCAT, SUM, MUL, AVE } merge_mode; /* -1: none */

typedef struct both_args {
  knn__layer_common common;
  knn_object *layer;
  int merge_mode;
  knn_object *backward_layer;
} both_args;

typedef struct both_fields {
  knn_layer *way[2];
} both_fields;

static const knn_param params[] = {
    KNN__PARAM(both_args, layer, KNN_P_OBJECT, NULL, "The recurrent layer.", .choices = "layer",
               .positional = true),
    KNN__PARAM(both_args, merge_mode, KNN_P_ENUM, "concat",
               "How the two results become one; null: they stay two.",
               .choices = "concat|sum|mul|ave", .nullable = true),
    KNN__PARAM(both_args, backward_layer, KNN_P_OBJECT, "null",
               "The layer that runs backward; null: one like the other.", .choices = "layer"),
    KNN__LAYER_PARAMS(both_args),
};

/* A layer made anew from the arguments of `from`, called prefix + name. */
static knn_status make_copy(knn_layer *from, const char *prefix, bool backwards, knn_layer **out) {
  knn_ctx *ctx = from->base.ctx;
  const size_t n = strlen(prefix);
  const char *stem = from->base.name;
  char name[256];
  knn_config *options = NULL;
  if (strncmp(stem, prefix, n) == 0) stem += n;
  snprintf(name, sizeof name, "%s%s", prefix, stem);
  KNN__TRY(knn__layer_options(from, &options));
  knn_status st = knn_config_set_string(options, "name", name);
  if (st == KNN_OK && backwards) st = knn_config_set_bool(options, "go_backwards", true);
  if (st == KNN_OK) st = knn_layer_from_config(ctx, from->base.cls->name, options, out);
  knn_config_release(options);
  return st;
}

static knn_status take(knn_layer *layer, knn_layer *part, knn_layer **field) {
  knn__loop_args *loop = knn__loop_args_of(part);
  loop->zero_output_for_mask = loop->return_sequences;
  *field = part;
  return knn__add_sublayer(layer, part);
}

static knn_status check_pair(knn_layer *layer) {
  const both_fields *f = layer->fields;
  const knn__loop_args *a = knn__loop_args_of(f->way[0]), *b = knn__loop_args_of(f->way[1]);
  if (a->go_backwards == b->go_backwards)
    return knn_fail(layer->base.ctx, KNN_EARG,
                    "the two layers must differ in 'go_backwards', both have %s",
                    a->go_backwards ? "true" : "false");
  if (a->stateful != b->stateful || a->return_sequences != b->return_sequences ||
      a->return_state != b->return_state)
    return knn_fail(layer->base.ctx, KNN_EARG,
                    "the two layers must agree in 'stateful', 'return_sequences' and "
                    "'return_state'");
  return KNN_OK;
}

/* Is a part of it written by the host? Such a layer cannot be made anew. */
static bool is_custom(const knn_layer *layer) {
  bool custom = layer->custom != NULL;
  for (int i = 0; i < layer->n_sublayers; i++) custom = custom || is_custom(layer->sublayers[i]);
  return custom;
}

static knn_status take_forward(knn_layer *layer, knn_layer *given, bool alone) {
  both_fields *f = layer->fields;
  knn_layer *copy = NULL;
  if (!alone && is_custom(given)) return take(layer, given, &f->way[0]);
  KNN__TRY(make_copy(given, "forward_", false, &copy));
  const knn_status st = take(layer, copy, &f->way[0]);
  knn_layer_release(copy);
  return st;
}

static knn_status take_backward(knn_layer *layer, knn_layer *given, knn_layer *back) {
  both_fields *f = layer->fields;
  knn_layer *copy = NULL;
  if (back) return take(layer, back, &f->way[1]);
  KNN__TRY(make_copy(given, "backward_", true, &copy));
  const knn_status st = take(layer, copy, &f->way[1]);
  knn_layer_release(copy);
  return st;
}

static knn_status check(knn_layer *layer) {
  const both_args *args = layer->base.args;
  knn_layer *given = knn_layer_of(args->layer), *back = knn_layer_of(args->backward_layer);
  if (!knn__loop_args_of(given) || (back && !knn__loop_args_of(back)))
    return knn_fail(layer->base.ctx, KNN_EARG, "a recurrent layer expected, got '%s' (%s)",
                    (back ? back : given)->base.name, (back ? back : given)->base.cls->name);
  KNN__TRY(take_forward(layer, given, !back));
  KNN__TRY(take_backward(layer, given, back));
  return check_pair(layer);
}

static knn_status build(knn_layer *layer, const knn__spec *in, int n_in) {
  const both_fields *f = layer->fields;
  (void)n_in;
  for (int i = 0; i < 2; i++) KNN__TRY(knn__layer_build(f->way[i], layer->path, &in[0], 1));
  return KNN_OK;
}

/* One way: x, its half of the initial states, the mask. */
static void run(knn_layer *part, knn__scope *s, const knn__layer_io *io, int half,
                knn__layer_io *out) {
  knn_value *in[KNN__MAX_IN] = {io->in[0]}, *mask[KNN__MAX_IN] = {io->mask[0]};
  const int n = (io->n_in - 1) / 2;
  for (int i = 0; i < n; i++) in[i + 1] = io->in[1 + half * n + i];
  *out =
      (knn__layer_io){.n_in = n + 1, .in = in, .mask = mask, .training = io->training, .n_out = 1};
  knn__layer_call(part, s, out);
  out->in = NULL;
  out->mask = NULL;
}

static knn_value *merge(int mode, knn__scope *s, knn_value *a, knn_value *b) {
  switch (mode) {
    case SUM: return knn__add(s, a, b);
    case MUL: return knn__multiply(s, a, b);
    case AVE: return knn__times(s, knn__add(s, a, b), 0.5);
    default: return knn__concatenate(s, 2, (knn_value *[]){a, b}, -1);
  }
}

static void call(knn_layer *layer, knn__scope *s, knn__layer_io *io) {
  const both_args *args = layer->base.args;
  const both_fields *f = layer->fields;
  knn__layer_io part[2];
  if (io->n_in % 2 == 0) {
    knn__scope_fail(s, KNN_EARG, "initial states for both directions expected, got %d",
                    io->n_in - 1);
    return;
  }
  for (int i = 0; i < 2; i++) run(f->way[i], s, io, i, &part[i]);
  if (s->status != KNN_OK) return;
  knn_value *y = part[0].out[0], *back = part[1].out[0];
  int n = 0;
  const bool sequences = knn__loop_args_of(f->way[0])->return_sequences;
  if (sequences) back = knn__flip(s, back, 1);
  if (sequences) io->out_mask[0] = io->mask[0];
  if (args->merge_mode < 0) {
    if (sequences) io->out_mask[1] = io->mask[0];
    io->out[n++] = y;
    io->out[n++] = back;
  } else {
    io->out[n++] = merge(args->merge_mode, s, y, back);
  }
  for (int i = 0; i < 2; i++)
    for (int k = 1; k < part[i].n_out; k++) io->out[n++] = part[i].out[k];
  io->n_out = n;
}

static const char *part(const knn_layer *layer, int i) {
  (void)layer;
  return i == 0 ? "forward_layer" : "backward_layer";
}

const knn__layer_def knn__layer_bidirectional = {
    .cls = {.family = "layer",
            .name = "Bidirectional",
            .summary = "A recurrent layer run in both directions of time.",
            .detail = "y = merge(forward(x), backward(x)): two layers with weights of their own, "
                      "made from the arguments of the one given. Initial states and states given "
                      "back: the forward layer's, then the other's.",
            .shapes = "x (batch, steps, ...) -> as the layer, twice the last size with concat",
            .example = "local y = knn.layers.Bidirectional{knn.layers.LSTM{4, return_sequences = "
                       "true}}(knn.ones{2, 5, 3})",
            .source = "Schuster and Paliwal 1997",
            .see = "LSTM|GRU|RNN|TimeDistributed",
            KNN__PARAMS(params, both_args)},
    .min_rank = 3,
    .ranks_of_first = true,
    .max_in = -1,
    .inputs = KNN__IN_KEPT,
    .consumes_mask = true,
    .fields_size = sizeof(both_fields),
    .check = check,
    .build = build,
    .call = call,
    .part = part,
};
