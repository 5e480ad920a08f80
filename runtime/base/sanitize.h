// SPDX-License-Identifier: MIT
// sanitize.h: telling AddressSanitizer and Valgrind what a block is, since they cannot see into pages. A free block is
// out of bounds but for its header, which walkers read; its link is shown for the moment in which it is read.
#ifndef OUROI_SANITIZE_H
#define OUROI_SANITIZE_H

#include <stddef.h>

#if defined(__SANITIZE_ADDRESS__)
#define OUROI_ASAN 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define OUROI_ASAN 1
#endif
#endif

#ifdef OUROI_ASAN
#include <sanitizer/asan_interface.h>

static inline void memory_hide(const void *p, size_t n) {
    __asan_poison_memory_region(p, n);
}

static inline void memory_show(const void *p, size_t n) {
    __asan_unpoison_memory_region(p, n);
}

static inline void pool_open(const void *pool) {
    (void)pool;
}

static inline void pool_close(const void *pool) {
    (void)pool;
}

static inline void pool_give(const void *pool, const void *p, size_t n) {
    (void)pool;
    memory_show(p, n);
}

static inline void pool_take_back(const void *pool, const void *p) {
    (void)pool;
    (void)p;
}

#elif defined(OURO_VALGRIND)
#include <valgrind/memcheck.h>

static inline void memory_hide(const void *p, size_t n) {
    (void)VALGRIND_MAKE_MEM_NOACCESS(p, n);
}

static inline void memory_show(const void *p, size_t n) {
    (void)VALGRIND_MAKE_MEM_DEFINED(p, n);
}

static inline void pool_open(const void *pool) {
    VALGRIND_CREATE_MEMPOOL(pool, 0, 0);
}

static inline void pool_close(const void *pool) {
    VALGRIND_DESTROY_MEMPOOL(pool);
}

// Valgrind remembers the stack of this call as the block's birth, and that of pool_take_back as its death.
static inline void pool_give(const void *pool, const void *p, size_t n) {
    VALGRIND_MEMPOOL_ALLOC(pool, p, n);
    (void)VALGRIND_MAKE_MEM_DEFINED(p, n);
}

static inline void pool_take_back(const void *pool, const void *p) {
    VALGRIND_MEMPOOL_FREE(pool, p);
}

#else

static inline void memory_hide(const void *p, size_t n) {
    (void)p;
    (void)n;
}

static inline void memory_show(const void *p, size_t n) {
    (void)p;
    (void)n;
}

static inline void pool_open(const void *pool) {
    (void)pool;
}

static inline void pool_close(const void *pool) {
    (void)pool;
}

static inline void pool_give(const void *pool, const void *p, size_t n) {
    (void)pool;
    (void)p;
    (void)n;
}

static inline void pool_take_back(const void *pool, const void *p) {
    (void)pool;
    (void)p;
}

#endif

#endif
