/* dnnl_symbols.h - the functions of oneDNN that are looked up; X(version) stands for dnnl_version.
 */
#ifndef KNN__DNNL_SYMBOLS_H
#define KNN__DNNL_SYMBOLS_H

#define KNN__DNNL_COMMON_SYMBOLS(X)     \
  X(version)                            \
  X(engine_create)                      \
  X(memory_create)                      \
  X(memory_desc_equal)                  \
  X(memory_desc_get_size)               \
  X(memory_destroy)                     \
  X(memory_get_memory_desc)             \
  X(memory_set_data_handle)             \
  X(primitive_attr_create)              \
  X(primitive_attr_set_scratchpad_mode) \
  X(primitive_create)                   \
  X(primitive_desc_destroy)             \
  X(primitive_desc_query)               \
  X(primitive_desc_query_md)            \
  X(primitive_destroy)                  \
  X(primitive_execute)                  \
  X(reorder_primitive_desc_create)      \
  X(sgemm)                              \
  X(stream_create)                      \
  X(stream_destroy)                     \
  X(stream_wait)

#if DNNL_VERSION_MAJOR < 3
#define KNN__DNNL_SYMBOLS(X)                        \
  KNN__DNNL_COMMON_SYMBOLS(X)                       \
  X(dilated_convolution_backward_data_desc_init)    \
  X(dilated_convolution_backward_weights_desc_init) \
  X(dilated_convolution_forward_desc_init)          \
  X(memory_desc_init_by_strides)                    \
  X(memory_desc_init_by_tag)                        \
  X(primitive_desc_create)
#else
#define KNN__DNNL_SYMBOLS(X)                            \
  KNN__DNNL_COMMON_SYMBOLS(X)                           \
  X(convolution_backward_data_primitive_desc_create)    \
  X(convolution_backward_weights_primitive_desc_create) \
  X(convolution_forward_primitive_desc_create)          \
  X(memory_desc_create_with_strides)                    \
  X(memory_desc_create_with_tag)                        \
  X(memory_desc_destroy)
#endif

#endif
