<?php
// SPDX-License-Identifier: MIT
// work_php.php: the workloads in PHP, on objects of a class with two declared properties; work_php.c starts it. What
// they are is in README.md; their sizes come from the command line:
//   work_php.php WORKLOAD VARIANT SPECIAL N SIZE AGE COLLECTS AGED
// Random numbers are PHP's own: asking C for each would cost more than making an object.
// A collection looks at what lost a reference and lived on - as an object does when a variable goes out of scope - and
// at all that can be reached from there.
declare(strict_types=1);

require __DIR__ . '/work_php_ops.php';

function nothing(Run $run): void
{
    $start = now();
    for ($i = 0; $i < $run->n; $i++) {
        gc_collect_cycles();
    }
    show('collection', (now() - $start) * 1e6 / $run->n, 'us');
    show('resident', rss() / 1048576, 'MiB');
}

function trees(Run $run): void
{
    $depth = $run->n;
    $start = now();
    $nodes = treeCount(tree($depth + 1));
    $longLived = tree($depth);
    for ($d = 4; $d <= $depth; $d += 2) {
        for ($i = 1 << ($depth - $d + 4); $i > 0; $i--) {
            $nodes += treeCount(tree($d));
        }
    }
    $nodes += treeCount($longLived);
    $longLived = null;
    show('total', now() - $start, 's');
    if ($depth === 18 && $nodes !== 68332206) {
        exit(1);
    }
}

function rings(Run $run): void
{
    $heads = places($run->n);
    $leaf = new Node;
    for ($i = 0; $i < 3; $i++) {
        $start = now();
        for ($r = 0; $r < $run->n; $r++) {
            $heads[$r] = ring($leaf);
        }
        $built = now();
        for ($r = 0; $r < $run->n; $r++) {
            $heads[$r] = null;
        }
        $dropped = now();
        gc_collect_cycles();
        $end = now();
    }
    expect($run, 30 * $run->n);
    $scale = 1e9 / (10 * $run->n);
    show('drop+collect', ($end - $built) * $scale, 'ns');
    show('drop', ($dropped - $built) * $scale, 'ns');
    show('collect', ($end - $dropped) * $scale, 'ns');
    show('build', ($built - $start) * $scale, 'ns');
}

function collectNs(int $n): float
{
    $start = now();
    gc_collect_cycles();
    return (now() - $start) * 1e9 / $n;
}

function liveCollect(int $n, float $rss, Node $root): void
{
    for ($i = 0; $i < 4; $i++) {
        touchRoot($root);
        $ns = collectNs($n);
        if ($i === 0) {
            show('first', $ns, 'ns');
        }
    }
    show('fourth', $ns, 'ns');
    show('untouched', collectNs($n), 'ns');
    show('bytes', (peak() - $rss) / $n, 'B');
}

function liveTree(Run $run): void
{
    $n = $run->n;
    $nodes = $run->aged ? places($n) : [];
    $rss = rss();
    $start = now();
    if ($run->aged) {
        nodes($nodes, $n);
        shuffle($nodes);
        $next = 0;
        $root = balancedOf($n, $nodes, $next);
    } else {
        $root = balanced($n);
    }
    showNs('build', $start, $n);
    liveCollect($n, $rss, $root);
    expect($run, 0);
    $start = now();
    $root = null;
    showNs('free', $start, $n);
}

function liveGraph(Run $run): void
{
    $n = $run->n;
    $nodes = places($n);
    $rss = rss();
    $start = now();
    nodes($nodes, $n);
    if ($run->aged) {
        shuffle($nodes);
    }
    for ($i = 0; $i < $n; $i++) {
        $nodes[$i]->left = $nodes[mt_rand(0, $n - 1)];
        $nodes[$i]->right = $nodes[mt_rand(0, $n - 1)];
    }
    showNs('build', $start, $n);
    for ($i = 1; $i < $n && $run->special === 'held'; $i++) {
        $nodes[$i] = null;
    }
    liveCollect($n, $rss, $nodes[0]);
    if ($run->special !== 'held') {
        expect($run, 0);
    }
    finish();
}

function collections(Run $run): void
{
    $spent = 0;
    $start = now();
    for ($i = 0; $i < $run->n; $i++) {
        gc_collect_cycles();
        for ($r = 0; $r < 100; $r++) {
            linkedRing();
        }
        $t = now();
        gc_collect_cycles();
        $spent += now() - $t;
    }
    show('total', now() - $start, 's');
    show('collection', $spent * 1e6 / $run->n, 'us');
    expect($run, 2100 * $run->n);
}

function garbage(Run $run): void
{
    $rss = rss();
    $start = now();
    for ($i = 0; $i < $run->n; $i++) {
        linkedRing();
    }
    show('total', now() - $start, 's');
    show('growth', (peak() - $rss) / 1048576, 'MiB');
}

function gcbench(Run $run): void
{
    $longest = $run->n - 2;
    $start = now();
    tree($run->n);
    $longLived = treeDown($longest);
    $array = array_fill(0, 500000, 0.0);
    for ($d = 4; $d <= $longest; $d += 2) {
        $trees = intdiv(2 * ((2 << $run->n) - 1), (2 << $d) - 1);
        for ($i = 0; $i < $trees; $i++) {
            treeDown($d);
        }
        for ($i = 0; $i < $trees; $i++) {
            tree($d);
        }
    }
    $array = null;
    $longLived = null;
    show('total', now() - $start, 's');
}

// The whole, or its longest step; what looking at the clock costs is in the one, not in the other.
function mixed(Run $run): void
{
    $steps = $run->variant === 'steps';
    $live = places($run->size);
    $window = places(WINDOW);
    for ($i = 0; $i < $run->size; $i++) {
        $live[$i] = balanced(100);
    }
    $longest = 0;
    $start = $at = now();
    for ($i = 0; $i < $run->n; $i++) {
        mix($live, $run->size, $window, $i * 90);
        if ($i % 100 === 99) {
            $live[mt_rand(0, $run->size - 1)] = balanced(100);
        }
        if ($steps) {
            $t = now();
            $longest = max($longest, $t - $at);
            $at = $t;
        }
    }
    if ($steps) {
        show('longest', $longest * 1e3, 'ms');
    } else {
        show('total', now() - $start, 's');
        show('peak', (peak() - $run->rss) * 1e-6, 'MB');
    }
    finish();
}

function chain(Run $run): void
{
    $start = now();
    $head = null;
    for ($i = 0; $i < $run->n; $i++) {
        $node = new Node;
        $node->left = $head;
        $head = $node;
    }
    $node = null;
    $built = now();
    $head = null;
    show('drop', now() - $built, 's');
    show('build', $built - $start, 's');
}

function bytes(Run $run): void
{
    $a = places($run->n);
    $before = rss();
    nodes($a, $run->n);
    show('bytes', (rss() - $before) / $run->n, 'B');
    finish();
}

function grow(Run $run): void
{
    $start = now();
    for ($i = 0; $i < 2; $i++) {
        balanced($run->n);
    }
    show('total', now() - $start, 's');
}

function churn(Run $run): void
{
    $a = places($run->n);
    $start = now();
    for ($i = 0; $i < 10 * $run->n; $i++) {
        $a[$i < $run->n ? $i : mt_rand(0, $run->n - 1)] = balanced(1000);
    }
    show('total', now() - $start, 's');
    finish();
}

function forest(array &$trees): void
{
    for ($i = 0; $i < count($trees); $i++) {
        $trees[$i] = balanced(1000);
    }
}

function growing(Run $run): void
{
    $rounds = $run->n < 1000000 ? intdiv(1000000, $run->n) : 1;
    $trees = places(intdiv($run->n, 1000));
    $building = $collecting = 0;
    for ($r = 0; $r < $rounds; $r++) {
        $start = now();
        forest($trees);
        $built = now();
        gc_collect_cycles();
        $collecting += now() - $built;
        $building += $built - $start;
        if ($r + 1 < $rounds) {
            $trees = places(count($trees));
        }
    }
    show('build', $building * 1e9 / ($rounds * $run->n), 'ns');
    show('collect', $collecting * 1e9 / ($rounds * $run->n), 'ns');
    expect($run, 0);
    finish();
}

function forkAndCollect(Run $run): void
{
    $trees = places(intdiv($run->n, 1000));
    $rss = rss();
    forest($trees);
    $bytes = rss() - $rss;
    gc_collect_cycles();
    if (pcntl_fork() === 0) {
        $shared = bytesOf('smaps_rollup', 'Shared_Dirty');
        $own = bytesOf('smaps_rollup', 'Private_Dirty');
        $start = now();
        gc_collect_cycles();
        showNs('collect', $start, $run->n);
        show('copied', 100 * ($shared - bytesOf('smaps_rollup', 'Shared_Dirty')) / $bytes, '%');
        show('private', 100 * (bytesOf('smaps_rollup', 'Private_Dirty') - $own) / $bytes, '%');
        finish();
    }
    pcntl_wait($status);
    finish();
}

function document(Run $run): void
{
    $n = $run->n;
    $start = now();
    $document = element(0);
    for ($i = 0; $i < $n; $i++) {
        append($document, element(2));
    }
    showNs('build', $start, 111 * $n);
    $start = now();
    for ($i = 0; $i < 2 * $n; $i++) {
        removeFirst($document);
        append($document, element(2));
    }
    showNs('mutate', $start, 222 * $n);
    $start = now();
    $document = null;
    gc_collect_cycles();
    showNs('drop', $start, 111 * $n);
    expect($run, 333 * $n + 1);
}

[, $workload, $variant, $special, $n, $size, $age, $collects, $aged] = $argv;
$run = new Run($variant, $special, (int) $n, (int) $size, (int) $age, (bool) $collects, (bool) $aged);
mt_srand(42);
if (!$run->collects) {
    gc_disable();
}
$run->rss = rss();
$old = $run->age > 0 ? age($run) : [];
$run->freed = gc_status()['collected'];
match ($workload) {
    'W0' => nothing($run),
    'W3' => trees($run),
    'W4' => rings($run),
    'W5' => $variant === 'tree' ? liveTree($run) : liveGraph($run),
    'W6a' => collections($run),
    'W6b' => garbage($run),
    'W6d' => gcbench($run),
    'W7' => mixed($run),
    'W8' => chain($run),
    'W9' => bytes($run),
    'NC' => $variant === 'grow' ? grow($run) : churn($run),
    'GR' => growing($run),
    'FK' => forkAndCollect($run),
    'DOM' => document($run),
};
