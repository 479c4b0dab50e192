package main

import (
	"archive/zip"
	"bytes"
	"compress/gzip"
	"image"
	"image/color"
	"image/gif"
	"image/png"
	"io"
	"math/big"
	"testing/fstest"
)

func images() {
	m := image.NewPaletted(image.Rect(0, 0, 40, 40), color.Palette{color.Black, color.RGBA{1, 2, 3, 4}})
	rgba := image.NewRGBA(image.Rect(0, 0, 30, 30))
	var b, g bytes.Buffer
	png.Encode(&b, rgba)
	gif.Encode(&g, m, nil)
	im, _ := png.Decode(&b)
	keep(m, rgba, im, rgba.SubImage(image.Rect(3, 3, 9, 9)))
	var z bytes.Buffer
	zw := zip.NewWriter(&z)
	w, _ := zw.Create("a.txt")
	w.Write(make([]byte, 1000))
	zw.Close()
	zr, _ := zip.NewReader(bytes.NewReader(z.Bytes()), int64(z.Len()))
	gw := gzip.NewWriter(io.Discard)
	gw.Write([]byte("abc"))
	keep(zw, zr, gw, fstest.MapFS{"a": {Data: []byte("x")}})
	n := new(big.Int).Exp(big.NewInt(3), big.NewInt(1000), nil)
	rt := big.NewRat(1, 3)
	keep(n, n.String(), rt, rt.Num(), new(big.Float).SetPrec(300).SetInt(n))
}
