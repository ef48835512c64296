/* json.c - see json.h. */
#include "json.h"

#if KNN_HAVE_JANSSON

#include "json_api.h"
#include "text.h"

enum { DEEPEST = 500 };

static knn_status load(knn_ctx *ctx, knn__json_api *api) {
  static const char *const names[] = {
#define X(member, type, name) #name,
      KNN__JSON_LIST(X)
#undef X
  };
  return knn__library_load(ctx, KNN_JANSSON_SONAME, "reading and writing models", names,
                           (int)(sizeof names / sizeof *names), api);
}

/* ---- reading ---- */

typedef struct reader {
  knn_ctx *ctx;
  const knn__json_api *api;
  const char *name;
} reader;

static knn_status read_value(const reader *r, json_t *value, int depth, knn_config **out);

static knn_status read_list(const reader *r, json_t *value, int depth, knn_config **out) {
  knn_status st = knn_config_list(r->ctx, out);
  for (size_t i = 0; i < r->api->array_size(value) && st == KNN_OK; i++) {
    knn_config *child = NULL;
    st = read_value(r, r->api->array_get(value, i), depth, &child);
    if (st == KNN_OK) st = knn_config_push(*out, child);
    knn_config_release(child);
  }
  return st;
}

static knn_status read_dict(const reader *r, json_t *value, int depth, knn_config **out) {
  knn_status st = knn_config_dict(r->ctx, out);
  for (void *at = r->api->first(value); at && st == KNN_OK; at = r->api->next(value, at)) {
    knn_config *child = NULL;
    st = read_value(r, r->api->value(at), depth, &child);
    if (st == KNN_OK) st = knn_config_set(*out, r->api->key(at), child);
    knn_config_release(child);
  }
  return st;
}

/* On failure *out may hold a part, which the caller releases. */
static knn_status read_value(const reader *r, json_t *value, int depth, knn_config **out) {
  if (depth > DEEPEST)
    return knn_fail(r->ctx, KNN_EFORMAT, "%s nests deeper than %d levels", r->name, DEEPEST);
  switch (json_typeof(value)) {
    case JSON_OBJECT: return read_dict(r, value, depth + 1, out);
    case JSON_ARRAY: return read_list(r, value, depth + 1, out);
    case JSON_STRING: return knn_config_string(r->ctx, r->api->string_value(value), out);
    case JSON_INTEGER: return knn_config_int(r->ctx, r->api->integer_value(value), out);
    case JSON_REAL: return knn_config_float(r->ctx, r->api->real_value(value), out);
    case JSON_TRUE: return knn_config_bool(r->ctx, true, out);
    case JSON_FALSE: return knn_config_bool(r->ctx, false, out);
    case JSON_NULL: break;
  }
  return knn_config_null(r->ctx, out);
}

knn_status knn__json_read(knn_ctx *ctx, const char *name, const char *text, size_t n,
                          knn_config **out) {
  knn__json_api api;
  json_error_t error;
  knn_config *config = NULL;
  KNN__TRY(load(ctx, &api));
  json_t *root = api.loadb(text, n, JSON_REJECT_DUPLICATES, &error);
  if (!root)
    return knn_fail(ctx, KNN_EFORMAT, "%s is not JSON: %s in line %d, column %d", name, error.text,
                    error.line, error.column);
  const reader r = {ctx, &api, name};
  knn_status st = read_value(&r, root, 0, &config);
  api.destroy(root);
  if (st == KNN_OK)
    *out = config;
  else
    knn_config_release(config);
  return st;
}

/* ---- writing ---- */

/* NULL when memory is short, or where an object stands. */
static json_t *make_value(const knn__json_api *api, const knn_config *config) {
  json_t *value = NULL;
  bool good = true;
  switch (knn_config_kind_of(config)) {
    case KNN_CONFIG_NULL: return api->make_null();
    case KNN_CONFIG_BOOL: return knn_config_get_bool(config) ? api->make_true() : api->make_false();
    case KNN_CONFIG_INT: return api->integer(knn_config_get_int(config));
    case KNN_CONFIG_FLOAT: return api->real(knn_config_get_float(config));
    case KNN_CONFIG_STRING: return api->string(knn_config_get_string(config));
    case KNN_CONFIG_OBJECT: return NULL;
    case KNN_CONFIG_LIST:
      value = api->array();
      for (int i = 0; value && i < knn_config_size(config) && good; i++)
        good = api->append(value, make_value(api, knn_config_at(config, i))) == 0;
      break;
    case KNN_CONFIG_DICT:
      value = api->object();
      for (int i = 0; value && i < knn_config_size(config) && good; i++)
        good = api->set(value, knn_config_key(config, i),
                        make_value(api, knn_config_at(config, i))) == 0;
      break;
  }
  if (good || !value) return value;
  api->destroy(value);
  return NULL;
}

static int take_text(const char *part, size_t n, void *text) {
  knn__text_add_bytes(text, part, n);
  return ((knn__text *)text)->failed ? -1 : 0;
}

knn_status knn__json_write(knn_ctx *ctx, const knn_config *config, int indent, char **out) {
  knn__json_api api;
  knn__text text = {.ctx = ctx};
  KNN__TRY(load(ctx, &api));
  json_t *value = make_value(&api, config);
  if (!value)
    return knn_fail(ctx, KNN_EARG,
                    "a part of the config is no text of JSON: an object of the program, a number "
                    "that is not finite, or text that is not UTF-8");
  const int failed = api.dump(value, take_text, &text,
                              JSON_ENSURE_ASCII | JSON_ENCODE_ANY | JSON_INDENT((size_t)indent));
  if (json_typeof(value) == JSON_OBJECT || json_typeof(value) == JSON_ARRAY) api.destroy(value);
  if (!failed && !text.failed && text.s) {
    *out = text.s;
    return KNN_OK;
  }
  knn__free(ctx, text.s);
  return knn_fail(ctx, KNN_ENOMEM, "out of memory");
}

#else

#include "unbuilt.h"

knn_status knn__json_read(knn_ctx *ctx, const char *name, const char *text, size_t n,
                          knn_config **out) {
  (void)name, (void)text, (void)n, (void)out;
  return knn__unbuilt(ctx, "libjansson", "reading models");
}

knn_status knn__json_write(knn_ctx *ctx, const knn_config *config, int indent, char **out) {
  (void)config, (void)indent, (void)out;
  return knn__unbuilt(ctx, "libjansson", "writing models");
}

#endif
