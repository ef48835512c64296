/* host.c - a program outside the tree that learns with the installed library: three kinds of points
 * in the plane, told apart by their distance from the middle. Builds, trains, evaluates, predicts;
 * a mistake gives a sentence and costs nothing. */
#include <knn/knn.h>
#include <stdio.h>
#include <string.h>

enum { POINTS = 600 };

/* Any failure ends the program with the engine's sentence. */
static int check(knn_ctx *ctx, knn_status status, const char *what) {
  if (status != KNN_OK) fprintf(stderr, "%s: %s\n", what, knn_ctx_error(ctx));
  return status != KNN_OK;
}

static void fill(knn_tensor *x, knn_tensor *labels) {
  unsigned random = 1;
  for (int i = 0; i < POINTS; i++) {
    double distance = 0;
    for (int k = 0; k < 2; k++) {
      random = random * 1103515245u + 12345u;
      double at = (double)(random >> 16 & 0x7FFF) / 16384 - 1;
      knn_tensor_set(x, 2 * i + k, at);
      distance += at * at;
    }
    knn_tensor_set(labels, i, distance < 0.3 ? 0 : distance < 0.8 ? 1 : 2);
  }
}

static int train(knn_ctx *ctx, knn_model *model, const knn_data *data) {
  knn_config *options = NULL;
  knn_history *history = NULL;
  knn_logs *logs = NULL;
  double accuracy = 0;
  int failed =
      check(ctx, knn_model_add_new(model, "Dense", "units=64, activation=relu, input_shape=[2]"),
            "add") ||
      check(ctx, knn_model_add_new(model, "Dense", "units=3, activation=softmax"), "add") ||
      check(ctx,
            knn_config_parse(
                ctx,
                "loss=sparse_categorical_crossentropy, "
                "optimizer={class_name=Adam, config={learning_rate=0.01}}, metrics=[accuracy]",
                &options),
            "options") ||
      check(ctx, knn_model_compile(model, options), "compile");
  knn_config_release(options);
  options = NULL;
  failed = failed ||
           check(ctx, knn_config_parse(ctx, "epochs=60, batch_size=16", &options), "options") ||
           check(ctx, knn_model_fit(model, data, NULL, options, NULL, 0, &history), "fit") ||
           check(ctx, knn_model_evaluate(model, data, NULL, NULL, 0, &logs), "evaluate");
  failed = failed || !knn_logs_get(logs, "accuracy", &accuracy);
  if (!failed) printf("host: %d epochs, accuracy %.3f\n", knn_history_epochs(history), accuracy);
  knn_config_release(options);
  knn_history_release(history);
  knn_logs_release(logs);
  return failed || accuracy < 0.9;
}

static int use(knn_ctx *ctx, knn_model *model, knn_tensor *x) {
  knn_data data = {1, 0, &x, NULL, NULL};
  knn_tensor *labels = NULL, *narrow = NULL;
  int failed = check(ctx, knn_model_predict_classes(model, &data, NULL, &labels), "predict") ||
               knn_tensor_size(labels) != POINTS;
  failed = failed || check(ctx, knn_tensor_slice(x, 1, 0, 1, 1, &narrow), "slice");
  data.x = &narrow;
  if (!failed) {
    knn_tensor *none = NULL;
    int n = 1;
    failed = knn_model_predict(model, &data, NULL, NULL, 0, &none, &n) != KNN_ESHAPE ||
             !strstr(knn_ctx_error(ctx), "(None, 2)");
    printf("host: refused as it should be: %s\n", knn_ctx_error(ctx));
  }
  knn_tensor_release(labels);
  knn_tensor_release(narrow);
  return failed;
}

int main(void) {
  knn_ctx *ctx = NULL;
  knn_model *model = NULL;
  knn_tensor *x = NULL, *labels = NULL;
  const int64_t plane[2] = {POINTS, 2};
  if (knn_ctx_new(NULL, &ctx) != KNN_OK) return 1;
  knn_ctx_seed(ctx, 7);
  int failed = check(ctx, knn_sequential_new(ctx, "rings", &model), "model") ||
               check(ctx, knn_tensor_new(ctx, KNN_F32, 2, plane, &x), "x") ||
               check(ctx, knn_tensor_new(ctx, KNN_I32, 1, plane, &labels), "labels");
  if (!failed) {
    knn_data data = {.n_x = 1, .n_y = 1, .x = &x, .y = &labels};
    fill(x, labels);
    failed = train(ctx, model, &data) || use(ctx, model, x);
  }
  knn_model_release(model);
  knn_tensor_release(x);
  knn_tensor_release(labels);
  size_t blocks;
  knn_ctx_set_threads(ctx, 1); /* the pool is memory too */
  knn_ctx_memory(ctx, NULL, &blocks, NULL);
  if (blocks) fprintf(stderr, "host: %zu blocks were left behind\n", blocks);
  knn_ctx_release(ctx);
  printf("host: knn %s %s\n", knn_version(), failed || blocks ? "failed" : "works");
  return failed || blocks;
}
