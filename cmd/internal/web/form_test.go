package web

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"io"
	"mime/multipart"
	"net/http"
	"net/textproto"
	"regexp"
	"strings"
	"testing"

	"github.com/segue-go/segue/cmd/internal/field"
)

// The page's form says nothing that the jobs do not: every field exists and has the
// label that errors and help call it by; defaults and ranges are not in the page.
func TestForm(t *testing.T) {
	s := start(t, Options{})
	resp, err := http.Get(s.URL + "/api/v1/form.json")
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	var forms map[string][]field.Input
	if err := json.NewDecoder(resp.Body).Decode(&forms); err != nil {
		t.Fatal(err)
	}
	f, err := Static().Open("index.html")
	if err != nil {
		t.Fatal(err)
	}
	page, err := io.ReadAll(f)
	if err != nil {
		t.Fatal(err)
	}
	for id, name := range map[string]string{"forecast-form": "forecast", "music-form": "continue"} {
		_, form, _ := strings.Cut(string(page), `id="`+id+`"`)
		form, _, _ = strings.Cut(form, "</form>")
		fields := map[string]field.Input{}
		for _, in := range forms[name] {
			fields[in.Name] = in
		}
		labels := regexp.MustCompile(`(?s)<label[^>]*>([^<]*)<(?:input|select) name="([^"]+)"([^>]*)>([^<]*)`).FindAllStringSubmatch(form, -1)
		if len(labels) < 5 {
			t.Errorf("%s has %d fields", id, len(labels))
		}
		for _, l := range labels {
			in, ok := fields[l[2]]
			text := strings.TrimSpace(l[1])
			if text == "" { // a box has its label behind it
				text = strings.TrimSpace(l[4])
			}
			if !ok || in.Label != text {
				t.Errorf("%s: the field %s is labelled %q, the job says %q", id, l[2], text, in.Label)
			}
			if regexp.MustCompile(`\b(min|max|maxlength)=|value="[^t]`).MatchString(l[3]) {
				t.Errorf("%s: the field %s has a range or a default of its own:%s", id, l[2], l[3])
			}
		}
		if in := fields["seed"]; name == "continue" && (in.Start != "1" || *in.Min != 0) {
			t.Errorf("the seed is %+v", in)
		}
		if in := fields["bars"]; name == "continue" && (in.Start != "8" || *in.Min != 1 || *in.Max != 64) {
			t.Errorf("bars are %+v", in)
		}
	}
}

// Errors speak of labels to the page, and of parameters to others.
func TestVoice(t *testing.T) {
	s := start(t, Options{})
	for client, want := range map[string]string{"page": "“Horizon (steps)” 0: want", "": `"horizon 0: want`} {
		status, data := send(t, s.URL+"/api/v1/forecast?horizon=0", strings.NewReader("a"), "Segue-Client", client)
		if status != 400 || !strings.Contains(string(data), want) {
			t.Errorf("client %q: status %d, %s", client, status, data)
		}
	}
}

// A hint names what its reader can use: flags are for command lines, files of
// regressors too; programs find the same in remedies.
func TestHints(t *testing.T) {
	s := start(t, Options{})
	two, promo := "month,a,b\n2020-01,1,2\n2020-02,3,4\n2020-03,4,4\n", "month,y,x\n2020-01,1,2\n2020-02,3,4\n2020-03,4,4\n2020-04,4,4\n"
	for _, c := range []struct{ client, query, body, want, never string }{
		{"page", "", two, "choose a column in “Values”, or choose several in “Values”, as A,B, or take all in “each column is a series”", "--"},
		{"", "", two, `choose a column with the parameter value=NAME, or choose several with the parameter value=A,B, or take all with the parameter wide=true`, "--"},
		{"", "", two, `"remedies":[{"do":"choose a column","option":"value","suggest":"NAME"}`, "flag"},
		{"page", "value=y&regressors=x&method=naive&horizon=2", promo, "give the values in a file in “Futures to compare”, or name the column as one that is known for the past only in “Past regressors”, as x", "FILE"},
	} {
		status, data := send(t, s.URL+"/api/v1/forecast?"+c.query, strings.NewReader(c.body), "Segue-Client", c.client)
		if status != 422 || !strings.Contains(string(data), c.want) || strings.Contains(string(data), c.never) {
			t.Errorf("client %q: status %d, %s, want %s", c.client, status, data, c.want)
		}
	}
}

// The parts of a form may be packed, whether or not their Content-Encoding says so, and
// the answer is that of the plain parts; what is long when it is unpacked is refused.
func TestPackedParts(t *testing.T) {
	s := start(t, Options{Body: 1 << 20})
	pack := func(data []byte) []byte {
		var out bytes.Buffer
		z := gzip.NewWriter(&out)
		_, _ = z.Write(data)
		z.Close()
		return out.Bytes()
	}
	form := func(parts ...[]byte) (io.Reader, string) {
		var body bytes.Buffer
		w := multipart.NewWriter(&body)
		for i, p := range parts {
			h := textproto.MIMEHeader{"Content-Disposition": {`form-data; name="` + []string{"table", "events"}[i] + `"`}}
			if i == 0 && bytes.HasPrefix(p, gzipped) {
				h.Set("Content-Encoding", "gzip")
			}
			part, err := w.CreatePart(h)
			if err != nil {
				t.Fatal(err)
			}
			_, _ = part.Write(p)
		}
		w.Close()
		return &body, w.FormDataContentType()
	}
	events := []byte("event,date\nfair,1955-05-01\nfair,1961-05-01\n")
	var want []byte
	for i, parts := range [][][]byte{{air, events}, {pack(air), pack(events)}, {air, pack(events)}, {pack(air), events}} {
		body, kind := form(parts...)
		status, data := send(t, s.URL+"/api/v1/forecast?method=naive&horizon=2", body, "Content-Type", kind)
		if i == 0 {
			want = data
		}
		if status != 200 || !bytes.Equal(data, want) {
			t.Errorf("form %d: status %d: %.200s", i, status, data)
		}
	}
	for status, part := range map[int][]byte{413: pack(make([]byte, 4<<20)), 400: []byte("\x1f\x8bxxxxxxxxxx")} {
		body, kind := form(part)
		if got, data := send(t, s.URL+"/api/v1/forecast", body, "Content-Type", kind); got != status {
			t.Errorf("status %d, want %d: %.200s", got, status, data)
		}
	}
}
