// SPDX-License-Identifier: MIT
// hash.c: the hashes themselves: SipHash-1-3 against values that CPython 3.11 gives for the same bytes (its key is zero
// with PYTHONHASHSEED=0), what no seed may do, make ints meet, and the places that hashes have in tables.
#include "std_test.h"

#include "kit.h"
#include "types/std.h"

CASE(hash, siphash_gives_the_known_values) {
    static const struct {
        size_t n;
        uint64_t hash;
    } known[] = {
        {1, UINT64_C(0x44BC103B1F8540ED)},  {3, UINT64_C(0x60EC29C17DB287A3)},  {7, UINT64_C(0xB1CD85CC334196FA)},
        {8, UINT64_C(0x884CCC87CB0E5FB0)},  {9, UINT64_C(0x027ED508FE95ACB3)},  {15, UINT64_C(0x75E46D4257851550)},
        {16, UINT64_C(0xE05D12A0A4B2D063)}, {30, UINT64_C(0x797BFCF71B7FF3E6)},
    };
    uint8_t bytes[30];
    for (size_t i = 0; i < sizeof bytes; i++)
        bytes[i] = (uint8_t)(i + 1);
    state_of(rt)->hash_key[0] = state_of(rt)->hash_key[1] = 0;
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        always(ouroi_hash_bytes(rt, bytes, known[i].n) == known[i].hash);
}

// How many of 4,096 places the hashes of as many ints take, `step` apart.
static size_t places_taken(ouro_rt *rt, uint64_t step) {
    static uint8_t taken[4096];
    memset(taken, 0, sizeof taken);
    size_t n = 0;
    for (uint64_t i = 0; i < sizeof taken; i++) {
        uint8_t *place = &taken[ouroi_hash_word(rt, i * step) % sizeof taken];
        n += !*place;
        *place = 1;
    }
    return n;
}

Test(hash, ints_spread_under_every_seed) {
    static const uint64_t seeds[][2] = {{0, 0}, {1, 1}, {1, ~UINT64_C(1)}, {~UINT64_C(0), ~UINT64_C(0)},
                                        {1, 0}, {0, 1}};
    static const uint64_t steps[] = {1, 2, 3, 1 << 16, UINT64_C(1) << 32, UINT64_C(1) << 52, (UINT64_C(1) << 61) - 1};
    for (size_t i = 0; i < sizeof seeds / sizeof *seeds; i++) {
        ouro_rt *rt = kit_rt_new(NULL);
        ouro_std_options options;
        ouro_std_options_init(&options);
        options.seeded = 1;
        memcpy(options.seed, seeds[i], sizeof options.seed);
        always(ouro_std_open_with(rt, &options) == 0);
        // At random, 1 - 1/e of all places are taken: 2,589, give or take 30.
        for (size_t k = 0; k < sizeof steps / sizeof *steps; k++)
            always(places_taken(rt, steps[k]) > 2300);
        always(ouro_rt_destroy(rt) == 0);
    }
}

// ---- places ----

// A hash can be opened again, and then says the place that quick keys have without it.
CASE(hash, places_follow_from_hashes) {
    for (uint64_t i = 0, w = 1; i < 1000; i++, w = w * 0x5851F42D4C957F2Du + 1) {
        always(hash_open(hash_of_inner(w)) == w && hash_of_inner(hash_open(w)) == w);
        always(hash_place(ouroi_hash_word(rt, w)) == word_place(rt, w));
    }
    ouro_obj *s = own(ouro_str_from(rt, "place"));
    need(s);
    check(hash_place(ouroi_str_hash(rt, s)) == ouroi_str_place(rt, s));
}

// A group of neighbours goes from bucket to bucket; the next group begins somewhere else.
CASE(hash, neighbours_have_neighbouring_places) {
    uint64_t group = UINT64_C(1) << PLACE_GROUP;
    size_t far = 0;
    for (uint64_t at = 0 - 50 * group; at != 50 * group; at++) {
        uint32_t step = word_place(rt, at + 1) - word_place(rt, at);
        if ((at + 1) % group)
            always(step == 1);
        else
            far += step != 1;
    }
    check(far > 90);
}
