module github.com/segue-go/segue

go 1.26.8

require (
	github.com/natefinch/atomic v1.0.1
	gonum.org/v1/gonum v0.17.0
)

require (
	github.com/go-gota/gota v0.12.0 // indirect
	gitlab.com/gomidi/midi/v2 v2.3.24 // indirect
	golang.org/x/net v0.62.0 // indirect
)
