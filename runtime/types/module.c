// SPDX-License-Identifier: MIT
// module.c: modules. The dict of a module is anybody's to change: so each access is an ordinary one of dict.c.
#include "std.h"

typedef struct module {
    ouro_obj head;
    ouro_obj *name; // a str
    ouro_obj *dict;
} module;

static module *module_of(const ouro_obj *o) {
    return (module *)(uintptr_t)o;
}

static const char *module_name(const module *m) {
    return m->name ? ouro_str_data(m->name) : "?";
}

static int module_get_attr(ouro_rt *rt, ouro_obj *o, ouro_obj *name, ouro_obj **out) {
    const module *m = module_of(o);
    return m->dict ? ouro_dict_get(rt, m->dict, name, out) : 0;
}

static int module_del_attr(ouro_rt *rt, const module *m, ouro_obj *name) {
    int found = ouro_dict_del(rt, m->dict, name);
    if (found)
        return found < 0 ? -1 : 0;
    return ouro_error_set(rt, OURO_ERR_ATTRIBUTE, "module '%s' has no attribute '%s'", module_name(m),
                          ouro_str_data(name));
}

static int module_set_attr(ouro_rt *rt, ouro_obj *o, ouro_obj *name, ouro_obj *value) {
    const module *m = module_of(o);
    if (!m->dict)
        return ouro_error_set(rt, OURO_ERR_STATE, "a module that has been taken apart");
    return value ? ouro_dict_set(rt, m->dict, name, value) : module_del_attr(rt, m, name);
}

static int module_repr(ouro_rt *rt, ouro_obj *o, ouro_step *step, ouro_builder *out, ouro_obj **part) {
    (void)rt;
    (void)step;
    (void)part;
    return ouro_builder_format(out, "<module '%s'>", module_name(module_of(o)));
}

static const ouro_field module_fields[] = {OURO_FIELD(module, name), OURO_FIELD(module, dict)};
static const ouro_ops module_ops = {
    .struct_size = sizeof(ouro_ops),
    .get_attr = module_get_attr,
    .set_attr = module_set_attr,
    .repr = module_repr,
};
static ouro_type module_type = {
    .struct_size = sizeof(ouro_type),
    .name = "module",
    .size = sizeof(module),
    .fields = module_fields,
    .n_fields = 2,
    .ops = &module_ops,
};
const ouro_type *const ouro_module_type = &module_type;

static module *module_fill(ouro_rt *rt, module *m, const char *name) {
    ouro_setref_steal(&m->head, &m->name, ouro_str_from(rt, name));
    if (m->name)
        ouro_setref_steal(&m->head, &m->dict, ouro_dict_new(rt));
    return m->dict ? m : NULL;
}

ouro_obj *ouro_module_new(ouro_rt *rt, const char *name) {
    module *m = ouro_new(rt, &module_type);
    if (!m)
        return NULL;
    if (module_fill(rt, m, name))
        return &m->head;
    ouro_decref(&m->head);
    return NULL;
}

ouro_obj *ouro_module_dict_peek(const ouro_obj *o) {
    return module_of(o)->dict;
}

static int module_add_one(ouro_rt *rt, ouro_obj *o, const ouro_native_def *def) {
    ouro_obj *f = ouro_native_new(rt, def->name, def->fn, NULL, def->least, def->most);
    if (!f)
        return -1;
    int result = ouro_set_attr_text(rt, o, def->name, f);
    ouro_decref(f);
    return result;
}

int ouro_module_add(ouro_rt *rt, ouro_obj *o, const ouro_native_def *functions, size_t n) {
    if (!ouro_is_module(o) && !ouroi_expect(rt, "ouro_module_add", &module_type, o))
        return -1;
    for (size_t i = 0; i < n; i++)
        if (module_add_one(rt, o, &functions[i]) < 0)
            return -1;
    return 0;
}

int ouroi_module_open(ouro_rt *rt) {
    return ouroi_kind_open(rt, &module_type, OUROI_KIND_MODULE);
}
