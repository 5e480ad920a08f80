// SPDX-License-Identifier: MIT
// compare.c: whether two objects are in a relation. A type answers at once (`compare`) or hands out pairs of parts
// (`pair`), see ouro/ops.h. The left object's type is asked first, then the right one's with the relation turned round;
// but if the right one's type extends the left one's, it goes first, since it may know better.
#include "int.h"
#include "walk.h"

static const ouro_relation compare_turned[] = {
    [OURO_EQ] = OURO_EQ, [OURO_NE] = OURO_NE, [OURO_LT] = OURO_GT,
    [OURO_LE] = OURO_GE, [OURO_GT] = OURO_LT, [OURO_GE] = OURO_LE,
};

static const char *const compare_sign[] = {
    [OURO_EQ] = "==", [OURO_NE] = "!=", [OURO_LT] = "<", [OURO_LE] = "<=", [OURO_GT] = ">", [OURO_GE] = ">=",
};

static bool compare_extends(const ouro_obj *b, const ouro_obj *a) {
    return ouroi_kind(a) != ouroi_kind(b) && ouro_is_a(b, ouro_type_of(a));
}

// Asks the type of a for an answer at once.
static int compare_one(ouro_rt *rt, ouro_relation relation, ouro_obj *a, ouro_obj *b) {
    const ouro_ops *ops = ops_with(a, compare);
    return ops ? ops->compare(rt, relation, a, b) : OURO_PASS;
}

// Asks both types for an answer at once.
static int compare_both(ouro_rt *rt, ouro_relation relation, ouro_obj *a, ouro_obj *b) {
    bool b_first = compare_extends(b, a);
    int answer = b_first ? compare_one(rt, compare_turned[relation], b, a) : OURO_PASS;
    if (answer == OURO_PASS)
        answer = compare_one(rt, relation, a, b);
    if (answer == OURO_PASS && !b_first)
        answer = compare_one(rt, compare_turned[relation], b, a);
    return answer;
}

static void compare_turn(walk_frame *f) {
    ouro_obj *a = f->a;
    f->a = f->b;
    f->b = a;
    f->relation = compare_turned[f->relation];
    f->turned = !f->turned;
}

// Asks the left type for the next pair, or the answer.
static int compare_pair(ouro_rt *rt, walk_frame *f, ouro_obj **x, ouro_obj **y) {
    const ouro_ops *ops = ops_with(f->a, pair);
    return ops ? ops->pair(rt, f->relation, f->a, f->b, &f->step, x, y) : OURO_PASS;
}

// What two objects are to each other when no type knows.
static int compare_default(ouro_rt *rt, const walk_frame *f) {
    if (f->relation == OURO_EQ)
        return f->a == f->b;
    return ouro_error_set(rt, OURO_ERR_TYPE, "'%s' not supported between '%s' and '%s'", compare_sign[f->relation],
                          ouroi_type_name(f->a), ouroi_type_name(f->b));
}

// Begins a frame: who can answer at once does. Then "not equal" is the opposite of "equal".
static int compare_begin(ouro_rt *rt, walk_frame *f, ouro_obj **x, ouro_obj **y) {
    f->asked = true;
    int answer = compare_both(rt, f->relation, f->a, f->b);
    if (answer == OURO_PASS && f->relation == OURO_NE) {
        f->negated = true;
        f->relation = OURO_EQ;
        answer = compare_both(rt, f->relation, f->a, f->b);
    }
    if (answer == OURO_PASS)
        answer = compare_pair(rt, f, x, y);
    if (answer != OURO_PASS)
        return answer;
    compare_turn(f);
    answer = compare_pair(rt, f, x, y);
    if (answer != OURO_PASS)
        return answer;
    compare_turn(f);
    return compare_default(rt, f);
}

// The next pair of a frame, or its answer.
static int compare_step(ouro_rt *rt, walk_frame *f, ouro_obj **x, ouro_obj **y) {
    int answer = f->asked ? compare_pair(rt, f, x, y) : compare_begin(rt, f, x, y);
    if (answer == OURO_PASS)
        return compare_default(rt, f);
    return answer == 0 || answer == 1 ? answer != f->negated : answer;
}

// Whether a type says at once, of two parts that are not equal, in what order they are: the answer; OURO_PASS if their
// own parts decide.
static int compare_order(walk *w, walk_frame *f) {
    ouro_relation relation = w->near[0].relation;
    walk_frame g = {.a = f->turned ? f->b : f->a, .b = f->turned ? f->a : f->b, .relation = relation};
    ouro_obj *x = NULL, *y = NULL;
    int answer = compare_begin(w->rt, &g, &x, &y);
    ouro_xdecref(x);
    ouro_xdecref(y);
    ouro_xdecref(g.step.held);
    return answer == OURO_MORE ? OURO_PASS : answer;
}

// Two parts differ, and an order is asked for: that of the outermost parts whose type says it at once, else that of the
// innermost. Asking each level again whether its parts are equal would cost the square of the depth.
static int compare_parts(walk *w) {
    int answer = ouroi_walk_each(w, 1, w->depth - 1, compare_order);
    if (answer != OURO_PASS)
        return answer;
    const walk_frame *f = ouroi_walk_top(w);
    ouro_relation relation = w->near[0].relation;
    ouro_obj *x = ouro_incref(f->turned ? f->b : f->a), *y = ouro_incref(f->turned ? f->a : f->b);
    while (w->depth)
        ouroi_walk_pop(w);
    walk_frame *parts = ouroi_walk_push_steal(w, x, y);
    if (!parts)
        return -1;
    parts->relation = relation;
    return OURO_MORE;
}

// The innermost frame has its answer. All but the outermost ask whether two parts are equal: if they are, the frame
// that asked goes on; if not, that is the answer of all. Returns: the walk's answer, or OURO_MORE to go on.
static int compare_settle(walk *w, int answer) {
    if (w->depth == 1)
        return answer;
    if (answer == 1) {
        ouroi_walk_pop(w);
        return OURO_MORE;
    }
    return w->near[0].relation == OURO_EQ ? w->near[0].negated : compare_parts(w);
}

// ---- without a walk: the commonest types ----

static int compare_words(ouro_relation relation, int64_t a, int64_t b) {
    switch (relation) {
    case OURO_EQ:
        return a == b;
    case OURO_NE:
        return a != b;
    case OURO_LT:
        return a < b;
    case OURO_LE:
        return a <= b;
    case OURO_GT:
        return a > b;
    default:
        return a >= b;
    }
}

// The answer for two exact numbers, or two strs; OURO_PASS for others.
static inline int compare_quick(ouro_rt *rt, ouro_relation relation, ouro_obj *a, ouro_obj *b) {
    uint32_t kind = ouroi_kind(a);
    if (kind == OUROI_KIND_INT && ouroi_kind(b) == OUROI_KIND_INT)
        return compare_words(relation, ouro_int_word(a), ouro_int_word(b));
    if (kind_is_number(kind) && kind_is_number(ouroi_kind(b)))
        return ouroi_number_compare(rt, relation, a, b);
    if (kind != OUROI_KIND_STR || ouroi_kind(b) != kind)
        return OURO_PASS;
    if (relation == OURO_EQ)
        return ouro_str_equal(a, b);
    return compare_words(relation, ouro_str_compare(a, b), 0);
}

static int compare_walk(walk *w) {
    for (;;) {
        ouro_obj *x = NULL, *y = NULL;
        int answer = compare_step(w->rt, ouroi_walk_top(w), &x, &y);
        if (answer == OURO_MORE) {
            if (x == y || compare_quick(w->rt, OURO_EQ, x, y) == 1) {
                ouro_decref(x);
                ouro_decref(y);
            } else if (!ouroi_walk_push_steal(w, x, y)) {
                return -1;
            }
        } else if (answer < 0 || (answer = compare_settle(w, answer)) != OURO_MORE) {
            return answer;
        }
    }
}

NOINLINE static int compare_general(ouro_rt *rt, ouro_relation relation, ouro_obj *a, ouro_obj *b) {
    walk w;
    if (!ouroi_walk_open(&w, rt))
        return -1;
    int answer = -1;
    walk_frame *f = ouroi_walk_push_steal(&w, ouro_incref(a), ouro_incref(b));
    if (f) {
        f->relation = relation;
        answer = compare_walk(&w);
    }
    ouroi_walk_close(&w);
    return answer;
}

int ouro_equal(ouro_rt *rt, ouro_obj *a, ouro_obj *b) {
    if (a == b)
        return 1;
    int answer = compare_quick(rt, OURO_EQ, a, b);
    return answer == OURO_PASS ? compare_general(rt, OURO_EQ, a, b) : answer;
}

int ouro_compare(ouro_rt *rt, ouro_relation relation, ouro_obj *a, ouro_obj *b) {
    int answer = compare_quick(rt, relation, a, b);
    return answer == OURO_PASS ? compare_general(rt, relation, a, b) : answer;
}
