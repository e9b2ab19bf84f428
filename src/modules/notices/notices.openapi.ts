import { applyDecorators } from '@nestjs/common';
import {
  ApiBody,
  ApiExtraModels,
  ApiHeader,
  ApiProperty,
  ApiPropertyOptional,
  ApiResponse,
  getSchemaPath,
} from '@nestjs/swagger';
import { MESSAGE_TYPES } from './message-types/message-types.js';
import { SendNoticeEnvelope, SendOptions } from './send-notice.schemas.js';

class ProblemFieldAnswer {
  @ApiProperty({
    example: 'miniprogram_notice.title',
    description: 'Path in the JSON that was sent, or a header or parameter.',
  })
  field!: string;

  @ApiProperty({ example: 'han_length' })
  rule!: string;

  @ApiProperty({ example: 'must be 4 to 12 汉字, however WeCom counts ASCII, emoji and names' })
  message!: string;

  @ApiPropertyOptional({ description: 'What would be accepted.', oneOf: [{ type: 'string' }, { type: 'number' }] })
  limit?: string | number;

  @ApiPropertyOptional({
    description: 'Shape of what was given.',
    oneOf: [{ type: 'string' }, { type: 'number' }, { type: 'boolean' }],
  })
  given?: string | number | boolean;

  @ApiPropertyOptional({ example: 'd:90372', description: "WeCom's page that decides the rule." })
  doc?: string;
}

class ProblemAnswer {
  @ApiProperty({ example: 'urn:suitepost:problem:validation_failed' })
  type!: string;

  @ApiProperty({ example: 'The request breaks the rules of some fields' })
  title!: string;

  @ApiProperty({ example: 422 })
  status!: number;

  @ApiProperty({ example: 'validation_failed', description: 'Stable; decide by this.' })
  code!: string;

  @ApiPropertyOptional()
  detail?: string;

  @ApiProperty({ description: 'Name it to support; also in the header x-request-id.' })
  request_id!: string;

  @ApiPropertyOptional({ type: [ProblemFieldAnswer] })
  errors?: ProblemFieldAnswer[];
}

/** A refusal, as problem+json. */
function Refusal(status: number, description: string): MethodDecorator & ClassDecorator {
  return ApiResponse({
    status,
    description,
    content: { 'application/problem+json': { schema: { $ref: getSchemaPath(ProblemAnswer) } } },
  });
}

/** What every route of a key may answer. */
export const DocumentKeyRefusals = () =>
  applyDecorators(
    ApiExtraModels(ProblemAnswer),
    Refusal(401, 'api_key_missing, api_key_malformed, api_key_unknown, api_key_expired, api_key_revoked'),
    Refusal(403, 'api_key_scope_missing, api_key_network_refused'),
    Refusal(404, 'corp_not_found, notice_not_found: not there, or not yours'),
    Refusal(503, 'database_unavailable, too_many_waiting: nothing is known to be stored; send it again'),
  );

/** The body of a notice: one schema for each message type of the table. */
export const DocumentNoticeBody = () =>
  applyDecorators(
    ApiExtraModels(SendNoticeEnvelope, SendOptions, ...MESSAGE_TYPES.map(({ body }) => body)),
    ApiHeader({
      name: 'Idempotency-Key',
      required: true,
      description: 'A new one for each notice; the same when the same request is sent again. Kept 72 hours.',
      schema: { type: 'string', minLength: 1, maxLength: 128, pattern: '^[!-~]+$' },
    }),
    ApiBody({
      required: true,
      schema: {
        oneOf: MESSAGE_TYPES.map(({ msgtype, summary, body }) => ({
          title: msgtype,
          description: summary,
          allOf: [
            { $ref: getSchemaPath(SendNoticeEnvelope) },
            {
              type: 'object',
              required: ['msgtype', msgtype],
              properties: { msgtype: { type: 'string', enum: [msgtype] }, [msgtype]: { $ref: getSchemaPath(body) } },
            },
          ],
        })),
      },
      examples: Object.fromEntries(
        MESSAGE_TYPES.map(({ msgtype, summary, example }) => [
          msgtype,
          { summary, value: { touser: 'YuanLaiShiNi', msgtype, [msgtype]: example } },
        ]),
      ),
    }),
    Refusal(400, 'idempotency_key_missing, idempotency_key_invalid, malformed_json'),
    Refusal(409, 'authorization_pending, agent_unknown: try again in some seconds'),
    Refusal(410, 'authorization_cancelled: the corp has removed the app'),
    Refusal(413, 'body_too_large'),
    Refusal(415, 'unsupported_media_type'),
    Refusal(422, 'validation_failed (every bad field), idempotency_key_reused'),
  );
