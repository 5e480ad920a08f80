// SPDX-License-Identifier: MIT
// run.c: one run of a test body, and the sweep over failing allocations; see test.h.
#include "test.h"

#include <stdbool.h>

static ouro_rt *run_rt;
static ouro_scope run_scope;
static int run_warnings, run_warnings_expected;
static char run_last_warning[512];
static const char *run_name;
static uint64_t run_fail_at;
static ouro_stress_mode run_fail_mode;

int (*test_prepare)(ouro_rt *rt);

test_mode test_mode_now(void) {
    const char *mode = getenv("OURO_TEST_MODE");
    if (!mode || !*mode || !strcmp(mode, "plain"))
        return TEST_PLAIN;
    if (!strcmp(mode, "stress"))
        return TEST_STRESS;
    if (!strcmp(mode, "fault"))
        return TEST_FAULT;
    fprintf(stderr, "OURO_TEST_MODE=%s: not plain, stress or fault\n", mode);
    exit(2);
}

int test_broken(ouro_rt *rt) {
    return ouro_stress_failures(rt) > 0;
}

int test_warnings(void) {
    return run_warnings;
}

const char *test_last_warning(void) {
    return run_last_warning;
}

void test_expect_warnings(void) {
    run_warnings_expected = 1;
}

void test_fail(const char *file, int line, const char *what) {
    fprintf(stderr, "%s:%d: %s: %s", file, line, run_name ? run_name : "", what);
    if (run_fail_mode != OURO_FAIL_NEVER && run_fail_at != UINT64_MAX)
        fprintf(stderr, " [allocation %llu failing %s]", (unsigned long long)run_fail_at,
                run_fail_mode == OURO_FAIL_ONCE ? "once" : "and all after it");
    fprintf(stderr, "\n");
    bool as_the_line_above_says = false;
    cr_assert(as_the_line_above_says);
}

void *test_own(ouro_rt *rt, void *object) {
    (void)rt;
    return ouro_scope_keep(&run_scope, object);
}

int test_may_stop(ouro_rt *rt, const char *file, int line, const char *what) {
    if (!test_broken(rt) || ouro_error_code(rt) != OURO_ERR_MEMORY)
        test_fail(file, line, what);
    return 1;
}

// Once memory has run out, failures follow each other: an older error is replaced, or left by a finalizer. Those are
// told of as they should be, and no reason for a test to fail.
static void run_warn(void *user, const char *message) {
    (void)user;
    if (run_rt && ouro_stress_failures(run_rt) && strstr(message, "OURO_ERR_MEMORY"))
        return;
    run_warnings++;
    snprintf(run_last_warning, sizeof run_last_warning, "%s", message);
}

static void run_finish(ouro_rt *rt) {
    uint64_t failures = ouro_stress_failures(rt);
    ouro_stress_fail(rt, 0, OURO_FAIL_NEVER);
    ouro_stress_collect(rt, -1);
    ouro_event_hook(rt, 0, NULL, NULL);
    always(failures || ouro_error_code(rt) == OURO_OK);
    ouro_error_clear(rt);
    if (ouro_verify(rt) < 0)
        test_fail("verify", 0, ouro_error_message(rt));
    ouro_scope_close(&run_scope);
    ouro_gc_set_debug(rt, 0);
    ouro_gc_garbage_clear(rt);
    while (ouro_gc_enable(rt))
        ;
    ouro_gc_unfreeze(rt);
    ouro_gc_collect(rt, OURO_GC_FULL);
    if (ouro_verify(rt) < 0)
        test_fail("verify after collection", 0, ouro_error_message(rt));
    always(ouro_rt_destroy(rt) == 0);
    if (run_warnings && !run_warnings_expected)
        test_fail("warning", run_warnings, run_last_warning);
}

// Returns how many allocations the run asked for.
static uint64_t run_once(test_body body, test_setup setup, uint64_t n, ouro_stress_mode mode) {
    ouro_options options;
    ouro_options_init(&options);
    options.warning = run_warn;
    run_warnings = run_warnings_expected = 0;
    run_fail_at = n;
    run_fail_mode = mode;
    if (setup)
        setup(&options);
    run_rt = NULL;
    ouro_rt *rt = run_rt = ouro_rt_create(&options);
    if (!rt || test_types_register(rt) < 0 || (test_prepare && test_prepare(rt) < 0)) {
        test_fail(__FILE__, __LINE__, options.error);
        return 0;
    }
    ouro_scope_open(rt, &run_scope);
    fin_calls = hidden_clears = hidden_deallocs = 0;
    if (test_mode_now() == TEST_STRESS)
        ouro_stress_collect(rt, OURO_GC_FULL);
    // To count, every allocation takes the slow path: not in plain runs, which are to take the fast one.
    if (test_mode_now() == TEST_FAULT)
        ouro_stress_fail(rt, n ? n : UINT64_MAX, n ? mode : OURO_FAIL_ONCE);
    body(rt);
    uint64_t allocations = ouro_stress_allocations(rt);
    run_finish(rt);
    return allocations;
}

void test_run(const char *name, test_body body, test_setup setup) {
    run_name = name;
    if (test_mode_now() != TEST_FAULT) {
        run_once(body, setup, 0, OURO_FAIL_NEVER);
        return;
    }
    uint64_t allocations = run_once(body, setup, UINT64_MAX, OURO_FAIL_ONCE);
    // Every allocation of a small test; of a large one the first 100 and about 100 spread over the rest.
    for (uint64_t n = 1; n <= allocations; n += n < 100 ? 1 : 1 + (allocations - 100) / 100) {
        run_once(body, setup, n, OURO_FAIL_ONCE);
        run_once(body, setup, n, OURO_FAIL_FROM);
    }
}
