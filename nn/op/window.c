/* window.c - see window.h. */
#include "window.h"

#include <stdio.h>

static knn_status spread(knn_ctx *ctx, const char *what, int rank, const knn_ints *v,
                         int64_t *out) {
  if (v->n != 1 && v->n != rank)
    return knn_fail(ctx, KNN_EARG,
                    "option '%s' has %d values, expected 1 or %d (one per spatial axis)", what,
                    v->n, rank);
  for (int i = 0; i < rank; i++) out[i] = v->v[v->n == 1 ? 0 : i];
  return KNN_OK;
}

knn_status knn__window_read(knn_ctx *ctx, int rank, const knn_ints *size,
                            const knn__window_args *args, knn__window *out) {
  *out = (knn__window){.rank = rank};
  KNN__TRY(spread(ctx, "size", rank, size, out->size));
  KNN__TRY(spread(ctx, "strides", rank, args->strides.n < 0 ? size : &args->strides, out->stride));
  KNN__TRY(spread(ctx, "dilation", rank, &args->dilation, out->dilation));
  KNN__TRY(spread(ctx, "before", rank, &args->before, out->before));
  return spread(ctx, "after", rank, &args->after, out->after);
}

static knn_ints ints_of(int n, const int64_t *v) {
  knn_ints out = {.n = n};
  for (int i = 0; i < n; i++) out.v[i] = v[i];
  return out;
}

knn__window_args knn__window_args_of(const knn__window *w) {
  return (knn__window_args){ints_of(w->rank, w->stride), ints_of(w->rank, w->dilation),
                            ints_of(w->rank, w->before), ints_of(w->rank, w->after)};
}

knn_status knn__window_out(knn_ctx *ctx, const knn__window *w, const int64_t *in, int64_t *out) {
  for (int i = 0; i < w->rank; i++) {
    int64_t window = (w->size[i] - 1) * w->dilation[i] + 1, pad = w->before[i] + w->after[i];
    if (in[i] == KNN_ANY) {
      out[i] = KNN_ANY;
      continue;
    }
    if (in[i] + pad < window) {
      char padding[64] = "padding valid";
      if (pad > 0)
        snprintf(padding, sizeof padding, "padding %lld + %lld", (long long)w->before[i],
                 (long long)w->after[i]);
      return knn_fail(ctx, KNN_ESHAPE, "window %lld does not fit into %lld elements (%s)",
                      (long long)window, (long long)in[i], padding);
    }
    out[i] = (in[i] + pad - window) / w->stride[i] + 1;
  }
  return KNN_OK;
}

knn_status knn__window_operand(knn_ctx *ctx, const char *what, const knn__spec *x) {
  if (!knn_dtype_is_float(x->dtype))
    return knn_fail(ctx, KNN_ETYPE, "%s must be float32 or float64, got %s; cast it", what,
                    knn_dtype_name(x->dtype));
  if (x->rank < 3 || x->rank > 5)
    return knn_fail(ctx, KNN_ESHAPE, "%s must be (batch, 1 to 3 spatial axes, channels), got %s",
                    what, KNN__SPEC(*x));
  return KNN_OK;
}

void knn__window_problem(const knn__window *w, const knn__spec *x, const knn__spec *y,
                         knn__conv *out) {
  out->dtype = x->dtype;
  out->batch = x->dims[0];
  for (int i = 0; i < 3; i++) {
    int at = i - (3 - w->rank); /* spatial axis, or negative where there is none */
    out->in[i] = at < 0 ? 1 : x->dims[1 + at];
    out->out[i] = at < 0 ? 1 : y->dims[1 + at];
    out->kernel[i] = at < 0 ? 1 : w->size[at];
    out->stride[i] = at < 0 ? 1 : w->stride[at];
    out->dilation[i] = at < 0 ? 1 : w->dilation[at];
    out->pad[i] = at < 0 ? 0 : w->before[at];
  }
  out->channels = x->dims[x->rank - 1];
}
