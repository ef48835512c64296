/* model_help.c - see model_help.h. */
#include "model_help.h"

#include <math.h>
#include <string.h>

/* The generator of the golden numbers: 24 bits of a linear congruence. */
static double next(uint64_t *state) {
  *state = (*state * 1103515245 + 12345) % 2147483648u;
  return (double)(*state >> 7) / 8388608.0 - 1;
}

static double weight_of(int class_number, int64_t column) {
  return sin(1.7 * class_number + 0.9 * (double)column);
}

static double target_of(const knn_tensor *x, int64_t row, int64_t columns, int classes) {
  double best = -INFINITY, label = 0;
  for (int c = 0; c < (classes ? classes : 1); c++) {
    double sum = 0;
    for (int64_t k = 0; k < columns; k++)
      sum += weight_of(c, k) * knn_tensor_get(x, row * columns + k);
    if (!classes) return tanh(sum);
    if (sum > best) best = sum, label = c;
  }
  return label;
}

static knn_status fill(knn_ctx *ctx, int64_t rows, int64_t columns, int classes, problem *out) {
  uint64_t state = 7;
  knn_dtype type = classes ? KNN_I32 : KNN_F32;
  for (int64_t i = 0; i < rows * columns; i++) knn_tensor_set(out->x, i, next(&state));
  knn_status st = knn_tensor_new(ctx, type, classes ? 1 : 2, (int64_t[]){rows, 1}, &out->y);
  for (int64_t i = 0; st == KNN_OK && i < rows; i++)
    knn_tensor_set(out->y, i, target_of(out->x, i, columns, classes));
  if (st != KNN_OK) problem_drop(out);
  return st;
}

knn_status problem_new(knn_ctx *ctx, int64_t rows, int64_t columns, int classes, problem *out) {
  *out = (problem){0};
  knn_status st = knn_tensor_new(ctx, KNN_F32, 2, (int64_t[]){rows, columns}, &out->x);
  return st == KNN_OK ? fill(ctx, rows, columns, classes, out) : st;
}

knn_status problem_images(knn_ctx *ctx, int64_t rows, int64_t side, int classes, problem *out) {
  *out = (problem){0};
  knn_status st = knn_tensor_new(ctx, KNN_F32, 4, (int64_t[]){rows, side, side, 1}, &out->x);
  return st == KNN_OK ? fill(ctx, rows, side * side, classes, out) : st;
}

void problem_drop(problem *p) {
  knn_tensor_release(p->x);
  knn_tensor_release(p->y);
  *p = (problem){0};
}

knn_data problem_data(problem *p) {
  return (knn_data){.n_x = 1, .n_y = 1, .x = &p->x, .y = &p->y};
}

static knn_status parse(knn_model *model, const char *text, knn_config **out) {
  *out = NULL;
  return text ? knn_config_parse(knn_model_ctx(model), text, out) : KNN_OK;
}

knn_status compile_text(knn_model *model, const char *options) {
  knn_config *config;
  knn_status st = parse(model, options, &config);
  if (st == KNN_OK) st = knn_model_compile(model, config);
  knn_config_release(config);
  return st;
}

knn_status fit_text(knn_model *model, const knn_data *data, const char *options,
                    knn_history **out) {
  knn_config *config;
  knn_status st = parse(model, options, &config);
  if (st == KNN_OK) st = knn_model_fit(model, data, NULL, config, NULL, 0, out);
  knn_config_release(config);
  return st;
}

knn_status evaluate_text(knn_model *model, const knn_data *data, const char *options,
                         const char *name, double *out) {
  knn_config *config;
  knn_logs *logs = NULL;
  knn_status st = parse(model, options, &config);
  if (st == KNN_OK) st = knn_model_evaluate(model, data, config, NULL, 0, &logs);
  *out = NAN;
  if (st == KNN_OK) knn_logs_get(logs, name, out);
  knn_logs_release(logs);
  knn_config_release(config);
  return st;
}

knn_status predict_text(knn_model *model, knn_tensor *x, const char *options, knn_tensor **out) {
  knn_config *config;
  knn_data data = {.n_x = 1, .x = &x};
  int n = 1;
  knn_status st = parse(model, options, &config);
  if (st == KNN_OK) st = knn_model_predict(model, &data, config, NULL, 0, out, &n);
  knn_config_release(config);
  return st;
}

uint64_t weights_sum(knn_model *model) {
  knn_layer *layer = knn_model_layer(model);
  uint64_t sum = 14695981039346656037u; /* FNV-1a */
  for (int i = 0; i < knn_layer_weight_count(layer); i++) {
    knn_tensor *t;
    if (knn_layer_weight(layer, i, &t, NULL, NULL) != KNN_OK) return 0;
    const unsigned char *bytes = knn_tensor_data(t);
    for (size_t k = 0; k < knn_tensor_bytes(t); k++) sum = (sum ^ bytes[k]) * 1099511628211u;
  }
  return sum;
}
