// SPDX-License-Identifier: MIT
// class.c: class objects: their bases and order, their attributes and versions, how they live and die.
#include "classes.h"

// The names of a class's order of lookup, with a blank between them.
static int class_order_is(ouro_obj *class_object, const char *names) {
    char text[600] = "";
    ouro_obj *c;
    for (size_t i = 0; (c = ouro_class_mro_peek(class_object, i)); i++) {
        strcat(text, i ? " " : "");
        strcat(text, ouro_class_name(c));
    }
    int right = !strcmp(text, names);
    if (!right)
        fprintf(stderr, "order: %s\n", text);
    return right;
}

CASE(class, is_made_and_named) {
    ouro_obj *c = own(class_make(rt, "Point", NULL, NULL));
    need(c);
    always(ouro_is_class(c) && !ouro_is_class(ouro_none(rt)) && !strcmp(ouro_class_name(c), "Point"));
    always(class_order_is(c, "Point"));
    always(ouro_class_is_a(c, c) && !ouro_class_is_a(c, ouro_none(rt)) && !ouro_class_is_a(ouro_none(rt), c));
    check(repr_is(rt, c, "<class 'Point'>"));
    check(!ouro_class_new(rt, "\xC0", NULL, NULL) && says(rt, OURO_ERR_VALUE, ""));
    ouro_error_clear(rt);
}

// ---- the order of lookup ----

CASE(class, order_of_a_line) {
    ouro_obj *a = own(class_make(rt, "A", NULL, NULL));
    need(a);
    ouro_obj *b = own(class_make(rt, "B", a, NULL));
    need(b);
    ouro_obj *c = own(class_make(rt, "C", b, NULL));
    need(c);
    always(class_order_is(c, "C B A") && ouro_class_is_a(c, a) && !ouro_class_is_a(a, c));
}

// The two worked examples of the paper that are in every textbook.
CASE(class, order_of_diamonds) {
    ouro_obj *o = own(class_make(rt, "O", NULL, NULL));
    need(o);
    ouro_obj *a = own(class_make(rt, "A", o, NULL)), *b = own(class_make(rt, "B", o, NULL));
    need(a);
    need(b);
    ouro_obj *c = own(class_make(rt, "C", o, NULL)), *d = own(class_make(rt, "D", o, NULL));
    need(c);
    need(d);
    ouro_obj *e = own(class_make(rt, "E", o, NULL));
    need(e);
    ouro_obj *of_k1 = own(tuple_of(rt, 3, ouro_incref(a), ouro_incref(b), ouro_incref(c)));
    need(of_k1);
    ouro_obj *of_k2 = own(tuple_of(rt, 3, ouro_incref(d), ouro_incref(b), ouro_incref(e)));
    need(of_k2);
    ouro_obj *k1 = own(ouro_class_new(rt, "K1", of_k1, NULL));
    need(k1);
    ouro_obj *k2 = own(ouro_class_new(rt, "K2", of_k2, NULL));
    need(k2);
    ouro_obj *k3 = own(class_make(rt, "K3", d, a));
    need(k3);
    ouro_obj *of_z = own(tuple_of(rt, 3, ouro_incref(k1), ouro_incref(k2), ouro_incref(k3)));
    need(of_z);
    ouro_obj *z = own(ouro_class_new(rt, "Z", of_z, NULL));
    need(z);
    always(class_order_is(k1, "K1 A B C O") && class_order_is(k2, "K2 D B E O") && class_order_is(k3, "K3 D A O"));
    always(class_order_is(z, "Z K1 K2 K3 D A B C E O"));
}

CASE(class, orders_that_contradict_each_other) {
    ouro_obj *a = own(class_make(rt, "A", NULL, NULL)), *b = own(class_make(rt, "B", NULL, NULL));
    need(a);
    need(b);
    ouro_obj *ab = own(class_make(rt, "AB", a, b));
    need(ab);
    ouro_obj *ba = own(class_make(rt, "BA", b, a));
    need(ba);
    static const char words[] = "contradict each other in their order";
    check(!class_make(rt, "X", ab, ba) && says(rt, OURO_ERR_TYPE, words));
    ouro_error_clear(rt);
    check(!class_make(rt, "X", a, ab) && says(rt, OURO_ERR_TYPE, words));
    ouro_error_clear(rt);
    check(!class_make(rt, "X", a, a) && says(rt, OURO_ERR_TYPE, words));
    ouro_error_clear(rt);
    ouro_obj *fine = own(class_make(rt, "Y", ab, a)); // what was counted for the failures is forgotten
    need(fine);
    always(class_order_is(fine, "Y AB A B"));
}

CASE(class, bases_that_are_none) {
    ouro_obj *list = own(ouro_list_new(rt, NULL, 0));
    need(list);
    ouro_obj *inside = own(tuple_of(rt, 1, ouro_incref(list)));
    need(inside);
    check(!ouro_class_new(rt, "X", list, NULL) && says(rt, OURO_ERR_TYPE, "'tuple' expected, not 'list'"));
    ouro_error_clear(rt);
    check(!ouro_class_new(rt, "X", inside, NULL) && says(rt, OURO_ERR_TYPE, "'class' expected, not 'list'"));
    ouro_error_clear(rt);
    ouro_obj *none = own(ouro_class_new(rt, "X", ouroi_std(rt)->empty_tuple, NULL));
    need(none);
    always(class_order_is(none, "X"));
}

CASE(class, two_standard_types_do_not_go_together) {
    ouro_obj *list = ouro_class_of_type(rt, ouro_list_type), *dict = ouro_class_of_type(rt, ouro_dict_type);
    need(list);
    need(dict);
    ouro_obj *a = own(class_make(rt, "A", list, NULL)), *b = own(class_make(rt, "B", list, NULL));
    need(a);
    need(b);
    ouro_obj *plain = own(class_make(rt, "P", NULL, NULL));
    need(plain);
    check(!class_make(rt, "X", a, dict) && says(rt, OURO_ERR_TYPE, "do not go together: 'A' and 'dict'"));
    ouro_error_clear(rt);
    ouro_obj *ab = own(class_make(rt, "AB", a, b));
    need(ab);
    ouro_obj *pa = own(class_make(rt, "PA", plain, a));
    need(pa);
    always(class_order_is(ab, "AB A B list") && class_order_is(pa, "PA P A list"));
    ouro_obj *o = own(ouro_instance_new(rt, pa, NULL));
    need(o);
    always(ouro_is_list(o) && ouro_is_instance(o, plain) && ouro_is_instance(o, list) && !ouro_is_instance(o, dict));
}

// ---- attributes ----

CASE(class, attributes_are_inherited_and_hidden) {
    ouro_obj *a = own(class_make(rt, "A", NULL, NULL));
    need(a);
    ouro_obj *b = own(class_make(rt, "B", a, NULL));
    need(b);
    must(attr_put(rt, a, "x", 1));
    check(attr_is(rt, b, "x", 1) && attr_is(rt, b, "x", 1)); // found, and found again
    must(attr_put(rt, a, "x", 2));
    check(attr_is(rt, b, "x", 2));
    must(attr_put(rt, b, "x", 3));
    check(attr_is(rt, b, "x", 3) && attr_is(rt, a, "x", 2));
    must(attr_drop(rt, b, "x"));
    check(attr_is(rt, b, "x", 2));
    must(attr_drop(rt, a, "x"));
    check(attr_lacks(rt, b, "x") && attr_lacks(rt, a, "x"));
    check(attr_drop(rt, a, "x") < 0 && says(rt, OURO_ERR_ATTRIBUTE, "class 'A' has no attribute 'x'"));
    ouro_error_clear(rt);
}

CASE(class, more_attributes_than_the_cache_has_places) {
    ouro_obj *a = own(class_make(rt, "A", NULL, NULL));
    need(a);
    ouro_obj *b = own(class_make(rt, "B", a, NULL));
    need(b);
    char name[16];
    for (int i = 0; i < 60; i++) {
        snprintf(name, sizeof name, "n%d", i);
        must(attr_put(rt, a, name, i));
    }
    for (int round = 0; round < 2; round++)
        for (int i = 0; i < 60; i++) {
            snprintf(name, sizeof name, "n%d", i);
            check(attr_is(rt, b, name, i));
        }
}

CASE(class, what_a_name_means) {
    ouro_obj *a = own(class_make(rt, "A", NULL, NULL));
    need(a);
    ouro_obj *b = own(class_make(rt, "B", a, NULL));
    need(b);
    must(class_method(rt, a, "f", note_seven));
    ouro_obj *name = own(ouro_str_from(rt, "f")), *got = NULL; // not interned
    need(name);
    check(ouro_class_find(rt, b, name, &got) == 1 && ouro_is_native(got)); // not bound
    ouro_xdecref(got);
    ouro_obj *other = own(ouro_str_from(rt, "g"));
    need(other);
    check(ouro_class_find(rt, b, other, &got) == 0 && !got);
    check(ouro_class_find(rt, name, other, &got) < 0 && says(rt, OURO_ERR_TYPE, "'class' expected, not 'str'"));
    check(ouro_class_find(rt, a, a, &got) < 0 && says(rt, OURO_ERR_TYPE, "'str' expected, not 'class'"));
    check(ouro_class_set(rt, name, "x", a) < 0 && says(rt, OURO_ERR_TYPE, "'class' expected, not 'str'"));
    ouro_error_clear(rt);
}

// ---- versions ----

CASE(class, versions_change_downwards) {
    ouro_obj *a = own(class_make(rt, "A", NULL, NULL));
    need(a);
    ouro_obj *b = own(class_make(rt, "B", a, NULL)), *c = own(class_make(rt, "C", a, NULL));
    need(b);
    need(c);
    ouro_obj *d = own(class_make(rt, "D", b, c)), *other = own(class_make(rt, "X", NULL, NULL));
    need(d);
    need(other);
    uint64_t before[] = {ouro_class_version(a), ouro_class_version(b), ouro_class_version(c), ouro_class_version(d)};
    uint64_t of_other = ouro_class_version(other);
    must(attr_put(rt, b, "x", 1));
    always(ouro_class_version(a) == before[0] && ouro_class_version(b) > before[1]);
    always(ouro_class_version(c) == before[2] && ouro_class_version(d) > before[3]);
    must(attr_put(rt, a, "x", 1));
    uint64_t after[] = {ouro_class_version(a), ouro_class_version(b), ouro_class_version(c), ouro_class_version(d)};
    for (int i = 0; i < 4; i++)
        for (int k = 0; k < 4; k++)
            always(after[i] > before[k] && (i == k || after[i] != after[k]));
    always(ouro_class_version(other) == of_other);
}

// A ladder of diamonds has 2^30 ways from the bottom to the top; each class gets one number.
CASE(class, versions_meet_each_class_once) {
    ouro_obj *low = own(class_make(rt, "bottom", NULL, NULL)), *first = low;
    need(low);
    for (int i = 0; i < 30; i++) {
        ouro_obj *left = own(class_make(rt, "l", low, NULL)), *right = own(class_make(rt, "r", low, NULL));
        need(left);
        need(right);
        low = own(class_make(rt, "both", left, right));
        need(low);
    }
    uint64_t before = ouro_class_version(low);
    must(attr_put(rt, first, "x", 8));
    check(attr_is(rt, low, "x", 8));
    always(ouro_class_version(low) > before && ouro_class_version(low) - before <= 2 * 91 + 10);
}

// ---- life and death ----

CASE(class, dies_with_its_last_user) {
    ouro_obj *a = own(class_make(rt, "A", NULL, NULL));
    need(a);
    ouro_obj *b = class_make(rt, "B", a, NULL), *got = NULL;
    ouro_obj *weak = b ? own(ouro_weak_new(rt, b, NULL, NULL)) : NULL;
    ouro_obj *o = b && weak ? ouro_instance_new(rt, b, NULL) : NULL;
    ouro_xdecref(b);
    need(b);
    need(weak);
    need(o);
    ouro_gc_collect(rt, OURO_GC_FULL);
    always(ouro_weak_get(weak, &got) == 1);
    ouro_xdecref(got);
    ouro_decref(o);
    ouro_gc_collect(rt, OURO_GC_FULL);
    got = NULL;
    check(ouro_weak_get(weak, &got) == 0);
    ouro_xdecref(got);
    must(attr_put(rt, a, "x", 1)); // no subclass to be told
}

// class -> method -> its self -> class, and instance -> class -> dict -> instance.
CASE(class, cycles_are_collected) {
    ouro_obj *c = class_make(rt, "C", NULL, NULL), *got = NULL;
    need(c);
    ouro_obj *weak = own(ouro_weak_new(rt, c, NULL, NULL));
    ouro_obj *o = ouro_instance_new(rt, c, NULL), *f = ouro_native_new(rt, "f", note_none, c, 0, 1);
    int set = o && f ? ouro_class_set(rt, c, "f", f) : -1;
    set = set < 0 ? -1 : ouro_class_set(rt, c, "o", o);
    ouro_obj *m = set < 0 ? NULL : ouro_get_attr_text(rt, o, "f"); // bound: holds o
    set = m ? ouro_set_attr_text(rt, o, "m", m) : -1;
    ouro_xdecref(m);
    ouro_xdecref(f);
    ouro_xdecref(o);
    ouro_decref(c);
    need(weak);
    must(set);
    ouro_gc_collect(rt, OURO_GC_FULL);
    check(ouro_weak_get(weak, &got) == 0);
    ouro_xdecref(got);
}

// What the list of subclasses holds of the dead is taken off in time.
CASE(class, many_subclasses_come_and_go) {
    ouro_obj *a = own(class_make(rt, "A", NULL, NULL)), *kept = own(class_make(rt, "K", a, NULL));
    need(a);
    need(kept);
    ouro_mem_usage before, after;
    size_t n = kit_size(3000, 30);
    for (size_t i = 0; i < n; i++) {
        ouro_obj *b = class_make(rt, "B", a, NULL);
        need(b);
        ouro_decref(b);
        if (i % 50 == 0)
            ouro_gc_collect(rt, OURO_GC_FULL);
        if (i == n / 3)
            ouro_mem_get_usage(rt, &before);
    }
    ouro_gc_collect(rt, OURO_GC_FULL);
    ouro_obj *last = own(class_make(rt, "L", a, NULL)); // an append that looks for the dead
    need(last);
    ouro_mem_get_usage(rt, &after);
    exact(!kit_is_lean() || after.objects < before.objects + 300);
    must(attr_put(rt, a, "x", 4));
    check(attr_is(rt, kept, "x", 4) && attr_is(rt, last, "x", 4));
}

CASE(class, a_deep_line) {
    size_t n = kit_size(3000, 40);
    ouro_obj *first = own(class_make(rt, "first", NULL, NULL)), *low = first;
    need(first);
    ouro_incref(low);
    size_t before = kit_usage(rt).used;
    for (size_t i = 1; i < n; i++) {
        ouro_obj *next = class_make(rt, "next", low, NULL);
        ouro_decref(low);
        need(next);
        low = next;
    }
    ouro_obj *last = own(low);
    need(last);
    exact(!kit_is_lean() || (kit_usage(rt).used - before) / n < 1500); // however deep it is
    always(ouro_class_mro_peek(last, n - 1) == first && !ouro_class_mro_peek(last, n) && ouro_class_is_a(last, first));
    must(attr_put(rt, first, "x", 5));
    check(attr_is(rt, last, "x", 5));
    must(attr_put(rt, first, "x", 6));
    check(attr_is(rt, last, "x", 6));
}

// ---- fixed slots ----

CASE(class, fixed_slots) {
    ouro_obj *a = own(class_make_fixed(rt, "A", NULL, "x y"));
    need(a);
    ouro_obj *b = own(class_make_fixed(rt, "B", a, "z x"));
    need(b);
    ouro_obj *c = own(class_make(rt, "C", a, NULL)); // not fixed any more
    need(c);
    ouro_obj *o = own(ouro_instance_new(rt, b, NULL)), *free_one = own(ouro_instance_new(rt, c, NULL));
    need(o);
    need(free_one);
    must(attr_put(rt, o, "x", 1));
    must(attr_put(rt, o, "y", 2));
    must(attr_put(rt, o, "z", 3));
    check(attr_put(rt, o, "w", 4) < 0 && says(rt, OURO_ERR_ATTRIBUTE, "'B' object has no attribute 'w'"));
    ouro_error_clear(rt);
    check(attr_is(rt, o, "x", 1) && attr_is(rt, o, "y", 2) && attr_is(rt, o, "z", 3) && attr_lacks(rt, o, "w"));
    check(attr_drop(rt, o, "x") == 0 && attr_lacks(rt, o, "x") && attr_is(rt, o, "y", 2));
    must(attr_put(rt, free_one, "w", 4));
    check(attr_is(rt, free_one, "w", 4));
    ouro_obj *d = own(class_make_fixed(rt, "D", c, "q")); // a base that is not fixed leaves it so
    need(d);
    ouro_obj *p = own(ouro_instance_new(rt, d, NULL));
    need(p);
    must(attr_put(rt, p, "v", 5));
    check(attr_is(rt, p, "v", 5));
}

CASE(class, slots_that_are_none) {
    ouro_obj *list = own(ouro_list_new(rt, NULL, 0)), *inside = own(tuple_of(rt, 1, ouro_xincref(list)));
    need(inside);
    check(!ouro_class_new(rt, "X", NULL, list) && says(rt, OURO_ERR_TYPE, "'tuple' expected, not 'list'"));
    check(!ouro_class_new(rt, "X", NULL, inside) && says(rt, OURO_ERR_TYPE, "'str' expected, not 'list'"));
    ouro_error_clear(rt);
    ouro_obj *names[OURO_LAYOUT_MAX + 1];
    for (int i = 0; i <= OURO_LAYOUT_MAX; i++)
        need(names[i] = own(ouro_str_format(rt, "n%d", i)));
    ouro_obj *full = own(ouro_tuple_new(rt, names, OURO_LAYOUT_MAX));
    need(full);
    ouro_obj *over = own(ouro_tuple_new(rt, names, OURO_LAYOUT_MAX + 1));
    need(over);
    ouro_obj *c = own(ouro_class_new(rt, "Full", NULL, full));
    need(c);
    check(!ouro_class_new(rt, "X", NULL, over) && says(rt, OURO_ERR_OVERFLOW, "class 'X' has more than 64 slots"));
    ouro_error_clear(rt);
    check(!class_make_fixed(rt, "X", c, "one_more") && says(rt, OURO_ERR_OVERFLOW, "more than 64 slots"));
    ouro_error_clear(rt);
}

// ---- the classes of standard types ----

CASE(class, of_standard_types) {
    const ouro_type *types[] = {ouro_int_type,  ouro_float_type, ouro_str_type,  ouro_tuple_type,     ouro_list_type,
                                ouro_dict_type, ouro_set_type,   ouro_weak_type, ouro_frozenset_type, ouro_odict_type};
    for (size_t i = 0; i < sizeof types / sizeof *types; i++) {
        ouro_obj *c = ouro_class_of_type(rt, types[i]);
        need(c);
        always(ouro_is_class(c) && ouro_is_immortal(c) && c == ouro_class_of_type(rt, types[i]));
        always(!strcmp(ouro_class_name(c), types[i]->name));
    }
    always(ouro_class_of_type(rt, ouro_exception_type) == ouro_exception_class(rt, OURO_ERR_THROWN));
    always(!ouro_class_of_type(rt, ouro_bool_type) && says(rt, OURO_ERR_TYPE, "no class may derive from 'bool'"));
    always(!ouro_class_of_type(rt, ouro_class_type) && says(rt, OURO_ERR_TYPE, "no class may derive from 'class'"));
    always(!ouro_class_of_type(rt, &node_type) && says(rt, OURO_ERR_TYPE, "no class may derive from 'node'"));
    ouro_obj *c = ouro_class_of_type(rt, ouro_list_type);
    always(!ouro_instance_new(rt, c, NULL) && says(rt, OURO_ERR_TYPE, "'list' is not a user's class"));
    always(!ouro_instance_new(rt, ouro_none(rt), NULL) && says(rt, OURO_ERR_TYPE, "'class' expected, not 'NoneType'"));
}

CASE(class, large_ints_are_of_the_same_class) {
    ouro_obj *big = own(ouro_int_parse(rt, "123456789012345678901234567890", 30, 10));
    need(big);
    ouro_obj *c = ouro_class_of_type(rt, ouro_int_type);
    need(c);
    always(ouro_class_of_type(rt, ouro_type_of(big)) == c && ouro_is_instance(big, c));
    always(!ouro_is_instance(ouro_bool(rt, 1), c) && !ouro_is_instance(big, ouro_none(rt)));
    ouro_obj *other = ouro_class_of_type(rt, ouro_float_type);
    need(other);
    always(!ouro_is_instance(big, other));
}

// What calling a standard type's class gives.
static int class_gives(ouro_rt *rt, const ouro_type *type, ouro_obj *first, ouro_obj *second, const char *repr) {
    ouro_obj *c = ouro_class_of_type(rt, type), *got = c ? call_with(rt, c, first, second) : NULL;
    int result = got && ouro_is(got, ouro_type_of(got)) && repr_is(rt, got, repr);
    ouro_xdecref(got);
    if (!got)
        ouro_error_clear(rt);
    return result;
}

static int class_refuses(ouro_rt *rt, const ouro_type *type, ouro_obj *first, ouro_obj *second, int code,
                         const char *words) {
    ouro_obj *c = ouro_class_of_type(rt, type), *got = c ? call_with(rt, c, first, second) : NULL;
    ouro_xdecref(got);
    return !got && says(rt, code, words);
}

CASE(class, calling_those_of_standard_types) {
    ouro_obj *text = own(ouro_str_from(rt, "12")), *one = own(ouro_int_new(rt, 1)), *x = own(ouro_float_new(rt, 2.5));
    need(text);
    need(one);
    need(x);
    ouro_obj *list = own(ouro_list_new(rt, &one, 1));
    need(list);
    ouro_obj *eight = own(ouro_int_new(rt, 8)), *far = own(ouro_int_new(rt, 99));
    need(eight);
    need(far);
    check(class_gives(rt, ouro_int_type, NULL, NULL, "0") && class_gives(rt, ouro_int_type, x, NULL, "2"));
    check(class_gives(rt, ouro_int_type, text, NULL, "12") && class_gives(rt, ouro_int_type, text, eight, "10"));
    check(class_gives(rt, ouro_int_type, one, NULL, "1"));
    check(class_gives(rt, ouro_int_type, ouro_bool(rt, 1), NULL, "1"));
    check(class_gives(rt, ouro_float_type, NULL, NULL, "0.0") && class_gives(rt, ouro_float_type, one, NULL, "1.0"));
    check(class_gives(rt, ouro_float_type, text, NULL, "12.0"));
    check(class_gives(rt, ouro_str_type, NULL, NULL, "''") && class_gives(rt, ouro_str_type, list, NULL, "'[1]'"));
    check(class_gives(rt, ouro_tuple_type, NULL, NULL, "()") && class_gives(rt, ouro_tuple_type, list, NULL, "(1,)"));
    check(class_gives(rt, ouro_list_type, NULL, NULL, "[]") && class_gives(rt, ouro_list_type, list, NULL, "[1]"));
    check(class_gives(rt, ouro_dict_type, NULL, NULL, "{}") && class_gives(rt, ouro_set_type, list, NULL, "{1}"));
    check(class_gives(rt, ouro_frozenset_type, NULL, NULL, "frozenset()") &&
          class_gives(rt, ouro_frozenset_type, list, NULL, "frozenset({1})") &&
          class_gives(rt, ouro_odict_type, NULL, NULL, "OrderedDict()"));
    check(class_refuses(rt, ouro_dict_type, list, NULL, OURO_ERR_TYPE, ""));
    check(class_refuses(rt, ouro_odict_type, list, NULL, OURO_ERR_TYPE, ""));
    check(class_refuses(rt, ouro_int_type, list, NULL, OURO_ERR_TYPE, "'int' expected, not 'list'"));
    check(class_refuses(rt, ouro_int_type, one, eight, OURO_ERR_TYPE, "'str' expected, not 'int'"));
    check(class_refuses(rt, ouro_int_type, text, x, OURO_ERR_TYPE, "not 'float'"));
    check(class_refuses(rt, ouro_int_type, text, far, OURO_ERR_VALUE, ""));
    check(class_refuses(rt, ouro_float_type, list, NULL, OURO_ERR_TYPE, "not 'list'"));
    check(class_refuses(rt, ouro_weak_type, NULL, NULL, OURO_ERR_TYPE, "takes 1 argument (0 given)"));
    check(class_refuses(rt, ouro_list_type, list, list, OURO_ERR_TYPE, "list() takes at most 1 argument (2 given)"));
    ouro_error_clear(rt);
    ouro_obj *names = own(tuple_of(rt, 1, ouro_intern(rt, "k")));
    need(names);
    ouro_obj *c = ouro_class_of_type(rt, ouro_dict_type);
    need(c);
    check(!ouro_call(rt, c, &list, 0, names) && says(rt, OURO_ERR_TYPE, "dict() takes no keyword arguments"));
    ouro_error_clear(rt);
    ouro_obj *weak = own(call_with(rt, ouro_class_of_type(rt, ouro_weak_type), list, NULL)), *got = NULL;
    need(weak);
    check(ouro_weak_get(weak, &got) == 1 && got == list);
    ouro_xdecref(got);
}
