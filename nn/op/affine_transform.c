/* affine_transform.c - images turned, moved, stretched: the result at (x, y) is what stands in the
 * image at (a0 x + a1 y + a2, b0 x + b1 y + b2), with `perspective` divided by c0 x + c1 y + 1.
 * images (batch, height, width, channels), transform (batch or 1, 8) of a0 a1 a2 b0 b1 b2 c0 c1, or
 * (batch or 1, height, width, 2) of each element's own place x y -> as the images. Between
 * elements: the nearest, or bilinear. Outside, for a row abcd: constant k|abcd|k, nearest a|abcd|d,
 * reflect a|abcd|d and on dcba, mirror b|abcd|c, wrap d|abcd|a. The gradient goes to the images
 * only. */
#include <math.h>
#include <string.h>

#include "half.h"
#include "op_list.h"
#include "pool.h"
#include "reals.h"
#include "traverse.h"

typedef struct affine_args {
  int interpolation, fill_mode;
  double fill_value;
  bool perspective;
} affine_args;

enum { NEAREST, BILINEAR };
enum { CONSTANT, CLAMP, REFLECT, MIRROR, WRAP };

static const knn_param params[] = {
    KNN__PARAM(affine_args, interpolation, KNN_P_ENUM, "bilinear",
               "How values between elements are made.", .choices = "nearest|bilinear"),
    KNN__PARAM(affine_args, fill_mode, KNN_P_ENUM, "constant", "What lies outside of an image.",
               .choices = "constant|nearest|reflect|mirror|wrap"),
    KNN__PARAM(affine_args, fill_value, KNN_P_FLOAT, "0", "What is outside, for constant."),
    KNN__PARAM(affine_args, perspective, KNN_P_BOOL, "false",
               "Read the last two numbers: straight lines stay, parallels do not."),
};

/* Whether t has a place for each element of the images x, as far as sizes are known. */
static bool places_fit(const knn__spec *x, const knn__spec *t) {
  if (t->rank != 4 || t->dims[3] != 2) return false;
  for (int i = 1; i < 3; i++)
    if (t->dims[i] != x->dims[i] && t->dims[i] != KNN_ANY && x->dims[i] != KNN_ANY) return false;
  return true;
}

static knn_status check(const knn__infer *q, const knn__spec *x, const knn__spec *t) {
  if (x->rank != 4 || !knn_dtype_is_float(x->dtype))
    return knn_fail(q->ctx, KNN_ESHAPE,
                    "wants images (batch, height, width, channels) of floats, "
                    "got %s %s",
                    knn_dtype_name(x->dtype), KNN__SPEC(*x));
  const bool fits = t->rank == 2 ? t->dims[1] == 8 : places_fit(x, t);
  if (!fits || !knn_dtype_is_float(t->dtype))
    return knn_fail(q->ctx, KNN_ESHAPE,
                    "wants a transform (batch or 1, 8) or (batch or 1, height, width, 2) of "
                    "floats, got %s %s for images %s",
                    knn_dtype_name(t->dtype), KNN__SPEC(*t), KNN__SPEC(*x));
  if (knn__dtype_is_half(x->dtype))
    return knn_fail(q->ctx, KNN_ESHAPE,
                    "16-bit images want a transform of the same type, got %s and %s",
                    knn_dtype_name(x->dtype), knn_dtype_name(t->dtype));
  if (t->dims[0] != 1 && t->dims[0] != x->dims[0] && t->dims[0] != KNN_ANY && x->dims[0] != KNN_ANY)
    return knn_fail(q->ctx, KNN_ESHAPE, "%lld transforms do not fit %lld images",
                    (long long)t->dims[0], (long long)x->dims[0]);
  return KNN_OK;
}

static knn_status infer(const knn__infer *q) {
  KNN__TRY(check(q, &q->in[0], &q->in[1]));
  q->out[0] = q->in[0];
  return KNN_OK;
}

/* Where p lies among n elements; -1 = outside. */
static int64_t place(int mode, int64_t p, int64_t n) {
  const int64_t period = mode == REFLECT ? 2 * n : mode == MIRROR ? 2 * n - 2 : n;
  if (p >= 0 && p < n) return p;
  if (mode == CONSTANT) return -1;
  if (mode == CLAMP) return p < 0 ? 0 : n - 1;
  if (period == 0) return 0;
  p = (p % period + period) % period;
  return p < n ? p : mode == REFLECT ? period - 1 - p : period - p;
}

/* The elements of one axis that a coordinate reads, and their weights. */
typedef struct taps {
  int n;
  int64_t at[2];
  double weight[2];
} taps;

static taps taps_of(const affine_args *args, double c, int64_t n) {
  taps t = {.n = args->interpolation == BILINEAR ? 2 : 1, .weight = {1, 0}};
  const double far = 1e15; /* beyond it nothing is exact */
  c = isnan(c) ? -far : fmax(-far, fmin(far, c));
  const double first = args->interpolation == BILINEAR ? floor(c) : round(c);
  for (int i = 0; i < t.n; i++) t.at[i] = place(args->fill_mode, (int64_t)first + i, n);
  if (t.n == 2) t.weight[1] = c - first, t.weight[0] = 1 - t.weight[1];
  return t;
}

typedef struct job {
  const affine_args *args;
  const knn__spec *x;
  const knn__buf *transform;
  const char *from; /* images, or dy */
  char *to;         /* the result, or the images' gradient */
  bool back;
  int pieces;
} job;

/* y += weight x, or fill += weight value where there is no x */
#define PIXEL(name, T)                                                                    \
  static void name(const job *j, int64_t image, int64_t y, int64_t x, const taps *down,   \
                   const taps *across) {                                                  \
    const int64_t h = j->x->dims[1], w = j->x->dims[2], channels = j->x->dims[3],         \
                  here = ((image * h + y) * w + x) * channels;                            \
    T *to = (T *)j->to;                                                                   \
    const T *from = (const T *)j->from;                                                   \
    for (int64_t c = 0; c < channels && !j->back; c++) to[here + c] = 0;                  \
    for (int a = 0; a < down->n; a++)                                                     \
      for (int b = 0; b < across->n; b++) {                                               \
        const T weight = (T)(down->weight[a] * across->weight[b]);                        \
        const bool inside = down->at[a] >= 0 && across->at[b] >= 0;                       \
        const int64_t there = ((image * h + down->at[a]) * w + across->at[b]) * channels; \
        for (int64_t c = 0; c < channels; c++) {                                          \
          if (j->back && inside) to[there + c] += weight * from[here + c];                \
          if (!j->back)                                                                   \
            to[here + c] += weight * (inside ? from[there + c] : (T)j->args->fill_value); \
        }                                                                                 \
      }                                                                                   \
  }
PIXEL(pixel_f32, float)
PIXEL(pixel_f64, double)

/* Where in the image the result at (x, y) stands: by the eight numbers, or by the pair of its own.
 */
static void source_of(const job *j, int64_t image, int64_t x, int64_t y, double *across,
                      double *down) {
  const knn__spec *spec = &j->transform->spec;
  const int64_t own = spec->dims[0] == 1 ? 0 : image;
  if (spec->rank == 4) {
    const int64_t at = 2 * ((own * spec->dims[1] + y) * spec->dims[2] + x);
    *across = knn__real_at(j->transform, at), *down = knn__real_at(j->transform, at + 1);
    return;
  }
  double t[8];
  for (int i = 0; i < 8; i++) t[i] = knn__real_at(j->transform, own * 8 + i);
  const double depth = j->args->perspective ? t[6] * (double)x + t[7] * (double)y + 1 : 1;
  *across = (t[0] * (double)x + t[1] * (double)y + t[2]) / depth;
  *down = (t[3] * (double)x + t[4] * (double)y + t[5]) / depth;
}

static void row(const job *j, int64_t image, int64_t y) {
  for (int64_t x = 0; x < j->x->dims[2]; x++) {
    double across, down;
    source_of(j, image, x, y, &across, &down);
    const taps ty = taps_of(j->args, down, j->x->dims[1]),
               tx = taps_of(j->args, across, j->x->dims[2]);
    (j->x->dtype == KNN_F64 ? pixel_f64 : pixel_f32)(j, image, y, x, &ty, &tx);
  }
}

/* The gradient is summed image by image, so pieces are images. */
static void piece(void *arg, int n) {
  const job *j = arg;
  int64_t first, last;
  knn__piece_range(j->x->dims[0], j->pieces, n, &first, &last);
  for (int64_t image = first; image < last; image++)
    for (int64_t y = 0; y < j->x->dims[1]; y++) row(j, image, y);
}

static knn_status run(const knn__call *call, const knn__buf *transform, bool back) {
  const knn__buf *out = &call->out[0];
  job j = {.args = call->args,
           .x = &out->spec,
           .transform = transform,
           .from = call->in[0].data,
           .to = out->data,
           .back = back};
  if (out->n == 0) return KNN_OK;
  if (back) memset(out->data, 0, (size_t)out->n * knn_dtype_size(out->spec.dtype));
  j.pieces = knn__pieces(out->n, KNN__GRAIN);
  if (j.pieces > out->spec.dims[0]) j.pieces = (int)out->spec.dims[0];
  knn__parallel(call->ctx, j.pieces, piece, &j);
  return KNN_OK;
}

static knn_status forward(const knn__call *call) {
  return run(call, &call->in[1], false);
}

static knn_status forward_grad(const knn__call *call) {
  return run(call, &call->in[1], true);
}

static void vjp(knn__scope *s, const knn__vjp *g) {
  if (g->wanted[0] && g->dy[0])
    g->dx[0] = knn__op2(s, &knn__op_affine_transform_grad, g->args, g->dy[0], g->in[1]);
}

/* Linear in the images: forward without what fills. */
static void vjp_grad(knn__scope *s, const knn__vjp *g) {
  affine_args args = *(const affine_args *)g->args;
  args.fill_value = 0;
  if (g->wanted[0] && g->dy[0])
    g->dx[0] = knn__op2(s, &knn__op_affine_transform, &args, g->dy[0], g->in[1]);
}

const knn__op knn__op_affine_transform = {
    .cls = {.family = "op",
            .name = "affine_transform",
            .summary = "Images turned, moved, stretched.",
            .detail = "The result at (x, y), counted from 0, is what stands at (a0 x + a1 y + a2, "
                      "b0 x + b1 y + b2), or at a place x y of its own. The gradient goes to the "
                      "images only.",
            .shapes =
                "images (batch, height, width, channels), transform (batch or 1, 8) or (batch or "
                "1, height, width, 2) -> as the images",
            .example = "print(knn.ops.affine_transform(knn.ones{1, 2, 2, 1}, knn.tensor{{1.0, 0, "
                       "1, 0, 1, 0, 0, 0}}))",
            .source = "Keras, ops.image.affine_transform",
            .see = "resize|flip",
            KNN__PARAMS(params, affine_args)},
    .min_in = 2,
    .max_in = 2,
    .n_out = 1,
    .infer = infer,
    .forward = forward,
    .vjp = vjp,
};

const knn__op knn__op_affine_transform_grad = {
    .cls = {.family = "op",
            .name = "affine_transform_grad",
            .summary = "Gradient of affine_transform by its images.",
            .shapes =
                "dy (batch, height, width, channels), transform (batch or 1, 8) or (batch or 1, "
                "height, width, 2) -> as dy",
            .see = "affine_transform",
            KNN__PARAMS(params, affine_args)},
    .min_in = 2,
    .max_in = 2,
    .n_out = 1,
    .flags = KNN__OP_HIDDEN,
    .infer = infer,
    .forward = forward_grad,
    .vjp = vjp_grad,
};

knn_value *knn__affine_transform(knn__scope *s, knn_value *images, knn_value *transform,
                                 int interpolation, int fill_mode, double fill_value) {
  const affine_args args = {interpolation, fill_mode, fill_value, false};
  return knn__op2(s, &knn__op_affine_transform, &args, images, transform);
}

knn_value *knn__perspective_transform(knn__scope *s, knn_value *images, knn_value *transform,
                                      int interpolation, double fill_value) {
  const affine_args args = {interpolation, CONSTANT, fill_value, true};
  return knn__op2(s, &knn__op_affine_transform, &args, images, transform);
}
