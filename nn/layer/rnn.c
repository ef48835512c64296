/* rnn.c - see rnn.h. A masked step leaves the states as they are; its output is that of the step
 * before (0 at first) or, with zero_output_for_mask, 0. */
#include "rnn.h"

#include <string.h>

knn__loop_args *knn__loop_args_of(knn_layer *layer) {
  const size_t at = layer->def->loop_at;
  return at ? (knn__loop_args *)(void *)((char *)layer->base.args + at) : NULL;
}

static const knn_param *param_named(const knn_class *cls, const char *name) {
  for (int i = 0; i < cls->n_params; i++)
    if (strcmp(cls->params[i].name, name) == 0) return &cls->params[i];
  return NULL;
}

/* What the layer was given, for the cell: objects themselves, so that a function of the host's
 * stays the same function. */
static knn_status cell_options(knn_layer *layer, const knn_class *cls, const char *name,
                               knn_config *options) {
  knn_config *given = NULL;
  knn_status st = knn_object_config(&layer->base, &given);
  for (int i = 0; i < cls->n_params && st == KNN_OK; i++) {
    const char *option = cls->params[i].name;
    const knn_param *p = param_named(layer->base.cls, option);
    if (!p || strcmp(option, "input_shape") == 0 || strcmp(option, "activity_regularizer") == 0)
      continue;
    knn_object *object = p->kind == KNN_P_OBJECT
                             ? *(knn_object **)(void *)((char *)layer->base.args + p->offset)
                             : NULL;
    st = object ? knn_config_set_object(options, option, object)
                : knn_config_set(options, option, knn_config_get(given, option));
  }
  if (st == KNN_OK) st = knn_config_set_string(options, "name", name);
  knn_config_release(given);
  return st;
}

knn_status knn__make_cell(knn_layer *layer, const knn__layer_def *row, const char *name,
                          knn_layer **out) {
  knn_ctx *ctx = layer->base.ctx;
  knn_config *options = NULL;
  knn_object *cell = NULL;
  knn_status st = knn_config_dict(ctx, &options);
  if (st == KNN_OK) st = cell_options(layer, &row->cls, name, options);
  if (st == KNN_OK) st = knn__object_make(ctx, &knn__family_layer, &row->cls, options, &cell);
  knn_config_release(options);
  if (st != KNN_OK) return st;
  *out = (knn_layer *)cell;
  st = knn__add_sublayer(layer, *out);
  knn_layer_release(*out); /* the layer holds it */
  return st;
}

knn__spec knn__step_spec(const knn__spec *x) {
  knn__spec step = *x;
  step.rank--;
  for (int i = 1; i < step.rank; i++) step.dims[i] = x->dims[i + 1];
  return step;
}

knn_status knn__cell_from(knn_ctx *ctx, const knn_config *config, knn_layer **out) {
  knn_object *object = NULL;
  KNN__TRY(knn_object_resolve(ctx, "layer", config, &object));
  if (object && knn_layer_of(object)->def->cell) {
    *out = knn_layer_of(object);
    return KNN_OK;
  }
  const knn_status st = knn_fail(
      ctx, KNN_EARG, "a cell expected, as LSTMCell or one written in Lua with a state_size, got %s",
      object ? object->cls->name : "nothing");
  knn_object_release(object);
  return st;
}

knn_status knn__cell_output(knn_layer *cell, const knn__spec *step, knn__spec *out) {
  knn__spec in[KNN__MAX_OUT] = {*step}, results[KNN__MAX_OUT];
  int n;
  KNN__TRY(cell->def->cell->states(cell, step, in + 1, &n));
  KNN__TRY(knn__layer_infer(cell, in, n + 1, false, results, &n));
  *out = results[0];
  return KNN_OK;
}

/* ---- a second layer like the first ---- */

static knn_status plain(knn_ctx *ctx, knn_config *config, knn_config **out);

static knn_status plain_object(knn_ctx *ctx, knn_object *object, knn_config **out) {
  knn_config *options = NULL, *inner = NULL;
  if (!knn_layer_of(object)) return knn_config_object(ctx, object, out);
  if (knn_layer_of(object)->custom)
    return knn_fail(ctx, KNN_EARG,
                    "'%s' (%s) was written by the host and cannot be made a second time; give a "
                    "second one as backward_layer",
                    object->name, object->cls->name);
  KNN__TRY(knn_object_config(object, &options));
  knn_status st = plain(ctx, options, &inner);
  if (st == KNN_OK) st = knn_config_dict(ctx, out);
  if (st == KNN_OK) st = knn_config_set_string(*out, "class_name", object->cls->name);
  if (st == KNN_OK) st = knn_config_set(*out, "config", inner);
  knn_config_release(options);
  knn_config_release(inner);
  return st;
}

static knn_status plain_children(knn_ctx *ctx, knn_config *config, bool dict, knn_config *out) {
  for (int i = 0; i < knn_config_size(config); i++) {
    knn_config *child = NULL;
    knn_status st = plain(ctx, knn_config_at(config, i), &child);
    if (st == KNN_OK)
      st = dict ? knn_config_set(out, knn_config_key(config, i), child)
                : knn_config_push(out, child);
    knn_config_release(child);
    if (st != KNN_OK) return st;
  }
  return KNN_OK;
}

/* The same tree with layers as {class_name, config}. On failure *out may hold what was made. */
static knn_status plain(knn_ctx *ctx, knn_config *config, knn_config **out) {
  switch (knn_config_kind_of(config)) {
    case KNN_CONFIG_OBJECT: return plain_object(ctx, knn_config_get_object(config), out);
    case KNN_CONFIG_LIST:
      KNN__TRY(knn_config_list(ctx, out));
      return plain_children(ctx, config, false, *out);
    case KNN_CONFIG_DICT:
      KNN__TRY(knn_config_dict(ctx, out));
      return plain_children(ctx, config, true, *out);
    default:
      knn_config_retain(config);
      *out = config;
      return KNN_OK;
  }
}

knn_status knn__layer_options(const knn_layer *layer, knn_config **out) {
  knn_config *options = NULL, *made = NULL;
  KNN__TRY(knn_object_config(&layer->base, &options));
  const knn_status st = plain(layer->base.ctx, options, &made);
  knn_config_release(options);
  if (st == KNN_OK)
    *out = made;
  else
    knn_config_release(made);
  return st;
}

knn_status knn__rnn_build(knn_layer *layer, knn_layer *cell, const knn__spec *in) {
  const knn__spec step = knn__step_spec(in);
  if (in->dims[in->rank - 1] != KNN_ANY) knn__fix_axis(layer, -1, in->dims[in->rank - 1]);
  return knn__layer_build(cell, layer->path, &step, 1);
}

/* ---- one step ---- */

typedef struct stepper {
  const knn__rnn *run;
  bool carries; /* the output is carried from step to step, as a state behind the others */
} stepper;

/* mask (batch) in a shape that broadcasts to y. */
static knn_value *spread(knn__scope *s, knn_value *mask, const knn_value *y) {
  int64_t dims[KNN_MAX_RANK];
  if (s->status != KNN_OK) return NULL;
  for (int i = 0; i < y->spec.rank; i++) dims[i] = i ? 1 : mask->spec.dims[0];
  return knn__reshape(s, mask, y->spec.rank, dims);
}

static knn_value *choose(knn__scope *s, knn_value *mask, knn_value *y, knn_value *otherwise) {
  return s->status == KNN_OK ? knn__where(s, spread(s, mask, y), y, otherwise) : NULL;
}

/* Output and new states, in the places of the outputs of the cell. */
static void call_cell(const knn__rnn *run, knn__scope *s, knn_value *const *states, knn_value *x,
                      knn_value **out) {
  knn_value *in[KNN__MAX_IN] = {x};
  for (int i = 0; i < run->n_states; i++) in[i + 1] = states[i];
  knn__layer_io io = {.n_in = run->n_states + 1, .in = in, .training = run->training, .n_out = 1};
  knn__layer_call(run->cell, s, &io);
  if (s->status != KNN_OK) return;
  if (io.n_out != run->n_states + 1) {
    knn__scope_fail(s, KNN_EARG,
                    "the cell '%s' (%s) must give its output and %d state%s, it gave %d value%s",
                    run->cell->base.name, run->cell->base.cls->name, run->n_states,
                    run->n_states == 1 ? "" : "s", io.n_out, io.n_out == 1 ? "" : "s");
    return;
  }
  for (int i = 0; i < io.n_out; i++) out[i] = io.out[i];
}

/* in = states, carried output, step's input, step's mask; out = states, carried output, output */
static void step(void *self, knn__scope *s, knn_value *const *in, knn_value **out) {
  const stepper *p = self;
  const knn__rnn *run = p->run;
  const int n = run->n_states, kept = n + p->carries;
  knn_value *results[KNN__MAX_OUT] = {0};
  call_cell(run, s, in, in[kept], results);
  knn_value *y = results[0], *mask = run->mask ? in[kept + 1] : NULL;
  for (int i = 0; i < n; i++)
    out[i] = mask ? choose(s, mask, results[i + 1], in[i]) : results[i + 1];
  if (mask) {
    const bool zero = run->args->zero_output_for_mask;
    y = choose(s, mask, y, zero ? knn__scalar_like(s, y, 0) : in[n]);
  }
  if (p->carries) out[n] = y;
  if (run->args->return_sequences) out[kept] = y;
}

/* Zeros shaped like the cell's output. */
static knn_value *first_output(const knn__rnn *run, knn__scope *s) {
  knn__spec in[KNN__MAX_IN], out[KNN__MAX_OUT];
  int n;
  in[0] = knn__step_spec(&run->x->spec);
  for (int i = 0; i < run->n_states; i++) in[i + 1] = run->states[i]->spec;
  s->status = knn__layer_infer(run->cell, in, run->n_states + 1, run->training, out, &n);
  return s->status == KNN_OK ? knn__zero_state(s, &out[0], run->x) : NULL;
}

static void step_by_step(knn__scope *s, knn__rnn *run) {
  const knn__loop_args *args = run->args;
  stepper p = {run, !args->return_sequences || (run->mask && !args->zero_output_for_mask)};
  knn_value *first[KNN__MAX_OUT + 1], *last[KNN__MAX_OUT + 1], *sequences[] = {run->x, run->mask};
  memcpy(first, run->states, (size_t)run->n_states * sizeof *first);
  if (p.carries) first[run->n_states] = first_output(run, s);
  knn__scan loop = {.n_states = run->n_states + p.carries,
                    .n_xs = run->mask ? 2 : 1,
                    .n_ys = args->return_sequences,
                    .states = first,
                    .xs = sequences,
                    .axis = 1,
                    .saves = run->training};
  knn__scan_over(s, &loop, step, &p, last, &run->y);
  if (s->status != KNN_OK) return;
  memcpy(run->states, last, (size_t)run->n_states * sizeof *last);
  if (!args->return_sequences) run->y = last[run->n_states];
}

/* ---- a sequence as one op ---- */

bool knn__rnn_is_usual(const knn__rnn *run, const knn__cell_args *args) {
  /* an output of 0 before the first step that counts is not the state that was given */
  const bool follows_state = !run->mask || !run->given_states || run->args->zero_output_for_mask;
  return follows_state && !(run->training && knn__drops(args->recurrent_dropout)) &&
         knn__is_activation(args->activation, "tanh") &&
         knn__is_activation(args->recurrent_activation, "sigmoid");
}

knn_value *knn__rnn_projected(knn__scope *s, const knn__rnn *run, const knn__cell_masks *masks,
                              const knn__cell_weights *w, knn_value *bias) {
  knn_value *x = run->x;
  if (masks->x[0]) x = knn__multiply(s, x, knn__expand_dims(s, masks->x[0], 1));
  return knn__cell_project_all(s, x, w->kernel->value, bias);
}

void knn__rnn_take_output(knn__scope *s, knn__rnn *run, knn_value *ys, knn_value *last) {
  const bool all = run->args->return_sequences;
  run->y = all ? ys : last;
  if (!run->mask || !run->args->zero_output_for_mask || s->status != KNN_OK) return;
  knn_value *mask = all ? run->mask : knn__slice_axis(s, run->mask, 1, -1, 1, 1);
  if (all) mask = knn__expand_dims(s, mask, 2);
  run->y = knn__where(s, mask, run->y, knn__scalar_like(s, run->y, 0));
}

/* ---- states ---- */

/* A copy, since the variable is set anew at the end of the call, before a gradient reads it. */
static knn_value *copy_of(knn__scope *s, knn_value *x) {
  return knn__concatenate(s, 1, &x, 0);
}

/* The states that a stateful layer carries; made at the first call with a known batch. */
static void need_carried(const knn__rnn *run, knn__scope *s, const knn__spec *specs) {
  knn_layer *layer = run->layer;
  const bool made = layer->n_states > 0;
  for (int i = 0; i < run->n_states && s->status == KNN_OK; i++) {
    knn_variable *v = made ? layer->states[i] : NULL;
    if (!made) s->status = knn__add_state(layer, "rnn_state", &specs[i], &v);
    if (s->status == KNN_OK && v->value->spec.dims[0] != specs[i].dims[0])
      knn__scope_fail(s, KNN_ESHAPE,
                      "with stateful = true the batch must keep its size: it was %lld, now it is "
                      "%lld; a new batch size needs a new layer",
                      (long long)v->value->spec.dims[0], (long long)specs[i].dims[0]);
  }
}

static void initial_states(knn__rnn *run, knn__scope *s, const knn__layer_io *io) {
  knn__spec specs[KNN__MAX_OUT];
  const knn__spec step = knn__step_spec(&run->x->spec);
  s->status = run->cell->def->cell->states(run->cell, &step, specs, &run->n_states);
  if (s->status != KNN_OK) return;
  const bool carried = run->args->stateful && step.dims[0] != KNN_ANY;
  run->given_states = io->n_in > 1 || run->args->stateful;
  if (carried) need_carried(run, s, specs);
  if (io->n_in > 1 && io->n_in != run->n_states + 1)
    knn__scope_fail(s, KNN_EARG, "%d initial state%s expected, got %d", run->n_states,
                    run->n_states == 1 ? "" : "s", io->n_in - 1);
  for (int i = 1; i < io->n_in && s->status == KNN_OK; i++) {
    run->states[i - 1] = knn__cast(s, io->in[i], specs[i - 1].dtype);
    if (!knn__dims_fit(io->in[i]->spec.rank, io->in[i]->spec.dims, specs[i - 1].rank,
                       specs[i - 1].dims))
      knn__scope_fail(s, KNN_ESHAPE, "initial state %d must have shape %s, got %s", i,
                      KNN__SPEC(specs[i - 1]), KNN__SPEC(io->in[i]->spec));
  }
  if (io->n_in > 1) return;
  for (int i = 0; i < run->n_states && s->status == KNN_OK; i++)
    run->states[i] =
        carried ? copy_of(s, run->layer->states[i]->value) : knn__zero_state(s, &specs[i], run->x);
}

static void keep_states(const knn__rnn *run, knn__scope *s) {
  if (s->status != KNN_OK || run->x->spec.dims[0] == KNN_ANY) return;
  for (int i = 0; i < run->layer->n_states && s->status == KNN_OK; i++)
    knn__assign(s, run->layer->states[i], run->states[i]);
}

/* ---- the call ---- */

static void check_mask(const knn__rnn *run, knn__scope *s) {
  const knn__spec *x = &run->x->spec, *mask = &run->mask->spec;
  if (!knn__dims_fit(mask->rank, mask->dims, 2, x->dims))
    knn__scope_fail(s, KNN_ESHAPE, "a mask of shape %s expected, got %s", KNN__SHAPE(2, x->dims),
                    KNN__SPEC(*mask));
}

static void run_cell(knn__scope *s, knn__rnn *run, knn__rnn_whole *whole) {
  const knn__cell *cell = run->cell->def->cell;
  const bool draws = run->training && cell->begin;
  if (draws) { /* a slice, for its shape */
    knn_value *slice = knn__squeeze(s, knn__slice_axis(s, run->x, 1, 0, 1, 1), 1);
    if (s->status == KNN_OK) cell->begin(run->cell, s, slice, run->states);
  }
  if (s->status == KNN_OK && !(whole && whole(s, run))) step_by_step(s, run);
  if (draws) cell->end(run->cell);
}

void knn__rnn_call(knn_layer *layer, knn_layer *cell, knn__scope *s, knn__layer_io *io,
                   knn__rnn_whole *whole) {
  knn__rnn run = {.layer = layer,
                  .cell = cell,
                  .args = knn__loop_args_of(layer),
                  .training = io->training,
                  .x = io->in[0],
                  .mask = io->mask[0] ? knn__cast(s, io->mask[0], KNN_BOOL) : NULL};
  if (run.mask) check_mask(&run, s);
  if (s->status == KNN_OK) initial_states(&run, s, io);
  if (run.args->go_backwards) {
    run.x = knn__flip(s, run.x, 1);
    if (run.mask) run.mask = knn__flip(s, run.mask, 1);
  }
  if (s->status == KNN_OK) run_cell(s, &run, whole);
  if (run.args->stateful) keep_states(&run, s);
  if (s->status != KNN_OK) return;
  io->out[0] = run.y;
  if (run.args->return_sequences) io->out_mask[0] = io->mask[0];
  if (run.args->return_state) {
    memcpy(io->out + 1, run.states, (size_t)run.n_states * sizeof *run.states);
    io->n_out = run.n_states + 1;
  }
}
