// SPDX-License-Identifier: MIT
// vm.c: the machine. Values, calls and guards are on stacks of its own, which a program can fill, but not overrun; only
// a builtin that calls a function (sort, say) takes some of the C stack, and such calls are counted by the runtime.
//
// The stack owns what is below m->sp, and a root visitor reports it. So a value is pushed after it is owned, and popped
// before it is dropped: whatever runs when something dies, or is allocated, finds the stack in order.
#include "lisp.h"

#include <string.h>

static const closure *vm_closure(const ouro_obj *o) {
    return (const closure *)(const void *)o;
}

static const code *vm_code(const ouro_obj *closure_object) {
    return (const code *)(const void *)vm_closure(closure_object)->code;
}

static const instruction *code_text(const code *c) {
    return (const instruction *)(const void *)(c->constants + c->n_constants);
}

static void vm_drop_to(lisp *m, ouro_obj **sp) {
    while (m->sp > sp) {
        ouro_obj *o = *--m->sp;
        ouro_decref(o);
    }
}

// ---- errors ----

int vm_note(lisp *m, const char *file, uint32_t line, uint32_t column) {
    if (!m->noted)
        snprintf(m->place, sizeof m->place, "%.130s:%u:%u", file, line, column);
    m->noted = true;
    return -1;
}

// An error is pending: the newest guard above `bottom` gets it. Returns: 0; -1 if there is none.
static int vm_throw(lisp *m, size_t bottom) {
    if (m->pc)
        vm_note(m, ouro_str_data(vm_code(m->base[-1])->file), m->pc[-1].line, m->pc[-1].column);
    while (m->n_guards > bottom) {
        guard g = m->guards[--m->n_guards];
        vm_drop_to(m, g.sp);
        m->n_frames = g.n_frames;
        m->base = g.base;
        m->pc = g.handler;
        ouro_obj *thrown = ouro_catch(m->rt);
        if (!thrown)
            continue; // no memory to make an object of the error, which goes on
        m->noted = false;
        ouro_obj *place = ouro_str_from(m->rt, m->place);
        if (!place)
            ouro_error_clear(m->rt);
        *m->sp++ = place ? place : ouro_incref(m->nothing);
        *m->sp++ = thrown;
        return 0;
    }
    return -1;
}

int vm_raise(lisp *m, ouro_obj *o) {
    if (ouro_is_exception(o))
        return ouro_raise(m->rt, o);
    ouro_obj *text = lisp_text(m, o, true);
    if (!text)
        return -1;
    ouro_error_throw_text(m->rt, OURO_ERR_THROWN, o, ouro_str_data(text));
    ouro_decref(text);
    return -1;
}

// What a guard has caught, and nobody wanted, is raised with the place that it had.
static int vm_raise_again(lisp *m, ouro_obj *place, ouro_obj *thrown) {
    if (ouro_is_str(place))
        snprintf(m->place, sizeof m->place, "%s", ouro_str_data(place));
    m->noted = ouro_is_str(place);
    return vm_raise(m, ouro_is_cell(thrown) ? ouro_cell_peek(thrown) : thrown);
}

// ---- calls ----

static int vm_room(lisp *m, size_t n) {
    if ((size_t)(m->stack + LISP_STACK - m->sp) > n && m->n_frames < LISP_FRAMES)
        return 0;
    return ouro_error_set(m->rt, OURO_ERR_DEPTH, "calls are nested too deep");
}

// Arguments from number n_args on become a list.
static int vm_gather(lisp *m, size_t n, size_t n_args) {
    ouro_obj *list = ouro_incref(m->nil);
    for (size_t i = n; i-- > n_args && list;)
        ouro_setslot_steal(&list, lisp_cons(m, m->sp[(ptrdiff_t)i - (ptrdiff_t)n], list));
    if (!list)
        return -1;
    vm_drop_to(m, m->sp - (n - n_args));
    *m->sp++ = list;
    return 0;
}

// The n arguments on the stack become those that a function wants. Returns: how many that are; -1: nothing has changed.
static int64_t vm_arguments(lisp *m, const code *c, size_t n) {
    if (n < c->n_args || (n > c->n_args && !c->rest)) {
        ouro_error_set(m->rt, OURO_ERR_TYPE, "%s wants %u argument%s, not %zu", ouro_str_data(c->name), c->n_args,
                       c->n_args == 1 ? "" : "s", n);
        return -1;
    }
    if (vm_room(m, c->most + 1) < 0 || (c->rest && vm_gather(m, n, c->n_args) < 0))
        return -1;
    return c->n_args + c->rest;
}

static int vm_enter(lisp *m, const ouro_obj *callee, size_t n) {
    int64_t used = vm_arguments(m, vm_code(callee), n);
    if (used < 0)
        return -1;
    m->frames[m->n_frames++] = (frame){m->pc, m->base};
    m->base = m->sp - used;
    m->pc = code_text(vm_code(callee));
    return 0;
}

static void vm_swap(ouro_obj **a, ouro_obj **b) {
    ouro_obj *o = *a;
    *a = *b;
    *b = o;
}

// The frame at hand is done with: function and arguments move into its place, and what was there is dropped.
static int vm_replace(lisp *m, const ouro_obj *callee, size_t n) {
    int64_t used = vm_arguments(m, vm_code(callee), n);
    if (used < 0)
        return -1;
    ouro_obj **from = m->sp - used - 1, **to = m->base - 1, **end = to + used + 1;
    m->pc = code_text(vm_code(callee));
    for (; to < end; to++, from++)
        vm_swap(to, from);
    vm_drop_to(m, end);
    return 0;
}

// The result of a call takes the place of its function and arguments.
static void vm_result(lisp *m, ouro_obj **place, ouro_obj *result) {
    vm_drop_to(m, place);
    *m->sp++ = result;
}

static int vm_call_object(lisp *m, ouro_obj *callee, size_t n) {
    ouro_obj *result = ouro_call(m->rt, callee, m->sp - n, n, NULL);
    if (!result)
        return -1;
    vm_result(m, m->sp - n - 1, result);
    return 0;
}

// (apply f a ... list): becomes (f a ... element ...). *n: the number of arguments.
static int vm_spread(lisp *m, size_t *n) {
    int64_t more = *n < 2 ? -1 : lisp_length(m, m->sp[-1]);
    if (more < 0)
        return ouro_error_set(m->rt, OURO_ERR_TYPE, "apply wants a function and a list");
    if (vm_room(m, (size_t)more) < 0)
        return -1;
    ouro_obj *list = *--m->sp;
    for (const pair *p = lisp_pair(list); p; p = lisp_pair(p->cdr))
        *m->sp++ = ouro_incref(p->car);
    ouro_decref(list);
    *n = *n - 2 + (size_t)more;
    ouro_obj **place = m->sp - *n - 2; // of apply: it goes, the rest moves down
    memmove(place, place + 1, (*n + 1) * sizeof *place);
    m->sp--;
    ouro_decref(m->apply);
    return 0;
}

static int vm_call(lisp *m, unsigned op, size_t n) {
    while (m->sp[-(ptrdiff_t)n - 1] == m->apply)
        if (vm_spread(m, &n) < 0)
            return -1;
    ouro_obj *callee = m->sp[-(ptrdiff_t)n - 1];
    if (!ouro_is(callee, &closure_type))
        return vm_call_object(m, callee, n);
    return op == OP_CALL ? vm_enter(m, callee, n) : vm_replace(m, callee, n);
}

static void vm_return(lisp *m) {
    ouro_obj *result = *--m->sp;
    vm_result(m, m->base - 1, result);
    frame f = m->frames[--m->n_frames];
    m->pc = f.pc;
    m->base = f.base;
}

// ---- what takes more than a few lines ----

// The same for two ints of a word whose result is one. Returns: NULL also if there is more to it.
static inline ouro_obj *vm_words(lisp *m, unsigned op, const ouro_obj *a, const ouro_obj *b) {
    if (!ouro_int_is_word(a) || !ouro_int_is_word(b))
        return NULL;
    int64_t x = ouro_int_word(a), y = ouro_int_word(b), z;
    switch (op) {
    case OP_ADD:
        return __builtin_add_overflow(x, y, &z) ? NULL : ouro_int_new(m->rt, z);
    case OP_SUB:
        return __builtin_sub_overflow(x, y, &z) ? NULL : ouro_int_new(m->rt, z);
    case OP_MUL:
        return __builtin_mul_overflow(x, y, &z) ? NULL : ouro_int_new(m->rt, z);
    case OP_EQ:
        return lisp_bool(m, x == y);
    case OP_LT:
        return lisp_bool(m, x < y);
    case OP_LE:
        return lisp_bool(m, x <= y);
    case OP_GT:
        return lisp_bool(m, x > y);
    default:
        return lisp_bool(m, x >= y);
    }
}

static int vm_binary(lisp *m, unsigned op) {
    ouro_obj *a = m->sp[-2], *b = m->sp[-1];
    ouro_obj *result = op == OP_CONS ? lisp_cons(m, a, b) : number_arithmetic(m, op, a, b);
    if (!result)
        return -1;
    vm_result(m, m->sp - 2, result);
    return 0;
}

static int vm_part(lisp *m, unsigned op) {
    const pair *p = lisp_pair(m->sp[-1]);
    if (p)
        vm_result(m, m->sp - 1, ouro_incref(op == OP_CAR ? p->car : p->cdr));
    else
        builtins_wants(m, op == OP_CAR ? "car" : "cdr", "a pair", m->sp[-1]);
    return p ? 0 : -1;
}

// The instructions behind OP_CLOSURE say where the captured values are.
static int vm_make_closure(lisp *m, ouro_obj *code_object, const closure *running) {
    const code *c = (const code *)(const void *)code_object;
    closure *made = ouro_new_untracked(m->rt, &closure_type, c->n_captured);
    if (!made)
        return -1;
    made->code = ouro_incref(code_object);
    for (size_t i = 0; i < c->n_captured; i++, m->pc++)
        made->captured[i] = ouro_incref(m->pc->op == OP_LOCAL ? m->base[m->pc->arg] : running->captured[m->pc->arg]);
    ouro_track(&made->head);
    *m->sp++ = &made->head;
    return 0;
}

// A name gets a value, which is on top. From now on what is compiled calls that.
static void vm_set_global(lisp *m, symbol *s) {
    s->op_args = NEVER;
    ouro_setref_steal(&s->head, &s->value, *--m->sp);
}

static int vm_undefined(lisp *m, const symbol *s) {
    return ouro_error_set(m->rt, OURO_ERR_KEY, "%s is not defined", ouro_str_data(s->name));
}

static int vm_set(lisp *m, const instruction *i, ouro_obj *constant) {
    symbol *s = (symbol *)(void *)constant;
    if (i->op == OP_SET_LOCAL_CELL)
        ouro_cell_set(m->base[i->arg], m->sp[-1]);
    else if (i->op == OP_SET_CAPTURED_CELL)
        ouro_cell_set(vm_closure(m->base[-1])->captured[i->arg], m->sp[-1]);
    else if (i->op == OP_SET_GLOBAL && !s->value)
        return vm_undefined(m, s);
    else {
        vm_set_global(m, s);
        return 0;
    }
    vm_drop_to(m, m->sp - 1);
    return 0;
}

// A value on the stack gets into a cell.
static int vm_box(lisp *m, ouro_obj **place) {
    ouro_obj *cell = ouro_cell_new(m->rt, *place);
    if (cell)
        ouro_setslot_steal(place, cell);
    return cell ? 0 : -1;
}

static int vm_push_new(lisp *m, ouro_obj *o) {
    if (o)
        *m->sp++ = o;
    return o ? 0 : -1;
}

static void vm_rebind(lisp *m, size_t n) {
    ouro_obj **values = m->sp - n;
    for (size_t i = 0; i < n; i++)
        vm_swap(values + i, values + i - n);
    vm_drop_to(m, values);
}

static int vm_guard(lisp *m, const instruction *handler) {
    if (m->n_guards == LISP_GUARDS)
        return ouro_error_set(m->rt, OURO_ERR_DEPTH, "guards are nested too deep");
    m->guards[m->n_guards++] = (guard){handler, m->base, m->sp, m->n_frames};
    return 0;
}

// ---- running ----

// The instructions that may call, make, change or fail. m->pc is behind the one at hand.
static int vm_slow(lisp *m, const instruction *i) {
    const closure *running = vm_closure(m->base[-1]);
    const code *c = vm_code(&running->head);
    switch (i->op) {
    case OP_CALL:
    case OP_TAIL_CALL:
        return vm_call(m, i->op, i->arg);
    case OP_RETURN:
        vm_return(m);
        return 0;
    case OP_CLOSURE:
        return vm_make_closure(m, c->constants[i->arg], running);
    case OP_CAR:
    case OP_CDR:
        return vm_part(m, i->op);
    case OP_BOX:
        return vm_box(m, m->base + i->arg);
    case OP_EMPTY_BOX:
        return vm_push_new(m, ouro_cell_new(m->rt, NULL));
    case OP_SLIDE:
        vm_swap(m->sp - 1, m->sp - 1 - i->arg);
        vm_drop_to(m, m->sp - i->arg);
        return 0;
    case OP_REBIND:
        vm_rebind(m, i->arg);
        return 0;
    case OP_GUARD:
        return vm_guard(m, code_text(c) + i->arg);
    case OP_UNGUARD:
        m->n_guards--;
        return 0;
    case OP_RAISE_AGAIN:
        return vm_raise_again(m, m->base[i->arg], m->base[i->arg + 1]);
    case OP_GLOBAL:
        return vm_undefined(m, (const symbol *)(const void *)c->constants[i->arg]);
    case OP_LOCAL_CELL:
    case OP_CAPTURED_CELL:
        return ouro_error_set(m->rt, OURO_ERR_STATE, "a variable is used before it has a value");
    case OP_SET_LOCAL_CELL:
    case OP_SET_CAPTURED_CELL:
        return vm_set(m, i, NULL);
    case OP_SET_GLOBAL:
    case OP_DEFINE:
        return vm_set(m, i, c->constants[i->arg]);
    default:
        return ouro_error_code(m->rt) == OURO_OK ? vm_binary(m, i->op) : -1;
    }
}

// Replaces the n values on top, of which the stack is rid before they are dropped. Returns: the new top.
static inline ouro_obj **vm_top(lisp *m, ouro_obj **sp, size_t n, ouro_obj *o) {
    m->sp = sp -= n;
    for (size_t i = 0; i < n; i++)
        ouro_decref(sp[i]);
    *sp = o;
    return sp + 1;
}

// Runs the instructions that only move and look at values, until one that does more. Returns: that one. The top of the
// stack is in a variable here; m->sp is right whenever something can run.
static const instruction *vm_fast(lisp *m) {
    ouro_obj **const base = m->base, **sp = m->sp, *o;
    const code *const c = vm_code(base[-1]);
    const pair *p;
    for (const instruction *i = m->pc, *const text = code_text(c);; i++) {
        switch (i->op) {
        case OP_CONSTANT:
            *sp++ = ouro_incref(c->constants[i->arg]);
            continue;
        case OP_LOCAL:
            *sp++ = ouro_incref(base[i->arg]);
            continue;
        case OP_CAPTURED:
            *sp++ = ouro_incref(vm_closure(base[-1])->captured[i->arg]);
            continue;
        case OP_LOCAL_CELL:
            if ((o = ouro_cell_peek(base[i->arg])))
                *sp++ = ouro_incref(o);
            break;
        case OP_CAPTURED_CELL:
            if ((o = ouro_cell_peek(vm_closure(base[-1])->captured[i->arg])))
                *sp++ = ouro_incref(o);
            break;
        case OP_GLOBAL:
            if ((o = ((symbol *)(void *)c->constants[i->arg])->value))
                *sp++ = ouro_incref(o);
            break;
        case OP_POP:
            m->sp = --sp;
            ouro_decref(*sp);
            continue;
        case OP_JUMP_FALSE:
        case OP_JUMP_TRUE:
            m->sp = --sp;
            o = *sp;
            if ((o == m->f) == (i->op == OP_JUMP_FALSE))
                i = text + i->arg - 1;
            ouro_decref(o);
            continue;
        case OP_JUMP_FALSE_KEEP:
        case OP_JUMP_TRUE_KEEP:
            if ((sp[-1] == m->f) != (i->op == OP_JUMP_FALSE_KEEP)) {
                m->sp = --sp;
                ouro_decref(*sp);
                continue;
            } // fall through
        case OP_JUMP:
            i = text + i->arg - 1;
            continue;
        case OP_NOT:
            sp = vm_top(m, sp, 1, lisp_bool(m, sp[-1] == m->f));
            continue;
        case OP_NULL:
            sp = vm_top(m, sp, 1, lisp_bool(m, sp[-1] == m->nil));
            continue;
        case OP_PAIR:
            sp = vm_top(m, sp, 1, lisp_bool(m, lisp_pair(sp[-1])));
            continue;
        case OP_SAME:
            sp = vm_top(m, sp, 2, lisp_bool(m, number_same(sp[-2], sp[-1])));
            continue;
        case OP_CAR:
        case OP_CDR:
            if ((o = (p = lisp_pair(sp[-1])) ? i->op == OP_CAR ? p->car : p->cdr : NULL))
                sp = vm_top(m, sp, 1, ouro_incref(o));
            break;
        case OP_ADD:
        case OP_SUB:
        case OP_MUL:
        case OP_EQ:
        case OP_LT:
        case OP_LE:
        case OP_GT:
        case OP_GE:
            m->sp = sp;
            if ((o = vm_words(m, i->op, sp[-2], sp[-1])))
                sp = vm_top(m, sp, 2, o);
            break;
        default:
            o = NULL;
        }
        if (!o) {
            m->sp = sp;
            m->pc = i + 1;
            return i;
        }
    }
}

// Runs until all calls above `frames` have returned. Returns: 0, their value on the stack; -1, the stack as it may be.
static int vm_run(lisp *m, size_t frames, size_t guards) {
    while (m->n_frames > frames) {
        const instruction *i = vm_fast(m);
        if (vm_slow(m, i) < 0 && vm_throw(m, guards) < 0)
            return -1;
    }
    return 0;
}

// The machine may be running: a builtin may have called this. It goes on as if nothing had been.
ouro_obj *vm_apply(ouro_rt *rt, ouro_obj *f, ouro_obj *const *args, size_t n, ouro_obj *kwnames) {
    lisp *m = ouro_rt_user(rt);
    const instruction *pc = m->pc;
    ouro_obj **base = m->base, **sp = m->sp, *result = NULL;
    size_t n_frames = m->n_frames, n_guards = m->n_guards;
    if (kwnames && ouro_tuple_size(kwnames)) {
        ouro_error_set(rt, OURO_ERR_TYPE, "%s takes no arguments by name", ouro_str_data(vm_code(f)->name));
        return NULL;
    }
    if (vm_room(m, n + 1) < 0)
        return NULL;
    *m->sp++ = ouro_incref(f);
    for (size_t i = 0; i < n; i++)
        *m->sp++ = ouro_incref(args[i]);
    if (vm_enter(m, f, n) == 0 && vm_run(m, n_frames, n_guards) == 0)
        result = *--m->sp;
    vm_drop_to(m, sp);
    m->pc = pc;
    m->base = base;
    m->n_frames = n_frames;
    m->n_guards = n_guards;
    return result;
}
