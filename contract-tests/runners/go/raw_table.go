package main

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	tt "github.com/theory-cloud/tabletheory/go"
)

// What the runner does by the service's own API: the table, and a look at what is stored.

func (s *session) rawCall(operation string, request any) (map[string]any, error) {
	body, err := json.Marshal(request)
	if err != nil {
		return nil, err
	}
	answer, err := s.client.RawCall(s.ctx, tt.DynamoDB, operation, string(body))
	if err != nil {
		return nil, err
	}
	var object map[string]any
	decoder := json.NewDecoder(bytes.NewReader([]byte(answer)))
	decoder.UseNumber()
	return object, decoder.Decode(&object)
}

// keyList is a key of a document: one, or a list.
func keyList(node any) []map[string]any {
	var keys []map[string]any
	if one := objectOf(node); one != nil {
		return append(keys, one)
	}
	for _, each := range listOf(node) {
		keys = append(keys, objectOf(each))
	}
	return keys
}

func keySchema(partition, sort any, types map[string]string) []any {
	var elements []any
	add := func(keys []map[string]any, kind string) {
		for _, key := range keys {
			name := textOf(key["attribute"])
			types[name] = textOf(key["type"])
			elements = append(elements, map[string]any{"AttributeName": name, "KeyType": kind})
		}
	}
	add(keyList(partition), "HASH")
	add(keyList(sort), "RANGE")
	return elements
}

func createRequest(m *model, table string) map[string]any {
	types := map[string]string{}
	keys := objectOf(m.document["keys"])
	request := map[string]any{"TableName": table, "BillingMode": "PAY_PER_REQUEST",
		"KeySchema": keySchema(keys["partition"], keys["sort"], types)}
	lists := map[string][]any{}
	for _, node := range listOf(m.document["indexes"]) {
		index := objectOf(node)
		partition := index["partition"]
		list := "GlobalSecondaryIndexes"
		if textOf(index["type"]) == "LSI" {
			list = "LocalSecondaryIndexes"
			if partition == nil {
				partition = keys["partition"]
			}
		}
		projection := map[string]any{"ProjectionType": "ALL"}
		if given := objectOf(index["projection"]); given != nil {
			projection["ProjectionType"] = given["type"]
			if fields := listOf(given["fields"]); len(fields) > 0 {
				projection["NonKeyAttributes"] = fields
			}
		}
		lists[list] = append(lists[list], map[string]any{"IndexName": index["name"], "Projection": projection,
			"KeySchema": keySchema(partition, index["sort"], types)})
	}
	for name, list := range lists {
		request[name] = list
	}
	var definitions []any
	for name, kind := range types {
		definitions = append(definitions, map[string]any{"AttributeName": name, "AttributeType": kind})
	}
	request["AttributeDefinitions"] = definitions
	return request
}

func (s *session) createTable(m *model) error {
	if err := s.dropTable(); err != nil {
		return err
	}
	if _, err := s.rawCall("CreateTable", createRequest(m, s.table)); err != nil {
		return err
	}
	return s.waitFor("ACTIVE")
}

func (s *session) dropTable() error {
	_, err := s.rawCall("DeleteTable", map[string]any{"TableName": s.table})
	if errors.Is(err, tt.ErrTableNotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	return s.waitFor("")
}

// waitFor polls until the table has a status; "": is gone.
func (s *session) waitFor(wanted string) error {
	for range 600 {
		answer, err := s.rawCall("DescribeTable", map[string]any{"TableName": s.table})
		if err != nil && !errors.Is(err, tt.ErrTableNotFound) {
			return err
		}
		if textOf(objectOf(answer["Table"])["TableStatus"]) == wanted {
			return nil
		}
		time.Sleep(100 * time.Millisecond)
	}
	return fmt.Errorf("table %s did not become %q within a minute", s.table, wanted)
}

// wireValue is a key's value as the service's JSON.
func wireValue(value any) map[string]any {
	switch value := value.(type) {
	case []byte:
		return map[string]any{"B": base64.StdEncoding.EncodeToString(value)}
	case tt.Number:
		return map[string]any{"N": string(value)}
	}
	return map[string]any{"S": value}
}

// storedItem is the item's attributes as the service's JSON; nil: there is none.
func (s *session) storedItem(key tt.Item) (map[string]any, error) {
	wire := map[string]any{}
	for name, value := range key {
		wire[name] = wireValue(value)
	}
	answer, err := s.rawCall("GetItem", map[string]any{"TableName": s.table, "Key": wire, "ConsistentRead": true})
	return objectOf(answer["Item"]), err
}

// storedValue is an attribute of the service's JSON as a value.
func storedValue(stored any) (any, bool) {
	for kind, content := range objectOf(stored) {
		switch kind {
		case "S", "BOOL":
			return content, true
		case "N":
			return tt.Number(textOf(content)), true
		case "NULL":
			return nil, true
		case "B":
			raw, ok := bytesOf(content)
			return raw, ok
		case "SS":
			return tt.StringSet(textsOf(content)), true
		case "NS":
			set := tt.NumberSet{}
			for _, text := range textsOf(content) {
				set = append(set, tt.Number(text))
			}
			return set, true
		case "BS":
			set := tt.BytesSet{}
			for _, text := range textsOf(content) {
				raw, _ := bytesOf(text)
				set = append(set, raw)
			}
			return set, true
		case "L":
			list := []any{}
			for _, element := range listOf(content) {
				value, _ := storedValue(element)
				list = append(list, value)
			}
			return list, true
		case "M":
			object := map[string]any{}
			for name, element := range objectOf(content) {
				object[name], _ = storedValue(element)
			}
			return object, true
		}
	}
	return nil, false
}
