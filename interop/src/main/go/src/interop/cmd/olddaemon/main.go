// Command olddaemon is a daemon that knows version 1 of the protocol only, and behaves as the original does towards a
// service: it ignores flag bits that it does not know, answers OK before it has listened on the port, takes whatever
// follows for yamux, and drops the session when that is none. It passes on plain TCP; HTTP and TLS of a request are read
// and left alone.
//
// It prints "listening ADDRESS" first, then a line for each event: "session PORT" and "dropped PORT: ERROR". At the end
// of its standard input it exits, so that it never outlives its driver.
package main

import (
	"flag"
	"fmt"
	"io"
	"log"
	"net"
	"os"
	"strconv"
	"sync"

	"github.com/hashicorp/yamux"

	"interop/handshake"
)

func main() {
	log.SetFlags(log.Lmicroseconds)
	control := flag.String("control", "127.0.0.1:0", "where services register")
	flag.Parse()
	listener, err := net.Listen("tcp", *control)
	if err != nil {
		log.Fatal(err)
	}
	d := &daemon{ports: make(map[string]*port), out: log.New(os.Stdout, "", 0)}
	d.out.Printf("listening %s", listener.Addr())
	go d.acceptServices(listener)
	if _, err := io.Copy(io.Discard, os.Stdin); err != nil {
		log.Fatal(err)
	}
}

// daemon has the public ports, each by its address. A port stays open when its service leaves.
type daemon struct {
	out *log.Logger

	mu    sync.Mutex
	ports map[string]*port
}

// port is a public port and the session that its connections go to.
type port struct {
	mu      sync.Mutex
	arrived sync.Cond // signalled when session was set
	session *yamux.Session
}

func (d *daemon) acceptServices(listener net.Listener) {
	for {
		conn, err := listener.Accept()
		if err != nil {
			log.Fatal(err)
		}
		go func() {
			if err := d.register(conn); err != nil {
				log.Printf("%s: %v", conn.RemoteAddr(), err)
				conn.Close()
			}
		}()
	}
}

func (d *daemon) register(conn net.Conn) error {
	definition, err := handshake.ReadRequest(conn)
	if err != nil {
		return fmt.Errorf("reading a handshake: %w", err)
	}
	if err := handshake.WriteReply(conn, nil); err != nil {
		return err
	}
	session, err := yamux.Client(conn, nil)
	if err != nil {
		return err
	}
	address := net.JoinHostPort(definition.Address, strconv.Itoa(definition.Port))
	public, err := d.port(address)
	if err != nil {
		session.Close()
		return err
	}
	d.out.Printf("session %s", address)
	public.set(session)
	<-session.CloseChan()
	public.unset(session)
	// The session does not tell why it ended, but to whom opens a stream.
	_, err = session.Open()
	d.out.Printf("dropped %s: %v", address, err)
	return nil
}

// port finds a public port, or opens it.
func (d *daemon) port(address string) (*port, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if known := d.ports[address]; known != nil {
		return known, nil
	}
	listener, err := net.Listen("tcp", address)
	if err != nil {
		return nil, err
	}
	opened := &port{}
	opened.arrived.L = &opened.mu
	d.ports[address] = opened
	go opened.acceptClients(listener)
	return opened, nil
}

func (p *port) set(session *yamux.Session) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.session = session
	p.arrived.Broadcast()
}

// unset forgets the session, unless another has taken its place.
func (p *port) unset(session *yamux.Session) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.session == session {
		p.session = nil
	}
}

// get waits until there is a session.
func (p *port) get() *yamux.Session {
	p.mu.Lock()
	defer p.mu.Unlock()
	for p.session == nil {
		p.arrived.Wait()
	}
	return p.session
}

func (p *port) acceptClients(listener net.Listener) {
	for {
		conn, err := listener.Accept()
		if err != nil {
			log.Fatal(err)
		}
		go func() {
			if err := p.pass(conn.(*net.TCPConn)); err != nil {
				log.Printf("%s: %v", conn.RemoteAddr(), err)
			}
		}()
	}
}

// pass joins a client and a stream of its own until both directions have ended.
func (p *port) pass(client *net.TCPConn) error {
	defer client.Close()
	stream, err := p.get().OpenStream()
	if err != nil {
		return err
	}
	up := make(chan error, 1)
	go func() {
		_, err := io.Copy(stream, client)
		up <- err
	}()
	_, downErr := io.Copy(client, stream)
	if err := client.CloseWrite(); downErr == nil {
		downErr = err
	}
	upErr := <-up
	// Not before: a stream of this library that was closed cannot be read. So a client's end reaches the service only
	// after the service's.
	if err := stream.Close(); upErr == nil {
		upErr = err
	}
	if downErr != nil {
		return downErr
	}
	return upErr
}
