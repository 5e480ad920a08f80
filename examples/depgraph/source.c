// SPDX-License-Identifier: MIT
// source.c: finds a package index and reads it line by line.
//
// A list that apt keeps compressed is read from a pipe to `apt-helper cat-file`, which is started directly: no shell
// sees the path. Lines are cut from one buffer of fixed size, so a file of any length needs the same memory. The end is
// good only if the last line has an end and the helper says that all went well: a list cut short is never taken for a
// whole one.
#include "source.h"

#include <errno.h>
#include <fcntl.h>
#include <glob.h>
#include <spawn.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

static const char helper_path[] = "/usr/lib/apt/apt-helper";
static const char apt_lists[] = "/var/lib/apt/lists/*_Packages*";
static const char dpkg_status[] = "/var/lib/dpkg/status";
static const char extract[] = "/examples/depgraph/extract.Packages"; // below the top of the tree

void source_complain(const source *s, const char *format, ...) {
    va_list args;
    va_start(args, format);
    fprintf(stderr, "depgraph: %s:", s->path);
    if (s->line)
        fprintf(stderr, "%llu:", (unsigned long long)s->line);
    fputc(' ', stderr);
    vfprintf(stderr, format, args);
    fputc('\n', stderr);
    va_end(args);
}

static int source_has_suffix(const char *path, const char *suffix) {
    size_t n = strlen(path), m = strlen(suffix);
    return n > m && strcmp(path + n - m, suffix) == 0;
}

static int source_is_compressed(const char *path) {
    static const char *const suffixes[] = {".lz4", ".gz", ".xz", ".zst", ".bz2", ".lzma"};
    for (size_t i = 0; i < sizeof suffixes / sizeof suffixes[0]; i++)
        if (source_has_suffix(path, suffixes[i]))
            return 1;
    return 0;
}

static int source_is_usable(const char *path) {
    if (source_is_compressed(path) && access(helper_path, X_OK) < 0)
        return 0;
    return access(path, R_OK) == 0;
}

// The largest readable apt list. Returns: for free(); NULL if there is none.
static char *source_fullest_list(void) {
    glob_t found;
    if (glob(apt_lists, 0, NULL, &found) != 0)
        return NULL;
    const char *best = NULL;
    off_t most = 0;
    for (size_t i = 0; i < found.gl_pathc; i++) {
        const char *path = found.gl_pathv[i];
        struct stat st;
        int is_list = source_has_suffix(path, "_Packages") || source_is_compressed(path);
        if (is_list && stat(path, &st) == 0 && S_ISREG(st.st_mode) && st.st_size > most && source_is_usable(path)) {
            best = path;
            most = st.st_size;
        }
    }
    char *copy = best ? strdup(best) : NULL;
    globfree(&found);
    return copy;
}

// The extract in the tree in which this program was built, as build/VARIANT/examples/depgraph. Returns: as above.
static char *source_shipped(void) {
    char path[4096];
    ssize_t length = readlink("/proc/self/exe", path, sizeof path - sizeof extract);
    if (length < 0)
        return NULL;
    path[length] = 0;
    for (int up = 0; up < 4; up++) {
        char *slash = strrchr(path, '/');
        if (slash)
            *slash = 0;
    }
    strcat(path, extract);
    return access(path, R_OK) == 0 ? strdup(path) : NULL;
}

char *source_default(void) {
    char *path = source_fullest_list();
    if (!path && access(dpkg_status, R_OK) == 0)
        path = strdup(dpkg_status);
    if (!path)
        path = source_shipped();
    if (!path)
        fputs("depgraph: no package index found; give one as argument\n", stderr);
    return path;
}

// Starts apt-helper with its output in `out`. A path that looks like an option gets a directory in front.
static int source_spawn(source *s, int out) {
    const char *prefix = s->path[0] == '-' ? "./" : "";
    size_t bytes = strlen(prefix) + strlen(s->path) + 1;
    char *path = malloc(bytes);
    if (!path)
        return ENOMEM;
    snprintf(path, bytes, "%s%s", prefix, s->path);
    char name[] = "apt-helper", verb[] = "cat-file";
    char *argv[] = {name, verb, path, NULL};
    posix_spawn_file_actions_t actions;
    int error = posix_spawn_file_actions_init(&actions);
    if (!error) {
        error = posix_spawn_file_actions_adddup2(&actions, out, STDOUT_FILENO);
        if (!error)
            error = posix_spawn(&s->helper, helper_path, &actions, NULL, argv, environ);
        posix_spawn_file_actions_destroy(&actions);
    }
    free(path);
    return error;
}

// Puts a pipe from apt-helper in the place of the file.
static int source_decompress(source *s) {
    int ends[2];
    if (access(helper_path, X_OK) < 0) {
        source_complain(s, "this list is compressed and %s is not here to read it: decompress it first", helper_path);
        return -1;
    }
    if (pipe(ends) < 0) {
        source_complain(s, "%s", strerror(errno));
        return -1;
    }
    fcntl(ends[0], F_SETFD, FD_CLOEXEC);
    fcntl(ends[1], F_SETFD, FD_CLOEXEC);
    int error = source_spawn(s, ends[1]);
    close(ends[1]);
    close(s->fd);
    s->fd = ends[0];
    if (error) {
        s->helper = 0; // undefined after a failure
        source_complain(s, "cannot start %s: %s", helper_path, strerror(error));
        return -1;
    }
    return 0;
}

int source_open(source *s, const char *path) {
    *s = (source){.path = path, .fd = open(path, O_RDONLY | O_CLOEXEC)};
    struct stat st;
    if (s->fd < 0 || fstat(s->fd, &st) < 0)
        source_complain(s, "%s", strerror(errno));
    else if (S_ISDIR(st.st_mode))
        source_complain(s, "is a directory, not a package index");
    else if (!(s->buffer = malloc(SOURCE_LINE_MAX)))
        source_complain(s, "out of memory");
    else if (!source_is_compressed(path) || source_decompress(s) == 0)
        return 0;
    source_close(s);
    return -1;
}

// Waits for the helper to end. Returns: 0 if it read all there was; -1 after a message.
static int source_reap(source *s) {
    int status = 0;
    pid_t got;
    if (!s->helper)
        return 0;
    while ((got = waitpid(s->helper, &status, 0)) < 0 && errno == EINTR)
        ;
    s->helper = 0;
    if (got > 0 && WIFEXITED(status) && WEXITSTATUS(status) == 0)
        return 0;
    source_complain(s, "the compressed list is cut off or damaged behind this line (apt-helper failed)");
    return -1;
}

void source_close(source *s) {
    if (s->fd >= 0)
        close(s->fd);
    if (s->helper)
        while (waitpid(s->helper, NULL, 0) < 0 && errno == EINTR)
            ;
    free(s->buffer);
    *s = (source){.fd = -1};
}

// Reads more behind what is in the buffer. Returns: 1; 0 at the end of the data; -1 after a message.
static int source_fill(source *s) {
    memmove(s->buffer, s->buffer + s->begin, s->end - s->begin);
    s->end -= s->begin;
    s->begin = 0;
    ssize_t got;
    while ((got = read(s->fd, s->buffer + s->end, SOURCE_LINE_MAX - s->end)) < 0 && errno == EINTR)
        ;
    if (got < 0)
        source_complain(s, "%s", strerror(errno));
    else
        s->end += (size_t)got;
    return got < 0 ? -1 : got > 0;
}

// Returns: 0 for text; -1 after a message.
static int source_check_text(const source *s, const char *text, size_t length) {
    if (!memchr(text, 0, length))
        return 0;
    source_complain(s, "a zero byte: this is no text (a compressed list must have its suffix, such as .lz4)");
    return -1;
}

// The data has ended: was that its true end?
static int source_finish(source *s) {
    if (source_reap(s) < 0)
        return -1;
    if (s->begin == s->end)
        return 0;
    s->line++;
    if (source_check_text(s, s->buffer + s->begin, s->end - s->begin) == 0)
        source_complain(s, "the last line has no end: the file is cut off");
    return -1;
}

// Gives out the line that ends at `newline`.
static int source_take(source *s, char *newline, char **line, size_t *length) {
    *line = s->buffer + s->begin;
    *length = (size_t)(newline - *line);
    s->begin += *length + 1;
    s->line++;
    *newline = 0;
    return source_check_text(s, *line, *length) == 0 ? 1 : -1;
}

int source_line(source *s, char **line, size_t *length) {
    size_t seen = 0; // bytes behind begin that hold no newline
    for (;;) {
        char *newline = memchr(s->buffer + s->begin + seen, '\n', s->end - s->begin - seen);
        if (newline)
            return source_take(s, newline, line, length);
        seen = s->end - s->begin;
        if (seen == SOURCE_LINE_MAX) {
            s->line++;
            source_complain(s, "a line of more than %zu bytes: this is no package index", SOURCE_LINE_MAX);
            return -1;
        }
        int more = source_fill(s);
        if (more <= 0)
            return more < 0 ? -1 : source_finish(s);
    }
}
