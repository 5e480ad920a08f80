// SPDX-License-Identifier: MIT
// cycle.c: a full collection in slices, from beginning to end.
//
//   1  a young collection, so that what is garbage already is old: only old objects become suspects
//   2  the touched flag is taken off all old objects (harvest). From here on, whoever uses an object touches it
//   3  what registered roots and young objects reach is marked; what the program moves meanwhile may be missed
//   4  old objects that are neither marked nor touched are suspects. Side counts, less the references between suspects,
//      show most of the missed: they, and what they reach, are marked as well
//   5  what is left is read into strongly connected components, those first that no other refers to
//   6  a verdict for each, exact, in one stop; what is garbage is finalized, condemned and taken apart
//   7  maps are cleared
//
// Each numbered part but 1 is done in slices. Counts, fields, births, deaths, young collections and weak references go
// on between them as if there were no cycle.
#include "cycle.h"
#include "probe.h"

// ---- slices ----

// Visits between two looks at the clock; a visit takes some 10 ns.
#define CLOCK_VISITS 512

bool ouroi_slice_refill(slice *s) {
    if (!s->deadline || ouroi_os_now() >= s->deadline)
        return false;
    s->visits += (uint64_t)(s->granted - s->left);
    s->left = s->granted = CLOCK_VISITS;
    return true;
}

// ---- following in parts ----

static void part_begin(gc *g, part p) {
    ASSERT(!g->cycle->part.o);
    g->cycle->part = p;
    g->cycle->interrupt = true;
}

void ouroi_follow_later(gc *g, ouro_obj *o, slot_fn fn, ouro_visit visit) {
    const type_record *t = type_of(o);
    part_begin(g, (part){o, t, 0, {t->type, 0}, fn, visit});
}

void ouroi_follow_hidden(gc *g, ouro_obj *o, slot_fn fn, ouro_visit visit) {
    const type_record *t = type_of(o);
    hidden_place hidden = {t->type, 0};
    if (ouroi_object_traverse_part(o, &hidden, visit, g))
        part_begin(g, (part){o, t, object_slots(o, t), hidden, fn, visit});
}

// It may have died since, and another be where it was.
static bool part_is_there(gc *g, const part *p) {
    const page *at = ouroi_heap_find_page(&g->rt->heap, p->o);
    return at && at->kind == OURO_PAGE_TRACKED && page_object(at, page_slot(at, p->o)) == p->o &&
           object_is_live(p->o) && type_of(p->o) == p->type;
}

// True if there are more.
static bool part_goes_on(gc *g, part *p) {
    uint64_t n = object_slots(p->o, p->type), to = p->at + PART_SLOTS < n ? p->at + PART_SLOTS : n;
    if (p->at >= n)
        return p->type->flags & TYPE_TRAVERSES && ouroi_object_traverse_part(p->o, &p->hidden, p->visit, g);
    for (; p->at < to; p->at++)
        p->fn(object_slot(p->o, p->type, p->at), g);
    return p->at < n || p->type->flags & TYPE_TRAVERSES;
}

void ouroi_follow_part(gc *g, slice *s) {
    part *p = &g->cycle->part;
    g->cycle->owner = p->o;
    if (!part_is_there(g, p) || !part_goes_on(g, p))
        p->o = NULL;
    slice_spend(s, PART_SLOTS);
}

// ---- stacks ----

bool ouroi_stack_widen(gc *g, stack *s) {
    chunk *more = s->spare ? s->spare : ouroi_side_alloc(&g->rt->heap, CHUNK_BYTES);
    s->spare = NULL;
    g->cycle->failed |= !more;
    if (!more)
        return false;
    *more = (chunk){s->top, 0};
    s->top = more;
    return true;
}

// One empty chunk is kept, for a stack that goes up and down at its edge.
void ouroi_stack_narrow(gc *g, stack *s) {
    chunk *empty = s->top;
    s->top = empty->below;
    ouroi_side_free(&g->rt->heap, s->spare, CHUNK_BYTES);
    s->spare = empty;
}

static void stack_free(gc *g, stack *s) {
    ouroi_side_free(&g->rt->heap, s->spare, CHUNK_BYTES);
    for (chunk *c = s->top, *below; c; c = below) {
        below = c->below;
        ouroi_side_free(&g->rt->heap, c, CHUNK_BYTES);
    }
    *s = (stack){NULL, NULL};
}

// ---- memory and maps ----

static void cycle_release(gc *g) {
    cycle *c = g->cycle;
    heap *h = &g->rt->heap;
    ouroi_side_free(h, c->numbers, c->number_room * sizeof *c->numbers);
    ouroi_side_free(h, c->members, c->member_room * sizeof *c->members);
    ouroi_side_free(h, c->pages, c->page_room * sizeof *c->pages);
    ouroi_side_free(h, c->ranks, c->rank_room * sizeof *c->ranks);
    stack_free(g, &c->frames);
    stack_free(g, &c->edges);
}

static uint32_t page_count_marks(const page *p) {
    uint32_t n = 0;
    for (uint32_t w = 0; w < page_words(p); w++)
        n += bits_count(page_alive(p)[w]);
    return n < page_live(p) ? n : page_live(p);
}

// Pages that have become empty while they had ranks are given up now.
static uint32_t clear_page(gc *g, page *p) {
    size_t bytes = page_words(p) * sizeof(uint64_t);
    g->cycle->live_bytes += page_count_marks(p) * page_block_bytes(p);
    memset(page_alive(p), 0, bytes);
    memset(page_todo(p), 0, bytes);
    memset(page_suspect(p), 0, bytes);
    segment_of(p->base)->ranked_pages = 0;
    ouroi_page_settle(p);
    return 8;
}

static bool clear_maps(gc *g, slice *s) {
    return pages_each(g, s, clear_page);
}

#define RETURN_STEP ((size_t)256 << 10)

// Makes a large array of side memory shorter. True when it is short enough to be freed.
static bool shorten(gc *g, void *array, size_t *room, size_t size, slice *s) {
    size_t bytes = *room * size;
    if (bytes < 2 * RETURN_STEP)
        return true;
    *room = (bytes - RETURN_STEP) / size;
    ouroi_side_shorten(&g->rt->heap, array, bytes, *room * size);
    slice_spend(s, 4096);
    return false;
}

// One piece, or one segment, at a time: what the system takes for it is counted in microseconds.
static bool cycle_return(gc *g, slice *s) {
    cycle *c = g->cycle;
    if (!shorten(g, c->numbers, &c->number_room, sizeof *c->numbers, s) ||
        !shorten(g, c->members, &c->member_room, sizeof *c->members, s))
        return false;
    bool more = ouroi_heap_return_one(&g->rt->heap, &c->return_at);
    if (more)
        slice_spend(s, 8192);
    return !more;
}

static void forget_todo(gc *g) {
    for (segment *at; (at = g->cycle->todo);) {
        g->cycle->todo = at->todo_next;
        at->todo_queued = false;
        at->todo_pages = 0;
    }
}

// Whatever phase it was in, it is over.
static void cycle_forget(gc *g) {
    heap *h = &g->rt->heap;
    forget_todo(g);
    cycle_release(g);
    for (size_t i = 0; i < h->segment_n; i++)
        h->segments[i]->ranks = 0;
    *g->cycle = (cycle){.phase = CYCLE_IDLE};
    h->sliced = g->watching = false;
}

// ---- phases ----

// Room for a number for each suspect.
static bool numbers_make(gc *g) {
    cycle *c = g->cycle;
    c->info.candidates = c->number_room = c->rank_n;
    c->numbers = ouroi_side_alloc(&g->rt->heap, c->number_room * sizeof *c->numbers);
    c->failed |= !c->numbers;
    return c->numbers;
}

// One part of the phase's work. True when it was the last.
static bool phase_work(gc *g, slice *s) {
    cycle *c = g->cycle;
    switch (c->phase) {
    case CYCLE_HARVEST:
        return ouroi_cycle_harvest(g, s);
    case CYCLE_FROZEN:
        return ouroi_cycle_mark_frozen(g, s);
    case CYCLE_MARK:
        return ouroi_cycle_mark_roots(g, s);
    case CYCLE_SUSPECT:
        return ouroi_suspect_find(g, s);
    case CYCLE_NUMBER:
        return ouroi_suspect_rank(g, s) && numbers_make(g);
    case CYCLE_COUNT:
        return ouroi_suspect_count(g, s);
    case CYCLE_SUBTRACT:
        return ouroi_suspect_subtract(g, s);
    case CYCLE_KEEP:
        return ouroi_suspect_keep(g, s);
    case CYCLE_RENUMBER:
        return ouroi_suspect_rank(g, s) && (c->numbers || numbers_make(g)) && ouroi_component_start(g);
    case CYCLE_CONNECT:
        return ouroi_component_read(g, s) && ouroi_verdict_start(g);
    case CYCLE_JUDGE:
        return ouroi_verdict_next(g, s);
    case CYCLE_FREE:
        if (ouroi_condemned_free(g, s))
            c->phase = CYCLE_JUDGE;
        return false;
    case CYCLE_CALL:
        ouroi_weak_run_postponed(g->rt);
        g->watching = false;
        return true;
    case CYCLE_END:
        return clear_maps(g, s);
    case CYCLE_RETURN:
        return cycle_return(g, s);
    case CYCLE_IDLE:
        break;
    }
    return true;
}

// Where the last cycle has found nearly all suspects to be garbage, because what is alive is reached from registered
// roots, side counts would weed out next to nothing (measured, P1: a third of what garbage costs). What they would have
// shown to be alive fails the verdict.
#define TRUST_PART 64u

static bool phase_is_skipped(const gc *g, cycle_phase phase) {
    uint32_t told = OURO_EVENT_COPIED | OURO_EVENT_SUBTRACTED | OURO_EVENT_KEPT;
    return phase >= CYCLE_NUMBER && phase <= CYCLE_KEEP && g->trusting && !(g->rt->heap.events & told);
}

static cycle_phase phase_after(const gc *g, cycle_phase phase) {
    if (phase == CYCLE_RETURN)
        return CYCLE_IDLE;
    do
        phase = (cycle_phase)(phase + 1);
    while (phase_is_skipped(g, phase));
    return phase;
}

// Foreign code may run in the phases from CYCLE_JUDGE on; before, only traverse callbacks and root visitors, which must
// not allocate.
static void cycle_work(gc *g, slice *s) {
    cycle *c = g->cycle;
    do {
        g->pure = c->phase < CYCLE_JUDGE;
        if (c->part.o)
            ouroi_follow_part(g, s);
        else if (c->todo && c->phase < CYCLE_CALL)
            ouroi_cycle_drain(g, s);
        else if (phase_work(g, s) && !c->failed)
            c->phase = phase_after(g, c->phase);
    } while (c->phase != CYCLE_IDLE && !c->failed && (s->left > 0 || ouroi_slice_refill(s)));
    g->pure = false;
}

// ---- pace ----

size_t ouroi_cycle_slices(const gc *g) {
    const cycle *c = g->cycle;
    uint64_t all = (c->old + CYCLE_FLOOR) * g->old_ns, spent = c->info.duration_ns;
    uint64_t left = all > spent + all / 6 ? all - spent : all / 6;
    return left / g->slice_ns + 1;
}

size_t ouroi_cycle_portion(const gc *g) {
    const cycle *c = g->cycle;
    int64_t window = c->window > (int64_t)(c->old / 256) ? c->window : (int64_t)(c->old / 256);
    size_t portion = (size_t)window / ouroi_cycle_slices(g);
    return portion < PORTION_MIN ? PORTION_MIN : portion;
}

// ---- the whole ----

// Whoever was told of its beginning is told of its end as soon as arbitrary code may run.
static void cycle_tell_given_up(ouro_rt *rt) {
    gc *g = rt->gc;
    ouro_gc_info info = g->given_up;
    if (!g->given_up_untold)
        return;
    g->given_up_untold = false;
    info.given_up = 1;
    ouroi_callbacks_run(rt, OURO_GC_STOP, &info);
    event(rt, OURO_EVENT_GC_DONE, NULL, NULL, (int64_t)(info.collected + info.uncollectable));
}

static void cycle_begin(ouro_rt *rt) {
    gc *g = rt->gc;
    cycle_tell_given_up(rt);
    size_t old = ouroi_pace_old(rt);
    *g->cycle = (cycle){.phase = CYCLE_HARVEST, .info.generation = OURO_GC_FULL, .old = old, .return_at = SIZE_MAX};
    g->cycle->begun = ouroi_pace_tracked_bytes(rt);
    g->handed_before = rt->heap.handed;
    g->cycle->window = (int64_t)(old / 8 + CYCLE_FLOOR);
    ouroi_pace_begin(rt);
    rt->heap.sliced = true;
    g->watching = true;
    g->edges = 0;
    event(rt, OURO_EVENT_GC_START, NULL, NULL, OURO_GC_FULL);
    ouroi_callbacks_run(rt, OURO_GC_START, &g->cycle->info);
}

// What a cycle has found goes into the statistics of full collections. A cycle without memory was skipped.
static void cycle_end(ouro_rt *rt, bool done) {
    gc *g = rt->gc;
    cycle *c = g->cycle;
    ouro_gc_info info = c->info;
    g->marked = c->marks;
    info.alive = c->live_bytes;
    info.allocated = rt->heap.handed - g->handed_before;
    info.given_up = !done;
    if (done) {
        g->live_bytes = c->live_bytes;
        g->old_ns = info.duration_ns / (c->old + CYCLE_FLOOR) + 1;
        g->visits_last = c->visits;
        g->old_last = c->old;
        g->trusting = info.collected + info.candidates / TRUST_PART >= info.candidates;
    } else {
        c->at = (place){0, 0};
        clear_maps(g, &(slice){.left = INT64_MAX});
    }
    size_t alive = c->found;
    info.duration_ns += c->foreign_ns;
    cycle_forget(g);
    g->exact |= !done;
    g->cycles_ended += done;
    ouroi_stats_add(g, &info, done);
    if (done) {
        ouroi_pace_note(rt, OURO_GC_FULL, info.collected, info.candidates);
        ouroi_pace_verified(rt, alive, info.duration_ns);
    }
    ouroi_callbacks_run(rt, OURO_GC_STOP, &info);
    event(rt, OURO_EVENT_GC_DONE, NULL, NULL, (int64_t)(info.collected + info.uncollectable));
    PROBE2(cycle__done, info.longest_ns, info.allocated);
}

// After a slice: how long it was, with and without what is the program's own.
static void cycle_note(gc *g, const slice *s, gc_pause p) {
    cycle *c = g->cycle;
    ouro_gc_info *info = &c->info;
    uint64_t foreign = g->foreign_ns - p.foreign, own = ouroi_pause_end(g, p), wall = own + foreign;
    c->visits += s->visits + (uint64_t)(s->granted - s->left);
    c->foreign_ns += foreign;
    info->slices++;
    info->duration_ns += own;
    info->longest_ns = wall > info->longest_ns ? wall : info->longest_ns;
    PROBE2(slice__done, c->phase, wall);
}

int ouroi_cycle_step(ouro_rt *rt, slice *s) {
    gc *g = rt->gc;
    cycle *c = g->cycle;
    if (g->collecting || g->walking)
        return 0;
    gc_pause whole = ouroi_pause_begin(g);
    bool begins = c->phase == CYCLE_IDLE;
    if (begins)
        ouroi_collect(rt, 1);
    g->collecting = true;
    g->slices++;
    event(rt, OURO_EVENT_SLICE_START, NULL, NULL, c->phase);
    PROBE1(slice__start, c->phase);
    if (begins)
        cycle_begin(rt);
    c->window -= (int64_t)ouroi_cycle_portion(g);
    gc_pause work = ouroi_pause_begin(g);
    s->granted = s->left;
    cycle_work(g, s);
    cycle_note(g, s, work);
    bool failed = c->failed, ended = failed || c->phase == CYCLE_IDLE;
    if (ended)
        cycle_end(rt, !failed);
    event(rt, OURO_EVENT_SLICE_DONE, NULL, NULL, c->phase);
    g->collecting = false;
    ouroi_pace_reset(rt);
    ouroi_pause_end(g, whole);
    return ended;
}

static void cycle_drop(ouro_rt *rt) {
    gc *g = rt->gc;
    g->given_up = g->cycle->info;
    g->given_up_untold = true;
    g->cycle->at = (place){0, 0};
    clear_maps(g, &(slice){.left = INT64_MAX});
    cycle_forget(g);
    g->cycles_given_up++;
    g->garbage_unknown = true;
    g->exact = true; // what was set aside may be garbage
}

void ouroi_cycle_abort_quietly(ouro_rt *rt) {
    ASSERT(rt->gc->cycle->phase != CYCLE_FREE);
    if (rt->gc->cycle->phase != CYCLE_IDLE)
        cycle_drop(rt);
}

static void cycle_free_condemned(gc *g) {
    if (g->cycle->phase == CYCLE_FREE)
        while (!ouroi_condemned_free(g, &(slice){.left = INT64_MAX}))
            continue;
}

void ouroi_cycle_abort(ouro_rt *rt) {
    gc *g = rt->gc;
    g->collecting = true;
    if (g->cycle->phase != CYCLE_IDLE) {
        cycle_free_condemned(g);
        ouroi_weak_run_postponed(rt);
        cycle_drop(rt);
    }
    cycle_tell_given_up(rt);
    g->collecting = false;
}

void ouroi_cycle_replace(ouro_rt *rt) {
    gc *g = rt->gc;
    g->collecting = true;
    if (g->cycle->phase != CYCLE_IDLE) {
        cycle_free_condemned(g);
        cycle_drop(rt);
    }
    cycle_tell_given_up(rt);
    g->collecting = false;
}
