// SPDX-License-Identifier: MIT
// events.c: the event hook and the stress switches. Both cost nothing when off: what needs to see every birth sends
// every allocation through the slow path of the heap.
#include "../object/object.h"

// Whether births must be seen one by one.
static void slow_update(ouro_rt *rt) {
    heap *h = &rt->heap;
    h->collect_always = rt->stress_generation >= 0;
    h->slow = h->collect_always || h->fault.at || h->events & OURO_EVENT_BORN;
    ouroi_heap_flush(h);
}

void ouro_event_hook(ouro_rt *rt, unsigned kinds, ouro_event_fn fn, void *user) {
    rt->event_fn = fn;
    rt->event_user = user;
    rt->heap.events = fn ? kinds : 0;
    rt->heap.in_full = rt->heap.events || rt->heap.deaths.budget;
    slow_update(rt);
}

void ouro_stress_collect(ouro_rt *rt, int generation) {
    rt->stress_generation = generation > 2 ? 2 : generation;
    slow_update(rt);
}

void ouro_stress_fail(ouro_rt *rt, uint64_t n, ouro_stress_mode mode) {
    rt->heap.fault = (heap_fault){0, 0, mode == OURO_FAIL_NEVER ? 0 : n, (int)mode};
    slow_update(rt);
}

uint64_t ouro_stress_allocations(const ouro_rt *rt) {
    return rt->heap.fault.asked;
}

uint64_t ouro_stress_failures(const ouro_rt *rt) {
    return rt->heap.fault.failed;
}

void ouro_stress_shuffle(ouro_rt *rt, uint64_t seed) {
    rt->shuffle = seed;
}
