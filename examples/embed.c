// SPDX-License-Identifier: MIT
// The smallest complete embedding: an own type, and a cycle of two objects that counting alone would never free.
#include <ouro.h>
#include <stdio.h>

typedef struct node {
    ouro_obj head;
    ouro_obj *next;
} node;
static const ouro_field node_fields[] = {OURO_FIELD(node, next)};
static ouro_type node_type;

int main(void) {
    ouro_rt *rt = ouro_rt_create(NULL);
    if (!rt)
        return 1;
    ouro_type_init(&node_type, "node", sizeof(node));
    node_type.fields = node_fields;
    node_type.n_fields = 1;
    node *a = NULL, *b = NULL; // plain C variables: each simply owns a count
    if (ouro_type_register(rt, &node_type) == 0 && (a = ouro_new(rt, &node_type)) && (b = ouro_new(rt, &node_type))) {
        ouro_setref_steal(&a->head, &a->next, &b->head); // b's count moves into a
        ouro_setref(&b->head, &b->next, &a->head);       // and the cycle is closed
    } else
        fprintf(stderr, "embed: %s\n", ouro_error_message(rt));
    ouro_xdecref((ouro_obj *)a); // a still has a count, from b: it lives on
    int64_t found = ouro_gc_collect(rt, OURO_GC_FULL);
    printf("the collector found %d objects\n", (int)found);
    return ouro_rt_destroy(rt) != 0 || found != 2;
}
