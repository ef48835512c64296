/* json_data.c - JSON files whole and by lines. */
#include <string.h>

#include "json.h"
#include "knn/json.h"
#include "sink.h"
#include "source.h"
#include "text.h"

static bool is_blank(const char *text, size_t n) {
  for (size_t i = 0; i < n; i++)
    if (!strchr(" \t\r", text[i])) return false;
  return true;
}

/* The document of one line, whose messages begin with name:line. */
static knn_status read_line(knn_ctx *ctx, const char *name, int64_t line, const char *text,
                            size_t n, knn_config *list) {
  knn__text where = {.ctx = ctx};
  knn_config *document = NULL;
  knn__text_add(&where, "%s:%lld", name, (long long)line);
  knn_status status = where.failed ? KNN_ENOMEM : knn__json_read(ctx, where.s, text, n, &document);
  if (status == KNN_OK) status = knn_config_push(list, document);
  knn_config_release(document);
  knn__free(ctx, where.s);
  return status;
}

static knn_status read_lines(knn_ctx *ctx, const char *name, const char *text, size_t bytes,
                             knn_config **out) {
  knn_config *list = NULL;
  KNN__TRY(knn_config_list(ctx, &list));
  knn_status status = KNN_OK;
  const char *at = text, *end = bytes ? text + bytes : text;
  for (int64_t line = 1; at < end && status == KNN_OK; line++) {
    const char *stop = memchr(at, '\n', (size_t)(end - at));
    if (!stop) stop = end;
    size_t n = (size_t)(stop - at);
    if (!is_blank(at, n)) status = read_line(ctx, name, line, at, n, list);
    at = stop < end ? stop + 1 : end;
  }
  if (status == KNN_OK)
    *out = list;
  else
    knn_config_release(list);
  return status;
}

knn_status knn_json_parse(knn_ctx *ctx, const char *name, const char *text, size_t bytes,
                          bool lines, knn_config **out) {
  return lines ? read_lines(ctx, name, text, bytes, out)
               : knn__json_read(ctx, name, text, bytes, out);
}

knn_status knn_json_load(knn_ctx *ctx, const char *path, bool lines, knn_config **out) {
  char *text = NULL;
  size_t bytes = 0;
  KNN__TRY(knn__source_load(ctx, path, (uint64_t)4 << 30, &text, &bytes));
  const knn_status status = knn_json_parse(ctx, path, text, bytes, lines, out);
  knn__free(ctx, text);
  return status;
}

static knn_status add_document(const knn_config *config, int indent, knn__sink *sink) {
  char *text = NULL;
  KNN__TRY(knn__json_write(sink->ctx, config, indent, &text));
  knn__sink_write(sink, text, strlen(text));
  knn__sink_write(sink, "\n", 1);
  knn__free(sink->ctx, text);
  return KNN_OK;
}

static knn_status add_lines(const knn_config *list, const char *path, knn__sink *sink) {
  if (knn_config_kind_of(list) != KNN_CONFIG_LIST)
    return knn_fail(sink->ctx, KNN_EARG, "%s: lines are written from a list", path);
  for (int i = 0; i < knn_config_size(list); i++)
    KNN__TRY(add_document(knn_config_at(list, i), 0, sink));
  return KNN_OK;
}

knn_status knn_json_save(knn_ctx *ctx, const knn_config *config, const char *path, int indent,
                         bool lines) {
  knn__sink sink = {.ctx = ctx};
  knn_status status = lines ? add_lines(config, path, &sink) : add_document(config, indent, &sink);
  if (status == KNN_OK) status = knn__sink_save(&sink, path);
  knn__sink_clear(&sink);
  return status;
}
