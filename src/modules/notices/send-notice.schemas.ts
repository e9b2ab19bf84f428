import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Allow, IsIn, IsInt, IsISO8601, IsOptional, Matches, Max, Min } from 'class-validator';
import { ObjectField } from './message-types/fields.js';

/** Longer, and a notice would arrive when nobody remembers why. */
export const MAX_EXPIRY_SECONDS = 7 * 86_400;
export const DEFAULT_EXPIRY_SECONDS = 86_400;

const FLAGS = [0, 1];
const AFFECTS_NOTHING =
  'Tolerated because official examples carry it: the platform sets it itself, and the answer warns.';

/** What is ours and not WeCom's. */
export class SendOptions {
  @ApiPropertyOptional({
    enum: ['at_least_once', 'at_most_once'],
    default: 'at_least_once',
    description:
      'What to do when WeCom may or may not have taken the call: repeat it under the duplicate check, or leave it `unknown` (one-time passwords, alarms).',
  })
  @IsOptional()
  @IsIn(['at_least_once', 'at_most_once'])
  policy?: 'at_least_once' | 'at_most_once';

  @ApiPropertyOptional({
    enum: ['interactive', 'bulk'],
    default: 'interactive',
    description: 'Interactive notices of a corp go before its bulk ones.',
  })
  @IsOptional()
  @IsIn(['interactive', 'bulk'])
  priority?: 'interactive' | 'bulk';

  @ApiPropertyOptional({
    format: 'date-time',
    description: 'Not sent after this time. At most 7 days ahead; default 24 hours.',
    example: '2026-08-01T18:00:00+08:00',
  })
  @IsOptional()
  @IsISO8601({ strict: true }, { message: 'must be a date and time that exists' })
  @Matches(/T.*(Z|[+-]\d\d:\d\d)$/, { message: 'must have a time and an offset from UTC' })
  expires_at?: string;

  @ApiPropertyOptional({
    minimum: 1,
    maximum: MAX_EXPIRY_SECONDS,
    description: 'The same as a number of seconds from acceptance. Give one of the two.',
    example: 3600,
  })
  @IsOptional()
  @IsInt()
  @Min(1)
  @Max(MAX_EXPIRY_SECONDS)
  expires_in_seconds?: number;

  @ApiPropertyOptional({
    enum: ['suppress', 'allow'],
    default: 'suppress',
    description:
      'When an equal call was sent within 4 hours, WeCom would swallow this one. `suppress` reports that; `allow` sends it with the check off, and then at most once.',
  })
  @IsOptional()
  @IsIn(['suppress', 'allow'])
  on_duplicate?: 'suppress' | 'allow';
}

/** The fields around the message object, as WeCom's page of message/send writes them (d:90372), and `options`. */
export class SendNoticeEnvelope {
  @ApiPropertyOptional({
    oneOf: [{ type: 'string' }, { type: 'array', items: { type: 'string' } }],
    description:
      'Member ids joined by `|`, or a list; `@all` where the type allows it. More than 1000 become several calls.',
    example: 'YuanLaiShiNi',
  })
  @Allow()
  touser?: unknown;

  @ApiPropertyOptional({
    oneOf: [{ type: 'string' }, { type: 'array', items: { type: 'string' } }],
    description: 'Department ids joined by `|`, at most 100. Members without a licence are lost silently.',
    example: '2|7',
  })
  @Allow()
  toparty?: unknown;

  @ApiPropertyOptional({
    oneOf: [{ type: 'string' }, { type: 'array', items: { type: 'string' } }],
    description: 'Tag ids joined by `|`, at most 100.',
    example: '3',
  })
  @Allow()
  totag?: unknown;

  @ApiProperty({ type: String, description: 'Names the object that holds the message.' })
  @Allow()
  msgtype!: unknown;

  @ApiPropertyOptional({
    enum: FLAGS,
    default: 0,
    description: '1 replaces id placeholders like `$userName=…$` by names.',
  })
  @IsOptional()
  @IsIn(FLAGS)
  enable_id_trans?: number;

  @ApiPropertyOptional({
    enum: [0, 1, 2],
    default: 0,
    description: '1: not to be shared, with a watermark; where the type has it.',
  })
  @IsOptional()
  @IsIn([0, 1, 2])
  safe?: number;

  @ApiPropertyOptional({ description: AFFECTS_NOTHING })
  @Allow()
  agentid?: unknown;

  @ApiPropertyOptional({ description: AFFECTS_NOTHING })
  @Allow()
  enable_duplicate_check?: unknown;

  @ApiPropertyOptional({ description: AFFECTS_NOTHING })
  @Allow()
  duplicate_check_interval?: unknown;

  @ObjectField(SendOptions, { description: 'What the platform should do with the notice.' })
  options?: SendOptions;
}
