// SPDX-License-Identifier: MIT
// tables.c: see tables.h.
#include "tables.h"

ouro_type odd_type;
void (*odd_hook)(ouro_rt *rt, odd *a, odd *b);
int odd_fails, odd_asked;
ouro_obj *odd_map, *odd_map2, *odd_key;

static odd *odd_of(ouro_obj *o) {
    return (odd *)(void *)o;
}

static int odd_hash(ouro_rt *rt, ouro_obj *o, ouro_step *step, uint64_t *hash, ouro_obj **part) {
    (void)step;
    (void)part;
    *hash = odd_of(o)->hash;
    return odd_of(o)->id < 0 ? ouro_error_set(rt, OURO_ERR_USER, "no hash") : 0;
}

static int odd_compare(ouro_rt *rt, ouro_relation relation, ouro_obj *a, ouro_obj *b) {
    if (relation != OURO_EQ || !ouro_is(b, &odd_type))
        return OURO_PASS;
    int same = odd_of(a)->id == odd_of(b)->id;
    odd_asked++;
    if (odd_hook)
        odd_hook(rt, odd_of(a), odd_of(b));
    return odd_fails ? ouro_error_set(rt, OURO_ERR_USER, "no comparison") : same;
}

static int odd_repr(ouro_rt *rt, ouro_obj *o, ouro_step *step, ouro_builder *out, ouro_obj **part) {
    (void)step;
    (void)part;
    if (odd_hook)
        odd_hook(rt, odd_of(o), NULL);
    return ouro_builder_text(out, "odd");
}

static ouro_obj *odd_copy(ouro_rt *rt, ouro_obj *o) {
    if (odd_hook)
        odd_hook(rt, odd_of(o), NULL);
    return ouro_incref(o);
}

static ouro_ops odd_ops;

int odd_open(ouro_rt *rt) {
    odd_hook = NULL;
    odd_fails = odd_asked = 0;
    odd_map = odd_map2 = odd_key = NULL;
    if (!odd_type.name) {
        ouro_ops_init(&odd_ops);
        odd_ops.hash = odd_hash;
        odd_ops.compare = odd_compare;
        odd_ops.repr = odd_repr;
        odd_ops.copy = odd_copy;
        ouro_type_init(&odd_type, "odd", sizeof(odd));
        odd_type.ops = &odd_ops;
    }
    return ouro_type_register(rt, &odd_type);
}

ouro_obj *odd_new(ouro_rt *rt, int64_t id, uint64_t hash) {
    odd *o = ouro_new(rt, &odd_type);
    if (!o)
        return NULL;
    o->id = id;
    o->hash = hash;
    return &o->head;
}

// ---- contents as texts ----

ouro_obj *char_object(ouro_rt *rt, char c) {
    if (c == '-')
        return ouro_none(rt);
    return c >= '0' && c <= '9' ? ouro_int_new(rt, c - '0') : ouro_str_new(rt, &c, 1);
}

static char object_char(const ouro_obj *o) {
    if (ouro_is_none(o))
        return '-';
    if (ouro_is_int(o) && ouro_int_is_word(o) && ouro_int_word(o) >= 0 && ouro_int_word(o) < 10)
        return (char)('0' + ouro_int_word(o));
    return ouro_is_str(o) && ouro_str_size(o) == 1 ? *ouro_str_data(o) : '?';
}

int put(ouro_rt *rt, ouro_obj *dict, char key, char value) {
    ouro_obj *k = char_object(rt, key), *v = char_object(rt, value);
    int result = !k || !v ? -1 : ouro_is_odict(dict) ? ouro_odict_set(rt, dict, k, v) : ouro_dict_set(rt, dict, k, v);
    ouro_xdecref(k);
    ouro_xdecref(v);
    return result;
}

static ouro_obj *map_with(ouro_rt *rt, ouro_obj *map, const char *pairs) {
    for (; map && *pairs; pairs += 2)
        if (put(rt, map, pairs[0], pairs[1]) < 0)
            ouro_setslot_steal(&map, NULL);
    return map;
}

ouro_obj *dict_with(ouro_rt *rt, const char *pairs) {
    return map_with(rt, ouro_dict_new(rt), pairs);
}

ouro_obj *odict_with(ouro_rt *rt, const char *pairs) {
    return map_with(rt, ouro_odict_new(rt), pairs);
}

ouro_obj *set_with(ouro_rt *rt, const char *items) {
    ouro_obj *list = list_with(rt, items), *set = list ? ouro_set_new(rt, list) : NULL;
    ouro_xdecref(list);
    return set;
}

ouro_obj *frozen_with(ouro_rt *rt, const char *items) {
    ouro_obj *list = list_with(rt, items), *set = list ? ouro_frozenset_new(rt, list) : NULL;
    ouro_xdecref(list);
    return set;
}

static size_t contents(const ouro_obj *o, char *text, size_t most) {
    ouro_obj *key, *value;
    size_t at = 0, n = 0;
    if (ouro_is_set(o) || ouro_is_frozenset(o)) {
        while (n + 2 < most && ouro_set_each_peek(o, &at, &key))
            text[n++] = object_char(key);
        return n;
    }
    int ordered = ouro_is_odict(o);
    while (n + 3 < most &&
           (ordered ? ouro_odict_each_peek(o, &at, &key, &value) : ouro_dict_each_peek(o, &at, &key, &value))) {
        text[n++] = object_char(key);
        text[n++] = object_char(value);
    }
    return n;
}

int holds(const ouro_obj *o, const char *text) {
    char has[512];
    int map = ouro_is_dict(o) || ouro_is_odict(o);
    size_t n = contents(o, has, sizeof has);
    size_t size = ouro_is_dict(o) ? ouro_dict_size(o) : ouro_is_odict(o) ? ouro_odict_size(o) : ouro_set_size(o);
    has[n] = 0;
    if (strcmp(has, text) == 0 && size == n / (map ? 2 : 1))
        return 1;
    fprintf(stderr, "holds \"%s\" (%zu), not \"%s\"\n", has, size, text);
    return 0;
}

int shows(ouro_rt *rt, ouro_obj *o, const char *text) {
    ouro_obj *s = ouro_repr(rt, o);
    if (!s)
        return -1;
    always(text_is(s, text));
    ouro_decref(s);
    return 0;
}
