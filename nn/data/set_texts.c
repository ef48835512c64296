/* set_texts.c - texts with a class each, in lines of fields between tabs: film reviews (imdb) and
 * short messages (sms_spam). x (n) strings, y (n) uint8. They are not downloaded. */
#include <stdio.h>
#include <string.h>

#include "dataset.h"
#include "source.h"

static const uint64_t largest = (uint64_t)512 << 20; /* bytes, unpacked */

/* How a line is laid out; fields count from 0. */
typedef struct layout {
  const char *labels[2]; /* the first field, of class 0 and of class 1 */
  int text;
} layout;

typedef struct reader {
  knn_ctx *ctx;
  const char *path;
  const layout *lines;
  knn_string *texts;
  uint8_t *labels;
  int n, room, label_room;
} reader;

static knn_string field(const char *line, const char *end, int number) {
  for (; number > 0 && line < end; number--) {
    const char *tab = memchr(line, '\t', (size_t)(end - line));
    line = tab ? tab + 1 : end;
  }
  const char *tab = line < end ? memchr(line, '\t', (size_t)(end - line)) : NULL;
  return (knn_string){line, (size_t)((tab ? tab : end) - line)};
}

static bool is(knn_string s, const char *word) {
  return s.size == strlen(word) && memcmp(s.bytes, word, s.size) == 0;
}

static knn_status add_line(reader *r, const char *line, const char *end) {
  const knn_string label = field(line, end, 0);
  const bool second = is(label, r->lines->labels[1]);
  if (!second && !is(label, r->lines->labels[0]))
    return knn_fail(r->ctx, KNN_EFORMAT,
                    "%s:%d: begins with '%.*s'; %s or %s and a tab are expected", r->path, r->n + 1,
                    (int)(label.size < 40 ? label.size : 40), label.bytes, r->lines->labels[0],
                    r->lines->labels[1]);
  KNN__TRY(knn__grow(r->ctx, (void **)&r->texts, &r->room, r->n, sizeof *r->texts));
  KNN__TRY(knn__grow(r->ctx, (void **)&r->labels, &r->label_room, r->n, sizeof *r->labels));
  r->texts[r->n] = field(line, end, r->lines->text);
  r->labels[r->n++] = second;
  return KNN_OK;
}

static knn_status add_lines(reader *r, const char *text, size_t bytes) {
  for (const char *end = text + bytes, *line = text; line < end;) {
    const char *newline = memchr(line, '\n', (size_t)(end - line)), *stop = newline ? newline : end;
    const char *last = stop > line && stop[-1] == '\r' ? stop - 1 : stop;
    KNN__TRY(add_line(r, line, last));
    line = stop + 1;
  }
  return KNN_OK;
}

static knn_status read_file(knn_ctx *ctx, const char *path, const layout *lines, knn_tensor **x,
                            knn_tensor **y) {
  reader r = {.ctx = ctx, .path = path, .lines = lines};
  char *text = NULL;
  size_t bytes = 0;
  KNN__TRY(knn__source_load(ctx, path, largest, &text, &bytes));
  knn_status st = add_lines(&r, text, bytes);
  const int64_t n = r.n;
  if (st == KNN_OK) st = knn_tensor_from(ctx, KNN_STRING, 1, &n, r.texts, x);
  if (st == KNN_OK) st = knn_tensor_from(ctx, KNN_U8, 1, &n, r.labels, y);
  knn__free(ctx, text);
  knn__free(ctx, r.texts);
  knn__free(ctx, r.labels);
  return st;
}

/* *found: whether there is such a file. */
static knn_status load_part(knn_ctx *ctx, const knn__dataset_row *row,
                            const knn_dataset_options *options, const char *file,
                            const layout *lines, bool *found, knn_tensor **x, knn_tensor **y,
                            knn_dataset *out) {
  char *path = NULL;
  KNN__TRY(knn__dataset_find(ctx, row, options, file, &path));
  *found = path;
  const knn_status st = path ? read_file(ctx, path, lines, x, y) : KNN_OK;
  if (path && !*out->origin) snprintf(out->origin, sizeof out->origin, "%s", path);
  knn__free(ctx, path);
  return st;
}

static knn_status not_there(knn_ctx *ctx, const knn__dataset_row *row, const char *file) {
  return knn_fail(
      ctx, KNN_EIO,
      "%s is in no folder '%s' of those searched, and is not downloaded; name the folder "
      "above in the option dirs or in KNN_DATASETS",
      file, row->name);
}

static knn_status load_imdb(knn_ctx *ctx, const knn__dataset_row *row,
                            const knn_dataset_options *options, knn_dataset *out) {
  static const layout lines = {{"0", "1"}, 2};
  bool found = false;
  KNN__TRY(load_part(ctx, row, options, "train5000.tsv", &lines, &found, &out->x_train,
                     &out->y_train, out));
  if (!found) return not_there(ctx, row, "train5000.tsv.gz");
  return load_part(ctx, row, options, "test5000.tsv", &lines, &found, &out->x_test, &out->y_test,
                   out);
}

static knn_status load_sms_spam(knn_ctx *ctx, const knn__dataset_row *row,
                                const knn_dataset_options *options, knn_dataset *out) {
  static const layout lines = {{"ham", "spam"}, 1};
  bool found = false;
  KNN__TRY(load_part(ctx, row, options, "SMSSpamCollection", &lines, &found, &out->x_train,
                     &out->y_train, out));
  return found ? KNN_OK : not_there(ctx, row, "SMSSpamCollection");
}

static const char *const moods[] = {"negative", "positive"};
static const char *const kinds[] = {"ham", "spam"};

const knn__dataset_row knn__set_imdb = {
    .name = "imdb",
    .about =
        "IMDB: a sample of 5,000 film reviews for training, and of 5,000 for testing where that "
        "file is there, as texts, and labels 0 and 1. A. Maas et al., Learning word vectors for "
        "sentiment analysis, 2011; no licence stated, citation asked for.",
    .classes = moods,
    .n_classes = 2,
    .load = load_imdb,
};

const knn__dataset_row knn__set_sms_spam = {
    .name = "sms_spam",
    .folder = "sms-spam",
    .about =
        "SMS Spam Collection: 5,574 short messages as texts, and labels 0 (ham) and 1 (spam). T. "
        "Almeida, J. Gomez Hidalgo, A. Yamakami 2011; CC BY 4.0.",
    .classes = kinds,
    .n_classes = 2,
    .load = load_sms_spam,
};
