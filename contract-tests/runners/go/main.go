// The Go runner of contract scenarios (docs/spec/scenarios.md): drives the public Go SDK through what
// `tabletheory contract --lang go` sends, one line of JSON per scenario, and answers with one line each.
package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"os"
)

// order is one line of input.
type order struct {
	Scenario scenario          `json:"scenario"`
	Models   map[string]string `json:"models"`
	Address  string            `json:"address"`
	Phase    string            `json:"phase"`
	Table    string            `json:"table"`
}

type scenario struct {
	Name       string `json:"name"`
	Model      string `json:"model"`
	Encryption *struct {
		Provider string `json:"provider"`
		Seed     string `json:"seed"`
	} `json:"encryption"`
	Steps     []step `json:"steps"`
	SeedSteps []step `json:"seed_steps"`
	ReadSteps []step `json:"read_steps"`
	Table     struct {
		Name string `json:"name"`
	} `json:"table"`
}

type step map[string]any

// report is one line of output.
type report struct {
	Outcome string `json:"outcome"`
	Detail  string `json:"detail"`
}

func main() {
	address := flag.String("address", "memory:", "where the scenarios are run, unless a line says otherwise")
	flag.Parse()
	input := bufio.NewReaderSize(os.Stdin, 1<<20)
	output := json.NewEncoder(os.Stdout)
	output.SetEscapeHTML(false)
	for {
		line, err := input.ReadBytes('\n')
		if len(bytes.TrimSpace(line)) > 0 {
			if problem := output.Encode(judge(line, *address)); problem != nil {
				fmt.Fprintln(os.Stderr, problem)
				os.Exit(1)
			}
		}
		if err != nil {
			return
		}
	}
}

func judge(line []byte, address string) report {
	var given order
	decoder := json.NewDecoder(bytes.NewReader(line))
	decoder.UseNumber()
	if err := decoder.Decode(&given); err != nil {
		return report{"failed", "the line cannot be read: " + err.Error()}
	}
	if given.Address == "" {
		given.Address = address
	}
	if err := run(given); err != nil {
		return report{"failed", err.Error()}
	}
	return report{Outcome: "passed"}
}
