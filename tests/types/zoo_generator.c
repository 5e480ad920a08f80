// SPDX-License-Identifier: MIT
// zoo_generator.c: the generators of the zoo.
#include "zoo.h"

// Gives what is in slot 0, in slot 1, then all of slot 2, which it holds besides as it is.
static int zoo_step(ouro_rt *rt, ouro_frame *f, ouro_obj **out) {
    int *at = f->data;
    (void)rt;
    if (f->why == OURO_RESUME_BACK)
        return 0;
    *out = ouro_incref(f->slot[*at]);
    return ++*at < 3 ? 1 : OURO_YIELD_FROM;
}
static const ouro_generator_def zoo_def = {"zoo", zoo_step, NULL, 4, sizeof(int)};

ouro_obj *zoo_generator(ouro_rt *rt, ouro_obj *const *parts) {
    return ouro_generator_new(rt, &zoo_def, parts, NULL);
}

// One that delegates to an iterator over a list of the parts.
ouro_obj *zoo_delegates(ouro_rt *rt, ouro_obj *const *parts) {
    ouro_obj *list = ouro_list_new(rt, parts, ZOO_PARTS), *slots[4] = {parts[3], parts[2], list, parts[0]}, *item;
    ouro_obj *g = list ? ouro_generator_new(rt, &zoo_def, slots, NULL) : NULL;
    int result = g ? 0 : -1;
    ouro_xdecref(list);
    for (int i = 0; result >= 0 && i < 3; i++) {
        result = ouro_next(rt, g, &item);
        ouro_xdecref(item);
    }
    if (result < 0)
        ouro_setslot(&g, NULL);
    return g;
}
