# The Go module of a notebook's cells: it sees this folder's packages and segue itself.
cp "$GONB_DIR/go.mod" "$GONB_DIR/go.sum" . &&
go mod edit -module cell -require segue.local/notebooks@v0.0.0 \
	-replace "segue.local/notebooks=$GONB_DIR" -replace "github.com/segue-go/segue=$GONB_DIR/.."
