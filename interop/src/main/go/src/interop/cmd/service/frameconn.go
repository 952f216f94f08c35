package main

import (
	"encoding/binary"
	"net"
	"sync"
)

// Of a yamux frame: version, type, flags, stream id, length; see the specification's "Framing".
const (
	headerSize       = 12
	typeData         = 0
	typeWindowUpdate = 1
	flagRST          = 0x8
)

// frameConn is the connection under a yamux session. It knows where frames begin in what is written, so that a frame of
// our own can be slipped in: this version of the library has no way to reset a stream.
type frameConn struct {
	net.Conn

	mu       sync.Mutex
	boundary sync.Cond // signalled when a frame is complete
	header   []byte    // what has been written of the current frame's header
	payload  int64     // what is still to be written of its payload
}

func newFrameConn(conn net.Conn) *frameConn {
	c := &frameConn{Conn: conn}
	c.boundary.L = &c.mu
	return c
}

func (c *frameConn) Write(p []byte) (int, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	n, err := c.Conn.Write(p)
	c.follow(p[:n])
	return n, err
}

// follow counts what was written, and must be called with the lock.
func (c *frameConn) follow(written []byte) {
	for len(written) > 0 {
		if c.payload > 0 {
			n := c.payload
			if n > int64(len(written)) {
				n = int64(len(written))
			}
			c.payload -= n
			written = written[n:]
			continue
		}
		n := headerSize - len(c.header)
		if n > len(written) {
			n = len(written)
		}
		c.header = append(c.header, written[:n]...)
		written = written[n:]
		if len(c.header) == headerSize {
			if c.header[1] == typeData {
				c.payload = int64(binary.BigEndian.Uint32(c.header[8:]))
			}
			c.header = c.header[:0]
		}
	}
	c.boundary.Broadcast()
}

// reset ends both directions of a stream, behind what was written on it. The session does not know: the stream must not be
// used any more, not even closed.
func (c *frameConn) reset(stream uint32) error {
	frame := make([]byte, headerSize)
	frame[1] = typeWindowUpdate
	binary.BigEndian.PutUint16(frame[2:], flagRST)
	binary.BigEndian.PutUint32(frame[4:], stream)
	c.mu.Lock()
	defer c.mu.Unlock()
	for c.payload > 0 || len(c.header) > 0 {
		c.boundary.Wait()
	}
	_, err := c.Conn.Write(frame)
	return err
}
