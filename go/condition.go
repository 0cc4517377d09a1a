package tabletheory

// Path names an attribute, or a place within one. Made by Attr or Named; a value.
//
//	tabletheory.Attr("address.lines[0].city")
//	tabletheory.Named("a.b")                   // one attribute, whose name has a dot
type Path struct {
	text  string // parsed by the core; empty when there are steps
	steps []any  // string: a member, int: a list element
}

// Attr is the place that a text such as `a.b[3].c` says. A malformed one is ErrInvalidOperator when it is used.
func Attr(path string) Path { return Path{text: path} }

// Named is the attribute of this name, whatever is in the name.
func Named(attribute string) Path { return Path{steps: []any{attribute}} }

// Member is a member of the map at this place. Only of paths that begin with Named.
func (p Path) Member(name string) Path {
	if p.text != "" {
		return Path{text: p.text + "." + name}
	}
	return Path{steps: append(p.steps[:len(p.steps):len(p.steps)], name)}
}

// Element is an element of the list at this place, from 0.
func (p Path) Element(index int) Path {
	if p.text != "" {
		return Path{text: p.text + "[" + string(NumberOf(int64(index))) + "]"}
	}
	return Path{steps: append(p.steps[:len(p.steps):len(p.steps)], index)}
}

func (p Path) encode(w *tapeWriter) {
	if len(p.steps) == 0 {
		w.pathText(p.text)
		return
	}
	w.container(tagPath, len(p.steps))
	for _, step := range p.steps {
		if name, ok := step.(string); ok {
			w.text(name)
		} else {
			w.integer(int64(step.(int)))
		}
	}
}

// SizeOf is the size of what is at a path: characters, bytes or elements.
type SizeOf struct{ path Path }

// Size is compared with a number: `Attr("tags").Size().Ge(2)`.
func (p Path) Size() SizeOf { return SizeOf{p} }

func (s SizeOf) encode(w *tapeWriter) {
	w.word(tagSize)
	s.path.encode(w)
}

// Condition is a condition or filter. The zero value is none. Values; safe to share between goroutines.
//
//	big := tabletheory.Attr("total").Gt(10).And(tabletheory.Attr("state").Eq("open"))
//	own := tabletheory.Raw("#s = :v", map[string]string{"#s": "state"}, tabletheory.Item{":v": "open"})
//
// Operands are values, or a Path or SizeOf for another attribute. What does not fit is told by the call that uses the
// condition: ErrInvalidOperator for a malformed path or operator, ErrInvalidModel for a value or attribute.
type Condition struct {
	op       string
	operands []any // of a comparison
	parts    []Condition
	names    map[string]string // of raw
	values   map[string]any
}

// IsZero says that there is no condition.
func (c Condition) IsZero() bool { return c.op == "" }

func compare(op string, operands ...any) Condition { return Condition{op: op, operands: operands} }

// Eq is `=`.
func (p Path) Eq(value any) Condition { return compare("=", p, value) }

// Ne is `<>`.
func (p Path) Ne(value any) Condition { return compare("<>", p, value) }

// Lt is `<`.
func (p Path) Lt(value any) Condition { return compare("<", p, value) }

// Le is `<=`.
func (p Path) Le(value any) Condition { return compare("<=", p, value) }

// Gt is `>`.
func (p Path) Gt(value any) Condition { return compare(">", p, value) }

// Ge is `>=`.
func (p Path) Ge(value any) Condition { return compare(">=", p, value) }

// Between holds from low to high, both included.
func (p Path) Between(low, high any) Condition { return compare("between", p, low, high) }

// In holds for any of 1 to 100 values.
func (p Path) In(values ...any) Condition { return p.Compare("in", values...) }

// BeginsWith holds for texts (or bytes) with this beginning.
func (p Path) BeginsWith(prefix any) Condition { return compare("begins_with", p, prefix) }

// Contains holds for texts with this part, and sets and lists with this element.
func (p Path) Contains(part any) Condition { return compare("contains", p, part) }

// Exists holds when there is an attribute.
func (p Path) Exists() Condition { return compare("exists", p) }

// NotExists holds when there is none.
func (p Path) NotExists() Condition { return compare("not_exists", p) }

// HasType holds for attributes stored as "S", "N", "B", "BOOL", "NULL", "M", "L", "SS", "NS" or "BS".
func (p Path) HasType(kind string) Condition { return compare("type", p, kind) }

// Compare is for operators that are known by name at run time; what an operator takes is checked by the core.
func (p Path) Compare(op string, values ...any) Condition {
	return compare(op, append([]any{p}, values...)...)
}

// Eq is `=`.
func (s SizeOf) Eq(value any) Condition { return compare("=", s, value) }

// Ne is `<>`.
func (s SizeOf) Ne(value any) Condition { return compare("<>", s, value) }

// Lt is `<`.
func (s SizeOf) Lt(value any) Condition { return compare("<", s, value) }

// Le is `<=`.
func (s SizeOf) Le(value any) Condition { return compare("<=", s, value) }

// Gt is `>`.
func (s SizeOf) Gt(value any) Condition { return compare(">", s, value) }

// Ge is `>=`.
func (s SizeOf) Ge(value any) Condition { return compare(">=", s, value) }

// Between holds from low to high, both included.
func (s SizeOf) Between(low, high any) Condition { return compare("between", s, low, high) }

// Raw is a condition in the service's own language. Values are stored as they are given; placeholders that collide with
// the library's are renamed.
func Raw(expression string, names map[string]string, values map[string]any) Condition {
	return Condition{op: "raw", operands: []any{expression}, names: names, values: values}
}

func join(op string, conditions []Condition) Condition {
	var parts []Condition
	for _, condition := range conditions {
		if !condition.IsZero() {
			parts = append(parts, condition)
		}
	}
	switch len(parts) {
	case 0:
		return Condition{}
	case 1:
		return parts[0]
	}
	return Condition{op: op, parts: parts}
}

// And holds when all of them do; zero conditions are left out.
func And(conditions ...Condition) Condition { return join("and", conditions) }

// Or holds when any of them does; zero conditions are left out.
func Or(conditions ...Condition) Condition { return join("or", conditions) }

// Not holds when the condition does not. Of the zero condition it is the zero condition.
func Not(condition Condition) Condition {
	if condition.IsZero() {
		return condition
	}
	return Condition{op: "not", parts: []Condition{condition}}
}

// And is And(c, others…).
func (c Condition) And(others ...Condition) Condition {
	return And(append([]Condition{c}, others...)...)
}

// Or is Or(c, others…).
func (c Condition) Or(others ...Condition) Condition { return Or(append([]Condition{c}, others...)...) }

// Not is Not(c).
func (c Condition) Not() Condition { return Not(c) }

func (c Condition) encode(w *tapeWriter) error {
	if c.op == "raw" {
		w.list(4)
		w.text("raw")
		w.text(c.operands[0].(string))
		writeNames(w, c.names)
		return encodeMap(w, c.values)
	}
	w.list(1 + len(c.operands) + len(c.parts))
	w.text(c.op)
	for _, operand := range c.operands {
		if err := encodeAny(w, operand); err != nil {
			return err
		}
	}
	for _, part := range c.parts {
		w.depth++
		if w.depth > maxNesting {
			return newError(codeInvalidOperator, "the condition is nested too deep")
		}
		if err := part.encode(w); err != nil {
			return err
		}
		w.depth--
	}
	return nil
}

func writeNames(w *tapeWriter, names map[string]string) {
	w.container(tagMap, len(names))
	for name, text := range names {
		w.name(name)
		w.text(text)
	}
}
