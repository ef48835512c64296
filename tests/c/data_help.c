/* data_help.c - see data_help.h. */
#include "data_help.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

int help_setup(void **state) {
  help *h = calloc(1, sizeof *h);
  if (!h || knn_ctx_new(NULL, &h->ctx) != KNN_OK) return -1;
  const char *base = getenv("TMPDIR");
  snprintf(h->folder, sizeof h->folder, "%s/knn-data-XXXXXX", base ? base : "/tmp");
  *state = h;
  return mkdtemp(h->folder) ? 0 : -1;
}

int help_teardown(void **state) {
  help *h = *state;
  size_t blocks;
  char command[320];
  knn_ctx_memory(h->ctx, NULL, &blocks, NULL);
  if (blocks) fprintf(stderr, "%zu blocks are still alive\n", blocks);
  knn_ctx_release(h->ctx);
  snprintf(command, sizeof command, "rm -rf '%s'", h->folder);
  int code = system(command);
  free(h);
  return blocks || code ? -1 : 0;
}

const char *help_path(const help *h, const char *name) {
  static char paths[8][512];
  static int next;
  char *path = paths[next++ % 8];
  snprintf(path, sizeof *paths, "%s/%s", h->folder, name);
  return path;
}

const char *help_write(const help *h, const char *name, const void *data, size_t bytes) {
  const char *path = help_path(h, name);
  FILE *f = fopen(path, "wb");
  assert_non_null(f);
  assert_int_equal(fwrite(data, 1, bytes, f), bytes);
  assert_int_equal(fclose(f), 0);
  return path;
}

const char *help_write_gzip(const help *h, const char *name, const void *data, size_t bytes) {
  const char *path = help_path(h, name);
  char command[600];
  snprintf(command, sizeof command, "gzip -c > '%s'", path);
  FILE *f = popen(command, "w");
  assert_non_null(f);
  assert_int_equal(fwrite(data, 1, bytes, f), bytes);
  assert_int_equal(pclose(f), 0);
  return path;
}

bool help_exists(const char *path) {
  return access(path, F_OK) == 0;
}

const char *help_real_data(const char *file) {
  static char folder[512];
  const char *given = getenv("KNN_DATASETS");
  const char *const tries[] = {given ? given : "", given ? given : "", "../shared/data"};
  for (int i = 0; i < 3; i++) {
    char path[800];
    snprintf(folder, sizeof folder, "%s%s", tries[i], i == 1 ? "/data" : "");
    snprintf(path, sizeof path, "%s/%s", folder, file);
    if (tries[i][0] && help_exists(path)) return folder;
  }
  fprintf(stderr, "SKIPPED: %s is not here (set KNN_DATASETS)\n", file);
  return NULL;
}

void help_fails(const help *h, knn_status got, knn_status expected, const char *text) {
  if (got == expected && strstr(knn_ctx_error(h->ctx), text)) return;
  fail_msg("expected %s with '%s', got %s: %s", knn_status_name(expected), text,
           knn_status_name(got), knn_ctx_error(h->ctx));
}

void help_ok(const help *h, knn_status got, const char *file, int line) {
  if (got != KNN_OK)
    fail_msg("%s:%d: %s: %s", file, line, knn_status_name(got), knn_ctx_error(h->ctx));
}

void help_sums(const knn_tensor *t, int64_t m, double *sum, double *weighted) {
  *sum = *weighted = 0;
  for (int64_t i = 0, n = knn_tensor_size(t); i < n; i++) {
    double value = knn_tensor_get(t, i);
    *sum += value;
    *weighted += value * (double)(i % m);
  }
}
