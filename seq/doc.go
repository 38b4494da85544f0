// Package seq trains and runs small recurrent networks that read a sequence
// and answer at every step (many-to-many).
//
// A network is described by a [Config]: real features and token streams go in,
// a stack of LSTM, GRU or Elman layers carries the state, and a [Head] for
// real-valued targets and a chain of categorical factors come out. Start with
// [New] and [Train]; use a trained network through [Net.NewPass] (whole
// batches) or [Net.NewStepper] (one step at a time, for sampling).
//
// The four shapes of recurrent networks are uses of the same calls:
// many-to-many scores every step, many-to-one gives weight to the last step
// only, one-to-many feeds each sampled output back in, and one-to-one is a
// sequence of length one. Where outputs are not aligned with inputs, use
// the head [CTC] if they come in the same order, and [EncoderDecoder], optionally
// with attention, otherwise.
//
// Letters in shapes: T steps, B sequences in a batch, I inputs per step, H
// hidden units, O outputs, V vocabulary, D targets. Arrays are time-major:
// element (t, b, j) of a (T,B,J) array is x[(t*B+b)*J+j].
//
// A Net may be used by many goroutines as long as none changes its
// parameters; a Pass or a Stepper belongs to one goroutine. For one seed and
// one processor tier (see [Net.On]) every result is the same bit for bit, whatever
// the number of threads. Before version 1.0 the API may change between minor versions;
// the file format will stay readable.
package seq
