// SPDX-License-Identifier: MIT
// pause_ouro.c: the steps of P1 to P7 on Ouro's public headers. Automatic full collections are done in one stop or in
// slices; what the program holds is in registered roots, but where it says `unrooted`.
#include "bench_pauses.h"

#include <ouro.h>
#include <string.h>

typedef struct linked {
    ouro_obj head;
    ouro_obj *back, *next, *down;
} linked;

static ouro_rt *rt;
static ouro_type link_type, blob_type;
static uint64_t forced; // collections, before `reset`

static linked *link_new(void) {
    return ouro_new(rt, &link_type);
}

static ouro_obj *blob_new(size_t bytes) {
    ouro_obj *o = ouro_new_extra(rt, &blob_type, 0, bytes);
    memset(o + 1, 0, bytes);
    return o;
}

static void *list_extend(void *list, size_t n, size_t payload) {
    linked *last = list;
    for (size_t i = 0; i < n; i++) {
        linked *o = link_new();
        if (payload)
            ouro_setref_steal(&o->head, &o->down, blob_new(payload));
        if (last) {
            ouro_setref(&last->head, &last->next, &o->head);
            ouro_setref_steal(&o->head, &o->back, &last->head);
        }
        last = o;
    }
    return last;
}

static void link_hang(void *o, void *down) {
    ouro_setref_steal(o, &((linked *)o)->down, down);
}

// Dropped at once. The down of its first link is the session.
static void string_pass(ouro_obj *session) {
    linked *first = link_new(), *last = first;
    ouro_setref(&first->head, &first->down, session);
    for (int i = 1; i < 10; i++) {
        linked *o = link_new();
        ouro_setref_steal(&last->head, &last->next, &o->head);
        last = o;
    }
    ouro_decref(&first->head);
}

static void *request(void *session) {
    for (int i = 0; i < 9; i++)
        string_pass(session);
    linked *first = list_extend(NULL, 1, 0);
    ouro_setref(&first->head, &first->down, session);
    return list_extend(first, 9, 0);
}

static void *tree_new(int depth) {
    linked *parent = link_new(), *last = NULL;
    for (int i = 0; i < 10 && depth > 0; i++) {
        linked *child = tree_new(depth - 1);
        ouro_setref(&child->head, &child->back, &parent->head);
        if (last)
            ouro_setref_steal(&last->head, &last->next, &child->head);
        else
            ouro_setref_steal(&parent->head, &parent->down, &child->head);
        last = child;
    }
    return parent;
}

static void *cursor_walk(void *cursor, void *root, size_t n) {
    ouro_obj *at = cursor ? cursor : ouro_incref(root);
    for (size_t i = 0; i < n; i++) {
        if (((linked *)at)->down) {
            ouro_setslot(&at, ((linked *)at)->down);
            continue;
        }
        while (!((linked *)at)->next && ((linked *)at)->back)
            ouro_setslot(&at, ((linked *)at)->back);
        ouro_setslot(&at, ((linked *)at)->next ? ((linked *)at)->next : root);
    }
    return at;
}

static void cursor_renew(void *cursor) {
    linked *parent = (linked *)((linked *)cursor)->back, *old = parent ? (linked *)parent->next : NULL;
    int depth = old && old->down ? 1 : 0;
    if (!old || (depth && ((linked *)old->down)->down))
        return;
    linked *fresh = tree_new(depth);
    ouro_setref(&fresh->head, &fresh->back, parent->back);
    ouro_setref(&fresh->head, &fresh->next, old->next);
    ouro_setref(&old->head, &old->next, NULL);
    ouro_setref(&old->head, &old->back, NULL);
    ouro_setref_steal(&parent->head, &parent->next, &fresh->head);
}

static void pauses_reset(void) {
    ouro_gc_progress progress;
    ouro_gc_get_progress(rt, &progress);
    forced = progress.forced;
    ouro_gc_reset_pauses(rt);
}

// Counted by the clock on the wall, unlike the requests.
static void pauses_report(void) {
    ouro_gc_pauses pauses;
    ouro_gc_progress progress;
    ouro_gc_get_pauses(rt, &pauses);
    ouro_gc_get_progress(rt, &progress);
    bench_print("gc-longest", (double)pauses.longest_ns * 1e-3, "us");
    bench_print("gc-p99.9", (double)pauses.p999_ns * 1e-3, "us");
    bench_print("gc-total", (double)pauses.total_ns * 1e-9, "s");
    if (ouro_gc_get_mode(rt) == OURO_GC_SLICED)
        bench_print("gc-forced", (double)(progress.forced - forced), "");
}

static void pauses_open(const bench_run *run, void *runtime) {
    static const ouro_field fields[] = {OURO_FIELD(linked, back), OURO_FIELD(linked, next), OURO_FIELD(linked, down)};
    rt = runtime;
    ouro_type_init(&link_type, "link", sizeof(linked));
    link_type.fields = fields;
    link_type.n_fields = BENCH_COUNT(fields);
    ouro_type_init(&blob_type, "blob", sizeof(ouro_obj));
    if (ouro_type_register(rt, &link_type) < 0 || ouro_type_register(rt, &blob_type) < 0)
        bench_fail(ouro_error_message(rt));
    if (strncmp(run->special, "sliced", 6) == 0)
        ouro_gc_set_mode(rt, OURO_GC_SLICED);
}

static const bench_work works[] = {
    {"P1", "server", "one-stop sliced", bench_server},
    {"P2", "", "one-stop sliced", bench_grid},
    {"P3", "clinging", "one-stop sliced", bench_clinging},
    {"P4", "component", "one-stop sliced", bench_component},
    {"P5", "cursor", "one-stop sliced one-stop-unrooted sliced-unrooted", bench_cursor},
    {"P6", "swap", "one-stop sliced", bench_swap},
    {"P7", "bursts", "one-stop sliced", bench_bursts},
};

const bench_pauses bench_pauses_peer = {
    .open = pauses_open,
    .extend = list_extend,
    .hang = link_hang,
    .request = request,
    .tree = tree_new,
    .walk = cursor_walk,
    .renew = cursor_renew,
    .reset = pauses_reset,
    .report = pauses_report,
    .counts = 1,
    .works = works,
    .n_works = BENCH_COUNT(works),
};
