# SPDX-License-Identifier: MIT
# work_nim.nim: the workloads on Nim's ref objects and ORC, its counting with a collector of cycles. Nim is compiled to
# C and linked with bench.c and workloads.c. A reference that C holds, in an array or as the result of a proc, is a
# `ref` that was moved there; `drop` takes it back.
# A full collection looks at what lost a reference since the one before and at all that can be reached from there.

import pause_nim

type
  Node = ref object
    left, right: Node
  List = ref object
    items: seq[List]
  Element = ref object
    parent, first, last, next: Element
  Nodes = ptr UncheckedArray[Node]

  # A block of memory that cannot be part of a cycle, and one of the same size that can.
  Leaf[bytes: static int] = ref object
    payload: array[bytes, byte]
  Tracked[bytes: static int] = ref object
    first: Tracked[bytes]
    payload: array[bytes - sizeof(pointer), byte]

  Run {.importc: "bench_run", header: "bench.h", pure.} = object
    n, size: csize_t
    collects: cint
    variant, special: cstring
  Ops {.importc: "bench_ops", header: "bench.h", pure.} = object
    nodes, tree, tree_down, tree_count, balanced, balanced_of, chain, drop, blob: pointer
    collect, ring, linked_ring, graph, levels, lists, living, touch, mix: pointer
    element, element_append, element_remove: pointer
  Work {.importc: "bench_work", header: "bench.h", pure.} = object
    workload, variant, specials: cstring
    run: pointer
  Part {.importc: "bench_part", header: "bench.h", pure.} = object
    works: ptr Work
    n_works: csize_t
    open: pointer
    ops: ptr Ops
  Peer {.importc: "bench_peer", header: "bench.h", pure.} = object
    parts: ptr Part
    n_parts: csize_t
    version: pointer

{.push header: "bench.h", cdecl.}
proc bench_main(argc: cint, argv: cstringArray, peer: ptr Peer): cint {.importc.}
proc bench_now(): cdouble {.importc.}
proc bench_below(n: csize_t): csize_t {.importc.}
proc bench_array(n: csize_t): pointer {.importc.}
proc bench_order(n: csize_t): ptr UncheckedArray[csize_t] {.importc.}
proc bench_shuffle(p: pointer, n: csize_t) {.importc.}
proc bench_print_ns(metric: cstring, start, n: cdouble) {.importc.}
proc bench_use(p: pointer) {.importc.}
let windowSize {.importc: "BENCH_WINDOW".}: csize_t

proc bench_nothing(run: ptr Run) {.importc.}
proc bench_trees(run: ptr Run) {.importc.}
proc bench_rings(run: ptr Run) {.importc.}
proc bench_live_tree(run: ptr Run) {.importc.}
proc bench_live_graph(run: ptr Run) {.importc.}
proc bench_collections(run: ptr Run) {.importc.}
proc bench_garbage(run: ptr Run) {.importc.}
proc bench_levels(run: ptr Run) {.importc.}
proc bench_lists(run: ptr Run) {.importc.}
proc bench_gcbench(run: ptr Run) {.importc.}
proc bench_mixed(run: ptr Run) {.importc.}
proc bench_steps(run: ptr Run) {.importc.}
proc bench_chain(run: ptr Run) {.importc.}
proc bench_bytes(run: ptr Run) {.importc.}
proc bench_grow(run: ptr Run) {.importc.}
proc bench_churn(run: ptr Run) {.importc.}
proc bench_growing(run: ptr Run) {.importc.}
proc bench_fork(run: ptr Run) {.importc.}
proc bench_document(run: ptr Run) {.importc.}
{.pop.}
proc bench_pauses_part(does: ptr Pauses, open: pointer, ops: ptr Ops): Part {.importc, header: "bench_pauses.h", cdecl.}

# ---- W1 and W2 ----

proc referenceHot(run: ptr Run) {.cdecl.} =
  let o = Node()
  let start = bench_now()
  for i in 1 .. run.n:
    GC_ref(o)
    bench_use(cast[pointer](o))
    GC_unref(o)
  bench_print_ns("pair", start, cdouble(run.n))

proc referenceSweep(run: ptr Run) {.cdecl.} =
  let a = cast[Nodes](bench_array(run.n))
  for i in 0 ..< run.n:
    a[i] = Node()
  if run.variant == "shuffled":
    bench_shuffle(a, run.n)
  let start = bench_now()
  for sweep in 1 .. 20:
    for i in 0 ..< run.n:
      GC_ref(a[i])
      bench_use(cast[pointer](a[i]))
      GC_unref(a[i])
  bench_print_ns("pair", start, 20 * cdouble(run.n))

proc immediate[T](run: ptr Run) =
  let start = bench_now()
  for i in 1 .. run.n:
    let b = T()
    bench_use(cast[pointer](b))
  bench_print_ns("object", start, cdouble(run.n))

proc lifo[T](run: ptr Run) =
  var a: array[1000, T]
  let start = bench_now()
  for round in 1 .. run.n:
    for i in 0 .. 999:
      a[i] = T()
    for i in countdown(999, 0):
      a[i] = nil
  bench_print_ns("object", start, 1000 * cdouble(run.n))

proc random[T](run: ptr Run) =
  const n = 100000
  let order = bench_order(n)
  let a = cast[ptr UncheckedArray[T]](bench_array(n))
  let start = bench_now()
  for round in 1 .. run.n:
    for i in 0 ..< n:
      a[i] = T()
    for i in 0 ..< n:
      a[order[i]] = nil
  bench_print_ns("object", start, n * cdouble(run.n))

# The size and kind of a block are part of its type.
template blockRun(name, work) =
  proc name(run: ptr Run) {.cdecl.} =
    let leaf = run.special == "leaf"
    case run.size
    of 16: (if leaf: work[Leaf[16]](run) else: work[Tracked[16]](run))
    of 48: (if leaf: work[Leaf[48]](run) else: work[Tracked[48]](run))
    of 200: (if leaf: work[Leaf[200]](run) else: work[Tracked[200]](run))
    else: quit("bench: a block of another size")

blockRun(immediateRun, immediate)
blockRun(lifoRun, lifo)
blockRun(randomRun, random)

# ---- what the other workloads are made of ----

proc nodes(a: Nodes, n: csize_t) {.cdecl.} =
  for i in 0 ..< n:
    a[i] = Node()

# As one writes it; the node is made before its children.
proc tree(depth: cint): Node {.cdecl.} =
  if depth == 0: Node() else: Node(left: tree(depth - 1), right: tree(depth - 1))

proc populate(n: Node, depth: cint) =
  if depth > 0:
    n.left = Node()
    n.right = Node()
    populate(n.left, depth - 1)
    populate(n.right, depth - 1)

proc treeDown(depth: cint): Node {.cdecl.} =
  result = Node()
  populate(result, depth)

proc treeCount(n: Node): csize_t {.cdecl.} =
  if n.left == nil: csize_t(1) else: 1 + treeCount(n.left) + treeCount(n.right)

# The children come first: where objects lie matters, and collections are three times as fast so.
proc balanced(n: csize_t): Node {.cdecl.} =
  if n > 0:
    let l = (n - 1) div 2
    let left = balanced(l)
    let right = balanced(n - 1 - l)
    result = Node(left: left, right: right)

proc balancedOf(n: csize_t, next: var Nodes): Node {.cdecl.} =
  if n > 0:
    let l = (n - 1) div 2
    let left = balancedOf(l, next)
    let right = balancedOf(n - 1 - l, next)
    result = move next[0]
    next = cast[Nodes](addr next[1])
    result.left = left
    result.right = right

proc chain(n: csize_t): Node {.cdecl.} =
  for i in 1 .. n:
    result = Node(left: result)

proc drop(n: sink Node) {.cdecl.} = discard

# A Node refers to Nodes, so that another one has to stand for the memory.
var memory: seq[byte]

proc blob(bytes: csize_t): Node {.cdecl.} =
  memory = newSeq[byte](bytes)
  Node()

proc collect() {.cdecl.} = GC_fullCollect()

proc ring(leaf: Node): Node {.cdecl.} =
  result = Node(right: leaf)
  var last = result
  for i in 1 .. 9:
    last.left = Node(right: leaf)
    last = last.left
  last.left = result

proc linkedRing() {.cdecl.} =
  var a: array[21, Node]
  for n in a.mitems:
    n = Node()
  for i, n in a:
    n.left = a[(i + 1) mod 21]
    n.right = a[(i + 20) mod 21]

proc graph(a: Nodes, n: csize_t) {.cdecl.} =
  for i in 0 ..< n:
    a[i].left = a[bench_below(n)]
    a[i].right = a[bench_below(n)]

proc levels(n: csize_t): List {.cdecl.} =
  for i in 0 ..< n:
    let below = result
    result = List()
    for k in 0 ..< i:
      result.items.add(below)

proc lists(n: csize_t): List {.cdecl.} =
  result = List()
  for i in 0 ..< n:
    let inner = List()
    for k in 0 ..< n:
      inner.items.add(List())
    result.items.add(inner)

proc mix(live: Nodes, n: csize_t, window: Nodes, at: csize_t) {.cdecl.} =
  var first, last: Node
  for i in 0 ..< 10:
    for k in 0 ..< 9:
      window[(at + csize_t(9 * i + k)) mod windowSize] = Node(left: live[bench_below(n)])
    let node = Node()
    if first == nil:
      first = node
    else:
      last.left = node
    last = node
  last.left = first

# Takes and drops a reference.
proc touch[T](root: T) {.cdecl.} =
  GC_ref(root)
  GC_unref(root)

# In nodes' worth of memory.
proc living(): csize_t {.cdecl.} = csize_t(getOccupiedMem() div 32)

proc append(parent: Element, child: sink Element) =
  child.parent = parent
  if parent.first == nil:
    parent.first = child
  else:
    parent.last.next = child
  parent.last = child

proc elementAppend(parent: Element, child: sink Element) {.cdecl.} = append(parent, child)

proc element(depth: cint): Element {.cdecl.} =
  result = Element()
  if depth > 0:
    for i in 1 .. 10:
      append(result, element(depth - 1))

proc elementRemove(parent: Element) {.cdecl.} =
  let child = parent.first
  parent.first = child.next
  if parent.first == nil:
    parent.last = nil
  child.parent = nil
  child.next = nil

proc elementDrop(e: sink Element) {.cdecl.} = discard

# ---- the table of works ----

proc start(run: ptr Run) {.cdecl.} =
  if run.collects == 0:
    GC_disableOrc()

proc version(): cstring {.cdecl.} = "Nim " & NimVersion & " --mm:orc"

var nodeOps = Ops(nodes: nodes, tree: tree, tree_down: treeDown, tree_count: treeCount, balanced: balanced,
  balanced_of: balancedOf, chain: chain, drop: drop, blob: blob, collect: collect, ring: ring,
  linked_ring: linkedRing, graph: graph, living: living, touch: touch[Node], mix: mix)
var listOps = Ops(collect: collect, levels: levels, lists: lists, touch: touch[List])
var elementOps = Ops(collect: collect, drop: elementDrop, element: element, element_append: elementAppend,
  element_remove: elementRemove)

proc work(workload, variant, specials: cstring, run: pointer): Work =
  Work(workload: workload, variant: variant, specials: specials, run: run)

var nodeWorks = [
  work("W0", "nothing", "", bench_nothing),
  work("W1", "hot", "", referenceHot),
  work("W1", "in-order", "", referenceSweep),
  work("W1", "shuffled", "", referenceSweep),
  work("W2", "imm", "leaf tracked", immediateRun),
  work("W2", "lifo", "leaf tracked", lifoRun),
  work("W2", "rand", "leaf tracked", randomRun),
  work("W3", "trees", "auto off", bench_trees),
  work("W4", "rings", "", bench_rings),
  work("W5", "tree", "", bench_live_tree),
  work("W5", "graph", " held", bench_live_graph),
  work("W6a", "collections", "", bench_collections),
  work("W6b", "rings", "", bench_garbage),
  work("W6d", "gcbench", "", bench_gcbench),
  work("W7", "mutator", "", bench_mixed),
  work("W7", "steps", "", bench_steps),
  work("W8", "chain", "", bench_chain),
  work("W9", "node", "", bench_bytes),
  work("NC", "grow", "auto off", bench_grow),
  work("NC", "churn", "auto off", bench_churn),
  work("GR", "", "", bench_growing),
  work("FK", "collected", "", bench_fork)]
var listWorks = [
  work("W6c", "levels", "", bench_levels),
  work("W6c", "lists", "", bench_lists)]
var elementWorks = [
  work("DOM", "document", "", bench_document)]

var linkOps = Ops(collect: collect, drop: dropLink)
var parts = [
  Part(works: addr nodeWorks[0], n_works: csize_t(nodeWorks.len), open: start, ops: addr nodeOps),
  Part(works: addr listWorks[0], n_works: csize_t(listWorks.len), open: start, ops: addr listOps),
  Part(works: addr elementWorks[0], n_works: csize_t(elementWorks.len), open: start, ops: addr elementOps),
  bench_pauses_part(addr pausesPeer, start, addr linkOps)]
var peer = Peer(parts: addr parts[0], n_parts: csize_t(parts.len), version: version)

var argc {.importc: "cmdCount".}: cint
var argv {.importc: "cmdLine".}: cstringArray
quit bench_main(argc, argv, addr peer)
