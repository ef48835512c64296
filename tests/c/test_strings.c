/* test_strings.c - tensors of strings: whose bytes they hold, views, copies, joining; hashes
 * against numbers of TensorFlow and of the SipHash paper; the table of words. */
#include "testing.h"

#include "hash.h"
#include "tensor_internal.h"
#include "words.h"

static knn_string text(const char *s) {
  return (knn_string){s, strlen(s)};
}

#define assert_fails(ctx, call, status, part)         \
  do {                                                \
    assert_int_equal(call, status);                   \
    assert_string_contains(knn_ctx_error(ctx), part); \
  } while (0)

static knn_tensor *of(knn_ctx *ctx, int n, const char *const *words) {
  knn_string list[8];
  knn_tensor *t;
  for (int i = 0; i < n; i++) list[i] = text(words[i]);
  assert_ok(ctx, knn_tensor_from(ctx, KNN_STRING, 1, (int64_t[]){n}, list, &t));
  return t;
}
#define OF(ctx, ...)                                                     \
  of(ctx, (int)(sizeof((const char *[]){__VA_ARGS__}) / sizeof(char *)), \
     (const char *[]){__VA_ARGS__})

static void assert_string(const knn_tensor *t, int64_t i, const char *expected) {
  const knn_string s = knn_tensor_string(t, i);
  assert_int_equal(s.size, strlen(expected));
  assert_memory_equal(s.bytes, expected, s.size);
}

static void bytes_are_copied_and_outlive_views(void **state) {
  char word[] = "first";
  knn_tensor *t = OF(*state, word, "", "third"), *view, *copy;
  word[0] = 'X';
  assert_ok(*state, knn_tensor_slice(t, 0, 2, 3, -1, &view));
  assert_ok(*state, knn_tensor_contiguous(view, &copy));
  knn_tensor_release(t);
  knn_tensor_release(view);
  assert_string(copy, 0, "third");
  assert_string(copy, 1, "");
  assert_string(copy, 2, "first");
  knn_tensor_release(copy);
}

static void bytes_may_be_any(void **state) {
  const knn_string odd = {"a\0\xff", 3};
  knn_tensor *t;
  assert_ok(*state, knn_tensor_from(*state, KNN_STRING, 0, NULL, &odd, &t));
  assert_int_equal(knn_tensor_string(t, 0).size, 3);
  assert_memory_equal(knn_tensor_string(t, 0).bytes, odd.bytes, 3);
  char shown[40];
  knn_tensor_print(t, 1000, 80, shown, sizeof shown);
  assert_string_equal(shown, "\"a\\x00\\xff\"");
  knn_tensor_release(t);
}

static knn_tensor *apply(knn_ctx *ctx, const char *op, knn_tensor *a, knn_tensor *b,
                         const char *options) {
  knn_value *in[2] = {0}, *out;
  knn_config *config = NULL;
  int n = 1;
  assert_ok(ctx, knn_value_from(a, &in[0]));
  assert_ok(ctx, knn_value_from(b, &in[1]));
  if (options) assert_ok(ctx, knn_config_parse(ctx, options, &config));
  assert_ok(ctx, knn_apply(ctx, op, in, 2, config, &out, &n));
  knn_tensor *t = knn_value_tensor(out);
  knn_tensor_retain(t);
  knn_value_release(out);
  knn_value_release(in[0]);
  knn_value_release(in[1]);
  knn_config_release(config);
  return t;
}

static void joined_strings_outlive_their_parts(void **state) {
  knn_tensor *a = OF(*state, "one", "two"), *b = OF(*state, "three");
  knn_tensor *both = apply(*state, "concatenate", a, b, "axis=0");
  knn_tensor_release(a);
  knn_tensor_release(b);
  assert_string(both, 0, "one");
  assert_string(both, 2, "three");
  knn_tensor_release(both);
}

static void equality_is_by_bytes(void **state) {
  knn_tensor *a = OF(*state, "a", "ab", ""), *b = OF(*state, "a", "a", "");
  knn_tensor *same = apply(*state, "equal", a, b, NULL);
  assert_true(knn_tensor_get(same, 0) == 1 && knn_tensor_get(same, 1) == 0 &&
              knn_tensor_get(same, 2) == 1);
  knn_tensor_release(same);
  knn_tensor_release(a);
  knn_tensor_release(b);
}

static void strings_are_never_changed(void **state) {
  knn_tensor *t = OF(*state, "a", "b"), *numbers;
  assert_fails(*state, knn_tensor_fill(t, 0), KNN_ETYPE, "never changed");
  assert_fails(*state, knn_tensor_copy(t, t), KNN_ETYPE, "never changed");
  assert_fails(*state, knn_tensor_write(t, "0123456789abcdef", 2 * sizeof(knn_string)), KNN_ETYPE,
               "never changed");
  assert_fails(*state, knn_tensor_cast(t, KNN_F32, &numbers), KNN_ETYPE, "strings do not become");
  assert_ok(*state, knn_tensor_new(*state, KNN_F32, 1, (int64_t[]){2}, &numbers));
  assert_fails(*state, knn_tensor_copy(numbers, t), KNN_ETYPE, "strings do not become");
  knn_tensor_release(numbers);
  knn_tensor_release(t);
}

static void sizes_that_overflow_are_refused(void **state) {
  const knn_string huge[2] = {{"", SIZE_MAX / 2}, {"", SIZE_MAX / 2}};
  knn_tensor *t;
  assert_int_equal(knn_tensor_from(*state, KNN_STRING, 1, (int64_t[]){2}, huge, &t), KNN_ENOMEM);
}

/* The vector of the paper: key 00 01 .. 0f, message 00 01 .. 0e. */
static void siphash_as_published(void **state) {
  char message[15];
  (void)state;
  for (int i = 0; i < 15; i++) message[i] = (char)i;
  const int64_t key[2] = {0x0706050403020100, 0x0f0e0d0c0b0a0908};
  assert_true(knn__siphash(message, 15, key) == 0xa129ca6149be45e5u);
}

static void words_are_found(void **state) {
  knn__words words = {.bytes = {.ctx = *state}};
  char word[16];
  int place;
  for (int i = 0; i < 1000; i++) {
    snprintf(word, sizeof word, "word %d", i % 500);
    assert_ok(*state, knn__words_add(&words, text(word), &place));
    assert_int_equal(place, i % 500);
  }
  assert_int_equal(words.n, 500);
  assert_int_equal(knn__words_find(&words, text("word 77")), 77);
  assert_int_equal(knn__words_find(&words, text("word 500")), -1);
  assert_int_equal(knn__words_find(&words, (knn_string){"word 7", 5}), -1);
  knn__words_clear(&words);
  assert_int_equal(knn__words_find(&words, text("word 77")), -1);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      knn_test(bytes_are_copied_and_outlive_views),
      knn_test(bytes_may_be_any),
      knn_test(joined_strings_outlive_their_parts),
      knn_test(equality_is_by_bytes),
      knn_test(strings_are_never_changed),
      knn_test(sizes_that_overflow_are_refused),
      knn_test(siphash_as_published),
      knn_test(words_are_found),
  };
  return cmocka_run_group_tests_name("strings", tests, NULL, NULL);
}
