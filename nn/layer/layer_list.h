/* layer_list.h - every layer, one line each: X(dense) declares knn__layer_dense and puts it into
 * the table. */
#ifndef KNN__LAYER_LIST_H
#define KNN__LAYER_LIST_H

#include "layer.h"

/* clang-format off */
#define KNN__LAYER_LIST(X)    \
  X(input_layer)              \
  X(dense)                    \
  X(einsum_dense)             \
  X(activation)               \
  X(embedding)                \
  X(reversible_embedding)     \
  X(masking)                  \
  X(attention)                \
  X(additive_attention)       \
  X(multi_head_attention)     \
  X(grouped_query_attention)  \
  X(conv1d)                   \
  X(conv2d)                   \
  X(conv3d)                   \
  X(conv1d_transpose)         \
  X(conv2d_transpose)         \
  X(conv3d_transpose)         \
  X(depthwise_conv1d)         \
  X(depthwise_conv2d)         \
  X(separable_conv1d)         \
  X(separable_conv2d)         \
  X(max_pooling1d)            \
  X(max_pooling2d)            \
  X(max_pooling3d)            \
  X(average_pooling1d)        \
  X(average_pooling2d)        \
  X(average_pooling3d)        \
  X(global_max_pooling1d)     \
  X(global_max_pooling2d)     \
  X(global_max_pooling3d)     \
  X(global_average_pooling1d) \
  X(global_average_pooling2d) \
  X(global_average_pooling3d) \
  X(adaptive_max_pooling1d)   \
  X(adaptive_max_pooling2d)   \
  X(adaptive_max_pooling3d)   \
  X(adaptive_average_pooling1d) \
  X(adaptive_average_pooling2d) \
  X(adaptive_average_pooling3d) \
  X(batch_normalization)      \
  X(spectral_normalization)   \
  X(group_normalization)      \
  X(unit_normalization)       \
  X(rms_normalization)        \
  X(layer_normalization)      \
  X(dropout)                  \
  X(spatial_dropout1d)        \
  X(spatial_dropout2d)        \
  X(spatial_dropout3d)        \
  X(gaussian_noise)           \
  X(gaussian_dropout)         \
  X(alpha_dropout)            \
  X(activity_regularization)  \
  X(flatten)                  \
  X(reshape)                  \
  X(permute)                  \
  X(repeat_vector)            \
  X(zero_padding1d)           \
  X(zero_padding2d)           \
  X(zero_padding3d)           \
  X(cropping1d)               \
  X(cropping2d)               \
  X(cropping3d)               \
  X(up_sampling1d)            \
  X(up_sampling2d)            \
  X(up_sampling3d)            \
  X(identity)                 \
  X(pipeline)                 \
  X(wrapper)                  \
  X(rescaling)                \
  X(normalization)            \
  X(discretization)           \
  X(category_encoding)        \
  X(hashing)                  \
  X(hashed_crossing)          \
  X(string_lookup)            \
  X(text_vectorization)       \
  X(integer_lookup)           \
  X(resizing)                 \
  X(center_crop)              \
  X(random_crop)              \
  X(random_flip)              \
  X(random_rotation)          \
  X(random_translation)       \
  X(random_zoom)              \
  X(random_shear)             \
  X(random_brightness)        \
  X(random_contrast)          \
  X(random_color_degeneration) \
  X(random_sharpness)         \
  X(random_invert)            \
  X(random_grayscale)         \
  X(random_posterization)     \
  X(random_hue)               \
  X(random_saturation)        \
  X(random_color_jitter)      \
  X(random_gaussian_blur)     \
  X(random_erasing)           \
  X(solarization)             \
  X(auto_contrast)            \
  X(equalization)             \
  X(contrast_limited_adaptive_histogram_equalization) \
  X(random_perspective)       \
  X(mix_up)                   \
  X(cut_mix)                  \
  X(random_elastic_transform) \
  X(rand_augment)             \
  X(aug_mix)                  \
  X(mel_spectrogram)          \
  X(stft_spectrogram)         \
  X(relu)                     \
  X(leaky_relu)               \
  X(prelu)                    \
  X(elu)                      \
  X(softmax)                  \
  X(simple_rnn_cell)          \
  X(simple_rnn)               \
  X(gru_cell)                 \
  X(gru)                      \
  X(lstm_cell)                \
  X(lstm)                     \
  X(conv_lstm1d)              \
  X(conv_lstm2d)              \
  X(conv_lstm3d)              \
  X(stacked_rnn_cells)        \
  X(rnn)                      \
  X(bidirectional)            \
  X(time_distributed)         \
  X(add)\
  X(subtract)\
  X(multiply)\
  X(average)\
  X(maximum)\
  X(minimum)\
  X(concatenate)\
  X(dot)\
  X(sequential)
/* clang-format on */

#define X(name) extern const knn__layer_def knn__layer_##name;
KNN__LAYER_LIST(X)
#undef X

#endif
