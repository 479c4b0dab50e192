package accuracy

import (
	"fmt"
	"slices"
)

// Summary is the figures over many rows.
type Summary struct {
	Leaks, Controls int // rows
	Found           int // leaks whose true cause is among those listed
	First           int // named first
	Held            int // named first, and the holder found
	Picks, Right    int // answers that name a cause, of leaks and controls; those that name the true one
	Called          int // controls that were called leaking
	reciprocals     float64
}

// Summarize counts.
func Summarize(rows []Row) (s Summary) {
	for i := range rows {
		r := &rows[i]
		if r.Picked != "" {
			s.Picks++
		}
		if !r.Case.Leaks() {
			s.Controls++
			s.Called += min(1, len(r.Called))
			continue
		}
		s.Leaks++
		if r.Rank > 0 {
			s.Found++
			s.reciprocals += 1 / float64(r.Rank)
		}
		if r.Rank == 1 {
			s.First++
			s.Right++
			s.Held += count(r.Holder)
		}
	}
	return s
}

func count(b bool) int {
	if b {
		return 1
	}
	return 0
}

// Precision is the share of right answers among those that name a cause.
func (s *Summary) Precision() float64 { return share(s.Right, s.Picks) }

// Recall is the share of leaks whose cause is among the types listed.
func (s *Summary) Recall() float64 { return share(s.Found, s.Leaks) }

// MeanReciprocalRank is 1 where every cause is named first.
func (s *Summary) MeanReciprocalRank() float64 { return s.reciprocals / float64(max(1, s.Leaks)) }

func share(part, all int) float64 {
	if all == 0 {
		return 1
	}
	return float64(part) / float64(all)
}

// lines are the figures in words.
func (s *Summary) lines() (out []string) {
	if s.Leaks > 0 {
		out = append(out,
			fmt.Sprintf("- Named first, with the right holder in the chain: %d of %d leaks.", s.Held, s.Leaks),
			fmt.Sprintf("- Recall, the true cause listed at all: %.3f (%d of %d). Mean reciprocal rank: %.3f.", s.Recall(), s.Found, s.Leaks, s.MeanReciprocalRank()),
			fmt.Sprintf("- Precision, of all answers that name a cause: %.3f (%d of %d).", s.Precision(), s.Right, s.Picks))
	}
	if s.Controls > 0 {
		out = append(out, fmt.Sprintf("- Called leaking: %d of %d controls.", s.Called, s.Controls))
	}
	return out
}

// Miss is a case that is not as it should be, and why.
type Miss struct{ Case, Why string }

// Unknown are the rows that are wrong for no reason on the list, and Mended
// those on the list that are right.
func Unknown(rows []Row, known []Miss) (unknown, mended []Row) {
	for _, r := range rows {
		listed := slices.ContainsFunc(known, func(m Miss) bool { return m.Case == r.Case.Name })
		switch {
		case !r.Right() && !listed:
			unknown = append(unknown, r)
		case r.Right() && listed:
			mended = append(mended, r)
		}
	}
	return unknown, mended
}
