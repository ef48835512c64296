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

const op_case cases_signal[] = {
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
    {0},
};
