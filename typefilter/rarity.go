package typefilter

// shareRarity makes a whole as rare as the rarest of its parts. Types whose
// leaked objects come together, one of each, and each inside one of the other's,
// are one thing that leaked; that one object of the whole lives elsewhere and
// holds no such part is chance. They are equally rare, and the tie is decided by
// who dominates the others.
func shareRarity(leaks []Leak) {
	at := map[string]int{}
	for i := range leaks {
		leaks[i].Rarity = leaks[i].Count
		at[leaks[i].FullName] = i
	}
	for i := range leaks {
		part := &leaks[i]
		for range leaks { // as far up as there are wholes
			k, ok := at[part.Owner]
			if !ok || part.Owner == "" || leaks[k].Leaked != part.Leaked {
				break
			}
			leaks[k].Rarity = min(leaks[k].Rarity, leaks[i].Count)
			part = &leaks[k]
		}
	}
}
