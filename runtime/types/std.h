// SPDX-License-Identifier: MIT
// std.h: what the files of the standard objects know of each other: the state that a runtime keeps for them, and the
// functions that cross files. A type's own file is the only one that touches its fields, other than through the inline
// functions of its public header.
//
// Words. A *part* is an object that another holds. An *exact* object is one of a standard type; a *derived* one is an
// instance of a user's class that has a standard type's layout, followed by two references: its class, and (once it has
// attributes) a companion instance that keeps them.
//
//   I-std-1  All that the state holds is immortal; nothing in it has to be dropped.
//   I-std-2  No pointer into an object's storage, and no size read from it, is kept across a call that can run foreign
//            code: an allocation, a drop, any protocol.
//   I-std-3  Every described field may be NULL at any time: the collector has emptied an object that is still in use.
#ifndef OUROI_STD_H
#define OUROI_STD_H

#include "../base/platform.h"

#include <ouro/std.h>

typedef struct intern_table intern_table;
typedef struct printer printer;

#define SMALL_INT_MIN (-5)
#define SMALL_INT_MAX 256

typedef struct std_state {
    ouroi_std_front front; // first: the headers read it
    ouro_obj *small_ints[SMALL_INT_MAX - SMALL_INT_MIN + 1];
    ouro_obj *ascii[128]; // strs of one character, made when first used; immortal
    ouro_obj *empty_bytes, *empty_frozenset, *not_implemented;
    uint64_t hash_key[2];
    uint64_t version; // the last number given to a dict or class
    size_t depth, max_depth, max_print_depth, max_digits;
    printer *printing;           // the innermost text being made, see print.c
    intern_table *interned;      // see intern.c
    ouro_obj **names;            // interned names of special attributes, see special.c
    ouro_obj **classes;          // the classes that stand for standard types, see class.c
    ouro_obj *error_classes[16]; // the built-in classes of exceptions, in the order of exception.c
    ouro_obj *finalizers;        // their registry, see finalizer.c
    ouro_obj *memory_error;      // the exception of every out-of-memory
    bool open;
} std_state;

static inline std_state *state_of(const ouro_rt *rt) {
    std_state *s = (std_state *)ouroi_rt_std(rt);
    if (OURO_DEBUG && !s)
        ouroi_std_missing(rt);
    return s;
}

// A number that no dict or class of the runtime has had.
static inline uint64_t ouroi_next_version(ouro_rt *rt) {
    return ++state_of(rt)->version;
}

// ---- opening. Each registers its types and makes its immortal objects, in this order; 0 or -1. ----

int ouroi_str_open(ouro_rt *rt);  // str, interning: first, since names are strs
int ouroi_none_open(ouro_rt *rt); // none, bool
int ouroi_int_open(ouro_rt *rt);
int ouroi_float_open(ouro_rt *rt);
int ouroi_bytes_open(ouro_rt *rt); // bytes, bytearray
int ouroi_tuple_open(ouro_rt *rt);
int ouroi_list_open(ouro_rt *rt);
int ouroi_iter_open(ouro_rt *rt); // iterators over sequences
int ouroi_slice_open(ouro_rt *rt);
int ouroi_range_open(ouro_rt *rt);
int ouroi_deque_open(ouro_rt *rt);
int ouroi_array_open(ouro_rt *rt);
int ouroi_ndarray_open(ouro_rt *rt);
int ouroi_dict_open(ouro_rt *rt); // dict, its views and iterators
int ouroi_set_open(ouro_rt *rt);
int ouroi_odict_open(ouro_rt *rt);
int ouroi_weakly_open(ouro_rt *rt); // weak dicts, weak set
int ouroi_finalizer_open(ouro_rt *rt);
int ouroi_native_open(ouro_rt *rt); // native, method, cell, not_implemented
int ouroi_module_open(ouro_rt *rt);
int ouroi_class_open(ouro_rt *rt);
int ouroi_exception_open(ouro_rt *rt);
int ouroi_lru_open(ouro_rt *rt); // LRU caches, the keys of calls, cached functions
int ouroi_generator_open(ouro_rt *rt);
int ouroi_itertools_open(ouro_rt *rt);
int ouroi_lines_open(ouro_rt *rt);

// Frees the memory of the table of interned strs; every str is gone by then.
void ouroi_intern_end(ouro_rt *rt);

// ---- protocol.c: finding an operation ----

// Registers a standard type under its number.
int ouroi_kind_open(ouro_rt *rt, ouro_type *type, uint32_t kind);
// Their operations, by number; NULL where there are none. Filled while they are registered, the same for all runtimes.
extern const ouro_ops *ouroi_kind_ops[OUROI_TYPE_STD];

// The operations of the nearest type, from the object's own up its bases, that has the one at `offset` of ouro_ops;
// NULL if there is none.
const ouro_ops *ouroi_ops_with(const ouro_obj *o, size_t offset);
const ouro_ops *ouroi_ops_of_type(const ouro_type *type, size_t offset);

static inline bool ops_have(const ouro_ops *ops, size_t offset) {
    uintptr_t op;
    memcpy(&op, (const char *)ops + offset, sizeof op);
    return op != 0;
}

// The same, where it is mostly the object's own type, a standard one.
static inline const ouro_ops *ops_near(const ouro_obj *o, size_t offset) {
    uint32_t kind = ouroi_kind(o);
    const ouro_ops *ops = kind < OUROI_TYPE_STD ? __atomic_load_n(&ouroi_kind_ops[kind], __ATOMIC_RELAXED) : NULL;
    return likely(ops && ops_have(ops, offset)) ? ops : ouroi_ops_with(o, offset);
}
// The same, as ops_with(o, next).
#define ops_with(o, member) ops_near((o), offsetof(ouro_ops, member))

// True for the exact kinds of numbers.
static inline bool kind_is_number(uint32_t kind) {
    return kind - OUROI_KIND_BOOL <= OUROI_KIND_FLOAT - OUROI_KIND_BOOL;
}

// ---- protocol.c: errors that are told alike everywhere ----

// What an object's type is called in messages: the class of an instance, else the type.
const char *ouroi_type_name(const ouro_obj *o);
// "%s: '%s' expected, not '%s'". Returns: -1.
COLD int ouroi_wrong_type(ouro_rt *rt, const char *where, const char *expected, const ouro_obj *got);
// True if `o` is of `type`, in the wide sense of ouro_is_a; else false and an error.
bool ouroi_expect(ouro_rt *rt, const char *where, const ouro_type *type, const ouro_obj *o);

// A position from an int or bool, OURO_ERR_INDEX if it does not fit. Returns: 0, or -1 (OURO_ERR_TYPE for others).
int ouroi_index(ouro_rt *rt, const char *where, const ouro_obj *o, ptrdiff_t *i);
// Counts a negative position from the end; OURO_ERR_INDEX if it is outside. Returns: 0, or -1.
int ouroi_position(ouro_rt *rt, const char *where, ptrdiff_t i, size_t length, size_t *at);

// Around code that may call back in: false, with OURO_ERR_DEPTH, if it is nested too deep already.
COLD bool ouroi_too_deep(ouro_rt *rt);
static inline bool ouroi_enter(ouro_rt *rt) {
    std_state *s = state_of(rt);
    if (unlikely(s->depth >= s->max_depth))
        return ouroi_too_deep(rt);
    s->depth++;
    return true;
}
static inline void ouroi_leave(ouro_rt *rt) {
    state_of(rt)->depth--;
}

// Hands each item of any iterable to `each` (borrowed) until it answers non-zero. Returns: 0, or that answer, or -1.
typedef int (*ouroi_item_fn)(ouro_rt *rt, ouro_obj *item, void *arg);
int ouroi_iterate(ouro_rt *rt, ouro_obj *iterable, ouroi_item_fn each, void *arg);

// ---- print.c ----

// Writes an object as ouro_repr, or ouro_to_str, gives it. Returns: 0, or -1.
int ouroi_print(ouro_rt *rt, ouro_obj *o, ouro_builder *out);
int ouroi_print_str(ouro_rt *rt, ouro_obj *o, ouro_builder *out);

// ---- hash.c ----

// Of n bytes: SipHash-1-3 with the runtime's key (Jean-Philippe Aumasson, Daniel J. Bernstein, "SipHash: a fast
// short-input PRF", 2012).
uint64_t ouroi_hash_bytes(const ouro_rt *rt, const void *data, size_t n);

// The hash of an object, which is what ouro_hash gives, looks random in all of its 64 bits. It is made of its *inner
// word* by a function that can be undone, and tables go by its *place*, which is made of the inner word: the sum of the
// upper 56 bits and the lower eight, modulo 2 to the 32nd.
//
// The inner word of an int has, as upper bits, a keyed hash of the upper 56 bits of the int, and the lower eight as
// they are. So a *group* of 256 neighbours has places that follow each other from a random one on, and who goes through
// ints in sequence goes through memory in sequence (measured: a million reads took 89 ns each while neighbours were
// spread, 13.5 in groups of 64, and 12 in these). Still nobody who does not know the key can choose ints that meet:
// - Two of one group are as far from each other as the ints are. They meet only in a table that has fewer buckets than
//   a group members, which is one of 160 entries at most.
// - Two of different groups meet in one of so many buckets as it is with any keyed hash: their places are two random
//   words, and it is no help to choose what is added to each.
#define PLACE_GROUP 8u

// The inner word of a hash: two multiplications and shifts, which spread all that a user may take for a hash. The way
// back multiplies by the inverse modulo 2 to the 64th.
static inline uint64_t hash_open(uint64_t hash) {
    hash = (hash ^ hash >> 32) * 0xD6E8FEB86659FD93u;
    hash = (hash ^ hash >> 32) * 0xD6E8FEB86659FD93u;
    return hash ^ hash >> 32;
}
static inline uint64_t hash_of_inner(uint64_t inner) {
    inner = (inner ^ inner >> 32) * 0xCFEE444D8B59A89Bu;
    inner = (inner ^ inner >> 32) * 0xCFEE444D8B59A89Bu;
    return inner ^ inner >> 32;
}

// The place of any hash.
static inline uint32_t hash_place(uint64_t hash) {
    uint64_t inner = hash_open(hash);
    return (uint32_t)((inner >> PLACE_GROUP) + inner % (1u << PLACE_GROUP));
}

// Mixes one more hash into that of a row, after Yann Collet's xxHash: each is spread by a multiplication, turned, and
// spread again.
static inline uint64_t hash_mix(uint64_t sum, uint64_t hash) {
    sum += hash * 0xC2B2AE3D27D4EB4Fu;
    sum = sum << 31 | sum >> 33;
    return sum * 0x9E3779B185EBCA87u;
}

// The keyed hash of the group of a word: two multiplications, each folded to the sum of its halves.
static inline uint64_t word_group(const ouro_rt *rt, uint64_t w) {
    const uint64_t *key = state_of(rt)->hash_key;
    unsigned __int128 p = (unsigned __int128)(w >> PLACE_GROUP ^ key[0]) * (key[1] | 1);
    p = (unsigned __int128)((uint64_t)p ^ (uint64_t)(p >> 64) ^ key[1]) * 0x9E3779B97F4A7C15u;
    return (uint64_t)p ^ (uint64_t)(p >> 64);
}

// The place of the hash of a word, without the detour.
static inline uint32_t word_place(const ouro_rt *rt, uint64_t w) {
    return (uint32_t)(word_group(rt, w) + w % (1u << PLACE_GROUP));
}

// The hash of a word.
static inline uint64_t ouroi_hash_word(const ouro_rt *rt, uint64_t w) {
    return hash_of_inner(word_group(rt, w) << PLACE_GROUP | w % (1u << PLACE_GROUP));
}

// The place of the hash of an exact str, computed when first asked for (30 bits of its SipHash); cannot fail, runs
// nothing.
uint32_t ouroi_str_place_slow(const ouro_rt *rt, ouro_obj *s);
#define STR_HASH_MASK 0x3FFFFFFFu
static inline uint32_t ouroi_str_place(const ouro_rt *rt, ouro_obj *s) {
    uint32_t bits = ((const ouroi_str *)(void *)s)->hash_bits & STR_HASH_MASK;
    return likely(bits != 0) ? bits : ouroi_str_place_slow(rt, s);
}
// The hash of an exact str.
static inline uint64_t ouroi_str_hash(const ouro_rt *rt, ouro_obj *s) {
    return hash_of_inner((uint64_t)ouroi_str_place(rt, s) << PLACE_GROUP);
}
// Of an int, of any size. Equal floats have the same.
uint64_t ouroi_int_hash(const ouro_rt *rt, const ouro_obj *o);
// Of a double that is a whole number beyond 64 bits: the hash of that int.
uint64_t ouroi_big_hash_of_double(const ouro_rt *rt, double value);

// ---- making objects with another layout: `type` is the exact type or a derived one; `extra` bytes behind ----

ouro_obj *ouroi_str_make(ouro_rt *rt, const ouro_type *type, const char *utf8, size_t n, size_t extra);
ouro_obj *ouroi_tuple_make(ouro_rt *rt, const ouro_type *type, ouro_obj *const *items, size_t n, size_t extra);
// A copy of an int with the layout of a derived int: type_word or type_big as the value needs.
ouro_obj *ouroi_int_make(ouro_rt *rt, const ouro_type *type_word, const ouro_type *type_big, const ouro_obj *value);
// How many bytes the standard part of a str has, the text's own included, rounded up to 8: what follows is a derived
// one's. (Of a tuple: 16 + 8 for each item; of the others: their type's size.)
size_t ouroi_str_bytes(const ouro_obj *s);
extern const ouro_type *const ouroi_big_type;
extern const ouro_type *const ouroi_iter_type;

// ---- iter.c ----

// An iterator over a sequence by position, for types with length and get_item. `at` is the first position.
ouro_obj *ouroi_iter_new(ouro_rt *rt, ouro_obj *sequence, ptrdiff_t at);
int ouroi_iter_next(ouro_rt *rt, ouro_obj *it, ouro_obj **out);

// ---- str.c, intern.c ----

// The one interned str of n bytes. Returns: new; NULL on failure.
ouro_obj *ouroi_intern_bytes(ouro_rt *rt, const char *utf8, size_t n);
// Takes a dying interned str off the table.
void ouroi_intern_forget(ouro_rt *rt, ouro_obj *s);
// Writes a text between quotes, what cannot be printed escaped, into a builder. 0 or -1.
int ouroi_str_quote(ouro_builder *out, const char *utf8, size_t n);

// ---- dict.c: for files that keep dicts of their own whose keys are interned strs ----

// The value (borrowed, until the dict changes) under an interned str; NULL if there is none. Runs nothing.
ouro_obj *ouroi_dict_peek_name(const ouro_rt *rt, ouro_obj *dict, ouro_obj *name);

// ---- class.c, exception.c ----

// What a derived object has behind its standard part, and an exception within its own.
typedef struct instance_ext {
    ouro_obj *of_class;
    ouro_obj *companion; // an instance of the same class that keeps the attributes; NULL while there are none
} instance_ext;

#endif
