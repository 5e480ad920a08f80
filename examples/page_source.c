// SPDX-License-Identifier: MIT
// Memory from a source of one's own, with a limit. Look at: running out is an ordinary event: the call fails with a
// message, everything built so far is intact, dropping needs no memory, and then the program goes on; at the end the
// source has got back every segment it gave.
#include <ouro.h>
#include <stdio.h>
#include <stdlib.h>

typedef struct block {
    ouro_obj head;
    ouro_obj *next;
    char payload[1000];
} block;
static const ouro_field block_fields[] = {OURO_FIELD(block, next)};
static ouro_type block_type;

typedef struct source {
    int taken, returned;
} source;

static void *source_acquire(void *user, size_t bytes) {
    source *s = user;
    void *memory = aligned_alloc(OURO_SEGMENT_BYTES, bytes);
    if (memory)
        s->taken++;
    return memory;
}

static void source_release(void *user, void *memory, size_t bytes) {
    source *s = user;
    (void)bytes;
    s->returned++;
    free(memory);
}

// Makes blocks, each owning the one before, until no more can be made. Returns: how many; an error is pending.
static int fill(ouro_rt *rt, ouro_obj **newest) {
    int n = 0;
    for (block *b; (b = ouro_new(rt, &block_type)); n++) {
        ouro_setref_steal(&b->head, &b->next, ouro_takeslot(newest));
        *newest = &b->head;
    }
    printf("%s: %s\n", ouro_code_name(ouro_error_code(rt)), ouro_error_message(rt));
    return n;
}

int main(void) {
    source s = {0, 0};
    ouro_page_source pages = {source_acquire, source_release, &s};
    ouro_options options;
    ouro_options_init(&options);
    options.pages = &pages;
    options.memory_limit = 4 * OURO_SEGMENT_BYTES;
    ouro_rt *rt = ouro_rt_create(&options);
    if (!rt) {
        fprintf(stderr, "page_source: %s\n", options.error);
        return 1;
    }
    ouro_type_init(&block_type, "block", sizeof(block));
    block_type.fields = block_fields;
    block_type.n_fields = 1;
    int failed = ouro_type_register(rt, &block_type) < 0; // then the first block fails as well
    ouro_obj *newest = NULL;
    ouro_mem_usage usage;
    int first = fill(rt, &newest);
    ouro_mem_get_usage(rt, &usage);
    printf("blocks: %d; within the limit: %s\n", first, usage.pages <= usage.limit ? "yes" : "no");
    ouro_error_clear(rt);
    ouro_setslot(&newest, NULL);
    int second = fill(rt, &newest);
    printf("all dropped; as many fit again: %s\n", second == first ? "yes" : "no");
    ouro_error_clear(rt);
    ouro_setslot(&newest, NULL);
    size_t left = ouro_rt_destroy(rt);
    printf("segments: %d taken, %d returned\n", s.taken, s.returned);
    return failed || left != 0 || second != first || s.taken != s.returned;
}
