// SPDX-License-Identifier: MIT
// pause_boehm.c: the steps of P1 to P7 on the Boehm-Demers-Weiser collector. Nothing is counted; see work_boehm.c.
#include "bench_pauses.h"

#include <gc/gc.h>
#include <string.h>

typedef struct linked {
    struct linked *back, *next, *down;
} linked;

static void *blob_new(size_t bytes) {
    return memset(GC_MALLOC_ATOMIC(bytes), 0, bytes);
}

static void *list_extend(void *list, size_t n, size_t payload) {
    linked *last = list;
    for (size_t i = 0; i < n; i++) {
        linked *o = GC_NEW(linked);
        if (payload)
            o->down = blob_new(payload);
        o->back = last;
        if (last)
            last->next = o;
        last = o;
    }
    return last;
}

static void link_hang(void *o, void *down) {
    ((linked *)o)->down = down;
}

// Forgotten at once. The down of its first link is the session.
static void string_pass(void *session) {
    linked *last = GC_NEW(linked);
    last->down = session;
    for (int i = 1; i < 10; i++)
        last = last->next = GC_NEW(linked);
}

static void *request(void *session) {
    for (int i = 0; i < 9; i++)
        string_pass(session);
    linked *first = GC_NEW(linked);
    first->down = session;
    return list_extend(first, 9, 0);
}

static void *tree_new(int depth) {
    linked *parent = GC_NEW(linked), *last = NULL;
    for (int i = 0; i < 10 && depth > 0; i++) {
        linked *child = tree_new(depth - 1);
        child->back = parent;
        if (last)
            last->next = child;
        else
            parent->down = child;
        last = child;
    }
    return parent;
}

static void *cursor_walk(void *cursor, void *root, size_t n) {
    linked *at = cursor ? cursor : root;
    for (size_t i = 0; i < n; i++) {
        if (at->down) {
            at = at->down;
            continue;
        }
        while (!at->next && at->back)
            at = at->back;
        at = at->next ? at->next : root;
    }
    return at;
}

static void cursor_renew(void *cursor) {
    linked *parent = ((linked *)cursor)->back, *old = parent ? parent->next : NULL;
    int depth = old && old->down ? 1 : 0;
    if (!old || (depth && old->down->down))
        return;
    linked *fresh = tree_new(depth);
    fresh->back = parent->back;
    fresh->next = old->next;
    old->next = old->back = NULL;
    parent->next = fresh;
}

const bench_pauses bench_pauses_peer = {
    .extend = list_extend,
    .hang = link_hang,
    .request = request,
    .tree = tree_new,
    .walk = cursor_walk,
    .renew = cursor_renew,
};
