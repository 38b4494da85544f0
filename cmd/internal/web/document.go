package web

import (
	_ "embed"
	"encoding/json"
	"net/http"
	"sync"

	"github.com/segue-go/segue/cmd/internal/job"
)

// openAPIBase is the OpenAPI document without its paths: who we are, and the schemas
// of results and errors.
//
//go:embed openapi.json
var openAPIBase []byte

// openAPI is the whole document: the paths and their parameters follow from the jobs.
var openAPI = sync.OnceValue(func() []byte {
	var doc map[string]any
	if err := json.Unmarshal(openAPIBase, &doc); err != nil {
		panic("web: openapi.json: " + err.Error()) // embedded: a test reads it
	}
	paths := map[string]any{}
	for _, k := range job.Kinds {
		paths["/api/v1/"+k.Name] = map[string]any{"post": operation(k)}
	}
	doc["paths"] = paths
	data, err := json.MarshalIndent(doc, "", " ")
	if err != nil {
		panic("web: openapi.json: " + err.Error())
	}
	return data
})

// operation describes a job.
func operation(k job.Kind) map[string]any {
	ref := func(kind, name string) map[string]any {
		return map[string]any{"$ref": "#/components/" + kind + "/" + name}
	}
	text := map[string]any{"type": "string"}
	binary := map[string]any{"type": "string", "format": "binary"}
	result := map[string]any{"audio/wav": map[string]any{"schema": binary}}
	if k.Schema != "" {
		result = map[string]any{"application/json": map[string]any{"schema": ref("schemas", k.Schema)}}
	}
	result["text/event-stream"] = map[string]any{"schema": text}
	responses := map[string]any{"200": map[string]any{
		"description": "the result; with Accept: text/event-stream a stream of the events progress, and then result or error",
		"content":     result,
	}}
	for status, name := range map[string]string{"400": "BadOption", "413": "TooLarge", "415": "Encoded", "422": "BadData", "503": "Busy", "504": "TooLong"} {
		responses[status] = ref("responses", name)
	}
	out := map[string]any{"operationId": k.Name, "summary": k.Summary, "parameters": k.New().Fields().Parameters(), "responses": responses}
	bodies := map[string]any{}
	if k.Body != "" {
		bodies[k.Body] = map[string]any{"schema": binary}
	}
	if len(k.Parts) > 0 {
		bodies["multipart/form-data"] = map[string]any{"schema": form(k)}
	}
	if len(bodies) > 0 {
		out["requestBody"] = map[string]any{"required": k.Bodies, "content": bodies}
	}
	return out
}

// form describes the parts of a job's form.
func form(k job.Kind) map[string]any {
	parts := map[string]any{}
	for _, name := range k.Parts {
		part := map[string]any{"type": "string", "format": "binary", "description": job.Parts[name]}
		if name == "future" && k.Name == "forecast" {
			part = map[string]any{"type": "array", "items": map[string]any{"type": "string", "format": "binary"}, "description": job.Parts[name]}
		}
		parts[name] = part
	}
	out := map[string]any{"type": "object", "properties": parts}
	if k.Body == "" {
		out["required"] = k.Parts
	}
	return out
}

func document(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "application/json")
	_, _ = w.Write(openAPI())
}

// forms tells the page what its fields are called, hold at first, and may hold.
func forms(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(job.Forms())
}
