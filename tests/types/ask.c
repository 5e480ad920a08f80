// SPDX-License-Identifier: MIT
// ask.c: the types of ask.h.
#include "ask.h"

// ---- a nest of two ----

ouro_type pair_type;
int pair_hashes;

pair *pair_of(ouro_obj *o) {
    return (pair *)(void *)o;
}

static ouro_obj *pair_part(ouro_obj *o, size_t i) {
    pair *p = pair_of(o);
    return ouro_incref(i == 0 ? p->left : p->right);
}

static int pair_hash(ouro_rt *rt, ouro_obj *o, ouro_step *step, uint64_t *hash, ouro_obj **part) {
    (void)rt;
    if (step->at)
        step->number = step->number * 31 + *hash;
    if (step->at < 2) {
        *part = pair_part(o, step->at++);
        return 1;
    }
    pair_hashes++;
    *hash = step->number;
    return 0;
}

static int pair_pair(ouro_rt *rt, ouro_relation relation, ouro_obj *a, ouro_obj *b, ouro_step *step, ouro_obj **x,
                     ouro_obj **y) {
    (void)rt;
    if (!ouro_is(b, &pair_type))
        return OURO_PASS;
    if (step->at == 2)
        return relation == OURO_EQ || relation == OURO_LE || relation == OURO_GE;
    *x = pair_part(a, step->at);
    *y = pair_part(b, step->at++);
    return OURO_MORE;
}

static int pair_repr(ouro_rt *rt, ouro_obj *o, ouro_step *step, ouro_builder *out, ouro_obj **part) {
    static const char *const before[] = {"<", " ", ">"};
    (void)rt;
    if (ouro_builder_text(out, before[step->at]) < 0)
        return -1;
    if (step->at == 2)
        return 0;
    *part = pair_part(o, step->at++);
    return 1;
}

ouro_obj *pair_new(ouro_rt *rt, ouro_obj *left, ouro_obj *right) {
    pair *p = ouro_new(rt, &pair_type);
    if (!p)
        return NULL;
    ouro_setref(&p->head, &p->left, left);
    ouro_setref(&p->head, &p->right, right);
    return &p->head;
}

static ouro_obj *pair_copy(ouro_rt *rt, ouro_obj *o) {
    return pair_new(rt, pair_of(o)->left, pair_of(o)->right);
}

static int pair_deep(ouro_rt *rt, ouro_obj *o, ouro_step *step, ouro_obj **made, ouro_obj **part) {
    if (step->at == 0 && !(*made = pair_new(rt, ouro_none(rt), ouro_none(rt))))
        return -1;
    pair *copy = pair_of(*made);
    if (step->at)
        ouro_setref_steal(*made, step->at == 1 ? &copy->left : &copy->right, *part);
    if (step->at == 2)
        return 0;
    *part = pair_part(o, step->at++);
    return 1;
}

// ---- an object that says what it is told to say ----

ouro_type thing_type, thing2_type;
void (*thing_hook)(ouro_rt *rt, ouro_obj *self);

static thing *thing_of(ouro_obj *o) {
    return (thing *)(void *)o;
}

static int thing_say(ouro_rt *rt, ouro_obj *o, const char *what) {
    kit_trace_add(what, thing_of(o)->id);
    if (thing_hook)
        thing_hook(rt, o);
    if (thing_of(o)->answer < 0)
        return ouro_error_set(rt, OURO_ERR_USER, "thing %d", thing_of(o)->id);
    return thing_of(o)->answer;
}

static int thing_compare(ouro_rt *rt, ouro_relation relation, ouro_obj *a, ouro_obj *b) {
    static const char *const words[] = {"eq", "ne", "lt", "le", "gt", "ge"};
    (void)b;
    return thing_say(rt, a, words[relation]);
}

static int thing_truth(ouro_rt *rt, ouro_obj *o) {
    return thing_say(rt, o, "truth");
}

static int thing_binary(ouro_rt *rt, ouro_op op, ouro_obj *a, ouro_obj *b, ouro_obj **out) {
    int left = ouro_is_a(a, &thing_type);
    (void)op;
    int answer = thing_say(rt, left ? a : b, left ? "left" : "right");
    if (answer == 1)
        *out = ouro_none(rt);
    return answer;
}

static int thing2_binary(ouro_rt *rt, ouro_op op, ouro_obj *a, ouro_obj *b, ouro_obj **out) {
    ouro_obj *self = ouro_is(a, &thing2_type) ? a : b;
    (void)op;
    int answer = thing_say(rt, self, "second");
    if (answer == 1)
        *out = ouro_none(rt);
    return answer;
}

static int thing_unary(ouro_rt *rt, ouro_op op, ouro_obj *a, ouro_obj **out) {
    (void)op;
    int answer = thing_say(rt, a, "unary");
    if (answer == 1)
        *out = ouro_none(rt);
    return answer;
}

static ouro_obj *thing_call(ouro_rt *rt, ouro_obj *o, ouro_obj *const *args, size_t n, ouro_obj *kwnames) {
    (void)kwnames;
    if (n)
        return ouro_call(rt, args[0], args, n, NULL); // without end, if that is the thing itself
    return thing_say(rt, o, "call") < 0 ? NULL : ouro_none(rt);
}

static int thing_str(ouro_rt *rt, ouro_obj *o, ouro_builder *out) {
    (void)rt;
    return ouro_builder_format(out, "thing %d", thing_of(o)->id);
}

static int thing_get_attr(ouro_rt *rt, ouro_obj *o, ouro_obj *name, ouro_obj **out) {
    (void)rt;
    always(ouro_str_is_interned(name));
    if (!ouro_str_is(name, "value") || !thing_of(o)->value)
        return 0;
    *out = ouro_incref(thing_of(o)->value);
    return 1;
}

static int thing_set_attr(ouro_rt *rt, ouro_obj *o, ouro_obj *name, ouro_obj *value) {
    if (!ouro_str_is(name, "value"))
        return ouro_error_set(rt, OURO_ERR_ATTRIBUTE, "no");
    ouro_setref(o, &thing_of(o)->value, value);
    return 0;
}

// ---- registration ----

static const ouro_field pair_fields[] = {OURO_FIELD(pair, left), OURO_FIELD(pair, right)};
static const ouro_field thing_fields[] = {OURO_FIELD(thing, value)};

int ask_open(ouro_rt *rt) {
    static ouro_ops pair_ops, thing_ops, thing2_ops;
    if (!pair_type.name) {
        ouro_ops_init(&pair_ops);
        pair_ops.hash = pair_hash;
        pair_ops.pair = pair_pair;
        pair_ops.repr = pair_repr;
        pair_ops.copy = pair_copy;
        pair_ops.deep = pair_deep;
        ouro_type_init(&pair_type, "pair", sizeof(pair));
        pair_type.fields = pair_fields;
        pair_type.n_fields = 2;
        pair_type.ops = &pair_ops;
        ouro_ops_init(&thing_ops);
        thing_ops.compare = thing_compare;
        thing_ops.truth = thing_truth;
        thing_ops.unary = thing_unary;
        thing_ops.binary = thing_binary;
        thing_ops.call = thing_call;
        thing_ops.str = thing_str;
        thing_ops.get_attr = thing_get_attr;
        thing_ops.set_attr = thing_set_attr;
        ouro_type_init(&thing_type, "thing", sizeof(thing));
        thing_type.fields = thing_fields;
        thing_type.n_fields = 1;
        thing_type.ops = &thing_ops;
        ouro_ops_init(&thing2_ops);
        thing2_ops.binary = thing2_binary;
        ouro_type_init(&thing2_type, "thing2", sizeof(thing));
        thing2_type.base = &thing_type;
        thing2_type.ops = &thing2_ops;
    }
    thing_hook = NULL;
    pair_hashes = 0;
    kit_trace_start();
    if (ouro_type_register(rt, &pair_type) < 0 || ouro_type_register(rt, &thing_type) < 0)
        return -1;
    return ouro_type_register(rt, &thing2_type);
}

ouro_obj *thing_new(ouro_rt *rt, const ouro_type *type, int id, int answer) {
    thing *t = ouro_new(rt, type);
    if (!t)
        return NULL;
    t->id = id;
    t->answer = answer;
    return &t->head;
}

// A nest of n pairs, each the right part of the next, around an int.
ouro_obj *nest_new(ouro_rt *rt, size_t n, int64_t core) {
    ouro_obj *o = ouro_int_new(rt, core);
    for (; o && n; n--) {
        ouro_obj *outer = pair_new(rt, ouro_none(rt), o);
        ouro_decref(o);
        o = outer;
    }
    return o;
}

int says(ouro_rt *rt, int code, const char *words) {
    int right = ouro_error_code(rt) == code && strstr(ouro_error_message(rt), words) != NULL;
    if (!right)
        fprintf(stderr, "code %d: %s\n", ouro_error_code(rt), ouro_error_message(rt));
    ouro_error_clear(rt);
    return right;
}

int text_is(ouro_obj *s, const char *text) {
    int right = s && ouro_str_is(s, text);
    if (s && !right)
        fprintf(stderr, "text: %s\n", ouro_str_data(s));
    return right;
}
