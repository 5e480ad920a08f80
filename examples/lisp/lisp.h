// SPDX-License-Identifier: MIT
// lisp.h: the objects of the interpreter, and what its files need of each other.
//
// Values are objects of the runtime: ints, floats, strs, lists (vectors) and dicts (tables) as they come; pairs,
// symbols and closures are types of our own. A program is data that the reader has made, and is run as it is.
// Functions return new references and borrow their arguments, except where they say otherwise; NULL or -1: an error
// is pending.
#ifndef LISP_H
#define LISP_H

#include <ouro/std.h>
#include <stdbool.h>
#include <stdio.h>

typedef struct place {
    const char *file; // lives longer than the interpreter; NULL: nobody knows, or wants to know
    uint32_t line, column;
} place;

static const place nowhere = {NULL, 0, 0};

// Pairs never change once they are made: a list ends, and a program's text is safe to walk while it runs.
typedef struct pair {
    ouro_obj head;
    ouro_obj *car, *cdr;
    place place; // in a program's text: where the car begins or, of the first pair of a list, the list
} pair;

// A symbol is its global variable, too. #t, #f, () and what expressions without a value give are of a type of their
// own: they have a name and nothing more.
typedef struct symbol {
    ouro_obj head;
    ouro_obj *name, *value;        // value: NULL while undefined
    const struct special *special; // what to do with a form that begins with it, or NULL
} symbol;

// A function. Each call makes a scope: a pair of its variables, a dict, and the closure. So a scope keeps alive the
// code that runs in it, and leads to the scope around it. The outermost scope is ().
typedef struct closure {
    ouro_obj head;
    ouro_obj *name, *names, *body, *scope; // names: of the parameters
} closure;

typedef struct lisp {
    ouro_rt *rt;
    ouro_obj *symbols;                        // from names to symbols, which stay as long as the interpreter
    ouro_obj *t, *f, *nil, *nothing, *expand; // some of them, borrowed
    uintptr_t stack_end;                      // the C stack is not used below
    place place;                              // where the pending error was raised, if that is known
} lisp;

extern ouro_type pair_type, symbol_type, closure_type;

static inline const pair *lisp_pair(const ouro_obj *o) {
    return ouro_is(o, &pair_type) ? (const pair *)o : NULL;
}

// Makes an interpreter in a runtime, m->rt, whose user it is. It ends with the runtime.
int lisp_open(lisp *m);
// Takes: steals both, which may be NULL: then so is the result.
ouro_obj *lisp_cons(lisp *m, ouro_obj *car, ouro_obj *cdr, place at);
// The one symbol of this name.
ouro_obj *lisp_symbol(lisp *m, const char *name);
// How many elements; -1 if it is no list.
int64_t lisp_length(const lisp *m, const ouro_obj *list);
// An object's text as it is written in a program, a str.
ouro_obj *lisp_text(ouro_rt *rt, ouro_obj *o);
// Sets OURO_ERR_VALUE, its message both texts, one behind the other. Returns: NULL.
void *lisp_fail(lisp *m, const char *text, const char *more);
// Remembers a place of the pending error, unless it has one.
void lisp_note(lisp *m, place at);
// Returns: 0; -1 if there is not much left of the C stack.
int lisp_depth(lisp *m);

typedef struct reader {
    lisp *m;
    FILE *in;
    place next, at; // of the next character; of the expression at hand
} reader;

// Reads one expression, as the car of a pair. 1; 0 at the end; -1.
int reader_read(reader *r, ouro_obj **out);
void reader_skip_line(reader *r);

// The value of a pair's car.
ouro_obj *eval(lisp *m, const pair *at, ouro_obj *scope);
// What ouro_call does with a closure.
ouro_obj *eval_apply(ouro_rt *rt, ouro_obj *f, ouro_obj *const *args, size_t n, ouro_obj *kwnames);
// The special form of this name, or NULL.
const struct special *eval_special(const char *name);
// Makes the functions in C known.
int builtins_open(lisp *m);
// The text of those in Lisp; NULL on failure.
FILE *builtins_prelude(void);

#endif
