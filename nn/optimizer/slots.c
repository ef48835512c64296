/* slots.c - what an optimizer keeps per weight, seen from outside; its arguments as a config. */
#include <stdio.h>
#include <string.h>

#include "optimizer.h"

/* Slot i with averages and gathered gradients in front, in Keras's order; NULL past the end. */
static knn_tensor *slot_at(const knn_optimizer *o, int i, const char **name) {
  const struct {
    const char *name;
    knn_tensor *tensor;
  } first[2] = {{"average", o->average}, {"gradient_accumulator", o->accumulator}};
  for (int k = 0; k < 2; k++) {
    if (!first[k].tensor || i-- > 0) continue;
    *name = first[k].name;
    return first[k].tensor;
  }
  if (i < 0 || i >= o->n_slots) return NULL;
  *name = o->slot_names[i];
  return o->slots[i];
}

int knn_optimizer_slot_count(const knn_optimizer *o) {
  return o->n_slots + (o->average != NULL) + (o->accumulator != NULL);
}

const char *knn_optimizer_slot_name(const knn_optimizer *o, int i) {
  const char *name = NULL;
  return i >= 0 && slot_at(o, i, &name) ? name : NULL;
}

static const knn__segment *find_segment(const knn_optimizer *o, const char *path) {
  for (int i = 0; i < o->n_segments; i++)
    if (strcmp(o->segments[i].variable->path, path) == 0) return &o->segments[i];
  return NULL;
}

static knn_tensor *find_slot(const knn_optimizer *o, const char *wanted) {
  const char *name = NULL;
  for (int i = 0; i < knn_optimizer_slot_count(o); i++) {
    knn_tensor *slot = slot_at(o, i, &name);
    if (strcmp(name, wanted) == 0) return slot;
  }
  return NULL;
}

static knn_status unknown_slot(const knn_optimizer *o, const char *slot) {
  char known[200] = "";
  size_t used = 0;
  for (int i = 0; i < knn_optimizer_slot_count(o) && used < sizeof known; i++)
    used += (size_t)snprintf(known + used, sizeof known - used, "%s%s", i ? ", " : "",
                             knn_optimizer_slot_name(o, i));
  return knn_fail(
      o->base.ctx, KNN_EARG,
      used ? "%s: it keeps no '%s'; its slots are %s" : "%s: it keeps no '%s', it has no slots",
      o->base.name, slot, known);
}

/* n numbers of a slot from `first` on, in a shape. */
static knn_status view(knn_tensor *all, int64_t first, const knn__spec *shape, knn_tensor **out) {
  knn_tensor *part = NULL;
  KNN__TRY(knn_tensor_slice(all, 0, first, knn__count(shape->rank, shape->dims), 1, &part));
  const knn_status st = knn_tensor_reshape(part, shape->rank, shape->dims, out);
  knn_tensor_release(part);
  return st;
}

/* The part of one weight in what all have, the average or the accumulator: in the weight's shape.
 */
static knn_status whole_part(knn_tensor *all, const knn__segment *s, knn_tensor **out) {
  return view(all, s->first, &s->variable->value->spec, out);
}

/* The part of one weight in slot k; false = it has none there. */
static bool has_part(const knn_optimizer *o, int k, const knn__segment *s, knn__spec *shape) {
  return knn__optimizer_slot_shape(o, k, s->variable, shape);
}

static knn_status slot_part(const knn_optimizer *o, int k, const knn__segment *s,
                            const knn__spec *shape, knn_tensor **out) {
  return view(o->slots[k], s->slot_first[k], shape, out);
}

knn_status knn_optimizer_slot(const knn_optimizer *o, const char *weight_path, const char *slot,
                              knn_tensor **out) {
  knn_ctx *ctx = o->base.ctx;
  knn__spec shape;
  if (!o->segments)
    return knn_fail(ctx, KNN_ESTATE, "%s: its slots are made by the first step", o->base.name);
  const knn__segment *segment = find_segment(o, weight_path);
  if (!segment)
    return knn_fail(ctx, KNN_EARG, "%s: it has no weight '%s'", o->base.name, weight_path);
  knn_tensor *all = find_slot(o, slot);
  if (!all) return unknown_slot(o, slot);
  for (int k = 0; k < o->n_slots; k++) {
    if (o->slots[k] != all) continue;
    if (has_part(o, k, segment, &shape)) return slot_part(o, k, segment, &shape, out);
    return knn_fail(ctx, KNN_EARG, "%s: it keeps no '%s' of weight '%s'", o->base.name, slot,
                    weight_path);
  }
  return whole_part(all, segment, out);
}

/* Counts down to the state that is wanted: with i = 0 it is the one at hand. */
static bool is_wanted(int *i) {
  return (*i)-- == 0;
}

/* Slot k of a weight, or the zeros in its place; false = there is neither. */
static bool state_shape(const knn_optimizer *o, int k, const knn__segment *s, knn__spec *shape) {
  return has_part(o, k, s, shape) || knn__optimizer_def_of(o)->blank;
}

static knn_status state_part(const knn_optimizer *o, int k, const knn__segment *s,
                             knn_tensor **out) {
  knn__spec shape;
  if (has_part(o, k, s, &shape)) return slot_part(o, k, s, &shape, out);
  shape = s->variable->value->spec;
  knn__optimizer_def_of(o)->blank(k, s->variable, &shape);
  return knn_tensor_new(o->base.ctx, shape.dtype, shape.rank, shape.dims, out);
}

static knn_status product(const knn_optimizer *o, knn_tensor **out) {
  const knn__optimizer_def *def = knn__optimizer_def_of(o);
  const int64_t k = knn__optimizer_common_of(o)->gradient_accumulation_steps;
  const int64_t t = k == KNN_NONE ? o->iterations : o->iterations / k;
  KNN__TRY(knn_tensor_new(o->base.ctx, KNN_F32, 0, NULL, out));
  knn_tensor_set(*out, 0, def->product(knn__optimizer_rule(o)->args, t));
  return KNN_OK;
}

knn_status knn__optimizer_state(const knn_optimizer *o, int i, knn_tensor **out) {
  knn_tensor *const whole[] = {o->average, o->accumulator};
  knn__spec shape;
  *out = NULL;
  for (int k = 0; k < 2; k++)
    for (int s = 0; whole[k] && s < o->n_segments; s++)
      if (is_wanted(&i)) return whole_part(whole[k], &o->segments[s], out);
  for (int s = 0; s < o->n_segments; s++)
    for (int k = 0; k < o->n_slots; k++)
      if (!o->slot_apart[k] && state_shape(o, k, &o->segments[s], &shape) && is_wanted(&i))
        return state_part(o, k, &o->segments[s], out);
  for (int k = 0; k < o->n_slots; k++)
    for (int s = 0; o->slot_apart[k] && s < o->n_segments; s++)
      if (state_shape(o, k, &o->segments[s], &shape) && is_wanted(&i))
        return state_part(o, k, &o->segments[s], out);
  return o->n_segments && knn__optimizer_def_of(o)->product && is_wanted(&i) ? product(o, out)
                                                                             : KNN_OK;
}

knn_status knn_optimizer_set_iterations(knn_optimizer *o, int64_t iterations) {
  int64_t k = knn__optimizer_common_of(o)->gradient_accumulation_steps;
  if (iterations < 0)
    return knn_fail(o->base.ctx, KNN_EARG, "%s: iterations must be at least 0", o->base.name);
  o->iterations = k == KNN_NONE ? iterations : iterations * k;
  return KNN_OK;
}

knn_status knn_optimizer_config(const knn_optimizer *o, knn_config **out) {
  knn_config *config = NULL;
  KNN__TRY(knn_object_config(&o->base, &config));
  knn_status st = KNN_OK;
  if (!o->inner && knn__schedule_is_constant(knn__optimizer_common_of(o)->learning_rate))
    st = knn_config_set_float(config, "learning_rate", o->rate);
  if (st == KNN_OK)
    *out = config;
  else
    knn_config_release(config);
  return st;
}
