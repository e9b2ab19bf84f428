export const API_KEY_SCOPES = ['notice:send', 'notice:read'] as const;
export type ApiKeyScope = (typeof API_KEY_SCOPES)[number];

/** Who is calling, once a key has been verified. A key acts for one suite, and for every corp of it unless bound to one. */
export interface ApiCaller {
  readonly keyId: string;
  readonly suiteId: string;
  readonly boundCorpId: string | null;
}

declare module 'fastify' {
  interface FastifyRequest {
    /** Set by the access guard on routes with `@TenantApi`. */
    caller?: ApiCaller;
  }
}
