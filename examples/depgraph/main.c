// SPDX-License-Identifier: MIT
// main.c: what counting alone can free of a real graph, and what it cannot.
//
// The packages of a Debian index become objects, their dependencies references. Then the only root is dropped. Whatever
// no cycle reaches dies at that moment; the rest holds itself alive (libc6 needs libgcc-s1, which needs libc6) until
// the collector looks. Three runs: with the dependencies that must be there, with those that may, and with a list in
// every package of those that need it, as many programs keep one: then nearly everything is one cycle.
//
//   source.c   lines of a list, plain or compressed      cycles.c   cycles without a collector, to check against
//   index.c    stanzas and fields                        world.c    the objects
//   names.c    which packages a name stands for          trial.c    the root is dropped
//   version.c  which of two versions is newer            report.c   what is said of it
//   graph.c    references as numbers
#include "index.h"
#include "report.h"
#include "source.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { EXIT_BAD_INPUT = 1, EXIT_USAGE = 2 };

typedef struct request {
    const char *path; // NULL: look for an index
    int all;          // print all cycles in full
} request;

static const char help[] =
    "usage: depgraph [--all] [INDEX]\n"
    "\n"
    "Makes an object of each package of a Debian package index and a reference of each dependency, drops the\n"
    "only root, and reports what died at once and what waited for the cycle collector. INDEX is a Packages list as\n"
    "apt keeps it (compressed ones are read through apt-helper) or dpkg's status file. Without it, the fullest list\n"
    "of apt is read, else /var/lib/dpkg/status, else the extract that comes with this program.\n"
    "\n"
    "  --all    print all cycles, with all their packages\n"
    "  --help   print this\n"
    "\n"
    "Ends with 0 if all is well, 1 if the index cannot be read or something failed, 2 if called wrongly.\n";

// Returns: -1 to go on; else what the program ends with.
static int main_arguments(int argc, char **argv, request *q) {
    *q = (request){NULL, 0};
    int options = 1; // until "--"
    for (int i = 1; i < argc; i++) {
        const char *a = argv[i];
        if (options && strcmp(a, "--help") == 0) {
            fputs(help, stdout);
            return EXIT_SUCCESS;
        }
        if (options && strcmp(a, "--") == 0)
            options = 0;
        else if (options && strcmp(a, "--all") == 0)
            q->all = 1;
        else if ((options && a[0] == '-') || q->path || !*a) {
            fprintf(stderr, "depgraph: '%s' is not understood; depgraph --help says what is\n", a);
            return EXIT_USAGE;
        } else
            q->path = a;
    }
    return -1;
}

static int main_graphs(report_run runs[REPORT_RUNS], const pkg_index *ix, const names *d) {
    int result = graph_build(&runs[0].g, ix, d, INDEX_DEPENDS);
    if (result == 0)
        result = graph_build(&runs[1].g, ix, d, INDEX_SUGGESTS);
    if (result == 0)
        result = graph_build_both_ways(&runs[2].g, &runs[1].g);
    for (int i = 0; i < REPORT_RUNS && result == 0; i++)
        result = cycles_find(&runs[i].c, &runs[i].g);
    if (result < 0)
        fputs("depgraph: no memory for so many references\n", stderr);
    return result;
}

static int main_runs(report_run runs[REPORT_RUNS], const pkg_index *ix) {
    for (int i = 0; i < REPORT_RUNS; i++) {
        report_run *run = &runs[i];
        if (trial_run(&(trial_subject){ix, &run->g, &run->c}, &run->r) < 0)
            return -1;
        report_cycles(ix, run, i + 1);
        if (run->r.disagreement) {
            fflush(stdout);
            fprintf(stderr, "depgraph: run %d went wrong: %s\n", i + 1, run->r.disagreement);
            return -1;
        }
    }
    report_table(runs);
    report_summary(&runs[0]);
    return 0;
}

// All that is done with an index once it is read.
static int main_story(const pkg_index *ix, const names *d, const request *q) {
    report_run runs[REPORT_RUNS] = {
        {.title = "Depends and Pre-Depends", .heading = {"Depends,", "Pre-Depends"}, .cycles_shown = 100},
        {.title = "Recommends and Suggests as well", .heading = {"and Recommends,", "Suggests"}, .cycles_shown = 10},
        {.title = "and in every package a list of those that need it",
         .heading = {"and lists of", "\"needed by\""},
         .cycles_shown = 10},
    };
    for (int i = 0; i < REPORT_RUNS; i++) {
        runs[i].columns = q->all ? SIZE_MAX : 110;
        runs[i].cycles_shown = q->all ? SIZE_MAX : runs[i].cycles_shown;
    }
    int result = main_graphs(runs, ix, d);
    if (result == 0)
        result = main_runs(runs, ix);
    for (int i = 0; i < REPORT_RUNS; i++) {
        graph_free(&runs[i].g);
        cycles_free(&runs[i].c);
    }
    return result;
}

static int main_read_and_tell(const char *path, const request *q) {
    pkg_index ix;
    names d = {0};
    uint64_t begin = trial_now();
    int result = index_read(&ix, path);
    if (result == 0 && names_build(&d, &ix) < 0) {
        fputs("depgraph: out of memory for the names\n", stderr);
        result = -1;
    }
    if (result == 0) {
        report_index(path, &ix, &d, trial_now() - begin);
        result = main_story(&ix, &d, q);
    }
    names_free(&d);
    index_free(&ix);
    return result;
}

int main(int argc, char **argv) {
    request q;
    int end = main_arguments(argc, argv, &q);
    if (end >= 0)
        return end;
    char *found = q.path ? NULL : source_default();
    if (!q.path && !found)
        return EXIT_BAD_INPUT;
    int result = main_read_and_tell(q.path ? q.path : found, &q);
    free(found);
    if (fflush(stdout) != 0 || ferror(stdout)) {
        perror("depgraph: cannot write the report");
        result = -1;
    }
    return result == 0 ? EXIT_SUCCESS : EXIT_BAD_INPUT;
}
