// SPDX-License-Identifier: MIT
// header.c: the eight bytes that every object starts with, what a new object looks like, and what can be asked of it.
#include "kit.h"

_Static_assert(sizeof(ouro_obj) == 8, "the header is eight bytes");
_Static_assert(offsetof(ouro_obj, ouroi_count) == 0 && offsetof(ouro_obj, ouroi_meta) == 4, "count first, then meta");
_Static_assert(sizeof(node) <= 32 && offsetof(node, left) == 8, "fields follow at once");
_Static_assert((OUROI_TOUCHED | OUROI_SPARE) == OUROI_ONE - 1, "the flags lie below the count");
_Static_assert((OUROI_SLOW | OUROI_SHARED) == OUROI_IMMORTAL && OUROI_IMMORTAL == 0xC0000000u, "immortal is one value");
_Static_assert(OUROI_SLOW == 1u << 31 && OUROI_SHARED == 1u << 30 && OUROI_ONE == 1u << 2, "as drawn");
_Static_assert(OUROI_TYPE_MASK == (1u << 20) - 1 && OUROI_GEN_MASK == 3u << OUROI_GEN_SHIFT, "as drawn");
_Static_assert(OUROI_GEN_SHIFT == 20 && OUROI_TRACKED == 1u << 22 && OUROI_FINALIZED == 1u << 23, "as drawn");
_Static_assert(OUROI_WEAKLY == 1u << 24 && OUROI_TRACED == 1u << 25, "as drawn");
_Static_assert((OUROI_TYPE_MASK & OUROI_GEN_MASK) == 0 && ((OUROI_TYPE_MASK | OUROI_GEN_MASK) & OUROI_TRACKED) == 0,
               "meta's parts do not overlap");
_Static_assert(OURO_COUNT_IMMORTAL == UINT32_MAX, "no count is that large");

CASE(header, of_a_new_object) {
    node *n = own(node_new(rt));
    need(n);
    always((n->head.ouroi_count & ~(OUROI_TOUCHED | OUROI_SPARE)) == OUROI_ONE);
    always((n->head.ouroi_meta & OUROI_TYPE_MASK) == node_type.ouroi_index);
    always(n->head.ouroi_meta & OUROI_TRACKED);
    always(!(n->head.ouroi_meta & (OUROI_FINALIZED | OUROI_WEAKLY | OUROI_GEN_MASK)));
    always(ouro_refcount(&n->head) == 1 && ouro_gc_generation(&n->head) == 0);
}

CASE(header, of_a_leaf_is_not_tracked) {
    leaf *l = own(leaf_new(rt, 3));
    need(l);
    always(!ouro_gc_is_tracked(&l->head) && !(l->head.ouroi_meta & OUROI_TRACKED));
    always((l->head.ouroi_meta & OUROI_TYPE_MASK) == leaf_type.ouroi_index);
}

CASE(header, bit_0_of_a_reference_is_0) {
    for (int i = 0; i < 50; i++) {
        leaf *l = leaf_new(rt, i);
        need(l);
        always(((uintptr_t)l & 7) == 0);
        ouro_decref(&l->head);
    }
}

CASE(header, everything_behind_is_zero) {
    for (int i = 0; i < 100; i++) {
        node *n = node_new(rt);
        need(n);
        always(!n->left && !n->right && n->id == 0);
        memset(&n->id, 0xFF, sizeof n->id);
        ouro_decref(&n->head);
        hidden *h = hidden_new(rt);
        need(h);
        always(!h->left && !h->right && h->id == 0);
        h->id = -1;
        ouro_decref(&h->head);
    }
}

CASE(header, survives_collections) {
    node *n = own(node_new(rt));
    need(n);
    ouro_gc_collect(rt, 0);
    ouro_gc_collect(rt, 1);
    ouro_gc_collect(rt, OURO_GC_FULL);
    ouro_error_clear(rt);
    always(ouro_refcount(&n->head) == 1 && ouro_type_of(&n->head) == &node_type);
    check(ouro_gc_generation(&n->head) == 2);
    always(ouro_gc_is_tracked(&n->head) && !ouro_gc_is_finalized(&n->head));
}

CASE(header, type_of_each) {
    ouro_obj *all[6] = {
        own(obj(node_new(rt))), own(obj(leaf_new(rt, 1))),   own(obj(row_new(rt, 3))),
        own(obj(vec_new(rt))),  own(obj(fin_new(rt, NULL))), own(obj(hidden_new(rt))),
    };
    const ouro_type *types[6] = {&node_type, &leaf_type, &row_type, &vec_type, &fin_type, &hidden_type};
    for (int i = 0; i < 6; i++) {
        need(all[i]);
        always(ouro_type_of(all[i]) == types[i]);
        for (int k = 0; k < 6; k++)
            always(ouro_is(all[i], types[k]) == (i == k) && ouro_is_a(all[i], types[k]) == (i == k));
    }
}

CASE(header, runtime_of_each) {
    ouro_rt *other = kit_rt_new(NULL);
    node *mine = node_new(rt), *theirs = node_new(other);
    leaf *l = leaf_new(other, 7);
    always(!mine || ouro_rt_of(&mine->head) == rt);
    always(ouro_rt_of(&theirs->head) == other && ouro_rt_of(&l->head) == other);
    ouro_xdecref(obj(mine));
    ouro_decref(&theirs->head);
    ouro_decref(&l->head);
    always(ouro_rt_destroy(other) == 0);
    need(mine);
}

CASE(header, cast_gives_the_struct) {
    node *n = own(node_new(rt));
    need(n);
    always((node *)ouro_cast(&n->head, &node_type) == n);
    always(ouro_cast(NULL, &node_type) == NULL);
}

// ---- bases ----

typedef struct header_child {
    node base;
    ouro_obj *more;
} header_child;

static ouro_type header_child_type, header_grandchild_type;

static int header_register(ouro_rt *rt) {
    static const ouro_field fields[] = {OURO_FIELD(header_child, more)}; // the base has described the others
    ouro_type *types[] = {&header_child_type, &header_grandchild_type};
    for (int i = 0; i < 2; i++) {
        if (!types[i]->name)
            ouro_type_init(types[i], i ? "grandchild" : "child", sizeof(header_child));
        types[i]->fields = i ? NULL : fields;
        types[i]->n_fields = i ? 0 : 1;
        types[i]->base = i ? &header_child_type : &node_type;
        if (ouro_type_register(rt, types[i]) < 0)
            return -1;
    }
    return 0;
}

CASE(header, is_a_follows_the_bases) {
    must(header_register(rt));
    ouro_obj *g = own(ouro_new(rt, &header_grandchild_type)), *c = own(ouro_new(rt, &header_child_type));
    node *n = own(node_new(rt));
    need(g);
    need(c);
    need(n);
    always(ouro_is_a(g, &header_grandchild_type) && ouro_is_a(g, &header_child_type) && ouro_is_a(g, &node_type));
    always(!ouro_is(g, &header_child_type) && !ouro_is(g, &node_type) && !ouro_is_a(g, &row_type));
    always(ouro_is_a(c, &node_type) && !ouro_is_a(c, &header_grandchild_type));
    always(!ouro_is_a(&n->head, &header_child_type));
    always(ouro_cast(g, &node_type) == g);
}

CASE(header, a_derived_object_works_through_its_base) {
    must(header_register(rt));
    size_t before = kit_usage(rt).objects;
    ouro_obj *c = ouro_new(rt, &header_child_type);
    need(c);
    node *n = ouro_cast(c, &node_type);
    header_child *hc = (header_child *)c;
    set(n, left, c);
    ouro_setref(c, &hc->more, c);
    ouro_decref(c);
    check(kit_usage(rt).objects == before + 1);
    ouro_gc_collect(rt, OURO_GC_FULL);
    check(kit_usage(rt).objects == before);
}
