// SPDX-License-Identifier: MIT
// version.c: the library is the one that the headers describe.
#include "kit.h"

_Static_assert(OURO_VERSION_NUMBER == OURO_VERSION_MAJOR * 10000 + OURO_VERSION_MINOR * 100 + OURO_VERSION_PATCH,
               "versions compare as numbers");
_Static_assert(OURO_DEBUG == 0 || OURO_DEBUG == 1, "one of two build modes");
_Static_assert(OURO_SEGMENT_BYTES == 2u << 20 && OURO_PAGE_BYTES == 64u << 10, "as the manual says");
_Static_assert(OURO_ERR_USER == 1000 && OURO_OK == 0, "codes that programs may have stored");
_Static_assert(OURO_EVENT_ALL == 2 * OURO_EVENT_SLICE_DONE - 1, "all kinds of events, and no others");

Test(version, library_and_headers_agree) {
    always(!strcmp(ouro_version(), OURO_VERSION));
}

Test(version, the_string_is_the_numbers) {
    char text[32];
    snprintf(text, sizeof text, "%d.%d.%d", OURO_VERSION_MAJOR, OURO_VERSION_MINOR, OURO_VERSION_PATCH);
    always(!strcmp(text, OURO_VERSION));
}

// The complete life of an embedding, on the public headers alone.
typedef struct version_pair {
    ouro_obj head;
    ouro_obj *a, *b;
} version_pair;

Test(version, a_cycle_in_thirty_lines) {
    static const ouro_field fields[] = {OURO_FIELD(version_pair, a), OURO_FIELD(version_pair, b)};
    static ouro_type type;
    ouro_rt *rt = ouro_rt_create(NULL);
    if (!type.name) {
        ouro_type_init(&type, "pair", sizeof(version_pair));
        type.fields = fields;
        type.n_fields = 2;
    }
    always(rt && ouro_type_register(rt, &type) == 0);
    version_pair *p = ouro_new(rt, &type), *q = ouro_new(rt, &type);
    ouro_setref(&p->head, &p->a, &q->head);
    ouro_setref(&q->head, &q->b, &p->head);
    ouro_decref(&p->head);
    ouro_decref(&q->head);
    always(ouro_gc_collect(rt, OURO_GC_FULL) == 2);
    always(ouro_rt_destroy(rt) == 0);
}
