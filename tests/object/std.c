// SPDX-License-Identifier: MIT
// std.c: what the core keeps ready for the standard objects: type indices of their own, a pointer of theirs in each
// runtime, and an end at which nothing that their immortal objects hold counts as forgotten.
#include "kit.h"

#include <pthread.h>

// ---- type indices ----

static ouro_type *std_type(ouro_type *t) {
    if (!t->name)
        ouro_type_init(t, "standard", sizeof(leaf));
    return t;
}

CASE(std, a_type_at_its_index) {
    static ouro_type t;
    must(ouroi_type_register_std(rt, std_type(&t), 40));
    always(t.ouroi_index == 40);
    must(ouroi_type_register_std(rt, &t, 40));
    must(ouro_type_register(rt, &t)); // it is registered: nothing to do
    always(t.ouroi_index == 40);
    ouro_obj *o = own(ouro_new(rt, &t));
    need(o);
    always(ouro_is(o, &t) && ouro_type_of(o) == &t && (o->ouroi_meta & OUROI_TYPE_MASK) == 40);
    must(ouro_verify(rt));
}

CASE(std, others_begin_behind) {
    static ouro_type t;
    must(ouro_type_register(rt, std_type(&t)));
    always(t.ouroi_index >= OUROI_TYPE_STD && node_type.ouroi_index >= OUROI_TYPE_STD);
    always(ouro_weak_type->ouroi_index >= OUROI_TYPE_STD);
}

static void std_refuse(ouro_rt *rt, ouro_type *t, uint32_t index, int code, int line) {
    uint32_t before = t->ouroi_index;
    if (ouroi_type_register_std(rt, t, index) != -1 || ouro_error_code(rt) != code)
        test_fail(__FILE__, line, "it is refused");
    always(t->ouroi_index == before);
    ouro_error_clear(rt);
}

CASE(std, what_is_refused) {
    static ouro_type first, second, ordinary, wrong;
    must(ouroi_type_register_std(rt, std_type(&first), 41));
    must(ouro_type_register(rt, std_type(&ordinary)));
    std_type(&second);
    std_refuse(rt, &second, 0, OURO_ERR_VALUE, __LINE__);
    std_refuse(rt, &second, OUROI_TYPE_STD, OURO_ERR_VALUE, __LINE__);
    std_refuse(rt, &second, UINT32_MAX, OURO_ERR_VALUE, __LINE__);
    std_refuse(rt, &wrong, 42, OURO_ERR_VALUE, __LINE__); // without a name
    // A failing allocation may come first: the others are asked when none does.
    if (test_mode_now() == TEST_FAULT)
        return;
    std_refuse(rt, &second, 41, OURO_ERR_STATE, __LINE__);   // another's
    std_refuse(rt, &first, 42, OURO_ERR_STATE, __LINE__);    // it has one
    std_refuse(rt, &ordinary, 42, OURO_ERR_STATE, __LINE__); // likewise
    must(ouroi_type_register_std(rt, &second, 63));
    always(second.ouroi_index == 63);
}

CASE(std, as_base_and_target) {
    static ouro_type base, derived, holder;
    static const ouro_field field = {offsetof(node, left), "left", &derived};
    must(ouroi_type_register_std(rt, std_type(&base), 44));
    std_type(&derived)->base = &base;
    must(ouroi_type_register_std(rt, &derived, 43)); // lower than its base's: that means nothing
    if (!holder.name) {
        ouro_type_init(&holder, "holder", sizeof(node));
        holder.fields = &field;
        holder.n_fields = 1;
    }
    must(ouro_type_register(rt, &holder));
    always(ouro_type_is_acyclic(&holder));
    node *h = own(ouro_new(rt, &holder));
    need(h);
    ouro_obj *o = ouro_new(rt, &derived);
    need(o);
    ouro_setref_steal(&h->head, &h->left, o);
    always(ouro_is_a(o, &base) && !ouro_is(o, &base));
    must(ouro_verify(rt));
}

// A header that names an index which no type has: the check of the heap says so, and follows it nowhere.
CASE(std, holes_are_no_types) {
    leaf *l = own(leaf_new(rt, 1));
    need(l);
    uint32_t meta = l->head.ouroi_meta;
    for (uint32_t index = 0; index < 40; index += 13) {
        l->head.ouroi_meta = (meta & ~OUROI_TYPE_MASK) | index;
        always(ouro_verify(rt) == -1 && ouro_error_code(rt) == OURO_ERR_STATE);
        always(strstr(ouro_error_message(rt), "names no type"));
        ouro_error_clear(rt);
    }
    l->head.ouroi_meta = meta;
    must(ouro_verify(rt));
}

enum { STD_THREADS = 4, STD_TYPES = 10 };
static ouro_type std_shared[STD_TYPES];

static void *std_register_all(void *wrong) {
    ouro_rt *rt = ouro_rt_create(NULL);
    for (uint32_t i = 0; i < STD_TYPES; i++) {
        ouro_obj *o = ouroi_type_register_std(rt, &std_shared[i], 50 + i) < 0 ? NULL : ouro_new(rt, &std_shared[i]);
        *(int *)wrong += !o || ouro_type_of(o) != &std_shared[i] || std_shared[i].ouroi_index != 50 + i;
        ouro_xdecref(o);
    }
    ouro_rt_destroy(rt);
    return NULL;
}

Test(std, threads_agree) {
    pthread_t threads[STD_THREADS];
    int wrong[STD_THREADS] = {0};
    for (int i = 0; i < STD_TYPES; i++)
        std_type(&std_shared[i]);
    for (int i = 0; i < STD_THREADS; i++)
        always(pthread_create(&threads[i], NULL, std_register_all, &wrong[i]) == 0);
    for (int i = 0; i < STD_THREADS; i++) {
        pthread_join(threads[i], NULL);
        always(wrong[i] == 0);
    }
}

// ---- the runtime's pointer, and its end ----

typedef struct std_own {
    void *buffer;
    int deallocs; // at the end
} std_own;

static int std_ends, std_deallocs_before_end;

static void std_end(ouro_rt *rt, void *std) {
    std_own *s = std;
    always(ouroi_rt_std(rt) == std);
    std_ends++;
    std_deallocs_before_end = hidden_deallocs;
    ouro_buf_free(rt, s->buffer);
    ouro_buf_free(rt, s);
}

static std_own *std_open(ouro_rt *rt, size_t bytes) {
    std_own *s = ouro_buf_alloc(rt, sizeof *s);
    s->buffer = ouro_buf_alloc(rt, bytes);
    ouroi_rt_set_std(rt, s, std_end);
    return s;
}

Test(std, a_pointer_in_each_runtime) {
    ouro_rt *a = kit_rt_new(NULL), *b = kit_rt_new(NULL);
    int here;
    always(!ouroi_rt_std(a) && !ouroi_rt_std(b));
    ouroi_rt_set_std(a, &here, NULL);
    always(ouroi_rt_std(a) == &here && !ouroi_rt_std(b));
    always(ouro_rt_destroy(a) == 0 && ouro_rt_destroy(b) == 0);
}

Test(std, its_end_comes_when_all_objects_are_apart) {
    static const size_t sizes[] = {0, 100, 100000, (size_t)3 << 20};
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        ouro_rt *rt = kit_rt_new(NULL);
        std_ends = hidden_deallocs = std_deallocs_before_end = 0;
        always(std_open(rt, sizes[i]) == ouroi_rt_std(rt));
        hidden *h = hidden_new(rt);
        ouro_immortalize(&h->head);
        hidden_new(rt); // forgotten
        always(ouro_rt_destroy(rt) == 1);
        always(std_ends == 1 && std_deallocs_before_end == 2 && kit_warning_count == 1);
    }
}

// ---- its hooks ----

static node *std_root;

static void std_closing(ouro_rt *rt, void *std) {
    always(std == ouroi_rt_std(rt) && std_root && std_root->id == 7);
    fin *f = fin_new(rt, NULL); // everything works as ever
    set(f, left, f);
    ouro_decref(&f->head);
    always(ouro_gc_collect(rt, OURO_GC_FULL) == 1 && ouroi_rt_is_collecting(rt) == 0);
    kit_trace_add("closing", -1);
}

static void std_collected(ouro_rt *rt, void *std) {
    always(std == ouroi_rt_std(rt) && ouroi_rt_is_collecting(rt) == 1);
    kit_trace_add("collected", -1);
}

static void std_awaits(ouro_rt *rt, fin *self) {
    (void)self;
    kit_trace_add("finalizer", -1);
    always(ouroi_rt_await_collected(rt) == 0 && ouroi_rt_is_collecting(rt) == 1);
}

Test(std, its_hooks) {
    ouro_rt *rt = kit_rt_new(NULL);
    kit_trace_start();
    std_open(rt, 10);
    ouroi_rt_set_std_hooks(rt, std_closing, std_collected);
    always(ouro_root_add(rt, "root", (ouro_obj **)(void *)&std_root) == 0);
    std_root = node_new(rt);
    std_root->id = 7;
    fin *f = fin_new(rt, std_awaits);
    set(f, left, f);
    ouro_decref(&f->head);
    always(ouroi_rt_is_collecting(rt) == 0 && ouro_gc_collect(rt, OURO_GC_FULL) == 1);
    ouro_gc_collect(rt, OURO_GC_FULL); // not awaited
    always(kit_trace_is("finalizer collected"));
    always(ouro_rt_destroy(rt) == 0 && !std_root && kit_trace_is("finalizer collected closing"));
}

Test(std, a_buffer_that_it_keeps_is_no_mistake) {
    ouro_rt *rt = kit_rt_new(NULL);
    ouroi_rt_set_std(rt, ouro_buf_alloc(rt, 50000), NULL);
    always(ouroi_rt_std(rt) && ouro_rt_destroy(rt) == 0 && kit_warning_count == 0);
}

// ---- immortal objects that own ordinary ones ----

// An immortal list of five: a chain, a ring, a ring through the list itself, a list of lists, and what holds a weak
// reference.
static vec *std_immortal_list(ouro_rt *rt) {
    vec *list = vec_new(rt);
    ouro_immortalize(&list->head);
    node *back = node_new(rt);
    set(back, left, list);
    set(back, right, back);
    vec *inner = vec_new(rt), *innermost = vec_new(rt);
    vec_append(rt, inner, &innermost->head);
    vec_append(rt, innermost, &list->head);
    vec_append(rt, innermost, &inner->head);
    hidden *h = hidden_new(rt);
    ouro_setref(&h->head, &h->left, &list->head);
    h->right = ouro_weak_new(rt, &back->head, NULL, &inner->head);
    ouro_obj *all[] = {&kit_chain(rt, 20)->head, &kit_ring(rt, 20)->head, &back->head, &inner->head, &h->head};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        vec_append(rt, list, all[i]);
        ouro_decref(all[i]);
    }
    ouro_decref(&innermost->head);
    return list;
}

Test(std, what_immortal_objects_own_is_no_leak) {
    ouro_rt *rt = kit_rt_new(NULL);
    fin_calls = hidden_deallocs = 0;
    std_open(rt, 10);
    vec *list = std_immortal_list(rt);
    fin *f = fin_new(rt, NULL); // an immortal object with fields, and a finalizer behind it
    node *class = node_new(rt);
    ouro_immortalize(&class->head);
    ouro_setref_steal(&class->head, &class->left, &f->head);
    set(f, left, class);
    set(f, right, list);
    hidden *h = hidden_new(rt); // one that only callbacks know
    ouro_immortalize(&h->head);
    ouro_setslot_steal(&h->left, &kit_ring(rt, 3)->head);
    always(ouro_verify(rt) == 0 && ouro_gc_collect(rt, OURO_GC_FULL) == 0);
    always(ouro_rt_destroy(rt) == 0 && kit_warning_count == 0);
    always(fin_calls == 1 && hidden_deallocs == 2);
}

// A finalizer of the last hour may still use immortal objects, which have been emptied.
static vec *std_list;

static void std_look_at_list(ouro_rt *rt, fin *self) {
    (void)self;
    leaf *l = leaf_new(rt, 9);
    always(l && std_list->n == 2 && !std_list->item[0]);
    ouro_decref(&l->head);
}

Test(std, finalizers_find_immortal_objects_empty) {
    ouro_rt *rt = kit_rt_new(NULL);
    fin_calls = 0;
    std_list = vec_new(rt);
    ouro_immortalize(&std_list->head);
    fin *f = fin_new(rt, std_look_at_list), *g = fin_new(rt, std_look_at_list);
    set(g, left, g); // garbage only when the list lets go
    always(vec_append(rt, std_list, &f->head) == 0 && vec_append(rt, std_list, &g->head) == 0);
    ouro_decref(&f->head);
    ouro_decref(&g->head);
    always(ouro_rt_destroy(rt) == 0 && fin_calls == 2 && kit_warning_count == 0);
}
