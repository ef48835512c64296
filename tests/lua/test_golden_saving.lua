-- Files that Keras saved, of a few small models: predictions, and the losses of the next steps of training.
dofile "tests/interplay/check.lua"
