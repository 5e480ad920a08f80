(define (show x) (write x) (newline))
; what there is besides the forms of forms.lisp
(show (map (lambda (x) (case x ((1 2) 'few) ((a) 'letter) (else 'other))) '(1 2 a 7))) (show (case 1 ((2) 3)))
(show (do ((i 0 (+ i 1)) (l '() (cons i l)) (same 5)) ((= i 3) (list l same))))
(show (let ((v (vector))) (do ((i 0 (+ i 1))) ((= i 3)) (vector-push! v (* i i))) v))
(show (let ((x 1) (l '(2 3))) `(a ,x ,@l b ,(+ x 1) . c)))
; arguments from a list, in tail position as well
(define (down i . l) (if (= i 0) l (down (- i 1) . l))) (show (let ((l '(3 4))) (+ 1 2 . l))) (show (down 100000 'a 'b))
; macros of one's own
(define-macro (swap! a b) `(let ((old ,a)) (set! ,a ,b) (set! ,b old)))
(define one 1) (define two 2) (swap! one two) (show (list one two))
(define-macro (while test . body) `(let again () (when ,test ,@body (again))))
(define n 3) (while (> n 0) (display n) (set! n (- n 1))) (newline)
(define-macro (my-or . l) (if (null? l) #f `(or ,(car l) (my-or ,@(cdr l))))) (show (my-or #f #f 3))
(define (use) (twice 4)) (define-macro (twice x) `(* 2 ,x)) (show (guard (e (#t (error-message e))) (use)))
(define (use) (twice 4)) (show (use))
(define-macro (twice x) `(* 20 ,x)) (show (list (use) (twice 4)))
; names that macros use themselves do not get in the way
(show (let ((cons 1) (append 2) (list 3)) `(,cons ,append ,list)))
(show (or #f (or #f (case 1 ((1) (or #f 'deep))))))
(show '(when is data here))
