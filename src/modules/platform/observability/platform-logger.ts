import { Injectable } from '@nestjs/common';
import { Logger } from 'nestjs-pino';

/** Nest tells each module and route at every start: fifty lines that nobody reads, unless he asked for the finest level. */
const BOOT_CONTEXTS = new Set(['InstanceLoader', 'RoutesResolver', 'RouterExplorer', 'NestFactory']);

@Injectable()
export class PlatformLogger extends Logger {
  override log(message: unknown, ...params: unknown[]): void {
    if (BOOT_CONTEXTS.has(String(params.at(-1)))) super.debug(message, ...params);
    else super.log(message, ...params);
  }
}
