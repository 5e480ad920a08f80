// SPDX-License-Identifier: MIT
// study.c: stopwatch, scales and tables of the case studies.
#include "study.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

static double study_clock(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

// Time since the last call, or since the beginning.
static double study_lap(study *s) {
    double now = study_clock(), lap = now - s->clock;
    s->clock = now;
    return lap;
}

void study_need(ouro_rt *rt, int ok) {
    if (ok)
        return;
    fprintf(stderr, "studies: %s\n", ouro_error_message(rt));
    exit(1);
}

void study_begin(study *s) {
    *s = (study){.rt = ouro_rt_create(NULL)};
    if (!s->rt || ouro_std_open(s->rt) < 0) {
        fprintf(stderr, "studies: no memory for a runtime\n");
        exit(1);
    }
    ouro_mem_usage usage;
    ouro_mem_trim(s->rt);
    ouro_mem_get_usage(s->rt, &usage);
    s->before = usage.used;
    s->before_pages = usage.pages;
    s->clock = study_clock();
}

void study_made(study *s) {
    s->cost.make = study_lap(s);
    ouro_mem_usage usage;
    ouro_mem_get_usage(s->rt, &usage);
    s->cost.bytes = usage.used - s->before;
    s->clock = study_clock();
}

study_cost study_end(study *s) {
    s->cost.use = study_lap(s);
    ouro_mem_usage usage;
    ouro_mem_get_usage(s->rt, &usage);
    s->cost.peak = usage.peak_pages - s->before_pages;
    size_t left = ouro_rt_destroy(s->rt);
    if (left) {
        fprintf(stderr, "studies: %zu objects are left\n", left);
        exit(1);
    }
    return s->cost;
}

void study_head(const char *title) {
    printf("\n%s\n%-34s %9s %7s %9s %10s %10s %7s\n", title, "", "MB", "saved", "peak MB", "make ms", "use ms",
           "saved");
}

static double study_saved(double now, double first) {
    return first > 0 ? 100 - 100 * now / first : 0;
}

void study_row(const char *way, const study_cost *cost, const study_cost *first) {
    printf("%-34s %9.2f %6.0f%% %9.2f %10.1f %10.1f %6.0f%%\n", way, (double)cost->bytes / 1e6,
           study_saved((double)cost->bytes, (double)first->bytes), (double)cost->peak / 1e6, cost->make * 1e3,
           cost->use * 1e3, study_saved(cost->use, first->use));
}

uint64_t study_random(uint64_t *seed) {
    *seed ^= *seed >> 12;
    *seed ^= *seed << 25;
    *seed ^= *seed >> 27;
    return *seed * 0x2545F4914F6CDD1Du;
}
