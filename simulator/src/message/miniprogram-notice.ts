import { WecomRefusal } from '../errcodes.ts';
import type { MiniProgram } from '../state/registry.ts';
import type { InboxContent, NoticeRow } from '../types/records.ts';
import { firstCodePoints, fitsHanzi } from './hanzi-length.ts';
import type { MessageContext } from './message-context.ts';
import type { JsonObject } from './message-fields.ts';

const maxRows = 10;
const maxPageBytes = 1024;

/** `miniprogram_notice` 小程序通知消息: every limit of d:90372 (messages.md §1.4). */
export function readMiniProgramNotice(body: JsonObject, context: MessageContext): InboxContent {
  const { fields } = context;
  const notice = fields.object(body, 'miniprogram_notice');
  if (notice === undefined) throw new WecomRefusal(40058, 'miniprogram_notice missing');
  const miniProgram = boundMiniProgram(fields.text(notice, 'appid', 'miniprogram_notice.appid'), context);
  const title = headline(notice, 'title', context);
  if (title === null) throw new WecomRefusal(40058, 'miniprogram_notice.title missing');
  return {
    msgtype: 'miniprogram_notice',
    appid: miniProgram.appid,
    miniProgramName: miniProgram.name,
    page: readPage(fields.text(notice, 'page', 'miniprogram_notice.page'), miniProgram),
    title,
    description: headline(notice, 'description', context),
    emphasisFirstItem: fields.boolean(notice, 'emphasis_first_item', 'miniprogram_notice.emphasis_first_item'),
    items: readRows(notice, context),
  };
}

/** It must be associated with this suite and linked to this corp; either alone is not enough. */
function boundMiniProgram(appid: string | undefined, { registry, suite, corp, settings }: MessageContext): MiniProgram {
  if (appid === undefined) throw new WecomRefusal(90200);
  if (!registry.suiteHasMiniProgram(suite.suiteId)) {
    throw new WecomRefusal(48002, 'the app is not a mini program app');
  }
  const miniProgram = registry.miniPrograms.get(appid);
  if (miniProgram === undefined) throw new WecomRefusal(90207);
  if (!miniProgram.suiteIds.includes(suite.suiteId)) {
    throw new WecomRefusal(settings.foreignAppidErrcode, 'the mini program is not associated with this app');
  }
  if (!miniProgram.corpIds.includes(corp.corpId)) throw new WecomRefusal(90206);
  return miniProgram;
}

function readPage(page: string | undefined, miniProgram: MiniProgram): string | null {
  if (page === undefined) return null;
  const route = page.split('?')[0] ?? '';
  if (Buffer.byteLength(page) > maxPageBytes) throw new WecomRefusal(90204, `page exceed max length ${maxPageBytes}`);
  if (route.startsWith('/') || route.endsWith('.html')) {
    throw new WecomRefusal(90204, 'page is written without a leading slash and without .html');
  }
  if (miniProgram.pages !== null && !miniProgram.pages.includes(route)) {
    throw new WecomRefusal(90204, `the mini program has no page ${route}`);
  }
  return page;
}

/** Title and description: 4 to 12 汉字. */
function headline(notice: JsonObject, name: 'title' | 'description', context: MessageContext): string | null {
  const path = `miniprogram_notice.${name}`;
  const written = context.fields.text(notice, name, path);
  if (written === undefined) return null;
  const shown = context.translate(written);
  const { lengthsCountIdTranslation, noticeLengths, noticeTitleOverflow } = context.settings;
  const measured = lengthsCountIdTranslation === 'after' ? shown : written;
  if (fitsHanzi(measured, 4, 12, noticeLengths)) return shown;
  if (noticeTitleOverflow === 'truncate' && !fitsHanzi(measured, 0, 12, noticeLengths)) {
    return firstCodePoints(shown, 12);
  }
  throw new WecomRefusal(40058, `${path} must have 4 to 12 chinese characters`);
}

function readRows(notice: JsonObject, { fields, settings, translate }: MessageContext): NoticeRow[] {
  const items = fields.list(notice, 'content_item', 'miniprogram_notice.content_item');
  if (items.length > maxRows) throw new WecomRefusal(90201, `content_item exceed max size ${maxRows}`);
  const rows: NoticeRow[] = [];
  for (const [index, item] of items.entries()) {
    const path = `miniprogram_notice.content_item[${index}]`;
    const pair = fields.object({ item }, 'item', path) ?? {};
    const key = fields.text(pair, 'key', `${path}.key`);
    const written = fields.text(pair, 'value', `${path}.value`);
    if (key === undefined && written === undefined) continue;
    if (key === undefined || !fitsHanzi(key, 0, 10, settings.noticeLengths)) throw new WecomRefusal(90202, path);
    const value = translate(written ?? '');
    const measured = settings.lengthsCountIdTranslation === 'after' ? value : (written ?? '');
    if (written === undefined || !fitsHanzi(measured, 0, 30, settings.noticeLengths)) {
      throw new WecomRefusal(90203, path);
    }
    rows.push({ key, value });
  }
  return rows;
}
