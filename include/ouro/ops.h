// SPDX-License-Identifier: MIT
// ouro/ops.h: how a type takes part in the protocols of ouro/protocol.h. `ops` of its ouro_type points to an ouro_ops;
// each member may be NULL. The standard types are made of nothing else.
//
//     static ouro_ops point_ops;
//     ...
//     ouro_ops_init(&point_ops);
//     point_ops.repr = point_repr;
//     point_type.ops = &point_ops;
//
// A type based on another inherits the members that it leaves NULL.
//
// Nests. Structures are deep, the C stack is not: an operation that goes into what an object holds is called step by
// step. It gets an ouro_step, all zero at the first call, kept for it between the calls; each call either finishes, or
// hands out one part and is called again when that part has been dealt with. Between two calls anything may happen to
// the object: it is alive, all else has to be read again.
#ifndef OURO_OPS_H
#define OURO_OPS_H

#include "base.h"
#include "builder.h"

OURO_BEGIN

// The relations of ouro_compare.
typedef enum ouro_relation { OURO_EQ, OURO_NE, OURO_LT, OURO_LE, OURO_GT, OURO_GE } ouro_relation;

// The operations of ouro_unary and ouro_binary.
typedef enum ouro_op {
    OURO_NEG,    // -a
    OURO_POS,    // +a
    OURO_ABS,    // the absolute value
    OURO_INVERT, // ~a
    OURO_ADD,    // a + b: numbers; sequences: one behind the other
    OURO_SUB,
    OURO_MUL,      // numbers; a sequence and an int: repeated
    OURO_DIV,      // the quotient as a float
    OURO_FLOORDIV, // the quotient rounded down
    OURO_MOD,      // what is left then; has the sign of b
    OURO_POW,
    OURO_AND, // ints by bits; sets: what is in both
    OURO_OR,
    OURO_XOR,
    OURO_LSHIFT,
    OURO_RSHIFT
} ouro_op;

// What compare, pair, unary and binary answer besides 1, 0 and -1: not for these operands; ask the other one.
#define OURO_PASS 2
// What pair answers to have two parts compared.
#define OURO_MORE 3

// What a stepwise operation keeps from one call to the next. `held` is dropped when the operation ends.
typedef struct ouro_step {
    size_t at;
    uint64_t number;
    ouro_obj *held;
} ouro_step;

typedef struct ouro_ops {
    size_t struct_size;

    // The hash of an object that compares by value. To have a part hashed, hand it out (new) and answer 1: the next
    // call finds its hash in *hash. With 0, *hash is the result. -1: unhashable, or failed. A type that has neither
    // hash nor compare nor pair is hashed by identity.
    int (*hash)(ouro_rt *rt, ouro_obj *o, ouro_step *step, uint64_t *hash, ouro_obj **part);

    // a <relation> b for objects that do not nest: 1, 0, -1, or OURO_PASS. `a` is of this type, b of any. For
    // OURO_NE, OURO_PASS or what OURO_EQ would not say.
    int (*compare)(ouro_rt *rt, ouro_relation relation, ouro_obj *a, ouro_obj *b);

    // Asked after compare has passed, for objects that nest: also OURO_MORE, with two parts (new) in *x and *y that are
    // to be tested for equality. If they are equal the next call goes on behind them; if not, the answer is the
    // relation of x and y.
    int (*pair)(ouro_rt *rt, ouro_relation relation, ouro_obj *a, ouro_obj *b, ouro_step *step, ouro_obj **x,
                ouro_obj **y);

    // 1, 0 or -1. Without it: length is not 0; without that: 1.
    int (*truth)(ouro_rt *rt, ouro_obj *o);
    int (*length)(ouro_rt *rt, ouro_obj *o, size_t *length);

    // Returns: new. Fails: OURO_ERR_INDEX or OURO_ERR_KEY if there is no such item.
    ouro_obj *(*get_item)(ouro_rt *rt, ouro_obj *o, ouro_obj *key);
    // A value of NULL deletes.
    int (*set_item)(ouro_rt *rt, ouro_obj *o, ouro_obj *key, ouro_obj *value);
    // 1, 0 or -1. Without it the object is iterated.
    int (*contains)(ouro_rt *rt, ouro_obj *o, ouro_obj *x);
    // Returns: new, an object whose type has `next`.
    ouro_obj *(*iter)(ouro_rt *rt, ouro_obj *o);
    // 1 and a new reference; 0 at the end, and from then on; -1.
    int (*next)(ouro_rt *rt, ouro_obj *o, ouro_obj **out);

    // See ouro_call.
    ouro_obj *(*call)(ouro_rt *rt, ouro_obj *o, ouro_obj *const *args, size_t n, ouro_obj *kwnames);
    // What reading this object as an attribute of a class, through an instance, gives: a bound method. Without it:
    // the object itself. Returns: new.
    ouro_obj *(*bind)(ouro_rt *rt, ouro_obj *o, ouro_obj *instance);

    // 1 and a new reference, 0 if there is no such attribute (no error is set), -1. `name` is an interned str.
    int (*get_attr)(ouro_rt *rt, ouro_obj *o, ouro_obj *name, ouro_obj **out);
    // A value of NULL deletes.
    int (*set_attr)(ouro_rt *rt, ouro_obj *o, ouro_obj *name, ouro_obj *value);

    // Writes the object as a programmer would like to see it. To have a part written at this place, hand it out (new)
    // and answer 1. 0 when all is written. Without it: <name object at address>.
    int (*repr)(ouro_rt *rt, ouro_obj *o, ouro_step *step, ouro_builder *out, ouro_obj **part);
    // The text for a reader. Without it: repr.
    int (*str)(ouro_rt *rt, ouro_obj *o, ouro_builder *out);

    // 1 and a new reference, -1, or OURO_PASS. binary is asked of a's type, then of b's: one of the two is of this
    // type.
    int (*unary)(ouro_rt *rt, ouro_op op, ouro_obj *a, ouro_obj **out);
    int (*binary)(ouro_rt *rt, ouro_op op, ouro_obj *a, ouro_obj *b, ouro_obj **out);

    // An object equal to this one that holds the same parts; immutable ones give themselves. Returns: new.
    ouro_obj *(*copy)(ouro_rt *rt, ouro_obj *o);
    // The same with copies of the parts. The first call makes the (still empty) copy, puts it in *made (new) and keeps
    // it so; each call then may hand out a part (new) and answer 1, and finds that part's copy in *part (new, to be
    // kept or dropped, on failure too) at the next. 0 when *made is complete. If *made is not NULL at the first call,
    // it is an empty object of this layout, to be filled. Without it: copy, if the type cannot be in a cycle.
    int (*deep)(ouro_rt *rt, ouro_obj *o, ouro_step *step, ouro_obj **made, ouro_obj **part);
} ouro_ops;

// Starts a table: no operations.
static inline void ouro_ops_init(ouro_ops *ops) {
    const ouro_ops none = {sizeof(ouro_ops), 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0};
    *ops = none;
}

OURO_END

#endif
