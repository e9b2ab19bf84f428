import { Controller, Get, Logger, Param, Query, Req, Res } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Public } from '../platform/access/access.decorators.js';
import { AppConfig } from '../platform/config/app-config.js';
import { SuiteUnknown } from '../suites/suites.errors.js';
import { InstallService } from './install.service.js';
import { INSTALL_HEADERS, resultPage, startPage } from './install-page.js';
import { InstallState } from './install-state.js';
import type { InstallResult, Language } from './install-texts.js';

const COOKIE = 'suitepost_install';
const COOKIE_SECONDS = 3_600;

const STATUS: { readonly [R in InstallResult]: number } = {
  installed: 200,
  already_installed: 200,
  refused: 200,
  code_expired: 410,
  state_mismatch: 403,
  try_later: 503,
  unavailable: 503,
  unknown_app: 404,
};

/** Pages for the corporate admin who installs a suite. Every failure is a page that says what to do next. */
@ApiExcludeController()
@Public()
@Controller('install')
export class InstallController {
  private readonly logger = new Logger(InstallController.name);

  constructor(
    private readonly config: AppConfig,
    private readonly install: InstallService,
    private readonly states: InstallState,
  ) {}

  @Get(':suiteId')
  async showStart(
    @Param('suiteId') suiteId: string,
    @Query('lang') lang: unknown,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const language = languageOf(lang);
    await this.page(reply, suiteId, language, async () => {
      await send(reply, 200, startPage(await this.install.app(suiteId), language));
    });
  }

  @Get(':suiteId/start')
  async start(
    @Param('suiteId') suiteId: string,
    @Query('lang') lang: unknown,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const language = languageOf(lang);
    await this.page(reply, suiteId, language, async () => {
      const known = cookieOf(request);
      // One name for all tabs of a browser, or the second tab would break the first.
      const browser = this.states.isBrowser(known) ? known : this.states.newBrowser();
      const url = await this.install.consentUrl(suiteId, await this.states.issue(suiteId, browser, language));
      await reply.headers(INSTALL_HEADERS).header('set-cookie', this.cookie(browser)).redirect(url, 302);
    });
  }

  @Get(':suiteId/done')
  async finish(
    @Param('suiteId') suiteId: string,
    @Query('auth_code') authCode: unknown,
    @Query('state') state: unknown,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    await this.page(reply, suiteId, 'zh', async () => {
      await this.install.app(suiteId);
      const verdict = await this.states.verify(textOf(state) ?? '', suiteId, cookieOf(request));
      if (!verdict.valid) {
        this.logger.warn(
          { suiteId, hasAuthCode: authCode !== undefined },
          'install redirect with a foreign or old state',
        );
        await result(reply, 'state_mismatch', 'zh', suiteId);
        return;
      }
      await result(reply, await this.install.finish(suiteId, textOf(authCode)), verdict.language, suiteId);
    });
  }

  private async page(
    reply: FastifyReply,
    suiteId: string,
    language: Language,
    work: () => Promise<void>,
  ): Promise<void> {
    try {
      await work();
    } catch (error) {
      if (error instanceof SuiteUnknown) {
        await result(reply, 'unknown_app', language, undefined);
        return;
      }
      this.logger.error({ suiteId, err: error }, 'install page failed');
      await result(reply, 'unavailable', language, suiteId);
    }
  }

  /** Lax: it must come along when WeCom's page sends the browser back. */
  private cookie(browser: string): string {
    const secure = this.config.publicUrl.startsWith('https:') ? '; Secure' : '';
    return `${COOKIE}=${browser}; Path=/install; Max-Age=${COOKIE_SECONDS}; HttpOnly; SameSite=Lax${secure}`;
  }
}

async function result(reply: FastifyReply, outcome: InstallResult, language: Language, suiteId: string | undefined) {
  await send(reply, STATUS[outcome], resultPage(outcome, language, suiteId));
}

async function send(reply: FastifyReply, status: number, html: string): Promise<void> {
  await reply.status(status).headers(INSTALL_HEADERS).type('text/html; charset=utf-8').send(html);
}

function languageOf(lang: unknown): Language {
  return lang === 'en' ? 'en' : 'zh';
}

/** A parameter given twice is an array, and counts as absent. */
function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

function cookieOf(request: FastifyRequest): string | undefined {
  for (const pair of request.headers.cookie?.split(';') ?? []) {
    const [name, value] = pair.trim().split('=', 2);
    if (name === COOKIE) return value;
  }
  return undefined;
}
