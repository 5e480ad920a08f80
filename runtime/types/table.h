// SPDX-License-Identifier: MIT
// table.h: the table that dict, set, odict and lru are. One buffer holds the entries, in the order in which they came
// (in a full lru, a new one where an old one was), and behind them what finds them. In a table of more than ten that is
// the *heads*: for each bucket the oldest of its entries. Entries of one bucket are chained by their numbers, oldest
// first. Entries are numbered from 1 in heads and chains, so that 0 is "none". Up to ten entries have *tags* instead: a
// byte of each one's hash, eight in a word, which are compared at once.
//
// Why chains: there is no tombstone, a lookup meets only entries of its own bucket, and an entry has the room for the
// link anyhow. There are twice as many buckets as a power of two, and up to 5/4 of that power of entries: so a dict's
// buffer fills a block to the last byte (128, 256, 512 ... bytes, as long as a head is one byte). What goes into the
// buckets is the *place* of a hash (hash_place, std.h): ints that are neighbours lie in neighbouring buckets.
//
// Words. A *hole* is an entry whose key has been removed: key and value are NULL. `filled` entries are in use, holes
// included; `live` have a key. A *quick* key is an exact str, or an int of one word: comparing two of them runs no
// code. An *order* stands for 2^(order + 1) buckets; those below TABLE_CHAINED have tags, and 0 has no buffer.
//
//   I-table-1  The last of the filled entries is no hole. So an empty table has no filled entries, and what is taken
//              from its end is given back at once.
//   I-table-2  Of a run of holes, `next` of the first is the position behind the last, and `hash` of the last is the
//              position of the first.
//   I-table-3  The stamp changes whenever an entry comes or goes; that of a dict also when a value changes, that of an
//              odict also when the order does. (An lru's order says nothing about what is in it.)
//   I-table-4  A table in which the collector has emptied fields is searched and filled safely: a chain may lead
//              through entries without a key, `live` may be too large, and the positions in I-table-2 are believed only
//              if they fit each other. The next rebuild makes all of it right.
//   I-table-5  The list of an odict or lru goes through the live entries, those that the collector has emptied too,
//              each once, and `before` and `after` are each other's opposite.
#ifndef OUROI_TABLE_H
#define OUROI_TABLE_H

#include "std.h"

typedef struct table {
    ouro_obj head;
    char *entries; // and the heads; NULL if the order is 0
    uint32_t live, filled;
    uint64_t stamp; // 56 bits of version, 8 of order
} table;

typedef struct entry {
    ouro_obj *key;
    uint32_t hash; // the place of the key's hash
    uint32_t next; // in the chain; of a hole see I-table-2
} entry;

// What a dict has.
typedef struct pair_entry {
    entry e;
    ouro_obj *value;
} pair_entry;

// What an odict and an lru have: it is in a list of its own, too.
typedef struct order_entry {
    entry e;
    ouro_obj *value;
    uint32_t before, after;
} order_entry;

typedef struct ordered {
    table t;
    uint32_t first, last; // the ends of the list
} ordered;

#define SET_STRIDE sizeof(entry)
#define DICT_STRIDE sizeof(pair_entry)
#define ODICT_STRIDE sizeof(order_entry)

_Static_assert(sizeof(table) == 32 && SET_STRIDE == 16 && DICT_STRIDE == 24 && ODICT_STRIDE == 32,
               "sizes are promised");

#define TABLE_CHAINED 4u
#define TABLE_ORDER_MAX 30u

// What the searches answer when only foreign code knows whether two keys are equal.
#define TABLE_ASK 2

static inline uint32_t table_order(const table *t) {
    return (uint8_t)t->stamp;
}

static inline uint32_t order_capacity(uint32_t order) {
    return likely(order > 1) ? 5u << (order - 2) : order * 3;
}

static inline entry *table_entry(const table *t, size_t stride, uint32_t i) {
    return (entry *)(void *)(t->entries + (size_t)i * stride);
}

static inline pair_entry *table_pair(const table *t, size_t stride, uint32_t i) {
    return (pair_entry *)(void *)(t->entries + (size_t)i * stride);
}

static inline order_entry *table_ordered(const table *t, uint32_t i) {
    return (order_entry *)(void *)t->entries + i;
}

static inline void table_changed(ouro_rt *rt, table *t) {
    t->stamp = ouroi_next_version(rt) << 8 | table_order(t);
}

// What lies behind the entries.
static inline void *table_behind(const table *t, size_t stride, uint32_t order) {
    return t->entries + (size_t)order_capacity(order) * stride;
}

// ---- heads: of one, two or four bytes, as the numbers of entries need ----

static inline size_t head_bytes(uint32_t order) {
    return order < 8 ? 1 : order < 16 ? 2 : 4;
}

static inline void *table_head(const table *t, size_t stride, uint32_t order, uint32_t hash) {
    size_t bucket = hash & ((2u << order) - 1);
    return (char *)table_behind(t, stride, order) + bucket * head_bytes(order);
}

static inline uint32_t head_get(const void *head, uint32_t order) {
    return order < 8 ? *(const uint8_t *)head : order < 16 ? *(const uint16_t *)head : *(const uint32_t *)head;
}

static inline void head_set(void *head, uint32_t order, uint32_t i) {
    if (order < 8)
        *(uint8_t *)head = (uint8_t)i;
    else if (order < 16)
        *(uint16_t *)head = (uint16_t)i;
    else
        *(uint32_t *)head = i;
}

// ---- tags: of an entry 128 and seven bits of its hash; of a hole, and where there is no entry yet, 0 ----

#define TAG_EACH 0x0101010101010101u

static inline uint32_t tag_words(uint32_t order) {
    return (order + 1) / 2;
}

static inline void table_tag(table *t, size_t stride, uint32_t order, uint32_t i, uint64_t tag) {
    uint64_t *word = (uint64_t *)table_behind(t, stride, order) + i / 8;
    *word = (*word & ~((uint64_t)0xFF << (i % 8 * 8))) | tag << (i % 8 * 8);
}

static inline uint64_t hash_tag(uint32_t hash) {
    return 0x80 | (hash & 0x7F);
}

// The top bit of each byte of a word that is the tag; maybe also of some whose tag differs, but never of a 0.
static inline uint64_t tags_equal(uint64_t word, uint64_t tag) {
    uint64_t x = word ^ tag * TAG_EACH;
    return (x - TAG_EACH) & ~x & 0x80 * TAG_EACH;
}

// ---- keys ----

static inline bool kind_is_quick(uint32_t kind) {
    return kind == OUROI_KIND_STR || kind == OUROI_KIND_INT;
}

// True and the place of the hash of a quick key.
static inline bool hash_quick(const ouro_rt *rt, ouro_obj *key, uint32_t *hash) {
    uint32_t kind = ouroi_kind(key);
    if (likely(kind == OUROI_KIND_STR))
        *hash = ouroi_str_place(rt, key);
    else if (likely(kind == OUROI_KIND_INT))
        *hash = word_place(rt, (uint64_t)ouro_int_word(key));
    else
        return false;
    return true;
}

// 1 or 0 if two keys with the same hash are known to be equal or not; else TABLE_ASK. 0 if the first is NULL.
int ouroi_key_compare(const ouro_obj *a, const ouro_obj *b);
// The same for two keys of which neither is quick, in call_key.c.
int ouroi_call_key_compare(const ouro_obj *a, const ouro_obj *b);

// ---- searching ----

// 1 if an entry has this key, 0 if not, or TABLE_ASK.
static inline int entry_compare(const entry *e, const ouro_obj *key, uint32_t hash) {
    return e->key == key ? 1 : e->hash == hash ? ouroi_key_compare(e->key, key) : 0;
}

static inline int table_find_tagged(const table *t, size_t stride, const ouro_obj *key, uint32_t hash, uint32_t *at) {
    uint32_t order = table_order(t);
    for (uint32_t w = 0; w < tag_words(order); w++) {
        uint64_t tags = ((const uint64_t *)table_behind(t, stride, order))[w];
        for (uint64_t hits = tags_equal(tags, hash_tag(hash)); hits; hits &= hits - 1) {
            *at = w * 8 + bits_lowest(hits) / 8;
            int same = entry_compare(table_entry(t, stride, *at), key, hash);
            if (same)
                return same;
        }
    }
    return 0;
}

// The number of the entry that a search meets first, and of the one behind another. 0 at the end.
static inline uint32_t table_first(const table *t, size_t stride, uint32_t hash) {
    uint32_t order = table_order(t);
    if (order < TABLE_CHAINED)
        return t->filled != 0;
    return head_get(table_head(t, stride, order, hash), order);
}

static inline uint32_t table_after(const table *t, size_t stride, uint32_t i) {
    if (table_order(t) >= TABLE_CHAINED)
        return table_entry(t, stride, i - 1)->next;
    return i < t->filled ? i + 1 : 0;
}

// Looks for a key without running code: 1 and its position; 0; TABLE_ASK, and that of one that only foreign code can
// compare. Inlined, so that only what the caller needs of it is left (measured: a read of a dict of ten 9 ns, and 7.5).
__attribute__((always_inline)) static inline int table_find(const table *t, size_t stride, const ouro_obj *key,
                                                            uint32_t hash, uint32_t *at) {
    uint32_t order = table_order(t);
    *at = 0;
    if (order < TABLE_CHAINED)
        return table_find_tagged(t, stride, key, hash, at);
    for (uint32_t i = head_get(table_head(t, stride, order, hash), order); i;) {
        const entry *e = table_entry(t, stride, i - 1);
        int same = entry_compare(e, key, hash);
        *at = i - 1;
        if (same)
            return same;
        i = e->next;
    }
    return 0;
}

// The place of the hash of any key. Returns: 0, or -1. Runs: arbitrary code.
int ouroi_table_hash(ouro_rt *rt, ouro_obj *key, uint32_t *hash);

// Looks for a key whose hash is known: 1 and its position; 0; -1. Runs: arbitrary code. Fails: also OURO_ERR_STATE, if
// that code changes the table each time.
int ouroi_table_search(ouro_rt *rt, table *t, size_t stride, ouro_obj *key, uint32_t hash, uint32_t *at);

// As ouroi_table_search, but leaves the last question to the caller where there is only one: TABLE_ASK if the key at
// *at is the only one that may be equal. For comparisons of nested tables, which must not nest calls.
int ouroi_table_match(ouro_rt *rt, table *t, size_t stride, ouro_obj *key, uint32_t hash, uint32_t *at);

__attribute__((always_inline)) static inline int table_look_hashed(ouro_rt *rt, table *t, size_t stride, ouro_obj *key,
                                                                   uint32_t hash, uint32_t *at) {
    int found = table_find(t, stride, key, hash, at);
    if (likely(found != TABLE_ASK))
        return found;
    uint32_t position;
    found = ouroi_table_search(rt, t, stride, key, hash, &position);
    *at = position;
    return found;
}

// As table_look, for a key that is not quick.
int ouroi_table_look(ouro_rt *rt, table *t, size_t stride, ouro_obj *key, uint32_t *hash, uint32_t *at);

// Looks for a key: 1 and its position; 0; -1; and its hash.
__attribute__((always_inline)) static inline int table_look(ouro_rt *rt, table *t, size_t stride, ouro_obj *key,
                                                            uint32_t *hash, uint32_t *at) {
    if (likely(hash_quick(rt, key, hash)))
        return table_look_hashed(rt, t, stride, key, *hash, at);
    uint32_t place, position;
    int found = ouroi_table_look(rt, t, stride, key, &place, &position);
    *hash = place;
    *at = position;
    return found;
}

// ---- changing ----

static inline bool table_has_room(const table *t) {
    return t->filled < order_capacity(table_order(t));
}

// Makes room for one more entry, if the table is full. What was found in it before means nothing afterwards: the caller
// looks again. Returns: 0, or -1. Fails: OURO_ERR_MEMORY; OURO_ERR_OVERFLOW. Runs: arbitrary code (a collection).
int ouroi_table_widen(ouro_rt *rt, table *t, size_t stride);

// Makes room for `n` entries in all. As ouroi_table_widen.
int ouroi_table_reserve(ouro_rt *rt, table *t, size_t stride, size_t n);

// Gives an entry, whose hash is there, its tag, or puts it at the end of its chain: who reads a table in the order in
// which it was filled then meets what he has read before (measured: the other way, reading a thousand dicts of a
// thousand keys took twice as long). The search that found no such key has just been through that chain.
static inline void table_chain(table *t, size_t stride, uint32_t order, uint32_t i) {
    entry *e = table_entry(t, stride, i);
    e->next = 0;
    if (order < TABLE_CHAINED) {
        table_tag(t, stride, order, i, hash_tag(e->hash));
        return;
    }
    void *head = table_head(t, stride, order, e->hash);
    uint32_t last = head_get(head, order);
    if (!last) {
        head_set(head, order, i + 1);
        return;
    }
    for (e = table_entry(t, stride, last - 1); e->next;)
        e = table_entry(t, stride, e->next - 1);
    e->next = i + 1;
}

// Puts a new key behind all others of a table that has room. Its value, if it has one, is the caller's to set. The key
// is kept.
static inline entry *table_append(ouro_rt *rt, table *t, size_t stride, ouro_obj *key, uint32_t hash) {
    uint32_t order = table_order(t), i = t->filled;
    ASSERT(table_has_room(t));
    entry *e = table_entry(t, stride, i);
    e->hash = hash;
    table_chain(t, stride, order, i);
    t->filled = i + 1;
    t->live++;
    table_changed(rt, t);
    e->key = NULL;
    ouro_setref(&t->head, &e->key, key);
    return e;
}

// How often something is begun anew because foreign code has changed the table meanwhile.
#define TABLE_TRIES 1000

// Says that a table was changed by foreign code each time it was looked at. Returns: -1.
COLD int ouroi_table_restless(ouro_rt *rt, const table *t);

// Takes the entry at a position out: its key, and its value (NULL for a set), are the caller's, who drops them when his
// own state is in order.
void ouroi_table_remove(ouro_rt *rt, table *t, size_t stride, uint32_t i, ouro_obj **key, ouro_obj **value);

// Takes the entry at a position out, as ouroi_table_remove, and puts a new key in its place, which is kept: that needs
// no room. The value (NULL) is the caller's to set.
void ouroi_table_exchange(ouro_rt *rt, table *t, size_t stride, uint32_t i, ouro_obj *new_key, uint32_t hash,
                          ouro_obj **key, ouro_obj **value);

// Gives memory back if half of it or more is not needed; cannot fail. Runs: arbitrary code (a collection).
void ouroi_table_shrink(ouro_rt *rt, table *t, size_t stride);

// Takes everything out. Runs: arbitrary code, when the table is empty.
void ouroi_table_clear(ouro_rt *rt, table *t, size_t stride);

// Gives an empty table a copy of another's entries, in their order. `from_stride` may be larger: then values are left
// out. Returns: 0, or -1. Runs: arbitrary code (a collection) before the copy is made, none during.
int ouroi_table_copy(ouro_rt *rt, table *to, size_t stride, const table *from, size_t from_stride);

// ---- the list of an odict or lru. Entries have numbers here ----

// The number in the entry before (0: in the list's head) that leads to the next one, and the other way.
static inline uint32_t *ordered_link_after(ordered *d, uint32_t i) {
    return i ? &table_ordered(&d->t, i - 1)->after : &d->first;
}

static inline uint32_t *ordered_link_before(ordered *d, uint32_t i) {
    return i ? &table_ordered(&d->t, i - 1)->before : &d->last;
}

// Puts the entry with number i at one of the ends.
static inline void ordered_link(ordered *d, uint32_t i, ouro_end end) {
    order_entry *e = table_ordered(&d->t, i - 1);
    e->before = end == OURO_LAST ? d->last : 0;
    e->after = end == OURO_LAST ? 0 : d->first;
    *ordered_link_after(d, e->before) = i;
    *ordered_link_before(d, e->after) = i;
}

static inline void ordered_unlink(ordered *d, uint32_t i) {
    const order_entry *e = table_ordered(&d->t, i - 1);
    *ordered_link_after(d, e->before) = e->after;
    *ordered_link_before(d, e->after) = e->before;
}

// ---- walking ----

// The position behind the last hole of the run that starts at position i; i if there is none.
static inline uint32_t table_holes_end(const table *t, size_t stride, uint32_t i) {
    if (i >= t->filled || table_entry(t, stride, i)->key)
        return i;
    uint32_t end = table_entry(t, stride, i)->next;
    bool fits = end > i && end <= t->filled && !table_entry(t, stride, end - 1)->key &&
                table_entry(t, stride, end - 1)->hash == i;
    return fits ? end : i;
}

// The next live entry at or behind a position; `filled` or more at the end.
static inline uint32_t table_skip(const table *t, size_t stride, uint32_t at) {
    while (at < t->filled) {
        if (likely(table_entry(t, stride, at)->key != NULL))
            break;
        uint32_t end = table_holes_end(t, stride, at);
        at = end > at ? end : at + 1;
    }
    return at;
}

// What a walk remembers of a table, to see whether keys came or went meanwhile.
static inline uint64_t table_shape(const table *t) {
    return (uint64_t)t->live << 32 | t->filled;
}

// The most entries that one search of the table goes through. For tests.
size_t ouroi_table_longest_chain(const table *t, size_t stride);

// ---- dict.c, odict.c: both are *maps* ----

static inline table *table_of(const ouro_obj *o) {
    return (table *)(void *)(uintptr_t)o;
}

// The stride of a map's table; 0 if the object is no map.
static inline size_t map_stride(const ouro_obj *o) {
    uint32_t kind = ouroi_kind(o) & ~(uint32_t)OUROI_KIND_DERIVED;
    if (kind == OUROI_KIND_DICT || (kind != OUROI_KIND_ODICT && ouro_is_a(o, ouro_dict_type)))
        return DICT_STRIDE;
    return kind == OUROI_KIND_ODICT || ouro_is_a(o, ouro_odict_type) ? ODICT_STRIDE : 0;
}

// The number of the entry behind the one with number i (0: before the first) in the order of a map; 0 at the end.
static inline uint32_t map_next(const table *t, size_t stride, uint32_t i) {
    if (stride == DICT_STRIDE) {
        i = table_skip(t, stride, i);
        return i < t->filled ? i + 1 : 0;
    }
    i = !i ? ((const ordered *)(const void *)t)->first : i <= t->filled ? table_ordered(t, i - 1)->after : 0;
    return i <= t->filled ? i : 0;
}

// The next pair of a map, in its order: *at is 0 at first, and then the number of the pair given last. False at the
// end.
static inline bool map_step(const table *t, size_t stride, size_t *at, pair_entry **out) {
    uint32_t i = (uint32_t)*at;
    while ((i = map_next(t, stride, i)) != 0) {
        *out = table_pair(t, stride, i - 1);
        if (likely((*out)->e.key && (*out)->value)) {
            *at = i;
            return true;
        }
    }
    return false;
}

// True if map_step would give another pair.
static inline bool map_more(const table *t, size_t stride, size_t at) {
    pair_entry *next;
    return map_step(t, stride, &at, &next);
}

// What a walk over a map remembers, to see whether it may go on: the shape; of an odict the stamp, since its order
// counts.
static inline uint64_t map_seen(const table *t, size_t stride) {
    return stride == DICT_STRIDE ? table_shape(t) : t->stamp;
}

// Puts a value under a key whose hash is known. Returns: 0, or -1.
int ouroi_dict_put(ouro_rt *rt, table *t, ouro_obj *key, uint32_t hash, ouro_obj *value);
int ouroi_odict_put(ouro_rt *rt, table *t, ouro_obj *key, uint32_t hash, ouro_obj *value);
static inline int map_put(ouro_rt *rt, table *t, size_t stride, ouro_obj *key, uint32_t hash, ouro_obj *value) {
    return stride == DICT_STRIDE ? ouroi_dict_put(rt, t, key, hash, value) : ouroi_odict_put(rt, t, key, hash, value);
}

// OURO_ERR_KEY with the text of the key. Returns: -1. Runs: arbitrary code.
COLD int ouroi_dict_missing(ouro_rt *rt, ouro_obj *key);
// OURO_ERR_STATE: changed while it was walked. Returns: -1.
COLD int ouroi_table_moved(ouro_rt *rt, const table *t);

// ---- map_ops.c: operations that dict and odict share ----

int ouroi_map_unhashable(ouro_rt *rt, ouro_obj *o, ouro_step *step, uint64_t *hash, ouro_obj **part);
int ouroi_map_pair(ouro_rt *rt, ouro_relation relation, ouro_obj *a, ouro_obj *b, ouro_step *step, ouro_obj **x,
                   ouro_obj **y);
int ouroi_map_length(ouro_rt *rt, ouro_obj *o, size_t *length);
int ouroi_map_repr(ouro_rt *rt, ouro_obj *o, ouro_step *step, ouro_builder *out, ouro_obj **part);
int ouroi_map_binary(ouro_rt *rt, ouro_op op, ouro_obj *a, ouro_obj *b, ouro_obj **out);
ouro_obj *ouroi_map_copy(ouro_rt *rt, ouro_obj *o);
int ouroi_map_deep(ouro_rt *rt, ouro_obj *o, ouro_step *step, ouro_obj **made, ouro_obj **part);
// Hashes a key and puts a value under it. Returns: 0, or -1.
int ouroi_map_set(ouro_rt *rt, table *t, size_t stride, ouro_obj *key, ouro_obj *value);
// Puts all pairs of a map, or of an iterable of pairs, into a map. Returns: 0, or -1.
int ouroi_map_update(ouro_rt *rt, table *t, size_t stride, ouro_obj *other);

// ---- dict_iter.c ----

typedef enum map_part { MAP_KEYS, MAP_VALUES, MAP_ITEMS } map_part;

// An iterator over one part of each pair of a map. Returns: new.
ouro_obj *ouroi_map_iter_new(ouro_rt *rt, ouro_obj *map, map_part part);
// The part of a pair that a walk gives. Returns: new; NULL on failure.
ouro_obj *ouroi_map_part(ouro_rt *rt, const pair_entry *pair, map_part part);
int ouroi_dict_iter_open(ouro_rt *rt);
int ouroi_dict_view_open(ouro_rt *rt);

#endif
