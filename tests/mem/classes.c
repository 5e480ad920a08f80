// SPDX-License-Identifier: MIT
// classes.c: block sizes: steps of 8 bytes up to 128, then four steps for each doubling up to 32 KiB; alignment; and
// pages that hold one kind and one size. The exact sizes hold in the release build.
#include "kit.h"

enum { CLASSES_MAX = 400 };

typedef struct classes_list {
    size_t n;
    ouro_mem_class item[CLASSES_MAX];
} classes_list;

static int classes_collect(const ouro_mem_class *c, void *arg) {
    classes_list *list = arg;
    if (list->n == CLASSES_MAX)
        return -1;
    list->item[list->n++] = *c;
    return 0;
}

static classes_list classes_now(const ouro_rt *rt) {
    classes_list list = {.n = 0};
    always(ouro_mem_classes(rt, classes_collect, &list) == 0);
    return list;
}

// The class in which blocks are in use, NULL if none or several are.
static const ouro_mem_class *classes_only(const classes_list *list) {
    const ouro_mem_class *found = NULL;
    for (size_t i = 0; i < list->n; i++)
        if (list->item[i].blocks_used) {
            if (found)
                return NULL;
            found = &list->item[i];
        }
    return found;
}

// What a block of n bytes takes, as the header says; a block has at least room for a header and a link.
static size_t classes_block(size_t n) {
    if (n <= 128)
        return n <= 16 ? 16 : (n + 7) / 8 * 8;
    size_t doubling = 128;
    while (doubling * 2 < n)
        doubling *= 2;
    size_t step = doubling / 4;
    return (n + step - 1) / step * step;
}

static void classes_check_buffer(ouro_rt *rt, size_t n) {
    void *buf = ouro_buf_alloc(rt, n);
    always(buf && ouro_buf_size(buf) >= n);
    classes_list list = classes_now(rt);
    const ouro_mem_class *c = classes_only(&list);
    always(c && c->kind == OURO_PAGE_BUFFER && c->blocks_used == 1);
    if (!OURO_DEBUG && c && (c->block_bytes != classes_block(n) || ouro_buf_size(buf) != classes_block(n))) {
        fprintf(stderr, "%zu bytes: a block of %zu, room for %zu\n", n, c->block_bytes, ouro_buf_size(buf));
        test_fail(__FILE__, __LINE__, "the size of the block");
    }
    ouro_buf_free(rt, buf);
}

Test(classes, small_blocks_in_steps_of_8) {
    ouro_rt *rt = kit_rt_new(NULL);
    for (size_t n = 1; n <= 128; n++)
        classes_check_buffer(rt, n);
    ouro_rt_destroy(rt);
}

Test(classes, four_steps_for_each_doubling) {
    ouro_rt *rt = kit_rt_new(NULL);
    for (size_t n = 128; n <= 32768; n = n * 5 / 4) {
        classes_check_buffer(rt, n);
        classes_check_buffer(rt, n + 1 > 32768 ? n : n + 1);
    }
    for (size_t n = 256; n <= 32768; n *= 2) {
        classes_check_buffer(rt, n - 1);
        classes_check_buffer(rt, n);
    }
    ouro_rt_destroy(rt);
}

Test(classes, beyond_32_kib_a_block_has_its_own_pages) {
    ouro_rt *rt = kit_rt_new(NULL);
    size_t n = OURO_DEBUG ? 40000 : 32769;
    void *buf = ouro_buf_alloc(rt, n), *other = ouro_buf_alloc(rt, 3 * OURO_PAGE_BYTES);
    classes_list list = classes_now(rt);
    const ouro_mem_class *c = classes_only(&list);
    always(c && c->kind == OURO_PAGE_BUFFER && c->block_bytes == 0 && c->blocks_used == 2 && c->blocks_free == 0);
    always(OURO_DEBUG || c->pages == 4);
    ouro_buf_free(rt, buf);
    ouro_buf_free(rt, other);
    ouro_rt_destroy(rt);
}

// ---- objects of each small size ----

enum { CLASSES_SIZES = 15 }; // 16, 24, ... 128
static ouro_type classes_type[CLASSES_SIZES];

static int classes_register(ouro_rt *rt) {
    for (size_t i = 0; i < CLASSES_SIZES; i++) {
        if (!classes_type[i].name)
            ouro_type_init(&classes_type[i], "sized", 16 + 8 * i);
        if (ouro_type_register(rt, &classes_type[i]) < 0)
            return -1;
    }
    return 0;
}

CASE(classes, an_object_takes_its_size_rounded_to_8) {
    must(classes_register(rt));
    for (size_t i = 0; i < CLASSES_SIZES; i++) {
        size_t before = kit_usage(rt).object_bytes;
        ouro_obj *o = ouro_new(rt, &classes_type[i]);
        need(o);
        size_t bytes = kit_usage(rt).object_bytes - before;
        ouro_decref(o);
        check(bytes >= 16 + 8 * i && (OURO_DEBUG || bytes == 16 + 8 * i));
    }
}

CASE(classes, two_references_take_24_bytes) {
    static const ouro_field fields[] = {{8, "left", NULL}, {16, "right", NULL}};
    static ouro_type pair_type;
    if (!pair_type.name)
        ouro_type_init(&pair_type, "pair", 24);
    pair_type.fields = fields;
    pair_type.n_fields = 2;
    must(ouro_type_register(rt, &pair_type));
    ouro_obj *a = own(ouro_new(rt, &pair_type));
    need(a);
    size_t before = kit_usage(rt).object_bytes;
    ouro_obj *b = own(ouro_new(rt, &pair_type));
    need(b);
    check(OURO_DEBUG || kit_usage(rt).object_bytes - before == 24);
}

// ---- alignment ----

enum { CLASSES_ALIGNS = 3 };
static ouro_type classes_aligned[CLASSES_ALIGNS];

static int classes_aligned_register(ouro_rt *rt) {
    for (size_t i = 0; i < CLASSES_ALIGNS; i++) {
        if (!classes_aligned[i].name)
            ouro_type_init(&classes_aligned[i], "aligned", 24 + 16 * i);
        classes_aligned[i].align = (size_t)16 << i;
        if (ouro_type_register(rt, &classes_aligned[i]) < 0)
            return -1;
    }
    return 0;
}

CASE(classes, alignment_is_honoured) {
    must(classes_aligned_register(rt));
    vec *keep = own(vec_new(rt));
    need(keep);
    for (size_t i = 0; i < kit_size(3000, 60); i++) {
        const ouro_type *t = &classes_aligned[i % CLASSES_ALIGNS];
        ouro_obj *o = ouro_new(rt, t);
        int r = o ? vec_append(rt, keep, o) : -1;
        always(!o || (uintptr_t)o % t->align == 0);
        ouro_xdecref(o);
        must(r);
    }
}

CASE(classes, an_aligned_type_with_a_tail) {
    static ouro_type wide_type;
    if (!wide_type.name) {
        ouro_type_init(&wide_type, "wide", 16);
        wide_type.align = 64;
        wide_type.tail.place = OURO_TAIL_INLINE;
        wide_type.tail.items = 16;
        wide_type.tail.count = 8;
        wide_type.tail.count_bytes = 8;
        wide_type.tail.stride = 8;
    }
    must(ouro_type_register(rt, &wide_type));
    for (size_t n = 0; n < 20000; n = n * 2 + 1) {
        ouro_obj *o = ouro_new_tail(rt, &wide_type, n);
        need(o);
        always((uintptr_t)o % 64 == 0);
        ouro_decref(o);
    }
}

CASE(classes, everything_is_8_byte_aligned) {
    void *buf = ouro_buf_alloc(rt, 13);
    always((uintptr_t)buf % 8 == 0);
    ouro_buf_free(rt, buf);
    need(buf);
    leaf *l = own(leaf_new(rt, 1));
    need(l);
    always((uintptr_t)l % 8 == 0);
}

// ---- kinds apart ----

#define CLASSES_PAGE(p) ((uintptr_t)(p) / OURO_PAGE_BYTES)

CASE(classes, kinds_do_not_share_pages) {
    static const ouro_field fields[] = {{8, "only", NULL}};
    static ouro_type one_type; // as large as a leaf, but tracked
    if (!one_type.name)
        ouro_type_init(&one_type, "one", 16);
    one_type.fields = fields;
    one_type.n_fields = 1;
    must(ouro_type_register(rt, &one_type));
    vec *keep = own(vec_new(rt));
    need(keep);
    uintptr_t page[3] = {0, 0, 0};
    for (int i = 0; i < 300; i++) {
        ouro_obj *o = i & 1 ? (ouro_obj *)leaf_new(rt, i) : ouro_new(rt, &one_type);
        int r = o ? vec_append(rt, keep, o) : -1;
        page[i & 1] = CLASSES_PAGE(o);
        ouro_xdecref(o);
        must(r);
        void *buf = ouro_buf_alloc(rt, 16);
        page[2] = CLASSES_PAGE(buf);
        ouro_buf_free(rt, buf);
        need(buf);
        always(page[0] != page[1] && page[1] != page[2] && page[0] != page[2]);
    }
}

CASE(classes, kinds_are_told) {
    ouro_rt *other = kit_rt_new(NULL);
    node *n = node_new(other);
    leaf *l = leaf_new(other, 1);
    void *buf = ouro_buf_alloc(other, 1000);
    size_t seen[3] = {0, 0, 0};
    classes_list list = classes_now(other);
    for (size_t i = 0; i < list.n; i++)
        seen[list.item[i].kind] += list.item[i].blocks_used;
    check(seen[OURO_PAGE_TRACKED] == 1 && seen[OURO_PAGE_LEAF] == 1 && seen[OURO_PAGE_BUFFER] == 1);
    ouro_decref(&n->head);
    ouro_decref(&l->head);
    ouro_buf_free(other, buf);
    always(ouro_rt_destroy(other) == 0);
}

// ---- the report ----

CASE(classes, the_smallest_block_comes_first) {
    node *chain = own(kit_chain(rt, 10));
    need(chain);
    row *wide = own(row_new(rt, 200));
    need(wide);
    row *large = own(row_new(rt, 20000));
    need(large);
    leaf *l = own(leaf_new(rt, 1));
    need(l);
    classes_list list = classes_now(rt);
    always(list.n >= 4);
    for (size_t i = 1; i < list.n; i++) // blocks with pages of their own, told as 0, are the largest
        always((list.item[i - 1].block_bytes - 1) <= (list.item[i].block_bytes - 1));
    always(list.item[list.n - 1].block_bytes == 0);
}

CASE(classes, the_sums_are_those_of_usage) {
    node *chain = own(kit_chain(rt, kit_size(7000, 100)));
    need(chain);
    void *buf = ouro_buf_alloc(rt, 40);
    classes_list list = classes_now(rt);
    ouro_mem_usage u = kit_usage(rt);
    ouro_buf_free(rt, buf);
    size_t objects = 0, pages = 0, bytes = 0;
    for (size_t i = 0; i < list.n; i++) {
        const ouro_mem_class *c = &list.item[i];
        objects += c->kind == OURO_PAGE_BUFFER ? 0 : c->blocks_used;
        bytes += c->blocks_used * c->block_bytes;
        pages += c->pages * OURO_PAGE_BYTES;
        size_t room = c->pages * OURO_PAGE_BYTES, blocks = (c->blocks_used + c->blocks_free) * c->block_bytes;
        always(!c->block_bytes || (blocks <= room && blocks > room / 4 * 3));
    }
    always(objects == u.objects);
    always(pages >= u.pages);
    always(bytes == u.object_bytes + u.buffer_bytes); // nothing here is large
}

static int classes_stop_at_second(const ouro_mem_class *c, void *arg) {
    (void)c;
    return ++*(int *)arg == 2 ? 77 : 0;
}

CASE(classes, the_visitor_can_stop) {
    node *n = own(node_new(rt));
    need(n);
    row *r = own(row_new(rt, 50));
    need(r);
    leaf *l = own(leaf_new(rt, 1));
    need(l);
    int calls = 0;
    always(ouro_mem_classes(rt, classes_stop_at_second, &calls) == 77);
    always(calls == 2);
}
