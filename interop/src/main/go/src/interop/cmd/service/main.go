// Command service is a service as people wrote them for the original socketmaster: it registers with version 1 of the
// handshake and is the server of a yamux session. What it does with its streams is chosen by -kind.
//
// Its standard output is for the program that drives it, a line for each event: first "registered" or "refused STATUS",
// then "waiting", "stream ID ended: ERROR", "streams N", "away", "lost: ERROR". Its standard input takes commands, a line
// each: "goaway" announces that it takes no more streams, "streams" asks how many are open, "release" answers the HTTP
// requests that wait. At the end of its input it exits, so that it never outlives its driver.
package main

import (
	"bufio"
	"errors"
	"flag"
	"fmt"
	"log"
	"net"
	"net/http"
	"os"

	"github.com/hashicorp/yamux"

	"interop/handshake"
)

// Exit codes.
const (
	exitFailed  = 1
	exitRefused = 3
)

// Kinds that are no behaviour of a single stream.
const (
	kindHTTP     = "http"
	kindNoAccept = "noaccept" // lets streams pile up in its backlog
	kindDeaf     = "deaf"     // reads nothing after the handshake, not even yamux
)

type options struct {
	daemon   string
	name     string
	kind     string
	address  string
	port     int
	domain   string
	path     string
	certFile string
	keyFile  string
}

func parseOptions() options {
	var o options
	flag.StringVar(&o.daemon, "daemon", "127.0.0.1:9999", "where the daemon's control socket is")
	flag.StringVar(&o.name, "name", "go", "what HTTP answers call this service")
	flag.StringVar(&o.kind, "kind", kindHTTP, "what to do with streams: http, noaccept, deaf, or one of echo, banner,"+
		" aftereof, closefirst, bulk, noread, reset")
	flag.StringVar(&o.address, "address", "", "the public address; empty for all")
	flag.IntVar(&o.port, "port", 0, "the public port")
	flag.StringVar(&o.domain, "domain", "", "suffix of the hosts, for HTTP")
	flag.StringVar(&o.path, "path", "", "prefix of the paths, for HTTP")
	flag.StringVar(&o.certFile, "cert", "", "file with the certificates in PEM; with -key, for TLS")
	flag.StringVar(&o.keyFile, "key", "", "file with the private key in PEM")
	flag.Parse()
	return o
}

func (o options) definition() (handshake.Definition, error) {
	definition := handshake.Definition{Address: o.address, Port: o.port}
	if o.kind == kindHTTP {
		definition.HTTP = &handshake.HTTPRule{DomainSuffix: o.domain, PathPrefix: o.path}
	}
	if o.certFile != "" {
		cert, err := os.ReadFile(o.certFile)
		if err != nil {
			return definition, err
		}
		key, err := os.ReadFile(o.keyFile)
		if err != nil {
			return definition, err
		}
		definition.TLS = &handshake.TLSMaterial{CertPEM: string(cert), KeyPEM: string(key)}
	}
	return definition, nil
}

// service is one registration and its session.
type service struct {
	name     string
	kind     string
	conn     *frameConn
	session  *yamux.Session // nil for kindDeaf
	released chan struct{}  // closed by the command "release"
	out      *log.Logger    // standard output, a line at a time
}

func (s *service) say(format string, values ...interface{}) {
	s.out.Printf(format, values...)
}

func main() {
	log.SetFlags(log.Lmicroseconds)
	o := parseOptions()
	s := &service{
		name:     o.name,
		kind:     o.kind,
		released: make(chan struct{}),
		out:      log.New(os.Stdout, "", 0),
	}
	err := s.register(o)
	var refused *handshake.Refused
	if errors.As(err, &refused) {
		s.say("refused %s", refused.Status)
		os.Exit(exitRefused)
	}
	if err != nil {
		log.Print(err)
		os.Exit(exitFailed)
	}
	s.say("registered")
	go s.serve()
	if err := s.obey(); err != nil {
		log.Print(err)
		os.Exit(exitFailed)
	}
}

func (s *service) register(o options) error {
	if _, known := behaviours[s.kind]; !known && s.kind != kindHTTP && s.kind != kindNoAccept && s.kind != kindDeaf {
		return fmt.Errorf("there is no kind %q", s.kind)
	}
	definition, err := o.definition()
	if err != nil {
		return err
	}
	conn, err := net.Dial("tcp", o.daemon)
	if err != nil {
		return err
	}
	if err := handshake.Register(conn, definition); err != nil {
		return err
	}
	s.conn = newFrameConn(conn)
	if s.kind != kindDeaf {
		s.session, err = yamux.Server(s.conn, nil)
	}
	return err
}

// serve gives each stream to the behaviour of this service's kind, until the session ends.
func (s *service) serve() {
	switch s.kind {
	case kindDeaf:
		return
	case kindNoAccept:
		<-s.session.CloseChan()
		s.say("lost: the session was closed")
	case kindHTTP:
		err := http.Serve(s.session, http.HandlerFunc(s.serveHTTP))
		s.say("lost: %v", err)
	default:
		s.serveStreams(behaviours[s.kind])
	}
}

func (s *service) serveStreams(behave behaviour) {
	for {
		stream, err := s.session.AcceptStream()
		if err != nil {
			s.say("lost: %v", err)
			return
		}
		go func() {
			err := behave(s, stream)
			if err == errKeep {
				return
			}
			if err != nil {
				s.say("stream %d ended: %v", stream.StreamID(), err)
			}
			if err := stream.Close(); err != nil {
				s.say("stream %d would not close: %v", stream.StreamID(), err)
			}
		}()
	}
}

// obey follows the commands on standard input to their end.
func (s *service) obey() error {
	commands := bufio.NewScanner(os.Stdin)
	for commands.Scan() {
		switch command := commands.Text(); command {
		case "goaway":
			if err := s.session.GoAway(); err != nil {
				return err
			}
			s.say("away")
		case "streams":
			s.say("streams %d", s.session.NumStreams())
		case "release":
			close(s.released)
		default:
			return fmt.Errorf("there is no command %q", command)
		}
	}
	return commands.Err()
}
