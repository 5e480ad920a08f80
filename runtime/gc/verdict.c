// SPDX-License-Identifier: MIT
// verdict.c: which components are garbage. The only place that decides, and it decides in one stop, from what counts
// and fields say then: whole components, one or more, are garbage if the sum of their counts is the number of the
// references that come from their own members. Whoever else refers to one, a C variable, an object, a frozen one, a
// type that hides it, shows as a difference. (The sum of the counts of a whole component, in place of a count for each,
// after R. D. Lins, "Cyclic Reference Counting with Lazy Mark-Scan", 1992, and Bacon and Rajan, 2001.) Sources come
// first: what only garbage refers to still has references from it while that is there.
//
// As many small components as fill a stop are judged together. If they do not add up, one of them is alive; then they
// are judged one by one, a stop for each, so that what the first holds is gone before the next is judged.
//
// What a stop finds goes together: weak references are cleared, callbacks and finalizers run, and then, if they have
// not been brought back, they are freed; of a large component in slices (condemned.c).
#include "cycle.h"
#include "probe.h"

// So many members are judged, and freed, in one stop: some tens of microseconds. A component with more is looked at in
// slices first, so that a stop is not spent on one that is alive.
#define STOP_MOST 1024u

bool ouroi_verdict_start(gc *g) {
    cycle *c = g->cycle;
    heap *h = &g->rt->heap;
    c->page_room = c->rank_used;
    c->pages = ouroi_side_alloc(h, c->page_room * sizeof *c->pages);
    c->judged = c->looked = c->low;
    // From here on pages may go (I-cycle-5): a member in such a page is no valid suspect, and the ranks of the others
    // stay what they are.
    for (size_t i = 0; i < h->segment_n; i++)
        h->segments[i]->ranked_pages = 0;
    c->failed |= !c->pages;
    return c->pages;
}

static ouro_obj *member(const cycle *c, size_t i) {
    return (ouro_obj *)((uintptr_t)c->members[i] & ~(uintptr_t)MEMBER_FIRST);
}

// Asks for one of those to come from memory, too: a component may lie in as many pages as it has members (measured,
// P6: a stop over 50,000, 17.8 -> 5.6 ms).
#define MEMBERS_AHEAD 8u

static ouro_obj *member_ahead(const cycle *c, size_t i, size_t to) {
    if (i + MEMBERS_AHEAD < to)
        __builtin_prefetch(member(c, i + MEMBERS_AHEAD));
    return member(c, i);
}

// ---- adding up ----

static void set_add(gc *g, ouro_obj *o) {
    gc_set *set = &g->set;
    page *p = page_of(o);
    if (!(p->flags & PAGE_IN_SET)) {
        p->flags |= PAGE_IN_SET;
        p->side = (uint32_t)set->words;
        set->words += page_words(p);
        set->pages[set->page_n++] = p;
    }
    bits_set(page_white(p), page_slot(p, o));
    set->white++;
    set->special |= meta_has(o, OUROI_WEAKLY);
    if (unlikely((o->ouroi_meta & OUROI_TYPE_MASK) != set->type))
        ouroi_set_note_type(set, o);
}

static inline void add_field(ouro_obj **slot, void *arg) {
    adding *a = arg;
    a->inside += *slot && is_white(*slot);
}

static int add_visit(ouro_obj *o, void *arg) {
    adding *a = arg;
    a->inside += o && is_white(o);
    return 0;
}

static inline void add_one(adding *a, ouro_obj *o) {
    const type_record *t = type_of(o);
    a->counts += ouro_refcount(o);
    object_each_slot(o, t, add_field, a);
    if (unlikely(t->flags & TYPE_TRAVERSES))
        ouroi_object_traverse(o, t, add_visit, a);
}

// Makes members the set; those that have left are not garbage, and count for nothing. Whether the rest is garbage.
static bool add_up(gc *g, size_t from, size_t to) {
    const cycle *c = g->cycle;
    adding a = {0, 0};
    g->set.pages = c->pages;
    for (size_t i = from; i < to; i++)
        if (suspect_is_valid(g, member_ahead(c, i, to)))
            set_add(g, member(c, i));
    g->pure = true;
    for (size_t i = from; i < to; i++)
        if (is_white(member_ahead(c, i, to)))
            add_one(&a, member(c, i));
    g->pure = false;
    return a.counts == a.inside;
}

// ---- what one stop has found ----

// Without memory for what finalizers need, all stays.
static void spare_one(ouro_rt *rt, ouro_obj *o, void *arg) {
    (void)arg;
    ouroi_cycle_mark(rt->gc, o);
}

// The white become condemned: nobody sees them any more. They are kept where the members were.
static void condemn_all(gc *g, const gc_survey *survey, size_t from, size_t to) {
    cycle *c = g->cycle;
    size_t n = 0;
    for (size_t i = from; i < to; i++)
        if (is_white(member_ahead(c, i, to))) {
            ouroi_condemn_one(g->rt, member(c, i), NULL);
            c->members[from + n++] = member(c, i);
        }
    ouroi_condemned_tell(g->rt);
    c->stop_from = from;
    c->condemned = n;
    c->phase = CYCLE_FREE;
    c->step = FREE_EMPTY;
    c->at_member = 0;
    c->at_field = 0;
    c->releases = survey->releases;
    c->last_ones = false;
}

static size_t set_count_bytes(const gc_set *set) {
    return set->words * 64 * (sizeof(uint8_t) + sizeof(uint32_t));
}

static bool set_make_counts(gc *g) {
    gc_set *set = &g->set;
    set->counts = ouroi_side_alloc(&g->rt->heap, set_count_bytes(set));
    if (!set->counts)
        return false;
    set->wide = (uint32_t *)(void *)(set->counts + set->words * 64);
    memset(set->counts, COUNT_NONE, set->words * 64);
    return true;
}

static void set_end(gc *g) {
    gc_set *set = &g->set;
    ouroi_side_free(&g->rt->heap, set->counts, set->counts ? set_count_bytes(set) : 0);
    for (size_t i = 0; i < set->page_n; i++) {
        page *p = set->pages[i];
        memset(page_white(p), 0, page_words(p) * sizeof(uint64_t));
        p->side = SIDE_NONE;
        p->flags &= (uint8_t)~PAGE_IN_SET;
        ouroi_page_settle(p);
    }
    *set = (gc_set){0};
}

// What is freed is old: it must not be taken for deaths among what was born since in the same pages.
static void free_all(gc *g, const gc_survey *survey) {
    for (size_t i = 0; i < g->set.page_n; i++) {
        page *p = g->set.pages[i];
        uint32_t n = 0;
        for (uint32_t w = 0; w < page_words(p); w++)
            n += bits_count(page_white(p)[w]);
        p->used_base -= n < p->used_base ? n : p->used_base;
        g->cycle->freed += n * page_block_bytes(p);
    }
    ouroi_free_white(g->rt, survey, &g->cycle->info);
}

static bool set_needs_counts(const gc_survey *s) {
    return s->finalizers || s->weakly || s->hidden;
}

// Weak references, callbacks, finalizers, another look; what is left is freed. Much of it is condemned, to be taken
// apart in slices, unless callbacks hide references.
static void finish_stop(gc *g, size_t from, size_t to) {
    ouro_rt *rt = g->rt;
    cycle *c = g->cycle;
    gc_survey s = ouroi_survey(rt);
    if (set_needs_counts(&s) && !set_make_counts(g)) {
        set_each(rt, spare_one, NULL);
        g->stats[OURO_GC_FULL].skipped++;
        g->exact = true;
    } else {
        size_t found = ouroi_finish_white(rt, &s, &c->info);
        if (found && c->large && !s.hidden && !(g->debug & OURO_GC_DEBUG_SAVEALL))
            condemn_all(g, &s, from, to);
        else if (found)
            free_all(g, &s);
    }
}

// ---- the verdict ----

static void set_tell(gc *g, size_t from, int64_t number) {
    event(g->rt, OURO_EVENT_COMPONENT, member(g->cycle, from), NULL, number);
    PROBE2(component, number < 0 ? -number : number, number > 0);
}

// Not garbage: it is alive, and so is what it reaches. That is found out in slices, from one member on.
static void spare(gc *g, size_t from, size_t to) {
    set_tell(g, from, -(int64_t)(to - from));
    g->cycle->owner = NULL;
    for (size_t i = from; i < to; i++)
        if (suspect_is_valid(g, member(g->cycle, i))) {
            ouroi_cycle_mark(g, member(g->cycle, i));
            return;
        }
}

// Judges the components from `from` to `to`. False if they are several, and not all garbage.
static bool judge(gc *g, size_t from, size_t to, bool several) {
    if (add_up(g, from, to)) {
        set_tell(g, from, (int64_t)(to - from));
        if (g->set.white)
            finish_stop(g, from, to);
        set_end(g);
        return true;
    }
    set_end(g);
    if (!several)
        spare(g, from, to);
    return !several;
}

// ---- all of them ----

static bool is_first(const cycle *c, size_t i) {
    return i == c->rank_n || (uintptr_t)c->members[i] & MEMBER_FIRST;
}

// The end of the first component, if it has no more than `most` members; else 0.
static size_t end_of_one(const cycle *c, size_t most) {
    for (size_t i = c->judged + 1; i <= c->rank_n && i - c->judged <= most; i++)
        if (is_first(c, i))
            return i;
    return 0;
}

// The end of as many whole components as have no more than `most` members together; 0 if the first has more.
static size_t end_of_several(const cycle *c, size_t most) {
    size_t i = c->rank_n - c->judged < most ? c->rank_n : c->judged + most;
    while (i > c->judged && !is_first(c, i))
        i--;
    return i > c->judged ? i : 0;
}

typedef struct looking {
    gc *g;
    uint32_t component;
    adding *sum;
} looking;

static int look_visit(ouro_obj *o, void *arg) {
    looking *l = arg;
    uint32_t rank = o ? suspect_find_rank(l->g, o) : RANK_NONE;
    l->sum->inside += rank != RANK_NONE && l->g->cycle->numbers[rank] == l->component;
    return 0;
}

static void look_field(ouro_obj **slot, void *l) {
    look_visit(*slot, l);
}

static void look_one(looking *l, ouro_obj *o) {
    if (!suspect_is_valid(l->g, o))
        return;
    const type_record *t = type_of(o);
    l->sum->counts += ouro_refcount(o);
    object_each_slot(o, t, look_field, l);
    if (t->flags & TYPE_TRAVERSES)
        ouroi_object_traverse(o, t, look_visit, l);
}

// Adds a large component up in slices. The program runs meanwhile: only for garbage is the result sure to be right, and
// so a component for which it is wrong is alive. True when the whole has been added up.
static bool look(gc *g, slice *s) {
    cycle *c = g->cycle;
    uint32_t rank = suspect_find_rank(g, member(c, c->judged));
    looking l = {g, rank == RANK_NONE ? 0 : c->numbers[rank], &c->sum}; // 0: of none
    if (c->looked == c->judged)
        c->sum = (adding){0, 0};
    g->pure = true;
    do
        look_one(&l, member(c, c->looked++));
    while (!is_first(c, c->looked) && slice_spend(s, 1));
    g->pure = false;
    return is_first(c, c->looked);
}

// Judges what comes next. False if the slice ended before that.
static bool judge_next(gc *g, slice *s) {
    cycle *c = g->cycle;
    size_t most = s->deadline || s->left > STOP_MOST ? STOP_MOST : s->left > 0 ? (size_t)s->left : 1, from = c->judged;
    bool alone = c->judged < c->careful || g->rt->heap.events & OURO_EVENT_COMPONENT;
    size_t end = c->looked > c->judged ? 0 : alone ? end_of_one(c, most) : end_of_several(c, most);
    c->large = !end;
    if (c->large && !look(g, s))
        return false;
    end = c->large ? c->looked : end;
    if (c->large && c->sum.counts != c->sum.inside)
        spare(g, from, end);
    else if (!judge(g, from, end, !c->large && !alone && end_of_one(c, most) != end)) {
        c->careful = end;
        return true;
    }
    c->judged = c->looked = end;
    return slice_spend(s, 4 * (end - from));
}

bool ouroi_verdict_next(gc *g, slice *s) {
    cycle *c = g->cycle;
    bool goes_on = true;
    while (goes_on && c->judged < c->rank_n && !c->todo && c->phase == CYCLE_JUDGE)
        goes_on = judge_next(g, s);
    return c->judged == c->rank_n && c->phase == CYCLE_JUDGE && !c->todo;
}
