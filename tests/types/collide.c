// SPDX-License-Identifier: MIT
// collide.c: nobody who does not know a runtime's key can make its tables slow, and hashes made by a user that are not
// random do not either. What counts is how many entries the worst search goes through.
#include "tables.h"

#include "types/table.h"

#define COLLIDE_MOST 16 // of n random keys the fullest of 2n buckets has 8 or so

static size_t collide_n(void) {
    return kit_size(50000, 300);
}

// A set of keys made by a function of their number.
static int collide_fill(ouro_rt *rt, ouro_obj *set, ouro_obj *(*make)(ouro_rt *rt, size_t i)) {
    for (size_t i = 0; i < collide_n(); i++) {
        ouro_obj *key = make(rt, i);
        int result = key ? ouro_set_add(rt, set, key) : -1;
        ouro_xdecref(key);
        if (result < 0)
            return -1;
    }
    return 0;
}

static ouro_obj *collide_in_sequence(ouro_rt *rt, size_t i) {
    return ouro_int_new(rt, (int64_t)i);
}

static ouro_obj *collide_strided(ouro_rt *rt, size_t i) {
    return ouro_int_new(rt, (int64_t)i * 1009);
}

static ouro_obj *collide_high(ouro_rt *rt, size_t i) {
    return ouro_int_new(rt, (int64_t)((uint64_t)i << 45));
}

static ouro_obj *collide_medium(ouro_rt *rt, size_t i) {
    return ouro_int_new(rt, (int64_t)((uint64_t)i << 20));
}

static ouro_obj *collide_texts(ouro_rt *rt, size_t i) {
    return ouro_str_format(rt, "%zx-%zu", i, i * i);
}

static ouro_obj *collide_reals(ouro_rt *rt, size_t i) {
    return ouro_float_new(rt, (double)i / 1024);
}

static ouro_obj *collide_pairs(ouro_rt *rt, size_t i) {
    ouro_obj *two[2] = {ouro_int_new(rt, (int64_t)i % 256), ouro_int_new(rt, (int64_t)i / 256)};
    ouro_obj *tuple = two[0] && two[1] ? ouro_tuple_new(rt, two, 2) : NULL;
    ouro_xdecref(two[0]);
    ouro_xdecref(two[1]);
    return tuple;
}

// Hashes that an interpreter's user might return: small numbers, and large ones whose low bits are all the same.
static ouro_obj *collide_plain_hash(ouro_rt *rt, size_t i) {
    return odd_new(rt, (int64_t)i, i);
}

static ouro_obj *collide_shifted_hash(ouro_rt *rt, size_t i) {
    return odd_new(rt, (int64_t)i, (uint64_t)i << 40);
}

static ouro_obj *collide_addresses(ouro_rt *rt, size_t i) {
    return odd_new(rt, (int64_t)i, 0x7F0000000000u + i * 48);
}

CASE(collide, keys_of_all_sorts) {
    static ouro_obj *(*const makers[])(ouro_rt *, size_t) = {
        collide_in_sequence, collide_strided, collide_high,       collide_medium,       collide_texts,
        collide_reals,       collide_pairs,   collide_plain_hash, collide_shifted_hash, collide_addresses,
    };
    must(odd_open(rt));
    for (size_t i = 0; i < sizeof makers / sizeof *makers; i++) {
        ouro_obj *set = own(ouro_set_new(rt, NULL));
        need(set);
        must(collide_fill(rt, set, makers[i]));
        check(ouro_set_size(set) == collide_n());
        check(ouroi_table_longest_chain(table_of(set), SET_STRIDE) <= COLLIDE_MOST);
        must(ouro_set_clear(rt, set));
    }
}

// ---- ints by the thousand seeds ----

typedef struct collide_pattern {
    uint64_t run, step, jump; // the i-th int: i / run * jump + i % run * step
} collide_pattern;

// The most of n ints that come into one bucket of a table with room for them.
static unsigned collide_worst(const ouro_rt *rt, const collide_pattern *p, size_t n) {
    static uint16_t bucket[1 << 13];
    uint32_t order = TABLE_CHAINED, worst = 0;
    while (order_capacity(order) < n)
        order++;
    always((2u << order) <= sizeof bucket / sizeof *bucket);
    memset(bucket, 0, sizeof bucket);
    for (size_t i = 0; i < n; i++) {
        uint64_t w = i / p->run * p->jump + i % p->run * p->step;
        uint32_t met = ++bucket[word_place(rt, w) & ((2u << order) - 1)];
        worst = met > worst ? met : worst;
    }
    return worst;
}

// Patterns that have been made with the groups of neighbours in mind, but without the key. What they can reach at most
// is that those of a group meet in a table with fewer buckets than a group has members.
CASE(collide, ints_under_every_seed) {
    static const collide_pattern patterns[] = {
        {1, 1, 1},
        {1, 1, 3},
        {1, 1, 256},
        {1, 1, 257},
        {1, 1, 1009},
        {1, 1, 1 << 16},
        {1, 1, (1ll << 32)},
        {1, 1, (1ll << 50)},
        {256, 1, 512},
        {256, 1, 1 << 20},
        {256, 1, 1ll << 40},
        {16, 16, 1 << 16},
        {8, 32, 256},
        {4, 64, 1 << 30},
        {2, 128, 1ll << 45},
        {2, 255, 256},
        {1, 1, -1ull},
        {300, 1, 1 << 16},
        {1, 1, 0x9E3779B97F4A7C15u},
        {1, 1, (1ll << 61) - 1},
    };
    for (size_t seed = 0; seed < kit_size(200, 3); seed++) {
        state_of(rt)->hash_key[0] = seed * 0x9E3779B97F4A7C15u;
        state_of(rt)->hash_key[1] = ~seed * 0xD1B54A32D192ED03u;
        for (size_t i = 0; i < sizeof patterns / sizeof *patterns; i++) {
            check(collide_worst(rt, &patterns[i], 40) <= 24 && collide_worst(rt, &patterns[i], 160) <= 16);
            check(collide_worst(rt, &patterns[i], 300) <= 12 && collide_worst(rt, &patterns[i], 5000) <= 12);
        }
    }
}

// A runtime with a key of its own. Never fails.
static ouro_rt *collide_runtime(uint64_t seed) {
    ouro_rt *rt = kit_rt_new(NULL);
    ouro_std_options options;
    ouro_std_options_init(&options);
    options.seeded = 1;
    options.seed[0] = seed;
    options.seed[1] = seed * 0x9E3779B97F4A7C15u;
    always(ouro_std_open_with(rt, &options) == 0);
    return rt;
}

// Ints that meet in one of 4,096 places of one runtime are spread over the places of another.
Test(collide, keys_prepared_for_another_seed) {
    ouro_rt *known = collide_runtime(1), *other = collide_runtime(2);
    ouro_obj *bad = ouro_set_new(known, NULL), *good = ouro_set_new(other, NULL);
    size_t found = 0;
    for (int64_t i = 0; found < 2000 && i < 100000000; i++) {
        if (word_place(known, (uint64_t)i) % 4096 != 77)
            continue;
        found++;
        ouro_obj *a = ouro_int_new(known, i), *b = ouro_int_new(other, i);
        always(ouro_set_add(known, bad, a) == 1 && ouro_set_add(other, good, b) == 1);
        ouro_decref(a);
        ouro_decref(b);
    }
    always(ouroi_table_longest_chain(table_of(bad), SET_STRIDE) > 1000);
    always(ouroi_table_longest_chain(table_of(good), SET_STRIDE) <= COLLIDE_MOST);
    ouro_decref(bad);
    ouro_decref(good);
    always(ouro_rt_destroy(known) == 0 && ouro_rt_destroy(other) == 0);
}

// Two runtimes with the same seed are alike; a third one, with a random key, is not.
Test(collide, seeds_make_hashes) {
    ouro_rt *a = collide_runtime(5), *b = collide_runtime(5), *c = kit_rt_new(NULL), *d = kit_rt_new(NULL);
    always(ouro_std_open(c) == 0 && ouro_std_open(d) == 0);
    always(ouroi_hash_word(a, 1) == ouroi_hash_word(b, 1) && ouroi_hash_word(c, 1) != ouroi_hash_word(d, 1));
    always(ouro_rt_destroy(a) == 0 && ouro_rt_destroy(b) == 0 && ouro_rt_destroy(c) == 0 && ouro_rt_destroy(d) == 0);
}
