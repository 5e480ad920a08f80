// SPDX-License-Identifier: MIT
// kit.h: small things that many tests of memory and objects need: chains and rings of nodes, a trace to compare with
// what should have happened, a second runtime whose warnings are kept, and the size of a test in builds that are slow.
#ifndef OURO_KIT_H
#define OURO_KIT_H

#include "child.h"
#include "test.h"

// `n` nodes, each holding the next in `left`, numbered from 0; the first one is returned.
// Returns: new; NULL on failure, with nothing left over.
node *kit_chain(ouro_rt *rt, size_t n);

// As kit_chain, and the last holds the first: dropping the result makes n nodes of cyclic garbage.
node *kit_ring(ouro_rt *rt, size_t n);

ouro_mem_usage kit_usage(const ouro_rt *rt);

// `full` in a plain run of an ordinary build; `small` in stress and fault runs, and under sanitizers and valgrind.
size_t kit_size(size_t full, size_t small);

// 1 in a release build without a sanitizer, run without valgrind: where figures of the process mean something.
int kit_is_lean(void);

// Another runtime, its options changed by `setup` (may be NULL), the test types registered. Never fails: the process
// ends. Its warnings are added to kit_warnings, a line each, which kit_rt_new empties.
ouro_rt *kit_rt_new(void (*setup)(ouro_options *options));
extern char kit_warnings[4096];
extern int kit_warning_count;

// What happened, as words with a blank between them.
void kit_trace_start(void);
void kit_trace_add(const char *word, int number); // a negative number is left out
int kit_trace_is(const char *words);              // shows the difference if there is one

#endif
