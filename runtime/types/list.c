// SPDX-License-Identifier: MIT
// list.c: a row of objects that changes: making, reading, growing, the operations. list_edit.c has what changes it in
// the middle, sort.c sorts it.
//
// The items lie in a buffer with room for more. To get a larger one may run foreign code, which may change the very
// list: so a buffer is made first, and the list looked at afterwards.
#include "seq.h"

static ouro_type list_type;

// ---- room ----

COLD static bool list_too_long(ouro_rt *rt, size_t n) {
    ouro_error_set(rt, OURO_ERR_OVERFLOW, "a list cannot have %zu items", n);
    return false;
}

static void list_take_room(ouroi_list *l, ouro_obj **items) {
    size_t room = ouro_buf_size(items) / sizeof *items;
    l->items = items;
    l->capacity = room < OURO_LIST_MAX ? (uint32_t)room : OURO_LIST_MAX;
}

bool ouroi_list_resize(ouro_rt *rt, ouroi_list *l, size_t capacity) {
    if (capacity > OURO_LIST_MAX)
        return list_too_long(rt, capacity);
    bool more = capacity > l->capacity && l->items;
    ouro_obj **old = l->items, **items = more ? ouro_buf_grow(rt, old, capacity * sizeof *items) : NULL;
    if (items) {
        list_take_room(l, items);
        return true;
    }
    if (!(items = ouro_buf_alloc(rt, capacity * sizeof *items)))
        return false;
    if (l->size > ouro_buf_size(items) / sizeof *items) {
        ouro_buf_free(rt, items);
        return true;
    }
    old = l->items;
    seq_copy(items, old, l->size);
    list_take_room(l, items);
    ouro_buf_free(rt, old);
    return true;
}

// A list that grows gets a quarter more at a time (and what the blocks' sizes add to that); a large one half, since its
// items move to fresh pages each time. What is first put into an empty one at once gets just what it needs.
#define LIST_LARGE 8192
static size_t list_capacity(size_t size, size_t more) {
    size_t wanted = size + more, grown = size + (size < LIST_LARGE ? size / 4 + 4 : size / 2);
    bool exactly = wanted > grown || grown > OURO_LIST_MAX || (!size && more > 1);
    return exactly ? wanted : grown;
}

bool ouroi_list_room(ouro_rt *rt, ouroi_list *l, size_t more) {
    if (more > OURO_LIST_MAX)
        return list_too_long(rt, more);
    return list_has_room(l, more) || ouroi_list_resize(rt, l, list_capacity(l->size, more));
}

// An error that is pending stays, and none is left: what has no memory now keeps its memory.
void ouroi_list_shrink(ouro_rt *rt, ouroi_list *l) {
    ouro_error_state aside;
    if (l->capacity <= 16 || l->size > l->capacity / 4)
        return;
    if (!l->size) {
        ouro_buf_free(rt, l->items);
        l->items = NULL;
        l->capacity = 0;
        return;
    }
    ouro_incref(&l->head);
    ouro_error_save(rt, &aside);
    if (!ouroi_list_resize(rt, l, (size_t)l->size * 2))
        ouro_error_clear(rt);
    ouro_error_restore(rt, &aside);
    ouro_decref(&l->head);
}

// ---- making ----

ouroi_list *ouroi_list_bare(ouro_rt *rt) {
    return ouro_new_untracked(rt, &list_type, 0);
}

static ouroi_list *list_give_up(ouroi_list *l) {
    ouro_decref(&l->head);
    return NULL;
}

// A bare list with room for n items. Returns: new; NULL on failure.
static ouroi_list *list_bare_for(ouro_rt *rt, size_t n) {
    ouroi_list *l = ouroi_list_bare(rt);
    return l && n && !ouroi_list_resize(rt, l, n) ? list_give_up(l) : l;
}

static ouro_obj *list_track(ouroi_list *l) {
    if (!l)
        return NULL;
    ouro_track(&l->head);
    return &l->head;
}

// A list of the items in a buffer (NULL if there are none). Takes: the buffer and the items, on failure too.
static ouro_obj *list_around(ouro_rt *rt, ouro_obj **items, size_t n) {
    ouroi_list *l = ouro_new(rt, &list_type);
    if (likely(l != NULL)) {
        l->items = items;
        l->size = l->capacity = (uint32_t)n;
        return &l->head;
    }
    while (n)
        ouro_decref(items[--n]);
    ouro_buf_free(rt, items);
    return NULL;
}

// The items are held before there is a list: to make one may run code that drops them elsewhere.
ouro_obj *ouro_list_new(ouro_rt *rt, ouro_obj *const *items, size_t n) {
    if (!n)
        return ouro_new(rt, &list_type);
    if (n > OURO_LIST_MAX) {
        list_too_long(rt, n);
        return NULL;
    }
    for (size_t i = 0; i < n; i++)
        ouro_incref(items[i]);
    ouro_obj **places = ouro_buf_alloc(rt, n * sizeof *places);
    if (likely(places != NULL)) {
        seq_copy(places, items, n);
        return list_around(rt, places, n);
    }
    while (n)
        ouro_decref(items[--n]);
    return NULL;
}

int ouroi_list_add_row(ouro_rt *rt, ouroi_list *l, ouro_obj *o) {
    while (!list_has_room(l, seq_row_of(o).size))
        if (!ouroi_list_room(rt, l, seq_row_of(o).size))
            return -1;
    seq_row row = seq_row_of(o);
    if (!row.size)
        return 0;
    ouro_obj **to = l->items + l->size;
    for (size_t i = 0; i < row.size; i++)
        to[i] = seq_item(rt, row.items[i]);
    l->size += (uint32_t)row.size;
    return 0;
}

static int list_add_one(ouro_rt *rt, ouro_obj *item, void *list) {
    return ouro_list_append(rt, list, item);
}

ouroi_list *ouroi_list_collect(ouro_rt *rt, ouro_obj *iterable) {
    uint32_t kind = ouroi_kind(iterable);
    ouro_incref(iterable);
    ouroi_list *l = ouroi_list_bare(rt);
    int added = 0;
    if (l && (kind == OUROI_KIND_LIST || kind == OUROI_KIND_TUPLE))
        added = ouroi_list_add_row(rt, l, iterable);
    else if (l)
        added = ouroi_iterate(rt, iterable, list_add_one, l);
    if (added < 0)
        l = list_give_up(l);
    ouro_decref(iterable);
    return l;
}

ouro_obj *ouro_list_from(ouro_rt *rt, ouro_obj *iterable) {
    return list_track(ouroi_list_collect(rt, iterable));
}

// ---- one item ----

ouro_obj *ouro_list_get(ouro_rt *rt, ouro_obj *list, ptrdiff_t i) {
    ouroi_list *l = list_of(rt, list, "ouro_list_get");
    size_t at = (size_t)i;
    if (!l || (unlikely(at >= l->size) && ouroi_position(rt, "list", i, l->size, &at) < 0))
        return NULL;
    return seq_item(rt, l->items[at]);
}

NOINLINE static int list_set_slow(ouro_rt *rt, ouro_obj *list, ptrdiff_t i, ouro_obj *item) {
    ouroi_list *l = list_of(rt, list, "ouro_list_set");
    size_t at = (size_t)i;
    if (!l || (at >= l->size && ouroi_position(rt, "list", i, l->size, &at) < 0))
        return -1;
    ouro_setref(list, &l->items[at], item);
    return 0;
}

NOINLINE static int list_drop(ouro_obj *old) {
    ouro_xdecref(old);
    return 0;
}

int ouro_list_set(ouro_rt *rt, ouro_obj *list, ptrdiff_t i, ouro_obj *item) {
    ouroi_list *l = (ouroi_list *)(void *)list;
    if (unlikely(!ouro_is_list(list)) || unlikely((size_t)i >= l->size) || !seq_keep(item))
        return list_set_slow(rt, list, i, item);
    ouro_obj *old = l->items[i];
    l->items[i] = item;
    return likely(old != NULL) && seq_drop(old) ? 0 : list_drop(old);
}

// Takes: the item is stolen, on failure too.
NOINLINE static int list_append_slow(ouro_rt *rt, ouroi_list *l, ouro_obj *item) {
    ouro_incref(&l->head);
    while (!list_has_room(l, 1) && item)
        if (!ouroi_list_room(rt, l, 1))
            ouro_setslot_steal(&item, NULL);
    if (item)
        list_push_steal(l, item);
    ouro_decref(&l->head);
    return item ? 0 : -1;
}

NOINLINE static int list_append_any(ouro_rt *rt, ouro_obj *list, ouro_obj *item) {
    ouroi_list *l = list_of(rt, list, "ouro_list_append");
    return l ? list_append_slow(rt, l, ouro_incref(item)) : -1;
}

int ouro_list_append(ouro_rt *rt, ouro_obj *list, ouro_obj *item) {
    ouroi_list *l = (ouroi_list *)(void *)list;
    if (unlikely(!ouro_is_list(list)) || unlikely(l->size == l->capacity) || !seq_keep(item))
        return list_append_any(rt, list, item);
    l->items[l->size++] = item;
    return 0;
}

int ouro_list_append_steal(ouro_rt *rt, ouro_obj *list, ouro_obj *item) {
    ouroi_list *l = list_of(rt, list, "ouro_list_append_steal");
    if (unlikely(!l)) {
        ouro_decref(item);
        return -1;
    }
    if (unlikely(l->size == l->capacity))
        return list_append_slow(rt, l, item);
    list_push_steal(l, item);
    return 0;
}

int ouro_list_find(ouro_rt *rt, ouro_obj *list, ouro_obj *x, size_t *at) {
    return list_of(rt, list, "ouro_list_find") ? ouroi_row_find(rt, list, x, at) : -1;
}

// ---- parts ----

// Making the part may run code that makes the list shorter: then there is less to copy.
ouro_obj *ouro_list_slice(ouro_rt *rt, ouro_obj *list, const ouro_bounds *bounds) {
    ouroi_list *from = list_of(rt, list, "ouro_list_slice"), *l = NULL;
    ouro_bounds b = *bounds;
    if (!from)
        return NULL;
    ouro_incref(list);
    l = list_bare_for(rt, b.count);
    size_t at = (size_t)b.start;
    for (size_t i = 0; l && i < b.count; i++, at += (size_t)b.step)
        if (at < from->size)
            list_push(l, seq_peek(rt, from->items[at]));
    ouro_decref(list);
    return list_track(l);
}

static ouro_obj *list_concat(ouro_rt *rt, ouro_obj *a, ouro_obj *b) {
    ouroi_list *l = list_bare_for(rt, seq_row_of(a).size + seq_row_of(b).size);
    if (l && (ouroi_list_add_row(rt, l, a) < 0 || ouroi_list_add_row(rt, l, b) < 0))
        l = list_give_up(l);
    return list_track(l);
}

// Making room may run code that makes the list longer or shorter: what is repeated is what it is then, as far as there
// is room.
static ouro_obj *list_repeat(ouro_rt *rt, ouro_obj *o, size_t times) {
    ouroi_list *l = list_bare_for(rt, seq_row_of(o).size * times);
    seq_row row = seq_row_of(o);
    for (size_t i = 0; l && row.size && i < times && list_has_room(l, row.size); i++)
        for (size_t j = 0; j < row.size; j++)
            list_push(l, seq_peek(rt, row.items[j]));
    return list_track(l);
}

// ---- operations ----

static int list_pair(ouro_rt *rt, ouro_relation relation, ouro_obj *a, ouro_obj *b, ouro_step *step, ouro_obj **x,
                     ouro_obj **y) {
    if (!ouro_is_list(b) && !ouro_is_a(b, &list_type))
        return OURO_PASS;
    return ouroi_row_pair(rt, relation, a, b, step, x, y);
}

static ouro_obj *list_get_item(ouro_rt *rt, ouro_obj *o, ouro_obj *key) {
    seq_row row = seq_row_of(o);
    size_t at;
    if (!ouro_is_slice(key))
        return ouroi_seq_key(rt, "list", key, row.size, &at) < 0 ? NULL : seq_item(rt, row.items[at]);
    ouro_bounds bounds;
    return ouro_slice_bounds(rt, key, row.size, &bounds) < 0 ? NULL : ouro_list_slice(rt, o, &bounds);
}

static ouro_obj *list_iter(ouro_rt *rt, ouro_obj *o) {
    return ouroi_iter_new(rt, o, 0);
}

static int list_repr(ouro_rt *rt, ouro_obj *o, ouro_step *step, ouro_builder *out, ouro_obj **part) {
    return ouroi_row_repr(rt, o, step, out, part, "[", "]");
}

static int list_binary(ouro_rt *rt, ouro_op op, ouro_obj *a, ouro_obj *b, ouro_obj **out) {
    return ouroi_row_binary(rt, op, a, b, out, &(row_sums){&list_type, list_concat, list_repeat});
}

static ouro_obj *list_copy(ouro_rt *rt, ouro_obj *o) {
    ouroi_list *l = list_bare_for(rt, seq_row_of(o).size);
    if (l && ouroi_list_add_row(rt, l, o) < 0)
        l = list_give_up(l);
    return list_track(l);
}

static int list_deep(ouro_rt *rt, ouro_obj *o, ouro_step *step, ouro_obj **made, ouro_obj **part) {
    if (step->at && ouro_list_append_steal(rt, *made, *part) < 0)
        return -1;
    if (!*made && !(*made = ouro_new(rt, &list_type)))
        return -1;
    while (step->at < seq_row_of(o).size) {
        ouro_obj *item = seq_item(rt, seq_row_of(o).items[step->at++]);
        if (!seq_is_atom(item)) {
            *part = item;
            return 1;
        }
        if (ouro_list_append_steal(rt, *made, item) < 0)
            return -1;
    }
    return 0;
}

static const ouro_ops list_ops = {
    .struct_size = sizeof(ouro_ops),
    .pair = list_pair,
    .length = ouroi_row_length,
    .get_item = list_get_item,
    .set_item = ouroi_list_set_item,
    .contains = ouroi_row_contains,
    .iter = list_iter,
    .repr = list_repr,
    .binary = list_binary,
    .copy = list_copy,
    .deep = list_deep,
};

static ouro_type list_type = {
    .struct_size = sizeof(ouro_type),
    .name = "list",
    .size = sizeof(ouroi_list),
    .tail = {.place = OURO_TAIL_POINTER,
             .items = offsetof(ouroi_list, items),
             .count = offsetof(ouroi_list, size),
             .count_bytes = 4,
             .stride = sizeof(ouro_obj *)},
    .ops = &list_ops,
};
const ouro_type *const ouro_list_type = &list_type;

int ouroi_list_open(ouro_rt *rt) {
    return ouroi_kind_open(rt, &list_type, OUROI_KIND_LIST);
}
