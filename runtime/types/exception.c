// SPDX-License-Identifier: MIT
// exception.c: exception objects, the classes that come with them, and the way between them and the error record.
//
// An error may be pending with an object or without: C code sets a code and a message, and nothing is made until
// somebody asks for an exception. Which class a code belongs to, and which code a class, is one table.
#include "exception.h"

#include "class.h"

#include <stdarg.h>
#include <stdio.h>

// ---- the classes ----

typedef struct error_class {
    const char *name;
    int base; // its place in the table; -1 for none
    int code; // OURO_OK: that of its base
} error_class;

static const error_class error_class_table[] = {
    {"Exception", -1, OURO_ERR_THROWN},
    {"MemoryError", 0, OURO_ERR_MEMORY},
    {"TypeError", 0, OURO_ERR_TYPE},
    {"ValueError", 0, OURO_ERR_VALUE},
    {"LookupError", 0, OURO_OK},
    {"IndexError", 4, OURO_ERR_INDEX},
    {"KeyError", 4, OURO_ERR_KEY},
    {"ArithmeticError", 0, OURO_OK},
    {"OverflowError", 7, OURO_ERR_OVERFLOW},
    {"ZeroDivisionError", 7, OURO_ERR_DIVISION},
    {"StateError", 0, OURO_ERR_STATE},
    {"OSError", 0, OURO_ERR_IO},
    {"AttributeError", 0, OURO_ERR_ATTRIBUTE},
    {"RecursionError", 0, OURO_ERR_DEPTH},
    {"StopIteration", 0, OURO_OK},
};
#define ERROR_CLASSES (sizeof error_class_table / sizeof *error_class_table)
_Static_assert(ERROR_CLASSES <= sizeof((std_state *)0)->error_classes / sizeof(ouro_obj *), "each class has its place");

ouro_obj *ouro_exception_class(ouro_rt *rt, int code) {
    size_t found = 0;
    for (size_t i = 1; i < ERROR_CLASSES && code != OURO_OK; i++)
        if (error_class_table[i].code == code)
            found = i;
    return state_of(rt)->error_classes[found];
}

ouro_obj *ouro_stop_iteration(ouro_rt *rt) {
    return state_of(rt)->error_classes[ERROR_CLASSES - 1];
}

// The code of a class of the table; OURO_OK for others.
static int error_class_code(const ouro_rt *rt, const ouro_obj *class_object) {
    for (size_t i = 0; i < ERROR_CLASSES; i++)
        if (state_of(rt)->error_classes[i] == class_object)
            return error_class_table[i].code;
    return OURO_OK;
}

// The code of the nearest class that has one.
static int exception_code(const ouro_rt *rt, const exc *e) {
    int code = (int)e->code;
    if (code == OURO_OK && e->ext.of_class) {
        mro_walk line = mro_begin(e->ext.of_class);
        for (const class_obj *c; code == OURO_OK && (c = mro_step(&line));)
            code = error_class_code(rt, &c->head);
    }
    return code == OURO_OK ? OURO_ERR_THROWN : code;
}

// ---- the type ----

// What an exception was made with. Returns: new.
static ouro_obj *exception_args(ouro_rt *rt, const ouro_obj *o) {
    ouro_obj *args = exc_of(o)->args;
    return ouro_incref(args ? args : ouroi_std(rt)->empty_tuple);
}

// Name(argument, argument).
static int exception_repr(ouro_rt *rt, ouro_obj *o, ouro_step *step, ouro_builder *out, ouro_obj **part) {
    if (step->at == 2)
        return ouro_builder_text(out, ")");
    if (step->at == 1)
        return 0;
    if (ouro_builder_text(out, ouroi_type_name(o)) < 0)
        return -1;
    ouro_obj *args = exception_args(rt, o);
    step->at = 1;
    *part = args;
    if (ouro_tuple_size(args) != 1)
        return 1; // the tuple has the parentheses
    step->at = 2;
    *part = ouro_incref(ouro_tuple_peek(args, 0));
    ouro_decref(args);
    if (ouro_builder_text(out, "(") == 0)
        return 1;
    ouro_decref(*part);
    return -1;
}

// The arguments of the innermost of exceptions that were each made of another one alone, and are written as that is.
// Going in by calls would need a deep stack. Returns: new.
static ouro_obj *exception_str_args(ouro_rt *rt, ouro_obj *o) {
    ouro_obj *args = exception_args(rt, o);
    while (ouro_tuple_size(args) == 1 && ouro_is_exception(ouro_tuple_peek(args, 0)) &&
           !special_find(rt, class_of(ouro_tuple_peek(args, 0)), SPECIAL_STR)) {
        ouro_obj *inner = exception_args(rt, ouro_tuple_peek(args, 0));
        ouro_decref(args);
        args = inner;
    }
    return args;
}

static int exception_str(ouro_rt *rt, ouro_obj *o, ouro_builder *out) {
    ouro_obj *args = exception_str_args(rt, o);
    int result = 0;
    if (ouro_tuple_size(args) == 1)
        result = ouro_builder_str(out, ouro_tuple_peek(args, 0));
    else if (ouro_tuple_size(args) > 1)
        result = ouro_builder_repr(out, args);
    ouro_decref(args);
    return result;
}

static int exception_get_attr(ouro_rt *rt, ouro_obj *o, ouro_obj *name, ouro_obj **out) {
    ouro_obj *found;
    if (ouro_str_is(name, "args")) {
        *out = exception_args(rt, o);
        return 1;
    }
    if (ouro_str_is(name, "__context__"))
        found = exc_of(o)->context;
    else if (ouro_str_is(name, "__cause__"))
        found = exc_of(o)->cause;
    else
        return 0;
    *out = ouro_incref(found ? found : ouro_none(rt));
    return 1;
}

// The copy, which the class machinery has made, gets copies of the arguments: where an exception was raised is no part
// of what it says.
static int exception_deep(ouro_rt *rt, ouro_obj *o, ouro_step *step, ouro_obj **made, ouro_obj **part) {
    ASSERT(*made && ouro_is_exception(*made));
    if (step->at == 1) {
        ouro_setref_steal(*made, &exc_of(*made)->args, *part);
        return 0;
    }
    exc_of(*made)->code = exc_of(o)->code;
    step->at = 1;
    *part = exception_args(rt, o);
    return 1;
}

static const ouro_ops exception_ops = {
    .struct_size = sizeof(ouro_ops),
    .repr = exception_repr,
    .str = exception_str,
    .get_attr = exception_get_attr,
    .deep = exception_deep,
};

// Has no objects: it gives what the class machinery finds where a user's class says nothing.
static ouro_type exception_plain_type = {
    .struct_size = sizeof(ouro_type),
    .name = "exception",
    .size = sizeof(ouro_obj),
    .ops = &exception_ops,
};

static const ouro_field exception_trace_fields[] = {OURO_FIELD(trace_item, function), OURO_FIELD(trace_item, file)};
static const ouro_field exception_fields[] = {
    OURO_FIELD(exc, ext.of_class), OURO_FIELD(exc, ext.companion), OURO_FIELD(exc, args),
    OURO_FIELD(exc, context),      OURO_FIELD(exc, cause),
};
static ouro_type exception_type = {
    .struct_size = sizeof(ouro_type),
    .name = "exception",
    .size = sizeof(exc),
    .fields = exception_fields,
    .n_fields = sizeof exception_fields / sizeof *exception_fields,
    .tail = {.place = OURO_TAIL_POINTER,
             .items = offsetof(exc, trace),
             .count = offsetof(exc, n_trace),
             .count_bytes = sizeof(uint32_t),
             .stride = sizeof(trace_item),
             .fields = exception_trace_fields,
             .n_fields = 2},
    .base = &exception_plain_type,
    .ops = &ouroi_derived_ops,
    .finalize = ouroi_derived_finalize,
};
const ouro_type *const ouro_exception_type = &exception_type;

ouro_obj *ouroi_exception_make(ouro_rt *rt, ouro_obj *class_object, ouro_obj *args) {
    ASSERT(ouroi_class_kind(class_object) == OUROI_KIND_EXCEPTION);
    exc *e = ouro_new_tail(rt, ouro_exception_type, 0);
    if (!e)
        return NULL;
    ouro_setref(&e->head, &e->ext.of_class, class_object);
    ouro_setref(&e->head, &e->args, args ? args : ouroi_std(rt)->empty_tuple);
    return &e->head;
}

// True for a class whose instances are exceptions; else false and an error.
static bool exception_expect_class(ouro_rt *rt, const char *where, const ouro_obj *class_object) {
    if (!ouro_is_class(class_object))
        return ouroi_expect(rt, where, ouro_class_type, class_object);
    if (ouroi_class_kind(class_object) == OUROI_KIND_EXCEPTION)
        return true;
    ouro_error_set(rt, OURO_ERR_TYPE, "%s: class '%s' does not inherit from Exception", where,
                   ouro_class_name(class_object));
    return false;
}

ouro_obj *ouro_exception_new(ouro_rt *rt, ouro_obj *class_object, ouro_obj *args) {
    const char *where = "ouro_exception_new";
    if (!exception_expect_class(rt, where, class_object))
        return NULL;
    if (args && !ouro_is_tuple(args) && !ouroi_expect(rt, where, ouro_tuple_type, args))
        return NULL;
    return ouroi_exception_make(rt, class_object, args);
}

// ---- reading ----

ouro_obj *ouro_exception_args_peek(const ouro_obj *exception) {
    ouro_obj *args = exc_of(exception)->args;
    return args ? args : ouroi_std(ouro_rt_of(exception))->empty_tuple;
}

ouro_obj *ouro_exception_context_peek(const ouro_obj *exception) {
    return exc_of(exception)->context;
}

ouro_obj *ouro_exception_cause_peek(const ouro_obj *exception) {
    return exc_of(exception)->cause;
}

void ouro_exception_set_cause(ouro_obj *exception, ouro_obj *cause) {
    if (!ouro_is_immortal(exception))
        ouro_setref(exception, &exc_of(exception)->cause, cause);
}

// ---- raising ----

// Makes `context` (stolen) the context of e, which is cut out of that chain if it is in it.
static void raise_link_steal(exc *e, ouro_obj *context) {
    if (ouro_is_immortal(&e->head)) {
        ouro_decref(context);
        return;
    }
    exc *at = e->flags & EXCEPTION_LINKED ? exc_of(context) : NULL;
    while (at && at->context != &e->head)
        at = at->context ? exc_of(at->context) : NULL;
    if (at)
        ouro_clearref(&at->head, &at->context); // not the last reference: the caller has one
    exc_of(context)->flags |= EXCEPTION_LINKED;
    ouro_setref_steal(&e->head, &e->context, context);
}

// What was pending before another was raised, as an exception. Takes: a thrown exception is moved out of `before`.
// Returns: new; NULL if there is none, or it cannot be made: `before` then still has it.
static ouro_obj *raise_context(ouro_rt *rt, ouro_error_state *before, const ouro_obj *raised) {
    if (before->code == OURO_OK)
        return NULL;
    if (!before->thrown) {
        ouro_obj *made = ouroi_exception_from_error(rt, before->code, before->message);
        if (made)
            before->code = OURO_OK;
        else
            ouro_error_clear(rt);
        return made;
    }
    if (before->thrown != raised && !ouro_is_exception(before->thrown))
        return NULL;
    before->code = OURO_OK;
    ouro_obj *context = ouro_takeslot(&before->thrown);
    if (context != raised)
        return context;
    ouro_decref(context); // raised again: the caller has it, too
    return NULL;
}

int ouro_raise(ouro_rt *rt, ouro_obj *exception) {
    if (!ouro_is_exception(exception))
        return ouroi_wrong_type(rt, "ouro_raise", "exception", exception);
    ouro_error_state before;
    ouro_incref(exception);
    ouro_error_save(rt, &before);
    ouro_obj *text = ouro_to_str(rt, exception);
    if (!text)
        ouro_error_clear(rt);
    ouro_obj *context = raise_context(rt, &before, exception);
    if (context)
        raise_link_steal(exc_of(exception), context);
    ouro_error_restore(rt, &before); // what could not become the context is replaced, and told of
    ouro_error_throw_text(rt, exception_code(rt, exc_of(exception)), exception,
                          text ? ouro_str_data(text) : ouroi_type_name(exception));
    ouro_xdecref(text);
    ouro_decref(exception);
    return -1;
}

static int raise_text(ouro_rt *rt, ouro_obj *class_object, const char *text) {
    ouro_obj *s = ouro_str_from(rt, text);
    ouro_obj *args = s ? ouro_tuple_new_steal(rt, &s, 1) : NULL;
    ouro_obj *exception = args ? ouro_exception_new(rt, class_object, args) : NULL;
    if (exception)
        ouro_raise(rt, exception);
    ouro_xdecref(exception);
    ouro_xdecref(args);
    return -1;
}

int ouro_raise_format(ouro_rt *rt, ouro_obj *class_object, const char *format, ...) {
    char near[256], *text = near;
    va_list args;
    va_start(args, format);
    int n = vsnprintf(near, sizeof near, format, args);
    va_end(args);
    if (n < 0)
        near[0] = 0;
    if (n >= (int)sizeof near) {
        text = ouro_buf_alloc(rt, (size_t)n + 1);
        if (!text)
            return -1;
        va_start(args, format);
        vsnprintf(text, (size_t)n + 1, format, args);
        va_end(args);
    }
    raise_text(rt, class_object, text);
    if (text != near)
        ouro_buf_free(rt, text);
    return -1;
}

// ---- catching ----

// A message as a str. It was cut at some byte, and it may come from anywhere: what is not UTF-8 is shown as "?".
static ouro_obj *catch_message(ouro_rt *rt, const char *message) {
    ouro_obj *s = ouro_str_from(rt, message);
    if (s || ouro_error_code(rt) != OURO_ERR_VALUE)
        return s;
    ouro_error_clear(rt);
    char plain[sizeof((ouro_error_state *)0)->message];
    size_t n = 0;
    for (; message[n]; n++)
        plain[n] = (unsigned char)message[n] < 0x80 ? message[n] : '?';
    return ouro_str_new(rt, plain, n);
}

ouro_obj *ouroi_exception_from_error(ouro_rt *rt, int code, const char *message) {
    if (code == OURO_ERR_MEMORY)
        return ouro_incref(state_of(rt)->memory_error);
    ouro_obj *class_object = ouro_exception_class(rt, code);
    ouro_obj *text = catch_message(rt, message);
    ouro_obj *args = text ? ouro_tuple_new_steal(rt, &text, 1) : NULL;
    ouro_obj *made = args ? ouroi_exception_make(rt, class_object, args) : NULL;
    if (made && error_class_code(rt, class_object) != code)
        exc_of(made)->code = code;
    ouro_xdecref(args);
    return made;
}

ouro_obj *ouro_catch(ouro_rt *rt) {
    if (ouro_error_code(rt) == OURO_OK)
        return NULL;
    if (ouro_error_peek(rt))
        return ouro_error_take(rt);
    ouro_error_state error;
    ouro_error_save(rt, &error);
    ouro_obj *made = ouroi_exception_from_error(rt, error.code, error.message);
    if (!made) {
        ouro_error_clear(rt);
        ouro_error_restore(rt, &error);
    }
    return made;
}

int ouro_catch_class(ouro_rt *rt, ouro_obj *class_object, ouro_obj **exception) {
    int code = ouro_error_code(rt);
    const ouro_obj *thrown = ouro_error_peek(rt);
    *exception = NULL;
    if (code == OURO_OK || !(thrown ? ouro_is_instance(thrown, class_object)
                                    : ouro_class_is_a(ouro_exception_class(rt, code), class_object)))
        return 0;
    *exception = ouro_catch(rt);
    return *exception ? 1 : -1;
}

// ---- opening ----

static int exception_open_class(ouro_rt *rt, size_t i) {
    std_state *s = state_of(rt);
    ouro_obj *base = error_class_table[i].base < 0 ? NULL : s->error_classes[error_class_table[i].base];
    if (!s->error_classes[i] &&
        (s->error_classes[i] = ouroi_class_builtin(rt, error_class_table[i].name, base, OUROI_KIND_EXCEPTION)))
        ouro_immortalize(s->error_classes[i]);
    return s->error_classes[i] ? 0 : -1;
}

int ouroi_exception_open(ouro_rt *rt) {
    std_state *s = state_of(rt);
    if (ouro_type_register(rt, &exception_plain_type) < 0 ||
        ouroi_kind_open(rt, &exception_type, OUROI_KIND_EXCEPTION) < 0)
        return -1;
    for (size_t i = 0; i < ERROR_CLASSES; i++)
        if (exception_open_class(rt, i) < 0)
            return -1;
    if (!s->memory_error) {
        s->memory_error = ouroi_exception_make(rt, ouro_exception_class(rt, OURO_ERR_MEMORY), NULL);
        if (!s->memory_error)
            return -1;
        ouro_immortalize(s->memory_error);
    }
    return 0;
}
