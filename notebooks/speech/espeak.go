// Package speech makes spoken words and turns sound into features.
package speech

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"os/exec"
	"strconv"
)

// Rate is the sample rate of what Say returns, in hertz.
const Rate = 22050

// Voice is a speaker as espeak-ng knows them.
type Voice struct {
	Accent  string // for instance "en-us"
	Variant string // for instance "f3"
	Words   int    // per minute, 80 to 450
	Pitch   int    // 0 to 99
}

// Say speaks text with the program espeak-ng and returns the samples between -1
// and 1.
func Say(text string, v Voice) ([]float64, error) {
	cmd := exec.Command("espeak-ng", "--stdout", "-v", v.Accent+"+"+v.Variant, "-s", strconv.Itoa(v.Words), "-p", strconv.Itoa(v.Pitch), text)
	wav, err := cmd.Output()
	if errors.Is(err, exec.ErrNotFound) {
		return nil, errors.New("speech: espeak-ng is not installed; on Debian: apt install espeak-ng")
	}
	if err != nil {
		return nil, fmt.Errorf("speech: espeak-ng %v: %w", v, err)
	}
	return samples(wav)
}

// samples reads 16-bit mono WAV as espeak-ng streams it: the length of the data
// chunk is a guess, so everything after its header is sound.
func samples(wav []byte) ([]float64, error) {
	const header = 44
	if len(wav) < header || !bytes.HasPrefix(wav, []byte("RIFF")) || !bytes.Equal(wav[36:40], []byte("data")) {
		return nil, errors.New("speech: espeak-ng did not answer with plain WAV")
	}
	if channels, rate := binary.LittleEndian.Uint16(wav[22:]), binary.LittleEndian.Uint32(wav[24:]); channels != 1 || rate != Rate {
		return nil, fmt.Errorf("speech: %d channels at %d Hz, want 1 at %d", channels, rate, Rate)
	}
	wav = wav[header:]
	x := make([]float64, len(wav)/2)
	for i := range x {
		x[i] = float64(int16(binary.LittleEndian.Uint16(wav[2*i:]))) / 32768
	}
	return x, nil
}
