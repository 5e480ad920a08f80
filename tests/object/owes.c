// SPDX-License-Identifier: MIT
// owes.c: leaves whose dealloc runs only if it has been asked for.
#include "kit.h"

static int owes_released;

static void owes_dealloc(ouro_rt *rt, ouro_obj *o) {
    (void)rt;
    (void)o;
    owes_released++;
}

static ouro_type owes_type;

static int owes_register(ouro_rt *rt) {
    if (!owes_type.name) {
        ouro_type_init(&owes_type, "debtor", sizeof(leaf));
        owes_type.flags = OURO_TYPE_OWES_DEALLOC;
        owes_type.dealloc = owes_dealloc;
    }
    owes_released = 0;
    return ouro_type_register(rt, &owes_type);
}

static void owes_called_back(ouro_rt *rt, ouro_obj *weak, ouro_obj *arg) {
    (void)rt;
    (void)weak;
    (void)arg;
}

CASE(extra, dealloc_runs_for_objects_that_owe_it) {
    must(owes_register(rt));
    for (int i = 0; i < 10; i++) {
        ouro_obj *o = ouro_new(rt, &owes_type);
        need(o);
        if (i % 2)
            ouro_owe_dealloc(o);
        ouro_obj *weak = i < 4 ? own(ouro_weak_new(rt, o, owes_called_back, NULL)) : NULL;
        ouro_decref(o);
        check(i >= 4 || weak);
        always(owes_released == (i + 1) / 2);
    }
}

Test(extra, dealloc_runs_at_the_end_for_objects_that_owe_it) {
    ouro_rt *rt = kit_rt_new(NULL);
    always(owes_register(rt) == 0);
    ouro_obj *with = ouro_new(rt, &owes_type), *without = ouro_new(rt, &owes_type);
    always(with && without);
    ouro_owe_dealloc(with);
    always(ouro_rt_destroy(rt) == 2);
    always(owes_released == 1);
}

CASE(extra, only_a_leaf_with_a_dealloc_can_owe_it) {
    static ouro_type bad;
    static const ouro_field fields[] = {OURO_FIELD(node, left)};
    for (int i = 0; i < 3; i++) {
        ouro_type_init(&bad, "bad", sizeof(node));
        bad.flags = OURO_TYPE_OWES_DEALLOC;
        bad.dealloc = i ? owes_dealloc : NULL;
        bad.fields = fields;
        bad.n_fields = i == 1;
        bad.base = i == 2 ? &leaf_type : NULL;
        check(ouro_type_register(rt, &bad) == -1 && strstr(ouro_error_message(rt), "owe"));
        ouro_error_clear(rt);
    }
}
