/* predict.c - outputs for arrays, batch by batch. */
#include <string.h>

#include "model.h"
#include "tensor_internal.h"

/* Results grow row by row; each is allocated whole when the first batch has shown its shape. A
 * single batch's results are those of the run. */
static knn_status place_outputs(knn__batches *b, int64_t batch, knn_tensor **parts, int n,
                                knn_tensor **outs) {
  knn_status st = KNN_OK;
  for (int k = 0; k < n; k++) {
    if (batch == 0 && st == KNN_OK) {
      knn__spec spec = parts[k]->spec;
      if (spec.rank < 1 || spec.dims[0] != knn__batches_rows(b, 0))
        st = knn_fail(b->m->ctx, KNN_ESHAPE,
                      "predict: output %d of shape %s has not one row per sample", k + 1,
                      KNN__SPEC(spec));
      if (st == KNN_OK && b->count == 1) {
        outs[k] = parts[k];
        continue;
      }
      spec.dims[0] = b->rows;
      if (st == KNN_OK) st = knn_tensor_new(b->m->ctx, spec.dtype, spec.rank, spec.dims, &outs[k]);
    }
    if (st == KNN_OK) {
      size_t row = knn_tensor_bytes(outs[k]) / (size_t)b->rows;
      memcpy((char *)knn_tensor_data(outs[k]) + row * (size_t)(batch * b->batch_size),
             knn_tensor_data(parts[k]), knn_tensor_bytes(parts[k]));
    }
    knn_tensor_release(parts[k]);
  }
  return st;
}

static knn_status predict_batches(knn__run *run, knn__batches *b, knn_tensor **outs, int *n_out) {
  KNN__TRY(knn__run_event(run, KNN_ON_PREDICT_BEGIN, 0, NULL));
  for (int64_t i = 0; i < b->count; i++) {
    knn_tensor *parts[KNN__MODEL_IO];
    int n = 0;
    KNN__TRY(knn__run_poll(run));
    KNN__TRY(knn__run_event(run, KNN_ON_PREDICT_BATCH_BEGIN, i, NULL));
    KNN__TRY(knn__batches_run(b, KNN__PREDICT, i, parts, &n));
    *n_out = n;
    KNN__TRY(place_outputs(b, i, parts, n, outs));
    KNN__TRY(knn__run_batch_end(run, KNN_ON_PREDICT_BATCH_END, i, i + 1 == b->count));
  }
  return knn__run_event(run, KNN_ON_PREDICT_END, 0, NULL);
}

static knn_status predict(knn_model *m, const knn_data *data, int64_t batch_size,
                          const knn_callback *callbacks, int n_callbacks, knn_tensor **outs,
                          int *n_out) {
  knn__batches b = {0};
  knn__run run = {0};
  knn_tensor *made[KNN__MODEL_IO] = {0};
  int n = 0;
  knn_data inputs = {.n_x = data->n_x, .x = data->x};
  knn_status st = knn__batches_open(m, &inputs, batch_size, &b);
  if (st == KNN_OK) st = knn__preflight(m, &b, false);
  if (st == KNN_OK && m->compiled) st = knn__model_pack(m);
  if (st == KNN_OK) st = knn__run_begin(&run, m, callbacks, n_callbacks);
  if (st == KNN_OK) {
    run.info = (knn_run_info){
        .epochs = 1, .steps = b.count, .batch_size = b.batch_size, .samples = b.rows};
    st = predict_batches(&run, &b, made, &n);
  } else {
    knn_fail_in(m->ctx, st, "predict");
  }
  knn__run_end(&run);
  knn__batches_close(&b);
  for (int k = 0; k < n; k++) {
    if (st == KNN_OK && k < *n_out)
      outs[k] = made[k];
    else
      knn_tensor_release(made[k]);
  }
  if (st == KNN_OK && n < *n_out) *n_out = n;
  return st;
}

knn_status knn_model_predict(knn_model *m, const knn_data *data, const knn_config *options,
                             const knn_callback *callbacks, int n_callbacks, knn_tensor **outs,
                             int *n_out) {
  knn__run_args args = {0};
  KNN__TRY(knn__method_args(m->ctx, &knn__method_predict, options, &args));
  int64_t batch_size = args.batch_size;
  knn__args_clear(m->ctx, &knn__method_predict, &args);
  return predict(m, data, batch_size, callbacks, n_callbacks, outs, n_out);
}

knn_status knn_model_predict_on_batch(knn_model *m, const knn_data *data, knn_tensor **outs,
                                      int *n_out) {
  int64_t rows =
      data->n_x > 0 && knn_tensor_rank(data->x[0]) > 0 ? knn_tensor_dim(data->x[0], 0) : 1;
  return predict(m, data, rows > 0 ? rows : 1, NULL, 0, outs, n_out);
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
