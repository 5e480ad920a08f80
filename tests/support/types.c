// SPDX-License-Identifier: MIT
// types.c: the object types that tests share; see test.h.
#include "test.h"

#include <pthread.h>

ouro_type node_type, leaf_type, row_type, vec_type, fin_type, hidden_type;
int fin_calls, hidden_clears, hidden_deallocs;

static const ouro_field node_fields[] = {OURO_FIELD(node, left), OURO_FIELD(node, right)};
static const ouro_field fin_fields[] = {OURO_FIELD(fin, left), OURO_FIELD(fin, right)};

static void fin_finalize(ouro_rt *rt, ouro_obj *o) {
    fin *f = (fin *)o;
    fin_calls++;
    f->calls++;
    if (f->hook)
        f->hook(rt, f);
}

static int hidden_traverse(ouro_obj *o, size_t start, size_t limit, ouro_visit visit, void *arg) {
    hidden *h = (hidden *)o;
    (void)start;
    (void)limit;
    int r = h->left ? visit(h->left, arg) : 0;
    return r || !h->right ? r : visit(h->right, arg);
}

static void hidden_clear(ouro_rt *rt, ouro_obj *o) {
    (void)rt;
    hidden_clears++;
    ouro_setslot(&((hidden *)o)->left, NULL);
    ouro_setslot(&((hidden *)o)->right, NULL);
}

static void hidden_dealloc(ouro_rt *rt, ouro_obj *o) {
    (void)rt;
    (void)o;
    hidden_deallocs++;
}

static void test_types_init(void) {
    ouro_type_init(&node_type, "node", sizeof(node));
    node_type.fields = node_fields;
    node_type.n_fields = 2;
    ouro_type_init(&leaf_type, "leaf", sizeof(leaf));
    ouro_type_init(&row_type, "row", offsetof(row, item));
    row_type.tail.place = OURO_TAIL_INLINE;
    row_type.tail.items = offsetof(row, item);
    row_type.tail.count = offsetof(row, n);
    row_type.tail.count_bytes = 8;
    row_type.tail.stride = sizeof(ouro_obj *);
    ouro_type_init(&vec_type, "vec", sizeof(vec));
    vec_type.tail.place = OURO_TAIL_POINTER;
    vec_type.tail.items = offsetof(vec, item);
    vec_type.tail.count = offsetof(vec, n);
    vec_type.tail.count_bytes = 4;
    vec_type.tail.stride = sizeof(ouro_obj *);
    ouro_type_init(&fin_type, "fin", sizeof(fin));
    fin_type.fields = fin_fields;
    fin_type.n_fields = 2;
    fin_type.finalize = fin_finalize;
    ouro_type_init(&hidden_type, "hidden", sizeof(hidden));
    hidden_type.traverse = hidden_traverse;
    hidden_type.clear = hidden_clear;
    hidden_type.dealloc = hidden_dealloc;
}

int test_types_register(ouro_rt *rt) {
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, test_types_init);
    ouro_type *all[] = {&node_type, &leaf_type, &row_type, &vec_type, &fin_type, &hidden_type};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        if (ouro_type_register(rt, all[i]) < 0)
            return -1;
    return 0;
}

node *node_new(ouro_rt *rt) {
    return ouro_new(rt, &node_type);
}

leaf *leaf_new(ouro_rt *rt, int64_t value) {
    leaf *l = ouro_new(rt, &leaf_type);
    if (l)
        l->value = value;
    return l;
}

row *row_new(ouro_rt *rt, size_t n) {
    return ouro_new_tail(rt, &row_type, n);
}

vec *vec_new(ouro_rt *rt) {
    return ouro_new_tail(rt, &vec_type, 0);
}

int vec_append(ouro_rt *rt, vec *v, ouro_obj *o) {
    if (v->n == v->cap) {
        uint32_t cap = v->cap ? v->cap * 2 : 4;
        ouro_obj **item = ouro_buf_realloc(rt, v->item, cap * sizeof *item);
        if (!item)
            return -1;
        v->item = item;
        v->cap = cap;
    }
    v->item[v->n] = NULL;
    v->n++;
    ouro_setref(&v->head, &v->item[v->n - 1], o);
    return 0;
}

fin *fin_new(ouro_rt *rt, void (*hook)(ouro_rt *, fin *)) {
    fin *f = ouro_new(rt, &fin_type);
    if (f)
        f->hook = hook;
    return f;
}

hidden *hidden_new(ouro_rt *rt) {
    return ouro_new(rt, &hidden_type);
}
