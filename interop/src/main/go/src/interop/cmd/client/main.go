// Command client is the public's side of the interop tests: it speaks to a public port as clients do, checks what comes
// back, and prints one JSON object. Its first argument is what to do:
//
//	tcp     one connection: send, end it in one way or another, read to the end
//	bulk    one connection to a service of kind bulk: many bytes both ways at the same time, compared by digest
//	short   many short connections to a service of kind echo, some at a time
//	http    one request, or many, some at a time
//	steady  small exchanges with a service of kind echo until standard input ends, to see whether anything disturbs them
//
// It fails, with the reason on standard error, if what it expected did not happen.
package main

import (
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"flag"
	"fmt"
	"log"
	"net"
	"os"
	"time"
)

// patience bounds every connection of a command that is not about long ones.
const patience = 60 * time.Second

// command does one thing and returns what is to be printed.
type command func(arguments []string) (interface{}, error)

var commands = map[string]command{
	"tcp":    tcp,
	"bulk":   bulk,
	"short":  short,
	"http":   doHTTP,
	"steady": steady,
}

func main() {
	log.SetFlags(log.Lmicroseconds)
	if len(os.Args) < 2 || commands[os.Args[1]] == nil {
		log.Fatal("usage: client tcp|bulk|short|http|steady [flags]")
	}
	result, err := commands[os.Args[1]](os.Args[2:])
	if err != nil {
		log.Fatal(err)
	}
	if err := json.NewEncoder(os.Stdout).Encode(result); err != nil {
		log.Fatal(err)
	}
}

// target says where to connect, and whether with TLS.
type target struct {
	address string
	caFile  string
	name    string
}

func (t *target) flags(set *flag.FlagSet) {
	set.StringVar(&t.address, "addr", "", "where to connect, HOST:PORT")
	set.StringVar(&t.caFile, "ca", "", "file with the certificate to trust, in PEM; empty for no TLS")
	set.StringVar(&t.name, "sni", "", "the server's name, for TLS")
}

// tlsConfig is nil for no TLS.
func (t *target) tlsConfig() (*tls.Config, error) {
	if t.caFile == "" {
		return nil, nil
	}
	pem, err := os.ReadFile(t.caFile)
	if err != nil {
		return nil, err
	}
	roots := x509.NewCertPool()
	if !roots.AppendCertsFromPEM(pem) {
		return nil, fmt.Errorf("%s has no certificate in PEM", t.caFile)
	}
	return &tls.Config{RootCAs: roots, ServerName: t.name}, nil
}

// halfConn is a connection of which one side can be ended: TCP or TLS.
type halfConn interface {
	net.Conn
	CloseWrite() error
}

func (t *target) dial() (halfConn, error) {
	config, err := t.tlsConfig()
	if err != nil {
		return nil, err
	}
	if config != nil {
		return tls.Dial("tcp", t.address, config)
	}
	conn, err := net.Dial("tcp", t.address)
	if err != nil {
		return nil, err
	}
	return conn.(*net.TCPConn), nil
}
