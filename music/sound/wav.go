package sound

import (
	"bufio"
	"encoding/binary"
	"io"
)

// WriteWAV writes 16-bit stereo.
func WriteWAV(w io.Writer, a *Audio) error {
	const frame = 4 // bytes: two channels of two
	size := uint32(len(a.Left) * frame)
	head := make([]byte, 0, 44)
	le := binary.LittleEndian
	head = append(head, "RIFF"...)
	head = le.AppendUint32(head, 36+size)
	head = append(head, "WAVEfmt "...)
	head = le.AppendUint32(head, 16)
	head = le.AppendUint16(head, 1) // PCM
	head = le.AppendUint16(head, 2)
	head = le.AppendUint32(head, uint32(a.Rate))
	head = le.AppendUint32(head, uint32(a.Rate*frame))
	head = le.AppendUint16(head, frame)
	head = le.AppendUint16(head, 16)
	head = append(head, "data"...)
	head = le.AppendUint32(head, size)
	b := bufio.NewWriterSize(w, 1<<16)
	if _, err := b.Write(head); err != nil {
		return err
	}
	var buf [frame]byte
	for i := range a.Left {
		le.PutUint16(buf[0:], uint16(sample16(a.Left[i])))
		le.PutUint16(buf[2:], uint16(sample16(a.Right[i])))
		if _, err := b.Write(buf[:]); err != nil {
			return err
		}
	}
	return b.Flush()
}
