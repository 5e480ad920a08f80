// SPDX-License-Identifier: MIT
// source.c: a page source of the embedder's. Its memory is dirty, it counts, it checks what comes back, and it fails.
#include "kit.h"

typedef struct source_state {
    size_t live_bytes, acquired, released, limit;
    int wrong; // memory that came back as it was not given, or sizes that cannot be
} source_state;

enum { SOURCE_BLOCKS = 256 };
static source_state source_now;
static struct source_given {
    void *memory;
    size_t bytes;
} source_given[SOURCE_BLOCKS];

static void *source_acquire(void *user, size_t bytes) {
    source_state *s = user;
    if (bytes == 0 || bytes % OURO_SEGMENT_BYTES)
        s->wrong++;
    if (s->live_bytes + bytes > s->limit)
        return NULL;
    for (size_t i = 0; i < SOURCE_BLOCKS; i++)
        if (!source_given[i].memory) {
            void *memory = aligned_alloc(OURO_SEGMENT_BYTES, bytes);
            if (!memory)
                return NULL;
            memset(memory, 0xCD, bytes);
            source_given[i].memory = memory;
            source_given[i].bytes = bytes;
            s->live_bytes += bytes;
            s->acquired++;
            return memory;
        }
    return NULL;
}

static void source_release(void *user, void *memory, size_t bytes) {
    source_state *s = user;
    for (size_t i = 0; i < SOURCE_BLOCKS; i++)
        if (source_given[i].memory == memory) {
            s->wrong += source_given[i].bytes != bytes;
            source_given[i].memory = NULL;
            s->live_bytes -= bytes;
            s->released++;
            free(memory);
            return;
        }
    s->wrong++;
}

static ouro_page_source source_mine = {source_acquire, source_release, &source_now};

static void source_reset(void) {
    memset(&source_now, 0, sizeof source_now);
    source_now.limit = SIZE_MAX;
}

static void source_set_up(ouro_options *options) {
    source_reset();
    options->pages = &source_mine;
}

CASE_WITH(source, everything_comes_from_it, source_set_up) {
    node *chain = own(kit_chain(rt, kit_size(100000, 1000)));
    need(chain);
    ouro_mem_usage u = kit_usage(rt);
    always(u.reserved == source_now.live_bytes);
    always(u.pages <= source_now.live_bytes && source_now.acquired > 0);
    always(source_now.wrong == 0);
}

CASE_WITH(source, memory_that_was_not_zero_does_no_harm, source_set_up) {
    row *r = own(row_new(rt, 300000));
    need(r);
    size_t dirty = 0;
    for (size_t i = 0; i < r->n; i++)
        dirty += r->item[i] != NULL;
    for (int i = 0; i < 2000; i++) {
        node *n = node_new(rt);
        need(n);
        dirty += n->left || n->right || n->id;
        ouro_decref(&n->head);
    }
    always(dirty == 0);
    must(ouro_verify(rt));
}

Test(source, everything_is_released_at_destroy) {
    for (int round = 0; round < 3; round++) {
        ouro_rt *rt = kit_rt_new(source_set_up);
        node *chain = kit_chain(rt, 200000);
        void *large = ouro_buf_alloc(rt, 9 << 20);
        always(chain && large && source_now.live_bytes > 15000000);
        ouro_buf_free(rt, large);
        ouro_decref(&chain->head);
        always(ouro_rt_destroy(rt) == 0);
        always(source_now.live_bytes == 0 && source_now.released == source_now.acquired && source_now.wrong == 0);
    }
}

Test(source, what_was_left_is_released_too) {
    ouro_rt *rt = kit_rt_new(source_set_up);
    node *chain = kit_chain(rt, 100);
    row *large = row_new(rt, 500000);
    always(chain && large);
    always(ouro_rt_destroy(rt) == 101);
    always(source_now.live_bytes == 0 && source_now.wrong == 0);
}

CASE_WITH(source, a_large_block_is_one_piece, source_set_up) {
    size_t before = source_now.live_bytes;
    char *buf = ouro_buf_alloc(rt, 40 << 20);
    need(buf);
    buf[0] = buf[(40 << 20) - 1] = 1;
    always(source_now.live_bytes >= before + (40 << 20));
    always(source_now.wrong == 0);
    ouro_buf_free(rt, buf);
    ouro_mem_trim(rt);
    always(source_now.live_bytes <= before + OURO_SEGMENT_BYTES);
}

CASE_WITH(source, trim_gives_empty_segments_back, source_set_up) {
    void *buf[64];
    int made = 0;
    for (int i = 0; i < 64; i++) {
        buf[i] = ouro_buf_alloc(rt, 200000);
        made += buf[i] != NULL;
    }
    size_t high = source_now.live_bytes;
    for (int i = 0; i < 64; i++)
        ouro_buf_free(rt, buf[i]);
    ouro_error_clear(rt);
    ouro_mem_trim(rt);
    check(made == 64 && high >= 12800000);
    check(OURO_DEBUG || source_now.live_bytes <= 2 * OURO_SEGMENT_BYTES);
    always(kit_usage(rt).reserved == source_now.live_bytes && source_now.wrong == 0);
}

CASE_WITH(source, a_full_collection_trims, source_set_up) {
    size_t n = kit_size(300000, 3000);
    node *chain = kit_chain(rt, n);
    need(chain);
    size_t high = source_now.live_bytes;
    ouro_decref(&chain->head);
    ouro_gc_collect(rt, OURO_GC_FULL);
    always(high >= n * sizeof(node) && source_now.live_bytes <= high);
    check(source_now.live_bytes <= 2 * OURO_SEGMENT_BYTES);
}

CASE_WITH(source, failing_is_out_of_memory, source_set_up) {
    row *list = row_new(rt, 3000);
    need(list);
    source_now.limit = 0; // what it has given stays given
    size_t n = 0;
    for (row *r; n < 10000 && (r = row_new(rt, 3000)); n++) {
        ouro_setref_steal(&r->head, &r->item[0], &list->head);
        list = r;
    }
    always(n < 10000 && ouro_error_code(rt) == OURO_ERR_MEMORY);
    ouro_error_clear(rt);
    always(!ouro_buf_alloc(rt, 3 << 20));
    always(ouro_error_code(rt) == OURO_ERR_MEMORY);
    ouro_error_clear(rt);
    always(ouro_verify(rt) == 0);
    source_now.limit = SIZE_MAX;
    void *buf = ouro_buf_alloc(rt, 3 << 20);
    ouro_decref(&list->head);
    need(buf);
    ouro_buf_free(rt, buf);
}

Test(source, failing_from_the_start) {
    ouro_options options;
    ouro_options_init(&options);
    source_reset();
    source_now.limit = 0;
    options.pages = &source_mine;
    ouro_rt *rt = ouro_rt_create(&options);
    if (rt) { // a runtime may take its first segment later
        always(test_types_register(rt) == 0);
        always(!node_new(rt) && ouro_error_code(rt) == OURO_ERR_MEMORY);
        ouro_error_clear(rt);
        always(!ouro_buf_alloc(rt, 10) && ouro_error_code(rt) == OURO_ERR_MEMORY);
        ouro_error_clear(rt);
        always(ouro_rt_destroy(rt) == 0);
    } else {
        always(options.error[0] != 0);
    }
    always(source_now.live_bytes == 0);
}

Test(source, is_copied_at_creation) {
    ouro_page_source mine = source_mine;
    ouro_options options;
    ouro_options_init(&options);
    source_reset();
    options.pages = &mine;
    ouro_rt *rt = ouro_rt_create(&options);
    memset(&mine, 0, sizeof mine);
    always(rt && test_types_register(rt) == 0);
    node *chain = kit_chain(rt, 100000);
    always(chain && source_now.acquired > 0);
    ouro_decref(&chain->head);
    always(ouro_rt_destroy(rt) == 0 && source_now.live_bytes == 0);
}

Test(source, does_not_get_the_memory_of_others) {
    ouro_rt *plain = kit_rt_new(NULL); // leaves segments in the process's cache
    node *chain = kit_chain(plain, 200000);
    ouro_xdecref(obj(chain));
    ouro_rt_destroy(plain);
    ouro_rt *mine = kit_rt_new(source_set_up);
    chain = kit_chain(mine, 100000);
    always(chain && kit_usage(mine).reserved == source_now.live_bytes);
    plain = kit_rt_new(NULL);
    node *other = kit_chain(plain, 200000);
    always(kit_usage(mine).reserved == source_now.live_bytes);
    ouro_decref(&chain->head);
    ouro_decref(&other->head);
    always(ouro_rt_destroy(mine) == 0 && source_now.live_bytes == 0 && source_now.wrong == 0);
    always(ouro_rt_destroy(plain) == 0);
}
