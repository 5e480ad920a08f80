// SPDX-License-Identifier: MIT
// os.h: all that Ouro asks of the operating system: aligned memory, giving memory back, and the time.
#ifndef OUROI_OS_H
#define OUROI_OS_H

#include "platform.h"

// Zeroed memory of a multiple of the alignment, itself a power of two. Returns NULL on failure.
void *ouroi_os_map(size_t bytes, size_t align);
void ouroi_os_unmap(void *p, size_t bytes);
// The memory stays mapped, its contents are lost, and it costs nothing until touched.
void ouroi_os_purge(void *p, size_t bytes);
// Nanoseconds of a clock that never goes back.
uint64_t ouroi_os_now(void);

#endif
