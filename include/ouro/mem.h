// SPDX-License-Identifier: MIT
// ouro/mem.h: where memory comes from, what is in use, and when it goes back.
//
// Memory is taken from a page source in segments of 2 MiB (or a multiple, for one very large block), each cut into
// pages of 64 KiB. A page holds blocks of one size. Blocks of up to 128 bytes come in steps of 8 bytes, larger ones
// in four steps for each doubling up to 32 KiB; beyond, a block has pages of its own.
// Policy: an emptied page serves the next need of any size. Its memory stays resident while such pages are no more
// than 4 MiB and half of the most that were in use at once since the last trim; what is more goes back to the operating
// system page by page, or to its source as an empty segment. What went back and was needed again is not given back a
// second time. ouro_mem_trim, and each explicit full collection, give back every empty page and segment. When a runtime
// ends, all goes back; of the operating system's segments the process keeps up to 32 MiB for the next runtime.
// Blocks larger than a segment lie in the operating system's large pages where it has such: behind the last byte that
// was touched, up to 2 MiB may be resident.
#ifndef OURO_MEM_H
#define OURO_MEM_H

#include "base.h"

OURO_BEGIN

#define OURO_SEGMENT_BYTES ((size_t)1 << 21)
#define OURO_PAGE_BYTES ((size_t)1 << 16)

// Where a runtime's segments come from. The functions must not call the runtime, except to read.
typedef struct ouro_page_source {
    // Returns: `bytes` (a multiple of OURO_SEGMENT_BYTES) aligned to OURO_SEGMENT_BYTES, or NULL.
    void *(*acquire)(void *user, size_t bytes);
    // Takes back exactly what acquire gave.
    void (*release)(void *user, void *memory, size_t bytes);
    void *user;
} ouro_page_source;

// What a runtime uses. All in bytes, but for the numbers of objects and blocks.
typedef struct ouro_mem_usage {
    size_t objects;        // how many there are
    size_t object_bytes;   // in the blocks of living objects
    size_t buffer_bytes;   // in the blocks of buffers in use
    size_t external_bytes; // as reported by ouro_external
    size_t used;           // the three together
    size_t pages;          // in pages that hold at least one block in use
    size_t peak_pages;     // the most that was since the last ouro_mem_trim
    size_t reserved;       // in segments
    size_t fragmentation;  // pages less the bytes of blocks in use: free blocks, and the ends of pages
    size_t side;           // held for collections and tables, outside the segments
    size_t limit;          // 0 if none
} ouro_mem_usage;

// What the blocks of one size are used for.
typedef enum ouro_page_kind {
    OURO_PAGE_TRACKED, // objects that the collector may visit
    OURO_PAGE_LEAF,    // objects that can never be in a cycle
    OURO_PAGE_BUFFER   // out-of-line storage
} ouro_page_kind;

typedef struct ouro_mem_class {
    ouro_page_kind kind;
    size_t block_bytes; // 0 for the class of blocks that have pages of their own
    size_t pages;       // how many
    size_t blocks_used;
    size_t blocks_free; // in those pages
} ouro_mem_class;

// Fills in what is in use. Cost: the number of pages.
OURO_API void ouro_mem_get_usage(const ouro_rt *rt, ouro_mem_usage *usage);

// Hands each size class that has pages to `visit`, smallest block first, until it returns non-zero. Cost: the number of
// pages.
// Returns: what the last visit returned.
OURO_API int ouro_mem_classes(const ouro_rt *rt, int (*visit)(const ouro_mem_class *c, void *arg), void *arg);

// How many bytes of its block an object may use: at least its own size (the debug build: exactly that).
OURO_API size_t ouro_block_size(const ouro_obj *o);

// Gives every empty page back to the operating system and every empty segment to its source.
OURO_API void ouro_mem_trim(ouro_rt *rt);

// Changes the limit: 0 for none. One below what is in use only stops growth.
OURO_API void ouro_mem_set_limit(ouro_rt *rt, size_t bytes);

// Reports memory that an object holds outside the runtime (negative when it is released): it counts against the
// limit, and brings the next collection nearer. Fails: OURO_ERR_MEMORY if the limit would be passed; nothing is counted
// then.
OURO_API int ouro_external(ouro_rt *rt, ptrdiff_t bytes);

// Out-of-line storage owned by an object, from the runtime's pages, not zeroed, 8-byte aligned. 0 bytes give a valid
// pointer.
// Returns: a buffer for ouro_buf_free; NULL on failure. Fails: OURO_ERR_MEMORY.
// Runs: arbitrary code (a collection may start first), unless the runtime collects at safepoints.
OURO_API void *ouro_buf_alloc(ouro_rt *rt, size_t bytes);

// A buffer with the first bytes of `buf` (all, or as many as fit), which is gone; NULL as buf makes a new one.
// Fails: OURO_ERR_MEMORY: NULL, and buf is as it was. Runs: as ouro_buf_alloc, only when it has to move.
OURO_API void *ouro_buf_realloc(ouro_rt *rt, void *buf, size_t bytes);

// A buffer with room for more bytes and the same contents, got without copying them: by taking what is free behind it,
// or, if it is large, by mapping its memory at another address; `buf` is gone then.
// Returns: NULL if neither can be done: buf is as it was, and no error is pending. Runs: nothing.
OURO_API void *ouro_buf_grow(ouro_rt *rt, void *buf, size_t bytes);

// Frees a buffer; NULL is allowed.
OURO_API void ouro_buf_free(ouro_rt *rt, void *buf);

// How many bytes a buffer has room for: at least what was asked.
OURO_API size_t ouro_buf_size(const void *buf);

OURO_END

#endif
