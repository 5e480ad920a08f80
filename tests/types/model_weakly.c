// SPDX-License-Identifier: MIT
// model_weakly.c: random operations on a weak-key dict, a weak-value dict and a weak set, whose objects die all the
// time, by counting and in cycles, against plain arrays. An object's dealloc takes it out of the arrays.
#include "pen.h"
#include "text_model.h"

#define MODEL_HELD 48  // objects that are held, at most
#define MODEL_NAMES 96 // objects with the same name are equal
#define MODEL_MOST 4000

// An object that dies.
typedef struct mortal {
    ouro_obj head;
    ouro_obj *next; // makes cycles
    int64_t name;
} mortal;

typedef struct model_entry {
    const mortal *who; // the weak side
    int64_t number;    // the strong side; in the set 0
} model_entry;

typedef struct model_rows {
    model_entry at[MODEL_MOST];
    size_t n;
} model_rows;

typedef struct model {
    ouro_rt *rt;
    text_random random;
    ouro_obj *held[MODEL_HELD];
    ouro_obj *keys, *values, *set;
    model_rows of_keys, of_values, of_set;
} model;

static model m;
static ouro_type mortal_type;
static ouro_ops mortal_ops;

static void rows_take(model_rows *r, size_t i) {
    memmove(&r->at[i], &r->at[i + 1], (--r->n - i) * sizeof *r->at);
}

static void rows_forget(model_rows *r, const mortal *who) {
    for (size_t i = r->n; i; i--)
        if (r->at[i - 1].who == who)
            rows_take(r, i - 1);
}

static void rows_add(model_rows *r, const mortal *who, int64_t number) {
    always(r->n < MODEL_MOST);
    r->at[r->n++] = (model_entry){who, number};
}

// The position of the entry whose object has the name; n if there is none.
static size_t rows_named(const model_rows *r, int64_t name) {
    size_t i = 0;
    while (i < r->n && r->at[i].who->name != name)
        i++;
    return i;
}

static size_t rows_numbered(const model_rows *r, int64_t number) {
    size_t i = 0;
    while (i < r->n && r->at[i].number != number)
        i++;
    return i;
}

// ---- mortals ----

static int mortal_hash(ouro_rt *rt, ouro_obj *o, ouro_step *step, uint64_t *hash, ouro_obj **part) {
    (void)rt, (void)step, (void)part;
    *hash = (uint64_t)((mortal *)(void *)o)->name / 8; // so that many have to be compared
    return 0;
}

static int mortal_compare(ouro_rt *rt, ouro_relation relation, ouro_obj *a, ouro_obj *b) {
    (void)rt;
    if (relation != OURO_EQ || !ouro_is(b, &mortal_type))
        return OURO_PASS;
    return ((mortal *)(void *)a)->name == ((mortal *)(void *)b)->name;
}

static void mortal_dealloc(ouro_rt *rt, ouro_obj *o) {
    const mortal *who = (mortal *)(void *)o;
    (void)rt;
    rows_forget(&m.of_keys, who);
    rows_forget(&m.of_values, who);
    rows_forget(&m.of_set, who);
}

static int mortal_open(ouro_rt *rt) {
    static const ouro_field fields[] = {OURO_FIELD(mortal, next)};
    if (!mortal_type.name) {
        ouro_ops_init(&mortal_ops);
        mortal_ops.hash = mortal_hash;
        mortal_ops.compare = mortal_compare;
        ouro_type_init(&mortal_type, "mortal", sizeof(mortal));
        mortal_type.fields = fields;
        mortal_type.n_fields = 1;
        mortal_type.dealloc = mortal_dealloc;
        mortal_type.ops = &mortal_ops;
    }
    return ouro_type_register(rt, &mortal_type);
}

// ---- checks ----

static void model_check_dict(ouro_obj *d, const model_rows *r, int keys) {
    ouro_obj *key, *value;
    size_t at = 0, n = 0;
    while (ouro_weakdict_each(d, &at, &key, &value)) {
        ouro_obj *who = keys ? key : value, *number = keys ? value : key;
        always(n < r->n && obj((void *)(uintptr_t)r->at[n].who) == who && r->at[n].number == ouro_int_word(number));
        ouro_decref(key);
        ouro_decref(value);
        n++;
    }
    always(n == r->n && pen_size(m.rt, d) == n);
}

static void model_check(void) {
    ouro_obj *x;
    size_t at = 0, n = 0;
    model_check_dict(m.keys, &m.of_keys, 1);
    model_check_dict(m.values, &m.of_values, 0);
    while (ouro_weakset_each(m.set, &at, &x)) {
        always(n < m.of_set.n && obj((void *)(uintptr_t)m.of_set.at[n].who) == x);
        ouro_decref(x);
        n++;
    }
    always(n == m.of_set.n && pen_size(m.rt, m.set) == n);
}

// True if an operation was done; false if memory has failed it, which has changed nothing.
static int model_done(int result) {
    ouro_rt *rt = m.rt;
    if (result >= 0)
        return 1;
    always(test_broken(rt) && ouro_error_code(rt) == OURO_ERR_MEMORY);
    ouro_error_clear(rt);
    model_check();
    return 0;
}

// ---- steps ----

static mortal *model_some(void) {
    return (mortal *)(void *)m.held[text_below(&m.random, MODEL_HELD)];
}

static void model_step_born(void) {
    mortal *who = ouro_new(m.rt, &mortal_type), *other = model_some();
    if (!model_done(who ? 0 : -1))
        return;
    who->name = (int64_t)text_below(&m.random, MODEL_NAMES);
    if (other && text_below(&m.random, 3) == 0)
        set(who, next, other);
    ouro_setslot_steal(&m.held[text_below(&m.random, MODEL_HELD)], &who->head);
}

static void model_step_dies(void) {
    ouro_setslot(&m.held[text_below(&m.random, MODEL_HELD)], NULL);
}

static void model_step_cycle(void) {
    mortal *a = model_some(), *b = model_some();
    if (a && b)
        set(a, next, b);
}

static void model_step_collect(void) {
    if (text_below(&m.random, 40) == 0)
        ouro_gc_collect(m.rt, (int)text_below(&m.random, 3));
}

static void model_step_put_key(void) {
    mortal *who = model_some();
    int64_t number = (int64_t)text_below(&m.random, 200);
    ouro_obj *value = who ? ouro_int_new(m.rt, number) : NULL;
    if (!who || !model_done(value ? 0 : -1))
        return;
    if (model_done(ouro_weakdict_set(m.rt, m.keys, &who->head, value))) {
        size_t i = rows_named(&m.of_keys, who->name);
        if (i < m.of_keys.n)
            m.of_keys.at[i].number = number;
        else
            rows_add(&m.of_keys, who, number);
    }
    ouro_decref(value);
}

static void model_step_put_value(void) {
    mortal *who = model_some();
    int64_t number = (int64_t)text_below(&m.random, 200);
    ouro_obj *key = who ? ouro_int_new(m.rt, number) : NULL;
    if (!who || !model_done(key ? 0 : -1))
        return;
    if (model_done(ouro_weakdict_set(m.rt, m.values, key, &who->head))) {
        size_t i = rows_numbered(&m.of_values, number);
        if (i < m.of_values.n)
            m.of_values.at[i].who = who;
        else
            rows_add(&m.of_values, who, number);
    }
    ouro_decref(key);
}

static void model_step_add(void) {
    mortal *who = model_some();
    int added = who ? ouro_weakset_add(m.rt, m.set, &who->head) : 0;
    if (!who || !model_done(added))
        return;
    always(added == (rows_named(&m.of_set, who->name) == m.of_set.n));
    if (added)
        rows_add(&m.of_set, who, 0);
}

static void model_step_get(void) {
    const mortal *who = model_some();
    ouro_obj *value = NULL, *key = ouro_int_new(m.rt, (int64_t)text_below(&m.random, 200));
    int found = who ? ouro_weakdict_get(m.rt, m.keys, obj((void *)(uintptr_t)who), &value) : 0;
    if (who && model_done(found)) {
        size_t i = rows_named(&m.of_keys, who->name);
        always(found == (i < m.of_keys.n) && (!found || ouro_int_word(value) == m.of_keys.at[i].number));
        always(ouro_weakset_has(m.rt, m.set, obj((void *)(uintptr_t)who)) ==
               (rows_named(&m.of_set, who->name) < m.of_set.n));
    }
    ouro_setslot_steal(&value, NULL);
    if (!model_done(key ? 0 : -1))
        return;
    size_t i = rows_numbered(&m.of_values, ouro_int_word(key));
    found = ouro_weakdict_get(m.rt, m.values, key, &value);
    always(found == (i < m.of_values.n) && (!found || value == obj((void *)(uintptr_t)m.of_values.at[i].who)));
    ouro_setslot_steal(&value, NULL);
    ouro_decref(key);
}

static void model_step_remove(void) {
    const mortal *who = model_some();
    ouro_obj *x = obj((void *)(uintptr_t)who), *value = NULL;
    if (!who)
        return;
    size_t i = rows_named(&m.of_keys, who->name);
    always(ouro_weakdict_pop(m.rt, m.keys, x, &value) == (i < m.of_keys.n));
    ouro_setslot_steal(&value, NULL);
    if (i < m.of_keys.n)
        rows_take(&m.of_keys, i);
    i = rows_named(&m.of_set, who->name);
    always(ouro_weakset_remove(m.rt, m.set, x) == (i < m.of_set.n));
    if (i < m.of_set.n)
        rows_take(&m.of_set, i);
}

static void model_step_pop_last(void) {
    int keys = text_below(&m.random, 2) == 0;
    model_rows *r = keys ? &m.of_keys : &m.of_values;
    ouro_obj *key, *value;
    int found = ouro_weakdict_pop_last(m.rt, keys ? m.keys : m.values, &key, &value);
    always(found == (r->n > 0));
    if (!found)
        return;
    const model_entry *last = &r->at[r->n - 1];
    always((keys ? key : value) == obj((void *)(uintptr_t)last->who));
    always(ouro_int_word(keys ? value : key) == last->number);
    r->n--;
    ouro_decref(key);
    ouro_decref(value);
}

// Puts what an update puts in into the rows of a dict.
static void rows_put(model_rows *r, int keys, const mortal *who, int64_t number) {
    size_t i = keys ? rows_named(r, who->name) : rows_numbered(r, number);
    if (i == r->n)
        rows_add(r, who, number);
    else if (keys)
        r->at[i].number = number;
    else
        r->at[i].who = who;
}

// A weak dict, or a dict, of some that are held, and its rows. Returns: new; NULL on failure.
static ouro_obj *model_other(int keys, model_rows *rows) {
    ouro_obj *other = text_below(&m.random, 2) ? ouro_dict_new(m.rt) : ouro_weakkeys_new(m.rt);
    for (size_t n = text_below(&m.random, 6); other && n; n--) {
        const mortal *who = model_some();
        int64_t number = (int64_t)text_below(&m.random, 200);
        ouro_obj *x = obj((void *)(uintptr_t)who), *y = ouro_int_new(m.rt, number);
        if (!y || (who && ouro_set_item(m.rt, other, keys ? x : y, keys ? y : x) < 0))
            ouro_setslot_steal(&other, NULL);
        else if (who)
            rows_put(rows, keys, who, number);
        ouro_xdecref(y);
    }
    return other;
}

// Updates a dict, or joins one with others, which takes its place. What was put in before memory failed is forgotten.
static void model_step_update(void) {
    int keys = text_below(&m.random, 2) == 0, done;
    static model_rows rows;
    rows.n = 0;
    ouro_obj *other = model_other(keys, &rows), **which = keys ? &m.keys : &m.values;
    model_rows *r = keys ? &m.of_keys : &m.of_values;
    if (!model_done(other ? 0 : -1))
        return;
    if (text_below(&m.random, 2)) {
        ouro_obj *joined = ouro_binary(m.rt, OURO_OR, *which, other);
        done = model_done(joined ? 0 : -1);
        if (joined)
            ouro_setslot_steal(which, joined);
    } else if (!(done = ouro_weakdict_update(m.rt, *which, other) == 0)) {
        always(ouro_error_code(m.rt) == OURO_ERR_MEMORY && ouro_weakdict_clear(m.rt, *which) == 0);
        r->n = 0;
        model_done(-1);
    }
    for (size_t i = 0; done && i < rows.n; i++)
        rows_put(r, keys, rows.at[i].who, rows.at[i].number);
    ouro_decref(other);
    model_check();
}

static void model_step_refs(void) {
    int keys = text_below(&m.random, 2) == 0;
    const model_rows *r = keys ? &m.of_keys : &m.of_values;
    ouro_obj *refs = ouro_weakdict_refs(m.rt, keys ? m.keys : m.values), *x;
    if (!model_done(refs ? 0 : -1))
        return;
    size_t alive = 0;
    for (size_t i = 0; i < ouro_list_size(refs); i++)
        if (ouro_weak_get(ouro_list_peek(refs, i), &x)) {
            always(alive < r->n && x == obj((void *)(uintptr_t)r->at[alive++].who));
            ouro_decref(x);
        }
    always(alive == r->n);
    ouro_decref(refs);
}

static void model_step_pop(void) {
    ouro_obj *x = NULL;
    size_t n = m.of_set.n;
    if (text_below(&m.random, 4))
        return;
    const mortal *last = n ? m.of_set.at[n - 1].who : NULL;
    always(ouro_weakset_pop(m.rt, m.set, &x) == (n > 0) && x == obj((void *)(uintptr_t)last));
    if (n)
        rows_take(&m.of_set, n - 1);
    ouro_xdecref(x);
}

// A copy equals what it was made of, and takes its place. In a run in which a collection may come at any time what is
// in both is held meanwhile by nobody: so the copy is compared as it is when it is there.
static void model_step_copy(void) {
    ouro_obj **which = text_below(&m.random, 2) ? &m.keys : text_below(&m.random, 2) ? &m.values : &m.set;
    ouro_obj *copy = text_below(&m.random, 2) ? ouro_copy(m.rt, *which) : ouro_deep_copy(m.rt, *which);
    if (!model_done(copy ? 0 : -1))
        return;
    int same = ouro_equal(m.rt, copy, *which);
    if (model_done(same))
        always(same == 1);
    ouro_setslot_steal(which, copy);
    model_check();
}

// Walks by an iterator while objects die.
static void model_step_walk(void) {
    ouro_obj *it = ouro_iter(m.rt, text_below(&m.random, 2) ? m.keys : m.set), *x;
    int more = it ? 1 : -1;
    while (more == 1 && (more = ouro_next(m.rt, it, &x)) == 1) {
        ouro_decref(x);
        model_step_dies();
    }
    model_done(more);
    ouro_xdecref(it);
}

static void model_step_clear(void) {
    if (text_below(&m.random, 60))
        return;
    always(ouro_weakdict_clear(m.rt, m.keys) == 0 && ouro_weakset_clear(m.rt, m.set) == 0);
    always(ouro_weakdict_clear(m.rt, m.values) == 0);
    m.of_keys.n = m.of_values.n = m.of_set.n = 0;
}

static void model_step(void) {
    static void (*const often[])(void) = {model_step_born, model_step_dies,    model_step_cycle,
                                          model_step_get,  model_step_put_key, model_step_put_value,
                                          model_step_add,  model_step_collect};
    static void (*const seldom[])(void) = {model_step_remove,   model_step_remove, model_step_pop,
                                           model_step_pop_last, model_step_update, model_step_refs,
                                           model_step_copy,     model_step_walk,   model_step_clear};
    if (text_below(&m.random, 8))
        often[text_below(&m.random, sizeof often / sizeof *often)]();
    else
        seldom[text_below(&m.random, sizeof seldom / sizeof *seldom)]();
    if (text_below(&m.random, 16) == 0)
        model_check();
}

CASE(model_weakly, random_operations) {
    size_t steps;
    memset(&m, 0, sizeof m);
    m.rt = rt;
    m.random = text_random_open("weak containers", 20265, 300000, 400, &steps);
    must(mortal_open(rt));
    m.keys = ouro_weakkeys_new(rt);
    m.values = ouro_weakvalues_new(rt);
    m.set = ouro_weakset_new(rt, NULL);
    int opened = m.keys && m.values && m.set ? 0 : -1;
    for (size_t i = 0; opened == 0 && i < steps; i++)
        model_step();
    if (opened == 0)
        model_check();
    for (size_t i = 0; i < MODEL_HELD; i++)
        ouro_setslot(&m.held[i], NULL);
    ouro_gc_collect(rt, OURO_GC_FULL);
    if (opened == 0 && !test_broken(rt))
        model_check();
    ouro_setslot(&m.keys, NULL);
    ouro_setslot(&m.values, NULL);
    ouro_setslot(&m.set, NULL);
    must(opened);
}
