/* test_data_csv.c - tables from CSV: the cases of RFC 4180, files as they are found, damaged ones,
 * and number columns as a matrix. Counts and means of the real files were computed with Python's
 * csv module. */
#include "data_help.h"

#include <locale.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

static knn_table *parse(help *h, const char *text, const knn_csv_options *options) {
  knn_table *t = NULL;
  ok(h, knn_csv_parse(h->ctx, "t.csv", text, strlen(text), options, &t));
  return t;
}

static void fails(help *h, const char *text, const knn_csv_options *options, knn_status status,
                  const char *message) {
  knn_table *t = NULL;
  help_fails(h, knn_csv_parse(h->ctx, "t.csv", text, strlen(text), options, &t), status, message);
  assert_null(t);
}

static double value(const knn_table *t, int column, int64_t row) {
  knn_tensor *x = NULL;
  assert_int_equal(knn_table_column(t, column, &x), KNN_OK);
  double v = knn_tensor_get(x, row);
  knn_tensor_release(x);
  return v;
}

static void test_kinds(void **state) {
  help *h = *state;
  knn_table *t =
      parse(h, "a,b,c,d\r\n1,2.5,x,9223372036854775807\r\n-3,1e3,y,9223372036854775808\r\n", NULL);
  assert_int_equal(knn_table_rows(t), 2);
  assert_int_equal(knn_table_columns(t), 4);
  assert_string_equal(knn_table_name(t, 3), "d");
  assert_null(knn_table_name(t, 4));
  assert_int_equal(knn_table_kind(t, 0), KNN_COLUMN_INT);
  assert_int_equal(knn_table_kind(t, 1), KNN_COLUMN_FLOAT);
  assert_int_equal(knn_table_kind(t, 2), KNN_COLUMN_TEXT);
  assert_int_equal(knn_table_kind(t, 3), KNN_COLUMN_FLOAT); /* one does not fit into int64 */
  assert_true(value(t, 0, 1) == -3);
  assert_true(value(t, 1, 1) == 1000);
  assert_string_equal(knn_table_text(t, 2, 1), "y");
  assert_null(knn_table_text(t, 0, 1));
  assert_null(knn_table_text(t, 2, 2));
  knn_table_release(t);
}

static void test_numbers(void **state) {
  help *h = *state;
  static const struct {
    const char *cell;
    knn_column_kind kind;
    double value;
  } cases[] = {
      {"007", KNN_COLUMN_INT, 7},      {"+5", KNN_COLUMN_INT, 5},
      {" 12 ", KNN_COLUMN_INT, 12},    {"-9223372036854775808", KNN_COLUMN_INT, -0x1p63},
      {".5", KNN_COLUMN_FLOAT, 0.5},   {"-1.", KNN_COLUMN_FLOAT, -1},
      {"1e-400", KNN_COLUMN_FLOAT, 0}, {"inf", KNN_COLUMN_FLOAT, INFINITY},
      {"0.1", KNN_COLUMN_FLOAT, 0.1},  {"9007199254740992", KNN_COLUMN_INT, 0x1p53},
      {"0x1F", KNN_COLUMN_TEXT, 0},    {"1,5", KNN_COLUMN_TEXT, 0},
      {"1 2", KNN_COLUMN_TEXT, 0},     {"nan(1)", KNN_COLUMN_TEXT, 0},
      {"-", KNN_COLUMN_TEXT, 0},       {"1e", KNN_COLUMN_TEXT, 0},
      {".", KNN_COLUMN_TEXT, 0},       {"i", KNN_COLUMN_TEXT, 0},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    char text[64];
    snprintf(text, sizeof text, "x;y\n%s;1\n", cases[i].cell);
    knn_table *t = parse(h, text, &(knn_csv_options){.separator = ';'});
    if (knn_table_kind(t, 0) != cases[i].kind)
      fail_msg("'%s' is read as another kind", cases[i].cell);
    if (cases[i].kind != KNN_COLUMN_TEXT) assert_true(value(t, 0, 0) == cases[i].value);
    knn_table_release(t);
  }
}

static void test_locale(void **state) {
  help *h = *state;
  char command[400];
  snprintf(command, sizeof command, "localedef -i de_DE -f UTF-8 '%s/de_DE.UTF-8' >/dev/null 2>&1",
           h->folder);
  bool made = system(command) == 0 && setenv("LOCPATH", h->folder, 1) == 0;
  if (!made || !setlocale(LC_NUMERIC, "de_DE.UTF-8")) {
    fprintf(stderr, "SKIPPED: a locale with a decimal comma could not be made\n");
    skip();
  }
  knn_table *t = parse(h, "x\n1.5\n", NULL);
  setlocale(LC_NUMERIC, "C");
  assert_true(value(t, 0, 0) == 1.5);
  knn_table_release(t);
}

static void test_quotes(void **state) {
  help *h = *state;
  knn_table *t = parse(h,
                       "\xef\xbb\xbf\"na\"\"me\",\"a,b\",c\n"
                       "\"one\r\ntwo\",\"\"\"\",x\"y\n"
                       "\n"
                       "\"\",\"3,\"\"4\"\"\",\" z \"",
                       NULL);
  assert_int_equal(knn_table_rows(t), 2);
  assert_string_equal(knn_table_name(t, 0), "na\"me");
  assert_string_equal(knn_table_name(t, 1), "a,b");
  assert_string_equal(knn_table_text(t, 0, 0), "one\r\ntwo");
  assert_string_equal(knn_table_text(t, 1, 0), "\"");
  assert_string_equal(knn_table_text(t, 2, 0), "x\"y");
  assert_null(knn_table_text(t, 0, 1)); /* missing */
  assert_string_equal(knn_table_text(t, 1, 1), "3,\"4\"");
  assert_string_equal(knn_table_text(t, 2, 1), " z ");
  int64_t row, line;
  int column;
  assert_true(knn_table_missing_at(t, 0, &row, &column, &line));
  assert_int_equal(row, 1);
  assert_int_equal(column, 0);
  assert_int_equal(line, 5); /* a line break inside a cell counts, the empty line too */
  assert_false(knn_table_missing_at(t, 1, &row, &column, &line));
  knn_table_release(t);
  t = parse(h, "text\n\"a\nb\n", &(knn_csv_options){.no_quotes = true});
  assert_string_equal(knn_table_text(t, 0, 0), "\"a");
  knn_table_release(t);
  t = parse(h, "u\tv\n a b \t 1\n", &(knn_csv_options){.separator = '\t', .trim = true});
  assert_string_equal(knn_table_text(t, 0, 0), "a b");
  assert_int_equal(knn_table_kind(t, 1), KNN_COLUMN_INT);
  knn_table_release(t);
}

static void test_line_ends(void **state) {
  help *h = *state;
  const char *const texts[] = {"a,b\n1,2\n3,4\n", "a,b\r\n1,2\r\n3,4", "a,b\r1,2\r3,4\r",
                               "\n\na,b\n\r\n1,2\n\n3,4\n\n\n"};
  for (int i = 0; i < 4; i++) {
    knn_table *t = parse(h, texts[i], NULL);
    assert_int_equal(knn_table_rows(t), 2);
    assert_true(value(t, 1, 1) == 4);
    knn_table_release(t);
  }
  knn_table *t = parse(h, "a,b\n1,", NULL); /* the last cell is empty, and there */
  assert_int_equal(knn_table_missing(t, 1), 1);
  knn_table_release(t);
}

static void test_header(void **state) {
  help *h = *state;
  knn_table *t = parse(h, "x,1\ny,2\n", NULL);
  assert_int_equal(knn_table_rows(t), 2);
  assert_string_equal(knn_table_name(t, 1), "c2");
  knn_table_release(t);
  t = parse(h, "x,y\nu,v\n", &(knn_csv_options){.header = KNN_HEADER_NO});
  assert_int_equal(knn_table_rows(t), 2);
  knn_table_release(t);
  t = parse(h, "1990,1991\n1,2\n", &(knn_csv_options){.header = KNN_HEADER_YES});
  assert_string_equal(knn_table_name(t, 0), "1990");
  assert_int_equal(knn_table_rows(t), 1);
  knn_table_release(t);
  t = parse(h, " a , b\n", NULL);
  assert_int_equal(knn_table_rows(t), 0);
  assert_string_equal(knn_table_name(t, 0), "a");
  knn_table_release(t);
  const char *const names[] = {"p", "q"};
  t = parse(h, "1,2\n", &(knn_csv_options){.names = names, .n_names = 2});
  int column = -1;
  ok(h, knn_table_find(t, "q", &column));
  assert_int_equal(column, 1);
  knn_table_release(t);
  fails(h, "1,2,3\n", &(knn_csv_options){.names = names, .n_names = 2}, KNN_EARG,
        "has 3 columns, but 2 names");
  t = parse(h, "petal_length,petal_width\n1,2\n", NULL);
  help_fails(h, knn_table_find(t, "petal_lenght", &column), KNN_EARG,
             "t.csv has no column 'petal_lenght' among its 2; did you mean 'petal_length'");
  knn_table_release(t);
}

static void test_damaged(void **state) {
  help *h = *state;
  fails(h, "", NULL, KNN_EFORMAT, "t.csv is empty");
  fails(h, "\n\r\n", NULL, KNN_EFORMAT, "t.csv is empty");
  fails(h, "\xef\xbb\xbf", NULL, KNN_EFORMAT, "t.csv is empty");
  fails(h, "a,b\n1,2\n3\n", NULL, KNN_EFORMAT, "t.csv:3: this row has 1 cells, the first has 2");
  fails(h, "a,b\n\"x\ny\",2\n3,4,5\n", NULL, KNN_EFORMAT,
        "t.csv:4: this row has 3 cells, the first has 2");
  fails(h, "a,b\n1,\"2\n3,4\n", NULL, KNN_EFORMAT,
        "t.csv:2:2: the quote that opens this cell is never closed");
  fails(h, "a,b\n\"1\"x,2\n", NULL, KNN_EFORMAT, "t.csv:2:1: 'x' follows the closing quote");
  fails(h, "\"", NULL, KNN_EFORMAT, "t.csv:1:1: the quote that opens");
  fails(h,
        "\xff\xfe"
        "a",
        NULL, KNN_EFORMAT, "UTF-16");
  fails(h, "a\n", &(knn_csv_options){.separator = '"'}, KNN_EARG, "cannot separate");
  fails(h, "a\n1\n2\n", &(knn_csv_options){.limit = 3}, KNN_EDATA, "more than the 3 bytes allowed");
  knn_table *t = NULL;
  help_fails(h, knn_csv_parse(h->ctx, "t.csv", "a\n1\n\0\n", 6, NULL, &t), KNN_EFORMAT,
             "t.csv:3: a NUL byte");
  help_fails(h, knn_csv_load(h->ctx, help_path(h, "none.csv"), NULL, &t), KNN_EIO,
             "none.csv: No such file");
}

static const char gaps[] = "n,m,t\n1,2,a\n,3,b\n4,NA,\n5,6,b\n? ,nan,null\n";

static void test_missing(void **state) {
  help *h = *state;
  knn_table *t = parse(h, gaps, NULL);
  assert_int_equal(knn_table_missing(t, -1), 6);
  for (int i = 0; i < 3; i++) assert_int_equal(knn_table_missing(t, i), 2);
  assert_int_equal(knn_table_kind(t, 0), KNN_COLUMN_FLOAT);
  assert_true(isnan(value(t, 0, 1)));
  assert_true(value(t, 2, 2) == -1);
  knn_table_release(t);
  fails(h, gaps, &(knn_csv_options){.policy = KNN_MISSING_ERROR}, KNN_EDATA,
        "t.csv:3:1: column 'n' has no value here (''); 6 cells of the file are missing");
  fails(h, gaps, &(knn_csv_options){.policy = KNN_MISSING_FILL}, KNN_EARG,
        "filled when a matrix is made");
  t = parse(h, gaps, &(knn_csv_options){.policy = KNN_MISSING_DROP});
  assert_int_equal(knn_table_rows(t), 2);
  assert_int_equal(knn_table_kind(t, 0), KNN_COLUMN_INT);
  assert_true(value(t, 0, 1) == 5);
  assert_string_equal(knn_table_text(t, 2, 1), "b");
  int64_t row, line;
  int column;
  assert_true(knn_table_missing_at(t, 1, &row, &column, &line));
  assert_int_equal(row, -1);
  assert_int_equal(line, 4);
  knn_table_release(t);
  const char *const own[] = {"-99"};
  t = parse(h, "a,b\n-99,x\n1,\n", &(knn_csv_options){.missing = own, .n_missing = 1});
  assert_int_equal(knn_table_missing(t, 0), 1);
  assert_int_equal(knn_table_missing(t, 1), 0); /* an empty text is a text now */
  assert_string_equal(knn_table_text(t, 1, 1), "");
  knn_table_release(t);
}

static void test_categories(void **state) {
  help *h = *state;
  knn_table *t = parse(h, "c\nred\nblue\nred\n\"\"\ngreen\n", NULL);
  int n;
  const char *const *names = knn_table_categories(t, 0, &n);
  assert_int_equal(n, 3);
  assert_string_equal(names[0], "blue");
  assert_string_equal(names[2], "red");
  const double codes[] = {2, 0, 2, -1, 1};
  for (int i = 0; i < 5; i++) assert_true(value(t, 0, i) == codes[i]);
  knn_table_release(t);
  char many[40000];
  size_t length = (size_t)snprintf(many, sizeof many, "c\n");
  for (int i = 0; i < 3000; i++)
    length += (size_t)snprintf(many + length, sizeof many - length, "k%05d\n", (i * 7919) % 3000);
  t = parse(h, many, NULL);
  knn_table_categories(t, 0, &n);
  assert_int_equal(n, 3000);
  for (int i = 0; i < 3000; i++) assert_true(value(t, 0, i) == (i * 7919) % 3000);
  knn_table_release(t);
}

static void test_matrix(void **state) {
  help *h = *state;
  knn_table *t = parse(h, gaps, NULL);
  knn_tensor *x = NULL, *rows = NULL;
  const int numbers[] = {1, 0}, text[] = {2}, beyond[] = {3};
  ok(h, knn_table_matrix(t, numbers, 2, KNN_MISSING_DROP, 0, &x, &rows));
  assert_int_equal(knn_tensor_dim(x, 0), 2);
  assert_int_equal(knn_tensor_dim(x, 1), 2);
  assert_int_equal(knn_tensor_dtype(x), KNN_F32);
  assert_true(knn_tensor_get(x, 0) == 2 && knn_tensor_get(x, 1) == 1 && knn_tensor_get(x, 2) == 6 &&
              knn_tensor_get(x, 3) == 5);
  assert_true(knn_tensor_get(rows, 1) == 3);
  knn_tensor_release(x);
  knn_tensor_release(rows);
  ok(h, knn_table_matrix(t, numbers, 2, KNN_MISSING_FILL, -1, &x, NULL));
  assert_int_equal(knn_tensor_dim(x, 0), 5);
  assert_true(knn_tensor_get(x, 3) == -1);
  knn_tensor_release(x);
  ok(h, knn_table_matrix(t, numbers, 2, KNN_MISSING_FILL, NAN, &x, NULL));
  assert_true(fabs(knn_tensor_get(x, 3) - 10 / 3.) < 1e-6); /* mean of 1, 4, 5 */
  knn_tensor_release(x);
  ok(h, knn_table_matrix(t, numbers, 2, KNN_MISSING_KEEP, 0, &x, NULL));
  assert_true(isnan(knn_tensor_get(x, 3)));
  knn_tensor_release(x);
  x = NULL;
  help_fails(h, knn_table_matrix(t, numbers, 2, KNN_MISSING_ERROR, 0, &x, NULL), KNN_EDATA,
             "t.csv:4:2: column 'm' has no value here, nor in 1 other rows");
  help_fails(h, knn_table_matrix(t, text, 1, KNN_MISSING_DROP, 0, &x, NULL), KNN_ETYPE,
             "t.csv:2:3: column 't' is text because of 'a' here");
  help_fails(h, knn_table_matrix(t, NULL, 0, KNN_MISSING_DROP, 0, &x, NULL), KNN_ETYPE,
             "column 't' is text");
  help_fails(h, knn_table_matrix(t, beyond, 1, KNN_MISSING_DROP, 0, &x, NULL), KNN_EARG,
             "there is none with the number 4 (from 1)");
  assert_null(x);
  knn_table_release(t);
}

static void test_real_files(void **state) {
  help *h = *state;
  const char *folder = help_real_data("tabular/california_housing_with_ocean.csv.gz");
  if (!folder) skip();
  char path[700];
  knn_table *t = NULL;
  snprintf(path, sizeof path, "%s/tabular/california_housing_with_ocean.csv.gz", folder);
  ok(h, knn_csv_load(h->ctx, path, NULL, &t));
  assert_int_equal(knn_table_rows(t), 20640);
  assert_int_equal(knn_table_columns(t), 10);
  assert_int_equal(knn_table_missing(t, -1), 207);
  int64_t row, line;
  int column, n;
  assert_true(knn_table_missing_at(t, 1, &row, &column, &line));
  assert_int_equal(line, 343);
  assert_int_equal(column, 4);
  assert_string_equal(knn_table_categories(t, 9, &n)[2], "ISLAND");
  assert_int_equal(n, 5);
  knn_tensor *x = NULL;
  const int columns[] = {4, 8};
  ok(h, knn_table_matrix(t, columns, 2, KNN_MISSING_FILL, NAN, &x, NULL));
  assert_true(fabs(knn_tensor_get(x, 290 * 2) - 537.8705525375618) < 1e-4);
  double sum = 0;
  for (int64_t i = 0; i < 20640; i++) sum += knn_tensor_get(x, 2 * i + 1);
  assert_true(sum == 4269504061.0);
  knn_tensor_release(x);
  knn_table_release(t);
  snprintf(path, sizeof path, "%s/tabular/iris.csv", folder);
  ok(h, knn_csv_load(h->ctx, path, NULL, &t));
  assert_int_equal(knn_table_rows(t), 150);
  assert_string_equal(knn_table_name(t, 4), "c5");
  assert_string_equal(knn_table_text(t, 4, 149), "Iris-virginica");
  knn_table_release(t);
  snprintf(path, sizeof path, "%s/tabular/optdigits.tes", folder);
  ok(h, knn_csv_load(h->ctx, path, NULL, &t));
  assert_int_equal(knn_table_rows(t), 1797);
  knn_dataset digits; /* the same numbers, by another way */
  ok(h, knn_dataset_load(h->ctx, "digits", NULL, &digits));
  ok(h, knn_table_matrix(t, NULL, 0, KNN_MISSING_ERROR, 0, &x, NULL));
  for (int64_t i = 0; i < 1797; i++) {
    assert_true(knn_tensor_get(x, 65 * i + 64) == knn_tensor_get(digits.y_train, i));
    assert_true(knn_tensor_get(x, 65 * i + i % 64) ==
                knn_tensor_get(digits.x_train, 64 * i + i % 64));
  }
  knn_dataset_clear(&digits);
  knn_tensor_release(x);
  knn_table_release(t);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, help_setup, help_teardown)

int main(void) {
  const struct CMUnitTest tests[] = {
      TEST(test_kinds),      TEST(test_numbers), TEST(test_locale),     TEST(test_quotes),
      TEST(test_line_ends),  TEST(test_header),  TEST(test_damaged),    TEST(test_missing),
      TEST(test_categories), TEST(test_matrix),  TEST(test_real_files),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
