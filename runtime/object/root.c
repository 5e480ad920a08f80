// SPDX-License-Identifier: MIT
// root.c: registered slots, root visitors and scopes.
#include "object.h"

int ouro_root_add(ouro_rt *rt, const char *name, ouro_obj **slot) {
    for (size_t i = 0; i < rt->root_n; i++)
        if (rt->roots[i].slot == slot)
            return ouro_error_set(rt, OURO_ERR_STATE, "root '%s' is registered already, as '%s'", name,
                                  rt->roots[i].name);
    void *items = rt->roots;
    if (!ouroi_table_grow(&rt->heap, &items, rt->root_n, &rt->root_cap, sizeof *rt->roots))
        return ouro_error_set(rt, OURO_ERR_MEMORY, "no memory to register root '%s'", name);
    rt->roots = items;
    rt->roots[rt->root_n++] = (root_slot){slot, name};
    return 0;
}

void ouro_root_remove(ouro_rt *rt, ouro_obj **slot) {
    for (size_t i = 0; i < rt->root_n; i++)
        if (rt->roots[i].slot == slot) {
            memmove(rt->roots + i, rt->roots + i + 1, (rt->root_n - i - 1) * sizeof *rt->roots);
            rt->root_n--;
            return;
        }
}

int ouro_root_visitor_add(ouro_rt *rt, const char *name, ouro_root_fn fn, void *user) {
    void *items = rt->visitors;
    if (!ouroi_table_grow(&rt->heap, &items, rt->visitor_n, &rt->visitor_cap, sizeof *rt->visitors))
        return ouro_error_set(rt, OURO_ERR_MEMORY, "no memory to register root visitor '%s'", name);
    rt->visitors = items;
    rt->visitors[rt->visitor_n++] = (root_visitor){fn, user, name};
    return 0;
}

void ouro_root_visitor_remove(ouro_rt *rt, ouro_root_fn fn, void *user) {
    for (size_t i = 0; i < rt->visitor_n; i++)
        if (rt->visitors[i].fn == fn && rt->visitors[i].user == user) {
            memmove(rt->visitors + i, rt->visitors + i + 1, (rt->visitor_n - i - 1) * sizeof *rt->visitors);
            rt->visitor_n--;
            return;
        }
}

// ---- walking ----

typedef struct named_visit {
    int (*visit)(ouro_obj *o, const char *name, void *arg);
    void *arg;
    const char *name;
    int result;
} named_visit;

static int root_named(ouro_obj *o, void *arg) {
    named_visit *v = arg;
    if (o && !v->result)
        v->result = v->visit(o, v->name, v->arg);
    return v->result;
}

int ouro_roots(ouro_rt *rt, int (*visit)(ouro_obj *o, const char *name, void *arg), void *arg) {
    named_visit v = {visit, arg, "error", 0};
    root_named(rt->error.thrown, &v);
    for (size_t i = 0; i < rt->root_n; i++) {
        v.name = rt->roots[i].name;
        root_named(*rt->roots[i].slot, &v);
    }
    for (size_t i = 0; i < rt->visitor_n && !v.result; i++) {
        v.name = rt->visitors[i].name;
        rt->visitors[i].fn(rt, root_named, &v, rt->visitors[i].user);
    }
    v.name = "scope";
    for (ouro_scope *s = rt->scope; s; s = s->ouroi_outer)
        for (size_t i = 0; i < s->ouroi_n; i++)
            root_named(s->ouroi_items[i], &v);
    return v.result;
}

typedef struct plain_visit {
    ouro_visit visit;
    void *arg;
} plain_visit;

static int root_plain(ouro_obj *o, const char *name, void *arg) {
    plain_visit *p = arg;
    (void)name;
    return p->visit(o, p->arg);
}

bool ouroi_roots_slots(ouro_rt *rt, size_t *at, size_t n, ouro_visit visit, void *arg) {
    size_t end = rt->root_n < *at + n ? rt->root_n : *at + n;
    for (; *at < end; ++*at)
        visit(*rt->roots[*at].slot, arg);
    return *at < rt->root_n;
}

void ouroi_roots_others(ouro_rt *rt, ouro_visit visit, void *arg) {
    visit(rt->error.thrown, arg);
    for (size_t i = 0; i < rt->visitor_n; i++)
        rt->visitors[i].fn(rt, visit, arg, rt->visitors[i].user);
    for (ouro_scope *s = rt->scope; s; s = s->ouroi_outer)
        for (size_t i = 0; i < s->ouroi_n; i++)
            visit(s->ouroi_items[i], arg);
}

void ouroi_roots_each(ouro_rt *rt, ouro_visit visit, void *arg) {
    plain_visit p = {visit, arg};
    ouro_roots(rt, root_plain, &p);
}

void ouroi_roots_empty(ouro_rt *rt) {
    // What dies may register and remove roots: always the last one, until none is left.
    while (rt->root_n) {
        ouro_obj **slot = rt->roots[--rt->root_n].slot;
        ouro_xdecref(ouro_takeslot(slot));
    }
}

void ouroi_roots_free(ouro_rt *rt) {
    ouroi_table_free(&rt->heap, rt->roots, rt->root_cap, sizeof *rt->roots);
    ouroi_table_free(&rt->heap, rt->visitors, rt->visitor_cap, sizeof *rt->visitors);
}

// ---- scopes ----

void ouro_scope_open(ouro_rt *rt, ouro_scope *s) {
    s->ouroi_rt = rt;
    s->ouroi_outer = rt->scope;
    s->ouroi_n = 0;
    s->ouroi_cap = OUROI_SCOPE_INLINE;
    s->ouroi_items = s->ouroi_inline;
    rt->scope = s;
}

static bool scope_grow(ouro_scope *s) {
    size_t cap = s->ouroi_cap * 2, bytes = cap * sizeof *s->ouroi_items;
    ouro_obj **grown = ouroi_side_alloc(&s->ouroi_rt->heap, bytes);
    if (!grown)
        return false;
    memcpy(grown, s->ouroi_items, s->ouroi_n * sizeof *grown);
    if (s->ouroi_items != s->ouroi_inline)
        ouroi_side_free(&s->ouroi_rt->heap, s->ouroi_items, s->ouroi_cap * sizeof *s->ouroi_items);
    s->ouroi_items = grown;
    s->ouroi_cap = cap;
    return true;
}

void *ouro_scope_keep(ouro_scope *s, void *object) {
    if (!object)
        return NULL;
    if (s->ouroi_n == s->ouroi_cap && !scope_grow(s)) {
        ouro_decref((ouro_obj *)object);
        ouro_error_set(s->ouroi_rt, OURO_ERR_MEMORY, "no memory for another reference in a scope");
        return NULL;
    }
    s->ouroi_items[s->ouroi_n++] = object;
    return object;
}

void ouro_scope_close(ouro_scope *s) {
    ouro_rt *rt = s->ouroi_rt;
    ouro_error_state aside;
    ouroi_error_aside(rt, &aside);
    // Taken out one by one: what dies may walk the roots.
    while (s->ouroi_n)
        ouro_decref(s->ouroi_items[--s->ouroi_n]);
    ouroi_error_back(rt, &aside, "closing a scope", NULL);
    if (OURO_DEBUG && rt->scope != s)
        ouroi_panic(rt, "a scope was closed before one that was opened later");
    rt->scope = s->ouroi_outer;
    if (s->ouroi_items != s->ouroi_inline)
        ouroi_side_free(&rt->heap, s->ouroi_items, s->ouroi_cap * sizeof *s->ouroi_items);
}
