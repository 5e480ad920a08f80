// SPDX-License-Identifier: MIT
// The last wishes of objects. Look at: a finalizer runs once, before its object dies, with all fields intact, in a
// cycle too; it may resurrect the object by storing it somewhere, and when that dies in the end, no finalizer runs
// again; dealloc runs when an object really goes, and is the place to release what is not an object.
#include <ouro.h>
#include <stdio.h>

typedef enum wish { DIE, STAY } wish;
typedef struct note {
    ouro_obj head;
    ouro_obj *peer;
    const char *name;
    wish last;
} note;

static const ouro_field note_fields[] = {OURO_FIELD(note, peer)};
static ouro_type note_type;
static ouro_obj *drawer; // owns what was resurrected

static void note_finalize(ouro_rt *rt, ouro_obj *o) {
    note *n = (note *)o;
    printf("  finalize %s, its peer is %s\n", n->name, n->peer ? ((note *)n->peer)->name : "nobody");
    (void)rt;
    if (n->last == STAY)
        ouro_setslot(&drawer, o);
}

static void note_dealloc(ouro_rt *rt, ouro_obj *o) {
    (void)rt;
    printf("  dealloc %s\n", ((note *)o)->name);
}

static note *note_new(ouro_rt *rt, const char *name, wish last) {
    note *n = ouro_new(rt, &note_type);
    if (n) {
        n->name = name;
        n->last = last;
    }
    return n;
}

// Makes a note, and drops it at once.
static int drop_one(ouro_rt *rt, const char *title, const char *name, wish last) {
    note *n = note_new(rt, name, last);
    puts(title);
    ouro_xdecref((ouro_obj *)n);
    return n ? 0 : -1;
}

// Makes two notes that own each other, and drops them.
static int drop_cycle(ouro_rt *rt) {
    note *a = note_new(rt, "ping", DIE), *b = a ? note_new(rt, "pong", DIE) : NULL;
    if (b) {
        ouro_setref_steal(&a->head, &a->peer, &b->head);
        ouro_setref(&b->head, &b->peer, &a->head);
    }
    ouro_xdecref((ouro_obj *)a);
    puts("a cycle, collected:");
    ouro_gc_collect(rt, OURO_GC_FULL);
    return b ? 0 : -1;
}

int main(void) {
    ouro_rt *rt = ouro_rt_create(NULL);
    if (!rt)
        return 1;
    ouro_type_init(&note_type, "note", sizeof(note));
    note_type.fields = note_fields;
    note_type.n_fields = 1;
    note_type.finalize = note_finalize;
    note_type.dealloc = note_dealloc;
    int failed = ouro_type_register(rt, &note_type) < 0 || drop_one(rt, "dropped:", "memo", DIE) < 0 ||
                 drop_cycle(rt) < 0 || drop_one(rt, "dropped, and resurrected:", "diary", STAY) < 0;
    if (failed)
        fprintf(stderr, "finalizer: %s\n", ouro_error_message(rt));
    puts("the drawer is emptied:");
    ouro_setslot(&drawer, NULL);
    return ouro_rt_destroy(rt) != 0 || failed;
}
