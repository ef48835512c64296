-- Learning-rate schedules: values[i] = schedule(step[i]), steps counted from 0.
-- Written by gen/optimizers.py with Keras 3.15.1 on jax 0.10.2; see README.md. Do not edit.
return {
  keras = "3.15.1",
  backend = "jax 0.10.2",
  group = "schedules",
  step = {0, 1, 2, 5, 6, 10, 11, 12, 15, 20, 35, 100},
  {
    name = "ExponentialDecay",
    options = {initial_learning_rate = 0.1, decay_steps = 10, decay_rate = 0.5},
    values = {shape = {12}, data = {
      0.1, 0.0933033, 0.08705506, 0.07071068, 0.06597539, 0.05, 0.04665165, 0.043527525, 0.03535534,
      0.025, 0.008838835, 9.765625e-05}}},
  {
    name = "ExponentialDecay",
    options = {initial_learning_rate = 0.1, decay_steps = 10, decay_rate = 0.5, staircase = true},
    values = {shape = {12}, data = {
      0.1, 0.1, 0.1, 0.1, 0.1, 0.05, 0.05, 0.05, 0.05, 0.025, 0.0125, 9.765625e-05}}},
  {
    name = "InverseTimeDecay",
    options = {initial_learning_rate = 0.1, decay_steps = 10, decay_rate = 0.5},
    values = {shape = {12}, data = {
      0.1, 0.095238104, 0.09090909, 0.08, 0.07692308, 0.06666667, 0.064516135, 0.0625, 0.057142857,
      0.05, 0.036363635, 0.016666668}}},
  {
    name = "InverseTimeDecay",
    options = {initial_learning_rate = 0.1, decay_steps = 4, decay_rate = 0.5, staircase = true},
    values = {shape = {12}, data = {
      0.1, 0.1, 0.1, 0.06666667, 0.06666667, 0.05, 0.05, 0.04, 0.04, 0.028571429, 0.02, 0.0074074077}}},
  {
    name = "PiecewiseConstantDecay",
    options = {boundaries = {5, 10}, values = {1, 0.5, 0.1}},
    values = {shape = {12}, data = {1, 1, 1, 1, 0.5, 0.5, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1}}},
  {
    name = "PolynomialDecay",
    options = {initial_learning_rate = 0.1, decay_steps = 10},
    values = {shape = {12}, data = {
      0.1, 0.09001, 0.08002, 0.05005, 0.04006, 0.0001, 0.0001, 0.0001, 0.0001, 0.0001, 0.0001,
      0.0001}}},
  {
    name = "PolynomialDecay",
    options = {initial_learning_rate = 0.1, decay_steps = 10, end_learning_rate = 0.01, power = 2},
    values = {shape = {12}, data = {
      0.1, 0.082899995, 0.067600004, 0.0325, 0.0244, 0.01, 0.01, 0.01, 0.01, 0.01, 0.01, 0.01}}},
  {
    name = "PolynomialDecay",
    options = {
      initial_learning_rate = 0.1,
      decay_steps = 10,
      end_learning_rate = 0.01,
      power = 2,
      cycle = true},
    values = {shape = {12}, data = {
      0.1, 0.082899995, 0.067600004, 0.0325, 0.0244, 0.01, 0.028225, 0.0244, 0.015625, 0.01,
      0.01140625, 0.01}}},
  {
    name = "CosineDecay",
    options = {initial_learning_rate = 0.1, decay_steps = 10, alpha = 0.1},
    values = {shape = {12}, data = {
      0.1, 0.09779754, 0.091405764, 0.054999996, 0.041094225, 0.010000001, 0.010000001, 0.010000001,
      0.010000001, 0.010000001, 0.010000001, 0.010000001}}},
  {
    name = "CosineDecay",
    options = {initial_learning_rate = 0, decay_steps = 10, warmup_target = 0.1, warmup_steps = 5},
    values = {shape = {12}, data = {
      0, 0.020000001, 0.040000003, 0.1, 0.09755283, 0.049999997, 0.034549143, 0.02061074, 0, 0, 0, 0}}},
  {
    name = "CosineDecayRestarts",
    options = {
      initial_learning_rate = 0.1,
      first_decay_steps = 5,
      t_mul = 2,
      m_mul = 0.5,
      alpha = 0.1},
    values = {shape = {12}, data = {
      0.1, 0.091405764, 0.06890576, 0.055000003, 0.05389877, 0.0325, 0.025547115, 0.019274829,
      0.0325, 0.029204953, 0.02125, 0.014375041}}},
  {
    name = "CosineDecayRestarts",
    options = {initial_learning_rate = 0.1, first_decay_steps = 5, t_mul = 1},
    values = {shape = {12}, data = {
      0.1, 0.090450846, 0.06545085, 0.1, 0.090450846, 0.1, 0.090450846, 0.06545083, 0.1, 0.1, 0.1,
      0.1}}},
}
