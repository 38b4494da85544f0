package seq

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"

	"github.com/natefinch/atomic"
	"github.com/segue-go/segue/seq/internal/safetensors"
)

// ErrFormat is wrapped by every error about the contents of a model file.
var ErrFormat = safetensors.ErrFormat

// maxFile bounds the size of a model file that we read.
const maxFile = 1 << 30

// EncodeOptions configures how networks are written. The zero value writes float32.
type EncodeOptions struct {
	Half bool              // store float16: half the size, about three digits
	Meta map[string]string // in addition to the networks' own Meta
}

// Encode writes networks as one safetensors file, tensors named as in PyTorch.
// The metadata holds the configuration under "segue.config". Several
// networks are distinguished by the prefixes "net0.", "net1.", ...; a single one
// has no prefix. The same networks give the same bytes.
func Encode(opt EncodeOptions, nets ...*Net) ([]byte, error) {
	meta := map[string]string{"segue.nets": strconv.Itoa(len(nets)), "format": "pt"}
	for k, v := range opt.Meta {
		meta[k] = v
	}
	var tensors []safetensors.Tensor
	for i, n := range nets {
		prefix := netPrefix(i, len(nets))
		cfg, err := json.Marshal(n.cfg)
		if err != nil {
			return nil, err
		}
		meta[prefix+"segue.config"] = string(cfg)
		for k, v := range n.Meta {
			meta[prefix+k] = v
		}
		for _, p := range n.Params() {
			tensors = append(tensors, safetensors.Tensor{Name: prefix + p.Name, Shape: p.Shape, Data: p.Data})
		}
	}
	return safetensors.Encode(meta, tensors, opt.Half)
}

func netPrefix(i, n int) string {
	if n == 1 {
		return ""
	}
	return fmt.Sprintf("net%d.", i)
}

// Decode reads what Encode wrote and returns the networks and all metadata.
// Errors wrap ErrFormat or ErrConfig. DecodeAs reads files of other programs.
func Decode(file []byte) ([]*Net, map[string]string, error) {
	return DecodeWith(file, nil)
}

// DecodeWith is Decode for networks with custom heads: head makes network i's head from its configuration and the file's metadata; it may
// return nil for the head that the configuration names.
func DecodeWith(file []byte, head func(i int, cfg Config, meta map[string]string) (Head, error)) ([]*Net, map[string]string, error) {
	meta, tensors, err := safetensors.Decode(file)
	if err != nil {
		return nil, nil, err
	}
	count, err := strconv.Atoi(meta["segue.nets"])
	if err != nil || count < 1 || count > 1000 {
		return nil, nil, fmt.Errorf("seq: %w: the metadata names no network of segue", ErrFormat)
	}
	var nets []*Net
	for i := range count {
		prefix := netPrefix(i, count)
		var cfg Config
		if err := json.Unmarshal([]byte(meta[prefix+"segue.config"]), &cfg); err != nil {
			return nil, nil, fmt.Errorf("seq: %w: configuration of network %d: %v", ErrFormat, i, err)
		}
		var own Head
		if head != nil {
			if own, err = head(i, cfg, meta); err != nil {
				return nil, nil, err
			}
		}
		n, err := decodeNet(tensors, prefix, cfg, own)
		if err != nil {
			return nil, nil, err
		}
		n.Meta = map[string]string{}
		if count == 1 {
			n.Meta = meta
		}
		nets = append(nets, n)
	}
	return nets, meta, nil
}

// DecodeAs reads a safetensors file without our metadata, for instance a
// PyTorch state dict, as a network with the given configuration. head may be
// nil, see NewWithHead.
func DecodeAs(file []byte, cfg Config, head Head) (*Net, error) {
	_, tensors, err := safetensors.Decode(file)
	if err != nil {
		return nil, err
	}
	return decodeNet(tensors, "", cfg, head)
}

// decodeNet refuses a configuration that asks for more than the file holds
// before it allocates that much.
func decodeNet(tensors []safetensors.Stored, prefix string, cfg Config, head Head) (*Net, error) {
	cfg, head, lay, err := plan(cfg, head)
	if err != nil {
		return nil, err
	}
	held := 0
	for _, t := range tensors {
		held += t.Len()
	}
	if lay.size > held {
		return nil, fmt.Errorf("seq: %w: %d parameters wanted, the file holds %d", ErrFormat, lay.size, held)
	}
	n := blank(cfg, head, lay)
	return n, n.assign(tensors, prefix)
}

// WriteFile writes networks to path: all of it, or nothing.
func WriteFile(path string, opt EncodeOptions, nets ...*Net) error {
	data, err := Encode(opt, nets...)
	if err != nil {
		return err
	}
	return atomic.WriteFile(path, bytes.NewReader(data))
}

// ReadFile reads a file that WriteFile wrote.
func ReadFile(path string) ([]*Net, map[string]string, error) {
	data, err := readBounded(path)
	if err != nil {
		return nil, nil, err
	}
	nets, meta, err := Decode(data)
	if err != nil {
		return nil, nil, fmt.Errorf("%s: %w", path, err)
	}
	return nets, meta, nil
}

func readBounded(path string) ([]byte, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	if info.Size() > maxFile {
		return nil, fmt.Errorf("seq: %w: %s has %d bytes, more than %d", ErrFormat, path, info.Size(), maxFile)
	}
	return os.ReadFile(path)
}

// assign copies tensors named prefix+name into the network's parameters.
func (n *Net) assign(tensors []safetensors.Stored, prefix string) error {
	found := map[string]safetensors.Stored{}
	for _, t := range tensors {
		if rest, ok := strings.CutPrefix(t.Name, prefix); ok {
			found[rest] = t
		}
	}
	for _, p := range n.Params() {
		t, ok := found[p.Name]
		if !ok {
			return fmt.Errorf("seq: %w: tensor %q is missing", ErrFormat, prefix+p.Name)
		}
		if !slices.Equal(t.Shape, p.Shape) {
			return fmt.Errorf("seq: %w: tensor %q has shape %v, want %v", ErrFormat, t.Name, t.Shape, p.Shape)
		}
		t.Read(p.Data)
		for i, x := range p.Data {
			if x-x != 0 {
				return fmt.Errorf("seq: %w: tensor %q holds %v at %d", ErrFormat, t.Name, x, i)
			}
		}
	}
	return nil
}
