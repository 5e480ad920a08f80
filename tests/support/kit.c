// SPDX-License-Identifier: MIT
// kit.c: see kit.h.
#include "kit.h"

#ifdef OURO_VALGRIND
#include <valgrind/valgrind.h>
#else
#define RUNNING_ON_VALGRIND 0
#endif

#if defined(__SANITIZE_THREAD__)
#define KIT_TSAN 1
#elif defined(__has_feature)
#if __has_feature(thread_sanitizer) || __has_feature(memory_sanitizer)
#define KIT_TSAN 1
#endif
#endif
#ifndef KIT_TSAN
#define KIT_TSAN 0
#endif

char kit_warnings[4096];
int kit_warning_count;
static char kit_words[4096];

node *kit_chain(ouro_rt *rt, size_t n) {
    node *first = NULL;
    for (size_t i = n; i-- > 0;) {
        node *o = node_new(rt);
        if (!o) {
            ouro_xdecref(obj(first));
            return NULL;
        }
        o->id = (int)i;
        ouro_setref_steal(&o->head, &o->left, obj(first));
        first = o;
    }
    return first;
}

node *kit_ring(ouro_rt *rt, size_t n) {
    node *first = kit_chain(rt, n), *last = first;
    while (last && last->left)
        last = (node *)last->left;
    if (last)
        set(last, left, first);
    return first;
}

ouro_mem_usage kit_usage(const ouro_rt *rt) {
    ouro_mem_usage usage;
    ouro_mem_get_usage(rt, &usage);
    return usage;
}

int kit_is_lean(void) {
    return !OURO_DEBUG && !CHILD_ASAN && !KIT_TSAN && !RUNNING_ON_VALGRIND;
}

size_t kit_size(size_t full, size_t small) {
    return test_mode_now() == TEST_PLAIN && !CHILD_ASAN && !KIT_TSAN && !RUNNING_ON_VALGRIND ? full : small;
}

static void kit_warn(void *user, const char *message) {
    size_t used = strlen(kit_warnings);
    (void)user;
    kit_warning_count++;
    snprintf(kit_warnings + used, sizeof kit_warnings - used, "%s\n", message);
}

ouro_rt *kit_rt_new(void (*setup)(ouro_options *options)) {
    ouro_options options;
    ouro_options_init(&options);
    options.warning = kit_warn;
    kit_warnings[0] = 0;
    kit_warning_count = 0;
    if (setup)
        setup(&options);
    ouro_rt *rt = ouro_rt_create(&options);
    if (!rt || test_types_register(rt) < 0) {
        fprintf(stderr, "no second runtime: %s\n", options.error);
        exit(2);
    }
    return rt;
}

void kit_trace_start(void) {
    kit_words[0] = 0;
}

void kit_trace_add(const char *word, int number) {
    size_t used = strlen(kit_words);
    char digits[16] = "";
    if (number >= 0)
        snprintf(digits, sizeof digits, "%d", number);
    snprintf(kit_words + used, sizeof kit_words - used, "%s%s%s", used ? " " : "", word, digits);
}

int kit_trace_is(const char *words) {
    if (!strcmp(kit_words, words))
        return 1;
    fprintf(stderr, "expected \"%s\"\nhappened \"%s\"\n", words, kit_words);
    return 0;
}
