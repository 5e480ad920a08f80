// SPDX-License-Identifier: MIT
// Items one at a time: a generator in C, a chain of lazy iterators, values sent in. Look at: fibonacci has no end, and
// nothing of it is made before it is asked for; a log that is dropped half way is closed all the same.
#include <ouro/std.h>
#include <stdio.h>

// All Fibonacci numbers, of any size. The slots hold the next two.
static int fibonacci_step(ouro_rt *rt, ouro_frame *f, ouro_obj **out) {
    ouro_obj *sum = ouro_binary(rt, OURO_ADD, f->slot[0], f->slot[1]);
    if (!sum)
        return -1;
    *out = ouro_incref(f->slot[0]);
    ouro_frame_set(f, 0, f->slot[1]);
    ouro_frame_set_steal(f, 1, sum);
    return 1;
}
static const ouro_generator_def fibonacci = {"fibonacci", fibonacci_step, NULL, 2, 0};

// The mean of all numbers sent so far.
static int mean_step(ouro_rt *rt, ouro_frame *f, ouro_obj **out) {
    double *sum_and_n = f->data, x;
    if (f->why != OURO_RESUME_SEND)
        return 0;
    if (ouro_float_get(rt, f->value, &x) < 0)
        return -1;
    sum_and_n[0] += x;
    sum_and_n[1] += 1;
    return (*out = ouro_float_new(rt, sum_and_n[0] / sum_and_n[1])) ? 1 : -1;
}
static const ouro_generator_def mean_def = {"mean", mean_step, NULL, 0, 2 * sizeof(double)};

// All that an iterable gives, between two lines.
static int log_step(ouro_rt *rt, ouro_frame *f, ouro_obj **out) {
    if (f->why == OURO_RESUME_NEXT) {
        *out = ouro_incref(f->slot[0]);
        return puts("log opened") < 0 ? ouro_error_set(rt, OURO_ERR_IO, "no output") : OURO_YIELD_FROM;
    }
    puts("log closed");
    return f->why == OURO_RESUME_THROW ? -1 : 0;
}
static const ouro_generator_def log_def = {"log", log_step, log_step, 1, 0};

static ouro_obj *is_even(ouro_rt *rt, ouro_obj *self, ouro_obj *const *args, size_t n, ouro_obj *kwnames) {
    (void)self, (void)n, (void)kwnames;
    ouro_obj *half = ouro_binary(rt, OURO_MOD, args[0], ouro_int_new(rt, 2)); // a small int: immortal
    int odd = half ? ouro_truth(rt, half) : -1;
    ouro_xdecref(half);
    return odd < 0 ? NULL : ouro_bool(rt, !odd);
}

static int pipeline(ouro_rt *rt, ouro_scope *s) {
    ouro_obj *first[] = {ouro_int_new(rt, 0), ouro_int_new(rt, 1)}; // small ints, too
    ouro_obj *numbers = ouro_scope_keep(s, ouro_generator_new(rt, &fibonacci, first, NULL));
    ouro_obj *even = ouro_scope_keep(s, ouro_native_new(rt, "is_even", is_even, NULL, 1, 1));
    ouro_obj *some = numbers && even ? ouro_scope_keep(s, ouro_iter_filter(rt, even, numbers)) : NULL;
    ouro_obj *few = some ? ouro_scope_keep(s, ouro_iter_slice(rt, some, 20, 23, 1)) : NULL;
    ouro_obj *log = few ? ouro_generator_new(rt, &log_def, &few, NULL) : NULL, *item;
    int more = log ? 1 : -1;
    for (int i = 0; more == 1 && i < 2 && (more = ouro_next(rt, log, &item)) == 1; i++) {
        printf("  %lld\n", (long long)ouro_int_word(item));
        ouro_decref(item);
    }
    ouro_xdecref(log); // one item too early: this closes it
    return more;
}

static int sending(ouro_rt *rt, ouro_scope *s) {
    ouro_obj *g = ouro_scope_keep(s, ouro_generator_new(rt, &mean_def, NULL, NULL)), *item;
    for (int i = 1; g && i <= 16; i *= 4) {
        if (ouro_generator_send(rt, g, ouro_int_new(rt, i), &item) != 1)
            return -1;
        printf("sent %d, the mean is %g\n", i, ouro_float_value(item));
        ouro_decref(item);
    }
    return g ? 0 : -1;
}

int main(void) {
    ouro_rt *rt = ouro_rt_create(NULL);
    if (!rt || ouro_std_open(rt) < 0)
        return 1;
    ouro_scope s;
    ouro_scope_open(rt, &s);
    int failed = pipeline(rt, &s) < 0 || sending(rt, &s) < 0;
    if (failed)
        fprintf(stderr, "generators: %s\n", ouro_error_message(rt));
    ouro_scope_close(&s);
    return ouro_rt_destroy(rt) != 0 || failed;
}
