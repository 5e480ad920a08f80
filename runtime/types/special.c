// SPDX-License-Identifier: MIT
// special.c: the names of special attributes, and calling them. A special attribute is looked up in the class alone,
// never in the instance.
#include "class.h"

static const char *const special_names[SPECIAL_COUNT] = {
    "__init__",    "__del__",     "__call__",     "__repr__",      "__str__",     "__hash__",     "__eq__",
    "__ne__",      "__lt__",      "__le__",       "__gt__",        "__ge__",      "__bool__",     "__len__",
    "__getitem__", "__setitem__", "__delitem__",  "__contains__",  "__iter__",    "__next__",     "__getattr__",
    "__setattr__", "__delattr__", "__copy__",     "__deepcopy__",  "__neg__",     "__pos__",      "__abs__",
    "__invert__",  "__add__",     "__sub__",      "__mul__",       "__truediv__", "__floordiv__", "__mod__",
    "__pow__",     "__and__",     "__or__",       "__xor__",       "__lshift__",  "__rshift__",   "__radd__",
    "__rsub__",    "__rmul__",    "__rtruediv__", "__rfloordiv__", "__rmod__",    "__rpow__",     "__rand__",
    "__ror__",     "__rxor__",    "__rlshift__",  "__rrshift__",
};

_Static_assert((int)OURO_INVERT - (int)OURO_NEG == 3 && (int)OURO_RSHIFT - (int)OURO_ADD == 11,
               "special_names is in the order of ouro_op");

// Opening may have failed half way before: what is there stays.
int ouroi_special_open(ouro_rt *rt) {
    std_state *s = state_of(rt);
    size_t bytes = SPECIAL_COUNT * sizeof *s->names;
    if (!s->names && (s->names = ouro_buf_alloc(rt, bytes)))
        memset(s->names, 0, bytes);
    for (size_t i = 0; s->names && i < SPECIAL_COUNT; i++) {
        ouro_obj *name = s->names[i] ? s->names[i] : ouro_intern(rt, special_names[i]);
        if (!name)
            return -1;
        ouro_immortalize(name);
        s->names[i] = name;
    }
    return s->names ? 0 : -1;
}

// A function of the embedder's own: what it becomes when it is bound is its own affair.
static ouro_obj *special_bind(ouro_rt *rt, const ouro_ops *ops, ouro_obj *f, ouro_obj *self, ouro_obj *const *args,
                              size_t n, ouro_obj *kwnames) {
    ouro_obj *bound = ops->bind(rt, f, self);
    if (!bound)
        return NULL;
    ouro_obj *result = ouro_call(rt, bound, args, n, kwnames);
    ouro_decref(bound);
    return result;
}

// A native need not become a method first.
ouro_obj *ouroi_special_apply(ouro_rt *rt, ouro_obj *f, ouro_obj *self, ouro_obj *const *args, size_t n,
                              ouro_obj *kwnames) {
    if (likely(ouro_is_native(f)))
        return ouroi_call_prepended(rt, f, self, args, n, kwnames);
    const ouro_ops *ops = ops_with(f, bind);
    return ops ? special_bind(rt, ops, f, self, args, n, kwnames) : ouro_call(rt, f, args, n, kwnames);
}

int ouroi_special_call(ouro_rt *rt, ouro_obj *o, special s, ouro_obj *const *args, size_t n, ouro_obj **out) {
    ouro_obj *f = special_find(rt, class_of(o), s);
    *out = NULL;
    if (!f)
        return 0;
    ouro_incref(f);
    *out = ouroi_special_apply(rt, f, o, args, n, NULL);
    ouro_decref(f);
    return *out ? 1 : -1;
}
