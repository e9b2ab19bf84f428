import { Injectable } from '@nestjs/common';
import { DeliveriesService } from '../deliveries/deliveries.service.js';
import type { ApiCaller } from '../platform/access/api-key.types.js';
import { Database } from '../platform/database/database.js';
import { CursorCodec } from '../platform/http/cursor-codec.js';
import {
  type NoticeAnswer,
  type NoticeListAnswer,
  type NoticeSummaryAnswer,
  noticeAnswer,
  summaryAnswer,
} from './notice-answers.js';
import type { NoticeState } from './notice-state.js';
import { NoticeNotFound } from './notices.errors.js';
import { NoticesRepository } from './notices.repository.js';
import { NoticesService } from './notices.service.js';

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/**
 * Rows one page looks at. The state of a notice is computed, so a filter by state reads on until the page is full; a rare
 * state in a long history then takes more pages, not a long statement.
 */
const LOOKED_AT = 1000;

export interface ListFilter {
  readonly limit: number;
  readonly cursor?: string;
  readonly msgtype?: string;
  readonly state?: NoticeState;
}

/** What became of notices. */
@Injectable()
export class NoticeHistoryService {
  constructor(
    private readonly database: Database,
    private readonly notices: NoticesRepository,
    private readonly deliveries: DeliveriesService,
    private readonly service: NoticesService,
    private readonly cursors: CursorCodec,
  ) {}

  /**
   * A notice by its id alone: the key decides in which corps to look.
   * @throws NoticeNotFound, the same for an id that is not there and for one that is somebody else's
   */
  async find(caller: ApiCaller, id: string): Promise<NoticeAnswer> {
    if (!UUID.test(id)) throw new NoticeNotFound();
    const { suiteId, boundCorpId } = caller;
    const corpId = boundCorpId ?? (await this.database.asWorker((tx) => this.notices.corpOf(tx, suiteId, id)));
    if (corpId === undefined) throw new NoticeNotFound();
    return this.load(corpId, suiteId, id);
  }

  /** @throws CorpNotFound, NoticeNotFound */
  async findInCorp(caller: ApiCaller, corpId: string, id: string): Promise<NoticeAnswer> {
    await this.service.visible(caller, corpId);
    if (!UUID.test(id)) throw new NoticeNotFound();
    return this.load(corpId, caller.suiteId, id);
  }

  /**
   * Newest first. A page may hold fewer than `limit`, even none, and still have a next one.
   * @throws CorpNotFound, CursorInvalid
   */
  async list(caller: ApiCaller, corpId: string, filter: ListFilter): Promise<NoticeListAnswer> {
    await this.service.visible(caller, corpId);
    const scope = ['notices', caller.suiteId, corpId, filter.msgtype ?? '', filter.state ?? ''].join('\n');
    const before = filter.cursor === undefined ? undefined : await this.cursors.decode(scope, filter.cursor);
    const page = await this.database.asCorp(corpId, async (tx) => {
      const wanted = filter.state === undefined ? filter.limit : LOOKED_AT;
      const rows = await this.notices.page(tx, corpId, caller.suiteId, {
        before,
        msgtype: filter.msgtype,
        limit: wanted + 1,
      });
      const looked = rows.slice(0, wanted);
      const counts = Map.groupBy(
        await this.notices.deliveryStates(
          tx,
          corpId,
          looked.map(({ id }) => id),
        ),
        ({ noticeId }) => noticeId,
      );
      return {
        notices: looked.map((notice) => summaryAnswer(notice, counts.get(notice.id) ?? [])),
        more: rows.length > wanted,
      };
    });
    return this.cut(scope, page, filter);
  }

  private async cut(
    scope: string,
    { notices, more }: { notices: readonly NoticeSummaryAnswer[]; more: boolean },
    { limit, state }: ListFilter,
  ): Promise<NoticeListAnswer> {
    const matching = notices.filter((notice) => state === undefined || notice.state === state);
    const items = matching.slice(0, limit);
    const cutShort = matching.length > limit;
    const last = cutShort ? items.at(-1) : more ? notices.at(-1) : undefined;
    return { items, next_cursor: last ? await this.cursors.encode(scope, last.id) : undefined };
  }

  private async load(corpId: string, suiteId: string, id: string): Promise<NoticeAnswer> {
    return this.database.asCorp(corpId, async (tx) => {
      const notice = await this.notices.find(tx, corpId, suiteId, id);
      if (!notice) throw new NoticeNotFound();
      return noticeAnswer(notice, await this.deliveries.ofNotices(tx, corpId, [id]));
    });
  }
}
