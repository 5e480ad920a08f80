// SPDX-License-Identifier: MIT
// layout.c: which names the instances of a class use for attributes, and the slot of each. An instance without a slot
// for an attribute that its class knows by now gets it when the attribute is set.
#include "class.h"

static void layout_note(class_obj *c, const ouro_obj *name, uint32_t slot) {
    uint32_t i = layout_hash(name);
    while (c->index[i])
        i = (i + 1) % (1u << CLASS_INDEX_BITS);
    c->index[i] = (uint8_t)(slot + 1);
}

static void layout_push(class_obj *c, ouro_obj *name) {
    uint32_t slot = c->n_layout;
    c->layout[slot] = NULL;
    c->n_layout++;
    ouro_setref(&c->head, &c->layout[slot], name);
    layout_note(c, name, slot);
}

// Room for one more name. What runs meanwhile may add names, too.
static int layout_grow(ouro_rt *rt, class_obj *c) {
    uint32_t room = c->layout_room ? 2 * c->layout_room : 4;
    ouro_obj **fresh = ouro_buf_alloc(rt, room * sizeof *fresh), **old = c->layout;
    if (!fresh)
        return -1;
    if (c->layout_room >= room) {
        ouro_buf_free(rt, fresh);
        return 0;
    }
    if (c->n_layout)
        memcpy(fresh, old, c->n_layout * sizeof *fresh);
    c->layout = fresh;
    c->layout_room = room;
    ouro_buf_free(rt, old);
    return 0;
}

int ouroi_layout_add(ouro_rt *rt, class_obj *c, ouro_obj *name, uint32_t *slot) {
    while ((*slot = layout_find(c, name)) == SLOT_NONE) {
        if (c->n_layout == OURO_LAYOUT_MAX) {
            *slot = SLOT_DICT;
            return 0;
        }
        if (c->n_layout < c->layout_room)
            layout_push(c, name);
        else if (layout_grow(rt, c) < 0)
            return -1;
    }
    return 0;
}

// A class with few names gives all of them a value at once: they will come. One with many may be used for anything.
uint32_t ouroi_layout_room(const class_obj *c, uint32_t need) {
    uint32_t n = need + need / 2;
    if (n < 8)
        n = 8;
    if (n > c->n_layout)
        n = c->n_layout;
    return n > need ? n : need;
}
