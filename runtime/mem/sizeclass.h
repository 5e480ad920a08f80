// SPDX-License-Identifier: MIT
// sizeclass.h: which block sizes there are. 16 to 128 in steps of 8, then four steps for each doubling, to 32 KiB:
// at most 20 % of a block is lost to rounding, and 8 bytes of a small one. A bin is a kind of page and a class.
#ifndef OUROI_SIZECLASS_H
#define OUROI_SIZECLASS_H

#include "../base/platform.h"

#define CLASS_SMALL 15u // 16, 24, ... 128
#define CLASS_COUNT (CLASS_SMALL + 4u * 8u)
#define CLASS_BYTES_MAX 32768u
#define BIN_COUNT (3u * CLASS_COUNT)
#define BIN_LARGE BIN_COUNT // of what has pages of its own: nothing is ever handed out to it

static inline uint32_t class_bytes(unsigned c) {
    if (c < CLASS_SMALL)
        return 16 + 8 * c;
    unsigned doubling = (c - CLASS_SMALL) / 4, step = (c - CLASS_SMALL) % 4 + 1;
    return (128u << doubling) + step * (32u << doubling);
}

// The smallest class for a size of 1 to CLASS_BYTES_MAX.
static inline unsigned class_of(size_t bytes) {
    if (bytes <= 128)
        return bytes <= 16 ? 0 : (unsigned)((bytes + 7) / 8 - 2);
    unsigned doubling = 63u - (unsigned)__builtin_clzll(bytes - 1) - 7;
    return CLASS_SMALL + doubling * 4 + (unsigned)((bytes - 1) >> (5 + doubling)) - 4;
}

// The smallest class for a size whose blocks are all aligned (8, 16, 32 or 64); CLASS_COUNT if there is none.
static inline unsigned class_of_aligned(size_t bytes, size_t align) {
    unsigned c = class_of(bytes);
    while (c < CLASS_COUNT && class_bytes(c) % align)
        c++;
    return c;
}

static inline unsigned bin_of(unsigned kind, unsigned c) {
    return kind * CLASS_COUNT + c;
}

#endif
