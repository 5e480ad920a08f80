// SPDX-License-Identifier: MIT
// work_php.c: starts the workloads in PHP, work_php.php, which lies beside this program. PHP runs without an ini file:
// no opcode cache, which its command line has not either, and no limit of memory.
#include "bench.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define PHP "php"

static void php_run(const bench_run *run) {
    char script[4096] = "";
    if (readlink("/proc/self/exe", script, sizeof script - sizeof "work_php.php") < 0)
        bench_fail("no /proc");
    strcpy(strrchr(script, '/') + 1, "work_php.php");
    bench_exec(run, (char *[]){PHP, "-n", "-d", "memory_limit=-1", "-d", "display_errors=stderr", script, NULL});
}

static const bench_work php_works[] = {
    {"W0", "nothing", "", php_run},      {"W3", "trees", "auto off", php_run}, {"W4", "rings", "", php_run},
    {"W5", "tree", "", php_run},         {"W5", "graph", " held", php_run},    {"W6a", "collections", "", php_run},
    {"W6b", "rings", "", php_run},       {"W6d", "gcbench", "", php_run},      {"W7", "mutator", "", php_run},
    {"W7", "steps", "", php_run},        {"W8", "chain", "", php_run},         {"W9", "node", "", php_run},
    {"NC", "grow", "auto off", php_run}, {"NC", "churn", "auto off", php_run}, {"GR", "", "", php_run},
    {"FK", "collected", "", php_run},    {"DOM", "document", "", php_run},
};

static void php_open(const bench_run *run) {
    (void)run;
}

static const char *php_version(void) {
    static char text[64];
    FILE *f = popen(PHP " -n -r 'echo \"PHP \", PHP_VERSION;'", "r");
    if (!f || !fgets(text, sizeof text, f))
        strcpy(text, "PHP");
    if (f)
        pclose(f);
    return text;
}

int main(int argc, char **argv) {
    const bench_part parts[] = {{.works = php_works, .n_works = BENCH_COUNT(php_works), .open = php_open}};
    const bench_peer peer = {parts, BENCH_COUNT(parts), php_version};
    return bench_main(argc, argv, &peer);
}
