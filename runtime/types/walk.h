// SPDX-License-Identifier: MIT
// walk.h: the stack of the operations that go into nested objects (see "Nests" in ouro/ops.h). It lies in buffers, so
// that no structure is too deep for the C stack, and it holds a reference to each object on it, so that foreign code
// that runs meanwhile can free what it likes.
//
// A structure that contains itself would be walked without end. Such a walk repeats itself, so a frame is found again
// that is remembered while the depth is between its power of two and the next (Richard P. Brent, "An improved Monte
// Carlo factorization algorithm", 1980).
#ifndef OUROI_WALK_H
#define OUROI_WALK_H

#include "std.h"

typedef struct walk_frame {
    ouro_obj *a, *b; // owned; b may be NULL
    ouro_obj *made;  // owned, or NULL: a copy that is being made
    ouro_step step;
    ouro_relation relation;
    bool asked, turned, negated; // see compare.c
} walk_frame;

typedef struct walk_chunk walk_chunk;
struct walk_chunk {
    walk_chunk *below, *above; // all below the top are full; one above it is kept to be used again
    size_t n;
    walk_frame frames[];
};

#define WALK_NEAR 4 // frames that need no memory
#define WALK_CHUNK 512

typedef struct walk {
    ouro_rt *rt;
    walk_chunk *first;
    walk_chunk *top; // NULL while the near frames are enough
    size_t depth;
    size_t mark_depth; // 0: none
    ouro_obj *mark_a, *mark_b;
    walk_frame near[WALK_NEAR];
} walk;

// Starts an empty walk; false, with OURO_ERR_DEPTH, if walks and calls are nested too deep.
bool ouroi_walk_open(walk *w, ouro_rt *rt);
// Drops all that is left.
void ouroi_walk_close(walk *w);
// The innermost frame; NULL at the end. Valid until the next push or pop.
walk_frame *ouroi_walk_top(walk *w);
// Adds a frame, all zero but for its objects, which are stolen, on failure too. Returns: the frame; NULL without
// memory, or with OURO_ERR_DEPTH if the walk goes in circles.
walk_frame *ouroi_walk_push_steal(walk *w, ouro_obj *a, ouro_obj *b);
// Calls `each` for the frames from number `from` (the outermost is 0) up to, and without, `to`, until it answers other
// than OURO_PASS. Returns: that answer, or OURO_PASS. `each` neither pushes nor pops.
int ouroi_walk_each(walk *w, size_t from, size_t to, int (*each)(walk *w, walk_frame *f));
// True if a frame's first object is o.
bool ouroi_walk_holds(const walk *w, const ouro_obj *o);
// Drops the innermost frame.
void ouroi_walk_pop(walk *w);

#endif
