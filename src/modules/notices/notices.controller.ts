import { Body, Controller, Get, Headers, HttpCode, Param, Post, Query, Res } from '@nestjs/common';
import { ApiOperation, ApiParam, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { Caller, TenantApi } from '../platform/access/access.decorators.js';
import type { ApiCaller } from '../platform/access/api-key.types.js';
import { ListNoticesQuery } from './list-notices.query.js';
import { AcceptedNoticeAnswer, acceptedAnswer, NoticeAnswer, NoticeListAnswer } from './notice-answers.js';
import { NoticeHistoryService } from './notice-history.service.js';
import { IdempotencyKeyInvalid, IdempotencyKeyMissing } from './notices.errors.js';
import { DocumentKeyRefusals, DocumentNoticeBody } from './notices.openapi.js';
import { NoticesService } from './notices.service.js';

const VISIBLE = /^[!-~]{1,128}$/;

/** Product code sends notices and asks what became of them. */
@ApiTags('notices')
@DocumentKeyRefusals()
@Controller('v1')
export class NoticesController {
  constructor(
    private readonly notices: NoticesService,
    private readonly history: NoticeHistoryService,
  ) {}

  @Post('corps/:corpId/notices')
  @TenantApi('notice:send')
  @HttpCode(202)
  @ApiOperation({
    summary: 'Send a notice to members of a corp',
    description:
      "The body is WeCom's own: recipients and a message object as its page of message/send writes them, so an official example can be pasted. 202 means stored and owed, not sent yet.",
  })
  @ApiParam({ name: 'corpId', description: 'Corp that has authorised the suite of the key.' })
  @DocumentNoticeBody()
  @ApiResponse({
    status: 202,
    type: AcceptedNoticeAnswer,
    headers: {
      Location: { schema: { type: 'string' }, description: 'Where to ask what became of it.' },
      'Idempotency-Replayed': {
        schema: { type: 'string', enum: ['true'] },
        description: 'The answer of an earlier request.',
      },
    },
  })
  async send(
    @Caller() caller: ApiCaller,
    @Param('corpId') corpId: string,
    @Headers('idempotency-key') idempotencyKey: string | undefined,
    @Body() body: unknown,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<AcceptedNoticeAnswer> {
    const request = { caller, corpId, idempotencyKey: visible(idempotencyKey), body };
    const { notice, replayed } = await this.notices.send(request);
    reply.header('location', `/v1/notices/${notice.id}`);
    if (replayed) reply.header('idempotency-replayed', 'true');
    return acceptedAnswer(notice);
  }

  @Get('notices/:id')
  @TenantApi('notice:read')
  @ApiOperation({ summary: 'What became of a notice, recipient by recipient' })
  @ApiResponse({ status: 200, type: NoticeAnswer })
  async find(@Caller() caller: ApiCaller, @Param('id') id: string): Promise<NoticeAnswer> {
    return this.history.find(caller, id);
  }

  @Get('corps/:corpId/notices/:id')
  @TenantApi('notice:read')
  @ApiOperation({ summary: 'The same, within one corp' })
  @ApiResponse({ status: 200, type: NoticeAnswer })
  async findInCorp(
    @Caller() caller: ApiCaller,
    @Param('corpId') corpId: string,
    @Param('id') id: string,
  ): Promise<NoticeAnswer> {
    return this.history.findInCorp(caller, corpId, id);
  }

  @Get('corps/:corpId/notices')
  @TenantApi('notice:read')
  @ApiOperation({
    summary: 'Notices of a corp, newest first',
    description: 'With a filter by state a page may hold fewer than `limit` and still have a next one.',
  })
  @ApiResponse({ status: 200, type: NoticeListAnswer })
  async list(
    @Caller() caller: ApiCaller,
    @Param('corpId') corpId: string,
    @Query() query: ListNoticesQuery,
  ): Promise<NoticeListAnswer> {
    return this.history.list(caller, corpId, query);
  }
}

function visible(key: string | undefined): string {
  if (key === undefined || key === '') throw new IdempotencyKeyMissing();
  if (!VISIBLE.test(key)) throw new IdempotencyKeyInvalid(key.length);
  return key;
}
