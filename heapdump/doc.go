// Package heapdump reads and writes the heap dumps of debug.WriteHeapDump:
// bytes in, records out, and back. It knows the file format and its quirks
// (a damaged end, objects that the runtime wrote short, slots that are no
// objects) and nothing of types, graphs or executables.
//
// # The format
//
// One header for every Go from 1.7 to 1.27, then records until tag 0. The
// numbers over a box are its width in bytes; v is an unsigned varint
// (little-endian groups of 7 bits, 1 to 10 bytes), n a varint that counts the
// bytes behind it.
//
//	         16
//	+------------------+--------+--------+-- - - --+-----+
//	| go1.7 heap dump\n| record | record |         | EOF |
//	+------------------+--------+--------+-- - - --+-----+
//
//	record    v      v or n+bytes, by tag
//	       +-----+---------+---------+-- - -
//	       | tag | field 1 | field 2 |
//	       +-----+---------+---------+-- - -
//
//	object    1    v      v    size     list
//	       +-----+------+------+----------+--------+
//	       |  1  | addr | size | contents | fields |
//	       +-----+------+------+----------+--------+
//
//	list      1     v       1     v            1
//	       +------+-----+------+-----+-- - --+---+
//	       | kind | off | kind | off |       | 0 |    kind 1 pointer, 2 iface, 3 eface
//	       +------+-----+------+-----+-- - --+---+    off  bytes from the contents' start
//
// The fields of every tag, in file order, as the code has them (v number or
// address, f flag 0 or 1, s string, b bytes, l field list, k stack, * repeated):
//
//	 0 eof
//	 1 object           addr:v contents:b fields:l
//	 2 otherroot        description:s to:v
//	 3 type             addr:v size:v name:s indirect:f
//	 4 goroutine        addr:v sp:v id:v createdAt:v status:v system:f background:f waitSince:v waitReason:s context:v m:v defer:v panic:v
//	 5 frame            sp:v depth:v childSP:v contents:b entry:v pc:v contPC:v func:s fields:l
//	 6 params           bigEndian:f ptrSize:v heapStart:v heapEnd:v arch:s goVersion:s ncpu:v
//	 7 finalizer        object:v func:v entry:v argType:v objectType:v
//	 8 itab             addr:v type:v
//	 9 osthread         addr:v id:v osID:v
//	10 memstats         alloc:v totalAlloc:v sys:v lookups:v mallocs:v frees:v heapAlloc:v heapSys:v heapIdle:v heapInuse:v heapReleased:v heapObjects:v stackInuse:v stackSys:v mSpanInuse:v mSpanSys:v mCacheInuse:v mCacheSys:v buckHashSys:v gcSys:v otherSys:v nextGC:v lastGC:v pauseTotalNs:v pauseNs:v*256 numGC:v
//	11 queuedfinalizer  object:v func:v entry:v argType:v objectType:v
//	12 data             addr:v contents:b fields:l
//	13 bss              addr:v contents:b fields:l
//	14 defer            addr:v goroutine:v sp:v pc:v func:v entry:v link:v
//	15 panic            addr:v goroutine:v argType:v arg:v defer:v link:v
//	16 bucket           id:v size:v stack:k allocs:v frees:v
//	17 sample           object:v bucket:v
//
// Source: runtime/heapdump.go of Go 1.18 to 1.27. Words inside contents have
// the byte order and size that the params record states; varints have neither.
//
// # One pass
//
// Look goes over a dump once, in a window of 1 MiB, and counts: for files larger
// than the memory. It says what a Reader says of every record.
//
// # Damage
//
// Whatever a file holds, Reader delivers the records before the damage and
// then a *FormatError, which stays. No length in a file is trusted, and no
// input makes the package panic. A file that shrinks while it is open is out
// of scope: it is mapped into memory, and the system kills a program that
// touches pages which are gone.
package heapdump
