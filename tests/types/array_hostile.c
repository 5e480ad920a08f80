// SPDX-License-Identifier: MIT
// array_hostile.c: foreign code that changes or exports a typed array while something else is done with it.
#include "rows.h"

static ouro_obj *small(ouro_rt *rt, int n) {
    return ouro_int_new(rt, n); // -5 to 256 need no memory
}

// 0 to 5.
static ouro_obj *ints_to_six(ouro_rt *rt) {
    return ouro_array_new(rt, OURO_INT32, (const int32_t[]){0, 1, 2, 3, 4, 5}, 6);
}

static ouro_obj *slice_of(ouro_rt *rt, int start, int stop, int step) {
    return ouro_slice_new(rt, start == 99 ? NULL : small(rt, start), stop == 99 ? NULL : small(rt, stop),
                          small(rt, step));
}

static ouro_obj *foreign_array;
static void *foreign_data; // where the elements were when it was exported
static size_t foreign_size;

// An iterable that gives three numbers, and makes the array that is being changed another size.
static int foreign_next(ouro_rt *rt, ouro_obj *o, ouro_obj **out) {
    leaf *l = (leaf *)(void *)o;
    if (l->value == 3)
        return 0;
    l->value++;
    *out = small(rt, 50);
    return ouro_array_resize(rt, foreign_array, foreign_size) < 0 ? -1 : 1;
}

// Whether it is equal is asked of this: it takes all elements away, and is not.
static int foreign_compare(ouro_rt *rt, ouro_relation relation, ouro_obj *a, ouro_obj *b) {
    (void)relation, (void)a, (void)b;
    return ouro_array_resize(rt, foreign_array, foreign_size) < 0 ? -1 : 0;
}

static ouro_type *foreign_type(void) {
    static ouro_type type;
    static ouro_ops ops;
    if (!type.struct_size) {
        ouro_ops_init(&ops);
        ops.next = foreign_next;
        ops.compare = foreign_compare;
        ouro_type_init(&type, "foreign", sizeof(leaf));
        type.ops = &ops;
    }
    return &type;
}

CASE(array_hostile, set_from_what_changes_it) {
    must(ouro_type_register(rt, foreign_type()));
    for (size_t size = 0; size < 12; size++) {
        ouro_obj *a = own(ints_to_six(rt)), *slice = own(slice_of(rt, 2, 4, 1)),
                 *from = own(ouro_new(rt, foreign_type()));
        need(a && slice && from);
        foreign_array = a;
        foreign_size = size;
        size_t kept = size < 2 ? size : size < 4 ? 2 : size - 2;
        check(ouro_set_item(rt, a, slice, from) == 0 && ouro_array_size(a) == kept + 3);
        always(ouro_array_size(a) == 6 || ouro_array_size(a) == size || ouro_array_size(a) == kept + 3);
    }
}

CASE(array_hostile, searched_for_what_changes_it) {
    must(ouro_type_register(rt, foreign_type()));
    for (size_t size = 0; size < 9; size += 4) {
        ouro_obj *a = own(ints_to_six(rt)), *x = own(ouro_new(rt, foreign_type()));
        size_t at, n;
        need(a && x);
        foreign_array = a;
        foreign_size = size;
        check(ouro_array_find(rt, a, x, &at) == 0 && ouro_array_count(rt, a, x, &n) == 0 && n == 0);
        check(ouro_contains(rt, a, x) == 0 && ouro_array_size(a) == size);
    }
}

// At an allocation a finalizer makes the array another size, or exports it.
static void foreign_resize(ouro_rt *rt) {
    if (ouro_array_resize(rt, foreign_array, foreign_size) < 0)
        ouro_error_clear(rt);
}

static void foreign_export(ouro_rt *rt) {
    if (ouro_array_export(rt, foreign_array) < 0)
        ouro_error_clear(rt);
    else if (!foreign_size++)
        foreign_data = ouro_array_data_peek(foreign_array);
}

typedef int (*foreign_operation)(ouro_rt *rt, ouro_obj *a);

static int foreign_add(ouro_rt *rt, ouro_obj *a) {
    return ouro_array_add(rt, a, NULL, 1000);
}
static int foreign_grow(ouro_rt *rt, ouro_obj *a) {
    return ouro_array_resize(rt, a, 1000);
}
static int foreign_shrink(ouro_rt *rt, ouro_obj *a) {
    return ouro_array_resize(rt, a, 1);
}
static int foreign_made(ouro_obj *o) {
    ouro_xdecref(o);
    return o ? 0 : -1;
}
static int foreign_copy(ouro_rt *rt, ouro_obj *a) {
    return foreign_made(ouro_copy(rt, a));
}
static int foreign_convert(ouro_rt *rt, ouro_obj *a) {
    return foreign_made(ouro_array_convert(rt, a, OURO_FLOAT64));
}
static int foreign_bytes(ouro_rt *rt, ouro_obj *a) {
    return foreign_made(ouro_array_to_bytes(rt, a));
}
static int foreign_part(ouro_rt *rt, ouro_obj *a) {
    ouro_obj *slice = slice_of(rt, 99, 99, 2);
    int result = slice ? foreign_made(ouro_get_item(rt, a, slice)) : -1;
    ouro_xdecref(slice);
    return result;
}
static int foreign_repeat(ouro_rt *rt, ouro_obj *a) {
    return foreign_made(ouro_binary(rt, OURO_MUL, a, small(rt, 100)));
}
static int foreign_repr(ouro_rt *rt, ouro_obj *a) {
    return foreign_made(ouro_repr(rt, a));
}
static int foreign_pop(ouro_rt *rt, ouro_obj *a) {
    return foreign_made(ouro_array_pop(rt, a, -1));
}
static int foreign_extend(ouro_rt *rt, ouro_obj *a) {
    return ouro_array_extend(rt, a, a);
}

static const foreign_operation foreign_operations[] = {
    foreign_add,  foreign_grow,   foreign_shrink, foreign_copy, foreign_convert, foreign_bytes,
    foreign_part, foreign_repeat, foreign_repr,   foreign_pop,  foreign_extend,
};

// Whatever happens in between, the operation ends, well or with an error, and the array can be read to its end.
CASE(array_hostile, changed_at_an_allocation) {
    static const size_t sizes[] = {0, 3, 300, 5000};
    for (size_t k = 0; k < sizeof foreign_operations / sizeof *foreign_operations; k++)
        for (size_t i = 0; i < 4; i++) {
            foreign_array = own(ouro_array_new(rt, OURO_INT32, NULL, 300));
            need(foreign_array);
            foreign_size = sizes[i];
            must(trap_set(rt, foreign_resize));
            int result = foreign_operations[k](rt, foreign_array);
            trap_done(rt);
            always((result < 0) == (ouro_error_code(rt) != OURO_OK));
            ouro_error_clear(rt);
            for (size_t j = 0; j < ouro_array_size(foreign_array); j++)
                always(((int32_t *)ouro_array_data_peek(foreign_array))[j] == 0);
        }
}

CASE(array_hostile, exported_at_an_allocation) {
    for (size_t k = 0; k < sizeof foreign_operations / sizeof *foreign_operations; k++) {
        foreign_array = own(ouro_array_new(rt, OURO_INT32, NULL, 300));
        need(foreign_array);
        foreign_size = 0;
        must(trap_set(rt, foreign_export));
        int result = foreign_operations[k](rt, foreign_array);
        trap_done(rt);
        always((result < 0) == (ouro_error_code(rt) != OURO_OK));
        always(!foreign_size || ouro_array_data_peek(foreign_array) == foreign_data);
        always(!foreign_size || result == 0 || ouro_array_size(foreign_array) == 300);
        ouro_error_clear(rt);
        for (; foreign_size; foreign_size--)
            ouro_array_release(foreign_array);
    }
}

// What is put in is let go of by all others while memory is asked for.
static ouro_obj *foreign_value;

static void foreign_drop(ouro_rt *rt) {
    (void)rt;
    ouro_setslot(&foreign_value, NULL);
}

CASE(array_hostile, values_are_held) {
    for (int k = 0; k < 4; k++) {
        ouro_obj *a = own(ints_to_six(rt)), *slice = own(slice_of(rt, 2, 4, 1));
        need(a && slice);
        foreign_value = k % 2 ? ints_to_six(rt) : list_with(rt, "012345");
        int set = foreign_value ? trap_set(rt, foreign_drop) : -1, result = -1;
        if (set == 0)
            result = k < 2 ? ouro_array_extend(rt, a, foreign_value) : ouro_set_item(rt, a, slice, foreign_value);
        trap_done(rt);
        foreign_drop(rt);
        must(result);
        always(ouro_array_size(a) == (k < 2 ? 12u : 10u));
        for (int i = 0; i < 6; i++)
            always(((int32_t *)ouro_array_data_peek(a))[(k < 2 ? 6 : 2) + i] == i);
    }
}
