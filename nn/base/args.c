/* args.c - see args.h. */
#include "args.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "text.h"

static void *field(const void *block, const knn_param *p) {
  return (char *)(uintptr_t)block + p->offset;
}

/* "Dense: 'units' must be <wanted>, got <found>" */
#define KNN__DTYPE_WORDS "float32, float64, bfloat16, float16, int32, int64, uint8 or bool"

static knn_status bad_value(knn_ctx *ctx, const char *who, const knn_param *p,
                            const knn_config *found, const char *wanted) {
  char text[96];
  size_t n = knn_config_print(found, text, sizeof text);
  return knn_fail(ctx, KNN_EARG, "%s: '%s' must be %s, got %s%s", who, p->name, wanted, text,
                  n >= sizeof text ? "..." : "");
}

static bool is_number(const knn_config *c) {
  return knn_config_kind_of(c) == KNN_CONFIG_INT || knn_config_kind_of(c) == KNN_CONFIG_FLOAT;
}

static bool is_integer(const knn_config *c) {
  if (knn_config_kind_of(c) == KNN_CONFIG_INT) return true;
  if (knn_config_kind_of(c) != KNN_CONFIG_FLOAT) return false;
  double x = knn_config_get_float(c);
  return x == floor(x) && fabs(x) < 9e15;
}

static bool in_bounds(const knn_param *p, double x) {
  return !(p->min < p->max) || (x >= p->min && x <= p->max && !(p->above_min && x == p->min));
}

static const char *number_text(const knn_param *p, const char *what, char *buffer, size_t size) {
  if (!(p->min < p->max))
    snprintf(buffer, size, "%s", what);
  else if (isinf(p->max) || p->max >= 1e9)
    snprintf(buffer, size, "%s %s %g", what, p->above_min ? "above" : "of at least", p->min);
  else
    snprintf(buffer, size, "%s %s %g and %g", what, p->above_min ? "above" : "between", p->min,
             p->max);
  return buffer;
}

static knn_status set_int(knn_ctx *ctx, const char *who, const knn_param *p, const knn_config *c,
                          int64_t *out) {
  char wanted[96];
  if (!is_integer(c) || !in_bounds(p, knn_config_get_float(c)))
    return bad_value(ctx, who, p, c, number_text(p, "an integer", wanted, sizeof wanted));
  *out = knn_config_get_int(c);
  return KNN_OK;
}

static knn_status set_float(knn_ctx *ctx, const char *who, const knn_param *p, const knn_config *c,
                            double *out) {
  char wanted[96];
  if (!is_number(c) || !in_bounds(p, knn_config_get_float(c)) || isnan(knn_config_get_float(c)))
    return bad_value(ctx, who, p, c, number_text(p, "a number", wanted, sizeof wanted));
  *out = knn_config_get_float(c);
  return KNN_OK;
}

/* Index of `word` among "a|b|c"; -1 if absent. */
static int choice_index(const char *choices, const char *word) {
  size_t length = strlen(word);
  int i = 0;
  for (const char *at = choices; *at; i++) {
    size_t n = strcspn(at, "|");
    if (n == length && strncmp(at, word, n) == 0) return i;
    at += n + (at[n] == '|');
  }
  return -1;
}

static void choice_name(const char *choices, int index, char *buffer, size_t size) {
  const char *at = choices;
  while (index-- > 0) at += strcspn(at, "|") + 1;
  snprintf(buffer, size, "%.*s", (int)strcspn(at, "|"), at);
}

static knn_status set_enum(knn_ctx *ctx, const char *who, const knn_param *p, const knn_config *c,
                           int *out) {
  int i = knn_config_kind_of(c) == KNN_CONFIG_STRING
              ? choice_index(p->choices, knn_config_get_string(c))
              : -1;
  if (i < 0) {
    char wanted[160] = "one of ";
    size_t n = strlen(wanted);
    for (const char *at = p->choices; *at && n + 4 < sizeof wanted; at++)
      n += (size_t)snprintf(wanted + n, sizeof wanted - n, *at == '|' ? ", " : "%c", *at);
    return bad_value(ctx, who, p, c, wanted);
  }
  *out = i;
  return KNN_OK;
}

static knn_status set_ints(knn_ctx *ctx, const char *who, const knn_param *p, const knn_config *c,
                           knn_ints *out) {
  char wanted[160], each[96];
  int n = knn_config_size(c);
  number_text(p, "integers", each, sizeof each);
  if (p->arity)
    snprintf(wanted, sizeof wanted, "an integer or a list of %d %s", p->arity, each);
  else
    snprintf(wanted, sizeof wanted, "a list of %s", each);
  bool list = knn_config_kind_of(c) == KNN_CONFIG_LIST;
  if (!list && !is_integer(c)) return bad_value(ctx, who, p, c, wanted);
  if (!list) n = p->arity ? p->arity : 1;
  if (n > KNN__LEN(out->v) || (p->arity && n != p->arity)) return bad_value(ctx, who, p, c, wanted);
  for (int i = 0; i < n; i++) {
    const knn_config *item = list ? knn_config_at(c, i) : c;
    bool unknown =
        knn_config_kind_of(item) == KNN_CONFIG_NULL && p->mark == KNN_SIZE; /* None in a shape */
    if (!unknown && (!is_integer(item) || !in_bounds(p, knn_config_get_float(item))))
      return bad_value(ctx, who, p, c, wanted);
    out->v[i] = unknown ? KNN_ANY : knn_config_get_int(item);
  }
  out->n = n;
  return KNN_OK;
}

static knn_status set_floats(knn_ctx *ctx, const char *who, const knn_param *p, const knn_config *c,
                             knn_floats *out) {
  bool list = knn_config_kind_of(c) == KNN_CONFIG_LIST;
  int n = list ? knn_config_size(c) : 1;
  double *v = knn__alloc(ctx, (size_t)n * sizeof *v);
  if (!v) return KNN_ENOMEM;
  for (int i = 0; i < n; i++) {
    knn_status st = set_float(ctx, who, p, list ? knn_config_at(c, i) : c, &v[i]);
    if (st != KNN_OK) {
      knn__free(ctx, v);
      return st;
    }
  }
  *out = (knn_floats){n, v};
  return KNN_OK;
}

static void set_null(const knn_param *p, void *at) {
  switch (p->kind) {
    case KNN_P_INT: *(int64_t *)at = KNN_NONE; break;
    case KNN_P_FLOAT: *(double *)at = NAN; break;
    case KNN_P_DTYPE: *(knn_dtype *)at = KNN_DTYPE_NONE; break;
    case KNN_P_POLICY: *(knn_policy *)at = (knn_policy){KNN_DTYPE_NONE, KNN_DTYPE_NONE}; break;
    case KNN_P_INTS: ((knn_ints *)at)->n = -1; break;
    case KNN_P_FLOATS: ((knn_floats *)at)->n = -1; break;
    case KNN_P_ENUM: *(int *)at = -1; break;
    case KNN_P_BOOL: *(bool *)at = false; break;
    case KNN_P_STRING:
    case KNN_P_OBJECT:
    case KNN_P_CONFIG:
    case KNN_P_VALUE: break; /* the block is zeroed */
  }
}

static knn_status set_object(knn_ctx *ctx, const char *who, const knn_param *p, const knn_config *c,
                             knn_object **out) {
  knn_status st = knn_object_resolve(ctx, p->choices, c, out);
  return st == KNN_OK ? st : knn_fail_in(ctx, st, "%s: '%s'", who, p->name);
}

/* A name, or Keras's object {class_name = "DTypePolicy", config = {name = ...}}. */
static knn_status set_policy(knn_ctx *ctx, const char *who, const knn_param *p, const knn_config *c,
                             knn_policy *out) {
  const knn_config *inner = knn_config_get(c, "config");
  const knn_config *name = inner ? knn_config_get(inner, "name") : c;
  if (knn_config_kind_of(name) == KNN_CONFIG_STRING &&
      knn_policy_find(knn_config_get_string(name), out))
    return KNN_OK;
  return bad_value(ctx, who, p, c, "mixed_bfloat16, mixed_float16, " KNN__DTYPE_WORDS);
}

static knn_status set_field(knn_ctx *ctx, const char *who, const knn_param *p, const knn_config *c,
                            void *at) {
  bool null = knn_config_kind_of(c) == KNN_CONFIG_NULL;
  if (null && (p->nullable || (p->def && strcmp(p->def, "null") == 0))) {
    set_null(p, at);
    return KNN_OK;
  }
  switch (p->kind) {
    case KNN_P_BOOL:
      if (knn_config_kind_of(c) != KNN_CONFIG_BOOL)
        return bad_value(ctx, who, p, c, "true or false");
      *(bool *)at = knn_config_get_bool(c);
      return KNN_OK;
    case KNN_P_INT: return set_int(ctx, who, p, c, at);
    case KNN_P_FLOAT: return set_float(ctx, who, p, c, at);
    case KNN_P_STRING:
      if (knn_config_kind_of(c) != KNN_CONFIG_STRING) return bad_value(ctx, who, p, c, "a string");
      *(char **)at = knn__strdup(ctx, knn_config_get_string(c));
      return *(char **)at ? KNN_OK : KNN_ENOMEM;
    case KNN_P_ENUM: return set_enum(ctx, who, p, c, at);
    case KNN_P_DTYPE:
      *(knn_dtype *)at = knn_dtype_find(knn_config_get_string(c));
      if (*(knn_dtype *)at == KNN_DTYPE_NONE || *(knn_dtype *)at == KNN_STRING)
        return bad_value(ctx, who, p, c, KNN__DTYPE_WORDS);
      return KNN_OK;
    case KNN_P_POLICY: return set_policy(ctx, who, p, c, at);
    case KNN_P_INTS: return set_ints(ctx, who, p, c, at);
    case KNN_P_FLOATS: return set_floats(ctx, who, p, c, at);
    case KNN_P_OBJECT: return set_object(ctx, who, p, c, at);
    case KNN_P_CONFIG:
      knn_config_retain((knn_config *)(uintptr_t)c);
      *(const knn_config **)at = c;
      return KNN_OK;
    case KNN_P_VALUE: return bad_value(ctx, who, p, c, "a tensor");
  }
  return KNN_EINTERNAL;
}

static knn_status set_default(knn_ctx *ctx, const char *who, const knn_param *p, void *at) {
  if (!p->def)
    return knn_fail(ctx, KNN_EARG, "%s: option '%s' is required: %s", who, p->name, p->doc);
  if (strcmp(p->def, "null") == 0) {
    set_null(p, at);
    return KNN_OK;
  }
  knn_config *c = NULL;
  KNN__TRY(knn__config_parse_value(ctx, p->def, &c));
  knn_status st = set_field(ctx, who, p, c, at);
  knn_config_release(c);
  return st;
}

static const knn_param *find_param(const knn_class *cls, const char *name) {
  for (int i = 0; i < cls->n_params; i++)
    if (strcmp(cls->params[i].name, name) == 0) return &cls->params[i];
  return NULL;
}

static knn_status unknown_option(knn_ctx *ctx, const char *who, const knn_class *cls,
                                 const char *name) {
  char hint[200];
  knn__text known = {.ctx = ctx};
  knn__nearest nearest = {.wanted = name};
  if (cls->n_params == 0)
    return knn_fail(ctx, KNN_EARG, "%s: unknown option '%s'; it takes none", who, name);
  for (int i = 0; i < cls->n_params; i++) {
    knn__nearest_offer(&nearest, cls->params[i].name);
    knn__text_add(&known, "%s%s", i ? ", " : "", cls->params[i].name);
  }
  knn__nearest_hint(&nearest, hint, sizeof hint);
  const knn_status st = knn_fail(ctx, KNN_EARG, "%s: unknown option '%s'%s (known: %s)", who, name,
                                 hint, known.s ? known.s : "");
  knn__free(ctx, known.s);
  return st;
}

knn_status knn_class_check_option(knn_ctx *ctx, const knn_class *cls, const char *name) {
  return find_param(cls, name) ? KNN_OK : unknown_option(ctx, cls->name, cls, name);
}

knn_status knn__args_parse(knn_ctx *ctx, const char *who, const knn_class *cls,
                           const knn_config *options, void *block) {
  knn_status st = KNN_OK;
  if (knn_config_kind_of(options) != KNN_CONFIG_DICT &&
      knn_config_kind_of(options) != KNN_CONFIG_NULL)
    return knn_fail(ctx, KNN_EARG, "%s: options must be a dict of names and values", who);
  for (int i = 0; i < knn_config_size(options); i++)
    if (!find_param(cls, knn_config_key(options, i)))
      return unknown_option(ctx, who, cls, knn_config_key(options, i));
  for (int i = 0; i < cls->n_params && st == KNN_OK; i++) {
    const knn_param *p = &cls->params[i];
    const knn_config *given = knn_config_get(options, p->name);
    st = given ? set_field(ctx, who, p, given, field(block, p))
               : set_default(ctx, who, p, field(block, p));
  }
  if (st != KNN_OK) knn__args_clear(ctx, cls, block);
  return st;
}

static knn_status get_object(knn_config *dict, const knn_param *p, knn_object *object) {
  knn_config *entry = NULL, *inner = NULL;
  knn_ctx *ctx = knn_object_ctx(object);
  knn_status st = knn_config_dict(ctx, &entry);
  if (st == KNN_OK) st = knn_config_set_string(entry, "class_name", knn_object_class(object)->name);
  if (st == KNN_OK) st = knn_object_config(object, &inner);
  if (st == KNN_OK) st = knn_config_set(entry, "config", inner);
  if (st == KNN_OK) st = knn_config_set(dict, p->name, entry);
  knn_config_release(inner);
  knn_config_release(entry);
  return st;
}

static knn_status get_floats(knn_ctx *ctx, knn_config *dict, const knn_param *p,
                             const knn_floats *f) {
  knn_config *list = NULL;
  knn_status st = knn_config_list(ctx, &list);
  for (int i = 0; i < f->n && st == KNN_OK; i++) {
    knn_config *item = NULL;
    st = knn_config_float(ctx, f->v[i], &item);
    if (st == KNN_OK) st = knn_config_push(list, item);
    knn_config_release(item);
  }
  if (st == KNN_OK) st = knn_config_set(dict, p->name, list);
  knn_config_release(list);
  return st;
}

/* -1 is None in a shape, and an axis or a number elsewhere. */
static knn_status get_ints(knn_ctx *ctx, knn_config *dict, const knn_param *p,
                           const knn_ints *ints) {
  if (p->mark == KNN_SIZE) return knn_config_set_ints(dict, p->name, ints->n, ints->v);
  knn_config *list = NULL;
  knn_status st = knn_config_list(ctx, &list);
  for (int i = 0; i < ints->n && st == KNN_OK; i++) {
    knn_config *item = NULL;
    st = knn_config_int(ctx, ints->v[i], &item);
    if (st == KNN_OK) st = knn_config_push(list, item);
    knn_config_release(item);
  }
  if (st == KNN_OK) st = knn_config_set(dict, p->name, list);
  knn_config_release(list);
  return st;
}

static bool is_null(const knn_param *p, const void *at) {
  switch (p->kind) {
    case KNN_P_INT: return *(const int64_t *)at == KNN_NONE;
    case KNN_P_FLOAT: return isnan(*(const double *)at);
    case KNN_P_DTYPE: return *(const knn_dtype *)at == KNN_DTYPE_NONE;
    case KNN_P_POLICY: return ((const knn_policy *)at)->compute == KNN_DTYPE_NONE;
    case KNN_P_INTS: return ((const knn_ints *)at)->n < 0;
    case KNN_P_FLOATS: return ((const knn_floats *)at)->n < 0;
    case KNN_P_ENUM: return *(const int *)at < 0;
    case KNN_P_STRING:
    case KNN_P_OBJECT:
    case KNN_P_CONFIG: return *(void *const *)at == NULL;
    case KNN_P_VALUE: return true; /* no value of an option tree */
    case KNN_P_BOOL: return false;
  }
  return false;
}

static knn_status get_field(knn_ctx *ctx, knn_config *dict, const knn_param *p, void *at) {
  char word[64];
  if (is_null(p, at)) return knn_config_set_string(dict, p->name, NULL);
  switch (p->kind) {
    case KNN_P_BOOL: return knn_config_set_bool(dict, p->name, *(bool *)at);
    case KNN_P_INT: return knn_config_set_int(dict, p->name, *(int64_t *)at);
    case KNN_P_FLOAT: return knn_config_set_float(dict, p->name, *(double *)at);
    case KNN_P_STRING: return knn_config_set_string(dict, p->name, *(char **)at);
    case KNN_P_ENUM:
      choice_name(p->choices, *(int *)at, word, sizeof word);
      return knn_config_set_string(dict, p->name, word);
    case KNN_P_DTYPE: return knn_config_set_string(dict, p->name, knn_dtype_name(*(knn_dtype *)at));
    case KNN_P_POLICY:
      return knn_config_set_string(dict, p->name, knn_policy_name(*(knn_policy *)at));
    case KNN_P_INTS: return get_ints(ctx, dict, p, at);
    case KNN_P_FLOATS: return get_floats(ctx, dict, p, at);
    case KNN_P_OBJECT: return get_object(dict, p, *(knn_object **)at);
    case KNN_P_CONFIG: return knn_config_set(dict, p->name, *(knn_config **)at);
    case KNN_P_VALUE: break;
  }
  return KNN_EINTERNAL;
}

knn_status knn__args_config(knn_ctx *ctx, const knn_class *cls, const void *block,
                            knn_config **out) {
  knn_config *dict = NULL;
  knn_status st = knn_config_dict(ctx, &dict);
  for (int i = 0; i < cls->n_params && st == KNN_OK; i++)
    st = get_field(ctx, dict, &cls->params[i], field(block, &cls->params[i]));
  if (st == KNN_OK)
    *out = dict;
  else
    knn_config_release(dict);
  return st;
}

knn_status knn__args_copy(knn_ctx *ctx, const knn_class *cls, const void *block, void *copy) {
  if (cls->args_size) memcpy(copy, block, cls->args_size);
  knn_status st = KNN_OK;
  for (int i = 0; i < cls->n_params; i++) {
    const knn_param *p = &cls->params[i];
    void *at = field(copy, p);
    if (is_null(p, at)) continue;
    if (p->kind == KNN_P_OBJECT) knn_object_retain(*(knn_object **)at);
    if (p->kind == KNN_P_CONFIG) knn_config_retain(*(knn_config **)at);
    if (p->kind == KNN_P_STRING) {
      char *fresh = st == KNN_OK ? knn__strdup(ctx, *(char **)at) : NULL;
      if (!fresh) st = KNN_ENOMEM;
      *(char **)at = fresh;
    }
    if (p->kind == KNN_P_FLOATS) {
      knn_floats *f = at;
      size_t bytes = (size_t)f->n * sizeof *f->v;
      double *fresh = st == KNN_OK ? knn__alloc(ctx, bytes) : NULL;
      if (fresh)
        memcpy(fresh, f->v, bytes);
      else
        st = KNN_ENOMEM;
      f->v = fresh;
    }
  }
  if (st != KNN_OK) knn__args_clear(ctx, cls, copy);
  return st;
}

void knn__args_clear(knn_ctx *ctx, const knn_class *cls, void *block) {
  for (int i = 0; i < cls->n_params; i++) {
    const knn_param *p = &cls->params[i];
    void *at = field(block, p);
    if (p->kind == KNN_P_STRING) knn__free(ctx, *(char **)at);
    if (p->kind == KNN_P_FLOATS) knn__free(ctx, ((knn_floats *)at)->v);
    if (p->kind == KNN_P_OBJECT) knn_object_release(*(knn_object **)at);
    if (p->kind == KNN_P_CONFIG) knn_config_release(*(knn_config **)at);
  }
  if (cls->args_size) memset(block, 0, cls->args_size);
}
