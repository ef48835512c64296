/* csv.c - RFC 4180 text into cells. Departures, all of them common in real files: LF and CR end a
 * line as CRLF does, empty lines are skipped, a quote inside an unquoted cell stands for itself.
 *
 * Cells are unquoted in place: what is written never passes what is still to be read, because a
 * cell takes at least the place of its own text and of the separator or line end behind it, which
 * becomes its NUL. */
#include <string.h>

#include "source.h"
#include "table.h"

typedef struct cutter {
  knn_ctx *ctx;
  const char *name;
  char separator;
  bool quotes, trim, drop_bad;
  const char *at, *end;
  char *to;     /* where the next byte of a cell goes */
  int64_t line; /* of `at`, from 1 */
  int64_t room; /* of cells->lines */
  knn__cells *cells;
} cutter;

static bool at_line_end(const cutter *c) {
  return c->at == c->end || *c->at == '\n' || *c->at == '\r';
}

static void take_line_end(cutter *c) {
  if (c->at == c->end) return;
  if (*c->at == '\r' && c->at + 1 < c->end && c->at[1] == '\n') c->at++;
  c->at++;
  c->line++;
}

/* From the opening quote to behind the closing one. */
static knn_status cut_quoted(cutter *c, int column) {
  int64_t opened = c->line;
  for (c->at++;; c->at++) {
    if (c->at == c->end)
      return knn_fail(c->ctx, KNN_EFORMAT,
                      "%s:%lld:%d: the quote that opens this cell is never closed", c->name,
                      (long long)opened, column + 1);
    if (*c->at == '"') {
      if (c->at + 1 == c->end || c->at[1] != '"') break;
      c->at++;
    }
    if (*c->at == '\n' || (*c->at == '\r' && (c->at + 1 == c->end || c->at[1] != '\n'))) c->line++;
    *c->to++ = *c->at;
  }
  c->at++;
  if (at_line_end(c) || *c->at == c->separator) return KNN_OK;
  return knn_fail(
      c->ctx, KNN_EFORMAT,
      "%s:%lld:%d: '%c' follows the closing quote; a quote inside a quoted cell is written twice",
      c->name, (long long)c->line, column + 1, *c->at);
}

static void cut_plain(cutter *c) {
  char *first = c->to;
  while (!at_line_end(c) && *c->at != c->separator) *c->to++ = *c->at++;
  if (!c->trim) return;
  char *from = first;
  while (from < c->to && (*from == ' ' || *from == '\t')) from++;
  while (c->to > from && (c->to[-1] == ' ' || c->to[-1] == '\t')) c->to--;
  size_t n = (size_t)(c->to - from);
  memmove(first, from, n);
  c->to = first + n;
}

/* A row with another number of cells than the first: taken out again, or a failure. */
static knn_status bad_row(cutter *c, int64_t line, int n, char *row_begin) {
  knn__cells *cells = c->cells;
  if (!c->drop_bad)
    return knn_fail(c->ctx, KNN_EFORMAT, "%s:%lld: this row has %d cells, the first has %d",
                    c->name, (long long)line, n, cells->columns);
  KNN__TRY(
      knn__grow(c->ctx, (void **)&cells->bad, &cells->bad_room, cells->n_bad, sizeof *cells->bad));
  cells->bad[cells->n_bad++] = (knn_bad_row){.line = line, .cells = n};
  c->to = row_begin;
  return KNN_OK;
}

/* One row; its number of cells is the table's if it is the first. */
static knn_status cut_row(cutter *c) {
  int64_t line = c->line;
  char *row_begin = c->to;
  int n = 0;
  for (;; n++) {
    bool quoted = c->quotes && c->at < c->end && *c->at == '"';
    if (quoted)
      KNN__TRY(cut_quoted(c, n));
    else
      cut_plain(c);
    bool more = c->at < c->end && *c->at == c->separator;
    if (more)
      c->at++;
    else
      take_line_end(c);
    *c->to++ = '\0';
    if (!more) break;
  }
  n++;
  if (c->cells->columns == 0) c->cells->columns = n;
  if (n != c->cells->columns) return bad_row(c, line, n, row_begin);
  if (c->cells->rows == c->room) {
    int64_t room = c->room ? 2 * c->room : 256;
    int64_t *bigger = knn__resize(c->ctx, c->cells->lines, (size_t)room * sizeof *bigger);
    if (!bigger) return KNN_ENOMEM;
    c->cells->lines = bigger;
    c->room = room;
  }
  c->cells->lines[c->cells->rows++] = line;
  return KNN_OK;
}

/* Bytes that no text of this kind has. */
static knn_status check_encoding(cutter *c) {
  size_t n = (size_t)(c->end - c->at);
  const char *nul = n ? memchr(c->at, 0, n) : NULL;
  bool wide = n >= 2 && (memcmp(c->at, "\xff\xfe", 2) == 0 || memcmp(c->at, "\xfe\xff", 2) == 0);
  if (!nul && !wide) return KNN_OK;
  int64_t line = 1;
  for (const char *p = c->at; p < nul; p++) line += *p == '\n';
  return knn_fail(c->ctx, KNN_EFORMAT, "%s:%lld: %s; the file must be plain text in UTF-8", c->name,
                  (long long)line, wide ? "the text is UTF-16" : "a NUL byte");
}

knn_status knn__csv_cut(knn_ctx *ctx, const char *name, char *text, size_t bytes,
                        const knn_csv_options *options, knn__cells *cells) {
  cutter c = {.ctx = ctx,
              .name = name,
              .separator = options->separator ? options->separator : ',',
              .quotes = !options->no_quotes,
              .trim = options->trim,
              .drop_bad = options->drop_bad_rows,
              .at = text,
              .end = text + bytes,
              .to = text,
              .line = cells->first_line ? cells->first_line : 1,
              .cells = cells};
  if (strchr("\n\r\"", c.separator))
    return knn_fail(ctx, KNN_EARG, "a quote or a line end cannot separate the cells of %s", name);
  KNN__TRY(check_encoding(&c));
  cells->text = text;
  if (c.line == 1 && bytes >= 3 && memcmp(text, "\xef\xbb\xbf", 3) == 0) c.at += 3;
  while (c.at < c.end) {
    if (at_line_end(&c))
      take_line_end(&c);
    else
      KNN__TRY(cut_row(&c));
  }
  cells->next_line = c.line;
  if (cells->rows == 0 && cells->n_bad == 0)
    return knn_fail(ctx, KNN_EFORMAT, "%s is empty; rows of cells were expected", name);
  return KNN_OK;
}

knn_status knn__csv_table(knn_ctx *ctx, const char *name, char *text, size_t bytes,
                          const knn_csv_options *options, knn__cells *cells, knn_table **out) {
  knn_table *table = NULL;
  KNN__TRY(knn_table_new(ctx, name, 0, &table));
  knn_status status = knn__csv_cut(ctx, name, text, bytes, options, cells);
  if (status == KNN_OK) status = knn__table_fill(table, cells, options);
  table->bad = cells->bad;
  table->n_bad = cells->n_bad;
  knn__free(ctx, cells->lines);
  if (status == KNN_OK)
    *out = table;
  else
    knn_table_release(table);
  return status;
}

static knn_status make_table(knn__source *s, const knn_csv_options *options, knn_table **out) {
  char *text = NULL;
  size_t bytes = 0;
  knn__cells cells = {0};
  KNN__TRY(knn__source_all(s, options->limit ? options->limit : (uint64_t)4 << 30, &text, &bytes));
  knn_status status = knn__csv_table(s->ctx, s->name, text, bytes, options, &cells, out);
  knn__free(s->ctx, text);
  return status;
}

static const knn_csv_options defaults;

knn_status knn_csv_load(knn_ctx *ctx, const char *path, const knn_csv_options *options,
                        knn_table **out) {
  knn__source *s = NULL;
  KNN__TRY(knn__source_open(ctx, path, &s));
  knn_status status = make_table(s, options ? options : &defaults, out);
  knn__source_close(s);
  return status;
}

knn_status knn_csv_parse(knn_ctx *ctx, const char *name, const void *text, size_t bytes,
                         const knn_csv_options *options, knn_table **out) {
  knn__source *s = NULL;
  KNN__TRY(knn__source_memory(ctx, name, text, bytes, &s));
  knn_status status = make_table(s, options ? options : &defaults, out);
  knn__source_close(s);
  return status;
}
