// SPDX-License-Identifier: MIT
// finalizer.c: the functions of ouro/finalizer.h. A finalizer is a weak reference that is its own callback's object; as
// long as it is *armed* it is in the registry, an immortal object of each runtime, which keeps it and what it calls.
//
//   I-finalizer-1  The registry leads to the newest, and each of the armed ones, by `older`, to the one made before it;
//                  `newer` is the way back, and not counted.
//   I-finalizer-2  Whoever runs one, or lets go of one, has disarmed it; so none runs twice.
//   I-finalizer-3  A finalizer that was made inside a collection is in doubt until that is over: its object may be part
//                  of what is collected, and die without a callback (ouro/weak.h). Those are the newest of all.
#include "seq.h"

#include <pthread.h>

typedef struct finalizer finalizer;
struct finalizer {
    ouro_weak weak;
    ouro_obj *callable, *args, *kwnames; // NULL: a function in C; or if it is not armed
    ouro_obj *older;
    finalizer *newer;
    ouro_finalizer_fn fn;
    void *user;
    uint64_t positional; // of the args
    bool armed, at_end, doubtful;
};

typedef struct finalizer_registry {
    ouro_obj head;
    ouro_obj *newest;
    bool closed;   // the runtime is ending
    bool watching; // the end of a collection is waited for
} finalizer_registry;

static const ouro_field finalizer_fields[] = {
    OURO_FIELD(finalizer, callable),
    OURO_FIELD(finalizer, args),
    OURO_FIELD(finalizer, kwnames),
    OURO_FIELD(finalizer, older),
};
static ouro_type finalizer_type;
const ouro_type *const ouro_finalizer_type = &finalizer_type;
static pthread_once_t finalizer_once = PTHREAD_ONCE_INIT;

static inline finalizer *finalizer_of(const ouro_obj *o) {
    return (finalizer *)(void *)(uintptr_t)o;
}

static inline ouro_obj *finalizer_object(finalizer *f) {
    return &f->weak.head;
}

static finalizer_registry *finalizer_registry_of(const ouro_rt *rt) {
    return (finalizer_registry *)(void *)state_of(rt)->finalizers;
}

static finalizer *finalizer_check(ouro_rt *rt, const char *where, ouro_obj *o) {
    return ouroi_expect(rt, where, &finalizer_type, o) ? finalizer_of(o) : NULL;
}

// ---- the registry ----

static void finalizer_arm(ouro_rt *rt, finalizer *f) {
    finalizer_registry *r = finalizer_registry_of(rt);
    ouro_obj *older = ouro_takeref(&r->head, &r->newest);
    if (older)
        finalizer_of(older)->newer = f;
    ouro_setref_steal(finalizer_object(f), &f->older, older);
    ouro_setref(&r->head, &r->newest, finalizer_object(f));
    f->armed = f->at_end = true;
}

// Takes an armed one out of the registry. Returns: the registry's reference, new. Runs: nothing.
static finalizer *finalizer_disarm(ouro_rt *rt, finalizer *f) {
    finalizer_registry *r = finalizer_registry_of(rt);
    ouro_obj *older = ouro_takeref(finalizer_object(f), &f->older);
    ouro_obj *owner = f->newer ? finalizer_object(f->newer) : &r->head;
    ouro_obj **slot = f->newer ? &f->newer->older : &r->newest;
    ASSERT(f->armed && *slot == finalizer_object(f));
    ouro_takeref(owner, slot);
    ouro_setref_steal(owner, slot, older);
    if (older)
        finalizer_of(older)->newer = f->newer;
    f->newer = NULL;
    f->armed = f->doubtful = false;
    return f;
}

// Lets go of one that is disarmed, and is stolen, and of what it keeps.
static void finalizer_let_go(finalizer *f) {
    ouro_obj *o = finalizer_object(f);
    ouro_clearref(o, &f->callable);
    ouro_clearref(o, &f->args);
    ouro_clearref(o, &f->kwnames);
    ouro_decref(o);
}

// ---- running ----

static ouro_obj *finalizer_call_object(ouro_rt *rt, const finalizer *f) {
    return ouro_call(rt, f->callable, seq_row_of(f->args).items, (size_t)f->positional, f->kwnames);
}

// Runs one that is disarmed, and is stolen, and lets go of it. Returns: new; NULL, with an error, if the function has
// left one.
static ouro_obj *finalizer_run(ouro_rt *rt, finalizer *f) {
    ouro_obj *result = NULL;
    if (f->callable)
        result = finalizer_call_object(rt, f);
    else
        f->fn(rt, f->user);
    if (!f->callable && ouro_error_code(rt) == OURO_OK)
        result = ouro_none(rt);
    finalizer_let_go(f);
    return result;
}

// The same where nobody is told of an error, and one that is pending stays.
static void finalizer_run_aside(ouro_rt *rt, finalizer *f) {
    ouro_error_state aside;
    ouro_error_save(rt, &aside);
    ouro_xdecref(finalizer_run(rt, f));
    ouro_error_restore(rt, &aside);
}

static void finalizer_died(ouro_rt *rt, ouro_obj *weak, ouro_obj *arg) {
    (void)arg;
    if (finalizer_of(weak)->armed)
        ouro_xdecref(finalizer_run(rt, finalizer_disarm(rt, finalizer_of(weak))));
}

// The end of the runtime. Without an end of its own: a function that goes on making finalizers is the program's.
static void finalizer_close(ouro_rt *rt, void *std) {
    finalizer_registry *r = finalizer_registry_of(rt);
    (void)std;
    while (r->newest) {
        finalizer *f = finalizer_disarm(rt, finalizer_of(r->newest));
        if (f->at_end)
            finalizer_run_aside(rt, f);
        else
            finalizer_let_go(f);
    }
    r->closed = true;
}

// ---- those in doubt ----

static bool finalizer_is_dead(finalizer *f) {
    ouro_obj *alive = NULL;
    int lives = ouro_weak_get(finalizer_object(f), &alive);
    ouro_xdecref(alive);
    return !lives;
}

// Ends all doubt. Returns: those whose objects have died after all, disarmed, the newest first and the others behind it
// by `older`; new; NULL if there is none. Runs: nothing.
static ouro_obj *finalizer_take_dead(ouro_rt *rt, const finalizer_registry *r) {
    finalizer *f = NULL, *newer;
    ouro_obj *dead = NULL;
    for (ouro_obj *o = r->newest; o && finalizer_of(o)->doubtful; o = finalizer_of(o)->older)
        f = finalizer_of(o);
    for (; f; f = newer) {
        newer = f->newer;
        f->doubtful = false;
        if (finalizer_is_dead(f)) {
            ouro_setref_steal(finalizer_object(f), &finalizer_disarm(rt, f)->older, dead);
            dead = finalizer_object(f);
        }
    }
    return dead;
}

// The end of a collection in which finalizers were made.
static void finalizer_settle(ouro_rt *rt, void *std) {
    finalizer_registry *r = finalizer_registry_of(rt);
    (void)std;
    r->watching = false;
    for (ouro_obj *o = finalizer_take_dead(rt, r), *older; o; o = older) {
        older = ouro_takeref(o, &finalizer_of(o)->older);
        finalizer_run_aside(rt, finalizer_of(o));
    }
}

// Waits for the end of the collection that is under way, if one is. Returns: 0, or -1.
static int finalizer_watch(ouro_rt *rt) {
    finalizer_registry *r = finalizer_registry_of(rt);
    if (r->watching || !ouroi_rt_is_collecting(rt))
        return 0;
    if (ouroi_rt_await_collected(rt) < 0)
        return -1;
    r->watching = true;
    return 0;
}

// ---- making ----

// One that is not armed yet.
static finalizer *finalizer_make(ouro_rt *rt, ouro_obj *target) {
    if (finalizer_registry_of(rt)->closed) {
        ouro_error_set(rt, OURO_ERR_STATE, "a finalizer cannot be made while the runtime ends");
        return NULL;
    }
    if (finalizer_watch(rt) < 0)
        return NULL;
    ouro_obj *o = ouro_weak_new_as(rt, &finalizer_type, target, finalizer_died, NULL);
    if (o)
        finalizer_of(o)->doubtful = ouroi_rt_is_collecting(rt);
    return o ? finalizer_of(o) : NULL;
}

ouro_obj *ouro_finalizer_new(ouro_rt *rt, ouro_obj *target, ouro_finalizer_fn fn, void *user) {
    finalizer *f = finalizer_make(rt, target);
    if (!f)
        return NULL;
    f->fn = fn;
    f->user = user;
    finalizer_arm(rt, f);
    return finalizer_object(f);
}

ouro_obj *ouro_finalizer_new_call(ouro_rt *rt, ouro_obj *target, ouro_obj *callable, ouro_obj *const *args, size_t n,
                                  ouro_obj *kwnames) {
    ouro_obj *row = ouro_tuple_new(rt, args, n + (kwnames ? ouro_tuple_size(kwnames) : 0));
    finalizer *f = row ? finalizer_make(rt, target) : NULL;
    if (!f) {
        ouro_xdecref(row);
        return NULL;
    }
    ouro_obj *o = finalizer_object(f);
    ouro_setref_steal(o, &f->args, row);
    ouro_setref(o, &f->callable, callable);
    ouro_setref(o, &f->kwnames, kwnames);
    f->positional = n;
    finalizer_arm(rt, f);
    return o;
}

// ---- asking ----

int ouro_is_finalizer(const ouro_obj *o) {
    return ouro_is_a(o, &finalizer_type);
}

int ouro_finalizer_is_alive(const ouro_obj *o) {
    return finalizer_of(o)->armed;
}

int ouro_finalizer_run(ouro_rt *rt, ouro_obj *o, ouro_obj **result) {
    finalizer *f = finalizer_check(rt, "ouro_finalizer_run", o);
    *result = NULL;
    if (!f || !f->armed)
        return f ? 0 : -1;
    *result = finalizer_run(rt, finalizer_disarm(rt, f));
    return *result ? 1 : -1;
}

int ouro_finalizer_detach(ouro_rt *rt, ouro_obj *o) {
    finalizer *f = finalizer_check(rt, "ouro_finalizer_detach", o);
    if (!f || !f->armed)
        return f ? 0 : -1;
    finalizer_let_go(finalizer_disarm(rt, f));
    return 1;
}

int ouro_finalizer_at_end(const ouro_obj *o) {
    return finalizer_of(o)->at_end;
}

void ouro_finalizer_set_at_end(ouro_obj *o, int at_end) {
    finalizer_of(o)->at_end = at_end != 0;
}

// ---- operations ----

static ouro_obj *finalizer_call(ouro_rt *rt, ouro_obj *o, ouro_obj *const *args, size_t n, ouro_obj *kwnames) {
    ouro_obj *result = NULL;
    (void)args;
    if (n || (kwnames && ouro_tuple_size(kwnames))) {
        ouro_error_set(rt, OURO_ERR_TYPE, "a finalizer takes no arguments");
        return NULL;
    }
    return ouro_finalizer_run(rt, o, &result) == 0 ? ouro_none(rt) : result;
}

static int finalizer_repr(ouro_rt *rt, ouro_obj *o, ouro_step *step, ouro_builder *out, ouro_obj **part) {
    ouro_obj *target = NULL;
    (void)rt;
    (void)step;
    (void)part;
    if (!ouro_finalizer_is_alive(o) || !ouro_weak_get(o, &target))
        return ouro_builder_format(out, "<finalizer at %p; dead>", (void *)o);
    int result = ouro_builder_format(out, "<finalizer at %p; for '%s' at %p>", (void *)o, ouroi_type_name(target),
                                     (void *)target);
    ouro_decref(target);
    return result;
}

static const ouro_ops finalizer_ops = {
    .struct_size = sizeof(ouro_ops),
    .call = finalizer_call,
    .repr = finalizer_repr,
};

static const ouro_field finalizer_registry_fields[] = {OURO_FIELD(finalizer_registry, newest)};
static ouro_type finalizer_registry_type = {
    .struct_size = sizeof(ouro_type),
    .name = "finalizers",
    .size = sizeof(finalizer_registry),
    .fields = finalizer_registry_fields,
    .n_fields = 1,
};

static void finalizer_describe(void) {
    ouro_type_init(&finalizer_type, "finalizer", sizeof(finalizer));
    finalizer_type.base = ouro_weak_type;
    finalizer_type.fields = finalizer_fields;
    finalizer_type.n_fields = sizeof finalizer_fields / sizeof *finalizer_fields;
    finalizer_type.ops = &finalizer_ops;
}

int ouroi_finalizer_open(ouro_rt *rt) {
    pthread_once(&finalizer_once, finalizer_describe);
    if (ouro_type_register(rt, &finalizer_type) < 0 || ouro_type_register(rt, &finalizer_registry_type) < 0)
        return -1;
    finalizer_registry *r = ouro_new(rt, &finalizer_registry_type);
    if (!r)
        return -1;
    ouro_immortalize(&r->head);
    state_of(rt)->finalizers = &r->head;
    ouroi_rt_set_std_hooks(rt, finalizer_close, finalizer_settle);
    return 0;
}
