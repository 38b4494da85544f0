package main

import (
	"bytes"
	"context"
	"encoding/binary"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
)

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){
		"segue-lab": func() { os.Exit(run(context.Background(), os.Args[1:], os.Stdin, os.Stdout, os.Stderr)) },
	})
}

// TestScripts runs the commands on small data sets in the layouts of the published
// ones; see testdata/script.
func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir: "testdata/script",
		Setup: func(e *testscript.Env) error {
			for path, data := range map[string][]byte{
				"ett/ETTh1.csv": ett(14400), "short/ETTh1.csv": ett(500), "polyphony/JSB_Chorales.mat": rolls(88), "narrow/JSB_Chorales.mat": rolls(87),
			} {
				if err := put(e.WorkDir, path, data); err != nil {
					return err
				}
			}
			for path, text := range jazzDatabase() {
				if err := put(e.WorkDir, "wjd/"+path, []byte(text)); err != nil {
					return err
				}
			}
			return nil
		},
	})
}

func put(dir, path string, data []byte) error {
	path = filepath.Join(dir, path)
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	return os.WriteFile(path, data, 0o600)
}

// ett is a file of two hourly channels with a daily season.
func ett(rows int) []byte {
	var b bytes.Buffer
	b.WriteString("date,HUFL,OT\n")
	for i := range rows {
		day := math.Sin(2 * math.Pi * float64(i%24) / 24)
		at := time.Date(2016, 7, 1, i, 0, 0, 0, time.UTC)
		fmt.Fprintf(&b, "%s,%.3f,%.3f\n", at.Format(time.DateTime), 5+day+.1*float64(i%7), 20-3*day+.1*float64(i%5))
	}
	return b.Bytes()
}

// rolls is a MATLAB file with two pieces in each part, in which one key after the
// other is pressed.
func rolls(keys int) []byte {
	element := func(kind int, data []byte) []byte {
		b := binary.LittleEndian.AppendUint32(nil, uint32(kind))
		b = binary.LittleEndian.AppendUint32(b, uint32(len(data)))
		b = append(b, data...)
		return append(b, make([]byte, (8-len(b)%8)%8)...)
	}
	matrix := func(class byte, name string, rows, cols int, data []byte) []byte {
		dims := binary.LittleEndian.AppendUint32(binary.LittleEndian.AppendUint32(nil, uint32(rows)), uint32(cols))
		b := append(element(6, []byte{class, 0, 0, 0, 0, 0, 0, 0}), element(5, dims)...)
		return element(14, append(append(b, element(1, []byte(name))...), data...))
	}
	const frames = 40
	piece := make([]byte, frames*keys) // column by column
	for t := range frames {
		piece[(40+t%12)*frames+t] = 1
	}
	file := make([]byte, 128)
	copy(file, "MATLAB 5.0 MAT-file")
	copy(file[124:], []byte{0, 1, 'I', 'M'})
	for _, part := range []string{"traindata", "validdata", "testdata"} {
		cell := matrix(9, "", frames, keys, element(2, piece))
		file = append(file, matrix(1, part, 1, 2, append(cell, cell...))...)
	}
	return file
}

// jazzDatabase is a small one in the layout of the Weimar Jazz Database: solos that
// walk up and down chord tones.
func jazzDatabase() map[string]string {
	files := map[string]string{"solos.csv": "id,performer,title,style,rhythmfeel,tempoclass,avgtempo,key,tonality_type,genre,instrument,signature\n" +
		"A_One_FINAL.sv,A,One,BEBOP,SWING,UP,200,C-maj,FUNCTIONAL,ORIGINAL,ts,4/4\n"}
	chords := []string{"C-7", "F7", "Bbj7", "Ebj7"}
	tones := [][]int{{60, 63, 67, 70}, {60, 65, 69, 63}, {62, 65, 70, 69}, {63, 67, 70, 74}}
	for k, name := range []string{"A_One", "B_Two"} {
		var notes, beats strings.Builder
		notes.WriteString("onset,duration,period,division,bar,beat,tatum,beat_duration,signature,pitch,loud_median,phrase_id,phrase_begin,chorus_id,chord,form\n")
		beats.WriteString("onset,duration,period,division,bar,beat,signature,chord,form,chorus_id,bass\n")
		for i := range 16 * 4 {
			bar, beat := i/4, i%4+1
			fmt.Fprintf(&beats, "0,0.3,4,1,%d,%d,'4/4',%s,A1,1,40\n", bar-1, beat, chords[bar%4])
			for tatum := 1; tatum <= 2; tatum++ {
				fmt.Fprintf(&notes, "0,0.15,4,2,%d,%d,%d,0.3,\"4/4\",%d,%d,1,0,1,%s,A1\n", bar-1, beat, tatum, tones[bar%4][(beat+tatum+k)%4], 60+beat, chords[bar%4])
			}
		}
		for _, part := range []string{"train", "valid"} {
			files[part+"/melody/"+name+".csv"], files[part+"/beats/"+name+".csv"] = notes.String(), beats.String()
		}
	}
	return files
}
