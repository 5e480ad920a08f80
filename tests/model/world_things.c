// SPDX-License-Identifier: MIT
// world_things.c: the objects of a world. Each has a tag, which says who it is as long as it lives.
#include "world.h"

#define CANARY 0x5EED5EEDu
#define LONG_SLOTS 1100u // more than a slice follows in one go

typedef struct tag {
    world *in;
    uint32_t number, canary;
} tag;

typedef struct thing {
    ouro_obj head;
    tag tag;
    ouro_obj *slot[SLOTS];
} thing;

typedef struct long_thing {
    ouro_obj head;
    tag tag;
    uint64_t n;
    ouro_obj *slot[1]; // n of them
} long_thing;

typedef struct weak_thing {
    ouro_weak weak;
    tag tag;
    ouro_obj *slot[SLOTS];
} weak_thing;

static ouro_type thing_types[THING_KINDS];

static tag *tag_of(const ouro_obj *o) {
    void *at = (ouro_obj *)(uintptr_t)o;
    return ouro_is(o, &thing_types[THING_WEAK]) ? &((weak_thing *)at)->tag : &((thing *)at)->tag;
}

ouro_obj **thing_slot(const shadow *s, uint32_t k) {
    void *at = s->o;
    if (s->kind == THING_LONG)
        return ((long_thing *)at)->slot + (size_t)k * (LONG_SLOTS - 1) / (SLOTS - 1);
    return s->kind == THING_WEAK ? &((weak_thing *)at)->slot[k] : &((thing *)at)->slot[k];
}

uint32_t thing_number(const ouro_obj *o) {
    return tag_of(o)->canary == CANARY ? tag_of(o)->number : NOBODY;
}

void thing_name(ouro_obj *o, uint32_t number) {
    tag_of(o)->number = number;
}

// ---- callbacks ----

static void thing_died(ouro_rt *rt, ouro_obj *o) {
    tag *t = tag_of(o);
    (void)rt;
    if (t->in && t->number != NOBODY)
        world_died(t->in, t->number, o);
    t->canary = 0;
}

static void thing_finalize(ouro_rt *rt, ouro_obj *o) {
    (void)rt;
    if (tag_of(o)->number != NOBODY)
        world_finalizes(tag_of(o)->in, tag_of(o)->number);
}

static void thing_called(ouro_rt *rt, ouro_obj *weak, ouro_obj *arg) {
    ouro_obj *out = NULL;
    (void)rt;
    (void)arg;
    if (ouro_weak_get(weak, &out)) {
        world_fail(tag_of(weak)->in, "a callback runs though its weak reference is not dead");
        ouro_decref(out);
    }
    world_called(tag_of(weak)->in, tag_of(weak)->number);
}

static int thing_traverse(ouro_obj *o, size_t start, size_t limit, ouro_visit visit, void *arg) {
    thing *t = (thing *)(void *)o;
    (void)start;
    (void)limit;
    for (uint32_t k = 0; k < SLOTS; k++) {
        int r = t->slot[k] ? visit(t->slot[k], arg) : 0;
        if (r)
            return r;
    }
    return 0;
}

static void thing_clear(ouro_rt *rt, ouro_obj *o) {
    thing *t = (thing *)(void *)o;
    (void)rt;
    for (uint32_t k = 0; k < SLOTS; k++)
        ouro_clearref(o, &t->slot[k]);
}

// ---- types ----

static const ouro_field thing_fields[] = {OURO_FIELD(thing, slot[0]), OURO_FIELD(thing, slot[1]),
                                          OURO_FIELD(thing, slot[2])};
static const ouro_field weak_thing_fields[] = {OURO_FIELD(weak_thing, slot[0]), OURO_FIELD(weak_thing, slot[1]),
                                               OURO_FIELD(weak_thing, slot[2])};
#define THING(name_, bytes) .struct_size = sizeof(ouro_type), .name = name_, .size = bytes, .dealloc = thing_died
static ouro_type thing_types[THING_KINDS] = {
    [THING_PLAIN] = {THING("plain thing", sizeof(thing)), .fields = thing_fields, .n_fields = SLOTS},
    [THING_FINAL] = {THING("final thing", sizeof(thing)), .fields = thing_fields, .n_fields = SLOTS,
                     .finalize = thing_finalize},
    [THING_HIDDEN] = {THING("hidden thing", sizeof(thing)), .traverse = thing_traverse, .clear = thing_clear},
    [THING_LONG] = {THING("long thing", offsetof(long_thing, slot)),
                    .tail = {OURO_TAIL_INLINE, offsetof(long_thing, slot), offsetof(long_thing, n), 8, 8, NULL, 0}},
    [THING_WEAK] = {THING("weak thing", sizeof(weak_thing)), .fields = weak_thing_fields, .n_fields = SLOTS},
};

bool things_register(ouro_rt *rt) {
    thing_types[THING_WEAK].base = ouro_weak_type;
    for (int k = 0; k < THING_KINDS; k++)
        if (ouro_type_register(rt, &thing_types[k]) < 0)
            return false;
    return true;
}

ouro_obj *thing_new(world *w, thing_kind kind, bool tracked) {
    const ouro_type *type = &thing_types[kind];
    size_t n = kind == THING_LONG ? LONG_SLOTS : 0;
    ouro_obj *o = tracked ? ouro_new_tail(w->rt, type, n) : ouro_new_untracked(w->rt, type, n);
    if (o)
        *tag_of(o) = (tag){w, NOBODY, CANARY};
    return o;
}

ouro_obj *thing_new_weak(world *w, ouro_obj *target, ouro_obj *arg) {
    ouro_obj *o = ouro_weak_new_as(w->rt, &thing_types[THING_WEAK], target, thing_called, arg);
    if (o)
        *tag_of(o) = (tag){w, NOBODY, CANARY};
    return o;
}
