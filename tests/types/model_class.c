// SPDX-License-Identifier: MIT
// model_class.c: random operations on classes and instances against a plain model: tables of numbers, an order of
// lookup worked out by searching, no cache. OURO_MODEL_SEED and OURO_MODEL_STEPS change a run; each prints its seed.
#include "classes.h"

#include "text_model.h"

enum {
    MODEL_NAMES = 9,      // of class attributes; the first is special
    MODEL_OWN = 75,       // of instance attributes, some without a slot
    MODEL_CLASSES = 12,   // at hand
    MODEL_INSTANCES = 16, // at hand
    MODEL_MADE = 20000,   // classes in all
    MODEL_ORDER = 14,     // the longest order of lookup
    MODEL_NONE = -1
};

// A class that was made; it may live on in others. Numbers are attributes, MODEL_NONE where there is none.
typedef struct model_class {
    int attrs[MODEL_NAMES];
    int order[MODEL_ORDER], n;
} model_class;

typedef struct model_instance {
    int of_class;
    int own[MODEL_OWN];
} model_instance;

typedef struct model {
    ouro_rt *rt;
    text_random random;
    int made;
    ouro_obj *classes[MODEL_CLASSES], *instances[MODEL_INSTANCES];
    int class_at[MODEL_CLASSES];
    model_instance instance_at[MODEL_INSTANCES];
    ouro_obj *length_method;
} model;

static model_class model_made[MODEL_MADE];

static size_t model_below(model *m, size_t n) {
    return text_below(&m->random, n);
}

static const char *model_name(int i, const char *kind) {
    static char name[24];
    snprintf(name, sizeof name, "%s%d", kind, i);
    return i == 0 && *kind == 'n' ? "__len__" : name;
}

// ---- the order of lookup, by the book ----

static int model_in_rest(const int *list, int n, int from, int what) {
    for (int i = from + 1; i < n; i++)
        if (list[i] == what)
            return 1;
    return 0;
}

// Returns: 0 if there is none.
static int model_merge(const int lists[3][MODEL_ORDER], const int *sizes, int *out, int *n) {
    int at[3] = {0, 0, 0};
    for (;;) {
        int left = 0, taken = MODEL_NONE;
        for (int i = 0; i < 3 && taken == MODEL_NONE; i++) {
            if (at[i] == sizes[i])
                continue;
            left = 1;
            int candidate = lists[i][at[i]], blocked = 0;
            for (int k = 0; k < 3; k++)
                blocked |= model_in_rest(lists[k], sizes[k], at[k], candidate);
            taken = blocked ? MODEL_NONE : candidate;
        }
        if (taken == MODEL_NONE)
            return !left;
        out[(*n)++] = taken;
        for (int i = 0; i < 3; i++)
            at[i] += at[i] < sizes[i] && lists[i][at[i]] == taken;
    }
}

// Adds a class with up to two bases. Returns: 0 if they contradict each other.
static int model_add(model *m, int first, int second) {
    model_class *c = &model_made[m->made];
    int lists[3][MODEL_ORDER] = {{0}}, sizes[3] = {0, 0, 0}, bases[] = {first, second};
    for (int i = 0; i < MODEL_NAMES; i++)
        c->attrs[i] = MODEL_NONE;
    for (int i = 0; i < 2 && bases[i] != MODEL_NONE; i++) {
        sizes[i] = model_made[bases[i]].n;
        memcpy(lists[i], model_made[bases[i]].order, sizeof lists[i]);
        lists[2][sizes[2]++] = bases[i];
    }
    c->order[0] = m->made;
    c->n = 1;
    return model_merge((const int(*)[MODEL_ORDER])lists, sizes, c->order, &c->n);
}

static int model_find(int of_class, int name) {
    const model_class *c = &model_made[of_class];
    for (int i = 0; i < c->n; i++)
        if (model_made[c->order[i]].attrs[name] != MODEL_NONE)
            return model_made[c->order[i]].attrs[name];
    return MODEL_NONE;
}

static int model_inherits(int of_class, int base) {
    const model_class *c = &model_made[of_class];
    for (int i = 0; i < c->n; i++)
        if (c->order[i] == base)
            return 1;
    return 0;
}

// ---- steps. An operation that runs out of memory has changed nothing. ----

// 1 if the operation was done; 0 if memory ran out.
static int model_done(model *m, int result) {
    if (result >= 0)
        return 1;
    always(ouro_error_code(m->rt) == OURO_ERR_MEMORY && test_broken(m->rt));
    ouro_error_clear(m->rt);
    return 0;
}

static int model_length(ouro_rt *rt, ouro_obj *o) {
    size_t length;
    if (ouro_length(rt, o, &length) == 0)
        return (int)length;
    always(ouro_error_code(rt) == OURO_ERR_TYPE || test_broken(rt));
    int without = ouro_error_code(rt) == OURO_ERR_TYPE;
    ouro_error_clear(rt);
    return without ? MODEL_NONE : -2;
}

static void model_new_class(model *m, size_t slot) {
    size_t wanted = model_below(m, 3);
    size_t a = model_below(m, MODEL_CLASSES), b = model_below(m, MODEL_CLASSES);
    int first = wanted > 0 && m->classes[a] ? m->class_at[a] : MODEL_NONE;
    int second = wanted > 1 && first != MODEL_NONE && m->classes[b] ? m->class_at[b] : MODEL_NONE;
    int length =
        1 + (first == MODEL_NONE ? 0 : model_made[first].n) + (second == MODEL_NONE ? 0 : model_made[second].n);
    if (m->made == MODEL_MADE || length >= MODEL_ORDER)
        return;
    int fits = model_add(m, first, second);
    ouro_obj *made =
        class_make(m->rt, "C", first == MODEL_NONE ? NULL : m->classes[a], second == MODEL_NONE ? NULL : m->classes[b]);
    if (!fits && !made && ouro_error_code(m->rt) == OURO_ERR_TYPE) {
        ouro_error_clear(m->rt);
        return;
    }
    if (!model_done(m, made ? 0 : -1))
        return;
    size_t n = (size_t)model_made[m->made].n;
    always(fits && ouro_class_mro_peek(made, n - 1) && !ouro_class_mro_peek(made, n));
    ouro_setslot_steal(&m->classes[slot], made);
    m->class_at[slot] = m->made++;
}

// Versions: those that inherit from the changed class have another one, the others do not.
static void model_change(model *m, size_t slot) {
    int name = (int)model_below(m, MODEL_NAMES), value = (int)model_below(m, 1000);
    int *place = &model_made[m->class_at[slot]].attrs[name], had = *place != MODEL_NONE;
    int drop = model_below(m, 3) == 0, result;
    uint64_t before[MODEL_CLASSES];
    for (int i = 0; i < MODEL_CLASSES; i++)
        before[i] = m->classes[i] ? ouro_class_version(m->classes[i]) : 0;
    if (drop)
        result = attr_drop(m->rt, m->classes[slot], model_name(name, "n"));
    else if (name == 0)
        result = ouro_class_set(m->rt, m->classes[slot], "__len__", m->length_method);
    else
        result = attr_put(m->rt, m->classes[slot], model_name(name, "n"), value);
    if (drop && !had && result < 0 && ouro_error_code(m->rt) == OURO_ERR_ATTRIBUTE) {
        ouro_error_clear(m->rt);
        return;
    }
    if (!model_done(m, result))
        return;
    always(!drop || had);
    *place = drop ? MODEL_NONE : name ? value : 7;
    for (int i = 0; i < MODEL_CLASSES; i++)
        always(!m->classes[i] ||
               (ouro_class_version(m->classes[i]) != before[i]) == model_inherits(m->class_at[i], m->class_at[slot]));
}

static void model_expect(model *m, ouro_obj *o, const char *name, int expected) {
    ouro_obj *text = ouro_str_from(m->rt, name), *got = NULL;
    int found = text ? ouro_find_attr(m->rt, o, text, &got) : -1;
    ouro_xdecref(text);
    if (!model_done(m, found))
        return;
    always(found == (expected != MODEL_NONE) &&
           (!found || ouro_is_native(got) || ouro_is_method(got) || int_is(got, expected)));
    ouro_xdecref(got);
}

static void model_look(model *m, size_t slot) {
    int name = (int)model_below(m, MODEL_NAMES);
    model_expect(m, m->classes[slot], model_name(name, "n"), model_find(m->class_at[slot], name));
}

static void model_look_instance(model *m, size_t slot) {
    const model_instance *i = &m->instance_at[slot];
    int name = (int)model_below(m, MODEL_NAMES), own = (int)model_below(m, MODEL_OWN);
    model_expect(m, m->instances[slot], model_name(name, "n"), model_find(i->of_class, name));
    model_expect(m, m->instances[slot], model_name(own, "o"), i->own[own]);
    int length = model_length(m->rt, m->instances[slot]);
    always(length == -2 || length == model_find(i->of_class, 0));
}

static void model_new_instance(model *m, size_t slot, size_t from) {
    ouro_obj *made = ouro_instance_new(m->rt, m->classes[from], NULL);
    if (!model_done(m, made ? 0 : -1))
        return;
    ouro_setslot_steal(&m->instances[slot], made);
    m->instance_at[slot].of_class = m->class_at[from];
    for (int i = 0; i < MODEL_OWN; i++)
        m->instance_at[slot].own[i] = MODEL_NONE;
}

static void model_change_instance(model *m, size_t slot) {
    int own = (int)model_below(m, model_below(m, 8) ? 6 : MODEL_OWN), value = (int)model_below(m, 1000);
    int *place = &m->instance_at[slot].own[own];
    int drop = model_below(m, 4) == 0;
    int result = drop ? attr_drop(m->rt, m->instances[slot], model_name(own, "o"))
                      : attr_put(m->rt, m->instances[slot], model_name(own, "o"), value);
    if (drop && *place == MODEL_NONE && result < 0 && ouro_error_code(m->rt) == OURO_ERR_ATTRIBUTE)
        ouro_error_clear(m->rt);
    else if (model_done(m, result))
        *place = drop ? MODEL_NONE : value;
}

static void model_copy(model *m, size_t slot, size_t from) {
    ouro_obj *made =
        model_below(m, 2) ? ouro_copy(m->rt, m->instances[from]) : ouro_deep_copy(m->rt, m->instances[from]);
    if (!model_done(m, made ? 0 : -1))
        return;
    ouro_setslot_steal(&m->instances[slot], made);
    m->instance_at[slot] = m->instance_at[from];
}

static void model_compare(model *m) {
    for (size_t s = 0; s < MODEL_INSTANCES; s++) {
        if (!m->instances[s])
            continue;
        int n = 0, expected = 0;
        ouro_obj *name, *value;
        for (size_t at = 0; ouro_instance_each_peek(m->instances[s], &at, &name, &value); n++) {
            int own = atoi(ouro_str_data(name) + 1);
            always(int_is(value, m->instance_at[s].own[own]));
        }
        for (int i = 0; i < MODEL_OWN; i++)
            expected += m->instance_at[s].own[i] != MODEL_NONE;
        always(n == expected);
    }
}

static void model_step(model *m) {
    size_t what = model_below(m, 40), c = model_below(m, MODEL_CLASSES);
    size_t i = model_below(m, MODEL_INSTANCES), k = model_below(m, MODEL_INSTANCES);
    if (what < 2)
        model_new_class(m, c);
    else if (what < 8 && m->classes[c])
        model_change(m, c);
    else if (what < 16 && m->classes[c])
        model_look(m, c);
    else if (what < 18 && m->classes[c])
        model_new_instance(m, i, c);
    else if (what < 26 && m->instances[i])
        model_change_instance(m, i);
    else if (what < 37 && m->instances[i])
        model_look_instance(m, i);
    else if (what == 37 && m->instances[k])
        model_copy(m, i, k);
    else if (what == 38 && model_below(m, 4) == 0)
        ouro_setslot(&m->classes[c], NULL);
    else if (what == 39 && model_below(m, 200) == 0)
        ouro_gc_collect(m->rt, OURO_GC_FULL);
}

CASE(model_class, random_operations) {
    static model m;
    size_t steps;
    m = (model){.rt = rt, .random = text_random_open("classes", 20261121, 300000, 300, &steps)};
    m.length_method = own(ouro_native_new(rt, "__len__", note_seven, NULL, 1, 1));
    need(m.length_method);
    for (size_t i = 0; i < steps; i++) {
        kit_trace_start();
        model_step(&m);
        if (i % 64 == 0)
            model_compare(&m);
    }
    model_compare(&m);
    for (int i = 0; i < MODEL_CLASSES; i++)
        ouro_setslot(&m.classes[i], NULL);
    for (int i = 0; i < MODEL_INSTANCES; i++)
        ouro_setslot(&m.instances[i], NULL);
}
