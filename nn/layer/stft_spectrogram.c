/* stft_spectrogram.c - spectra of each channel over time, by convolution with waves: kernels that
 * can be trained. x (batch, steps, channels) -> (batch, new steps, channels bins), or with
 * expand_dims (batch, new steps, bins, channels); channels_first: (batch, channels, steps) ->
 * (batch, channels bins, new steps) or (batch, channels, new steps, bins). bins = fft_length / 2 +
 * 1; mode stft gives the real and then the imaginary ones. */
#include <stdio.h>

#include "geometry.h"
#include "initializer.h"

typedef struct stft_args {
  knn__layer_common common;
  int mode, window, scaling, padding, data_format;
  int64_t frame_length, frame_step, fft_length;
  bool periodic, expand_dims;
} stft_args;

enum { LOG, MAGNITUDE, PSD, REAL, IMAG, ANGLE, STFT };

typedef struct stft_fields {
  knn_variable *real, *imag;
} stft_fields;

static const knn_param params[] = {
    KNN__PARAM(stft_args, mode, KNN_P_ENUM, "log",
               "What is told of a wave: log of its magnitude, the magnitude, its power counted on "
               "both sides, one of its parts, its angle, or both parts.",
               .choices = "log|magnitude|psd|real|imag|angle|stft"),
    KNN__PARAM(stft_args, frame_length, KNN_P_INT, "256", "Elements of a piece.", .mark = KNN_SIZE,
               .min = 1, .max = 1e9),
    KNN__PARAM(stft_args, frame_step, KNN_P_INT, "null",
               "Elements from one start to the next; default: half of frame_length.",
               .nullable = true, .mark = KNN_SIZE, .min = 1, .max = 1e9),
    KNN__PARAM(stft_args, fft_length, KNN_P_INT, "null",
               "Elements of a transform; default: the power of 2 from frame_length on.",
               .nullable = true, .mark = KNN_SIZE, .min = 1, .max = 1e9),
    KNN__PARAM(stft_args, window, KNN_P_ENUM, "hann", "What a piece is multiplied by, or nothing.",
               .choices = "hann|hamming", .nullable = true),
    KNN__PARAM(stft_args, periodic, KNN_P_BOOL, "false",
               "The window of a spectrum (periodic), or of a filter."),
    KNN__PARAM(stft_args, scaling, KNN_P_ENUM, "density",
               "Divide by the root of the window's sum of squares, by its sum, or by nothing.",
               .choices = "density|spectrum", .nullable = true),
    KNN__PADDING_PARAM(stft_args, "valid|same"),
    KNN__PARAM(stft_args, expand_dims, KNN_P_BOOL, "false", "Give bins an axis of their own."),
    KNN__DATA_FORMAT_PARAM(stft_args),
    KNN__LAYER_PARAMS(stft_args),
};

static int64_t step_of(const stft_args *args) {
  if (args->frame_step != KNN_NONE) return args->frame_step;
  return args->frame_length > 1 ? args->frame_length / 2 : 1;
}

static int64_t bins_of(const stft_args *args) {
  int64_t n = 1;
  while (n < args->frame_length) n *= 2;
  return (args->fft_length == KNN_NONE ? n : args->fft_length) / 2 + 1;
}

static knn_status check(knn_layer *layer) {
  const stft_args *args = layer->base.args;
  knn_ctx *ctx = layer->base.ctx;
  if (args->frame_step != KNN_NONE && args->frame_step > args->frame_length)
    return knn_fail(ctx, KNN_EARG, "'frame_step' %lld is more than 'frame_length' %lld",
                    (long long)args->frame_step, (long long)args->frame_length);
  if (args->fft_length != KNN_NONE && args->fft_length < args->frame_length)
    return knn_fail(ctx, KNN_EARG, "'fft_length' %lld is less than 'frame_length' %lld",
                    (long long)args->fft_length, (long long)args->frame_length);
  return KNN_OK;
}

/* (frame_length, 1, bins), filled by the initializer STFT. */
static knn_status add_kernel(knn_layer *layer, const char *name, const char *side,
                             knn_variable **out) {
  static const char *const windows[] = {"hann", "hamming"}, *const scalings[] = {"density",
                                                                                 "spectrum"};
  const stft_args *args = layer->base.args;
  knn_ctx *ctx = layer->base.ctx;
  knn_config *options = NULL;
  knn_object *waves = NULL;
  char text[120];
  snprintf(text, sizeof text, "side=%s, window=%s, scaling=%s, periodic=%s", side,
           args->window < 0 ? "null" : windows[args->window],
           args->scaling < 0 ? "null" : scalings[args->scaling], args->periodic ? "true" : "false");
  KNN__TRY(knn_config_parse(ctx, text, &options));
  knn_status st = knn_object_new(ctx, "initializer", "STFT", options, &waves);
  knn_config_release(options);
  if (st == KNN_OK)
    st = knn__add_weight(layer, name, 3, (int64_t[]){args->frame_length, 1, bins_of(args)}, waves,
                         NULL, NULL, true, out);
  knn_object_release(waves);
  return st;
}

static knn_status build(knn_layer *layer, const knn__spec *in, int n_in) {
  const stft_args *args = layer->base.args;
  stft_fields *f = layer->fields;
  int64_t channels;
  (void)n_in;
  KNN__TRY(knn__need_channels(layer, &in[0], knn__channels_first(args->data_format), &channels));
  if (args->mode != IMAG) KNN__TRY(add_kernel(layer, "real_kernel", "real", &f->real));
  if (args->mode != REAL) KNN__TRY(add_kernel(layer, "imag_kernel", "imag", &f->imag));
  return KNN_OK;
}

/* Each channel by itself: (batch, new steps, channels, bins). */
static knn_value *waves(const stft_args *args, knn__scope *s, knn_value *x, knn_variable *kernel) {
  const knn_ints size = {.n = 1, .v = {args->frame_length}}, step = {.n = 1, .v = {step_of(args)}};
  knn__window window;
  if (s->status != KNN_OK) return NULL;
  const int64_t channels = x->spec.dims[2];
  s->status = knn__place_window(s->ctx, "frame", &x->spec, &size, &step, NULL,
                                (knn__padding)args->padding, &window);
  knn_value *w = knn__tile(s, kernel->value, 3, (int64_t[]){1, 1, channels});
  knn_value *y = knn__conv_op(s, x, w, &window, channels);
  return knn__reshape_tail(s, y, 2, 2, (int64_t[]){channels, bins_of(args)});
}

/* The frequencies between the first and the last one count twice. */
static knn_value *both_sides(const stft_args *args, knn__scope *s, knn_value *power) {
  const int64_t bins = bins_of(args), one[] = {0, 0, 0, 1};
  if (bins < 3) return power;
  knn_value *inner = knn__slice_axis(s, power, 3, 1, bins - 2, 1);
  return knn__add(s, power, knn__pad(s, inner, one, one, 0));
}

static knn_value *told(const stft_args *args, knn__scope *s, knn_value *re, knn_value *im) {
  if (args->mode == REAL) return re;
  if (args->mode == IMAG) return im;
  if (args->mode == ANGLE) return knn__arctan2(s, im, re);
  if (args->mode == STFT) return knn__concatenate(s, 2, (knn_value *[]){re, im}, 3);
  knn_value *power = knn__add(s, knn__square(s, re), knn__square(s, im));
  if (args->mode == PSD) return both_sides(args, s, power);
  knn_value *least = knn__scalar_like(s, power, 1e-7); /* Keras's epsilon */
  knn_value *magnitude = knn__sqrt(s, knn__maximum(s, power, least));
  return args->mode == LOG ? knn__log(s, knn__maximum(s, magnitude, least)) : magnitude;
}

/* (batch, steps, channels, bins) as the options want it. */
static knn_value *arranged(const stft_args *args, knn__scope *s, knn_value *y) {
  const bool first = knn__channels_first(args->data_format);
  if (s->status != KNN_OK) return NULL;
  const int64_t all = y->spec.dims[2] * y->spec.dims[3];
  if (args->expand_dims)
    return knn__transpose(s, y, 4, first ? (int64_t[]){0, 2, 1, 3} : (int64_t[]){0, 1, 3, 2});
  return knn__to_channels_first(s, knn__reshape_tail(s, y, 2, 1, &all), first);
}

static void call(knn_layer *layer, knn__scope *s, knn__layer_io *io) {
  const stft_args *args = layer->base.args;
  const stft_fields *f = layer->fields;
  knn_value *x = knn__to_channels_last(s, io->in[0], knn__channels_first(args->data_format));
  knn_value *re = f->real ? waves(args, s, x, f->real) : NULL,
            *im = f->imag ? waves(args, s, x, f->imag) : NULL;
  io->out[0] = arranged(args, s, told(args, s, re, im));
}

const knn__layer_def knn__layer_stft_spectrogram = {
    .cls = {.family = "layer",
            .name = "STFTSpectrogram",
            .summary = "Spectra of a signal over time, with waves that can be trained.",
            .detail = "A short-time Fourier transform of each channel, as a convolution. Weights: "
                      "real_kernel and imag_kernel (frame_length, 1, bins).",
            .shapes = "x (batch, steps, channels) -> (batch, new steps, channels bins), or with "
                      "expand_dims (batch, new steps, bins, channels)",
            .example = "local y = knn.layers.STFTSpectrogram{frame_length = 16}(knn.randn(2, 100, "
                       "1))",
            .source = "Keras, STFTSpectrogram",
            .see = "MelSpectrogram|Conv1D",
            KNN__PARAMS(params, stft_args)},
    .min_rank = 3,
    .max_rank = 3,
    .fields_size = sizeof(stft_fields),
    .check = check,
    .build = build,
    .call = call,
};
