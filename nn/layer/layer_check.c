/* layer_check.c - does an input fit a layer? Number of inputs, ranks, sizes fixed by the weights;
 * in words, with a hint where the remedy is plain. */
#include <stdio.h>
#include <string.h>

#include "layer.h"
#include "text.h"

static int real_axis(int axis, int rank) {
  return axis < 0 ? axis + rank : axis;
}

static bool rank_fits(const knn__layer_def *def, int rank) {
  return (!def->min_rank || rank >= def->min_rank) && (!def->max_rank || rank <= def->max_rank);
}

static bool sizes_fit(const knn_layer *layer, const knn__spec *in) {
  for (int i = 0; i < layer->n_fixed; i++) {
    int axis = real_axis(layer->fixed[i].axis, in->rank);
    if (axis < 0 || axis >= in->rank) return false;
    if (in->dims[axis] != KNN_ANY && in->dims[axis] != layer->fixed[i].size) return false;
  }
  return true;
}

/* "input of shape (None, 784)", "input with 4 axes", "input with at least 2 axes" */
static void expectation(const knn_layer *layer, char *out, size_t size) {
  const knn__layer_def *def = layer->def;
  knn__spec wanted = {.rank = layer->input.rank};
  if (layer->built && layer->n_fixed) {
    for (int i = 0; i < wanted.rank; i++) wanted.dims[i] = KNN_ANY;
    for (int i = 0; i < layer->n_fixed; i++)
      wanted.dims[real_axis(layer->fixed[i].axis, wanted.rank)] = layer->fixed[i].size;
    snprintf(out, size, "input of shape %s", KNN__SPEC(wanted));
  } else if (def->min_rank == def->max_rank) {
    snprintf(out, size, "input with %d axes (batch first)", def->min_rank);
  } else {
    bool few = def->min_rank > 0;
    snprintf(out, size, "input with at %s %d axes (batch first)", few ? "least" : "most",
             few ? def->min_rank : def->max_rank);
  }
}

/* What to do about it, "" when nothing is plain. */
static void remedy(const knn_layer *layer, const knn__spec *got, char *out, size_t size) {
  const knn__layer_def *def = layer->def;
  const int64_t features = got->rank > 0 ? knn__count(got->rank - 1, got->dims + 1) : 0;
  const int64_t last = layer->n_fixed && layer->fixed[0].axis == -1 ? layer->fixed[0].size : 0;
  *out = '\0';
  if (def->min_rank == 2 && got->rank == 1) {
    snprintf(out, size, "; one sample needs a batch axis too, x:reshape{1, -1}");
  } else if (def->min_rank == def->max_rank && def->min_rank > 3 &&
             got->rank == def->min_rank - 1) {
    snprintf(out, size, "; an input without a channel axis needs one, layers.Reshape{{");
    for (int i = 1; i < got->rank; i++) {
      size_t n = strlen(out);
      snprintf(out + n, size - n, got->dims[i] == KNN_ANY ? "-1, " : "%lld, ",
               (long long)got->dims[i]);
    }
    size_t n = strlen(out);
    snprintf(out + n, size - n, "1}} before it");
  } else if (last > 0 && got->rank > 2 && features == last) {
    snprintf(out, size, "; add layers.Flatten{} before it");
  } else if (last > 0 && def->min_rank == def->max_rank && got->rank == def->min_rank &&
             got->rank > 2 && got->dims[1] == last) {
    snprintf(out, size, "; if the channels come first, give data_format = \"channels_first\"");
  }
}

static knn_status count_fits(const knn_layer *layer, int n) {
  const int most = layer->def->max_in < 0 ? KNN__MAX_IN
                   : layer->def->max_in   ? layer->def->max_in
                                          : 1;
  if (n >= 1 && n <= most) return KNN_OK;
  return knn_fail(layer->base.ctx, KNN_EARG, "%s%d input%s expected, got %d",
                  most > 1 ? "1 to " : "", most, most > 1 ? "s" : "", n);
}

knn_status knn__layer_check_inputs(const knn_layer *layer, const knn__spec *in, int n_in) {
  char wanted[192], hint[192];
  KNN__TRY(count_fits(layer, n_in));
  for (int i = 0; i < n_in; i++) {
    bool fits = rank_fits(layer->def, in[i].rank) || (i > 0 && layer->def->ranks_of_first);
    if (fits && (i > 0 || !layer->built || sizes_fit(layer, &in[i]))) continue;
    expectation(layer, wanted, sizeof wanted);
    remedy(layer, &in[i], hint, sizeof hint);
    return knn_fail(layer->base.ctx, KNN_ESHAPE, "%s expected, got %s%s", wanted, KNN__SPEC(in[i]),
                    hint);
  }
  return KNN_OK;
}

knn_status knn__in_layer(const knn_layer *layer, knn_status st) {
  knn_ctx *ctx = layer->base.ctx;
  if (st == KNN_OK || strncmp(knn_ctx_error(ctx), "layer '", 7) == 0) return st;
  const char *shown =
      layer->path && strchr(layer->path, '/') ? strchr(layer->path, '/') + 1 : layer->base.name;
  return knn_fail_in(ctx, st, "layer '%s' (%s)", shown, layer->base.cls->name);
}
