// SPDX-License-Identifier: MIT
// iter_own.c: iterators over a sequence of the embedder's own, which is asked for its length and its items.
#include "ask.h"

#include "types/std.h"

typedef struct squares {
    ouro_obj head;
    int n, fails;
} squares;

static int squares_length(ouro_rt *rt, ouro_obj *o, size_t *length) {
    squares *s = (squares *)(void *)o;
    *length = (size_t)s->n;
    return s->fails == 1 ? ouro_error_set(rt, OURO_ERR_USER, "no length") : 0;
}

static ouro_obj *squares_get(ouro_rt *rt, ouro_obj *o, ouro_obj *key) {
    int64_t i = ouro_int_word(key);
    if (((squares *)(void *)o)->fails == 2) {
        ouro_error_set(rt, OURO_ERR_USER, "no item");
        return NULL;
    }
    return ouro_int_new(rt, i * i);
}

static ouro_obj *squares_iter(ouro_rt *rt, ouro_obj *o) {
    return ouroi_iter_new(rt, o, 1);
}

CASE(iter_own, over_a_type_with_length_and_items) {
    static ouro_type type;
    static ouro_ops ops;
    if (!type.name) {
        ouro_ops_init(&ops);
        ops.length = squares_length;
        ops.get_item = squares_get;
        ops.iter = squares_iter;
        ouro_type_init(&type, "squares", sizeof(squares));
        type.ops = &ops;
    }
    must(ouro_type_register(rt, &type));
    squares *s = own(ouro_new(rt, &type));
    need(s);
    s->n = 4;
    ouro_obj *it = own(ouro_iter(rt, &s->head)), *item;
    need(it);
    for (int i = 1; i < 4; i++) {
        int more = ouro_next(rt, it, &item);
        must(more);
        check(more == 1 && ouro_int_word(item) == i * i);
        ouro_xdecref(item);
    }
    check(ouro_next(rt, it, &item) == 0 && !item && ouro_next(rt, it, &item) == 0);
    for (s->fails = 1; s->fails < 3; s->fails++) {
        it = own(ouro_iter(rt, &s->head));
        need(it);
        check(ouro_next(rt, it, &item) == -1 && !item && says(rt, OURO_ERR_USER, "no "));
        ouro_error_clear(rt);
    }
}
