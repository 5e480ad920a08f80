// SPDX-License-Identifier: MIT
// A tree whose nodes know their parents. Were both directions owned, the whole tree would be one cycle; with weak
// references upwards, counting frees it. Look at: dropping the root frees the tree at once, without a collection; a
// leaf that somebody holds outlives its parent, and is told so when it asks for it.
#include <ouro.h>
#include <stdio.h>

typedef struct node {
    ouro_obj head;
    ouro_obj *parent; // a weak reference; NULL at the top
    ouro_obj *child[2];
    const char *name;
} node;

static const ouro_field node_fields[] = {OURO_FIELD(node, parent), OURO_FIELD(node, child[0]),
                                         OURO_FIELD(node, child[1])};
static ouro_type node_type;
static void node_dealloc(ouro_rt *rt, ouro_obj *o) {
    (void)rt;
    printf("  %s is freed\n", ((node *)o)->name);
}

static node *node_new(ouro_rt *rt, const char *name) {
    node *n = ouro_new(rt, &node_type);
    if (n)
        n->name = name;
    return n;
}

// Grows a child in place i. Returns: borrowed, as long as the parent has it; NULL on failure.
static node *node_grow(ouro_rt *rt, node *parent, int i, const char *name) {
    node *child = node_new(rt, name);
    ouro_obj *up = child ? ouro_weak_new(rt, &parent->head, NULL, NULL) : NULL;
    if (!up) {
        ouro_xdecref((ouro_obj *)child);
        return NULL;
    }
    ouro_setref_steal(&child->head, &child->parent, up);
    ouro_setref_steal(&parent->head, &parent->child[i], &child->head);
    return child;
}

static void node_print_parent(node *n) {
    ouro_obj *parent = NULL;
    int alive = n->parent && ouro_weak_get(n->parent, &parent);
    printf("the parent of %s: %s\n", n->name, alive ? ((node *)parent)->name : "gone");
    ouro_xdecref(parent);
}

int main(void) {
    ouro_rt *rt = ouro_rt_create(NULL);
    if (!rt)
        return 1;
    ouro_type_init(&node_type, "node", sizeof(node));
    node_type.fields = node_fields;
    node_type.n_fields = 3;
    node_type.dealloc = node_dealloc;
    node *root = NULL, *twig = NULL, *leaf = NULL;
    int made = ouro_type_register(rt, &node_type) == 0 && (root = node_new(rt, "root")) &&
               (twig = node_grow(rt, root, 0, "twig")) && node_grow(rt, root, 1, "bud") &&
               (leaf = node_grow(rt, twig, 0, "leaf"));
    if (made) {
        ouro_incref(&leaf->head); // the variable owns it too
        node_print_parent(leaf);
    } else
        fprintf(stderr, "parent_pointers: %s\n", ouro_error_message(rt));
    puts("the root is dropped:");
    ouro_xdecref((ouro_obj *)root);
    if (made) {
        node_print_parent(leaf);
        puts("the leaf is dropped:");
        ouro_decref(&leaf->head);
    }
    ouro_mem_usage usage;
    ouro_mem_get_usage(rt, &usage);
    printf("objects left, without any collection: %zu\n", usage.objects);
    return ouro_rt_destroy(rt) != 0 || !made;
}
