// SPDX-License-Identifier: MIT
// sums.c: see sums.h.
#include "sums.h"

static ouro_obj *number_power(ouro_rt *rt, const char *text) {
    long base = 0, exponent = 0, more = 0;
    sscanf(text[0] == '-' ? text + 1 : text, "%ld^%ld%ld", &base, &exponent, &more);
    ouro_obj *b = ouro_int_new(rt, base), *e = ouro_int_new(rt, exponent), *m = ouro_int_new(rt, more);
    ouro_obj *p = b && e ? ouro_binary(rt, OURO_POW, b, e) : NULL;
    if (p && text[0] == '-')
        ouro_setslot_steal(&p, ouro_unary(rt, OURO_NEG, p));
    ouro_obj *s = p && m ? ouro_binary(rt, OURO_ADD, p, m) : NULL;
    ouro_xdecref(b);
    ouro_xdecref(e);
    ouro_xdecref(m);
    ouro_xdecref(p);
    return s;
}

ouro_obj *number_of(ouro_rt *rt, const char *text) {
    if (!strcmp(text, "True") || !strcmp(text, "False"))
        return ouro_bool(rt, text[0] == 'T');
    if (strchr(text, '^'))
        return number_power(rt, text);
    if (!strstr(text, "0x") && strpbrk(text, ".en"))
        return ouro_float_parse(rt, text, strlen(text));
    return ouro_int_parse(rt, text, strlen(text), 0);
}

static int sign_of(const char *word, int unary) {
    static const char *const one[] = {"-", "+", "abs", "~"};
    static const char *const two[] = {"+", "-", "*", "/", "//", "%", "**", "&", "|", "^", "<<", ">>"};
    for (int i = 0; i < (unary ? 4 : 12); i++)
        if (!strcmp(word, unary ? one[i] : two[i]))
            return unary ? i : (int)OURO_ADD + i;
    return -1;
}

static ouro_obj *sum_of(ouro_rt *rt, const char *text) {
    char x[512], y[512], z[512];
    int words = sscanf(text, "%511s %511s %511s", x, y, z), unary = words == 2;
    ouro_obj *a = number_of(rt, unary ? y : x), *b = unary ? ouro_none(rt) : number_of(rt, z), *result = NULL;
    int op = sign_of(unary ? x : y, unary);
    if (a && b && op >= 0)
        result = unary ? ouro_unary(rt, (ouro_op)op, a) : ouro_binary(rt, (ouro_op)op, a, b);
    ouro_xdecref(a);
    ouro_xdecref(b);
    return result;
}

static int sum_failed_right(ouro_rt *rt, const char *result) {
    char all[300];
    snprintf(all, sizeof all, "%s %s", ouro_code_name(ouro_error_code(rt)), ouro_error_message(rt));
    const char *words = strchr(result, ' ');
    size_t code = words ? (size_t)(words - result - 1) : strlen(result + 1);
    int right =
        *result == '!' && !strncmp(all + strlen("OURO_ERR_"), result + 1, code) && (!words || strstr(all, words + 1));
    return right;
}

int sum_is(ouro_rt *rt, const char *text, const char *result) {
    ouro_obj *o = sum_of(rt, text), *s = o ? ouro_repr(rt, o) : NULL;
    int right = s ? ouro_str_is(s, result) : sum_failed_right(rt, result);
    if (!right && !test_broken(rt))
        fprintf(stderr, "%s gave %s, should be %s\n", text, s ? ouro_str_data(s) : ouro_error_message(rt), result);
    ouro_error_clear(rt);
    ouro_xdecref(o);
    ouro_xdecref(s);
    return right;
}

int sums_are(ouro_rt *rt, const sum *sums, size_t n) {
    int right = 1;
    for (size_t i = 0; i < n; i++)
        right &= sum_is(rt, sums[i].text, sums[i].result);
    return right;
}

int relation_of(ouro_rt *rt, const char *text) {
    static const char *const signs[] = {"==", "!=", "<", "<=", ">", ">="};
    char x[512], sign[8], y[512];
    int relation = 0, answer = -2;
    sscanf(text, "%511s %7s %511s", x, sign, y);
    while (relation < 5 && strcmp(sign, signs[relation]) != 0)
        relation++;
    ouro_obj *a = number_of(rt, x), *b = number_of(rt, y);
    if (a && b)
        answer = ouro_compare(rt, (ouro_relation)relation, a, b);
    ouro_xdecref(a);
    ouro_xdecref(b);
    return answer;
}

uint64_t random_next(uint64_t *state) {
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    return *state * 0x2545F4914F6CDD1Du;
}

uint64_t random_word(uint64_t *state, unsigned bits) {
    uint64_t r = random_next(state), word = random_next(state);
    unsigned width = 1 + (unsigned)(r % bits);
    if (r >> 60 == 0)
        word = 0 - (r >> 40 & 3);
    else if (r >> 60 == 1)
        word &= word << (r >> 40 & 31);
    return word >> (64 - width);
}

static uint64_t random_env(const char *name, uint64_t value) {
    const char *text = getenv(name);
    return text && *text ? strtoull(text, NULL, 0) : value;
}

uint64_t random_seed(const char *model, uint64_t seed) {
    seed = random_env("OURO_MODEL_SEED", seed);
    if (test_mode_now() != TEST_FAULT) // there a body runs often
        printf("model: %s, OURO_MODEL_SEED=%llu\n", model, (unsigned long long)seed);
    return seed * 2 + 1;
}

size_t random_steps(size_t plain, size_t other) {
    return (size_t)random_env("OURO_MODEL_STEPS", kit_size(plain, other));
}
