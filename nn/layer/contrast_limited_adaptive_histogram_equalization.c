/* contrast_limited_adaptive_histogram_equalization.c - contrast made even all over an image. x
 * (batch, height, width, channels) or one image -> same shape. Each channel of each tile of a grid
 * has a table of how many of its pixels are at most that bright, as a share of 255; counts above
 * clip_limit times the mean are spread evenly first. A pixel takes from the tables of the four
 * nearest tiles, each in the measure of its distance. Source: Zuiderveld 1994. */
#include "augment.h"

typedef struct clahe_args {
  knn__layer_common common;
  int data_format;
  knn_floats value_range;
  double clip_limit;
  knn_ints tile_grid_size;
} clahe_args;

static const knn_param params[] = {
    KNN__PARAM(clahe_args, value_range, KNN_P_FLOATS, "[0,255]",
               "Smallest and largest value of a pixel."),
    KNN__PARAM(clahe_args, clip_limit, KNN_P_FLOAT, "4.0",
               "Most pixels of one brightness, in times of the mean; 0: any."),
    KNN__PARAM(clahe_args, tile_grid_size, KNN_P_INTS, "8", "Tiles along height and width.",
               .mark = KNN_COUNT, .arity = 2, .min = 1, .max = 1e6),
    KNN__DATA_FORMAT_PARAM(clahe_args),
    KNN__LAYER_PARAMS(clahe_args),
};

enum { LEVELS = 256 };

/* Tiles of a grid: their number and size along height and width, and the images' channels. */
typedef struct grid {
  int64_t n[2], size[2], channels;
} grid;

static knn_status check(knn_layer *layer) {
  clahe_args *args = layer->base.args;
  return knn__value_range(layer->base.ctx, &args->value_range);
}

/* Rows and columns mirrored behind the image, so that the tiles cover it. */
static knn_value *filled_up(knn__scope *s, knn_value *x, const grid *g) {
  const int64_t none[4] = {0}, more[] = {0, g->n[0] * g->size[0] - x->spec.dims[1],
                                         g->n[1] * g->size[1] - x->spec.dims[2], 0};
  return knn__pad_mirrored(s, x, none, more, true);
}

/* How often each level occurs in each tile: levels (batch, h, w, c) -> (batch, rows, columns, c,
 * 256). */
static knn_value *histograms(knn__scope *s, knn_value *levels, const grid *g, knn_dtype type) {
  const int64_t rows = g->n[0], columns = g->n[1];
  const int64_t split[] = {KNN_ANY, rows, g->size[0], columns, g->size[1], g->channels};
  const int64_t order[] = {0, 1, 3, 5, 2, 4};
  const int64_t flat[] = {KNN_ANY, rows, columns, g->channels, g->size[0] * g->size[1]};
  knn_value *tiles = knn__transpose(s, knn__reshape(s, levels, 6, split), 6, order);
  tiles = knn__reshape(s, tiles, 5, flat);
  return knn__sum(s, knn__one_hot(s, tiles, LEVELS, type), KNN__AXIS(-2), false);
}

/* The tables: brightness by level, 0 .. 255. */
static knn_value *tables(const clahe_args *args, knn__scope *s, knn_value *counts, const grid *g) {
  const double pixels = (double)(g->size[0] * g->size[1]);
  if (args->clip_limit > 0) {
    knn_value *most = knn__scalar_like(s, counts, args->clip_limit * pixels / LEVELS);
    knn_value *clipped = knn__minimum(s, counts, most);
    knn_value *excess = knn__sum(s, knn__subtract(s, counts, clipped), KNN__AXIS(-1), true);
    counts = knn__add(s, clipped, knn__times(s, excess, 1.0 / LEVELS));
  }
  knn_value *sums = knn__cumsum(s, counts, -1), *least = knn__min(s, sums, KNN__AXIS(-1), true);
  knn_value *rest = knn__plus(s, knn__negative(s, least), pixels);
  rest = knn__where(s, knn__equal(s, rest, knn__scalar_like(s, rest, 0)),
                    knn__scalar_like(s, rest, 1), rest);
  knn_value *y = knn__divide(s, knn__times(s, knn__subtract(s, sums, least), 255), rest);
  return knn__clip(s, y, 0, 255);
}

/* For the pixels of an axis: the tile before (0) or after (1) the pixel, or the share of the one
 * after (2). */
typedef struct neighbours {
  int64_t n, size;
  int what;
} neighbours;

static double neighbour(const void *arg, int64_t i) {
  const neighbours *a = arg;
  const double at = (double)i / (double)a->size - 0.5;
  const double low = at < 0 ? -1 : (double)(int64_t)at;
  if (a->what == 2) return at - low;
  const double tile = low + a->what;
  return tile < 0 ? 0 : tile > (double)a->n - 1 ? (double)a->n - 1 : tile;
}

static knn_value *along(knn__scope *s, const grid *g, int axis, int what, knn_dtype type) {
  const neighbours a = {g->n[axis], g->size[axis], what};
  int64_t dims[] = {1, 1, 1, 1};
  dims[axis + 1] = g->n[axis] * g->size[axis];
  return knn__constant(s, type, 4, dims, neighbour, &a);
}

/* What the tables of one of the four nearest tiles say: by places in all tables as one row. */
static knn_value *looked_up(knn__scope *s, knn_value *table, knn_value *levels, const grid *g,
                            int down, int right) {
  const int64_t per_column = g->channels * LEVELS, per_row = per_column * g->n[1];
  knn_value *place = knn__add(s, knn__times(s, along(s, g, 0, down, KNN_I32), (double)per_row),
                              knn__times(s, along(s, g, 1, right, KNN_I32), (double)per_column));
  place = knn__add(s, place, levels);
  const int64_t dims[] = {KNN_ANY, per_row * g->n[0]};
  knn_value *row = knn__reshape(s, table, 2, dims);
  const int64_t flat[] = {KNN_ANY, g->n[0] * g->size[0] * g->n[1] * g->size[1] * g->channels};
  knn_value *y = knn__take_along_axis(s, row, knn__reshape(s, place, 2, flat), 1);
  return knn__reshape_like(s, y, levels);
}

static double first_of_channel(const void *arg, int64_t i) {
  (void)arg;
  return (double)(i * LEVELS);
}

static knn_value *between(knn__scope *s, knn_value *a, knn_value *b, knn_value *share) {
  return knn__add(s, a, knn__multiply(s, share, knn__subtract(s, b, a)));
}

static knn_value *equalize(const clahe_args *args, knn__scope *s, knn_value *x) {
  grid g = {.n = {args->tile_grid_size.v[0], args->tile_grid_size.v[1]}};
  if (!knn__known_size(s, x)) return NULL;
  const int64_t height = x->spec.dims[1], width = x->spec.dims[2];
  const knn_dtype type = x->spec.dtype;
  g.channels = x->spec.dims[3];
  g.size[0] = (height + g.n[0] - 1) / g.n[0], g.size[1] = (width + g.n[1] - 1) / g.n[1];
  x = filled_up(s, x, &g);
  knn_value *levels = knn__clip(s, x, 0, LEVELS - 1);
  if (s->status == KNN_OK) levels = knn__cast(s, levels, KNN_I32);
  knn_value *table = tables(args, s, histograms(s, levels, &g, type), &g);
  levels = knn__add(s, levels, knn__constant(s, KNN_I32, 1, &g.channels, first_of_channel, NULL));
  knn_value *right = along(s, &g, 1, 2, type), *down = along(s, &g, 0, 2, type);
  knn_value *upper = between(s, looked_up(s, table, levels, &g, 0, 0),
                             looked_up(s, table, levels, &g, 0, 1), right);
  knn_value *lower = between(s, looked_up(s, table, levels, &g, 1, 0),
                             looked_up(s, table, levels, &g, 1, 1), right);
  return knn__crop_images(s, between(s, upper, lower, down), 0, 0, height, width);
}

static void call(knn_layer *layer, knn__scope *s, knn__layer_io *io) {
  const clahe_args *args = layer->base.args;
  const bool first = knn__channels_first(args->data_format);
  const double low = args->value_range.v[0], factor = 255 / (args->value_range.v[1] - low);
  const int rank = io->in[0]->spec.rank;
  knn_value *x = knn__to_images(s, io->in[0], first);
  x = equalize(args, s, knn__times(s, knn__plus(s, x, -low), factor));
  x = knn__plus(s, knn__times(s, x, 1 / factor), low);
  io->out[0] = knn__from_images(s, x, first, rank);
}

const knn__layer_def knn__layer_contrast_limited_adaptive_histogram_equalization = {
    .cls = {.family = "layer",
            .name = "ContrastLimitedAdaptiveHistogramEqualization",
            .summary = "Contrast made even all over an image.",
            .detail =
                "Tables of how many pixels of a tile are at most that bright, with the counts "
                "of one brightness limited; a pixel takes from those of the four nearest "
                "tiles.",
            .shapes = "x (batch, height, width, channels) or (height, width, channels) -> same "
                      "shape",
            .example = "local y = knn.layers.ContrastLimitedAdaptiveHistogramEqualization{"
                       "tile_grid_size = 2}(knn.ones{1, 8, 8, 3})",
            .source = "Zuiderveld 1994; Keras, ContrastLimitedAdaptiveHistogramEqualization",
            .see = "Equalization|AutoContrast",
            KNN__PARAMS(params, clahe_args)},
    .min_rank = 3,
    .max_rank = 4,
    .check = check,
    .call = call,
};
