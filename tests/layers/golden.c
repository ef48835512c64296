/* golden.c - see golden.h. */
#include "golden.h"

#include <math.h>
#include <stdlib.h>

#include <lauxlib.h>
#include <lua.h>
#include <lualib.h>

golden *golden_open(const char *group) {
  lua_State *L = luaL_newstate();
  luaL_openlibs(L);
  if (luaL_dofile(L, "tests/golden/golden.lua")) fail_msg("%s", lua_tostring(L, -1));
  lua_getfield(L, -1, "cases");
  lua_pushstring(L, group);
  if (lua_pcall(L, 1, 1, 0)) fail_msg("%s", lua_tostring(L, -1));
  lua_replace(L, 1);
  lua_settop(L, 1);
  lua_pushnil(L);
  return L;
}

void golden_close(golden *g) {
  lua_close(g);
}

int golden_size(golden *g) {
  return (int)lua_rawlen(g, 1);
}

void golden_choose(golden *g, int i) {
  lua_settop(g, 1);
  if (i < 0)
    lua_pushvalue(g, 1);
  else
    lua_rawgeti(g, 1, i + 1);
}

/* Pushes what stands at the path, or nil. */
static void push(golden *g, const char *path) {
  lua_pushvalue(g, 2);
  while (*path && lua_istable(g, -1)) {
    char part[64];
    size_t n = strcspn(path, ".");
    snprintf(part, sizeof part, "%.*s", (int)n, path);
    path += n + (path[n] == '.');
    if (part[0] >= '0' && part[0] <= '9')
      lua_rawgeti(g, -1, atoi(part));
    else
      lua_getfield(g, -1, part);
    lua_remove(g, -2);
  }
}

bool golden_has(golden *g, const char *path) {
  push(g, path);
  bool has = !lua_isnil(g, -1);
  lua_pop(g, 1);
  return has;
}

const char *golden_text(golden *g, const char *path) {
  push(g, path);
  const char *text = lua_type(g, -1) == LUA_TSTRING ? lua_tostring(g, -1) : "";
  lua_pop(g, 1); /* the case keeps it alive */
  return text;
}

double golden_number(golden *g, const char *path) {
  push(g, path);
  double x = lua_tonumber(g, -1);
  lua_pop(g, 1);
  return x;
}

int golden_length(golden *g, const char *path) {
  push(g, path);
  int n = lua_istable(g, -1) ? (int)lua_rawlen(g, -1) : 0;
  lua_pop(g, 1);
  return n;
}

knn_value *golden_value(knn_ctx *ctx, golden *g, const char *path, knn_dtype type) {
  int64_t dims[KNN_MAX_RANK];
  knn_tensor *t;
  knn_value *v;
  char at[96];
  snprintf(at, sizeof at, "%s.dtype", path);
  if (*golden_text(g, at)) type = knn_dtype_find(golden_text(g, at));
  snprintf(at, sizeof at, "%s.shape", path);
  const int rank = golden_length(g, at);
  for (int i = 0; i < rank; i++) {
    snprintf(at, sizeof at, "%s.shape.%d", path, i + 1);
    dims[i] = (int64_t)golden_number(g, at);
  }
  assert_ok(ctx, knn_tensor_new(ctx, type, rank, dims, &t));
  snprintf(at, sizeof at, "%s.data", path);
  push(g, at);
  for (int64_t i = 0; i < knn_tensor_size(t); i++) {
    lua_rawgeti(g, -1, i + 1);
    knn_tensor_set(t, i, lua_isboolean(g, -1) ? lua_toboolean(g, -1) : lua_tonumber(g, -1));
    lua_pop(g, 1);
  }
  lua_pop(g, 1);
  assert_ok(ctx, knn_value_from(t, &v));
  knn_tensor_release(t);
  return v;
}

static bool takes_bool(const knn_class *cls, const char *name) {
  for (int i = 0; cls && i < cls->n_params; i++)
    if (strcmp(cls->params[i].name, name) == 0) return cls->params[i].kind == KNN_P_BOOL;
  return true;
}

/* What stands on the stack's top as a config; pops nothing. */
static knn_config *to_config(knn_ctx *ctx, golden *g, const knn_class *cls, const char *key) {
  knn_config *out = NULL, *item;
  switch (lua_type(g, -1)) {
    case LUA_TBOOLEAN:
      if (!lua_toboolean(g, -1) && !takes_bool(cls, key)) {
        assert_ok(ctx, knn_config_null(ctx, &out));
      } else {
        assert_ok(ctx, knn_config_bool(ctx, lua_toboolean(g, -1), &out));
      }
      break;
    case LUA_TNUMBER:
      if (lua_isinteger(g, -1)) {
        assert_ok(ctx, knn_config_int(ctx, lua_tointeger(g, -1), &out));
      } else {
        assert_ok(ctx, knn_config_float(ctx, lua_tonumber(g, -1), &out));
      }
      break;
    case LUA_TSTRING: assert_ok(ctx, knn_config_string(ctx, lua_tostring(g, -1), &out)); break;
    default:
      if (lua_rawlen(g, -1) > 0) {
        assert_ok(ctx, knn_config_list(ctx, &out));
        for (lua_Integer i = 1; i <= (lua_Integer)lua_rawlen(g, -1); i++) {
          lua_rawgeti(g, -1, i);
          item = to_config(ctx, g, NULL, "");
          assert_ok(ctx, knn_config_push(out, item));
          knn_config_release(item);
          lua_pop(g, 1);
        }
      } else {
        assert_ok(ctx, knn_config_dict(ctx, &out));
        for (lua_pushnil(g); lua_next(g, -2); lua_pop(g, 1)) {
          item = to_config(ctx, g, cls, lua_tostring(g, -2));
          assert_ok(ctx, knn_config_set(out, lua_tostring(g, -2), item));
          knn_config_release(item);
        }
      }
  }
  return out;
}

knn_config *golden_options(knn_ctx *ctx, golden *g, const char *path, const char *family,
                           const char *name) {
  push(g, path);
  if (lua_isnil(g, -1)) {
    lua_pop(g, 1);
    lua_newtable(g);
  }
  knn_config *out = to_config(ctx, g, knn_class_find(family, name), "");
  lua_pop(g, 1);
  return out;
}

int golden_compare(const char *what, const knn_value *got, const knn_value *expected,
                   double tolerance, double least) {
  double largest = 0;
  int wrong = 0;
  char a[KNN__SHAPE_TEXT], b[KNN__SHAPE_TEXT];
  if (!knn__dims_equal(got->spec.rank, got->spec.dims, expected->spec.rank, expected->spec.dims)) {
    print_error("%s: shape %s, Keras has %s\n", what,
                knn__shape_text(got->spec.rank, got->spec.dims, a),
                knn__shape_text(expected->spec.rank, expected->spec.dims, b));
    return 1;
  }
  const int64_t n = knn_tensor_size(expected->tensor);
  for (int64_t i = 0; i < n; i++) {
    const double e = fabs(knn_tensor_get(expected->tensor, i));
    if (isfinite(e) && e > largest && e < 1e10) largest = e;
  }
  for (int64_t i = 0; i < n; i++) {
    const double x = knn_tensor_get(got->tensor, i), e = knn_tensor_get(expected->tensor, i);
    const double room = tolerance * fmax(fmax(largest, fabs(e)), least);
    if ((isnan(x) && isnan(e)) || x == e || fabs(x - e) <= room) continue;
    if (wrong++ == 0)
      print_error("%s: element %lld is %.9g, Keras has %.9g\n", what, (long long)i, x, e);
  }
  return wrong;
}
