/* optimizer_table.c - the family of optimizers: life of an instance. */
#include "optimizer.h"

#include <math.h>
#include <string.h>

#define X(name) extern const knn__optimizer_def knn__optimizer_##name;
#include "optimizer_list.h"
#undef X

static const knn_class *const classes[] = {
#define X(name) &knn__optimizer_##name.cls,
#include "optimizer_list.h"
#undef X
};

static knn_status set_first_rate(knn_optimizer *o, const knn_object *schedule) {
  double rate;
  KNN__TRY(knn__schedule_rate(schedule, 0, &rate));
  o->rate = (double)(float)rate;
  return KNN_OK;
}

static knn_status init(knn_object *object) {
  knn_optimizer *o = (knn_optimizer *)object;
  const knn__optimizer_def *own = (const knn__optimizer_def *)object->cls;
  if (own->wrap) return own->wrap(o);
  const knn__optimizer_common *c = object->args;
  int clips = !isnan(c->clipnorm) + !isnan(c->clipvalue) + !isnan(c->global_clipnorm);
  if (clips > 1)
    return knn_fail(object->ctx, KNN_EARG,
                    "%s: only one of clipnorm, clipvalue and global_clipnorm may be given",
                    object->cls->name);
  if (!c->learning_rate)
    return knn_fail(object->ctx, KNN_EARG, "%s: 'learning_rate' must be a number or a schedule",
                    object->cls->name);
  return set_first_rate(o, c->learning_rate);
}

static void drop_state(knn_optimizer *o) {
  knn_ctx *ctx = o->base.ctx;
  const knn__optimizer_def *def = knn__optimizer_def_of(o);
  if (def->release && o->work) def->release(o);
  o->work = NULL;
  for (int i = 0; i < o->n_segments; i++) knn__variable_release(o->segments[i].variable);
  knn__free(ctx, o->segments);
  knn__free(ctx, o->spans);
  for (int i = 0; i < o->n_slots; i++) knn_tensor_release(o->slots[i]);
  knn_tensor_release(o->average);
  knn_tensor_release(o->accumulator);
  o->segments = NULL;
  o->spans = NULL;
  o->average = o->accumulator = NULL;
  o->n_segments = o->n_slots = 0;
  o->size = 0;
}

static void finalize(knn_object *object) {
  knn_optimizer *o = (knn_optimizer *)object;
  drop_state(o);
  for (int i = 0; i < o->n_excluded; i++) knn__free(object->ctx, o->excluded[i]);
  knn__free(object->ctx, o->excluded);
  knn__variable_release(o->scale);
}

const knn__family knn__family_optimizer = {
    .name = "optimizer",
    .classes = classes,
    .n = KNN__LEN(classes),
    .object_size = sizeof(knn_optimizer),
    .init = init,
    .finalize = finalize,
};

static bool same_weights(const knn_optimizer *o, knn_variable *const *weights, int n) {
  if (n != o->n_segments) return false;
  for (int i = 0; i < n; i++)
    if (o->segments[i].variable != weights[i]) return false;
  return true;
}

static bool excluded(const knn_optimizer *o, const knn_variable *v) {
  for (int i = 0; i < o->n_excluded; i++)
    if (strstr(v->path, o->excluded[i])) return true;
  return false;
}

static double decay_of(const knn_optimizer *o, const knn_variable *v) {
  const knn__optimizer_def *def = knn__optimizer_def_of(o);
  double share = def->decay ? def->decay(knn__optimizer_rule(o)->args, v)
                            : knn__optimizer_common_of(o)->weight_decay;
  return excluded(o, v) || isnan(share) ? 0 : share;
}

bool knn__optimizer_slot_shape(const knn_optimizer *o, int slot, const knn_variable *v,
                               knn__spec *shape) {
  const knn__optimizer_def *def = knn__optimizer_def_of(o);
  *shape = v->value->spec;
  return !def->slot_shape || def->slot_shape(knn__optimizer_rule(o)->args, slot, v, shape);
}

static knn_status make_slot(knn_optimizer *o, int64_t size, double first, knn_tensor **out) {
  KNN__TRY(knn_tensor_new(o->base.ctx, KNN_F32, 1, &size, out));
  return first != 0 ? knn_tensor_fill(*out, first) : KNN_OK;
}

/* Where each weight's part of a slot begins; returns the size of the whole. */
static int64_t place_slot(knn_optimizer *o, int slot) {
  int64_t size = 0;
  knn__spec shape;
  for (int i = 0; i < o->n_segments; i++) {
    knn__segment *s = &o->segments[i];
    bool there = knn__optimizer_slot_shape(o, slot, s->variable, &shape);
    s->slot_first[slot] = there ? size : -1;
    if (there) size += knn__count(shape.rank, shape.dims);
  }
  return size;
}

static void copy_weights(const knn_optimizer *o, int slot) {
  float *to = knn_tensor_data(o->slots[slot]);
  for (int i = 0; i < o->n_segments; i++) {
    const knn__segment *s = &o->segments[i];
    memcpy(to + s->slot_first[slot], knn_tensor_data(knn__variable_tensor(s->variable)),
           (size_t)s->n * sizeof *to);
  }
}

static knn_status make_slots(knn_optimizer *o) {
  const knn__optimizer_def *def = knn__optimizer_def_of(o);
  const knn__optimizer_common *c = knn__optimizer_common_of(o);
  knn__slot_spec specs[KNN__SLOTS] = {0};
  int n = def->slots ? def->slots(knn__optimizer_rule(o)->args, specs) : 0;
  for (int i = 0; i < n; i++) {
    KNN__TRY(make_slot(o, place_slot(o, i), (double)specs[i].first, &o->slots[i]));
    o->slot_names[i] = specs[i].name;
    o->slot_apart[i] = specs[i].apart;
    o->n_slots = i + 1;
    if (specs[i].copies) copy_weights(o, i);
  }
  if (c->use_ema) KNN__TRY(make_slot(o, o->size, 0, &o->average));
  if (c->gradient_accumulation_steps != KNN_NONE)
    KNN__TRY(make_slot(o, o->size, 0, &o->accumulator));
  return def->prepare ? def->prepare(o) : KNN_OK;
}

knn_status knn__optimizer_build(knn_optimizer *o, const void *owner, knn_variable *const *weights,
                                int n) {
  bool same = o->segments && same_weights(o, weights, n);
  if (o->owner && o->owner != owner && !(same && !owner))
    return knn_fail(o->base.ctx, KNN_ESTATE,
                    "optimizer '%s' already trains another model; make one for each", o->base.name);
  if (owner) o->owner = owner;
  if (same) return KNN_OK;
  drop_state(o);
  o->builds++;
  o->iterations = 0;
  o->segments = knn__alloc(o->base.ctx, (size_t)n * sizeof *o->segments);
  o->spans = knn__alloc(o->base.ctx, (size_t)n * sizeof *o->spans);
  if (!o->segments || !o->spans) {
    drop_state(o);
    return KNN_ENOMEM;
  }
  for (int i = 0; i < n; i++) {
    int64_t size = knn_tensor_size(knn__variable_tensor(weights[i]));
    knn__variable_retain(weights[i]);
    o->segments[i] = (knn__segment){
        .variable = weights[i], .first = o->size, .n = size, .decay = decay_of(o, weights[i])};
    o->n_segments = i + 1;
    o->size += size;
  }
  knn_status st = make_slots(o);
  if (st != KNN_OK) drop_state(o);
  return st;
}

knn_value *knn__optimizer_scale_loss(const knn_optimizer *o, knn__scope *s, knn_value *loss) {
  double factor = knn__optimizer_common_of(o)->loss_scale_factor;
  if (o->scale) return knn__multiply(s, loss, knn__cast(s, o->scale->value, loss->spec.dtype));
  return isnan(factor) ? loss : knn__times(s, loss, factor);
}

knn_status knn_optimizer_scale_loss(const knn_optimizer *o, knn_value *loss, knn_value **out) {
  knn__scope s;
  knn__scope_begin(&s, o->base.ctx);
  knn_value *scaled = knn__optimizer_scale_loss(o, &s, loss);
  if (s.status == KNN_OK) {
    knn_value_retain(scaled);
    *out = scaled;
  }
  return knn__scope_end(&s);
}

knn_status knn_optimizer_new(knn_ctx *ctx, const char *name, const char *options,
                             knn_optimizer **out) {
  knn_config *config = NULL;
  knn_object *object = NULL;
  if (options) KNN__TRY(knn_config_parse(ctx, options, &config));
  knn_status st = knn_object_new(ctx, "optimizer", name, config, &object);
  knn_config_release(config);
  if (st == KNN_OK) *out = (knn_optimizer *)object;
  return st;
}

void knn_optimizer_retain(knn_optimizer *o) {
  knn_object_retain(&o->base);
}

void knn_optimizer_release(knn_optimizer *o) {
  if (o) knn_object_release(&o->base);
}

knn_object *knn_optimizer_object(knn_optimizer *o) {
  return &o->base;
}

knn_optimizer *knn_optimizer_of(knn_object *object) {
  return object && object->family == &knn__family_optimizer ? (knn_optimizer *)object : NULL;
}

double knn_optimizer_learning_rate(const knn_optimizer *o) {
  const knn_object *schedule = knn__optimizer_common_of(o)->learning_rate;
  bool kept = knn__schedule_is_constant(schedule) || knn__schedule_is_host(schedule);
  return kept ? (o->inner ? o->inner : o)->rate : knn__schedule_at(schedule, o->iterations);
}

knn_status knn__optimizer_ready(knn_optimizer *o) {
  knn_optimizer *keeper = o->inner ? o->inner : o;
  const knn_object *schedule = knn__optimizer_common_of(o)->learning_rate;
  return knn__schedule_is_host(schedule)
             ? knn__schedule_rate(schedule, o->iterations, &keeper->rate)
             : KNN_OK;
}

knn_status knn_optimizer_set_learning_rate(knn_optimizer *o, double rate) {
  knn_ctx *ctx = o->base.ctx;
  if (!knn__schedule_is_constant(knn__optimizer_common_of(o)->learning_rate))
    return knn_fail(ctx, KNN_ESTATE, "%s: the learning rate follows a schedule and cannot be set",
                    o->base.name);
  if (!(rate >= 0) || isinf(rate))
    return knn_fail(ctx, KNN_EARG, "%s: the learning rate must be a number of at least 0, got %g",
                    o->base.name, rate);
  (o->inner ? o->inner : o)->rate = (double)(float)rate;
  return KNN_OK;
}

int64_t knn_optimizer_iterations(const knn_optimizer *o) {
  int64_t k = knn__optimizer_common_of(o)->gradient_accumulation_steps;
  return k == KNN_NONE ? o->iterations : o->iterations / k;
}

knn_status knn_optimizer_exclude_from_weight_decay(knn_optimizer *o, const char *fragment) {
  knn_ctx *ctx = o->base.ctx;
  if (o->segments)
    return knn_fail(ctx, KNN_ESTATE, "%s: weights are excluded from decay before the first step",
                    o->base.name);
  KNN__TRY(
      knn__grow(ctx, (void **)&o->excluded, &o->cap_excluded, o->n_excluded, sizeof *o->excluded));
  o->excluded[o->n_excluded] = knn__strdup(ctx, fragment);
  return o->excluded[o->n_excluded] ? (o->n_excluded++, KNN_OK) : KNN_ENOMEM;
}
