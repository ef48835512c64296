/* test_cases.c - runs every table of op cases; a row of the op table without a case, without texts,
 * or with a parameter that is not described fails. */
#include "cases.h"

static void run_table(void **state, const op_case *table) {
  for (const op_case *c = table; c->op; c++) op_check(*state, c);
}

#define X(topic)                          \
  static void run_##topic(void **state) { \
    run_table(state, cases_##topic);      \
  }
OP_TABLES(X)
#undef X

#define X(topic) cases_##topic,
static const op_case *const tables[] = {OP_TABLES(X)};
#undef X

/* Ops with tests of their own. */
static const char *const elsewhere[] = {"random_uniform",
                                        "random_normal",
                                        "random_truncated_normal",
                                        "random_bernoulli",
                                        "random_int",
                                        "random_log_gamma",
                                        "store",
                                        NULL};

static bool has_case(const char *op) {
  for (const char *const *name = elsewhere; *name; name++)
    if (strcmp(*name, op) == 0) return true;
  for (size_t k = 0; k < sizeof tables / sizeof *tables; k++)
    for (const op_case *c = tables[k]; c->op; c++)
      if (strcmp(c->op, op) == 0 && !c->error) return true;
  return false;
}

static bool said(const char *text) {
  return text && text[0];
}

static void rows_are_complete(void **state) {
  (void)state;
  int missing = 0;
  for (int i = 0; i < knn__ops_n; i++) {
    const knn__op *op = knn__ops[i];
    const knn_class *c = &op->cls;
    bool hidden = op->flags & KNN__OP_HIDDEN; /* has no page */
    bool full = said(c->summary) && said(c->shapes) &&
                (hidden || ((said(c->detail) || said(c->source)) && said(c->example))) &&
                (op->compose || (op->infer && (op->forward || op->flags & KNN__OP_ALIAS)));
    if (!full)
      print_error("op %s: summary, detail, shapes, example, infer or forward is missing\n",
                  c->name);
    for (int k = 0; k < c->n_params; k++)
      if (!said(c->params[k].doc))
        print_error("op %s: parameter '%s' is not described\n", c->name, c->params[k].name),
            full = false;
    if (!has_case(c->name)) print_error("op %s: no case in tests/ops\n", c->name), full = false;
    missing += !full;
  }
  assert_int_equal(missing, 0);
}

int main(void) {
#define X(topic) {#topic, run_##topic, knn_test_setup, knn_test_teardown, NULL},
  const struct CMUnitTest tests[] = {OP_TABLES(X) knn_test(rows_are_complete)};
#undef X
  return cmocka_run_group_tests_name("ops", tests, NULL, NULL);
}
