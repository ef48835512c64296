/* test_states.c - several Lua states in one process, a thread each: every one trains, predicts and
 * closes by itself, and the same seed gives the same weights in all of them. */
#include "testing.h"

#include <lauxlib.h>
#include <lualib.h>
#include <pthread.h>

int luaopen_knn(lua_State *L);

enum { STATES = 4 };

static const char script[] =
    "local knn = require 'knn'\n"
    "local state = ...\n"
    "knn.seed(11)\n"
    "local x = knn.randn(64, 5)\n"
    "local y = x:argmax_class() % 3\n"
    "for i = 1, state do local noise = knn.randn(50 * i) end\n" /* states are not in step */
    "knn.seed(12)\n"
    "local net = knn.Sequential{\n"
    "  knn.layers.Dense{16, activation = 'relu', input_shape = {5}}, knn.layers.Dropout{0.2},\n"
    "  knn.layers.Dense{3, activation = 'softmax'}}\n"
    "net:compile{loss = 'sparse_categorical_crossentropy', optimizer = 'adam', metrics = "
    "{'accuracy'}}\n"
    "net:fit(x, y, {epochs = 10, batch_size = 10, callbacks = {{on_epoch_end = function() "
    "collectgarbage() end}}})\n"
    "local ok, message = pcall(net.fit, net, x, y + 1)\n"
    "assert(not ok and message:find('outside 0..2', 1, true), message)\n"
    "local sum = {}\n"
    "for i, w in ipairs(net:get_weights()) do sum[i] = string.format('%a', w:sum():item()) end\n"
    "return table.concat(sum, ' ')\n";

typedef struct run {
  int state;
  char result[400];
} run;

static void *train(void *arg) {
  run *r = arg;
  lua_State *L = luaL_newstate();
  luaL_openlibs(L);
  luaL_getsubtable(L, LUA_REGISTRYINDEX, LUA_PRELOAD_TABLE);
  lua_pushcfunction(L, luaopen_knn);
  lua_setfield(L, -2, "knn");
  lua_settop(L, 0);
  bool ok = luaL_loadstring(L, script) == LUA_OK;
  lua_pushinteger(L, r->state);
  ok = ok && lua_pcall(L, 1, 1, 0) == LUA_OK;
  snprintf(r->result, sizeof r->result, "%s%s", ok ? "" : "failed: ", lua_tostring(L, -1));
  lua_close(L);
  return NULL;
}

static void states_in_threads_do_not_meet(void **state) {
  (void)state;
  pthread_t threads[STATES];
  run runs[STATES];
  for (int i = 0; i < STATES; i++) {
    runs[i] = (run){.state = i};
    assert_int_equal(pthread_create(&threads[i], NULL, train, &runs[i]), 0);
  }
  for (int i = 0; i < STATES; i++) pthread_join(threads[i], NULL);
  for (int i = 0; i < STATES; i++) {
    if (strncmp(runs[i].result, "0x", 2) != 0 && strncmp(runs[i].result, "-0x", 3) != 0)
      fail_msg("%s", runs[i].result);
    assert_string_equal(runs[i].result, runs[0].result);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(states_in_threads_do_not_meet)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
