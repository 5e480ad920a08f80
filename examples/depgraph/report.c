// SPDX-License-Identifier: MIT
// report.c: prints what was read, the cycles, the table and the last line. Numbers have commas, times are in ms.
#include "report.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

typedef struct report_number {
    char text[32];
} report_number;

typedef struct report_text {
    char text[96];
} report_text;

// A number with a comma before each three digits.
static report_number report_count(uint64_t n) {
    report_number t;
    char digits[24];
    int length = snprintf(digits, sizeof digits, "%" PRIu64, n), at = 0;
    for (int i = 0; i < length; i++) {
        if (i && (length - i) % 3 == 0)
            t.text[at++] = ',';
        t.text[at++] = digits[i];
    }
    t.text[at] = 0;
    return t;
}

static report_number report_ms(uint64_t ns) {
    report_number t;
    snprintf(t.text, sizeof t.text, "%" PRIu64 ".%02u ms", ns / 1000000, (unsigned)(ns / 10000 % 100));
    return t;
}

// "1 cycle", "2 cycles"
static report_text report_noun(uint64_t n, const char *one, const char *many) {
    report_text t;
    snprintf(t.text, sizeof t.text, "%s %s", report_count(n).text, n == 1 ? one : many);
    return t;
}

void report_index(const char *path, const pkg_index *ix, const names *d, uint64_t read_ns) {
    printf("depgraph: %s\n", path);
    printf("  %s, %s read in %s", report_noun(ix->stanzas, "stanza", "stanzas").text,
           report_noun(ix->n, "package", "packages").text, report_ms(read_ns).text);
    printf(" (%s left out for a newer version, %s not installed)\n\n", report_count(d->replaced).text,
           report_count(ix->not_installed).text);
    puts("How names become references\n"
         "  alternatives   a | b: both are references\n"
         "  Provides       a name that no package has stands for all the packages that provide it\n"
         "  architectures  a name stands for the package of the same architecture if there is one, else for any;\n"
         "                 `all` fits each; name:arch means that architecture alone; name:any is as without\n"
         "  versions       of several versions of a package the newest counts; (>= 1.2) and such are not looked at\n"
         "  repetition     a package refers to another once at most, and never to itself");
}

// ---- one run ----

// Prints the names of a cycle, as many as go into `columns`, but one at least.
static void report_cycle(const pkg_index *ix, const cycles *c, size_t i, size_t columns) {
    size_t size = c->start[i + 1] - c->start[i], shown = 0, used = 10;
    const uint32_t *member = c->member + c->start[i];
    printf("  %7s ", report_count(size).text);
    while (shown < size) {
        const char *name = index_text(ix, member[shown], INDEX_PACKAGE);
        used += strlen(name) + 1;
        if (shown && used > columns)
            break;
        printf(" %s", name);
        shown++;
    }
    if (shown < size)
        printf(" and %s more", report_count(size - shown).text);
    putchar('\n');
}

// The first of those that were left, and what the runtime said.
static void report_left(const trial_result *r) {
    printf("  with the collector off: %s left", report_noun(r->left_off, "object", "objects").text);
    for (size_t i = 0; i < r->n_names; i++)
        printf("%s %s", i ? "," : ":", r->name[i]);
    if (r->n_names < r->left_off)
        printf(" and %s more", report_count(r->left_off - r->n_names).text);
    putchar('\n');
    if (r->warning[0])
        printf("    the runtime's own words: %s\n", r->warning);
}

void report_cycles(const pkg_index *ix, const report_run *run, int number) {
    size_t shown = run->c.n <= run->cycles_shown ? run->c.n : run->cycles_shown;
    printf("\nRun %d: %s\n", number, run->title);
    printf("  %s; %s to nothing in the index, %s to the package itself\n",
           report_noun(run->g.n_refs, "reference", "references").text,
           report_noun(run->g.unresolved, "relation leads", "relations lead").text, report_count(run->g.itself).text);
    printf("  %s with %s; largest first:\n", report_noun(run->c.n, "cycle", "cycles").text,
           report_noun(run->c.in_cycles, "package", "packages").text);
    for (size_t i = 0; i < shown; i++)
        report_cycle(ix, &run->c, i, run->columns);
    if (shown < run->c.n)
        printf("      and %s; --all shows all of them in full\n",
               report_noun(run->c.n - shown, "smaller or equal one", "smaller or equal ones").text);
    report_left(&run->r);
}

// ---- the table ----

typedef report_text (*report_cell)(const report_run *run);

typedef struct report_row {
    const char *label;
    report_cell cell;
} report_row;

static report_text report_alone(uint64_t n) {
    report_text t;
    snprintf(t.text, sizeof t.text, "%s", report_count(n).text);
    return t;
}

static report_text report_both(uint64_t n, uint64_t ns) {
    report_text t;
    snprintf(t.text, sizeof t.text, "%s in %s", report_count(n).text, report_ms(ns).text);
    return t;
}

static report_text cell_packages(const report_run *run) {
    return report_both(run->g.n, run->r.build_ns);
}
static report_text cell_references(const report_run *run) {
    return report_alone(run->g.n_refs);
}
static report_text cell_cycles(const report_run *run) {
    return report_alone(run->c.n);
}
static report_text cell_in_cycles(const report_run *run) {
    return report_alone(run->c.in_cycles);
}
static report_text cell_died(const report_run *run) {
    return report_both(run->r.died, run->r.drop_ns);
}
static report_text cell_waited(const report_run *run) {
    return report_alone(run->g.n - run->r.died);
}
static report_text cell_found(const report_run *run) {
    return report_both(run->r.found, run->r.collect_ns);
}
static report_text report_phase(const report_run *run, trial_phase phase) {
    return report_both(run->r.seen[phase], run->r.phase_ns[phase]);
}
static report_text cell_marked(const report_run *run) {
    return report_phase(run, TRIAL_MARK);
}
static report_text cell_copied(const report_run *run) {
    return report_phase(run, TRIAL_COPY);
}
static report_text cell_subtracted(const report_run *run) {
    return report_phase(run, TRIAL_SUBTRACT);
}
static report_text cell_kept(const report_run *run) {
    return report_alone(run->r.kept);
}
static report_text cell_unreachable(const report_run *run) {
    return report_phase(run, TRIAL_JUDGE);
}
static report_text cell_dropped(const report_run *run) {
    return report_phase(run, TRIAL_DROP);
}
static report_text cell_freed(const report_run *run) {
    return report_phase(run, TRIAL_FREE);
}
static report_text cell_left_off(const report_run *run) {
    return report_alone(run->r.left_off);
}
static report_text cell_left(const report_run *run) {
    return report_alone(run->r.left);
}

static const report_row report_rows[] = {
    {"packages, one object each, made", cell_packages},
    {"references between them", cell_references},
    {"cycles", cell_cycles},
    {"packages in cycles", cell_in_cycles},
    {"the only root is dropped", NULL},
    {"  died at once, by counting", cell_died},
    {"  had to wait for the collector", cell_waited},
    {"the collection, nobody watching", NULL},
    {"  found and freed", cell_found},
    {"its phases, watched, which takes longer", NULL},
    {"  reached from registered roots", cell_marked},
    {"  candidates: counts copied", cell_copied},
    {"  references between them taken off", cell_subtracted},
    {"  judged alive", cell_kept},
    {"  judged unreachable", cell_unreachable},
    {"  emptied of their references", cell_dropped},
    {"  freed", cell_freed},
    {"left at the end", NULL},
    {"  with the collector off", cell_left_off},
    {"  with the collector on", cell_left},
};

void report_table(const report_run runs[REPORT_RUNS]) {
    putchar('\n');
    for (int line = 0; line < 2; line++) {
        printf("%-39s", "");
        for (int i = 0; i < REPORT_RUNS; i++)
            printf("%22s", runs[i].heading[line]);
        putchar('\n');
    }
    for (size_t k = 0; k < sizeof report_rows / sizeof report_rows[0]; k++) {
        const report_row *row = &report_rows[k];
        printf(row->cell ? "%-39s" : "%s", row->label);
        for (int i = 0; i < REPORT_RUNS && row->cell; i++)
            printf("%22s", row->cell(&runs[i]).text);
        putchar('\n');
    }
    puts("\nChecked package by package, against Tarjan's algorithm on the index alone: what died at once is what no\n"
         "cycle reaches; what the collector found, and what is left without it, is all the rest.");
}

void report_summary(const report_run *run) {
    if (run->c.n == 0) {
        printf("\nshown: %s died the moment the root was dropped; no cycle held anything back; nothing is left\n",
               report_noun(run->g.n, "package", "packages").text);
        return;
    }
    printf("\nshown: of %s, %s died the moment the root was dropped; ",
           report_noun(run->g.n, "package", "packages").text, report_count(run->r.died).text);
    printf("%s held %s back until the collector found exactly those; nothing is left\n",
           report_noun(run->c.n, "real cycle", "real cycles").text, report_count(run->r.found).text);
}
