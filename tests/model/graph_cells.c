// SPDX-License-Identifier: MIT
// graph_cells.c: the object types of the model, one for each shape a description can have; see graph.h.
#include "graph.h"

typedef struct pair {
    cell cell;
    ouro_obj *slot[2];
} pair;

typedef struct row {
    cell cell;
    uint32_t n, unused;
    ouro_obj *item[1]; // n of them
} row;

typedef struct entry {
    ouro_obj *key;
    uint64_t number;
    ouro_obj *value;
} entry;

// vec and map: items in a buffer.
typedef struct vec {
    cell cell;
    uint32_t n, room;
    void *item;
} vec;

typedef struct records {
    cell cell;
    uint64_t n;
    entry item[1]; // n of them
} records;

// hidden: slot[0] is described. wide: `item` comes from malloc.
// derived: has the last slot too, described.
typedef struct hidden {
    cell cell;
    ouro_obj *slot[3];
} hidden;

typedef struct derived {
    cell cell;
    ouro_obj *slot[4];
} derived;

static const ouro_field pair_fields[] = {{offsetof(pair, slot[0]), "first", NULL},
                                         {offsetof(pair, slot[1]), "second", NULL}};
static const ouro_field entry_fields[] = {OURO_FIELD(entry, key), OURO_FIELD(entry, value)};
static const ouro_field hidden_fields[] = {{offsetof(hidden, slot[0]), "shown", NULL}};
static const ouro_field derived_fields[] = {{offsetof(derived, slot[3]), "own", NULL}};

// ---- callbacks ----

static int hidden_traverse(ouro_obj *o, size_t start, size_t limit, ouro_visit visit, void *arg) {
    hidden *h = (hidden *)o;
    (void)start;
    (void)limit;
    int r = h->slot[1] ? visit(h->slot[1], arg) : 0;
    return r || !h->slot[2] ? r : visit(h->slot[2], arg);
}

static void hidden_clear(ouro_rt *rt, ouro_obj *o) {
    hidden *h = (hidden *)o;
    (void)rt;
    ouro_clearref(o, &h->slot[1]);
    ouro_clearref(o, &h->slot[2]);
}

// Runs for derived ones too, as clear and traverse do.
static void hidden_dealloc(ouro_rt *rt, ouro_obj *o) {
    hidden *h = (hidden *)o;
    if (!h->slot[0] && !h->slot[1] && !h->slot[2])
        graph_on_dealloc(rt);
}

static int wide_traverse(ouro_obj *o, size_t start, size_t limit, ouro_visit visit, void *arg) {
    vec *w = (vec *)o;
    ouro_obj **item = w->item;
    size_t end = start > w->n || w->n - start < limit ? w->n : start + limit;
    for (size_t i = start; i < end; i++) {
        int r = item[i] ? visit(item[i], arg) : 0;
        if (r)
            return r;
    }
    return end < w->n;
}

static void wide_clear(ouro_rt *rt, ouro_obj *o) {
    vec *w = (vec *)o;
    ouro_obj **item = w->item;
    (void)rt;
    for (uint32_t i = 0; i < w->n; i++)
        ouro_clearref(o, &item[i]);
}

static void wide_dealloc(ouro_rt *rt, ouro_obj *o) {
    free(((vec *)o)->item);
    graph_on_dealloc(rt);
}

// ---- descriptions ----

#define TYPE(text, bytes, ...)                                                                                         \
    { .struct_size = sizeof(ouro_type), .name = text, .size = bytes, __VA_ARGS__ }
#define PAIR_FIELDS .fields = pair_fields, .n_fields = 2
#define REFERENCE_SIZE sizeof(ouro_obj *)
#define ROW_TAIL .tail = {OURO_TAIL_INLINE, offsetof(row, item), offsetof(row, n), 4, REFERENCE_SIZE, NULL, 0}
#define VEC_TAIL .tail = {OURO_TAIL_POINTER, offsetof(vec, item), offsetof(vec, n), 4, REFERENCE_SIZE, NULL, 0}
#define MAP_TAIL .tail = {OURO_TAIL_POINTER, offsetof(vec, item), offsetof(vec, n), 4, sizeof(entry), entry_fields, 2}
#define RECORDS_TAIL                                                                                                   \
    .tail = {OURO_TAIL_INLINE, offsetof(records, item), offsetof(records, n), 8, sizeof(entry), entry_fields, 2}
#define HIDDEN_PART                                                                                                    \
    .fields = hidden_fields, .n_fields = 1, .traverse = hidden_traverse, .clear = hidden_clear,                        \
    .dealloc = hidden_dealloc
#define DERIVED_PART                                                                                                   \
    .base = &cell_types[CELL_HIDDEN], .fields = derived_fields, .n_fields = 1, .finalize = graph_on_finalize
#define WIDE_PART .traverse = wide_traverse, .clear = wide_clear, .dealloc = wide_dealloc

static ouro_type cell_types[CELL_KINDS];
static const ouro_field box_fields[] = {{offsetof(pair, slot[0]), "leaf", &cell_types[CELL_LEAF]}};

// Written out in full, so that threads may register them at the same time: nothing is filled in at run time.
static ouro_type cell_types[CELL_KINDS] = {
    [CELL_PAIR] = TYPE("pair", sizeof(pair), PAIR_FIELDS),
    [CELL_ROW] = TYPE("row", offsetof(row, item), ROW_TAIL),
    [CELL_VEC] = TYPE("vec", sizeof(vec), VEC_TAIL),
    [CELL_MAP] = TYPE("map", sizeof(vec), MAP_TAIL),
    [CELL_RECORDS] = TYPE("records", offsetof(records, item), RECORDS_TAIL),
    [CELL_HIDDEN] = TYPE("hidden", sizeof(hidden), HIDDEN_PART),
    [CELL_WIDE] = TYPE("wide", sizeof(vec), WIDE_PART),
    [CELL_FIN] = TYPE("fin", sizeof(pair), PAIR_FIELDS, .finalize = graph_on_finalize),
    [CELL_FINROW] = TYPE("finrow", offsetof(row, item), ROW_TAIL, .finalize = graph_on_finalize),
    [CELL_ALIGNED] = TYPE("aligned", sizeof(pair), .align = 64, PAIR_FIELDS),
    [CELL_DERIVED] = TYPE("derived", sizeof(derived), DERIVED_PART),
    [CELL_LEAF] = TYPE("leaf", sizeof(cell), .flags = OURO_TYPE_ACYCLIC),
    [CELL_FINLEAF] = TYPE("finleaf", sizeof(cell), .flags = OURO_TYPE_ACYCLIC, .finalize = graph_on_finalize),
    [CELL_BOX] = TYPE("box", sizeof(pair), .fields = box_fields, .n_fields = 1),
};

int cell_types_register(ouro_rt *rt) {
    for (int kind = 0; kind < CELL_WEAK; kind++)
        if (ouro_type_register(rt, &cell_types[kind]) < 0)
            return -1;
    return 0;
}

const ouro_type *cell_type(cell_kind kind) {
    return kind == CELL_WEAK ? ouro_weak_type : &cell_types[kind];
}

int cell_is_acyclic(cell_kind kind) {
    return kind == CELL_BOX || kind == CELL_LEAF || kind == CELL_FINLEAF;
}

int cell_has_finalizer(cell_kind kind) {
    return kind < CELL_WEAK && cell_types[kind].finalize != NULL;
}

int cell_has_dealloc(cell_kind kind) {
    return kind == CELL_HIDDEN || kind == CELL_WIDE || kind == CELL_DERIVED;
}

int cell_grows(cell_kind kind) {
    return kind == CELL_VEC || kind == CELL_MAP || kind == CELL_WIDE;
}

uint32_t cell_item_slots(cell_kind kind) {
    if (kind == CELL_MAP || kind == CELL_RECORDS)
        return 2;
    return kind == CELL_ROW || kind == CELL_FINROW || kind == CELL_VEC || kind == CELL_WIDE;
}

// ---- objects ----

static int cell_has_inline_tail(cell_kind kind) {
    return cell_types[kind].tail.place == OURO_TAIL_INLINE;
}

// A wide object of so many empty slots. They are set before anybody can look.
static ouro_obj *cell_new_wide(ouro_rt *rt, size_t items) {
    ouro_obj *o = ouro_new(rt, &cell_types[CELL_WIDE]);
    vec *w = (vec *)o;
    if (!o || !items)
        return o;
    w->item = calloc(items, sizeof(ouro_obj *));
    w->n = w->room = w->item ? (uint32_t)items : 0;
    return o;
}

ouro_obj *cell_new(ouro_rt *rt, cell_kind kind, size_t items) {
    if (kind == CELL_WIDE)
        return cell_new_wide(rt, items);
    if (cell_types[kind].tail.place == OURO_TAIL_NONE)
        return ouro_new(rt, &cell_types[kind]);
    return ouro_new_tail(rt, &cell_types[kind], cell_has_inline_tail(kind) ? items : 0);
}

ouro_obj *cell_new_untracked(ouro_rt *rt, cell_kind kind, size_t items) {
    return ouro_new_untracked(rt, &cell_types[kind], cell_has_inline_tail(kind) ? items : 0);
}

uint32_t cell_slots(const ouro_obj *o, cell_kind kind) {
    switch (kind) {
    case CELL_PAIR:
    case CELL_FIN:
    case CELL_ALIGNED:
        return 2;
    case CELL_HIDDEN:
        return 3;
    case CELL_DERIVED:
        return 4;
    case CELL_BOX:
    case CELL_WEAK:
        return 1;
    case CELL_ROW:
    case CELL_FINROW:
        return ((const row *)o)->n;
    case CELL_RECORDS:
        return (uint32_t)((const records *)o)->n * 2;
    case CELL_VEC:
    case CELL_WIDE:
        return ((const vec *)o)->n;
    case CELL_MAP:
        return ((const vec *)o)->n * 2;
    default:
        return 0;
    }
}

static ouro_obj **cell_entry_slot(entry *items, uint32_t i) {
    return i % 2 ? &items[i / 2].value : &items[i / 2].key;
}

ouro_obj **cell_slot(ouro_obj *o, cell_kind kind, uint32_t i) {
    switch (kind) {
    case CELL_ROW:
    case CELL_FINROW:
        return &((row *)o)->item[i];
    case CELL_RECORDS:
        return cell_entry_slot(((records *)o)->item, i);
    case CELL_VEC:
    case CELL_WIDE:
        return (ouro_obj **)((vec *)o)->item + i;
    case CELL_MAP:
        return cell_entry_slot(((vec *)o)->item, i);
    case CELL_HIDDEN:
    case CELL_DERIVED:
        return &((derived *)o)->slot[i];
    default:
        return &((pair *)o)->slot[i];
    }
}

int cell_has_room(const ouro_obj *o, cell_kind kind) {
    return cell_grows(kind) && ((const vec *)o)->n < ((const vec *)o)->room;
}

int cell_make_room(ouro_rt *rt, ouro_obj *o, cell_kind kind) {
    vec *v = (vec *)o;
    uint32_t room = v->room ? v->room * 2 : 3;
    size_t bytes = room * (kind == CELL_MAP ? sizeof(entry) : sizeof(ouro_obj *));
    void *item = kind == CELL_WIDE ? realloc(v->item, bytes) : ouro_buf_realloc(rt, v->item, bytes);
    if (!item)
        return -1;
    v->item = item;
    v->room = room;
    return 0;
}

void cell_push(ouro_obj *o, cell_kind kind) {
    vec *v = (vec *)o;
    if (kind == CELL_MAP)
        ((entry *)v->item)[v->n] = (entry){NULL, v->n, NULL};
    else
        ((ouro_obj **)v->item)[v->n] = NULL;
    v->n++;
}

void cell_pop(ouro_obj *o, cell_kind kind) {
    (void)kind;
    ((vec *)o)->n--;
}
