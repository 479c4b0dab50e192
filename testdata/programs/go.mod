module programs

go 1.21

require google.golang.org/protobuf v0.0.0

replace google.golang.org/protobuf => ./protobuf
