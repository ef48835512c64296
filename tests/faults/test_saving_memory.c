/* test_saving_memory.c - memory runs out at every point of saving and loading a model: the call
 * says so, nothing is left behind, and the file that was there stays whole. Without Lua: what a
 * host in C does. */
#include "testing.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "knn/saving.h"

/* An allocator that gives `left` more blocks; all it wants when left < 0. */
typedef struct limited {
  long left;
} limited;

static void *limited_alloc(void *user, size_t bytes) {
  limited *l = user;
  if (l->left == 0) return NULL;
  if (l->left > 0) l->left--;
  return malloc(bytes);
}

static void limited_release(void *user, void *block) {
  (void)user;
  free(block);
}

static knn_ctx *limited_context(limited *l) {
  knn_ctx_options options = {
      .alloc = limited_alloc, .release = limited_release, .user = l, .threads = 1};
  knn_ctx *ctx;
  l->left = -1;
  assert_int_equal(knn_ctx_new(&options, &ctx), KNN_OK);
  return ctx;
}

static size_t blocks_of(const knn_ctx *ctx) {
  size_t blocks;
  knn_ctx_memory(ctx, NULL, &blocks, NULL);
  return blocks;
}

static knn_model *make_model(knn_ctx *ctx) {
  knn_model *m = NULL;
  knn_config *options = NULL;
  assert_int_equal(knn_sequential_new(ctx, "net", &m), KNN_OK);
  assert_int_equal(
      knn_model_add_new(m, "Dense",
                        "units=3, activation=relu, input_shape=[4], kernel_regularizer=l2"),
      KNN_OK);
  assert_int_equal(knn_model_add_new(m, "Dense", "units=2"), KNN_OK);
  assert_int_equal(knn_config_parse(ctx, "loss=mse, optimizer=adam, metrics=[mae]", &options),
                   KNN_OK);
  assert_int_equal(knn_model_compile(m, options), KNN_OK);
  knn_config_release(options);
  return m;
}

/* Every count at first, then every seventh: there are some thousand. */
static long next_count(long n) {
  return n < 150 ? n + 1 : n + 7;
}

static void run(const char *path) {
  limited l;
  knn_ctx *ctx = limited_context(&l);
  knn_model *m = make_model(ctx), *again = NULL;
  assert_int_equal(knn_model_save(m, path), KNN_OK);
  assert_int_equal(knn_model_load(ctx, path, NULL, &again), KNN_OK);
  knn_model_release(again);
  const size_t before = blocks_of(ctx);
  knn_status st = KNN_ENOMEM;
  for (long n = 0; st != KNN_OK; n = next_count(n)) {
    again = NULL;
    l.left = n;
    st = knn_model_load(ctx, path, NULL, &again);
    l.left = -1;
    assert_true(st == KNN_OK || st == KNN_ENOMEM);
    knn_model_release(again);
    assert_int_equal(blocks_of(ctx), before);
  }
  st = KNN_ENOMEM;
  for (long n = 0; st != KNN_OK; n = next_count(n)) {
    l.left = n;
    st = knn_model_save(m, path);
    l.left = -1;
    assert_true(st == KNN_OK || st == KNN_ENOMEM);
    assert_int_equal(blocks_of(ctx), before);
  }
  assert_int_equal(knn_model_load(ctx, path, NULL, &again), KNN_OK);
  knn_model_release(again);
  knn_model_release(m);
  knn_ctx_release(ctx);
}

static void saving_and_loading_survive(void **state) {
  char folder[] = "/tmp/knn_saving_XXXXXX", path[64];
  (void)state;
  assert_non_null(mkdtemp(folder));
  snprintf(path, sizeof path, "%s/m.keras", folder);
  run(path);
  assert_int_equal(unlink(path), 0);
  assert_int_equal(rmdir(folder), 0); /* no temporary file is left either */
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(saving_and_loading_survive)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
