module stdlib

go 1.21
