/* The metrics. X(name) stands for `extern const knn__metric_def knn__metric_name;` and for its row in the table. */
X(mean)
X(sum)
X(accuracy)
X(binary_accuracy)
X(categorical_accuracy)
X(sparse_categorical_accuracy)
