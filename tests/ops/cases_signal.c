/* cases_signal.c - sequences, signals and their spectra. */
#include <math.h>

#include "cases.h"

/* Does the path, repeats merged and blanks dropped, read as the n labels? */
static bool reads_as(const int *path, int steps, int blank, const double *labels, int n) {
  int found = 0;
  for (int t = 0; t < steps; t++) {
    if (path[t] == blank || (t > 0 && path[t] == path[t - 1])) continue;
    if (found == n || labels[found++] != path[t]) return false;
  }
  return found == n;
}

/* The next path in counting order; false behind the last one. */
static bool next_path(int *path, int steps, int classes) {
  for (int t = 0; t < steps; t++) {
    if (++path[t] < classes) return true;
    path[t] = 0;
  }
  return false;
}

/* The probabilities of all paths that read as the labels, added up. */
static void ctc_of_all_paths(const op_array *in, int n_in, op_array *out, int n_out) {
  const int most = (int)in[0].dims[1], all_steps = (int)in[1].dims[1], classes = (int)in[1].dims[2];
  (void)n_in, (void)n_out;
  for (int64_t b = 0; b < out[0].n; b++) {
    const double *logits = in[1].v + b * all_steps * classes;
    const int steps = (int)in[3].v[b];
    int path[16] = {0};
    double sum = 0, log_sums = 0;
    for (int t = 0; t < steps; t++) {
      double of_step = 0;
      for (int k = 0; k < classes; k++) of_step += exp(logits[t * classes + k]);
      log_sums += log(of_step);
    }
    do {
      double log_path = 0;
      for (int t = 0; t < steps; t++) log_path += logits[t * classes + path[t]];
      if (reads_as(path, steps, 0, in[0].v + b * most, (int)in[2].v[b])) sum += exp(log_path);
    } while (next_path(path, steps, classes));
    out[0].v[b] = log_sums - log(sum);
  }
}

/* Steps say 1 1 0 1 and 2 1 2. */
static void decoded(const op_array *in, int n_in, op_array *out, int n_out) {
  static const double labels[] = {1, 1, -1, -1, 2, 1, 2, -1}, scores[] = {-9, -6};
  (void)in, (void)n_in, (void)n_out;
  memcpy(out[0].v, labels, sizeof labels);
  memcpy(out[1].v, scores, sizeof scores);
}

/* Repeats merged and blanks, which are 0, dropped; -1 fills up. */
static void read_path(const int *path, int steps, int all_steps, int *labels) {
  int n = 0;
  for (int t = 0; t < steps; t++)
    if (path[t] != 0 && (t == 0 || path[t] != path[t - 1])) labels[n++] = path[t];
  while (n < all_steps) labels[n++] = -1;
}

/* All paths of four steps and three classes, added up by what they read as; the three best. */
static void most_probable(const op_array *in, int n_in, op_array *out, int n_out) {
  enum { STEPS = 4, CLASSES = 3, MOST = 81, TOP = 3 };
  (void)n_in, (void)n_out;
  for (int64_t b = 0; b < in[0].dims[0]; b++) {
    const double *logits = in[0].v + b * STEPS * CLASSES;
    const int steps = (int)in[1].v[b];
    int path[STEPS] = {0}, labels[MOST][STEPS], n = 0;
    double p[MOST] = {0};
    do {
      double own = 1;
      for (int t = 0; t < steps; t++) {
        const double *x = logits + t * CLASSES;
        own *= exp(x[path[t]]) / (exp(x[0]) + exp(x[1]) + exp(x[2]));
      }
      read_path(path, steps, STEPS, labels[n]);
      int at = 0;
      while (memcmp(labels[at], labels[n], sizeof labels[n]) != 0) at++;
      p[at] += own;
      n += at == n;
    } while (next_path(path, steps, CLASSES));
    for (int k = 0; k < TOP; k++) {
      int best = 0;
      for (int i = 1; i < n; i++)
        if (p[i] > p[best]) best = i;
      for (int t = 0; t < STEPS; t++)
        out[0].v[(k * in[0].dims[0] + b) * STEPS + t] = labels[best][t];
      out[1].v[b * TOP + k] = log(p[best]);
      p[best] = 0;
    }
  }
}

/* Sums of n products, as the definition has it; sign: of the exponent. */
static void transform(const op_array *in, op_array *out, double sign, double scale) {
  const int64_t n = in[0].dims[in[0].rank - 1];
  for (int64_t i = 0; i < in[0].n; i++)
    for (int64_t t = 0; t < n; t++) {
      const int64_t from = i - i % n + t;
      const double angle = sign * 2 * M_PI * (double)(i % n * t % n) / (double)n;
      const double re = in[0].v[from], im = in[1].v[from];
      out[0].v[i] += scale * (re * cos(angle) - im * sin(angle));
      out[1].v[i] += scale * (re * sin(angle) + im * cos(angle));
    }
}

static void forth(const op_array *in, int n_in, op_array *out, int n_out) {
  (void)n_in, (void)n_out;
  transform(in, out, -1, 1);
}

static void back(const op_array *in, int n_in, op_array *out, int n_out) {
  (void)n_in, (void)n_out;
  transform(in, out, 1, 1 / (double)in[0].dims[in[0].rank - 1]);
}

/* The first half of the frequencies of as many real numbers as there are. */
static void real_forth(const op_array *in, int n_in, op_array *out, int n_out) {
  const int64_t n = in[0].dims[in[0].rank - 1], half = out[0].dims[out[0].rank - 1];
  (void)n_in, (void)n_out;
  for (int64_t i = 0; i < out[0].n; i++)
    for (int64_t t = 0; t < n; t++) {
      const double angle = 2 * M_PI * (double)(i % half * t % n) / (double)n;
      out[0].v[i] += in[0].v[i / half * n + t] * cos(angle);
      out[1].v[i] -= in[0].v[i / half * n + t] * sin(angle);
    }
}

/* Pieces of `stride` 2. */
static void pieces(const op_array *in, int n_in, op_array *out, int n_out) {
  const int64_t n = in[0].dims[in[0].rank - 1], count = out[0].dims[out[0].rank - 2],
                length = out[0].dims[out[0].rank - 1];
  (void)n_in, (void)n_out;
  for (int64_t i = 0; i < out[0].n; i++)
    out[0].v[i] = in[0].v[i / (count * length) * n + i / length % count * 2 + i % length];
}

static void sum_of_pieces(const op_array *in, int n_in, op_array *out, int n_out) {
  const int64_t n = out[0].dims[out[0].rank - 1], count = in[0].dims[in[0].rank - 2],
                length = in[0].dims[in[0].rank - 1];
  (void)n_in, (void)n_out;
  for (int64_t i = 0; i < in[0].n; i++)
    out[0].v[i / (count * length) * n + i / length % count * 2 + i % length] += in[0].v[i];
}

const op_case cases_signal[] = {
    {.op = "dft", .inputs = "f(2,8) f(2,8)", .formula = forth, .big = "f(100,360) f(100,360)"},
    {.op = "dft",
     .options = "inverse=true, divided=true",
     .inputs = "f(2,30) f(2,30)",
     .formula = back},
    {.op = "dft", .inputs = "f(7) f(7)", .formula = forth, .skip = OP_NO_ANY},
    {.op = "dft", .inputs = "f(3,1) f(3,1)", .formula = forth},
    {.op = "dft", .inputs = "f(2,3) f(2,4)", .error = "(2, 3) and float32 (2, 4)"},
    {.op = "rfft", .inputs = "f(3,9)", .formula = real_forth, .big = "f(100,200)"},
    {.op = "rfft", .inputs = "f(3,6)", .formula = real_forth},
    {.op = "rfft", .options = "fft_length=4", .inputs = "f(3,6)"},
    {.op = "rfft", .inputs = "f(3,0)", .error = "the last axis of (3, 0) must be known and not 0"},
    {.op = "inverse_rfft", .inputs = "f(3,4) f(3,4)"},
    {.op = "inverse_rfft", .options = "fft_length=7", .inputs = "f(3,4) f(3,4)"},
    {.op = "inverse_rfft", .options = "fft_length=1", .inputs = "f(3,1) f(3,1)"},
    {.op = "inverse_rfft", .inputs = "f(3,1) f(3,1)", .error = "give fft_length"},
    {.op = "spectra",
     .options = "sequence_length=6, sequence_stride=2, fft_length=8",
     .inputs = "f(3,11)"},
    {.op = "spectra",
     .options = "sequence_length=4, sequence_stride=3, fft_length=4, center=false",
     .inputs = "f(3,11) f(4)"},
    {.op = "spectra",
     .options = "sequence_length=6, sequence_stride=2, fft_length=4",
     .inputs = "f(3,11)",
     .error = "fft_length 4 is less than sequence_length 6"},
    {.op = "spectra",
     .options = "sequence_length=6, sequence_stride=2, fft_length=8",
     .inputs = "f(3,4)",
     .error = "4 elements are too few to be mirrored"},
    {.op = "extract_sequences",
     .options = "sequence_length=4, sequence_stride=2",
     .inputs = "f(2,3,9)",
     .formula = pieces,
     .big = "f(50,20,99)"},
    {.op = "extract_sequences",
     .options = "sequence_length=1, sequence_stride=2",
     .inputs = "i(2,5)",
     .formula = pieces},
    {.op = "extract_sequences",
     .options = "sequence_length=4, sequence_stride=2",
     .inputs = "f(2,3)",
     .error = "sequence_length 4 is more than the last axis of (2, 3) has"},
    {.op = "overlap_add",
     .options = "sequence_stride=2",
     .inputs = "f(2,3,4,5)",
     .formula = sum_of_pieces,
     .big = "f(50,20,40,5)"},
    {.op = "overlap_add",
     .options = "sequence_stride=2",
     .inputs = "f(2,4,5) b(2,12)",
     .formula = sum_of_pieces},
    {.op = "overlap_add",
     .options = "sequence_stride=2",
     .inputs = "f(2,4,5) b(2,13)",
     .error = "13 elements are not what pieces (2, 4, 5) were taken from"},

    {.op = "ctc_loss",
     .inputs = "i(4,3)={1,2,1,2,2,0,1,0,0,2,1,0} f(4,6,3) i(4)={3,2,0,2} i(4)={6,5,4,2}",
     .formula = ctc_of_all_paths,
     .big = "u(40,9)[1:3] f(40,300,5) i(40)[0:9] i(40)[100:300]"},
    {.op = "ctc_loss",
     .options = "mask_index=3",
     .inputs = "i(2,2)={1,2,0,0} f(2,5,4) l(2)={2,2} l(2)={5,3}"},
    {.op = "ctc_loss",
     .options = "mask_index=4",
     .inputs = "i(2,2) f(2,5,4) i(2) i(2)",
     .error = "mask_index 4 is no class: output (2, 5, 4) has 0 .. 3"},
    {.op = "ctc_loss", .inputs = "i(2,2) f(2,5) i(2) i(2)", .error = "(batch, steps, classes)"},
    {.op = "ctc_loss", .inputs = "i(3,2) f(2,5,4) i(2) i(2)", .error = "(batch, n) for output"},
    {.op = "ctc_loss",
     .inputs = "i(2,2) f(2,5,4) i(2) i(3)",
     .error = "output_length must hold one number per sample of (2, 5, 4), got (3,)"},
    {.op = "ctc_loss",
     .inputs = "i(2,2) f(2,5,4) i(2)={1,3} i(2)={5,5}",
     .error = "target_length of sample 2 is 3, but there are 0 .. 2 labels"},
    {.op = "ctc_loss",
     .inputs = "i(1,2)={1,4} f(1,5,4) i(1)={2} i(1)={5}",
     .error = "label 2 of sample 1 is 4, outside of the classes 0 .. 3"},
    {.op = "ctc_loss_grad",
     .inputs = "i(2,2)={1,2,1,1} f(2,5,3) i(2)={2,2} i(2)={5,4} f(2)",
     .skip = OP_NO_SECOND},
    {.op = "ctc_loss_grad",
     .inputs = "i(2,2)={1,2,1,1} f(2,5,3) i(2)={2,2} i(2)={5,4} f(2) f(2,5,3)",
     .skip = OP_NO_GRADIENT},
    {.op = "ctc_decode",
     .inputs = "f(2,4,3)={0,2,1,0,2,1,3,2,1,0,2,1,0,1,2,0,2,1,0,1,2,5,5,5} i(2)={4,3}",
     .formula = decoded},
    {.op = "ctc_decode",
     .options = "strategy=beam_search, beam_width=100, top_paths=3",
     .inputs = "f(2,4,3) i(2)={4,3}",
     .formula = most_probable,
     .tolerance = 1e-5},
    {.op = "ctc_decode",
     .options = "strategy=beam_search, top_paths=2, beam_width=1",
     .inputs = "f(2,4,3) i(2)={4,3}",
     .error = "top_paths 2 is more than beam_width 1"},
    {.op = "ctc_decode",
     .inputs = "f(2,4,3) i(2)={4,5}",
     .error = "sequence_lengths of sample 2 is 5, but there are 0 .. 4 steps"},
    {0},
};
