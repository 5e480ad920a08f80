; queens.lisp: in how many ways n queens stand on a board of n by n without attacking each other.
; Look at: lists that share their tails, and recursion that is not in tail position.

(define (attacks? column row others)
  (let loop ((others others) (distance 1))
    (and (pair? others)
         (or (= (car others) row)
             (= (abs (- (car others) row)) distance)
             (loop (cdr others) (+ distance 1))))))

(define (ways n)
  (define (place column others)
    (if (= column n)
        1
        (let loop ((row 0) (sum 0))
          (cond ((= row n) sum)
                ((attacks? column row others) (loop (+ row 1) sum))
                (else (loop (+ row 1) (+ sum (place (+ column 1) (cons row others)))))))))
  (place 0 '()))

(for-each (lambda (n)
            (display n) (display " queens: ") (display (ways n)) (newline))
          '(1 4 5 6 7))
