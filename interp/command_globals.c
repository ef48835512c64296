/* command_globals.c - what the session holds: globals, memory, modules. */
#include <lauxlib.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "command.h"
#include "command_list.h"
#include "report.h"
#if KNN_HAVE_BIND
#include "bind/bind.h"
#endif

#define GLOBALS_KEY "knn.globals" /* name -> value before the user's code ran */
#define NAME_WIDTH 16
#define KIND_WIDTH 32

void knn__command_note_globals(lua_State *L) {
  lua_newtable(L);
  lua_pushglobaltable(L);
  for (lua_pushnil(L); lua_next(L, -2);) {
    lua_pushvalue(L, -2);
    lua_insert(L, -2);
    lua_rawset(L, -5);
  }
  lua_pop(L, 1);
  lua_setfield(L, LUA_REGISTRYINDEX, GLOBALS_KEY);
}

/* ---- :who ---- */

#if KNN_HAVE_BIND
static void add_tensor(const knn_value *v, knn__buf *kind, double *bytes) {
  const int64_t *dims = knn_value_dims(v);
  int rank = knn_value_rank(v), i;
  knn_tensor *data = knn_value_tensor(v);
  knn__buf_printf(kind, "Tensor %s%s", knn_dtype_name(knn_value_dtype(v)), rank ? " " : "");
  for (i = 0; i < rank; i++) knn__buf_printf(kind, "%s%lld", i ? "x" : "", (long long)dims[i]);
  *bytes = data ? (double)knn_tensor_bytes(data) : 0;
}

static void add_layer(lua_State *L, knn_layer *layer, knn__buf *kind, double *bytes) {
  int n = knn_layer_weight_count(layer), i;
  knn_weight *weights = lua_newuserdatauv(L, (size_t)n * sizeof *weights + 1, 0);
  knn__buf_printf(kind, "%s, %lld parameters", knn_object_class(knn_layer_object(layer))->name,
                  (long long)knn_layer_param_count(layer));
  *bytes = 0;
  if (knn_layer_weights(layer, weights, &n) == KNN_OK)
    for (i = 0; i < n; i++)
      *bytes += weights[i].tensor ? (double)knn_tensor_bytes(weights[i].tensor) : 0;
  lua_pop(L, 1);
}

/* The value at index, if it is one of knn's. */
static int add_own(lua_State *L, int index, knn__buf *kind, double *bytes) {
  const knn_value *v = knn__bind_test_box(L, index, KNN_TENSOR_TYPE);
  knn_layer *layer = v ? NULL : knn__bind_to_layer(L, index);
  if (v) add_tensor(v, kind, bytes);
  if (layer) add_layer(L, layer, kind, bytes);
  return v || layer;
}
#else
static int add_own(lua_State *L, int index, knn__buf *kind, double *bytes) {
  (void)L, (void)index, (void)kind, (void)bytes;
  return 0;
}
#endif

/* What the value at index is; *bytes stays below 0 if nobody can tell. Runs no code of the user. */
static void add_kind(lua_State *L, int index, knn__buf *kind, double *bytes) {
  int type = lua_type(L, index);
  if (type == LUA_TUSERDATA && add_own(L, index, kind, bytes)) return;
  knn__buf_puts(kind, luaL_typename(L, index));
  if (type == LUA_TSTRING) *bytes = (double)lua_rawlen(L, index);
  if (type == LUA_TBOOLEAN) knn__buf_puts(kind, lua_toboolean(L, index) ? " true" : " false");
  if (type == LUA_TNUMBER) {
    lua_pushvalue(L, index);
    knn__buf_printf(kind, " %s", lua_tostring(L, -1));
    lua_pop(L, 1);
  }
  if (type == LUA_TTABLE && lua_rawlen(L, index))
    knn__buf_printf(kind, " of %llu", (unsigned long long)lua_rawlen(L, index));
  if (type == LUA_TUSERDATA && luaL_getmetafield(L, index, "__name") != LUA_TNIL) {
    if (lua_type(L, -1) == LUA_TSTRING) knn__buf_printf(kind, " %s", lua_tostring(L, -1));
    lua_pop(L, 1);
  }
}

static int compare(const void *a, const void *b) {
  return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* Whether the global whose name and value are on top is the user's. Index of the table of earlier
 * globals: 3. */
static int is_users(lua_State *L) {
  int same;
  if (lua_type(L, -2) != LUA_TSTRING || lua_tostring(L, -2)[0] == '_') return 0;
  lua_pushvalue(L, -2);
  lua_rawget(L, 3);
  same = lua_rawequal(L, -1, -2);
  lua_pop(L, 1);
  return !same;
}

/* Argument: the text. Index 2: the globals, 3: those of before, 4: the names. */
static int list_globals(lua_State *L) {
  knn__buf *out = lua_touserdata(L, 1);
  const char **names;
  size_t n = 0, i, start;
  lua_pushglobaltable(L);
  lua_getfield(L, LUA_REGISTRYINDEX, GLOBALS_KEY);
  for (lua_pushnil(L); lua_next(L, 2); lua_pop(L, 1)) n += (size_t)is_users(L);
  names = lua_newuserdatauv(L, (n + 1) * sizeof *names, 0);
  for (n = 0, lua_pushnil(L); lua_next(L, 2); lua_pop(L, 1))
    if (is_users(L)) names[n++] = lua_tostring(L, -2);
  qsort(names, n, sizeof *names, compare);
  for (i = 0; i < n; i++) {
    double bytes = -1;
    lua_pushstring(L, names[i]);
    lua_rawget(L, 2);
    knn__buf_printf(out, "  %-*s  ", NAME_WIDTH, names[i]);
    start = out->n;
    add_kind(L, lua_gettop(L), out, &bytes);
    if (bytes >= 0) {
      if (out->n - start < KIND_WIDTH) knn__buf_fill(out, ' ', KIND_WIDTH - (out->n - start));
      knn__buf_puts(out, "  ");
      knn__command_add_bytes(out, bytes);
    }
    knn__buf_putc(out, '\n');
    lua_pop(L, 1);
  }
  return 0;
}

int knn__command_who(knn__repl *r, const char *argument) {
  knn__buf text = {0};
  (void)argument;
  lua_pushcfunction(r->L, list_globals);
  lua_pushlightuserdata(r->L, &text);
  if (knn__report_call(r->L, 1, 0, NULL) != LUA_OK) knn__repl_complain(r);
  if (!text.n) knn__buf_puts(&text, "no globals of yours yet\n");
  knn__command_write(r, &text);
  return 1;
}

/* ---- :mem ---- */

/* Bytes of the process in memory now; 0 where the system does not say. */
static double resident(void) {
  FILE *in = fopen("/proc/self/statm", "r");
  long pages = 0;
  if (!in) return 0;
  if (fscanf(in, "%*s %ld", &pages) != 1) pages = 0;
  fclose(in);
  return (double)pages * (double)sysconf(_SC_PAGESIZE);
}

int knn__command_mem(knn__repl *r, const char *argument) {
  lua_State *L = r->L;
  knn__buf text = {0};
  struct rusage usage;
  (void)argument;
#if KNN_HAVE_BIND
  size_t bytes, blocks;
  knn_ctx_memory(knn__bind_ctx(L), &bytes, &blocks, NULL);
  knn__buf_puts(&text, "  tensors and models  ");
  knn__command_add_bytes(&text, (double)bytes);
  knn__buf_printf(&text, " in %zu blocks\n", blocks);
#endif
  knn__buf_puts(&text, "  Lua                 ");
  knn__command_add_bytes(&text, lua_gc(L, LUA_GCCOUNT) * 1024.0 + lua_gc(L, LUA_GCCOUNTB));
  knn__buf_puts(&text, "\n  process             ");
  knn__command_add_bytes(&text, resident());
  if (getrusage(RUSAGE_SELF, &usage) == 0) {
    knn__buf_puts(&text, ", at most ");
    knn__command_add_bytes(&text, (double)usage.ru_maxrss * 1024);
  }
  knn__buf_putc(&text, '\n');
  knn__command_write(r, &text);
  return 1;
}

/* ---- :reload ---- */

/* Argument: a module's name. Requires it anew; the old one stays when that fails. Globals that held
 * the old one hold the new one. */
static int reload(lua_State *L) {
  lua_getfield(L, LUA_REGISTRYINDEX, LUA_LOADED_TABLE);
  lua_pushvalue(L, 1);
  lua_rawget(L, 2); /* 3: the old module */
  lua_pushvalue(L, 1);
  lua_pushnil(L);
  lua_rawset(L, 2);
  lua_getglobal(L, "require");
  lua_pushvalue(L, 1);
  if (lua_pcall(L, 1, 1, 0) != LUA_OK) {
    lua_pushvalue(L, 1);
    lua_pushvalue(L, 3);
    lua_rawset(L, 2);
    return lua_error(L);
  }
  lua_pushglobaltable(L);
  for (lua_pushnil(L); lua_next(L, 5); lua_pop(L, 1))
    if (!lua_isnil(L, 3) && lua_rawequal(L, -1, 3)) {
      lua_pushvalue(L, -2);
      lua_pushvalue(L, 4);
      lua_rawset(L, 5); /* of a field that exists, which a traversal allows */
    }
  return 0;
}

int knn__command_reload(knn__repl *r, const char *argument) {
  if (!*argument) {
    knn__command_complain(r, ":reload takes the name of a module, as require does");
    return 1;
  }
  lua_pushcfunction(r->L, reload);
  lua_pushstring(r->L, argument);
  if (knn__report_call(r->L, 1, 0, NULL) != LUA_OK) knn__repl_complain(r);
  return 1;
}
