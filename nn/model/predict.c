/* predict.c - outputs, batch by batch. */
#include <string.h>

#include "model.h"
#include "tensor_internal.h"

/* The outputs of all batches. */
typedef struct collected {
  knn__batches *b;
  int n;
  knn_tensor *whole[KNN__MODEL_IO]; /* where the number of rows is known: all of them */
  /* else batch after batch, put together at the end: n tensors for each */
  knn_tensor **parts;
  int count, capacity;
  int64_t rows;
} collected;

static knn_status check_rows(const collected *c, int k, const knn_tensor *first,
                             const knn_tensor *part) {
  const knn__spec *a = &first->spec, *b = &part->spec;
  if (knn__dims_equal(a->rank - 1, a->dims + 1, b->rank - 1, b->dims + 1)) return KNN_OK;
  return knn_fail(
      c->b->m->ctx, KNN_ESHAPE,
      "predict: output %d has rows of shape %s in one batch and %s in another; for texts, give "
      "output_sequence_length",
      k + 1, KNN__SHAPE(a->rank - 1, a->dims + 1), KNN__SHAPE(b->rank - 1, b->dims + 1));
}

/* Results grow row by row; each is allocated whole when the first batch has shown its shape. A
 * single batch's results are those of the run. */
static knn_status place(collected *c, int k, knn_tensor *part) {
  const knn__batches *b = c->b;
  if (!c->whole[k]) {
    knn__spec spec = part->spec;
    if (b->n == b->rows) {
      knn_tensor_retain(c->whole[k] = part);
      return KNN_OK;
    }
    spec.dims[0] = b->rows;
    KNN__TRY(knn_tensor_new(b->m->ctx, spec.dtype, spec.rank, spec.dims, &c->whole[k]));
  }
  KNN__TRY(check_rows(c, k, c->whole[k], part));
  const size_t row = knn_tensor_bytes(c->whole[k]) / (size_t)b->rows;
  memcpy((char *)knn_tensor_data(c->whole[k]) + row * (size_t)b->first, knn_tensor_data(part),
         knn_tensor_bytes(part));
  return KNN_OK;
}

static knn_status keep(collected *c, knn_tensor *part) {
  KNN__TRY(knn__grow(c->b->m->ctx, (void **)&c->parts, &c->capacity, c->count, sizeof *c->parts));
  knn_tensor_retain(c->parts[c->count++] = part);
  return KNN_OK;
}

static knn_status take_outputs(void *self, knn_tensor **outs, int n) {
  collected *c = self;
  knn_status st = KNN_OK;
  for (int k = 0; k < n; k++) {
    const knn__spec *spec = &outs[k]->spec;
    if (st == KNN_OK && (spec->rank < 1 || spec->dims[0] != c->b->n))
      st = knn_fail(c->b->m->ctx, KNN_ESHAPE,
                    "predict: output %d of shape %s has not one row per sample", k + 1,
                    KNN__SPEC(*spec));
    if (st == KNN_OK) st = c->b->pipeline ? keep(c, outs[k]) : place(c, k, outs[k]);
    knn_tensor_release(outs[k]);
  }
  c->n = n;
  c->rows += c->b->n;
  return st;
}

/* Output k of all batches, one after another. */
static knn_status put_together(collected *c, int k) {
  knn__spec spec = c->parts[k]->spec;
  spec.dims[0] = c->rows;
  KNN__TRY(knn_tensor_new(c->b->m->ctx, spec.dtype, spec.rank, spec.dims, &c->whole[k]));
  char *to = knn_tensor_data(c->whole[k]);
  for (int i = k; i < c->count; i += c->n) {
    const knn_tensor *part = c->parts[i];
    KNN__TRY(check_rows(c, k, c->parts[k], part));
    memcpy(to, knn_tensor_data(part), knn_tensor_bytes(part));
    to += knn_tensor_bytes(part);
  }
  return KNN_OK;
}

static knn_status predict_batches(knn__run *run, collected *c, int64_t steps) {
  knn__epoch loop = {.run = run,
                     .batches = c->b,
                     .mode = KNN__PREDICT,
                     .steps = steps,
                     .take = take_outputs,
                     .self = c};
  KNN__TRY(knn__batches_begin(c->b, 0, 0));
  KNN__TRY(knn__run_event(run, KNN_ON_PREDICT_BEGIN, 0, NULL));
  KNN__TRY(knn__epoch_run(&loop));
  for (int k = 0; c->parts && k < c->n; k++) KNN__TRY(put_together(c, k));
  return knn__run_event(run, KNN_ON_PREDICT_END, 0, NULL);
}

static knn_status open_inputs(knn_model *m, const knn_data *data, int64_t batch_size, int64_t steps,
                              knn__batches *b) {
  const knn_data inputs = {.n_x = data->n_x, .x = data->x, .pipeline = data->pipeline};
  KNN__TRY(knn__batches_open(m, &inputs, batch_size, false, b));
  KNN__TRY(knn__batches_check(b, 0));
  if (b->count == KNN_INFINITE && steps == KNN_ANY)
    return knn_fail(m->ctx, KNN_EARG, "the data set never ends; give steps");
  if (!b->pipeline && steps != KNN_ANY && steps < b->count)
    KNN__TRY(knn__batches_narrow(b, 0, steps * b->batch_size));
  return m->compiled ? knn__model_pack(m) : KNN_OK;
}

static void hand_over(collected *c, bool good, knn_tensor **outs, int *n_out) {
  for (int k = 0; k < c->n; k++) {
    if (good && k < *n_out)
      outs[k] = c->whole[k];
    else
      knn_tensor_release(c->whole[k]);
  }
  for (int i = 0; i < c->count; i++) knn_tensor_release(c->parts[i]);
  if (good && c->n < *n_out) *n_out = c->n;
}

static knn_status predict(knn_model *m, const knn_data *data, int64_t batch_size, int64_t steps,
                          const knn_callback *callbacks, int n_callbacks, knn_tensor **outs,
                          int *n_out) {
  knn__batches b = {0};
  knn__run run = {0};
  collected c = {.b = &b};
  knn_status st = open_inputs(m, data, batch_size, steps, &b);
  if (st == KNN_OK) st = knn__run_begin(&run, m, callbacks, n_callbacks);
  if (st == KNN_OK) {
    const int64_t known = b.pipeline && steps != KNN_ANY ? steps : b.count;
    run.info =
        (knn_run_info){.epochs = 1, .steps = known, .batch_size = b.batch_size, .samples = b.rows};
    st = predict_batches(&run, &c, steps);
  } else {
    knn_fail_in(m->ctx, st, "predict");
  }
  hand_over(&c, st == KNN_OK, outs, n_out);
  knn__free(m->ctx, c.parts);
  knn__run_end(&run);
  knn__batches_close(&b);
  return st;
}

knn_status knn_model_predict(knn_model *m, const knn_data *data, const knn_config *options,
                             const knn_callback *callbacks, int n_callbacks, knn_tensor **outs,
                             int *n_out) {
  knn__run_args args = {0};
  KNN__TRY(knn__method_args(m->ctx, &knn__method_predict, options, &args));
  const int64_t batch_size = args.batch_size, steps = args.steps;
  knn__args_clear(m->ctx, &knn__method_predict, &args);
  return predict(m, data, batch_size, steps == KNN_NONE ? KNN_ANY : steps, callbacks, n_callbacks,
                 outs, n_out);
}

knn_status knn_model_predict_on_batch(knn_model *m, const knn_data *data, knn_tensor **outs,
                                      int *n_out) {
  int64_t rows =
      data->n_x > 0 && knn_tensor_rank(data->x[0]) > 0 ? knn_tensor_dim(data->x[0], 0) : 1;
  return predict(m, data, rows > 0 ? rows : 1, KNN_ANY, NULL, 0, outs, n_out);
}

int64_t knn__largest(const knn_tensor *t, int64_t row, int64_t classes) {
  int64_t best = 0;
  for (int64_t c = 1; c < classes; c++)
    if (knn_tensor_get(t, row * classes + c) > knn_tensor_get(t, row * classes + best)) best = c;
  return best;
}

static int64_t label(const knn_tensor *p, int64_t row, int64_t classes) {
  return classes == 1 ? knn_tensor_get(p, row) > 0.5 : knn__largest(p, row, classes);
}

knn_status knn_model_predict_classes(knn_model *m, const knn_data *data, const knn_config *options,
                                     knn_tensor **out) {
  knn_tensor *p = NULL, *labels = NULL;
  int n = 1;
  KNN__TRY(knn_model_predict(m, data, options, NULL, 0, &p, &n));
  int rank = knn_tensor_rank(p) - 1;
  int64_t classes = rank > 0 ? knn_tensor_dim(p, -1) : 1;
  knn_status st = knn_tensor_new(m->ctx, KNN_I64, rank > 0 ? rank : 1, knn_tensor_dims(p), &labels);
  for (int64_t i = 0; st == KNN_OK && i < knn_tensor_size(labels); i++)
    ((int64_t *)knn_tensor_data(labels))[i] = label(p, i, classes);
  knn_tensor_release(p);
  if (st == KNN_OK) *out = labels;
  return st;
}
