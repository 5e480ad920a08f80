// SPDX-License-Identifier: MIT
// std.c: brings the standard objects into a runtime: the state they share, then type by type. Opening that has failed
// half way may be tried again: what the first try made is immortal, and goes with the runtime.
#include "std.h"

#include <sys/random.h>
#include <time.h>

static int (*const std_steps[])(ouro_rt *rt) = {
    ouroi_str_open,       ouroi_none_open,      ouroi_int_open,       ouroi_float_open, ouroi_bytes_open,
    ouroi_tuple_open,     ouroi_list_open,      ouroi_iter_open,      ouroi_slice_open, ouroi_range_open,
    ouroi_deque_open,     ouroi_dict_open,      ouroi_set_open,       ouroi_odict_open, ouroi_weakly_open,
    ouroi_finalizer_open, ouroi_native_open,    ouroi_module_open,    ouroi_class_open, ouroi_exception_open,
    ouroi_lru_open,       ouroi_generator_open, ouroi_itertools_open, ouroi_lines_open, ouroi_array_open,
    ouroi_ndarray_open,
};

static void std_end(ouro_rt *rt, void *std) {
    ouroi_intern_end(rt);
    std_state *s = std;
    ouro_buf_free(rt, s->names);
    ouro_buf_free(rt, s->classes);
    ouro_buf_free(rt, s);
}

// Any seed will do: one that is written down by hand, too, becomes two words without a pattern (the finalizer of
// SplitMix64: Guy L. Steele, Doug Lea, Christine H. Flood, "Fast splittable pseudorandom number generators", 2014).
static uint64_t std_mix(uint64_t w) {
    w += 0x9E3779B97F4A7C15u;
    w = (w ^ w >> 30) * 0xBF58476D1CE4E5B9u;
    w = (w ^ w >> 27) * 0x94D049BB133111EBu;
    return w ^ w >> 31;
}

static void std_key(std_state *s) {
    s->hash_key[0] = std_mix(s->hash_key[0]);
    s->hash_key[1] = std_mix(s->hash_key[1] ^ s->hash_key[0]);
}

// A system without randomness still gets a seed that differs from run to run and from runtime to runtime.
static void std_seed(std_state *s) {
    if (getentropy(s->hash_key, sizeof s->hash_key) == 0)
        return;
    struct timespec now = {0};
    clock_gettime(CLOCK_REALTIME, &now);
    s->hash_key[0] = (uint64_t)now.tv_nsec << 32 ^ (uint64_t)now.tv_sec;
    s->hash_key[1] = (uint64_t)(uintptr_t)s * 0x9E3779B97F4A7C15u;
}

static std_state *std_state_new(ouro_rt *rt, const ouro_std_options *options) {
    std_state *s = ouro_buf_alloc(rt, sizeof *s);
    if (!s)
        return NULL;
    memset(s, 0, sizeof *s);
    if (options->seeded)
        memcpy(s->hash_key, options->seed, sizeof s->hash_key);
    else
        std_seed(s);
    std_key(s);
    s->max_depth = options->max_depth;
    s->max_print_depth = options->max_print_depth;
    s->max_digits = options->max_digits;
    ouroi_rt_set_std(rt, s, std_end);
    return s;
}

static int std_open(ouro_rt *rt, const ouro_std_options *options) {
    std_state *s = ouroi_rt_std(rt);
    if (!s && !(s = std_state_new(rt, options)))
        return -1;
    for (size_t i = 0; i < sizeof std_steps / sizeof *std_steps; i++)
        if (std_steps[i](rt) < 0)
            return -1;
    s->open = true;
    return 0;
}

int ouro_std_open(ouro_rt *rt) {
    if (ouroi_rt_std(rt) && state_of(rt)->open)
        return 0;
    ouro_std_options options;
    ouro_std_options_init(&options);
    return std_open(rt, &options);
}

int ouro_std_open_with(ouro_rt *rt, const ouro_std_options *options) {
    if (options->struct_size != sizeof *options)
        return ouro_error_set(rt, OURO_ERR_VALUE,
                              "ouro_std_open_with: options of another version; use "
                              "ouro_std_options_init");
    if (!options->max_depth || !options->max_print_depth)
        return ouro_error_set(rt, OURO_ERR_VALUE, "ouro_std_open_with: a depth of 0");
    if (ouroi_rt_std(rt))
        return ouro_error_set(rt, OURO_ERR_STATE, "ouro_std_open_with: the standard objects are open already");
    return std_open(rt, options);
}
