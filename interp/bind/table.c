/* table.c - the Table userdata: columns read from a CSV file. */
#include <math.h>
#include <string.h>

#include "data.h"

#define TABLE_TYPE "knn.Table"
#define STREAM_TYPE "knn.CsvStream" /* internal: a file under way */

static int release_table(lua_State *L) {
  void **box = luaL_checkudata(L, 1, TABLE_TYPE);
  knn_table_release(*box);
  *box = NULL;
  return 0;
}

knn_table **knn__new_table_box(lua_State *L) {
  return (knn_table **)knn__bind_new(L, TABLE_TYPE);
}

static knn_table *check_table(lua_State *L) {
  return knn__bind_check_box(L, 1, TABLE_TYPE);
}

static knn_missing missing_policy(lua_State *L, int idx, knn_missing otherwise) {
  static const char *const names[] = {"keep", "error", "drop", "fill", NULL};
  if (lua_getfield(L, idx, "missing") == LUA_TNIL) {
    lua_pop(L, 1);
    return otherwise;
  }
  const char *name = luaL_checkstring(L, -1);
  int i = 0;
  while (names[i] && strcmp(names[i], name) != 0) i++;
  if (!names[i])
    luaL_error(L, "option 'missing' must be \"keep\", \"error\", \"drop\" or \"fill\", got '%s'",
               name);
  lua_pop(L, 1);
  return (knn_missing)i;
}

/* Raise for a name in the table at idx that is not among `known` (words separated by blanks). */
static void check_names(lua_State *L, int idx, const char *who, const char *known) {
  lua_pushnil(L);
  while (lua_next(L, idx) != 0) {
    lua_pop(L, 1);
    const char *key = lua_type(L, -1) == LUA_TSTRING ? lua_tostring(L, -1) : "?";
    size_t n = strlen(key);
    const char *at = strstr(known, key);
    while (at && !((at == known || at[-1] == ' ') && (at[n] == ' ' || at[n] == 0)))
      at = strstr(at + 1, key);
    if (!at || n == 0) luaL_error(L, "%s: unknown option '%s' (known: %s)", who, key, known);
  }
}

/* The strings that options point to; the table of options keeps them alive. */
typedef struct csv_strings {
  const char *names[256], *absent[KNN__MOST_STRINGS];
} csv_strings;

/* Options of a CSV file from the table at 2, or none. */
static knn_csv_options csv_options(lua_State *L, csv_strings *strings) {
  const char **names = strings->names, **absent = strings->absent;
  knn_csv_options o = {0};
  lua_settop(L, 2);
  if (lua_istable(L, 2)) {
    check_names(L, 2, "csv", "separator header names missing missing_values bad_rows quotes trim");
    const char *separator = knn__option_text(L, 2, "separator");
    if (separator && strlen(separator) != 1)
      luaL_error(L, "csv: option 'separator' must be one character, got '%s'", separator);
    if (separator) o.separator = separator[0];
    if (lua_getfield(L, 2, "header") != LUA_TNIL)
      o.header = lua_toboolean(L, -1) ? KNN_HEADER_YES : KNN_HEADER_NO;
    lua_pop(L, 1);
    if (lua_getfield(L, 2, "quotes") != LUA_TNIL) o.no_quotes = !lua_toboolean(L, -1);
    lua_pop(L, 1);
    o.trim = knn__option_flag(L, 2, "trim");
    const char *bad = knn__option_text(L, 2, "bad_rows");
    o.drop_bad_rows = bad && strcmp(bad, "drop") == 0;
    if (bad && !o.drop_bad_rows && strcmp(bad, "error") != 0)
      luaL_error(L, "option 'bad_rows' must be \"error\" or \"drop\", got '%s'", bad);
    o.policy = missing_policy(L, 2, KNN_MISSING_KEEP);
    if (lua_getfield(L, 2, "names") == LUA_TTABLE) {
      o.n_names = (int)lua_rawlen(L, -1);
      if (o.n_names > 256) luaL_error(L, "csv: at most 256 names, got %d", o.n_names);
      for (int i = 0; i < o.n_names; i++) {
        lua_rawgeti(L, -1, i + 1);
        names[i] = luaL_checkstring(L, -1);
        lua_pop(L, 1);
      }
      o.names = names;
    }
    lua_pop(L, 1);
    o.n_missing = knn__option_strings(L, 2, "missing_values", absent);
    if (o.n_missing) o.missing = absent;
  } else if (!lua_isnil(L, 2)) {
    luaL_checktype(L, 2, LUA_TTABLE);
  }
  return o;
}

static int load_csv(lua_State *L) {
  const char *path = luaL_checkstring(L, 1);
  csv_strings strings;
  knn_csv_options o = csv_options(L, &strings);
  knn_table **box = knn__new_table_box(L);
  knn_status st = knn_csv_load(knn__bind_ctx(L), path, &o, box);
  return st == KNN_OK ? 1 : knn__io_failure(L, st);
}

/* ---- a file in pieces ---- */

static int close_stream(lua_State *L) {
  void **box = luaL_checkudata(L, 1, STREAM_TYPE);
  knn_csv_stream_close(*box);
  *box = NULL;
  return 0;
}

/* open_csv(path, options): a stream. */
static int open_csv(lua_State *L) {
  const char *path = luaL_checkstring(L, 1);
  csv_strings strings;
  knn_csv_options o = csv_options(L, &strings);
  knn_csv_stream **box = (knn_csv_stream **)knn__bind_new(L, STREAM_TYPE);
  knn_status st = knn_csv_stream_open(knn__bind_ctx(L), path, &o, box);
  return st == KNN_OK ? 1 : knn__io_failure(L, st);
}

/* stream:next(rows): a table, nil at the end. */
static int stream_next(lua_State *L) {
  knn_csv_stream *s = knn__bind_check_box(L, 1, STREAM_TYPE);
  lua_Integer rows = luaL_checkinteger(L, 2);
  knn_table **box = knn__new_table_box(L);
  knn__bind_check(L, knn_csv_stream_next(s, rows, box));
  if (!*box) lua_pushnil(L);
  return 1;
}

/* A column by name or by position from 1, at idx; from 0. */
static int check_column(lua_State *L, const knn_table *t, int idx) {
  int column = 0;
  if (lua_type(L, idx) != LUA_TNUMBER) {
    knn__bind_check(L, knn_table_find(t, luaL_checkstring(L, idx), &column));
    return column;
  }
  lua_Integer i = luaL_checkinteger(L, idx), n = knn_table_columns(t);
  if (i == 0 || i > n || i < -n)
    luaL_error(L, "column %d is out of range: the table has %d columns, counted from 1", (int)i,
               (int)n);
  return (int)(i > 0 ? i - 1 : n + i);
}

/* table:column(name): a tensor of numbers; of a text column the list of strings (false where
 * missing). */
static int table_column(lua_State *L) {
  knn_table *t = check_table(L);
  int column = check_column(L, t, 2);
  if (knn_table_kind(t, column) == KNN_COLUMN_TEXT) {
    int64_t n = knn_table_rows(t);
    lua_createtable(L, (int)n, 0);
    for (int64_t i = 0; i < n; i++) {
      const char *cell = knn_table_text(t, column, i);
      if (cell)
        lua_pushstring(L, cell);
      else
        lua_pushboolean(L, 0);
      lua_rawseti(L, -2, i + 1);
    }
    return 1;
  }
  knn_tensor *out;
  knn__bind_check(L, knn_table_column(t, column, &out));
  knn__bind_push_tensor(L, out);
  return 1;
}

/* table:codes(name): numbers of the categories of a text column, 0 .. n - 1, -1 where missing; and
 * the categories' names. */
static int table_codes(lua_State *L) {
  knn_table *t = check_table(L);
  int column = check_column(L, t, 2), n;
  knn_tensor *out;
  if (knn_table_kind(t, column) != KNN_COLUMN_TEXT)
    luaL_error(L, "codes: column '%s' holds numbers", knn_table_name(t, column));
  knn__bind_check(L, knn_table_column(t, column, &out));
  knn__bind_push_tensor(L, out);
  const char *const *categories = knn_table_categories(t, column, &n);
  lua_createtable(L, n, 0);
  for (int i = 0; i < n; i++) {
    lua_pushstring(L, categories[i]);
    lua_rawseti(L, -2, i + 1);
  }
  return 2;
}

/* table:matrix{columns = {names or positions}, missing =, fill =}: float32 (rows, n), and under
 * "drop" the rows kept. */
static int table_matrix(lua_State *L) {
  knn_table *t = check_table(L);
  int columns[1024], n = 0;
  double fill = NAN;
  knn_missing policy = KNN_MISSING_ERROR;
  lua_settop(L, 2);
  if (!lua_isnil(L, 2)) {
    luaL_checktype(L, 2, LUA_TTABLE);
    check_names(L, 2, "matrix", "columns missing fill");
    policy = missing_policy(L, 2, policy);
    if (lua_getfield(L, 2, "fill") != LUA_TNIL) fill = luaL_checknumber(L, -1);
    if (lua_getfield(L, 2, "columns") == LUA_TTABLE) {
      int list = lua_gettop(L);
      n = (int)lua_rawlen(L, list);
      if (n > 1024) luaL_error(L, "matrix: at most 1024 columns can be named, got %d", n);
      for (int i = 0; i < n; i++) {
        lua_rawgeti(L, list, i + 1);
        columns[i] = check_column(L, t, lua_gettop(L));
        lua_pop(L, 1);
      }
    }
  }
  knn_value **matrix = (knn_value **)knn__bind_new(L, KNN_TENSOR_TYPE),
            **rows = (knn_value **)knn__bind_new(L, KNN_TENSOR_TYPE);
  knn_tensor *m = NULL, *r = NULL;
  bool drop = policy == KNN_MISSING_DROP;
  knn__bind_check(L,
                  knn_table_matrix(t, n ? columns : NULL, n, policy, fill, &m, drop ? &r : NULL));
  knn_status st = knn_value_from(m, matrix);
  knn_tensor_release(m);
  if (r && st == KNN_OK) st = knn_value_from(r, rows);
  knn_tensor_release(r);
  knn__bind_check(L, st);
  if (!drop) lua_pop(L, 1);
  return drop ? 2 : 1;
}

static void push_names(lua_State *L, const knn_table *t) {
  int n = knn_table_columns(t);
  lua_createtable(L, n, 0);
  for (int i = 0; i < n; i++) {
    lua_pushstring(L, knn_table_name(t, i));
    lua_rawseti(L, -2, i + 1);
  }
}

/* table:missing(column or nothing): how many cells lack a value; then up to 20 of them as {row =,
 * column =, line =}. */
static int table_missing(lua_State *L) {
  knn_table *t = check_table(L);
  int column = lua_isnoneornil(L, 2) ? -1 : check_column(L, t, 2);
  int64_t n = knn_table_missing(t, column), row, line;
  lua_pushinteger(L, n);
  lua_newtable(L);
  int at, found = 0;
  for (int64_t i = 0; found < 20 && knn_table_missing_at(t, i, &row, &at, &line); i++) {
    if (column >= 0 && at != column) continue;
    lua_createtable(L, 0, 3);
    lua_pushinteger(L, row + 1);
    lua_setfield(L, -2, "row");
    lua_pushstring(L, knn_table_name(t, at));
    lua_setfield(L, -2, "column");
    lua_pushinteger(L, line);
    lua_setfield(L, -2, "line");
    lua_rawseti(L, -2, ++found);
  }
  return 2;
}

/* table:bad_rows(): list of {line =, cells =} of the rows left out. */
static int table_bad_rows(lua_State *L) {
  const knn_table *t = check_table(L);
  knn_bad_row row;
  lua_newtable(L);
  for (int64_t i = 0; knn_table_bad_row(t, i, &row); i++) {
    lua_createtable(L, 0, 2);
    lua_pushinteger(L, row.line);
    lua_setfield(L, -2, "line");
    lua_pushinteger(L, row.cells);
    lua_setfield(L, -2, "cells");
    lua_rawseti(L, -2, i + 1);
  }
  return 1;
}

/* table:take(rows): rows by position (negatives from the end), a list or a tensor, or by a bool
 * tensor of all rows. */
static int table_take(lua_State *L) {
  knn_table *t = check_table(L);
  knn_tensor *given = knn__bind_to_tensor(L, 2);
  int64_t n = knn_tensor_size(given), rows = knn_table_rows(t), count = 0;
  bool mask = knn_tensor_dtype(given) == KNN_BOOL;
  if (knn_tensor_rank(given) != 1 || knn_dtype_is_float(knn_tensor_dtype(given)))
    luaL_error(L, "take: rows are a list of positions or a bool tensor, got a %s tensor of rank %d",
               knn_dtype_name(knn_tensor_dtype(given)), knn_tensor_rank(given));
  if (mask && n != rows)
    luaL_error(L, "take: the mask has %d elements, the table %d rows", (int)n, (int)rows);
  knn_tensor *numbers = knn__bind_new_tensor(L, KNN_I64, 1, &n);
  knn__bind_check(L, knn_tensor_copy(numbers, given));
  int64_t *row = knn_tensor_data(numbers);
  for (int64_t i = 0; i < n; i++) {
    if (mask && !row[i]) continue;
    int64_t at = mask ? i : row[i] > 0 ? row[i] - 1 : rows + row[i];
    if (!mask && (row[i] == 0 || at < 0 || at >= rows))
      luaL_error(L, "take: row %d is out of range: the table has %d rows, counted from 1",
                 (int)row[i], (int)rows);
    row[count++] = at;
  }
  knn_tensor *chosen = NULL;
  knn_table **box = knn__new_table_box(L);
  knn__bind_check(L, knn_tensor_slice(numbers, 0, 0, count, 1, &chosen));
  knn_status st = knn_table_take(t, chosen, box);
  knn_tensor_release(chosen);
  knn__bind_check(L, st);
  return 1;
}

/* table:select{names or positions} */
static int table_select(lua_State *L) {
  knn_table *t = check_table(L);
  luaL_checktype(L, 2, LUA_TTABLE);
  int n = (int)lua_rawlen(L, 2);
  int *columns = lua_newuserdatauv(L, (size_t)(n + 1) * sizeof *columns, 0);
  for (int i = 0; i < n; i++) {
    lua_rawgeti(L, 2, i + 1);
    columns[i] = check_column(L, t, lua_gettop(L));
    lua_pop(L, 1);
  }
  knn__bind_check(L, knn_table_select(t, columns, n, knn__new_table_box(L)));
  return 1;
}

static knn_status with_text(lua_State *L, const knn_table *t, const char *name, knn_table **box) {
  int64_t n = (int64_t)lua_rawlen(L, 3);
  const char **cells = lua_newuserdatauv(L, (size_t)(n + 1) * sizeof *cells, 0);
  for (int64_t i = 0; i < n; i++) { /* the list keeps the strings alive */
    if (lua_rawgeti(L, 3, i + 1) != LUA_TSTRING && lua_toboolean(L, -1))
      luaL_error(L, "with: column '%s' is a list of strings, false where missing", name);
    cells[i] = lua_tostring(L, -1);
    lua_pop(L, 1);
  }
  return knn_table_with_text(t, name, cells, n, box);
}

/* table:with(name, values): a column more, or another one under that name; values are a tensor, a
 * list of numbers, or a list of strings, false where missing. */
static int table_with(lua_State *L) {
  knn_table *t = check_table(L);
  const char *name = luaL_checkstring(L, 2);
  lua_settop(L, 3);
  bool text = false;
  if (lua_istable(L, 3)) {
    for (lua_Integer i = 1; !text && lua_rawgeti(L, 3, i) != LUA_TNIL; i++, lua_pop(L, 1))
      text = lua_type(L, -1) == LUA_TSTRING || lua_isboolean(L, -1);
    lua_settop(L, 3);
  }
  knn_table **box = knn__new_table_box(L);
  knn_status st =
      text ? with_text(L, t, name, box) : knn_table_with(t, name, knn__bind_to_tensor(L, 3), box);
  knn__bind_check(L, st);
  lua_pushvalue(L, 4);
  return 1;
}

/* new_table(rows): without columns. */
static int new_table(lua_State *L) {
  knn_table **box = knn__new_table_box(L);
  knn__bind_check(L, knn_table_new(knn__bind_ctx(L), "the table", luaL_checkinteger(L, 1), box));
  return 1;
}

/* table:cell(column, row): a number or a string, nil where missing. */
static int table_cell(lua_State *L) {
  knn_table *t = check_table(L);
  int column = check_column(L, t, 2);
  lua_Integer row = luaL_checkinteger(L, 3);
  int64_t rows = knn_table_rows(t);
  if (row == 0 || row > rows || row < -rows)
    luaL_error(L, "row %d is out of range: the table has %d rows, counted from 1", (int)row,
               (int)rows);
  int64_t at = row > 0 ? row - 1 : rows + row, whole = 0;
  double real = 0;
  if (knn_table_kind(t, column) == KNN_COLUMN_TEXT)
    lua_pushstring(L, knn_table_text(t, column, at));
  else if (!knn_table_number(t, column, at, &whole, &real))
    lua_pushnil(L);
  else if (knn_table_kind(t, column) == KNN_COLUMN_INT)
    lua_pushinteger(L, whole);
  else
    lua_pushnumber(L, real);
  return 1;
}

static int index_table(lua_State *L) {
  lua_pushvalue(L, 2);
  if (lua_rawget(L, lua_upvalueindex(1)) != LUA_TNIL) return 1;
  knn_table *t = knn__bind_test_box(L, 1, TABLE_TYPE);
  if (!t || lua_type(L, 2) != LUA_TSTRING) return 0;
  if (strcmp(lua_tostring(L, 2), "names") == 0)
    push_names(L, t);
  else if (strcmp(lua_tostring(L, 2), "rows") == 0)
    lua_pushinteger(L, knn_table_rows(t));
  else
    return 0;
  return 1;
}

static int table_length(lua_State *L) {
  lua_pushinteger(L, knn_table_rows(check_table(L)));
  return 1;
}

/* table:kinds(): the kind of each column. */
static int table_kinds(lua_State *L) {
  static const char *const kinds[] = {"int64", "float64", "text"};
  const knn_table *t = check_table(L);
  lua_newtable(L);
  for (int i = 0; i < knn_table_columns(t); i++) {
    lua_pushstring(L, kinds[knn_table_kind(t, i)]);
    lua_rawseti(L, -2, i + 1);
  }
  return 1;
}

/* The text is made in Lua, by the method that prints a table. */
static int table_tostring(lua_State *L) {
  if (!knn__bind_test_box(L, 1, TABLE_TYPE)) {
    lua_pushliteral(L, "Table (freed)");
    return 1;
  }
  if (luaL_getmetafield(L, 1, "__text") == LUA_TNIL)
    return luaL_error(L, "a table cannot be shown");
  lua_pushvalue(L, 1);
  lua_call(L, 1, 1);
  return 1;
}

static const luaL_Reg table_methods[] = {
    {"column", table_column},
    {"codes", table_codes},
    {"matrix", table_matrix},
    {"missing", table_missing},
    {"bad_rows", table_bad_rows},
    {"take", table_take},
    {"select", table_select},
    {"with", table_with},
    {"cell", table_cell},
    {"kinds", table_kinds},
    {NULL, NULL},
};
static const luaL_Reg stream_methods[] = {{"next", stream_next}, {NULL, NULL}};
static const luaL_Reg table_meta[] = {
    {"__len", table_length}, {"__tostring", table_tostring}, {NULL, NULL}};
static const luaL_Reg functions[] = {
    {"load_csv", load_csv}, {"open_csv", open_csv}, {"new_table", new_table}, {NULL, NULL}};

void knn__open_table(lua_State *L) {
  knn__bind_type(L, TABLE_TYPE, table_methods, table_meta, release_table);
  knn__bind_type(L, STREAM_TYPE, stream_methods, NULL, close_stream);
  knn__bind_use_index(L, TABLE_TYPE, index_table, NULL);
  luaL_setfuncs(L, functions, 0);
  luaL_getmetatable(L, TABLE_TYPE); /* stdlib adds its methods */
  lua_setfield(L, -2, "table_type");
}
