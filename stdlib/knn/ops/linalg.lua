--- Decompositions and what is solved with them, for knn.ops.
-- @module knn.ops.linalg
return function(t)
  local define, o, f, floats, fold = t.define, t.o, t.f, t.floats, t.fold
  local size, cut = t.size, t.cut

  define("eigh(x)", "Eigenvalues, ascending, and eigenvectors (columns) of symmetric matrices.", function(a)
    return o.symmetric_eigen(a.x)
  end)
  define("qr(x, mode=reduced)", "An orthogonal and an upper triangular factor; mode reduced or complete.", function(a)
    if a.mode ~= "reduced" and a.mode ~= "complete" then
      error(("qr: mode must be 'reduced' or 'complete', got '%s'"):format(a.mode), 0)
    end
    return o.orthogonal_triangular(a.x, {complete = a.mode == "complete"})
  end)
  define("svd(x, full_matrices=true, compute_uv=true)",
    "u, s, v' with x = u diag(s) v', s descending; without compute_uv s alone.", function(a)
    local u, s, vh = o.singular_values(a.x, {complete = a.full_matrices and a.compute_uv})
    if not a.compute_uv then return s end
    return u, s, vh
  end)
  -- What LAPACK takes for 0 among singular values: a share of the largest.
  local function share(x, rcond)
    local epsilon = x.dtype == "float64" and 2^-52 or 2^-23
    return rcond or epsilon * math.max(size(x, -1), size(x, -2))
  end
  define("pinv(x, rcond=nil)", "Inverse as far as there is one: of singular values above rcond times the largest.", function(a)
    local x = floats(a.x)
    local u, s, vh = o.singular_values(x)
    local kept = o.greater(s, fold("max", s, -1, true) * (a.rcond or 10 * share(x)))
    local inverse = o.where(kept, o.reciprocal(o.where(kept, s, 1)), 0)
    return o.matmul(f.swapaxes(vh, -1, -2) * o.expand_dims(inverse, {axis = -2}), u, {trans_b = true})
  end)
  define("lstsq(a, b, rcond=nil)", "x that makes a x nearest to b; of several the shortest.", function(a)
    local b, matrix = floats(a.b), floats(a.a)
    local vector = t.rank(b) == 1
    if vector then b = o.expand_dims(b, {axis = 2}) end
    local x = o.matmul(f.pinv(matrix, share(matrix, a.rcond)), b)
    return vector and o.squeeze(x, {axis = 2}) or x
  end)
  define("matrix_rank(x, tol=nil)", "How many singular values are above tol.", function(a)
    local x = floats(a.x)
    local _, s = o.singular_values(x)
    local least = a.tol or fold("max", s, -1, true) * share(x)
    return fold("sum", o.cast(o.greater(s, least), {dtype = "int32"}), -1)
  end)
  define("jvp(fun, primals, tangents)", "fun(primals) and its derivative along the tangents.", function(a)
    -- The gradient is linear in what flows back: its derivative by that is the derivative along x.
    local core = require "knn.core"
    local y = a.fun(table.unpack(a.primals))
    local at = {}
    for i = 1, #a.primals do at[i] = i end
    local function along(back)
      local sum = 0
      local gradients = {core.grad(function(...) return (a.fun(...) * back):sum() end, at)(table.unpack(a.primals))}
      for i, g in ipairs(gradients) do sum = sum + (g * t.to_array(a.tangents[i])):sum() end
      return sum
    end
    return y, (core.grad(along)(f.ones_like(y)))
  end)
end
