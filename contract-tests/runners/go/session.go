package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	tt "github.com/theory-cloud/tabletheory/go"
)

// session is one scenario's conversation with the SDK, in dynamic items. Every model of a scenario lives in its one
// table. Nothing here knows a rule of the library.
type session struct {
	ctx       context.Context
	client    *tt.Client
	models    map[string]*model
	scenario  scenario
	table     string
	sleep     func(time.Duration)
	variables map[string]any
}

// model is a model as the SDK loaded it, and as its document says it.
type model struct {
	*tt.Model
	schema   *tt.Schema
	document map[string]any
}

func loadModel(name, text string) (*model, error) {
	schema, err := tt.LoadSchema(text, name+".json")
	if err != nil {
		return nil, err
	}
	loaded := &model{Model: schema.Model(name), schema: schema}
	var document struct{ Models []map[string]any }
	if err := json.Unmarshal([]byte(text), &document); err != nil {
		return nil, err
	}
	for _, each := range document.Models {
		if each["name"] == name {
			loaded.document = each
		}
	}
	if loaded.Model == nil || loaded.document == nil {
		return nil, fmt.Errorf("the document of the model %s does not hold it", name)
	}
	return loaded, nil
}

func run(given order) error {
	s := &session{ctx: context.Background(), models: map[string]*model{}, scenario: given.Scenario, table: given.Table,
		variables: map[string]any{}, sleep: time.Sleep}
	for name, text := range given.Models {
		loaded, err := loadModel(name, text)
		if err != nil {
			return fmt.Errorf("model %s: %w", name, err)
		}
		s.models[name] = loaded
	}
	main := s.models[given.Scenario.Model]
	if main == nil {
		return fmt.Errorf("no model %s was sent", given.Scenario.Model)
	}
	if s.table == "" {
		s.table = given.Scenario.Table.Name
	}
	if s.table == "" {
		s.table = main.Table
	}
	if err := s.connect(given.Address); err != nil {
		return fmt.Errorf("expected to connect to %s, got %w", given.Address, err)
	}
	defer s.client.Close()
	return s.runPhase(given.Phase, main)
}

func (s *session) runPhase(phase string, main *model) error {
	if phase == "drop" {
		return s.dropTable()
	}
	if phase != "read" {
		if err := s.createTable(main); err != nil {
			return fmt.Errorf("expected to make the table %s, got %w", s.table, err)
		}
	}
	problem := s.runSteps(phase)
	if phase == "seed" || phase == "read" {
		return problem
	}
	if err := s.dropTable(); err != nil && problem == nil {
		return fmt.Errorf("expected to drop the table %s, got %w", s.table, err)
	}
	return problem
}

func (s *session) runSteps(phase string) error {
	lists := []struct {
		label string
		steps []step
		runs  bool
	}{
		{"step", s.scenario.Steps, phase != "seed" && phase != "read"},
		{"seed step", s.scenario.SeedSteps, phase != "read"},
		{"read step", s.scenario.ReadSteps, phase != "seed"},
	}
	for _, list := range lists {
		if !list.runs {
			continue
		}
		for i, step := range list.steps {
			if err := s.runStep(step); err != nil {
				return fmt.Errorf("%s %d: %w", list.label, i+1, err)
			}
		}
	}
	return nil
}

func (s *session) connect(address string) error {
	var options []tt.ClientOption
	if strings.HasPrefix(address, "memory:") {
		// Every reading is a millisecond after the one before, and not at a whole one: the library has to cut.
		options = append(options, tt.WithClock(time.Date(2025, 6, 1, 12, 0, 0, 123_456_789, time.UTC), time.Millisecond),
			tt.WithSeed(1))
		s.sleep = func(duration time.Duration) { s.client.AdvanceClock(duration) }
	}
	if s.scenario.Encryption != nil {
		options = append(options, tt.WithEncryption(tt.DeterministicForTests(s.scenario.Encryption.Seed)))
	}
	var err error
	s.client, err = tt.Connect(s.ctx, address, options...)
	return err
}

func (s *session) tableOf(m *model) (*tt.Table[tt.Item], error) {
	return s.client.Dynamic(m.schema, m.Name, s.table)
}

// modelOf is the model that a part of a step names, else the step's.
func (s *session) modelOf(st step, part map[string]any) (*model, error) {
	name := s.scenario.Model
	if actual, ok := st["actual"].(map[string]any); ok {
		name = textOf(actual["model"])
	}
	if named, ok := st["model"].(string); ok {
		name = named
	}
	if named, ok := part["model"].(string); ok {
		name = named
	}
	if found := s.models[name]; found != nil {
		return found, nil
	}
	return nil, fmt.Errorf("no model %s was sent", name)
}

// observation is what a step gave.
type observation struct {
	item       tt.Item // nil: none
	stored     map[string]any
	items      []tt.Item
	itemModels []*model
	cursor     string
	count      int
}

func (s *session) runStep(st step) error {
	m, err := s.modelOf(st, nil)
	if err != nil {
		return err
	}
	expectation, _ := st["expect"].(map[string]any)
	seen, failure := s.perform(st, m)
	if _, ok := expectation["item_absent"]; ok && st["op"] == "get" && errors.Is(failure, tt.ErrItemNotFound) {
		seen, failure = &observation{}, nil
	}
	if problem := checkOutcome(expectation, failure); problem != nil || failure != nil {
		return problem
	}
	saves, _ := st["save"].(map[string]any)
	if onItem[textOf(st["op"])] && (hasData(expectation) || len(saves) > 0) {
		if err := s.observeItem(st, m, seen); err != nil {
			return fmt.Errorf("expected to read the item, got %w", err)
		}
	}
	if err := s.checkData(expectation, seen, m); err != nil {
		return err
	}
	for variable, attribute := range saves {
		value, ok := seen.item[textOf(attribute)]
		if !ok {
			return fmt.Errorf("expected an attribute %s to save, got nothing", attribute)
		}
		s.variables[variable] = value
	}
	return nil
}

var onItem = map[string]bool{"create": true, "put": true, "save": true, "upsert": true, "patch": true, "update": true,
	"delete": true, "get": true, "get_optional": true, "transition_append_event": true}

func (s *session) observeItem(st step, m *model, seen *observation) error {
	var source map[string]any
	switch {
	case st["actual"] != nil:
		source = st["actual"].(map[string]any)["key"].(map[string]any)
	case st["key"] != nil:
		source = st["key"].(map[string]any)
	default:
		source = st["item"].(map[string]any)
	}
	key := keyAttributes(m, source)
	if st["op"] != "get" && st["op"] != "get_optional" {
		table, err := s.tableOf(m)
		if err != nil {
			return err
		}
		item, found, err := table.Find(s.ctx, tt.NamedKey(key), tt.Consistent())
		if err != nil {
			return err
		}
		if found {
			seen.item = item
		}
	}
	stored, err := s.storedItem(key)
	seen.stored = stored
	return err
}
