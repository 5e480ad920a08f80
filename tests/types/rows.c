// SPDX-License-Identifier: MIT
// rows.c: see rows.h.
#include "rows.h"

#include <ctype.h>

static ouro_obj *rows_item(ouro_rt *rt, char c) {
    return isdigit((unsigned char)c) ? ouro_int_new(rt, c - '0') : ouro_str_new(rt, &c, 1);
}

// Fills up to 64 items; -1 when one could not be made.
static int rows_items(ouro_rt *rt, const char *items, ouro_obj **out, size_t *n) {
    for (*n = 0; items[*n]; ++*n)
        if (!(out[*n] = rows_item(rt, items[*n])))
            return -1;
    return 0;
}

static ouro_obj *rows_make(ouro_rt *rt, const char *items, ouro_obj *(*make)(ouro_rt *, ouro_obj *const *, size_t)) {
    ouro_obj *all[64], *o = NULL;
    size_t n;
    if (rows_items(rt, items, all, &n) == 0)
        o = make(rt, all, n);
    while (n)
        ouro_decref(all[--n]);
    return o;
}

ouro_obj *list_with(ouro_rt *rt, const char *items) {
    return rows_make(rt, items, ouro_list_new);
}

ouro_obj *tuple_with(ouro_rt *rt, const char *items) {
    return rows_make(rt, items, ouro_tuple_new);
}

ouro_obj *deque_with(ouro_rt *rt, size_t max, const char *items) {
    ouro_obj *d = ouro_deque_new(rt, max), *l = d ? list_with(rt, items) : NULL;
    if (d && (!l || ouro_deque_extend(rt, d, l) < 0))
        ouro_setslot_steal(&d, NULL);
    ouro_xdecref(l);
    return d;
}

static size_t rows_size(ouro_obj *o) {
    return ouro_is_deque(o) ? ouro_deque_size(o) : ouro_is_tuple(o) ? ouro_tuple_size(o) : ouro_list_size(o);
}

static char rows_char(ouro_rt *rt, ouro_obj *o, size_t i) {
    ouro_obj *item;
    if (ouro_is_deque(o))
        item = ouro_deque_get(rt, o, (ptrdiff_t)i);
    else
        item = ouro_incref(ouro_is_tuple(o) ? ouro_tuple_peek(o, i) : ouro_list_peek(o, i));
    char c = ouro_is_int(item) ? (char)('0' + ouro_int_word(item)) : ouro_is_str(item) ? *ouro_str_data(item) : '?';
    ouro_decref(item);
    return c;
}

int row_is(ouro_rt *rt, ouro_obj *o, const char *items) {
    char has[256];
    size_t n = rows_size(o);
    for (size_t i = 0; i < n && i < sizeof has - 1; i++)
        has[i] = rows_char(rt, o, i);
    has[n < sizeof has ? n : sizeof has - 1] = 0;
    if (n < sizeof has && !strcmp(has, items))
        return 1;
    fprintf(stderr, "expected \"%s\", has %zu: \"%s\"\n", items, n, has);
    return 0;
}

int went(ouro_rt *rt, int result, ouro_obj *o, const char *before, const char *after) {
    always(row_is(rt, o, result < 0 ? before : after));
    return result;
}

static void (*trap_hook)(ouro_rt *rt);

static void trap_spring(ouro_rt *rt, fin *self) {
    void (*hook)(ouro_rt *) = trap_hook;
    (void)self;
    trap_hook = NULL;
    ouro_stress_collect(rt, -1);
    if (hook)
        hook(rt);
    ouro_error_clear(rt);
}

int trap_set(ouro_rt *rt, void (*hook)(ouro_rt *rt)) {
    fin *f = fin_new(rt, trap_spring);
    if (!f)
        return -1;
    set(f, left, f);
    ouro_decref(&f->head);
    trap_hook = hook;
    ouro_stress_collect(rt, OURO_GC_FULL);
    return 0;
}

void trap_done(ouro_rt *rt) {
    trap_hook = NULL;
    ouro_stress_collect(rt, test_mode_now() == TEST_STRESS ? OURO_GC_FULL : -1);
}
