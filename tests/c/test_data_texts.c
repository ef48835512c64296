/* test_data_texts.c - sets of texts in lines: fields, ends of lines, what is refused. */
#include "data_help.h"

#include <stdio.h>
#include <sys/stat.h>

static void write_set(const help *h, const char *folder, const char *file, const char *text) {
  char name[300];
  mkdir(help_path(h, folder), 0777);
  snprintf(name, sizeof name, "%s/%s", folder, file);
  help_write_gzip(h, name, text, strlen(text));
}

static knn_status load(const help *h, const char *name, knn_dataset *set) {
  const char *dirs[] = {h->folder};
  const knn_dataset_options options = {.dirs = dirs, .n_dirs = 1, .offline = true};
  return knn_dataset_load(h->ctx, name, &options, set);
}

static void assert_text(const knn_tensor *t, int64_t i, const char *expected) {
  const knn_string s = knn_tensor_string(t, i);
  assert_int_equal(s.size, strlen(expected));
  assert_memory_equal(s.bytes, expected, s.size);
}

static void reviews_with_a_test_part(void **state) {
  const help *h = *state;
  knn_dataset set;
  write_set(h, "imdb", "train5000.tsv.gz", "1\t7_9\tGood.\tMore\n0\t8_2\t\n0\t9_1\tno end");
  write_set(h, "imdb", "test5000.tsv.gz", "1\t1_8\tYes\r\n");
  ok(h, load(h, "imdb", &set));
  assert_int_equal(knn_tensor_size(set.x_train), 3);
  assert_text(set.x_train, 0, "Good.");
  assert_text(set.x_train, 1, "");
  assert_text(set.x_train, 2, "no end");
  assert_true(knn_tensor_get(set.y_train, 0) == 1 && knn_tensor_get(set.y_train, 2) == 0);
  assert_text(set.x_test, 0, "Yes");
  knn_dataset_clear(&set);
}

static void messages_without_one(void **state) {
  const help *h = *state;
  knn_dataset set;
  write_set(h, "sms-spam", "SMSSpamCollection", "ham\t\"Go\"\t\t0\nspam\tWIN!\n");
  ok(h, load(h, "sms_spam", &set));
  assert_null(set.x_test);
  assert_text(set.x_train, 0, "\"Go\"");
  assert_true(knn_tensor_get(set.y_train, 1) == 1);
  knn_dataset_clear(&set);
}

static void bad_lines_and_missing_files_are_named(void **state) {
  const help *h = *state;
  knn_dataset set;
  help_fails(h, load(h, "sms_spam", &set), KNN_EIO, "is in no folder");
  write_set(h, "sms-spam", "SMSSpamCollection", "ham\ta\n\nspam\tb\n");
  help_fails(h, load(h, "sms_spam", &set), KNN_EFORMAT, ":2: begins with ''; ham or spam");
}

static void the_real_sets(void **state) {
  const help *h = *state;
  const char *folder = help_real_data("sms-spam/SMSSpamCollection");
  if (!folder) skip();
  const knn_dataset_options options = {.dirs = &folder, .n_dirs = 1, .offline = true};
  knn_dataset set;
  double spam = 0, weighted;
  ok(h, knn_dataset_load(h->ctx, "sms_spam", &options, &set));
  assert_int_equal(knn_tensor_size(set.x_train), 5574);
  help_sums(set.y_train, 7, &spam, &weighted);
  assert_true(spam == 747);
  knn_dataset_clear(&set);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup_teardown(reviews_with_a_test_part, help_setup, help_teardown),
      cmocka_unit_test_setup_teardown(messages_without_one, help_setup, help_teardown),
      cmocka_unit_test_setup_teardown(bad_lines_and_missing_files_are_named, help_setup,
                                      help_teardown),
      cmocka_unit_test_setup_teardown(the_real_sets, help_setup, help_teardown),
  };
  return cmocka_run_group_tests_name("texts", tests, NULL, NULL);
}
