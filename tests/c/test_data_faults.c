/* test_data_faults.c - every allocation of reading, splitting and converting fails once: the call
 * says KNN_ENOMEM, gives nothing, leaks nothing, and works again afterwards. */
#include "data_help.h"

#include "knn/audio.h"
#include "knn/image.h"
#include "knn/json.h"

#include <stdio.h>
#include <stdlib.h>

typedef struct budget {
  int left; /* allocations until one fails; negative = none fails */
} budget;

static void *limited_alloc(void *user, size_t bytes) {
  budget *b = user;
  if (b->left == 0) return NULL;
  if (b->left > 0) b->left--;
  return malloc(bytes);
}

static void plain_release(void *user, void *block) {
  (void)user;
  free(block);
}

static knn_status read_idx(knn_ctx *ctx, const char *path) {
  knn_tensor *t = NULL;
  knn_status status = knn_idx_load(ctx, path, &t);
  assert_true((status == KNN_OK) == (t != NULL));
  knn_tensor_release(t);
  return status;
}

static knn_status read_csv(knn_ctx *ctx, const char *path) {
  static const char text[] = "a,b,t\n1,2.5,x\n,3,\"y\"\"z\"\n4,?,\n";
  knn_table *t = NULL;
  knn_tensor *x = NULL, *rows = NULL;
  (void)path;
  knn_csv_options options = {.policy = KNN_MISSING_KEEP};
  knn_status status = knn_csv_parse(ctx, "t.csv", text, sizeof text - 1, &options, &t);
  if (status == KNN_OK)
    status = knn_table_matrix(t, (const int[]){0, 1}, 2, KNN_MISSING_DROP, 0, &x, &rows);
  assert_true((status == KNN_OK) == (x != NULL));
  knn_tensor_release(x);
  knn_tensor_release(rows);
  knn_table_release(t);
  return status;
}

/* Rows and columns of a table, one more column. */
static knn_status remake_table(knn_ctx *ctx, const char *path) {
  static const char text[] = "a,b,t\n1,2.5,x\n9\n,3,y\n4,?,\n";
  static const char *const words[] = {"p", NULL};
  knn_table *t = NULL, *rows = NULL, *columns = NULL, *more = NULL;
  knn_tensor *numbers = NULL;
  (void)path;
  const knn_csv_options options = {.drop_bad_rows = true};
  knn_status status = knn_csv_parse(ctx, "t.csv", text, sizeof text - 1, &options, &t);
  if (status == KNN_OK)
    status = knn_tensor_from(ctx, KNN_I64, 1, &(int64_t){2}, (const int64_t[]){2, 1}, &numbers);
  if (status == KNN_OK) status = knn_table_take(t, numbers, &rows);
  if (status == KNN_OK) status = knn_table_select(rows, (const int[]){2, 0}, 2, &columns);
  if (status == KNN_OK) status = knn_table_with_text(columns, "u", words, 2, &more);
  if (status == KNN_OK) assert_int_equal(knn_table_missing(more, -1), 3);
  knn_tensor_release(numbers);
  knn_table *const all[] = {t, rows, columns, more};
  for (size_t i = 0; i < sizeof all / sizeof *all; i++) knn_table_release(all[i]);
  return status;
}

static knn_status read_pieces(knn_ctx *ctx, const char *path) {
  static const char *const names[] = {"p", "q"};
  const knn_csv_options options = {.names = names, .n_names = 2, .header = KNN_HEADER_YES};
  knn_csv_stream *stream = NULL;
  knn_table *t = NULL;
  knn_status status = knn_csv_stream_open(ctx, path, &options, &stream);
  while (status == KNN_OK && (status = knn_csv_stream_next(stream, 2, &t)) == KNN_OK && t) {
    knn_table_release(t);
    t = NULL;
  }
  knn_csv_stream_close(stream);
  return status;
}

static knn_status read_records(knn_ctx *ctx, const char *path) {
  static const char text[] = "{\"a\": 1, \"b\": \"x\"}\n{\"a\": 2.5, \"b\": 3}\n";
  knn_config *records = NULL, *names = NULL;
  knn_table *t = NULL;
  knn_tensor *order = NULL;
  knn_status status = knn_json_parse(ctx, "t.jsonl", text, sizeof text - 1, true, &records);
  if (status == KNN_OK) status = knn_table_from_records(ctx, "t.jsonl", records, &t);
  if (status == KNN_OK) status = knn_json_save(ctx, records, path, 2, true);
  if (status == KNN_OK) status = knn_folder_list(ctx, ".", false, &names);
  if (status == KNN_OK) status = knn_numpy_order(ctx, 5, 1, &order);
  if (status == KNN_ESTATE) status = KNN_OK; /* built without the library */
  knn_config_release(records);
  knn_config_release(names);
  knn_table_release(t);
  knn_tensor_release(order);
  return status;
}

static knn_status read_sets(knn_ctx *ctx, const char *path) {
  (void)path;
  knn_dataset set = {0};
  const char *const nowhere = "no such folder";
  const knn_dataset_options options = {.dirs = &nowhere, .n_dirs = 1};
  knn_status status = knn_dataset_load(ctx, "cifar10", &options, &set);
  if (status == KNN_EIO) status = knn_dataset_load(ctx, "digits", NULL, &set);
  knn_dataset_clear(&set);
  return status;
}

static knn_status prepare(knn_ctx *ctx, const char *path) {
  (void)path;
  knn_tensor *train = NULL, *test = NULL, *hot = NULL, *rows = NULL, *m = NULL, *s = NULL,
             *z = NULL, *unit = NULL, *image = NULL, *big = NULL;
  knn_status status = knn_train_test_split(ctx, 6, 0.5, 1, &train, &test);
  if (status == KNN_OK) status = knn_to_categorical(train, 6, &hot);
  if (status == KNN_OK) status = knn_take_rows(hot, test, &rows);
  if (status == KNN_EDATA) status = KNN_OK; /* rows of test beyond those of hot */
  if (status == KNN_OK) status = knn_moments(hot, &m, &s);
  if (status == KNN_OK) status = knn_standardize(hot, m, s, &z);
  if (status == KNN_OK) status = knn_normalize(hot, -1, 2, &unit);
  if (status == KNN_OK) status = knn_tensor_reshape(hot, 3, (int64_t[]){3, 6, 1}, &image);
  if (status == KNN_OK) status = knn_image_resize(image, 5, 5, KNN_RESIZE_BILINEAR, &big);
  knn_tensor *const all[] = {train, test, hot, rows, m, s, z, unit, image, big};
  for (size_t i = 0; i < sizeof all / sizeof *all; i++) knn_tensor_release(all[i]);
  return status;
}

static knn_status save_and_read(knn_ctx *ctx, const char *path) {
  knn_tensor *image = NULL, *back = NULL;
  const knn_image_options options = {.mode = KNN_IMAGE_RGBA, .height = 3, .width = 9};
  knn_status status = knn_tensor_new(ctx, KNN_U8, 3, (const int64_t[]){8, 6, 3}, &image);
  if (status == KNN_OK) status = knn_image_save(image, path, 0);
  if (status == KNN_OK) status = knn_image_load(ctx, path, &options, &back);
  if (status == KNN_ESTATE) status = KNN_OK; /* built without the library */
  knn_tensor_release(image);
  knn_tensor_release(back);
  return status;
}

static knn_status save_and_hear(knn_ctx *ctx, const char *path) {
  knn_tensor *sound = NULL, *back = NULL;
  const knn_audio_options options = {.sample_rate = 4000, .mono = true};
  knn_status status = knn_tensor_new(ctx, KNN_F32, 2, (const int64_t[]){100, 2}, &sound);
  if (status == KNN_OK) status = knn_audio_save(sound, path, 8000, 0);
  if (status == KNN_OK) status = knn_audio_load(ctx, path, &options, &back, NULL);
  if (status == KNN_ESTATE) status = KNN_OK; /* built without the library */
  knn_tensor_release(sound);
  knn_tensor_release(back);
  return status;
}

static void fail_everywhere(knn_status (*work)(knn_ctx *ctx, const char *path), const char *path) {
  for (int n = 0;; n++) {
    budget b = {-1};
    knn_ctx *ctx = NULL;
    const knn_ctx_options options = {
        .alloc = limited_alloc, .release = plain_release, .user = &b, .threads = 1};
    assert_int_equal(knn_ctx_new(&options, &ctx), KNN_OK);
    b.left = n;
    knn_status status = work(ctx, path);
    bool reached = b.left == 0;
    b.left = -1;
    if (status != KNN_OK) {
      if (status != KNN_ENOMEM) fail_msg("allocation %d: %s", n, knn_ctx_error(ctx));
      assert_non_null(strstr(knn_ctx_error(ctx), "out of memory"));
      assert_int_equal(work(ctx, path), KNN_OK);
    }
    size_t blocks;
    knn_ctx_memory(ctx, NULL, &blocks, NULL);
    if (blocks) fail_msg("allocation %d: %zu blocks are still alive", n, blocks);
    knn_ctx_release(ctx);
    if (status == KNN_OK && !reached) return;
    assert_true(n < 1000);
  }
}

static void test_faults(void **state) {
  help *h = *state;
  const uint8_t file[] = {0, 0, 11, 1, 0, 0, 0, 2, 0, 1, 0, 2};
  fail_everywhere(read_idx, help_write(h, "plain", file, sizeof file));
  fail_everywhere(read_idx, help_write_gzip(h, "packed", file, sizeof file));
  fail_everywhere(read_csv, NULL);
  fail_everywhere(remake_table, NULL);
  static const char rows[] = "a,b\n1,x\n2,\"y\nz\"\n3,\n";
  fail_everywhere(read_pieces, help_write(h, "a.csv", rows, sizeof rows - 1));
  fail_everywhere(read_records, help_path(h, "a.jsonl"));
  fail_everywhere(read_sets, NULL);
  fail_everywhere(prepare, NULL);
  fail_everywhere(save_and_read, help_path(h, "a.png"));
  fail_everywhere(save_and_read, help_path(h, "a.jpg"));
  fail_everywhere(save_and_hear, help_path(h, "a.wav"));
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup_teardown(test_faults, help_setup, help_teardown)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
