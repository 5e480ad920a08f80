// SPDX-License-Identifier: MIT
// list_edit.c: what changes a list elsewhere than at its end. Items that leave it are taken out first, and dropped when
// the list is as it will be: dropping may run code that looks at it, or changes it again.
//
// What replaces a part of a list is collected in a bare list first; what it replaces goes into the same bare list, and
// dies with it. So a change happens at once, and after everything that can fail.
#include "seq.h"

// ---- one item ----

// Where a position is cut to what there is.
static size_t edit_place(ptrdiff_t i, size_t size) {
    ptrdiff_t stop = PTRDIFF_MAX;
    ouro_clip(&i, &stop, size);
    return (size_t)i;
}

int ouro_list_insert(ouro_rt *rt, ouro_obj *list, ptrdiff_t i, ouro_obj *item) {
    ouroi_list *l = list_of(rt, list, "ouro_list_insert");
    bool room = true;
    if (!l)
        return -1;
    ouro_incref(list);
    ouro_incref(item);
    while (!list_has_room(l, 1) && room)
        room = ouroi_list_room(rt, l, 1);
    if (room) {
        size_t at = edit_place(i, l->size);
        seq_move(l->items + at + 1, l->items + at, l->size - at);
        l->size++;
        l->items[at] = NULL;
        ouro_setref(list, &l->items[at], item);
    }
    ouro_decref(item);
    ouro_decref(list);
    return room ? 0 : -1;
}

// Takes the item at a position out. Returns: new.
static ouro_obj *edit_take(ouro_rt *rt, ouroi_list *l, size_t at) {
    ouro_obj *item = l->items[at];
    l->size--;
    seq_move(l->items + at, l->items + at + 1, l->size - at);
    if (unlikely(l->size == l->capacity / 4))
        ouroi_list_shrink(rt, l);
    return item ? item : ouro_incref(ouro_none(rt));
}

ouro_obj *ouro_list_pop(ouro_rt *rt, ouro_obj *list, ptrdiff_t i) {
    ouroi_list *l = list_of(rt, list, "ouro_list_pop");
    size_t at;
    if (!l || ouroi_position(rt, "list", i, l->size, &at) < 0)
        return NULL;
    return edit_take(rt, l, at);
}

int ouro_list_del(ouro_rt *rt, ouro_obj *list, ptrdiff_t i) {
    ouroi_list *l = list_of(rt, list, "ouro_list_del");
    size_t at;
    if (!l || ouroi_position(rt, "list", i, l->size, &at) < 0)
        return -1;
    ouro_decref(edit_take(rt, l, at));
    return 0;
}

int ouro_list_remove(ouro_rt *rt, ouro_obj *list, ouro_obj *x) {
    ouroi_list *l = list_of(rt, list, "ouro_list_remove");
    size_t at;
    if (!l)
        return -1;
    ouro_incref(list);
    ouro_incref(x); // its death could change the list
    int found = ouroi_row_find(rt, list, x, &at);
    if (found > 0)
        ouro_decref(edit_take(rt, l, at));
    ouro_decref(x);
    ouro_decref(list);
    return found;
}

// ---- many ----

// Puts the items of the bare list `with` in the place of those between start and stop, which it holds afterwards.
static int edit_splice(ouro_rt *rt, ouroi_list *l, ptrdiff_t start, ptrdiff_t stop, ouroi_list *with) {
    size_t n = with->size, from, removed, more;
    for (;;) {
        ptrdiff_t a = start, b = stop;
        ouro_clip(&a, &b, l->size);
        from = (size_t)a;
        removed = (size_t)(b - a);
        more = n > removed ? n - removed : 0;
        if (list_has_room(with, removed) && list_has_room(l, more))
            break;
        if (!ouroi_list_room(rt, with, removed) || !ouroi_list_room(rt, l, more))
            return -1;
    }
    if (!n && !removed)
        return 0;
    for (size_t i = 0; i < n; i++)
        ouroi_touch(with->items[i]);
    ouro_obj **at = l->items + from, **out = with->items + n;
    seq_copy(out, at, removed);
    seq_move(at + n, at + removed, l->size - from - removed);
    seq_copy(at, with->items, n);
    l->size = (uint32_t)(l->size - removed + n);
    seq_move(with->items, out, removed);
    with->size = (uint32_t)removed;
    ouroi_list_shrink(rt, l);
    return 0;
}

// As ouro_list_splice, for a list.
static int edit_replace(ouro_rt *rt, ouroi_list *l, ptrdiff_t start, ptrdiff_t stop, ouro_obj *iterable) {
    ouro_incref(&l->head);
    ouroi_list *with = iterable ? ouroi_list_collect(rt, iterable) : ouroi_list_bare(rt);
    int result = with ? edit_splice(rt, l, start, stop, with) : -1;
    if (with)
        ouro_decref(&with->head);
    ouro_decref(&l->head);
    return result;
}

int ouro_list_splice(ouro_rt *rt, ouro_obj *list, ptrdiff_t start, ptrdiff_t stop, ouro_obj *iterable) {
    ouroi_list *l = list_of(rt, list, "ouro_list_splice");
    return l ? edit_replace(rt, l, start, stop, iterable) : -1;
}

int ouro_list_extend(ouro_rt *rt, ouro_obj *list, ouro_obj *iterable) {
    ouroi_list *l = list_of(rt, list, "ouro_list_extend");
    uint32_t kind = ouroi_kind(iterable);
    if (!l)
        return -1;
    if (kind != OUROI_KIND_LIST && kind != OUROI_KIND_TUPLE)
        return edit_replace(rt, l, PTRDIFF_MAX, PTRDIFF_MAX, iterable);
    ouro_incref(list);
    ouro_incref(iterable);
    int result = ouroi_list_add_row(rt, l, iterable);
    ouro_decref(iterable);
    ouro_decref(list);
    return result;
}

int ouro_list_reserve(ouro_rt *rt, ouro_obj *list, size_t n) {
    ouroi_list *l = list_of(rt, list, "ouro_list_reserve");
    if (!l)
        return -1;
    return n <= l->capacity || ouroi_list_resize(rt, l, n) ? 0 : -1;
}

int ouro_list_clear(ouro_rt *rt, ouro_obj *list) {
    ouroi_list *l = list_of(rt, list, "ouro_list_clear");
    if (!l)
        return -1;
    ouro_obj **items = l->items;
    size_t n = l->size;
    l->items = NULL;
    l->size = l->capacity = 0;
    while (n)
        ouro_xdecref(items[--n]);
    ouro_buf_free(rt, items);
    return 0;
}

int ouro_list_reverse(ouro_rt *rt, ouro_obj *list) {
    ouroi_list *l = list_of(rt, list, "ouro_list_reverse");
    if (!l)
        return -1;
    for (size_t i = 0, j = l->size; i + 1 < j; i++) {
        ouro_obj *item = l->items[i];
        l->items[i] = l->items[--j];
        l->items[j] = item;
    }
    return 0;
}

// ---- slices with a step ----

// The same positions, upwards.
static void edit_upwards(ouro_bounds *b) {
    if (b->step >= 0 || !b->count)
        return;
    b->start += (ptrdiff_t)(b->count - 1) * b->step;
    b->step = -b->step;
}

// Takes the items that a slice names out, into a bare list.
static int edit_cut(ouro_rt *rt, ouroi_list *l, const ouro_obj *slice, ouroi_list *out) {
    ouro_bounds b;
    if (ouro_slice_bounds(rt, slice, l->size, &b) < 0)
        return -1;
    while (!list_has_room(out, b.count))
        if (!ouroi_list_room(rt, out, b.count) || ouro_slice_bounds(rt, slice, l->size, &b) < 0)
            return -1;
    if (!b.count)
        return 0;
    edit_upwards(&b);
    size_t to = (size_t)b.start, at = to, between = (size_t)b.step - 1;
    for (size_t i = 0; i < b.count; i++) {
        out->items[out->size++] = l->items[at++];
        size_t stay = i + 1 < b.count ? between : l->size - at;
        seq_move(l->items + to, l->items + at, stay);
        to += stay;
        at += stay;
    }
    l->size = (uint32_t)to;
    ouroi_list_shrink(rt, l);
    return 0;
}

// Exchanges the items that a slice names for those of a bare list.
static int edit_exchange(ouro_rt *rt, ouroi_list *l, const ouro_obj *slice, ouroi_list *with) {
    ouro_bounds b;
    if (ouro_slice_bounds(rt, slice, l->size, &b) < 0)
        return -1;
    if (b.count != with->size)
        return ouro_error_set(rt, OURO_ERR_VALUE, "list: %u items for a slice of %zu", with->size, b.count);
    size_t at = (size_t)b.start;
    for (size_t i = 0; i < b.count; i++, at += (size_t)b.step) {
        ouro_obj *item = with->items[i];
        ouroi_touch(item);
        with->items[i] = l->items[at];
        l->items[at] = item;
    }
    return 0;
}

// The bounds are worked out again once the values are there: to collect them may have changed the list.
static int edit_set_slice(ouro_rt *rt, ouroi_list *l, ouro_obj *slice, ouro_obj *iterable) {
    ouro_bounds b;
    if (ouro_slice_bounds(rt, slice, l->size, &b) < 0)
        return -1;
    ouroi_list *with = iterable ? ouroi_list_collect(rt, iterable) : ouroi_list_bare(rt);
    int result = with ? ouro_slice_bounds(rt, slice, l->size, &b) : -1;
    if (result == 0 && b.step == 1)
        result = edit_splice(rt, l, b.start, b.stop, with);
    else if (result == 0)
        result = iterable ? edit_exchange(rt, l, slice, with) : edit_cut(rt, l, slice, with);
    if (with)
        ouro_decref(&with->head);
    return result;
}

int ouroi_list_set_item(ouro_rt *rt, ouro_obj *o, ouro_obj *key, ouro_obj *value) {
    ouroi_list *l = (ouroi_list *)(void *)o;
    size_t at;
    if (ouro_is_slice(key)) {
        ouro_incref(o);
        ouro_incref(key);
        int result = edit_set_slice(rt, l, key, value);
        ouro_decref(key);
        ouro_decref(o);
        return result;
    }
    if (ouroi_seq_key(rt, "list", key, l->size, &at) < 0)
        return -1;
    if (value)
        ouro_setref(o, &l->items[at], value);
    else
        ouro_decref(edit_take(rt, l, at));
    return 0;
}
