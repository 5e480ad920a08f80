// SPDX-License-Identifier: MIT
// untouched.c: a full collection writes to no old object that survives it: so a forked child that collects copies none
// of them. Proven by taking the right to write away from the memory they lie in.
#include "graph.h"

#include <sys/mman.h>

#define UNTOUCHED_NODES 20000
#define UNTOUCHED_SYSTEM_PAGE 4096

static ouro_obj *untouched_root;

// A chain with many cycles in it; each node also refers to one far away. NULL without memory.
static node *untouched_graph(ouro_rt *rt, node **all, int n) {
    for (int i = 0; i < n; i++) {
        all[i] = node_new(rt);
        if (!all[i]) {
            while (i)
                ouro_decref(&all[--i]->head);
            return NULL;
        }
    }
    for (int i = 0; i < n; i++) {
        set(all[i], left, all[(i + 1) % n]);
        set(all[i], right, all[(int)((unsigned)i * 7919u % (unsigned)n)]);
    }
    for (int i = 1; i < n; i++)
        ouro_decref(&all[i]->head);
    return all[0];
}

static int untouched_protect(node **all, int n, int rights) {
    uintptr_t last = 0;
    for (int i = 0; i < n; i++) {
        uintptr_t page = (uintptr_t)all[i] & ~(uintptr_t)(UNTOUCHED_SYSTEM_PAGE - 1);
        if (page != last && mprotect((void *)page, UNTOUCHED_SYSTEM_PAGE, rights) != 0)
            return -1;
        last = page;
    }
    return 0;
}

// Collects twice with the nodes' memory read-only. A write would end the process.
static void untouched_collect(ouro_rt *rt, node **all, int n) {
    always(untouched_protect(all, n, PROT_READ) == 0);
    int64_t found = ouro_gc_collect(rt, OURO_GC_FULL) + ouro_gc_collect(rt, OURO_GC_FULL);
    always(untouched_protect(all, n, PROT_READ | PROT_WRITE) == 0);
    always(found == 0);
}

CASE(untouched, old_survivors_are_only_read) {
    static node *all[UNTOUCHED_NODES];
    int n = test_mode_now() == TEST_PLAIN ? UNTOUCHED_NODES : 300;
    node *head = untouched_graph(rt, all, n); // a C variable holds them: no root explains that
    need(head);
    ouro_gc_collect(rt, OURO_GC_FULL); // now they are old
    untouched_root = &head->head;
    if (!test_broken(rt))
        untouched_collect(rt, all, n);
    if (ouro_root_add(rt, "untouched", &untouched_root) == 0 && !test_broken(rt))
        untouched_collect(rt, all, n);
    check(ouro_error_code(rt) == OURO_OK);
    ouro_root_remove(rt, &untouched_root);
    ouro_decref(ouro_takeslot(&untouched_root));
}

CASE(untouched, frozen_objects_are_not_even_marked) {
    static node *all[UNTOUCHED_NODES];
    int n = test_mode_now() == TEST_PLAIN ? UNTOUCHED_NODES : 300;
    node *head = own(untouched_graph(rt, all, n));
    need(head);
    ouro_gc_freeze(rt);
    always(untouched_protect(all, n, PROT_NONE) == 0); // not read either
    ouro_gc_collect(rt, OURO_GC_FULL);
    always(untouched_protect(all, n, PROT_READ | PROT_WRITE) == 0);
    ouro_gc_unfreeze(rt);
}
