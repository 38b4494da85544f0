//go:build js && wasm

// Segue-wasm is the engine for pages without a server: it runs in a worker of the
// browser and does the same jobs as `segue serve`. See `make wasm`.
package main

import (
	"context"
	"encoding/json"
	"strings"
	"syscall/js"

	"github.com/segue-go/segue/cmd/internal/job"
)

// main sets segueRun(kind, bytes, query, progress), which returns a promise: of
// JSON, or of a Uint8Array for the kind "render". It rejects with JSON that has
// message and hint.
func main() {
	js.Global().Set("segueRun", js.FuncOf(func(_ js.Value, args []js.Value) any {
		kind, query, report := args[0].String(), args[2].String(), args[3]
		body := make([]byte, args[1].Length())
		js.CopyBytesToGo(body, args[1])
		var executor js.Func
		executor = js.FuncOf(func(_ js.Value, settle []js.Value) any {
			resolve, reject := settle[0], settle[1]
			go func() { // a job would block the event loop, and with it what it waits for
				defer executor.Release()
				result, err := run(kind, body, query, func(stage string, done float64) { report.Invoke(stage, done) })
				if err != nil {
					text, _ := json.Marshal(map[string]string{"message": job.Message(err), "hint": strings.ReplaceAll(job.Hint(err), "--", "")})
					reject.Invoke(string(text))
					return
				}
				resolve.Invoke(result)
			}()
			return nil
		})
		return js.Global().Get("Promise").New(executor)
	}))
	js.Global().Call("segueReady")
	select {}
}

func run(kind string, body []byte, query string, p job.Progress) (js.Value, error) {
	ctx := context.Background() // cancelling ends the worker
	var result any
	var err error
	switch kind {
	case "render":
		wav, err := job.RunRender(ctx, body)
		if err != nil {
			return js.Undefined(), err
		}
		out := js.Global().Get("Uint8Array").New(len(wav))
		js.CopyBytesToJS(out, wav)
		return out, nil
	case "continue":
		result, err = job.RunMusic(ctx, body, query, p)
	default:
		result, err = job.RunForecast(ctx, body, query, p)
	}
	if err != nil {
		return js.Undefined(), err
	}
	text, err := json.Marshal(result)
	return js.ValueOf(string(text)), err
}
