// SPDX-License-Identifier: MIT
// hash.c: the hash of bytes, and of any object. Hashes are keyed: who does not know the key of a runtime cannot choose
// keys that meet in one place of its tables.
#include "walk.h"

// ---- SipHash-1-3: one round for each word, three at the end. Aumasson and Bernstein, 2012; the reduced rounds after
// Aumasson, 2013. ----

typedef struct sip {
    uint64_t a, b, c, d;
} sip;

static inline uint64_t sip_rotate(uint64_t x, int by) {
    return x << by | x >> (64 - by);
}

static inline void sip_round(sip *s) {
    s->a += s->b;
    s->b = sip_rotate(s->b, 13) ^ s->a;
    s->a = sip_rotate(s->a, 32);
    s->c += s->d;
    s->d = sip_rotate(s->d, 16) ^ s->c;
    s->a += s->d;
    s->d = sip_rotate(s->d, 21) ^ s->a;
    s->c += s->b;
    s->b = sip_rotate(s->b, 17) ^ s->c;
    s->c = sip_rotate(s->c, 32);
}

static inline void sip_word(sip *s, uint64_t w) {
    s->d ^= w;
    sip_round(s);
    s->a ^= w;
}

// The last word: what is left of the bytes, and their number above. Of eight bytes and more the last eight are read,
// and shifted; of fewer than eight, two overlapping halves.
static inline uint64_t sip_rest(const uint8_t *end, size_t n) {
    uint64_t top = (uint64_t)n << 56, w = 0;
    size_t rest = n % 8;
    if (!rest)
        return top;
    if (n >= 8) {
        memcpy(&w, end - 8, 8);
        return top | w >> (64 - 8 * rest);
    }
    const uint8_t *at = end - rest;
    if (rest >= 4) {
        uint32_t low, high;
        memcpy(&low, at, 4);
        memcpy(&high, end - 4, 4);
        return top | low | (uint64_t)high << (8 * (rest - 4));
    }
    return top | at[0] | (uint64_t)at[rest / 2] << (8 * (rest / 2)) | (uint64_t)end[-1] << (8 * (rest - 1));
}

uint64_t ouroi_hash_bytes(const ouro_rt *rt, const void *data, size_t n) {
    const uint64_t *key = state_of(rt)->hash_key;
    sip s = {key[0] ^ 0x736F6D6570736575u, key[1] ^ 0x646F72616E646F6Du, key[0] ^ 0x6C7967656E657261u,
             key[1] ^ 0x7465646279746573u};
    const uint8_t *at = data;
    for (size_t words = n / 8; words; words--, at += 8) {
        uint64_t w;
        memcpy(&w, at, sizeof w);
        sip_word(&s, w);
    }
    sip_word(&s, sip_rest((const uint8_t *)data + n, n));
    s.c ^= 0xFF;
    for (int i = 0; i < 3; i++)
        sip_round(&s);
    return s.a ^ s.b ^ s.c ^ s.d;
}

// ---- any object ----

static int hash_unhashable(ouro_rt *rt, const ouro_obj *o) {
    return ouro_error_set(rt, OURO_ERR_TYPE, "unhashable type: '%s'", ouroi_type_name(o));
}

// An object that compares by identity.
static int hash_identity(ouro_rt *rt, const ouro_obj *o, uint64_t *hash) {
    if (ops_with(o, compare) || ops_with(o, pair))
        return hash_unhashable(rt, o);
    *hash = ouroi_hash_word(rt, (uint64_t)(uintptr_t)o);
    return 0;
}

static int hash_step(walk *w, walk_frame *f, uint64_t *hash, ouro_obj **part) {
    const ouro_ops *ops = ops_with(f->a, hash);
    return ops ? ops->hash(w->rt, f->a, &f->step, hash, part) : hash_identity(w->rt, f->a, hash);
}

static int hash_walk(walk *w, uint64_t *hash) {
    for (walk_frame *f; (f = ouroi_walk_top(w));) {
        ouro_obj *part = NULL;
        int more = hash_step(w, f, hash, &part);
        if (more < 0)
            return -1;
        if (!more)
            ouroi_walk_pop(w);
        else if (!ouroi_walk_push_steal(w, part, NULL))
            return -1;
    }
    return 0;
}

NOINLINE static int hash_general(ouro_rt *rt, ouro_obj *o, uint64_t *hash) {
    walk w;
    if (!ouroi_walk_open(&w, rt))
        return -1;
    int result = ouroi_walk_push_steal(&w, ouro_incref(o), NULL) ? hash_walk(&w, hash) : -1;
    ouroi_walk_close(&w);
    return result;
}

int ouro_hash(ouro_rt *rt, ouro_obj *o, uint64_t *hash) {
    uint32_t kind = ouroi_kind(o);
    if (kind == OUROI_KIND_STR)
        *hash = ouroi_str_hash(rt, o);
    else if (kind == OUROI_KIND_INT)
        *hash = ouroi_hash_word(rt, (uint64_t)ouro_int_word(o));
    else if (kind_is_number(kind))
        return ops_with(o, hash)->hash(rt, o, NULL, hash, NULL);
    else
        return hash_general(rt, o, hash);
    return 0;
}
