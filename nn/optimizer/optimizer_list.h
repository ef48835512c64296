/* The optimizers: X(file) stands for `extern const knn__optimizer_def knn__optimizer_file;`. */
X(adagrad)
X(adam)
X(adamw)
X(rmsprop)
X(sgd)
