// SPDX-License-Identifier: MIT
// model_lazy.c: random nests of lazy iterators, beside functions in C that ask each other for texts; and the lines of
// random files, beside the file cut up. Allocations fail at random, and nothing is lost for that. See plain.h for the
// environment.
#include "files.h"
#include "plain.h"

#include <inttypes.h>

#define NEST_NODES 20
#define NEST_TEXT 160 // a longer item is not made
#define NEST_HELD 3

typedef enum nest_sort { SOURCE, CHAIN, MAP, FILTER, ZIP, ENUMERATE, SLICE, SORTS } nest_sort;

// One iterator. The parts have lower numbers; two may have the same part.
typedef struct nest_node {
    nest_sort sort;
    int parts[3], n_parts;
    int at;            // SOURCE: the next int; CHAIN: the part; ENUMERATE: the number; SLICE: how many it has seen
    int size, failing; // SOURCE: how many; every so many fail, or 0
    int next, stop, step;
    int ended;
    int longest; // text of an item
} nest_node;

typedef struct nest {
    ouro_rt *rt;
    nest_node nodes[NEST_NODES];
    ouro_obj *real[NEST_NODES];
    int n, zipped;
    ouro_obj *held[NEST_HELD]; // items that were given, which stay as they were
    char texts[NEST_HELD][NEST_TEXT * 2];
    uint64_t state;
} nest;

static int nest_below(nest *m, int n) {
    return (int)(model_next(&m->state) % (uint64_t)n);
}

// ---- what both sides do with an item: its digits decide ----

static int digit_sum(const char *text) {
    int sum = 0;
    for (; *text; text++)
        sum += *text >= '0' && *text <= '9' ? *text - '0' : 0;
    return sum % 10;
}

static void text_of(const ouro_obj *o, char *text) {
    if (!ouro_is_tuple(o)) {
        snprintf(text, 24, "%" PRId64, ouro_int_word(o));
        return;
    }
    strcpy(text, "(");
    for (size_t i = 0; i < ouro_tuple_size(o); i++) {
        strcat(text, i ? " " : "");
        text_of(ouro_tuple_peek(o, i), text + strlen(text));
    }
    strcat(text, ")");
}

static ouro_obj *nest_sum(ouro_rt *rt, ouro_obj *self, ouro_obj *const *args, size_t n, ouro_obj *kwnames) {
    char text[NEST_TEXT * 2];
    (void)self, (void)n, (void)kwnames;
    text_of(args[0], text);
    if (digit_sum(text) != 9)
        return ouro_int_new(rt, digit_sum(text)); // small: needs no memory
    ouro_error_set(rt, OURO_ERR_USER, "a nine");
    return NULL;
}

static ouro_obj *nest_odd(ouro_rt *rt, ouro_obj *self, ouro_obj *const *args, size_t n, ouro_obj *kwnames) {
    const ouro_obj *sum = nest_sum(rt, self, args, n, kwnames);
    return sum ? ouro_bool(rt, (int)ouro_int_word(sum) % 2) : NULL;
}

// ---- a source ----

typedef struct counter {
    ouro_obj head;
    int at, size, failing;
} counter;

static int counter_next(ouro_rt *rt, ouro_obj *o, ouro_obj **out) {
    counter *c = (counter *)(void *)o;
    if (c->at >= c->size)
        return 0;
    int at = c->at++;
    if (c->failing && at % c->failing == c->failing - 1)
        return ouro_error_set(rt, OURO_ERR_USER, "a source");
    *out = ouro_int_new(rt, at);
    return 1;
}

static ouro_obj *counter_new(ouro_rt *rt, const nest_node *n) {
    static ouro_type type;
    static ouro_ops ops;
    if (!type.name) {
        ouro_ops_init(&ops);
        ops.next = counter_next;
        ouro_type_init(&type, "counter", sizeof(counter));
        type.ops = &ops;
    }
    counter *c = ouro_type_register(rt, &type) < 0 ? NULL : ouro_new(rt, &type);
    if (!c)
        return NULL;
    c->size = n->size;
    c->failing = n->failing;
    return &c->head;
}

// ---- the model. Returns: 1 and a text, 0, -1 ----

static int nest_pull(nest *m, int i, char *text);

static int pull_source(nest_node *n, char *text) {
    if (n->at >= n->size)
        return 0;
    int at = n->at++;
    sprintf(text, "%d", at);
    return n->failing && at % n->failing == n->failing - 1 ? -1 : 1;
}

static int pull_chain(nest *m, nest_node *n, char *text) {
    for (; n->at < n->n_parts; n->at++) {
        int more = nest_pull(m, n->parts[n->at], text);
        if (more)
            return more;
    }
    return 0;
}

static int pull_filter(nest *m, nest_node *n, char *text) {
    int more;
    while ((more = nest_pull(m, n->parts[0], text)) == 1)
        if (digit_sum(text) % 2)
            return digit_sum(text) == 9 ? -1 : 1;
    return more;
}

static int pull_zip(nest *m, nest_node *n, char *text) {
    char part[NEST_TEXT * 2];
    int more = n->n_parts != 0;
    strcpy(text, "(");
    for (int i = 0; i < n->n_parts && more == 1; i++) {
        more = nest_pull(m, n->parts[i], part);
        strcat(text, i ? " " : "");
        strcat(text, more == 1 ? part : "");
    }
    strcat(text, ")");
    return more;
}

static int pull_slice(nest *m, nest_node *n, char *text) {
    int more;
    if (n->next >= n->stop)
        return 0;
    while ((more = nest_pull(m, n->parts[0], text)) == 1 && n->at++ < n->next)
        continue;
    if (more == 1) {
        n->next += n->step;
        n->ended = n->next >= n->stop;
    }
    return more;
}

static int pull_other(nest *m, nest_node *n, char *text) {
    char part[NEST_TEXT * 2];
    int more = nest_pull(m, n->parts[0], part);
    if (more != 1)
        return more;
    if (n->sort == MAP)
        sprintf(text, "%d", digit_sum(part));
    else
        sprintf(text, "(%d %s)", n->at++, part);
    return n->sort == MAP && digit_sum(part) == 9 ? -1 : 1;
}

static int nest_pull(nest *m, int i, char *text) {
    nest_node *n = &m->nodes[i];
    int more = 0;
    if (n->ended)
        return 0;
    if (n->sort == SOURCE)
        more = pull_source(n, text);
    else if (n->sort == CHAIN)
        more = pull_chain(m, n, text);
    else if (n->sort == FILTER)
        more = pull_filter(m, n, text);
    else if (n->sort == ZIP)
        more = pull_zip(m, n, text);
    else if (n->sort == SLICE)
        more = pull_slice(m, n, text);
    else
        more = pull_other(m, n, text);
    n->ended |= !more;
    return more;
}

// ---- making both ----

static ouro_obj *real_chain(nest *m, const nest_node *n) {
    ouro_obj *parts[3];
    for (int i = 0; i < n->n_parts; i++)
        parts[i] = m->real[n->parts[i]];
    ouro_obj *all = ouro_tuple_new(m->rt, parts, (size_t)n->n_parts);
    ouro_obj *o = all ? ouro_iter_chain(m->rt, all) : NULL;
    ouro_xdecref(all);
    return o;
}

static ouro_obj *real_zip(nest *m, const nest_node *n) {
    ouro_obj *parts[3];
    for (int i = 0; i < n->n_parts; i++)
        parts[i] = m->real[n->parts[i]];
    return ouro_iter_zip(m->rt, parts, (size_t)n->n_parts);
}

static ouro_obj *real_calling(nest *m, const nest_node *n) {
    ouro_obj *f = ouro_native_new(m->rt, "f", n->sort == MAP ? nest_sum : nest_odd, NULL, 1, 1), *o = NULL;
    if (f)
        o = n->sort == MAP ? ouro_iter_map(m->rt, f, m->real[n->parts[0]])
                           : ouro_iter_filter(m->rt, f, m->real[n->parts[0]]);
    ouro_xdecref(f);
    return o;
}

// A source that does not fail, and is not shared, may be an iterable that has to be iterated first.
static ouro_obj *real_source(nest *m, const nest_node *n) {
    return n->failing ? counter_new(m->rt, n) : ouro_range_new(m->rt, 0, n->size, 1);
}

static ouro_obj *real_new(nest *m, const nest_node *n) {
    if (n->sort == SOURCE)
        return real_source(m, n);
    if (n->sort == CHAIN)
        return real_chain(m, n);
    if (n->sort == ZIP)
        return real_zip(m, n);
    if (n->sort == ENUMERATE)
        return ouro_iter_enumerate(m->rt, m->real[n->parts[0]], n->at);
    if (n->sort == SLICE)
        return ouro_iter_slice(m->rt, m->real[n->parts[0]], (size_t)n->next, (size_t)n->stop, (size_t)n->step);
    return real_calling(m, n);
}

static void nest_parts(nest *m, nest_node *n, int used[]) {
    int most = n->sort == CHAIN || n->sort == ZIP ? nest_below(m, 4) : 1;
    n->longest = n->sort == MAP ? 1 : n->sort == SOURCE ? 2 : 8;
    for (int i = 0; n->sort != SOURCE && i < most; i++) {
        int part = nest_below(m, m->n);
        if (m->nodes[part].sort == SOURCE && !m->nodes[part].failing && used[part])
            part = m->n - 1; // to iterate a range again would be another iterator
        if (m->nodes[part].sort == SOURCE && !m->nodes[part].failing && used[part])
            part = 0; // which fails
        used[part] = 1;
        n->parts[n->n_parts++] = part;
        n->longest += n->sort == MAP ? 0 : m->nodes[part].longest;
    }
}

// Returns: 0, or -1 without memory.
static int nest_add(nest *m, int used[]) {
    nest_node *n = &m->nodes[m->n];
    *n = (nest_node){.sort = m->n ? (nest_sort)nest_below(m, SORTS) : SOURCE, .size = nest_below(m, 60)};
    n->failing = m->n ? nest_below(m, 3) * nest_below(m, 6) : 7;
    nest_parts(m, n, used);
    n->next = nest_below(m, 5);
    n->stop = n->next - 1 + nest_below(m, 30);
    n->stop = n->stop < 0 ? 0 : n->stop;
    n->step = 1 + nest_below(m, 3);
    n->at = n->sort == ENUMERATE ? nest_below(m, 100) : 0;
    if (n->longest > NEST_TEXT)
        return 0; // and not counted
    m->zipped |= n->sort == ZIP;
    m->real[m->n] = real_new(m, n);
    if (!m->real[m->n])
        return -1;
    m->n++;
    return 0;
}

// ---- comparing ----

// Asks an iterator; if an allocation fails meanwhile, which is made to happen, asks again. Returns: as ouro_next; -1
// and OURO_ERR_MEMORY only in a fault run.
static int nest_ask(nest *m, ouro_obj *it, int may_fail, ouro_obj **item) {
    if (may_fail && test_mode_now() != TEST_FAULT) {
        ouro_stress_fail(m->rt, 1 + (uint64_t)nest_below(m, 6), OURO_FAIL_ONCE);
        int more = ouro_next(m->rt, it, item);
        ouro_stress_fail(m->rt, 0, OURO_FAIL_NEVER);
        if (more >= 0 || ouro_error_code(m->rt) != OURO_ERR_MEMORY)
            return more;
        ouro_error_clear(m->rt);
    }
    return ouro_next(m->rt, it, item);
}

static void nest_release(nest *m, int i) {
    char text[NEST_TEXT * 2] = "";
    if (m->held[i])
        text_of(m->held[i], text);
    always(!strcmp(text, m->texts[i]));
    ouro_setslot(&m->held[i], NULL);
    m->texts[i][0] = 0;
}

// Holds some of what is given, in the place of what was given before.
static void nest_hold(nest *m, ouro_obj *item, const char *text) {
    int i = nest_below(m, 2 * NEST_HELD);
    if (i >= NEST_HELD)
        return;
    nest_release(m, i);
    m->held[i] = ouro_incref(item);
    strcpy(m->texts[i], text);
}

// Returns: 1 if there may be more to come.
static int nest_compare(nest *m) {
    char text[NEST_TEXT * 2] = "", expected[NEST_TEXT * 2] = "";
    ouro_obj *item;
    int more = nest_ask(m, m->real[m->n - 1], !m->zipped, &item);
    if (more < 0 && ouro_error_code(m->rt) == OURO_ERR_MEMORY)
        return 0;
    int should = nest_pull(m, m->n - 1, expected);
    if (more == 1) {
        text_of(item, text);
        nest_hold(m, item, text);
    }
    ouro_xdecref(item);
    always(more == should && (more == 1 || !item) && (more != 1 || !strcmp(text, expected)));
    always(ouro_error_code(m->rt) == (more < 0 ? OURO_ERR_USER : OURO_OK));
    ouro_error_clear(m->rt);
    return more != 0;
}

static uint64_t nest_run(nest *m) {
    int used[NEST_NODES] = {0}, target = 2 + nest_below(m, NEST_NODES - 2), made = 0;
    uint64_t steps = 1;
    m->n = m->zipped = 0;
    for (int i = 0; made == 0 && i < target; i++)
        made = nest_add(m, used);
    if (made == 0 && m->nodes[m->n - 1].sort != SOURCE)
        while (nest_compare(m) && steps < 300)
            steps++;
    for (int i = m->n; i-- > 0;)
        ouro_setslot(&m->real[i], NULL);
    for (int i = 0; i < NEST_HELD; i++)
        nest_release(m, i);
    ouro_error_clear(m->rt);
    return steps;
}

CASE(model_lazy, as_functions_that_ask_each_other) {
    static nest m;
    uint64_t seed = model_env("OURO_MODEL_SEED", 4716), steps = model_env("OURO_MODEL_STEPS", kit_size(400000, 600));
    if (test_mode_now() == TEST_PLAIN)
        printf("model: lazy, OURO_MODEL_SEED=%llu, %llu steps\n", (unsigned long long)seed, (unsigned long long)steps);
    memset(&m, 0, sizeof m);
    m.rt = rt;
    m.state = seed * 2654435761u + 1;
    for (uint64_t done = 0; done < steps;)
        done += nest_run(&m);
}

// ---- lines ----

#define FILE_MAX 400000

// A random file: mostly short lines, some longer than any buffer.
static size_t file_fill(nest *m, char *text) {
    size_t n = 0, lines = (size_t)nest_below(m, 40);
    for (size_t i = 0; i < lines; i++) {
        size_t size = (size_t)nest_below(m, nest_below(m, 12) ? 80 : 150000);
        for (size_t k = 0; k < size && n < FILE_MAX - 2; k++)
            text[n++] = (char)nest_below(m, 128);
        text[n++] = '\n';
        if (n >= FILE_MAX - 2)
            break;
    }
    return n && nest_below(m, 2) ? n - 1 : n;
}

// Returns: how many bytes were read.
static size_t file_compare(nest *m, const char *text, size_t n, ouro_obj *it) {
    ouro_obj *item = NULL;
    size_t at = 0;
    int more;
    while ((more = nest_ask(m, it, 1, &item)) == 1) {
        const char *end = memchr(text + at, '\n', n - at);
        size_t size = end ? (size_t)(end - text) + 1 - at : n - at;
        always(size && ouro_str_size(item) == size && !memcmp(ouro_str_data(item), text + at, size));
        at += size;
        ouro_decref(item);
    }
    return at;
}

CASE(model_lazy, lines_as_a_file_that_is_cut_up) {
    static nest m;
    static char text[FILE_MAX];
    uint64_t seed = model_env("OURO_MODEL_SEED", 4717),
             steps = model_env("OURO_MODEL_STEPS", kit_size(40000, 400)) / 200;
    if (test_mode_now() == TEST_PLAIN)
        printf("model: lines, OURO_MODEL_SEED=%llu, %llu files\n", (unsigned long long)seed, (unsigned long long)steps);
    memset(&m, 0, sizeof m);
    m.rt = rt;
    m.state = seed * 2654435761u + 1;
    for (uint64_t i = 0; i < steps; i++) {
        size_t n = file_fill(&m, text);
        ouro_obj *it = ouro_lines_of(rt, file_of(text, n), "random");
        need(it);
        check(file_compare(&m, text, n, it) == n);
        ouro_decref(it);
        ouro_error_clear(rt);
    }
}
