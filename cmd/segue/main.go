// Command segue continues time series and music. See `segue help`.
package main

import "github.com/segue-go/segue/cmd/internal/cli"

func main() { cli.Main(run) }
