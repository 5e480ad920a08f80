// SPDX-License-Identifier: MIT
// dict_view.c: views: what a dict's keys, values or items look like at any time. A view holds its dict and nothing
// else.
#include "set.h"

typedef struct dict_view {
    ouro_obj head;
    ouro_obj *of;
    uint64_t part;
} dict_view;

static ouro_type dict_view_type;

static ouro_obj *view_new(ouro_rt *rt, const char *where, ouro_obj *dict, map_part part) {
    if (!ouro_is_dict(dict) && !ouroi_expect(rt, where, ouro_dict_type, dict))
        return NULL;
    dict_view *v = ouro_new(rt, &dict_view_type);
    if (!v)
        return NULL;
    v->part = part;
    ouro_setref(&v->head, &v->of, dict);
    return &v->head;
}

ouro_obj *ouro_dict_keys(ouro_rt *rt, ouro_obj *dict) {
    return view_new(rt, "ouro_dict_keys", dict, MAP_KEYS);
}

ouro_obj *ouro_dict_values(ouro_rt *rt, ouro_obj *dict) {
    return view_new(rt, "ouro_dict_values", dict, MAP_VALUES);
}

ouro_obj *ouro_dict_items(ouro_rt *rt, ouro_obj *dict) {
    return view_new(rt, "ouro_dict_items", dict, MAP_ITEMS);
}

static map_part view_part(const ouro_obj *o) {
    return (map_part)((const dict_view *)(const void *)o)->part;
}

// The dict of a view; NULL if the collector has emptied it.
static ouro_obj *view_of(const ouro_obj *o) {
    return ((const dict_view *)(const void *)o)->of;
}

static int view_length(ouro_rt *rt, ouro_obj *o, size_t *length) {
    (void)rt;
    *length = view_of(o) ? ouro_dict_size(view_of(o)) : 0;
    return 0;
}

static ouro_obj *view_iter(ouro_rt *rt, ouro_obj *o) {
    if (view_of(o))
        return ouroi_map_iter_new(rt, view_of(o), view_part(o));
    ouro_error_set(rt, OURO_ERR_STATE, "the dict of this view is gone");
    return NULL;
}

// ---- contains ----

static int view_has_value(ouro_rt *rt, ouro_obj *dict, ouro_obj *x) {
    ouro_obj *it = ouroi_map_iter_new(rt, dict, MAP_VALUES), *value;
    int more, found = it ? 0 : -1;
    while (found == 0 && (more = ouro_next(rt, it, &value)) != 0) {
        found = more < 0 ? -1 : ouro_equal(rt, value, x);
        ouro_xdecref(value);
    }
    ouro_xdecref(it);
    return found;
}

static int view_has_item(ouro_rt *rt, ouro_obj *dict, ouro_obj *x) {
    ouro_obj *value;
    if (!ouro_is_tuple(x) || ouro_tuple_size(x) != 2 || !ouro_tuple_peek(x, 0) || !ouro_tuple_peek(x, 1))
        return 0;
    int found = ouro_dict_get(rt, dict, ouro_tuple_peek(x, 0), &value);
    if (found == 1)
        found = ouro_equal(rt, value, ouro_tuple_peek(x, 1));
    ouro_xdecref(value);
    return found;
}

static int view_contains(ouro_rt *rt, ouro_obj *o, ouro_obj *x) {
    ouro_obj *dict = ouro_xincref(view_of(o));
    int found = 0;
    if (dict && view_part(o) == MAP_KEYS)
        found = ouro_dict_has(rt, dict, x);
    else if (dict)
        found = (view_part(o) == MAP_VALUES ? view_has_value : view_has_item)(rt, dict, x);
    ouro_xdecref(dict);
    return found;
}

// ---- repr: dict_keys([1, 2]) ----

// Begins the text, or what follows the last part.
static int view_repr_open(const ouro_obj *o, const ouro_step *step, ouro_builder *out) {
    static const char *const names[] = {"dict_keys([", "dict_values([", "dict_items(["};
    const table *t = table_of(view_of(o));
    if (step->at == 0)
        return ouro_builder_text(out, names[view_part(o)]);
    return t && map_more(t, DICT_STRIDE, step->at) ? ouro_builder_text(out, ", ") : 0;
}

static int view_repr(ouro_rt *rt, ouro_obj *o, ouro_step *step, ouro_builder *out, ouro_obj **part) {
    pair_entry *pair;
    if (view_repr_open(o, step, out) < 0)
        return -1;
    const table *t = table_of(view_of(o));
    if (!t || !map_step(t, DICT_STRIDE, &step->at, &pair))
        return ouro_builder_text(out, "])");
    *part = ouroi_map_part(rt, pair, view_part(o));
    return *part ? 1 : -1;
}

// ---- keys and items are sets, among each other and with all that can be iterated; what comes out is a set ----

static bool view_is_set(const ouro_obj *o) {
    return ouroi_kind(o) == OUROI_KIND_DICT_VIEW && view_part(o) != MAP_VALUES;
}

static int view_binary(ouro_rt *rt, ouro_op op, ouro_obj *a, ouro_obj *b, ouro_obj **out) {
    if (!ouroi_set_op(op) || (!view_is_set(a) && !view_is_set(b)))
        return OURO_PASS;
    ouro_obj *left = ouro_set_new(rt, a);
    *out = left ? ouro_set_combine(rt, op, left, b) : NULL;
    ouro_xdecref(left);
    return *out ? 1 : -1;
}

static const ouro_ops dict_view_ops = {
    .struct_size = sizeof(ouro_ops),
    .binary = view_binary,
    .length = view_length,
    .contains = view_contains,
    .iter = view_iter,
    .repr = view_repr,
};

static const ouro_field dict_view_fields[] = {OURO_FIELD(dict_view, of)};
static ouro_type dict_view_type = {
    .struct_size = sizeof(ouro_type),
    .name = "dict view",
    .size = sizeof(dict_view),
    .fields = dict_view_fields,
    .n_fields = 1,
    .ops = &dict_view_ops,
};

int ouroi_dict_view_open(ouro_rt *rt) {
    return ouroi_kind_open(rt, &dict_view_type, OUROI_KIND_DICT_VIEW);
}
