import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import type { DeliveryView, RecipientState } from '../deliveries/deliveries.types.js';
import type { Warning } from './message-types/message-type.js';
import { NOTICE_STATES, type NoticeState, noticeState } from './notice-state.js';
import type { StateCount } from './notices.repository.js';
import type { AcceptedNotice, StoredNotice } from './notices.types.js';

const DELIVERY_STATES = ['ready', 'sending', 'accepted', 'partial', 'rejected', 'unknown', 'expired', 'suppressed'];
const RECIPIENT_STATES = [
  'pending',
  'accepted',
  'invalid',
  'unlicensed',
  'rejected',
  'unknown',
  'expired',
  'suppressed',
];

class WarningAnswer implements Warning {
  @ApiProperty({ example: 'agentid', description: 'Path of the field in the request.' })
  field!: string;

  @ApiProperty({ example: 'ignored' })
  rule!: string;

  @ApiProperty({ example: 'is set by the platform' })
  message!: string;

  @ApiPropertyOptional({ oneOf: [{ type: 'string' }, { type: 'number' }] })
  limit?: string | number;

  @ApiPropertyOptional({ oneOf: [{ type: 'string' }, { type: 'number' }, { type: 'boolean' }] })
  given?: string | number | boolean;

  @ApiPropertyOptional({ example: 'd:90372', description: "WeCom's page that decides the rule." })
  doc?: string;
}

export class AcceptedNoticeAnswer {
  @ApiProperty({ format: 'uuid' })
  id!: string;

  @ApiProperty({
    enum: ['queued', 'suppressed'],
    description: '`suppressed`: every call would be swallowed as a duplicate.',
  })
  state!: string;

  @ApiProperty({ description: 'Send calls: one for each 1000 members.' })
  deliveries!: number;

  @ApiProperty({ description: 'Members, parties and tags named, without repetitions; `@all` counts 1.' })
  recipients!: number;

  @ApiPropertyOptional({ format: 'uuid', description: 'An earlier notice with the same bytes.' })
  duplicate_of?: string;

  @ApiPropertyOptional({ type: [WarningAnswer] })
  warnings?: readonly Warning[];
}

export class RecipientAnswer {
  @ApiProperty({ enum: ['user', 'party', 'tag'] })
  kind!: string;

  @ApiProperty({ description: 'Exactly as it was given; `@all` for everybody.' })
  id!: string;

  @ApiProperty({
    enum: RECIPIENT_STATES,
    description: '`accepted`: WeCom took it for this recipient; not that it was read.',
  })
  state!: RecipientState;
}

export class DeliveryAnswer {
  @ApiProperty({ description: 'Position among the calls of the notice, from 0.' })
  ordinal!: number;

  @ApiProperty({ enum: DELIVERY_STATES })
  state!: string;

  @ApiProperty({ description: 'Tries so far.' })
  attempts!: number;

  @ApiPropertyOptional({ description: "WeCom's id of the call." })
  msgid?: string;

  @ApiPropertyOptional({ description: "WeCom's errcode of the last try." })
  errcode?: number;

  @ApiPropertyOptional({ description: "WeCom's own words, with the hint its support asks for." })
  errmsg?: string;

  @ApiPropertyOptional({ description: 'Our word for why it ended or waits.' })
  reason?: string;

  @ApiPropertyOptional({ format: 'date-time' })
  next_at?: string;

  @ApiPropertyOptional({ format: 'date-time' })
  settled_at?: string;

  @ApiProperty({ type: [RecipientAnswer] })
  recipients!: RecipientAnswer[];
}

export class NoticeSummaryAnswer {
  @ApiProperty({ format: 'uuid' })
  id!: string;

  @ApiProperty()
  corp_id!: string;

  @ApiProperty()
  suite_id!: string;

  @ApiProperty({ example: 'miniprogram_notice' })
  msgtype!: string;

  @ApiProperty({ enum: NOTICE_STATES })
  state!: NoticeState;

  @ApiProperty({ enum: ['interactive', 'bulk'] })
  priority!: string;

  @ApiProperty({ enum: ['at_least_once', 'at_most_once'] })
  policy!: string;

  @ApiProperty({ description: 'Members, parties and tags named.' })
  recipients!: number;

  @ApiPropertyOptional({ format: 'uuid' })
  duplicate_of?: string;

  @ApiPropertyOptional({ type: [WarningAnswer] })
  warnings?: readonly Warning[];

  @ApiProperty({ format: 'date-time' })
  created_at!: string;

  @ApiProperty({ format: 'date-time' })
  expires_at!: string;
}

export class NoticeAnswer extends NoticeSummaryAnswer {
  @ApiProperty({
    type: 'object',
    additionalProperties: { type: 'integer' },
    example: { accepted: 2, invalid: 1 },
    description: 'How many recipients are in which state.',
  })
  outcome!: Partial<Record<RecipientState, number>>;

  @ApiProperty({ type: [DeliveryAnswer] })
  deliveries!: DeliveryAnswer[];
}

export class NoticeListAnswer {
  @ApiProperty({ type: [NoticeSummaryAnswer] })
  items!: NoticeSummaryAnswer[];

  @ApiPropertyOptional({ description: 'Pass it as `cursor` for the next page; absent at the end.' })
  next_cursor?: string;
}

export function acceptedAnswer({
  id,
  state,
  deliveries,
  recipients,
  duplicateOf,
  warnings,
}: AcceptedNotice): AcceptedNoticeAnswer {
  return {
    id,
    state,
    deliveries,
    recipients,
    duplicate_of: duplicateOf ?? undefined,
    warnings: warnings.length > 0 ? warnings : undefined,
  };
}

export function summaryAnswer(notice: StoredNotice, counts: readonly Pick<StateCount, 'state'>[]): NoticeSummaryAnswer {
  return {
    id: notice.id,
    corp_id: notice.corpId,
    suite_id: notice.suiteId,
    msgtype: notice.msgtype,
    state: noticeState(new Set(counts.map(({ state }) => state))),
    priority: notice.lane,
    policy: notice.policy,
    recipients: notice.recipientCount,
    duplicate_of: notice.duplicateOf ?? undefined,
    warnings: notice.warnings ?? undefined,
    created_at: notice.createdAt.toISOString(),
    expires_at: notice.expiresAt.toISOString(),
  };
}

export function noticeAnswer(notice: StoredNotice, deliveries: readonly DeliveryView[]): NoticeAnswer {
  const outcome: NoticeAnswer['outcome'] = {};
  for (const { recipients } of deliveries) {
    for (const { state } of recipients) outcome[state] = (outcome[state] ?? 0) + 1;
  }
  return { ...summaryAnswer(notice, deliveries), outcome, deliveries: deliveries.map(deliveryAnswer) };
}

function deliveryAnswer(delivery: DeliveryView): DeliveryAnswer {
  return {
    ordinal: delivery.ordinal,
    state: delivery.state,
    attempts: delivery.attempt,
    msgid: delivery.msgid ?? undefined,
    errcode: delivery.errcode ?? undefined,
    errmsg: delivery.errmsg ?? undefined,
    reason: delivery.reason ?? undefined,
    next_at: delivery.nextAt?.toISOString(),
    settled_at: delivery.settledAt?.toISOString(),
    recipients: delivery.recipients,
  };
}
