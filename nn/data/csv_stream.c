/* csv_stream.c - a CSV file of any size, some rows at a time. The text that was read and not yet
 * cut stands in `text`; a piece of it that ends with a row is cut and filled as a whole file would
 * be, under the names that the first piece gave. */
#include <string.h>

#include "source.h"
#include "table.h"

enum { BLOCK = 1 << 18 };

struct knn_csv_stream {
  knn_ctx *ctx;
  knn__source *source;
  knn_csv_options options; /* with copies of all its strings */
  char **names, **missing;
  char *text;
  size_t n, room;
  bool ended;
  int64_t line; /* of text[0], from 1 */
  int columns;  /* 0 = not known yet */
};

static knn_status copy_strings(knn_ctx *ctx, const char *const *list, int n, char ***out) {
  *out = knn__alloc(ctx, (size_t)n * sizeof **out);
  if (!*out) return KNN_ENOMEM;
  for (int i = 0; i < n; i++)
    if (!((*out)[i] = knn__strdup(ctx, list[i]))) return KNN_ENOMEM;
  return KNN_OK;
}

static void free_strings(knn_ctx *ctx, char **list, int n) {
  for (int i = 0; list && i < n; i++) knn__free(ctx, list[i]);
  knn__free(ctx, list);
}

void knn_csv_stream_close(knn_csv_stream *s) {
  if (!s) return;
  knn_ctx *ctx = s->ctx;
  free_strings(ctx, s->names, s->options.n_names);
  free_strings(ctx, s->missing, s->options.n_missing);
  knn__source_close(s->source);
  knn__free(ctx, s->text);
  knn__free(ctx, s);
  knn_ctx_release(ctx);
}

static knn_status set_options(knn_csv_stream *s, const knn_csv_options *o) {
  const char *const *names = o->names, *const *missing = o->missing;
  s->options = *o;
  s->options.names = s->options.missing = NULL;
  if (names) {
    KNN__TRY(copy_strings(s->ctx, names, o->n_names, &s->names));
    s->options.names = (const char *const *)s->names;
  }
  if (missing) {
    KNN__TRY(copy_strings(s->ctx, missing, o->n_missing, &s->missing));
    s->options.missing = (const char *const *)s->missing;
  }
  return KNN_OK;
}

knn_status knn_csv_stream_open(knn_ctx *ctx, const char *path, const knn_csv_options *options,
                               knn_csv_stream **out) {
  static const knn_csv_options defaults;
  knn_csv_stream *s = knn__alloc(ctx, sizeof *s);
  if (!s) return KNN_ENOMEM;
  s->ctx = ctx;
  s->line = 1;
  knn_ctx_retain(ctx);
  knn_status status = set_options(s, options ? options : &defaults);
  if (status == KNN_OK) status = knn__source_open(ctx, path, &s->source);
  if (status == KNN_OK)
    *out = s;
  else
    knn_csv_stream_close(s);
  return status;
}

static knn_status read_more(knn_csv_stream *s) {
  size_t got;
  if (s->room - s->n < BLOCK) {
    size_t room = s->n + 2 * (size_t)BLOCK > 2 * s->room ? s->n + 2 * (size_t)BLOCK : 2 * s->room;
    char *bigger = knn__resize(s->ctx, s->text, room);
    if (!bigger) return KNN_ENOMEM;
    s->text = bigger;
    s->room = room;
  }
  KNN__TRY(knn__source_read(s->source, s->text + s->n, BLOCK, &got));
  s->n += got;
  s->ended = got < BLOCK;
  return KNN_OK;
}

/* Where the row that begins at `at` ends, its line end included; 0 when that is not there yet. A
 * quote opens a cell only at its beginning. */
static size_t row_end(const knn_csv_stream *s, size_t at) {
  char separator = s->options.separator ? s->options.separator : ',';
  bool fresh = true, quoted = false;
  if (s->line == 1 && at == 0 && s->n >= 3 && memcmp(s->text, "\xef\xbb\xbf", 3) == 0) at = 3;
  for (size_t i = at; i < s->n; i++) {
    char c = s->text[i];
    if (quoted) {
      if (c != '"') continue;
      if (i + 1 == s->n && !s->ended) return 0;
      if (i + 1 < s->n && s->text[i + 1] == '"')
        i++;
      else
        quoted = false;
    } else if (c == '"' && fresh && !s->options.no_quotes) {
      quoted = true;
      fresh = false;
    } else if (c == '\n' || c == '\r') {
      if (c == '\r' && i + 1 == s->n && !s->ended) return 0;
      return i + (c == '\r' && i + 1 < s->n && s->text[i + 1] == '\n' ? 2 : 1);
    } else {
      fresh = c == separator;
    }
  }
  return s->ended ? s->n : 0;
}

static bool only_line_ends(const char *text, size_t n) {
  for (size_t i = 0; i < n; i++)
    if (text[i] != '\n' && text[i] != '\r') return false;
  return true;
}

/* The end of up to `most` rows, reading on as needed. */
static knn_status find_piece(knn_csv_stream *s, int64_t most, size_t *end) {
  *end = 0;
  for (int64_t rows = 0; rows < most;) {
    size_t next = *end < s->n ? row_end(s, *end) : 0;
    if (next) {
      rows += !only_line_ends(s->text + *end, next - *end);
      *end = next;
    } else if (s->ended) {
      break;
    } else {
      KNN__TRY(read_more(s));
    }
  }
  return KNN_OK;
}

/* The names of the first piece stand for all. */
static knn_status keep_names(knn_csv_stream *s, const knn_table *t) {
  s->columns = t->n;
  s->options.header = KNN_HEADER_NO;
  if (s->names) return KNN_OK;
  s->names = knn__alloc(s->ctx, (size_t)t->n * sizeof *s->names);
  if (!s->names) return KNN_ENOMEM;
  s->options.n_names = t->n;
  for (int i = 0; i < t->n; i++)
    if (!(s->names[i] = knn__strdup(s->ctx, t->columns[i].name))) return KNN_ENOMEM;
  s->options.names = (const char *const *)s->names;
  return KNN_OK;
}

static knn_status cut_piece(knn_csv_stream *s, size_t bytes, knn_table **out) {
  char *piece = knn__alloc(s->ctx, bytes + 1);
  if (!piece) return KNN_ENOMEM;
  memcpy(piece, s->text, bytes);
  knn__cells cells = {.columns = s->columns, .first_line = s->line};
  knn_status status =
      knn__csv_table(s->ctx, s->source->name, piece, bytes, &s->options, &cells, out);
  if (status == KNN_OK) s->line = cells.next_line;
  knn__free(s->ctx, piece);
  return status;
}

knn_status knn_csv_stream_next(knn_csv_stream *s, int64_t rows, knn_table **out) {
  *out = NULL;
  if (rows < 1)
    return knn_fail(s->ctx, KNN_EARG, "%s: at least one row at a time, got %lld", s->source->name,
                    (long long)rows);
  bool first = s->columns == 0;
  size_t end = 0;
  KNN__TRY(find_piece(s, first && rows < INT64_MAX ? rows + 1 : rows, &end)); /* names are a row */
  if (!first && only_line_ends(s->text, end)) return KNN_OK;
  KNN__TRY(cut_piece(s, end, out));
  memmove(s->text, s->text + end, s->n - end);
  s->n -= end;
  if (!first) return KNN_OK;
  knn_status status = keep_names(s, *out);
  if (status == KNN_OK) return KNN_OK;
  knn_table_release(*out);
  *out = NULL;
  return status;
}
