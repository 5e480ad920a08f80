// SPDX-License-Identifier: MIT
// budget.c: when objects that wait for their death go on with it (ouro/refcount.h says what is promised). Allocation
// keeps a debt: so many deaths for each byte that is handed out while objects wait. Each death gives back as many bytes
// as one of the debt stands for, so the heap does not grow for what waits.
#include "object.h"

// What one call that allocates pays at most. The rest is paid by the next.
#define BUDGET_PAYMENT (DEATH_PORTION / DEATH_BYTES)

static void budget_pay(heap *h, size_t most) {
    deaths *d = &h->deaths;
    if (h->depth)
        return;
    size_t n = d->debt < most ? d->debt : most;
    d->debt -= n;
    ouroi_death_go_on(h, n);
    if (!d->waiting)
        d->debt = 0;
}

void ouroi_death_pay(heap *h) {
    if (rt_of_heap(h)->when == OURO_AT_ALLOCATION)
        budget_pay(h, BUDGET_PAYMENT);
}

void ouroi_death_settle(heap *h) {
    budget_pay(h, SIZE_MAX);
}

void ouro_death_set_budget(ouro_rt *rt, size_t n) {
    heap *h = &rt->heap;
    h->deaths.budget = n;
    h->in_full = h->events || n;
    if (!n)
        ouroi_death_go_on(h, SIZE_MAX);
}

size_t ouro_death_get_budget(const ouro_rt *rt) {
    return rt->heap.deaths.budget;
}

size_t ouro_death_waiting(const ouro_rt *rt) {
    return rt->heap.deaths.waiting;
}

size_t ouro_death_finish(ouro_rt *rt, size_t n) {
    ouroi_death_go_on(&rt->heap, n);
    return rt->heap.deaths.waiting;
}
