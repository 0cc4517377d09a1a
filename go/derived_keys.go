package tabletheory

import (
	"os"

	"github.com/theory-cloud/tabletheory/go/internal/native"
)

// DerivedKeys is a document of derived keys: key texts put together from inputs by rule, the same in every language
// (docs/derived-keys.md). Immutable; safe to share between goroutines.
//
//	keys, err := tabletheory.LoadDerivedKeysFile("orders.keys.yml")
//	pk, err := keys.Evaluate("Order", "customer", tabletheory.Item{"tenant": "Acme/EU", "number": 7})
//	// "TENANT#acme%2Feu#N-7"
type DerivedKeys struct {
	native *native.Keys
	keys   []DerivedKey
}

// DerivedKey is what a document says about a key.
type DerivedKey struct {
	Model, Name string
	Helper      string // what generated code calls the function
	Description string
	Inputs      []DerivedKeyInput
}

// DerivedKeyInput is what a document says about an input.
type DerivedKeyInput struct {
	Name     string
	Type     string // "string", "number", "boolean", "scalar" (any of these)
	Optional bool
}

// LoadDerivedKeys reads and checks a document, its fixtures included; the file's name decides between JSON and YAML.
func LoadDerivedKeys(document, fileName string) (*DerivedKeys, error) {
	handle, result := native.LoadKeys(document, fileName)
	defer result.Free()
	if handle == nil {
		return nil, readFailure(result, nil)
	}
	loaded := &DerivedKeys{native: handle}
	r := newTapeReader(result.Tape)
	r.members(func(name string) {
		if name != "keys" {
			r.skip()
			return
		}
		r.elements(func(int) { loaded.keys = append(loaded.keys, readDerivedKey(&r)) })
	})
	return loaded, r.finish()
}

// LoadDerivedKeysFile reads a document from a file.
func LoadDerivedKeysFile(path string) (*DerivedKeys, error) {
	document, err := os.ReadFile(path)
	if err != nil {
		return nil, newError(codeInvalidModel, err.Error())
	}
	return LoadDerivedKeys(string(document), path)
}

func readDerivedKey(r *tapeReader) DerivedKey {
	var key DerivedKey
	r.members(func(name string) {
		switch name {
		case "model":
			key.Model = r.plainText()
		case "name":
			key.Name = r.plainText()
		case "helper":
			key.Helper = r.plainText()
		case "description":
			key.Description = r.plainText()
		case "inputs":
			r.elements(func(int) {
				var input DerivedKeyInput
				r.members(func(name string) {
					switch name {
					case "name":
						input.Name = r.plainText()
					case "type":
						input.Type = r.plainText()
					case "optional":
						input.Optional = r.plainBool()
					default:
						r.skip()
					}
				})
				key.Inputs = append(key.Inputs, input)
			})
		default:
			r.skip()
		}
	})
	return key
}

// Keys are those of the document, in the order written.
func (k *DerivedKeys) Keys() []DerivedKey { return k.keys }

// Evaluate is the key. ErrInvalidModel naming the input that is missing, null, not declared, of another type, or not a
// finite number, or the keys there are.
func (k *DerivedKeys) Evaluate(model, name string, inputs map[string]any) (string, error) {
	w := newTapeWriter()
	defer w.free()
	if err := encodeMap(w, inputs); err != nil {
		return "", err
	}
	result := k.native.Evaluate(model, name, w.finish())
	defer result.Free()
	if result.IsError {
		return "", readFailure(result, nil)
	}
	r := newTapeReader(result.Tape)
	text := r.plainText()
	return text, r.finish()
}
