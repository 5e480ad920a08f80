// SPDX-License-Identifier: MIT
// grow.c: buffers that get more room without being copied: what is in them stays, figures stay exact, neighbours are
// not touched, and where it cannot be done nothing has happened. Debug builds, and runs in which allocations fail or
// collect, never do it: there each test says that nothing happens.
#include "kit.h"

enum { PAGE = OURO_PAGE_BYTES, SEGMENT = OURO_SEGMENT_BYTES };

static int grow_is_possible(void) {
    return !OURO_DEBUG && test_mode_now() == TEST_PLAIN;
}

static void grow_fill(uint32_t *buf, size_t bytes) {
    for (size_t i = 0; i < bytes / sizeof *buf; i++)
        buf[i] = (uint32_t)(i * 2654435761u);
}

static int grow_is_filled(const uint32_t *buf, size_t bytes) {
    for (size_t i = 0; i < bytes / sizeof *buf; i++)
        if (buf[i] != (uint32_t)(i * 2654435761u))
            return 0;
    return 1;
}

static uint32_t *grow_new(ouro_rt *rt, size_t bytes) {
    uint32_t *buf = ouro_buf_alloc(rt, bytes);
    if (buf)
        grow_fill(buf, bytes);
    return buf;
}

// Asks for more room for *buf, all of which is filled. Returns 1 if it got it: then all of that is filled.
static int grow_try(ouro_rt *rt, uint32_t **buf, size_t bytes) {
    ouro_mem_usage before = kit_usage(rt);
    size_t room = ouro_buf_size(*buf);
    uint32_t *grown = ouro_buf_grow(rt, *buf, bytes);
    ouro_mem_usage after = kit_usage(rt);
    always(ouro_error_code(rt) == OURO_OK && ouro_verify(rt) == 0);
    if (!grown) {
        always(memcmp(&before, &after, sizeof before) == 0);
        always(ouro_buf_size(*buf) == room && grow_is_filled(*buf, room));
        return 0;
    }
    size_t more = ouro_buf_size(grown) - room;
    always(room + more >= bytes && grow_is_filled(grown, room));
    always(after.buffer_bytes == before.buffer_bytes + more && after.pages == before.pages + more);
    always(after.objects == before.objects && after.peak_pages >= after.pages && after.reserved >= after.pages);
    grow_fill(grown, room + more);
    *buf = grown;
    return 1;
}

CASE(grow, room_that_is_there_is_given) {
    char *buf = ouro_buf_alloc(rt, 100);
    need(buf);
    always(ouro_buf_grow(rt, buf, 0) == buf && ouro_buf_grow(rt, buf, ouro_buf_size(buf)) == buf);
    ouro_buf_free(rt, buf);
}

CASE(grow, a_block_among_others_does_not_grow) {
    uint32_t *buf = grow_new(rt, 1000);
    need(buf);
    grow_fill(buf, ouro_buf_size(buf));
    always(!grow_try(rt, &buf, 100000) && !grow_try(rt, &buf, 10 * SEGMENT));
    ouro_buf_free(rt, buf);
}

CASE(grow, free_pages_behind_are_taken) {
    size_t before = kit_usage(rt).buffer_bytes;
    uint32_t *buf = grow_new(rt, 2 * PAGE), *at = buf;
    need(buf);
    for (size_t pages = 3; pages <= 20; pages++)
        always(grow_try(rt, &buf, pages * PAGE) == grow_is_possible() && buf == at);
    ouro_buf_free(rt, buf);
    check(kit_usage(rt).buffer_bytes == before);
}

CASE(grow, pages_in_use_are_not_taken) {
    uint32_t *low = grow_new(rt, 2 * PAGE), *high = low ? grow_new(rt, 2 * PAGE) : NULL;
    if (high && high < low) {
        uint32_t *other = low;
        low = high;
        high = other;
    }
    if (high && (size_t)((char *)high - (char *)low) < SEGMENT) {
        always(!grow_try(rt, &low, SEGMENT - 3 * PAGE) && !grow_try(rt, &low, 5 * SEGMENT));
        always(grow_is_filled(high, 2 * PAGE));
    }
    ouro_buf_free(rt, low);
    ouro_buf_free(rt, high);
    need(high);
}

// From a part of a segment to a segment of its own, and on.
CASE(grow, a_large_buffer_goes_where_there_is_room) {
    ouro_mem_usage before = kit_usage(rt);
    size_t most = kit_size(200 << 20, 20 << 20);
    uint32_t *buf = grow_new(rt, 3 * SEGMENT), *beside = grow_new(rt, 3 * SEGMENT);
    for (size_t bytes = 3 * SEGMENT; buf && beside && bytes < most; bytes += bytes / 2 + 12345)
        always(grow_try(rt, &buf, bytes + 1) == grow_is_possible());
    always(!beside || grow_is_filled(beside, 3 * SEGMENT));
    ouro_buf_free(rt, buf);
    ouro_buf_free(rt, beside);
    check(kit_usage(rt).buffer_bytes == before.buffer_bytes);
    check(OURO_DEBUG || kit_usage(rt).reserved <= before.reserved + SEGMENT);
    need(buf && beside);
}

CASE(grow, alone_in_its_segment_it_leaves_it) {
    ouro_mem_trim(rt);
    uint32_t *buf = grow_new(rt, 28 * PAGE);
    need(buf);
    int grown = grow_try(rt, &buf, 2 * SEGMENT);
    always(!grown || grow_is_possible());
    for (size_t i = 0; i < kit_size(20000, 100); i++) {
        node *n = own(node_new(rt)); // into what was left over
        if (!n)
            ouro_buf_free(rt, buf);
        need(n);
    }
    always(grow_is_filled(buf, ouro_buf_size(buf)));
    ouro_buf_free(rt, buf);
}

CASE(grow, what_is_too_large_is_refused) {
    uint32_t *buf = grow_new(rt, 3 * SEGMENT);
    need(buf);
    grow_fill(buf, ouro_buf_size(buf));
    always(!grow_try(rt, &buf, SIZE_MAX) && !grow_try(rt, &buf, SIZE_MAX / 2) && !grow_try(rt, &buf, (size_t)1 << 50));
    ouro_mem_set_limit(rt, kit_usage(rt).pages + SEGMENT);
    always(!grow_try(rt, &buf, 5 * SEGMENT));
    always(grow_try(rt, &buf, ouro_buf_size(buf) + PAGE) == grow_is_possible());
    ouro_buf_free(rt, buf);
}

// A buffer in a segment from somewhere else is not moved; an embedder gets back what he gave.
static size_t grow_given, grow_wrong;

static void *grow_acquire(void *user, size_t bytes) {
    (void)user;
    grow_given += bytes;
    return aligned_alloc(SEGMENT, bytes);
}

static void grow_release(void *user, void *memory, size_t bytes) {
    (void)user;
    grow_wrong += bytes > grow_given;
    grow_given -= bytes;
    free(memory);
}

static void grow_set_up(ouro_options *options) {
    static const ouro_page_source source = {grow_acquire, grow_release, NULL};
    grow_given = grow_wrong = 0;
    options->pages = &source;
}

CASE_WITH(grow, memory_of_others_is_not_moved, grow_set_up) {
    size_t bytes = 2 * SEGMENT;
    uint32_t *buf = grow_new(rt, bytes), *at = buf;
    need(buf);
    grow_fill(buf, ouro_buf_size(buf));
    always(!grow_try(rt, &buf, 5 * SEGMENT));
    always(grow_try(rt, &buf, 3 * SEGMENT - 2 * PAGE) == grow_is_possible() && buf == at);
    always(kit_usage(rt).reserved == grow_given && !grow_wrong);
    ouro_buf_free(rt, buf);
    always(!grow_wrong);
}

// Who walks the heap misses nothing, whatever grows meanwhile.
typedef struct grow_walk {
    ouro_rt *rt;
    uint32_t *buf[4];
    size_t seen;
} grow_walk;

static int grow_while_walking(ouro_obj *o, void *arg) {
    grow_walk *w = arg;
    uint32_t **buf = &w->buf[w->seen++ % 4];
    (void)o;
    if (ouro_buf_size(*buf) < 20 * SEGMENT)
        grow_try(w->rt, buf, ouro_buf_size(*buf) * 2);
    return 0;
}

CASE(grow, walkers_miss_nothing) {
    grow_walk w = {rt, {NULL}, 0};
    node *chain = own(kit_chain(rt, 100));
    size_t made = 0, objects = kit_usage(rt).objects;
    for (; chain && made < 4 && (w.buf[made] = grow_new(rt, SEGMENT + made * SEGMENT)); made++)
        grow_fill(w.buf[made], ouro_buf_size(w.buf[made]));
    if (made == 4) {
        ouro_gc_get_objects(rt, -1, grow_while_walking, &w);
        check(w.seen == objects);
    }
    for (size_t i = 0; i < made; i++) {
        always(grow_is_filled(w.buf[i], ouro_buf_size(w.buf[i])));
        ouro_buf_free(rt, w.buf[i]);
    }
    need(made == 4);
}
