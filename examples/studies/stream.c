// SPDX-License-Identifier: MIT
// stream.c: a log is read, the lines that tell of errors are picked out, cut up, and their times added up by service:
// with a list for each stage, and with generators, each of which asks the one before it for one item. What it shows:
// lists hold the whole file at once, generators a buffer, whatever its size, and what is not kept has not to be
// collected either. Where generators lose: work that needs the data several times reads the file several times, unless
// somebody keeps a list of what is left at the end. On a few ints that are in memory already there is nothing to save,
// and as good as nothing to lose.
//
// The log is a temporary file without a name from the start: it is gone however the program ends.
#include "study.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define LINE_BYTES 50
#define SERVICES 40

typedef struct stream_log {
    int file;
    size_t lines;
} stream_log;

// ---- the log ----

static void log_need(int ok, const char *what) {
    if (ok)
        return;
    fprintf(stderr, "studies: the log cannot be %s\n", what);
    exit(1);
}

// Lines of LINE_BYTES bytes, one of eight an error.
static stream_log log_new(size_t lines) {
    FILE *f = tmpfile();
    uint64_t seed = 2026;
    log_need(f != NULL, "made");
    for (size_t i = 0; i < lines; i++) {
        uint64_t r = study_random(&seed);
        int n = fprintf(f, "%09zu service%02u %s took %05u ms by %06u\n", i, (unsigned)(r % SERVICES),
                        r >> 8 & 7 ? "fine " : "error", (unsigned)(r >> 16) % 20000, (unsigned)(r >> 40) % 1000000);
        log_need(n == LINE_BYTES, "written");
    }
    log_need(fflush(f) == 0, "written");
    stream_log log = {dup(fileno(f)), lines};
    log_need(log.file >= 0, "opened");
    fclose(f);
    return log;
}

// The lines, from the first.
static ouro_obj *log_lines(ouro_rt *rt, const stream_log *log) {
    log_need(lseek(log->file, 0, SEEK_SET) == 0, "read again");
    ouro_obj *lines = ouro_lines_of(rt, dup(log->file), "log");
    study_need(rt, lines != NULL);
    return lines;
}

// ---- what is done with a line, in every way ----

static int is_error(const ouro_obj *line) {
    return ouro_str_size(line) == LINE_BYTES && memcmp(ouro_str_data(line) + 20, "error", 5) == 0;
}

// A tuple of service and time. Returns: new; NULL on failure.
static ouro_obj *record_of(ouro_rt *rt, ouro_obj *line) {
    ouro_obj *words = ouro_str_split(rt, line, NULL), *both[2] = {NULL, NULL}, *record = NULL;
    if (words && ouro_list_size(words) == 8) {
        const ouro_obj *time = ouro_list_peek(words, 4);
        both[0] = ouro_incref(ouro_list_peek(words, 1));
        both[1] = ouro_int_parse(rt, ouro_str_data(time), ouro_str_size(time), 10);
        if (both[1])
            record = ouro_tuple_new(rt, both, 2);
    }
    ouro_xdecref(both[0]);
    ouro_xdecref(both[1]);
    ouro_xdecref(words);
    return record;
}

static void add_up(ouro_rt *rt, ouro_obj *totals, const ouro_obj *record) {
    ouro_obj *service = ouro_tuple_peek(record, 0), *time = ouro_tuple_peek(record, 1), *sum = NULL;
    study_need(rt, ouro_dict_get(rt, totals, service, &sum) >= 0);
    ouro_obj *now = sum ? ouro_binary(rt, OURO_ADD, sum, time) : ouro_incref(time);
    study_need(rt, now && ouro_dict_set(rt, totals, service, now) == 0);
    ouro_decref(now);
    ouro_xdecref(sum);
}

// Adds up all records. Returns: the sum of all services, by which ways can be compared.
static int64_t fold(ouro_rt *rt, ouro_obj *records) {
    ouro_obj *totals = ouro_dict_new(rt), *it = ouro_iter(rt, records), *record, *service, *sum;
    int more;
    study_need(rt, totals && it);
    while ((more = ouro_next(rt, it, &record)) == 1) {
        add_up(rt, totals, record);
        ouro_decref(record);
    }
    study_need(rt, more == 0);
    int64_t all = 0;
    for (size_t at = 0; ouro_dict_each_peek(totals, &at, &service, &sum);)
        all += ouro_int_word(sum);
    ouro_decref(it);
    ouro_decref(totals);
    return all;
}

// ---- the stages as generators: each has its source in slot 0 ----

static int errors_step(ouro_rt *rt, ouro_frame *f, ouro_obj **out) {
    int more;
    while ((more = ouro_next(rt, f->slot[0], out)) == 1 && !is_error(*out))
        ouro_decref(*out);
    return more;
}

static int records_step(ouro_rt *rt, ouro_frame *f, ouro_obj **out) {
    ouro_obj *line;
    int more = ouro_next(rt, f->slot[0], &line);
    if (more != 1)
        return more;
    *out = record_of(rt, line);
    ouro_decref(line);
    return *out ? 1 : -1;
}

static const ouro_generator_def errors_def = {"errors", errors_step, NULL, 1, 0};
static const ouro_generator_def records_def = {"records", records_step, NULL, 1, 0};

// Takes: the source is stolen.
static ouro_obj *stage(ouro_rt *rt, const ouro_generator_def *def, ouro_obj *source) {
    ouro_obj *g = ouro_generator_new(rt, def, &source, NULL);
    study_need(rt, g != NULL);
    ouro_decref(source);
    return g;
}

static ouro_obj *generated(ouro_rt *rt, const stream_log *log) {
    return stage(rt, &records_def, stage(rt, &errors_def, log_lines(rt, log)));
}

// ---- the ways ----

typedef struct way {
    study_cost cost;
    int64_t sum;
} way;

// A list of everything, a list of the errors, a list of the records.
static way way_lists(const stream_log *log, int passes) {
    study s;
    way w = {.sum = 0};
    study_begin(&s);
    ouro_obj *it = log_lines(s.rt, log), *lines = ouro_list_from(s.rt, it);
    ouro_obj *errors = ouro_list_new(s.rt, NULL, 0), *records = ouro_list_new(s.rt, NULL, 0);
    study_need(s.rt, lines && errors && records);
    for (size_t i = 0; i < ouro_list_size(lines); i++)
        if (is_error(ouro_list_peek(lines, i)))
            study_need(s.rt, ouro_list_append(s.rt, errors, ouro_list_peek(lines, i)) == 0);
    for (size_t i = 0; i < ouro_list_size(errors); i++) {
        ouro_obj *record = record_of(s.rt, ouro_list_peek(errors, i));
        study_need(s.rt, record && ouro_list_append(s.rt, records, record) == 0);
        ouro_decref(record);
    }
    study_made(&s);
    for (int i = 0; i < passes; i++)
        w.sum += fold(s.rt, records);
    ouro_obj *all[] = {it, lines, errors, records};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        ouro_decref(all[i]);
    w.cost = study_end(&s);
    return w;
}

static way way_generators(const stream_log *log, int passes) {
    study s;
    way w = {.sum = 0};
    study_begin(&s);
    ouro_obj *records = generated(s.rt, log);
    study_made(&s);
    for (int i = 0; i < passes; i++) {
        w.sum += fold(s.rt, records);
        ouro_decref(records);
        records = generated(s.rt, log);
    }
    ouro_decref(records);
    w.cost = study_end(&s);
    return w;
}

// Generators up to the records, which are few, and a list of these.
static way way_both(const stream_log *log, int passes) {
    study s;
    way w = {.sum = 0};
    study_begin(&s);
    ouro_obj *generator = generated(s.rt, log), *records = ouro_list_from(s.rt, generator);
    study_need(s.rt, records != NULL);
    study_made(&s);
    for (int i = 0; i < passes; i++)
        w.sum += fold(s.rt, records);
    ouro_decref(generator);
    ouro_decref(records);
    w.cost = study_end(&s);
    return w;
}

// What generators make is made while it is used, so the time that is compared is all of it.
static void row_of(const char *name, const way *w, const way *first) {
    study_cost cost = w->cost, beside = first->cost;
    cost.use += cost.make;
    beside.use += beside.make;
    study_row(name, &cost, &beside);
    if (w->sum != first->sum) {
        fprintf(stderr, "studies: %s came to another sum\n", name);
        exit(1);
    }
}

// ---- where generators win ----

static void stream_sizes(size_t part) {
    study_head("A log, the errors of it, their times by service: three sizes of file (use: all of the time)");
    for (size_t mb = 50; mb <= 200; mb *= 2) {
        stream_log log = log_new(mb * 1000000 / LINE_BYTES / part);
        way lists = way_lists(&log, 1), generators = way_generators(&log, 1);
        char name[64];
        snprintf(name, sizeof name, "%zu MB, lists", mb / part);
        row_of(name, &lists, &lists);
        snprintf(name, sizeof name, "%zu MB, generators", mb / part);
        row_of(name, &generators, &lists);
        close(log.file);
    }
}

// ---- and where they lose ----

static void stream_passes(size_t part) {
    stream_log log = log_new(100000000 / LINE_BYTES / part);
    study_head("The same, the records added up five times (use: all of the time)");
    way lists = way_lists(&log, 5), generators = way_generators(&log, 5), both = way_both(&log, 5);
    row_of("lists", &lists, &lists);
    row_of("generators, the file read each time", &generators, &lists);
    row_of("generators, then a list at the end", &both, &lists);
    close(log.file);
}

static ouro_obj *odd(ouro_rt *rt, ouro_obj *self, ouro_obj *const *args, size_t n, ouro_obj *kwnames) {
    (void)self, (void)n, (void)kwnames;
    return ouro_bool(rt, (int)(ouro_int_word(args[0]) & 1));
}

static ouro_obj *square(ouro_rt *rt, ouro_obj *self, ouro_obj *const *args, size_t n, ouro_obj *kwnames) {
    (void)self, (void)n, (void)kwnames;
    return ouro_int_new(rt, ouro_int_word(args[0]) * ouro_int_word(args[0]));
}

// What lists do for each item, and lazy iterators do when they are asked. Returns: new.
static ouro_obj *listed(ouro_rt *rt, ouro_obj *test, ouro_obj *change, ouro_obj *items) {
    ouro_obj *some = ouro_list_new(rt, NULL, 0), *result = ouro_list_new(rt, NULL, 0);
    study_need(rt, some && result);
    for (size_t i = 0; i < ouro_list_size(items); i++) {
        ouro_obj *item = ouro_list_peek(items, i), *answer = ouro_call(rt, test, &item, 1, NULL);
        study_need(rt, answer && (!ouro_truth(rt, answer) || ouro_list_append(rt, some, item) == 0));
        ouro_decref(answer);
    }
    for (size_t i = 0; i < ouro_list_size(some); i++) {
        ouro_obj *item = ouro_list_peek(some, i), *changed = ouro_call(rt, change, &item, 1, NULL);
        study_need(rt, changed && ouro_list_append(rt, result, changed) == 0);
        ouro_decref(changed);
    }
    ouro_decref(some);
    return result;
}

static ouro_obj *lazy(ouro_rt *rt, ouro_obj *test, ouro_obj *change, ouro_obj *items) {
    ouro_obj *some = ouro_iter_filter(rt, test, items), *result = some ? ouro_iter_map(rt, change, some) : NULL;
    study_need(rt, result != NULL);
    ouro_decref(some);
    return result;
}

// Sums up the squares of the odd ones of n ints, again and again.
static way way_small(ouro_obj *(*way_of)(ouro_rt *, ouro_obj *, ouro_obj *, ouro_obj *), size_t n, size_t times) {
    study s;
    way w = {.sum = 0};
    study_begin(&s);
    ouro_obj *range = ouro_range_new(s.rt, 1, (int64_t)n + 1, 1), *items = range ? ouro_list_from(s.rt, range) : NULL;
    ouro_obj *test = ouro_native_new(s.rt, "odd", odd, NULL, 1, 1), *item;
    ouro_obj *change = ouro_native_new(s.rt, "square", square, NULL, 1, 1);
    study_need(s.rt, items && test && change);
    study_made(&s);
    for (size_t i = 0; i < times; i++) {
        ouro_obj *found = way_of(s.rt, test, change, items), *it = ouro_iter(s.rt, found);
        study_need(s.rt, it != NULL);
        for (; ouro_next(s.rt, it, &item) == 1; ouro_decref(item))
            w.sum += ouro_int_word(item);
        ouro_decref(it);
        ouro_decref(found);
    }
    ouro_obj *all[] = {range, items, test, change};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        ouro_decref(all[i]);
    w.cost = study_end(&s);
    return w;
}

static void stream_small(size_t part) {
    study_head("Few items, many times: the odd ones of n ints, squared, summed up");
    for (size_t n = 1; n <= 1000; n *= 10) {
        way lists = way_small(listed, n, 3000000 / n / part), iterators = way_small(lazy, n, 3000000 / n / part);
        char name[64];
        snprintf(name, sizeof name, "%zu items, lists", n);
        row_of(name, &lists, &lists);
        snprintf(name, sizeof name, "%zu items, filter and map", n);
        row_of(name, &iterators, &lists);
    }
}

void study_stream(size_t part) {
    stream_sizes(part);
    stream_passes(part);
    stream_small(part);
}
