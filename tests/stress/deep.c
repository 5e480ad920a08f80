// SPDX-License-Identifier: MIT
// deep.c: ten million links of every shape die, are marked and are collected on a stack of 256 KiB, also while no
// allocation succeeds, and when code of the embedder's stands between one death and the next. In debug builds, under
// sanitizers and in stress and fault runs there are fewer links: still far more than the stack could hold frames for.
#include "kit.h"

#include <pthread.h>

typedef enum deep_shape {
    DEEP_FIRST_FIELD,
    DEEP_LAST_FIELD,
    DEEP_INLINE_ITEM,
    DEEP_BUFFER_ITEM,
    DEEP_FINALIZED,
    DEEP_CALLBACKS,
    DEEP_MIXED,
} deep_shape;

typedef struct deep_task {
    ouro_rt *rt;
    deep_shape shape;
    size_t n;
    void (*body)(struct deep_task *task);
} deep_task;

static size_t deep_finalized;

static size_t deep_links(size_t full) {
    return kit_is_lean() && test_mode_now() == TEST_PLAIN ? full : 60000;
}

static void *deep_thread(void *arg) {
    deep_task *task = arg;
    task->body(task);
    return NULL;
}

// Runs a body on a small stack, with a runtime of its own that must be empty afterwards.
static void deep_run(void (*body)(deep_task *task), deep_shape shape, size_t n) {
    deep_task task = {kit_rt_new(NULL), shape, deep_links(n), body};
    pthread_attr_t attributes;
    pthread_t thread;
    deep_finalized = 0;
    fin_calls = hidden_clears = hidden_deallocs = 0;
    pthread_attr_init(&attributes);
    ouro_gc_disable(task.rt); // building is not what is tested
    always(pthread_attr_setstacksize(&attributes, 256 * 1024) == 0);
    always(pthread_create(&thread, &attributes, deep_thread, &task) == 0);
    pthread_join(thread, NULL);
    pthread_attr_destroy(&attributes);
    ouro_gc_enable(task.rt);
    always(kit_usage(task.rt).objects == 0);
    always(ouro_rt_destroy(task.rt) == 0);
}

static void deep_note(ouro_rt *rt, fin *self) {
    (void)rt;
    (void)self;
    deep_finalized++;
}

// An object of a shape, and where it holds the next one.
static ouro_obj *deep_new(ouro_rt *rt, deep_shape shape, ouro_obj ***slot) {
    ouro_obj *o = NULL;
    if (shape == DEEP_INLINE_ITEM) {
        o = obj(row_new(rt, 2));
        *slot = o ? &((row *)o)->item[1] : NULL;
    } else if (shape == DEEP_BUFFER_ITEM) {
        o = ouro_new_tail(rt, &vec_type, 2);
        *slot = o ? &((vec *)o)->item[1] : NULL;
    } else if (shape == DEEP_FINALIZED) {
        o = obj(fin_new(rt, deep_note));
        *slot = o ? &((fin *)o)->left : NULL;
    } else if (shape == DEEP_CALLBACKS) {
        o = obj(hidden_new(rt));
        *slot = o ? &((hidden *)o)->right : NULL;
    } else {
        o = obj(node_new(rt));
        *slot = !o ? NULL : shape == DEEP_FIRST_FIELD ? &((node *)o)->left : &((node *)o)->right;
    }
    return o;
}

// The object that was made first, and its slot for the next, which is empty.
typedef struct deep_end {
    ouro_obj *owner, **slot;
} deep_end;

// n objects, each holding the one made before.
static ouro_obj *deep_chain(deep_task *task, deep_end *end) {
    ouro_obj *chain = NULL;
    for (size_t i = 0; i < task->n; i++) {
        deep_shape shape = task->shape == DEEP_MIXED ? (deep_shape)(i % DEEP_MIXED) : task->shape;
        ouro_obj **slot, *o = deep_new(task->rt, shape, &slot);
        if (!o) {
            fprintf(stderr, "no memory for link %zu\n", i);
            exit(2);
        }
        ouro_setref_steal(o, slot, chain);
        chain = o;
        if (i == 0)
            *end = (deep_end){o, slot};
    }
    return chain;
}

// As deep_chain, and the first object holds the last.
static ouro_obj *deep_ring(deep_task *task) {
    deep_end end;
    ouro_obj *ring = deep_chain(task, &end);
    ouro_setref(end.owner, end.slot, ring);
    return ring;
}

// ---- dropped ----

static void deep_drop(deep_task *task) {
    deep_end end;
    ouro_obj *chain = deep_chain(task, &end);
    always(kit_usage(task->rt).objects == task->n);
    ouro_decref(chain);
    always(task->shape != DEEP_FINALIZED || deep_finalized == task->n);
    always(task->shape != DEEP_CALLBACKS || hidden_deallocs == (int)task->n);
}

static void deep_drop_without_memory(deep_task *task) {
    deep_end end;
    ouro_obj *chain = deep_chain(task, &end);
    ouro_stress_fail(task->rt, 1, OURO_FAIL_FROM);
    ouro_decref(chain);
    always(kit_usage(task->rt).objects == 0 && ouro_error_code(task->rt) == OURO_OK);
    ouro_stress_fail(task->rt, 0, OURO_FAIL_NEVER);
}

Test(deep, first_fields_dropped) {
    deep_run(deep_drop, DEEP_FIRST_FIELD, 10000000);
}

Test(deep, last_fields_dropped) {
    deep_run(deep_drop, DEEP_LAST_FIELD, 10000000);
}

Test(deep, inline_items_dropped) {
    deep_run(deep_drop, DEEP_INLINE_ITEM, 10000000);
}

Test(deep, buffer_items_dropped) {
    deep_run(deep_drop, DEEP_BUFFER_ITEM, 10000000);
}

Test(deep, finalized_dropped) {
    deep_run(deep_drop, DEEP_FINALIZED, 10000000);
}

Test(deep, callbacks_dropped) {
    deep_run(deep_drop, DEEP_CALLBACKS, 10000000);
}

Test(deep, mixed_dropped_without_memory) {
    deep_run(deep_drop_without_memory, DEEP_MIXED, 10000000);
}

// Where the stack may grow no more, a row of very many has to wait, each member with what it holds.
static void deep_wide(deep_task *task) {
    ouro_rt *rt = task->rt;
    row *wide = row_new(rt, task->n);
    deep_shape shapes[] = {DEEP_FIRST_FIELD, DEEP_BUFFER_ITEM, DEEP_FINALIZED, DEEP_CALLBACKS};
    for (size_t i = 0; i < task->n; i++) {
        ouro_obj **slot, *o = deep_new(rt, shapes[i % 4], &slot);
        ouro_setref_steal(o, slot, obj(leaf_new(rt, (int64_t)i)));
        ouro_setref_steal(&wide->head, &wide->item[i], o);
    }
    ouro_obj *top = &wide->head;
    for (int i = 0; i < 49; i++) {
        node *n = node_new(rt);
        ouro_setref_steal(&n->head, &n->left, top);
        top = &n->head;
    }
    ouro_stress_fail(rt, 1, OURO_FAIL_FROM);
    ouro_decref(top);
    ouro_stress_fail(rt, 0, OURO_FAIL_NEVER);
    always(deep_finalized == (task->n + 1) / 4 && hidden_deallocs == (int)(task->n / 4));
}

Test(deep, very_many_wait_at_the_bottom) {
    deep_run(deep_wide, DEEP_MIXED, 3000000);
}

// ---- collected ----

static void deep_collect(deep_task *task) {
    ouro_decref(deep_ring(task));
    always(ouro_gc_collect(task->rt, OURO_GC_FULL) == (int64_t)task->n);
    always(task->shape != DEEP_FINALIZED || deep_finalized == task->n);
}

// Without memory a collection is skipped, or done: nothing in between. Later it is done.
static void deep_collect_without_memory(deep_task *task) {
    ouro_decref(deep_ring(task));
    ouro_stress_fail(task->rt, 1, OURO_FAIL_FROM);
    int64_t found = ouro_gc_collect(task->rt, OURO_GC_FULL);
    always(found == 0 || found == (int64_t)task->n);
    always(kit_usage(task->rt).objects == task->n - (size_t)found && ouro_error_code(task->rt) == OURO_OK);
    ouro_stress_fail(task->rt, 0, OURO_FAIL_NEVER);
    ouro_gc_collect(task->rt, OURO_GC_FULL);
}

Test(deep, first_fields_collected) {
    deep_run(deep_collect, DEEP_FIRST_FIELD, 10000000);
}

Test(deep, inline_items_collected) {
    deep_run(deep_collect, DEEP_INLINE_ITEM, 10000000);
}

Test(deep, buffer_items_collected) {
    deep_run(deep_collect, DEEP_BUFFER_ITEM, 10000000);
}

Test(deep, finalized_collected) {
    deep_run(deep_collect, DEEP_FINALIZED, 10000000);
}

Test(deep, callbacks_collected) {
    deep_run(deep_collect, DEEP_CALLBACKS, 10000000);
}

Test(deep, mixed_collected_without_memory) {
    deep_run(deep_collect_without_memory, DEEP_MIXED, 10000000);
}

// ---- alive ----

static void deep_mark(deep_task *task) {
    static ouro_obj *root;
    deep_end end;
    root = deep_chain(task, &end);
    for (int registered = 0; registered < 2; registered++) {
        always(!registered || ouro_root_add(task->rt, "root", &root) == 0);
        always(ouro_gc_collect(task->rt, OURO_GC_FULL) == 0 && kit_usage(task->rt).objects == task->n);
    }
    always(ouro_verify(task->rt) == 0);
    ouro_root_remove(task->rt, &root);
    ouro_setslot(&root, NULL);
}

Test(deep, mixed_marked_and_checked) {
    deep_run(deep_mark, DEEP_MIXED, 10000000);
}

Test(deep, a_leaked_chain_at_the_end) {
    deep_task task = {kit_rt_new(NULL), DEEP_MIXED, deep_links(1000000), NULL};
    deep_end end;
    always(deep_chain(&task, &end) != NULL);
    always(ouro_rt_destroy(task.rt) == task.n && kit_warning_count > 0);
}

// ---- code of the embedder's between one death and the next ----

static void deep_drop_next(ouro_rt *rt, fin *self) {
    (void)rt;
    deep_finalized++;
    ouro_clearref(&self->head, &self->left); // before the runtime would
}

static void deep_finalizers(deep_task *task) {
    fin *chain = NULL;
    for (size_t i = 0; i < task->n; i++) {
        fin *f = fin_new(task->rt, deep_drop_next);
        ouro_setref_steal(&f->head, &f->left, obj(chain));
        chain = f;
    }
    ouro_decref(&chain->head);
    always(deep_finalized == task->n);
}

Test(deep, finalizers_that_drop_the_next) {
    deep_run(deep_finalizers, DEEP_FINALIZED, 10000000);
}

typedef struct deep_secret {
    ouro_obj head;
    ouro_obj *next; // which no description tells of
} deep_secret;

static void deep_secret_dealloc(ouro_rt *rt, ouro_obj *o) {
    (void)rt;
    ouro_setslot(&((deep_secret *)o)->next, NULL);
}

static void deep_secrets(deep_task *task) {
    static ouro_type type;
    if (!type.name)
        ouro_type_init(&type, "secret", sizeof(deep_secret));
    type.dealloc = deep_secret_dealloc;
    always(ouro_type_register(task->rt, &type) == 0);
    ouro_obj *chain = NULL;
    for (size_t i = 0; i < task->n; i++) {
        deep_secret *s = ouro_new(task->rt, &type);
        s->next = chain;
        chain = &s->head;
    }
    ouro_decref(chain);
}

Test(deep, deallocs_that_drop_the_next) {
    deep_run(deep_secrets, DEEP_CALLBACKS, 10000000);
}

static void deep_on_weak(ouro_rt *rt, ouro_obj *weak, ouro_obj *arg) {
    (void)rt;
    (void)weak;
    deep_finalized++;
    ouro_clearref(arg, &((node *)arg)->left); // the object that the next weak reference watches
}

// Object i dies -> its weak reference's callback drops object i + 1, and so on.
static void deep_weak(deep_task *task) {
    ouro_rt *rt = task->rt;
    vec *watchers = ouro_new_tail(rt, &vec_type, task->n);
    ouro_obj *next = NULL;
    for (size_t i = 0; i < task->n; i++) {
        leaf *l = leaf_new(rt, (int64_t)i);
        node *holder = node_new(rt);
        ouro_setref_steal(&holder->head, &holder->left, next);
        ouro_obj *w = ouro_weak_new(rt, &l->head, deep_on_weak, &holder->head);
        ouro_decref(&holder->head);
        ouro_setref_steal(&watchers->head, &watchers->item[i], w);
        next = &l->head;
    }
    ouro_decref(next);
    always(deep_finalized == task->n);
    ouro_decref(&watchers->head);
}

Test(deep, weak_callbacks_that_drop_the_next) {
    deep_run(deep_weak, DEEP_MIXED, 1000000);
}
