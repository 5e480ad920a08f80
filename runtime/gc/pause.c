// SPDX-License-Identifier: MIT
// pause.c: how long the collector has stopped the program, as a histogram: each power of two of nanoseconds is divided
// into PAUSE_STEPS buckets, so that a percentile is known within an eighth. What finalizers and callbacks took is the
// program's own time and is not counted.
#include "gc.h"

static unsigned pause_bucket(uint64_t ns) {
    if (ns < PAUSE_STEPS)
        return (unsigned)ns;
    unsigned power = 63 - (unsigned)__builtin_clzll(ns) - PAUSE_STEP_BITS;
    unsigned at = (power + 1) * PAUSE_STEPS + (unsigned)(ns >> power) - PAUSE_STEPS;
    return at < PAUSE_BUCKETS ? at : PAUSE_BUCKETS - 1;
}

// The first duration that is beyond the bucket.
static uint64_t pause_limit(unsigned bucket) {
    if (bucket < PAUSE_STEPS)
        return bucket;
    unsigned power = bucket / PAUSE_STEPS - 1;
    return ((uint64_t)(bucket % PAUSE_STEPS + PAUSE_STEPS + 1) << power) - 1;
}

static void pause_note(pauses *p, uint64_t ns) {
    p->buckets[pause_bucket(ns)]++;
    p->n++;
    p->total_ns += ns;
    p->longest_ns = ns > p->longest_ns ? ns : p->longest_ns;
}

gc_pause ouroi_pause_begin(gc *g) {
    gc_pause p = {ouroi_os_now(), g->foreign_ns, !g->pausing};
    g->pausing = true;
    return p;
}

uint64_t ouroi_pause_end(gc *g, gc_pause p) {
    uint64_t spent = ouroi_os_now() - p.start - (g->foreign_ns - p.foreign);
    if (p.outer) {
        pause_note(&g->pauses, spent);
        g->pausing = false;
    }
    return spent;
}

// The duration that so many of a thousand pauses did not exceed.
static uint64_t pause_percentile(const pauses *p, uint64_t per_thousand) {
    uint64_t rank = (p->n * per_thousand + 999) / 1000, seen = 0;
    for (unsigned i = 0; i < PAUSE_BUCKETS; i++)
        if ((seen += p->buckets[i]) >= rank && p->n)
            return pause_limit(i) < p->longest_ns ? pause_limit(i) : p->longest_ns;
    return 0;
}

void ouro_gc_get_pauses(const ouro_rt *rt, ouro_gc_pauses *out) {
    const pauses *p = &rt->gc->pauses;
    *out = (ouro_gc_pauses){
        p->n, p->total_ns, pause_percentile(p, 500), pause_percentile(p, 990), pause_percentile(p, 999), p->longest_ns};
}

void ouro_gc_reset_pauses(ouro_rt *rt) {
    rt->gc->pauses = (pauses){.n = 0};
}
