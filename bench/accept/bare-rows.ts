import { createHash, randomUUID } from 'node:crypto';
import type { FastifyRequest } from 'fastify';

/** What both baselines write for one notice: the rows the platform writes, without any check of what was sent. */
export interface BareRows {
  readonly corpId: string;
  readonly noticeId: string;
  readonly idempotencyKey: string;
  readonly fingerprint: Buffer;
  readonly body: Buffer;
}

export function bareRows(request: FastifyRequest): BareRows {
  const body = Buffer.from(JSON.stringify(request.body));
  return {
    corpId: (request.params as { corpId: string }).corpId,
    noticeId: randomUUID(),
    idempotencyKey: request.headers['idempotency-key'] as string,
    fingerprint: createHash('sha256').update(body).digest(),
    body,
  };
}
