import { createServer, type Server } from 'node:http';
import { Injectable, Logger, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { collectDefaultMetrics, register } from 'prom-client';
import { AppConfig } from '../config/app-config.js';

/** Prometheus metrics on a port of their own, so that no proxy rule is needed to keep them from the internet. */
@Injectable()
export class MetricsServer implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly logger = new Logger(MetricsServer.name);
  private server: Server | undefined;

  constructor(private readonly config: AppConfig) {}

  onApplicationBootstrap(): void {
    const { metricsPort, host } = this.config;
    if (metricsPort === undefined) return;
    if (!register.getSingleMetric('process_cpu_user_seconds_total')) collectDefaultMetrics();
    this.server = createServer((request, response) => {
      if (request.method !== 'GET' || request.url !== '/metrics') {
        response.writeHead(404).end();
        return;
      }
      void register
        .metrics()
        .then((text) => response.writeHead(200, { 'content-type': register.contentType }).end(text));
    });
    this.server.on('error', (error) => this.logger.error({ err: error }, 'metrics cannot be served'));
    this.server.listen(metricsPort, host);
  }

  onApplicationShutdown(): void {
    this.server?.close();
    this.server?.closeAllConnections();
  }
}
