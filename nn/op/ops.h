/* ops.h - every op as a function on values, for gradients, layers, losses and metrics. Declared
 * here, defined in the op's own file. Results are lent by the scope. Axes count from 0 and may be
 * negative. Names are those of keras.ops. */
#ifndef KNN__OPS_H
#define KNN__OPS_H

#include "value.h"

/* Elementwise, one operand: x -> same shape. Floats unless said. */
/* clang-format off */
#define KNN__UNARY_LIST(X)                                                                     \
  X(negative) X(absolute) X(sign) X(exp) X(expm1) X(log) X(log1p) X(log2) X(log10) X(sqrt)     \
  X(rsqrt) X(square) X(reciprocal) X(sin) X(cos) X(tan) X(arcsin) X(arccos) X(arctan) X(sinh)  \
  X(cosh) X(tanh) X(arcsinh) X(arccosh) X(arctanh) X(sigmoid) X(log_sigmoid) X(softplus)       \
  X(relu) X(erf) X(floor) X(ceil) X(round) X(trunc) X(isnan) X(isinf) X(isfinite)              \
  X(logical_not)
/* clang-format on */
#define X(name) knn_value *knn__##name(knn__scope *s, knn_value *x);
KNN__UNARY_LIST(X)
#undef X

/* Elementwise, two operands with broadcasting; both of one type (floats and ints; comparisons and
 * logicals give bool). */
/* clang-format off */
#define KNN__BINARY_LIST(X)                                                                  \
  X(add) X(subtract) X(multiply) X(divide) X(power) X(maximum) X(minimum) X(floor_divide)    \
  X(mod) X(arctan2) X(equal) X(not_equal) X(less) X(less_equal) X(greater) X(greater_equal)  \
  X(logical_and) X(logical_or) X(logical_xor)
/* clang-format on */
#define X(name) knn_value *knn__##name(knn__scope *s, knn_value *x, knn_value *y);
KNN__BINARY_LIST(X)
#undef X

/* With a number: x c and x + c. */
static inline knn_value *knn__times(knn__scope *s, knn_value *x, double c) {
  return knn__multiply(s, x, knn__scalar_like(s, x, c));
}
static inline knn_value *knn__plus(knn__scope *s, knn_value *x, double c) {
  return knn__add(s, x, knn__scalar_like(s, x, c));
}

/* broadcasting; condition bool */
knn_value *knn__where(knn__scope *s, knn_value *condition, knn_value *x, knn_value *y);
/* x itself if it is of the type */
knn_value *knn__cast(knn__scope *s, knn_value *x, knn_dtype type);
knn_value *knn__clip(knn__scope *s, knn_value *x, double low, double high);
knn_value *knn__stop_gradient(knn__scope *s, knn_value *x);

/* Reductions over axes (n = 0: all). keepdims leaves size 1. */
typedef struct knn__axes {
  int n;
  int64_t v[KNN_MAX_RANK];
} knn__axes;
#define KNN__AXIS(a) ((knn__axes){1, {(a)}})
#define KNN__ALL_AXES ((knn__axes){0, {0}})
/* clang-format off */
#define KNN__REDUCE_LIST(X)                                      \
  X(sum) X(mean) X(max) X(min) X(prod) X(logsumexp) X(all) X(any)
/* clang-format on */
#define X(name) knn_value *knn__##name(knn__scope *s, knn_value *x, knn__axes axes, bool keepdims);
KNN__REDUCE_LIST(X)
#undef X
/* int32, from 0 */
knn_value *knn__argmax(knn__scope *s, knn_value *x, int64_t axis, bool keepdims);
knn_value *knn__argmin(knn__scope *s, knn_value *x, int64_t axis, bool keepdims);
/* Sum x over the axes that were broadcast from `like`'s shape, and give it that shape: the gradient
 * of broadcasting. */
knn_value *knn__sum_to(knn__scope *s, knn_value *x, const knn__spec *like);

/* Shape. In knn__reshape one size may be KNN_ANY (all the rest). */
knn_value *knn__reshape(knn__scope *s, knn_value *x, int rank, const int64_t *dims);
/* The first `keep` axes stay (their sizes may be unknown), the others are given n sizes, of which
 * one may be KNN_ANY. */
knn_value *knn__reshape_tail(knn__scope *s, knn_value *x, int keep, int n, const int64_t *dims);
knn_value *knn__expand_dims(knn__scope *s, knn_value *x, int64_t axis);
knn_value *knn__squeeze(knn__scope *s, knn_value *x, int64_t axis);
knn_value *knn__broadcast_to(knn__scope *s, knn_value *x, int rank, const int64_t *dims);
/* Running sums along an axis. */
knn_value *knn__cumsum(knn__scope *s, knn_value *x, int64_t axis);
/* x broadcast to, or with its elements in, the shape of `like`, of which only the shape is read.
 * For gradients: sizes that are not known while a graph is built are right when it runs. */
knn_value *knn__broadcast_like(knn__scope *s, knn_value *x, knn_value *like);
knn_value *knn__reshape_like(knn__scope *s, knn_value *x, knn_value *like);
/* n = 0: reversed */
knn_value *knn__transpose(knn__scope *s, knn_value *x, int n, const int64_t *axes);
knn_value *knn__concatenate(knn__scope *s, int n, knn_value *const *xs, int64_t axis);
knn_value *knn__stack(knn__scope *s, int n, knn_value *const *xs, int64_t axis);
/* x split into parts of the given sizes along the axis; outs are lent. */
knn_status knn__split(knn__scope *s, knn_value *x, int n, const int64_t *sizes, int64_t axis,
                      knn_value **outs);
/* Elements start, start + step, ... (count of them, KNN_NONE: to the end) of one axis; step may be
 * negative. */
knn_value *knn__slice_axis(knn__scope *s, knn_value *x, int64_t axis, int64_t start, int64_t count,
                           int64_t step);
/* before[i], after[i] elements around axis i; mode "constant" with `value`. */
knn_value *knn__pad(knn__scope *s, knn_value *x, const int64_t *before, const int64_t *after,
                    double value);
/* x's own elements around it, mirrored with the border or without. */
knn_value *knn__pad_mirrored(knn__scope *s, knn_value *x, const int64_t *before,
                             const int64_t *after, bool border);
knn_value *knn__tile(knn__scope *s, knn_value *x, int n, const int64_t *repeats);
knn_value *knn__repeat(knn__scope *s, knn_value *x, int64_t repeats, int64_t axis);
knn_value *knn__flip(knn__scope *s, knn_value *x, int64_t axis);

/* Indices are int32 or int64 from 0 (negative: an error in data). */
knn_value *knn__take(knn__scope *s, knn_value *x, knn_value *indices, int64_t axis);
/* zeros of shape (rows, updates' trailing sizes) with updates[i] added at row indices[i]; the
 * gradient of take at axis 0. */
knn_value *knn__scatter_add(knn__scope *s, knn_value *indices, knn_value *updates, int64_t rows);
/* int32: which of a table's rows the indices name, ascending and filled up with `rows`, and where
 * in that list each index stands. */
knn_status knn__distinct_rows(knn__scope *s, knn_value *indices, int64_t rows, knn_value **list,
                              knn_value **places);
/* y[i..., ] = x[i..., indices[i...]] along an axis (same rank), and its gradient. */
knn_value *knn__take_along_axis(knn__scope *s, knn_value *x, knn_value *indices, int64_t axis);
/* new last axis */
knn_value *knn__one_hot(knn__scope *s, knn_value *indices, int64_t classes, knn_dtype type);
/* int32: how many of the ascending boundaries (n) are at most x */
knn_value *knn__digitize(knn__scope *s, knn_value *x, knn_value *boundaries);
/* int64 throughout: values[i] where keys[i] = x, else missing; KNN_NONE: that is an error. Keys
 * ascend. */
knn_value *knn__table_lookup(knn__scope *s, knn_value *x, knn_value *keys, knn_value *values,
                             int64_t missing);
/* int64 of 0 .. bins - 1 by a hash of x's decimal digits; salt: two numbers, or n = -1. */
knn_value *knn__hash_bins(knn__scope *s, knn_value *x, int64_t bins, const knn_ints *salt);
/* Loss of labels without alignment, by sample. target (batch, n) and the lengths (batch) are
 * integers, output (batch, steps, classes) logits. */
knn_value *knn__ctc_loss(knn__scope *s, knn_value *target, knn_value *output,
                         knn_value *target_length, knn_value *output_length, int64_t mask_index);
/* Fourier transforms along the last axis; out: real and imaginary parts. inverse: the exponent is
 * positive; divided: by the size. */
void knn__dft(knn__scope *s, knn_value *re, knn_value *im, bool inverse, bool divided,
              knn_value **out);
/* Of real numbers, cut or filled with zeros to fft_length (KNN_NONE: as they are): the first
 * fft_length / 2 + 1 frequencies; and back. */
void knn__rfft(knn__scope *s, knn_value *x, int64_t fft_length, knn_value **out);
knn_value *knn__irfft(knn__scope *s, knn_value *re, knn_value *im, int64_t fft_length);
/* Pieces of the last axis: x (..., n) -> (..., pieces, length); and their sum, laid side by side.
 */
knn_value *knn__extract_sequences(knn__scope *s, knn_value *x, int64_t length, int64_t stride);
knn_value *knn__overlap_add(knn__scope *s, knn_value *x, int64_t stride);
/* Short-time Fourier transforms: pieces times a window, transformed. */
typedef enum knn__window_kind { KNN__HANN, KNN__HAMMING, KNN__NO_WINDOW } knn__window_kind;
typedef struct knn__stft_args {
  int64_t sequence_length, sequence_stride, fft_length;
  int window; /* knn__window_kind, where no window (sequence_length) is given */
  bool center;
} knn__stft_args;
void knn__stft(knn__scope *s, knn_value *x, knn_value *window, const knn__stft_args *args,
               knn_value **out);
/* One bin for n integers, x[0 .. n - 1] int64 of one shape, together. */
knn_value *knn__hash_cross(knn__scope *s, int n, knn_value *const *x, int64_t bins);
/* ascending, stable, NaN last */
knn_value *knn__sort(knn__scope *s, knn_value *x, int64_t axis);
knn_value *knn__argsort(knn__scope *s, knn_value *x, int64_t axis); /* int32, from 0 */
/* The k largest of the last axis, descending; ties: lower index first. */
knn_status knn__top_k(knn__scope *s, knn_value *x, int64_t k, knn_value **values,
                      knn_value **indices);

/* Products. a (..., m, k) x b (..., k, n) with batch axes broadcast; transposed operands without
 * copies. */
knn_value *knn__matmul(knn__scope *s, knn_value *a, knn_value *b, bool trans_a, bool trans_b);

/* a^-1 b over the last two axes; a (..., n, n), b (..., n, m). */
knn_value *knn__solve(knn__scope *s, knn_value *a, knn_value *b, bool trans_a);
/* Sum of products of elements with equal labels: "btd,dk->btk". */
knn_value *knn__einsum(knn__scope *s, const char *subscripts, int n, knn_value *const *xs);

/* (1, t, s) bool from the sizes of an axis of q and k: key j is at or before query i (causal), and
 * nearer than `window` (KNN_NONE: any). */
knn_value *knn__position_mask(knn__scope *s, knn_value *q, knn_value *k, int64_t axis, bool causal,
                              int64_t window);
/* softmax(scale q k' + mask) v; q (b, t, h, d), k (b, s, g, d), v (b, s, g, e), h a multiple of g;
 * mask: broadcasts to (b, h, t, s), true = counts, or NULL. */
knn_value *knn__dot_product_attention(knn__scope *s, knn_value *q, knn_value *k, knn_value *v,
                                      knn_value *mask, double scale, bool causal);
knn_value *knn__attention_op(knn__scope *s, knn_value *q, knn_value *k, knn_value *v,
                             knn_value *mask, double scale, bool causal);

/* Convolution and pooling, channels last, 1 to 3 spatial axes; padding before/after each spatial
 * axis is explicit. */
typedef struct knn__window {
  int rank; /* spatial axes */
  int64_t size[3], stride[3], dilation[3], before[3], after[3];
} knn__window;
knn_value *knn__conv_op(knn__scope *s, knn_value *x, knn_value *w, const knn__window *window,
                        int64_t groups);
/* before and after: elements of the result left out; output_padding: zeros behind, per axis. w
 * (window..., filters, channels). */
knn_value *knn__conv_transpose(knn__scope *s, knn_value *x, knn_value *w, const knn__window *window,
                               const int64_t *output_padding);
knn_value *knn__max_pool(knn__scope *s, knn_value *x, const knn__window *window);
/* Divides by the number of elements inside x (padding excluded), as Keras does. */
knn_value *knn__average_pool(knn__scope *s, knn_value *x, const knn__window *window);

/* Of n windows per spatial axis (n: spatial axes). */
knn_value *knn__adaptive_average_pool(knn__scope *s, knn_value *x, int n, const int64_t *size);
knn_value *knn__adaptive_max_pool(knn__scope *s, knn_value *x, int n, const int64_t *size);
/* Images of another size; n: spatial axes. */
typedef enum knn__interpolation {
  KNN__NEAREST,
  KNN__BILINEAR,
  KNN__BICUBIC,
  KNN__LANCZOS3,
  KNN__LANCZOS5
} knn__interpolation;
knn_value *knn__resize_op(knn__scope *s, knn_value *x, int n, const int64_t *size,
                          knn__interpolation interpolation, bool antialias);

/* images (batch, height, width, channels), transform (batch or 1, 8), or (batch or 1, height, width,
 * 2), the place x y that each element comes from; interpolation: 0 nearest, 1 bilinear; fill_mode: 0 constant, 1 nearest, 2 reflect, 3 mirror, 4 wrap */
knn_value *knn__affine_transform(knn__scope *s, knn_value *images, knn_value *transform,
                                 int interpolation, int fill_mode, double fill_value);
/* The same with a transform that is divided by c0 x + c1 y + 1. */
knn_value *knn__perspective_transform(knn__scope *s, knn_value *images, knn_value *transform,
                                      int interpolation, double fill_value);

knn_value *knn__softmax(knn__scope *s, knn_value *x, int64_t axis);
knn_value *knn__log_softmax(knn__scope *s, knn_value *x, int64_t axis);

/* y = gamma (x - mean) / sqrt(variance + epsilon) + beta. layer_norm: over the last axes of x, as
 * many as gamma and beta have, whose sizes are theirs. batch_norm: over all axes but the last, the
 * channels; mean and variance (channels) of the batch are results too. */
knn_value *knn__layer_norm(knn__scope *s, knn_value *x, knn_value *gamma, knn_value *beta,
                           double epsilon);
knn_value *knn__batch_norm(knn__scope *s, knn_value *x, knn_value *gamma, knn_value *beta,
                           double epsilon, knn_value **mean, knn_value **variance);

/* Random. shape and type given; drawn from the context's seed. */
knn_value *knn__random_uniform(knn__scope *s, knn_dtype type, int rank, const int64_t *dims,
                               double low, double high);
knn_value *knn__random_normal(knn__scope *s, knn_dtype type, int rank, const int64_t *dims,
                              double mean, double stddev);
/* Normal, values beyond two standard deviations drawn again. */
knn_value *knn__random_truncated_normal(knn__scope *s, knn_dtype type, int rank,
                                        const int64_t *dims, double mean, double stddev);
/* In like's type; a size of -1 is like's. With a seed (KNN_NONE: the context's) a series of its own
 * that goes on from call to call, as a layer's. */
knn_value *knn__random_uniform_like(knn__scope *s, knn_value *like, int rank, const int64_t *dims,
                                    double low, double high, int64_t seed);
knn_value *knn__random_normal_like(knn__scope *s, knn_value *like, int rank, const int64_t *dims,
                                   double mean, double stddev, int64_t seed);
/* 1 with probability p, else 0. */
knn_value *knn__random_bernoulli_like(knn__scope *s, knn_value *like, int rank, const int64_t *dims,
                                      double p, int64_t seed);
/* Logarithms of numbers with the gamma distribution, for each element of alpha. */
knn_value *knn__random_log_gamma(knn__scope *s, knn_value *alpha, int64_t seed);
/* x kept with probability 1 - rate and scaled by 1 / (1 - rate), else 0. noise: sizes of the mask,
 * 1 = shared, or NULL. */
knn_value *knn__dropout(knn__scope *s, knn_value *x, double rate, const int64_t *noise,
                        int64_t seed);

#endif
