// SPDX-License-Identifier: MIT
// os.c: the operating system, here POSIX with anonymous mappings. A port replaces this file and nothing else.
#ifndef _GNU_SOURCE
#define _GNU_SOURCE // mremap, where there is one
#endif
#include "os.h"

#include <stdio.h>
#include <sys/mman.h>
#include <time.h>

static void *os_reserve(size_t bytes) {
    void *p = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    return p == MAP_FAILED ? NULL : p;
}

void *ouroi_os_map(size_t bytes, size_t align) {
    char *p = os_reserve(bytes);
    if (!p || ((uintptr_t)p & (align - 1)) == 0)
        return p;
    // Rarely aligned by luck: map more, and cut both ends off.
    munmap(p, bytes);
    p = bytes <= SIZE_MAX - align ? os_reserve(bytes + align) : NULL;
    if (!p)
        return NULL;
    char *start = (char *)(((uintptr_t)p + align - 1) & ~(uintptr_t)(align - 1));
    size_t before = (size_t)(start - p);
    if (before)
        munmap(p, before);
    if (align - before)
        munmap(start + bytes, align - before);
    return start;
}

void ouroi_os_unmap(void *p, size_t bytes) {
    munmap(p, bytes);
}

void ouroi_os_purge(void *p, size_t bytes) {
    madvise(p, bytes, MADV_DONTNEED);
}

void ouroi_os_prefer_huge(void *p, size_t bytes) {
#ifdef MADV_HUGEPAGE
    madvise(p, bytes, MADV_HUGEPAGE);
#else
    (void)p;
    (void)bytes;
#endif
}

void *ouroi_os_grow(void *p, size_t bytes, size_t grown, size_t align) {
#ifdef MREMAP_FIXED
    void *to = ouroi_os_map(grown, align);
    if (to && mremap(p, bytes, grown, MREMAP_MAYMOVE | MREMAP_FIXED, to) == to)
        return to;
        // If that fails, what was at `to` is most likely unmapped already, and then others may have mapped something
        // there. So it is left alone: at worst it is address space that nobody uses.
#else
    (void)p;
    (void)bytes;
    (void)grown;
    (void)align;
#endif
    return NULL;
}

uint64_t ouroi_os_now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

void ouroi_assert_failed(const char *file, int line, const char *what) {
    fprintf(stderr, "ouro: internal error at %s:%d: %s\n", file, line, what);
    abort();
}
