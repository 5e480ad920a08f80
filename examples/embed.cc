// SPDX-License-Identifier: MIT
// The smallest embedding again, as C++17: an own type, a cycle, a collection. Look at: `ref`, an ordinary unique_ptr,
// is all the glue there is; it owns one count, so that every way out of a scope, by an exception too, drops it.
#include <cstdio>
#include <memory>
#include <ouro.h>
#include <stdexcept>

namespace {

// Owns one reference to a T, a struct whose first member is `ouro_obj head`.
struct drop {
    template <class T> void operator()(T *o) const {
        ouro_decref(&o->head);
    }
};
template <class T> using ref = std::unique_ptr<T, drop>;

struct node {
    ouro_obj head;
    ouro_obj *next;
    static ouro_type type;
};
ouro_type node::type;
const ouro_field node_fields[] = {OURO_FIELD(node, next)};

// Turns the pending error into an exception.
[[noreturn]] void raise(ouro_rt *rt) {
    std::runtime_error e(ouro_error_message(rt));
    ouro_error_clear(rt);
    throw e;
}

template <class T> ref<T> make(ouro_rt *rt) {
    ref<T> fresh(static_cast<T *>(ouro_new(rt, &T::type)));
    if (!fresh)
        raise(rt);
    return fresh;
}

void make_cycle(ouro_rt *rt) {
    auto a = make<node>(rt);
    auto b = make<node>(rt); // if this throws, a is dropped on the way out
    ouro_setref(&a->head, &a->next, &b->head);
    ouro_setref(&b->head, &b->next, &a->head);
}

int64_t work(ouro_rt *rt) {
    if (ouro_type_register(rt, &node::type) < 0)
        raise(rt);
    make_cycle(rt);
    return ouro_gc_collect(rt, OURO_GC_FULL);
}

} // namespace

int main() {
    std::unique_ptr<ouro_rt, decltype(&ouro_rt_destroy)> rt(ouro_rt_create(nullptr), ouro_rt_destroy);
    if (!rt)
        return 1;
    ouro_type_init(&node::type, "node", sizeof(node));
    node::type.fields = node_fields;
    node::type.n_fields = 1;
    try {
        int64_t found = work(rt.get());
        std::printf("the collector found %d objects\n", static_cast<int>(found));
        return ouro_rt_destroy(rt.release()) != 0 || found != 2;
    } catch (const std::exception &e) {
        std::fprintf(stderr, "embed: %s\n", e.what());
        return 1;
    }
}
