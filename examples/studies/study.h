// SPDX-License-Identifier: MIT
// study.h: what the case studies share. A study does one job in several ways, each in a runtime of its own, and prints
// a table: how many bytes each way holds when its data stands, the most it held on the way, and how long its parts
// took, beside the first way. Bytes are the runtime's own count (ouro_mem_get_usage: blocks of objects and buffers,
// and what was reported as external), so they are exact and the same in every run; times are not.
#ifndef STUDY_H
#define STUDY_H

#include <ouro/std.h>
#include <stddef.h>

// What one way cost. `make` and `use` are seconds: until the data stood, and for the work on it.
typedef struct study_cost {
    double make, use;
    size_t bytes; // in use when the data stood, less what was in use before
    size_t peak;  // the most bytes in pages, from beginning to end, less what was in pages before
} study_cost;

// A measurement under way: begun, made, used.
typedef struct study {
    ouro_rt *rt; // with the standard objects
    double clock;
    size_t before, before_pages; // bytes in use, and in pages, when it began
    study_cost cost;
} study;

// Makes the runtime of one way, and starts the clock. A failure ends the program with a message.
void study_begin(study *s);

// The data stands: takes time and bytes, and starts the clock of the work on it.
void study_made(study *s);

// The work is done, and all references are dropped: takes time and peak, and ends the runtime. An object that is left
// ends the program with a message.
study_cost study_end(study *s);

// Ends the program with the runtime's error as message if `ok` is 0. Studies handle errors here, and here only.
void study_need(ouro_rt *rt, int ok);

// One line of a table: the costs of a way, and what it saves beside `first`, in per cent.
void study_head(const char *title);
void study_row(const char *way, const study_cost *cost, const study_cost *first);

// The seed's next number: all data is made from these, so that every run has the same (xorshift64*: Sebastiano Vigna,
// "An experimental exploration of Marsaglia's xorshift generators, scrambled", 2016).
uint64_t study_random(uint64_t *seed);

// The studies. `part`: 1 for the size that they are meant for, 10 for a tenth of it.
void study_choose(size_t part);
void study_prices(size_t part);
void study_stream(size_t part);
void study_stock(size_t part);

#endif
