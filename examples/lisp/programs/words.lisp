; words.lisp: how often each word occurs, in a table; then a sort that calls back into the program.

(define text "the quick brown fox jumps over the lazy dog and the dog jumps over the fox")

(define (counts words)
  (let ((table (make-table)))
    (for-each (lambda (word) (table-set! table word (+ 1 (table-ref table word 0)))) words)
    (map (lambda (word) (cons word (table-ref table word))) (table-keys table))))

(define (before? a b)
  (or (> (cdr a) (cdr b))
      (and (= (cdr a) (cdr b)) (string<? (car a) (car b)))))

(for-each (lambda (entry) (display (cdr entry)) (display " ") (display (car entry)) (newline))
          (sort (counts (string-split text " ")) before?))
