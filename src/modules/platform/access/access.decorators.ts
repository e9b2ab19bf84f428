import { applyDecorators, createParamDecorator, type ExecutionContext, SetMetadata } from '@nestjs/common';
import { ApiBearerAuth } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import type { ApiCaller, ApiKeyScope } from './api-key.types.js';

/** Who may call a route. A controller whose routes do not say so stops the boot. */
export type Access =
  | { readonly kind: 'tenant'; readonly scope: ApiKeyScope }
  /** WeCom itself: the handler proves it by the signature of the callback. */
  | { readonly kind: 'wecom' }
  | { readonly kind: 'public' };

export const ACCESS = 'suitepost:access';

const access = (rule: Access) => SetMetadata(ACCESS, Object.freeze(rule));

/** Product code with an API key that has this scope. */
export const TenantApi = (scope: ApiKeyScope) =>
  applyDecorators(access({ kind: 'tenant', scope }), ApiBearerAuth('apiKey'));

/** WeCom's callbacks; the handler checks the signature. */
export const WecomCallback = () => access({ kind: 'wecom' });

/** Anybody: install pages, health, documentation. */
export const Public = () => access({ kind: 'public' });

/** The verified caller of a `@TenantApi` route. */
export const Caller = createParamDecorator((_: unknown, context: ExecutionContext): ApiCaller => {
  const { caller } = context.switchToHttp().getRequest<FastifyRequest>();
  if (!caller) throw new Error('@Caller() stands on a route without @TenantApi()');
  return caller;
});
