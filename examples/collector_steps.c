// SPDX-License-Identifier: MIT
// What becomes of six objects, one line a step. `count` is the true number of references to an object, `side` the
// collector's working copy, from which it takes the references that come from inside. Look at: e dies without it; c is
// kept because its side count ends at 1, for a C variable that nobody declared; f is garbage although it is in no
// cycle; and the second time, when the variable is a registered root, c and d are not even candidates.
#include <ouro.h>
#include <stdio.h>

typedef struct thing {
    ouro_obj head;
    ouro_obj *left, *right;
    char name[2];
} thing;
static const ouro_field thing_fields[] = {OURO_FIELD(thing, left), OURO_FIELD(thing, right)};
static ouro_type thing_type;
static ouro_obj *held; // owns a reference
enum { SIDED = OURO_EVENT_COPIED | OURO_EVENT_SUBTRACTED | OURO_EVENT_KEPT | OURO_EVENT_UNREACHABLE };
static const struct {
    ouro_event_kind kind;
    const char *what, *why;
} steps[] = {
    {OURO_EVENT_DEAD, "dead", "its last reference was dropped: it is freed at once"},
    {OURO_EVENT_COPIED, "copied", "a candidate: its side count starts as its count"},
    {OURO_EVENT_SUBTRACTED, "subtracted", "one reference comes from inside: from "},
    {OURO_EVENT_ROOT, "root", "alive: a registered root reaches it; no candidate"},
    {OURO_EVENT_KEPT, "kept", "alive: what is left over comes from outside"},
    {OURO_EVENT_UNREACHABLE, "unreachable", "garbage: nothing left over, nothing alive refers to it"},
    {OURO_EVENT_CLEARED, "cleared", "its references are dropped, then its memory is freed"},
};

// Event hook: prints a line. That for a subtraction is about the object referred to.
static void step(ouro_rt *rt, const ouro_event *e, void *number) {
    int i = 0, subtracted = e->kind == OURO_EVENT_SUBTRACTED;
    const thing *it = (thing *)(subtracted ? e->other : e->o), *from = (thing *)(subtracted ? e->o : e->other);
    char side[24] = "";
    while (steps[i].kind != e->kind)
        i++;
    if (e->kind & SIDED)
        snprintf(side, sizeof side, "%lld", (long long)e->number);
    printf("%4d  %-6s  %-11s  %5u  %4s  %s%s\n", ++*(int *)number, it->name, steps[i].what, ouro_refcount(&it->head),
           side, from && !subtracted ? "alive: reached from " : steps[i].why, from ? from->name : "");
    (void)rt;
}

// a <-> b, a -> f, held -> c <-> d, and e alone. All six are dropped by who made them; then everything is collected.
static int scene(ouro_rt *rt, const char *title) {
    thing *t[6];
    int n = 0, number = 0;
    for (; n < 6 && (t[n] = ouro_new(rt, &thing_type)); n++)
        t[n]->name[0] = "abcdef"[n];
    for (const char *pair = "abbaafcddc"; n == 6 && *pair; pair += 2) {
        thing *from = t[pair[0] - 'a'], *to = t[pair[1] - 'a'];
        ouro_setref(&from->head, from->left ? &from->right : &from->left, &to->head);
    }
    ouro_setslot(&held, n == 6 ? &t[2]->head : NULL);
    printf("%s\nstep  object  what         count  side  why\n", title);
    ouro_event_hook(rt, OURO_EVENT_DEAD, step, &number);
    while (n > 0)
        ouro_decref(&t[--n]->head);
    ouro_event_hook(rt, SIDED | OURO_EVENT_ROOT | OURO_EVENT_CLEARED, step, &number);
    printf("collect returned %d\n\n", (int)ouro_gc_collect(rt, OURO_GC_FULL));
    ouro_event_hook(rt, 0, NULL, NULL);
    ouro_setslot(&held, NULL);
    return ouro_gc_collect(rt, OURO_GC_FULL) == 2 ? 0 : -1; // c and d, nobody's now
}

// Each scene has a runtime of its own, so that its objects lie in memory in the order of their names.
static int show(const char *title, ouro_obj **root) {
    ouro_rt *rt = ouro_rt_create(NULL);
    if (!rt)
        return 1;
    int failed = ouro_type_register(rt, &thing_type) < 0 || (root && ouro_root_add(rt, "held", root) < 0) ||
                 scene(rt, title) < 0;
    if (failed)
        fprintf(stderr, "collector_steps: %s\n", ouro_error_message(rt));
    return ouro_rt_destroy(rt) != 0 || failed;
}

int main(void) {
    ouro_type_init(&thing_type, "thing", sizeof(thing));
    thing_type.fields = thing_fields;
    thing_type.n_fields = 2;
    return show("`held` is a C variable", NULL) || show("`held` is a registered root", &held);
}
