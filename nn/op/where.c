/* where.c - z = condition ? x : y with broadcasting. condition bool (...), x (...), y (...) ->
 * their broadcast. dx = dz where the condition holds, else 0; dy the other way round. */
#include "op_list.h"
#include "traverse.h"

static knn__loop *const loops[KNN_DTYPES] = {
    [KNN_F32] = knn__ref_where_4,  [KNN_F64] = knn__ref_where_8, [KNN_I32] = knn__ref_where_4,
    [KNN_I64] = knn__ref_where_8,  [KNN_U8] = knn__ref_where_1,  [KNN_BOOL] = knn__ref_where_1,
    [KNN_BF16] = knn__ref_where_2, [KNN_F16] = knn__ref_where_2,
};

static knn_status infer(const knn__infer *q) {
  if (q->in[0].dtype != KNN_BOOL)
    return knn_fail(q->ctx, KNN_ETYPE, "the condition must be bool, got %s",
                    knn_dtype_name(q->in[0].dtype));
  return knn__infer_elementwise(q, loops, 1, KNN_DTYPE_NONE);
}

static void inner(const knn__call *call, knn__inner *out) {
  knn__best_loop(call, call->in[1].spec.dtype, loops, offsetof(knn__simd_set, where), out);
}

static void vjp(knn__scope *s, const knn__vjp *g) {
  if (!g->dy[0]) return;
  knn_value *zero = knn__scalar_like(s, g->dy[0], 0);
  if (g->wanted[1])
    g->dx[1] = knn__sum_to(s, knn__where(s, g->in[0], g->dy[0], zero), &g->in[1]->spec);
  if (g->wanted[2])
    g->dx[2] = knn__sum_to(s, knn__where(s, g->in[0], zero, g->dy[0]), &g->in[2]->spec);
}

const knn__op knn__op_where = {
    .cls = {.family = "op",
            .name = "where",
            .summary = "Elements of x where the condition holds, of y elsewhere.",
            .detail =
                "z = condition ? x : y; numbers as condition count as true where they are not 0.",
            .shapes = "condition (...), x (...), y (...) -> their broadcast",
            .example = "knn.ops.where(knn.tensor{1, 0, 1}, knn.tensor{1, 2, 3}, knn.tensor{0})"},
    .min_in = 3,
    .max_in = 3,
    .n_out = 1,
    .flags = KNN__OP_INPLACE | KNN__OP_PROMOTE | KNN__OP_TO_BOOL | KNN__OP_HALVES,
    .infer = infer,
    KNN__ELEMENTWISE(inner),
    .vjp = vjp};

knn_value *knn__where(knn__scope *s, knn_value *condition, knn_value *x, knn_value *y) {
  knn_value *in[3];
  if (s->status != KNN_OK) return NULL;
  knn__promote(s, &knn__op_where, 3, (knn_value *[]){condition, x, y}, in);
  return knn__op_apply(s, &knn__op_where, NULL, 3, in);
}
