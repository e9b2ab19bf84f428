import { randomBytes } from 'node:crypto';

/** The world of the demonstration: one provider, one suite with a mini program, two corps. Secrets are new at every start. */
export interface DemoWorld {
  provider: { corpId: string; name: string; secret: string; token: string; encodingAesKey: string };
  suite: {
    suiteId: string;
    name: string;
    description: string;
    secret: string;
    token: string;
    encodingAesKey: string;
    miniProgramAppid: string;
    miniProgramName: string;
  };
  corps: readonly [DemoCorp, DemoCorp];
}

export interface DemoCorp {
  corpId: string;
  name: string;
  members: readonly { userId: string; name: string; isAdmin?: boolean }[];
}

const DEMO_SUITE_ID = 'wwdemo0suite0000001';
const DEMO_APPID = 'wx00000000demo0001';

/** The notice our first user signed for: a contract was generated from its template. */
export const CONTRACT_NOTICE = {
  msgtype: 'miniprogram_notice',
  miniprogram_notice: {
    appid: DEMO_APPID,
    page: 'pages/index/index',
    title: '合同生成成功',
    emphasis_first_item: true,
    content_item: [
      { key: '消息内容', value: '您的合同模板已生成成功,点击查看详情' },
      { key: '合同名称', value: '电子签合同' },
      { key: '我方企业', value: '甲方' },
    ],
  },
} as const;

export function makeDemoWorld(): DemoWorld {
  return {
    provider: {
      corpId: 'wwdemo0provider0001',
      name: '示例服务商',
      secret: letters(43),
      token: letters(32),
      encodingAesKey: aesKey(),
    },
    suite: {
      suiteId: DEMO_SUITE_ID,
      name: '电子签',
      description: '在企业微信中起草、签署和归档合同，签署进度随时送达。',
      secret: letters(43),
      token: letters(32),
      encodingAesKey: aesKey(),
      miniProgramAppid: DEMO_APPID,
      miniProgramName: '电子签小程序',
    },
    corps: [
      {
        corpId: 'wpDemoCorpYuanLai0000001',
        name: '元来是你科技',
        members: [
          { userId: 'YuanLaiShiNi', name: '袁来', isAdmin: true },
          { userId: 'woDemoLinXia01', name: '林夏' },
        ],
      },
      {
        corpId: 'wpDemoCorpShanHai0000002',
        name: '山海贸易',
        members: [
          { userId: 'woDemoChenShan01', name: '陈山', isAdmin: true },
          { userId: 'woDemoHaiYan02', name: '海燕' },
        ],
      },
    ],
  };
}

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';

function letters(length: number): string {
  return Array.from(randomBytes(length), (byte) => ALPHABET[byte % ALPHABET.length]).join('');
}

/** 43 letters and digits; the last one must leave no bits over in base64 (d:91144). */
function aesKey(): string {
  return `${letters(42)}A`;
}
