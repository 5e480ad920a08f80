// SPDX-License-Identifier: MIT
// guard.c: what the debug build adds to every block: a red zone behind the object, a record of the lines where it was
// made and freed, a fill over its remains, and a quarantine that keeps freed blocks from being used again at once.
//
//   | object ... | red zone (16 bytes or more, 0xFD) | guard |
#include "heap.h"

#include <ouro/object.h>

#define RED 0xFD
#define DEAD 0xDD

static _Thread_local const char *here_file;
static _Thread_local int here_line;

#if OURO_DEBUG
void ouroi_here(const char *file, int line) {
    here_file = file;
    here_line = line;
}
#endif

static guard *guard_at(const void *at) {
    return (guard *)((uintptr_t)at + page_block_bytes(page_of(at)) - sizeof(guard));
}

const guard *ouroi_guard_of(const void *at) {
    if (!OURO_DEBUG)
        return NULL;
    guard *g = guard_at(at);
    memory_show(g, sizeof *g);
    return g;
}

static void guard_hide(void *at, guard *g, size_t from) {
    memory_hide((char *)at + from, (size_t)((char *)(g + 1) - (char *)at) - from);
}

void ouroi_guard_born(heap *h, void *at, size_t bytes) {
    (void)h;
    guard *g = guard_at(at);
    memset((char *)at + bytes, RED, (size_t)((char *)g - (char *)at) - bytes);
    *g = (guard){here_file, NULL, (uint32_t)here_line, 0, bytes & INT64_MAX, 0};
    guard_hide(at, g, round_up(bytes, 8));
}

static bool guard_all(const void *from, const void *to, int value) {
    for (const unsigned char *c = from; c < (const unsigned char *)to; c++)
        if (*c != value)
            return false;
    return true;
}

static void guard_check_red(heap *h, void *at, guard *g) {
    char *zone = (char *)at + g->bytes;
    memory_show(zone, (size_t)((char *)g - zone));
    if (!guard_all(zone, g, RED))
        h->hooks.misuse(h, at, "was written to behind its end");
}

// The remains start behind the link, and end at the red zone.
static void guard_check_dead(heap *h, block *b, guard *g) {
    char *from = (char *)b + sizeof(block), *to = (char *)b + g->bytes;
    if (to <= from)
        return;
    memory_show(from, (size_t)(to - from));
    bool intact = guard_all(from, to, DEAD);
    memory_hide(from, (size_t)(to - from));
    if (!intact || b->count)
        h->hooks.misuse(h, b, "was written to after it was freed");
}

static void guard_let_go(heap *h, block *b) {
    page *p = page_of(b);
    guard_check_dead(h, b, (guard *)(uintptr_t)ouroi_guard_of(b));
    guard_hide(b, guard_at(b), 8);
    block_return(p, b);
    p->quarantined--;
    if (!p->used || p->state == PAGE_FULL)
        ouroi_page_attention(p, b);
}

void ouroi_guard_dead(heap *h, block *b) {
    guard *g = (guard *)(uintptr_t)ouroi_guard_of(b);
    if (g->dead)
        h->hooks.misuse(h, b, "was freed twice");
    guard_check_red(h, b, g);
    g->dead = 1;
    b->count = 0;
    g->dead_file = here_file;
    g->dead_line = (uint32_t)here_line;
    pool_take_back(h, b);
    memory_show(b, (size_t)((char *)(g + 1) - (char *)b));
    if (g->bytes > sizeof(block))
        memset((char *)b + sizeof(block), DEAD, g->bytes - sizeof(block));
    guard_hide(b, g, 8);
    page_of(b)->quarantined++;
    void **place = &h->quarantine[h->quarantine_n++ % QUARANTINE_MAX];
    void *oldest = *place;
    *place = b;
    if (oldest)
        guard_let_go(h, oldest);
}

void ouroi_guard_flush(heap *h) {
    for (size_t i = 0; i < QUARANTINE_MAX; i++) {
        void **place = &h->quarantine[(h->quarantine_n + i) % QUARANTINE_MAX];
        void *b = *place;
        *place = NULL;
        if (b)
            guard_let_go(h, b);
    }
}

void ouroi_guard_verify(heap *h) {
    for (size_t i = 0; i < QUARANTINE_MAX; i++)
        if (h->quarantine[i])
            guard_check_dead(h, h->quarantine[i], (guard *)(uintptr_t)ouroi_guard_of(h->quarantine[i]));
}
