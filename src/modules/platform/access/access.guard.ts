import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { FastifyRequest } from 'fastify';
import { ACCESS, type Access } from './access.decorators.js';
import { ApiKeyMalformed, ApiKeyMissing } from './access.errors.js';
import { ApiKeyVerifier } from './api-key-verifier.js';

const BEARER = /^Bearer +(\S+)$/i;

/** Stands before every route. A route that does not say who may call it is closed. */
@Injectable()
export class AccessGuard implements CanActivate {
  constructor(
    private readonly reflector: Reflector,
    private readonly keys: ApiKeyVerifier,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const rule = this.reflector.getAllAndOverride<Access | undefined>(ACCESS, [
      context.getHandler(),
      context.getClass(),
    ]);
    switch (rule?.kind) {
      case 'public':
      case 'wecom':
        return true;
      case 'tenant': {
        const request = context.switchToHttp().getRequest<FastifyRequest>();
        request.caller = await this.keys.verify(bearerOf(request.headers.authorization), rule.scope, request.ip);
        return true;
      }
      default:
        return false;
    }
  }
}

function bearerOf(header: string | undefined): string {
  if (header === undefined) throw new ApiKeyMissing();
  const key = BEARER.exec(header)?.[1];
  if (key === undefined) throw new ApiKeyMalformed();
  return key;
}
