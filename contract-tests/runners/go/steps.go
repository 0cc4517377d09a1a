package main

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	tt "github.com/theory-cloud/tabletheory/go"
)

func objectOf(value any) map[string]any { object, _ := value.(map[string]any); return object }
func listOf(value any) []any            { list, _ := value.([]any); return list }

func textsOf(value any) []string {
	var texts []string
	for _, text := range listOf(value) {
		texts = append(texts, textOf(text))
	}
	return texts
}

func textOf(value any) string {
	if value == nil {
		return ""
	}
	return fmt.Sprint(value)
}

func integerOf(value any) int64 {
	number, _ := strconv.ParseInt(textOf(value), 10, 64)
	return number
}

// namedPaths are attribute names, taken literally.
func namedPaths(names []string) []tt.Path {
	var paths []tt.Path
	for _, name := range names {
		paths = append(paths, tt.Named(name))
	}
	return paths
}

func isTrue(value any) bool { set, _ := value.(bool); return set }

// perform runs the operation: its answer, or its error.
func (s *session) perform(st step, m *model) (*observation, error) {
	table, err := s.tableOf(m)
	if err != nil {
		return nil, err
	}
	seen := &observation{}
	switch op := textOf(st["op"]); op {
	case "create", "put", "save", "upsert", "patch", "update":
		return seen, s.write(op, st, m, table)
	case "delete":
		key := logicalItem(m, objectOf(st["key"]))
		if st["key"] == nil {
			key = keyAttributes(m, objectOf(st["item"]))
		}
		var options []tt.WriteOption
		if st["version"] != nil {
			options = append(options, tt.IfVersion(integerOf(st["version"])))
		}
		return seen, table.Delete(s.ctx, tt.NamedKey(key), options...)
	case "get", "get_optional":
		var options []tt.GetOption
		if isTrue(st["consistent_read"]) {
			options = append(options, tt.Consistent())
		}
		key := tt.NamedKey(logicalItem(m, objectOf(st["key"])))
		if op == "get" {
			seen.item, err = table.Get(s.ctx, key, options...)
			return seen, err
		}
		item, found, err := table.Find(s.ctx, key, options...)
		if found {
			seen.item = item
		}
		return seen, err
	case "query":
		return onePage(s, m, queryOf(m, table, objectOf(st["query"])))
	case "scan":
		return onePage(s, m, configure(m, objectOf(st["scan"]), table.Scan()))
	case "count":
		counted := objectOf(st["count"])
		read := configure(m, objectOf(counted["scan"]), table.Scan())
		if counted["query"] != nil {
			read = queryOf(m, table, objectOf(counted["query"]))
		}
		seen.count, err = read.Count(s.ctx)
		return seen, err
	case "batch_get":
		items, err := table.BatchGet(s.ctx, keysOf(m, listOf(objectOf(st["batch_get"])["keys"])))
		for _, item := range items {
			if item != nil {
				seen.keep(*item, m)
			}
		}
		return seen, err
	case "batch_write":
		batch := objectOf(st["batch_write"])
		var puts []tt.Item
		for _, put := range listOf(batch["puts"]) {
			puts = append(puts, logicalItem(m, objectOf(put)))
		}
		return seen, table.BatchWrite(s.ctx, puts, keysOf(m, listOf(batch["deletes"])))
	case "transact_get":
		return s.transactGet(st)
	case "transact_write":
		return seen, s.transactWrite(st)
	case "transition_append_event":
		return seen, s.transition(st)
	case "validate_provenance":
		return seen, s.client.CheckDeployAuthority(s.ctx, logicalItem(m, objectOf(st["item"])))
	case "sleep":
		s.sleep(time.Duration(integerOf(st["ms"])) * time.Millisecond)
		return seen, nil
	default:
		return nil, fmt.Errorf("this runner has no %s; please report this", op)
	}
}

func (o *observation) keep(item tt.Item, m *model) {
	o.items = append(o.items, item)
	o.itemModels = append(o.itemModels, m)
	o.count = len(o.items)
}

func (s *session) write(op string, st step, m *model, table *tt.Table[tt.Item]) (err error) {
	item := logicalItem(m, objectOf(st["item"]))
	switch op {
	case "create":
		_, err = table.Create(s.ctx, item)
	case "upsert":
		_, err = table.Upsert(s.ctx, item)
	case "patch":
		_, err = table.Patch(s.ctx, item)
	case "update":
		_, err = table.Update(s.ctx, item, namedPaths(textsOf(st["fields"])), tt.Protect(textsOf(st["protected_attributes"])...))
	default:
		_, err = table.Put(s.ctx, item)
	}
	return err
}

func keysOf(m *model, list []any) []tt.Key {
	var keys []tt.Key
	for _, key := range list {
		keys = append(keys, tt.NamedKey(logicalItem(m, objectOf(key))))
	}
	return keys
}

// conditionOf is a condition of a query's key or of a filter: the operator is handed on by name, for the SDK to judge.
func conditionOf(m *model, node map[string]any) tt.Condition {
	name, op := textOf(node["attribute"]), textOf(node["operator"])
	attribute := m.Attribute(name)
	read := logicalValue
	if strings.ToLower(op) == "contains" {
		read = elementValue
	}
	var values []any
	if value, ok := node["value"]; ok {
		values = append(values, read(attribute, value))
	}
	for _, value := range listOf(node["values"]) {
		values = append(values, read(attribute, value))
	}
	path := tt.Attr(name)
	if attribute != nil {
		path = tt.Named(name)
	}
	return path.Compare(op, values...)
}

func configure(m *model, node map[string]any, read tt.Read[tt.Item]) tt.Read[tt.Item] {
	if index := textOf(node["index"]); index != "" {
		read = read.Index(index)
	}
	for _, filter := range listOf(node["filter"]) {
		read = read.Where(conditionOf(m, objectOf(filter)))
	}
	if node["projection"] != nil {
		read = read.Select(namedPaths(textsOf(node["projection"]))...)
	}
	if node["limit"] != nil {
		read = read.PageSize(int(integerOf(node["limit"])))
	}
	if node["cursor_key"] != nil {
		read = read.SignCursors([]byte(textOf(node["cursor_key"])))
	}
	return read.After(textOf(node["cursor"]))
}

func queryOf(m *model, table *tt.Table[tt.Item], node map[string]any) tt.Read[tt.Item] {
	read := configure(m, node, table.Query(conditionOf(m, objectOf(node["partition"]))))
	if sort := objectOf(node["sort"]); sort != nil {
		read = read.Sort(conditionOf(m, sort))
	}
	if textOf(node["sort_direction"]) == "DESC" {
		read = read.Descending()
	}
	if isTrue(node["consistent_read"]) {
		read = read.Consistent()
	}
	return read
}

func onePage(s *session, m *model, read tt.Read[tt.Item]) (*observation, error) {
	page, err := read.Page(s.ctx)
	if err != nil {
		return nil, err
	}
	seen := &observation{cursor: page.Cursor}
	for _, item := range page.Items {
		seen.keep(item, m)
	}
	return seen, nil
}

func (s *session) transactGet(st step) (*observation, error) {
	transaction := s.client.TransactGet()
	var slots []*tt.Slot[tt.Item]
	var models []*model
	for _, node := range listOf(objectOf(st["transact_get"])["items"]) {
		m, err := s.modelOf(st, objectOf(node))
		if err != nil {
			return nil, err
		}
		table, err := s.tableOf(m)
		if err != nil {
			return nil, err
		}
		key := tt.NamedKey(logicalItem(m, objectOf(objectOf(node)["key"])))
		slots = append(slots, tt.GetFrom(transaction, table, key))
		models = append(models, m)
	}
	if err := transaction.Run(s.ctx); err != nil {
		return nil, err
	}
	seen := &observation{}
	for i, slot := range slots {
		if item, found := slot.Item(); found {
			seen.keep(item, models[i])
		}
	}
	return seen, nil
}

func (s *session) transactWrite(st step) error {
	transaction := s.client.TransactWrite()
	for _, node := range listOf(objectOf(st["transact_write"])["actions"]) {
		action := objectOf(node)
		m, err := s.modelOf(st, action)
		if err != nil {
			return err
		}
		table, err := s.tableOf(m)
		if err != nil {
			return err
		}
		transaction.Add(actionOf(m, table, action))
	}
	return transaction.Run(s.ctx)
}

func actionOf(m *model, table *tt.Table[tt.Item], action map[string]any) tt.Action {
	kind := textOf(action["kind"])
	condition := rawCondition(action)
	if isTrue(action["if_not_exists"]) {
		condition = tt.And(tt.Named(m.PartitionKey).NotExists(), condition)
	}
	options := []tt.WriteOption{tt.If(condition)}
	if version, ok := versionOf(m, action, kind == "update"); ok {
		options = append(options, tt.IfVersion(version))
	}
	item := tt.Item{}
	for _, part := range []string{"key", "item", "set"} {
		for name, value := range logicalItem(m, objectOf(action[part])) {
			item[name] = value
		}
	}
	source := objectOf(action["item"])
	if action["key"] != nil {
		source = objectOf(action["key"])
	}
	key := tt.NamedKey(keyAttributes(m, source))
	switch kind {
	case "create":
		return table.CreateAction(item, options...)
	case "put":
		return table.PutAction(item, options...)
	case "upsert":
		return table.UpsertAction(item, options...)
	case "update":
		return table.UpdateAction(item, selectionOf(m, action), options...)
	case "delete":
		return table.DeleteAction(key, options...)
	}
	return table.CheckAction(key, options...)
}

func rawCondition(action map[string]any) tt.Condition {
	expression := textOf(action["condition_expression"])
	if expression == "" {
		return tt.Condition{}
	}
	names := map[string]string{}
	for name, text := range objectOf(action["expression_attribute_names"]) {
		names[name] = textOf(text)
	}
	values := tt.Item{}
	for name, value := range objectOf(action["expression_attribute_values"]) {
		values[name] = expressionValue(value)
	}
	return tt.Raw(expression, names, values)
}

// selectionOf: an update selects what `set` names; with an `item` also all of that but the key and the version.
func selectionOf(m *model, action map[string]any) []tt.Path {
	var names []string
	for name := range objectOf(action["set"]) {
		names = append(names, name)
	}
	version := m.Role("version")
	for name := range objectOf(action["item"]) {
		isLock := version != nil && name == version.Name
		if name != m.PartitionKey && name != m.SortKey && !isLock {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return namedPaths(names)
}

// versionOf is the version of an action: its own, else the one its item brings.
func versionOf(m *model, action map[string]any, fromItem bool) (int64, bool) {
	if action["version"] != nil {
		return integerOf(action["version"]), true
	}
	role := m.Role("version")
	if !fromItem || role == nil {
		return 0, false
	}
	version, ok := objectOf(action["item"])[role.Name]
	return integerOf(version), ok
}

func (s *session) transition(st step) error {
	actual, event := objectOf(st["actual"]), objectOf(st["event"])
	actualModel, err := s.modelOf(st, actual)
	if err != nil {
		return err
	}
	eventModel, err := s.modelOf(st, event)
	if err != nil {
		return err
	}
	actuals, err := s.tableOf(actualModel)
	if err != nil {
		return err
	}
	events, err := s.tableOf(eventModel)
	if err != nil {
		return err
	}
	row := logicalItem(actualModel, objectOf(actual["key"]))
	var names []string
	for name, value := range logicalItem(actualModel, objectOf(actual["set"])) {
		row[name] = value
		names = append(names, name)
	}
	slices.Sort(names)
	var options tt.TransitionOptions
	if actual["expected_version"] != nil {
		version := integerOf(actual["expected_version"])
		options.ExpectedVersion = &version
	}
	return tt.TransitionAppendEvent(s.ctx, actuals, row, namedPaths(names), events,
		logicalItem(eventModel, objectOf(event["item"])), options)
}
