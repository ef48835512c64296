/* The passes, in the order they run. X(name) stands for `extern const knn__pass knn__pass_name;`.
 */
X(constant_folding)
X(sigmoid_entropy)
X(dead_code)
X(common_subexpression)
X(norm_folding)
X(bias_activation)
X(conv_pool)
X(identity)
X(elementwise_chain)
