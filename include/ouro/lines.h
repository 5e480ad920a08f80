// SPDX-License-Identifier: MIT
// ouro/lines.h: the lines of a file, read when they are asked for. An iterator that gives strs, each with its newline
// (the last may have none); NULs and carriage returns are part of a line. It keeps a buffer that has room for the
// longest line so far, and no less than 64 KiB.
//
// The file is closed, once, at its end, or when the iterator dies. A line that is not UTF-8 is OURO_ERR_VALUE, naming
// file and line; the next one is given when asked again. What cannot be read is OURO_ERR_IO, and tried again when asked
// again; want of memory loses no line either. To be asked again while it reads, by code that a collection runs, is
// OURO_ERR_STATE.
#ifndef OURO_LINES_H
#define OURO_LINES_H

#include "kind.h"

OURO_BEGIN

OURO_API extern const ouro_type *const ouro_lines_type;

// Opens a file, its name NUL-terminated. Returns: new, an iterator; NULL on failure. Fails: OURO_ERR_IO, naming the
// file; OURO_ERR_MEMORY. Runs: as ouro_new.
OURO_API ouro_obj *ouro_lines_open(ouro_rt *rt, const char *path);

// The lines from where an open file stands, which may be a pipe. Errors call it `name` (copied). Takes: the descriptor
// is closed with it, on failure too. Returns, fails: as ouro_lines_open. Runs: as ouro_new.
OURO_API ouro_obj *ouro_lines_of(ouro_rt *rt, int descriptor, const char *name);

// How many lines it has given, or tried to.
OURO_API uint64_t ouro_lines_count(const ouro_obj *lines);

OURO_END

#endif
