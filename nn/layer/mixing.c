/* mixing.c - see mixing.h. */
#include "mixing.h"

knn_value *knn__partners(const knn__augment *args, knn__scope *s, knn_value *images) {
  knn_value *u = knn__draw_each(args, s, images, 0, 1);
  return knn__argsort(s, knn__reshape(s, u, 1, (int64_t[]){KNN_ANY}), 0);
}

knn_value *knn__draw_beta(const knn__augment *args, knn__scope *s, knn_value *images,
                          knn_value *alpha) {
  /* as many alphas as images, then a / (a + b) of two gammas */
  knn_value *each = knn__times(s, knn__draw_each(args, s, images, 0, 1), 0);
  each = knn__add(s, each, alpha);
  knn_value *a = knn__random_log_gamma(s, each, args->seed),
            *b = knn__random_log_gamma(s, each, args->seed);
  return knn__sigmoid(s, knn__subtract(s, a, b));
}

knn_value *knn__mixed(knn__scope *s, knn_value *x, knn_value *partners, knn_value *weight) {
  int64_t dims[KNN_MAX_RANK];
  if (s->status != KNN_OK) return NULL;
  for (int i = 0; i < x->spec.rank; i++) dims[i] = i == 0 ? KNN_ANY : 1;
  weight = knn__reshape(s, weight, x->spec.rank, dims);
  knn_value *other = knn__take(s, x, partners, 0);
  return knn__add(s, other, knn__multiply(s, weight, knn__subtract(s, x, other)));
}

void knn__mix_call(knn_layer *layer, knn__scope *s, knn__layer_io *io, knn__mix_fn *mix) {
  const knn__augment *args = layer->base.args;
  const bool first = knn__channels_first(args->data_format);
  const int rank = io->in[0]->spec.rank;
  knn_value *partners = NULL, *weight = NULL;
  io->n_out = io->n_in;
  for (int i = 0; i < io->n_in; i++) io->out[i] = io->in[i];
  if (!io->training || rank == 3) return;
  if (io->n_in == 2 && io->in[1]->spec.rank == 0) {
    knn__scope_fail(s, KNN_ESHAPE,
                    "labels (batch, ...) expected as the second input, got a scalar");
    return;
  }
  knn_value *images = knn__to_images(s, io->in[0], first);
  images = mix(layer, s, images, &partners, &weight);
  io->out[0] = knn__from_images(s, images, first, rank);
  if (io->n_in == 2) io->out[1] = knn__mixed(s, io->in[1], partners, weight);
}
