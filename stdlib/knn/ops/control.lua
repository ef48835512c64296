--- Loops and choices for knn.ops: Lua decides while a graph is drawn or traced, so conditions and
-- numbers of steps must be known then.
-- @module knn.ops.control
return function(t)
  local define, o, f, to_array, is_tensor = t.define, t.o, t.f, t.to_array, t.is_tensor

  -- A known number or truth value, also of a tensor.
  local function known(name, what, value)
    if not is_tensor(value) then return value end
    local ok, number = pcall(value.item, value)
    if ok then return number end
    error(("%s: %s must be known while the graph is made; on symbolic values take cond or where"):format(name, what), 0)
  end

  -- Arrays in nested tables: f of each, with those at the same place in the others.
  local function each(fn, x, ...)
    if type(x) ~= "table" then return fn(x, ...) end
    local out, others = {}, {...}
    for k, v in pairs(x) do
      local same = {}
      for i, other in ipairs(others) do same[i] = other[k] end
      out[k] = each(fn, v, table.unpack(same))
    end
    return out
  end
  local function first(x)
    while type(x) == "table" do x = select(2, next(x)) end
    return x
  end
  local function row(i) return function(x) return o.squeeze(t.cut(x, 1, i, 1), {axis = 1}) end end
  local function stacked(rows, axis)
    return each(function(...) return o.stack({...}, {axis = axis or 1}) end, table.unpack(rows))
  end

  define("while_loop(cond, body, loop_vars, maximum_iterations=nil)",
    "body(loop_vars...) again and again while cond(loop_vars...) holds.", function(a)
    local vars, single = a.loop_vars, type(a.loop_vars) ~= "table"
    if single then vars = {vars} end
    local step = 0
    while step ~= a.maximum_iterations do
      local go = known("while_loop", "the condition", a.cond(table.unpack(vars)))
      if not go or go == 0 then break end
      local after = {a.body(table.unpack(vars))}
      vars = #after == 1 and type(after[1]) == "table" and after[1] or after
      step = step + 1
    end
    if single then return vars[1] end
    return vars
  end)
  t.about.switch = {signature = "switch(index, branches, ...)", summary = "What branch number index (from 1) gives."}
  f.switch = function(index, branches, ...)
    local i = math.tointeger(known("switch", "the index", index))
    return branches[math.max(1, math.min(i, #branches))](...)
  end
  define("scan(f, init, xs=nil, length=nil, reverse=false)",
    "carry, y = f(carry, x) for each row x of xs: the last carry and the rows y.", function(a)
    local n, carry, ys = a.length or t.size(first(a.xs), 1), a.init, {}
    for k = 1, n do
      local i = a.reverse and n + 1 - k or k
      carry, ys[i] = a.f(carry, a.xs ~= nil and each(row(i), a.xs) or nil)
    end
    return carry, ys[1] ~= nil and stacked(ys) or nil
  end)
  define("associative_scan(f, elems, reverse=false, axis=1)",
    "Results of f over all elements up to each; f(a, b) must be associative and work on blocks.", function(a)
    local axis = a.axis
    local function part(x, start, count, step)
      return each(function(v) return t.cut(v, axis, start, count, step) end, x)
    end
    local function join(x, y)
      return each(function(v, w) return o.concatenate({v, w}, {axis = axis}) end, x, y)
    end
    -- Neighbours paired, the pairs scanned, the odd places filled in between (Blelloch 1990).
    local function scan(x)
      local n = t.size(first(x), axis)
      if n < 2 then return x end
      local half = n // 2
      local odd = scan(a.f(part(x, 1, half, 2), part(x, 2, half, 2)))
      if n == 2 then return join(part(x, 1, 1), odd) end
      local rest = (n + 1) // 2 - 1
      local even = join(part(x, 1, 1), a.f(part(odd, 1, rest), part(x, 3, rest, 2)))
      local out = each(function(e, d)
        local m = axis < 0 and axis + t.rank(e) + 1 or axis
        local pairs_of = o.stack({t.cut(e, m, 1, half), d}, {axis = m + 1})
        local shape = {table.unpack(d.shape)}
        shape[m] = 2 * half
        local y = o.reshape(pairs_of, {shape = shape})
        return n % 2 == 0 and y or o.concatenate({y, t.cut(e, m, half + 1, 1)}, {axis = m})
      end, even, odd)
      return out
    end
    local function turned(x) return each(function(v) return o.flip(v, {axis = axis}) end, x) end
    local x = each(to_array, a.elems)
    if not a.reverse then return scan(x) end
    return turned(scan(turned(x)))
  end)
  define("vectorize(pyfunc)", "A function of one row as a function of all rows.", function(a)
    return function(...)
      local xs, rows = {...}, {}
      for i, x in ipairs(xs) do xs[i] = to_array(x) end
      for i = 1, t.size(xs[1], 1) do
        rows[i] = to_array(a.pyfunc(table.unpack(each(row(i), xs))))
      end
      return o.stack(rows, {axis = 1})
    end
  end)
end
