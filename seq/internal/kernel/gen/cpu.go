package main

import (
	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// cpuid emits the two instructions that say what the processor and the
// operating system support.
func cpuid() {
	TEXT("cpuid", NOSPLIT, "func(leaf, sub uint32) (a, b, c, d uint32)")
	Doc("cpuid executes CPUID.")
	Load(Param("leaf"), reg.EAX)
	Load(Param("sub"), reg.ECX)
	CPUID()
	Store(reg.EAX, Return("a"))
	Store(reg.EBX, Return("b"))
	Store(reg.ECX, Return("c"))
	Store(reg.EDX, Return("d"))
	RET()

	TEXT("xgetbv", NOSPLIT, "func() (low, high uint32)")
	Doc("xgetbv reads XCR0: the register states that the operating system saves.")
	XORL(reg.ECX, reg.ECX)
	XGETBV()
	Store(reg.EAX, Return("low"))
	Store(reg.EDX, Return("high"))
	RET()
}

// peak emits n rounds of twelve independent multiply-adds, to measure the
// machine's peak.
func (t target) peak() {
	TEXT("peak"+t.name, NOSPLIT, "func(n int)")
	Doc("peak" + t.name + " does n rounds of twelve vector multiply-adds.")
	n := Load(Param("n"), GP64())
	acc := make([]reg.VecVirtual, 12)
	for i := range acc {
		acc[i] = t.vec()
		t.zero(acc[i])
	}
	x, w := t.load("one"), t.vec()
	Label("loop")
	for _, a := range acc {
		t.addmul(x, x, a, w)
	}
	DECQ(n)
	JNZ(LabelRef("loop"))
	end()
}
