// SPDX-License-Identifier: MIT
// deque.c: a row of objects with two ends: making one, its ring, adding and taking. deque.h draws it.
#include "deque.h"

#define DEQUE_MAX ((size_t)1 << 31)

static ouro_type deque_type;

static deque_object *deque_of(ouro_rt *rt, ouro_obj *o, const char *where) {
    if (likely(ouro_is_deque(o)) || ouroi_expect(rt, where, &deque_type, o))
        return (deque_object *)(void *)o;
    return NULL;
}

// ---- room ----

// Moves the items to another ring, which has room for them. Runs nothing.
static void deque_move(ouro_rt *rt, deque_object *d, ouro_obj **ring, size_t capacity) {
    ouro_obj **old = d->ring;
    size_t ahead = d->capacity - d->first, near = d->size < ahead ? d->size : ahead;
    if (d->size) {
        seq_copy(ring, old + d->first, near);
        seq_copy(ring + near, old, d->size - near);
    }
    memset(ring + d->size, 0, (capacity - d->size) * sizeof *ring);
    d->ring = ring;
    d->capacity = (uint32_t)capacity;
    d->first = 0;
    ouro_buf_free(rt, old);
}

// Makes a ring of at least n places; to be asked again afterwards. Runs: arbitrary code, if there is none.
static bool deque_room(ouro_rt *rt, deque_object *d, size_t n) {
    size_t capacity = 4;
    if (n <= d->capacity)
        return true;
    if (n > DEQUE_MAX) {
        ouro_error_set(rt, OURO_ERR_OVERFLOW, "a deque cannot have %zu items", n);
        return false;
    }
    while (capacity < n)
        capacity *= 2;
    ouro_obj **ring = ouro_buf_alloc(rt, capacity * sizeof *ring);
    if (!ring)
        return false;
    if (d->capacity < capacity)
        deque_move(rt, d, ring, capacity);
    else
        ouro_buf_free(rt, ring);
    return true;
}

// An error that is pending stays, and none is left: what has no memory now keeps its memory.
void ouroi_deque_shrink(ouro_rt *rt, deque_object *d) {
    ouro_error_state aside;
    size_t capacity = d->capacity / 4;
    if (likely(d->size != capacity / 2 || capacity < 8))
        return;
    ouro_incref(&d->head);
    ouro_error_save(rt, &aside);
    ouro_obj **ring = ouro_buf_alloc(rt, capacity * sizeof *ring);
    if (!ring)
        ouro_error_clear(rt);
    else if (d->size <= capacity && capacity < d->capacity)
        deque_move(rt, d, ring, capacity);
    else
        ouro_buf_free(rt, ring);
    ouro_error_restore(rt, &aside);
    ouro_decref(&d->head);
}

// ---- ends; there is room, or an item ----

// Takes: stolen.
static void deque_push(deque_object *d, ouro_obj *item) {
    ouro_obj **place = deque_place(d, d->size++);
    d->version++;
    ouro_setref_steal(&d->head, place, item);
}

// Takes: stolen.
static void deque_push_left(deque_object *d, ouro_obj *item) {
    d->first = (d->first - 1) & (d->capacity - 1);
    d->size++;
    d->version++;
    ouro_setref_steal(&d->head, deque_place(d, 0), item);
}

// Returns: new; NULL if the collector has emptied the place.
static ouro_obj *deque_take(deque_object *d) {
    d->version++;
    return ouro_takeref(&d->head, deque_place(d, --d->size));
}

// Returns: as deque_take.
static ouro_obj *deque_take_left(deque_object *d) {
    ouro_obj **place = deque_place(d, 0);
    d->first = (d->first + 1) & (d->capacity - 1);
    d->size--;
    d->version++;
    return ouro_takeref(&d->head, place);
}

// ---- making ----

ouro_obj *ouro_deque_new(ouro_rt *rt, size_t max) {
    deque_object *d = ouro_new(rt, &deque_type);
    if (!d)
        return NULL;
    d->max = max;
    return &d->head;
}

size_t ouro_deque_size(const ouro_obj *o) {
    return deque_peek(o)->size;
}

size_t ouro_deque_max(const ouro_obj *o) {
    return deque_peek(o)->max;
}

// ---- adding and taking ----

// Makes room for one item if it needs any. The deque is held by the caller. Returns: 0, or -1.
static int deque_prepare(ouro_rt *rt, deque_object *d) {
    while (d->size == d->capacity && d->size < d->max)
        if (!deque_room(rt, d, (size_t)d->size + 1))
            return -1;
    return 0;
}

NOINLINE static int deque_append_slow(ouro_rt *rt, deque_object *d, ouro_obj *item) {
    ouro_obj *out = ouro_incref(item); // what is dropped in the end: the item itself if there is no place for it
    ouro_incref(&d->head);
    int result = deque_prepare(rt, d);
    if (result == 0 && d->max) {
        out = d->size < d->max ? NULL : deque_take_left(d);
        deque_push(d, item);
    }
    ouro_xdecref(out);
    ouro_decref(&d->head);
    return result;
}

int ouro_deque_append(ouro_rt *rt, ouro_obj *o, ouro_obj *item) {
    deque_object *d = deque_of(rt, o, "ouro_deque_append");
    if (!d)
        return -1;
    if (unlikely(d->size == d->capacity || d->size >= d->max))
        return deque_append_slow(rt, d, item);
    deque_push(d, ouro_incref(item));
    return 0;
}

NOINLINE static int deque_append_left_slow(ouro_rt *rt, deque_object *d, ouro_obj *item) {
    ouro_obj *out = ouro_incref(item);
    ouro_incref(&d->head);
    int result = deque_prepare(rt, d);
    if (result == 0 && d->max) {
        out = d->size < d->max ? NULL : deque_take(d);
        deque_push_left(d, item);
    }
    ouro_xdecref(out);
    ouro_decref(&d->head);
    return result;
}

int ouro_deque_append_left(ouro_rt *rt, ouro_obj *o, ouro_obj *item) {
    deque_object *d = deque_of(rt, o, "ouro_deque_append_left");
    if (!d)
        return -1;
    if (unlikely(d->size == d->capacity || d->size >= d->max))
        return deque_append_left_slow(rt, d, item);
    deque_push_left(d, ouro_incref(item));
    return 0;
}

int ouro_deque_pop(ouro_rt *rt, ouro_obj *o, ouro_obj **item) {
    deque_object *d = deque_of(rt, o, "ouro_deque_pop");
    *item = NULL;
    if (!d || !d->size)
        return d ? 0 : -1;
    ouro_obj *out = deque_take(d);
    ouroi_deque_shrink(rt, d);
    *item = out ? out : ouro_none(rt);
    return 1;
}

int ouro_deque_pop_left(ouro_rt *rt, ouro_obj *o, ouro_obj **item) {
    deque_object *d = deque_of(rt, o, "ouro_deque_pop_left");
    *item = NULL;
    if (!d || !d->size)
        return d ? 0 : -1;
    ouro_obj *out = deque_take_left(d);
    ouroi_deque_shrink(rt, d);
    *item = out ? out : ouro_none(rt);
    return 1;
}

static int deque_add_one(ouro_rt *rt, ouro_obj *item, void *to) {
    return ouro_deque_append(rt, to, item);
}

// Moves all of `from`, which has no more items than `d` may have, to the right end of d, which has room. What is pushed
// out is in `from` afterwards.
static void deque_move_over(deque_object *d, deque_object *from) {
    for (uint32_t n = from->size; n; n--) {
        ouro_obj *item = deque_take_left(from);
        if (d->size == d->max)
            deque_push(from, deque_take_left(d));
        deque_push(d, item);
    }
}

// The items are collected in a deque of the same size that nobody else knows of, so that nothing has changed when
// something fails half way.
int ouro_deque_extend(ouro_rt *rt, ouro_obj *o, ouro_obj *iterable) {
    deque_object *d = deque_of(rt, o, "ouro_deque_extend");
    if (!d)
        return -1;
    deque_object *from = ouro_new_untracked(rt, &deque_type, 0);
    if (!from)
        return -1;
    ouro_incref(o);
    from->max = d->max;
    int result = ouroi_iterate(rt, iterable, deque_add_one, from);
    while (result == 0) {
        size_t all = (size_t)d->size + from->size;
        if (all > d->max)
            all = d->max;
        if (all <= d->capacity)
            break;
        result = deque_room(rt, d, all) ? 0 : -1;
    }
    if (result == 0)
        deque_move_over(d, from);
    ouro_decref(&from->head);
    ouro_decref(o);
    return result;
}

ouro_obj *ouro_deque_get(ouro_rt *rt, ouro_obj *o, ptrdiff_t i) {
    deque_object *d = deque_of(rt, o, "ouro_deque_get");
    size_t at;
    if (!d || ouroi_position(rt, "deque", i, d->size, &at) < 0)
        return NULL;
    return seq_item(rt, *deque_place(d, at));
}

int ouro_deque_set(ouro_rt *rt, ouro_obj *o, ptrdiff_t i, ouro_obj *item) {
    deque_object *d = deque_of(rt, o, "ouro_deque_set");
    size_t at;
    if (!d || ouroi_position(rt, "deque", i, d->size, &at) < 0)
        return -1;
    ouro_setref(o, deque_place(d, at), item);
    return 0;
}

// ---- all at once ----

// Moves n items from the right end to the left: a full ring only begins elsewhere.
static void deque_turn_right(deque_object *d, size_t n) {
    for (size_t i = 0; d->size < d->capacity && i < n; i++) {
        ouro_obj *item = *deque_place(d, d->size - 1);
        *deque_place(d, d->size - 1) = NULL;
        d->first = (d->first - 1) & (d->capacity - 1);
        *deque_place(d, 0) = item;
    }
    if (d->size == d->capacity)
        d->first = (uint32_t)(d->first - n) & (d->capacity - 1);
}

static void deque_turn_left(deque_object *d, size_t n) {
    for (size_t i = 0; d->size < d->capacity && i < n; i++) {
        ouro_obj *item = *deque_place(d, 0);
        *deque_place(d, 0) = NULL;
        d->first = (d->first + 1) & (d->capacity - 1);
        *deque_place(d, d->size - 1) = item;
    }
    if (d->size == d->capacity)
        d->first = (uint32_t)(d->first + n) & (d->capacity - 1);
}

int ouro_deque_rotate(ouro_rt *rt, ouro_obj *o, ptrdiff_t n) {
    deque_object *d = deque_of(rt, o, "ouro_deque_rotate");
    if (!d)
        return -1;
    if (d->size < 2)
        return 0;
    ptrdiff_t size = (ptrdiff_t)d->size, right = n % size;
    if (right < 0)
        right += size;
    if (right <= size / 2)
        deque_turn_right(d, (size_t)right);
    else
        deque_turn_left(d, (size_t)(size - right));
    d->version++;
    return 0;
}

int ouro_deque_clear(ouro_rt *rt, ouro_obj *o) {
    deque_object *d = deque_of(rt, o, "ouro_deque_clear");
    if (!d)
        return -1;
    deque_object old = *d;
    d->ring = NULL;
    d->capacity = d->first = d->size = 0;
    d->version++;
    for (size_t i = 0; i < old.size; i++)
        ouro_xdecref(*deque_place(&old, i));
    ouro_buf_free(rt, old.ring);
    return 0;
}

// ---- the type ----

static ouro_type deque_type = {
    .struct_size = sizeof(ouro_type),
    .name = "deque",
    .size = sizeof(deque_object),
    .tail = {.place = OURO_TAIL_POINTER,
             .items = offsetof(deque_object, ring),
             .count = offsetof(deque_object, capacity),
             .count_bytes = 4,
             .stride = sizeof(ouro_obj *)},
    .ops = &ouroi_deque_ops,
};
const ouro_type *const ouro_deque_type = &deque_type;

int ouroi_deque_open(ouro_rt *rt) {
    if (ouroi_kind_open(rt, &deque_type, OUROI_KIND_DEQUE) < 0)
        return -1;
    return ouroi_deque_iter_open(rt);
}
