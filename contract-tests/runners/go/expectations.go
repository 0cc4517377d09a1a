package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	tt "github.com/theory-cloud/tabletheory/go"
)

func show(value any) string {
	text, err := json.Marshal(value)
	if err != nil {
		return fmt.Sprint(value)
	}
	if len(text) > 240 {
		return string(text[:240]) + "…"
	}
	return string(text)
}

func showAttribute(item map[string]any, name string) string {
	if value, ok := item[name]; ok {
		return show(value)
	}
	return "nothing"
}

func mismatch(expected, got string) error { return fmt.Errorf("expected %s, got %s", expected, got) }

// hasData says whether a step's result is looked at.
func hasData(expectation map[string]any) bool {
	for name := range expectation {
		if name != "ok" && name != "error" && name != "errors" {
			return true
		}
	}
	return false
}

func describe(err error) string {
	var failure *tt.Error
	if !errors.As(err, &failure) {
		return err.Error()
	}
	var names []string
	for _, code := range failure.Codes {
		names = append(names, code.Error())
	}
	return strings.ReplaceAll(strings.Join(names, " and ")+": "+failure.Message, "\n", " ")
}

// checkOutcome compares success or failure with what is expected.
func checkOutcome(expectation map[string]any, err error) error {
	ok, stated := expectation["ok"].(bool)
	fails := stated && !ok || expectation["error"] != nil || expectation["errors"] != nil
	if !fails {
		if err != nil {
			return mismatch("ok", describe(err))
		}
		return nil
	}
	codes := textsOf(expectation["errors"])
	if expectation["error"] != nil {
		codes = append(codes, textOf(expectation["error"]))
	}
	wanted := "an error"
	if len(codes) > 0 {
		wanted = strings.Join(codes, " and ")
	}
	if err == nil {
		return mismatch(wanted, "ok")
	}
	for _, name := range codes {
		code, known := tt.CodeByName(name)
		if !known {
			return fmt.Errorf("the scenario expects %s, which is no code", name)
		}
		if !errors.Is(err, code) {
			return mismatch(wanted, describe(err))
		}
	}
	return nil
}

func (s *session) checkData(expectation map[string]any, seen *observation, m *model) error {
	for name, expected := range expectation {
		if name == "ok" || name == "error" || name == "errors" {
			continue
		}
		if err := s.check(name, expected, seen, m); err != nil {
			return err
		}
	}
	return nil
}

func (s *session) check(name string, expected any, seen *observation, m *model) error {
	switch name {
	case "item_absent":
		if absent := seen.item == nil; absent != isTrue(expected) {
			return mismatch(fmt.Sprintf("item_absent: %v", expected), show(seen.item))
		}
		return nil
	case "items_contains":
		return itemsContain(listOf(expected), seen)
	case "items_missing_fields":
		for i, item := range seen.items {
			for _, field := range textsOf(expected) {
				if value, ok := item[field]; ok {
					return mismatch(fmt.Sprintf("items[%d] without %s", i, field), show(value))
				}
			}
		}
		return nil
	case "item_count":
		return sameCount(name, expected, len(seen.items))
	case "count":
		return sameCount(name, expected, seen.count)
	case "cursor_equals":
		if textOf(expected) != seen.cursor {
			return mismatch("cursor "+show(expected), show(seen.cursor))
		}
		return nil
	}
	return s.checkItem(name, expected, seen, m)
}

func sameCount(name string, expected any, got int) error {
	if integerOf(expected) != int64(got) {
		return mismatch(name+" "+textOf(expected), fmt.Sprint(got))
	}
	return nil
}

func itemsContain(expected []any, seen *observation) error {
	for i, subset := range expected {
		if i >= len(seen.items) {
			return mismatch(fmt.Sprintf("items[%d] to contain %s", i, show(subset)), fmt.Sprintf("%d items", len(seen.items)))
		}
		if err := checkSubset(objectOf(subset), seen.items[i], seen.itemModels[i], fmt.Sprintf("items[%d].", i)); err != nil {
			return err
		}
	}
	return nil
}

func checkSubset(subset map[string]any, item tt.Item, m *model, where string) error {
	for name, expected := range subset {
		actual, present := item[name]
		if !matches(m.Attribute(name), expected, actual, present) {
			return mismatch(fmt.Sprintf("%s%s = %s", where, name, show(expected)), showAttribute(item, name))
		}
	}
	return nil
}

func (s *session) checkItem(name string, expected any, seen *observation, m *model) error {
	if seen.item == nil {
		return mismatch(name+" "+show(expected), "no item")
	}
	switch name {
	case "item_contains":
		return checkSubset(objectOf(expected), seen.item, m, "")
	case "item_equals":
		if err := checkSubset(objectOf(expected), seen.item, m, ""); err != nil {
			return err
		}
		for attribute, value := range seen.item {
			if _, ok := objectOf(expected)[attribute]; !ok {
				return mismatch("no attribute "+attribute, show(value))
			}
		}
		return nil
	case "item_field_equals_var", "item_field_not_equals_var":
		return s.compareVariables(objectOf(expected), seen.item, name == "item_field_equals_var")
	}
	if seen.stored == nil {
		return mismatch(name+" "+show(expected), "no stored item")
	}
	switch name {
	case "raw_item_contains":
		for attribute, wanted := range objectOf(expected) {
			value, ok := storedValue(seen.stored[attribute])
			if !ok || !(comparison{true}).same(wanted, value) {
				return mismatch("stored "+attribute+" = "+show(wanted), showAttribute(seen.stored, attribute))
			}
		}
		return nil
	case "raw_attribute_types":
		for attribute, wanted := range objectOf(expected) {
			kind := "nothing"
			for kind = range objectOf(seen.stored[attribute]) {
				break
			}
			if kind != textOf(wanted) {
				return mismatch("stored "+attribute+" of type "+textOf(wanted), kind)
			}
		}
		return nil
	case "item_has_fields", "item_missing_fields":
		for _, attribute := range textsOf(expected) {
			if _, stored := seen.stored[attribute]; stored != (name == "item_has_fields") {
				return mismatch(name+" "+attribute, showAttribute(seen.stored, attribute))
			}
		}
		return nil
	}
	return fmt.Errorf("expected %s, which this runner does not check; please report this", name)
}

func (s *session) compareVariables(expected map[string]any, item tt.Item, equal bool) error {
	for attribute, variable := range expected {
		saved, ok := s.variables[textOf(variable)]
		if !ok {
			return mismatch(fmt.Sprintf("variable %s to be saved by an earlier step", variable), "none")
		}
		actual, present := item[attribute]
		if same := show(actual) == show(saved); !present || same != equal {
			words := map[bool]string{true: "equal to", false: "other than"}
			return mismatch(fmt.Sprintf("%s %s %s (%s)", attribute, words[equal], variable, show(saved)), showAttribute(item, attribute))
		}
	}
	return nil
}
