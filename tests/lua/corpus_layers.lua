-- corpus_layers.lua - what of the recorded assertions of Keras's own layer tests does not apply,
-- by name, and why.
return {
  -- Classes and functions that Keras does not export, or that are not there.
  classes = {
    IndexLookup = "the base class of lookups is not exported by Keras",
    compute_iou = "a function on bounding boxes, no layer",
  },
  -- Tests, or a class in a test.
  tests = {
    ["Bidirectional SimpleRNNTest.test_statefulness"] =
      "the call before, which leaves the states that it begins with, was not recorded",
    ["BatchNormalizationTest.test_masked_broadcast_normalization"] = "the expected value was not recorded",
    ["RandomPosterizationTest.test_random_posterization_basic"] =
      "depends on the bits that a Python seed gives",
    ["StringLookupTest.test_sparse_inputs"] = "sparse tensors do not exist here",
  },
  -- Classes written in Python for a test.
  cells = {OneStateRNNCell = true, TwoStatesRNNCell = true},
  -- Options: sparse tensors do not exist here.
  options = {sparse = true, implementation = true},
}
