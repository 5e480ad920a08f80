// SPDX-License-Identifier: MIT
// model_finalizer.c: random finalizers for objects that die all the time, by counting and in cycles, some of them
// making more in their own `finalize`. Each finalizer's line says what must have become of it: it has run if its object
// is dead or it was asked to, once; it has not if it was detached.
#include "text_model.h"

#define MODEL_HELD 24
#define MODEL_LINES 4096

typedef enum line_state { LINE_FREE, LINE_ARMED, LINE_RAN, LINE_DETACHED } line_state;

typedef struct doomed {
    ouro_obj head;
    ouro_obj *next; // makes cycles
    int64_t number;
} doomed;

typedef struct model_line {
    int64_t number; // of the object
    line_state state;
    ouro_obj *finalizer; // owned, or NULL: only the runtime has it
} model_line;

typedef struct model {
    ouro_rt *rt;
    text_random random;
    ouro_obj *held[MODEL_HELD];
    model_line lines[MODEL_LINES];
    size_t used;
    int64_t born;
    int open; // objects make finalizers when they die
} model;

static model m;
static ouro_type doomed_type;

static void line_runs(ouro_rt *rt, void *user) {
    model_line *line = user;
    (void)rt;
    always(line->state == LINE_ARMED);
    line->state = LINE_RAN;
}

// A new finalizer for an object; when there are no more lines nothing is done.
static int model_watch(ouro_obj *o) {
    model_line *line = &m.lines[m.used];
    if (m.used == MODEL_LINES)
        return 0;
    ouro_obj *f = ouro_finalizer_new(m.rt, o, line_runs, line);
    if (!f)
        return -1;
    *line = (model_line){((doomed *)(void *)o)->number, LINE_ARMED, f};
    if (text_below(&m.random, 3) == 0)
        ouro_setslot(&line->finalizer, NULL);
    m.used++;
    return 0;
}

static void doomed_finalize(ouro_rt *rt, ouro_obj *o) {
    if (m.open && ((doomed *)(void *)o)->number % 5 == 0 && model_watch(o) < 0)
        ouro_error_clear(rt);
}

// Every finalizer of the object has run by the time it is released, but those made inside the collection that ends it.
static void doomed_dealloc(ouro_rt *rt, ouro_obj *o) {
    int64_t number = ((doomed *)(void *)o)->number;
    for (size_t i = 0; i < m.used; i++)
        if (m.lines[i].number == number)
            always(m.lines[i].state != LINE_ARMED || ouroi_rt_is_collecting(rt));
}

static int doomed_open(ouro_rt *rt) {
    static const ouro_field fields[] = {OURO_FIELD(doomed, next)};
    if (!doomed_type.name) {
        ouro_type_init(&doomed_type, "doomed", sizeof(doomed));
        doomed_type.fields = fields;
        doomed_type.n_fields = 1;
        doomed_type.finalize = doomed_finalize;
        doomed_type.dealloc = doomed_dealloc;
    }
    return ouro_type_register(rt, &doomed_type);
}

// ---- steps ----

static int model_done(int result) {
    ouro_rt *rt = m.rt;
    if (result >= 0)
        return 1;
    always(test_broken(rt) && ouro_error_code(rt) == OURO_ERR_MEMORY);
    ouro_error_clear(rt);
    return 0;
}

static ouro_obj **model_some(void) {
    return &m.held[text_below(&m.random, MODEL_HELD)];
}

static void model_step_born(void) {
    doomed *o = ouro_new(m.rt, &doomed_type);
    ouro_obj *other = *model_some();
    if (!model_done(o ? 0 : -1))
        return;
    o->number = ++m.born;
    if (other && text_below(&m.random, 2))
        set(o, next, other);
    ouro_setslot_steal(model_some(), &o->head);
}

static void model_step_watch(void) {
    ouro_obj *o = *model_some();
    if (o)
        model_done(model_watch(o));
}

static void model_step_cycle(void) {
    ouro_obj *a = *model_some(), *b = *model_some();
    if (a && b)
        set((doomed *)(void *)a, next, b);
}

static void model_step_dies(void) {
    ouro_setslot(model_some(), NULL);
}

static void model_step_collect(void) {
    if (text_below(&m.random, 30) == 0)
        ouro_gc_collect(m.rt, (int)text_below(&m.random, 3));
}

static void model_step_ends(void) {
    model_line *line = m.used ? &m.lines[text_below(&m.random, m.used)] : NULL;
    ouro_obj *result = NULL;
    if (!line || !line->finalizer)
        return;
    int armed = line->state == LINE_ARMED;
    always(ouro_finalizer_is_alive(line->finalizer) == armed);
    if (text_below(&m.random, 2)) {
        always(ouro_finalizer_run(m.rt, line->finalizer, &result) == armed && line->state != LINE_ARMED);
        ouro_xdecref(result);
    } else {
        always(ouro_finalizer_detach(m.rt, line->finalizer) == armed);
        if (armed)
            line->state = LINE_DETACHED;
    }
    ouro_setslot(&line->finalizer, NULL);
}

// Begins anew when the lines are used up: all objects die, all finalizers have run then.
static void model_finish(void) {
    for (size_t i = 0; i < MODEL_HELD; i++)
        ouro_setslot(&m.held[i], NULL);
    ouro_gc_collect(m.rt, OURO_GC_FULL);
    ouro_rt *rt = m.rt;
    for (size_t i = 0; i < m.used; i++) {
        check(m.lines[i].state == LINE_RAN || m.lines[i].state == LINE_DETACHED);
        ouro_setslot(&m.lines[i].finalizer, NULL);
    }
}

CASE(model_finalizer, random_operations) {
    static void (*const all[])(void) = {model_step_born,  model_step_dies,    model_step_watch, model_step_watch,
                                        model_step_cycle, model_step_collect, model_step_ends};
    size_t steps;
    memset(&m, 0, sizeof m);
    m.rt = rt;
    m.open = 1;
    m.random = text_random_open("finalizers", 20266, 200000, 400, &steps);
    must(doomed_open(rt));
    for (size_t i = 0; i < steps; i++) {
        all[text_below(&m.random, sizeof all / sizeof *all)]();
        if (m.used == MODEL_LINES) {
            model_finish();
            m.used = 0;
        }
    }
    model_finish();
    m.open = 0;
}
