/* merging.c - layers that join inputs element by element: Add, Subtract, Multiply, Average,
 * Maximum, Minimum. x1 (batch, ...), x2 (batch, ...), ... -> their common shape; an input of lower
 * rank gets axes of 1 behind the batch. The result has a mask if every input has one: where any of
 * them counts. */
#include "layer.h"
#include "ops.h"

typedef struct merge_args {
  knn__layer_common common;
} merge_args;

static const knn_param params[] = {KNN__LAYER_PARAMS(merge_args)};

static int highest_rank(const knn__layer_io *io) {
  int rank = 0;
  for (int i = 0; i < io->n_in; i++)
    if (io->in[i]->spec.rank > rank) rank = io->in[i]->spec.rank;
  return rank;
}

/* Input i with as many axes as the others. */
static knn_value *input(knn__scope *s, const knn__layer_io *io, int i) {
  knn_value *x = io->in[i];
  for (int rank = highest_rank(io); x && x->spec.rank < rank;) x = knn__expand_dims(s, x, 1);
  return x;
}

static bool all_masked(const knn__layer_io *io) {
  for (int i = 0; i < io->n_in; i++)
    if (!io->mask[i]) return false;
  return true;
}

static void join_masks(knn__scope *s, knn__layer_io *io) {
  if (!all_masked(io)) return;
  knn_value *mask = io->mask[0];
  for (int i = 1; i < io->n_in; i++) mask = knn__logical_or(s, mask, io->mask[i]);
  io->out_mask[0] = mask;
}

typedef knn_value *binary(knn__scope *s, knn_value *x, knn_value *y);

static void fold(knn__scope *s, knn__layer_io *io, binary *op) {
  knn_value *y = input(s, io, 0);
  for (int i = 1; i < io->n_in; i++) y = op(s, y, input(s, io, i));
  io->out[0] = y;
  if (s->status == KNN_OK) join_masks(s, io);
}

static void call_add(knn_layer *layer, knn__scope *s, knn__layer_io *io) {
  (void)layer;
  fold(s, io, knn__add);
}

static void call_subtract(knn_layer *layer, knn__scope *s, knn__layer_io *io) {
  (void)layer;
  if (io->n_in != 2)
    knn__scope_fail(s, KNN_EARG, "2 inputs expected, got %d", io->n_in);
  else
    fold(s, io, knn__subtract);
}

static void call_average(knn_layer *layer, knn__scope *s, knn__layer_io *io) {
  (void)layer;
  fold(s, io, knn__add);
  if (s->status == KNN_OK)
    io->out[0] = knn__divide(s, io->out[0], knn__scalar_like(s, io->out[0], io->n_in));
}

/* Masked elements count as 1; those masked everywhere give 0. */
static void call_multiply(knn_layer *layer, knn__scope *s, knn__layer_io *io) {
  knn_value *y = NULL;
  (void)layer;
  for (int i = 0; i < io->n_in && s->status == KNN_OK; i++) {
    knn_value *x = input(s, io, i), *mask = io->mask[i];
    if (mask) x = knn__where(s, knn__expand_dims(s, mask, -1), x, knn__scalar_like(s, x, 1));
    y = y ? knn__multiply(s, y, x) : x;
  }
  if (s->status == KNN_OK) join_masks(s, io);
  if (s->status == KNN_OK && io->out_mask[0])
    y = knn__where(s, knn__expand_dims(s, io->out_mask[0], -1), y, knn__scalar_like(s, y, 0));
  io->out[0] = y;
}

/* A masked element gives way to the other's. */
static void choose(knn__scope *s, knn__layer_io *io, binary *op) {
  knn_value *y = input(s, io, 0), *seen = io->mask[0];
  for (int i = 1; i < io->n_in && s->status == KNN_OK; i++) {
    knn_value *x = input(s, io, i), *mask = io->mask[i];
    if (mask) x = knn__where(s, knn__expand_dims(s, mask, -1), x, y);
    if (seen) y = knn__where(s, knn__expand_dims(s, seen, -1), y, x);
    seen = mask && seen ? knn__logical_or(s, seen, mask) : NULL;
    y = op(s, y, x);
  }
  io->out[0] = y;
  io->out_mask[0] = seen;
}

static void call_maximum(knn_layer *layer, knn__scope *s, knn__layer_io *io) {
  (void)layer;
  choose(s, io, knn__maximum);
}

static void call_minimum(knn_layer *layer, knn__scope *s, knn__layer_io *io) {
  (void)layer;
  choose(s, io, knn__minimum);
}

/* clang-format off */
#define ROW(NAME, SUMMARY, DETAIL, SEE, CALL)                                            \
  {.cls = {.family = "layer", .name = NAME, .summary = SUMMARY, .detail = DETAIL,                  \
           .shapes = "x1, x2, ... (batch, ...) -> (batch, ...)",                                   \
           .example = "local y = knn.layers." NAME "{}{knn.ones{2, 3}, knn.full({2, 3}, 2)}",       \
           .source = "Keras, " NAME, .see = SEE, KNN__PARAMS(params, merge_args)},                 \
   .min_rank = 1, .max_rank = KNN_MAX_RANK, .max_in = -1, .consumes_mask = true, .call = CALL}

const knn__layer_def knn__layer_add = ROW("Add", "The sum of the inputs, element by element.",
    "y = x1 + x2 + ...", "Subtract|Average", call_add);
const knn__layer_def knn__layer_subtract = ROW("Subtract",
    "The difference of two inputs, element by element.", "y = x1 - x2", "Add", call_subtract);
const knn__layer_def knn__layer_multiply = ROW("Multiply",
    "The product of the inputs, element by element.", "y = x1 x2 ...; masked elements count as 1", "Add|Dot",
    call_multiply);
const knn__layer_def knn__layer_average = ROW("Average",
    "The mean of the inputs, element by element.", "y = (x1 + ... + xn) / n", "Add", call_average);
const knn__layer_def knn__layer_maximum = ROW("Maximum",
    "The largest of the inputs, element by element.", "y = max(x1, x2, ...); masked elements give way to the others",
    "Minimum", call_maximum);
const knn__layer_def knn__layer_minimum = ROW("Minimum",
    "The smallest of the inputs, element by element.", "y = min(x1, x2, ...); masked elements give way to the others",
    "Maximum", call_minimum);
/* clang-format on */
