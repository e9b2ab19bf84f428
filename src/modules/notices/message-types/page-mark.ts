/** Added to the page's query; the mini program may read or ignore it. */
const PARAMETER = 'sp_nid';
/** WeCom's limit for `page`, beyond which it answers 90204. */
export const PAGE_MAX_BYTES = 1024;

/**
 * The page with the notice's id in its query, so that two notices with the same text are different requests for WeCom's
 * duplicate check while members see no difference. Undefined when it would not fit.
 */
export function markedPage(page: string, noticeId: string): string | undefined {
  const marked = `${page}${page.includes('?') ? '&' : '?'}${PARAMETER}=${noticeId}`;
  return Buffer.byteLength(marked) <= PAGE_MAX_BYTES ? marked : undefined;
}
