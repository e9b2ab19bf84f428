import type { CorpDefinition, SimulatorSeed, SuiteDefinition } from '../../src/control-client.ts';

export const provider = {
  corpId: 'wwProvider01',
  name: '明澜软件',
  secret: 'provider-secret',
  token: 'providertoken',
  encodingAesKey: 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQ',
};

export const suite: SuiteDefinition = {
  suiteId: 'wwSuite01',
  name: '巡检助手',
  secret: 'suite-secret',
  token: 'suitetoken',
  encodingAesKey: '0123456789abcdefghijklmnopqrstuvwxyzABCDEFG',
  providerCorpId: provider.corpId,
  commandUrl: 'http://127.0.0.1:9/command',
  dataUrl: 'http://127.0.0.1:9/data/$CORPID$',
};

export const otherSuite: SuiteDefinition = { ...suite, suiteId: 'wwSuite02', name: '审批助手', secret: 'other-secret' };

export const template: SuiteDefinition = { ...suite, suiteId: 'dkTemplate01', name: '代开发模板', secret: 'dk-secret' };

export const corp: CorpDefinition = {
  corpId: 'wpCorpAAAA',
  name: '华东精密制造',
  departments: [
    { id: 2, name: '设备部' },
    { id: 3, name: '设备一组', parentId: 2 },
    { id: 4, name: '质量部' },
  ],
  tags: [{ id: 7, name: '班组长', userIds: ['woLiWei'] }],
  members: [
    { userId: 'woLiWei', name: '李薇', alias: '薇薇', departments: [2], isAdmin: true },
    { userId: 'woZhangHao', name: '张浩', departments: [3] },
    { userId: 'woChenYu', name: '陈宇', departments: [4], licensed: false },
    { userId: 'woNewcomer', name: '新人', departments: [4], status: 4 },
    { userId: 'woLeft', name: '离职', departments: [4], status: 5 },
  ],
};

export const otherCorp: CorpDefinition = {
  corpId: 'wpCorpBBBB',
  name: '海港物流',
  members: [{ userId: 'woSunJie', name: '孙洁', isAdmin: true }],
};

export const miniProgram = {
  appid: 'wxMini01',
  name: '巡检小程序',
  suiteIds: [suite.suiteId],
  corpIds: [corp.corpId],
};

export const world: SimulatorSeed = {
  providers: [provider],
  suites: [suite, otherSuite, template],
  corps: [corp, otherCorp],
  miniPrograms: [miniProgram],
};
