import { Global, Module } from '@nestjs/common';
import { LoggerModule } from 'nestjs-pino';
import { AppConfig } from '../config/app-config.js';
import { HealthController } from './health.controller.js';
import { loggedError } from './log-error.js';
import { MetricsServer } from './metrics-server.js';
import { PlatformLogger } from './platform-logger.js';

@Global()
@Module({
  imports: [
    LoggerModule.forRootAsync({
      inject: [AppConfig],
      useFactory: (config: AppConfig) => ({
        pinoHttp: {
          level: config.logLevel,
          serializers: { err: loggedError },
          wrapSerializers: false,
          base: { role: config.role, pid: process.pid },
        },
        // Requests are logged by `request-log.ts`: the middleware would log full URLs, and WeCom's carry signatures.
        forRoutes: [],
      }),
    }),
  ],
  controllers: [HealthController],
  providers: [MetricsServer, PlatformLogger],
})
export class ObservabilityModule {}
