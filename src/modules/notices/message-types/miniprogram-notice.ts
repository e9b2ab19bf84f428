import { FieldRule, HanLength, MaxBytes, MaxEntries, SEND_PAGE } from './field-rules.js';
import { BooleanField, ObjectsField, TextField } from './fields.js';
import type { Findings, MessageType, RenderedMessage, SuiteRules } from './message-type.js';
import { markedPage, PAGE_MAX_BYTES } from './page-mark.js';

const isEmpty = (text: unknown) => text === undefined || text === '';

/** WeCom passes over a pair with neither key nor value; a pair with only one of them it refuses (90202, 90203). */
const isBlank = (item: ContentItem) => isEmpty(item?.key) && isEmpty(item?.value);
const isFilled = (item: ContentItem) => !isBlank(item);

export class ContentItem {
  @TextField({
    needed: true,
    onlyIf: isFilled,
    description: 'Left column, 1–10 汉字.',
    example: '合同名称',
    maxLength: 30,
  })
  @HanLength({ min: 1, max: 10, names: false })
  key!: string;

  @TextField({
    needed: true,
    onlyIf: isFilled,
    description: 'Right column, 1–30 汉字. Id placeholders are translated.',
    example: '电子签合同',
    maxLength: 90,
  })
  @HanLength({ min: 1, max: 30, names: true })
  value!: string;
}

export class MiniprogramNotice {
  @TextField({
    description: 'The mini program bound to the suite. May be left out: it is filled in.',
    example: 'wx0000000000000000',
    maxLength: 64,
  })
  @MaxBytes(64)
  appid?: string;

  @TextField({
    description:
      'Page to open, with a query if wanted; no leading slash, no .html. Without it a tap does nothing. A parameter `sp_nid` is added to the query.',
    example: 'pages/index/index',
    maxLength: PAGE_MAX_BYTES,
  })
  @MaxBytes(PAGE_MAX_BYTES)
  @FieldRule({
    name: 'page_path',
    message: 'must be a page of the mini program: no leading slash, scheme or blank, no .html',
    limit: 'like pages/index/index?id=1',
    accepts: isPage,
  })
  page?: string;

  @TextField({
    needed: true,
    description: 'Title, 4–12 汉字. Id placeholders are translated.',
    example: '合同生成成功',
    minLength: 4,
    maxLength: 36,
  })
  @HanLength({ min: 4, max: 12, names: true })
  title!: string;

  @TextField({
    description: 'Line under the title, 4–12 汉字. Id placeholders are translated.',
    example: '请于今天内查看',
    maxLength: 36,
  })
  @HanLength({ min: 4, max: 12, names: true })
  description?: string;

  @BooleanField({ description: 'Shows the first row enlarged.', example: true, default: false })
  emphasis_first_item?: boolean;

  @ObjectsField(ContentItem, { description: 'Rows. A pair with neither key nor value is left out.', maxItems: 10 })
  @MaxEntries(10, isBlank)
  content_item?: ContentItem[];
}

/**
 * 小程序通知消息 (messages.md §1.4). No `agentid`: the token implies the app. Not for `@all`, and not shown in the WeChat plugin.
 */
export const MINIPROGRAM_NOTICE: MessageType<MiniprogramNotice> = {
  msgtype: 'miniprogram_notice',
  summary: 'A card that opens a page of the mini program bound to the suite.',
  body: MiniprogramNotice,
  safe: [],
  idTranslation: true,
  everyone: false,
  agentId: false,
  example: {
    page: 'pages/index/index',
    title: '合同生成成功',
    emphasis_first_item: true,
    content_item: [
      { key: '消息内容', value: '您的合同模板已生成成功,点击查看详情' },
      { key: '合同名称', value: '电子签合同' },
      { key: '我方企业', value: '甲方' },
    ],
  },
  complete,
  render,
};

function complete(body: MiniprogramNotice, suite: SuiteRules, { errors }: Findings): void {
  if (body.description === '') body.description = undefined;
  if (body.page === '') body.page = undefined;
  if (isEmpty(body.appid)) {
    if (suite.miniProgramAppid !== undefined) body.appid = suite.miniProgramAppid;
    else
      errors.push({
        field: 'appid',
        rule: 'required',
        message: 'is required: the suite has no mini program registered',
        doc: SEND_PAGE,
      });
  } else if (suite.miniProgramAppid !== undefined && body.appid !== suite.miniProgramAppid) {
    errors.push({
      field: 'appid',
      rule: 'bound_mini_program',
      message: 'must be the mini program bound to the suite (WeCom answers 90207); it may be left out',
      limit: suite.miniProgramAppid,
      doc: SEND_PAGE,
    });
  }
}

function render(body: MiniprogramNotice, noticeId: string): RenderedMessage {
  const page = body.page === undefined ? undefined : markedPage(body.page, noticeId);
  return {
    message: { ...body, page: page ?? body.page, content_item: body.content_item?.filter(isFilled) },
    unique: page !== undefined,
  };
}

function isPage(page: string): boolean {
  const [path = ''] = page.split('?', 1);
  return path !== '' && !path.startsWith('/') && !path.includes('://') && !/\s/.test(path) && !path.endsWith('.html');
}
