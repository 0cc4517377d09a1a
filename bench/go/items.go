package main

import (
	"fmt"
	"strings"
)

// Mixed is the item MIXED of docs/performance.md, as each library's users would declare it: one struct, three tags.
type Mixed struct {
	_ struct{} `theorydb:"model:Mixed,table:mixed"`

	PK      string   `theorydb:"pk" dynamodbav:"PK" dynamo:"PK,hash"`
	SK      string   `theorydb:"sk" dynamodbav:"SK" dynamo:"SK,range"`
	Name    string   `theorydb:"attr:name" dynamodbav:"name" dynamo:"name"`
	Active  bool     `theorydb:"attr:active" dynamodbav:"active" dynamo:"active"`
	Count   int64    `theorydb:"attr:count,format:int" dynamodbav:"count" dynamo:"count"`
	Scores  []int64  `theorydb:"attr:scores,set" dynamodbav:"scores,numberset" dynamo:"scores,set"`
	Tags    []string `theorydb:"attr:tags,set" dynamodbav:"tags,stringset" dynamo:"tags,set"`
	Address Address  `theorydb:"attr:address" dynamodbav:"address" dynamo:"address"`
	Lines   []Line   `theorydb:"attr:lines" dynamodbav:"lines" dynamo:"lines"`
	Returns []Line   `theorydb:"attr:returns" dynamodbav:"returns" dynamo:"returns"`
	Notes   []Line   `theorydb:"attr:notes" dynamodbav:"notes" dynamo:"notes"`
}

// Address lies within an item.
type Address struct {
	City string `theorydb:"attr:city" dynamodbav:"city" dynamo:"city"`
	Zip  string `theorydb:"attr:zip" dynamodbav:"zip" dynamo:"zip"`
}

// Line lies within an item.
type Line struct {
	SKU   string `theorydb:"attr:sku" dynamodbav:"sku" dynamo:"sku"`
	Units int64  `theorydb:"attr:units" dynamodbav:"units" dynamo:"units"`
}

// Numbers is the item of W6: whole numbers, fractions, and 38 digits.
type Numbers struct {
	_ struct{} `theorydb:"model:Numbers,table:numbers"`

	PK        string    `theorydb:"pk" dynamodbav:"PK" dynamo:"PK,hash"`
	SK        string    `theorydb:"sk" dynamodbav:"SK" dynamo:"SK,range"`
	Integers  []int64   `theorydb:"attr:integers" dynamodbav:"integers" dynamo:"integers"`
	Fractions []float64 `theorydb:"attr:fractions" dynamodbav:"fractions" dynamo:"fractions"`
}

func mixed(i int) Mixed {
	line := []Line{{SKU: "SKU-1001", Units: 3}}
	return Mixed{PK: "CUSTOMER#1", SK: fmt.Sprintf("ORDER#%06d", i), Name: "Ada Lovelace", Active: true, Count: int64(i),
		Scores: []int64{1, 20, 300}, Tags: []string{"blue", "green"}, Address: Address{"Bonn", "53111"},
		Lines: line, Returns: line, Notes: line}
}

// mixedJSON is the same item as the service sends it.
func mixedJSON(i int) string {
	line := `{"L":[{"M":{"sku":{"S":"SKU-1001"},"units":{"N":"3"}}}]}`
	return fmt.Sprintf(`{"PK":{"S":"CUSTOMER#1"},"SK":{"S":"ORDER#%06d"},"name":{"S":"Ada Lovelace"},"active":{"BOOL":true},`+
		`"count":{"N":"%d"},"scores":{"NS":["1","20","300"]},"tags":{"SS":["blue","green"]},`+
		`"address":{"M":{"city":{"S":"Bonn"},"zip":{"S":"53111"}}},"lines":%s,"returns":%s,"notes":%s}`, i, i, line, line, line)
}

func numbersJSON(i int) string {
	var integers, fractions []string
	for n := range 20 {
		integers = append(integers, fmt.Sprintf(`{"N":"%d"}`, n*7919*(i+1)))
		fractions = append(fractions, fmt.Sprintf(`{"N":"%d.25"}`, n*31))
	}
	return fmt.Sprintf(`{"PK":{"S":"CUSTOMER#1"},"SK":{"S":"N#%06d"},"integers":{"L":[%s]},"fractions":{"L":[%s]}}`, i,
		strings.Join(integers, ","), strings.Join(fractions, ","))
}

// pageJSON is an answer of Query.
func pageJSON(items int, item func(int) string) []byte {
	all := make([]string, items)
	for i := range all {
		all[i] = item(i)
	}
	return fmt.Appendf(nil, `{"Count":%d,"ScannedCount":%d,"Items":[%s]}`, items, items, strings.Join(all, ","))
}
