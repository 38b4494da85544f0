package safetensors

import (
	"bytes"
	"encoding/json"
	"maps"
	"math"
	"reflect"
	"slices"
	"strings"
	"testing"
)

// byJSON reads a header with package json alone.
func byJSON(text []byte) (map[string]string, map[string]entry, error) {
	var raw map[string]json.RawMessage
	if err := json.Unmarshal(text, &raw); err != nil {
		return nil, nil, err
	}
	var meta map[string]string
	entries := map[string]entry{}
	for name, part := range raw {
		var err error
		if name == "__metadata__" {
			err = json.Unmarshal(part, &meta)
		} else {
			var e entry
			err = json.Unmarshal(part, &e)
			entries[name] = e
		}
		if err != nil {
			return nil, nil, err
		}
	}
	return meta, entries, nil
}

// What the reader of headers accepts means to package json what it means to us, and
// what Encode writes is accepted.
func FuzzHeader(f *testing.F) {
	for _, s := range []string{
		``, `{}`, ` { } `, `{} x`, "{}\x00", `{}{}`, `{"a"}`, `{"a":}`, `{"a":1}`, `{"a":{}`, `{"a":{}},`, `{,}`, `{"a":{},}`, `["a"]`, `{"a`, `{"a\`,
		`{"a":{"dtype":"F32","shape":[2,3],"data_offsets":[0,24]}}`, `{"a":{"dtype":"F32","shape":[2,3],"data_offsets":[0,24]} }  `,
		`{"__metadata__":{"x":"y","z":"\u00e9\n\"","ü":"\\"},"a\"b":{"shape":[]}}`, `{"__metadata__":{"x":1}}`, `{"__metadata__":"x"}`,
		`{"a":{"dtype":"}"},"b":{"shape":[[1]]}}`, `{"a":]}`, "{\"a\x01\":{}}", "{\"a\xff\":{}}", `{"a":{},"a":{"dtype":"F16"}}`, `{"a":{} "b":{}}`, `{"a":{}{}}`,
	} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		meta, entries, err := header(text)
		if err != nil {
			return
		}
		wantMeta, want, err := byJSON(text)
		if err != nil {
			t.Fatalf("%q is no header: %v", text, err)
		}
		if !maps.Equal(meta, wantMeta) || !reflect.DeepEqual(entries, want) {
			t.Errorf("%q: %v %v, want %v %v", text, meta, entries, wantMeta, want)
		}
	})
}

// Metadata with any text survives, next to tensors of any name.
func TestHeader(t *testing.T) {
	meta := map[string]string{"": "", "plain": "abc", "\"\\\n\x00é\u2028": "{\"a\":[1,2]}\t<&>"}
	data, err := Encode(meta, []Tensor{{"w\"", []int{2, 1}, []float32{1, 2}}, {"v", nil, []float32{3}}}, false)
	if err != nil {
		t.Fatal(err)
	}
	got, ts, err := Decode(data)
	if err != nil || !maps.Equal(got, meta) || len(ts) != 2 || ts[0].Name != "v" || ts[1].Name != "w\"" || ts[1].Len() != 2 {
		t.Errorf("%q %v %v", got, ts, err)
	}
	for _, bad := range []string{`{"a":{},"a":{}}`, `{"__metadata__":{"x":"1","x":"2"}}`, `{"__metadata__":{},"__metadata__":{}}`, "{}x", `{"a":1}`, `{"a":{}`, `{"__metadata__":{"a":1}}`, "{\"a\x01\":{}}"} {
		if _, _, err := header([]byte(bad)); err == nil {
			t.Errorf("%s is accepted", bad)
		}
	}
	deep := []byte(`{"a":{"dtype":"F32","shape":[1,1,1,1,1,1,1,1,1],"data_offsets":[0,4]}}`)
	if _, _, err := Decode(slices.Concat([]byte{byte(len(deep)), 0, 0, 0, 0, 0, 0, 0}, deep, make([]byte, 4))); err == nil || !strings.Contains(err.Error(), "9 dimensions") {
		t.Errorf("nine dimensions: %v", err)
	}
	if _, _, err := header(bytes.Repeat([]byte("{\"a\":"), 1000)); err == nil {
		t.Error("an open object is accepted")
	}
}

// Every half-precision number is read as its definition says.
func TestHalf(t *testing.T) {
	for i := range 1 << 16 {
		h := uint16(i)
		want := float64(h&0x3ff) / 1024
		exp := int(h >> 10 & 0x1f)
		switch exp {
		case 0:
			want = math.Ldexp(want, -14)
		case 31:
			if want = math.NaN(); h&0x3ff == 0 {
				want = math.Inf(1)
			}
		default:
			want = math.Ldexp(1+want, exp-15)
		}
		if h>>15 == 1 {
			want = math.Copysign(want, -1)
		}
		if got := float64(fromHalf(h)); got != want && !(got != got && want != want) || want == 0 && math.Signbit(got) != math.Signbit(want) {
			t.Fatalf("%#04x: %v, want %v", h, got, want)
		}
	}
}
