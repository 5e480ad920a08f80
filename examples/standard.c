// SPDX-License-Identifier: MIT
// The standard objects in one page: words are counted in a dict, and the dict prints itself. Every object that is made
// here is kept by a scope, so there is one error path, and nothing to drop by hand.
#include <ouro/std.h>
#include <stdio.h>

// counts[word] += 1
static int count(ouro_rt *rt, ouro_obj *counts, ouro_obj *word) {
    ouro_obj *old, *one = ouro_int_new(rt, 1), *sum = NULL;
    int found = one ? ouro_dict_get(rt, counts, word, &old) : -1;
    if (found == 1) {
        sum = ouro_binary(rt, OURO_ADD, old, one);
        ouro_decref(old);
    } else if (found == 0)
        sum = ouro_incref(one);
    int result = sum ? ouro_dict_set(rt, counts, word, sum) : -1;
    ouro_xdecref(one);
    ouro_xdecref(sum);
    return result;
}

static int count_words(ouro_rt *rt, ouro_scope *s, const char *utf8) {
    ouro_obj *text = ouro_scope_keep(s, ouro_str_from(rt, utf8)), *words, *counts, *shown;
    if (!text || !(words = ouro_scope_keep(s, ouro_str_split(rt, text, NULL))) ||
        !(counts = ouro_scope_keep(s, ouro_dict_new(rt))))
        return -1;
    for (size_t i = 0; i < ouro_list_size(words); i++)
        if (count(rt, counts, ouro_list_peek(words, i)) < 0)
            return -1;
    if (!(shown = ouro_scope_keep(s, ouro_repr(rt, counts))))
        return -1;
    return puts(ouro_str_data(shown)) < 0 ? -1 : 0;
}

int main(void) {
    ouro_rt *rt = ouro_rt_create(NULL);
    if (!rt)
        return 1;
    ouro_scope s;
    ouro_scope_open(rt, &s);
    int result = ouro_std_open(rt) < 0 ? -1 : count_words(rt, &s, "one fish two fish red fish blue fish");
    if (result < 0)
        fprintf(stderr, "standard: %s\n", ouro_error_message(rt));
    ouro_scope_close(&s);
    return ouro_rt_destroy(rt) != 0 || result < 0;
}
