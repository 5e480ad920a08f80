# SPDX-License-Identifier: MIT
# pause_nim.nim: the steps of P1 to P7 on Nim's ref objects and ORC; see work_nim.nim and bench_pauses.h.

type
  Link* = ref object
    back, next, down: Link
  Pauses* {.importc: "bench_pauses", header: "bench_pauses.h", pure.} = object
    extend, hang, request, tree, walk, renew: pointer

# The payload is for P2, which Nim has not.
proc extend(list: sink Link, n, payload: csize_t): Link {.cdecl.} =
  result = list
  for i in 1 .. n:
    let link = Link(back: result)
    if result != nil:
      result.next = link
    result = link

proc hang(link: Link, down: sink Link) {.cdecl.} =
  link.down = down

# Dropped at once.
proc passString(session: Link) =
  let first = Link(down: session)
  var last = first
  for i in 1 .. 9:
    last.next = Link()
    last = last.next

proc request(session: Link): Link {.cdecl.} =
  for i in 1 .. 9:
    passString(session)
  extend(Link(down: session), 9, 0)

proc tree(depth: cint): Link {.cdecl.} =
  result = Link()
  if depth > 0:
    var last: Link
    for i in 1 .. 10:
      let child = tree(depth - 1)
      child.back = result
      if last == nil:
        result.down = child
      else:
        last.next = child
      last = child

proc walk(cursor: sink Link, root: Link, n: csize_t): Link {.cdecl.} =
  result = if cursor != nil: cursor else: root
  for i in 1 .. n:
    if result.down != nil:
      result = result.down
      continue
    while result.next == nil and result.back != nil:
      result = result.back
    result = if result.next != nil: result.next else: root

proc renew(cursor: Link) {.cdecl.} =
  if cursor.back == nil or cursor.back.next == nil:
    return
  let parent = cursor.back
  let old = parent.next
  if old.down != nil and old.down.down != nil:
    return
  let fresh = tree(if old.down != nil: 1 else: 0)
  fresh.back = parent.back
  fresh.next = move old.next
  old.back = nil
  parent.next = fresh

proc dropLink*(o: sink Link) {.cdecl.} = discard

var pausesPeer* = Pauses(extend: extend, hang: hang, request: request, tree: tree, walk: walk,
  renew: renew)
