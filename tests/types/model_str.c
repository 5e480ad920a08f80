// SPDX-License-Identifier: MIT
// model_str.c: random operations on a few strs, against arrays of code points that do everything the obvious way. After
// an operation that has failed for lack of memory the str is what it was.
#include "text_model.h"

#define MODEL_TEXTS 6
#define MODEL_LONGEST 700

typedef struct model_text {
    ouro_obj *s;
    uint32_t at[MODEL_LONGEST * 3]; // code points
    size_t n;
} model_text;

typedef struct model {
    ouro_rt *rt;
    text_random random;
    model_text texts[MODEL_TEXTS];
    model_text made; // what an operation should give; its str is NULL
} model;

// ---- the obvious way ----

static size_t model_encode(const model_text *t, char *out) {
    char *to = out;
    for (size_t i = 0; i < t->n; i++) {
        uint32_t c = t->at[i];
        if (c < 0x80) {
            *to++ = (char)c;
        } else if (c < 0x800) {
            *to++ = (char)(0xC0 + c / 64);
            *to++ = (char)(0x80 + c % 64);
        } else if (c < 0x10000) {
            *to++ = (char)(0xE0 + c / 4096);
            *to++ = (char)(0x80 + c / 64 % 64);
            *to++ = (char)(0x80 + c % 64);
        } else {
            *to++ = (char)(0xF0 + c / 262144);
            *to++ = (char)(0x80 + c / 4096 % 64);
            *to++ = (char)(0x80 + c / 64 % 64);
            *to++ = (char)(0x80 + c % 64);
        }
    }
    *to = 0;
    return (size_t)(to - out);
}

static int model_is(const ouro_obj *s, const model_text *t) {
    static char bytes[MODEL_LONGEST * 12 + 1];
    size_t size = model_encode(t, bytes);
    return ouro_str_size(s) == size && memcmp(ouro_str_data(s), bytes, size + 1) == 0 && ouro_str_length(s) == t->n &&
           ouro_str_is_ascii(s) == (size == t->n);
}

static void model_random_points(model *m, model_text *t, size_t most) {
    static const uint32_t points[] = {'a', 'b', 'a', 'b', ' ', 0xE9, 0x20AC, 0x1F40D, 0x7F, 0x7FF, 0xFFFF, 0x10FFFF};
    size_t kinds = text_below(&m->random, 3) ? 5 : sizeof points / sizeof *points;
    t->n = text_below(&m->random, most + 1);
    for (size_t i = 0; i < t->n; i++)
        t->at[i] = points[text_below(&m->random, kinds)];
}

static void model_cut(model_text *to, const model_text *from, size_t start, size_t stop) {
    to->n = start < stop ? stop - start : 0;
    memmove(to->at, from->at + start, to->n * sizeof *to->at);
}

static void model_add(model_text *to, const model_text *from) {
    memmove(to->at + to->n, from->at, from->n * sizeof *to->at);
    to->n += from->n;
}

static int model_order(const model_text *a, const model_text *b) {
    for (size_t i = 0; i < a->n && i < b->n; i++)
        if (a->at[i] != b->at[i])
            return a->at[i] < b->at[i] ? -1 : 1;
    return (a->n > b->n) - (a->n < b->n);
}

static size_t model_find(const model_text *in, const model_text *part, size_t from) {
    for (size_t at = from; at + part->n <= in->n; at++)
        if (memcmp(in->at + at, part->at, part->n * sizeof *part->at) == 0)
            return at;
    return SIZE_MAX;
}

// ---- the operations ----

static model_text *model_pick(model *m) {
    return &m->texts[text_below(&m->random, MODEL_TEXTS)];
}

static ouro_obj *model_str(ouro_rt *rt, const model_text *t) {
    static char bytes[MODEL_LONGEST * 12 + 1];
    return ouro_str_new(rt, bytes, model_encode(t, bytes));
}

// An operation has failed: for lack of memory, or the test fails.
static void model_failed(model *m) {
    ouro_rt *rt = m->rt;
    always(test_broken(rt) && ouro_error_code(rt) == OURO_ERR_MEMORY);
    ouro_error_clear(rt);
}

// The result of an operation, which is stolen, is `made`; it takes the place of a text.
static void model_take(model *m, ouro_obj *result) {
    model_text *t = model_pick(m);
    if (!result) {
        model_failed(m);
        return;
    }
    always(model_is(result, &m->made));
    if (m->made.n <= MODEL_LONGEST) {
        ouro_setslot_steal(&t->s, result);
        model_cut(t, &m->made, 0, m->made.n);
    } else {
        ouro_decref(result);
    }
}

static void model_step_new(model *m) {
    model_random_points(m, &m->made, text_below(&m->random, 8) ? 12 : MODEL_LONGEST);
    model_take(m, model_str(m->rt, &m->made));
}

static void model_step_append(model *m) {
    model_text *t = model_pick(m), *more = model_pick(m);
    if (t->n + more->n > MODEL_LONGEST)
        return;
    if (ouro_str_append(m->rt, &t->s, more->s) == 0)
        model_add(t, more);
    else
        model_failed(m);
    always(model_is(t->s, t) && model_is(more->s, more));
}

static void model_step_slice(model *m) {
    const model_text *t = model_pick(m);
    size_t start = text_below(&m->random, t->n + 1), stop = text_below(&m->random, t->n + 1);
    ptrdiff_t less = start < t->n && stop < t->n && text_below(&m->random, 2) ? (ptrdiff_t)t->n : 0;
    model_cut(&m->made, t, start, stop);
    model_take(m, ouro_str_slice(m->rt, t->s, (ptrdiff_t)start - less, (ptrdiff_t)stop - less));
}

static void model_step_concat(model *m) {
    const model_text *a = model_pick(m), *b = model_pick(m);
    model_cut(&m->made, a, 0, a->n);
    model_add(&m->made, b);
    model_take(m, ouro_str_concat(m->rt, a->s, b->s));
}

static void model_step_repeat(model *m) {
    const model_text *t = model_pick(m);
    size_t times = text_below(&m->random, t->n > 20 ? 3 : 30);
    m->made.n = 0;
    for (size_t i = 0; i < times; i++)
        model_add(&m->made, t);
    model_take(m, ouro_str_repeat(m->rt, t->s, (ptrdiff_t)times));
}

static void model_step_at(model *m) {
    const model_text *t = model_pick(m);
    for (size_t k = 0; k < 8 && t->n; k++) {
        size_t i = text_below(&m->random, t->n);
        uint32_t c;
        if (ouro_str_at(m->rt, t->s, (ptrdiff_t)i - (k % 2 ? (ptrdiff_t)t->n : 0), &c) == 0)
            always(c == t->at[i]);
        else
            model_failed(m);
    }
}

static void model_step_find(model *m) {
    const model_text *t = model_pick(m), *p = model_pick(m);
    size_t start = text_below(&m->random, p->n + 1), from = text_below(&m->random, t->n + 2), at = 0;
    static model_text part;
    model_cut(&part, p, start, start + text_below(&m->random, p->n - start + 1));
    ouro_obj *s = model_str(m->rt, &part);
    int found = s ? ouro_str_find(m->rt, t->s, s, from, &at) : -1;
    if (found < 0)
        model_failed(m);
    else
        always(found ? at == model_find(t, &part, from) : model_find(t, &part, from) == SIZE_MAX);
    ouro_xdecref(s);
}

// What replacing gives; false if that is too long.
static int model_replace(model_text *to, const model_text *t, const model_text *from, const model_text *with) {
    to->n = 0;
    for (size_t i = 0; i <= t->n && to->n <= MODEL_LONGEST; i++) {
        if (model_find(t, from, i) == i) {
            model_add(to, with);
            i += from->n - (from->n != 0);
            if (from->n)
                continue;
        }
        if (i < t->n)
            to->at[to->n++] = t->at[i];
    }
    return to->n <= MODEL_LONGEST;
}

// Replaces in two ways: at once, and by splitting and joining.
static void model_step_replace(model *m) {
    static model_text from, with;
    const model_text *t = model_pick(m);
    model_random_points(m, &from, 2);
    model_random_points(m, &with, 4);
    if (!model_replace(&m->made, t, &from, &with))
        return;
    ouro_obj *a = model_str(m->rt, &from), *b = a ? model_str(m->rt, &with) : NULL, *parts = NULL, *result = NULL;
    if (b && from.n && text_below(&m->random, 2)) {
        parts = ouro_str_split(m->rt, t->s, a);
        result = parts ? ouro_str_join(m->rt, b, parts) : NULL;
    } else if (b) {
        result = ouro_str_replace(m->rt, t->s, a, b);
    }
    ouro_xdecref(parts);
    ouro_xdecref(a);
    ouro_xdecref(b);
    model_take(m, result);
}

static void model_step_compare(model *m) {
    const model_text *a = model_pick(m), *b = model_pick(m);
    always(ouro_str_compare(a->s, b->s) == model_order(a, b));
    always(ouro_str_equal(a->s, b->s) == (model_order(a, b) == 0));
    uint64_t x = 0, y = 0;
    always(ouro_hash(m->rt, a->s, &x) == 0 && ouro_hash(m->rt, b->s, &y) == 0);
    always(model_order(a, b) || x == y);
}

static void model_step_intern(model *m) {
    model_text *t = model_pick(m);
    ouro_obj *one = ouro_str_intern(m->rt, t->s), *again = one ? model_str(m->rt, t) : NULL, *same = NULL;
    if (again)
        same = ouro_str_intern(m->rt, again);
    if (!same)
        model_failed(m);
    always(!same || same == one);
    ouro_xdecref(again);
    ouro_xdecref(same);
    if (one)
        ouro_setslot_steal(&t->s, one);
    always(model_is(t->s, t));
}

static void model_step_steps(model *m) {
    const model_text *t = model_pick(m);
    size_t step = 1 + text_below(&m->random, 9), start = text_below(&m->random, t->n + 1);
    int back = (int)text_below(&m->random, 2);
    m->made.n = 0;
    for (size_t i = start; i < t->n; i += step)
        m->made.at[m->made.n++] = t->at[back ? t->n - 1 - i : i];
    ouro_obj *from = ouro_int_new(m->rt, back ? (int64_t)t->n - 1 - (int64_t)start : (int64_t)start);
    ouro_obj *by = ouro_int_new(m->rt, back ? -(int64_t)step : (int64_t)step);
    ouro_obj *slice = from && by ? ouro_slice_new(m->rt, from, NULL, by) : NULL;
    ouro_obj *result = NULL;
    if (slice && !(back && start >= t->n))
        result = ouro_get_item(m->rt, t->s, slice);
    else if (slice)
        result = ouro_str_from(m->rt, ""); // before the first would count from the end
    ouro_xdecref(slice);
    ouro_xdecref(from);
    ouro_xdecref(by);
    model_take(m, result);
}

static void model_step_iterate(model *m) {
    const model_text *t = model_pick(m);
    ouro_obj *it = ouro_iter(m->rt, t->s), *item;
    size_t i = 0;
    int more = it ? 1 : -1;
    while (more > 0 && (more = ouro_next(m->rt, it, &item)) > 0) {
        uint32_t c = 0;
        always(i < t->n && ouro_str_at(m->rt, item, 0, &c) == 0 && c == t->at[i++]);
        ouro_decref(item);
    }
    if (more < 0)
        model_failed(m);
    else
        always(i == t->n);
    ouro_xdecref(it);
}

static void model_run(ouro_rt *rt, const char *name, uint64_t seed, size_t full, size_t small) {
    static void (*const operations[])(model *) = {
        model_step_new,    model_step_append, model_step_append,  model_step_append, model_step_slice,
        model_step_concat, model_step_repeat, model_step_at,      model_step_find,   model_step_replace,
        model_step_at,     model_step_intern, model_step_compare, model_step_steps,  model_step_iterate,
    };
    static model m;
    size_t steps;
    m.random = text_random_open(name, seed, full, small, &steps);
    m.rt = rt;
    for (size_t i = 0; i < MODEL_TEXTS; i++) {
        m.texts[i].s = ouro_str_from(rt, "");
        m.texts[i].n = 0;
    }
    for (size_t k = 0; k < steps; k++)
        operations[text_below(&m.random, sizeof operations / sizeof *operations)](&m);
    for (size_t i = 0; i < MODEL_TEXTS; i++) {
        always(model_is(m.texts[i].s, &m.texts[i]));
        ouro_setslot(&m.texts[i].s, NULL);
    }
}

CASE(model_str, random_operations) {
    model_run(rt, "str", 20240, 120000, 250);
}

CASE(model_str, other_random_operations) {
    model_run(rt, "str", 977, 120000, 120);
}
