// SPDX-License-Identifier: MIT
// choose.c: which container for which job. Rows that never change as lists and as tuples; membership in a list, a set
// and a dict, and where a set does not pay; a million readings of which few differ, as ints of their own, as a set,
// and as one object for each value. Each job begins with what is written first, and shows the case that loses, too.
#include "study.h"

#include <stdio.h>

static void put(study *s, ouro_obj *list, ouro_obj *item) {
    study_need(s->rt, item && ouro_list_append(s->rt, list, item) == 0);
    ouro_decref(item);
}

static ouro_obj *new_list(study *s) {
    ouro_obj *list = ouro_list_new(s->rt, NULL, 0);
    study_need(s->rt, list != NULL);
    return list;
}

static ouro_obj *number(study *s, int64_t value) {
    ouro_obj *o = ouro_int_new(s->rt, value);
    study_need(s->rt, o != NULL);
    return o;
}

// ---- rows of three ----

typedef ouro_obj *(*row_maker)(ouro_rt *rt, ouro_obj *const *items, size_t n);

static ouro_obj *row_built(ouro_rt *rt, ouro_obj *const *items, size_t n) {
    ouro_obj *list = ouro_list_new(rt, NULL, 0);
    for (size_t i = 0; list && i < n; i++)
        if (ouro_list_append(rt, list, items[i]) < 0)
            ouro_setslot_steal(&list, NULL);
    return list;
}

// `n` rows of three small ints, made and then read once through.
static study_cost rows(size_t n, row_maker make, int tuples) {
    study s;
    study_begin(&s);
    ouro_obj *all = new_list(&s), *items[3];
    for (size_t i = 0; i < n; i++) {
        for (size_t k = 0; k < 3; k++)
            items[k] = number(&s, (int64_t)((i + k) % 200));
        put(&s, all, make(s.rt, items, 3));
        for (size_t k = 0; k < 3; k++)
            ouro_decref(items[k]);
    }
    study_made(&s);
    int64_t sum = 0;
    for (size_t i = 0; i < n; i++)
        for (size_t k = 0; k < 3; k++) {
            const ouro_obj *row = ouro_list_peek(all, i);
            sum += ouro_int_word(tuples ? ouro_tuple_peek(row, k) : ouro_list_peek(row, k));
        }
    study_need(s.rt, sum > 0);
    ouro_decref(all);
    return study_end(&s);
}

static void study_rows(size_t n) {
    char title[80];
    snprintf(title, sizeof title, "%zu rows of 3, read once and dropped", n);
    study_cost first = rows(n, row_built, 0), list = rows(n, ouro_list_new, 0), tuple = rows(n, ouro_tuple_new, 1);
    study_head(title);
    study_row("list, appended to", &first, &first);
    study_row("list, made of 3", &list, &first);
    study_row("tuple", &tuple, &first);
}

// ---- membership ----

typedef enum member_way { MEMBER_LIST, MEMBER_SET, MEMBER_DICT } member_way;

static const char *const member_names[] = {"list", "set, made of the list", "dict, made of the list"};

// What is searched: the list itself, or what is made of it. Takes: the list is stolen. Returns: new.
static ouro_obj *member_of(study *s, ouro_obj *list, member_way way) {
    if (way == MEMBER_LIST)
        return list;
    ouro_obj *made = way == MEMBER_SET ? ouro_set_new(s->rt, list) : ouro_dict_new(s->rt);
    study_need(s->rt, made != NULL);
    for (size_t i = 0; way == MEMBER_DICT && i < ouro_list_size(list); i++)
        study_need(s->rt, ouro_dict_set(s->rt, made, ouro_list_peek(list, i), ouro_none(s->rt)) == 0);
    ouro_decref(list);
    return made;
}

// In `n` ints in no order `asked` ones are looked for, the first in the middle, every other one not there. That is done
// `times` times; what is made of the list is made each time.
static study_cost members(size_t n, size_t asked, size_t times, member_way way) {
    study s;
    uint64_t seed = 88172645463325252u;
    size_t found = 0;
    study_begin(&s);
    ouro_obj *list = new_list(&s), *keys = new_list(&s);
    for (size_t i = 0; i < n; i++)
        put(&s, list, number(&s, (int64_t)(study_random(&seed) >> 2)));
    for (size_t i = 0; i < asked; i++)
        put(&s, keys, number(&s, i % 2 ? -(int64_t)i : ouro_int_word(ouro_list_peek(list, (n / 2 + i * 7919) % n))));
    study_made(&s);
    for (size_t t = 0; t < times; t++) {
        ouro_obj *in = member_of(&s, ouro_incref(list), way);
        for (size_t i = 0; i < asked; i++)
            found += ouro_contains(s.rt, in, ouro_list_peek(keys, i)) == 1;
        ouro_decref(in);
    }
    study_need(s.rt, found == times * ((asked + 1) / 2));
    ouro_decref(list);
    ouro_decref(keys);
    return study_end(&s);
}

static void study_members(size_t n, size_t asked, size_t times) {
    char title[96];
    study_cost costs[3];
    snprintf(title, sizeof title, "%zu times: %zu lookup%s in %zu ints (bytes: what all ways begin with)", times, asked,
             asked == 1 ? "" : "s", n);
    for (member_way way = MEMBER_LIST; way <= MEMBER_DICT; way++)
        costs[way] = members(n, asked, times, way);
    study_head(title);
    for (member_way way = MEMBER_LIST; way <= MEMBER_DICT; way++)
        study_row(member_names[way], &costs[way], &costs[0]);
}

// ---- readings ----

// Makes a reading by its number.
typedef ouro_obj *(*reading_maker)(ouro_rt *rt, uint64_t which);

static ouro_obj *reading_int(ouro_rt *rt, uint64_t which) {
    return ouro_int_new(rt, (int64_t)which + 1000000);
}

static ouro_obj *reading_str(ouro_rt *rt, uint64_t which) {
    return ouro_str_format(rt, "sensor-%llu", (unsigned long long)which);
}

static ouro_obj *reading_interned(ouro_rt *rt, uint64_t which) {
    char text[32];
    snprintf(text, sizeof text, "sensor-%llu", (unsigned long long)which);
    return ouro_intern(rt, text);
}

typedef enum readings_way { READINGS_EACH, READINGS_SHARED, READINGS_SET } readings_way;

// Puts a reading in: itself, or the first that equals it, which `seen` remembers.
static void readings_put(study *s, ouro_obj *to, ouro_obj *seen, readings_way way, ouro_obj *x) {
    study_need(s->rt, x != NULL);
    if (way == READINGS_SET)
        study_need(s->rt, ouro_set_add(s->rt, to, x) >= 0);
    if (way == READINGS_SHARED)
        ouro_setslot_steal(&x, ouro_dict_set_default(s->rt, seen, x, x));
    if (way == READINGS_SET)
        ouro_decref(x);
    else
        put(s, to, x);
}

// `n` readings, of `values` different ones at random, or (0) all different; the work is 100 lookups among them.
static study_cost readings(size_t n, size_t values, readings_way way, reading_maker make) {
    study s;
    uint64_t seed = 2463534242u;
    study_begin(&s);
    ouro_obj *to = way == READINGS_SET ? ouro_set_new(s.rt, NULL) : new_list(&s), *seen = ouro_dict_new(s.rt);
    study_need(s.rt, to && seen);
    for (size_t i = 0; i < n; i++)
        readings_put(&s, to, seen, way, make(s.rt, values ? study_random(&seed) % values : i));
    ouro_dict_clear(s.rt, seen);
    study_made(&s);
    for (size_t i = 0; i < 100; i++) {
        ouro_obj *x = make(s.rt, values ? i % values : i * 97);
        study_need(s.rt, x && ouro_contains(s.rt, to, x) == 1);
        ouro_decref(x);
    }
    ouro_decref(to);
    ouro_decref(seen);
    return study_end(&s);
}

typedef struct readings_line {
    const char *name;
    readings_way way;
    reading_maker make;
} readings_line;

static void study_readings(size_t n, size_t values, const readings_line *lines, size_t count) {
    char title[80];
    study_cost first, cost;
    snprintf(title, sizeof title, "%zu readings, %zu of them different; 100 lookups", n, values ? values : n);
    study_head(title);
    for (size_t i = 0; i < count; i++) {
        cost = readings(n, values, lines[i].way, lines[i].make);
        if (i == 0)
            first = cost;
        study_row(lines[i].name, &cost, &first);
    }
}

// A set keeps neither how often a value came nor when; the others keep every reading.
static const readings_line int_lines[] = {
    {"list of ints", READINGS_EACH, reading_int},
    {"list of shared ints", READINGS_SHARED, reading_int},
    {"set of ints: which, not when", READINGS_SET, reading_int},
};
static const readings_line str_lines[] = {
    {"list of strs", READINGS_EACH, reading_str},
    {"list of shared strs", READINGS_SHARED, reading_str},
    {"list of interned strs", READINGS_EACH, reading_interned},
    {"set of strs: which, not when", READINGS_SET, reading_str},
};

void study_choose(size_t part) {
    study_rows(1000000 / part);
    study_members(10000 / part, 1000, 2);
    study_members(10000 / part, 1, 200);
    study_members(5, 1000, 1000 / part);
    study_members(5, 1, 100000 / part);
    study_readings(1000000 / part, 10000 / part, int_lines, 3);
    study_readings(1000000 / part, 10000 / part, str_lines, 4);
    study_readings(1000000 / part, 0, str_lines, 4);
}
