import { digits } from './random-source.ts';

/** WeCom's global error codes as far as this server answers them by itself (d:90455). Faults may answer any other. */
const texts: Readonly<Record<number, string>> = {
  [-1]: 'system busy',
  40001: 'invalid credential',
  40008: 'invalid message type',
  40013: 'invalid corpid',
  40014: 'invalid access_token',
  40032: 'invalid user list size',
  40033: 'invalid request character, cannot contain \\uxxxx',
  40056: 'invalid agentid',
  40058: 'invalid Request Parameter',
  40077: 'invalid pre_auth_code',
  40078: 'invalid auth_code',
  40080: 'invalid suite_secret',
  40082: 'invalid suite_token',
  40083: 'invalid suite_id',
  40084: 'invalid permanent_code',
  40085: 'invalid suite_ticket',
  40206: 'request body too large',
  40091: 'invalid secret',
  41001: 'access_token missing',
  41002: 'corpid missing',
  41004: 'secret missing',
  41008: 'auth_code missing',
  41011: 'agentid missing',
  41021: 'suite_id missing',
  41022: 'suite_access_token missing',
  41023: 'suite_ticket missing',
  41024: 'suite_secret missing',
  41025: 'permanent_code missing',
  42001: 'access_token expired',
  42007: 'pre_auth_code expired',
  42009: 'suite_access_token expired',
  44004: 'empty content',
  45009: 'api freq out of limit',
  47001: 'data format error',
  48002: 'api forbidden',
  48003: 'suite_id does not match the suite_access_token',
  48004: 'invalid suite authorization or authorization cancelled',
  50003: 'app disabled',
  60011: 'no privilege to access/modify contact/party/agent',
  60020: 'not allow to access from your ip',
  81013: 'user & party & tag all invalid',
  82001: 'touser, toparty and totag all empty',
  82002: 'invalid party list size',
  82003: 'invalid tag list size',
  84025: 'invalid state',
  90200: 'missing mini program appid',
  90201: 'content_item size exceeds limit',
  90202: 'content_item key must not be empty or exceed 10 chinese characters',
  90203: 'content_item value must not be empty or exceed 30 chinese characters',
  90204: 'invalid mini program page',
  90206: 'mini program not linked to the corp',
  90207: 'invalid mini program appid',
  90208: 'mini program appid does not match',
  301002: 'not allow operate another agent with this access_token',
};

/** A call WeCom would refuse: thrown by a handler, answered as errcode and errmsg. */
export class WecomRefusal extends Error {
  readonly errcode: number;
  /** Further fields of the answer, such as `invaliduser` beside 81013. */
  readonly fields: Readonly<Record<string, unknown>>;

  constructor(errcode: number, detail = '', fields: Readonly<Record<string, unknown>> = {}) {
    const text = errcodeText(errcode);
    super(detail === '' ? text : `${text}, ${detail}`);
    this.name = 'WecomRefusal';
    this.errcode = errcode;
    this.fields = fields;
  }
}

export function errcodeText(errcode: number): string {
  return texts[errcode] ?? 'request failed';
}

/** The support tail that WeCom puts behind the text of every failing call. */
export function failureErrmsg(text: string, errcode: number, ip: string, unixSeconds: number): string {
  const more = `https://open.work.weixin.qq.com/devtool/query?e=${errcode}`;
  return `${text}, hint: [${unixSeconds}${digits(15)}], from ip: ${ip}, more info at ${more}`;
}
