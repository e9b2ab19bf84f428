import { Controller, Get, Header, HttpCode, Param, Post, Req } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { WecomCallback } from '../platform/access/access.decorators.js';
import type { AllowedReceivers, CallbackCrypto } from './callback-crypto.js';
import { encryptedPartOf } from './callback-envelope.js';
import type { CallbackChannel } from './callback-event.types.js';
import { CallbackInbox } from './callback-inbox.js';
import { CallbackKeys } from './callback-keys.js';
import { signedQuery, verificationQuery } from './callback-query.js';
import { recordRefusal } from './callback-refusals.js';
import { CallbackRefused } from './callbacks.errors.js';

/** Exactly these seven letters, without quotes; any other body counts as an error message of ours (d:90613, G-16). */
const ACKNOWLEDGED = 'success';
/** On the data URL a body would be a passive reply; an empty one says that there is none (d:90377). */
const NO_REPLY = '';

const Plain = () => Header('content-type', 'text/plain; charset=utf-8');

interface Receiver {
  readonly crypto: CallbackCrypto;
  readonly channel: CallbackChannel;
  /** Provider corp id on the system channel. */
  readonly suiteId: string;
  readonly allowed: AllowedReceivers;
}

/**
 * The three kinds of URL that WeCom calls (authorization.md §2.1). GET is the console's check of the URL and may come any
 * number of times; POST verifies, decrypts, stores and answers. Everything else is the worker's.
 */
@ApiExcludeController()
@WecomCallback()
@Controller('callbacks')
export class CallbacksController {
  constructor(
    private readonly keys: CallbackKeys,
    private readonly inbox: CallbackInbox,
  ) {}

  @Get(':suiteId/command')
  @Plain()
  verifyCommandUrl(@Req() request: FastifyRequest, @Param('suiteId') suiteId: string): Promise<string> {
    return this.verifySuiteUrl(request, suiteId);
  }

  @Get([':suiteId/data', ':suiteId/data/:corpId'])
  @Plain()
  verifyDataUrl(
    @Req() request: FastifyRequest,
    @Param('suiteId') suiteId: string,
    @Param('corpId') corpId?: string,
  ): Promise<string> {
    return this.verifySuiteUrl(request, suiteId, corpId);
  }

  @Get(['provider', 'provider/:providerCorpId'])
  @Plain()
  verifySystemUrl(@Req() request: FastifyRequest, @Param('providerCorpId') named?: string): Promise<string> {
    return refusalsRecorded(request, async () => {
      const query = verificationQuery(request.raw.url ?? '');
      const providerCorpId = named ?? (await this.keys.onlyProvider());
      const crypto = await this.keys.forProvider(providerCorpId);
      return crypto.open(query, query.echostr, [providerCorpId]).message;
    });
  }

  @Post(':suiteId/command')
  @HttpCode(200)
  @Plain()
  async receiveCommand(@Req() request: FastifyRequest, @Param('suiteId') suiteId: string): Promise<string> {
    await this.receive(request, async () => {
      const { crypto } = await this.keys.forSuite(suiteId);
      return { crypto, channel: 'command', suiteId, allowed: [suiteId] };
    });
    return ACKNOWLEDGED;
  }

  @Post([':suiteId/data', ':suiteId/data/:corpId'])
  @HttpCode(200)
  @Plain()
  async receiveData(
    @Req() request: FastifyRequest,
    @Param('suiteId') suiteId: string,
    @Param('corpId') corpId?: string,
  ): Promise<string> {
    await this.receive(request, async () => {
      const { crypto } = await this.keys.forSuite(suiteId);
      return { crypto, channel: 'data', suiteId, allowed: corpId === undefined ? 'any corp' : [corpId] };
    });
    return NO_REPLY;
  }

  @Post(['provider', 'provider/:providerCorpId'])
  @HttpCode(200)
  @Plain()
  async receiveSystem(@Req() request: FastifyRequest, @Param('providerCorpId') named?: string): Promise<string> {
    await this.receive(request, async () => {
      const suiteId = named ?? (await this.keys.onlyProvider());
      return { crypto: await this.keys.forProvider(suiteId), channel: 'system', suiteId, allowed: [suiteId] };
    });
    return ACKNOWLEDGED;
  }

  /** The console encrypts the echo for the provider's corp id; the suite id, or `$CORPID$` filled in, is tolerated (§2.2). */
  private verifySuiteUrl(request: FastifyRequest, suiteId: string, corpId?: string): Promise<string> {
    return refusalsRecorded(request, async () => {
      const query = verificationQuery(request.raw.url ?? '');
      const { crypto, providerCorpId } = await this.keys.forSuite(suiteId);
      const allowed = [providerCorpId, suiteId, ...(corpId === undefined ? [] : [corpId])];
      return crypto.open(query, query.echostr, allowed).message;
    });
  }

  private receive(request: FastifyRequest, receiverOf: () => Promise<Receiver>): Promise<void> {
    return refusalsRecorded(request, async () => {
      const query = signedQuery(request.raw.url ?? '');
      const { crypto, allowed, channel, suiteId } = await receiverOf();
      const { message, receiveId } = crypto.open(query, encryptedPartOf(request.body), allowed);
      await this.inbox.store({ channel, suiteId, receiveId }, message, Number(query.timestamp));
    });
  }
}

async function refusalsRecorded<T>(request: FastifyRequest, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof CallbackRefused) recordRefusal(request, error);
    throw error;
  }
}
