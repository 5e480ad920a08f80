// SPDX-License-Identifier: MIT
// compile.h: what the compiler (compile.c) and the special forms (forms.c) share.
#ifndef COMPILE_H
#define COMPILE_H

#include "lisp.h"

// Where an expression stands: its value goes on being used, or is the function's.
typedef enum position { INNER, TAIL } position;

typedef struct variable {
    symbol *name;
    uint32_t slot;
    bool boxed; // it lives in a cell
} variable;

// A variable of outside, and where the function around has it: OP_LOCAL or OP_CAPTURED.
typedef struct capture {
    symbol *name;
    uint32_t slot;
    uint8_t op;
    bool boxed;
} capture;

// A function that is being compiled.
typedef struct function {
    struct function *outer;
    ouro_obj *constants; // a list
    instruction *text;
    size_t n, depth, most; // instructions; values on the stack now, and at most
    size_t n_variables, n_captures;
    variable variables[LISP_NAMES];
    capture captures[LISP_NAMES];
} function;

typedef struct compiler {
    lisp *m;
    function *f;           // the innermost
    ouro_obj *file;        // a str
    uint32_t line, column; // of the expression at hand
    size_t nesting, marked;
} compiler;

// A special form's function gets the form's parts, a list that ends.
struct special {
    const char *name;
    int (*compile)(compiler *c, const pair *form, position where);
    int64_t least, most; // parts
};

enum { NO_JUMP = 0xFFFFFF };

int compile_fail(compiler *c, const char *format, ...) __attribute__((format(printf, 2, 3)));
// The symbol that x is. Returns: borrowed; NULL after an error.
symbol *compile_name(compiler *c, ouro_obj *x);

int64_t emit(compiler *c, unsigned op, size_t arg, int effect);
int emit_with(compiler *c, unsigned op, ouro_obj *o, int effect);
int emit_jump(compiler *c, unsigned op, size_t *chain, int effect);
void emit_here(compiler *c, size_t chain);
int emit_value(compiler *c, position where);
int emit_set(compiler *c, symbol *name);
// The variables from number n on end; the value on top takes the place of what lies above `depth`.
int emit_end(compiler *c, size_t n, size_t depth, position where);
// The value of what has none.
int emit_nothing(compiler *c, position where);
// Names the value at a place on the stack.
int compile_declare(compiler *c, symbol *name, size_t slot, bool boxed);

// Expressions are handed over as pairs of which they are the car, since these know the place.
int compile_car(compiler *c, const pair *at, position where);
// The parts of a body, definitions among them, in a block of their own.
int compile_body(compiler *c, ouro_obj *forms, position where);
int compile_lambda(compiler *c, symbol *name, ouro_obj *parameters, ouro_obj *body);
// The arguments of a call whose function is on the stack, and the call.
int compile_call(compiler *c, ouro_obj *arguments, position where);

// Leaves the value of a definition. *name: what it defines.
int compile_definition(compiler *c, const pair *form, symbol **name);

// forms.c: the special forms; the last has no name.
extern const special forms_table[];
int forms_define(compiler *c, const pair *form, position where);

#endif
