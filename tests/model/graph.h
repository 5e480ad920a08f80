// SPDX-License-Identifier: MIT
// graph.h: random work on a real heap, and a plain mirror of it that says what must and what must not have happened.
//
// The mirror keeps, for every object, a *node*: which nodes its slots name, how many references C holds to it, and a
// count that is the sum of both. It knows nothing of generations, side counts or pages. Its one theorem:
//
//     a node is reachable if it is held, or set aside (frozen, immortal, not yet tracked, running a callback, its
//     count 0 but not dead yet), or if a reachable node names it
//
// An object that dies with a mirror count of 0 was dropped; one that dies with a higher count was taken by the
// collector, and then its node must not be reachable. After a full collection no other node may be left.
//
// The mirror is changed first, then the heap: so a callback that runs in the middle finds the mirror up to date.
// Two ways to learn of deaths:
//   reacting   the event hook reports each one; finalizers and weak callbacks do random work themselves
//   silent     nothing is hooked (that is what programs run); callbacks only count their calls. What counting frees is
//              computed, what a collection freed is what ouro_gc_get_objects no longer hands out
//
// All decisions are drawn from one *source*, a seeded generator or the bytes of a fuzzer, so any run can be repeated.
// The first fault is kept and printed with seed and step; nothing is done to the heap afterwards. To repeat a run
// exactly, take the randomness out of addresses too (setarch -R): collections go through the heap in their order.
#ifndef OURO_MODEL_GRAPH_H
#define OURO_MODEL_GRAPH_H

#include <ouro.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

// ---- the objects (graph_cells.c) ----

// Every shape a description can have, and those that need callbacks.
typedef enum cell_kind {
    CELL_PAIR,    // two fields
    CELL_ROW,     // inline tail of references
    CELL_VEC,     // pointer tail of references, grows
    CELL_MAP,     // pointer tail, two references in an item, grows
    CELL_RECORDS, // inline tail, two references in an item
    CELL_HIDDEN,  // one described field, two known to traverse and clear only
    CELL_WIDE,    // any number of references in malloc'ed memory, traversed from a start with a limit; grows
    CELL_FIN,     // two fields and a finalizer
    CELL_FINROW,  // inline tail and a finalizer
    CELL_ALIGNED, // two fields, 64-byte aligned
    CELL_DERIVED, // a hidden with a described field more, and a finalizer
    CELL_LEAF,    // acyclic by promise
    CELL_FINLEAF, // acyclic by promise, with a finalizer
    CELL_BOX,     // one field for a leaf: acyclic by its description
    CELL_WEAK,    // the library's weak reference; its one slot is the callback's argument
    CELL_KINDS
} cell_kind;

// What all but weak references begin with.
typedef struct cell {
    ouro_obj head;
    uint32_t node;   // its node's index in the mirror
    uint32_t canary; // made from the node's serial number
} cell;

int cell_types_register(ouro_rt *rt);
const ouro_type *cell_type(cell_kind kind);
int cell_is_acyclic(cell_kind kind);
int cell_has_finalizer(cell_kind kind);
int cell_has_dealloc(cell_kind kind);
int cell_grows(cell_kind kind);
// How many slots one item has; 0 if the kind has no items.
uint32_t cell_item_slots(cell_kind kind);
// A new object of `items` items, tracked or not; NULL on failure.
ouro_obj *cell_new(ouro_rt *rt, cell_kind kind, size_t items);
ouro_obj *cell_new_untracked(ouro_rt *rt, cell_kind kind, size_t items);
uint32_t cell_slots(const ouro_obj *o, cell_kind kind);
ouro_obj **cell_slot(ouro_obj *o, cell_kind kind, uint32_t i);
// 1 if an item can be pushed without memory.
int cell_has_room(const ouro_obj *o, cell_kind kind);
int cell_make_room(ouro_rt *rt, ouro_obj *o, cell_kind kind);
void cell_push(ouro_obj *o, cell_kind kind); // one more item, empty
void cell_pop(ouro_obj *o, cell_kind kind);  // the last item, which must be empty

// ---- the mirror (graph.c) ----

typedef enum node_state { NODE_UNUSED, NODE_LIVE, NODE_DEAD } node_state;

typedef struct graph_node {
    ouro_obj *o;
    uint32_t serial; // never used twice
    uint32_t count;  // references to it: held ones and those in slots
    uint32_t held;
    uint32_t n, room;
    uint32_t *slot; // indexes of nodes; 0 for NULL
    uint32_t mark;  // equal to graph.mark: reached by the last search
    uint32_t tally; // scratch for comparisons
    cell_kind kind;
    node_state state;
    unsigned tracked : 1, frozen : 1, immortal : 1, doomed : 1;
    unsigned dated : 1;   // it was garbage when the collection in slices that is under way began
    unsigned emptied : 1; // its references are gone
    unsigned shelved : 1; // not tracked when its page was frozen: frozen as soon as it is
    uint32_t finalized;   // how often
    uint32_t found_in;    // the last collection that found it unreachable
    // Of weak references:
    uint32_t target, target_serial;
    unsigned has_fn : 1, cleared : 1, due : 1;
    unsigned suspect : 1; // it was garbage, and may be dead without a word though it was brought back
    uint32_t called;
} graph_node;

// A C variable that owns a reference or is empty: a local, a registered root slot, or reported by the root visitor.
typedef enum place_mode { PLACE_LOCAL, PLACE_ROOT, PLACE_VISITED } place_mode;

typedef struct graph_place {
    ouro_obj *ref;
    uint32_t node;
    place_mode mode;
} graph_place;

#define GRAPH_SCOPES 3
#define GRAPH_SCOPE_ITEMS 20

typedef struct graph_scope {
    ouro_scope scope;
    uint32_t n, node[GRAPH_SCOPE_ITEMS];
} graph_scope;

typedef struct graph_options {
    uint64_t seed;        // of the generator; printed on a fault
    const uint8_t *bytes; // decisions come from here instead, until they are used up
    size_t n_bytes;
    uint32_t nodes; // no more than so many live objects
    uint32_t places;
    int silent;
    int sliced; // full collections mostly go on in slices
    int budget; // drops mostly end only a few objects
    int faults; // allocations fail now and then
    ouro_when when;
    ouro_weak_order weak_order;
    int stress; // start with a collection before every allocation
    int quiet;  // print no fault: for tests that provoke one
} graph_options;

#define GRAPH_DEPTH 3

typedef struct graph {
    graph_options opt;
    ouro_rt *rt;
    uint64_t random, step;
    const char *doing; // the operation of this step
    uint32_t weight;   // of all operations
    size_t at_byte;
    graph_node *node;
    uint32_t n_nodes, live, serial;
    uint32_t *spare, n_spare;          // unused nodes
    uint32_t *zero, n_zero, room_zero; // nodes whose count fell to 0, perhaps more than once
    uint32_t *dead, n_dead;            // died in this step
    uint32_t *queue;                   // of the search
    uint32_t *weak, n_weak;            // live weak references
    uint32_t mark;
    uint64_t links, cuts;                   // changes that make things reachable, and that make them unreachable
    uint64_t searched_links, searched_cuts; // how many of them the last search knew of
    graph_place *place;
    graph_scope scope[GRAPH_SCOPES];
    uint32_t n_scopes;
    uint32_t running[GRAPH_DEPTH + 1], depth; // nodes whose callbacks run
    uint32_t growing;                         // a node whose buffer is being moved
    int visitor, gc_callback, off;            // registered; how often the collector is disabled
    uint32_t collection;                      // number of the last one that began
    int collecting, calm, ending;             // in a collection; callbacks do not react; the runtime is being destroyed
    int armed, starved;                       // allocations are being made to fail; a memory limit is set
    ptrdiff_t external;
    uint32_t kept; // objects that only the end of the runtime can end: immortal ones and those that are left
    uint64_t armed_until;
    int sliding, excused;              // a collection in slices is under way; garbage was used meanwhile
    uint64_t slid_calls, slid_skipped; // when it began
    uint64_t calls, drops;             // callbacks run; references they dropped
    uint64_t freed, deaths, deallocs, deallocs_due;
    uint64_t collections, failures;
    uint32_t warnings, warnings_due;
    int failed;
    char fault[512];
} graph;

void graph_fail(graph *g, const char *format, ...) __attribute__((format(printf, 2, 3)));
// A number below n (n > 0) from the source.
uint32_t graph_draw(graph *g, uint32_t n);
// 1 when the fuzzer's bytes are used up.
int graph_exhausted(const graph *g);

// A new node for an object with one held reference; its index.
uint32_t graph_add(graph *g, ouro_obj *o, cell_kind kind);
uint32_t graph_find(graph *g, ouro_obj *o);
// The node of a living weak reference; 0 if there is none.
uint32_t graph_find_weak(const graph *g, const ouro_obj *o);
void graph_hold(graph *g, uint32_t i);
void graph_release(graph *g, uint32_t i);
void graph_edge(graph *g, uint32_t owner, uint32_t slot, uint32_t v);
void graph_resize(graph *g, uint32_t i, uint32_t n); // new slots are empty; lost ones must be
// Searches from everything held, unless nothing changed since the last search.
void graph_search(graph *g);
int graph_reached(const graph *g, uint32_t i);
// 1 if the collection that runs has found the node unreachable.
int graph_is_found(const graph *g, const graph_node *n);
// May node i die, or be finalized, although references to it are left?
int graph_may_take(graph *g, uint32_t i);
void graph_die(graph *g, uint32_t i);
// The collector has taken i's references away. It has to die.
void graph_empty(graph *g, uint32_t i);
// The weak references to i (or only one of them) are dead.
void graph_clear_weak(graph *g, uint32_t i, uint32_t only);
// After a step: what had to die is dead, what is dead is not referred to.
void graph_settle(graph *g);
// The same, and nothing waits for its death any more.
void graph_finish(graph *g);
// The end of the runtime begins: immortal objects let go. Returns: how many others will be left.
uint32_t graph_end(graph *g);
void graph_track(graph *g, uint32_t i);
void graph_freeze(graph *g);
void graph_unfreeze(graph *g);
// Compares everything with the heap (graph_compare.c).
void graph_compare(graph *g);

// ---- callbacks (graph_react.c) ----

void graph_on_event(ouro_rt *rt, const ouro_event *event, void *user);
void graph_on_finalize(ouro_rt *rt, ouro_obj *o);
void graph_on_dealloc(ouro_rt *rt);
void graph_on_weak(ouro_rt *rt, ouro_obj *weak, ouro_obj *arg);
void graph_on_gc(ouro_rt *rt, ouro_gc_phase phase, const ouro_gc_info *info, void *user);
void graph_on_roots(ouro_rt *rt, ouro_visit visit, void *arg, void *user);
void graph_on_warning(void *user, const char *message);

// ---- operations ----

typedef void (*graph_op)(graph *g);

// An operation, how often it is drawn, whether a callback may do it too, and whether it costs as much as the heap is
// large: then it is done less often where that is much.
typedef struct graph_operation {
    const char *name;
    graph_op run;
    uint32_t weight;
    int anywhere, whole;
} graph_operation;

extern const graph_operation graph_link_operations[], graph_shape_operations[], graph_hold_operations[],
    graph_weak_operations[], graph_collect_operations[], graph_look_operations[]; // each ends with a NULL name

// A node that the program could name: one held, or a few references away; 0 if there is none.
uint32_t graph_pick(graph *g);
graph_place *graph_pick_place(graph *g);
// 1 if no object should be made now.
int graph_is_full(const graph *g);
// A new node of so many items, held once; 0 if there is no room for it, or no memory.
uint32_t graph_new(graph *g, cell_kind kind, size_t items);
ouro_obj **graph_slot(graph *g, uint32_t i, uint32_t s);
void graph_set(graph *g, uint32_t owner, uint32_t s, uint32_t v); // v may be 0
// Gives an owned reference to a random place, dropping what was there.
void graph_put(graph *g, uint32_t i);
// A weak reference in a random place; the argument may be 0.
void graph_weak_new(graph *g, uint32_t target, uint32_t arg);
void graph_pin(graph *g, uint32_t i); // holds it over something that may run code
void graph_unpin(graph *g, uint32_t i);
// A call failed: was it for a good reason, and cleanly?
void graph_refused(graph *g);
// Drops everything a random operation holds in scopes.
void graph_close_scopes(graph *g);
// A full collection that must free all that is unreachable.
void graph_sweep(graph *g);

// ---- running (graph_run.c) ----

// NULL if the runtime cannot be made.
graph *graph_open(const graph_options *options);
void graph_step(graph *g);
// One operation from inside a callback.
void graph_react(graph *g);
// Drops everything, collects, checks that nothing is left, and destroys. Returns: 0 if there was no fault.
int graph_close(graph *g);
// As graph_close, but the runtime is destroyed with everything still in place.
int graph_abandon(graph *g);
// Opens, does so many steps and closes.
int graph_run(const graph_options *options, uint64_t steps);

// The environment's OURO_MODEL_SEED and OURO_MODEL_STEPS, or the given values.
uint64_t graph_env(const char *name, uint64_t otherwise);

#endif
