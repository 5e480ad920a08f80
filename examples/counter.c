// SPDX-License-Identifier: MIT
// Counts the words of a text: of the files named as arguments, or of a famous one. Look at: a dict from str to int; the
// sort takes a function of your own and keeps the order of equal ones, which is the order in which the words came.
#include <ctype.h>
#include <ouro/std.h>
#include <stdio.h>
#include <string.h>

static const char declaration[] =
    "All human beings are born free and equal in dignity and rights. They are endowed with reason and conscience and "
    "should act towards one another in a spirit of brotherhood. Everyone has the right to life, liberty and the "
    "security of person.";

// Adds 1 to the number under a word.
static int count_word(ouro_rt *rt, ouro_obj *counts, const char *word, size_t n) {
    ouro_obj *key = ouro_str_new(rt, word, n), *old = NULL, *sum = NULL;
    int found = key ? ouro_dict_get(rt, counts, key, &old) : -1;
    if (found >= 0)
        sum = ouro_int_new(rt, (found ? ouro_int_word(old) : 0) + 1);
    int result = sum ? ouro_dict_set(rt, counts, key, sum) : -1;
    ouro_xdecref(sum);
    ouro_xdecref(old);
    ouro_xdecref(key);
    return result;
}

// Counts the words of a stream, letters and whatever is beyond ASCII, and closes it.
static int count_words(ouro_rt *rt, ouro_obj *counts, FILE *in) {
    char word[256];
    size_t n = 0;
    int result = in ? 0 : ouro_error_set(rt, OURO_ERR_IO, "a file cannot be opened");
    for (int c = 0; in && result == 0 && c != EOF;) {
        c = getc(in);
        if (c != EOF && (isalpha(c) || c >= 0x80) && n < sizeof word) {
            word[n++] = (char)tolower(c);
        } else if (n) {
            result = count_word(rt, counts, word, n);
            n = 0;
        }
    }
    if (in)
        fclose(in);
    return result;
}

static int more_often(ouro_rt *rt, ouro_obj *a, ouro_obj *b, void *arg) {
    (void)rt, (void)arg;
    return ouro_int_word(ouro_tuple_peek(a, 1)) > ouro_int_word(ouro_tuple_peek(b, 1));
}

static int show(ouro_rt *rt, ouro_obj *counts) {
    ouro_obj *items = ouro_dict_items(rt, counts), *list = items ? ouro_list_from(rt, items) : NULL;
    ouro_xdecref(items);
    int result = list ? ouro_list_sort(rt, list, more_often, NULL) : -1;
    printf("%zu different words\n", ouro_dict_size(counts));
    for (size_t i = 0; result == 0 && i < 5 && i < ouro_list_size(list); i++) {
        ouro_obj *pair = ouro_list_peek(list, i);
        long long n = ouro_int_word(ouro_tuple_peek(pair, 1));
        printf("%4lld %s\n", n, ouro_str_data(ouro_tuple_peek(pair, 0)));
    }
    ouro_xdecref(list);
    return result;
}

int main(int argc, char **argv) {
    ouro_rt *rt = ouro_rt_create(NULL);
    if (!rt || ouro_std_open(rt) < 0)
        return 1;
    ouro_obj *counts = ouro_dict_new(rt);
    int failed = !counts;
    if (!failed && argc < 2)
        failed = count_words(rt, counts, fmemopen((void *)(uintptr_t)declaration, strlen(declaration), "r")) < 0;
    for (int i = 1; i < argc && !failed; i++)
        failed = count_words(rt, counts, fopen(argv[i], "r")) < 0;
    if (failed || show(rt, counts) < 0)
        failed = fprintf(stderr, "counter: %s\n", ouro_error_message(rt)) != 0;
    ouro_xdecref(counts);
    return ouro_rt_destroy(rt) != 0 || failed;
}
