// SPDX-License-Identifier: MIT
// cxx.cc: the headers are usable, not only compilable, from C++17. Every inline function and macro is used once, by a
// program of its own, which ends with 0 if all is well:  c++ -std=c++17 -pedantic cxx.cc libouro.a
#include <ouro.h>

#include <cstdio>

namespace {

struct pair {
    ouro_obj head;
    ouro_obj *left, *right;
};

struct list {
    ouro_obj head;
    ouro_obj **item;
    uint64_t n;
};

const ouro_field pair_fields[] = {OURO_FIELD(pair, left), OURO_FIELD(pair, right)};
ouro_type pair_type, list_type;
int wrong;

void expect(bool fact, const char *what) {
    if (!fact) {
        std::fprintf(stderr, "cxx.cc: not so: %s\n", what);
        wrong++;
    }
}

#define EXPECT(fact) expect((fact), #fact)

void describe(ouro_rt *rt) {
    ouro_type_init(&pair_type, "pair", sizeof(pair));
    pair_type.fields = pair_fields;
    pair_type.n_fields = 2;
    ouro_type_init(&list_type, "list", sizeof(list));
    list_type.tail.place = OURO_TAIL_POINTER;
    list_type.tail.items = offsetof(list, item);
    list_type.tail.count = offsetof(list, n);
    list_type.tail.count_bytes = 8;
    list_type.tail.stride = sizeof(ouro_obj *);
    EXPECT(ouro_type_register(rt, &pair_type) == 0 && ouro_type_register(rt, &list_type) == 0);
}

pair *pair_new(ouro_rt *rt) {
    return static_cast<pair *>(ouro_new(rt, &pair_type));
}

void references(ouro_rt *rt) {
    pair *p = pair_new(rt), *q = pair_new(rt);
    ouro_obj *slot = nullptr;
    ouro_setref(&p->head, &p->left, &q->head);
    ouro_setref_steal(&p->head, &p->right, ouro_incref(&q->head));
    EXPECT(ouro_refcount(&q->head) == 3);
    ouro_decref(ouro_takeref(&p->head, &p->right));
    ouro_clearref(&p->head, &p->left);
    ouro_setslot(&slot, &q->head);
    ouro_setslot_steal(&slot, ouro_xincref(&p->head));
    ouro_xdecref(ouro_takeslot(&slot));
    ouro_xdecref(nullptr);
    EXPECT(ouro_refcount(&p->head) == 1 && ouro_refcount(&q->head) == 1);
    EXPECT(ouro_is(&p->head, &pair_type) && !ouro_is(&p->head, ouro_weak_type));
    EXPECT(static_cast<pair *>(ouro_cast(&p->head, &pair_type)) == p && !ouro_is_immortal(&p->head));
    ouro_decref(&p->head);
    ouro_decref(&q->head);
}

void collections(ouro_rt *rt) {
    pair *p = pair_new(rt);
    EXPECT(ouro_gc_is_tracked(&p->head) && !ouro_gc_is_finalized(&p->head) && ouro_gc_generation(&p->head) == 0);
    ouro_setref(&p->head, &p->left, &p->head);
    ouro_decref(&p->head);
    EXPECT(ouro_gc_collect(rt, OURO_GC_FULL) == 1);
    list *l = static_cast<list *>(ouro_new_tail(rt, &list_type, 3));
    EXPECT(l->n == 3 && l->item[2] == nullptr);
    ouro_setref(&l->head, &l->item[2], &l->head);
    ouro_decref(&l->head);
    EXPECT(ouro_gc_collect(rt, OURO_GC_FULL) == 1);
    auto *late = static_cast<pair *>(ouro_new_untracked(rt, &pair_type, 0));
    ouro_track(&late->head);
    EXPECT(ouro_gc_is_tracked(&late->head));
    ouro_decref(&late->head);
}

void the_rest(ouro_rt *rt) {
    ouro_scope scope;
    ouro_scope_open(rt, &scope);
    auto *p = static_cast<pair *>(ouro_scope_keep(&scope, ouro_new(rt, &pair_type)));
    auto on_death = [](ouro_rt *, ouro_obj *, ouro_obj *) {};
    auto *weak = static_cast<ouro_obj *>(ouro_scope_keep(&scope, ouro_weak_new(rt, &p->head, on_death, nullptr)));
    ouro_obj *got = nullptr;
    EXPECT(ouro_weak_get(weak, &got) == 1 && got == &p->head);
    ouro_decref(got);
    ouro_scope_close(&scope);
    EXPECT(ouro_error_set(rt, OURO_ERR_USER + 1, "number %d", 7) == -1 && ouro_error_code(rt) == OURO_ERR_USER + 1);
    ouro_error_clear(rt);
    void *buf = ouro_buf_realloc(rt, ouro_buf_alloc(rt, 10), 1000);
    EXPECT(buf && ouro_buf_size(buf) >= 1000);
    ouro_buf_free(rt, buf);
    ouro_mem_usage usage;
    ouro_mem_get_usage(rt, &usage);
    EXPECT(usage.objects == 0 && ouro_verify(rt) == 0);
    ouro_safepoint(rt);
}

} // namespace

int main() {
    ouro_options options;
    ouro_options_init(&options);
    ouro_rt *rt = ouro_rt_create(&options);
    EXPECT(rt != nullptr);
    if (!rt)
        return 1;
    describe(rt);
    references(rt);
    collections(rt);
    the_rest(rt);
    EXPECT(ouro_rt_destroy(rt) == 0);
    return wrong != 0;
}
