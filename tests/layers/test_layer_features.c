/* test_layer_features.c - what layers share: names, paths, freezing, penalties, masks, layers
 * written by a host; constraints; and failing allocations. */
#include <math.h>
#include <stdlib.h>

#include "layer_harness.h"

#include "constraint.h"
#include "graph.h"

static knn_layer *make(knn_ctx *ctx, const char *cls, const char *options) {
  knn_layer *layer;
  assert_ok(ctx, knn_layer_new(ctx, cls, options, &layer));
  return layer;
}

static knn_value *filled(knn_ctx *ctx, int rank, const int64_t *dims, const double *numbers) {
  knn_tensor *t;
  knn_value *v;
  assert_ok(ctx, knn_tensor_new(ctx, KNN_F32, rank, dims, &t));
  for (int64_t i = 0; i < knn_tensor_size(t); i++) knn_tensor_set(t, i, numbers ? numbers[i] : 1);
  assert_ok(ctx, knn_value_from(t, &v));
  knn_tensor_release(t);
  return v;
}

static knn_value *apply(knn_ctx *ctx, knn_layer *layer, knn_value *x, bool training) {
  knn_value *y;
  int n = 1;
  assert_ok(ctx, knn_layer_call(layer, &x, 1, training, &y, &n));
  return y;
}

/* Spec keras-layers.md 8.1. */
static void names(void **state) {
  static const char *const pairs[][2] = {{"ReLU", "re_lu"},
                                         {"PReLU", "p_re_lu"},
                                         {"LeakyReLU", "leaky_re_lu"},
                                         {"MaxPooling2D", "max_pooling2d"},
                                         {"Conv2DTranspose", "conv2d_transpose"},
                                         {"ELU", "elu"},
                                         {"STFTSpectrogram", "stft_spectrogram"},
                                         {"GlobalAveragePooling1D", "global_average_pooling1d"},
                                         {"Dense", "dense"}};
  char text[64];
  for (int i = 0; i < KNN__LEN(pairs); i++) {
    knn__snake_case(pairs[i][0], text, sizeof text);
    assert_string_equal(text, pairs[i][1]);
  }
  const char *options[] = {"units=1", "units=1, name=dense_7", "units=1", "units=1"};
  const char *expected[] = {"dense", "dense_7", "dense_1", "dense"};
  for (int i = 0; i < 4; i++) {
    if (i == 3) knn_ctx_forget_names(*state);
    knn_layer *layer = make(*state, "Dense", options[i]);
    assert_string_equal(knn_layer_name(layer), expected[i]);
    knn_layer_release(layer);
  }
  knn_layer *alias = make(*state, "MaxPool2D", "");
  assert_string_equal(knn_layer_name(alias), "max_pooling2d");
  knn_layer_release(alias);
}

static void freezing(void **state) {
  knn_layer *stack =
      make(*state, "Sequential",
           "layers=[{class_name=Dense, config={units=2}}, {class_name=BatchNormalization}]");
  knn_value *x = filled(*state, 2, (int64_t[]){2, 3}, NULL);
  knn_value_release(apply(*state, stack, x, false));
  static const char *const paths[] = {"sequential/dense/kernel",
                                      "sequential/dense/bias",
                                      "sequential/batch_normalization/gamma",
                                      "sequential/batch_normalization/beta",
                                      "sequential/batch_normalization/moving_mean",
                                      "sequential/batch_normalization/moving_variance"};
  assert_int_equal(knn_layer_weight_count(stack), 6);
  for (int pass = 0; pass < 3; pass++) {
    if (pass) knn_layer_set_trainable(stack, pass == 2);
    knn_weight all[6];
    int n = 6;
    assert_ok(*state, knn_layer_weights(stack, all, &n));
    assert_int_equal(n, 6);
    for (int i = 0; i < 6; i++) {
      const char *path;
      bool trainable;
      assert_string_equal(all[i].path, paths[i]);
      assert_int_equal(all[i].trainable, pass != 1 && i < 4);
      assert_ok(*state, knn_layer_weight(stack, i, NULL, &path, &trainable));
      assert_string_equal(path, paths[i]);
      assert_int_equal(trainable, pass != 1 && i < 4); /* moving statistics never train */
    }
  }
  assert_int_equal(knn_layer_weight(stack, 6, NULL, NULL, NULL), KNN_EARG);
  knn_weight few[5];
  int n = 5;
  assert_int_equal(knn_layer_weights(stack, few, &n), KNN_EARG);
  assert_int_equal(n, 6);
  knn_value_release(x);
  knn_layer_release(stack);
}

/* Penalties of weights count while they train; those of outputs are divided by the batch, also
 * where it is not known. */
static void penalties(void **state) {
  knn_ctx *ctx = *state;
  knn__scope s;
  knn_layer *layer =
      make(ctx, "Dense",
           "units=2, kernel_initializer=ones, kernel_regularizer={class_name=L2, config={l2=0.5}}, "
           "bias_regularizer=l1, activity_regularizer={class_name=L1, config={l1=2}}");
  knn_value *x = filled(ctx, 2, (int64_t[]){4, 3}, NULL), *node;
  knn__scope_begin(&s, ctx);
  knn__layer_apply(layer, &s, x, true);
  assert_ok(ctx, s.status);
  assert_float_equal(knn_tensor_get(s.extra_loss->tensor, 0), 2 * (4 * 2 * 3) / 4.0, 1e-6);
  knn_value *penalty = knn__layer_penalties(layer, &s);
  assert_float_equal(knn_tensor_get(penalty->tensor, 0), 0.5 * 6, 1e-6);
  knn_layer_set_trainable(layer, false);
  assert_null(knn__layer_penalties(layer, &s));
  assert_ok(ctx, knn__scope_end(&s));
  knn_graph *g;
  knn__scope_begin(&s, ctx);
  assert_ok(ctx, knn__graph_new(ctx, &g));
  knn__spec spec = {.dtype = KNN_F32, .rank = 2, .dims = {KNN_ANY, 3}};
  assert_ok(ctx, knn__graph_input(g, &spec, &node));
  knn__layer_apply(layer, &s, node, true);
  assert_ok(ctx, s.status);
  assert_int_equal(s.extra_loss->spec.rank, 0);
  assert_ok(ctx, knn__scope_end(&s));
  knn__graph_release(g);
  knn_value_release(x);
  knn_layer_release(layer);
}

/* Embedding makes a mask, Dropout hands it on, GlobalAveragePooling1D uses it and keeps it. */
static void masks(void **state) {
  knn_ctx *ctx = *state;
  knn__scope s;
  knn_tensor *t;
  knn_value *ids;
  assert_ok(ctx,
            knn_tensor_from(ctx, KNN_I32, 2, (int64_t[]){2, 3}, (int32_t[]){1, 2, 0, 3, 0, 0}, &t));
  assert_ok(ctx, knn_value_from(t, &ids));
  knn_tensor_release(t);
  knn_layer *embedding = make(ctx, "Embedding", "input_dim=4, output_dim=1, mask_zero=true");
  knn_layer *stack = make(ctx, "Sequential", "");
  assert_ok(ctx, knn__add_sublayer(stack, embedding));
  const char *more[] = {"Dropout", "GlobalAveragePooling1D"}, *options[] = {"rate=0", ""};
  for (int i = 0; i < 2; i++) {
    knn_layer *layer = make(ctx, more[i], options[i]);
    assert_ok(ctx, knn__add_sublayer(stack, layer));
    knn_layer_release(layer);
  }
  knn_value_release(apply(ctx, embedding, ids, false)); /* builds it */
  knn_tensor *table;
  assert_ok(ctx, knn_layer_weight(embedding, 0, &table, NULL, NULL));
  for (int i = 0; i < 4; i++) knn_tensor_set(table, i, i == 0 ? 1000 : i);
  knn__scope_begin(&s, ctx);
  knn__layer_io io = {.n_in = 1, .in = &ids, .n_out = 1};
  knn__layer_call(stack, &s, &io);
  assert_ok(ctx, s.status);
  assert_float_equal(knn_tensor_get(io.out[0]->tensor, 0), 1.5, 1e-6);
  assert_float_equal(knn_tensor_get(io.out[0]->tensor, 1), 3, 1e-6);
  assert_null(io.out_mask[0]);
  assert_ok(ctx, knn__scope_end(&s));
  knn_tensor_set(ids->tensor, 4, 9);
  int n = 1;
  knn_value *y;
  assert_int_not_equal(knn_layer_call(embedding, &ids, 1, false, &y, &n), KNN_OK);
  assert_string_contains(knn_ctx_error(ctx), "layer 'embedding' (Embedding)");
  assert_string_contains(knn_ctx_error(ctx), "9");
  knn_layer_release(embedding);
  knn_layer_release(stack);
  knn_value_release(ids);
}

/* A mask weights the statistics of BatchNormalization: rows that do not count change nothing. */
static void masked_normalisation(void **state) {
  knn_ctx *ctx = *state;
  knn__scope s;
  knn_layer *layer = make(ctx, "BatchNormalization", "momentum=0");
  knn_value *x = filled(ctx, 3, (int64_t[]){1, 3, 1}, (double[]){1, 3, 77}), *mask, *in[1] = {x},
            *masks[1];
  knn_tensor *t;
  assert_ok(ctx, knn_tensor_from(ctx, KNN_BOOL, 2, (int64_t[]){1, 3}, (uint8_t[]){1, 1, 0}, &t));
  assert_ok(ctx, knn_value_from(t, &mask));
  knn_tensor_release(t);
  masks[0] = mask;
  knn__scope_begin(&s, ctx);
  knn__layer_io io = {.n_in = 1, .in = in, .mask = masks, .training = true, .n_out = 1};
  knn__layer_call(layer, &s, &io);
  assert_ok(ctx, s.status);
  assert_ptr_equal(io.out_mask[0], mask);
  assert_float_equal(knn_tensor_get(io.out[0]->tensor, 0), (float)(-1 / sqrt(1.001)), 1e-5F);
  assert_ok(ctx, knn__scope_end(&s));
  const double expected[] = {2, 1}; /* mean and variance of 1 and 3 */
  for (int i = 0; i < 2; i++) {
    assert_ok(ctx, knn_layer_weight(layer, 2 + i, &t, NULL, NULL));
    assert_float_equal(knn_tensor_get(t, 0), expected[i], 1e-5);
  }
  knn_value_release(mask);
  knn_value_release(x);
  knn_layer_release(layer);
}

/* A layer written by a host: a weight of its own and a sublayer whose activity penalty must arrive
 * outside. */
typedef struct host_layer {
  knn_layer *inner;
  knn_value *scale;
  int freed;
} host_layer;

static knn_status host_build(void *self, knn_layer *layer, int n_in, const knn_value *const *ins) {
  host_layer *host = self;
  assert_int_equal(n_in, 1);
  assert_int_equal(knn_value_dims(ins[0])[1], 3);
  knn_config *ones;
  KNN__TRY(knn_config_string(layer->base.ctx, "ones", &ones));
  knn_status st = knn_layer_add_weight(
      layer,
      &(knn_weight_spec){.name = "scale", .rank = 1, .dims = (int64_t[]){2}, .initializer = ones},
      &host->scale);
  knn_config_release(ones);
  return st == KNN_OK ? knn_layer_add_sublayer(layer, host->inner) : st;
}

static knn_status host_call(void *self, knn_layer *layer, knn_custom_call *call) {
  host_layer *host = self;
  knn_value *y;
  int n = 1;
  KNN__TRY(knn_layer_call(host->inner, call->ins, call->n_in, call->training, &y, &n));
  knn_status st = knn_apply(layer->base.ctx, "multiply", (knn_value *[]){y, host->scale}, 2, NULL,
                            call->outs, &call->n_out);
  knn_value_release(y);
  return st;
}

static void host_free(void *self) {
  host_layer *host = self;
  knn_layer_release(host->inner);
  host->freed++;
}

static void host_layers(void **state) {
  knn_ctx *ctx = *state;
  knn__scope s;
  host_layer host = {
      .inner = make(ctx, "Dense", "units=2, kernel_initializer=ones, activity_regularizer=l2")};
  const knn_layer_custom custom = {
      .class_name = "ScaledDense", .build = host_build, .call = host_call, .free_self = host_free};
  knn_layer *layer;
  knn_config *options;
  assert_ok(ctx, knn_config_parse(ctx, "nam=x", &options));
  assert_int_equal(knn_layer_new_custom(ctx, &custom, &host, options, &layer), KNN_EARG);
  assert_string_contains(knn_ctx_error(ctx),
                         "ScaledDense: unknown option 'nam'; did you mean 'name'?");
  assert_int_equal(host.freed, 0);
  knn_config_release(options);
  assert_ok(ctx, knn_layer_new_custom(ctx, &custom, &host, NULL, &layer));
  assert_string_equal(knn_layer_name(layer), "scaled_dense");
  assert_string_equal(knn_object_class(knn_layer_object(layer))->name, "ScaledDense");
  knn_value *x = filled(ctx, 2, (int64_t[]){4, 3}, NULL);
  knn__scope_begin(&s, ctx);
  knn_value *y = knn__layer_apply(layer, &s, x, true);
  assert_ok(ctx, s.status);
  assert_float_equal(knn_tensor_get(y->tensor, 0), 3, 1e-6);
  assert_float_equal(knn_tensor_get(s.extra_loss->tensor, 0), 0.01 * 9 * 8 / 4, 1e-6);
  assert_ok(ctx, knn__scope_end(&s));
  static const char *const paths[] = {"scaled_dense/scale", "scaled_dense/dense/kernel",
                                      "scaled_dense/dense/bias"};
  assert_int_equal(knn_layer_weight_count(layer), 3);
  for (int i = 0; i < 3; i++) {
    const char *path;
    assert_ok(ctx, knn_layer_weight(layer, i, NULL, &path, NULL));
    assert_string_equal(path, paths[i]);
  }
  knn_value *wide = filled(ctx, 2, (int64_t[]){4, 5}, NULL);
  int n = 1;
  assert_int_equal(knn_layer_call(layer, &wide, 1, false, &y, &n), KNN_ESHAPE);
  assert_string_equal(knn_ctx_error(ctx),
                      "layer 'dense' (Dense): input of shape (None, 3) expected, got (4, 5)");
  knn_value_release(wide);
  knn_value_release(x);
  knn_layer_release(layer);
  assert_int_equal(host.freed, 1);
}

/* Spec keras-layers.md 6, worked by hand: w = [[3, 0.6], [-4, 0.8]] has column norms 5 and 1, row
 * norms 3.0594 and 4.0792. */
static void constraints(void **state) {
  knn_ctx *ctx = *state;
  static const struct {
    const char *cls, *options;
    double expected[4];
  } rows[] = {
      {"MaxNorm", "max_value=2", {1.2, .6, -1.6, .8}},
      {"max_norm", "max_value=2, axis=1", {1.9611614, .39223227, -1.9611614, .39223227}},
      {"NonNeg", "", {3, .6, 0, .8}},
      {"UnitNorm", "", {.6, .6, -.8, .8}},
      {"UnitNorm", "axis=[0,1]", {.58834841, .11766968, -.78446454, .15689291}},
      {"MinMaxNorm", "min_value=2, max_value=3", {1.8, 1.2, -2.4, 1.6}},
      {"MinMaxNorm", "min_value=2, max_value=3, rate=0.5", {2.4, .9, -3.2, 1.2}},
  };
  knn_value *w = filled(ctx, 2, (int64_t[]){2, 2}, (double[]){3, .6, -4, .8});
  for (int i = 0; i < KNN__LEN(rows); i++) {
    knn_object *constraint;
    knn_config *options;
    knn_value *y;
    assert_ok(ctx, knn_config_parse(ctx, rows[i].options, &options));
    assert_ok(ctx, knn_object_new(ctx, "constraint", rows[i].cls, options, &constraint));
    assert_ok(ctx, knn_constraint_call(constraint, w, &y));
    for (int k = 0; k < 4; k++)
      if (fabs(knn_tensor_get(y->tensor, k) - rows[i].expected[k]) > 2e-6)
        fail_msg("%s{%s}: element %d is %.8g", rows[i].cls, rows[i].options, k,
                 knn_tensor_get(y->tensor, k));
    knn_value_release(y);
    knn_config_release(options);
    knn_object_release(constraint);
  }
  knn_value_release(w);
}

/* The same object fills the same numbers; objects without a seed differ; a seed settles it,
 * whatever the context. */
static void seeds(void **state) {
  knn_ctx *ctx = *state;
  knn_object *objects[3];
  knn_tensor *t[4];
  knn_config *options;
  assert_ok(ctx, knn_config_parse(ctx, "seed=3", &options));
  for (int i = 0; i < 3; i++)
    assert_ok(
        ctx, knn_object_new(ctx, "initializer", "he_normal", i == 2 ? options : NULL, &objects[i]));
  for (int i = 0; i < 4; i++)
    assert_ok(ctx, knn_tensor_new(ctx, KNN_F32, 2, (int64_t[]){5, 6}, &t[i]));
  assert_ok(ctx, knn_initializer_fill(objects[0], t[0]));
  assert_ok(ctx, knn_initializer_fill(objects[0], t[1]));
  assert_ok(ctx, knn_initializer_fill(objects[1], t[2]));
  assert_memory_equal(knn_tensor_data(t[0]), knn_tensor_data(t[1]), knn_tensor_bytes(t[0]));
  assert_memory_not_equal(knn_tensor_data(t[0]), knn_tensor_data(t[2]), knn_tensor_bytes(t[0]));
  assert_ok(ctx, knn_initializer_fill(objects[2], t[0]));
  knn_object *again;
  assert_ok(ctx, knn_object_new(ctx, "initializer", "HeNormal", options, &again));
  assert_ok(ctx, knn_initializer_fill(again, t[1]));
  assert_memory_equal(knn_tensor_data(t[0]), knn_tensor_data(t[1]), knn_tensor_bytes(t[0]));
  knn_object_release(again);
  knn_config_release(options);
  for (int i = 0; i < 3; i++) knn_object_release(objects[i]);
  for (int i = 0; i < 4; i++) knn_tensor_release(t[i]);
}

/* An allocator whose n-th allocation fails. */
typedef struct failing {
  int64_t left, alive;
} failing;

static void *failing_alloc(void *user, size_t bytes) {
  failing *f = user;
  if (f->left-- <= 0) return NULL;
  f->alive++;
  return malloc(bytes);
}

static void failing_release(void *user, void *block) {
  if (block) ((failing *)user)->alive--;
  free(block);
}

static knn_status build_and_call(knn_ctx *ctx, const char *cls, const char *options, int rank) {
  static const int64_t dims[] = {2, 3, 4, 2};
  knn_layer *layer = NULL;
  knn_tensor *t = NULL;
  knn_value *x = NULL, *y = NULL;
  int n = 1;
  knn_status st = knn_layer_new(ctx, cls, options, &layer);
  if (st == KNN_OK) st = knn_tensor_new(ctx, KNN_F32, rank, dims, &t);
  if (st == KNN_OK) st = knn_value_from(t, &x);
  if (st == KNN_OK) st = knn_layer_call(layer, &x, 1, true, &y, &n);
  if (st == KNN_OK) {
    knn_value_release(y);
    knn__spec spec = x->spec, out[KNN__MAX_OUT];
    spec.dims[0] = KNN_ANY;
    st = knn__layer_infer(layer, &spec, 1, true, out, &n);
  }
  knn_value_release(x);
  knn_tensor_release(t);
  knn_layer_release(layer);
  return st;
}

static void failing_allocations(void **state) {
  (void)state;
  static const struct {
    const char *cls, *options;
    int rank;
  } rows[] = {
      {"Dense",
       "units=2, kernel_initializer=orthogonal, kernel_regularizer=l2, activity_regularizer=l1", 2},
      {"Conv2D", "filters=2, kernel_size=2, activation=tanh, data_format=channels_first", 4},
      {"BatchNormalization", "", 3},
      {"ZeroPadding2D", "padding=[1,2]", 4},
      {"Dropout", "rate=0.5", 2},
      {"Activation", "activation=sparsemax", 3},
      {"GlobalAveragePooling2D", "keepdims=true", 4},
      {"Softmax", "axis=[1,2]", 3},
      {"Activation", "activation=glu", 4},
      {"MaxPooling2D", "data_format=channels_first, padding=same", 4},
      {"Reshape", "target_shape=[2,-1]", 3},
      {"RepeatVector", "n=3", 2},
      {"Permute", "dims=[2,1]", 3},
      {"SpectralNormalization", "layer={class_name=Dense, config={units=2}}", 2},
      {"Conv2DTranspose", "filters=2, kernel_size=3, strides=2, padding=same", 4},
      {"SeparableConv2D", "filters=2, kernel_size=2", 4},
      {"Cropping2D", "cropping=[1,0]", 4},
      {"AlphaDropout", "rate=0.5", 2},
      {"GroupNormalization", "groups=1", 4},
      {"AdaptiveMaxPooling2D", "output_size=2", 4},
      {"Resizing", "height=2, width=5, interpolation=bicubic", 4},
      {"Normalization", "mean=[1,2], variance=[1,2]", 4},
      {"Discretization", "bin_boundaries=[0,1], output_mode=one_hot", 2},
      {"IntegerLookup", "vocabulary=[0,2], output_mode=tf_idf, idf_weights=[1,2]", 2},
      {"Hashing", "num_bins=3, mask_value=0", 2},
      {"RandomRotation", "factor=0.2", 4},
      {"RandomContrast", "factor=0.2", 4},
      {"Sequential", "layers=[{class_name=Dense, config={units=2}}, {class_name=PReLU}]", 2}};
  for (int i = 0; i < KNN__LEN(rows); i++) {
    knn_status st = KNN_ENOMEM;
    for (int64_t limit = 1; st != KNN_OK; limit++) {
      failing f = {.left = limit};
      knn_ctx_options hooks = {
          .alloc = failing_alloc, .release = failing_release, .user = &f, .threads = 1};
      knn_ctx *ctx = NULL;
      st = knn_ctx_new(&hooks, &ctx);
      if (st == KNN_OK) st = build_and_call(ctx, rows[i].cls, rows[i].options, rows[i].rank);
      if (st != KNN_OK && st != KNN_ENOMEM)
        fail_msg("%s, allocation %d: %s", rows[i].cls, (int)limit, knn_ctx_error(ctx));
      knn_ctx_release(ctx);
      if (f.alive)
        fail_msg("%s, allocation %d: %d blocks were left behind", rows[i].cls, (int)limit,
                 (int)f.alive);
      assert_true(limit < 5000);
    }
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {knn_test(names),
                                     knn_test(freezing),
                                     knn_test(penalties),
                                     knn_test(masks),
                                     knn_test(masked_normalisation),
                                     knn_test(host_layers),
                                     knn_test(constraints),
                                     knn_test(seeds),
                                     cmocka_unit_test(failing_allocations)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
