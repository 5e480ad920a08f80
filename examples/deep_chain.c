// SPDX-License-Identifier: MIT
// Ten million links in a row, on a stack of 256 KiB. Look at: dropping the first link frees them all, and so does a
// collection when they form a ring; nothing in Ouro recurses along the data, so the stack does not matter.
#include <ouro.h>
#include <pthread.h>
#include <stdio.h>
#include <time.h>

#define LINKS 10000000

typedef struct chain {
    ouro_obj head;
    ouro_obj *next;
} chain;
static const ouro_field chain_fields[] = {OURO_FIELD(chain, next)};
static ouro_type chain_type;

static double seconds(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

// Makes the chain. Returns: its first link, new, and the last one, borrowed, in *last; NULL on failure.
static chain *chain_new(ouro_rt *rt, chain **last) {
    chain *first = *last = ouro_new(rt, &chain_type);
    for (int i = 1; first && i < LINKS; i++) {
        chain *c = ouro_new(rt, &chain_type);
        if (c)
            ouro_setref_steal(&c->head, &c->next, &first->head);
        else
            ouro_decref(&first->head);
        first = c;
    }
    return first;
}

// Thread body. Returns: NULL if all went well.
static void *run(void *arg) {
    ouro_rt *rt = arg;
    chain *last, *first = chain_new(rt, &last);
    if (!first)
        return arg;
    double start = seconds();
    ouro_decref(&first->head);
    printf("dropped %d links: %.2f s\n", LINKS, seconds() - start);
    if (!(first = chain_new(rt, &last)))
        return arg;
    ouro_setref_steal(&last->head, &last->next, &first->head); // a ring that nobody else owns
    start = seconds();
    int64_t found = ouro_gc_collect(rt, OURO_GC_FULL);
    printf("collected %d links: %.2f s\n", (int)found, seconds() - start);
    return found == LINKS ? NULL : arg;
}

int main(void) {
    ouro_rt *rt = ouro_rt_create(NULL);
    if (!rt)
        return 1;
    ouro_type_init(&chain_type, "chain", sizeof(chain));
    chain_type.fields = chain_fields;
    chain_type.n_fields = 1;
    pthread_attr_t small;
    pthread_t thread;
    void *failed = rt;
    if (ouro_type_register(rt, &chain_type) == 0 && pthread_attr_init(&small) == 0 &&
        pthread_attr_setstacksize(&small, 256 * 1024) == 0 && pthread_create(&thread, &small, run, rt) == 0)
        pthread_join(thread, &failed);
    if (failed)
        fprintf(stderr, "deep_chain: %s\n", ouro_error_message(rt));
    return ouro_rt_destroy(rt) != 0 || failed;
}
