/* plan.h - a graph made ready to run: a flat list of kernel calls over memory placed ahead of time.
 *
 * Making a plan runs the passes, lets each op prepare (choose its kernel), places every buffer and
 * scratch block in one arena by lifetime, and resolves all pointers. Running it computes and does
 * nothing else: no allocation, no lock, no look-up. */
#ifndef KNN__PLAN_H
#define KNN__PLAN_H

#include "graph.h"
#include "pass.h"
#include "text.h"

typedef struct knn__plan knn__plan;

/* outputs: node values whose buffers are read after a run. The graph is retained. */
knn_status knn__plan_new(knn_graph *graph, knn_value *const *outputs, int n_outputs,
                         knn__plan **out);
void knn__plan_release(knn__plan *plan); /* NULL is fine */
/* A plan that runs inside an op: whoever runs it gives the memory of its arena
 * (knn__plan_bytes, aligned to 64) and the places of its inputs. */
knn_status knn__plan_new_inner(knn_graph *graph, knn_value *const *outputs, int n_outputs,
                               knn__plan **out);
/* Where an input of an inner plan lies, from the next knn__plan_place on. */
void knn__plan_bind(knn__plan *plan, const knn_value *input, void *data);
/* Resolve all pointers of an inner plan. */
void knn__plan_place(knn__plan *plan, void *arena);

/* The buffer of an input (to be filled before each run) or of an output (to be read after it). */
const knn__buf *knn__plan_buffer(const knn__plan *plan, const knn_value *value);
/* Run once. Random ops draw step `step`'s numbers of the context's seed. */
knn_status knn__plan_run(knn__plan *plan, uint32_t step);
/* Run once. Random ops draw what they would if they ran one by one, outside of a plan. */
knn_status knn__plan_run_next(knn__plan *plan);

size_t knn__plan_bytes(const knn__plan *plan); /* of the arena: the peak, weights not counted */
int knn__plan_steps(const knn__plan *plan);
/* Let another context take messages and threads while running (a predictor in a thread of its own).
 */
void knn__plan_use_context(knn__plan *plan, knn_ctx *ctx);

/* Time per step, for the profile: while `on`, every run notes it. */
typedef struct knn__step_info {
  const knn__record *record;
  const knn__call *call;
  double seconds;
} knn__step_info;
knn_status knn__plan_profile(knn__plan *plan, bool on);
knn__step_info knn__plan_step_info(const knn__plan *plan, int step);
/* Add the names of the ops that a pass put into the step, "matmul + add + relu"; nothing for a step
 * that stands as it was traced. */
knn_status knn__plan_replaced(const knn__plan *plan, int step, knn__text *text);

/* Copy a float32 gradient to its place in the arena of gradients: planned away when the value can
 * be computed there. */
extern const knn__op knn__op_store;
typedef struct knn__store_args {
  void *to;
} knn__store_args;

#endif
