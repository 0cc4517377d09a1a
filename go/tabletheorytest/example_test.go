package tabletheorytest_test

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"github.com/theory-cloud/tabletheory/go"
	"github.com/theory-cloud/tabletheory/go/tabletheorytest"
)

type Parcel struct {
	_       struct{} `theorydb:"model:Parcel,table:parcels"`
	ID      string   `theorydb:"pk,attr:id"`
	Version int64    `theorydb:"version"`
}

// example stands for the *testing.T that a test is given.
type example struct {
	testing.TB
	cleanups []func()
}

func (e *example) Helper()          {}
func (e *example) Name() string     { return "TestSending" }
func (e *example) Cleanup(f func()) { e.cleanups = append(e.cleanups, f) }

func ExampleNew() {
	t := new(example) // func TestSending(t *testing.T)
	client := tabletheorytest.New(t)
	parcels := tabletheorytest.Open[Parcel](t, client)
	_, err := parcels.Create(context.Background(), Parcel{ID: "p"})
	fmt.Println(err)
	// Output: <nil>
}

func ExampleSpy() {
	t := new(example) // func TestSending(t *testing.T)
	spy := new(tabletheorytest.Spy)
	parcels := tabletheorytest.Open[Parcel](t, tabletheorytest.New(t, spy.Option()))
	spy.Reset()
	_, err := parcels.UpsertBuilder(tabletheory.K("p")).Set("weight", 3).Run(context.Background())
	fmt.Println(spy.Operations(), err != nil) // the model has no weight: nothing was sent
	_, err = parcels.Put(context.Background(), Parcel{ID: "p"})
	fmt.Println(spy.Operations(), err)
	// Output:
	// [] true
	// [PutItem] <nil>
}

func ExampleFaults() {
	t := new(example) // func TestSending(t *testing.T)
	faults := &tabletheorytest.Faults{Rules: []tabletheorytest.Rule{
		{Fault: tabletheorytest.LostAnswer, Operation: "PutItem", NthCall: 1},
	}}
	parcels := tabletheorytest.Open[Parcel](t, tabletheorytest.New(t, faults.Option()))
	_, err := parcels.Create(context.Background(), Parcel{ID: "p"}) // it is there, but who made it?
	fmt.Println(errors.Is(err, tabletheory.ErrOutcomeUnknown), faults.Struck(0))
	// Output: true 1
}
