module github.com/segue-go/segue

go 1.26.8

require (
	github.com/natefinch/atomic v1.0.1
	gonum.org/v1/gonum v0.17.0
)
