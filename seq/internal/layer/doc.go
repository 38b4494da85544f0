// Package layer holds the layers that networks are made of, each with its
// buffers: recurrent and dense ones over whole batches and step by step, and
// attention. Package seq joins them to networks; the cells' arithmetic is in
// package cell. Layers know their parameters by offsets in the flat slice.
package layer
