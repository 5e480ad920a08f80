// SPDX-License-Identifier: MIT
// weak.c: weak references: tracked objects that know their target, and a table from a target to those that watch it.
//
//   I-weak-1  An object has an entry in the table if and only if its WEAKLY flag is set; the entry's list is not empty.
//   I-weak-2  A weak reference is on the list of its target, newest first, if and only if it has a target.
//   I-weak-3  A weak reference whose callback must wait is on the list of rt->weak_later, an object that is always
//             dead.
// The target field is neither counted nor described: to the collector it does not exist.
#include "object.h"

// uthash serves the table. Its memory is side memory, and running out of it is an ordinary failure.
#define HASH_NONFATAL_OOM 1
#define uthash_malloc(size) ouroi_side_alloc(&rt->heap, (size))
#define uthash_free(p, size) ouroi_side_free(&rt->heap, (p), (size))
#define uthash_nonfatal_oom(entry) (weak_table_full = true)
#include <uthash.h>

struct weak_entry {
    ouro_obj *target;
    weak_ref *newest;
    UT_hash_handle hh;
};

static void weak_dealloc(ouro_rt *rt, ouro_obj *o);

static const ouro_field weak_fields[] = {OURO_FIELD(weak_ref, arg)};
ouro_type ouroi_weak_type = {
    .struct_size = sizeof(ouro_type),
    .name = "weak reference",
    .size = sizeof(weak_ref),
    .fields = weak_fields,
    .n_fields = 1,
    .dealloc = weak_dealloc,
};
const ouro_type *const ouro_weak_type = &ouroi_weak_type;

static weak_entry *entry_find(ouro_rt *rt, const ouro_obj *target) {
    weak_entry *e = NULL;
    if (meta_has(target, OUROI_WEAKLY))
        HASH_FIND_PTR(rt->weak, &target, e);
    return e;
}

static weak_entry *entry_new(ouro_rt *rt, ouro_obj *target) {
    bool weak_table_full = false;
    weak_entry *e = ouroi_side_alloc(&rt->heap, sizeof *e);
    if (!e)
        return NULL;
    e->target = target;
    e->newest = NULL;
    HASH_ADD_PTR(rt->weak, target, e);
    if (weak_table_full) {
        ouroi_side_free(&rt->heap, e, sizeof *e);
        return NULL;
    }
    meta_set(target, OUROI_WEAKLY);
    return e;
}

static void entry_drop(ouro_rt *rt, weak_entry *e) {
    meta_clear(e->target, OUROI_WEAKLY);
    HASH_DEL(rt->weak, e);
    ouroi_side_free(&rt->heap, e, sizeof *e);
}

// Takes a weak reference off its target's list, and the entry with the last.
static void weak_unlink(ouro_rt *rt, weak_entry *e, weak_ref *w) {
    if (w->older)
        w->older->newer = w->newer;
    *(w->newer ? &w->newer->older : &e->newest) = w->older;
    w->newer = w->older = NULL;
    w->target = NULL;
    if (!e->newest)
        entry_drop(rt, e);
}

void ouroi_weak_disarm(ouro_rt *rt, weak_ref *w) {
    if (w->target)
        weak_unlink(rt, entry_find(rt, w->target), w);
}

static void weak_dealloc(ouro_rt *rt, ouro_obj *o) {
    ouroi_weak_disarm(rt, (weak_ref *)o);
}

// Puts a new weak reference on its target's list; false without memory.
static bool weak_link(ouro_rt *rt, weak_ref *w, ouro_obj *target) {
    weak_entry *e = entry_find(rt, target);
    if (!e && !(e = entry_new(rt, target)))
        return false;
    w->target = target;
    w->older = e->newest;
    if (w->older)
        w->older->newer = w;
    e->newest = w;
    return true;
}

static ouro_obj *weak_new(ouro_rt *rt, const ouro_type *type, ouro_obj *target, ouro_weak_fn fn, ouro_obj *arg) {
    weak_ref *w = (ouro_new)(rt, type);
    if (!w)
        return NULL;
    if (!weak_link(rt, w, target)) {
        meta_set(&w->head, OUROI_FINALIZED); // what was never handed out has nothing to say
        ouro_decref(&w->head);
        ouro_error_set(rt, OURO_ERR_MEMORY, "no memory for a weak reference");
        return NULL;
    }
    w->fn = fn;
    ouro_setref(&w->head, &w->arg, arg);
    return &w->head;
}

ouro_obj *ouro_weak_new(ouro_rt *rt, ouro_obj *target, ouro_weak_fn fn, ouro_obj *arg) {
    return weak_new(rt, ouro_weak_type, target, fn, arg);
}

ouro_obj *ouro_weak_new_as(ouro_rt *rt, const ouro_type *type, ouro_obj *target, ouro_weak_fn fn, ouro_obj *arg) {
    const type_record *t = type_record_of(type);
    if (t->flags & TYPE_REGISTERED && !(t->flags & TYPE_WEAK)) {
        ouro_error_set(rt, OURO_ERR_TYPE, "type '%s' is not based on that of weak references", type->name);
        return NULL;
    }
    return weak_new(rt, type, target, fn, arg);
}

int ouro_weak_get(ouro_obj *weak, ouro_obj **out) {
    ouroi_cast_check(weak, ouro_weak_type);
    ouro_obj *target = ((weak_ref *)weak)->target;
    bool alive = target && object_is_live(target);
    *out = alive ? ouro_incref(target) : NULL;
    return alive;
}

size_t ouro_weak_count(const ouro_obj *target) {
    weak_entry *e = entry_find(rt_of(target), target);
    size_t n = 0;
    for (weak_ref *w = e ? e->newest : NULL; w; w = w->older)
        n++;
    return n;
}

static void queue_add(weak_queue *q, weak_ref *w) {
    ouro_incref(&w->head);
    *(q->last ? &q->last->older : &q->first) = w;
    q->last = w;
}

void ouroi_weak_clear(ouro_rt *rt, ouro_obj *target, weak_which which, weak_wanted wanted, weak_queue *queue) {
    weak_entry *e = entry_find(rt, target);
    for (weak_ref *w = e ? e->newest : NULL, *older; w; w = older) {
        older = w->older;
        if (which == WEAK_WITH_CALLBACK && !w->fn)
            continue;
        weak_unlink(rt, e, w);
        event(rt, OURO_EVENT_WEAK_CLEARED, target, &w->head, 0);
        weak_when when = w->fn && wanted ? wanted(&w->head) : WEAK_NEVER;
        if (when == WEAK_LATER && weak_link(rt, w, &rt->weak_later))
            continue;
        if (when != WEAK_NEVER)
            queue_add(queue, w);
    }
}

static void weak_call(ouro_rt *rt, weak_ref *w) {
    ouro_error_state aside;
    ouroi_error_aside(rt, &aside);
    w->fn(rt, &w->head, w->arg);
    ouroi_error_back(rt, &aside, "a callback", ouro_type_of(&w->head));
}

// Only the queue holds a weak reference that a callback before it has dropped: it is gone, and does not call.
size_t ouroi_weak_run(ouro_rt *rt, weak_queue *queue) {
    size_t died = 0;
    for (weak_ref *w; (w = queue->first);) {
        queue->first = w->older;
        w->older = NULL;
        if (ouro_refcount(&w->head) > 1)
            weak_call(rt, w);
        died += ouro_refcount(&w->head) == 1;
        reference_drop(&w->head);
    }
    queue->last = NULL;
    return died;
}

// A weak reference that has died meanwhile has left the list; one that still waits for its death leaves it here.
void ouroi_weak_run_postponed(ouro_rt *rt) {
    weak_queue queue = {NULL, NULL};
    for (weak_entry *e; (e = entry_find(rt, &rt->weak_later));) {
        weak_ref *w = e->newest;
        weak_unlink(rt, e, w);
        if (object_is_live(&w->head))
            queue_add(&queue, w);
    }
    ouroi_weak_run(rt, &queue);
}

static const char *entry_verify(const weak_entry *e) {
    if (!meta_has(e->target, OUROI_WEAKLY))
        return "an object in the table of weak references does not know it";
    if (!e->newest || e->newest->newer)
        return "the table of weak references has a list without a head";
    for (weak_ref *w = e->newest; w; w = w->older) {
        if (w->target != e->target)
            return "a weak reference is on the list of an object that it does not watch";
        if (w->older && w->older->newer != w)
            return "a list of weak references is torn";
    }
    return NULL;
}

const char *ouroi_weak_verify(ouro_rt *rt) {
    for (weak_entry *e = rt->weak; e; e = e->hh.next) {
        const char *wrong = entry_verify(e);
        if (wrong)
            return wrong;
    }
    return NULL;
}
