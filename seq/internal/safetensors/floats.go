package safetensors

import (
	"encoding/binary"
	"math"
)

// readFloats reads as many numbers of a type of widths as dst has.
func readFloats(dst []float32, b []byte, dtype string) {
	le := binary.LittleEndian
	switch dtype {
	case "F64":
		for i := range dst {
			dst[i] = float32(math.Float64frombits(le.Uint64(b[8*i:])))
		}
	case "F32":
		for i := range dst {
			dst[i] = math.Float32frombits(le.Uint32(b[4*i:]))
		}
	case "F16":
		for i := range dst {
			dst[i] = fromHalf(le.Uint16(b[2*i:]))
		}
	case "BF16":
		for i := range dst {
			dst[i] = math.Float32frombits(uint32(le.Uint16(b[2*i:])) << 16)
		}
	}
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

// fromHalf moves the bits to their places in a float32 and corrects the exponent by a
// product, which is exact and gives subnormal numbers too.
func fromHalf(h uint16) float32 {
	b := uint32(h&0x7fff) << 13
	if b >= 0x7c00<<13 { // infinite, or no number
		return math.Float32frombits(uint32(h&0x8000)<<16 | 0x7f800000 | b)
	}
	x := math.Float32frombits(b) * 0x1p112
	return math.Float32frombits(math.Float32bits(x) | uint32(h&0x8000)<<16)
}
