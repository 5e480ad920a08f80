// SPDX-License-Identifier: MIT
// Values without a line of your own: numbers, text, containers, and what can be asked of any of them. Look at: the same
// functions work on all types; ints have no largest; 1, 1.0 and true are one key; what holds itself can be printed.
#include <ouro/std.h>
#include <stdio.h>

// Prints a label and an object as a programmer would like to see it. Takes: nothing. Returns: 0, or -1.
static int show(ouro_rt *rt, const char *label, ouro_obj *o) {
    ouro_obj *text = o ? ouro_repr(rt, o) : NULL;
    if (!text)
        return -1;
    printf("%-10s %s\n", label, ouro_str_data(text));
    ouro_decref(text);
    return 0;
}

static int numbers(ouro_rt *rt, ouro_scope *s) {
    ouro_obj *two = ouro_scope_keep(s, ouro_int_new(rt, 2)), *n = ouro_scope_keep(s, ouro_int_new(rt, 100));
    ouro_obj *power = two && n ? ouro_scope_keep(s, ouro_binary(rt, OURO_POW, two, n)) : NULL;
    ouro_obj *half = power ? ouro_scope_keep(s, ouro_binary(rt, OURO_DIV, power, two)) : NULL;
    return show(rt, "2 ** 100", power) < 0 || show(rt, "half of it", half) < 0 ? -1 : 0;
}

static int texts(ouro_rt *rt, ouro_scope *s) {
    ouro_obj *text = ouro_scope_keep(s, ouro_str_from(rt, "na\xc3\xafve caf\xc3\xa9"));
    ouro_obj *words = text ? ouro_scope_keep(s, ouro_str_split(rt, text, NULL)) : NULL;
    size_t n;
    if (show(rt, "words", words) < 0 || ouro_length(rt, text, &n) < 0)
        return -1;
    printf("%-10s %zu letters in %zu bytes\n", "text", n, ouro_str_size(text));
    return 0;
}

// One key, whatever its type; and a list in a dict in that list.
static int containers(ouro_rt *rt, ouro_scope *s) {
    ouro_obj *dict = ouro_scope_keep(s, ouro_dict_new(rt)), *list = ouro_scope_keep(s, ouro_list_new(rt, NULL, 0));
    ouro_obj *one = ouro_scope_keep(s, ouro_int_new(rt, 1)), *real = ouro_scope_keep(s, ouro_float_new(rt, 1.0));
    if (!dict || !list || !one || !real || ouro_dict_set(rt, dict, one, one) < 0 ||
        ouro_dict_set(rt, dict, real, real) < 0 || ouro_dict_set(rt, dict, ouro_bool(rt, 1), list) < 0)
        return -1;
    if (show(rt, "one key", dict) < 0 || ouro_list_append(rt, list, dict) < 0 || ouro_list_append(rt, list, real) < 0)
        return -1;
    return show(rt, "in itself", list);
}

static int loop(ouro_rt *rt, ouro_scope *s) {
    ouro_obj *range = ouro_scope_keep(s, ouro_range_new(rt, 10, 0, -3));
    ouro_obj *it = range ? ouro_scope_keep(s, ouro_iter(rt, range)) : NULL, *item;
    int more = it ? 1 : -1;
    printf("%-10s", "a loop");
    while (more == 1 && (more = ouro_next(rt, it, &item)) == 1) {
        printf(" %lld", (long long)ouro_int_word(item));
        ouro_decref(item);
    }
    puts("");
    return more;
}

int main(void) {
    ouro_rt *rt = ouro_rt_create(NULL);
    if (!rt || ouro_std_open(rt) < 0)
        return 1;
    ouro_scope s;
    ouro_scope_open(rt, &s);
    int failed = numbers(rt, &s) < 0 || texts(rt, &s) < 0 || containers(rt, &s) < 0 || loop(rt, &s) < 0;
    if (failed)
        fprintf(stderr, "values: %s\n", ouro_error_message(rt));
    ouro_scope_close(&s);
    return ouro_rt_destroy(rt) != 0 || failed; // the list that holds itself is collected here
}
