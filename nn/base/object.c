/* object.c - finding classes by name, making instances, resolving what Keras accepts where an
 * object is wanted. */
#include "object.h"

#include "knn/custom.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "text.h"

const knn__family *knn__family_find(const char *name) {
  for (int i = 0; i < knn__families_n; i++)
    if (strcmp(knn__families[i]->name, name) == 0) return knn__families[i];
  return NULL;
}

const char *knn_family_name(int i) {
  return i >= 0 && i < knn__families_n ? knn__families[i]->name : NULL;
}

const knn_class *const *knn_classes(const char *family, int *n) {
  const knn__family *f = knn__family_find(family);
  *n = f ? f->n : 0;
  return f ? f->classes : NULL;
}

typedef int compare(const char *a, const char *b);

static bool has_name(const knn_class *cls, const char *name, compare *cmp) {
  if (cmp(cls->name, name) == 0) return true;
  char alias[64];
  for (const char *at = cls->aliases; at && *at;) {
    size_t n = strcspn(at, "|");
    if (n < sizeof alias) {
      memcpy(alias, at, n);
      alias[n] = '\0';
      if (cmp(alias, name) == 0) return true;
    }
    at += n + (at[n] == '|');
  }
  return false;
}

static const knn_class *find_in(const knn__family *f, const char *name) {
  for (int i = 0; i < f->n; i++)
    if (has_name(f->classes[i], name, strcmp)) return f->classes[i];
  for (int i = 0; i < f->n; i++)
    if (has_name(f->classes[i], name, strcasecmp)) return f->classes[i];
  return NULL;
}

const knn_class *knn_class_find(const char *family, const char *name) {
  const knn__family *f = knn__family_find(family);
  return f ? find_in(f, name) : NULL;
}

/* The name of the class, or that of its aliases, which is nearest to `wanted`. */
static void nearest_name(const knn_class *cls, const char *wanted, char out[64]) {
  int best = knn__distance(wanted, cls->name);
  snprintf(out, 64, "%s", cls->name);
  for (const char *at = cls->aliases; at && *at;) {
    char alias[64];
    size_t n = strcspn(at, "|");
    snprintf(alias, sizeof alias, "%.*s", (int)n, at);
    int distance = knn__distance(wanted, alias);
    if (distance < best) {
      best = distance;
      memcpy(out, alias, 64);
    }
    at += n + (at[n] == '|');
  }
}

const char *knn_class_suggest(const char *family, const char *name, char *buffer, size_t size) {
  const knn__family *f = knn__family_find(family);
  knn__nearest nearest = {.wanted = name};
  for (int i = 0; f && i < f->n; i++) {
    char best[64];
    nearest_name(f->classes[i], name, best);
    knn__nearest_offer(&nearest, best);
  }
  return knn__nearest_list(&nearest, buffer, size);
}

static knn_status unknown_name(knn_ctx *ctx, const char *family, const char *name) {
  char near[160];
  knn_class_suggest(family, name, near, sizeof near);
  return knn_fail(ctx, KNN_EARG, near[0] ? "unknown %s '%s'; did you mean %s?" : "unknown %s '%s'",
                  family, name, near);
}

knn_status knn__object_make(knn_ctx *ctx, const knn__family *family, const knn_class *cls,
                            const knn_config *options, knn_object **out) {
  knn_object *object = knn__alloc(ctx, family->object_size);
  if (!object) return KNN_ENOMEM;
  atomic_init(&object->refs, 1);
  object->ctx = ctx;
  object->family = family;
  object->cls = cls;
  object->serial = ++ctx->objects_made;
  knn_ctx_retain(ctx);
  knn_status st = KNN_OK;
  object->args = knn__alloc(ctx, cls->args_size);
  object->name = knn__strdup(ctx, cls->name);
  if (!object->args || !object->name) st = KNN_ENOMEM;
  if (st == KNN_OK) st = knn__args_parse(ctx, cls->name, cls, options, object->args);
  if (st == KNN_OK && family->init) st = family->init(object);
  if (st != KNN_OK) {
    knn_object_release(object);
    return st;
  }
  *out = object;
  return KNN_OK;
}

void knn__host_class_add(knn_ctx *ctx, knn__host_class *entry) {
  entry->next = ctx->host_classes;
  ctx->host_classes = entry;
}

void knn__host_class_remove(knn_ctx *ctx, knn__host_class *entry) {
  for (knn__host_class **at = &ctx->host_classes; *at; at = &(*at)->next)
    if (*at == entry) {
      *at = entry->next;
      return;
    }
}

static const knn__host_class *find_host_class(const knn_ctx *ctx, const char *family,
                                              const char *name) {
  const knn__host_class *entry = ctx->host_classes;
  while (entry && (strcmp(entry->cls->name, name) != 0 || strcmp(entry->cls->family, family) != 0))
    entry = entry->next;
  return entry;
}

knn_status knn_object_new(knn_ctx *ctx, const char *family, const char *name,
                          const knn_config *options, knn_object **out) {
  const knn__family *f = knn__family_find(family);
  if (!f) return knn_fail(ctx, KNN_EARG, "unknown family '%s'", family);
  const knn_class *cls = find_in(f, name);
  if (cls) return knn__object_make(ctx, f, cls, options, out);
  const knn__host_class *host = find_host_class(ctx, family, name);
  return host ? host->make(host->maker, options, out) : unknown_name(ctx, family, name);
}

static knn_status from_dict(knn_ctx *ctx, const char *family, const knn_config *config,
                            knn_object **out) {
  const knn_config *name = knn_config_get(config, "class_name");
  if (knn_config_kind_of(name) != KNN_CONFIG_STRING)
    return knn_fail(ctx, KNN_EARG,
                    "%s given as a dict: it needs 'class_name' (a string) and 'config'", family);
  return knn_object_new(ctx, family, knn_config_get_string(name), knn_config_get(config, "config"),
                        out);
}

knn_status knn_object_resolve(knn_ctx *ctx, const char *family, const knn_config *config,
                              knn_object **out) {
  knn_object *object = knn_config_get_object(config);
  const knn__family *f = knn__family_find(family);
  switch (knn_config_kind_of(config)) {
    case KNN_CONFIG_NULL: *out = NULL; return KNN_OK;
    case KNN_CONFIG_STRING:
      return knn_object_new(ctx, family, knn_config_get_string(config), NULL, out);
    case KNN_CONFIG_DICT: return from_dict(ctx, family, config, out);
    case KNN_CONFIG_OBJECT:
      if (strcmp(object->family->name, family) != 0)
        return knn_fail(ctx, KNN_EARG, "%s expected, got %s '%s'", family, object->family->name,
                        object->name);
      knn_object_retain(object);
      *out = object;
      return KNN_OK;
    default: break;
  }
  if (f && f->coerce) return f->coerce(ctx, config, out);
  return knn_fail(ctx, KNN_EARG, "%s expected (a name or an object), got %s", family,
                  knn_config_kind_of(config) == KNN_CONFIG_LIST ? "a list" : "a number");
}

void knn_object_retain(knn_object *object) {
  atomic_fetch_add_explicit(&object->refs, 1, memory_order_relaxed);
}

void knn_object_release(knn_object *object) {
  if (!object || atomic_fetch_sub_explicit(&object->refs, 1, memory_order_acq_rel) != 1) return;
  knn_ctx *ctx = object->ctx;
  if (object->family->finalize) object->family->finalize(object);
  if (object->args) knn__args_clear(ctx, object->cls, object->args);
  knn__free(ctx, object->args);
  knn__free(ctx, object->name);
  knn__free(ctx, object);
  knn_ctx_release(ctx);
}

const knn_class *knn_object_class(const knn_object *object) {
  return object->cls;
}

const char *knn_object_name(const knn_object *object) {
  return object->name;
}

uint64_t knn_object_serial(const knn_object *object) {
  return object->serial;
}

uint64_t knn_next_serial(knn_ctx *ctx) {
  return ++ctx->objects_made;
}

knn_object *knn_object_option(const knn_object *object, const char *name) {
  for (int i = 0; i < object->cls->n_params; i++) {
    const knn_param *p = &object->cls->params[i];
    if (p->kind == KNN_P_OBJECT && strcmp(p->name, name) == 0)
      return *(knn_object **)((char *)object->args + p->offset);
  }
  return NULL;
}

knn_ctx *knn_object_ctx(const knn_object *object) {
  return object->ctx;
}

knn_status knn_object_config(const knn_object *object, knn_config **out) {
  return knn__args_config(object->ctx, object->cls, object->args, out);
}
