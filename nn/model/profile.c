/* profile.c - where the time of a step goes, op by op. */
#include <stdio.h>
#include <string.h>

#include "model.h"
#include "text.h"

static int64_t bytes_of(const knn__buf *bufs, int n) {
  int64_t bytes = 0;
  for (int i = 0; i < n; i++) bytes += bufs[i].n * (int64_t)knn_dtype_size(bufs[i].spec.dtype);
  return bytes;
}

static void add_step(knn__text *text, const knn__step_info *info, double total) {
  double each = info->runs ? info->seconds / (double)info->runs : 0;
  int64_t bytes = bytes_of(info->in, info->n_in) + bytes_of(info->out, info->n_out);
  const char *shape = info->n_out ? KNN__SPEC(info->out[0].spec) : "";
  knn__text_add(text, "%9.1f %5.1f%%  %-22s %-22s %8.1f  %-10s %s%s%s\n", each * 1e6,
                total > 0 ? 100 * info->seconds / total : 0, info->op, shape, (double)bytes / 1024,
                info->provider, info->layer, info->why ? "  # " : "", info->why ? info->why : "");
}

/* The steps in the order they run. */
static void add_table(knn__text *text, const knn__plan *plan, int runs, double wall) {
  double total = 0;
  int n = knn__plan_steps(plan);
  for (int i = 0; i < n; i++) total += knn__plan_step_info(plan, i).seconds;
  knn__text_add(text,
                "       us  share  op                     result                      KiB  kernel  "
                "   layer\n");
  for (int i = 0; i < n; i++) {
    knn__step_info info = knn__plan_step_info(plan, i);
    add_step(text, &info, total);
  }
  knn__text_add(text,
                "%d ops, %.1f us a step in ops, %.1f us by the clock, %.1f KiB of activations\n", n,
                total / runs * 1e6, wall / runs * 1e6, (double)knn__plan_bytes(plan) / 1024);
}

static knn_status profile(knn__batches *b, knn__mode mode, int runs, knn__text *text) {
  knn__step *step;
  KNN__TRY(knn__batches_load(b, mode, 0, &step));
  KNN__TRY(knn__plan_run(step->plan, 0)); /* warm caches and pages */
  knn__plan_profile(step->plan, true);
  knn_status st = KNN_OK;
  double start = knn_clock();
  for (int i = 0; i < runs && st == KNN_OK; i++) {
    st = knn__batches_load(b, mode, 0, &step);
    if (st == KNN_OK) st = knn__plan_run(step->plan, 0);
  }
  double wall = knn_clock() - start;
  if (st == KNN_OK) add_table(text, step->plan, runs, wall);
  knn__plan_profile(step->plan, false);
  return st;
}

knn_status knn_model_profile(knn_model *m, const knn_data *data, int runs, char **out) {
  knn__batches b = {0};
  knn__text text = {.ctx = m->ctx};
  knn__mode mode = data->n_y > 0 && m->compiled && m->optimizer ? KNN__TRAIN : KNN__PREDICT;
  knn_status st = knn__batches_open(m, data, INT64_MAX / 2, &b);
  if (st == KNN_OK) {
    b.batch_size = b.rows;
    b.count = 1;
    st = knn__preflight(m, &b, mode == KNN__TRAIN);
  }
  if (st == KNN_OK && m->compiled) st = knn__model_pack(m);
  if (st == KNN_OK) st = profile(&b, mode, runs > 0 ? runs : 10, &text);
  knn__batches_close(&b);
  if (st == KNN_OK && text.failed) st = KNN_ENOMEM;
  if (st == KNN_OK)
    *out = text.s;
  else
    knn__free(m->ctx, text.s);
  return st == KNN_OK ? st : knn_fail_in(m->ctx, st, "profile");
}
