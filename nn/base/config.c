/* config.c - option trees; see knn/config.h. */
#include "knn/config.h"

#include <stdio.h>
#include <string.h>

#include "ctx.h"
#include "knn/schema.h"
#include "text.h"

struct knn_config {
  atomic_int refs;
  knn_ctx *ctx;
  knn_config_kind kind;
  union {
    bool boolean;
    int64_t integer;
    double real;
    char *string;
    knn_object *object;
    struct {
      int n, capacity_keys, capacity;
      char **keys; /* dicts only */
      knn_config **items;
    } many;
  } as;
};

static knn_status config_new(knn_ctx *ctx, knn_config_kind kind, knn_config **out) {
  knn_config *c = knn__alloc(ctx, sizeof *c);
  if (!c) return KNN_ENOMEM;
  atomic_init(&c->refs, 1);
  c->ctx = ctx;
  c->kind = kind;
  knn_ctx_retain(ctx);
  *out = c;
  return KNN_OK;
}

knn_status knn_config_null(knn_ctx *ctx, knn_config **out) {
  return config_new(ctx, KNN_CONFIG_NULL, out);
}

knn_status knn_config_bool(knn_ctx *ctx, bool value, knn_config **out) {
  KNN__TRY(config_new(ctx, KNN_CONFIG_BOOL, out));
  (*out)->as.boolean = value;
  return KNN_OK;
}

knn_status knn_config_int(knn_ctx *ctx, int64_t value, knn_config **out) {
  KNN__TRY(config_new(ctx, KNN_CONFIG_INT, out));
  (*out)->as.integer = value;
  return KNN_OK;
}

knn_status knn_config_float(knn_ctx *ctx, double value, knn_config **out) {
  KNN__TRY(config_new(ctx, KNN_CONFIG_FLOAT, out));
  (*out)->as.real = value;
  return KNN_OK;
}

knn_status knn_config_string(knn_ctx *ctx, const char *value, knn_config **out) {
  knn_config *c;
  char *copy = knn__strdup(ctx, value);
  if (!copy) return KNN_ENOMEM;
  knn_status st = config_new(ctx, KNN_CONFIG_STRING, &c);
  if (st != KNN_OK) {
    knn__free(ctx, copy);
    return st;
  }
  c->as.string = copy;
  *out = c;
  return KNN_OK;
}

knn_status knn_config_object(knn_ctx *ctx, knn_object *value, knn_config **out) {
  KNN__TRY(config_new(ctx, KNN_CONFIG_OBJECT, out));
  knn_object_retain(value);
  (*out)->as.object = value;
  return KNN_OK;
}

knn_status knn_config_list(knn_ctx *ctx, knn_config **out) {
  return config_new(ctx, KNN_CONFIG_LIST, out);
}

knn_status knn_config_dict(knn_ctx *ctx, knn_config **out) {
  return config_new(ctx, KNN_CONFIG_DICT, out);
}

void knn_config_retain(knn_config *config) {
  atomic_fetch_add_explicit(&config->refs, 1, memory_order_relaxed);
}

void knn_config_release(knn_config *c) {
  if (!c || atomic_fetch_sub_explicit(&c->refs, 1, memory_order_acq_rel) != 1) return;
  knn_ctx *ctx = c->ctx;
  if (c->kind == KNN_CONFIG_STRING) knn__free(ctx, c->as.string);
  if (c->kind == KNN_CONFIG_OBJECT) knn_object_release(c->as.object);
  if (c->kind == KNN_CONFIG_LIST || c->kind == KNN_CONFIG_DICT) {
    for (int i = 0; i < c->as.many.n; i++) {
      if (c->as.many.keys) knn__free(ctx, c->as.many.keys[i]);
      knn_config_release(c->as.many.items[i]);
    }
    knn__free(ctx, c->as.many.keys);
    knn__free(ctx, c->as.many.items);
  }
  knn__free(ctx, c);
  knn_ctx_release(ctx);
}

knn_status knn_config_push(knn_config *list, knn_config *child) {
  if (list->kind != KNN_CONFIG_LIST)
    return knn_fail(list->ctx, KNN_EARG, "config: only a list can be appended to");
  KNN__TRY(knn__grow(list->ctx, (void **)&list->as.many.items, &list->as.many.capacity,
                     list->as.many.n, sizeof child));
  knn_config_retain(child);
  list->as.many.items[list->as.many.n++] = child;
  return KNN_OK;
}

knn_status knn_config_set(knn_config *dict, const char *key, knn_config *child) {
  if (dict->kind != KNN_CONFIG_DICT)
    return knn_fail(dict->ctx, KNN_EARG, "config: only a dict has keys, '%s' was set", key);
  for (int i = 0; i < dict->as.many.n; i++)
    if (strcmp(dict->as.many.keys[i], key) == 0) {
      knn_config_retain(child);
      knn_config_release(dict->as.many.items[i]);
      dict->as.many.items[i] = child;
      return KNN_OK;
    }
  int n = dict->as.many.n;
  KNN__TRY(knn__grow(dict->ctx, (void **)&dict->as.many.items, &dict->as.many.capacity, n,
                     sizeof child));
  KNN__TRY(knn__grow(dict->ctx, (void **)&dict->as.many.keys, &dict->as.many.capacity_keys, n,
                     sizeof key));
  char *copy = knn__strdup(dict->ctx, key);
  if (!copy) return KNN_ENOMEM;
  knn_config_retain(child);
  dict->as.many.keys[n] = copy;
  dict->as.many.items[n] = child;
  dict->as.many.n++;
  return KNN_OK;
}

/* Set a child that was just made, dropping the maker's reference. */
static knn_status set_fresh(knn_config *dict, const char *key, knn_status made, knn_config *child) {
  if (made != KNN_OK) return made;
  knn_status st = knn_config_set(dict, key, child);
  knn_config_release(child);
  return st;
}

knn_status knn_config_set_bool(knn_config *dict, const char *key, bool value) {
  knn_config *c = NULL;
  knn_status made = knn_config_bool(dict->ctx, value, &c);
  return set_fresh(dict, key, made, c);
}

knn_status knn_config_set_int(knn_config *dict, const char *key, int64_t value) {
  knn_config *c = NULL;
  knn_status made = knn_config_int(dict->ctx, value, &c);
  return set_fresh(dict, key, made, c);
}

knn_status knn_config_set_float(knn_config *dict, const char *key, double value) {
  knn_config *c = NULL;
  knn_status made = knn_config_float(dict->ctx, value, &c);
  return set_fresh(dict, key, made, c);
}

knn_status knn_config_set_string(knn_config *dict, const char *key, const char *value) {
  knn_config *c = NULL;
  knn_status made =
      value ? knn_config_string(dict->ctx, value, &c) : knn_config_null(dict->ctx, &c);
  return set_fresh(dict, key, made, c);
}

knn_status knn_config_set_object(knn_config *dict, const char *key, knn_object *value) {
  knn_config *c = NULL;
  knn_status made =
      value ? knn_config_object(dict->ctx, value, &c) : knn_config_null(dict->ctx, &c);
  return set_fresh(dict, key, made, c);
}

knn_status knn_config_set_ints(knn_config *dict, const char *key, int n, const int64_t *values) {
  knn_config *list = NULL;
  knn_status st = knn_config_list(dict->ctx, &list);
  for (int i = 0; i < n && st == KNN_OK; i++) {
    knn_config *item = NULL;
    st = values[i] == KNN_ANY ? knn_config_null(dict->ctx, &item)
                              : knn_config_int(dict->ctx, values[i], &item);
    if (st == KNN_OK) st = knn_config_push(list, item);
    knn_config_release(item);
  }
  if (st == KNN_OK) st = knn_config_set(dict, key, list);
  knn_config_release(list);
  return st;
}

knn_config_kind knn_config_kind_of(const knn_config *c) {
  return c ? c->kind : KNN_CONFIG_NULL;
}

bool knn_config_get_bool(const knn_config *c) {
  if (knn_config_kind_of(c) == KNN_CONFIG_BOOL) return c->as.boolean;
  return knn_config_get_int(c) != 0;
}

int64_t knn_config_get_int(const knn_config *c) {
  if (knn_config_kind_of(c) == KNN_CONFIG_FLOAT) return (int64_t)c->as.real;
  return knn_config_kind_of(c) == KNN_CONFIG_INT ? c->as.integer : 0;
}

double knn_config_get_float(const knn_config *c) {
  if (knn_config_kind_of(c) == KNN_CONFIG_INT) return (double)c->as.integer;
  return knn_config_kind_of(c) == KNN_CONFIG_FLOAT ? c->as.real : 0;
}

const char *knn_config_get_string(const knn_config *c) {
  return knn_config_kind_of(c) == KNN_CONFIG_STRING ? c->as.string : "";
}

knn_object *knn_config_get_object(const knn_config *c) {
  return knn_config_kind_of(c) == KNN_CONFIG_OBJECT ? c->as.object : NULL;
}

static bool is_many(const knn_config *c) {
  return knn_config_kind_of(c) == KNN_CONFIG_LIST || knn_config_kind_of(c) == KNN_CONFIG_DICT;
}

int knn_config_size(const knn_config *c) {
  return is_many(c) ? c->as.many.n : 0;
}

knn_config *knn_config_at(const knn_config *c, int i) {
  return i >= 0 && i < knn_config_size(c) ? c->as.many.items[i] : NULL;
}

const char *knn_config_key(const knn_config *c, int i) {
  return knn_config_kind_of(c) == KNN_CONFIG_DICT && i >= 0 && i < c->as.many.n ? c->as.many.keys[i]
                                                                                : NULL;
}

knn_config *knn_config_get(const knn_config *dict, const char *key) {
  if (knn_config_kind_of(dict) != KNN_CONFIG_DICT) return NULL;
  for (int i = 0; i < dict->as.many.n; i++)
    if (strcmp(dict->as.many.keys[i], key) == 0) return dict->as.many.items[i];
  return NULL;
}

/* Printing: `at` counts all characters, those that fit are written. */
typedef struct printer {
  char *buffer;
  size_t size, at;
} printer;

static void put(printer *p, const char *text) {
  size_t n = strlen(text);
  if (p->at < p->size) snprintf(p->buffer + p->at, p->size - p->at, "%s", text);
  p->at += n;
}

static void put_config(printer *p, const knn_config *c) {
  char number[40];
  switch (knn_config_kind_of(c)) {
    case KNN_CONFIG_NULL: put(p, "null"); break;
    case KNN_CONFIG_BOOL: put(p, c->as.boolean ? "true" : "false"); break;
    case KNN_CONFIG_INT:
      snprintf(number, sizeof number, "%lld", (long long)c->as.integer);
      put(p, number);
      break;
    case KNN_CONFIG_FLOAT:
      knn__format_real(number, sizeof number, "%.*g", 17, c->as.real);
      put(p, number);
      if (!strpbrk(number, ".eni")) put(p, ".0"); /* stays a float when read again */
      break;
    case KNN_CONFIG_STRING:
      put(p, "'");
      put(p, c->as.string);
      put(p, "'");
      break;
    case KNN_CONFIG_OBJECT: put(p, knn_object_name(c->as.object)); break;
    case KNN_CONFIG_LIST:
    case KNN_CONFIG_DICT: {
      bool list = c->kind == KNN_CONFIG_LIST;
      put(p, list ? "[" : "{");
      for (int i = 0; i < c->as.many.n; i++) {
        if (i) put(p, ", ");
        if (!list) {
          put(p, c->as.many.keys[i]);
          put(p, "=");
        }
        put_config(p, c->as.many.items[i]);
      }
      put(p, list ? "]" : "}");
    }
  }
}

size_t knn_config_print(const knn_config *config, char *buffer, size_t size) {
  printer p = {buffer, size, 0};
  if (size) buffer[0] = '\0';
  put_config(&p, config);
  return p.at;
}
