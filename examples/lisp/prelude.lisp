; prelude.lisp: what is better written in Lisp than in C. It is part of the program (builtins.c), and read at its start.

; ---- what macros need: before there are any ----

(define (list . l) l)
(define (not x) (if x #f #t))
(define (null? x) (eq? x '()))
(define (pair? x) (eq? (type x) 'pair))
(define (symbol? x) (eq? (type x) 'symbol))
(define (list? x) (if (pair? x) (list? (cdr x)) (null? x)))
(define (cadr x) (car (cdr x)))
(define (cddr x) (cdr (cdr x)))
(define (caddr x) (car (cddr x)))
(define (fold f sum l) (if (null? l) sum (fold f (f (car l) sum) (cdr l))))
(define (reverse l) (fold cons '() l))
(define (join a b) (fold cons b (reverse a)))
(define (append . ls) (if (null? ls) ls (fold join (car (reverse ls)) (cdr (reverse ls)))))
(define (spread l) (if (null? (cdr l)) (car l) (cons (car l) (spread (cdr l)))))
(define (apply f . l) (apply-list f (spread l)))
(define (apply-list f l) (f . l))
(define (find same? x part l) (if (null? l) #f (if (same? x (part l)) l (find same? x part (cdr l)))))
(define (memq x l) (find eq? x car l))
(define (member x l) (find equal? x car l))
(define (map f l . more)
  (if (null? more)
      (reverse (fold (lambda (x done) (cons (f x) done)) '() l))
      (map-rows f (cons l more) '())))
(define (map-rows f ls done)
  (if (memq #t (map null? ls))
      (reverse done)
      (map-rows f (map cdr ls) (cons (apply f (map car ls)) done))))
(define (string-append . l) (string-join "" (apply vector l)))
(define (error text . l)
  (make-error (apply string-append text (map (lambda (x) (string-append " " (object->string x))) l))))

; ---- macros ----
; What is run is not what was read but what `expand` makes of it: the same, in which each form that begins with the name
; of a macro is what that makes of its parts. New pairs have the place of the old ones or, if those have none, of `at`.

(define macros (make-table))

(define (expand-each f l at)
  (if (pair? l)
      (cons (f (car l) at) (expand-each f (cdr l) at) l at)
      l))

(define (expand-form x at) (if (pair? x) (expand-list x (cons '() '() x at)) x))

(define (expand-list x at)
  (if (if (symbol? (car x)) (has-item? macros (car x)) #f)
      (expand-form (try (lambda (e where) (raise e at)) (apply-list (item macros (car x)) (cdr x))) at)
      (expand-each (if (eq? (car x) 'quote) (lambda (x at) x) expand-form) x at)))

(set-item! macros 'define-macro
  (lambda (head . body)
    ((lambda (name)
       (list set-item! macros (list 'quote (car head))
             (list (list 'lambda '() (cons 'define (cons (cons name (cdr head)) body)) name))))
     (string->symbol (string-append "macro " (object->string (car head)))))))

(define expand expand-form)

; Functions that are put in as they are, and not by name, are found whatever variables there are; `it` and `where` are
; names that nobody can write.

(define it (string->symbol " it"))
(define where (string->symbol " where"))

(define-macro (quasiquote x) (quasi x))
(define (quasi x)
  (if (not (pair? x))
      (list 'quote x)
      (if (eq? (car x) 'unquote)
          (cadr x)
          (if (if (pair? (car x)) (eq? (car (car x)) 'unquote-splicing) #f)
              (list join (cadr (car x)) (quasi (cdr x)))
              (list cons (quasi (car x)) (quasi (cdr x)))))))

(define-macro (when test . body) `(if ,test (begin ,@body)))
(define-macro (unless test . body) `(if ,test (if #f #f) (begin ,@body)))
(define-macro (and x . more) (if (null? more) x `(if ,x (and ,@more) #f)))
(define-macro (or x . more) (if (null? more) x `(let ((,it ,x)) (if ,it ,it (or ,@more)))))

(define-macro (cond . clauses)
  (if (null? clauses)
      '(if #f #f)
      (if (not (pair? (car clauses)))
          (error "a clause must be a list")
          (cond-clause (car (car clauses)) (cdr (car clauses)) `(cond ,@(cdr clauses))))))
(define (cond-clause test body more)
  (if (eq? test 'else)
      `(begin ,@body)
      (if (null? body)
          `(or ,test ,more)
          `(if ,test (begin ,@body) ,more))))

(define-macro (case x . clauses)
  `(let ((,it ,x))
     (cond ,@(map (lambda (c) (if (eq? (car c) 'else) c `((,member ,it ',(car c)) ,@(cdr c)))) clauses))))

(define-macro (let bindings part . body)
  (if (symbol? bindings)
      `((letrec ((,bindings (lambda ,(bound car part) ,@body))) ,bindings) ,@(bound cadr part))
      `((lambda ,(bound car bindings) ,part ,@body) ,@(bound cadr bindings))))
(define (bound part bindings)
  (unless (list? bindings) (error "the bindings must be a list"))
  (map (lambda (b)
         (unless (and (list? b) (= (length b) 2)) (error "a binding must be a list of a name and a value"))
         (part b))
       bindings))

(define-macro (let* bindings . body)
  (if (null? bindings) `(let () ,@body) `(let (,(car bindings)) (let* ,(cdr bindings) ,@body))))
(define-macro (letrec bindings . body)
  `(let () ,@(map (lambda (b) (cons 'define b)) bindings) ,@body))

(define-macro (do variables end . body)
  `(let ,it ,(map (lambda (v) (list (car v) (cadr v))) variables)
     (if ,(car end)
         (begin (if #f #f) ,@(cdr end))
         (begin ,@body (,it ,@(map (lambda (v) (car (if (null? (cddr v)) v (cddr v)))) variables))))))

(define-macro (guard head . body)
  (unless (pair? head) (error "guard wants a list of a name and clauses"))
  `(try (lambda (,(car head) ,where) (cond ,@(cdr head) (else (,raise ,(car head) ,where)))) (begin ,@body)))

; ---- what something is ----

(define (string? x) (eq? (type x) 'str))
(define (integer? x) (eq? (type x) 'int))
(define (number? x) (or (integer? x) (eq? (type x) 'float)))
(define (vector? x) (eq? (type x) 'list))
(define (table? x) (eq? (type x) 'dict))
(define (error? x) (eq? (type x) 'exception))
(define (procedure? x) (or (eq? (type x) 'procedure) (eq? (type x) 'native)))

; ---- lists ----

(define (list-tail l n) (if (= n 0) l (list-tail (cdr l) (- n 1))))
(define (list-head l n)
  (do ((n n (- n 1)) (l l (cdr l)) (done '() (cons (car l) done))) ((= n 0) (reverse done))))
(define (list-ref l n) (car (list-tail l n)))
(define (for-each f l) (unless (null? l) (f (car l)) (for-each f (cdr l))))
(define (filter keep l) (reverse (fold (lambda (x done) (if (keep x) (cons x done) done)) '() l)))
(define (first-key l) (car (car l)))
(define (assq x l) (let ((at (find eq? x first-key l))) (and at (car at))))
(define (assoc x l) (let ((at (find equal? x first-key l))) (and at (car at))))

; Merges halves that are sorted.
(define (merge a b less done)
  (cond ((null? a) (fold cons b done))
        ((null? b) (fold cons a done))
        ((less (car b) (car a)) (merge a (cdr b) less (cons (car b) done)))
        (else (merge (cdr a) b less (cons (car a) done)))))
(define (sort l less)
  (let ((half (floor-quotient (length l) 2)))
    (if (= half 0)
        l
        (merge (sort (list-head l half) less) (sort (list-tail l half) less) less '()))))

; ---- numbers, vectors, tables, text ----

(define (abs x) (if (< x 0) (- x) x))
(define (quotient a b)
  (if (eq? (< a 0) (< b 0)) (floor-quotient a b) (- (floor-quotient (- a) b))))
(define (remainder a b) (- a (* b (quotient a b))))
(define (/ a b) (if (eq? 0 (modulo a b)) (floor-quotient a b) (float-quotient a b)))

(define vector-ref item) (define vector-set! set-item!) (define vector-length length)
(define (table-ref t key . default)
  (if (or (null? default) (has-item? t key)) (item t key) (car default)))
(define table-set! set-item!) (define table-size length)
(define (table-keys t) (vector->list (items t)))
(define (make-vector n x) (* (vector x) n))
(define (list->vector l) (apply vector l))
(define (vector->list v)
  (do ((i (- (length v) 1) (- i 1)) (l '() (cons (item v i) l))) ((< i 0) l)))

(define string=? =) (define string<? <) (define string-length length)
(define (string-split s . by)
  (if (null? by)
      (filter (lambda (word) (not (= word ""))) (string-split s " "))
      (vector->list (split s (car by)))))
(define (write x) (display (object->string x)))
(define (newline) (display "\n"))
