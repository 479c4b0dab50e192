package main

import "programs/truth"

// Variables that lie on a stack and are used by their address: the collector
// scans them when it finds a pointer to them, and frames do not list what they
// hold.

// StackHeld: 2, in a struct; StackArrayHeld: 3, in an array that is indexed;
// StackMapHeld: 4, in a map that never left the stack.
type StackHeld struct{ a, b, c int }

type StackArrayHeld struct{ a, b, c int }

type StackMapHeld struct{ a, b, c int }

// StackInner: 5, in a struct that another on the same stack points at.
type StackInner struct{ a, b, c int }

// StackClosure: 6, captured by value, and StackReference: 6, by reference, by
// closures that never left the stack.
type StackClosure struct{ a, b, c int }

type StackReference struct{ a, b, c int }

type onStack struct {
	n    int
	held *StackHeld
}

type linked struct {
	next *linked
	held *StackInner
}

// addStackObjects says how many goroutines it left waiting.
func addStackObjects(a *truth.Account) int {
	for i := 0; i < 2; i++ {
		go parkStack(a)
	}
	go parkArray(a)
	go parkMap(a)
	go parkLinked(a)
	for i := 0; i < 6; i++ {
		go parkClosure(a)
	}
	return 2 + 1 + 1 + 1 + 6
}

//go:noinline
func newStackHeld(a *truth.Account) *StackHeld { return truth.Of(a, &StackHeld{a: 1}) }

func parkStack(a *truth.Account) {
	s := onStack{n: 1, held: newStackHeld(a)}
	wait(&s)
}

//go:noinline
func wait(s *onStack) {
	<-quit
	s.held.a++
}

//go:noinline
func newStackArrayHeld(a *truth.Account, i int) *StackArrayHeld {
	return truth.Of(a, &StackArrayHeld{a: i})
}

func parkArray(a *truth.Account) {
	var s [5]*StackArrayHeld
	for i := 0; i < 3; i++ {
		s[i+1] = newStackArrayHeld(a, i)
	}
	waitArray(s[1:4])
}

//go:noinline
func waitArray(s []*StackArrayHeld) {
	<-quit
	for _, held := range s {
		held.a++
	}
}

//go:noinline
func newStackMapHeld(a *truth.Account, i int) *StackMapHeld { return truth.Of(a, &StackMapHeld{a: i}) }

func parkMap(a *truth.Account) {
	m := map[int]*StackMapHeld{}
	for i := 0; i < 4; i++ {
		m[i] = newStackMapHeld(a, i)
	}
	waitMap(m)
}

//go:noinline
func waitMap(m map[int]*StackMapHeld) {
	<-quit
	for _, held := range m {
		held.a++
	}
}

//go:noinline
func newStackInner(a *truth.Account, i int) *StackInner { return truth.Of(a, &StackInner{a: i}) }

func parkLinked(a *truth.Account) {
	var nodes [5]linked
	for i := range nodes {
		nodes[i].held = newStackInner(a, i)
		if i > 0 {
			nodes[i].next = &nodes[i-1]
		}
	}
	waitLinked(&nodes[4])
}

//go:noinline
func waitLinked(l *linked) {
	<-quit
	for ; l != nil; l = l.next {
		l.held.a++
	}
}

//go:noinline
func newStackClosure(a *truth.Account) *StackClosure { return truth.Of(a, &StackClosure{}) }

//go:noinline
func newStackReference(a *truth.Account) *StackReference { return truth.Of(a, &StackReference{}) }

func parkClosure(a *truth.Account) {
	value, reference := newStackClosure(a), newStackReference(a)
	waitCalled(func() int {
		old := reference.a
		reference = &StackReference{a: value.a}
		return old
	})
	reference.a++
}

//go:noinline
func waitCalled(f func() int) {
	<-quit
	f()
}
