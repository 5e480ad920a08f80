// SPDX-License-Identifier: MIT
// twin.c: marking with two threads, the one that collects and one more that lives as long as the marking. What mark.c
// does for one, with these differences:
//
//   * a mark is set by an atomic operation, if the bit is not there yet
//   * a page with gray objects is worked on by one thread at a time: the one that has taken it from the queue. The page
//     counts as queued meanwhile; whoever marks an object in it need not queue it
//   * a thread that is done with a page takes the flag off, and looks once more: an object that was marked before that,
//     by a thread which saw the flag, is found now (I-twin-1)
//
// Objects are written to by the thread alone that follows them, when they are set aside. No event is told: where
// somebody listens, one thread marks.
#include "gc.h"

#include "../base/atomic.h"

typedef struct pair {
    gc *g;
    const heap *heap;
    spin_lock lock; // of the queue
    page *first, *last;
    unsigned idle;             // threads that found it empty
    atomic_word waiting, done; // there are pages; there will be none any more
    bool harvests;
} pair;

typedef struct twin {
    pair *pair;
    const ouro_obj *last; // the item before
    uint64_t followed, edges;
    type_memo type;
    bool exact; // it met a count too large to be set aside
} twin;

static inline uint8_t flags_of(const page *p) {
    return __atomic_load_n(&p->flags, __ATOMIC_RELAXED);
}

// True if the page was not queued.
static bool flag_queued(page *p) {
    return !(__atomic_fetch_or(&p->flags, PAGE_IN_GRAY, __ATOMIC_SEQ_CST) & PAGE_IN_GRAY);
}

NOINLINE static void twin_queue(pair *q, page *p) {
    if (!flag_queued(p))
        return;
    spin_take(&q->lock);
    p->gray_next = NULL;
    *(q->first ? &q->last->gray_next : &q->first) = p;
    q->last = p;
    atomic_put(&q->waiting, 1);
    spin_drop(&q->lock);
}

static inline void twin_mark(twin *m, ouro_obj *o) {
    page *p = page_of(o);
    if (!(flags_of(p) & PAGE_MARKS) || p->heap != m->pair->heap)
        return;
    uint32_t slot = page_slot(p, o);
    uint64_t *word = &mark_map_at(o)[slot / 64], bit = (uint64_t)1 << slot % 64;
    if (__atomic_load_n(word, __ATOMIC_RELAXED) & bit || __atomic_fetch_or(word, bit, __ATOMIC_SEQ_CST) & bit)
        return;
    if (!(__atomic_load_n(&p->flags, __ATOMIC_SEQ_CST) & PAGE_IN_GRAY))
        twin_queue(m->pair, p);
}

static inline void twin_mark_slot(ouro_obj **slot, void *m) {
    if (*slot)
        twin_mark(m, *slot);
}

static inline void twin_mark_item(ouro_obj **slot, void *arg) {
    twin *m = arg;
    if (*slot == m->last)
        return;
    m->last = *slot;
    twin_mark_slot(slot, arg);
}

static int twin_mark_visit(ouro_obj *o, void *arg) {
    twin *m = arg;
    m->edges++;
    if (o)
        twin_mark(m, o);
    return 0;
}

static inline void twin_follow_object(twin *m, ouro_obj *o) {
    if (!object_is_live(o) || !meta_has(o, OUROI_TRACKED))
        return;
    const type_record *t = type_of_next(o, &m->type);
    if (m->pair->harvests)
        m->exact |= !harvest_word(o);
    m->followed++;
    m->edges += t->ref_n;
    object_each_field(o, t, twin_mark_slot, m);
    if (likely(!(t->flags & (TYPE_HAS_TAIL | TYPE_TRAVERSES))))
        return;
    m->edges += object_slots(o, t) - t->ref_n;
    object_each_item(o, t, twin_mark_item, m);
    if (t->flags & TYPE_TRAVERSES)
        ouroi_object_traverse(o, t, twin_mark_visit, m);
}

// ---- pages ----

#define TWIN_BATCH 64u

static inline uint64_t word_gray(const page *p, uint32_t w) {
    return __atomic_load_n(&page_mark(p)[w], __ATOMIC_SEQ_CST) & ~__atomic_load_n(&page_black(p)[w], __ATOMIC_RELAXED);
}

// As gray_batch of mark.c. Returns 0 when it has found no more.
static uint32_t twin_batch(page *p, uint32_t *at, ouro_obj **batch) {
    uint32_t words = page_words(p), n = 0;
    for (uint32_t look = words, w = *at; look && n < TWIN_BATCH; look--, w = w + 1 < words ? w + 1 : 0) {
        uint64_t gray = word_gray(p, w), bits = gray;
        if (!gray)
            continue;
        for (; bits && n < TWIN_BATCH; bits &= bits - 1) {
            batch[n] = page_object(p, w * 64 + bits_lowest(bits));
            __builtin_prefetch(batch[n++]);
        }
        uint64_t *black = &page_black(p)[w];
        __atomic_store_n(black, __atomic_load_n(black, __ATOMIC_RELAXED) | (gray & ~bits), __ATOMIC_RELAXED);
        *at = w;
        look = look < 2 * n + 2 ? look : 2 * n + 2;
    }
    return n;
}

static bool page_has_gray(const page *p) {
    for (uint32_t w = 0; w < page_words(p); w++)
        if (word_gray(p, w))
            return true;
    return false;
}

static void twin_page(twin *m, page *p) {
    ouro_obj *batch[TWIN_BATCH];
    uint32_t at = 0;
    do {
        for (uint32_t n; (n = twin_batch(p, &at, batch));)
            for (uint32_t i = 0; i < n; i++)
                twin_follow_object(m, batch[i]);
        __atomic_fetch_and(&p->flags, (uint8_t)~PAGE_IN_GRAY, __ATOMIC_SEQ_CST);
    } while (page_has_gray(p) && flag_queued(p)); // I-twin-1
}

// ---- the queue ----

// The next page, or NULL; then `idle` counts this thread, and with both idle all is done.
static page *pair_try(pair *q) {
    spin_take(&q->lock);
    page *p = q->first;
    if (p) {
        q->first = p->gray_next;
        atomic_put(&q->waiting, q->first != NULL);
    } else if (++q->idle == 2) {
        atomic_put(&q->done, 1);
    }
    spin_drop(&q->lock);
    return p;
}

static page *pair_take(pair *q) {
    for (page *p;;) {
        if ((p = pair_try(q)))
            return p;
        while (!atomic_get(&q->waiting) && !atomic_get(&q->done))
            sched_yield();
        if (atomic_get(&q->done))
            return NULL;
        spin_take(&q->lock);
        q->idle--;
        spin_drop(&q->lock);
    }
}

static void twin_run(void *arg) {
    twin *m = arg;
    for (page *p; (p = pair_take(m->pair));)
        twin_page(m, p);
}

bool ouroi_twin_follow(gc *g, bool harvests, uint64_t *followed) {
    pair q = {.g = g, .heap = &g->rt->heap, .first = g->gray, .last = g->gray_last, .harvests = harvests};
    twin one = {.pair = &q}, two = {.pair = &q};
    os_thread thread;
    q.waiting = q.first != NULL;
    if (!ouroi_os_thread_start(&thread, twin_run, &two))
        return false;
    twin_run(&one);
    ouroi_os_thread_join(&thread);
    g->gray = NULL;
    g->edges += one.edges + two.edges;
    g->exact |= one.exact || two.exact;
    *followed += one.followed + two.followed;
    return true;
}
