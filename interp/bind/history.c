/* history.c - what fit returns, as a plain Lua table: history (a list per log), epoch (1, 2, ...),
 * seconds, interrupted. */
#include <math.h>
#include <stdio.h>

#include "history.h"

static void push_column(lua_State *L, const knn_history *h, int column) {
  int n = knn_history_epochs(h);
  lua_createtable(L, n, 0);
  for (int i = 0; i < n; i++) {
    lua_pushnumber(L, knn_history_value(h, column, i));
    lua_rawseti(L, -2, i + 1);
  }
}

void knn__bind_push_history(lua_State *L, const knn_history *h) {
  int n = knn_history_epochs(h), columns = knn_history_columns(h);
  lua_createtable(L, 0, 4);
  lua_createtable(L, 0, columns);
  for (int i = 0; i < columns; i++) {
    push_column(L, h, i);
    lua_setfield(L, -2, knn_history_name(h, i));
  }
  lua_setfield(L, -2, "history");
  lua_createtable(L, n, 0);
  for (int i = 0; i < n; i++) {
    lua_pushinteger(L, knn_history_epoch(h, i) + 1);
    lua_rawseti(L, -2, i + 1);
  }
  lua_setfield(L, -2, "epoch");
  lua_pushboolean(L, knn_history_interrupted(h));
  lua_setfield(L, -2, "interrupted");
  lua_pushnumber(L, knn_history_seconds(h));
  lua_setfield(L, -2, "seconds");
  luaL_setmetatable(L, KNN_HISTORY_TYPE);
}

/* Names of the table at idx in alphabetical order, as a list on top. */
static lua_Integer sorted_names(lua_State *L, int idx) {
  lua_Integer n = 0;
  lua_newtable(L);
  lua_pushnil(L);
  while (lua_next(L, idx) != 0) {
    lua_pop(L, 1);
    lua_pushvalue(L, -1);
    lua_rawseti(L, -3, ++n);
  }
  lua_getglobal(L, "table");
  lua_getfield(L, -1, "sort");
  lua_pushvalue(L, -3);
  lua_call(L, 1, 0);
  lua_pop(L, 1);
  return n;
}

/* "History of 5 epochs: accuracy 0.9812, loss 0.0634" */
static int tostring(lua_State *L) {
  char number[48];
  lua_settop(L, 1);
  lua_getfield(L, 1, "epoch");
  lua_Integer epochs = (lua_Integer)lua_rawlen(L, 2);
  lua_getfield(L, 1, "interrupted");
  bool interrupted = lua_toboolean(L, 3);
  lua_getfield(L, 1, "history");
  lua_Integer n = sorted_names(L, 4);
  lua_pushfstring(L, "History of %I epoch%s%s", (LUAI_UACINT)epochs, epochs == 1 ? "" : "s",
                  interrupted ? ", interrupted" : "");
  for (lua_Integer i = 1; i <= n && epochs; i++) {
    lua_rawgeti(L, 5, i);
    const char *name = lua_tostring(L, -1);
    lua_getfield(L, 4, name);
    lua_rawgeti(L, -1, epochs);
    double x = lua_tonumber(L, -1);
    snprintf(number, sizeof number, fabs(x) > 1e-3 || x == 0 ? "%.4f" : "%.4e", x);
    lua_pop(L, 2);
    lua_pushfstring(L, "%s %s %s", i == 1 ? ":" : ",", name, number);
    lua_remove(L, -2);
    lua_concat(L, 2);
  }
  return 1;
}

void knn__open_history(lua_State *L) {
  luaL_newmetatable(L, KNN_HISTORY_TYPE);
  lua_pushcfunction(L, tostring);
  lua_setfield(L, -2, "__tostring");
  lua_pop(L, 1);
}
