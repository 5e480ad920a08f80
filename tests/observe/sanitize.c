// SPDX-License-Identifier: MIT
// sanitize.c: AddressSanitizer and valgrind cannot see into the runtime's pages by themselves; they are told what is
// free. Planted mistakes, each in a process of its own, must be reported where a tool is on; where none is, the same
// program must run to its end, so that the test shows the tool at work and not a crash.
#include "kit.h"

#ifdef OURO_VALGRIND
#include <valgrind/memcheck.h>
#endif

// What a mistake reads goes here, so that no compiler leaves it out.
static volatile uint64_t sanitize_sink;

static ouro_rt *sanitize_rt;
static node *sanitize_object;
static char *sanitize_buffer;

static void sanitize_set_up(void) {
    sanitize_rt = kit_rt_new(NULL);
    node *neighbour = node_new(sanitize_rt); // the page stays in use
    sanitize_sink = (uint64_t)neighbour->id;
    sanitize_object = node_new(sanitize_rt);
    sanitize_buffer = ouro_buf_alloc(sanitize_rt, 64);
    memset(sanitize_buffer, 1, 64);
}

// Ends a child: under valgrind with a code if there were reports (valgrind may put its own in place of it).
static void sanitize_end(void) {
#ifdef OURO_VALGRIND
    if (VALGRIND_COUNT_ERRORS)
        _Exit(42);
#endif
    fprintf(stderr, "nothing was noticed\n");
}

static int sanitize_tool(void) {
#ifdef OURO_VALGRIND
    return RUNNING_ON_VALGRIND != 0;
#else
    return CHILD_ASAN;
#endif
}

static void sanitize_expect(void (*mistake)(void), int line) {
    child_result r;
    child_run(mistake, &r);
    int reported = r.code != 0;
    if (reported != sanitize_tool() || (!sanitize_tool() && !child_said(&r, "nothing was noticed"))) {
        fprintf(stderr, "code %d, signal %d:\n%s\n", r.code, r.signal, r.text);
        test_fail(__FILE__, line, sanitize_tool() ? "the mistake is reported" : "the program ends by itself");
    }
}

static void sanitize_read_freed(void) {
    sanitize_set_up();
    ouro_decref(&sanitize_object->head);
    sanitize_sink = (uint64_t)(uintptr_t)sanitize_object->right;
    sanitize_end();
}

Test(sanitize, a_field_of_a_freed_object) {
    sanitize_expect(sanitize_read_freed, __LINE__);
}

static void sanitize_read_free_slot(void) {
    sanitize_set_up();
    sanitize_sink = ((volatile uint64_t *)sanitize_object)[40 * sizeof(node) / 8 + 2]; // a block nobody was given
    sanitize_end();
}

Test(sanitize, a_block_that_is_free) {
    sanitize_expect(sanitize_read_free_slot, __LINE__);
}

static void sanitize_read_collected(void) {
    sanitize_set_up();
    set(sanitize_object, left, sanitize_object);
    ouro_decref(&sanitize_object->head);
    ouro_gc_collect(sanitize_rt, OURO_GC_FULL);
    sanitize_sink = (uint64_t)(uintptr_t)sanitize_object->right;
    sanitize_end();
}

Test(sanitize, a_field_of_a_collected_object) {
    sanitize_expect(sanitize_read_collected, __LINE__);
}

static void sanitize_read_freed_buffer(void) {
    sanitize_set_up();
    ouro_buf_free(sanitize_rt, sanitize_buffer);
    sanitize_sink = (uint64_t)sanitize_buffer[32];
    sanitize_end();
}

Test(sanitize, a_freed_buffer) {
    sanitize_expect(sanitize_read_freed_buffer, __LINE__);
}

static void sanitize_read_behind_buffer(void) {
    sanitize_set_up();
    sanitize_sink = (uint64_t)((volatile char *)sanitize_buffer)[64 + 16]; // the next block, which is free
    sanitize_end();
}

Test(sanitize, behind_a_buffer) {
    sanitize_expect(sanitize_read_behind_buffer, __LINE__);
}

static void sanitize_read_freed_items(void) {
    sanitize_set_up();
    vec *v = ouro_new_tail(sanitize_rt, &vec_type, 8);
    ouro_obj **item = v->item;
    ouro_decref(&v->head);
    sanitize_sink = (uint64_t)(uintptr_t)item[4];
    sanitize_end();
}

Test(sanitize, the_items_of_a_dead_list) {
    sanitize_expect(sanitize_read_freed_items, __LINE__);
}

// What is in use may be read and written to its last byte.
Test(sanitize, no_report_where_nothing_is_wrong) {
    ouro_rt *rt = kit_rt_new(NULL);
    for (size_t n = 1; n < 5000; n += 97) {
        char *buf = ouro_buf_alloc(rt, n);
        memset(buf, 1, n);
        always(ouro_buf_size(buf) >= n && buf[n - 1] == 1);
        row *r = row_new(rt, n);
        r->item[n - 1] = NULL;
        ouro_decref(&r->head);
        ouro_buf_free(rt, buf);
    }
    ouro_mem_trim(rt);
    always(ouro_verify(rt) == 0 && ouro_rt_destroy(rt) == 0);
}
