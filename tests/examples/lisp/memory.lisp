(define (show x) (write x) (newline))
; counts, and what they free at once
(define x (list 1 2)) (define y x) (show (- (refcount x) (begin (set! y #f) (refcount x))))
(define w (make-weak (list 1))) (show (weak-ref w))
(define keep (vector 1)) (define w (make-weak keep)) (show (eq? keep (weak-ref w))) (set! keep #f) (show (weak-ref w))
; a function that knows itself is a cycle: only the collector frees it
(define (knot) (define (self) self) self)
(define w (make-weak (knot))) (gc) (show (weak-ref w))
(define k (knot)) (define w (make-weak k)) (gc) (show (procedure? (weak-ref w))) (set! k #f) (show (> (gc) 0)) (show (weak-ref w))
; a million of them, and nobody asks for a collection
(define before (memory-peak))
(define (loop i) (when (> i 0) (knot) (loop (- i 1))))
(loop 1000000)
(show (< (- (memory-peak) before) 8000000))
; environments that hold functions that hold them
(define (node n) (let ((next #f)) (lambda (m) (if m (set! next m) next))))
(define (rings i) (when (> i 0) (let ((a (node 1)) (b (node 2))) (a b) (b a)) (rings (- i 1))))
(rings 200000)
(show (< (- (memory-peak) before) 8000000))
(define (grown) (gc) (let ((before (memory-used))) (rings 1000) (gc) (- (memory-used) before)))
(show (< (grown) 1000))
