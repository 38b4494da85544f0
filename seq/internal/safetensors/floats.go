package safetensors

import (
	"encoding/binary"
	"math"
)

// decodeFloats reads numbers of a type that Decode accepts.
func decodeFloats(b []byte, dtype string) []float32 {
	le := binary.LittleEndian
	var x []float32
	switch dtype {
	case "F64":
		for ; len(b) >= 8; b = b[8:] {
			x = append(x, float32(math.Float64frombits(le.Uint64(b))))
		}
	case "F32":
		x = make([]float32, 0, len(b)/4)
		for ; len(b) >= 4; b = b[4:] {
			x = append(x, math.Float32frombits(le.Uint32(b)))
		}
	case "F16":
		x = make([]float32, 0, len(b)/2)
		for ; len(b) >= 2; b = b[2:] {
			x = append(x, fromHalf(le.Uint16(b)))
		}
	case "BF16":
		for ; len(b) >= 2; b = b[2:] {
			x = append(x, math.Float32frombits(uint32(le.Uint16(b))<<16))
		}
	}
	return x
}

// toHalf rounds to IEEE 754 binary16, ties to even; too large becomes Inf.
func toHalf(x float32) uint16 {
	b := math.Float32bits(x)
	sign := uint16(b >> 16 & 0x8000)
	exp, frac := int(b>>23&0xff), b&0x7fffff
	if exp == 0xff {
		if frac != 0 {
			return sign | 0x7e00
		}
		return sign | 0x7c00
	}
	shift := 13
	e := exp - 112
	frac |= 0x800000
	switch {
	case e >= 31:
		return sign | 0x7c00
	case e < -10:
		return sign
	case e <= 0: // subnormal
		shift += 1 - e
		e = 0
	default:
		frac &^= 0x800000
	}
	v := frac >> shift
	rest := frac & (1<<shift - 1)
	if mid := uint32(1) << (shift - 1); rest > mid || rest == mid && v&1 == 1 {
		v++
	}
	return sign | uint16(uint32(e)<<10+v)
}

func fromHalf(h uint16) float32 {
	sign := uint32(h&0x8000) << 16
	exp, frac := uint32(h>>10&0x1f), uint32(h&0x3ff)
	switch exp {
	case 0:
		v := float32(frac) / (1 << 24)
		if sign != 0 {
			v = -v
		}
		return v
	case 31:
		return math.Float32frombits(sign | 0x7f800000 | frac<<13)
	}
	return math.Float32frombits(sign | (exp+112)<<23 | frac<<13)
}
