package program

import (
	"bytes"
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"hash/crc32"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/objgraph/objgraph/mem"
)

// An index keeps what it takes long to find out about a large executable in the
// user's cache folder. It holds no contents of any heap: names, offsets and
// addresses of the executable. Its file:
//
//	magic  16 bytes
//	sum    u32   CRC-32C of all that follows
//	proof  32 bytes, of the executable's contents
//	body   see indexed.code
//
// It is written under another name and renamed, so that no reader sees a part of
// one, and read into memory, so that none is harmed by what happens to the file.
// One that is not whole, or of another executable, counts as none.
const (
	indexMagic   = "objgraph index 1"
	indexHeader  = len(indexMagic) + 4
	indexSuffix  = "-v1.idx"
	indexTemp    = "new-*.tmp"
	maxIndex     = 1 << 27 // bytes of one that is read
	maxIndexes   = 1 << 29 // bytes of all in the folder
	minIndexed   = 8 << 20 // bytes of an executable that is worth one
	indexTempAge = time.Hour
)

// cacheEnv names the folder of indexes, or "off" for none.
const cacheEnv = "OBJGRAPH_CACHE"

// CacheOff as Options.Cache, or as the environment variable OBJGRAPH_CACHE, has
// no index kept or used.
const CacheOff = "off"

// indexFolder is where indexes are, "" if none are wanted.
func indexFolder(option string) string {
	switch dir := cmp.Or(option, os.Getenv(cacheEnv)); dir {
	case CacheOff:
		return ""
	case "":
		user, err := os.UserCacheDir()
		if err != nil {
			return ""
		}
		return filepath.Join(user, "objgraph")
	default:
		return dir
	}
}

// proof identifies the contents of an executable, whatever its name, place and
// date.
type contentProof [sha256.Size]byte

// provePiece is how much goes into one checksum.
const provePiece = 256 << 10

// prove hashes the checksums of all pieces of the file, which it reads: to touch
// all of it where it is mapped takes three times as long.
func prove(file io.ReaderAt, size, workers int) (p contentProof, err error) {
	n := (size + provePiece - 1) / provePiece
	sums := make([]byte, 8+4*n)
	binary.LittleEndian.PutUint64(sums, uint64(size))
	bufs, errs := make([][]byte, mem.Workers(workers)), make([]error, n)
	mem.Parallel(context.Background(), workers, n, func(w, i int) {
		if bufs[w] == nil {
			bufs[w] = make([]byte, provePiece)
		}
		b := bufs[w][:min(provePiece, size-i*provePiece)]
		if k, err := file.ReadAt(b, int64(i)*provePiece); k < len(b) {
			errs[i] = err
		}
		binary.LittleEndian.PutUint32(sums[8+4*i:], crc32.Checksum(b, castagnoli))
	})
	return sha256.Sum256(sums), errors.Join(errs...)
}

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// indexPrefix begins the names of the indexes of all files with a build id.
func indexPrefix(buildID string) string {
	h := sha256.Sum256([]byte(buildID))
	return hex.EncodeToString(h[:8]) + "-"
}

func indexName(buildID string, proof contentProof) string {
	return indexPrefix(buildID) + hex.EncodeToString(proof[:8]) + indexSuffix
}

// hasIndex reports whether there may be an index, before the file is hashed.
func hasIndex(dir, buildID string) bool {
	found, err := filepath.Glob(filepath.Join(dir, indexPrefix(buildID)+"*"+indexSuffix))
	return err == nil && len(found) > 0
}

var errNoIndex = errors.New("no index")

// readIndex returns the body of an index.
func readIndex(path string, proof contentProof) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	st, err := f.Stat()
	if err != nil || !st.Mode().IsRegular() || st.Size() > maxIndex {
		return nil, errNoIndex
	}
	b := make([]byte, st.Size())
	if _, err := io.ReadFull(f, b); err != nil {
		return nil, err
	}
	if len(b) < indexHeader+len(proof) || !bytes.HasPrefix(b, []byte(indexMagic)) {
		return nil, errNoIndex
	}
	sum, rest := binary.LittleEndian.Uint32(b[len(indexMagic):]), b[indexHeader:]
	if crc32.Checksum(rest, castagnoli) != sum || !bytes.HasPrefix(rest, proof[:]) {
		return nil, errNoIndex
	}
	now := time.Now()
	_ = os.Chtimes(path, now, now) // so that the oldest is the one longest unused
	return rest[len(proof):], nil
}

// writeIndex puts an index into the folder, which it makes.
func writeIndex(dir, name string, proof contentProof, body []byte) error {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	f, err := os.CreateTemp(dir, indexTemp) // mode 0600
	if err != nil {
		return err
	}
	head := append([]byte(indexMagic), 0, 0, 0, 0)
	sum := crc32.Update(crc32.Checksum(proof[:], castagnoli), castagnoli, body)
	binary.LittleEndian.PutUint32(head[len(indexMagic):], sum)
	for _, b := range [][]byte{head, proof[:], body} {
		if err == nil {
			_, err = f.Write(b)
		}
	}
	if err = errors.Join(err, f.Close()); err == nil {
		err = os.Rename(f.Name(), filepath.Join(dir, name))
	}
	if err != nil {
		os.Remove(f.Name())
		return err
	}
	trimIndexes(dir, maxIndexes)
	return nil
}

// trimIndexes removes the indexes longest unused until the others are no larger
// than limit, and what broken-off writers left.
func trimIndexes(dir string, limit int64) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return
	}
	var indexes []os.FileInfo
	for _, e := range entries {
		info, err := e.Info()
		switch {
		case err != nil || !info.Mode().IsRegular():
		case strings.HasSuffix(e.Name(), indexSuffix):
			indexes = append(indexes, info)
		case strings.HasPrefix(e.Name(), "new-") && strings.HasSuffix(e.Name(), ".tmp") && time.Since(info.ModTime()) > indexTempAge:
			os.Remove(filepath.Join(dir, e.Name()))
		}
	}
	slices.SortFunc(indexes, func(a, b os.FileInfo) int {
		return cmp.Or(b.ModTime().Compare(a.ModTime()), cmp.Compare(a.Name(), b.Name()))
	})
	for _, info := range indexes {
		if limit -= info.Size(); limit < 0 {
			os.Remove(filepath.Join(dir, info.Name()))
		}
	}
}
