/* batches.c - from data to steps: the rows of a batch are gathered, those of arrays in shuffled
 * order, straight into the buffers of the plan. Arrays themselves are never copied (unless they are
 * views with gaps). */
#include <stdio.h>
#include <string.h>

#include "model.h"
#include "tensor_internal.h"

/* The draw number of shuffles: out of reach of the random ops of a step. */
enum { SHUFFLE_DRAW = 0x7FFFFFFF };

static knn_status refuse(knn_ctx *ctx, const char *what, int i, const knn_tensor *t, int64_t rows) {
  char who[32];
  snprintf(who, sizeof who, i ? "%s %d" : "%s", what, i + 1);
  if (knn_tensor_rank(t) == 0)
    return knn_fail(ctx, KNN_ESHAPE, "%s is a single number; arrays of rows are expected", who);
  return knn_fail(ctx, KNN_ESHAPE,
                  "%s has %lld rows, but x has %lld; every array needs one row per sample", who,
                  (long long)knn_tensor_dim(t, 0), (long long)rows);
}

knn_status knn__take_rows(knn_ctx *ctx, const char *what, int i, knn_tensor *t, int64_t rows,
                          knn_tensor **out) {
  if (t->spec.dtype == KNN_STRING && strcmp(what, "x") != 0)
    return knn_fail(ctx, KNN_ETYPE,
                    "%s is a tensor of strings, numbers are expected; a StringLookup gives "
                    "labels their numbers",
                    what);
  if (knn_tensor_rank(t) == 0 || (rows >= 0 && knn_tensor_dim(t, 0) != rows))
    return refuse(ctx, what, i, t, rows);
  return knn_tensor_contiguous(t, out);
}

/* Weights for all outputs, or for each of them. */
static knn_status open_weights(knn_model *m, const knn_data *data, knn__batches *b) {
  const int n = data->sample_weights ? data->n_y : data->sample_weight ? 1 : 0;
  for (int i = 0; i < n; i++) {
    knn_tensor *given = data->sample_weights ? data->sample_weights[i] : data->sample_weight;
    b->n_weight = i + 1;
    if (given) KNN__TRY(knn__take_rows(m->ctx, "sample_weight", i, given, b->rows, &b->weight[i]));
  }
  return KNN_OK;
}

static knn_status open_arrays(knn_model *m, const knn_data *data, knn__batches *b) {
  if (data->n_x < 1 || data->n_x > KNN__MODEL_IO || data->n_y > KNN__MODEL_IO)
    return knn_fail(m->ctx, KNN_EARG, "model '%s': 1 to %d input arrays expected, got %d",
                    m->root->base.name, KNN__MODEL_IO, data->n_x);
  b->rows = -1;
  for (int i = 0; i < data->n_x; i++) {
    KNN__TRY(knn__take_rows(m->ctx, "x", i, data->x[i], b->rows, &b->x[i]));
    b->n_x = i + 1;
    b->rows = knn_tensor_dim(b->x[0], 0);
  }
  for (int i = 0; i < data->n_y; i++) {
    KNN__TRY(knn__take_rows(m->ctx, "y", i, data->y[i], b->rows, &b->y[i]));
    b->n_y = i + 1;
  }
  return open_weights(m, data, b);
}

knn_status knn__batches_narrow(knn__batches *b, int64_t first, int64_t n) {
  knn_tensor **all[] = {b->x, b->y, b->weight};
  int counts[] = {b->n_x, b->n_y, b->n_weight};
  for (int k = 0; k < 3; k++)
    for (int i = 0; i < counts[k]; i++) {
      knn_tensor *part;
      if (!all[k][i]) continue;
      KNN__TRY(knn_tensor_slice(all[k][i], 0, first, n, 1, &part));
      knn_tensor_release(all[k][i]);
      all[k][i] = part;
    }
  b->rows = n;
  b->count = (n + b->batch_size - 1) / b->batch_size;
  return KNN_OK;
}

void knn__batches_whole(knn__batches *b) {
  b->batch_size = b->rows;
  b->count = 1;
}

static knn_status open_any(knn_model *m, const knn_data *data, knn__batches *b) {
  if (data->pipeline) {
    knn_pipeline_retain(b->pipeline = data->pipeline);
    b->count = knn_pipeline_cardinality(b->pipeline);
    return KNN_OK;
  }
  KNN__TRY(open_arrays(m, data, b));
  if (b->rows == 0) return knn_fail(m->ctx, KNN_EDATA, "x has no rows; there is nothing to run on");
  b->count = (b->rows + b->batch_size - 1) / b->batch_size;
  return KNN_OK;
}

knn_status knn__batches_open(knn_model *m, const knn_data *data, int64_t batch_size, bool targets,
                             knn__batches *out) {
  enum { KERAS_BATCH = 32 };
  knn__batches b = {.m = m,
                    .batch_size = batch_size == KNN_NONE ? KERAS_BATCH : batch_size,
                    .targets = targets,
                    .pass = -1};
  knn_status st = open_any(m, data, &b);
  if (st == KNN_OK)
    *out = b;
  else
    knn__batches_close(&b);
  return st;
}

void knn__batches_drop_arrays(knn__batches *b) {
  for (int i = 0; i < b->n_x; i++) knn_tensor_release(b->x[i]);
  for (int i = 0; i < b->n_y; i++) knn_tensor_release(b->y[i]);
  for (int i = 0; i < b->n_weight; i++) knn_tensor_release(b->weight[i]);
  b->n_x = b->n_y = b->n_weight = 0;
}

void knn__batches_close(knn__batches *b) {
  if (!b->m) return;
  knn__batches_drop_arrays(b);
  knn_cursor_close(b->cursor);
  knn_pipeline_release(b->pipeline);
  knn__free(b->m->ctx, b->order);
  *b = (knn__batches){0};
}

static knn_status shuffle_rows(knn__batches *b) {
  if (!b->order) b->order = knn__alloc(b->m->ctx, (size_t)b->rows * sizeof *b->order);
  if (!b->order) return KNN_ENOMEM;
  knn__stream stream = {b->m->ctx->seed, SHUFFLE_DRAW, (uint32_t)b->pass};
  knn__permutation(&stream, b->rows, b->order);
  return KNN_OK;
}

/* A cursor knows no way but forward. */
static knn_status open_cursor(knn__batches *b, int64_t at) {
  bool end = false;
  knn_cursor_close(b->cursor);
  b->cursor = NULL;
  KNN__TRY(knn_cursor_open(b->pipeline, b->pass, &b->cursor));
  for (int64_t i = 0; i < at && !end; i++) {
    knn_element unused = {0};
    KNN__TRY(knn_cursor_next(b->cursor, &unused, &end));
    knn_element_clear(&unused);
  }
  return KNN_OK;
}

knn_status knn__batches_begin(knn__batches *b, int64_t pass, int64_t at) {
  if (b->pass == pass && b->next - b->peeked == at) return KNN_OK;
  b->peeked = false;
  b->pass = pass;
  b->next = at;
  if (b->pipeline) return open_cursor(b, at);
  return b->shuffle ? shuffle_rows(b) : KNN_OK;
}

knn_status knn__batches_next(knn__batches *b, bool *end) {
  *end = false;
  if (b->peeked) {
    b->peeked = false;
    return KNN_OK;
  }
  if (b->pipeline) {
    KNN__TRY(knn__batches_pull(b, end));
  } else {
    b->first = b->next * b->batch_size;
    const int64_t left = b->rows - b->first;
    b->n = left < b->batch_size ? left : b->batch_size;
    *end = left <= 0;
  }
  b->next += !*end;
  return KNN_OK;
}

knn_status knn__batches_check(knn__batches *b, int64_t pass) {
  bool end = false;
  if (!b->pipeline) return knn__preflight(b->m, b, b->targets);
  KNN__TRY(knn__batches_begin(b, pass, 0));
  KNN__TRY(knn__batches_next(b, &end));
  if (end)
    return knn_fail(b->m->ctx, KNN_EDATA, "the data set is empty; there is nothing to run on");
  b->peeked = true;
  return KNN_OK;
}

/* The rows at hand in order, converted, packed. */
static void gather(const knn__batches *b, const knn_tensor *t, knn_dtype type, void *out) {
  const int64_t first = b->first, n = b->n;
  int64_t row = knn_tensor_size(t) / knn_tensor_dim(t, 0);
  size_t from = (size_t)row * knn_dtype_size(t->spec.dtype),
         to = (size_t)row * knn_dtype_size(type);
  const char *data = knn_tensor_data(t);
  if (!b->order) {
    knn__convert(type, out, t->spec.dtype, data + (size_t)first * from, n * row);
    return;
  }
  if (type == t->spec.dtype) {
    for (int64_t i = 0; i < n; i++)
      memcpy((char *)out + (size_t)i * to, data + (size_t)b->order[first + i] * to, to);
    return;
  }
  for (int64_t i = 0; i < n; i++)
    knn__convert(type, (char *)out + (size_t)i * to, t->spec.dtype,
                 data + (size_t)b->order[first + i] * from, row);
}

static knn__spec batch_spec(const knn_tensor *t, knn_dtype type, int64_t rows) {
  knn__spec spec = t->spec;
  spec.dtype = type;
  spec.dims[0] = rows;
  return spec;
}

/* Weights of whole samples are a vector. */
static knn__spec weight_spec(const knn__batches *b, const knn_tensor *t, int64_t rows) {
  if (knn_tensor_size(t) != b->rows) return batch_spec(t, KNN_F32, rows);
  return (knn__spec){.dtype = KNN_F32, .rank = 1, .dims = {rows}};
}

static void signature_of(const knn__batches *b, knn__mode mode, int64_t rows, knn__signature *sig) {
  *sig = (knn__signature){.mode = mode,
                          .n_x = b->n_x,
                          .n_y = mode == KNN__PREDICT ? 0 : b->n_y,
                          .n_weight = mode == KNN__PREDICT ? 0 : b->n_weight};
  for (int i = 0; i < sig->n_x; i++)
    sig->x[i] = batch_spec(b->x[i], knn__feed_type(b->m, i, b->x[i]->spec.dtype), rows);
  for (int i = 0; i < sig->n_y; i++)
    sig->y[i] = batch_spec(b->y[i], knn__target_type(b->y[i]->spec.dtype), rows);
  for (int i = 0; i < sig->n_weight; i++)
    if (b->weight[i]) sig->weight[i] = weight_spec(b, b->weight[i], rows);
}

/* Looking a plan up compares shapes; batch after batch of one array does without. */
static knn_status find_step(knn__batches *b, knn__mode mode, int64_t rows) {
  knn_model *m = b->m;
  knn__signature sig;
  bool same = b->step && !b->pipeline && b->step_mode == mode && b->step_rows == rows;
  if (same && b->step_plans == m->dropped && m->weight_moves == m->ctx->weight_moves) return KNN_OK;
  b->step = NULL;
  signature_of(b, mode, rows, &sig);
  KNN__TRY(knn__model_step(m, &sig, &b->step));
  b->step_mode = mode;
  b->step_rows = rows;
  b->step_plans = m->dropped;
  return KNN_OK;
}

static void load_targets(const knn__batches *b, const knn__step *step) {
  const knn__signature *sig = &step->signature;
  for (int k = 0; k < sig->n_y; k++)
    gather(b, b->y[k], sig->y[k].dtype, knn__plan_buffer(step->plan, step->y[k])->data);
  for (int k = 0; k < sig->n_weight; k++)
    if (b->weight[k])
      gather(b, b->weight[k], KNN_F32, knn__plan_buffer(step->plan, step->weight[k])->data);
}

static knn_status rows_as_value(const knn__batches *b, knn_tensor *t, const knn__spec *spec,
                                knn_value **out) {
  knn_tensor *rows = NULL;
  KNN__TRY(knn_tensor_new(b->m->ctx, spec->dtype, spec->rank, spec->dims, &rows));
  gather(b, t, spec->dtype, knn_tensor_data(rows));
  knn_status st = spec->dtype == KNN_STRING ? knn__strings_adopt(rows, &t, 1) : KNN_OK;
  if (st == KNN_OK) st = knn_value_from(rows, out);
  knn_tensor_release(rows);
  return st;
}

static void release_all(knn_value **values, int n) {
  for (int k = 0; k < n; k++) knn_value_release(values[k]);
}

/* The inputs of the batch at hand as values, new references: what a front makes of the rows, or the
 * rows. The signature, of the rows, becomes that of the values. */
static knn_status inputs_as_values(const knn__batches *b, knn__signature *sig, knn_value **x) {
  knn_value *rows[KNN__MODEL_IO] = {0};
  const bool front = b->m->front;
  knn_status st = KNN_OK;
  int n = 0;
  for (int k = 0; k < sig->n_x && st == KNN_OK; k++)
    st = rows_as_value(b, b->x[k], &sig->x[k], front ? &rows[k] : &x[k]);
  if (st != KNN_OK || !front) {
    release_all(rows, KNN__MODEL_IO);
    return st;
  }
  st = knn__front_run(b->m, rows, sig->n_x, sig->mode == KNN__TRAIN, x, &n);
  release_all(rows, sig->n_x);
  for (int k = 0; k < n; k++) sig->x[k] = x[k]->spec;
  sig->n_x = n;
  return st;
}

/* The step for a batch whose inputs a front makes; their sizes may differ from batch to batch. */
static knn_status load_from_front(knn__batches *b, knn__mode mode) {
  knn__signature sig;
  knn_value *x[KNN__MODEL_IO] = {0};
  signature_of(b, mode, b->n, &sig);
  knn_status st = inputs_as_values(b, &sig, x);
  if (st == KNN_OK) st = knn__model_step(b->m, &sig, &b->step);
  for (int k = 0; k < sig.n_x && st == KNN_OK; k++)
    memcpy(knn__plan_buffer(b->step->plan, b->step->x[k])->data, knn_tensor_data(x[k]->tensor),
           knn_tensor_bytes(x[k]->tensor));
  release_all(x, KNN__MODEL_IO);
  return st;
}

static knn_status load_rows(knn__batches *b, knn__mode mode) {
  KNN__TRY(find_step(b, mode, b->n));
  const knn__step *step = b->step;
  for (int k = 0; k < step->signature.n_x; k++)
    gather(b, b->x[k], step->signature.x[k].dtype, knn__plan_buffer(step->plan, step->x[k])->data);
  return KNN_OK;
}

knn_status knn__batches_load(knn__batches *b, knn__mode mode, knn__step **out) {
  KNN__TRY(b->m->front ? load_from_front(b, mode) : load_rows(b, mode));
  load_targets(b, b->step);
  *out = b->step;
  return KNN_OK;
}

/* Draws of random ops differ from step to step of training. */
static uint32_t step_number(knn_model *m, knn__mode mode) {
  if (knn__model_has_step(m, mode)) return mode == KNN__TRAIN ? m->host_steps++ : m->host_steps;
  return m->optimizer ? (uint32_t)m->optimizer->iterations : 0;
}

/* again: metrics have seen the batch already. */
static knn_status run_eagerly(knn__batches *b, knn__mode mode, bool again, knn_tensor **outs,
                              int *n_out) {
  knn__signature sig;
  knn_value *x[KNN__MODEL_IO] = {0}, *y[KNN__MODEL_IO] = {0}, *weight[KNN__MODEL_IO] = {0},
            *out[KNN__MODEL_IO] = {0};
  int n = 0;
  signature_of(b, mode, b->n, &sig);
  knn_status st = inputs_as_values(b, &sig, x);
  for (int k = 0; k < sig.n_y && st == KNN_OK; k++)
    st = rows_as_value(b, b->y[k], &sig.y[k], &y[k]);
  for (int k = 0; k < sig.n_weight && st == KNN_OK; k++)
    if (b->weight[k]) st = rows_as_value(b, b->weight[k], &sig.weight[k], &weight[k]);
  knn__forward f = {.mode = mode, .x = x, .n_x = sig.n_x, .y = y, .n_y = sig.n_y};
  f.weight = weight;
  f.n_weight = sig.n_weight;
  f.quiet = again;
  f.number = step_number(b->m, mode);
  if (st == KNN_OK) st = knn__model_eager_step(b->m, &f, out, &n);
  for (int k = 0; k < n; k++) {
    if (outs && st == KNN_OK) knn_tensor_retain(outs[k] = out[k]->tensor);
    knn_value_release(out[k]);
  }
  if (n_out) *n_out = n;
  release_all(x, KNN__MODEL_IO);
  release_all(y, KNN__MODEL_IO);
  release_all(weight, KNN__MODEL_IO);
  return st;
}

static knn_status copy_outputs(const knn__step *step, knn_ctx *ctx, knn_tensor **outs, int *n_out) {
  for (int k = 0; k < step->n_out; k++) {
    const knn__buf *buf = knn__plan_buffer(step->plan, step->out[k]);
    knn_status st =
        knn_tensor_from(ctx, buf->spec.dtype, buf->spec.rank, buf->spec.dims, buf->data, &outs[k]);
    if (st != KNN_OK) {
      while (k > 0) knn_tensor_release(outs[--k]);
      return st;
    }
  }
  *n_out = step->n_out;
  return KNN_OK;
}

static knn_status read_logs(knn_model *m, const knn__step *step) {
  double values[KNN__MODEL_IO] = {0};
  for (int k = 0; k < step->n_out; k++)
    if (step->log[k]) values[k] = *(const float *)knn__plan_buffer(step->plan, step->out[k])->data;
  return knn__model_take_logs(m, step->n_out, step->log, values);
}

knn_status knn__batches_run(knn__batches *b, knn__mode mode, knn_tensor **outs, int *n_out) {
  if (mode == KNN__TRAIN && b->m->optimizer) KNN__TRY(knn__optimizer_ready(b->m->optimizer));
  if (b->m->run_eagerly) return run_eagerly(b, mode, false, outs, n_out);
  knn__step *step;
  KNN__TRY(knn__batches_load(b, mode, &step));
  KNN__TRY(knn__plan_run(step->plan, step_number(b->m, mode)));
  if (b->m->nan_pending) {
    b->m->nan_pending = false;
    KNN__TRY(run_eagerly(b, mode, true, NULL, NULL));
  }
  if (outs) return copy_outputs(step, b->m->ctx, outs, n_out);
  return knn__model_has_step(b->m, mode) ? read_logs(b->m, step) : KNN_OK;
}
