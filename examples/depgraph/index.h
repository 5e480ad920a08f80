// SPDX-License-Identifier: MIT
// index.h: the stanzas of a Debian package index, as they are written.
#ifndef DEPGRAPH_INDEX_H
#define DEPGRAPH_INDEX_H

#include <stddef.h>
#include <stdint.h>

// The fields that are kept. The relations come first, in the order in which their references are made.
typedef enum index_field {
    INDEX_PRE_DEPENDS,
    INDEX_DEPENDS,
    INDEX_RECOMMENDS,
    INDEX_SUGGESTS,
    INDEX_PROVIDES,
    INDEX_PACKAGE,
    INDEX_VERSION,
    INDEX_ARCHITECTURE,
    INDEX_STATUS,
    INDEX_FIELDS
} index_field;

#define INDEX_PACKAGES_MAX ((uint32_t)1 << 22)

// One package: where the text of each field begins in the index's text. 0 stands for an empty field.
typedef struct index_entry {
    size_t field[INDEX_FIELDS];
} index_entry;

typedef struct pkg_index {
    char *text; // all kept fields one behind the other, each ended by a zero byte; begins with an empty one
    size_t text_bytes, text_room;
    index_entry *entry;
    uint32_t n, room;
    uint32_t stanzas;       // read
    uint32_t not_installed; // of those, left out because their status says so
} pkg_index;

// Reads the index at `path`. Returns: 0; -1 after a message. index_free is due in both cases.
int index_read(pkg_index *ix, const char *path);
void index_free(pkg_index *ix);

// A field's text, unfolded; "" if the package has none. Returns: borrowed, until the index is freed.
static inline const char *index_text(const pkg_index *ix, uint32_t package, index_field field) {
    return ix->text + ix->entry[package].field[field];
}

#endif
