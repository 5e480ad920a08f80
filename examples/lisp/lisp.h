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
    const char *file; // lives longer than the interpreter
    uint32_t line, column;
} place;

typedef struct pair {
    ouro_obj head;
    ouro_obj *car, *cdr;
} pair;

// What the reader makes: a pair that knows where in the text its car begins. Pairs made by programs pay nothing for it.
typedef struct placed {
    pair pair;
    place place;
} placed;

typedef struct special special;

// A symbol is its global variable, too: reading one is one load. #t, #f, () and what expressions without a value give
// are of a type of their own: they have a name and nothing more.
typedef struct symbol {
    ouro_obj head;
    ouro_obj *name, *value; // value: NULL while undefined
    const special *special; // what to do with a form that begins with it, or NULL
} symbol;

// A function. Its scope is () or a pair whose car is a list of (symbol . value), innermost first; definitions in a body
// change that car.
typedef struct closure {
    ouro_obj head;
    ouro_obj *name, *code, *scope; // code: the parameters, and behind them the body
} closure;

typedef struct lisp {
    ouro_rt *rt;
    ouro_obj *symbols; // from names to symbols, which stay as long as the interpreter
    ouro_obj *t, *f, *nil, *nothing;
    ouro_obj *apply;     // the native that the evaluator knows
    uintptr_t stack_end; // the C stack is not used below
    place place;         // where the pending error was raised
    bool noted;          // `place` belongs to the pending error
} lisp;

// Where evaluation goes on. Both are owned, `at` through `code`; no `at`: nowhere.
typedef struct tail {
    const pair *at; // a pair whose car is to be evaluated
    ouro_obj *code, *scope;
} tail;

// What a special form does with the parts behind its name: gives a value, or says in *t where to go on; or fails.
struct special {
    const char *name;
    ouro_obj *(*run)(lisp *m, const pair *parts, tail *t);
    int64_t least, most; // parts
};

// ---- objects.c ----

extern ouro_type pair_type, placed_type, symbol_type, closure_type;

// Makes an interpreter in a runtime, m->rt, whose user it is. After a failure it is to be closed all the same.
int lisp_open(lisp *m);
// Ends it with its runtime. Returns: how many objects were left.
size_t lisp_close(lisp *m);
// Takes: steals the car, which may be NULL: then so is the result. With a place if `at` has a file.
ouro_obj *lisp_cons(lisp *m, ouro_obj *car, ouro_obj *cdr, place at);
// The one symbol of this name.
ouro_obj *lisp_symbol(lisp *m, const char *name);
// How many elements; -1 if it is no list that ends.
int64_t lisp_length(const lisp *m, const ouro_obj *list);
// An object's text as it is written in a program, a str.
ouro_obj *lisp_text(lisp *m, ouro_obj *o);
// Sets OURO_ERR_VALUE, its message both texts, one behind the other. Returns: NULL.
void *lisp_fail(lisp *m, const char *text, const char *more);
// Remembers a place of the pending error, unless it has one.
void lisp_note(lisp *m, place at);
// Returns: 0; -1 if there is not much left of the C stack.
int lisp_depth(lisp *m);

static inline pair *lisp_pair(const ouro_obj *o) {
    return ouro_is(o, &pair_type) || ouro_is(o, &placed_type) ? (pair *)(uintptr_t)o : NULL;
}

// ---- reader.c ----

typedef struct reader {
    lisp *m;
    FILE *in;
    place next, at; // of the next character; of the expression at hand
} reader;

// Reads one expression, as the car of a placed pair. 1; 0 at the end; -1.
int reader_read(reader *r, ouro_obj **out);
// Reads an expression and runs it: 1 and its value; 0 at the end; -1.
int reader_step(reader *r, ouro_obj **value);
// Runs all that a file has: 0; -1.
int reader_run(lisp *m, FILE *in, const char *name);
void reader_skip_line(reader *r);

// ---- eval.c, forms.c, builtins.c ----

// The value of a pair's car. The pair must not change meanwhile: programs cannot get hold of their text.
ouro_obj *eval(lisp *m, const pair *at, ouro_obj *scope);
// Evaluates all of a body but the last, with which *t goes on. Returns: NULL.
ouro_obj *eval_body(lisp *m, const pair *body, tail *t);
// Calls a closure or m->apply; also what ouro_call does with a closure.
ouro_obj *eval_apply(ouro_rt *rt, ouro_obj *f, ouro_obj *const *args, size_t n, ouro_obj *kwnames);
// Makes any object the pending error. Returns: NULL.
ouro_obj *form_raise(lisp *m, ouro_obj *o);
// The variable's (symbol . value); NULL if it is a global one. Borrowed.
pair *scope_find(const ouro_obj *scope, const ouro_obj *name);
// Makes a variable in a scope that is not (). Takes: steals the value, which may be NULL. Returns: 0, or -1.
int scope_add(lisp *m, ouro_obj *scope, ouro_obj *name, ouro_obj *value);
// A scope that has all that another has.
ouro_obj *scope_new(lisp *m, const ouro_obj *outer);
ouro_obj *lisp_closure(lisp *m, ouro_obj *name, ouro_obj *parameters, ouro_obj *body, ouro_obj *scope);
int forms_open(lisp *m);
// Makes the functions known, those in C and those in Lisp.
int builtins_open(lisp *m);

#endif
