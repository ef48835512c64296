/* test_base.c - context, allocation, option trees, argument schemas, random numbers, pool. */
#include "testing.h"

#include <math.h>
#include <pthread.h>
#include <sys/wait.h>
#include <unistd.h>

#include "args.h"
#include "arena.h"
#include "map.h"
#include "pool.h"
#include "random.h"
#include "shape.h"
#include "text.h"

static void allocations_are_counted_and_zeroed(void **state) {
  knn_ctx *ctx = *state;
  size_t bytes, blocks, bytes_before, blocks_before;
  knn_ctx_memory(ctx, &bytes_before, &blocks_before, NULL);
  char *p = knn__alloc(ctx, 100), *q = knn__alloc_aligned(ctx, 1000);
  assert_int_equal((uintptr_t)q % 64, 0);
  for (int i = 0; i < 100; i++) assert_int_equal(p[i], 0);
  knn_ctx_memory(ctx, &bytes, &blocks, NULL);
  assert_int_equal(bytes - bytes_before, 1100);
  assert_int_equal(blocks - blocks_before, 2);
  p[99] = 7;
  p = knn__resize(ctx, p, 5000);
  assert_int_equal(p[99], 7);
  assert_int_equal(p[4999], 0);
  knn__free(ctx, p);
  knn__free(ctx, q);
  knn_ctx_memory(ctx, &bytes, &blocks, NULL);
  assert_int_equal(bytes, bytes_before);
  assert_int_equal(blocks, blocks_before);
}

static void a_size_that_overflows_is_out_of_memory(void **state) {
  knn_ctx *ctx = *state;
  assert_null(knn__alloc(ctx, SIZE_MAX - 8));
  assert_string_contains(knn_ctx_error(ctx), "out of memory");
}

static void messages_gain_context_on_their_way(void **state) {
  knn_ctx *ctx = *state;
  assert_int_equal(knn_fail(ctx, KNN_ESHAPE, "inner sizes differ: %d x %d", 3, 4), KNN_ESHAPE);
  knn_fail_in(ctx, KNN_ESHAPE, "op %s", "matmul");
  knn_fail_in(ctx, KNN_ESHAPE, "layer '%s' (%s)", "fc1", "Dense");
  assert_string_equal(knn_ctx_error(ctx),
                      "layer 'fc1' (Dense): op matmul: inner sizes differ: 3 x 4");
  assert_string_equal(knn_status_name(KNN_ESHAPE), "ESHAPE");
}

static void options_are_read_and_printed(void **state) {
  knn_ctx *ctx = *state;
  knn_config *c;
  char text[200];
  assert_ok(ctx, knn_config_parse(ctx,
                                  "units=64, activation: relu, kernel_size=[3, 3], rate=.5, "
                                  "big=1e3, name='a b', none=None, t=True, d={a=-1},",
                                  &c));
  knn_config_print(c, text, sizeof text);
  assert_string_equal(text,
                      "{units=64, activation='relu', kernel_size=[3, 3], rate=0.5, big=1000.0, "
                      "name='a b', none=null, t=true, d={a=-1}}");
  assert_int_equal(knn_config_get_int(knn_config_get(c, "units")), 64);
  assert_null(knn_config_get(c, "absent"));
  knn_config_release(c);
}

static void malformed_options_are_named(void **state) {
  knn_ctx *ctx = *state;
  static const char *const bad[] = {
      "units",   "units=", "a=[1,2", "a='x",
      "a=1 b=2", "=3",     "a={b}",  "a=[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[["};
  for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
    knn_config *c = NULL;
    assert_int_equal(knn_config_parse(ctx, bad[i], &c), KNN_EARG);
    assert_null(c);
    assert_string_contains(knn_ctx_error(ctx), "at character");
  }
}

typedef struct sample_args {
  int64_t units, seed;
  double rate, decay;
  bool use_bias;
  char *name;
  int padding;
  knn_dtype dtype;
  knn_ints kernel_size, shape;
  knn_floats values;
} sample_args;

static const knn_param sample_params[] = {
    KNN__PARAM(sample_args, units, KNN_P_INT, NULL, "Number of outputs.", .positional = true,
               .min = 1, .max = 1e9),
    KNN__PARAM(sample_args, seed, KNN_P_INT, "null", "Seed."),
    KNN__PARAM(sample_args, rate, KNN_P_FLOAT, "0.5", "Rate.", .min = 0, .max = 1),
    KNN__PARAM(sample_args, decay, KNN_P_FLOAT, "null", "Decay."),
    KNN__PARAM(sample_args, use_bias, KNN_P_BOOL, "true", "Bias."),
    KNN__PARAM(sample_args, name, KNN_P_STRING, "null", "Name."),
    KNN__PARAM(sample_args, padding, KNN_P_ENUM, "valid", "Padding.",
               .choices = "valid|same|causal"),
    KNN__PARAM(sample_args, dtype, KNN_P_DTYPE, "float32", "Type."),
    KNN__PARAM(sample_args, kernel_size, KNN_P_INTS, "3", "Kernel.", .arity = 2, .min = 1,
               .max = 1e9),
    KNN__PARAM(sample_args, shape, KNN_P_INTS, "null", "Shape.", .mark = KNN_SIZE),
    KNN__PARAM(sample_args, values, KNN_P_FLOATS, "[]", "Numbers."),
};
static const knn_class sample = {
    .family = "sample", .name = "Sample", KNN__PARAMS(sample_params, sample_args)};

static knn_status parse(knn_ctx *ctx, const char *text, sample_args *out) {
  knn_config *c;
  knn_status st = knn_config_parse(ctx, text, &c);
  if (st != KNN_OK) return st;
  memset(out, 0, sizeof *out);
  st = knn__args_parse(ctx, "Sample", &sample, c, out);
  knn_config_release(c);
  return st;
}

static void arguments_get_defaults_and_values(void **state) {
  knn_ctx *ctx = *state;
  sample_args a;
  assert_ok(ctx, parse(ctx, "units=8, padding=same, shape=[None, 4], values=[1, 2.5], name=x", &a));
  assert_int_equal(a.units, 8);
  assert_true(a.seed == KNN_NONE && isnan(a.decay) && a.use_bias && a.padding == 1 &&
              a.dtype == KNN_F32);
  assert_true(a.kernel_size.n == 2 && a.kernel_size.v[0] == 3 && a.kernel_size.v[1] == 3);
  assert_true(a.shape.n == 2 && a.shape.v[0] == KNN_ANY && a.shape.v[1] == 4);
  assert_true(a.values.n == 2 && a.values.v[1] == 2.5);
  sample_args copy = {0};
  assert_ok(ctx, knn__args_copy(ctx, &sample, &a, &copy));
  assert_string_equal(copy.name, "x");
  assert_ptr_not_equal(copy.name, a.name);
  knn__args_clear(ctx, &sample, &a);
  knn_config *c;
  sample_args again = {0};
  assert_ok(ctx, knn__args_config(ctx, &sample, &copy, &c));
  assert_ok(ctx, knn__args_parse(ctx, "Sample", &sample, c, &again));
  assert_true(again.units == 8 && again.padding == 1 && again.values.v[0] == 1 &&
              again.shape.v[0] == KNN_ANY && isnan(again.decay));
  knn_config_release(c);
  knn__args_clear(ctx, &sample, &copy);
  knn__args_clear(ctx, &sample, &again);
}

static void wrong_arguments_are_named(void **state) {
  knn_ctx *ctx = *state;
  static const struct {
    const char *text, *message;
  } cases[] = {
      {"", "Sample: option 'units' is required: Number of outputs."},
      {"units=0", "Sample: 'units' must be an integer of at least 1, got 0"},
      {"units=2.5", "Sample: 'units' must be an integer of at least 1, got 2.5"},
      {"units='ten'", "Sample: 'units' must be an integer of at least 1, got 'ten'"},
      {"units=1, rate=2", "Sample: 'rate' must be a number between 0 and 1, got 2"},
      {"units=1, paddin=same", "Sample: unknown option 'paddin'; did you mean 'padding'?"},
      {"units=1, padding=full", "Sample: 'padding' must be one of valid, same, causal, got 'full'"},
      {"units=1, use_bias=3", "Sample: 'use_bias' must be true or false, got 3"},
      {"units=1, kernel_size=[1,2,3]",
       "Sample: 'kernel_size' must be an integer or a list of 2 integers of at least 1, got [1, 2, "
       "3]"},
      {"units=1, dtype=float15", "Sample: 'dtype' must be float32"},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    sample_args a;
    assert_int_equal(parse(ctx, cases[i].text, &a), KNN_EARG);
    assert_string_contains(knn_ctx_error(ctx), cases[i].message);
  }
}

static void nearest_names_are_offered(void **state) {
  (void)state;
  static const char *const names[] = {"relu", "selu", "softmax", "softplus", "tanh", "elu"};
  char hint[200];
  knn__nearest nearest = {.wanted = "softmx"};
  for (int i = 0; i < 6; i++) knn__nearest_offer(&nearest, names[i]);
  assert_string_equal(knn__nearest_hint(&nearest, hint, sizeof hint), "; did you mean 'softmax'?");
  knn__nearest far = {.wanted = "zzzzzz"};
  for (int i = 0; i < 6; i++) knn__nearest_offer(&far, names[i]);
  assert_string_equal(knn__nearest_hint(&far, hint, sizeof hint), "");
  assert_int_equal(knn__distance("kitten", "sitting"), 3);
  assert_int_equal(knn__distance("ab", "ba"), 1);
}

/* Known answers of philox4x32-10 from the Random123 distribution (Salmon et al. 2011). */
static void philox_gives_the_published_numbers(void **state) {
  (void)state;
  uint32_t out[4];
  knn__philox(&(knn__stream){0, 0, 0}, 0, out);
  assert_true(out[0] == 0x6627e8d5 && out[1] == 0xe169c58d && out[2] == 0xbc57ac4c &&
              out[3] == 0x9b00dbd8);
  knn__philox(&(knn__stream){UINT64_MAX, UINT32_MAX, UINT32_MAX}, UINT64_MAX, out);
  assert_true(out[0] == 0x408f276d && out[1] == 0x41c83b0e && out[2] == 0xa20bc7c6 &&
              out[3] == 0x6d5451fd);
  knn__philox(&(knn__stream){0x299f31d0a4093822, 0x13198a2e, 0x03707344}, 0x85a308d3243f6a88, out);
  assert_true(out[0] == 0xd16cfe09 && out[1] == 0x94fdcceb && out[2] == 0x5001e420 &&
              out[3] == 0x24126ea1);
}

static void permutations_are_permutations(void **state) {
  (void)state;
  int64_t order[100], first = 0;
  bool moved = false;
  for (uint32_t step = 0; step < 20; step++) {
    bool seen[100] = {false};
    knn__permutation(&(knn__stream){1, 2, step}, 100, order);
    for (int i = 0; i < 100; i++) {
      assert_false(seen[order[i]]);
      seen[order[i]] = true;
    }
    moved = moved || (step > 0 && order[0] != first);
    first = order[0];
  }
  assert_true(moved);
}

typedef struct tally {
  atomic_int count[64];
  knn_ctx *ctx;
} tally;

static void add_one(void *arg, int piece) {
  tally *t = arg;
  atomic_fetch_add(&t->count[piece], 1);
}

static void nested(void *arg, int piece) {
  tally *t = arg;
  (void)piece;
  knn__parallel(t->ctx, 8, add_one, t);
}

static void every_piece_runs_once(void **state) {
  knn_ctx *ctx = *state;
  for (int threads = 1; threads <= 4; threads++) {
    knn_ctx_set_threads(ctx, threads);
    for (int round = 0; round < 500; round++) {
      tally t = {.ctx = ctx};
      knn__parallel(ctx, 64, add_one, &t);
      for (int i = 0; i < 64; i++) assert_int_equal(t.count[i], 1);
    }
    tally t = {.ctx = ctx};
    knn__parallel(ctx, 16, nested, &t);
    for (int i = 0; i < 8; i++) assert_int_equal(t.count[i], 16);
  }
}

/* A host's pool with no threads at all, which works from the last piece to the first. */
static void backwards(void *user, int pieces, void (*fn)(void *arg, int piece), void *arg) {
  *(int *)user += 1;
  for (int i = pieces - 1; i >= 0; i--) fn(arg, i);
}

static void a_host_lends_its_threads(void **state) {
  (void)state;
  int calls = 0;
  knn_ctx *ctx = NULL;
  knn_ctx_options options = {.parallel = backwards, .user = &calls};
  assert_int_equal(knn_ctx_new(&options, &ctx), KNN_OK);
  tally t = {.ctx = ctx};
  knn__parallel(ctx, 64, add_one, &t);
  knn__parallel(ctx, 4, nested, &t);
  assert_int_equal(calls, 1 + 1 + 4);
  assert_int_equal(t.count[7], 5);
  knn__parallel(ctx, 1, add_one, &t); /* a single piece runs here */
  knn_ctx_set_threads(ctx, 1);
  knn__parallel(ctx, 64, add_one, &t);
  assert_int_equal(calls, 6);
  assert_int_equal(t.count[63], 2);
  knn_ctx_release(ctx);
}

static void a_forked_child_works_alone(void **state) {
  knn_ctx *ctx = *state;
  knn_ctx_set_threads(ctx, 3);
  tally t = {.ctx = ctx};
  knn__parallel(ctx, 64, add_one, &t);
  pid_t child = fork();
  if (child == 0) {
    tally own = {.ctx = ctx};
    knn__parallel(ctx, 64, add_one, &own);
    for (int i = 0; i < 64; i++)
      if (own.count[i] != 1) _exit(1);
    _exit(0);
  }
  int status = -1;
  waitpid(child, &status, 0);
  assert_int_equal(status, 0);
  knn__parallel(ctx, 64, add_one, &t);
  assert_int_equal(t.count[63], 2);
}

static void shapes_broadcast_and_print(void **state) {
  knn_ctx *ctx = *state;
  int rank;
  int64_t out[KNN_MAX_RANK];
  assert_true(knn__broadcast(3, (int64_t[]){KNN_ANY, 1, 4}, 2, (int64_t[]){5, 1}, &rank, out));
  assert_string_equal(KNN__SHAPE(rank, out), "(None, 5, 4)");
  assert_false(knn__broadcast(1, (int64_t[]){3}, 1, (int64_t[]){4}, &rank, out));
  assert_string_equal(KNN__SHAPE(1, (int64_t[]){7}), "(7,)");
  assert_string_equal(KNN__SHAPE(0, NULL), "()");
  size_t bytes;
  assert_int_equal(knn__bytes(ctx, KNN_F64, 3, (int64_t[]){INT64_MAX / 4, 8, 0}, &bytes),
                   KNN_ESHAPE);
  assert_int_equal(knn__bytes(ctx, KNN_F32, 1, (int64_t[]){-3}, &bytes), KNN_ESHAPE);
  assert_ok(ctx, knn__bytes(ctx, KNN_I64, 2, (int64_t[]){3, 0}, &bytes));
  assert_int_equal(bytes, 0);
}

static void maps_find_what_was_set(void **state) {
  knn_ctx *ctx = *state;
  static char keys[1000];
  knn__map map = {.ctx = ctx};
  for (int i = 0; i < 1000; i++) assert_ok(ctx, knn__map_set(&map, &keys[i], &keys[999 - i]));
  assert_ok(ctx, knn__map_set(&map, &keys[5], &keys[5]));
  for (int i = 0; i < 1000; i++)
    assert_ptr_equal(knn__map_get(&map, &keys[i]), i == 5 ? &keys[5] : &keys[999 - i]);
  assert_null(knn__map_get(&map, &map));
  knn__map_clear(&map);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      knn_test(allocations_are_counted_and_zeroed),
      knn_test(a_size_that_overflows_is_out_of_memory),
      knn_test(messages_gain_context_on_their_way),
      knn_test(options_are_read_and_printed),
      knn_test(malformed_options_are_named),
      knn_test(arguments_get_defaults_and_values),
      knn_test(wrong_arguments_are_named),
      knn_test(nearest_names_are_offered),
      knn_test(philox_gives_the_published_numbers),
      knn_test(permutations_are_permutations),
      knn_test(every_piece_runs_once),
      knn_test(a_host_lends_its_threads),
      knn_test(a_forked_child_works_alone),
      knn_test(shapes_broadcast_and_print),
      knn_test(maps_find_what_was_set),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
