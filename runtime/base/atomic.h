// SPDX-License-Identifier: MIT
// atomic.h: the only place that spells atomics and their order, on libatomic_ops. They serve what threads share: the
// type table, the cache of empty segments, and requests to a runtime from outside. An object's count is not among them.
#ifndef OUROI_ATOMIC_H
#define OUROI_ATOMIC_H

#include <atomic_ops.h>
#include <sched.h>
#include <stdint.h>

typedef volatile AO_t atomic_word;
typedef volatile AO_t spin_lock;

static inline uintptr_t atomic_get(atomic_word *w) {
    return AO_load_acquire(w);
}

static inline void atomic_put(atomic_word *w, uintptr_t v) {
    AO_store_release(w, v);
}

// Held for a few hundred instructions at most; the waiter gives its time slice away.
static inline void spin_take(spin_lock *l) {
    while (!AO_compare_and_swap_full(l, 0, 1))
        sched_yield();
}

static inline void spin_drop(spin_lock *l) {
    AO_store_release(l, 0);
}

#endif
