<?php
// SPDX-License-Identifier: MIT
// work_php_ops.php: what the workloads in PHP are made of: classes, clock and memory, trees and rings; see work_php.php.
declare(strict_types=1);

// Neither the properties nor the functions on these have types, whose checks would take a third of the time.
final class Node
{
    public $left;
    public $right;
}

final class Element
{
    public $parent;
    public $first;
    public $last;
    public $next;
}

final class Run
{
    public float $rss; // resident memory, and objects that collections have freed, before the work
    public int $freed;

    public function __construct(
        public string $variant,
        public string $special,
        public int $n,
        public int $size,
        public int $age,
        public bool $collects,
        public bool $aged,
    ) {
    }
}

const WINDOW = 64;

// ---- clock, memory, figures ----

// CPU time of the process in seconds.
function now(): float
{
    $r = getrusage();
    return $r['ru_utime.tv_sec'] + $r['ru_stime.tv_sec'] + ($r['ru_utime.tv_usec'] + $r['ru_stime.tv_usec']) * 1e-6;
}

// Finds "name:  number kB" in a file of /proc.
function bytesOf(string $file, string $name): float
{
    preg_match("/^$name:\s+(\d+)/m", file_get_contents("/proc/self/$file"), $found);
    return 1024.0 * $found[1];
}

function rss(): float
{
    return bytesOf('smaps_rollup', 'Rss');
}

function peak(): float
{
    return bytesOf('status', 'VmHWM');
}

function show(string $metric, float $value, string $unit): void
{
    printf("%s %.6g %s\n", $metric, $value, $unit);
}

// The time since `start` for each of n things.
function showNs(string $metric, float $start, int $n): void
{
    show($metric, (now() - $start) * 1e9 / $n, 'ns');
}

// Ends the process if the collector has not freed so many objects.
function expect(Run $run, int $freed): void
{
    if (gc_status()['collected'] - $run->freed !== $freed) {
        fwrite(STDERR, "bench: the collector has freed too much or too little\n");
        exit(1);
    }
}

// Ends the process without taking its heap apart.
function finish(): never
{
    pcntl_exec('/bin/true');
}

// ---- what the workloads are made of ----

// So many places that hold nothing yet.
function places(int $n): array
{
    return array_fill(0, $n, null);
}

function nodes(&$a, $n)
{
    for ($i = 0; $i < $n; $i++) {
        $a[$i] = new Node;
    }
}

// As one writes it; the node is made before its children.
function tree($depth)
{
    $node = new Node;
    if ($depth > 0) {
        $node->left = tree($depth - 1);
        $node->right = tree($depth - 1);
    }
    return $node;
}

function populate($node, $depth)
{
    if ($depth > 0) {
        $node->left = new Node;
        $node->right = new Node;
        populate($node->left, $depth - 1);
        populate($node->right, $depth - 1);
    }
}

function treeDown($depth)
{
    $node = new Node;
    populate($node, $depth);
    return $node;
}

function treeCount($node)
{
    return $node->left === null ? 1 : 1 + treeCount($node->left) + treeCount($node->right);
}

// The node before its children again: where objects lie matters, and this is the better order here.
function balanced($n)
{
    if ($n === 0) {
        return null;
    }
    $l = ($n - 1) >> 1;
    $node = new Node;
    $node->left = balanced($l);
    $node->right = balanced($n - 1 - $l);
    return $node;
}

// The same of existing nodes, from $next on.
function balancedOf($n, &$nodes, &$next)
{
    if ($n === 0) {
        return null;
    }
    $l = ($n - 1) >> 1;
    $left = balancedOf($l, $nodes, $next);
    $right = balancedOf($n - 1 - $l, $nodes, $next);
    $node = $nodes[$next];
    $nodes[$next++] = null;
    $node->left = $left;
    $node->right = $right;
    return $node;
}

function ring($leaf)
{
    $first = $last = new Node;
    $first->right = $leaf;
    for ($i = 1; $i < 10; $i++) {
        $node = new Node;
        $node->right = $leaf;
        $last->left = $node;
        $last = $node;
    }
    $last->left = $first;
    return $first;
}

function linkedRing()
{
    $a = [];
    for ($i = 0; $i < 21; $i++) {
        $a[] = new Node;
    }
    for ($i = 0; $i < 21; $i++) {
        $a[$i]->left = $a[($i + 1) % 21];
        $a[$i]->right = $a[($i + 20) % 21];
    }
}

// Takes and drops a reference.
function touchRoot($root)
{
}

// One step of W7.
function mix(&$live, $n, &$window, $at)
{
    $first = $last = null;
    for ($i = 0; $i < 10; $i++) {
        for ($k = 0; $k < 9; $k++) {
            $node = new Node;
            $node->left = $live[mt_rand(0, $n - 1)];
            $window[$at++ % WINDOW] = $node;
        }
        $node = new Node;
        if ($first === null) {
            $first = $node;
        } else {
            $last->left = $node;
        }
        $last = $node;
    }
    $last->left = $first;
}

function append($parent, $child)
{
    $child->parent = $parent;
    if ($parent->first === null) {
        $parent->first = $child;
    } else {
        $parent->last->next = $child;
    }
    $parent->last = $child;
}

// With ten children, which have ten, and so on.
function element($depth)
{
    $element = new Element;
    for ($i = 0; $depth > 0 && $i < 10; $i++) {
        append($element, element($depth - 1));
    }
    return $element;
}

function removeFirst($parent)
{
    $child = $parent->first;
    $parent->first = $child->next;
    if ($parent->first === null) {
        $parent->last = null;
    }
    $child->parent = null;
    $child->next = null;
}

// A heap as it is after a while; see README.md. Returns: what lives on.
function age(Run $run): array
{
    $n = $run->age;
    $third = intdiv($n, 3);
    $a = places($n);
    nodes($a, $n);
    shuffle($a);
    for ($i = intdiv($n, 32); $i < $n; $i++) {
        $a[$i] = null;
        if ($i % $third === $third - 1) {
            gc_collect_cycles();
        }
    }
    mt_srand(42);
    file_put_contents('/proc/self/clear_refs', '5');
    return $a;
}
