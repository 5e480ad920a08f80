// SPDX-License-Identifier: MIT
// int_text.c: ints as text, in any base from 2 to 36, no locale asked. In a base that is a power of two each digit is
// some bits of the number. In any other base digits go in *groups*, as many as fit a digit of a big: one pass over the
// number for each group.
#include "int.h"

#include <math.h>
#include <stdio.h>

#define NEAR_GROUPS 16 // of 18 decimal digits: what is no longer needs no memory
#define NEAR_TEXT (18 * NEAR_GROUPS + 1)

static int text_base_bits(unsigned base) {
    return base & (base - 1) ? 0 : __builtin_ctz(base);
}

// How many digits make a group, and how many values a group has.
static unsigned text_group(unsigned base, uint64_t *values) {
    unsigned digits = 1;
    for (*values = base; *values <= DIGIT_MASK / base; *values *= base)
        digits++;
    return digits;
}

static int text_check_base(ouro_rt *rt, const char *where, int base) {
    if (base >= 2 && base <= 36)
        return 0;
    return ouro_error_set(rt, OURO_ERR_VALUE, "%s: the base must be from 2 to 36, not %d", where, base);
}

// Whether a text of so many digits is allowed. Bases whose text takes linear time are free.
static int text_check_digits(ouro_rt *rt, double digits, unsigned base, const char *what) {
    size_t most = state_of(rt)->max_digits;
    if (!most || digits <= (double)most || text_base_bits(base))
        return 0;
    return ouro_error_set(rt, OURO_ERR_VALUE,
                          "an int of more than %zu digits is not %s; ouro_int_set_max_digits changes the limit", most,
                          what);
}

void ouro_int_set_max_digits(ouro_rt *rt, size_t digits) {
    state_of(rt)->max_digits = digits;
}

// ---- writing ----

// A text that is being written from its end: in `near` if it is short, else in a buffer.
typedef struct int_text {
    char near[NEAR_TEXT];
    char *buffer; // NULL if there is none
    char *at, *end;
} int_text;

static void text_put(int_text *t, uint64_t digit) {
    *--t->at = "0123456789abcdefghijklmnopqrstuvwxyz"[digit];
}

static void text_put_number(int_text *t, uint64_t number, unsigned base) {
    if (base == 10) // a constant divisor is a multiplication
        for (; number; number /= 10)
            text_put(t, number % 10);
    else
        for (; number; number /= base)
            text_put(t, number % base);
}

// Room for so many characters. Runs: arbitrary code; the int belongs to the caller.
static int text_open_buffer(ouro_rt *rt, int_text *t, size_t size) {
    if (size <= sizeof t->near)
        return 0;
    t->buffer = ouro_buf_alloc(rt, size);
    if (!t->buffer)
        return -1;
    t->at = t->end = t->buffer + size;
    return 0;
}

static int text_write_bits(ouro_rt *rt, int_text *t, const mp_int *m, unsigned base) {
    unsigned width = (unsigned)text_base_bits(base);
    size_t bits = int_count_bits(m);
    if (text_open_buffer(rt, t, bits / width + 2) < 0)
        return -1;
    for (size_t at = 0; at < bits; at += width)
        text_put(t, int_bits_at(m, at) & (base - 1));
    return 0;
}

// Takes the groups of a big, lowest first. Returns: how many.
static size_t text_split(const mp_int *m, uint64_t values, uint64_t *groups) {
    divider d = divider_new(values);
    size_t n = 0;
    for (int i = m->used; i-- > 0;) {
        uint64_t carry = m->dp[i];
        for (size_t k = 0; k < n; k++)
            carry = divider_divide(&d, (unsigned __int128)groups[k] << DIGIT_BITS | carry, &groups[k]);
        while (carry) {
            groups[n++] = carry % values;
            carry /= values;
        }
    }
    return n;
}

static void text_put_groups(int_text *t, const uint64_t *groups, size_t n, unsigned base, unsigned digits) {
    for (size_t i = 0; i < n; i++) {
        char *start = t->at;
        text_put_number(t, groups[i], base);
        while (i + 1 < n && start - t->at < (ptrdiff_t)digits)
            text_put(t, 0);
    }
}

static int text_write_groups(ouro_rt *rt, int_text *t, const mp_int *m, unsigned base) {
    uint64_t values;
    unsigned digits = text_group(base, &values);
    size_t bits = int_count_bits(m), n = bits / (63 - (unsigned)__builtin_clzll(values)) + 1;
    if (text_check_digits(rt, ceil(((double)bits - 1) / log2(base)), base, "written") < 0)
        return -1;
    uint64_t near[NEAR_GROUPS], *groups = n <= NEAR_GROUPS ? near : ouro_buf_alloc(rt, n * sizeof *groups);
    int result = groups ? text_open_buffer(rt, t, n * digits + 1) : -1;
    if (result == 0) {
        n = text_split(m, values, groups);
        text_put_groups(t, groups, n, base, digits);
    }
    if (groups != near)
        ouro_buf_free(rt, groups);
    if (result < 0)
        return -1;
    return text_check_digits(rt, (double)(t->end - t->at), base, "written");
}

static int text_write_word(ouro_rt *rt, int_text *t, int64_t value, unsigned base) {
    text_put_number(t, int_magnitude(value), base);
    if (!value)
        text_put(t, 0);
    return text_check_digits(rt, (double)(t->end - t->at), base, "written");
}

static int text_write(ouro_rt *rt, int_text *t, const ouro_obj *o, unsigned base) {
    t->buffer = NULL;
    t->at = t->end = t->near + sizeof t->near;
    int result = number_kind_of(o) == NUMBER_WORD ? text_write_word(rt, t, ouro_int_word(o), base)
                 : text_base_bits(base)           ? text_write_bits(rt, t, int_mp(o), base)
                                                  : text_write_groups(rt, t, int_mp(o), base);
    if (result == 0 && ouro_int_sign(o) < 0)
        *--t->at = '-';
    return result;
}

ouro_obj *ouro_int_to_str(ouro_rt *rt, const ouro_obj *o, int base) {
    int_text t;
    if (!number_is_int(number_kind_of(o))) {
        ouroi_wrong_type(rt, "ouro_int_to_str", "int", o);
        return NULL;
    }
    if (text_check_base(rt, "ouro_int_to_str", base) < 0)
        return NULL;
    ouro_obj *s = text_write(rt, &t, o, (unsigned)base) < 0 ? NULL : ouro_str_new(rt, t.at, (size_t)(t.end - t.at));
    ouro_buf_free(rt, t.buffer);
    return s;
}

int ouroi_int_repr(ouro_rt *rt, ouro_obj *o, ouro_step *step, ouro_builder *out, ouro_obj **part) {
    int_text t;
    (void)step;
    (void)part;
    int result = text_write(rt, &t, o, 10) < 0 ? -1 : ouro_builder_add(out, t.at, (size_t)(t.end - t.at));
    ouro_buf_free(rt, t.buffer);
    return result;
}

// ---- reading ----

static bool text_is_blank(char c) {
    return c == ' ' || (c >= '\t' && c <= '\r');
}

void ouroi_number_trim(const char **text, size_t *n) {
    while (*n && text_is_blank(**text)) {
        ++*text;
        --*n;
    }
    while (*n && text_is_blank((*text)[*n - 1]))
        --*n;
}

int ouroi_number_bad_text(ouro_rt *rt, const char *what, const char *text, size_t n) {
    char shown[40 * 4 + 4], *to = shown;
    for (size_t i = 0; i < n && i < 40; i++) {
        unsigned char c = (unsigned char)text[i];
        to += snprintf(to, 5, c >= ' ' && c <= '~' ? "%c" : "\\x%02x", c);
    }
    snprintf(to, 4, n > 40 ? "..." : "");
    return ouro_error_set(rt, OURO_ERR_VALUE, "%s: '%s'", what, shown);
}

// A digit's value; 36 and more if it is none.
static unsigned text_digit(char c) {
    if (c >= '0' && c <= '9')
        return (unsigned)(c - '0');
    char lower = (char)(c | 0x20);
    return lower >= 'a' && lower <= 'z' ? (unsigned)(lower - 'a') + 10 : 99;
}

// What is left to read: digits with single underscores between them.
typedef struct int_reader {
    const char *at, *end;
    unsigned base;
    bool negative, prefixed;
    size_t digits;
    bool is_word; // `word` is the value
    uint64_t word;
} int_reader;

static unsigned text_prefix(const int_reader *r) {
    if (r->end - r->at < 2 || r->at[0] != '0')
        return 0;
    char c = (char)(r->at[1] | 0x20);
    return c == 'x' ? 16 : c == 'o' ? 8 : c == 'b' ? 2 : 0;
}

// Sign and prefix. A prefix is skipped if the base is the one that it stands for, or was left open.
static void text_read_head(int_reader *r) {
    if (r->at < r->end && (*r->at == '-' || *r->at == '+'))
        r->negative = *r->at++ == '-';
    unsigned prefix = text_prefix(r);
    r->prefixed = prefix && (r->base == prefix || !r->base);
    if (!r->prefixed)
        return;
    r->base = prefix;
    r->at += 2;
    if (r->at < r->end && *r->at == '_')
        r->at++;
}

// Counts the digits, and adds them up as long as they fit a word; false if they are not what they should be.
static bool text_read_digits(int_reader *r) {
    bool after_digit = false;
    unsigned base = r->base ? r->base : 10;
    r->is_word = true;
    for (const char *p = r->at; p < r->end; p++) {
        unsigned digit = text_digit(*p);
        if (digit < base) {
            r->digits++;
            r->is_word = r->is_word && !__builtin_mul_overflow(r->word, base, &r->word) &&
                         !__builtin_add_overflow(r->word, digit, &r->word);
        } else if (*p != '_' || !after_digit)
            return false;
        after_digit = digit < base;
    }
    // Without a base a number does not begin with 0: some would take it for octal.
    bool misleading = !r->base && r->digits > 1 && *r->at == '0' && (!r->is_word || r->word);
    r->base = base;
    return after_digit && !misleading;
}

// The next digit, underscores left out.
static unsigned text_next_digit(const char **at) {
    if (**at == '_')
        ++*at;
    return text_digit(*(*at)++);
}

static void text_collect_bits(const int_reader *r, mp_int *m) {
    unsigned width = (unsigned)text_base_bits(r->base), have = 0;
    unsigned __int128 bits = 0;
    for (const char *p = r->end; p-- > r->at;) {
        if (*p == '_')
            continue;
        bits |= (unsigned __int128)text_digit(*p) << have;
        have += width;
        if (have >= DIGIT_BITS) {
            m->dp[m->used++] = (uint64_t)bits & DIGIT_MASK;
            bits >>= DIGIT_BITS;
            have -= DIGIT_BITS;
        }
    }
    m->dp[m->used++] = (uint64_t)bits;
    mp_clamp(m);
}

// m = m * factor + more, in place.
static void text_multiply_add(mp_int *m, uint64_t factor, uint64_t more) {
    for (int i = 0; i < m->used; i++) {
        unsigned __int128 product = (unsigned __int128)m->dp[i] * factor + more;
        m->dp[i] = (uint64_t)product & DIGIT_MASK;
        more = (uint64_t)(product >> DIGIT_BITS);
    }
    if (more)
        m->dp[m->used++] = more;
}

static void text_collect_groups(const int_reader *r, mp_int *m) {
    uint64_t values;
    unsigned digits = text_group(r->base, &values);
    const char *at = r->at;
    size_t left = r->digits, n = left % digits; // the first group is the one that may be shorter
    for (n = n ? n : digits; left; n = digits) {
        uint64_t group = 0;
        left -= n;
        while (n--)
            group = group * r->base + text_next_digit(&at);
        text_multiply_add(m, values, group);
    }
}

static ouro_obj *text_read_big(ouro_rt *rt, const int_reader *r) {
    uint64_t values;
    size_t width = (size_t)text_base_bits(r->base), group = text_group(r->base, &values);
    if (text_check_digits(rt, (double)r->digits, r->base, "read") < 0)
        return NULL;
    size_t room = r->digits / (width ? DIGIT_BITS / width : group) + 2;
    if (room > INT_BITS_MAX / DIGIT_BITS)
        return ouroi_int_too_large(rt);
    mp_digit near[DIGITS_NEAR];
    mp_int m = {.alloc = DIGITS_NEAR, .dp = near};
    bool far = room > DIGITS_NEAR;
    if (far && mp_init_size(&m, (int)room) != MP_OKAY)
        return ouroi_int_no_memory(rt);
    if (width)
        text_collect_bits(r, &m);
    else
        text_collect_groups(r, &m);
    ouro_obj *o = ouroi_big_give(rt, m.dp, (size_t)m.used, r->negative);
    if (far)
        mp_clear(&m);
    return o;
}

ouro_obj *ouro_int_parse(ouro_rt *rt, const char *text, size_t n, int base) {
    if (base && text_check_base(rt, "ouro_int_parse", base) < 0)
        return NULL;
    const char *whole = text;
    size_t whole_size = n;
    ouroi_number_trim(&text, &n);
    int_reader r = {.at = text, .end = text + n, .base = (unsigned)base};
    text_read_head(&r);
    if (!text_read_digits(&r)) {
        char what[48];
        snprintf(what, sizeof what, "not an int in base %d", base);
        ouroi_number_bad_text(rt, what, whole, whole_size);
        return NULL;
    }
    if (!r.is_word || r.word > (uint64_t)INT64_MAX + r.negative)
        return text_read_big(rt, &r);
    if (text_check_digits(rt, (double)r.digits, r.base, "read") < 0)
        return NULL;
    return ouro_int_new(rt, (int64_t)(r.negative ? (uint64_t)0 - r.word : r.word));
}
