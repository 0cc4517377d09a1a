package main

import (
	"encoding/base64"
	"encoding/json"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	tt "github.com/theory-cloud/tabletheory/go"
)

// --- plain values to logical ones: the model's types decide how they are read ---

var decimal = regexp.MustCompile(`^[+-]?([0-9]+)(?:\.([0-9]+))?(?:[eE]([+-]?[0-9]+))?$`)

// isNumber says whether a text is a number that can be stored; what is not is handed over as text, for the SDK to refuse.
func isNumber(text string) bool {
	parts := decimal.FindStringSubmatch(text)
	if parts == nil {
		return false
	}
	digits := strings.TrimLeft(parts[1]+parts[2], "0")
	if digits == "" {
		return true
	}
	exponent, err := strconv.Atoi(parts[3])
	if parts[3] != "" && err != nil {
		return false
	}
	if len(strings.TrimRight(digits, "0")) > 38 {
		return false
	}
	magnitude := len(digits) - 1 - len(parts[2]) + exponent
	return magnitude >= -130 && magnitude <= 125
}

// numberText is the text of what may be a number.
func numberText(node any) (string, bool) {
	switch node := node.(type) {
	case json.Number:
		return node.String(), isNumber(node.String())
	case string:
		return node, isNumber(node)
	}
	return "", false
}

func bytesOf(node any) ([]byte, bool) {
	text, ok := node.(string)
	if !ok {
		return nil, false
	}
	raw, err := base64.StdEncoding.Strict().DecodeString(text)
	return raw, err == nil
}

func byShape(node any) any {
	switch node := node.(type) {
	case json.Number:
		return tt.Number(node)
	case []any:
		list := make([]any, len(node))
		for i, element := range node {
			list[i] = byShape(element)
		}
		return list
	case map[string]any:
		object := map[string]any{}
		for name, value := range node {
			object[name] = byShape(value)
		}
		return object
	}
	return node
}

// byType reads a node by a stored type; false: it does not fit, or its own shape is right.
func byType(kind string, node any) (any, bool) {
	list, isList := node.([]any)
	switch kind {
	case "N":
		text, ok := numberText(node)
		return tt.Number(text), ok
	case "B":
		return bytesOf(node)
	case "SS":
		set := tt.StringSet{}
		for _, element := range list {
			text, ok := element.(string)
			if !ok {
				return nil, false
			}
			set = append(set, text)
		}
		return set, isList
	case "NS":
		set := tt.NumberSet{}
		for _, element := range list {
			text, ok := numberText(element)
			if !ok {
				return nil, false
			}
			set = append(set, tt.Number(text))
		}
		return set, isList
	case "BS":
		set := tt.BytesSet{}
		for _, element := range list {
			raw, ok := bytesOf(element)
			if !ok {
				return nil, false
			}
			set = append(set, raw)
		}
		return set, isList
	}
	return nil, false
}

func logicalValue(attribute *tt.Attribute, node any) any {
	if attribute == nil || attribute.JSON {
		return byShape(node)
	}
	if value, ok := byType(attribute.Type, node); ok {
		return value
	}
	if number, ok := node.(json.Number); ok && (attribute.Type == "N" || attribute.Type == "S") && !isNumber(number.String()) {
		return number.String()
	}
	return byShape(node)
}

// elementValue is what `contains` looks for: text in text, an element of a set or list.
func elementValue(attribute *tt.Attribute, node any) any {
	if attribute == nil || attribute.Type == "L" {
		return logicalValue(nil, node)
	}
	element := *attribute
	element.JSON = false
	if slices.Contains([]string{"SS", "NS", "BS"}, element.Type) {
		element.Type = element.Type[:1]
	}
	return logicalValue(&element, node)
}

func logicalItem(m *model, object map[string]any) tt.Item {
	item := tt.Item{}
	for name, value := range object {
		item[name] = logicalValue(m.Attribute(name), value)
	}
	return item
}

// keyAttributes are the key attributes among those given; what is missing stays missing, for the SDK to refuse.
func keyAttributes(m *model, object map[string]any) tt.Item {
	key := tt.Item{}
	for name, value := range object {
		if name == m.PartitionKey || name == m.SortKey {
			key[name] = logicalValue(m.Attribute(name), value)
		}
	}
	return key
}

var typeNames = []string{"S", "N", "B", "BOOL", "NULL", "M", "L", "SS", "NS", "BS"}

// expressionValue is a plain value, or one written with its type: {S: x}.
func expressionValue(node any) any {
	object, ok := node.(map[string]any)
	if !ok || len(object) != 1 {
		return byShape(node)
	}
	for kind, content := range object {
		if !slices.Contains(typeNames, kind) {
			break
		}
		if kind == "NULL" {
			return nil
		}
		if value, ok := byType(kind, content); ok {
			return value
		}
		if list, ok := content.([]any); ok && kind == "L" {
			values := make([]any, len(list))
			for i, element := range list {
				values[i] = expressionValue(element)
			}
			return values
		}
		if members, ok := content.(map[string]any); ok && kind == "M" {
			values := map[string]any{}
			for name, value := range members {
				values[name] = expressionValue(value)
			}
			return values
		}
		return byShape(content)
	}
	return byShape(node)
}

// --- comparison ---

func sameNumber(expected, actual string) bool {
	a, b := tt.Number(expected).Rat(), tt.Number(actual).Rat()
	return a != nil && b != nil && a.Cmp(b) == 0
}

// comparison: `texts` says that a number may be expected as text.
type comparison struct{ texts bool }

func (c comparison) number(expected any, actual string) bool {
	if number, ok := expected.(json.Number); ok {
		return sameNumber(number.String(), actual)
	}
	text, ok := expected.(string)
	return ok && c.texts && sameNumber(text, actual)
}

func sameElements(expected any, count int, same func(wanted any, i int) bool) bool {
	list, ok := expected.([]any)
	if !ok || len(list) != count {
		return false
	}
	used := make([]bool, count)
	for _, wanted := range list {
		found := false
		for i := range count {
			if !used[i] && same(wanted, i) {
				used[i], found = true, true
				break
			}
		}
		if !found {
			return false
		}
	}
	return true
}

func (c comparison) same(expected, actual any) bool {
	switch actual := actual.(type) {
	case nil:
		return expected == nil
	case string:
		return expected == actual
	case tt.Number:
		return c.number(expected, string(actual))
	case int64:
		return c.number(expected, strconv.FormatInt(actual, 10))
	case bool:
		return expected == actual
	case []byte:
		return expected == base64.StdEncoding.EncodeToString(actual)
	case map[string]any:
		object, ok := expected.(map[string]any)
		if !ok || len(object) != len(actual) {
			return false
		}
		for name, wanted := range object {
			if value, ok := actual[name]; !ok || !c.same(wanted, value) {
				return false
			}
		}
		return true
	case []any:
		list, ok := expected.([]any)
		if !ok || len(list) != len(actual) {
			return false
		}
		for i := range list {
			if !c.same(list[i], actual[i]) {
				return false
			}
		}
		return true
	case tt.StringSet:
		return sameElements(expected, len(actual), func(wanted any, i int) bool { return wanted == actual[i] })
	case tt.NumberSet:
		return sameElements(expected, len(actual), func(wanted any, i int) bool {
			return comparison{true}.number(wanted, string(actual[i]))
		})
	case tt.BytesSet:
		return sameElements(expected, len(actual), func(wanted any, i int) bool { return c.same(wanted, actual[i]) })
	}
	return false
}

func isTimestamp(attribute *tt.Attribute) bool {
	return slices.Contains(attribute.Roles, "created_at") || slices.Contains(attribute.Roles, "updated_at") ||
		attribute.Format == "rfc3339nano"
}

func sameInstant(expected, actual string) bool {
	a, errA := time.Parse(time.RFC3339Nano, expected)
	b, errB := time.Parse(time.RFC3339Nano, actual)
	return errA == nil && errB == nil && a.Equal(b)
}

// matches compares what a scenario expects of an attribute with what the SDK gave.
func matches(attribute *tt.Attribute, expected, actual any, present bool) bool {
	nullIsValue := attribute != nil && (attribute.Type == "NULL" || attribute.JSON)
	if !present {
		return expected == nil && !nullIsValue
	}
	declared := attribute != nil && !attribute.JSON
	text, isText := expected.(string)
	stored, storedText := actual.(string)
	if declared && isText && storedText && isTimestamp(attribute) {
		return text == stored || sameInstant(text, stored)
	}
	if declared && attribute.Format == "decimal_string" && storedText {
		return comparison{true}.number(expected, stored)
	}
	return comparison{declared && attribute.Type == "N"}.same(expected, actual)
}
