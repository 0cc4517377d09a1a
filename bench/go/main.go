// Command bench measures TableTheory beside aws-sdk-go-v2 with attributevalue and guregu/dynamo (docs/performance.md): CPU
// time per unit of work, medians of interleaved rounds, identical bytes for all. It is run by run.py.
//
//	bench work [-rounds N] [-ms N]       W1, W2, W3, W6, W9 on answers made before, without a socket
//	bench concurrency ADDRESS            W15 against a server
//	bench cold PEER ADDRESS              W14: one GetItem, then it ends
package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"log"
	"net"
	"net/http"
	"os"
	"reflect"
	"runtime"
	"slices"
	"strconv"
	"sync"
	"syscall"
	"time"
)

// result is a line of the table.
type result struct {
	Work   string  `json:"work"`
	Peer   string  `json:"peer"`
	CPU    float64 `json:"cpu_us"`
	Wall   float64 `json:"wall_us"`
	Allocs float64 `json:"allocs"`
	P50    float64 `json:"p50_us,omitempty"`
	P99    float64 `json:"p99_us,omitempty"`
}

func cpu() time.Duration {
	var usage syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &usage); err != nil {
		log.Fatal(err)
	}
	return time.Duration(usage.Utime.Nano() + usage.Stime.Nano())
}

func allocations() uint64 {
	var memory runtime.MemStats
	runtime.ReadMemStats(&memory)
	return memory.Mallocs
}

// round is one measurement: enough repetitions to take `least` of CPU time.
func round(units int, least time.Duration, once func() error) (result, error) {
	begun, started, made := cpu(), time.Now(), allocations()
	done := 0
	for cpu()-begun < least {
		for range 8 {
			if err := once(); err != nil {
				return result{}, err
			}
			done++
		}
	}
	per := float64(done * units)
	return result{CPU: float64((cpu() - begun).Nanoseconds()) / 1e3 / per, Wall: float64(time.Since(started).Nanoseconds()) / 1e3 / per,
		Allocs: float64(allocations()-made) / per}, nil
}

func median(all []result, of func(result) float64) float64 {
	values := make([]float64, len(all))
	for i, one := range all {
		values[i] = of(one)
	}
	slices.Sort(values)
	return values[len(values)/2]
}

func report(work string, rounds [][]result) {
	for i, all := range rounds {
		line := result{Work: work, Peer: names[i], CPU: median(all, func(r result) float64 { return r.CPU }),
			Wall: median(all, func(r result) float64 { return r.Wall }), Allocs: median(all, func(r result) float64 { return r.Allocs }),
			P50: median(all, func(r result) float64 { return r.P50 }), P99: median(all, func(r result) float64 { return r.P99 })}
		text, _ := json.Marshal(line)
		fmt.Println(string(text))
	}
}

// measure runs the peers in turn, round after round.
func measure(work string, units, rounds int, least time.Duration, peers []peer, once func(peer) error) error {
	all := make([][]result, len(peers))
	for number := range rounds + 1 {
		for i, p := range peers {
			one, err := round(units, least, func() error { return once(p) })
			if err != nil {
				return fmt.Errorf("%s, %s: %w", work, names[i], err)
			}
			if number > 0 { // the first warms up
				all[i] = append(all[i], one)
			}
		}
	}
	report(work, all)
	return nil
}

func answers(page int) canned {
	return canned{"GetItem": []byte(`{"Item":` + mixedJSON(0) + `}`), "PutItem": []byte(`{}`), "BatchWriteItem": []byte(`{}`),
		"Query": pageJSON(page, mixedJSON)}
}

// agree fails unless all peers read the same.
func agree(peers []peer) error {
	want := mixed(0)
	for i, p := range peers {
		got, err := p.get(context.Background())
		if err == nil {
			slices.Sort(got.Scores)
			slices.Sort(got.Tags)
			if !reflect.DeepEqual(got, want) {
				err = fmt.Errorf("read %+v", got)
			}
		}
		if err != nil {
			return fmt.Errorf("%s: %w", names[i], err)
		}
	}
	return nil
}

func work(arguments []string) error {
	flags := flag.NewFlagSet("work", flag.ExitOnError)
	rounds := flags.Int("rounds", 5, "rounds of each")
	ms := flags.Int("ms", 100, "CPU time of a round")
	_ = flags.Parse(arguments)
	least := time.Duration(*ms) * time.Millisecond
	ctx := context.Background()
	peers, err := peersAt("http://bench.invalid", answers(1), 1)
	if err != nil {
		return err
	}
	if err := agree(peers); err != nil {
		return err
	}
	item := mixed(0)
	many := make([]Mixed, 1000)
	for i := range many {
		many[i] = mixed(i)
	}
	return errors.Join(
		measure("W1 get MIXED", 1, *rounds, least, peers, func(p peer) error { _, err := p.get(ctx); return err }),
		measure("W2 put MIXED", 1, *rounds, least, peers, func(p peer) error { return p.put(ctx, item) }),
		pages(*rounds, least),
		measure("W9 batch write 25, per item", 25, *rounds, least, peers, func(p peer) error { return p.batch(ctx, many[:25]) }),
		measure("W9 batch write 1000, per item", 1000, *rounds, least, peers, func(p peer) error { return p.batch(ctx, many) }))
}

func pages(rounds int, least time.Duration) error {
	ctx := context.Background()
	for _, size := range []int{1, 10, 100, 1000} {
		peers, err := peersAt("http://bench.invalid", answers(size), 1)
		if err != nil {
			return err
		}
		err = measure(fmt.Sprintf("W3 page of %d, per item", size), size, rounds, least, peers, func(p peer) error {
			items, err := p.query(ctx)
			if err == nil && len(items) != size {
				err = fmt.Errorf("%d items instead of %d", len(items), size)
			}
			return err
		})
		if err != nil {
			return err
		}
	}
	peers, err := peersAt("http://bench.invalid", canned{"Query": pageJSON(100, numbersJSON)}, 1)
	if err != nil {
		return err
	}
	return measure("W6 page of 100 items of 40 numbers, per item", 100, rounds, least, peers, func(p peer) error {
		items, err := p.numbers(ctx)
		if err == nil && (len(items) != 100 || items[1].Integers[1] != 7919*2 || items[0].Fractions[1] != 31.25) {
			err = errors.New("other numbers than were sent")
		}
		return err
	})
}

// concurrency measures so many calls in flight, over real sockets.
func concurrency(address string) error {
	for _, inFlight := range []int{1, 64, 512} {
		peers, err := peersAt(address, nil, inFlight)
		if err != nil {
			return err
		}
		all := make([][]result, len(peers))
		for number := range 4 {
			for i, p := range peers {
				one, err := flight(p, inFlight, 2000)
				if err != nil {
					return fmt.Errorf("%s: %w", names[i], err)
				}
				if number > 0 {
					all[i] = append(all[i], one)
				}
			}
		}
		report("W15 get MIXED, "+strconv.Itoa(inFlight)+" in flight", all)
	}
	return nil
}

func flight(p peer, inFlight, calls int) (result, error) {
	took := make([]float64, calls)
	failures := make(chan error, inFlight)
	var group sync.WaitGroup
	begun, started, made := cpu(), time.Now(), allocations()
	for worker := range inFlight {
		group.Add(1)
		go func() {
			defer group.Done()
			for call := worker; call < calls; call += inFlight {
				before := time.Now()
				if _, err := p.get(context.Background()); err != nil {
					failures <- err
					return
				}
				took[call] = float64(time.Since(before).Nanoseconds()) / 1e3
			}
		}()
	}
	group.Wait()
	select {
	case err := <-failures:
		return result{}, err
	default:
	}
	per := float64(calls)
	one := result{CPU: float64((cpu() - begun).Nanoseconds()) / 1e3 / per, Wall: float64(time.Since(started).Nanoseconds()) / 1e3 / per,
		Allocs: float64(allocations()-made) / per}
	slices.Sort(took)
	one.P50, one.P99 = took[calls/2], took[calls*99/100]
	return one, nil
}

// cold is a whole program: connect, read one item, say how large it has become.
func cold(name, address string) error {
	var p peer
	var err error
	switch name {
	case names[0]:
		p, err = openOurs(address, &http.Client{})
	default:
		var all []peer
		if all, err = peersAt(address, nil, 1); err == nil {
			p = all[slices.Index(names, name)]
		}
	}
	if err != nil {
		return err
	}
	if _, err := p.get(context.Background()); err != nil {
		return err
	}
	var usage syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &usage); err != nil {
		return err
	}
	fmt.Println(usage.Maxrss, cpu().Microseconds())
	return nil
}

// serve answers every request with the same item, for W14 and W15; its first line is its address.
func serve() error {
	body := answers(1)["GetItem"]
	server := &http.Server{Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/x-amz-json-1.0")
		_, _ = w.Write(body)
	})}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	fmt.Printf("http://%s\n", listener.Addr())
	return server.Serve(listener)
}

func main() {
	var err error
	switch arguments := os.Args[1:]; {
	case len(arguments) > 0 && arguments[0] == "work":
		err = work(arguments[1:])
	case len(arguments) == 2 && arguments[0] == "concurrency":
		err = concurrency(arguments[1])
	case len(arguments) == 3 && arguments[0] == "cold":
		err = cold(arguments[1], arguments[2])
	case len(arguments) == 1 && arguments[0] == "serve":
		err = serve()
	default:
		err = errors.New("usage: bench work [-rounds N] [-ms N] | concurrency ADDRESS | cold PEER ADDRESS | serve")
	}
	if err != nil {
		log.Fatal(err)
	}
}
