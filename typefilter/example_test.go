package typefilter_test

import (
	"fmt"

	"github.com/objgraph/objgraph/typefilter"
)

func ExampleParse() {
	p, err := typefilter.Parse("github.com/robfig/cron/v3.*")
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(p.Match("cron.Entry", "github.com/robfig/cron/v3.Entry"))
	_, err = typefilter.Parse("/main.(/")
	fmt.Println(err)
	// Output:
	// true
	// bad type pattern "/main.(/": error parsing regexp: missing closing ): `main.(`
}

func ExampleClosest() {
	fmt.Println(typefilter.Closest("main.job", []string{"main.Job", "main.JobContext", "http.Client"}, 3))
	// Output:
	// [main.Job main.JobContext]
}

func ExamplePick() {
	rules, err := typefilter.NewRules(typefilter.DefaultRules())
	if err != nil {
		fmt.Println(err)
		return
	}
	came := func(n int) typefilter.Flow { return typefilter.Flow{New: n, Survivors: n} }
	d := typefilter.Pick([]typefilter.Candidate{
		{Name: "main.Job", Count: 3, Retained: 900, Flow: came(3)},
		{Name: "main.JobContext", Count: 3, Retained: 300, Flow: came(3)},
		{Name: "[]uint8", Count: 40, Origin: typefilter.Storage, Flow: came(30)},
	}, typefilter.Series{Dumps: 2, Jobs: []int{3}}, rules)
	fmt.Println(d.Why)
	// Output:
	// main.Job is the rarest type that leaked: 3 objects live. Second came main.JobContext: as rare, but retains less: 300 bytes against 900.
}
