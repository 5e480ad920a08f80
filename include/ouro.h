// SPDX-License-Identifier: MIT
// ouro.h: everything. Ouro is an object runtime to embed: each object carries a reference count and dies the moment
// the count reaches zero; a separate generational collector finds the cycles that counting alone can never free.
//
//   ouro/base.h      version, build mode, how to read these headers
//   ouro/runtime.h   create and destroy a runtime; options and hooks
//   ouro/type.h      describe a type
//   ouro/object.h    make an object, ask about it
//   ouro/refcount.h  own references
//   ouro/root.h      named roots, root visitors, scopes for C locals
//   ouro/weak.h      weak references
//   ouro/error.h     the pending error
//   ouro/mem.h       buffers, limits, usage, page sources
//   ouro/gc.h        the cycle collector
//   ouro/debug.h     verify, events, stress
#ifndef OURO_H
#define OURO_H

#include "ouro/base.h"
#include "ouro/debug.h"
#include "ouro/error.h"
#include "ouro/gc.h"
#include "ouro/mem.h"
#include "ouro/object.h"
#include "ouro/refcount.h"
#include "ouro/root.h"
#include "ouro/runtime.h"
#include "ouro/type.h"
#include "ouro/weak.h"

#endif
