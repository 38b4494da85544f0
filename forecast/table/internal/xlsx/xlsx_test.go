package xlsx

import (
	"archive/zip"
	"bytes"
	"errors"
	"io"
	"strings"
	"testing"
)

// book packs parts into a workbook; the usual ones are there unless given.
func book(t testing.TB, parts map[string]string) []byte {
	t.Helper()
	all := map[string]string{
		"xl/workbook.xml":            `<workbook xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets><sheet name="Sales" r:id="a"/></sheets></workbook>`,
		"xl/_rels/workbook.xml.rels": `<Relationships><Relationship Id="a" Target="worksheets/sheet1.xml"/></Relationships>`,
		"xl/sharedStrings.xml":       `<sst><si><t>day</t></si><si><r><t>sa</t></r><r><t>les</t></r></si></sst>`,
		"xl/styles.xml":              `<styleSheet><numFmts><numFmt numFmtId="164" formatCode="dd\.mm\.yyyy"/><numFmt numFmtId="165" formatCode="#,##0 &quot;days&quot;"/></numFmts><cellXfs><xf numFmtId="0"/><xf numFmtId="164"/><xf numFmtId="165"/><xf numFmtId="22"/></cellXfs></styleSheet>`,
	}
	for k, v := range parts {
		all[k] = v
	}
	var buf bytes.Buffer
	z := zip.NewWriter(&buf)
	for name, text := range all {
		w, err := z.Create(name)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := io.WriteString(w, text); err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return buf.Bytes()
}

func rows(b *Book, sheet string) (string, error) {
	next, closer, err := b.Rows(sheet)
	if err != nil {
		return "", err
	}
	defer closer.Close()
	var out []string
	for {
		cells, _, err := next()
		if errors.Is(err, io.EOF) {
			return strings.Join(out, "\n"), nil
		}
		if err != nil {
			return "", err
		}
		out = append(out, strings.Join(cells, "|"))
	}
}

const sheet1 = "xl/worksheets/sheet1.xml"

// Strings, dates by style, numbers, gaps between cells, empty rows.
func TestRows(t *testing.T) {
	b, err := Open(book(t, map[string]string{sheet1: `<worksheet><sheetData>
		<row r="1"><c r="A1" t="s"><v>0</v></c><c r="C1" t="s"><v>1</v></c></row>
		<row r="2"/>
		<row r="3"><c r="A3" s="1"><v>44197</v></c><c r="C3"><v>0.30000000000000004</v></c></row>
		<row r="4"><c r="A4" s="3"><v>44197.5</v></c><c r="C4" s="2"><v>1200</v></c><c r="D4" t="b"><v>1</v></c></row>
		<row r="5"><c r="A5" t="inlineStr"><is><t>note</t></is></c><c r="C5" t="e"><v>#DIV/0!</v></c></row>
	</sheetData></worksheet>`}))
	if err != nil {
		t.Fatal(err)
	}
	got, err := rows(b, "Sales")
	want := "day||sales\n2021-01-01||0.3\n2021-01-01 12:00:00||1200|true\nnote||#DIV/0!"
	if err != nil || got != want {
		t.Errorf("%q, %v; want %q", got, err, want)
	}
}

// What is no workbook, or one that lies, is an error and never a panic.
func TestHostile(t *testing.T) {
	for name, sheet := range map[string]string{
		"negative string":  `<worksheet><row><c t="s"><v>-1</v></c></row></worksheet>`,
		"far string":       `<worksheet><row><c t="s"><v>99</v></c></row></worksheet>`,
		"far column":       `<worksheet><row><c r="ZZZZ1"><v>1</v></c></row></worksheet>`,
		"odd reference":    `<worksheet><row><c r="-1"><v>1</v></c></row></worksheet>`,
		"cut off":          `<worksheet><row><c r="A1"><v>1</v>`,
		"style not number": `<worksheet><row><c r="A1" s="x"><v>1</v></c></row></worksheet>`,
	} {
		b, err := Open(book(t, map[string]string{sheet1: sheet}))
		if err == nil {
			_, err = rows(b, "Sales")
		}
		if err == nil {
			t.Errorf("%s: no error", name)
		}
	}
	if _, err := Open(book(t, nil)[:100]); err == nil {
		t.Error("half an archive is read")
	}
	var empty bytes.Buffer
	z := zip.NewWriter(&empty)
	if _, err := z.Create("readme.txt"); err != nil {
		t.Fatal(err)
	}
	z.Close()
	if _, err := Open(empty.Bytes()); !errors.Is(err, ErrNoWorkbook) {
		t.Errorf("an archive without a workbook: %v", err)
	}
}

func TestDateCode(t *testing.T) {
	for code, want := range map[string]bool{
		"yyyy-mm-dd": true, "d/m/yy h:mm": true, "mmm-yy": true, `[$-409]mmmm\ d\,\ yyyy`: true, "h:mm": true,
		"0.00": false, "#,##0": false, `0.0"d"`: false, "General": false, "[Red]0": false, "0%": false,
	} {
		if got := dateCode(code); got != want {
			t.Errorf("%q: %v", code, got)
		}
	}
}

func FuzzOpen(f *testing.F) {
	f.Add(book(f, map[string]string{sheet1: `<worksheet><row><c r="A1"><v>1</v></c></row></worksheet>`}))
	f.Fuzz(func(_ *testing.T, data []byte) {
		if b, err := Open(data); err == nil {
			for _, s := range b.Sheets {
				_, _ = rows(b, s)
			}
		}
	})
}

// A workbook that unpacks to a thousand times its size is refused before it is read whole.
func TestBomb(t *testing.T) {
	text := strings.Repeat("A", 24<<20)
	data := book(t, map[string]string{sheet1: `<worksheet><sheetData><row r="1"><c t="inlineStr"><is><t>` + text + `</t></is></c></row></sheetData></worksheet>`})
	b, err := Open(data)
	if err == nil {
		_, err = rows(b, "Sales")
	}
	if err == nil || !strings.Contains(err.Error(), "unpacks to more") {
		t.Errorf("%d bytes: %v", len(data), err)
	}
}
