package sound

import (
	"fmt"
	"io"

	"github.com/mewkiz/flac"
	"github.com/mewkiz/flac/frame"
	"github.com/mewkiz/flac/meta"
)

// WriteFLAC writes 16-bit stereo, compressed without loss.
func WriteFLAC(w io.Writer, a *Audio) error {
	const block = 4096
	// A plain writer, so that the encoder does not seek back and close the file.
	enc, err := flac.NewEncoder(struct{ io.Writer }{w}, &meta.StreamInfo{
		BlockSizeMin: block, BlockSizeMax: block, SampleRate: uint32(a.Rate), NChannels: 2, BitsPerSample: 16, NSamples: uint64(len(a.Left)),
	})
	if err != nil {
		return fmt.Errorf("sound: %w", err)
	}
	for at := 0; at < len(a.Left); at += block {
		n := min(block, len(a.Left)-at)
		f := &frame.Frame{Header: frame.Header{
			HasFixedBlockSize: true, BlockSize: uint16(n), SampleRate: uint32(a.Rate), Channels: frame.ChannelsLR, BitsPerSample: 16,
		}}
		for _, side := range [][]float32{a.Left, a.Right} {
			samples := make([]int32, n)
			for i, v := range side[at : at+n] {
				samples[i] = int32(sample16(v))
			}
			f.Subframes = append(f.Subframes, &frame.Subframe{SubHeader: frame.SubHeader{Pred: frame.PredVerbatim}, Samples: samples, NSamples: n})
		}
		if err := enc.WriteFrame(f); err != nil {
			return fmt.Errorf("sound: %w", err)
		}
	}
	return enc.Close()
}
