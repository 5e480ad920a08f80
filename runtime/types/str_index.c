// SPDX-License-Identifier: MIT
// str_index.c: where a code point begins in a text that is not ASCII. A short text is counted through. A longer one
// gets a table with the offset of every 64th code point; it is filled only as far as somebody has asked, each byte
// once, so that any number of questions costs the text once and 64 code points each. The table survives appending: what
// it says of the text before stays true.
#include "str.h"

#define INDEX_SHORT 256u // bytes that are counted through each time

static size_t index_room(const str_table *t) {
    return t ? (ouro_buf_size(t) - sizeof *t) / sizeof t->offsets[0] : 0;
}

// Room for the first n offsets of a str that the caller holds. The allocation may run code that has given it a table
// already.
static int index_reserve(ouro_rt *rt, ouroi_str *s, size_t n) {
    if (likely(n <= index_room(str_trailer_of(s)->table)))
        return 0;
    size_t all = str_trailer_of(s)->length / STR_STRIDE + 1;
    str_table *fresh = ouro_buf_alloc(rt, sizeof *fresh + (all + all / 4) * sizeof fresh->offsets[0]);
    if (!fresh)
        return -1;
    str_trailer *trailer = str_trailer_of(s);
    str_table *old = trailer->table;
    if (n <= index_room(old)) {
        ouro_buf_free(rt, fresh);
        return 0;
    }
    fresh->known = old ? old->known : 1;
    fresh->offsets[0] = 0;
    if (old)
        memcpy(fresh->offsets, old->offsets, old->known * sizeof fresh->offsets[0]);
    trailer->table = fresh;
    ouro_owe_dealloc(&s->head);
    ouro_buf_free(rt, old);
    return 0;
}

// Works out the first n offsets, for which there is room.
static void index_fill(ouroi_str *s, str_table *t, size_t n) {
    const char *text = str_text(s), *end = text + s->size;
    while (t->known < n) {
        const char *at = ouroi_utf8_skip(text + t->offsets[t->known - 1], end, STR_STRIDE);
        t->offsets[t->known++] = (uint32_t)(at - text);
    }
}

// The table of a text as far as `block`; NULL on failure. The reference held keeps it from being appended to meanwhile.
static const str_table *index_table(ouro_rt *rt, ouro_obj *o, size_t block) {
    ouroi_str *s = str_of(o);
    ouro_incref(o);
    str_table *t = index_reserve(rt, s, block + 1) < 0 ? NULL : str_trailer_of(s)->table;
    if (t)
        index_fill(s, t, block + 1);
    ouro_decref(o);
    return t;
}

// In a text that is neither short nor ASCII.
static int index_look_up(ouro_rt *rt, ouro_obj *o, size_t i, size_t *offset) {
    const char *text = ouro_str_data(o), *end = text + ouro_str_size(o);
    size_t block = i / STR_STRIDE;
    const str_table *t = str_trailer_of(str_of(o))->table;
    if (unlikely(!t || block >= t->known) && !(t = index_table(rt, o, block)))
        return -1;
    *offset = (size_t)(ouroi_utf8_skip(text + t->offsets[block], end, i % STR_STRIDE) - text);
    return 0;
}

int ouroi_str_offset(ouro_rt *rt, ouro_obj *o, size_t i, size_t *offset) {
    ouroi_str *s = str_of(o);
    if (ouro_str_is_ascii(o)) {
        *offset = i;
        return 0;
    }
    if (i == str_trailer_of(s)->length) {
        *offset = s->size;
        return 0;
    }
    if (i >= STR_STRIDE && s->size > INDEX_SHORT)
        return index_look_up(rt, o, i, offset);
    *offset = (size_t)(ouroi_utf8_skip(str_text(s), str_text(s) + s->size, i) - str_text(s));
    return 0;
}
