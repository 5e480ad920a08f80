// SPDX-License-Identifier: MIT
// Two runtimes, each on a thread of its own, with one type between them. Look at: no lock, and nothing to set up for
// the process; registering the type a second time does nothing; and a runtime may change hands: the main thread reads
// and ends what the workers left.
#include <ouro.h>
#include <pthread.h>
#include <stdio.h>

typedef struct node {
    ouro_obj head;
    ouro_obj *next;
    int value;
} node;
static const ouro_field node_fields[] = {OURO_FIELD(node, next)};
static ouro_type node_type;

typedef struct job {
    int rounds;
    ouro_rt *rt;      // belongs to the thread while that runs, then to main; NULL if there was no memory for one
    ouro_obj *result; // owned; NULL on failure, the error is pending then
} job;

// Makes objects that own themselves, and counts them. Returns: the count, new; NULL on failure.
static ouro_obj *work(ouro_rt *rt, int rounds) {
    node *result = ouro_new(rt, &node_type);
    for (int i = 0; result && i < rounds; i++) {
        node *n = ouro_new(rt, &node_type);
        if (!n) {
            ouro_decref(&result->head);
            return NULL;
        }
        ouro_setref_steal(&n->head, &n->next, &n->head); // its own and only owner: garbage from here on
        result->value++;
    }
    return (ouro_obj *)result;
}

static void *job_run(void *arg) {
    job *j = arg;
    j->rt = ouro_rt_create(NULL);
    if (j->rt && ouro_type_register(j->rt, &node_type) == 0)
        j->result = work(j->rt, j->rounds);
    return NULL;
}

// What a finished thread left behind. Returns: 0 if all went well.
static int job_finish(job *j) {
    if (!j->rt)
        return 1;
    if (!j->result)
        fprintf(stderr, "two_threads: %s\n", ouro_error_message(j->rt));
    ouro_gc_collect(j->rt, OURO_GC_FULL);
    ouro_gc_stats g[3];
    ouro_gc_get_stats(j->rt, g);
    if (j->result)
        printf("made %d cycles, collected %d\n", ((node *)j->result)->value,
               (int)(g[0].collected + g[1].collected + g[2].collected));
    ouro_xdecref(j->result);
    return ouro_rt_destroy(j->rt) != 0 || !j->result;
}

int main(void) {
    job jobs[2] = {{.rounds = 100000}, {.rounds = 250000}};
    pthread_t threads[2];
    int started = 0, failed = 0;
    ouro_type_init(&node_type, "node", sizeof(node)); // described once, before there are threads
    node_type.fields = node_fields;
    node_type.n_fields = 1;
    while (started < 2 && pthread_create(&threads[started], NULL, job_run, &jobs[started]) == 0)
        started++;
    for (int i = 0; i < started; i++) {
        pthread_join(threads[i], NULL);
        failed |= job_finish(&jobs[i]);
    }
    return failed || started != 2;
}
