// SPDX-License-Identifier: MIT
// Numbers side by side: a typed array, its elements from C, and n-d arrays that look at the same memory. Look at: what
// does not fit is an error, never cut off; a view costs an object, not a copy; while one looks, the array cannot grow.
#include <ouro/std.h>
#include <stdio.h>

// Prints a label and an object. Takes: `o` is stolen, and may be NULL. Returns: 0, or -1.
static int show(ouro_rt *rt, const char *label, ouro_obj *o) {
    ouro_obj *text = o ? ouro_repr(rt, o) : NULL;
    if (text)
        printf("%-12s %s\n", label, ouro_str_data(text));
    ouro_xdecref(o);
    ouro_xdecref(text);
    return text ? 0 : -1;
}

// Says what went wrong, as it should.
static int refused(ouro_rt *rt, const char *label, int result) {
    if (result >= 0)
        return -1;
    printf("%-12s refused: %s\n", label, ouro_error_message(rt));
    ouro_error_clear(rt);
    return 0;
}

static int typed(ouro_rt *rt, ouro_obj *a) {
    ouro_obj *large = ouro_int_new(rt, 70000);
    int result = large ? refused(rt, "70000", ouro_array_append(rt, a, large)) : -1;
    ouro_xdecref(large);
    int16_t more[] = {3, 4, 5};
    if (result < 0 || ouro_array_add(rt, a, more, 3) < 0)
        return -1;
    for (size_t i = 0; i < ouro_array_size(a); i++) // as C has them
        ((int16_t *)ouro_array_data_peek(a))[i] *= 10;
    return show(rt, "array", ouro_incref(a));
}

// `m` is two rows of three.
static int matrix(ouro_rt *rt, ouro_scope *s, ouro_obj *m) {
    ouro_obj *t = ouro_scope_keep(s, ouro_ndarray_transpose(rt, m, NULL));
    ouro_obj *first = t ? ouro_scope_keep(s, ouro_ndarray_pick(rt, t, 0, 0)) : NULL;
    ouro_obj *mean = ouro_scope_keep(s, ouro_ndarray_mean(rt, m, 0));
    if (!first || !mean || show(rt, "matrix", ouro_incref(m)) < 0 || show(rt, "transposed", ouro_incref(t)) < 0)
        return -1;
    if (ouro_ndarray_assign(rt, first, ouro_int_new(rt, -1)) < 0) // a small int: always there
        return -1;
    if (show(rt, "changed", ouro_incref(m)) < 0 || show(rt, "means were", ouro_incref(mean)) < 0)
        return -1;
    return show(rt, "less them", ouro_binary(rt, OURO_SUB, m, mean)) < 0 ||
                   show(rt, "times itself", ouro_ndarray_dot(rt, m, t)) < 0 ||
                   show(rt, "greatest", ouro_ndarray_max(rt, m, OURO_ALL_AXES)) < 0
               ? -1
               : 0;
}

static int run(ouro_rt *rt, ouro_scope *s) {
    static const int16_t numbers[] = {0, 1, 2};
    static const size_t shape[] = {2, OURO_DIM_REST};
    ouro_obj *a = ouro_scope_keep(s, ouro_array_new(rt, OURO_INT16, numbers, 3));
    if (!a || typed(rt, a) < 0)
        return -1;
    ouro_obj *over = ouro_scope_keep(s, ouro_ndarray_over(rt, a));
    ouro_obj *m = over ? ouro_scope_keep(s, ouro_ndarray_reshape(rt, over, 2, shape)) : NULL;
    if (!m || matrix(rt, s, m) < 0 || show(rt, "same memory", ouro_incref(a)) < 0)
        return -1;
    return refused(rt, "growing", ouro_array_add(rt, a, numbers, 3));
}

int main(void) {
    ouro_rt *rt = ouro_rt_create(NULL);
    if (!rt)
        return 1;
    ouro_scope s;
    ouro_scope_open(rt, &s);
    int result = ouro_std_open(rt) < 0 ? -1 : run(rt, &s);
    if (result < 0)
        fprintf(stderr, "arrays: %s\n", ouro_error_message(rt));
    ouro_scope_close(&s);
    return ouro_rt_destroy(rt) != 0 || result < 0;
}
