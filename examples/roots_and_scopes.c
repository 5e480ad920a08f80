// SPDX-License-Identifier: MIT
// Three homes for references. None is needed for safety: a plain C variable keeps its object alive already. A scope
// drops on every way out what was put into it. A named root and a root visitor tell the collector what the program
// owns: look at how a full collection then marks objects instead of examining their counts, and at who holds what.
#include <ouro.h>
#include <stdio.h>

typedef struct cell {
    ouro_obj head;
    ouro_obj *next;
} cell;
static const ouro_field cell_fields[] = {OURO_FIELD(cell, next)};
static ouro_type cell_type;
static ouro_obj *globals;                  // a named root, in the end
static ouro_obj *stack[16], **top = stack; // an interpreter's values, which a root visitor reports

static void stack_roots(ouro_rt *rt, ouro_visit visit, void *arg, void *user) {
    (void)rt;
    (void)user;
    for (ouro_obj **value = stack; value < top; value++)
        visit(*value, arg);
}

// A ring of n cells. Returns: its first cell, new; NULL on failure, and then nothing is left behind.
static ouro_obj *ring_new(ouro_rt *rt, int n) {
    ouro_obj *result = NULL;
    ouro_scope s;
    ouro_scope_open(rt, &s);
    cell *first = ouro_scope_keep(&s, ouro_new(rt, &cell_type)), *last = first;
    for (int i = 1; last && i < n; i++) {
        cell *c = ouro_scope_keep(&s, ouro_new(rt, &cell_type)); // NULL passes through
        ouro_setref(&last->head, &last->next, (ouro_obj *)c);
        last = c;
    }
    if (last) {
        ouro_setref(&last->head, &last->next, &first->head);
        result = ouro_incref(&first->head);
    }
    ouro_scope_close(&s);
    return result;
}

static int print_root(ouro_obj *o, const char *name, void *arg) {
    (void)arg;
    printf("  %s holds a %s with count %u\n", name, ouro_type_of(o)->name, ouro_refcount(o));
    return 0;
}

static void collect(ouro_rt *rt, const char *when) {
    ouro_gc_stats old[3], now[3];
    ouro_gc_get_stats(rt, old);
    ouro_gc_collect(rt, OURO_GC_FULL | OURO_GC_EXACT); // all, though nothing has changed since the last
    ouro_gc_get_stats(rt, now);
    printf("%s: examined %d, marked %d\n", when, (int)(now[2].candidates - old[2].candidates),
           (int)(now[2].marked - old[2].marked));
}

int main(void) {
    ouro_rt *rt = ouro_rt_create(NULL);
    if (!rt)
        return 1;
    ouro_type_init(&cell_type, "cell", sizeof(cell));
    cell_type.fields = cell_fields;
    cell_type.n_fields = 1;
    if (ouro_type_register(rt, &cell_type) == 0 && (globals = ring_new(rt, 1000)) && (*top = ring_new(rt, 100))) {
        top++;
        collect(rt, "nothing registered");
        if (ouro_root_add(rt, "globals", &globals) == 0 && ouro_root_visitor_add(rt, "stack", stack_roots, NULL) == 0)
            collect(rt, "both registered");
        ouro_roots(rt, print_root, NULL);
    }
    int failed = ouro_error_code(rt) != OURO_OK;
    if (failed)
        fprintf(stderr, "roots_and_scopes: %s\n", ouro_error_message(rt));
    while (top > stack)
        ouro_decref(*--top);
    ouro_setslot(&globals, NULL);
    return ouro_rt_destroy(rt) != 0 || failed;
}
