/* test_pipeline_memory.c - every source and stage of data sets when the n-th allocation fails, for
 * every n: KNN_ENOMEM, nothing left behind, and the same passes succeed afterwards. */
#include "testing.h"

#include <stdatomic.h>
#include <stdlib.h>

static atomic_long left; /* allocations that still succeed; negative: all */

static void *limited(void *user, size_t bytes) {
  (void)user;
  if (atomic_load(&left) >= 0 && atomic_fetch_sub(&left, 1) <= 0) {
    atomic_store(&left, 0);
    return NULL;
  }
  return malloc(bytes);
}

static void release(void *user, void *block) {
  (void)user;
  free(block);
}

static knn_status read_length(void *self, knn_ctx *ctx, const char *path, knn_tensor **out) {
  (void)self;
  int64_t length = (int64_t)strlen(path);
  return knn_tensor_from(ctx, KNN_I64, 0, NULL, &length, out);
}

static knn_status same(void *self, knn_ctx *ctx, const knn_element *in, knn_element *out,
                       bool *keep) {
  (void)self;
  (void)ctx;
  *keep = true;
  *out = *in;
  knn_layout_retain(out->layout);
  for (int i = 0; i < out->n; i++) knn_tensor_retain(out->tensors[i]);
  return KNN_OK;
}

static knn_status every(void *self, knn_ctx *ctx, const knn_element *in, knn_element *out,
                        bool *keep) {
  (void)self;
  (void)ctx;
  (void)in;
  (void)out;
  *keep = true;
  return KNN_OK;
}

/* ---- sources over 5 rows x ---- */

typedef knn_status source(knn_tensor *x, const knn_element *whole, knn_pipeline **out);

static knn_status slices(knn_tensor *x, const knn_element *whole, knn_pipeline **out) {
  return knn_pipeline_from_tensors(knn_tensor_ctx(x), whole, out);
}

static knn_status files(knn_tensor *x, const knn_element *whole, knn_pipeline **out) {
  static const char *const paths[] = {"a", "bb", "ccc", "dddd", "eeeee"};
  const knn_reader reader = {.read = read_length, .any_thread = true};
  return knn_pipeline_from_files(knn_tensor_ctx(x), paths, 5, whole, &reader, out);
}

static knn_status series(knn_tensor *x, const knn_element *whole, knn_pipeline **out) {
  return knn_pipeline_windows(x, (int64_t[]){0, 1, 2}, 3, 2, 2, whole, out);
}

/* ---- stages ---- */

typedef knn_status stage(knn_pipeline *p, knn_pipeline **out);

static knn_status shuffle(knn_pipeline *p, knn_pipeline **out) {
  return knn_pipeline_shuffle(p, 2, KNN_ANY, true, out);
}

static knn_status map(knn_pipeline *p, knn_pipeline **out) {
  return knn_pipeline_map(p, &(knn_element_fn){.call = same, .any_thread = true}, out);
}

static knn_status filter(knn_pipeline *p, knn_pipeline **out) {
  return knn_pipeline_filter(p, &(knn_element_fn){.call = every, .any_thread = true}, out);
}

static knn_status unbatch(knn_pipeline *p, knn_pipeline **out) {
  knn_pipeline *batches = NULL;
  knn_status st = knn_pipeline_batch(p, 2, false, &batches);
  if (st == KNN_OK) st = knn_pipeline_unbatch(batches, out);
  knn_pipeline_release(batches);
  return st;
}

static knn_status zip(knn_pipeline *p, knn_pipeline **out) {
  return knn_pipeline_zip((knn_pipeline *[]){p, p}, 2, out);
}

static knn_status twice(knn_pipeline *p, knn_pipeline **out) {
  return knn_pipeline_concatenate(p, p, out);
}

static knn_status repeat(knn_pipeline *p, knn_pipeline **out) {
  return knn_pipeline_repeat(p, 2, out);
}

static knn_status but_first(knn_pipeline *p, knn_pipeline **out) {
  return knn_pipeline_skip(p, 1, out);
}

static knn_status prefetch(knn_pipeline *p, knn_pipeline **out) {
  return knn_pipeline_prefetch(p, 2, out);
}

/* ---- */

static knn_status run_pass(knn_pipeline *p, int64_t pass) {
  knn_cursor *cursor = NULL;
  bool end = false;
  knn_status st = knn_cursor_open(p, pass, &cursor);
  while (st == KNN_OK && !end) {
    knn_element e = {0};
    st = knn_cursor_next(cursor, &e, &end);
    knn_element_clear(&e);
  }
  knn_cursor_close(cursor);
  return st;
}

static knn_status run(knn_tensor *x, source *make, stage *put) {
  const knn_group groups[] = {{.n = 1}, {.n = 1}};
  knn_element whole = {.n = 2, .tensors = {x, x}};
  knn_pipeline *first = NULL, *second = NULL, *top = NULL;
  knn_status st = knn_layout_new(knn_tensor_ctx(x), groups, 2, &whole.layout);
  if (st == KNN_OK) st = make(x, &whole, &first);
  if (st == KNN_OK) st = put(first, &second);
  if (st == KNN_OK) st = knn_pipeline_batch(second, 2, false, &top);
  for (int pass = 0; pass < 2 && st == KNN_OK; pass++) st = run_pass(top, pass);
  knn_layout_release(whole.layout);
  knn_pipeline_release(first);
  knn_pipeline_release(second);
  knn_pipeline_release(top);
  return st;
}

static size_t blocks_of(knn_ctx *ctx) {
  size_t bytes, blocks;
  knn_ctx_memory(ctx, &bytes, &blocks, NULL);
  return blocks;
}

static void starve(knn_ctx *ctx, knn_tensor *x, source *make, stage *put) {
  const size_t before = blocks_of(ctx);
  knn_status st = KNN_ENOMEM;
  for (long allowed = 0; allowed < 10000 && st != KNN_OK; allowed++) {
    left = allowed;
    st = run(x, make, put);
    left = -1;
    if (st != KNN_OK && st != KNN_ENOMEM)
      fail_msg("allocation %ld: %s: %s", allowed, knn_status_name(st), knn_ctx_error(ctx));
    if (blocks_of(ctx) != before) fail_msg("allocation %ld: blocks were left behind", allowed);
  }
  assert_int_equal(st, KNN_OK);
}

static void pipelines_survive(void **state) {
  (void)state;
  static source *const sources[] = {slices, files, series};
  static stage *const stages[] = {
      shuffle, map, filter, unbatch, zip, twice, repeat, but_first, knn_pipeline_cache, prefetch};
  const knn_ctx_options options = {.alloc = limited, .release = release, .threads = 1};
  knn_ctx *ctx;
  knn_tensor *x;
  left = -1;
  assert_int_equal(knn_ctx_new(&options, &ctx), KNN_OK);
  assert_ok(ctx, knn_tensor_new(ctx, KNN_F32, 2, (int64_t[]){5, 3}, &x));
  for (size_t i = 0; i < sizeof sources / sizeof *sources; i++)
    for (size_t k = 0; k < sizeof stages / sizeof *stages; k++)
      starve(ctx, x, sources[i], stages[k]);
  knn_tensor_release(x);
  assert_int_equal(blocks_of(ctx), 0);
  knn_ctx_release(ctx);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(pipelines_survive)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
