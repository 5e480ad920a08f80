// SPDX-License-Identifier: MIT
// What becomes of six objects, a line a step. `count` is the true number of references to an object, `side` the
// collector's working copy. Look at: e dies without it; c is kept because its side count ends at 1, for a C variable
// that nobody declared; f is garbage although it is in no cycle; the second time the variable is a registered root.
#include <ouro.h>
#include <stdio.h>

typedef struct thing {
    ouro_obj head;
    ouro_obj *left, *right;
    char name[2];
} thing;
static const ouro_field thing_fields[] = {OURO_FIELD(thing, left), OURO_FIELD(thing, right)};
static ouro_type thing_type = {
    .struct_size = sizeof(ouro_type), .name = "thing", .size = sizeof(thing), .fields = thing_fields, .n_fields = 2};
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
    int made = 0, number = 0;
    for (; made < 6 && (t[made] = ouro_new(rt, &thing_type)); made++)
        t[made]->name[0] = "abcdef"[made];
    for (const char *pair = "abbaafcddc"; made == 6 && *pair; pair += 2) {
        thing *from = t[pair[0] - 'a'], *to = t[pair[1] - 'a'];
        ouro_setref(&from->head, from->left ? &from->right : &from->left, &to->head);
    }
    ouro_setslot(&held, made == 6 ? &t[2]->head : NULL);
    printf("%s\nstep  object  what         count  side  why\n", title);
    ouro_event_hook(rt, OURO_EVENT_DEAD, step, &number);
    for (int i = made - 1; i >= 0; i--)
        ouro_decref(&t[i]->head);
    ouro_event_hook(rt, SIDED | OURO_EVENT_ROOT | OURO_EVENT_CLEARED, step, &number);
    printf("collect returned %d\n\n", (int)ouro_gc_collect(rt, OURO_GC_FULL));
    ouro_event_hook(rt, 0, NULL, NULL);
    ouro_setslot(&held, NULL); // c and d go when the runtime ends
    return made == 6 ? 0 : -1;
}

// Each scene has a runtime of its own, so that its objects lie in memory in the order of their names.
static int show(const char *title, ouro_obj **root) {
    ouro_rt *rt = ouro_rt_create(NULL);
    int failed = !rt || ouro_type_register(rt, &thing_type) < 0 || (root && ouro_root_add(rt, "held", root) < 0) ||
                 scene(rt, title) < 0;
    if (failed)
        fprintf(stderr, "collector_steps: %s\n", rt ? ouro_error_message(rt) : "no memory");
    return ouro_rt_destroy(rt) != 0 || failed;
}

int main(void) {
    return show("`held` is a C variable", NULL) || show("`held` is a registered root", &held);
}
