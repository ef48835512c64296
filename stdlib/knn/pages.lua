--- Pages of help that are not about one name, by theirs: `help "keras"`.
-- @module knn.pages
local M = {}

M.keras = [==[
knn for those who know Keras: classes, arguments, defaults and numbers are Keras 3's, written in Lua.
  keras.layers.Dense(64, activation="relu")   knn.layers.Dense{64, activation = "relu"}
  keras.Sequential([a, b])                    knn.Sequential{a, b}
  keras.Input(shape=(28, 28, 1))              knn.Input{shape = {28, 28, 1}}
  keras.Model(inputs, outputs)                knn.Model{inputs = x, outputs = y}
  keras.losses, metrics, optimizers           knn.losses, knn.metrics, knn.optimizers
  keras.optimizers.schedules                  knn.schedules
  keras.callbacks.EarlyStopping(patience=3)   knn.callbacks.EarlyStopping{patience = 3}
  keras.ops.softmax(x, axis=-1)               knn.ops.softmax(x, -1), also a method: x:softmax(-1)
  keras.utils.to_categorical                  knn.utils.to_categorical
  keras.datasets.mnist.load_data()            knn.datasets.mnist()
  keras.applications.ResNet50()               knn.applications.ResNet50()
  keras.utils.set_random_seed(1)              knn.seed(1)
  keras.models.clone_model                    knn.clone_model
  keras.utils.plot_model                      knn.plot_model
  tf.data.Dataset.from_tensor_slices          knn.Dataset.from_tensor_slices
  tf.GradientTape                             knn.grad, knn.value_and_grad
  tf.function                                 knn.compile
  class MyLayer(keras.Layer)                  knn.layer("MyLayer", {build = ..., call = ...})
Habits:
- Options stand in braces with `=`; what Keras takes first may stand first without a name: Dense{64}. Methods have a
  colon, and options after the data: model:fit(x, y, {epochs = 5, validation_split = 0.1}).
- Lists and tuples are tables: kernel_size = {3, 3}. None is left out, or knn.null where the default is something else.
- Positions count from 1: x[1] is the first row, axes and layers too: x:sum(1), model.layers[1]. Negatives count from
  the end, as in Keras: axis = -1. Slices include both ends: x[{{1, 10}}] is x[:10] in Python.
- Labels are values, 0 .. C - 1, as they stand in the data. argmax gives positions, from 1; for labels use
  model:predict_classes(x) or t:argmax_class().
- repeat is a word of Lua: ds:repeats(3). So are end, not, and, or: knn.ops.logical_not.
- history.history.loss is a list from 1: its first entry is epoch 1.
- Files go both ways: model:save "m.keras" is opened by Keras 3, knn.load_model "m.keras" reads what Keras saved;
  model:save_weights "m.weights.h5" and model:load_weights likewise.
The same first program:
  x, y = knn.datasets.iris()
  model = knn.Sequential{knn.layers.Dense{16, activation = "relu"}, knn.layers.Dense{3, activation = "softmax"}}
  model:compile{optimizer = "adam", loss = "sparse_categorical_crossentropy", metrics = {"accuracy"}}
  history = model:fit(x, y, {epochs = 5, verbose = 0})
  labels = model:predict_classes(x)
]==]

M.torch = [==[
knn for those who know PyTorch: the names are Keras's, and `fit` is the training loop.
  torch.tensor([[1., 2.]])                  knn.tensor{{1, 2}}
  torch.zeros(2, 3), torch.randn(2, 3)      knn.zeros(2, 3), knn.randn(2, 3)
  torch.manual_seed(1)                      knn.seed(1)
  t.view, permute, unsqueeze, clamp         the same: t:view(-1), t:permute(2, 1), t:unsqueeze(1), t:clamp(0, 1)
  t.sum(dim=0), t.item(), t.tolist()        t:sum(1), t:item(), t:totable()
  torch.cat([a, b], dim=0)                  knn.ops.concatenate({a, b}, 1)
  t.detach()                                knn.ops.stop_gradient(t)
  nn.Sequential(a, b)                       knn.Sequential{a, b}
  nn.Linear(784, 64)                        knn.layers.Dense{64}: the size of the input is seen
  nn.Conv2d(1, 32, 3)                       knn.layers.Conv2D{32, 3}
  nn.MaxPool2d(2), nn.Flatten()             knn.layers.MaxPooling2D{2}, knn.layers.Flatten{}
  nn.BatchNorm2d(32), nn.LayerNorm(64)      knn.layers.BatchNormalization{}, knn.layers.LayerNormalization{}
  nn.Dropout(0.5), nn.Embedding(1000, 64)   knn.layers.Dropout{0.5}, knn.layers.Embedding{1000, 64}
  nn.LSTM(32, 64, batch_first=True)         knn.layers.LSTM{64, return_sequences = true}
  nn.MultiheadAttention(64, 4)              knn.layers.MultiHeadAttention{4, 16}: heads, size of each
  nn.CrossEntropyLoss()                     knn.losses.SparseCategoricalCrossentropy{from_logits = true}
  nn.BCEWithLogitsLoss()                    knn.losses.BinaryCrossentropy{from_logits = true}
  nn.MSELoss()                              knn.losses.MeanSquaredError{}
  torch.optim.Adam(p, lr=1e-3)              knn.optimizers.Adam{learning_rate = 1e-3}
  DataLoader(ds, 32, shuffle=True)          knn.Dataset.from_tensor_slices(x, y):shuffle(1000):batch(32)
  loss.backward(), opt.step()               knn.value_and_grad(loss, weights), then optimizer:apply(gradients, weights)
  torch.compile(f)                          knn.compile(f)
  class Net(nn.Module)                      knn.layer("Net", {build = ..., call = ...}), knn.model
  model.state_dict(), torch.save            model:save_weights "m.weights.h5"; the whole model: model:save "m.keras"
  torch.load of .safetensors                knn.load "m.safetensors", a table of tensors
  print(model)                              model:summary()
Habits:
- Options stand in braces with `=`: Conv2D{32, 3, padding = "same"}; methods have a colon, t:sum(1).
- Positions count from 1: rows, axes and layers; dim 0 is axis 1, and -1 is the last as ever. Slices include both ends:
  x[{{1, 10}}] is x[:10].
- Labels are values, 0 .. C - 1, as they stand in the data. argmax gives positions, from 1; for labels use
  model:predict_classes(x) or t:argmax_class().
- Pictures are (batch, height, width, channels); data_format = "channels_first" for torch's order.
- Dense has kernel (inputs, units), torch's Linear (units, inputs): transpose weights that come from there.
- Nothing to switch: fit trains, evaluate and predict do not; by hand model(x, {training = true}). Nothing is recorded
  outside of knn.grad, so there are no no_grad and no zero_grad.
- Other defaults: weights begin as glorot_uniform, biases as 0; BatchNormalization has momentum = 0.99 (torch: the other
  share, 0.1) and epsilon = 1e-3.
- repeat is a word of Lua: ds:repeats(3) of a Dataset.
A first program:
  x, y = knn.datasets.iris()
  model = knn.Sequential{knn.layers.Dense{16, activation = "relu"}, knn.layers.Dense{3}}
  loss = knn.losses.SparseCategoricalCrossentropy{from_logits = true}
  model:compile{optimizer = knn.optimizers.Adam{learning_rate = 0.01}, loss = loss, metrics = {"accuracy"}}
  model:fit(x, y, {epochs = 5, verbose = 0})
  labels = model:predict_classes(x)
]==]

return M
