/* element.c - elements of data sets as Lua values: each part a tensor, a list or a table by name.
 */
#include <string.h>

#include "dataset.h"

/* The parts of an element while they are gathered; everything is lent by the Lua stack. */
typedef struct gathered {
  int n, n_groups;
  knn_tensor *tensors[KNN_ELEMENT_MAX];
  const char *names[KNN_ELEMENT_MAX];
  knn_group groups[KNN_GROUPS_MAX];
} gathered;

/* The value on top, which stays there, as the next tensor. */
static void add_tensor(lua_State *L, gathered *g, const char *who) {
  if (g->n == KNN_ELEMENT_MAX)
    luaL_error(L, "%s: an element has at most %d tensors", who, KNN_ELEMENT_MAX);
  luaL_checkstack(L, 8, who);
  knn__bind_need_data(L, -1, who);
  g->tensors[g->n++] = knn__bind_to_tensor(L, lua_gettop(L));
}

/* Whether a table is a list of tensors, by its first entry, and no array of numbers. */
static bool is_list(lua_State *L, int idx) {
  lua_rawgeti(L, idx, 1);
  const bool yes = luaL_testudata(L, -1, KNN_TENSOR_TYPE) != NULL;
  lua_pop(L, 1);
  return yes;
}

static void add_list(lua_State *L, int idx, gathered *g, const char *who) {
  const int n = (int)lua_rawlen(L, idx);
  for (int i = 1; i <= n; i++) {
    lua_rawgeti(L, idx, i);
    add_tensor(L, g, who);
  }
  g->groups[g->n_groups++] = (knn_group){.n = n, .list = true};
}

/* The keys of a table in alphabetical order, so that every element has them in the same. */
static int sorted_keys(lua_State *L, int idx, const char **names, int room, const char *who) {
  int n = 0;
  for (lua_pushnil(L); lua_next(L, idx); lua_pop(L, 1)) {
    if (lua_type(L, -2) != LUA_TSTRING)
      luaL_error(L, "%s: a part of an element is a tensor, a list or a table by name", who);
    if (n == room) luaL_error(L, "%s: an element has at most %d tensors", who, KNN_ELEMENT_MAX);
    const char *key = lua_tostring(L, -2);
    int at = n++;
    for (; at > 0 && strcmp(names[at - 1], key) > 0; at--) names[at] = names[at - 1];
    names[at] = key;
  }
  return n;
}

static void add_named(lua_State *L, int idx, gathered *g, const char *who) {
  const char **names = g->names + g->n;
  const int n = sorted_keys(L, idx, names, KNN_ELEMENT_MAX - g->n, who);
  for (int i = 0; i < n; i++) {
    lua_getfield(L, idx, names[i]);
    add_tensor(L, g, who);
  }
  g->groups[g->n_groups++] = (knn_group){.n = n, .names = names};
}

static void add_part(lua_State *L, int idx, gathered *g, const char *who) {
  if (g->n_groups == KNN_GROUPS_MAX)
    luaL_error(L, "%s: an element has at most %d parts", who, KNN_GROUPS_MAX);
  if (lua_istable(L, idx) && is_list(L, idx)) {
    add_list(L, idx, g, who);
  } else if (lua_istable(L, idx) && lua_rawlen(L, idx) == 0) {
    add_named(L, idx, g, who);
  } else {
    lua_pushvalue(L, idx);
    add_tensor(L, g, who);
    g->groups[g->n_groups++] = (knn_group){.n = 1};
  }
}

bool knn__bind_take_element(lua_State *L, int first, int last, const char *who, knn_element *out) {
  gathered g = {0};
  if (last < first || lua_isnil(L, first)) return false;
  while (last > first && lua_isnil(L, last)) last--;
  luaL_checkstack(L, KNN_ELEMENT_MAX + LUA_MINSTACK, who);
  for (int i = first; i <= last; i++) add_part(L, i, &g, who);
  knn__bind_check(L, knn_layout_new(knn__bind_ctx(L), g.groups, g.n_groups, &out->layout));
  out->n = g.n;
  memcpy(out->tensors, g.tensors, (size_t)g.n * sizeof *g.tensors);
  return true;
}

static void push_tensor(lua_State *L, knn_tensor *t) {
  knn_tensor_retain(t);
  knn__bind_push_view(L, t);
}

int knn__bind_push_parts(lua_State *L, const knn_element *e) {
  const int n = knn_layout_groups(e->layout);
  luaL_checkstack(L, n + 8, "element");
  for (int i = 0, at = 0; i < n; i++) {
    const knn_group *group = knn_layout_group(e->layout, i);
    if (group->list || group->names) lua_createtable(L, group->n, 0);
    for (int k = 0; k < group->n; k++) {
      push_tensor(L, e->tensors[at++]);
      if (group->names)
        lua_setfield(L, -2, group->names[k]);
      else if (group->list)
        lua_rawseti(L, -2, k + 1);
    }
  }
  return n;
}
