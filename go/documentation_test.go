package tabletheory_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestEverythingExportedIsDocumented: each exported identifier has a comment of its own, or of its group.
func TestEverythingExportedIsDocumented(t *testing.T) {
	seen := 0
	for _, folder := range []string{".", "tabletheorytest", "awssdk", "internal/native"} {
		entries, err := os.ReadDir(folder)
		if os.IsNotExist(err) {
			continue
		}
		for _, entry := range entries {
			if name := entry.Name(); strings.HasSuffix(name, ".go") && !strings.HasSuffix(name, "_test.go") {
				seen += undocumented(t, filepath.Join(folder, name))
			}
		}
	}
	if seen < 250 {
		t.Errorf("only %d exported identifiers were looked at", seen)
	}
}

// undocumented reports what has no comment, and counts what is exported.
func undocumented(t *testing.T, path string) int {
	files := token.NewFileSet()
	file, err := parser.ParseFile(files, path, nil, parser.ParseComments)
	if err != nil {
		t.Fatal(err)
	}
	exported := 0
	look := func(name *ast.Ident, documented bool) {
		if !name.IsExported() {
			return
		}
		exported++
		if !documented {
			t.Errorf("%s: %s has no comment", files.Position(name.Pos()), name.Name)
		}
	}
	for _, declaration := range file.Decls {
		switch d := declaration.(type) {
		case *ast.FuncDecl:
			if d.Recv == nil || ast.IsExported(receiver(d.Recv.List[0].Type)) {
				look(d.Name, d.Doc != nil && strings.Contains(d.Doc.Text(), d.Name.Name))
			}
		case *ast.GenDecl:
			for _, spec := range d.Specs {
				switch s := spec.(type) {
				case *ast.TypeSpec:
					look(s.Name, d.Doc != nil || s.Doc != nil)
				case *ast.ValueSpec:
					for _, name := range s.Names {
						look(name, d.Doc != nil || s.Doc != nil || s.Comment != nil)
					}
				}
			}
		}
	}
	return exported
}

func receiver(kind ast.Expr) string {
	switch kind := kind.(type) {
	case *ast.StarExpr:
		return receiver(kind.X)
	case *ast.IndexExpr:
		return receiver(kind.X)
	case *ast.Ident:
		return kind.Name
	}
	return ""
}

// TestWhatMattersHasAnExample: the ways into the package, and the operations.
func TestWhatMattersHasAnExample(t *testing.T) {
	written := map[string]bool{}
	examples, err := fs.Glob(os.DirFS("."), "example*_test.go")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range examples {
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		for _, declaration := range file.Decls {
			if f, ok := declaration.(*ast.FuncDecl); ok {
				if what, isExample := strings.CutPrefix(f.Name.Name, "Example"); isExample {
					written[what] = true
				}
			}
		}
	}
	for _, what := range strings.Fields(`Connect Open Over HTTPTransport Error Number At WithLambdaDeadline WithEncryption
		LoadSchema Against LoadDerivedKeys Shared Migrate And Raw HandleInOrder TransitionAppendEvent
		Table_Create Table_Put Table_Upsert Table_Update Table_Patch Table_Delete Table_Find Table_FailedItem
		Table_UpdateBuilder Table_UpsertBuilder Table_UpdateExpression Table_Query Table_BatchGet Table_BatchWrite
		Table_UpdateTable Read_Page Read_Pages Read_Count Read_Explain Read_Aggregate Client_BatchGet Client_BatchWrite
		Client_TransactWrite Client_TransactGet Client_ReadStream Client_Leases Client_Dynamic Client_Documents
		Client_CheckDeployAuthority`) {
		if !written[what] {
			t.Errorf("there is no Example%s", what)
		}
	}
}
