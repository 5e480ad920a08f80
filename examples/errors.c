// SPDX-License-Identifier: MIT
// Errors on their way out. Look at: the library's own errors and those that a program raises are caught alike; each
// function that an error passes notes its place, as an interpreter does when it leaves a frame; what was being handled
// when the next one came is told first.
#include <ouro/std.h>
#include <stdio.h>

// Each stands for a function of the interpreted program: it fails with -1, after noting where it was.
static int read_setting(ouro_rt *rt, ouro_obj *settings, const char *name) {
    ouro_obj *key = ouro_str_from(rt, name), *value = key ? ouro_get_item(rt, settings, key) : NULL;
    int result = value ? 0 : ouro_trace(rt, "read_setting", "config.my", 12);
    ouro_xdecref(value);
    ouro_xdecref(key);
    return result;
}

// try: ... except LookupError: raise ConfigError("no port")
static int configure(ouro_rt *rt, ouro_obj *settings, ouro_obj *config_error) {
    ouro_obj *caught, *lookup_error = ouro_class_mro_peek(ouro_exception_class(rt, OURO_ERR_KEY), 1);
    if (read_setting(rt, settings, "port") == 0)
        return 0;
    if (ouro_catch_class(rt, lookup_error, &caught) != 1)
        return ouro_trace(rt, "configure", "config.my", 30);
    ouro_raise(rt, caught); // pending while the next is raised: that is its context
    ouro_decref(caught);
    ouro_raise_format(rt, config_error, "the setting '%s' is missing", "port");
    return ouro_trace(rt, "configure", "config.my", 32);
}

// Takes the pending error and shows it. Returns: 0, or -1 if there is none or no memory to show it.
static int report(ouro_rt *rt) {
    ouro_obj *e = ouro_catch(rt), *text = e ? ouro_exception_report(rt, e) : NULL;
    if (text)
        fputs(ouro_str_data(text), stdout);
    ouro_xdecref(text);
    ouro_xdecref(e);
    return text ? 0 : -1;
}

int main(void) {
    ouro_rt *rt = ouro_rt_create(NULL);
    if (!rt || ouro_std_open(rt) < 0)
        return 1;
    ouro_scope s;
    ouro_scope_open(rt, &s);
    ouro_obj *base = ouro_exception_class(rt, OURO_ERR_VALUE);
    ouro_obj *config_error = ouro_scope_keep(&s, ouro_class_new(rt, "ConfigError", base, NULL));
    ouro_obj *settings = ouro_scope_keep(&s, ouro_dict_new(rt));
    int failed = !config_error || !settings;
    if (!failed && configure(rt, settings, config_error) < 0) {
        ouro_trace(rt, "main", "main.my", 3);
        printf("code %s, as its base has; message \"%s\"\n\n", ouro_code_name(ouro_error_code(rt)),
               ouro_error_message(rt));
        failed = report(rt) < 0;
    }
    ouro_scope_close(&s);
    return ouro_rt_destroy(rt) != 0 || failed;
}
