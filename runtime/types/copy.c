// SPDX-License-Identifier: MIT
// copy.c: shallow and deep copies. A deep copy notes for each object what its copy is before it copies the parts; so
// what occurs twice is copied once, and a cycle becomes a cycle.
#include "walk.h"

// ---- the notes: from an object to its copy, by address, open addressing. Both are held, so that an address stays what
// it is. ----

typedef struct note {
    ouro_obj *from, *to;
} note;

typedef struct notes {
    note *slots;
    size_t n, capacity; // a power of two, or 0
} notes;

static note *note_place(const notes *m, const ouro_obj *from) {
    size_t i = (size_t)((uintptr_t)from * 0x9E3779B97F4A7C15u >> 16);
    for (;; i++) {
        note *s = &m->slots[i & (m->capacity - 1)];
        if (!s->from || s->from == from)
            return s;
    }
}

static ouro_obj *notes_find(const notes *m, const ouro_obj *from) {
    return m->n ? note_place(m, from)->to : NULL;
}

static bool notes_grow(ouro_rt *rt, notes *m) {
    size_t capacity = m->capacity ? m->capacity * 2 : 32, bytes;
    note *slots = size_fits(capacity, sizeof *slots, 0, &bytes) ? ouro_buf_alloc(rt, bytes) : NULL;
    if (!slots)
        return false;
    memset(slots, 0, bytes);
    notes old = *m;
    *m = (notes){slots, old.n, capacity};
    for (size_t i = 0; i < old.capacity; i++)
        if (old.slots[i].from)
            *note_place(m, old.slots[i].from) = old.slots[i];
    ouro_buf_free(rt, old.slots);
    return true;
}

static bool notes_add(ouro_rt *rt, notes *m, ouro_obj *from, ouro_obj *to) {
    if (m->n * 4 >= m->capacity * 3 && !notes_grow(rt, m))
        return false;
    note *s = note_place(m, from);
    if (!s->from) {
        *s = (note){ouro_incref(from), ouro_incref(to)};
        m->n++;
    }
    return true;
}

static void notes_close(ouro_rt *rt, notes *m) {
    for (size_t i = 0; i < m->capacity; i++) {
        ouro_xdecref(m->slots[i].from);
        ouro_xdecref(m->slots[i].to);
    }
    ouro_buf_free(rt, m->slots);
}

// ---- deep ----

typedef struct copier {
    walk walk;
    notes notes;
} copier;

static ouro_obj *copy_refuse(ouro_rt *rt, const ouro_obj *o) {
    ouro_error_set(rt, OURO_ERR_TYPE, "'%s' objects cannot be copied", ouroi_type_name(o));
    return NULL;
}

// An object that holds none: its shallow copy.
static ouro_obj *copy_leaf(ouro_rt *rt, ouro_obj *o) {
    const ouro_ops *ops = ops_with(o, copy);
    return ops && ouro_type_is_acyclic(ouro_type_of(o)) ? ops->copy(rt, o) : copy_refuse(rt, o);
}

// Finds or makes the copy of a part, which is stolen. Returns: 1 and the copy (new) in *copy; 0 if it has to be walked,
// and is on the walk now; -1.
static int copy_part(copier *c, ouro_obj *part, ouro_obj **copy) {
    *copy = ouro_xincref(notes_find(&c->notes, part));
    if (!*copy && ops_with(part, deep))
        return ouroi_walk_push_steal(&c->walk, part, NULL) ? 0 : -1;
    if (!*copy) {
        *copy = copy_leaf(c->walk.rt, part);
        if (*copy && *copy != part && !notes_add(c->walk.rt, &c->notes, part, *copy))
            ouro_setslot_steal(copy, NULL);
    }
    ouro_decref(part);
    return *copy ? 1 : -1;
}

// One step of the innermost object. Takes: the copy of the part that it handed out before.
static int copy_step(copier *c, ouro_obj **part) {
    walk_frame *f = ouroi_walk_top(&c->walk);
    bool first = !f->made;
    const ouro_ops *ops = ops_with(f->a, deep);
    int more = ops->deep(c->walk.rt, f->a, &f->step, &f->made, part);
    if (more >= 0 && first && f->made && !notes_add(c->walk.rt, &c->notes, f->a, f->made)) {
        if (more > 0)
            ouro_decref(*part);
        return -1;
    }
    return more;
}

static ouro_obj *copy_walk(copier *c, ouro_obj *o) {
    ouro_obj *copy = NULL;
    int done = copy_part(c, ouro_incref(o), &copy);
    while (done >= 0 && c->walk.depth) {
        ouro_obj *part = copy;
        int more = copy_step(c, &part);
        copy = NULL;
        if (more < 0)
            return NULL;
        if (more) {
            done = copy_part(c, part, &copy);
        } else {
            copy = ouro_incref(ouroi_walk_top(&c->walk)->made);
            ouroi_walk_pop(&c->walk);
        }
    }
    return done < 0 ? NULL : copy;
}

ouro_obj *ouro_deep_copy(ouro_rt *rt, ouro_obj *o) {
    copier c = {.notes = {0}};
    if (!ouroi_walk_open(&c.walk, rt))
        return NULL;
    ouro_obj *copy = copy_walk(&c, o);
    ouroi_walk_close(&c.walk);
    notes_close(rt, &c.notes);
    return copy;
}

// ---- shallow ----

ouro_obj *ouro_copy(ouro_rt *rt, ouro_obj *o) {
    const ouro_ops *ops = ops_with(o, copy);
    return ops ? ops->copy(rt, o) : copy_refuse(rt, o);
}
