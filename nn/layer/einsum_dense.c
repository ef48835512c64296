/* einsum_dense.c - a dense layer over axes of choice: y = activation(einsum(equation, x, kernel) +
 * bias). The equation is X,Y->Z with letters for axes, or ...X,Y->...Z, or X...,Y->Z...:
 * "ab,bc->ac" is Dense. output_shape: sizes of the result without the batch (nor the axes of
 * "..."), null where the input's is taken. A size of the kernel is the result's if its letter
 * stands in Z, else the input's. bias_axes: letters of Z; the bias has the result's axes from the
 * first of them on, of size 1 where the letter is not among them. */
#include <string.h>

#include "reg.h"

typedef struct einsum_args {
  knn__layer_common common;
  char *equation, *bias_axes;
  knn_ints output_shape;
  knn_object *activation, *kernel_initializer, *bias_initializer, *kernel_regularizer,
      *bias_regularizer, *kernel_constraint, *bias_constraint;
} einsum_args;

typedef struct einsum_fields {
  knn_variable *kernel, *bias;
} einsum_fields;

static const knn_param params[] = {
    KNN__PARAM(einsum_args, equation, KNN_P_STRING, NULL,
               "Letters for the axes of input, kernel and result: \"abc,cd->abd\".",
               .positional = true),
    KNN__PARAM(einsum_args, output_shape, KNN_P_INTS, NULL,
               "Sizes of the result without the batch; null: the input's.", .mark = KNN_SIZE,
               .positional = true, .min = 1, .max = 1e9),
    KNN__ACTIVATION_PARAM(einsum_args),
    KNN__PARAM(einsum_args, bias_axes, KNN_P_STRING, "null",
               "Letters of the result's axes that have a bias; null: no bias."),
    KNN__INITIALIZER_PARAM(einsum_args, kernel_initializer, "glorot_uniform", "kernel"),
    KNN__INITIALIZER_PARAM(einsum_args, bias_initializer, "zeros", "bias"),
    KNN__REGULARIZER_PARAM(einsum_args, kernel_regularizer, "kernel"),
    KNN__REGULARIZER_PARAM(einsum_args, bias_regularizer, "bias"),
    KNN__CONSTRAINT_PARAM(einsum_args, kernel_constraint, "kernel"),
    KNN__CONSTRAINT_PARAM(einsum_args, bias_constraint, "bias"),
    KNN__LAYER_PARAMS(einsum_args),
};

/* One list of letters; "..." before or after it. */
typedef struct letters {
  char text[KNN_MAX_RANK + 1];
  int n;
  bool dots_left, dots_right;
} letters;

typedef struct equation {
  letters x, kernel, y;
} equation;

/* The letters up to `end` (0 = the end of the text); NULL if there are others, else behind it. */
static const char *read_letters(const char *at, const char *end, letters *out) {
  *out = (letters){.n = 0};
  if (strncmp(at, "...", 3) == 0) out->dots_left = true, at += 3;
  for (; (*at >= 'a' && *at <= 'z') || (*at >= 'A' && *at <= 'Z'); at++) {
    if (out->n == KNN_MAX_RANK || strchr(out->text, *at)) return NULL;
    out->text[out->n++] = *at;
  }
  if (strncmp(at, "...", 3) == 0 && !out->dots_left) out->dots_right = true, at += 3;
  const size_t n = strlen(end);
  if (out->n == 0 || (n ? strncmp(at, end, n) != 0 : *at != 0)) return NULL;
  return at + n;
}

static int place(const letters *l, char letter) {
  const char *at = strchr(l->text, letter);
  return at ? (int)(at - l->text) : -1;
}

static knn_status read_equation(knn_layer *layer, equation *e) {
  const einsum_args *args = layer->base.args;
  const char *at = read_letters(args->equation, ",", &e->x);
  if (at) at = read_letters(at, "->", &e->kernel);
  if (at) at = read_letters(at, "", &e->y);
  const bool same_dots = at && e->x.dots_left == e->y.dots_left &&
                         e->x.dots_right == e->y.dots_right && !e->kernel.dots_left &&
                         !e->kernel.dots_right;
  if (same_dots) return KNN_OK;
  return knn_fail(layer->base.ctx, KNN_EARG,
                  "'equation' must be of the form X,Y->Z, ...X,Y->...Z or X...,Y->Z... with "
                  "different letters for the axes, got '%s'",
                  args->equation);
}

static knn_status check(knn_layer *layer) {
  const einsum_args *args = layer->base.args;
  knn_ctx *ctx = layer->base.ctx;
  equation e;
  KNN__TRY(read_equation(layer, &e));
  for (int i = 0; i < e.y.n; i++)
    if (place(&e.x, e.y.text[i]) < 0 && place(&e.kernel, e.y.text[i]) < 0)
      return knn_fail(ctx, KNN_EARG,
                      "'%c' of the result stands neither in the input nor in the "
                      "kernel of '%s'",
                      e.y.text[i], args->equation);
  for (int i = 0; i < e.kernel.n; i++)
    if (place(&e.x, e.kernel.text[i]) < 0 && place(&e.y, e.kernel.text[i]) < 0)
      return knn_fail(ctx, KNN_EARG,
                      "'%c' of the kernel stands neither in the input nor in the "
                      "result of '%s'",
                      e.kernel.text[i], args->equation);
  for (const char *c = args->bias_axes; c && *c; c++)
    if (place(&e.y, *c) < 0)
      return knn_fail(ctx, KNN_EARG, "'%c' of 'bias_axes' is no axis of the result of '%s'", *c,
                      args->equation);
  return KNN_OK;
}

/* Shape of the result: the batch, output_shape, and the input's axes of "..." on their side. */
static knn_status result_shape(knn_layer *layer, const equation *e, const knn__spec *x,
                               knn__spec *y) {
  const einsum_args *args = layer->base.args;
  const int dots = x->rank - e->x.n;
  const bool any_dots = e->x.dots_left || e->x.dots_right;
  if (dots < 0 || (dots > 0 && !any_dots))
    return knn_fail(layer->base.ctx, KNN_ESHAPE, "input with %s%d axes expected by '%s', got %s",
                    any_dots ? "at least " : "", e->x.n, args->equation, KNN__SPEC(*x));
  *y = (knn__spec){.dtype = x->dtype, .rank = 1, .dims = {x->dims[0]}};
  const int rank = e->y.n + dots;
  if (1 + args->output_shape.n + (dots > 1 ? dots - e->x.dots_left : dots * e->x.dots_right) !=
          rank ||
      rank > KNN_MAX_RANK)
    return knn_fail(layer->base.ctx, KNN_EARG,
                    "'output_shape' has %d sizes, which do not fit the result of '%s' for input %s",
                    args->output_shape.n, args->equation, KNN__SPEC(*x));
  for (int i = 1; e->x.dots_left && i < dots; i++) y->dims[y->rank++] = x->dims[i];
  for (int i = 0; i < args->output_shape.n; i++) y->dims[y->rank++] = args->output_shape.v[i];
  for (int i = 0; e->x.dots_right && i < dots; i++) y->dims[y->rank++] = x->dims[e->x.n + i];
  for (int i = 0; i < e->y.n; i++) {
    const int in = place(&e->x, e->y.text[i]), at = i + (e->y.dots_left ? dots : 0);
    if (in < 0) continue;
    const int64_t size = x->dims[in + (e->x.dots_left ? dots : 0)];
    if (y->dims[at] == KNN_ANY) y->dims[at] = size;
    if (y->dims[at] != size && size != KNN_ANY)
      return knn_fail(layer->base.ctx, KNN_ESHAPE,
                      "axis '%c' of '%s' has size %lld in the input %s and %lld in the result",
                      e->y.text[i], args->equation, (long long)size, KNN__SPEC(*x),
                      (long long)y->dims[at]);
  }
  return KNN_OK;
}

/* The kernel's initializer, told which axes are inputs and which outputs where it scales by them
 * and was not told already. *out is counted. */
static knn_status initializer_for(knn_layer *layer, const equation *e, knn_object **out) {
  const einsum_args *args = layer->base.args;
  knn_object *given = args->kernel_initializer;
  knn_config *config = NULL;
  int64_t in[KNN_MAX_RANK], to[KNN_MAX_RANK];
  int n_in = 0, n_to = 0;
  *out = given;
  if (!given) return KNN_OK;
  for (int i = 0; i < e->kernel.n; i++) {
    if (place(&e->y, e->kernel.text[i]) >= 0)
      to[n_to++] = i;
    else
      in[n_in++] = i;
  }
  KNN__TRY(knn_object_config(given, &config));
  const knn_config *axes = knn_config_get(config, "input_axes");
  knn_status st = KNN_OK;
  if (axes && knn_config_kind_of(axes) == KNN_CONFIG_NULL) {
    st = knn_config_set_ints(config, "input_axes", n_in, in);
    if (st == KNN_OK) st = knn_config_set_ints(config, "output_axes", n_to, to);
    if (st == KNN_OK)
      st = knn_object_new(layer->base.ctx, "initializer", knn_object_class(given)->name, config,
                          out);
  } else {
    knn_object_retain(given);
  }
  knn_config_release(config);
  return st;
}

static knn_status add_kernel(knn_layer *layer, const equation *e, const knn__spec *x,
                             const knn__spec *y) {
  const einsum_args *args = layer->base.args;
  einsum_fields *f = layer->fields;
  const int dots = x->rank - e->x.n;
  knn_object *initializer = NULL;
  int64_t dims[KNN_MAX_RANK];
  for (int i = 0; i < e->kernel.n; i++) {
    const int at = place(&e->y, e->kernel.text[i]), in = place(&e->x, e->kernel.text[i]);
    dims[i] = at >= 0 ? y->dims[at + (e->y.dots_left ? dots : 0)]
                      : x->dims[in + (e->x.dots_left ? dots : 0)];
    if (dims[i] == KNN_ANY)
      return knn_fail(layer->base.ctx, KNN_ESHAPE,
                      "axis '%c' of '%s' must have a known size, got "
                      "input %s",
                      e->kernel.text[i], args->equation, KNN__SPEC(*x));
    if (at < 0) knn__fix_axis(layer, in - (e->x.dots_left ? e->x.n : 0), dims[i]);
  }
  KNN__TRY(initializer_for(layer, e, &initializer));
  const knn_status st =
      knn__add_weight(layer, "kernel", e->kernel.n, dims, initializer, args->kernel_regularizer,
                      args->kernel_constraint, true, &f->kernel);
  knn_object_release(initializer);
  return st;
}

static knn_status add_bias(knn_layer *layer, const equation *e, const knn__spec *y) {
  const einsum_args *args = layer->base.args;
  einsum_fields *f = layer->fields;
  const int dots = y->rank - e->y.n;
  int first = e->y.n, rank = 0;
  int64_t dims[KNN_MAX_RANK];
  if (!args->bias_axes || !*args->bias_axes) return KNN_OK;
  for (const char *c = args->bias_axes; *c; c++)
    if (place(&e->y, *c) < first) first = place(&e->y, *c);
  for (int i = first; i < e->y.n; i++)
    dims[rank++] =
        strchr(args->bias_axes, e->y.text[i]) ? y->dims[i + (e->y.dots_left ? dots : 0)] : 1;
  for (int i = 0; e->y.dots_right && i < dots; i++) dims[rank++] = 1;
  return knn__add_weight(layer, "bias", rank, dims, args->bias_initializer, args->bias_regularizer,
                         args->bias_constraint, true, &f->bias);
}

static knn_status build(knn_layer *layer, const knn__spec *in, int n_in) {
  equation e;
  knn__spec y = *in;
  (void)n_in;
  KNN__TRY(read_equation(layer, &e));
  KNN__TRY(result_shape(layer, &e, in, &y));
  KNN__TRY(add_kernel(layer, &e, in, &y));
  return add_bias(layer, &e, &y);
}

static void call(knn_layer *layer, knn__scope *s, knn__layer_io *io) {
  const einsum_args *args = layer->base.args;
  const einsum_fields *f = layer->fields;
  knn_value *y = knn__einsum(s, args->equation, 2, (knn_value *[]){io->in[0], f->kernel->value});
  if (f->bias) y = knn__add(s, y, f->bias->value);
  io->out[0] = knn__activate(args->activation, s, y);
}

const knn__layer_def knn__layer_einsum_dense = {
    .cls = {.family = "layer",
            .name = "EinsumDense",
            .summary = "A dense layer over axes of choice, in Einstein's notation.",
            .detail = "y = activation(einsum(equation, x, kernel) + bias). Weights: kernel (sizes "
                      "of the equation's second list), bias (result's axes from the first of "
                      "bias_axes on).",
            .shapes = "as the equation says",
            .example =
                "local y = knn.layers.EinsumDense{\"abc,cd->abd\", {knn.ANY, 8}, bias_axes = "
                "\"d\"}(knn.ones{2, 3, 4})",
            .source = "Keras, EinsumDense",
            .see = "Dense|MultiHeadAttention",
            KNN__PARAMS(params, einsum_args)},
    .min_rank = 1,
    .fields_size = sizeof(einsum_fields),
    .check = check,
    .build = build,
    .call = call,
};
