// SPDX-License-Identifier: MIT
// Functions that run when somebody else's object dies. Look at: what is called is given nothing of the object, and runs
// inside the drop, or the collection, that ends it; once, earlier if asked to, or never if detached; and what is left
// when the runtime ends runs then, the newest first.
#include <ouro/std.h>
#include <stdio.h>

static void say(ouro_rt *rt, void *user) {
    (void)rt;
    printf("  %s\n", (const char *)user);
}

static ouro_obj *say_object(ouro_rt *rt, ouro_obj *self, ouro_obj *const *args, size_t n, ouro_obj *kwnames) {
    (void)self, (void)n, (void)kwnames;
    printf("  %s, and had room for %lld\n", ouro_str_data(args[0]), (long long)ouro_int_word(args[1]));
    return ouro_none(rt);
}

// Has a text printed when an object dies; the runtime keeps the finalizer. Returns: 0, or -1.
static int watch(ouro_rt *rt, ouro_obj *o, const char *text) {
    ouro_obj *f = ouro_finalizer_new(rt, o, say, (void *)(uintptr_t)text);
    ouro_xdecref(f);
    return f ? 0 : -1;
}

static int by_drop_and_collection(ouro_rt *rt, ouro_obj *list, ouro_obj *cycle) {
    if (watch(rt, list, "list is gone") < 0 || watch(rt, list, "list goes") < 0 ||
        watch(rt, cycle, "cycle is gone") < 0)
        return -1;
    return ouro_list_append(rt, cycle, cycle);
}

// A callable with arguments; two that do not wait: one runs early, one never.
static int with_arguments(ouro_rt *rt, ouro_scope *s, ouro_obj *set) {
    ouro_obj *fn = ouro_scope_keep(s, ouro_native_new(rt, "say", say_object, NULL, 2, 2));
    ouro_obj *args[2] = {ouro_scope_keep(s, ouro_str_from(rt, "set is gone")),
                         ouro_scope_keep(s, ouro_int_new(rt, 100))};
    if (!fn || !args[0] || !args[1])
        return -1;
    ouro_obj *f = ouro_scope_keep(s, ouro_finalizer_new_call(rt, set, fn, args, 2, NULL));
    ouro_obj *early = ouro_scope_keep(s, ouro_finalizer_new(rt, set, say, "early")), *result = NULL;
    ouro_obj *never = ouro_scope_keep(s, ouro_finalizer_new(rt, set, say, "never"));
    if (!f || !early || !never || ouro_finalizer_run(rt, early, &result) < 0)
        return -1;
    ouro_xdecref(result);
    return ouro_finalizer_detach(rt, never);
}

int main(void) {
    ouro_rt *rt = ouro_rt_create(NULL);
    if (!rt || ouro_std_open(rt) < 0)
        return 1;
    ouro_scope s;
    ouro_scope_open(rt, &s);
    ouro_obj *list = ouro_list_new(rt, NULL, 0), *cycle = ouro_list_new(rt, NULL, 0), *set = ouro_set_new(rt, NULL);
    puts("made:");
    int failed = !list || !cycle || !set || by_drop_and_collection(rt, list, cycle) < 0 ||
                 with_arguments(rt, &s, set) < 0 || watch(rt, ouro_none(rt), "none lives for ever: the end") < 0 ||
                 watch(rt, ouro_bool(rt, 1), "and so does true: the newest first") < 0;
    puts("dropped:");
    ouro_xdecref(list);
    ouro_xdecref(cycle);
    ouro_xdecref(set);
    puts("collected:");
    ouro_gc_collect(rt, OURO_GC_FULL);
    if (failed)
        fprintf(stderr, "at_end: %s\n", ouro_error_message(rt));
    ouro_scope_close(&s);
    puts("the runtime ends:");
    return ouro_rt_destroy(rt) != 0 || failed;
}
