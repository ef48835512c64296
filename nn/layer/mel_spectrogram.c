/* mel_spectrogram.c - spectra of sound over time on the mel scale. x (batch, n) or (n) -> (batch,
 * num_mel_bins, pieces) or (num_mel_bins, pieces): magnitudes of the short-time Fourier transform
 * to the power mag_exp, summed under triangles that are evenly spaced in mel = 1127 ln(1 + hertz /
 * 700), in decibels. The lowest decibels are those of the whole input's highest less top_db, as in
 * Keras. Source: Hidden Markov Model Toolkit, which leaves out the frequency 0. */
#include <math.h>
#include <string.h>

#include "numbers.h"

typedef struct mel_args {
  knn__layer_common common;
  int64_t fft_length, sequence_stride, sequence_length, sampling_rate, num_mel_bins;
  knn_config *window;
  double min_freq, max_freq, top_db, mag_exp, min_power, ref_power;
  bool power_to_db;
} mel_args;

static const knn_param params[] = {
    KNN__PARAM(mel_args, fft_length, KNN_P_INT, "2048", "Elements of a transform.",
               .mark = KNN_SIZE, .min = 2, .max = 1e9),
    KNN__PARAM(mel_args, sequence_stride, KNN_P_INT, "512", "Elements from one start to the next.",
               .mark = KNN_SIZE, .min = 1, .max = 1e9),
    KNN__PARAM(mel_args, sequence_length, KNN_P_INT, "null",
               "Elements under the window; default: fft_length.", .nullable = true,
               .mark = KNN_SIZE, .min = 1, .max = 1e9),
    KNN__PARAM(mel_args, window, KNN_P_CONFIG, "hann",
               "What a piece is multiplied by: \"hann\", \"hamming\", a list of sequence_length "
               "numbers, or nothing.",
               .nullable = true),
    KNN__PARAM(mel_args, sampling_rate, KNN_P_INT, "16000", "Elements per second.",
               .mark = KNN_SIZE, .min = 1, .max = 1e12),
    KNN__PARAM(mel_args, num_mel_bins, KNN_P_INT, "128", "Triangles.", .mark = KNN_COUNT, .min = 1,
               .max = 1e9),
    KNN__PARAM(mel_args, min_freq, KNN_P_FLOAT, "20.0",
               "Where the first triangle begins, in hertz.", .min = 0, .max = 1e12),
    KNN__PARAM(mel_args, max_freq, KNN_P_FLOAT, "null",
               "Where the last triangle ends, in hertz; default: half of sampling_rate.",
               .nullable = true, .min = 0, .max = 1e12),
    KNN__PARAM(mel_args, power_to_db, KNN_P_BOOL, "true", "Give decibels."),
    KNN__PARAM(mel_args, top_db, KNN_P_FLOAT, "80.0",
               "Decibels below the highest that are told apart."),
    KNN__PARAM(mel_args, mag_exp, KNN_P_FLOAT, "2.0", "Power of the magnitudes."),
    KNN__PARAM(mel_args, min_power, KNN_P_FLOAT, "1e-10", "Lowest power, and lowest ref_power."),
    KNN__PARAM(mel_args, ref_power, KNN_P_FLOAT, "1.0", "What is 0 decibels."),
    KNN__LAYER_PARAMS(mel_args),
};

static int64_t sequence_length(const mel_args *args) {
  return args->sequence_length == KNN_NONE ? args->fft_length : args->sequence_length;
}

static bool is_text(const knn_config *option, const char *text) {
  return knn_config_kind_of(option) == KNN_CONFIG_STRING &&
         strcmp(knn_config_get_string(option), text) == 0;
}

static knn_status check(knn_layer *layer) {
  const mel_args *args = layer->base.args;
  knn_ctx *ctx = layer->base.ctx;
  if (args->fft_length < sequence_length(args))
    return knn_fail(ctx, KNN_EARG, "'fft_length' %lld is less than 'sequence_length' %lld",
                    (long long)args->fft_length, (long long)sequence_length(args));
  if (is_text(args->window, "hann") || is_text(args->window, "hamming") ||
      knn_config_kind_of(args->window) == KNN_CONFIG_NULL)
    return KNN_OK;
  return knn__numbers_check(ctx, "window", args->window);
}

static double mel(double hertz) {
  return 1127 * log(1 + hertz / 700);
}

/* What frequency i / num_mel_bins adds to bin i % num_mel_bins. */
static double triangle(const void *arg, int64_t i) {
  const mel_args *args = arg;
  const int64_t n = args->num_mel_bins, frequency = i / n, bin = i % n;
  const double nyquist = (double)args->sampling_rate / 2, low = mel(args->min_freq),
               high = mel(isnan(args->max_freq) ? floor(nyquist) : args->max_freq),
               width = (high - low) / (double)(n + 1), left = low + (double)bin * width,
               here = mel((double)frequency * nyquist / (double)(args->fft_length / 2));
  if (frequency == 0) return 0;
  return fmax(0, fmin(here - left, left + 2 * width - here) / width);
}

static knn_value *decibels(const mel_args *args, knn__scope *s, knn_value *x) {
  const double ref = fmax(fabs(args->ref_power), args->min_power);
  knn_value *floor = knn__scalar_like(s, x, args->min_power);
  x = knn__times(s, knn__log10(s, knn__maximum(s, x, floor)), 10);
  x = knn__plus(s, x, -10 * log10(ref));
  knn_value *most = knn__max(s, x, KNN__ALL_AXES, false);
  return knn__maximum(s, x, knn__plus(s, most, -args->top_db));
}

static knn_value *powers(const mel_args *args, knn__scope *s, knn_value *x) {
  knn_value *parts[2], *window = NULL;
  knn__stft_args stft = {.sequence_length = sequence_length(args),
                         .sequence_stride = args->sequence_stride,
                         .fft_length = args->fft_length,
                         .window = is_text(args->window, "hann")      ? KNN__HANN
                                   : is_text(args->window, "hamming") ? KNN__HAMMING
                                                                      : KNN__NO_WINDOW,
                         .center = true};
  if (s->status == KNN_OK && knn_config_kind_of(args->window) == KNN_CONFIG_LIST)
    window = knn__numbers(s, args->window, x->spec.dtype, 0, NULL);
  knn__stft(s, x, window, &stft, parts);
  if (s->status != KNN_OK) return NULL;
  x = knn__add(s, knn__square(s, parts[0]), knn__square(s, parts[1]));
  return knn__power(s, x, knn__scalar_like(s, x, args->mag_exp / 2));
}

static void call(knn_layer *layer, knn__scope *s, knn__layer_io *io) {
  const mel_args *args = layer->base.args;
  knn_value *x = powers(args, s, io->in[0]);
  const int64_t dims[] = {args->fft_length / 2 + 1, args->num_mel_bins};
  if (s->status != KNN_OK) return;
  x = knn__matmul(s, x, knn__constant(s, x->spec.dtype, 2, dims, triangle, args), false, false);
  if (args->power_to_db) x = decibels(args, s, x);
  if (s->status != KNN_OK) return;
  io->out[0] = x->spec.rank == 2 ? knn__transpose(s, x, 0, NULL)
                                 : knn__transpose(s, x, 3, (int64_t[]){0, 2, 1});
}

const knn__layer_def knn__layer_mel_spectrogram = {
    .cls = {.family = "layer",
            .name = "MelSpectrogram",
            .summary = "Spectra of sound over time on the mel scale.",
            .detail =
                "Powers of a short-time Fourier transform, summed under triangles evenly spaced "
                "in mel = 1127 ln(1 + hertz / 700), in decibels: 10 log10(power / ref_power), at "
                "least the highest of the whole input less top_db.",
            .shapes = "x (batch, n) or (n) -> (batch, num_mel_bins, pieces) or (num_mel_bins, "
                      "pieces)",
            .example = "local y = knn.layers.MelSpectrogram{num_mel_bins = 8, fft_length = 64, "
                       "sequence_stride = 32}(knn.randn(2, 400))",
            .source = "Keras, MelSpectrogram; Davis and Mermelstein 1980",
            .see = "STFTSpectrogram",
            KNN__PARAMS(params, mel_args)},
    .min_rank = 1,
    .max_rank = 2,
    .wide = true,
    .mixes_rows = true,
    .check = check,
    .call = call,
};
