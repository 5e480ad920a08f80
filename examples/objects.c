// SPDX-License-Identifier: MIT
// Classes and instances, as a program in your language would make them. Look at: a method is a native in a class and
// gets the instance first; a bound method holds its instance; __del__ runs when the last reference goes, and for two
// instances that hold each other when the collector finds them.
#include <ouro/std.h>
#include <stdio.h>

// def __init__(self, name): self.name = name
static ouro_obj *pet_init(ouro_rt *rt, ouro_obj *self, ouro_obj *const *args, size_t n, ouro_obj *kwnames) {
    (void)self, (void)n, (void)kwnames;
    return ouro_set_attr_text(rt, args[0], "name", args[1]) < 0 ? NULL : ouro_none(rt);
}

// def greet(self, whom): print(self.name, "greets", whom)
static ouro_obj *pet_greet(ouro_rt *rt, ouro_obj *self, ouro_obj *const *args, size_t n, ouro_obj *kwnames) {
    (void)self, (void)n, (void)kwnames;
    ouro_obj *name = ouro_get_attr_text(rt, args[0], "name");
    if (!name)
        return NULL;
    printf("  %s greets %s\n", ouro_str_data(name), ouro_str_data(args[1]));
    ouro_decref(name);
    return ouro_none(rt);
}

static ouro_obj *pet_del(ouro_rt *rt, ouro_obj *self, ouro_obj *const *args, size_t n, ouro_obj *kwnames) {
    (void)self, (void)n, (void)kwnames;
    ouro_obj *name = ouro_get_attr_text(rt, args[0], "name");
    printf("  %s dies\n", name ? ouro_str_data(name) : "somebody");
    ouro_xdecref(name);
    return name ? ouro_none(rt) : NULL;
}

static int pet_method(ouro_rt *rt, ouro_obj *pet, const char *name, ouro_native_fn fn, size_t arguments) {
    ouro_obj *native = ouro_native_new(rt, name, fn, NULL, arguments, arguments);
    int result = native ? ouro_class_set(rt, pet, name, native) : -1;
    ouro_xdecref(native);
    return result;
}

// Makes a pet by calling its class. Returns: new; NULL on failure.
static ouro_obj *pet_new(ouro_rt *rt, ouro_obj *pet, const char *name) {
    ouro_obj *text = ouro_str_from(rt, name), *made = text ? ouro_call(rt, pet, &text, 1, NULL) : NULL;
    ouro_xdecref(text);
    return made;
}

static int play(ouro_rt *rt, ouro_obj *pet, ouro_scope *s) {
    ouro_obj *whom = ouro_scope_keep(s, ouro_str_from(rt, "you")), *rex = pet_new(rt, pet, "Rex");
    ouro_obj *greet = rex ? ouro_scope_keep(s, ouro_get_attr_text(rt, rex, "greet")) : NULL;
    puts("let go, but for a bound method:");
    ouro_xdecref(rex);
    if (!whom || !greet || !ouro_call(rt, greet, &whom, 1, NULL)) // none is immortal: it need not be dropped
        return -1;
    ouro_obj *tom = pet_new(rt, pet, "Tom"), *kit = tom ? pet_new(rt, pet, "Kit") : NULL;
    int failed =
        !kit || ouro_set_attr_text(rt, tom, "friend", kit) < 0 || ouro_set_attr_text(rt, kit, "friend", tom) < 0;
    puts("friends, let go:");
    ouro_xdecref(tom);
    ouro_xdecref(kit);
    puts("collected:");
    ouro_gc_collect(rt, OURO_GC_FULL);
    return failed ? -1 : 0;
}

int main(void) {
    ouro_rt *rt = ouro_rt_create(NULL);
    if (!rt || ouro_std_open(rt) < 0)
        return 1;
    ouro_scope s;
    ouro_scope_open(rt, &s);
    ouro_obj *pet = ouro_scope_keep(&s, ouro_class_new(rt, "Pet", NULL, NULL));
    int failed = !pet || pet_method(rt, pet, "__init__", pet_init, 2) < 0 ||
                 pet_method(rt, pet, "greet", pet_greet, 2) < 0 || pet_method(rt, pet, "__del__", pet_del, 1) < 0 ||
                 play(rt, pet, &s) < 0;
    if (failed)
        fprintf(stderr, "objects: %s\n", ouro_error_message(rt));
    puts("the bound method is dropped:");
    ouro_scope_close(&s);
    return ouro_rt_destroy(rt) != 0 || failed;
}
