// SPDX-License-Identifier: MIT
// str.c: strs: how they are made, read, joined and cut; see str.h for how they lie in memory. The empty str and
// those of one ASCII character are made once, shared and immortal; nothing depends on that.
#include "str.h"

static void str_dealloc(ouro_rt *rt, ouro_obj *o);

static ouro_type str_type = {
    .struct_size = sizeof(ouro_type),
    .name = "str",
    .size = sizeof(ouroi_str),
    .flags = OURO_TYPE_OWES_DEALLOC,
    .dealloc = str_dealloc,
    .ops = &ouroi_str_ops,
};
const ouro_type *const ouro_str_type = &str_type;

// ---- making ----

static size_t str_bytes_for(size_t size, bool ascii) {
    return round_up(sizeof(ouroi_str) + size + 1, 8) + (ascii ? 0 : sizeof(str_trailer));
}

size_t ouroi_str_bytes(const ouro_obj *s) {
    return str_bytes_for(ouro_str_size(s), ouro_str_is_ascii(s));
}

// Says how much text there is, once the block is large enough.
static void str_measure(ouroi_str *s, size_t size, const str_trailer *trailer) {
    bool ascii = trailer->length == size;
    s->size = (uint32_t)size;
    s->hash_bits = ascii ? OURO_STR_ASCII : 0;
    str_text(s)[size] = 0;
    if (!ascii)
        *str_trailer_of(s) = *trailer;
}

static bool str_fits(ouro_rt *rt, size_t size) {
    if (likely(size <= OURO_STR_MAX && size <= PTRDIFF_MAX / 2))
        return true;
    ouro_error_set(rt, OURO_ERR_OVERFLOW, "a 'str' of %zu bytes is too large", size);
    return false;
}

// A str for `size` bytes, with `more` bytes behind its standard part.
static ouroi_str *str_alloc(ouro_rt *rt, const ouro_type *type, size_t size, size_t length, size_t more) {
    if (!str_fits(rt, size))
        return NULL;
    size_t bytes = size + 1;
    if (length != size || more)
        bytes = str_bytes_for(size, length == size) - sizeof(ouroi_str) + more;
    ouroi_str *s = ouro_new_extra(rt, type, 0, bytes);
    if (s)
        str_measure(s, size, &(str_trailer){NULL, length});
    return s;
}

ouroi_str *ouroi_str_blank(ouro_rt *rt, size_t size, size_t length, size_t room) {
    return str_alloc(rt, &str_type, size, length, room);
}

// The shared str of an ASCII character.
static ouro_obj *str_ascii(ouro_rt *rt, char c) {
    ouro_obj **shared = &state_of(rt)->ascii[(uint8_t)c];
    if (likely(*shared != NULL))
        return *shared;
    ouroi_str *s = str_alloc(rt, &str_type, 1, 1, 0);
    if (!s)
        return NULL;
    *str_text(s) = c;
    if (!*shared) { // the allocation may have run code that needed it too
        ouro_immortalize(&s->head);
        *shared = &s->head;
    } else {
        ouro_decref(&s->head);
    }
    return *shared;
}

static ouro_obj *str_copy(ouro_rt *rt, const char *utf8, size_t n, size_t length) {
    if (n <= 1)
        return n ? str_ascii(rt, *utf8) : state_of(rt)->front.empty_str;
    ouroi_str *s = str_alloc(rt, &str_type, n, length, 0);
    if (unlikely(!s))
        return NULL;
    memcpy(str_text(s), utf8, n);
    return &s->head;
}

ouro_obj *ouroi_str_cut(ouro_rt *rt, const ouro_obj *s, const char *from, size_t n) {
    return str_copy(rt, from, n, ouro_str_is_ascii(s) ? n : ouroi_utf8_length(from, n));
}

// The number of code points; false, with an error, if it is too large or not UTF-8.
static bool str_check(ouro_rt *rt, const char *utf8, size_t n, size_t *length) {
    if (!str_fits(rt, n))
        return false;
    *length = n;
    if (likely(utf8_is_ascii(utf8, n)))
        return true;
    size_t valid = ouroi_utf8_check(utf8, n, length);
    if (valid < n)
        ouro_error_set(rt, OURO_ERR_VALUE, "not UTF-8: byte 0x%02x at %zu of %zu", (unsigned)(uint8_t)utf8[valid],
                       valid, n);
    return valid == n;
}

ouro_obj *ouro_str_new(ouro_rt *rt, const char *utf8, size_t n) {
    size_t length;
    return str_check(rt, utf8, n, &length) ? str_copy(rt, utf8, n, length) : NULL;
}

ouro_obj *ouro_str_from(ouro_rt *rt, const char *utf8) {
    return ouro_str_new(rt, utf8, strlen(utf8));
}

ouro_obj *ouroi_str_make(ouro_rt *rt, const ouro_type *type, const char *utf8, size_t n, size_t extra) {
    size_t length;
    if (!str_check(rt, utf8, n, &length))
        return NULL;
    ouroi_str *s = str_alloc(rt, type, n, length, extra);
    if (!s)
        return NULL;
    memcpy(str_text(s), utf8, n);
    memset((char *)s + ouroi_str_bytes(&s->head), 0, extra);
    return &s->head;
}

ouro_obj *ouro_str_format(ouro_rt *rt, const char *format, ...) {
    ouro_builder b;
    va_list args;
    ouro_builder_open(rt, &b);
    va_start(args, format);
    ouroi_builder_vformat(&b, format, args);
    va_end(args);
    return ouro_builder_finish(&b);
}

ouro_obj *ouro_str_from_char(ouro_rt *rt, uint32_t code_point) {
    char text[4];
    size_t width = ouroi_utf8_encode(code_point, text);
    if (width)
        return str_copy(rt, text, width, 1);
    ouro_error_set(rt, OURO_ERR_VALUE, "ouro_str_from_char: 0x%x is not a code point", (unsigned)code_point);
    return NULL;
}

// ---- the end ----

static void str_dealloc(ouro_rt *rt, ouro_obj *o) {
    ouroi_str *s = str_of(o);
    if (likely((s->hash_bits & (OURO_STR_ASCII | OURO_STR_INTERNED)) == OURO_STR_ASCII))
        return;
    if (s->hash_bits & OURO_STR_INTERNED)
        ouroi_intern_forget(rt, o);
    if (!(s->hash_bits & OURO_STR_ASCII))
        ouro_buf_free(rt, str_trailer_of(s)->table);
}

// ---- reading ----

uint32_t ouroi_str_place_slow(const ouro_rt *rt, ouro_obj *o) {
    ouroi_str *s = str_of(o);
    return (s->hash_bits |= str_hash_of(rt, str_text(s), s->size)) & STR_HASH_MASK;
}

size_t ouro_str_length(const ouro_obj *s) {
    return str_length_of(s);
}

int ouro_str_is(const ouro_obj *s, const char *utf8) {
    size_t n = strlen(utf8);
    return ouro_str_size(s) == n && memcmp(ouro_str_data(s), utf8, n) == 0;
}

// Hashes that are both known and differ spare the comparison; so do two strs of which each is the only one of its text.
int ouro_str_equal(const ouro_obj *a, const ouro_obj *b) {
    const ouroi_str *x = str_of(a), *y = str_of(b);
    if (x == y || x->size != y->size)
        return x == y;
    if (x->hash_bits & y->hash_bits & OURO_STR_INTERNED)
        return 0;
    uint32_t known = x->hash_bits & STR_HASH_MASK, other = y->hash_bits & STR_HASH_MASK;
    if (known && other && known != other)
        return 0;
    return memcmp(ouro_str_data(a), ouro_str_data(b), x->size) == 0;
}

// The order of the bytes of UTF-8 is that of the code points.
int ouro_str_compare(const ouro_obj *a, const ouro_obj *b) {
    size_t m = ouro_str_size(a), n = ouro_str_size(b);
    int order = memcmp(ouro_str_data(a), ouro_str_data(b), m < n ? m : n);
    if (!order)
        return (m > n) - (m < n);
    return order < 0 ? -1 : 1;
}

int ouro_str_at(ouro_rt *rt, ouro_obj *s, ptrdiff_t i, uint32_t *code_point) {
    size_t at, offset, width;
    if (likely(ouro_is_str(s) && ouro_str_is_ascii(s) && (size_t)i < ouro_str_size(s))) {
        *code_point = (uint8_t)ouro_str_data(s)[i];
        return 0;
    }
    if (!str_expect(rt, "ouro_str_at", s) || ouroi_position(rt, "str", i, str_length_of(s), &at) < 0 ||
        ouroi_str_offset(rt, s, at, &offset) < 0)
        return -1;
    *code_point = ouroi_utf8_decode(ouro_str_data(s) + offset, &width);
    return 0;
}

ouro_obj *ouroi_str_char(ouro_rt *rt, ouro_obj *s, size_t i) {
    size_t offset, width;
    if (likely(ouro_str_is_ascii(s)))
        return str_ascii(rt, ouro_str_data(s)[i]);
    if (ouroi_str_offset(rt, s, i, &offset) < 0)
        return NULL;
    return ouro_str_from_char(rt, ouroi_utf8_decode(ouro_str_data(s) + offset, &width));
}

// ---- cutting ----

// The code points from `start` up to `stop`, both in the text, which the caller holds.
static ouro_obj *str_part(ouro_rt *rt, ouro_obj *s, size_t start, size_t stop) {
    size_t from, to;
    if (likely(ouro_str_is_ascii(s)))
        return str_copy(rt, ouro_str_data(s) + start, stop - start, stop - start);
    if (ouroi_str_offset(rt, s, start, &from) < 0 || ouroi_str_offset(rt, s, stop, &to) < 0)
        return NULL;
    return str_copy(rt, ouro_str_data(s) + from, to - from, stop - start);
}

ouro_obj *ouro_str_slice(ouro_rt *rt, ouro_obj *s, ptrdiff_t start, ptrdiff_t stop) {
    if (!str_expect(rt, "ouro_str_slice", s))
        return NULL;
    size_t length = str_length_of(s);
    ouro_clip(&start, &stop, length);
    ouro_incref(s);
    if (!start && (size_t)stop == length && ouro_is(s, &str_type))
        return s;
    ouro_obj *part = str_part(rt, s, (size_t)start, (size_t)stop);
    ouro_decref(s);
    return part;
}

// ---- joining ----

// A new str of both, with room to grow.
static ouro_obj *str_both(ouro_rt *rt, ouro_obj *a, ouro_obj *b, size_t room) {
    size_t m = ouro_str_size(a), n = ouro_str_size(b);
    ouro_incref(a);
    ouro_incref(b);
    ouroi_str *s = str_alloc(rt, &str_type, m + n, str_length_of(a) + str_length_of(b), room);
    if (likely(s != NULL)) {
        memcpy(str_text(s), ouro_str_data(a), m);
        memcpy(str_text(s) + m, ouro_str_data(b), n);
    }
    ouro_decref(a);
    ouro_decref(b);
    return s ? &s->head : NULL;
}

// If one of the two is the exact and whole result: that one.
static ouro_obj *str_one_of(ouro_obj *a, ouro_obj *b) {
    if (!ouro_str_size(b) && ouro_is(a, &str_type))
        return a;
    return !ouro_str_size(a) && ouro_is(b, &str_type) ? b : NULL;
}

ouro_obj *ouro_str_concat(ouro_rt *rt, ouro_obj *a, ouro_obj *b) {
    if (!str_expect(rt, "ouro_str_concat", a) || !str_expect(rt, "ouro_str_concat", b))
        return NULL;
    ouro_obj *one = str_one_of(a, b);
    return one ? ouro_incref(one) : str_both(rt, a, b, 0);
}

// True if nobody can see that the str changes (I-str-2).
static bool str_is_ours(const ouro_obj *o) {
    return ouro_is(o, &str_type) && !ouro_str_is_interned(o) && !(o->ouroi_meta & OUROI_WEAKLY) &&
           ouro_refcount(o) == 1;
}

// `more` may be the str itself. What lies behind the text is read before it is written over.
static bool str_append_in_place(ouroi_str *s, const ouro_obj *more) {
    size_t old = s->size, n = ouro_str_size(more), size = old + n;
    size_t length = str_length_of(&s->head) + str_length_of(more);
    size_t bytes = length == size ? sizeof *s + size + 1 : str_bytes_for(size, false);
    if (size > OURO_STR_MAX || bytes > ouro_block_size(&s->head))
        return false;
    str_table *kept = ouro_str_is_ascii(&s->head) ? NULL : str_trailer_of(s)->table;
    memcpy(str_text(s) + old, ouro_str_data(more), n);
    str_measure(s, size, &(str_trailer){kept, length});
    return true;
}

// The variable may be changed by code that the allocation runs; the last to write it wins.
static int str_append_new(ouro_rt *rt, ouro_obj **s, ouro_obj *more) {
    ouro_obj *whole = str_one_of(*s, more);
    if (whole)
        ouro_incref(whole);
    else
        whole = str_both(rt, *s, more, (ouro_str_size(*s) + ouro_str_size(more)) / 2);
    if (!whole)
        return -1;
    ouro_setslot_steal(s, whole);
    return 0;
}

int ouro_str_append(ouro_rt *rt, ouro_obj **s, ouro_obj *more) {
    if (!str_expect(rt, "ouro_str_append", *s) || !str_expect(rt, "ouro_str_append", more))
        return -1;
    return str_is_ours(*s) && str_append_in_place(str_of(*s), more) ? 0 : str_append_new(rt, s, more);
}

void ouroi_repeat_fill(void *data, size_t n, size_t whole) {
    for (size_t done = n; done < whole; done += n) {
        n = done < whole - done ? done : whole - done;
        memcpy((char *)data + done, data, n);
    }
}

ouro_obj *ouro_str_repeat(ouro_rt *rt, ouro_obj *s, ptrdiff_t n) {
    if (!str_expect(rt, "ouro_str_repeat", s))
        return NULL;
    size_t size = ouro_str_size(s);
    if (n <= 0 || !size)
        return state_of(rt)->front.empty_str;
    if (n == 1 && ouro_is(s, &str_type))
        return ouro_incref(s);
    if ((size_t)n > OURO_STR_MAX / size) {
        ouro_error_set(rt, OURO_ERR_OVERFLOW, "a 'str' of %zu bytes is too large to be repeated %td times", size, n);
        return NULL;
    }
    ouro_incref(s);
    ouroi_str *repeated = str_alloc(rt, &str_type, size * (size_t)n, str_length_of(s) * (size_t)n, 0);
    if (repeated) {
        memcpy(str_text(repeated), ouro_str_data(s), size);
        ouroi_repeat_fill(str_text(repeated), size, size * (size_t)n);
    }
    ouro_decref(s);
    return repeated ? &repeated->head : NULL;
}

// ---- opening ----

int ouroi_str_open(ouro_rt *rt) {
    ouro_obj **empty = &state_of(rt)->front.empty_str;
    if (ouroi_kind_open(rt, &str_type, OUROI_KIND_STR) < 0)
        return -1;
    if (*empty)
        return 0;
    ouroi_str *s = str_alloc(rt, &str_type, 0, 0, 0);
    if (!s)
        return -1;
    ouro_immortalize(&s->head);
    *empty = &s->head;
    return 0;
}
