// SPDX-License-Identifier: MIT
// source.h: a package index as lines of text, whether it lies there plain or compressed.
#ifndef DEPGRAPH_SOURCE_H
#define DEPGRAPH_SOURCE_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#define SOURCE_LINE_MAX ((size_t)1 << 20)

// An index that is being read. All zero but fd, which is -1, when nothing is open.
typedef struct source {
    const char *path;
    int fd;
    pid_t helper;      // the process that decompresses; 0 if the file is read directly
    char *buffer;      // SOURCE_LINE_MAX bytes
    size_t begin, end; // what was read and not yet given out
    uint64_t line;     // the number of the line last given out
} source;

// The path to read when none was given: the fullest apt list, else the status of dpkg, else the extract shipped.
// Returns: a string for free(); NULL if there is nothing or no memory, after a message.
char *source_default(void);

// Opens an index; one with a compressed list's suffix through apt-helper. Returns: 0; -1 after a message.
int source_open(source *s, const char *path);

// Gives the next line, its newline replaced by a zero byte; valid until the next call.
// Returns: 1; 0 at a good end; -1 after a message: not text, a line too long, cut off, unreadable.
int source_line(source *s, char **line, size_t *length);

// Closes what source_open opened. What is left of the helper's output is not read.
void source_close(source *s);

// Prints "depgraph: path:line: message" on stderr; without the line number if no line was read.
void source_complain(const source *s, const char *format, ...) __attribute__((format(printf, 2, 3)));

#endif
