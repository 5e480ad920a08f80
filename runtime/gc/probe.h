// SPDX-License-Identifier: MIT
// probe.h: static probes (USDT), for tools that watch a running process: perf, bpftrace, SystemTap. One that nobody
// watches is a nop. They are there if <sys/sdt.h> was when the library was built. All are of the provider `ouro`;
// `readelf -n` shows them.
//
//   gc__start      generation                      a collection in one stop begins
//   gc__done       objects found                   and has ended
//   slice__start   part of the work                a slice begins
//   slice__done    part that is next, nanoseconds  and has ended
//   component      objects, 1 if they are garbage  a verdict, over one component or several that are garbage
//   cycle__done    longest stop in nanoseconds,    a collection in slices has ended: both sides of its price
//                  bytes allocated meanwhile
#ifndef OUROI_PROBE_H
#define OUROI_PROBE_H

#if defined(__has_include)
#if __has_include(<sys/sdt.h>)
#include <sys/sdt.h>
#endif
#endif

// A probe is its place in the code: no function can be one.
#ifdef DTRACE_PROBE1
#define PROBE1(name, a) DTRACE_PROBE1(ouro, name, a)
#define PROBE2(name, a, b) DTRACE_PROBE2(ouro, name, a, b)
#else
#define PROBE1(name, a) (void)(a)
#define PROBE2(name, a, b) ((void)(a), (void)(b))
#endif

#endif
