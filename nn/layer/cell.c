/* cell.c - see cell.h. */
#include "cell.h"

#include <string.h>

/* Keras's unit_forget_bias: the second block of the bias, that of the forget gate, begins with
 * ones. */
static void fill_forget_bias(const knn__cell_args *args, knn_variable *bias) {
  knn_tensor *t = knn__variable_tensor(bias);
  for (int64_t i = args->units; i < 2 * args->units; i++) knn_tensor_set(t, i, 1);
}

knn_status knn__cell_add_bias(knn_layer *layer, const knn__cell_args *args, int gates, int rows,
                              knn_variable **out) {
  const int64_t dims[] = {rows, gates * args->units};
  KNN__TRY(knn__add_weight(layer, "bias", rows > 1 ? 2 : 1, rows > 1 ? dims : dims + 1,
                           args->bias_initializer, args->bias_regularizer, args->bias_constraint,
                           true, out));
  if (args->unit_forget_bias) fill_forget_bias(args, *out);
  return KNN_OK;
}

knn_status knn__cell_build(knn_layer *layer, const knn__cell_args *args, const knn__spec *in,
                           int gates, int bias_rows, knn__cell_weights *out) {
  const int64_t features = in->dims[in->rank - 1], columns = gates * args->units;
  out->bias = NULL;
  if (features == KNN_ANY)
    return knn_fail(layer->base.ctx, KNN_ESHAPE, "the last size of the input must be known, got %s",
                    KNN__SPEC(*in));
  knn__fix_axis(layer, -1, features);
  KNN__TRY(knn__add_weight(layer, "kernel", 2, (int64_t[]){features, columns},
                           args->kernel_initializer, args->kernel_regularizer,
                           args->kernel_constraint, true, &out->kernel));
  KNN__TRY(knn__add_weight(layer, "recurrent_kernel", 2, (int64_t[]){args->units, columns},
                           args->recurrent_initializer, args->recurrent_regularizer,
                           args->recurrent_constraint, true, &out->recurrent));
  return args->use_bias ? knn__cell_add_bias(layer, args, gates, bias_rows, &out->bias) : KNN_OK;
}

static knn_value *draw(knn__scope *s, knn_value *like, double rate, int64_t seed) {
  knn_value *ones = knn__broadcast_like(s, knn__scalar_like(s, like, 1), like);
  return knn__dropout(s, ones, rate, NULL, seed);
}

void knn__cell_draw(const knn__cell_args *args, knn__scope *s, knn_value *step, knn_value *h,
                    int gates, knn__cell_masks *masks) {
  *masks = (knn__cell_masks){.drawn = true};
  for (int i = 0; i < gates && knn__drops(args->dropout); i++)
    masks->x[i] = draw(s, step, args->dropout, args->seed);
  for (int i = 0; i < gates && knn__drops(args->recurrent_dropout); i++)
    masks->h[i] = draw(s, h, args->recurrent_dropout, args->seed);
}

knn_value *knn__cell_masked(knn__scope *s, knn_value *x, knn_value *mask) {
  return mask ? knn__multiply(s, x, mask) : x;
}

static knn_value *affine(knn__scope *s, knn_value *x, knn_value *kernel, knn_value *bias) {
  knn_value *y = knn__matmul(s, x, kernel, false, false);
  return bias ? knn__add(s, y, bias) : y;
}

void knn__cell_project(knn__scope *s, knn_value *x, knn_value *const *masks, knn_value *kernel,
                       knn_value *bias, int64_t units, int blocks, knn_value **out) {
  int64_t sizes[KNN__GATES];
  for (int i = 0; i < blocks; i++) sizes[i] = units;
  if (!masks[1]) {
    knn_value *y = affine(s, knn__cell_masked(s, x, masks[0]), kernel, bias);
    knn__split(s, y, blocks, sizes, -1, out);
    return;
  }
  for (int i = 0; i < blocks; i++)
    out[i] = affine(s, knn__cell_masked(s, x, masks[i]),
                    knn__slice_axis(s, kernel, 1, i * units, units, 1),
                    bias ? knn__slice_axis(s, bias, 0, i * units, units, 1) : NULL);
}

knn_value *knn__cell_project_all(knn__scope *s, knn_value *x, knn_value *kernel, knn_value *bias) {
  if (s->status != KNN_OK) return NULL;
  const knn__spec in = x->spec;
  const int64_t rows = knn__count(2, in.dims);
  if (in.dims[0] == KNN_ANY && in.dims[1] == KNN_ANY) return affine(s, x, kernel, bias);
  knn_value *y = affine(s, knn__reshape(s, x, 2, (int64_t[]){rows, in.dims[2]}), kernel, bias);
  return knn__reshape(s, y, 3, (int64_t[]){in.dims[0], in.dims[1], kernel->spec.dims[1]});
}

bool knn__is_activation(const knn_object *activation, const char *name) {
  return activation && strcmp(knn_object_class(activation)->name, name) == 0;
}

knn__spec knn__cell_state_spec(const knn_layer *cell, const knn__spec *step, int64_t units) {
  return (knn__spec){.dtype = knn__layer_dtype(cell), .rank = 2, .dims = {step->dims[0], units}};
}

/* (batch, 1, ...) of zeros, also where x holds NaN. */
static knn_value *zero_rows(knn__scope *s, knn_value *x, int rank, knn_dtype type) {
  const int64_t rest = knn__count(x->spec.rank - 1, x->spec.dims + 1);
  int64_t dims[KNN_MAX_RANK];
  for (int i = 0; i < rank; i++) dims[i] = i ? 1 : KNN_ANY;
  knn_value *flat = knn__reshape(s, x, 2, (int64_t[]){KNN_ANY, rest});
  knn_value *column = knn__slice_axis(s, flat, 1, 0, 1, 1);
  return knn__reshape(s, knn__cast(s, knn__less(s, column, column), type), rank, dims);
}

knn_value *knn__zero_state(knn__scope *s, const knn__spec *spec, knn_value *like) {
  if (s->status != KNN_OK) return NULL;
  knn_value *zero = knn__scalar(s, spec->dtype, 0);
  if (spec->dims[0] != KNN_ANY) return knn__broadcast_to(s, zero, spec->rank, spec->dims);
  int64_t row[KNN_MAX_RANK];
  memcpy(row, spec->dims, sizeof row);
  row[0] = 1;
  return knn__add(s, zero_rows(s, like, spec->rank, spec->dtype),
                  knn__broadcast_to(s, zero, spec->rank, row));
}

knn_value *knn__cell_state(knn__scope *s, const knn__layer_io *io, int i, const knn__spec *spec) {
  return i + 1 < io->n_in ? io->in[i + 1] : knn__zero_state(s, spec, io->in[0]);
}
