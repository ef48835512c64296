/* pass.h - rewriting of a recorded graph before it is placed: one file per pass, each testable
 * alone. No pass changes a bit of any result, but for sigmoid_entropy and norm_folding. The list of passes is
 * pass_list.h, in the order they run. */
#ifndef KNN__PASS_H
#define KNN__PASS_H

#include "graph.h"

/* What passes work on. `records` is the plan's own list: entries may be replaced by new records
 * from the graph's arena or dropped; values keep their ids. */
typedef struct knn__ir {
  knn_ctx *ctx;
  knn_graph *graph;
  knn__record **records;
  int n;
  int *uses; /* by value id: how many records and outputs read it */
  knn_value *const *outputs;
  int n_outputs;
  bool inner; /* a plan inside an op, whose memory is not its own */
} knn__ir;

typedef struct knn__pass {
  const char *name;
  const char *summary;
  knn_status (*run)(knn__ir *ir);
} knn__pass;

extern const knn__pass *const knn__passes[];
extern const int knn__passes_n;

/* Count the reads of each value anew. */
void knn__ir_count_uses(knn__ir *ir);
/* A record that takes the place of others: results are existing values. */
knn_status knn__ir_record(knn__ir *ir, const knn__op *op, const void *args, int n_in,
                          knn_value *const *ins, int n_out, knn_value *const *outs,
                          const knn__record *like, knn__record **out);
/* The contents of a constant that nobody outside of the graph can change; NULL for other values. */
knn_tensor *knn__ir_constant(const knn__ir *ir, const knn_value *v);
/* From record `first` on, read `other` instead of v. */
void knn__ir_replace_reads(knn__ir *ir, int first, const knn_value *v, knn_value *other);
/* Is v a result of the plan? */
bool knn__ir_is_output(const knn__ir *ir, const knn_value *v);
/* Fixed values (flags by value id, all of the graph's): they depend on weights and constants only,
 * which the plan itself does not change, so that they are computed once until somebody else does.
 * None in a plan inside an op. */
void knn__ir_find_fixed(const knn__ir *ir, bool *fixed);
/* Drop the NULL entries. */
void knn__ir_compact(knn__ir *ir);

/* Switch a pass off or on in a context, by name ("all" for each); for tests and for finding faults.
 */
knn_status knn__pass_enable(knn_ctx *ctx, const char *name, bool on);

#endif
