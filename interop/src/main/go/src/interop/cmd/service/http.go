package main

import (
	"encoding/json"
	"net/http"

	"interop/pattern"
)

// answer is what an HTTP service says of the request that it got.
type answer struct {
	Service    string      `json:"service"`
	Method     string      `json:"method"`
	Target     string      `json:"target"`
	Host       string      `json:"host"`
	Header     http.Header `json:"header"`
	BodyBytes  int64       `json:"bodyBytes"`
	BodySHA256 string      `json:"bodySha256"`
}

// serveHTTP answers every request with what it was. One with the query "wait" is announced as "waiting" and answered at
// the command "release".
func (s *service) serveHTTP(w http.ResponseWriter, r *http.Request) {
	digest, read, err := pattern.ReadAll(r.Body)
	if err != nil {
		s.say("broken %s: %v", r.URL.Path, err)
		return
	}
	if r.URL.RawQuery == "wait" {
		s.say("waiting")
		<-s.released
	}
	w.Header().Set("Content-Type", "application/json")
	err = json.NewEncoder(w).Encode(answer{
		Service:    s.name,
		Method:     r.Method,
		Target:     r.RequestURI,
		Host:       r.Host,
		Header:     r.Header,
		BodyBytes:  read,
		BodySHA256: digest,
	})
	if err != nil {
		s.say("broken %s: %v", r.URL.Path, err)
	}
}
