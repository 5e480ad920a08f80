// SPDX-License-Identifier: MIT
// A type of your own that takes part in everything: a vector of two numbers. Look at: its operations are a table of
// functions, each may be left out; with hash and compare it can be a key, with repr it shows inside lists, with binary
// it adds up; a type that says nothing about order cannot be sorted, and the error says so.
#include <ouro/std.h>
#include <stdio.h>

typedef struct vector {
    ouro_obj head;
    int64_t x, y;
} vector;
static ouro_type vector_type;
static ouro_ops vector_ops;

static ouro_obj *vector_new(ouro_rt *rt, int64_t x, int64_t y) {
    vector *v = ouro_new(rt, &vector_type);
    if (v)
        v->x = x, v->y = y;
    return (ouro_obj *)v;
}

// Nothing nests in a vector: hash and repr are done in one step.
static int vector_hash(ouro_rt *rt, ouro_obj *o, ouro_step *step, uint64_t *hash, ouro_obj **part) {
    const vector *v = (const vector *)o;
    (void)rt, (void)step, (void)part;
    *hash = (uint64_t)v->x * 1000003u ^ (uint64_t)v->y;
    return 0;
}

static int vector_compare(ouro_rt *rt, ouro_relation relation, ouro_obj *a, ouro_obj *b) {
    const vector *v = (const vector *)a, *w = (const vector *)b;
    (void)rt;
    return relation == OURO_EQ && ouro_is(b, &vector_type) ? v->x == w->x && v->y == w->y : OURO_PASS;
}

static int vector_repr(ouro_rt *rt, ouro_obj *o, ouro_step *step, ouro_builder *out, ouro_obj **part) {
    const vector *v = (const vector *)o;
    (void)rt, (void)step, (void)part;
    return ouro_builder_format(out, "<%lld %lld>", (long long)v->x, (long long)v->y);
}

static int vector_binary(ouro_rt *rt, ouro_op op, ouro_obj *a, ouro_obj *b, ouro_obj **out) {
    const vector *v = (const vector *)a, *w = (const vector *)b;
    if (op != OURO_ADD || !ouro_is(a, &vector_type) || !ouro_is(b, &vector_type))
        return OURO_PASS;
    *out = vector_new(rt, v->x + w->x, v->y + w->y);
    return *out ? 1 : -1;
}

static int vector_register(ouro_rt *rt) {
    ouro_ops_init(&vector_ops);
    vector_ops.hash = vector_hash;
    vector_ops.compare = vector_compare;
    vector_ops.repr = vector_repr;
    vector_ops.binary = vector_binary;
    ouro_type_init(&vector_type, "vector", sizeof(vector));
    vector_type.ops = &vector_ops;
    return ouro_type_register(rt, &vector_type);
}

static int use(ouro_rt *rt, ouro_scope *s) {
    ouro_obj *a = ouro_scope_keep(s, vector_new(rt, 1, 2)), *b = ouro_scope_keep(s, vector_new(rt, 3, 4));
    ouro_obj *sum = a && b ? ouro_scope_keep(s, ouro_binary(rt, OURO_ADD, a, b)) : NULL;
    ouro_obj *again = ouro_scope_keep(s, vector_new(rt, 4, 6)), *items[] = {a, sum, b, again};
    ouro_obj *list = sum && again ? ouro_scope_keep(s, ouro_list_new(rt, items, 4)) : NULL;
    ouro_obj *set = list ? ouro_scope_keep(s, ouro_set_new(rt, list)) : NULL;
    ouro_obj *text = set ? ouro_scope_keep(s, ouro_repr(rt, list)) : NULL;
    ouro_obj *set_text = text ? ouro_scope_keep(s, ouro_repr(rt, set)) : NULL;
    if (!set_text)
        return -1;
    printf("list  %s\nset   %s\n", ouro_str_data(text), ouro_str_data(set_text));
    int sorted = ouro_list_sort(rt, list, NULL, NULL);
    printf("sort  %s\n", ouro_error_message(rt));
    ouro_error_clear(rt);
    return sorted < 0 ? 0 : -1;
}

int main(void) {
    ouro_rt *rt = ouro_rt_create(NULL);
    if (!rt || ouro_std_open(rt) < 0)
        return 1;
    ouro_scope s;
    ouro_scope_open(rt, &s);
    int failed = vector_register(rt) < 0 || use(rt, &s) < 0;
    ouro_scope_close(&s);
    return ouro_rt_destroy(rt) != 0 || failed;
}
