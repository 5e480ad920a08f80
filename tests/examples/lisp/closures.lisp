(define (show x) (write x) (newline))
(define (counter) (let ((n 0)) (lambda () (set! n (+ n 1)) n)))
(define a (counter)) (define b (counter)) (a) (a) (show (list (a) (b)))
; two functions share a variable; three levels deep
(define (shared) (let ((n 0)) (list (lambda () (set! n (+ n 10)) n) (lambda () n))))
(define s (shared)) ((car s)) ((car s)) (show ((cadr s)))
(define (outer x) (lambda (y) (lambda (z) (set! x (+ x 1)) (list x y z))))
(define two ((outer 1) 2)) (two 3) (show (two 4))
; each turn of a loop has variables of its own
(define made (let loop ((i 0) (l '())) (if (= i 3) l (loop (+ i 1) (cons (lambda () i) l)))))
(show (map (lambda (f) (f)) made))
(define changed
  (let loop ((i 0) (l '())) (if (= i 3) l (loop (+ i 1) (cons (lambda () (set! i (+ i 100)) i) l)))))
(show (map (lambda (f) (f)) changed)) (show (map (lambda (f) (f)) changed))
(define (compose . fs) (if (null? fs) (lambda (x) x) (lambda (x) ((car fs) ((apply compose (cdr fs)) x)))))
(show ((compose (lambda (x) (* x 2)) (lambda (x) (+ x 1))) 5))
(define (parameter x) (lambda () (set! x (cons x x)) x)) (define q (parameter 1)) (q) (show (q))
