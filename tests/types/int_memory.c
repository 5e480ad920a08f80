// SPDX-License-Identifier: MIT
// int_memory.c: what happens when libtommath finds no memory, for ints so long that it is asked. Its four functions
// that allocate are defined here once more, so that the program's are called, also by the library itself; each call of
// one of them may be made to fail.
#define _GNU_SOURCE
#include "sums.h"

#include <dlfcn.h>
#include <tommath.h>

static uint64_t memory_asked, memory_fails_at; // 0: never

static int memory_fails(void) {
    return memory_fails_at && ++memory_asked == memory_fails_at;
}

// Fills a pointer to the function that this program's hides.
static void memory_real(const char *name, void *pointer) {
    void *function = dlsym(RTLD_NEXT, name);
    if (!function)
        abort();
    memcpy(pointer, &function, sizeof function);
}

OURO_API mp_err mp_init(mp_int *a) {
    static mp_err (*real)(mp_int * a);
    if (!real)
        memory_real("mp_init", &real);
    return memory_fails() ? MP_MEM : real(a);
}

OURO_API mp_err mp_init_size(mp_int *a, int size) {
    static mp_err (*real)(mp_int * a, int size);
    if (!real)
        memory_real("mp_init_size", &real);
    return memory_fails() ? MP_MEM : real(a, size);
}

OURO_API mp_err mp_grow(mp_int *a, int size) {
    static mp_err (*real)(mp_int * a, int size);
    if (!real)
        memory_real("mp_grow", &real);
    return a->alloc < size && memory_fails() ? MP_MEM : real(a, size);
}

OURO_API mp_err mp_shrink(mp_int *a) {
    static mp_err (*real)(mp_int * a);
    if (!real)
        memory_real("mp_shrink", &real);
    return memory_fails() ? MP_MEM : real(a);
}

typedef ouro_obj *(*memory_work)(ouro_rt *rt, ouro_op op, ouro_obj *a, ouro_obj *b);

// Does a piece of work again and again, each time with another of its requests failing, until none does. Returns: how
// many failed; 0 if something went wrong.
static uint64_t memory_sweep(ouro_rt *rt, memory_work work, ouro_op op, ouro_obj *a, ouro_obj *b) {
    size_t before = kit_usage(rt).used;
    for (uint64_t n = 1;; n++) {
        memory_asked = 0;
        memory_fails_at = n;
        ouro_obj *o = work(rt, op, a, b);
        memory_fails_at = 0;
        int failed = memory_asked >= n,
            right = failed ? !o && says(rt, OURO_ERR_MEMORY, "no memory for the digits") : !!o;
        ouro_xdecref(o);
        if (!right || (test_mode_now() == TEST_PLAIN && kit_usage(rt).used != before))
            return 0;
        if (!failed)
            return n - 1;
    }
}

static ouro_obj *work_unary(ouro_rt *rt, ouro_op op, ouro_obj *a, ouro_obj *b) {
    (void)b;
    return ouro_unary(rt, op, a);
}

static char memory_text[2000];

static ouro_obj *work_parse(ouro_rt *rt, ouro_op op, ouro_obj *a, ouro_obj *b) {
    (void)a;
    (void)b;
    memset(memory_text, '1', sizeof memory_text);
    return ouro_int_parse(rt, memory_text, sizeof memory_text, op == OURO_ADD ? 10 : 16);
}

CASE(int_memory, every_operation_fails_cleanly) {
    static const struct {
        ouro_op op;
        const char *a, *b;
    } all[] = {
        {OURO_ADD, "2^6000", "2^6000"},
        {OURO_SUB, "2^6000", "1"},
        {OURO_MUL, "3^900", "7^1900"},
        {OURO_MUL, "3^9000", "7^9000"},
        {OURO_FLOORDIV, "-3^9000", "7^1000"},
        {OURO_MOD, "-3^9000", "7^1000"},
        {OURO_FLOORDIV, "-3^9000", "7"},
        {OURO_FLOORDIV, "5", "2^6000"},
        {OURO_POW, "3", "500"},
        {OURO_AND, "-2^6000", "2^6001-1"},
        {OURO_OR, "-2^6000", "1"},
        {OURO_XOR, "2^6000", "-1"},
        {OURO_LSHIFT, "1", "9000"},
        {OURO_RSHIFT, "2^6000+1", "9"},
        {OURO_RSHIFT, "-2^6000+1", "5000"},
        {OURO_DIV, "3^900", "7^400"},
        {OURO_DIV, "3", "2^900"},
        {OURO_POW, "2^900", "3"},
        {OURO_POW, "-2^64-1", "17"},
        {OURO_SUB, "2^6000", "2^6000-1"},
    };
    if (test_mode_now() == TEST_FAULT)
        return; // the runtime's own allocations fail there
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        ouro_obj *a = own(number_of(rt, all[i].a)), *b = own(number_of(rt, all[i].b));
        need(a);
        need(b);
        check(memory_sweep(rt, ouro_binary, all[i].op, a, b) > 0);
    }
}

CASE(int_memory, everything_else_fails_cleanly) {
    ouro_obj *none = ouro_none(rt), *big = own(number_of(rt, "2^6000"));
    need(big);
    if (test_mode_now() == TEST_FAULT)
        return;
    check(memory_sweep(rt, work_unary, OURO_NEG, big, none) > 0 &&
          memory_sweep(rt, work_unary, OURO_INVERT, big, none) > 0);
    check(memory_sweep(rt, work_parse, OURO_ADD, none, none) > 0 &&
          memory_sweep(rt, work_parse, OURO_SUB, none, none) > 0);
}
