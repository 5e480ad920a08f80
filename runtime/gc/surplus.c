// SPDX-License-Identifier: MIT
// surplus.c: the arithmetic that finds garbage without knowing who holds what. From the side count of each object of
// the set, one is taken for each reference that comes from inside the set. What is left was not explained: somebody
// outside owns it. So an object with a surplus is alive, and with it all that it reaches; the rest is held by itself
// alone. (T. W. Christopher, "Reference Count Garbage Collection", 1984; N. Schemenauer's collector of CPython.)
//
// A reference that an object reports but does not own would take too much. Where that shows, as a count below zero, the
// object that is referred to is kept, whatever else is found, and the mistake is reported.
#include "gc.h"

#define COUNT_KEPT 0x40000000u

// ---- fast: for millions ----

// Side counts that are more than a cache holds wait in a ring while they are on their way from memory (measured, with
// gray_batch: 80-100 -> 30 ns an object on a random graph of 5 M).
#define AHEAD 32u
#define NEAR_BYTES ((size_t)512 << 10)

// One that would go below zero is only noticed: who is to blame is found out by subtracting again, told.
typedef struct subtraction {
    const heap *heap;
    gc_set *set;
    uint8_t *counts;
    uint64_t edges;
    uint32_t n;
    uint8_t none; // what the places of the ring hold at first
    bool overdrawn;
    type_memo type;
    // The item before, and its count if it has one: a sequence that holds one object many times is common (measured:
    // lists of a thousand references to one object 3.3 -> 0.7 ms).
    const ouro_obj *last;
    uint8_t *last_count;
    uint8_t *ring[AHEAD];
} subtraction;

NOINLINE static void subtract_odd(subtraction *s, const uint8_t *count) {
    if (*count == COUNT_NONE)
        return;
    uint32_t *wide = *count == COUNT_WIDE ? &s->set->wide[count - s->counts] : NULL;
    if (wide && *wide)
        --*wide;
    else
        s->overdrawn = true;
}

static inline void subtract_now(subtraction *s, uint8_t *count) {
    uint8_t less = (uint8_t)(*count - 1);
    if (likely(less < COUNT_NONE - 1))
        *count = less;
    else
        subtract_odd(s, count);
}

// Where the object's side count is; NULL if it lies in no page of the set.
static inline uint8_t *subtract_find(const subtraction *s, const ouro_obj *o) {
    const page *p = page_of(o);
    if (p->side == SIDE_NONE || p->heap != s->heap)
        return NULL;
    return s->counts + count_at(p, page_slot(p, o));
}

static inline void subtract_near(ouro_obj **slot, void *arg) {
    uint8_t *count = *slot ? subtract_find(arg, *slot) : NULL;
    if (count)
        subtract_now(arg, count);
}

static inline void subtract_far(ouro_obj **slot, void *arg) {
    subtraction *s = arg;
    uint8_t *count = *slot ? subtract_find(s, *slot) : NULL;
    if (!count)
        return;
    uint8_t **at = &s->ring[s->n++ % AHEAD], *ready = *at;
    __builtin_prefetch(count, 1);
    *at = count;
    subtract_now(s, ready);
}

static inline void subtract_item(ouro_obj **slot, void *arg) {
    subtraction *s = arg;
    if (*slot != s->last) {
        s->last = *slot;
        s->last_count = *slot ? subtract_find(s, *slot) : NULL;
    }
    if (s->last_count)
        subtract_now(s, s->last_count);
}

static int subtract_visit(ouro_obj *o, void *arg) {
    ((subtraction *)arg)->edges++;
    subtract_item(&o, arg);
    return 0;
}

__attribute__((always_inline)) static inline void subtract_object(ouro_obj *o, subtraction *s, slot_fn fn) {
    const type_record *t = type_of_next(o, &s->type);
    s->edges += t->ref_n;
    object_each_field(o, t, fn, s);
    if (likely(!(t->flags & (TYPE_HAS_TAIL | TYPE_TRAVERSES))))
        return;
    s->edges += object_slots(o, t) - t->ref_n;
    object_each_item(o, t, subtract_item, s);
    if (t->flags & TYPE_TRAVERSES)
        ouroi_object_traverse(o, t, subtract_visit, s);
}

static inline void subtract_object_near(ouro_rt *rt, ouro_obj *o, void *arg) {
    (void)rt;
    subtract_object(o, arg, subtract_near);
}

static inline void subtract_object_far(ouro_rt *rt, ouro_obj *o, void *arg) {
    (void)rt;
    subtract_object(o, arg, subtract_far);
}

// Returns whether every side count was large enough.
static bool subtract_fast(ouro_rt *rt) {
    gc_set *set = &rt->gc->set;
    subtraction s = {.heap = &rt->heap, .set = set, .counts = set->counts, .none = COUNT_NONE};
    for (uint32_t i = 0; i < AHEAD; i++)
        s.ring[i] = &s.none;
    if (set->words * 64 < NEAR_BYTES)
        set_each_purely(rt, subtract_object_near, &s);
    else
        set_each_purely(rt, subtract_object_far, &s);
    for (uint32_t i = 0; i < AHEAD; i++)
        subtract_now(&s, s.ring[i]);
    rt->gc->edges += s.edges;
    return !s.overdrawn;
}

// ---- told: with events, and with the name of who reports too much ----

typedef struct telling {
    ouro_rt *rt;
    ouro_obj *owner; // whose references are taken now
} telling;

static void tell_overdrawn(const telling *t, ouro_obj *o, ouro_obj **slot) {
    const char *field = slot ? ouroi_type_slot_name(t->owner, slot) : NULL;
    t->rt->gc->exact = true; // nobody knows what else is wrong
    ouroi_warn(
        t->rt,
        "an object of type '%s' is referred to more often than it was kept; the last such reference is reported by "
        "an object of type '%s'%s%s; it is kept alive",
        ouro_type_of(o)->name, ouro_type_of(t->owner)->name, field ? ", field " : ", by its traverse callback",
        field ? field : "");
}

static void tell_subtract(const telling *t, ouro_obj *o, ouro_obj **slot) {
    gc_set *set = &t->rt->gc->set;
    const page *p = page_of(o);
    if (p->heap != &t->rt->heap || !is_white(o))
        return;
    size_t at = count_at(p, page_slot(p, o));
    uint32_t n = count_get(set, at);
    if (n == 0)
        tell_overdrawn(t, o, slot);
    n = n ? n - 1 : COUNT_KEPT;
    count_put(set, at, n);
    event(t->rt, OURO_EVENT_SUBTRACTED, t->owner, o, n);
}

static void tell_slot(ouro_obj **slot, void *arg) {
    if (*slot)
        tell_subtract(arg, *slot, slot);
}

static int tell_visit(ouro_obj *o, void *arg) {
    tell_subtract(arg, o, NULL);
    return 0;
}

static void tell_object(ouro_rt *rt, ouro_obj *o, void *arg) {
    const type_record *t = type_of(o);
    telling told = {rt, o};
    (void)arg;
    object_each_slot(o, t, tell_slot, &told);
    if (t->flags & TYPE_TRAVERSES)
        ouroi_object_traverse(o, t, tell_visit, &told);
}

void ouroi_surplus_subtract(ouro_rt *rt) {
    if (!rt->heap.events) {
        if (subtract_fast(rt))
            return;
        ouroi_set_recount(rt);
    }
    set_each(rt, tell_object, NULL);
}

// ---- keeping ----

// What is not white counts as marked and followed: so marking passes it by.
static void keep_shade(page *p) {
    const uint64_t *white = page_white(p);
    uint64_t *marked = page_mark(p), *black = page_black(p);
    for (uint32_t w = 0; w < page_words(p); w++)
        marked[w] = black[w] = ~white[w];
    p->flags |= PAGE_MARKS;
}

// Bit i says that counts[i] is not 0. Eight at a time: the highest bit of each byte that is not 0 is set, moved to the
// lowest, and a multiplication brings the eight together.
static uint64_t counts_left(const uint8_t *counts) {
    const uint64_t low = UINT64_C(0x7F7F7F7F7F7F7F7F);
    uint64_t left = 0;
    for (unsigned i = 0; i < 64; i += 8) {
        uint64_t eight;
        memcpy(&eight, counts + i, 8);
        eight = (((eight & low) + low) | eight) >> 7 & UINT64_C(0x0101010101010101);
        left |= (eight * UINT64_C(0x0102040810204080) >> 56) << i;
    }
    return left;
}

// The white objects of a word that have a surplus.
static inline uint64_t keep_word(const gc_set *set, const page *p, uint32_t w) {
    uint64_t white = page_white(p)[w], left = white ? white & counts_left(set->counts + count_at(p, w * 64)) : 0;
    for (uint64_t bits = set->widens ? left : 0; bits; bits &= bits - 1)
        if (!count_get(set, count_at(p, w * 64 + bits_lowest(bits))))
            left &= ~(bits & -bits);
    return left;
}

static void keep_tell(ouro_rt *rt, const page *p, uint32_t w, uint64_t bits, ouro_event_kind kind) {
    for (; bits; bits &= bits - 1) {
        uint32_t slot = w * 64 + bits_lowest(bits);
        event(rt, kind, page_object(p, slot), NULL, count_get(&rt->gc->set, count_at(p, slot)));
    }
}

// Returns how many objects have a surplus.
static size_t keep_page(ouro_rt *rt, page *p, ouro_event_kind kind) {
    uint64_t *marked = page_mark(p);
    size_t n = 0;
    keep_shade(p);
    for (uint32_t w = 0; w < page_words(p); w++) {
        uint64_t left = keep_word(&rt->gc->set, p, w);
        if (!left)
            continue;
        marked[w] |= left;
        n += bits_count(left);
        if (unlikely(rt->heap.events))
            keep_tell(rt, p, w, left, kind);
    }
    if (n)
        gray_queue(rt->gc, p);
    return n;
}

// What is marked is not white any more.
static void keep_settle(ouro_rt *rt, page *p, gc_step kept) {
    uint64_t *white = page_white(p);
    const uint64_t *marked = page_mark(p);
    for (uint32_t w = 0; w < page_words(p); w++) {
        uint64_t alive = white[w] & marked[w];
        white[w] &= ~alive;
        rt->gc->set.white -= alive ? bits_count(alive) : 0;
        for (uint64_t bits = kept ? alive : 0; bits; bits &= bits - 1)
            kept(rt, page_object(p, w * 64 + bits_lowest(bits)), NULL);
    }
    ouroi_mark_forget_page(p);
}

void ouroi_surplus_keep(ouro_rt *rt, ouro_event_kind kind, gc_step kept) {
    gc_set *set = &rt->gc->set;
    size_t n = 0;
    for (size_t i = 0; i < set->page_n; i++)
        n += keep_page(rt, set->pages[i], kind);
    ouroi_mark_follow(rt, set->white - n, kind);
    for (size_t i = 0; i < set->page_n; i++)
        keep_settle(rt, set->pages[i], kept);
}
