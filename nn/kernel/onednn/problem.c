/* problem.c - see problem.h. Axes in front that have size 1 everywhere are left out, as far as two
 * remain. */
#include "problem.h"

#include "pool.h"

enum { WORTH = 1 << 22 }; /* multiplications that pay for a call and for waking a thread */

static int64_t volume(const int64_t dims[3]) {
  return dims[0] * dims[1] * dims[2];
}

/* The first spatial axis that is kept. */
static int first_axis(const knn__conv *p) {
  return p->in[0] == 1 && p->kernel[0] == 1 && p->pad[0] == 0 && p->out[0] == 1 ? 1 : 0;
}

static int64_t at_most(int64_t a, int64_t b) {
  return a < b ? a : b;
}

int knn__onednn_parts(const knn__conv *p, bool whole_images) {
  int64_t work = volume(p->out) * volume(p->kernel) * p->channels / p->groups * p->filters;
  if (p->batch > 1 || whole_images || first_axis(p) == 0)
    return knn__pieces(p->batch, WORTH / (work > 0 ? work : 1) + 1);
  return (int)at_most(knn__pieces(work, WORTH), (p->out[1] + 3) / 4);
}

static void channels_last(int64_t batch, int64_t channels, const int64_t *dims, int first,
                          knn__dnnl_shape *out) {
  *out = (knn__dnnl_shape){.rank = 5 - first, .dims = {batch, channels}};
  int64_t step = channels;
  out->strides[1] = 1;
  for (int i = 2; i >= first; i--) {
    out->dims[2 + i - first] = dims[i];
    out->strides[2 + i - first] = step;
    step *= dims[i];
  }
  out->strides[0] = step;
}

/* Sizes of w; strides[0] = 0. */
static void filter_dims(const knn__conv *p, int first, knn__dnnl_shape *out) {
  *out = (knn__dnnl_shape){.rank = 0};
  if (p->groups > 1) out->dims[out->rank++] = p->groups;
  out->dims[out->rank++] = p->filters / p->groups;
  out->dims[out->rank++] = p->channels / p->groups;
  for (int i = first; i < 3; i++) out->dims[out->rank++] = p->kernel[i];
}

/* Elements between neighbours along filters, channels of a group, window and groups. */
static void filter_strides(const knn__conv *p, int64_t filter, int64_t channel, int64_t group,
                           int64_t window, knn__dnnl_shape *out) {
  int at = 0, first = first_axis(p);
  filter_dims(p, first, out);
  if (p->groups > 1) out->strides[at++] = group;
  out->strides[at++] = filter;
  out->strides[at++] = channel;
  for (int i = out->rank - 1; i >= at; i--) {
    out->strides[i] = window;
    window *= out->dims[i];
  }
}

void knn__onednn_filters(const knn__conv *p, knn__dnnl_shape *out) {
  filter_strides(p, 1, p->filters, p->filters / p->groups, p->channels / p->groups * p->filters,
                 out);
}

void knn__onednn_turned_filters(const knn__conv *p, knn__dnnl_shape *out) {
  knn__conv q;
  knn__onednn_turned(p, &q);
  filter_strides(&q, p->filters, 1, p->filters / p->groups, p->channels / p->groups * p->filters,
                 out);
}

bool knn__onednn_turned(const knn__conv *p, knn__conv *out) {
  bool fits = true;
  *out = *p;
  for (int i = 0; i < 3; i++) {
    int64_t reach = (p->kernel[i] - 1) * p->dilation[i];
    out->in[i] = p->out[i];
    out->out[i] = p->in[i];
    out->pad[i] = reach - p->pad[i];
    fits = fits && p->stride[i] == 1 && out->pad[i] >= 0 &&
           p->in[i] + reach >= p->out[i] + out->pad[i];
  }
  out->channels = p->filters;
  out->filters = p->channels;
  out->x = p->y;
  out->y = p->x;
  return fits;
}

/* Lines first .. last - 1 of the only image's y, and what they need of x. */
static void cut_lines(knn__conv *q, int64_t first, int64_t last, int64_t *x_at) {
  int64_t from = first * q->stride[1] - q->pad[1],
          to = (last - 1) * q->stride[1] - q->pad[1] + (q->kernel[1] - 1) * q->dilation[1] + 1;
  int64_t begin = from < 0 ? 0 : at_most(from, q->in[1] - 1),
          end = at_most(to < 1 ? 1 : to, q->in[1]);
  *x_at = begin * q->in[2] * q->channels;
  q->pad[1] = begin - from;
  q->in[1] = end - begin;
  q->out[1] = last - first;
}

void knn__onednn_part_of(const knn__conv *p, knn__dnnl_way way, int parts, int part,
                         knn__onednn_part *out) {
  knn__conv q = *p;
  int64_t first, last, x_at = 0;
  int axis = first_axis(p);
  *out = (knn__onednn_part){.conv = {.way = way}};
  if (parts > 1 && p->batch == 1) {
    knn__piece_range(p->out[1], parts, part, &first, &last);
    cut_lines(&q, first, last, &x_at);
    out->x_at = x_at;
    out->y_at = first * p->out[2] * p->filters;
  } else {
    knn__piece_range(p->batch, parts, part, &first, &last);
    q.batch = last - first;
    out->x_at = first * volume(p->in) * p->channels;
    out->y_at = first * volume(p->out) * p->filters;
  }
  channels_last(q.batch, q.channels, q.in, axis, &out->conv.x);
  channels_last(q.batch, q.filters, q.out, axis, &out->conv.y);
  filter_dims(&q, axis, &out->conv.w);
  for (int i = axis; i < 3; i++) {
    int64_t covered = (q.out[i] - 1) * q.stride[i] + (q.kernel[i] - 1) * q.dilation[i] + 1,
            after = covered - q.in[i] - q.pad[i];
    out->conv.stride[i - axis] = q.stride[i];
    out->conv.dilation[i - axis] = q.dilation[i] - 1;
    out->conv.before[i - axis] = q.pad[i];
    out->conv.after[i - axis] = after > 0 ? after : 0;
  }
}
