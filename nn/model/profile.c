/* profile.c - where the time of a step goes, op by op: how much each computes and moves, how near
 * that is to what the machine can do, whose kernel did it and why a better one declined, and what a
 * pass put together. Plain and measured steps alternate, so that the sum of the ops can be held
 * against the time that a step takes when nobody looks; the fastest of each counts, since others
 * were disturbed. */
#include <stdio.h>
#include <string.h>

#include "model.h"
#include "text.h"

/* ---- the model stays as it was ---- */

/* What training steps change, and its copy. */
typedef struct kept {
  knn_tensor *tensor; /* lent */
  void *copy;
} kept;

static knn_status keep_one(knn_ctx *ctx, kept *k, knn_tensor *t) {
  k->copy = knn__alloc(ctx, knn_tensor_bytes(t));
  if (!k->copy) return KNN_ENOMEM;
  k->tensor = t;
  memcpy(k->copy, knn_tensor_data(t), knn_tensor_bytes(t));
  return KNN_OK;
}

static knn_status keep(knn_model *m, kept **out, int *n) {
  knn_variable **weights = NULL;
  knn_optimizer *o = m->optimizer;
  int count = 0;
  KNN__TRY(knn__layer_weights(m->root, &weights, &count));
  kept *all = knn__alloc(m->ctx, (size_t)(count + KNN__SLOTS + 3) * sizeof *all);
  knn_status st = all ? KNN_OK : KNN_ENOMEM;
  *n = 0;
  for (int i = 0; i < count && st == KNN_OK; i++)
    st = keep_one(m->ctx, &all[(*n)++], knn__variable_tensor(weights[i]));
  for (int i = 0; i < o->n_slots && st == KNN_OK; i++)
    st = keep_one(m->ctx, &all[(*n)++], o->slots[i]);
  if (st == KNN_OK && o->average) st = keep_one(m->ctx, &all[(*n)++], o->average);
  if (st == KNN_OK && o->accumulator) st = keep_one(m->ctx, &all[(*n)++], o->accumulator);
  if (st == KNN_OK && o->scale) st = keep_one(m->ctx, &all[(*n)++], knn__variable_tensor(o->scale));
  knn__free(m->ctx, weights);
  *out = all;
  return st;
}

static void restore(knn_model *m, kept *all, int n) {
  for (int i = 0; i < n; i++) {
    if (all[i].tensor)
      memcpy(knn_tensor_data(all[i].tensor), all[i].copy, knn_tensor_bytes(all[i].tensor));
    knn__free(m->ctx, all[i].copy);
  }
  knn__free(m->ctx, all);
}

/* ---- the table ---- */

typedef struct profile {
  knn_model *m;
  knn__batches batches;
  knn__mode mode;
  int runs;
  double *ops, load;   /* seconds of each op and of filling the inputs, of the fastest run */
  double all, plain;   /* seconds of that run, and of the fastest that nobody looked at */
  double flops, bytes; /* of the machine, per second */
  knn__text text;
} profile;

static double largest(double a, double b) {
  return a > b ? a : b;
}

static knn__cost cost_of(const knn__call *call) {
  knn__cost cost = {0};
  for (int i = 0; i < call->n_in + call->n_out; i++) {
    const knn__buf *b = i < call->n_in ? &call->in[i] : &call->out[i - call->n_in];
    cost.flops = largest(cost.flops, (double)b->n);
    cost.bytes += (double)b->n * (double)knn_dtype_size(b->spec.dtype);
  }
  if (call->op->cost) call->op->cost(call, &cost);
  return cost;
}

/* Seconds that the machine needs at least. What is small stays in a cache from op to op. */
static double least(const profile *p, knn__cost cost) {
  enum { NEAR = 2 << 20 };
  double seconds = cost.flops / p->flops;
  return cost.bytes > NEAR ? largest(seconds, cost.bytes / p->bytes) : seconds;
}

static void add_numbers(profile *p, double seconds, knn__cost cost) {
  double limit = least(p, cost);
  knn__text_add(&p->text, "%9.1f %5.1f%%", seconds * 1e6, p->all > 0 ? 100 * seconds / p->all : 0);
  if (seconds > 0 && limit > 0)
    knn__text_add(&p->text, " %8.1f %7.1f %4.0f%%  ", cost.flops / seconds / 1e9,
                  cost.bytes / seconds / 1e9, limit < seconds ? 100 * limit / seconds : 100);
  else
    knn__text_add(&p->text, " %8s %7s %5s  ", "", "", "");
}

static knn_status add_step(profile *p, const knn__plan *plan, int step) {
  knn__step_info info = knn__plan_step_info(plan, step);
  const knn__call *call = info.call;
  add_numbers(p, p->ops[step], cost_of(call));
  knn__text_add(&p->text, "%-20s %-20s %-9s %s", call->op->cls.name,
                call->n_out ? KNN__SPEC(call->out[0].spec) : "",
                call->provider ? call->provider : "own", info.record->layer);
  knn__text parts = {.ctx = p->m->ctx};
  knn_status st = knn__plan_replaced(plan, step, &parts);
  if (parts.n || call->why)
    knn__text_add(&p->text, "  # %s%s%s", parts.n ? parts.s : "", parts.n && call->why ? "; " : "",
                  call->why ? call->why : "");
  knn__text_add(&p->text, "\n");
  knn__free(p->m->ctx, parts.s);
  return st;
}

/* The steps in the order they run. */
static knn_status add_table(profile *p, const knn__plan *plan) {
  int n = knn__plan_steps(plan);
  double flops = 0;
  for (int i = 0; i < n; i++) flops += cost_of(knn__plan_step_info(plan, i).call).flops;
  knn__text_add(&p->text, "%9s %6s %8s %7s %5s  %-20s %-20s %-9s %s\n", "us", "share", "GFLOP/s",
                "GB/s", "peak", "op", "result", "kernel", "layer");
  add_numbers(p, p->load, (knn__cost){0});
  knn__text_add(&p->text, "%-20s\n", "(fill the inputs)");
  for (int i = 0; i < n; i++) KNN__TRY(add_step(p, plan, i));
  knn__text_add(&p->text,
                "%d ops, %.1f us together; a step takes %.1f us by the clock: %.1f GFLOP/s.\n"
                "This machine: %.1f GFLOP/s, %.1f GB/s (threads: %d). Activations: %.1f KiB.\n",
                n, p->all * 1e6, p->plain * 1e6, flops / p->plain / 1e9, p->flops / 1e9,
                p->bytes / 1e9, knn_ctx_threads(p->m->ctx), (double)knn__plan_bytes(plan) / 1024);
  return KNN_OK;
}

/* ---- running ---- */

/* One step as fit makes it; *seconds: of filling the inputs and of all. */
static knn_status run(profile *p, knn__step **step, double *load, double *all) {
  double start = knn_clock();
  KNN__TRY(knn__batches_load(&p->batches, p->mode, step));
  *load = knn_clock() - start;
  KNN__TRY(knn__plan_run((*step)->plan, 0));
  *all = knn_clock() - start;
  return KNN_OK;
}

static double time_of_clock(void) {
  enum { LOOKS = 1000 };
  double start = knn_clock(), now = start;
  for (int i = 0; i < LOOKS; i++) now = knn_clock();
  return (now - start) / LOOKS;
}

/* Keep the times of a run if it was the fastest; the looks at the clock do not count. */
static void note(profile *p, const knn__plan *plan, double load, double tick) {
  int n = knn__plan_steps(plan);
  double all = load;
  for (int i = 0; i < n; i++) all += largest(knn__plan_step_info(plan, i).seconds - tick, 0);
  if (p->all > 0 && p->all <= all) return;
  p->all = all;
  p->load = load;
  for (int i = 0; i < n; i++) p->ops[i] = largest(knn__plan_step_info(plan, i).seconds - tick, 0);
}

static int enough_runs(double seconds) {
  double runs = 0.5 / seconds;
  return runs < 5 ? 5 : runs > 1000 ? 1000 : (int)runs;
}

static knn_status measure(profile *p) {
  knn__step *step = NULL;
  double load, all, tick = time_of_clock();
  KNN__TRY(run(p, &step, &load, &all)); /* warms caches and pages */
  KNN__TRY(run(p, &step, &load, &p->plain));
  p->ops = knn__alloc(p->m->ctx, (size_t)knn__plan_steps(step->plan) * sizeof *p->ops);
  knn_status st = p->ops ? KNN_OK : KNN_ENOMEM;
  if (p->runs <= 0) p->runs = enough_runs(p->plain);
  for (int i = 0; i < p->runs && st == KNN_OK; i++) {
    st = run(p, &step, &load, &all);
    if (all < p->plain) p->plain = all;
    if (st == KNN_OK) st = knn__plan_profile(step->plan, true);
    if (st == KNN_OK) st = run(p, &step, &load, &all);
    if (st == KNN_OK) note(p, step->plan, load, tick);
    if (st == KNN_OK) st = knn__plan_profile(step->plan, false);
  }
  if (st == KNN_OK) st = add_table(p, step->plan);
  knn__free(p->m->ctx, p->ops);
  return st;
}

static knn_status measure_training(profile *p) {
  kept *all = NULL;
  int n = 0;
  int64_t iterations = p->m->optimizer->iterations, finite = p->m->optimizer->finite_steps;
  knn_status st = keep(p->m, &all, &n);
  if (st == KNN_OK) st = measure(p);
  restore(p->m, all, n);
  p->m->optimizer->iterations = iterations;
  p->m->optimizer->finite_steps = finite;
  return st;
}

static knn_status open_whole(profile *p, const knn_data *data) {
  bool end;
  KNN__TRY(knn__batches_open(p->m, data, KNN_NONE, p->mode == KNN__TRAIN, &p->batches));
  knn__batches_whole(&p->batches);
  KNN__TRY(knn__batches_check(&p->batches, 0));
  KNN__TRY(knn__batches_begin(&p->batches, 0, 0));
  return knn__batches_next(&p->batches, &end);
}

knn_status knn_model_profile(knn_model *m, const knn_data *data, int runs, char **out) {
  profile p = {.m = m, .runs = runs, .text = {.ctx = m->ctx}};
  p.mode = data->n_y > 0 && m->compiled && m->optimizer ? KNN__TRAIN : KNN__PREDICT;
  knn_status st = open_whole(&p, data);
  if (st == KNN_OK && m->compiled) st = knn__model_pack(m);
  if (st == KNN_OK) st = knn_ctx_measure(m->ctx, &p.flops, &p.bytes);
  if (st == KNN_OK) st = p.mode == KNN__TRAIN ? measure_training(&p) : measure(&p);
  knn__batches_close(&p.batches);
  if (st == KNN_OK && p.text.failed) st = KNN_ENOMEM;
  if (st == KNN_OK)
    *out = p.text.s;
  else
    knn__free(m->ctx, p.text.s);
  return st == KNN_OK ? st : knn_fail_in(m->ctx, st, "profile");
}
