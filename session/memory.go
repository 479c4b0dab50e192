package session

import (
	"context"
	"fmt"
	"os"

	"github.com/objgraph/objgraph/report"
	"github.com/objgraph/objgraph/snapshot"
)

// memoryLimit is --max-memory in bytes, 0 for no limit.
func (c *Common) memoryLimit() (uint64, error) {
	if c.maxMemory == "" {
		return 0, nil
	}
	n, err := parseSize(c.maxMemory)
	if err != nil || n == 0 {
		return 0, usage("--max-memory %s: want a size: 500MB, 8GB, 8GiB", c.maxMemory)
	}
	return n, nil
}

// checkMemory refuses dumps whose graphs would take more than --max-memory.
// Of several, the last one stays in memory while the others are read one by one.
func (e *Env) checkMemory(ctx context.Context, dumps ...string) error {
	limit, err := e.memoryLimit()
	if limit == 0 || err != nil {
		return err
	}
	var last, others uint64
	for i, path := range dumps {
		if info, err := os.Stat(path); path == "-" || err == nil && !info.Mode().IsRegular() && !info.IsDir() {
			return usage("--max-memory wants a file to look at before it is read, and %s is none", path)
		}
		est, err := snapshot.EstimateOf(ctx, path)
		if err != nil {
			return explain(err, path, "")
		}
		if i == len(dumps)-1 {
			last = est.Memory
		} else {
			others = max(others, est.Memory)
		}
	}
	if need := last + others; need > limit {
		return fmt.Errorf("%s would take about %s of memory, more than --max-memory %s; give a larger limit, or ask types --by size and info --header, which take little",
			dumpsWord(dumps), report.Bytes(need), e.maxMemory)
	}
	return nil
}

func dumpsWord(dumps []string) string {
	if len(dumps) == 1 {
		return dumps[0]
	}
	return fmt.Sprintf("comparing %d dumps", len(dumps))
}
