// SPDX-License-Identifier: MIT
// lisp.h: the objects of the interpreter, and what its files need of each other.
//
// Values are objects of the runtime: ints, floats, strs and dicts (tables) as they come; pairs, symbols, vectors and
// closures are types of our own. An expression becomes a code object (compile.c), which a machine with an explicit
// stack runs (vm.c). Functions return new references and borrow their arguments, except where they say otherwise;
// NULL or -1 means that an error is pending in the runtime.
#ifndef LISP_H
#define LISP_H

#include <ouro/std.h>
#include <stdbool.h>
#include <stdio.h>

enum {
    LISP_STACK = 1 << 20,  // values that the machine can hold
    LISP_FRAMES = 1 << 18, // calls that can be open
    LISP_GUARDS = 1 << 14, // guards that can be open
    LISP_NESTING = 200,    // how deep forms can be nested in source text; data can be nested without end
    LISP_NAMES = 200,      // variables that a function can have
};

typedef struct pair {
    ouro_obj head;
    ouro_obj *car, *cdr;
} pair;

// What the reader makes: a pair that knows where in the text its car begins. Pairs made by programs pay nothing for it.
typedef struct placed {
    pair pair;
    uint32_t line, column;
} placed;

typedef struct special special;

// A symbol is its global variable, too: reading one is one load.
typedef struct symbol {
    ouro_obj head;
    ouro_obj *name, *value; // value: NULL while undefined
    const special *special; // what the compiler does with a form that begins with it, or NULL
    uint8_t op, op_args;    // the instruction that does the same as calling its value with so many arguments
    bool assigned;          // some `set!` names it: its variables live in cells
} symbol;

// #t, #f, (), and what expressions without a value give.
typedef struct atom {
    ouro_obj head;
    const char *text;
} atom;

typedef struct instruction {
    uint32_t op : 8, arg : 24;
    uint32_t line : 20, column : 12; // for the error that it may cause
} instruction;

// A function's body. The instructions lie behind the constants, in the same block.
typedef struct code {
    ouro_obj head;
    ouro_obj *name, *file; // strs
    uint32_t n_args, most; // required arguments; the most values that it has on the stack at once
    uint32_t n_captured;   // values that a closure of it takes along
    bool rest;             // all further arguments come as a list
    uint64_t n_constants;
    ouro_obj *constants[];
} code;

// A function with the variables that it took along from where it was made.
typedef struct closure {
    ouro_obj head;
    ouro_obj *code;
    uint64_t n;
    ouro_obj *captured[];
} closure;

typedef struct frame {
    const instruction *pc;
    ouro_obj **base;
} frame;

typedef struct guard {
    const instruction *handler;
    ouro_obj **base, **sp;
    size_t n_frames;
} guard;

typedef struct lisp {
    ouro_rt *rt;
    ouro_obj *symbols; // from names to symbols
    ouro_obj *t, *f, *nil, *nothing, *zero, *one;
    ouro_obj *apply; // the one native that the machine treats in its own way

    // The machine. base[-1] is the closure that runs, base[0] its first argument or variable; the stack owns all that
    // is below sp.
    ouro_obj **stack, **sp, **base;
    const instruction *pc;
    frame *frames; // of callers
    guard *guards;
    size_t n_frames, n_guards;

    char place[160]; // where the pending error was raised: FILE:LINE:COLUMN
    bool noted;      // `place` belongs to the pending error
} lisp;

// ---- objects.c ----

extern ouro_type pair_type, placed_type, vector_type, atom_type, symbol_type, code_type, closure_type;

int objects_register(ouro_rt *rt);
ouro_obj *lisp_cons(lisp *m, ouro_obj *car, ouro_obj *cdr);
ouro_obj *lisp_atom(lisp *m, const char *text);
// The one symbol of this name; it stays as long as the interpreter.
ouro_obj *lisp_symbol(lisp *m, const char *name);
// Takes: steals the list, which ends.
ouro_obj *lisp_vector_of(lisp *m, ouro_obj *list);
// A list of what a vector, or any list of the standard objects, has.
ouro_obj *lisp_list(lisp *m, const ouro_obj *row);
// How many elements; -1 if it is no list that ends.
int64_t lisp_length(const lisp *m, const ouro_obj *list);
// An object's text: as it is written in a program, or for a reader. A str.
ouro_obj *lisp_text(lisp *m, ouro_obj *o, bool written);

static inline const pair *lisp_pair(const ouro_obj *o) {
    return ouro_is(o, &pair_type) || ouro_is(o, &placed_type) ? (const pair *)(const void *)o : NULL;
}

static inline ouro_obj *lisp_bool(lisp *m, bool yes) {
    return ouro_incref(yes ? m->t : m->f);
}

// ---- reader.c ----

typedef struct reader {
    lisp *m;
    FILE *in;
    ouro_obj *file;        // a str
    uint32_t line, column; // of the next character
} reader;

// Reads one expression, as the car of a placed pair. 1; 0 at the end; -1 after a mistake, which has its place.
int reader_read(reader *r, ouro_obj **out);
void reader_skip_line(reader *r);

// ---- compile.c ----

// The instructions. Where one pops, pushes or jumps, vm.c says.
enum {
    OP_CONSTANT,
    OP_LOCAL,
    OP_LOCAL_CELL,
    OP_CAPTURED,
    OP_CAPTURED_CELL,
    OP_GLOBAL,
    OP_POP,
    OP_JUMP,
    OP_JUMP_FALSE, // pops
    OP_JUMP_TRUE,
    OP_JUMP_FALSE_KEEP, // pops if it does not jump
    OP_JUMP_TRUE_KEEP,
    OP_ADD, // up to OP_GE: see number_arithmetic
    OP_SUB,
    OP_MUL,
    OP_EQ,
    OP_LT,
    OP_LE,
    OP_GT,
    OP_GE,
    OP_NOT,
    OP_NULL,
    OP_PAIR,
    OP_SAME,
    OP_CAR,
    OP_CDR,
    OP_CONS,
    OP_SET_LOCAL_CELL,
    OP_SET_CAPTURED_CELL,
    OP_SET_GLOBAL,
    OP_DEFINE,
    OP_BOX,
    OP_EMPTY_BOX,
    OP_CLOSURE,
    OP_SLIDE,
    OP_REBIND,
    OP_GUARD,
    OP_UNGUARD,
    OP_RAISE_AGAIN,
    OP_CALL,
    OP_TAIL_CALL,
    OP_RETURN
};

// Makes the special forms known.
int compile_open(lisp *m);
// A closure without arguments that does what the car of a pair says; a placed one tells where. `file` is a str.
ouro_obj *compile_expression(lisp *m, ouro_obj *at, ouro_obj *file);

// ---- vm.c ----

// Calls a closure; also what ouro_call does with one.
ouro_obj *vm_apply(ouro_rt *rt, ouro_obj *f, ouro_obj *const *args, size_t n, ouro_obj *kwnames);
// Remembers a place of the pending error, unless it has one. Returns: -1.
int vm_note(lisp *m, const char *file, uint32_t line, uint32_t column);
// Makes any object the pending error. Returns: -1.
int vm_raise(lisp *m, ouro_obj *o);

// ---- numbers.c ----

// Two numbers, and an instruction from OP_ADD to OP_GE.
ouro_obj *number_arithmetic(lisp *m, unsigned op, ouro_obj *a, ouro_obj *b);
// Whether two objects are one, or numbers of one kind and value.
bool number_same(const ouro_obj *a, const ouro_obj *b);

// ---- builtins.c, and functions in text.c and numbers.c ----

typedef struct builtin builtin;

// What a builtin function is called with.
typedef struct call {
    lisp *m;
    const builtin *b;
    ouro_obj *const *args;
    size_t n;
} call;

enum { NEVER = 255 };

struct builtin {
    const char *name;
    ouro_obj *(*fn)(const call *c);
    size_t least, most; // arguments
    const char *types;  // a letter for each, the last also for those behind it; see builtin_wanted
    uint8_t op;         // what fn makes of it; and with `op_args` arguments, the instruction that replaces a call
    uint8_t op_args;
};

extern const builtin builtins_table[], number_table[], text_table[]; // the last has no name
extern const char text_prelude[];

int builtins_open(lisp *m);
// Sets OURO_ERR_TYPE: "NAME: a pair is wanted, not int". Returns: NULL.
ouro_obj *builtins_wants(lisp *m, const char *name, const char *what, const ouro_obj *got);

// ---- lisp.c ----

// Makes an interpreter in a runtime, m->rt, whose user it is. After a failure it is to be closed all the same.
int lisp_open(lisp *m);
// Ends it with its runtime. Returns: how many objects were left.
size_t lisp_close(lisp *m);
// Reads an expression and runs it: 1 and its value; 0 at the end; -1.
int lisp_step(reader *r, ouro_obj **value);
// Runs all that a file has: 0; -1.
int lisp_run(lisp *m, FILE *in, const char *name);
// Says on stderr what went wrong, which needs no memory, and forgets it.
void lisp_report(lisp *m);

#endif
