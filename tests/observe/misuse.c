// SPDX-License-Identifier: MIT
// misuse.c: what the debug build says of a program that breaks the rules: the last words name what was done, the type,
// and the lines where the object was made and freed. Each mistake is made in a process of its own. The release build
// checks nothing of this; there, casts and stores cost what a plain assignment costs.
#include "kit.h"

#if OURO_DEBUG

// The lines that the last words must name.
static int misuse_made, misuse_freed;

static node *misuse_node(ouro_rt *rt) {
    misuse_made = __LINE__ + 1;
    return ouro_new(rt, &node_type);
}

static void misuse_free(node *n) {
    misuse_freed = __LINE__ + 1;
    ouro_decref(&n->head);
}

static void misuse_line(char *text, size_t size, int line) {
    snprintf(text, size, "misuse.c:%d", line);
}

// Runs a mistake: it must end the process, with these words (NULL for none).
static void misuse_expect(void (*mistake)(void), const char *what, const char *type, int line) {
    child_result r;
    child_run(mistake, &r);
    if (!child_aborted(&r) || (!strstr(r.text, "AddressSanitizer") && (!child_said(&r, what) || !child_said(&r, type))))
        test_fail(__FILE__, line, "the mistake is noticed");
}

// As misuse_expect, for an object made by misuse_node and freed by misuse_free: the lines must be named too.
static void misuse_expect_lines(void (*mistake)(void), const char *what, int line) {
    char made[64], freed[64];
    child_result r;
    ouro_rt *rt = kit_rt_new(NULL);
    misuse_free(misuse_node(rt)); // learns the lines
    ouro_rt_destroy(rt);
    misuse_line(made, sizeof made, misuse_made);
    misuse_line(freed, sizeof freed, misuse_freed);
    child_run(mistake, &r);
    if (!child_aborted(&r))
        test_fail(__FILE__, line, "the mistake is noticed");
    else if (!strstr(r.text, "AddressSanitizer") &&
             (!child_said(&r, what) || !child_said(&r, "'node'") || !child_said(&r, made) || !child_said(&r, freed)))
        test_fail(__FILE__, line, "the last words say enough");
}

static void misuse_double_drop(void) {
    node *n = misuse_node(kit_rt_new(NULL));
    misuse_free(n);
    ouro_decref(&n->head);
}

Test(misuse, dropping_twice) {
    misuse_expect_lines(misuse_double_drop, "dropped", __LINE__);
}

static void misuse_keep_the_dead(void) {
    node *n = misuse_node(kit_rt_new(NULL));
    misuse_free(n);
    ouro_incref(&n->head);
}

Test(misuse, keeping_what_has_died) {
    misuse_expect_lines(misuse_keep_the_dead, "kept", __LINE__);
}

static void misuse_write_the_dead(void) {
    ouro_rt *rt = kit_rt_new(NULL);
    node *n = misuse_node(rt);
    misuse_free(n);
    n->id = 12345;
    ouro_decref(&kit_chain(rt, 5000)->head); // enough births and deaths that the block leaves its quarantine
}

Test(misuse, writing_to_what_has_died) {
    misuse_expect_lines(misuse_write_the_dead, "written", __LINE__);
}

static void misuse_write_and_verify(void) {
    ouro_rt *rt = kit_rt_new(NULL);
    node *n = misuse_node(rt);
    misuse_free(n);
    n->id = 1;
    ouro_verify(rt);
}

Test(misuse, the_check_of_the_heap_sees_such_writes) {
    misuse_expect_lines(misuse_write_and_verify, "written", __LINE__);
}

static void misuse_write_and_destroy(void) {
    ouro_rt *rt = kit_rt_new(NULL);
    node *n = misuse_node(rt);
    misuse_free(n);
    n->right = &n->head;
    ouro_rt_destroy(rt);
}

Test(misuse, the_end_of_the_runtime_sees_such_writes) {
    misuse_expect_lines(misuse_write_and_destroy, "written", __LINE__);
}

static void misuse_cast(void) {
    ouro_rt *rt = kit_rt_new(NULL);
    leaf *l = leaf_new(rt, 1);
    ouro_cast(&l->head, &node_type);
}

Test(misuse, casting_to_another_type) {
    misuse_expect(misuse_cast, "'leaf'", "'node'", __LINE__);
}

static void misuse_foreign_store(void) {
    node *n = node_new(kit_rt_new(NULL)), *foreign = node_new(kit_rt_new(NULL));
    set(n, left, foreign);
}

Test(misuse, storing_an_object_of_another_runtime) {
    misuse_expect(misuse_foreign_store, "another runtime", "'node'", __LINE__);
}

static void misuse_foreign_steal(void) {
    node *n = node_new(kit_rt_new(NULL)), *foreign = node_new(kit_rt_new(NULL));
    ouro_setref_steal(&n->head, &n->left, &foreign->head);
}

Test(misuse, moving_in_an_object_of_another_runtime) {
    misuse_expect(misuse_foreign_steal, "another runtime", "'node'", __LINE__);
}

static void misuse_stray_slot(void) {
    ouro_rt *rt = kit_rt_new(NULL);
    node *n = node_new(rt), *other = node_new(rt);
    ouro_setref(&n->head, &other->left, NULL); // the slot is another object's
}

Test(misuse, naming_the_wrong_owner) {
    misuse_expect(misuse_stray_slot, "store", "'node'", __LINE__);
}

static void misuse_store_the_dead(void) {
    ouro_rt *rt = kit_rt_new(NULL);
    node *n = node_new(rt), *dead = node_new(rt);
    ouro_decref(&dead->head);
    ouro_setref_steal(&n->head, &n->left, &dead->head);
}

Test(misuse, storing_what_has_died) {
    misuse_expect(misuse_store_the_dead, "died", "'node'", __LINE__);
}

static void misuse_overrun(void) {
    ouro_rt *rt = kit_rt_new(NULL);
    char *buf = ouro_buf_alloc(rt, 10);
    volatile size_t behind = 10;
    buf[behind] = 'x';
    ouro_buf_free(rt, buf);
}

Test(misuse, writing_behind_a_buffer) {
    misuse_expect(misuse_overrun, "written", "buffer", __LINE__);
}

static void misuse_object_overrun(void) {
    ouro_rt *rt = kit_rt_new(NULL);
    row *r = row_new(rt, 3);
    volatile size_t behind = 3;
    r->item[behind] = &r->head;
    ouro_decref(&r->head);
}

Test(misuse, writing_behind_an_object) {
    misuse_expect(misuse_object_overrun, "written", "'row'", __LINE__);
}

static void misuse_free_twice(void) {
    ouro_rt *rt = kit_rt_new(NULL);
    void *buf = ouro_buf_alloc(rt, 100);
    ouro_buf_free(rt, buf);
    ouro_buf_free(rt, buf);
}

Test(misuse, freeing_a_buffer_twice) {
    misuse_expect(misuse_free_twice, "free", "buffer", __LINE__);
}

static void misuse_scopes(void) {
    ouro_rt *rt = kit_rt_new(NULL);
    ouro_scope outer, inner;
    ouro_scope_open(rt, &outer);
    ouro_scope_open(rt, &inner);
    ouro_scope_close(&outer);
}

Test(misuse, closing_scopes_in_the_wrong_order) {
    misuse_expect(misuse_scopes, "scope", "closed", __LINE__);
}

static void misuse_weak(void) {
    ouro_rt *rt = kit_rt_new(NULL);
    ouro_obj *got;
    ouro_weak_get(&node_new(rt)->head, &got);
}

Test(misuse, asking_what_is_no_weak_reference) {
    misuse_expect(misuse_weak, "'node'", "weak reference", __LINE__);
}

// A raw store into a described field is found at the next check, with type, field, and the line of birth.
Test(misuse, storing_without_the_runtime) {
    ouro_rt *rt = kit_rt_new(NULL);
    node *n = misuse_node(rt);
    char made[64];
    misuse_line(made, sizeof made, misuse_made);
    leaf *l = leaf_new(rt, 1);
    n->left = &l->head;
    n->right = &l->head;
    always(ouro_verify(rt) == -1 && strstr(ouro_error_message(rt), "leaf"));
    ouro_error_clear(rt);
    n->right = (ouro_obj *)(void *)&made;
    always(ouro_verify(rt) == -1);
    always(strstr(ouro_error_message(rt), "'node'") && strstr(ouro_error_message(rt), "'right'"));
    always(strstr(ouro_error_message(rt), made) != NULL);
    ouro_error_clear(rt);
    n->right = NULL;
    always(ouro_verify(rt) == 0);
    ouro_decref(&n->head);
    always(ouro_rt_destroy(rt) == 0);
}

// ---- what foreign code must not do ----

static void misuse_visit_roots(ouro_rt *rt, ouro_visit visit, void *arg, void *user) {
    (void)visit;
    (void)arg;
    (void)user;
    node_new(rt);
}

static void misuse_allocate_while_counting(void) {
    ouro_rt *rt = kit_rt_new(NULL);
    ouro_root_visitor_add(rt, "greedy", misuse_visit_roots, NULL);
    ouro_gc_collect(rt, OURO_GC_FULL | OURO_GC_EXACT);
}

Test(misuse, a_root_visitor_that_allocates) {
    misuse_expect(misuse_allocate_while_counting, "asked for memory", "root visitor", __LINE__);
}

static void misuse_end_it(ouro_rt *rt, fin *self) {
    (void)self;
    ouro_rt_destroy(rt);
}

static void misuse_destroy_inside(void) {
    ouro_decref(&fin_new(kit_rt_new(NULL), misuse_end_it)->head);
}

Test(misuse, a_finalizer_that_destroys_its_runtime) {
    misuse_expect(misuse_destroy_inside, "destroyed by code that it runs", "finalizer", __LINE__);
}

// ---- the panic hook ----

static void misuse_last_words(void *user, const char *message) {
    fprintf(stderr, "hook %s: %s\n", (const char *)user, message);
}

static void misuse_with_hook(void) {
    static char name[] = "mine";
    ouro_options options;
    ouro_options_init(&options);
    options.panic = misuse_last_words;
    options.user = name;
    ouro_rt *rt = ouro_rt_create(&options);
    test_types_register(rt);
    ouro_cast(&leaf_new(rt, 1)->head, &node_type);
    fprintf(stderr, "went on\n");
}

Test(misuse, the_hook_says_the_last_words) {
    child_result r;
    child_run(misuse_with_hook, &r);
    always(child_aborted(&r) && child_said(&r, "hook mine:") && child_said(&r, "'leaf'"));
    always(!strstr(r.text, "went on")); // it does not return
}

#else

CASE(misuse, a_cast_checks_nothing) {
    leaf *l = own(leaf_new(rt, 1));
    need(l);
    always(ouro_cast(&l->head, &node_type) == l);
}

CASE(misuse, a_store_checks_nothing) {
    ouro_rt *other = kit_rt_new(NULL);
    node *n = node_new(rt), *foreign = node_new(other);
    if (n) {
        set(n, left, foreign);
        always(n->left == &foreign->head && ouro_refcount(&foreign->head) == 2);
        ouro_clearref(&n->head, &n->left);
    }
    ouro_decref(&foreign->head);
    ouro_xdecref(obj(n));
    always(ouro_rt_destroy(other) == 0);
    need(n);
}

#endif
