// SPDX-License-Identifier: MIT
// str_find.c: the search for a part of a text, in time linear in both. Most searches end early, or hardly ever meet a
// place that looks right: for them the C library's memchr jumps from one occurrence of the part's rarest byte to the
// next. When such places have cost more than the bytes passed, the two-way algorithm takes over, which never goes back
// (Maxime Crochemore, Dominique Perrin, "Two-way string-matching", 1991).
#include "str.h"

// ---- two-way ----

// The start of the greatest suffix in one order of the bytes (`flip` of 0), or the opposite one (0xFF), and its period.
static size_t find_greatest_suffix(const uint8_t *part, size_t m, uint8_t flip, size_t *period) {
    size_t best = 0, other = 1, same = 0; // the suffix at `other` is compared; `same` bytes of it are equal so far
    *period = 1;
    while (other + same < m) {
        uint8_t a = part[other + same] ^ flip, b = part[best + same] ^ flip;
        if (a < b) {
            other += same + 1;
            same = 0;
            *period = other - best;
        } else if (a == b) {
            bool whole = ++same == *period;
            other += whole ? same : 0;
            same = whole ? 0 : same;
        } else {
            best = other++;
            same = 0;
            *period = 1;
        }
    }
    return best;
}

typedef struct two_way {
    const uint8_t *part;
    size_t m;
    size_t cut;    // the critical position: no repetition around it is shorter than the period
    size_t period; // how far to go when the left half does not fit
    size_t keep;   // how much of the part is known to fit after that; 0 if the part does not repeat itself
} two_way;

static two_way find_prepare(const uint8_t *part, size_t m) {
    size_t period, other_period;
    size_t cut = find_greatest_suffix(part, m, 0, &period);
    size_t other = find_greatest_suffix(part, m, 0xFF, &other_period);
    if (other > cut) {
        cut = other;
        period = other_period;
    }
    if (cut <= m - period && memcmp(part, part + period, cut) == 0)
        return (two_way){part, m, cut, period, m - period};
    return (two_way){part, m, cut, (cut > m - cut ? cut : m - cut) + 1, 0};
}

static size_t find_two_way(const uint8_t *in, size_t n, const uint8_t *part, size_t m) {
    two_way w = find_prepare(part, m);
    size_t known = 0;
    for (size_t at = 0; at <= n - m;) {
        size_t i = w.cut > known ? w.cut : known;
        while (i < m && w.part[i] == in[at + i])
            i++;
        if (i < m) {
            at += i - w.cut + 1;
            known = 0;
            continue;
        }
        for (i = w.cut; i > known && w.part[i - 1] == in[at + i - 1];)
            i--;
        if (i <= known)
            return at;
        at += w.period;
        known = w.keep;
    }
    return NOT_FOUND;
}

// ---- the quick way ----

// How common a byte is in text, as a guess.
static const uint8_t find_commonness[256] = {
    ['z'] = 1,  ['q'] = 2,  ['x'] = 3,  ['j'] = 4,  ['k'] = 5,  ['v'] = 6,  ['b'] = 7,  ['p'] = 8,  ['y'] = 9,
    ['g'] = 10, ['f'] = 11, ['w'] = 12, ['m'] = 13, ['u'] = 14, ['c'] = 15, ['d'] = 16, ['l'] = 17, ['r'] = 18,
    ['h'] = 19, ['s'] = 20, ['n'] = 21, ['i'] = 22, ['o'] = 23, ['a'] = 24, ['t'] = 25, ['e'] = 26, [' '] = 27,
};

// The place of the byte of a part, among its first 16, that is least common.
static size_t find_rarest(const uint8_t *part, size_t m) {
    size_t rarest = 0;
    for (size_t i = 1; i < m && i < 16; i++)
        if (find_commonness[part[i]] < find_commonness[part[rarest]])
            rarest = i;
    return rarest;
}

size_t ouroi_find_bytes(const void *haystack, size_t n, const void *needle, size_t m) {
    const uint8_t *in = haystack, *part = needle;
    if (!m || m > n)
        return m ? NOT_FOUND : 0;
    size_t spent = 0, rare = find_rarest(part, m);
    for (const uint8_t *at = in, *last = in + (n - m); at <= last; at++) {
        at = memchr(at + rare, part[rare], (size_t)(last - at) + 1);
        if (!at)
            break;
        at -= rare;
        if (at[0] != part[0] || at[m - 1] != part[m - 1])
            continue;
        if (memcmp(at, part, m) == 0)
            return (size_t)(at - in);
        spent += m;
        if (spent > (size_t)(at - in) + 1024) {
            size_t rest = find_two_way(at, n - (size_t)(at - in), part, m);
            return rest == NOT_FOUND ? rest : rest + (size_t)(at - in);
        }
    }
    return NOT_FOUND;
}

// ---- strs ----

int ouro_str_find(ouro_rt *rt, ouro_obj *s, ouro_obj *part, size_t from, size_t *at) {
    size_t skipped;
    if (!str_expect(rt, "ouro_str_find", s) || !str_expect(rt, "ouro_str_find", part))
        return -1;
    if (from > ouro_str_length(s))
        return 0;
    if (ouroi_str_offset(rt, s, from, &skipped) < 0)
        return -1;
    const char *text = ouro_str_data(s) + skipped;
    size_t found = ouroi_find_bytes(text, ouro_str_size(s) - skipped, ouro_str_data(part), ouro_str_size(part));
    if (found == NOT_FOUND)
        return 0;
    *at = from + (ouro_str_is_ascii(s) ? found : ouroi_utf8_length(text, found));
    return 1;
}
