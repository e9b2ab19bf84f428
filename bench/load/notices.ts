import { MINI_PROGRAM_APPID } from './corps.ts';

/** The notice of our first user: a contract was made (messages.md §1.4). Every one is distinct, as real ones are. */
export function notice(marker: string) {
  return {
    touser: 'woBenchMember000000000000000001',
    msgtype: 'miniprogram_notice',
    miniprogram_notice: {
      appid: MINI_PROGRAM_APPID,
      page: `pages/index/index?bench=${marker}`,
      title: '合同生成成功',
      emphasis_first_item: true,
      content_item: [
        { key: '消息内容', value: '您的合同模板已生成成功,点击查看详情' },
        { key: '合同名称', value: '电子签合同' },
        { key: '我方企业', value: '甲方' },
      ],
    },
  };
}

/**
 * The same notice as the sender puts it on the wire: with the duplicate check, as everyone who retries must have it. The
 * peers are handed this; suitepost adds these two fields itself.
 */
export function wireBody(marker: string) {
  return { ...notice(marker), enable_id_trans: 0, enable_duplicate_check: 1, duplicate_check_interval: 14_400 };
}
