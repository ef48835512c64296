std = "lua54"
max_line_length = 120
-- The prompt predefines the module; everything else asks for it.
files["tests/repl"] = {globals = {"knn", "_", "__"}}
exclude_files = {"build*", "tests/golden/data"}
