// SPDX-License-Identifier: MIT
// heap_blocks.c: objects of many sizes and buffers, made, resized and freed at random. Every block is filled with a
// pattern of its own, to the last byte it may use, and checked when it is touched: so blocks that overlap, move without
// their bytes or are handed out twice are found. Figures are compared with a plain sum.
#include "../support/test.h"

#define BLOCKS 1500
#define TYPES 26

typedef struct held_block {
    void *at;
    size_t bytes; // that it was asked for, or grew to
    uint64_t key; // what its pattern is made from
    int type;     // -1: a buffer
} held_block;

typedef struct block_source {
    size_t outstanding;
    int fail_in; // this many requests from now on one fails; 0 for never
} block_source;

static ouro_type block_types[TYPES];
static const size_t block_sizes[TYPES] = {8,    16,   24,   32,    40,    48,    56,    72,    104,
                                          128,  136,  200,  320,   512,   800,   1000,  2048,  3000,
                                          5000, 8192, 9000, 16384, 20000, 32768, 40000, 200000};

static held_block held[BLOCKS];
static uint64_t held_random;

static uint64_t block_random(void) {
    uint64_t x = held_random += 0x9E3779B97F4A7C15u;
    x = (x ^ x >> 30) * 0xBF58476D1CE4E5B9u;
    x = (x ^ x >> 27) * 0x94D049BB133111EBu;
    return x ^ x >> 31;
}

static size_t block_below(size_t n) {
    return block_random() % n;
}

static int block_types_register(ouro_rt *rt) {
    for (int k = 0; k < TYPES; k++) {
        if (!block_types[k].name) {
            ouro_type_init(&block_types[k], "block", block_sizes[k]);
            block_types[k].flags = k % 3 ? OURO_TYPE_ACYCLIC : 0;
            block_types[k].align = k % 4 == 1 ? (size_t)16 << k % 3 : 0;
        }
        if (ouro_type_register(rt, &block_types[k]) < 0)
            return -1;
    }
    return 0;
}

// ---- patterns ----

// Objects keep their header.
static size_t block_start(const held_block *b) {
    return b->type < 0 ? 0 : sizeof(ouro_obj);
}

static unsigned char block_byte(const held_block *b, size_t i) {
    return (unsigned char)(b->key >> (i % 8 * 8) ^ i / 8 * 131);
}

static void block_fill(held_block *b) {
    b->key = block_random();
    for (size_t i = block_start(b); i < b->bytes; i++)
        ((unsigned char *)b->at)[i] = block_byte(b, i);
}

static int block_is_intact(const held_block *b, size_t bytes) {
    for (size_t i = block_start(b); i < bytes; i++)
        if (((unsigned char *)b->at)[i] != block_byte(b, i))
            return 0;
    return 1;
}

static int block_is_zero(const held_block *b) {
    for (size_t i = block_start(b); i < b->bytes; i++)
        if (((unsigned char *)b->at)[i])
            return 0;
    return 1;
}

static int block_is_aligned(const held_block *b) {
    size_t align = b->type >= 0 && block_types[b->type].align ? block_types[b->type].align : 8;
    return (uintptr_t)b->at % align == 0;
}

// ---- operations ----

// Mostly small, sometimes of pages of its own.
static size_t block_random_bytes(void) {
    size_t r = block_below(100);
    return r < 70 ? block_below(300) : r < 90 ? block_below(5000) : r < 99 ? block_below(60000) : block_below(3 << 20);
}

// 1 if the call was refused for lack of memory, as the source said.
static int block_refused(ouro_rt *rt, const block_source *source) {
    cr_assert(source != NULL && ouro_error_code(rt) == OURO_ERR_MEMORY);
    ouro_error_clear(rt);
    return 1;
}

static void block_make(ouro_rt *rt, held_block *b, const block_source *source) {
    int buffer = block_below(2) == 0;
    size_t kind = block_below(TYPES * 8);
    b->type = buffer ? -1 : (int)(kind < TYPES ? kind : kind % 13); // the large ones are rare
    b->bytes = buffer ? block_random_bytes() : block_sizes[b->type];
    b->at = buffer ? ouro_buf_alloc(rt, b->bytes) : ouro_new(rt, &block_types[b->type]);
    if (!b->at) {
        block_refused(rt, source);
        return;
    }
    if (buffer) {
        cr_assert(ouro_buf_size(b->at) >= b->bytes);
        b->bytes = ouro_buf_size(b->at);
    } else
        cr_assert(block_is_zero(b));
    cr_assert(block_is_aligned(b));
    block_fill(b);
}

static void block_free(ouro_rt *rt, held_block *b) {
    if (!b->at)
        return;
    cr_assert(block_is_intact(b, b->bytes));
    if (b->type < 0)
        ouro_buf_free(rt, b->at);
    else
        ouro_decref(b->at);
    b->at = NULL;
}

static void block_resize(ouro_rt *rt, held_block *b, const block_source *source) {
    size_t bytes = block_random_bytes();
    void *at = ouro_buf_realloc(rt, b->at, bytes);
    if (!at) {
        block_refused(rt, source);
        cr_assert(block_is_intact(b, b->bytes));
        return;
    }
    b->at = at;
    cr_assert(ouro_buf_size(at) >= bytes && block_is_aligned(b));
    cr_assert(block_is_intact(b, bytes < b->bytes ? bytes : b->bytes));
    b->bytes = ouro_buf_size(at);
    block_fill(b);
}

static void block_step(ouro_rt *rt, const block_source *source) {
    held_block *b = &held[block_below(BLOCKS)];
    if (!b->at)
        block_make(rt, b, source);
    else if (b->type < 0 && block_below(3) == 0)
        block_resize(rt, b, source);
    else
        block_free(rt, b);
}

// ---- figures ----

static int block_compare(const void *a, const void *b) {
    const held_block *x = a, *y = b;
    return x->at < y->at ? -1 : x->at > y->at;
}

static void block_check_overlap(void) {
    static held_block sorted[BLOCKS];
    memcpy(sorted, held, sizeof sorted);
    qsort(sorted, BLOCKS, sizeof *sorted, block_compare);
    for (size_t i = 1; i < BLOCKS; i++)
        cr_assert(!sorted[i - 1].at || (char *)sorted[i - 1].at + sorted[i - 1].bytes <= (char *)sorted[i].at);
}

static int block_add_class(const ouro_mem_class *c, void *arg) {
    ouro_mem_usage *sum = arg;
    if (c->kind == OURO_PAGE_BUFFER)
        sum->buffer_bytes += c->blocks_used * c->block_bytes;
    else
        sum->objects += c->blocks_used;
    sum->pages += c->pages;
    return 0;
}

static void block_check_figures(ouro_rt *rt) {
    size_t objects = 0, object_bytes = 0, buffer_bytes = 0;
    for (size_t i = 0; i < BLOCKS; i++) {
        if (!held[i].at)
            continue;
        objects += held[i].type >= 0;
        *(held[i].type < 0 ? &buffer_bytes : &object_bytes) += held[i].bytes;
    }
    ouro_mem_usage u, sum = {0};
    ouro_mem_get_usage(rt, &u);
    cr_assert(u.objects == objects && u.object_bytes >= object_bytes && u.buffer_bytes >= buffer_bytes);
    cr_assert(u.used == u.object_bytes + u.buffer_bytes + u.external_bytes);
    cr_assert(u.pages >= u.object_bytes + u.buffer_bytes && u.reserved >= u.pages);
    cr_assert(u.fragmentation == u.pages - u.object_bytes - u.buffer_bytes && u.peak_pages >= u.pages);
    ouro_mem_classes(rt, block_add_class, &sum);
    cr_assert(sum.objects == objects && sum.buffer_bytes <= u.buffer_bytes);
}

// ---- page sources ----

static void *block_acquire(void *user, size_t bytes) {
    block_source *s = user;
    if (s->fail_in && --s->fail_in == 0)
        return NULL;
    void *at = aligned_alloc(OURO_SEGMENT_BYTES, bytes);
    if (at)
        s->outstanding += bytes;
    return at;
}

static void block_release(void *user, void *at, size_t bytes) {
    ((block_source *)user)->outstanding -= bytes;
    free(at);
}

static ouro_rt *block_runtime(const ouro_page_source *pages) {
    ouro_options options;
    ouro_options_init(&options);
    options.pages = pages;
    ouro_rt *rt = ouro_rt_create(&options);
    cr_assert(rt && block_types_register(rt) == 0);
    return rt;
}

static void block_run(ouro_rt *rt, block_source *source, int steps) {
    for (int step = 0; step < steps; step++) {
        if (source && step % 500 == 0)
            source->fail_in = (int)block_below(3);
        block_step(rt, source && source->fail_in >= 0 ? source : NULL);
        if (step % 5000)
            continue;
        block_check_overlap();
        block_check_figures(rt);
        cr_assert(ouro_verify(rt) == 0);
    }
}

static void block_free_all(ouro_rt *rt) {
    for (size_t i = 0; i < BLOCKS; i++)
        block_free(rt, &held[i]);
    ouro_mem_usage u;
    ouro_mem_trim(rt);
    ouro_mem_get_usage(rt, &u);
    cr_assert(u.objects == 0 && u.used == 0 && u.fragmentation == u.pages);
    cr_assert(ouro_verify(rt) == 0);
}

static int block_steps(void) {
    return test_mode_now() == TEST_PLAIN && !OURO_DEBUG ? 60000 : 12000;
}

Test(model, blocks) {
    held_random = 11;
    ouro_rt *rt = block_runtime(NULL);
    block_run(rt, NULL, block_steps());
    block_free_all(rt);
    cr_assert(ouro_rt_destroy(rt) == 0);
}

// All that was taken from a source goes back to it; what it refuses is a clean error.
Test(model, blocks_of_a_failing_source) {
    block_source source = {0, 0};
    ouro_page_source pages = {block_acquire, block_release, &source};
    held_random = 12;
    ouro_rt *rt = block_runtime(&pages);
    block_run(rt, &source, block_steps());
    source.fail_in = 0;
    block_free_all(rt);
    ouro_mem_usage u;
    ouro_mem_get_usage(rt, &u);
    cr_assert(u.reserved == source.outstanding);
    cr_assert(ouro_rt_destroy(rt) == 0);
    cr_assert(source.outstanding == 0);
}

// A limit is kept, and what does not fit is refused.
Test(model, blocks_within_a_limit) {
    static block_source refusing;
    held_random = 13;
    ouro_rt *rt = block_runtime(NULL);
    ouro_mem_set_limit(rt, 4 << 20);
    for (int step = 0; step < block_steps(); step++) {
        block_step(rt, &refusing);
        if (step % 1000 == 0) {
            ouro_mem_usage u;
            ouro_mem_get_usage(rt, &u);
            cr_assert(u.pages + u.external_bytes <= 4 << 20);
        }
    }
    block_free_all(rt);
    cr_assert(ouro_rt_destroy(rt) == 0);
}
