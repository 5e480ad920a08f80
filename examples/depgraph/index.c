// SPDX-License-Identifier: MIT
// index.c: parses the stanzas of a Debian control file (Debian policy manual, 5.1).
//
// A stanza is a run of lines `Field: value`, ended by an empty line; a line that begins with a space or a tab goes on
// with the value before. Fields that nobody asks for are skipped. Every index that apt or dpkg write ends with an empty
// line, so one that does not is taken for cut off: its last stanza may lack anything.
#include "index.h"
#include "source.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

static const char *const index_field_names[INDEX_FIELDS] = {
    "Pre-Depends", "Depends", "Recommends", "Suggests", "Provides", "Package", "Version", "Architecture", "Status",
};

// The state between two lines.
typedef struct index_parser {
    source src;
    pkg_index *ix;
    index_entry stanza;
    uint64_t stanza_line; // where the stanza began; 0 between stanzas
    int keeping;          // the field being read is kept: what continues it is appended
} index_parser;

// Makes room for `bytes` more and a zero byte. Returns: 0; -1 after a message.
static int index_reserve(index_parser *p, size_t bytes) {
    pkg_index *ix = p->ix;
    size_t room = ix->text_room ? ix->text_room : (size_t)1 << 20;
    while (room - ix->text_bytes <= bytes)
        room *= 2;
    if (room == ix->text_room)
        return 0;
    char *text = realloc(ix->text, room);
    if (!text) {
        source_complain(&p->src, "out of memory");
        return -1;
    }
    ix->text = text;
    ix->text_room = room;
    return 0;
}

static int index_append(index_parser *p, const char *text, size_t length) {
    if (index_reserve(p, length) < 0)
        return -1;
    memcpy(p->ix->text + p->ix->text_bytes, text, length);
    p->ix->text_bytes += length;
    p->ix->text[p->ix->text_bytes++] = 0;
    return 0;
}

// A name is what stands before the colon: no spaces or control bytes in it. Returns: its length; 0 if it is none.
static size_t index_name_length(const char *line, size_t length) {
    for (size_t i = 0; i < length; i++) {
        if (line[i] == ':')
            return i;
        if ((unsigned char)line[i] <= ' ')
            return 0;
    }
    return 0;
}

static index_field index_field_find(const char *name, size_t length) {
    for (int f = 0; f < INDEX_FIELDS; f++)
        if (strlen(index_field_names[f]) == length && strncasecmp(index_field_names[f], name, length) == 0)
            return (index_field)f;
    return INDEX_FIELDS;
}

static const char *index_skip_space(const char *text) {
    while (*text == ' ' || *text == '\t')
        text++;
    return text;
}

// Goes on with the value of the line before: the zero byte behind it becomes a space.
static int index_continue(index_parser *p, const char *line, size_t length) {
    if (!p->stanza_line) {
        source_complain(&p->src, "a continuation line that continues nothing: this is no package index");
        return -1;
    }
    if (!p->keeping)
        return 0;
    p->ix->text[p->ix->text_bytes - 1] = ' ';
    return index_append(p, line, length);
}

// Takes in a line that begins a field.
static int index_start_field(index_parser *p, const char *line, size_t length) {
    size_t name = index_name_length(line, length);
    if (name == 0) {
        source_complain(&p->src, "neither 'Field: value' nor a continuation: this is no package index");
        return -1;
    }
    if (!p->stanza_line)
        p->stanza_line = p->src.line;
    index_field field = index_field_find(line, name);
    p->keeping = field != INDEX_FIELDS;
    if (!p->keeping)
        return 0;
    if (p->stanza.field[field]) {
        source_complain(&p->src, "a second %s in the stanza that begins in line %llu", index_field_names[field],
                        (unsigned long long)p->stanza_line);
        return -1;
    }
    const char *value = index_skip_space(line + name + 1);
    p->stanza.field[field] = p->ix->text_bytes;
    return index_append(p, value, (size_t)(line + length - value));
}

static int index_grow(index_parser *p) {
    pkg_index *ix = p->ix;
    if (ix->n < ix->room)
        return 0;
    uint32_t room = ix->room ? 2 * ix->room : 1024;
    index_entry *entry = room <= INDEX_PACKAGES_MAX ? realloc(ix->entry, room * sizeof *entry) : NULL;
    if (!entry) {
        source_complain(&p->src, room > INDEX_PACKAGES_MAX ? "too many packages" : "out of memory");
        return -1;
    }
    ix->entry = entry;
    ix->room = room;
    return 0;
}

// dpkg's status also lists what was removed; other indexes have no such field.
static int index_is_installed(const index_parser *p) {
    const char *status = p->ix->text + p->stanza.field[INDEX_STATUS], *last = strrchr(status, ' ');
    return !*status || (last && strcmp(last, " installed") == 0);
}

static int index_end_stanza(index_parser *p) {
    pkg_index *ix = p->ix;
    if (!p->stanza_line)
        return 0;
    if (!ix->text[p->stanza.field[INDEX_PACKAGE]]) {
        source_complain(&p->src, "the stanza that begins in line %llu has no Package",
                        (unsigned long long)p->stanza_line);
        return -1;
    }
    ix->stanzas++;
    if (!index_is_installed(p))
        ix->not_installed++;
    else if (index_grow(p) < 0)
        return -1;
    else
        ix->entry[ix->n++] = p->stanza;
    p->stanza = (index_entry){{0}};
    p->stanza_line = 0;
    return 0;
}

static int index_take_line(index_parser *p, const char *line, size_t length) {
    if (length == 0)
        return index_end_stanza(p);
    if (line[0] == ' ' || line[0] == '\t')
        return index_continue(p, line, length);
    return index_start_field(p, line, length);
}

static int index_parse(index_parser *p) {
    char *line;
    size_t length;
    int got;
    if (index_append(p, "", 0) < 0) // the empty field
        return -1;
    while ((got = source_line(&p->src, &line, &length)) > 0)
        if (index_take_line(p, line, length) < 0)
            return -1;
    if (got == 0 && p->stanza_line) {
        source_complain(&p->src, "no empty line behind the last stanza (line %llu): the file is cut off",
                        (unsigned long long)p->stanza_line);
        return -1;
    }
    if (got == 0 && p->ix->n == 0) {
        source_complain(&p->src, "the end, and not one package: this is no package index");
        return -1;
    }
    return got;
}

int index_read(pkg_index *ix, const char *path) {
    index_parser p = {.ix = ix};
    *ix = (pkg_index){0};
    if (source_open(&p.src, path) < 0)
        return -1;
    int result = index_parse(&p);
    source_close(&p.src);
    return result;
}

void index_free(pkg_index *ix) {
    free(ix->text);
    free(ix->entry);
    *ix = (pkg_index){0};
}
