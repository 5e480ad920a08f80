// SPDX-License-Identifier: MIT
// pauses.c: the workloads P1 to P7: a program that serves requests, and how long each of them takes; see
// bench_pauses.h. Everything is as in a server: the program does its work in small steps, automatic collection comes
// when it comes, and what is measured is the time of a step with whatever the collector does in it.
//
//   latency   CPU time of the thread from the beginning of a step to its end, less what looking at the clock costs.
//             The clock on the wall is cheaper, but on a busy machine its longest times are those of other programs.
//   garbage   objects that are there, and not known to be reachable, counted now and then between two steps
#include "bench_pauses.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

// Links in a session, what a request makes, answers that are held until they have been sent, how often garbage is
// counted in a run, and the links that lie in P2's queue.
enum { SESSION = 100, STEP = 100, FLIGHT = 64, ANSWER = 10, SAMPLES = 128, QUEUE = 200000 };
// P4 has a list of so many links in each round of so many steps; P6 a structure of so many sessions.
enum { COMPONENT = 1000000, ROUND = 100000, PARTS = 50000 };
enum { BURSTS = 4, WALK = 100 };

// A histogram of nanoseconds: each power of two is divided into METER_STEPS buckets.
enum { METER_BITS = 6, METER_STEPS = 1 << METER_BITS, METER_BUCKETS = (40 - METER_BITS) * METER_STEPS };

typedef struct meter {
    uint64_t n, sum, longest, clock_cost, begin, bucket[METER_BUCKETS];
} meter;

typedef struct program {
    const bench_run *run;
    const bench_pauses *does;
    void **sessions, **flight, **held;
    size_t n_sessions, before, alive; // objects there were at first, and how many more can be reached
    size_t cycle, payload, length;    // P2: links of a list and of the one that is being built
    double most;                      // garbage
    meter meter;
} program;

typedef void (*step_fn)(program *p, size_t i);

static const bench_pauses *program_peer;

// ---- the clock ----

static uint64_t meter_now(void) {
    struct timespec t;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
    return (uint64_t)t.tv_sec * 1000000000 + (uint64_t)t.tv_nsec;
}

static void meter_open(meter *m) {
    memset(m, 0, sizeof *m);
    m->clock_cost = UINT64_MAX;
    for (int i = 0; i < 1000; i++) {
        uint64_t begin = meter_now(), cost = meter_now() - begin;
        m->clock_cost = cost < m->clock_cost ? cost : m->clock_cost;
    }
}

static unsigned meter_bucket(uint64_t ns) {
    if (ns < METER_STEPS)
        return (unsigned)ns;
    unsigned power = 63 - (unsigned)__builtin_clzll(ns) - METER_BITS;
    unsigned at = power * METER_STEPS + (unsigned)(ns >> power);
    return at < METER_BUCKETS ? at : METER_BUCKETS - 1;
}

// The last duration in a bucket.
static uint64_t meter_limit(unsigned bucket) {
    if (bucket < 2 * METER_STEPS)
        return bucket;
    unsigned power = bucket / METER_STEPS - 1;
    return ((uint64_t)(bucket - power * METER_STEPS + 1) << power) - 1;
}

static void meter_end(meter *m) {
    uint64_t ns = meter_now() - m->begin;
    ns = ns > m->clock_cost ? ns - m->clock_cost : 0;
    m->bucket[meter_bucket(ns)]++;
    m->n++;
    m->sum += ns;
    m->longest = ns > m->longest ? ns : m->longest;
}

static void meter_print(const meter *m, const char *metric, double part) {
    uint64_t rank = (uint64_t)(part * (double)m->n), seen = 0;
    unsigned at = 0;
    while (at < METER_BUCKETS && (seen += m->bucket[at]) <= rank)
        at++;
    bench_print(metric, (double)meter_limit(at) * 1e-3, "us");
}

// ---- a program ----

static void **program_places(const bench_run *run, size_t n) {
    void **a = bench_array(n);
    if (run->ops->hold)
        run->ops->hold(a, n);
    if (run->ops->root && !strstr(run->special, "unrooted"))
        run->ops->root(a, n);
    return a;
}

static void program_drop(const program *p, void **place) {
    if (*place)
        bench_drop(p->run, place);
}

static void *session_new(const program *p) {
    return p->does->extend(NULL, SESSION, 0);
}

// With so many sessions, and places for what else the program holds.
static void program_open(program *p, const bench_run *run, size_t sessions, size_t held) {
    memset(p, 0, sizeof *p);
    p->run = run;
    p->does = program_peer;
    p->sessions = program_places(run, sessions + 1);
    p->flight = program_places(run, FLIGHT);
    p->held = program_places(run, held + 1);
    p->before = bench_living(run);
    p->n_sessions = sessions;
    for (size_t i = 0; i < sessions; i++)
        p->sessions[i] = session_new(p);
    p->alive = sessions * SESSION;
}

static void program_count_garbage(program *p) {
    double garbage = (double)bench_living(p->run) - (double)(p->before + p->alive);
    p->most = garbage > p->most ? garbage : p->most;
}

// The work, in steps, beginning with a heap that was collected.
static void program_run(program *p, step_fn step) {
    size_t n = p->run->n, sample = n / SAMPLES + 1;
    p->run->ops->collect();
    if (p->does->reset)
        p->does->reset();
    meter_open(&p->meter);
    for (size_t i = 0; i < n; i++) {
        p->meter.begin = meter_now();
        step(p, i);
        meter_end(&p->meter);
        if (p->does->counts && i % sample == sample - 1)
            program_count_garbage(p);
    }
}

static void program_print(const program *p) {
    const meter *m = &p->meter;
    bench_print("total", (double)m->sum * 1e-9, "s");
    bench_print("longest", (double)m->longest * 1e-3, "us");
    meter_print(m, "p99.9", 0.999);
    meter_print(m, "p99", 0.99);
    meter_print(m, "p50", 0.5);
    bench_print("peak", (bench_peak() - p->run->rss) * 1e-6, "MB");
    if (p->does->counts)
        bench_print("garbage", p->most * 1e-3, "k");
    if (p->does->report)
        p->does->report();
    if (!p->does->counts)
        return;
    p->run->ops->collect();
    bench_expect(p->run, p->before, p->alive);
}

// A request about this session. The answer stays until as many have followed as are on their way at a time.
static void program_serve(program *p, size_t i, void *session) {
    void **answer = &p->flight[i % FLIGHT];
    if (*answer)
        bench_drop(p->run, answer);
    else
        p->alive += ANSWER;
    *answer = p->does->request(session);
}

static void program_serve_any(program *p, size_t i) {
    program_serve(p, i, p->sessions[bench_below(p->n_sessions)]);
}

// Every fourth request ends an old session, and begins a new one.
static void program_serve_server(program *p, size_t i) {
    program_serve_any(p, i);
    if (i % 4)
        return;
    void **session = &p->sessions[bench_below(p->n_sessions)];
    program_drop(p, session);
    *session = session_new(p);
}

void bench_server(const bench_run *run) {
    program p;
    program_open(&p, run, run->size / SESSION, 0);
    program_run(&p, program_serve_server);
    program_print(&p);
}

// ---- P2 ----

// Lists of one length, which are dropped when as many others have been built as the queue holds.
static void grid_step(program *p, size_t i) {
    size_t places = QUEUE / p->cycle, objects = p->payload ? 2 : 1;
    void **building = &p->held[places];
    (void)i;
    for (size_t left = STEP, n; left > 0; left -= n) {
        n = p->cycle - p->length < left ? p->cycle - p->length : left;
        *building = p->does->extend(*building, n, p->payload);
        p->alive += n * objects;
        p->length += n;
        if (p->length < p->cycle)
            continue;
        void **place = &p->held[bench_below(places)];
        p->alive -= *place ? p->cycle * objects : 0;
        program_drop(p, place);
        *place = *building;
        *building = NULL;
        p->length = 0;
    }
}

// The variant is the length of the lists and the payload of their links; size, the links in living sessions.
void bench_grid(const bench_run *run) {
    char *rest;
    size_t cycle = strtoul(run->variant, &rest, 10), payload = strtoul(rest + 1, NULL, 10);
    program p;
    program_open(&p, run, run->size / SESSION, QUEUE / cycle);
    p.cycle = cycle;
    p.payload = payload;
    program_run(&p, grid_step);
    program_print(&p);
}

// ---- P3 to P7 ----

// A list that grows for ever; the session of each request is its last link.
static void clinging_step(program *p, size_t i) {
    p->held[0] = p->does->extend(p->held[0], ANSWER, 0);
    p->alive += ANSWER;
    program_serve(p, i, p->held[0]);
}

void bench_clinging(const bench_run *run) {
    program p;
    program_open(&p, run, 0, 1);
    program_run(&p, clinging_step);
    program_print(&p);
}

// In the first tenth of a round a list is built; after a second tenth it is dropped.
static void component_step(program *p, size_t i) {
    size_t at = i % ROUND;
    program_serve_server(p, i);
    if (at < COMPONENT / STEP) {
        p->held[0] = p->does->extend(p->held[0], STEP, 0);
        p->alive += STEP;
    } else if (at == 2 * COMPONENT / STEP) {
        program_drop(p, &p->held[0]);
        p->alive -= COMPONENT;
    }
}

void bench_component(const bench_run *run) {
    program p;
    program_open(&p, run, run->size / SESSION, 1);
    program_run(&p, component_step);
    program_print(&p);
}

enum { ROOT, CURSOR };

static void cursor_step(program *p, size_t i) {
    (void)i;
    p->held[CURSOR] = p->does->walk(p->held[CURSOR], p->held[ROOT], WALK);
    p->does->renew(p->held[CURSOR]);
}

// The size is the depth of the document. The cursor begins where it goes on.
void bench_cursor(const bench_run *run) {
    program p;
    program_open(&p, run, 0, 2);
    p.held[ROOT] = p.does->tree((int)run->size);
    p.held[CURSOR] = p.does->walk(NULL, p.held[ROOT], 1);
    for (size_t d = 0, level = 1; d <= run->size; d++, level *= 10)
        p.alive += level;
    program_run(&p, cursor_step);
    program_print(&p);
}

// A list from each of whose links a session hangs.
static void *swap_part(const program *p, void *list) {
    list = p->does->extend(list, 1, 0);
    p->does->hang(list, session_new(p));
    return list;
}

enum { NEXT, NOW };

// Each request adds to the next structure; when it is complete it takes the place of the one in use.
static void swap_step(program *p, size_t i) {
    p->held[NEXT] = swap_part(p, p->held[NEXT]);
    p->alive += SESSION + 1;
    program_serve_any(p, i);
    if (i % PARTS < PARTS - 1)
        return;
    program_drop(p, &p->held[NOW]);
    p->alive -= PARTS * (SESSION + 1);
    p->held[NOW] = p->held[NEXT];
    p->held[NEXT] = NULL;
}

void bench_swap(const bench_run *run) {
    program p;
    program_open(&p, run, 1, 2);
    for (size_t i = 0; i < PARTS; i++)
        p.held[NOW] = swap_part(&p, p.held[NOW]);
    p.alive += PARTS * (SESSION + 1);
    program_run(&p, swap_step);
    program_print(&p);
}

// In a burst each request begins a session; all of them end when the next burst begins.
static void burst_step(program *p, size_t i) {
    size_t burst = p->run->n / BURSTS, at = i % burst;
    for (size_t k = 0; k < burst && at == 0; k++)
        program_drop(p, &p->held[k]);
    p->alive -= at == 0 && i ? burst * SESSION : 0;
    p->held[at] = session_new(p);
    p->alive += SESSION;
}

void bench_bursts(const bench_run *run) {
    program p;
    program_open(&p, run, run->size / SESSION, run->n / BURSTS);
    program_run(&p, burst_step);
    program_print(&p);
}

static const bench_work pause_works[] = {
    {"P1", "server", "", bench_server},       {"P3", "clinging", "", bench_clinging},
    {"P4", "component", "", bench_component}, {"P5", "cursor", "", bench_cursor},
    {"P6", "swap", "", bench_swap},           {"P7", "bursts", "", bench_bursts},
};

bench_part bench_pauses_part(const bench_pauses *does, bench_fn open, const bench_ops *ops) {
    program_peer = does;
    return (bench_part){.works = does->works ? does->works : pause_works,
                        .n_works = does->works ? does->n_works : BENCH_COUNT(pause_works),
                        .open = open,
                        .ops = ops};
}
