// SPDX-License-Identifier: MIT
// buffer.c: out-of-line storage: what a buffer holds stays what it is through growing, shrinking, moving, failing, and
// whatever happens to its neighbours.
#include "kit.h"

CASE(buffer, no_bytes_give_a_valid_pointer) {
    void *a = ouro_buf_alloc(rt, 0);
    need(a);
    void *b = ouro_buf_alloc(rt, 0);
    if (!b)
        ouro_buf_free(rt, a);
    need(b);
    check(a != b);
    ouro_buf_free(rt, a);
    ouro_buf_free(rt, b);
}

CASE(buffer, freeing_null_does_nothing) {
    ouro_mem_usage before = kit_usage(rt);
    ouro_buf_free(rt, NULL);
    ouro_mem_usage after = kit_usage(rt);
    always(memcmp(&before, &after, sizeof before) == 0);
}

CASE(buffer, has_room_for_what_was_asked) {
    for (size_t n = 0; n < 200000; n = n + 1 + n / 5) {
        char *buf = ouro_buf_alloc(rt, n);
        need(buf);
        size_t room = ouro_buf_size(buf);
        always(room >= n);
        memset(buf, 0x5A, room); // all of it may be used
        ouro_buf_free(rt, buf);
    }
    must(ouro_verify(rt));
}

CASE(buffer, is_8_byte_aligned) {
    for (size_t n = 1; n < 100000; n = n * 3 + 1) {
        void *buf = ouro_buf_alloc(rt, n);
        need(buf);
        always((uintptr_t)buf % 8 == 0);
        ouro_buf_free(rt, buf);
    }
}

CASE(buffer, realloc_of_null_makes_a_new_one) {
    char *buf = ouro_buf_realloc(rt, NULL, 300);
    need(buf);
    always(ouro_buf_size(buf) >= 300);
    memset(buf, 1, 300);
    ouro_buf_free(rt, buf);
}

static int buffer_is_filled(const unsigned char *buf, size_t n, unsigned seed) {
    for (size_t i = 0; i < n; i++)
        if (buf[i] != (unsigned char)(i * 7 + seed))
            return 0;
    return 1;
}

static void buffer_fill(unsigned char *buf, size_t n, unsigned seed) {
    for (size_t i = 0; i < n; i++)
        buf[i] = (unsigned char)(i * 7 + seed);
}

CASE(buffer, growing_keeps_the_bytes) {
    unsigned char *buf = ouro_buf_alloc(rt, 1);
    need(buf);
    buffer_fill(buf, 1, 3);
    for (size_t n = 1; n < 3000000; n = n * 2 + 5) {
        unsigned char *grown = ouro_buf_realloc(rt, buf, n * 2 + 5);
        if (!grown) {
            always(buffer_is_filled(buf, n, 3));
            ouro_buf_free(rt, buf);
        }
        need(grown);
        always(buffer_is_filled(grown, n, 3));
        buffer_fill(grown, n * 2 + 5, 3);
        buf = grown;
    }
    ouro_buf_free(rt, buf);
}

CASE(buffer, shrinking_keeps_the_first_bytes) {
    unsigned char *buf = ouro_buf_alloc(rt, 3000000);
    need(buf);
    buffer_fill(buf, 3000000, 9);
    for (size_t n = 1500000; n > 0; n /= 2) {
        unsigned char *less = ouro_buf_realloc(rt, buf, n);
        if (!less)
            ouro_buf_free(rt, buf);
        need(less);
        always(buffer_is_filled(less, n, 9) && ouro_buf_size(less) >= n);
        buf = less;
    }
    ouro_buf_free(rt, buf);
}

CASE(buffer, shrinking_gives_memory_back) {
    size_t before = kit_usage(rt).buffer_bytes;
    void *buf = ouro_buf_alloc(rt, 1000000);
    need(buf);
    void *less = ouro_buf_realloc(rt, buf, 100);
    if (!less)
        ouro_buf_free(rt, buf);
    need(less);
    check(kit_usage(rt).buffer_bytes - before < 500000);
    ouro_buf_free(rt, less);
}

CASE(buffer, realloc_in_its_room_does_not_move) {
    char *buf = ouro_buf_alloc(rt, 100);
    need(buf);
    char *same = ouro_buf_realloc(rt, buf, ouro_buf_size(buf));
    if (!same)
        ouro_buf_free(rt, buf);
    need(same);
    check(same == buf || OURO_DEBUG);
    ouro_buf_free(rt, same);
}

CASE(buffer, sizes_that_cannot_be_are_refused) {
    const size_t sizes[] = {
        SIZE_MAX,     SIZE_MAX - 7,   SIZE_MAX - OURO_PAGE_BYTES, SIZE_MAX - OURO_SEGMENT_BYTES, SIZE_MAX / 2 + 1,
        SIZE_MAX / 2, (size_t)1 << 50};
    unsigned char *kept = ouro_buf_alloc(rt, 100);
    need(kept);
    buffer_fill(kept, 100, 1);
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        always(!ouro_buf_alloc(rt, sizes[i]));
        always(ouro_error_code(rt) == OURO_ERR_MEMORY);
        ouro_error_clear(rt);
        always(!ouro_buf_realloc(rt, kept, sizes[i]));
        always(ouro_error_code(rt) == OURO_ERR_MEMORY);
        ouro_error_clear(rt);
    }
    always(buffer_is_filled(kept, 100, 1));
    ouro_buf_free(rt, kept);
}

CASE(buffer, failing_realloc_leaves_it_as_it_was) {
    unsigned char *buf = ouro_buf_alloc(rt, 5000);
    need(buf);
    buffer_fill(buf, 5000, 4);
    size_t bytes = kit_usage(rt).buffer_bytes;
    ouro_mem_set_limit(rt, 1);
    always(!ouro_buf_realloc(rt, buf, 10 << 20));
    always(ouro_error_code(rt) == OURO_ERR_MEMORY);
    ouro_error_clear(rt);
    ouro_mem_set_limit(rt, 0);
    always(buffer_is_filled(buf, 5000, 4));
    always(kit_usage(rt).buffer_bytes == bytes);
    ouro_buf_free(rt, buf);
}

// ---- against malloc'ed copies ----

enum { BUFFER_SLOTS = 128 };

typedef struct buffer_pair {
    unsigned char *buf, *copy;
    size_t n;
} buffer_pair;

typedef struct buffer_model {
    buffer_pair pair[BUFFER_SLOTS];
    uint64_t random;
} buffer_model;

static uint32_t buffer_random(buffer_model *m) {
    m->random = m->random * 6364136223846793005u + 1442695040888963407u;
    return (uint32_t)(m->random >> 33);
}

// Mostly small, now and then up to 128 KiB, seldom up to 4 MiB.
static size_t buffer_size(buffer_model *m) {
    unsigned bits = buffer_random(m) % 64 ? buffer_random(m) % 17 : buffer_random(m) % 23;
    return buffer_random(m) & ((1u << bits) - 1);
}

static void buffer_scribble(buffer_model *m, buffer_pair *p, size_t from, size_t n) {
    if (n <= from)
        return;
    memset(p->buf + from, (int)(buffer_random(m) & 255), n - from);
    p->buf[n - 1] = (unsigned char)buffer_random(m);
    memcpy(p->copy + from, p->buf + from, n - from);
}

// An allocation that fails leaves the pair as it was: the comparison at the end of the step proves it.
static void buffer_step_resize(ouro_rt *rt, buffer_model *m, buffer_pair *p) {
    size_t n = buffer_size(m), kept = n < p->n ? n : p->n;
    unsigned char *buf = ouro_buf_realloc(rt, p->buf, n);
    if (!buf) {
        always(test_broken(rt) && ouro_error_code(rt) == OURO_ERR_MEMORY);
        ouro_error_clear(rt);
        return;
    }
    p->buf = buf;
    p->copy = realloc(p->copy, n + 1);
    p->n = n;
    always(memcmp(p->buf, p->copy, kept) == 0);
    buffer_scribble(m, p, kept, n);
}

static void buffer_step(ouro_rt *rt, buffer_model *m) {
    buffer_pair *p = &m->pair[buffer_random(m) % BUFFER_SLOTS];
    if (p->buf && buffer_random(m) % 2) {
        always(memcmp(p->buf, p->copy, p->n) == 0);
        always(ouro_buf_size(p->buf) >= p->n);
        ouro_buf_free(rt, p->buf);
        free(p->copy);
        memset(p, 0, sizeof *p);
    } else {
        buffer_step_resize(rt, m, p);
        always(!p->buf || memcmp(p->buf, p->copy, p->n) == 0);
    }
}

CASE(buffer, random_steps_agree_with_copies) {
    static buffer_model m;
    memset(&m, 0, sizeof m);
    m.random = 20261121;
    size_t before = kit_usage(rt).buffer_bytes;
    for (size_t i = 0; i < kit_size(30000, 400); i++)
        buffer_step(rt, &m);
    size_t bytes = 0;
    for (size_t i = 0; i < BUFFER_SLOTS; i++) {
        buffer_pair *p = &m.pair[i];
        always(!p->buf || memcmp(p->buf, p->copy, p->n) == 0);
        bytes += p->buf ? ouro_buf_size(p->buf) : 0;
    }
    always(kit_usage(rt).buffer_bytes - before >= bytes);
    for (size_t i = 0; i < BUFFER_SLOTS; i++) {
        ouro_buf_free(rt, m.pair[i].buf);
        free(m.pair[i].copy);
    }
    always(kit_usage(rt).buffer_bytes == before);
}

CASE(buffer, may_hold_anything_across_collections) {
    unsigned char *buf = ouro_buf_alloc(rt, 4096);
    need(buf);
    memset(buf, 0xFF, 4096); // nothing that looks like an object is followed
    for (int i = 0; i < 3; i++) {
        node *ring = kit_ring(rt, 50);
        ouro_xdecref(obj(ring));
        ouro_gc_collect(rt, OURO_GC_FULL);
    }
    ouro_error_clear(rt);
    for (int i = 0; i < 4096; i++)
        always(buf[i] == 0xFF);
    ouro_buf_free(rt, buf);
}
