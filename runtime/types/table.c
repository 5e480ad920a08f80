// SPDX-License-Identifier: MIT
// table.c: what a table does more rarely: searching among keys that only foreign code can compare, growing, removing.
#include "table.h"

// How often a search starts anew, because the stamp has changed, before it looks closer at what has.
#define TABLE_STRICT 16

// ---- searching ----

// Two words that overlap are enough for most keys that are strs.
static inline bool key_text_same(const ouro_obj *a, const ouro_obj *b) {
    size_t n = ouro_str_size(a);
    const char *x = ouro_str_data(a), *y = ouro_str_data(b);
    if (n != ouro_str_size(b))
        return false;
    if (n < 8 || n > 16)
        return memcmp(x, y, n) == 0;
    uint64_t first[2], last[2];
    memcpy(&first[0], x, 8);
    memcpy(&first[1], y, 8);
    memcpy(&last[0], x + n - 8, 8);
    memcpy(&last[1], y + n - 8, 8);
    return first[0] == first[1] && last[0] == last[1];
}

int ouroi_key_compare(const ouro_obj *a, const ouro_obj *b) {
    if (!a || a == b)
        return a != NULL;
    uint32_t kind = ouroi_kind(a);
    if (kind != ouroi_kind(b))
        return TABLE_ASK;
    if (!kind_is_quick(kind))
        return ouroi_call_key_compare(a, b);
    return kind == OUROI_KIND_STR ? key_text_same(a, b) : ouro_int_word(a) == ouro_int_word(b);
}

int ouroi_table_hash(ouro_rt *rt, ouro_obj *key, uint32_t *hash) {
    uint64_t whole;
    if (ouro_hash(rt, key, &whole) < 0)
        return -1;
    *hash = hash_place(whole);
    return 0;
}

int ouroi_table_look(ouro_rt *rt, table *t, size_t stride, ouro_obj *key, uint32_t *hash, uint32_t *at) {
    return ouroi_table_hash(rt, key, hash) < 0 ? -1 : table_look_hashed(rt, t, stride, key, *hash, at);
}

int ouroi_table_restless(ouro_rt *rt, const table *t) {
    return ouro_error_set(rt, OURO_ERR_STATE, "'%s' changed each time that a key was looked for",
                          ouroi_type_name(&t->head));
}

int ouroi_table_moved(ouro_rt *rt, const table *t) {
    return ouro_error_set(rt, OURO_ERR_STATE, "%s changed size during iteration", ouroi_type_name(&t->head));
}

// Foreign code has compared the entry at a position, whose key was `held`. True if the search can go on from there. The
// stamp says so exactly; but a comparison that stores values into the dict that is searched, each time, should be able
// to end: after some attempts it is enough that no key has come or gone. (Not of an lru: there a key may take another's
// place, and values do not change the stamp.)
static bool table_is_still(const table *t, const table *before, size_t stride, uint32_t i, const ouro_obj *held,
                           unsigned tries) {
    if (t->stamp == before->stamp)
        return true;
    return tries >= TABLE_STRICT && !ouro_is_lru(&t->head) && t->entries == before->entries &&
           table_shape(t) == table_shape(before) && table_order(t) == table_order(before) &&
           table_entry(t, stride, i)->key == held;
}

// Asks foreign code about one entry. Returns: 1, 0, -1, or TABLE_ASK if the search has to start again.
static int table_ask(ouro_rt *rt, table *t, size_t stride, uint32_t i, ouro_obj *key, unsigned tries) {
    table before = *t;
    ouro_obj *held = ouro_incref(table_entry(t, stride, i)->key);
    int equal = ouro_equal(rt, held, key);
    ouro_decref(held);
    return equal < 0 || table_is_still(t, &before, stride, i, held, tries) ? equal : TABLE_ASK;
}

static int table_search_once(ouro_rt *rt, table *t, size_t stride, ouro_obj *key, uint32_t hash, uint32_t *at,
                             unsigned tries) {
    for (uint32_t i = table_first(t, stride, hash); i; i = table_after(t, stride, i)) {
        const entry *e = table_entry(t, stride, i - 1);
        int same = entry_compare(e, key, hash);
        if (same == TABLE_ASK)
            same = table_ask(rt, t, stride, i - 1, key, tries);
        if (same) {
            *at = i - 1;
            return same;
        }
    }
    return 0;
}

int ouroi_table_search(ouro_rt *rt, table *t, size_t stride, ouro_obj *key, uint32_t hash, uint32_t *at) {
    for (unsigned tries = 0; tries < TABLE_TRIES; tries++) {
        int found = table_search_once(rt, t, stride, key, hash, at, tries);
        if (found != TABLE_ASK)
            return found;
    }
    return ouroi_table_restless(rt, t);
}

int ouroi_table_match(ouro_rt *rt, table *t, size_t stride, ouro_obj *key, uint32_t hash, uint32_t *at) {
    bool asks = false;
    for (uint32_t i = table_first(t, stride, hash); i; i = table_after(t, stride, i)) {
        const entry *e = table_entry(t, stride, i - 1);
        int same = entry_compare(e, key, hash);
        if (!same)
            continue;
        if (same == TABLE_ASK && asks)
            return ouroi_table_search(rt, t, stride, key, hash, at);
        *at = i - 1;
        if (same == 1)
            return 1;
        asks = true;
    }
    return asks ? TABLE_ASK : 0;
}

// ---- rebuilding. Nothing in it can fail or run code ----

// Gives the links between the entries of an odict the numbers that they will have without the holes.
static void table_renumber(ordered *o) {
    uint32_t n = 0;
    for (uint32_t i = 0; i < o->t.filled; i++)
        if (table_entry(&o->t, ODICT_STRIDE, i)->key)
            table_entry(&o->t, ODICT_STRIDE, i)->next = ++n;
        else
            table_entry(&o->t, ODICT_STRIDE, i)->next = 0;
    uint32_t before = 0, i = o->first, *link = &o->first;
    for (; i; i = table_ordered(&o->t, i - 1)->after) {
        order_entry *e = table_ordered(&o->t, i - 1);
        if (!e->e.next)
            continue;
        e->before = before;
        before = *link = e->e.next;
        link = &e->after;
    }
    *link = 0;
    o->last = before;
}

// How many bytes there are behind the entries.
static size_t order_behind(uint32_t order) {
    return order < TABLE_CHAINED ? tag_words(order) * sizeof(uint64_t) : head_bytes(order) << (order + 1);
}

// Gives all entries, none of which is a hole, their tags, or puts them into their chains: backwards, so that each goes
// to the beginning of one.
__attribute__((always_inline)) static inline void table_chain_all(table *t, size_t stride, uint32_t order) {
    if (!order)
        return;
    memset(table_behind(t, stride, order), 0, order_behind(order));
    if (order < TABLE_CHAINED) {
        uint64_t *words = table_behind(t, stride, order);
        for (uint32_t i = 0; i < t->filled; i++)
            words[i / 8] |= hash_tag(table_entry(t, stride, i)->hash) << (i % 8 * 8);
        return;
    }
    for (uint32_t i = t->filled; i; i--) {
        entry *e = table_entry(t, stride, i - 1);
        void *head = table_head(t, stride, order, e->hash);
        e->next = head_get(head, order);
        head_set(head, order, i);
    }
}

// Moves the live entries together, to the beginning of a buffer (another one, or their own).
__attribute__((always_inline)) static inline void table_move(table *t, size_t stride, char *to, uint32_t order) {
    table made = {.entries = to};
    for (uint32_t i = 0; i < t->filled; i++) {
        const entry *from = table_entry(t, stride, i);
        entry *e = table_entry(&made, stride, made.filled);
        if (!from->key)
            continue;
        if (e != from)
            memcpy(e, from, stride);
        made.filled++;
    }
    t->entries = to;
    t->live = t->filled = made.filled;
    table_chain_all(t, stride, order);
}

// Takes over a buffer (its own, or a new one) of an order in which all live entries have room.
static void table_rebuild(ouro_rt *rt, table *t, size_t stride, char *to, uint32_t order) {
    if (stride == ODICT_STRIDE) {
        table_renumber((ordered *)t);
        table_move(t, ODICT_STRIDE, to, order);
    } else if (stride == DICT_STRIDE) {
        table_move(t, DICT_STRIDE, to, order);
    } else {
        table_move(t, SET_STRIDE, to, order);
    }
    t->stamp = ouroi_next_version(rt) << 8 | order;
}

// ---- growing ----

// A buffer for a table of an order. Returns: NULL on failure.
static char *table_buffer(ouro_rt *rt, size_t stride, uint32_t order) {
    size_t bytes;
    if (order <= TABLE_ORDER_MAX && size_fits(order_capacity(order), stride, order_behind(order), &bytes))
        return ouro_buf_alloc(rt, bytes);
    ouro_error_set(rt, OURO_ERR_OVERFLOW, "more entries than a table can have");
    return NULL;
}

// The smallest order with room for n entries; above TABLE_ORDER_MAX if there is none.
static uint32_t order_for(size_t n) {
    uint32_t order = 0;
    while (order <= TABLE_ORDER_MAX && order_capacity(order) < n)
        order++;
    return order;
}

// Puts a table into a buffer of an order, unless it was changed while the buffer was being allocated: then the caller
// sees for himself what it needs now.
static int table_resize(ouro_rt *rt, table *t, size_t stride, uint32_t order) {
    uint64_t stamp = t->stamp;
    char *to = table_buffer(rt, stride, order);
    if (!to)
        return -1;
    if (t->stamp != stamp) {
        ouro_buf_free(rt, to);
        return 0;
    }
    char *old = t->entries;
    table_rebuild(rt, t, stride, to, order);
    ouro_buf_free(rt, old);
    return 0;
}

// A full table with many holes is only moved together: at least a fifth of it has been removed since the last time.
int ouroi_table_widen(ouro_rt *rt, table *t, size_t stride) {
    uint32_t order = table_order(t), capacity = order_capacity(order);
    if (table_has_room(t))
        return 0;
    if (t->live < capacity - capacity / 5) {
        table_rebuild(rt, t, stride, t->entries, order);
        return 0;
    }
    return table_resize(rt, t, stride, order + 1);
}

int ouroi_table_reserve(ouro_rt *rt, table *t, size_t stride, size_t n) {
    for (unsigned tries = 0; tries < TABLE_TRIES; tries++) {
        if (n <= t->live || n - t->live <= order_capacity(table_order(t)) - t->filled)
            return 0;
        if (table_resize(rt, t, stride, order_for(n)) < 0)
            return -1;
    }
    return ouroi_table_restless(rt, t);
}

// An error that is pending stays, and none is left: what has no memory now keeps its memory.
void ouroi_table_shrink(ouro_rt *rt, table *t, size_t stride) {
    uint32_t order = order_for(t->live);
    ouro_error_state aside;
    if (order >= table_order(t))
        return;
    if (!t->live) {
        ouroi_table_clear(rt, t, stride);
        return;
    }
    ouro_incref(&t->head);
    ouro_error_save(rt, &aside);
    if (table_resize(rt, t, stride, order) < 0)
        ouro_error_clear(rt);
    ouro_error_restore(rt, &aside);
    ouro_decref(&t->head);
}

// ---- removing ----

// Takes the tag of an entry away, or the entry off its chain.
static inline void table_unchain(table *t, size_t stride, uint32_t i) {
    uint32_t order = table_order(t);
    const entry *gone = table_entry(t, stride, i);
    if (order < TABLE_CHAINED) {
        table_tag(t, stride, order, i, 0);
        return;
    }
    void *head = table_head(t, stride, order, gone->hash);
    uint32_t at = head_get(head, order);
    if (at == i + 1) {
        head_set(head, order, gone->next);
        return;
    }
    while (at) {
        entry *e = table_entry(t, stride, at - 1);
        if (e->next == i + 1) {
            e->next = gone->next;
            return;
        }
        at = e->next;
    }
}

// The position of the first hole of the run that ends before position i; i if there is none.
static inline uint32_t holes_before(const table *t, size_t stride, uint32_t i) {
    if (!i || table_entry(t, stride, i - 1)->key)
        return i;
    uint32_t start = table_entry(t, stride, i - 1)->hash;
    bool fits = start < i && !table_entry(t, stride, start)->key && table_entry(t, stride, start)->next == i;
    return fits ? start : i;
}

// The entry at a position, which is empty and in no chain, becomes part of a run of holes, or of the free room.
static inline void table_make_hole(table *t, size_t stride, uint32_t i) {
    uint32_t start = holes_before(t, stride, i), end = table_holes_end(t, stride, i + 1);
    if (end == t->filled) {
        t->filled = start;
        return;
    }
    table_entry(t, stride, start)->next = end;
    table_entry(t, stride, end - 1)->hash = start;
}

__attribute__((always_inline)) static inline void table_take(ouro_rt *rt, table *t, size_t stride, uint32_t i,
                                                             ouro_obj **key, ouro_obj **value) {
    table_unchain(t, stride, i);
    *key = ouro_takeref(&t->head, &table_entry(t, stride, i)->key);
    *value = stride > SET_STRIDE ? ouro_takeref(&t->head, &table_pair(t, stride, i)->value) : NULL;
    t->live--;
    table_make_hole(t, stride, i);
    table_changed(rt, t);
}

void ouroi_table_remove(ouro_rt *rt, table *t, size_t stride, uint32_t i, ouro_obj **key, ouro_obj **value) {
    if (stride == DICT_STRIDE)
        table_take(rt, t, DICT_STRIDE, i, key, value);
    else if (stride == SET_STRIDE)
        table_take(rt, t, SET_STRIDE, i, key, value);
    else
        table_take(rt, t, ODICT_STRIDE, i, key, value);
}

void ouroi_table_exchange(ouro_rt *rt, table *t, size_t stride, uint32_t i, ouro_obj *new_key, uint32_t hash,
                          ouro_obj **key, ouro_obj **value) {
    entry *e = table_entry(t, stride, i);
    table_unchain(t, stride, i);
    *key = ouro_takeref(&t->head, &e->key);
    *value = ouro_takeref(&t->head, &table_pair(t, stride, i)->value);
    e->hash = hash;
    table_chain(t, stride, table_order(t), i);
    ouro_setref(&t->head, &e->key, new_key);
    table_changed(rt, t);
}

void ouroi_table_clear(ouro_rt *rt, table *t, size_t stride) {
    table old = *t;
    t->entries = NULL;
    t->live = t->filled = 0;
    t->stamp = ouroi_next_version(rt) << 8;
    for (uint32_t i = 0; i < old.filled; i++) {
        ouro_xdecref(table_entry(&old, stride, i)->key);
        if (stride > SET_STRIDE)
            ouro_xdecref(table_pair(&old, stride, i)->value);
    }
    ouro_buf_free(rt, old.entries);
}

// ---- copying ----

static void table_copy_entry(table *to, size_t stride, const table *from, size_t from_stride, uint32_t i) {
    const entry *e = table_entry(from, from_stride, i);
    entry *copy = table_entry(to, stride, to->filled);
    if (!e->key)
        return;
    copy->key = ouro_incref(e->key);
    copy->hash = e->hash;
    if (stride > SET_STRIDE)
        table_pair(to, stride, to->filled)->value = ouro_xincref(table_pair(from, from_stride, i)->value);
    to->filled++;
}

// A buffer for as many entries as a table has when it is there; *order is 0 if that is none. Returns: 0, or -1.
static int table_copy_buffer(ouro_rt *rt, const table *from, size_t stride, uint32_t *order, char **buffer) {
    for (unsigned tries = 0; tries < TABLE_TRIES; tries++) {
        *order = order_for(from->live);
        *buffer = *order ? table_buffer(rt, stride, *order) : NULL;
        if (*order && !*buffer)
            return -1;
        if (order_for(from->live) == *order)
            return 0;
        ouro_buf_free(rt, *buffer);
    }
    return ouroi_table_restless(rt, from);
}

// The copy is put together beside the table, which the collector sees when it is whole.
int ouroi_table_copy(ouro_rt *rt, table *to, size_t stride, const table *from, size_t from_stride) {
    table made = {.entries = NULL};
    uint32_t order;
    if (table_copy_buffer(rt, from, stride, &order, &made.entries) < 0)
        return -1;
    made.stamp = ouroi_next_version(rt) << 8 | order;
    for (uint32_t i = 0; order && i < from->filled; i++)
        table_copy_entry(&made, stride, from, from_stride, i);
    table_chain_all(&made, stride, order);
    to->entries = made.entries;
    to->live = to->filled = made.filled;
    to->stamp = made.stamp;
    return 0;
}

size_t ouroi_table_longest_chain(const table *t, size_t stride) {
    size_t longest = 0;
    uint32_t order = table_order(t);
    if (order < TABLE_CHAINED)
        return t->filled;
    for (uint32_t bucket = 0; bucket < 2u << order; bucket++) {
        size_t n = 0;
        for (uint32_t i = table_first(t, stride, bucket); i; i = table_after(t, stride, i))
            n++;
        longest = n > longest ? n : longest;
    }
    return longest;
}
