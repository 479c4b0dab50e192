// Names has types whose names are Greek, Cyrillic, Chinese, Japanese, Korean,
// Hebrew and accented Latin, and generic types with long names: what a picture
// and a file name must get right. Each type has a number of its own.
//
// usage: names -dump FILE; the truth is printed as package truth says.
package main

import (
	"flag"
	"os"

	"programs/truth"
)

type (
	Ωμέγα struct { // Greek: 2, in global σωρός
		Τιμή  int
		Επόμε *Ωμέγα
		Όνομα string
	}
	Задача struct { // Cyrillic: 3, in global очередь
		Имя      string
		Владелец *Работник
	}
	Работник struct{ А, Б, В int } // 3, one for each Задача
	発注       struct {              // Japanese: 5, in global 倉庫
		数量 int
		商品 *商品
	}
	商品     struct{ 甲, 乙, 丙 int } // 5, one for each 発注
	漢字型    struct{ 一, 二, 三 int } // Chinese: 7, in global 倉庫二
	작업     struct{ 가, 나, 다 int } // Korean: 11
	עבודה  struct{ א, ב, ג int } // Hebrew, written right to left: 13
	Größer struct{ Ä, Ö, Ü int } // Latin: 17
)

// Registry: 2 Registry[map[string][]*Задача, Nested[Nested[…]]].
type Registry[K, V any] struct {
	Keys   []K
	Values []V
}

// Nested: 19 of the longest name.
type Nested[T any] struct {
	Value *T
	pad   [2]int
}

type long = Nested[Nested[Registry[map[string][]*Задача, func(*Работник, ...Registry[int, string]) (*発注, error)]]]

var (
	σωρός    []*Ωμέγα
	очередь  []*Задача
	倉庫       map[string]*発注
	倉庫二      []*漢字型
	작업들      []*작업
	עבודות   []*עבודה
	größere  []*Größer
	registry []*Registry[map[string][]*Задача, Nested[*Ωμέγα]]
	longest  []*long
)

func main() {
	dump := flag.String("dump", "names.dump", "write the heap dump to this `file`")
	flag.Parse()
	a := truth.New()
	σωρός = of[Ωμέγα](a, 2)
	σωρός[0].Επόμε = σωρός[1]
	for _, р := range of[Работник](a, 3) {
		очередь = append(очередь, truth.Of(a, &Задача{Имя: "задача", Владелец: р}))
	}
	倉庫 = truth.SmallMap(a, map[string]*発注{})
	for i, 品 := range of[商品](a, 5) {
		倉庫[string(rune('一'+i))] = truth.Of(a, &発注{数量: i, 商品: 品})
	}
	倉庫二 = of[漢字型](a, 7)
	작업들 = of[작업](a, 11)
	עבודות = of[עבודה](a, 13)
	größere = of[Größer](a, 17)
	registry = of[Registry[map[string][]*Задача, Nested[*Ωμέγα]]](a, 2)
	longest = of[long](a, 19)
	truth.Exit(a.DumpTo(os.Stdout, *dump))
}

func of[T any](a *truth.Account, n int) []*T {
	all := make([]*T, n)
	for i := range all {
		all[i] = truth.Of(a, new(T))
	}
	return all
}
