// SPDX-License-Identifier: MIT
// native.c: C functions, methods bound to an instance, cells, and the object that says "not for these operands".
#include "class.h"

typedef struct method {
    ouro_obj head;
    ouro_obj *function, *instance;
} method;

static const method *method_of(const ouro_obj *o) {
    return (const method *)(const void *)o;
}

// ---- natives ----

static int native_repr(ouro_rt *rt, ouro_obj *o, ouro_step *step, ouro_builder *out, ouro_obj **part) {
    (void)rt;
    (void)step;
    (void)part;
    return ouro_builder_format(out, "<native %s>", ouroi_native_of(o)->name);
}

// A function that has got a self of its own is a method of that already; others become one of the instance.
static ouro_obj *native_bind(ouro_rt *rt, ouro_obj *o, ouro_obj *self) {
    return ouro_method_new(rt, o, self);
}

static const ouro_field native_fields[] = {OURO_FIELD(ouroi_native, self)};
static const ouro_ops native_ops = {
    .struct_size = sizeof(ouro_ops),
    .call = ouroi_native_call,
    .bind = native_bind,
    .repr = native_repr,
};
static ouro_type native_type = {
    .struct_size = sizeof(ouro_type),
    .name = "native",
    .size = sizeof(ouroi_native),
    .fields = native_fields,
    .n_fields = 1,
    .ops = &native_ops,
};
const ouro_type *const ouro_native_type = &native_type;

static ouro_obj *native_make(ouro_rt *rt, const ouroi_native *like) {
    ouroi_native *f = ouro_new(rt, &native_type);
    if (!f)
        return NULL;
    f->fn = like->fn;
    f->name = like->name;
    f->least = like->least;
    f->most = like->most;
    f->takes_names = like->takes_names;
    ouro_setref(&f->head, &f->self, like->self);
    return &f->head;
}

ouro_obj *ouro_native_new(ouro_rt *rt, const char *name, ouro_native_fn fn, ouro_obj *self, size_t least, size_t most) {
    ouroi_native like = {.fn = fn, .name = name, .self = self, .least = least, .most = most};
    return native_make(rt, &like);
}

ouro_obj *ouro_native_new_kw(ouro_rt *rt, const char *name, ouro_native_fn fn, ouro_obj *self, size_t least,
                             size_t most) {
    ouroi_native like = {.fn = fn, .name = name, .self = self, .least = least, .most = most};
    like.takes_names = true;
    return native_make(rt, &like);
}

const char *ouro_native_name(const ouro_obj *o) {
    return ouroi_native_of(o)->name;
}

// ---- methods ----

#define PREPEND_NEAR 8 // arguments that need no memory

ouro_obj *ouroi_call_prepended(ouro_rt *rt, ouro_obj *f, ouro_obj *self, ouro_obj *const *args, size_t n,
                               ouro_obj *kwnames) {
    ouro_obj *near[PREPEND_NEAR], **all = near;
    size_t given = n + (kwnames ? ouro_tuple_size(kwnames) : 0);
    if (given >= PREPEND_NEAR && !(all = ouro_buf_alloc(rt, (given + 1) * sizeof *all)))
        return NULL;
    all[0] = self;
    if (given)
        memcpy(all + 1, args, given * sizeof *all);
    ouro_obj *result = ouro_call(rt, f, all, n + 1, kwnames);
    if (all != near)
        ouro_buf_free(rt, all);
    return result;
}

static ouro_obj *method_call(ouro_rt *rt, ouro_obj *o, ouro_obj *const *args, size_t n, ouro_obj *kwnames) {
    const method *m = method_of(o);
    if (likely(m->function && m->instance))
        return ouroi_call_prepended(rt, m->function, m->instance, args, n, kwnames);
    ouro_error_set(rt, OURO_ERR_STATE, "a method that has been taken apart was called");
    return NULL;
}

static int method_compare(ouro_rt *rt, ouro_relation relation, ouro_obj *a, ouro_obj *b) {
    (void)rt;
    if (relation != OURO_EQ || !ouro_is_method(b))
        return OURO_PASS;
    return method_of(a)->function == method_of(b)->function && method_of(a)->instance == method_of(b)->instance;
}

static int method_hash(ouro_rt *rt, ouro_obj *o, ouro_step *step, uint64_t *hash, ouro_obj **part) {
    (void)step;
    (void)part;
    *hash = ouroi_hash_word(rt, (uint64_t)(uintptr_t)method_of(o)->function) ^
            ouroi_hash_word(rt, ~(uint64_t)(uintptr_t)method_of(o)->instance);
    return 0;
}

static int method_repr(ouro_rt *rt, ouro_obj *o, ouro_step *step, ouro_builder *out, ouro_obj **part) {
    const method *m = method_of(o);
    (void)rt;
    (void)step;
    (void)part;
    if (!m->function || !m->instance)
        return ouro_builder_text(out, "<bound method>");
    const char *name = ouro_is_native(m->function) ? ouro_native_name(m->function) : ouroi_type_name(m->function);
    return ouro_builder_format(out, "<bound method %s of '%s' object at %p>", name, ouroi_type_name(m->instance),
                               (void *)m->instance);
}

static const ouro_field method_fields[] = {OURO_FIELD(method, function), OURO_FIELD(method, instance)};
static const ouro_ops method_ops = {
    .struct_size = sizeof(ouro_ops),
    .hash = method_hash,
    .compare = method_compare,
    .call = method_call,
    .repr = method_repr,
};
static ouro_type method_type = {
    .struct_size = sizeof(ouro_type),
    .name = "method",
    .size = sizeof(method),
    .fields = method_fields,
    .n_fields = 2,
    .ops = &method_ops,
};
const ouro_type *const ouro_method_type = &method_type;

ouro_obj *ouro_method_new(ouro_rt *rt, ouro_obj *function, ouro_obj *self) {
    method *m = ouro_new(rt, &method_type);
    if (!m)
        return NULL;
    ouro_setref(&m->head, &m->function, function);
    ouro_setref(&m->head, &m->instance, self);
    return &m->head;
}

ouro_obj *ouro_method_function_peek(const ouro_obj *o) {
    return method_of(o)->function;
}

ouro_obj *ouro_method_instance_peek(const ouro_obj *o) {
    return method_of(o)->instance;
}

// ---- cells ----

static int cell_repr(ouro_rt *rt, ouro_obj *o, ouro_step *step, ouro_builder *out, ouro_obj **part) {
    const ouro_obj *value = ouro_cell_peek(o);
    (void)rt;
    (void)step;
    (void)part;
    return value ? ouro_builder_format(out, "<cell of '%s' object at %p>", ouroi_type_name(value), (const void *)value)
                 : ouro_builder_text(out, "<empty cell>");
}

static const ouro_field cell_fields[] = {OURO_FIELD(ouroi_cell, value)};
static const ouro_ops cell_ops = {.struct_size = sizeof(ouro_ops), .repr = cell_repr};
static ouro_type cell_type = {
    .struct_size = sizeof(ouro_type),
    .name = "cell",
    .size = sizeof(ouroi_cell),
    .fields = cell_fields,
    .n_fields = 1,
    .ops = &cell_ops,
};
const ouro_type *const ouro_cell_type = &cell_type;

ouro_obj *ouro_cell_new(ouro_rt *rt, ouro_obj *value) {
    ouroi_cell *c = ouro_new(rt, &cell_type);
    if (!c)
        return NULL;
    ouro_setref(&c->head, &c->value, value);
    return &c->head;
}

// ---- what an operation gives that has no answer. A native which refuses to be called, so that one object needs no
// type of its own ----

static ouro_obj *not_implemented_call(ouro_rt *rt, ouro_obj *self, ouro_obj *const *args, size_t n, ouro_obj *kwnames) {
    (void)self;
    (void)args;
    (void)n;
    (void)kwnames;
    ouro_error_set(rt, OURO_ERR_TYPE, "not_implemented cannot be called");
    return NULL;
}

ouro_obj *ouro_not_implemented(ouro_rt *rt) {
    return state_of(rt)->not_implemented;
}

int ouroi_native_open(ouro_rt *rt) {
    if (ouroi_kind_open(rt, &native_type, OUROI_KIND_NATIVE) < 0 ||
        ouroi_kind_open(rt, &method_type, OUROI_KIND_METHOD) < 0 ||
        ouroi_kind_open(rt, &cell_type, OUROI_KIND_CELL) < 0)
        return -1;
    if (state_of(rt)->not_implemented)
        return 0;
    ouro_obj *o = ouro_native_new(rt, "not_implemented", not_implemented_call, NULL, 0, OURO_ANY);
    if (!o)
        return -1;
    ouro_immortalize(o);
    state_of(rt)->not_implemented = o;
    return 0;
}
