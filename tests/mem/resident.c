// SPDX-License-Identifier: MIT
// resident.c: memory that is not used any more goes back. What the process has resident is read from the system where
// that means something (a plain run of the release build); everywhere else the runtime's own figures must say the same.
#include "kit.h"

#include <unistd.h>

// Bytes that the process has resident.
static size_t resident_now(void) {
    size_t total = 0, resident = 0;
    FILE *f = fopen("/proc/self/statm", "r");
    if (!f || fscanf(f, "%zu %zu", &total, &resident) != 2)
        resident = 0;
    if (f)
        fclose(f);
    return resident * (size_t)sysconf(_SC_PAGESIZE);
}

static int resident_counts(void) {
    return kit_is_lean() && test_mode_now() == TEST_PLAIN;
}

static void resident_check_near(size_t start, const char *what) {
    size_t now = resident_now();
    if (resident_counts() && now > start + start / 10) {
        fprintf(stderr, "%s: %zu bytes resident at the start, %zu at the end\n", what, start, now);
        test_fail(__FILE__, __LINE__, "memory stays resident");
    }
}

CASE(resident, a_million_objects_die_and_are_trimmed) {
    size_t start = resident_now(), pages = kit_usage(rt).pages;
    node *chain = kit_chain(rt, kit_size(1000000, 2000));
    need(chain);
    always(!resident_counts() || resident_now() > start + (24 << 20));
    ouro_decref(&chain->head);
    ouro_mem_trim(rt);
    check(OURO_DEBUG || kit_usage(rt).pages <= pages + OURO_PAGE_BYTES);
    resident_check_near(start, "trim");
}

CASE(resident, a_million_objects_are_collected) {
    size_t start = resident_now(), pages = kit_usage(rt).pages;
    ouro_gc_disable(rt);
    for (size_t i = 0; i < kit_size(10000, 20); i++) {
        node *ring = kit_ring(rt, 100);
        ouro_xdecref(obj(ring));
        need(ring);
    }
    ouro_gc_collect(rt, OURO_GC_FULL);
    check(OURO_DEBUG || kit_usage(rt).pages <= pages + OURO_PAGE_BYTES);
    resident_check_near(start, "collect");
}

CASE(resident, buffers_of_all_sizes_are_trimmed) {
    size_t start = resident_now(), n = kit_size(60000, 300), made = 0;
    void **buf = calloc(n, sizeof *buf);
    for (size_t i = 0; i < n; i++) {
        buf[i] = ouro_buf_alloc(rt, i % 1500);
        if (buf[i])
            memset(buf[i], 1, i % 1500);
        made += buf[i] != NULL;
    }
    for (size_t i = 0; i < n; i++)
        ouro_buf_free(rt, buf[i]);
    free(buf);
    check(made == n);
    ouro_error_clear(rt);
    ouro_mem_trim(rt);
    resident_check_near(start, "buffers");
}

CASE(resident, a_large_block_goes_back) {
    size_t start = resident_now();
    char *buf = ouro_buf_alloc(rt, 100 << 20);
    need(buf);
    memset(buf, 1, 100 << 20);
    always(!resident_counts() || resident_now() >= start + (100 << 20));
    ouro_buf_free(rt, buf);
    ouro_mem_trim(rt);
    resident_check_near(start, "large block");
}

// Half of the most that was in use, and 4 MiB, may stay, so that a program that breathes does not pay each time.
CASE(resident, without_trim_at_most_half_of_the_peak_stays) {
    size_t start = resident_now(), bytes = kit_size(64 << 20, 1 << 20), n = bytes / 60000, made = 0;
    void **buf = calloc(n, sizeof *buf);
    for (size_t i = 0; i < n; i++) {
        buf[i] = ouro_buf_alloc(rt, 60000);
        if (buf[i])
            memset(buf[i], 1, 60000);
        made += buf[i] != NULL;
    }
    size_t peak = kit_usage(rt).peak_pages;
    for (size_t i = 0; i < n; i++)
        ouro_buf_free(rt, buf[i]);
    free(buf);
    check(made == n && peak >= bytes / 10 * 9);
    ouro_error_clear(rt);
    always(!resident_counts() || resident_now() <= start + peak / 2 + (5 << 20));
    ouro_mem_trim(rt);
    resident_check_near(start, "breathing");
}

// What went back and was needed again stays the next time: a program that swings does not pay for each swing.
CASE(resident, what_was_missed_stays) {
    size_t start = resident_now(), bytes = kit_size(64 << 20, 1 << 20), n = bytes / 60000, made = 0;
    void **buf = calloc(n, sizeof *buf);
    for (int swing = 0; swing < 3; swing++) {
        for (size_t i = 0; i < n; i++) {
            buf[i] = ouro_buf_alloc(rt, 60000);
            if (buf[i])
                memset(buf[i], 1, 60000);
            made += buf[i] != NULL;
        }
        for (size_t i = 0; i < n; i++)
            ouro_buf_free(rt, buf[i]);
    }
    free(buf);
    check(made == 3 * n);
    ouro_error_clear(rt);
    always(!resident_counts() || resident_now() >= start + bytes / 10 * 9);
    ouro_mem_trim(rt);
    resident_check_near(start, "swinging");
    check(OURO_DEBUG || kit_usage(rt).reserved <= 2 * OURO_SEGMENT_BYTES);
}

// Pages that become empty among others that are in use go back one by one.
CASE(resident, scattered_pages_go_back_without_trim) {
    size_t start = resident_now(), n = kit_size(64 << 20, 1 << 20) / 65536, made = 0;
    void **buf = calloc(n, sizeof *buf);
    for (size_t i = 0; i < n; i++) {
        buf[i] = ouro_buf_alloc(rt, 60000);
        if (buf[i])
            memset(buf[i], 1, 60000);
        made += buf[i] != NULL;
    }
    for (size_t i = 0; i < n; i++)
        if (i % 16)
            ouro_buf_free(rt, buf[i]);
    // In use 1/16, kept half and 4 MiB; and the heads of segments.
    always(!resident_counts() || resident_now() <= start + (4 << 20) + (36 << 20) + (6 << 20));
    ouro_mem_trim(rt);
    always(!resident_counts() || resident_now() <= start + (4 << 20) + (6 << 20));
    for (size_t i = 0; i < n; i += 16)
        ouro_buf_free(rt, buf[i]);
    free(buf);
    check(made == n);
    ouro_error_clear(rt);
}

Test(resident, a_runtime_takes_little) {
    ouro_rt *rt[16];
    ouro_rt *first = kit_rt_new(NULL);
    size_t start = resident_now();
    for (int i = 0; i < 16; i++) {
        rt[i] = kit_rt_new(NULL);
        always(kit_usage(rt[i]).reserved <= OURO_SEGMENT_BYTES);
    }
    always(!resident_counts() || resident_now() <= start + 16 * 256 * 1024);
    for (int i = 0; i < 16; i++)
        always(ouro_rt_destroy(rt[i]) == 0);
    always(ouro_rt_destroy(first) == 0);
}

Test(resident, runtimes_come_and_go) {
    ouro_rt_destroy(kit_rt_new(NULL));
    size_t start = resident_now();
    for (size_t i = 0; i < kit_size(200, 10); i++) {
        ouro_rt *rt = kit_rt_new(NULL);
        node *chain = kit_chain(rt, 1000);
        ouro_xdecref(obj(chain));
        always(ouro_rt_destroy(rt) == 0);
    }
    always(!resident_counts() || resident_now() <= start + (2 << 20)); // a cached segment, at most
}
