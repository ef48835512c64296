/* halves.c - ops on 16-bit floats. Ops that move elements, and products, take them as they are; all
 * others compute in float32 between casts, so each rounds its result once, and gradients follow by
 * the casts' own. While a layer with a mixed policy computes, its float32 weights are read in the
 * 16-bit type (Keras calls this autocasting). */
#include "half.h"
#include "op_list.h"

/* The 16-bit type that all float operands have; KNN_DTYPE_NONE if they differ or are others. */
static knn_dtype half_of(knn_value *const *ins, int n) {
  knn_dtype type = KNN_DTYPE_NONE;
  for (int i = 0; i < n; i++) {
    const knn_dtype own = ins[i]->spec.dtype;
    if (!knn_dtype_is_float(own)) continue;
    if (!knn__dtype_is_half(own) || (type != KNN_DTYPE_NONE && type != own)) return KNN_DTYPE_NONE;
    type = own;
  }
  return type;
}

static bool is_cast_weight(const knn_ctx *ctx, const knn__op *op, const knn_value *x) {
  return knn__dtype_is_half(ctx->autocast) && x->variable && x->spec.dtype == KNN_F32 &&
         !(op->flags & KNN__OP_EFFECT) && op != &knn__op_cast;
}

knn_value *knn__autocast(knn__scope *s, const knn__op *op, knn_value *x) {
  return is_cast_weight(s->ctx, op, x) ? knn__cast(s, x, s->ctx->autocast) : x;
}

bool knn__needs_casts(const knn_ctx *ctx, const knn__op *op, knn_value *const *ins, int n) {
  for (int i = 0; i < n; i++)
    if (is_cast_weight(ctx, op, ins[i])) return true;
  return !(op->flags & KNN__OP_HALVES) && half_of(ins, n) != KNN_DTYPE_NONE;
}

/* outs: new references; those of float32 are rounded to the 16-bit type. */
static void round_back(knn__scope *s, knn_dtype type, knn_value **outs, int n) {
  for (int i = 0; i < n; i++) {
    knn_value *wide = knn__hold(s, outs[i]);
    outs[i] = wide && wide->spec.dtype == KNN_F32 ? knn__cast(s, wide, type) : wide;
  }
  for (int i = 0; i < n && s->status == KNN_OK; i++) knn_value_retain(outs[i]);
}

knn_status knn__apply_with_casts(knn_ctx *ctx, const knn__op *op, const void *args,
                                 knn_value *const *ins, int n_in, knn_value **outs, int *n_out) {
  knn__scope s;
  knn_value *in[KNN__MAX_IN];
  knn__scope_begin(&s, ctx);
  for (int i = 0; i < n_in; i++) in[i] = knn__autocast(&s, op, ins[i]);
  knn_dtype type = KNN_DTYPE_NONE;
  if (s.status == KNN_OK && !(op->flags & KNN__OP_HALVES)) type = half_of(in, n_in);
  for (int i = 0; i < n_in && type != KNN_DTYPE_NONE; i++)
    if (s.status == KNN_OK && in[i]->spec.dtype == type) in[i] = knn__cast(&s, in[i], KNN_F32);
  *n_out = KNN__MAX_OUT;
  if (s.status == KNN_OK) s.status = knn__apply(ctx, op, args, in, n_in, outs, n_out);
  if (s.status == KNN_OK && type != KNN_DTYPE_NONE) round_back(&s, type, outs, *n_out);
  return knn__scope_end(&s);
}
