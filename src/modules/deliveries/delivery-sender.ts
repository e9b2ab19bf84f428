import { Injectable, Logger } from '@nestjs/common';
import { AuthorizationNotActive } from '../authorizations/authorizations.errors.js';
import { AuthorizationsService } from '../authorizations/authorizations.service.js';
import { TokenUnavailable } from '../platform/leases/token-unavailable.errors.js';
import { CorpTokensService } from '../tokens/corp-tokens.service.js';
import { AuthorizationRefused } from '../tokens/tokens.errors.js';
import type { Hold } from '../wecom/errcodes/errcode-entry.js';
import { describeErrcode } from '../wecom/errcodes.js';
import { MessageApi, type SendReply } from '../wecom/message-api.js';
import { WecomError } from '../wecom/wecom.errors.js';
import { type AttemptContext, type Outcome, outcomeOfReply, outcomeOfSilence } from './delivery-outcome.js';
import type { ClaimedDelivery } from './lanes.repository.js';

/** Nothing reached WeCom, so the breaker is the lane itself: one probe per corp every few seconds (reliability.md W1). */
const UNREACHABLE: Hold = { scope: 'lane', until: 'window_passed', recheckAfterMs: [1_000, 5_000] };
const NOT_AUTHORIZED: Hold = { scope: 'authorization', until: 'reauthorized', recheckAfterMs: [] };

/** One attempt at one delivery: token, call, and what came of it. Never throws. */
@Injectable()
export class DeliverySender {
  private readonly logger = new Logger(DeliverySender.name);

  constructor(
    private readonly tokens: CorpTokensService,
    private readonly messages: MessageApi,
    private readonly authorizations: AuthorizationsService,
  ) {}

  async attempt(delivery: ClaimedDelivery): Promise<Outcome> {
    const context: AttemptContext = { ...delivery, random: Math.random() };
    try {
      const reply = await this.tokens.withCorpToken(
        delivery,
        (token) => this.messages.send(token, delivery.body),
        tokenRefused,
      );
      return this.judge(delivery, reply, context);
    } catch (error) {
      return this.failed(delivery, error, context);
    }
  }

  private judge(delivery: ClaimedDelivery, reply: SendReply, context: AttemptContext): Outcome {
    const { alarm, call } = describeErrcode(reply.errcode);
    if (call === 'verify_authorization') this.verify(delivery);
    if (alarm) {
      const { corpId, suiteId, noticeId, ordinal } = delivery;
      this.logger.error(
        { corpId, suiteId, noticeId, ordinal, errcode: reply.errcode, alarm },
        'WeCom refused a message and an operator must look',
      );
    }
    return outcomeOfReply(reply, context);
  }

  private failed(delivery: ClaimedDelivery, error: unknown, context: AttemptContext): Outcome {
    if (error instanceof AuthorizationNotActive) return { next: 'hold', hold: NOT_AUTHORIZED, reason: error.code };
    if (error instanceof AuthorizationRefused) {
      this.verify(delivery);
      return { next: 'hold', hold: NOT_AUTHORIZED, reason: 'authorization_refused', errcode: error.refusedWith };
    }
    if (error instanceof TokenUnavailable) {
      const recheckAfterMs = [(error.retryAfterSeconds ?? 5) * 1_000];
      const hold: Hold = { scope: 'authorization', until: 'window_passed', recheckAfterMs };
      return {
        next: 'hold',
        hold,
        reason: `token_${error.reason}`,
        ...(error.errcode === undefined ? {} : { errcode: error.errcode }),
      };
    }
    if (error instanceof WecomError) {
      if (error.sent === 'no') return { next: 'hold', hold: UNREACHABLE, reason: error.code };
      return outcomeOfSilence(error.code, context);
    }
    // Ours, and it may have happened on either side of the call: the same care as for silence.
    this.logger.error(
      { err: error, noticeId: delivery.noticeId, ordinal: delivery.ordinal, corpId: delivery.corpId },
      'attempt failed in our own code',
    );
    return outcomeOfSilence('internal_error', context);
  }

  private verify({ corpId, suiteId }: ClaimedDelivery): void {
    this.authorizations.verifySoon(corpId, suiteId).catch((error: unknown) => {
      this.logger.warn({ corpId, suiteId, err: error }, 'authorization could not be queued for verification');
    });
  }
}

function tokenRefused(reply: SendReply): boolean {
  return reply.errcode !== 0 && describeErrcode(reply.errcode).send === 'refresh';
}
