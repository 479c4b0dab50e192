package main

import (
	"context"
	"net"

	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/health"
	"google.golang.org/grpc/health/grpc_health_v1"
)

// rpc is a gRPC server with one client, which watches it.
type rpc struct {
	server *grpc.Server
	conn   *grpc.ClientConn
	watch  grpc.ServerStreamingClient[grpc_health_v1.HealthCheckResponse]
}

// startRPC serves, sends a hundred requests and keeps a stream open.
func startRPC(ctx context.Context) (*rpc, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	r := &rpc{server: grpc.NewServer()}
	grpc_health_v1.RegisterHealthServer(r.server, health.NewServer())
	go r.server.Serve(l)
	if r.conn, err = grpc.NewClient(l.Addr().String(), grpc.WithTransportCredentials(insecure.NewCredentials())); err != nil {
		return nil, err
	}
	return r, r.talk(ctx)
}

func (r *rpc) talk(ctx context.Context) (err error) {
	client := grpc_health_v1.NewHealthClient(r.conn)
	for range 100 {
		if _, err := client.Check(ctx, &grpc_health_v1.HealthCheckRequest{}); err != nil {
			return err
		}
	}
	if r.watch, err = client.Watch(ctx, &grpc_health_v1.HealthCheckRequest{}); err != nil {
		return err
	}
	_, err = r.watch.Recv()
	return err
}
