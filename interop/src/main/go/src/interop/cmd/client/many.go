package main

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"net/http"
	"os"
	"strings"
	"sync"
	"time"

	"interop/pattern"
)

// afterwards is how many rounds steady still makes when its input has ended, to see whether all is well then.
const afterwards = 50

// manyErrors is how many different failures of a crowd are shown.
const manyErrors = 5

// tally counts what became of many exchanges. Its methods may be called by many goroutines.
type tally struct {
	mu      sync.Mutex
	ok      int
	failed  int
	errors  []string
	slowest time.Duration
}

type tallyResult struct {
	OK            int      `json:"ok"`
	Failed        int      `json:"failed"`
	Errors        []string `json:"errors"`
	SlowestMillis int64    `json:"slowestMillis"`
	Seconds       float64  `json:"seconds"`
}

func (t *tally) run(exchange func() error) {
	start := time.Now()
	err := exchange()
	took := time.Since(start)
	t.mu.Lock()
	defer t.mu.Unlock()
	if took > t.slowest {
		t.slowest = took
	}
	if err == nil {
		t.ok++
		return
	}
	t.failed++
	if len(t.errors) < manyErrors {
		t.errors = append(t.errors, err.Error())
	}
}

func (t *tally) result(start time.Time) tallyResult {
	t.mu.Lock()
	defer t.mu.Unlock()
	return tallyResult{t.ok, t.failed, t.errors, t.slowest.Milliseconds(), time.Since(start).Seconds()}
}

// crowd runs n exchanges, numbered from 0, at most some at a time.
func crowd(n, atATime int, exchange func(i int) error) tallyResult {
	start := time.Now()
	var all tally
	var workers sync.WaitGroup
	numbers := make(chan int)
	for w := 0; w < atATime; w++ {
		workers.Add(1)
		go func() {
			defer workers.Done()
			for i := range numbers {
				all.run(func() error { return exchange(i) })
			}
		}()
	}
	for i := 0; i < n; i++ {
		numbers <- i
	}
	close(numbers)
	workers.Wait()
	return all.result(start)
}

func short(arguments []string) (interface{}, error) {
	set := flag.NewFlagSet("short", flag.ExitOnError)
	var to target
	to.flags(set)
	n := set.Int("n", 10000, "how many connections")
	atATime := set.Int("at-a-time", 64, "how many of them at once")
	if err := set.Parse(arguments); err != nil {
		return nil, err
	}
	return crowd(*n, *atATime, func(i int) error {
		return roundTrip(to, []byte(fmt.Sprintf("connection number %d\n", i)))
	}), nil
}

// steady has one long conversation and one new connection after the other, until standard input ends and some more.
func steady(arguments []string) (interface{}, error) {
	set := flag.NewFlagSet("steady", flag.ExitOnError)
	var to target
	to.flags(set)
	if err := set.Parse(arguments); err != nil {
		return nil, err
	}
	long, err := to.dial()
	if err != nil {
		return nil, err
	}
	defer long.Close()
	over := make(chan struct{})
	go func() {
		// An error is an end, too.
		io.Copy(io.Discard, os.Stdin)
		close(over)
	}()
	start := time.Now()
	message := bytes.Repeat([]byte("steady "), 500)
	back := make([]byte, len(message))
	var all tally
	for left := afterwards; left > 0; {
		select {
		case <-over:
			left--
		default:
		}
		all.run(func() error {
			if _, err := long.Write(message); err != nil {
				return fmt.Errorf("the long connection: %w", err)
			}
			if _, err := io.ReadFull(long, back); err != nil {
				return fmt.Errorf("the long connection: %w", err)
			}
			return nil
		})
		all.run(func() error { return roundTrip(to, message) })
	}
	return all.result(start), nil
}

type httpResult struct {
	Status int             `json:"status"`
	Header http.Header     `json:"header"`
	Body   json.RawMessage `json:"body"` // what the service said, if it was JSON
	Text   string          `json:"text"` // otherwise
}

func doHTTP(arguments []string) (interface{}, error) {
	set := flag.NewFlagSet("http", flag.ExitOnError)
	var to target
	to.flags(set)
	url := set.String("url", "", "what to ask for")
	method := set.String("method", http.MethodGet, "how")
	host := set.String("host", "", "the Host header; empty for the URL's")
	body := set.Int64("body", 0, "how many bytes of a pattern to send")
	n := set.Int("n", 1, "how many requests; for more than one, only their number is told")
	atATime := set.Int("at-a-time", 1, "how many of them at once")
	keepAlive := set.Bool("keep-alive", true, "whether requests share connections")
	if err := set.Parse(arguments); err != nil {
		return nil, err
	}
	config, err := to.tlsConfig()
	if err != nil {
		return nil, err
	}
	client := &http.Client{
		Timeout: patience,
		Transport: &http.Transport{
			TLSClientConfig:     config,
			DisableKeepAlives:   !*keepAlive,
			MaxIdleConnsPerHost: *atATime,
		},
	}
	request := func() (httpResult, error) {
		return exchange(client, *method, *url, *host, *body)
	}
	if *n == 1 {
		return request()
	}
	return crowd(*n, *atATime, func(int) error {
		result, err := request()
		if err == nil && result.Status != http.StatusOK {
			err = fmt.Errorf("status %d: %s", result.Status, result.Text)
		}
		return err
	}), nil
}

func exchange(client *http.Client, method, url, host string, size int64) (httpResult, error) {
	var body io.Reader
	if size > 0 {
		in, out := io.Pipe()
		go func() {
			_, err := pattern.Write(out, uint64(size), size)
			out.CloseWithError(err)
		}()
		// Of unknown length, so it goes in chunks.
		body = in
	}
	request, err := http.NewRequest(method, url, body)
	if err != nil {
		return httpResult{}, err
	}
	request.Host = host
	response, err := client.Do(request)
	if err != nil {
		return httpResult{}, err
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		return httpResult{}, err
	}
	result := httpResult{Status: response.StatusCode, Header: response.Header}
	if strings.HasPrefix(response.Header.Get("Content-Type"), "application/json") && len(text) > 0 {
		result.Body = text
	} else {
		result.Text = string(text)
	}
	return result, nil
}
