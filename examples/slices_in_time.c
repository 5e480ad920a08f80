// SPDX-License-Identifier: MIT
// A full collection in slices, one step at a time, while the program goes on working. Look at: x. The marker has been
// to `to` and not yet to `from` when the program moves x from the one to the other: so it never meets x. That is the
// classic way to lose an object, for which other collectors watch every store. Here the move has touched x, so it is
// not even suspected; and the verdict over it would count a reference too many. The ring of a and b is garbage: only
// suspects refer to suspects. The ring of c and d is not: a C variable that nobody declared holds c.
#include <ouro.h>
#include <stdio.h>

typedef struct thing {
    ouro_obj head;
    ouro_obj *left, *right;
    const char *name;
} thing;
static const ouro_field thing_fields[] = {OURO_FIELD(thing, left), OURO_FIELD(thing, right)};
static ouro_type thing_type = {
    .struct_size = sizeof(ouro_type), .name = "thing", .size = sizeof(thing), .fields = thing_fields, .n_fields = 2};
static const char *const names[] = {"root", "to", "from", "x", "a", "b", "c", "d"};
enum { ROOT, TO, FROM, X, A, B, C, D, THINGS, LINES = 6 };
static ouro_obj *root; // registered; owns a reference
static int slice, met; // number of the slice; of that in which the marker has met `from`

static const struct {
    ouro_event_kind kind;
    const char *what;
} lines[LINES] = {
    {OURO_EVENT_ROOT, "marked: reached from "},
    {OURO_EVENT_SUSPECTED, "suspected: neither marked nor touched"},
    {OURO_EVENT_SUBTRACTED, "side count less 1, since a suspect refers to it: "},
    {OURO_EVENT_KEPT, "kept: something is left of its side count"},
    {OURO_EVENT_COMPONENT, "verdict over it and what is in a ring with it: "},
    {OURO_EVENT_CLEARED, "cleared, and then freed"},
};

// Event hook: a line for what happens to an object.
static void tell(ouro_rt *rt, const ouro_event *e, void *user) {
    int i = 0, subtracted = e->kind == OURO_EVENT_SUBTRACTED;
    const thing *it = (thing *)(subtracted ? e->other : e->o), *from = (thing *)(subtracted ? e->o : e->other);
    (void)rt;
    (void)user;
    slice += e->kind == OURO_EVENT_SLICE_START;
    while (i < LINES && lines[i].kind != e->kind)
        i++;
    if (i == LINES)
        return;
    met = e->kind == OURO_EVENT_ROOT && it->name == names[FROM] ? slice : met;
    const char *verdict = e->number > 0 ? "garbage" : "alive", *more = e->kind == OURO_EVENT_COMPONENT ? verdict : "";
    more = e->kind == OURO_EVENT_ROOT ? "the program's hands" : more;
    printf("%5d  %-6s  %s%s\n", slice, it->name, lines[i].what, from ? from->name : more);
}

// The eight, each owned by `t`; then root -> to, root -> from -> x, a <-> b, c <-> d. Returns: 0; -1 on failure.
static int build(ouro_rt *rt, thing **t) {
    static const int pairs[][2] = {{ROOT, TO}, {ROOT, FROM}, {FROM, X}, {A, B}, {B, A}, {C, D}, {D, C}};
    for (int i = 0; i < THINGS; i++) {
        if (!(t[i] = ouro_new(rt, &thing_type)))
            return -1;
        t[i]->name = names[i];
    }
    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++) {
        thing *from = t[pairs[i][0]], *to = t[pairs[i][1]];
        ouro_setref(&from->head, from->left ? &from->right : &from->left, &to->head);
    }
    ouro_setslot(&root, &t[ROOT]->head);
    return 0;
}

int main(void) {
    thing *t[THINGS] = {NULL};
    ouro_rt *rt = ouro_rt_create(NULL);
    int failed = !rt || ouro_type_register(rt, &thing_type) < 0 || ouro_root_add(rt, "root", &root) < 0 ||
                 build(rt, t) < 0 || ouro_gc_collect(rt, 1) < 0;
    for (int i = 0; i < THINGS && t[i]; i++)
        if (i != C) // its variable goes on holding it
            ouro_decref(&t[i]->head);
    if (!failed)
        ouro_event_hook(rt, OURO_EVENT_ALL, tell, NULL);
    for (int ended = failed; !ended;) {
        ended = ouro_gc_step(rt, 0);
        if (met && slice == met + 1) {
            ouro_setref_steal(&t[TO]->head, &t[TO]->left, ouro_takeref(&t[FROM]->head, &t[FROM]->left));
            puts("       the program moves x out of from, where the marker has not been, into to, where it has");
        }
    }
    if (!failed)
        ouro_event_hook(rt, 0, NULL, NULL);
    printf("after %d slices x is %s\n", slice, !failed && t[TO]->left == &t[X]->head ? "alive" : "lost");
    ouro_xdecref((ouro_obj *)t[C]);
    return ouro_rt_destroy(rt) != 0 || failed;
}
