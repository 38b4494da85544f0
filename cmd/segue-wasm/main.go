//go:build js && wasm

// Segue-wasm is the engine for pages without a server: it runs in a worker of the
// browser and does the same jobs as `segue serve`. See `make wasm`.
package main

import (
	"context"
	"encoding/json"
	"syscall/js"

	"github.com/segue-go/segue/cmd/internal/job"
)

// main sets segueRun(kind, bytes, query, progress), which returns a promise: of
// JSON, or of a Uint8Array for sound. Kinds are the jobs of package job, and "form",
// which describes the page's fields. It rejects with a job.Wrong as JSON.
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
				l := job.Listener{Step: func(s job.Step) { report.Invoke(s.Stage, s.Done()) }}
				result, err := run(kind, body, query, l)
				if err != nil {
					text, _ := json.Marshal(job.Page.Word(err))
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

func run(kind string, body []byte, query string, l job.Listener) (js.Value, error) {
	var result any = job.Forms()
	if kind != "form" {
		var err error
		if result, err = job.Do(context.Background(), kind, query, body, l); err != nil { // cancelling ends the worker
			return js.Undefined(), err
		}
	}
	if wav, ok := result.(job.Sound); ok {
		out := js.Global().Get("Uint8Array").New(len(wav))
		js.CopyBytesToJS(out, wav)
		return out, nil
	}
	text, err := json.Marshal(result)
	return js.ValueOf(string(text)), err
}
