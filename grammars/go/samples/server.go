package server

import (
	"context"
 // <- @import context
	nethttp "net/http"
 // <- @import net/http as nethttp
	. "math"
 // <- @import math:*
	_ "embed"
 // <- @import embed as _
)

const (
	Idle = iota
 // <- @definition.constant
	Busy
 // <- @definition.constant
)

var defaultName, other = "x", 1
//  ^ @definition.variable
//               ^ @definition.variable

// Server answers.
type Server[T any] struct {
//   ^ @definition.struct
//            ^ @reference.type in Server
	addr string
 // <- @definition.field in Server
//    ^ @reference.type in Server
	*Config
//^ @reference.type in Server
}

type Handler interface {
//   ^ @definition.interface
	Serve(ctx context.Context) error
 // <- @definition.method in Handler
//                 ^ @reference.type in Handler
//                          ^ @reference.type in Handler
	Closer
 // <- @reference.type in Handler
}

type Option func(*Config)
//   ^ @definition.type
//                ^ @reference.type

type Alias = Config
//   ^ @definition.type
//           ^ @reference.type

// Run starts it.
func (s *Server[T]) Run(ctx context.Context) error {
//       ^ @reference.type in Server.Run
//              ^ @reference.type in Server.Run
//                  ^ @definition.method in Server
//                                  ^ @reference.type in Server.Run
//                                           ^ @reference.type in Server.Run
	go func() { s.loop(ctx) }()
//             ^ @reference.call in Server.Run
	return nethttp.ListenAndServe(s.addr, nil)
//              ^ @reference.call in Server.Run
}

func (c Config) Name() string { return c.name }
//      ^ @reference.type in Config.Name
//              ^ @definition.method in Config
//                     ^ @reference.type in Config.Name

func New[T any](opts ...Option) *Server[T] {
//   ^ @definition.function
//         ^ @reference.type in New
//                      ^ @reference.type in New
//                               ^ @reference.type in New
//                                      ^ @reference.type in New
	s := &Server[T]{addr: "x"}
//     ^ @reference.type in New
//            ^ @reference.type in New
	for _, opt := range opts {
		opt(nil)
//^ @reference.call in New
	}
	return s
}
