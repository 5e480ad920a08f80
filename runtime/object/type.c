// SPDX-License-Identifier: MIT
// type.c: registration: a description is checked member by member, worked into a record, and published.
#include "type.h"

#include <stdio.h>

atomic_word ouroi_type_chunks[TYPE_CHUNKS];

static spin_lock type_lock;
static uint32_t type_next; // under the lock: the next index to give; 0 until index 0 exists

// ---- checks. Each returns NULL, or what is wrong ----

static bool type_is_registered(const ouro_type *type) {
    return __atomic_load_n(&type->ouroi_index, __ATOMIC_ACQUIRE) != 0;
}

static const char *field_check(const ouro_field *f, size_t n, size_t from, size_t size) {
    for (size_t i = 0; i < n; i++) {
        if (f[i].offset % sizeof(ouro_obj *))
            return "fields: an offset is not aligned";
        if (f[i].offset < from || f[i].offset > size || size - f[i].offset < sizeof(ouro_obj *))
            return "fields: an offset lies outside the object";
        if (!f[i].name)
            return "fields: a name is missing";
        for (size_t j = 0; j < i; j++)
            if (f[j].offset == f[i].offset)
                return "fields: an offset is listed twice";
    }
    return NULL;
}

static const char *targets_check(const ouro_type *type, const ouro_field *f, size_t n) {
    for (size_t i = 0; i < n; i++)
        if (f[i].target && f[i].target != type && !type_is_registered(f[i].target))
            return "fields: a target type is not registered";
    return NULL;
}

static bool field_overlaps(const ouro_type *type, size_t offset, size_t bytes) {
    for (size_t i = 0; i < type->n_fields; i++)
        if (type->fields[i].offset < offset + bytes && offset < type->fields[i].offset + sizeof(ouro_obj *))
            return true;
    return false;
}

static bool lies_inside(size_t offset, size_t bytes, size_t size) {
    return offset >= sizeof(ouro_obj) && offset <= size && bytes <= size - offset;
}

static const char *tail_check(const ouro_type *type) {
    const ouro_tail *t = &type->tail;
    if (t->place == OURO_TAIL_NONE)
        return NULL;
    if (t->place != OURO_TAIL_INLINE && t->place != OURO_TAIL_POINTER)
        return "tail.place is not one of the enumeration";
    if (t->count_bytes != 4 && t->count_bytes != 8)
        return "tail.count_bytes is neither 4 nor 8";
    if (t->count % t->count_bytes || !lies_inside(t->count, t->count_bytes, type->size))
        return "tail.count lies outside the object or is not aligned";
    if (t->stride < sizeof(ouro_obj *) || t->stride % sizeof(ouro_obj *) || t->stride > UINT32_MAX)
        return "tail.stride is not a positive multiple of a reference's size";
    if (t->items % sizeof(ouro_obj *))
        return "tail.items is not aligned";
    if (t->place == OURO_TAIL_INLINE && t->items < type->size)
        return "tail.items of an inline tail lies inside the fixed part";
    if (t->place == OURO_TAIL_INLINE && t->items - type->size > 64)
        return "tail.items of an inline tail lies beyond the fixed part";
    if (field_overlaps(type, t->count, t->count_bytes))
        return "tail.count overlaps a field";
    if (t->place == OURO_TAIL_INLINE)
        return NULL;
    if (!lies_inside(t->items, sizeof(void *), type->size))
        return "tail.items lies outside the object";
    if (field_overlaps(type, t->items, sizeof(void *)))
        return "tail.items overlaps a field";
    if (t->count < t->items + sizeof(void *) && t->items < t->count + t->count_bytes)
        return "tail.items overlaps tail.count";
    return NULL;
}

static const char *tail_items_check(const ouro_type *type) {
    const ouro_tail *t = &type->tail;
    if (t->place == OURO_TAIL_NONE)
        return NULL;
    return t->n_fields ? field_check(t->fields, t->n_fields, 0, t->stride) : NULL;
}

static const char *base_check(const ouro_type *type) {
    const ouro_type *base = type->base;
    if (!base)
        return NULL;
    if (!type_is_registered(base))
        return "base is not registered";
    if (type->size < base->size)
        return "base is larger than the type";
    const type_record *b = type_record_at(base->ouroi_index);
    if (b->flags & TYPE_HAS_TAIL && type->tail.place != OURO_TAIL_NONE)
        return "tail: the base has one already";
    if (b->tail_place == OURO_TAIL_INLINE && type->size != base->size)
        return "size: the base ends with an inline tail, nothing can follow";
    if (b->type->align > type->align)
        return "align is less than the base's";
    return NULL;
}

// To die, an object of the type has nothing to do, but maybe to call dealloc.
static bool type_is_bare(const ouro_type *type) {
    return !type->n_fields && type->tail.place == OURO_TAIL_NONE && !type->traverse && !type->clear &&
           !type->finalize && !type->base;
}

static const char *type_check(const ouro_type *type) {
    if (type->struct_size != sizeof(ouro_type))
        return "struct_size: not a description of this version; use ouro_type_init";
    if (!type->name || !*type->name)
        return "name is missing";
    if (type->size < sizeof(ouro_obj))
        return "size is less than the header's";
    if (type->size > UINT32_MAX / 2)
        return "size is too large";
    if (type->align && type->align != 8 && type->align != 16 && type->align != 32 && type->align != 64)
        return "align is not 8, 16, 32 or 64";
    if (type->finalizes && !type->finalize)
        return "finalizes: there is no finalize to tell of";
    if (type->flags & ~(unsigned)(OURO_TYPE_ACYCLIC | OURO_TYPE_OWES_DEALLOC))
        return "flags has unknown bits";
    if (type->flags & OURO_TYPE_OWES_DEALLOC && (!type->dealloc || !type_is_bare(type)))
        return "flags: only a leaf with a dealloc, no other callback and no base can owe it";
    if (type->n_fields && !type->fields)
        return "fields is missing";
    if (type->tail.n_fields && !type->tail.fields)
        return "tail.fields is missing";
    const char *wrong = base_check(type);
    size_t from = type->base ? type->base->size : sizeof(ouro_obj);
    wrong = wrong ? wrong : field_check(type->fields, type->n_fields, from, type->size);
    wrong = wrong ? wrong : tail_check(type);
    wrong = wrong ? wrong : tail_items_check(type);
    wrong = wrong ? wrong : targets_check(type, type->fields, type->n_fields);
    return wrong ? wrong : targets_check(type, type->tail.fields, type->tail.n_fields);
}

// ---- the record ----

// A type is open if, from an object of it, any object might be reached. Targets are registered before the types that
// name them; so from a type that is not open, only earlier ones can be reached, and itself where it is its own target.
static uint16_t fields_flags(const ouro_type *type, const ouro_field *f, size_t n) {
    uint16_t flags = 0;
    for (size_t i = 0; i < n; i++)
        if (f[i].target == type)
            flags |= TYPE_CYCLIC;
        else if (!f[i].target || type_record_at(f[i].target->ouroi_index)->flags & TYPE_OPEN)
            flags |= TYPE_OPEN | TYPE_CYCLIC;
    return flags;
}

static uint16_t type_flags(const ouro_type *type) {
    if (type->flags & OURO_TYPE_ACYCLIC)
        return TYPE_REGISTERED;
    uint16_t flags = TYPE_REGISTERED | fields_flags(type, type->fields, type->n_fields) |
                     fields_flags(type, type->tail.fields, type->tail.n_fields);
    if (type->traverse || (type->tail.place != OURO_TAIL_NONE && !type->tail.n_fields))
        flags |= TYPE_OPEN | TYPE_CYCLIC;
    if (type->base && type_record_at(type->base->ouroi_index)->flags & TYPE_OPEN)
        flags |= TYPE_OPEN | TYPE_CYCLIC;
    return flags;
}

// The offsets of a list of fields behind `n` others; NULL without memory. Never freed: types are for ever.
static uint32_t *offsets_new(const uint32_t *before, uint32_t n, const ouro_field *f, size_t more) {
    uint32_t *offsets = malloc((n + more + 1) * sizeof *offsets);
    if (!offsets)
        return NULL;
    if (n)
        memcpy(offsets, before, n * sizeof *offsets);
    for (size_t i = 0; i < more; i++)
        offsets[n + i] = (uint32_t)f[i].offset;
    return offsets;
}

static bool record_tail(type_record *r, const ouro_type *type) {
    static const ouro_field whole = {0, "item", NULL};
    const ouro_tail *t = &type->tail;
    if (t->place == OURO_TAIL_NONE)
        return true;
    r->flags |= TYPE_HAS_TAIL;
    r->tail_place = (uint8_t)t->place;
    r->tail_wide = t->count_bytes == 8;
    r->tail_items = (uint32_t)t->items;
    r->tail_count = (uint32_t)t->count;
    r->tail_stride = (uint32_t)t->stride;
    r->tail_ref_n = (uint32_t)(t->n_fields ? t->n_fields : 1);
    r->tail_refs = offsets_new(NULL, 0, t->n_fields ? t->fields : &whole, r->tail_ref_n);
    return r->tail_refs != NULL;
}

static void record_callbacks(type_record *r, const ouro_type *type) {
    for (const ouro_type *t = type; t; t = t->base) {
        r->flags |= (uint16_t)((t->traverse ? TYPE_TRAVERSES : 0) | (t->clear ? TYPE_CLEARS : 0) |
                               (t->dealloc ? TYPE_DEALLOCS : 0));
        if (!r->finalize) {
            r->finalize = t->finalize;
            r->finalizes = t->finalizes;
        }
    }
    if (r->flags & (TYPE_TRAVERSES | TYPE_CLEARS | TYPE_DEALLOCS))
        return;
    if (!r->finalize)
        r->flags |= TYPE_PLAIN;
    else if (r->finalizes)
        r->flags |= TYPE_ASKS;
}

static void record_place(type_record *r) {
    size_t whole = r->size + GUARD_BYTES;
    unsigned c = whole > CLASS_BYTES_MAX ? CLASS_COUNT : class_of_aligned(whole, r->align);
    bool inside = r->tail_place == OURO_TAIL_INLINE, plain = c != CLASS_COUNT && r->align == 8;
    r->bin = c == CLASS_COUNT || inside ? BIN_LARGE : (uint8_t)bin_of(r->kind, c);
    bool stretches = plain && r->kind == OURO_PAGE_LEAF && !(r->flags & TYPE_HAS_TAIL);
    r->extra_limit = stretches ? CLASS_BYTES_MAX + 1 - (uint32_t)whole : 0;
    uint32_t front = r->tail_items + (uint32_t)GUARD_BYTES;
    r->row_limit = inside && plain && front <= CLASS_BYTES_MAX ? (CLASS_BYTES_MAX - front) / r->tail_stride + 1 : 0;
    if (r->type->flags & OURO_TYPE_OWES_DEALLOC)
        r->birth_meta |= META_BARE;
    else if (r->flags & TYPE_PLAIN && !(r->flags & TYPE_HAS_TAIL))
        r->birth_meta |= r->ref_n ? META_FIELDS : META_BARE;
}

static bool record_fill(type_record *r, const ouro_type *type, uint32_t index) {
    if (type->base)
        *r = *type_record_at(type->base->ouroi_index);
    r->type = type;
    r->flags &= TYPE_HAS_TAIL | TYPE_WEAK;
    r->flags |= type_flags(type) | (type == &ouroi_weak_type ? TYPE_WEAK : 0);
    r->refs = offsets_new(r->refs, r->ref_n, type->fields, type->n_fields);
    r->ref_n += (uint32_t)type->n_fields;
    r->size = (uint32_t)type->size;
    r->align = type->align ? (uint32_t)type->align : 8;
    r->kind = r->flags & TYPE_CYCLIC ? OURO_PAGE_TRACKED : OURO_PAGE_LEAF;
    r->birth_meta = index | (r->flags & TYPE_CYCLIC ? OUROI_TRACKED : 0);
    r->finalize = NULL;
    r->finalizes = NULL;
    if (!r->refs || !record_tail(r, type))
        return false;
    record_callbacks(r, type);
    record_place(r);
    return true;
}

// ---- the table ----

static type_record *record_at_lock(uint32_t index) {
    atomic_word *chunk = &ouroi_type_chunks[index / TYPE_CHUNK];
    if (!atomic_get(chunk)) {
        void *fresh = calloc(TYPE_CHUNK, sizeof(type_record));
        if (!fresh)
            return NULL;
        atomic_put(chunk, (uintptr_t)fresh);
    }
    return (type_record *)atomic_get(chunk) + index % TYPE_CHUNK;
}

// Makes the record at an index and publishes it. Under the lock, like the two below. Returns an error code.
static int type_publish(ouro_type *type, uint32_t index) {
    type_record *r = record_at_lock(index);
    type_record filled = {0};
    if (!r || !record_fill(&filled, type, index)) {
        free((void *)(uintptr_t)filled.refs);
        return OURO_ERR_MEMORY;
    }
    *r = filled;
    __atomic_store_n(&type->ouroi_index, index, __ATOMIC_RELEASE);
    return OURO_OK;
}

static int type_add(ouro_type *type) {
    if (type_is_registered(type))
        return OURO_OK;
    if (type_next > OUROI_TYPE_MASK)
        return OURO_ERR_OVERFLOW;
    int code = type_publish(type, type_next);
    type_next += code == OURO_OK;
    return code;
}

static int type_add_at(ouro_type *type, uint32_t index) {
    if (type_is_registered(type))
        return type->ouroi_index == index ? OURO_OK : OURO_ERR_STATE;
    return type_record_at(index)->type ? OURO_ERR_STATE : type_publish(type, index);
}

bool ouroi_types_ready(void) {
    spin_take(&type_lock);
    if (!type_next && record_at_lock(0)) {
        record_at_lock(0)->bin = BIN_LARGE; // takes every birth of an unregistered type off the fast path
        type_next = OUROI_TYPE_STD;
    }
    bool ready = type_next && type_add(&ouroi_weak_type) == OURO_OK;
    spin_drop(&type_lock);
    return ready;
}

static const char *type_code_text(int code) {
    switch (code) {
    case OURO_ERR_MEMORY:
        return "no memory to register it";
    case OURO_ERR_OVERFLOW:
        return "too many types";
    default:
        return "its index is taken, or it has another";
    }
}

// At the next index if `index` is 0.
static int type_register(ouro_rt *rt, ouro_type *type, uint32_t index) {
    spin_take(&type_lock);
    int code = ouroi_fault_hits(&rt->heap) ? OURO_ERR_MEMORY : index ? type_add_at(type, index) : type_add(type);
    spin_drop(&type_lock);
    return code == OURO_OK ? 0 : ouro_error_set(rt, code, "type '%s': %s", type->name, type_code_text(code));
}

// 1 if the type is registered, 0 if it is not and may be, -1 with the error pending if it may not.
static int type_judge(ouro_rt *rt, const ouro_type *type) {
    // Read once: another thread may be registering the same type.
    uint32_t index = __atomic_load_n(&type->ouroi_index, __ATOMIC_ACQUIRE);
    const type_record *known = ouroi_type_find(index);
    if (known && known->type == type)
        return 1;
    const char *wrong = index ? "ouroi_index is not 0" : type_check(type);
    return wrong ? ouro_error_set(rt, OURO_ERR_VALUE, "type '%s': %s", type->name ? type->name : "", wrong) : 0;
}

int ouro_type_register(ouro_rt *rt, ouro_type *type) {
    int known = type_judge(rt, type);
    if (known < 0)
        return -1;
    return known ? 0 : type_register(rt, type, 0);
}

int ouroi_type_register_std(ouro_rt *rt, ouro_type *type, uint32_t index) {
    int known = type_judge(rt, type);
    if (known < 0)
        return -1;
    if (!index || index >= OUROI_TYPE_STD)
        return ouro_error_set(rt, OURO_ERR_VALUE, "type '%s': %u is no index of a standard type", type->name, index);
    return known && type->ouroi_index == index ? 0 : type_register(rt, type, index);
}

const type_record *ouroi_type_find(uint32_t index) {
    if (!index || index > OUROI_TYPE_MASK || !atomic_get(&ouroi_type_chunks[index / TYPE_CHUNK]))
        return NULL;
    const type_record *r = type_record_at(index);
    return r->type && r->type->ouroi_index == index ? r : NULL;
}

int ouro_type_is_acyclic(const ouro_type *type) {
    return type_is_registered(type) && !(type_record_at(type->ouroi_index)->flags & TYPE_CYCLIC);
}

// ---- questions about an object's slots ----

static const ouro_field *field_at(const ouro_field *f, size_t n, size_t offset) {
    for (size_t i = 0; i < n; i++)
        if (f[i].offset == offset)
            return &f[i];
    return NULL;
}

// The description of a slot: of a field, or of a tail's item. NULL if the slot is none.
static const ouro_field *slot_field(const ouro_obj *o, ouro_obj *const *slot) {
    static const ouro_field whole = {0, "item", NULL};
    const type_record *r = type_of(o);
    size_t offset = (size_t)((const char *)slot - (const char *)o);
    for (const ouro_type *t = r->type; t; t = t->base) {
        const ouro_field *f = field_at(t->fields, t->n_fields, offset);
        if (f)
            return f;
        if (t->tail.place == OURO_TAIL_NONE)
            continue;
        const char *start = tail_start(o, r), *at = (const char *)slot;
        if (!start || at < start || at >= start + tail_length(o, r) * r->tail_stride)
            continue;
        size_t inside = (size_t)(at - start) % r->tail_stride;
        return t->tail.n_fields ? field_at(t->tail.fields, t->tail.n_fields, inside) : inside ? NULL : &whole;
    }
    return NULL;
}

const char *ouroi_type_slot_name(const ouro_obj *o, ouro_obj *const *slot) {
    const ouro_field *f = slot_field(o, slot);
    return f ? f->name : NULL;
}

const ouro_type *ouroi_type_slot_target(const ouro_obj *o, ouro_obj *const *slot) {
    const ouro_field *f = slot_field(o, slot);
    return f ? f->target : NULL;
}

const ouro_type *ouro_type_of(const ouro_obj *o) {
    return type_of(o)->type;
}

int ouro_is_a(const ouro_obj *o, const ouro_type *type) {
    for (const ouro_type *t = ouro_type_of(o); t; t = t->base)
        if (t == type)
            return 1;
    return 0;
}

void ouroi_cast_check(const ouro_obj *o, const ouro_type *type) {
    if (!o || ouro_is_a(o, type))
        return;
    char text[256];
    ouroi_describe(o, text, sizeof text);
    ouroi_panic(rt_of(o), "%s was cast to '%s'", text, type->name);
}
