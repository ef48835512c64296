/* The schedules: X(file) stands for `extern const knn__schedule_def knn__schedule_file;`. */
X(constant)
X(cosine_decay)
X(cosine_decay_restarts)
X(exponential_decay)
X(inverse_time_decay)
X(piecewise_constant_decay)
X(polynomial_decay)
