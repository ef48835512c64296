-- What the model in saved_text.keras predicts.
-- Written by gen/saved_text.py with Keras 3.15.1 on tensorflow 2.21.0; see README.md. Do not edit.
return {
  keras = "3.15.1",
  backend = "tensorflow 2.21.0",
  group = "saved_text",
  {
    file = "saved_text.keras",
    text = {shape = {4}, dtype = "string", data = {
      "the cat", "dog & mat on gr\195\182\195\159e", "", "a cat"}},
    number = {shape = {4}, dtype = "int64", data = {7, 5, -3, 11}},
    output = {shape = {4, 2}, data = {
      0.98223585, 3.2873511, -1.8321214, -1.7058564, 2.8702824, 3.4212785, 0.692637, 1.2468789}}},
}
