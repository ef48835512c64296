--- Keras's older names of preparations: knn.preprocessing.text, knn.preprocessing.sequence.
-- @module knn.preprocessing
return {text = require "knn.utils.text", sequence = require "knn.utils.sequence"}
