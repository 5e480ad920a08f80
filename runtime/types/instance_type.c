// SPDX-License-Identifier: MIT
// instance_type.c: the layouts of instances without a standard part. The slots of a fixed class lie inside its
// instances, described fields behind the class: a type for each number of slots, registered when a class first needs
// it. Others keep as many values as they have come to need in a buffer.
#include "class.h"

#include <pthread.h>

static const ouro_field instance_fields[] = {OURO_FIELD(instance, of_class)};

// Without slots; what the others are based on.
static ouro_type instance_type = {
    .struct_size = sizeof(ouro_type),
    .name = "instance",
    .size = sizeof(instance),
    .fields = instance_fields,
    .n_fields = 1,
    .finalize = ouroi_derived_finalize,
    .finalizes = ouroi_derived_finalizes,
    .ops = &ouroi_derived_ops,
};
const ouro_type *const ouro_instance_type = &instance_type;

static ouro_type open_type = {
    .struct_size = sizeof(ouro_type),
    .name = "instance",
    .size = sizeof(open_instance),
    .tail = {OURO_TAIL_POINTER, offsetof(open_instance, values), offsetof(open_instance, n_values), 4,
             sizeof(ouro_obj *), NULL, 0},
    .base = &instance_type,
    .ops = &ouroi_derived_ops,
};

// By number of slots (there is none for 0), and written once in the process; the rest is zero.
static ouro_type slotted_types[SLOTTED_MAX + 1];
static ouro_field slotted_fields[SLOTTED_MAX];
static pthread_once_t slotted_once = PTHREAD_ONCE_INIT;

static void slotted_describe(void) {
    for (uint32_t n = 1; n <= SLOTTED_MAX; n++) {
        ouro_type *type = &slotted_types[n];
        size_t at = offsetof(slotted, value) + (n - 1) * sizeof(ouro_obj *);
        slotted_fields[n - 1] = (ouro_field){at, "slot", NULL};
        ouro_type_init(type, "instance", at + sizeof(ouro_obj *));
        type->fields = slotted_fields;
        type->n_fields = n;
        type->base = &instance_type;
        type->ops = &ouroi_derived_ops;
    }
}

int ouroi_instance_open(ouro_rt *rt) {
    pthread_once(&slotted_once, slotted_describe);
    return ouroi_kind_open(rt, &instance_type, OUROI_KIND_SLOTTED) < 0 ||
                   ouroi_kind_open(rt, &open_type, OUROI_KIND_INSTANCE) < 0
               ? -1
               : 0;
}

const ouro_type *ouroi_slotted_type(ouro_rt *rt, uint32_t n) {
    if (!n)
        return &instance_type;
    return ouroi_kind_open(rt, &slotted_types[n], OUROI_KIND_SLOTTED + n) < 0 ? NULL : &slotted_types[n];
}

// ---- making ----

static ouro_obj *instance_make(ouro_rt *rt, const ouro_type *type, ouro_obj *class_object) {
    instance *i = ouro_new(rt, type);
    if (!i)
        return NULL;
    ouro_setref(&i->head, &i->of_class, class_object);
    return &i->head;
}

ouro_obj *ouroi_instance_plain(ouro_rt *rt, ouro_obj *class_object) {
    const ouro_type *slots = class_obj_of(class_object)->instances;
    return instance_make(rt, slots ? slots : &open_type, class_object);
}

ouro_obj *ouroi_companion_new(ouro_rt *rt, ouro_obj *class_object) {
    ouro_obj *o = instance_make(rt, &open_type, class_object);
    if (o)
        open_instance_of(o)->companion = true;
    return o;
}
