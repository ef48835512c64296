--- What knn.Dataset offers, for help.
-- @module knn.dataset
return {
  summary = "A data set as stages that are pulled, as tf.data has them. Elements are x; x, y; or x, y, sample weights, each "
    .. "a tensor, a list or a table by name. fit, evaluate and predict take one whose elements are batches.",
  source = "tf.data.Dataset, which Keras takes",
  example = "model:fit(knn.Dataset.from_tensor_slices(x, y):shuffle(1000):batch(32):prefetch(2), {epochs = 5})",
  functions = {
    {"Dataset.from_tensor_slices(x, y, ...)", "element i is row i of each"},
    {"Dataset.from_generator(f, {cardinality = n})", "f() makes an iterator for each pass, as a generic for takes it"},
    {"Dataset.from_files(paths, read, y, ...)", "element i is read(paths[i]), a tensor, and row i of the rest"},
    {"Dataset.zip(a, b, ...)", "elements side by side, as many as the shortest has"},
    {"ds:map(f)", "f(x, y, ...) returns the new element"},
    {"ds:filter(f)", "elements for which f(x, y, ...) is true"},
    {"ds:shuffle(buffer_size, {seed =, reshuffle_each_iteration = true})", "each drawn from a buffer of so many"},
    {"ds:batch(batch_size, {drop_remainder = false})", "elements put together along a new first axis"},
    {"ds:unbatch()", "and taken apart"},
    {"ds:repeats(n)", "n passes, or passes for ever"},
    {"ds:take(n), ds:skip(n)", "the first n elements, all but these"},
    {"ds:concatenate(other)", "the elements of both"},
    {"ds:cache()", "the first whole pass is kept in memory"},
    {"ds:prefetch(n)", "n elements ahead on a thread, unless a Lua function stands before"},
    {"ds:each(pass)", "for x, y in ds:each() do; passes count from 1 and are shuffled apart"},
    {"ds:cardinality(), #ds", "number of elements; math.huge, or nil where nobody knows"},
  },
}
