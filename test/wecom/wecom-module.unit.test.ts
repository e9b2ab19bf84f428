import { describe, expect, it } from '@jest/globals';
import { Injectable, Module } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import { Secret } from '../../src/modules/platform/secrets/secret.js';
import { MessageApi } from '../../src/modules/wecom/message-api.js';
import { WecomModule } from '../../src/modules/wecom/wecom.module.js';
import { WecomClientOptions } from '../../src/modules/wecom/wecom-client-options.js';
import { failureOf, ScriptedWecom } from './scripted-wecom.js';

const URL_OF_TEST = Symbol('url');

@Injectable()
class Sender {
  constructor(readonly messages: MessageApi) {}
}

@Module({ providers: [Sender] })
class FeatureModule {}

describe('WecomModule', () => {
  it('gives its APIs to every module, and closes its connections with the application', async () => {
    const wecom = new ScriptedWecom();
    const baseUrl = await wecom.start();
    wecom.answer({ errcode: 0, errmsg: 'ok', msgid: 'm-1' });

    @Module({ providers: [{ provide: URL_OF_TEST, useValue: baseUrl }], exports: [URL_OF_TEST] })
    class ConfigModule {}

    const app = await Test.createTestingModule({
      imports: [
        WecomModule.forRootAsync({
          imports: [ConfigModule],
          inject: [URL_OF_TEST],
          useFactory: (url: string) => new WecomClientOptions({ baseUrl: url }),
        }),
        FeatureModule,
      ],
    }).compile();
    await app.init();

    const { messages } = app.get(Sender, { strict: false });
    expect((await messages.send(Secret.of('t'), Buffer.from('{}'))).msgid).toBe('m-1');
    await app.close();
    expect(await failureOf(messages.send(Secret.of('t'), Buffer.from('{}')))).toMatchObject({ sent: 'no' });
    await wecom.stop();
  });

  it('has the defaults of the design', () => {
    expect(new WecomClientOptions({ baseUrl: 'https://qyapi.weixin.qq.com' })).toEqual({
      baseUrl: 'https://qyapi.weixin.qq.com',
      connections: 64,
      timeoutMs: 5_000,
    });
  });
});
