// SPDX-License-Identifier: MIT
// verdict.c: which components are garbage. The only place that decides, and it decides in one stop, from what counts
// and fields say then: a component is garbage if its counts add up to the references that come from its own members
// and from what was found to be garbage before it in the same stop. Whoever else refers to it, a C variable, an
// object, a frozen one, a type that hides it, shows as a difference. (The sum of the counts of a whole component, in
// place of a count for each, after Lins and Bacon & Rajan; that it must be the sources first is why components are kept
// in that order: what only garbage refers to still has references from it while that is there.)
//
// All components that one stop finds go together: their weak references are cleared, callbacks and finalizers run,
// and then, if they have not been brought back, they are condemned.
#include "cycle.h"

// A component with more members is looked at in slices first, so that a stop is not spent on one that is alive.
#define LARGE_COMPONENT 1024u

bool ouroi_verdict_start(gc *g) {
    cycle *c = g->cycle;
    heap *h = &g->rt->heap;
    size_t cursor = 0;
    for (page *p; (p = ouroi_heap_next_page(h, &cursor));)
        c->page_room += page_is_ranked(p);
    c->inward = ouroi_side_alloc(h, c->component_n * sizeof *c->inward);
    c->pages = ouroi_side_alloc(h, c->page_room * sizeof *c->pages);
    if (!c->inward || !c->pages)
        return false;
    memset(c->inward, 0, c->component_n * sizeof *c->inward);
    c->judged = c->looked = c->low;
    c->stop = 0;
    c->page_n = 0;
    return true;
}

static ouro_obj *member(const cycle *c, size_t i) {
    return (ouro_obj *)((uintptr_t)c->members[i] & ~(uintptr_t)MEMBER_FIRST);
}

static uint32_t component_of(const gc *g, const ouro_obj *o) {
    return g->cycle->numbers[suspect_rank(g, o)];
}

// ---- adding up ----

// Adds up the references from one component to itself.
typedef struct judging {
    gc *g;
    uint32_t component;
    uint64_t inside;
} judging;

static void inside_reference(judging *j, ouro_obj *o) {
    j->inside += suspect_is_valid(j->g, o) && component_of(j->g, o) == j->component;
}

static void inside_field(ouro_obj **slot, void *j) {
    if (*slot)
        inside_reference(j, *slot);
}

static int inside_visit(ouro_obj *o, void *j) {
    if (o)
        inside_reference(j, o);
    return 0;
}

// The count of a member, and the references it has to its component; nothing of one that has left.
static void add_up(judging *j, ouro_obj *o, uint64_t *sum) {
    if (!suspect_is_valid(j->g, o))
        return;
    const type_record *t = type_of(o);
    *sum += ouro_refcount(o);
    object_each_slot(o, t, inside_field, j);
    if (t->flags & TYPE_TRAVERSES)
        ouroi_object_traverse(o, t, inside_visit, j);
}

// References from garbage found in this stop.
static uint64_t inward_of(const cycle *c, uint32_t component) {
    const inward *in = &c->inward[component & ~COMPONENT];
    return in->stop == c->stop ? in->n : 0;
}

// ---- the verdict ----

static void outward_reference(judging *j, ouro_obj *o) {
    cycle *c = j->g->cycle;
    if (!suspect_is_valid(j->g, o))
        return;
    inward *in = &c->inward[component_of(j->g, o) & ~COMPONENT];
    *in = (inward){c->stop, in->stop == c->stop ? in->n + 1 : 1};
}

static void outward_field(ouro_obj **slot, void *j) {
    if (*slot)
        outward_reference(j, *slot);
}

static int outward_visit(ouro_obj *o, void *j) {
    if (o)
        outward_reference(j, o);
    return 0;
}

static void set_add(gc *g, ouro_obj *o) {
    gc_set *set = &g->set;
    page *p = page_of(o);
    if (!(p->flags & PAGE_IN_SET)) {
        p->flags |= PAGE_IN_SET;
        p->side = (uint32_t)set->words;
        set->words += page_words(p);
        g->cycle->pages[g->cycle->page_n++] = p;
    }
    bits_set(page_white(p), page_slot(p, o));
    set->white++;
    set->special |= meta_has(o, OUROI_WEAKLY);
    if (unlikely((o->ouroi_meta & OUROI_TYPE_MASK) != set->type))
        ouroi_set_note_type(set, o);
}

// Members and references of a component: garbage. It joins what this stop has found.
static void find_garbage(judging *j, size_t from, size_t to) {
    for (size_t i = from; i < to; i++) {
        ouro_obj *o = member(j->g->cycle, i);
        if (!suspect_is_valid(j->g, o))
            continue;
        const type_record *t = type_of(o);
        set_add(j->g, o);
        object_each_slot(o, t, outward_field, j);
        if (t->flags & TYPE_TRAVERSES)
            ouroi_object_traverse(o, t, outward_visit, j);
    }
}

// Not garbage: it is alive, and so is what it reaches. That is found out in slices, from one member on.
static void spare(gc *g, size_t from, size_t to) {
    for (size_t i = from; i < to; i++)
        if (suspect_is_valid(g, member(g->cycle, i))) {
            g->cycle->owner = NULL;
            ouroi_cycle_mark(g, member(g->cycle, i));
            return;
        }
}

static void judge(gc *g, size_t from, size_t to) {
    cycle *c = g->cycle;
    uint64_t sum = 0;
    judging j = {g, component_of(g, member(c, from)), 0};
    for (size_t i = from; i < to; i++)
        add_up(&j, member(c, i), &sum);
    bool garbage = sum == j.inside + inward_of(c, j.component);
    event(g->rt, OURO_EVENT_COMPONENT, member(c, from), NULL, garbage ? (int64_t)(to - from) : -(int64_t)(to - from));
    if (garbage)
        find_garbage(&j, from, to);
    else
        spare(g, from, to);
}

// The end of the component that starts at `from`, or `most` members behind.
static size_t component_end(const cycle *c, size_t from, size_t most) {
    size_t i = from + 1, end = c->rank_n - from < most ? c->rank_n : from + most;
    while (i < end && !((uintptr_t)c->members[i] & MEMBER_FIRST))
        i++;
    return i;
}

// ---- a large component, before its verdict ----

// Adds a large component up in slices. The program runs meanwhile: only for garbage is the result sure to be right, and
// so a component for which it is wrong is alive. True when the whole has been added up.
static bool look(gc *g, slice *s) {
    cycle *c = g->cycle;
    if (c->looked == c->judged)
        c->sum = c->inside = 0;
    judging j = {g, component_of(g, member(c, c->judged)), 0};
    bool more = true;
    do {
        add_up(&j, member(c, c->looked++), &c->sum);
        more = c->looked < c->rank_n && !((uintptr_t)c->members[c->looked] & MEMBER_FIRST);
    } while (more && slice_spend(s, 1));
    c->inside += j.inside;
    return !more;
}

// ---- what one stop has found ----

// Without memory for what finalizers need, all stays.
static void spare_all(ouro_rt *rt, ouro_obj *o, void *arg) {
    (void)arg;
    ouroi_cycle_mark(rt->gc, o);
}

// The white become condemned: nobody sees them any more. They are kept where the members were.
static void condemn_all(gc *g, const gc_survey *survey) {
    cycle *c = g->cycle;
    size_t n = 0;
    for (size_t i = c->stop_from; i < c->judged; i++)
        if (is_white(member(c, i)))
            c->members[c->stop_from + n++] = member(c, i);
    ouroi_condemn_white(g->rt);
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
    cycle *c = g->cycle;
    for (size_t i = 0; i < c->page_n; i++) {
        page *p = c->pages[i];
        memset(page_white(p), 0, page_words(p) * sizeof(uint64_t));
        p->side = SIDE_NONE;
        p->flags &= (uint8_t)~PAGE_IN_SET;
    }
    c->page_n = 0;
    ouroi_side_free(&g->rt->heap, set->counts, set->counts ? set_count_bytes(set) : 0);
    *set = (gc_set){0};
}

static bool set_needs_counts(const gc_survey *s) {
    return s->finalizers || s->weakly || s->hidden;
}

// Weak references, callbacks, finalizers, another look; what is left is condemned, or taken apart at once where
// callbacks hide references.
static void finish_stop(gc *g) {
    ouro_rt *rt = g->rt;
    cycle *c = g->cycle;
    gc_set *set = &g->set;
    set->pages = c->pages;
    set->page_n = c->page_n;
    gc_survey s = ouroi_survey(rt);
    if (set_needs_counts(&s) && !set_make_counts(g)) {
        set_each(rt, spare_all, NULL);
        g->stats[OURO_GC_FULL].skipped++;
        g->exact = true;
    } else {
        size_t found = ouroi_finish_white(rt, &s, &c->info);
        if (s.hidden || g->debug & OURO_GC_DEBUG_SAVEALL)
            ouroi_free_white(rt, &s, &c->info);
        else if (found)
            condemn_all(g, &s);
    }
    set_end(g);
    c->stop++;
}

// ---- all of them ----

bool ouroi_verdict_next(gc *g, slice *s) {
    cycle *c = g->cycle;
    bool goes_on = true;
    c->stop_from = c->judged;
    while (goes_on && c->judged < c->rank_n) {
        size_t end = component_end(c, c->judged, LARGE_COMPONENT);
        bool large = end - c->judged == LARGE_COMPONENT;
        if (large && g->set.white)
            break;
        if (large && !look(g, s))
            return false;
        if (large)
            end = c->looked;
        if (large && c->sum != c->inside)
            spare(g, c->judged, end);
        else
            judge(g, c->judged, end);
        goes_on = slice_spend(s, 2 * (end - c->judged)) && !c->todo;
        c->judged = c->looked = end;
    }
    if (g->set.white)
        finish_stop(g);
    return c->judged == c->rank_n && c->phase != CYCLE_FREE;
}
