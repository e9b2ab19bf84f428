import { CutBeyondBytes, NotEmptyText } from './field-rules.js';
import { TextField } from './fields.js';
import type { MessageType, RenderedMessage } from './message-type.js';
import { cutToBytes } from './text-cut.js';

const SHOWN_BYTES = 2048;
/** Seen in the field, not in the page: beyond it WeCom answers 40058 instead of cutting (messages.md §1.5). */
const REFUSED_BEYOND_BYTES = 5120;

export class Text {
  @TextField({
    needed: true,
    description:
      'At most 2048 bytes of UTF-8. `\\n` breaks lines, `<a href="…">` links. Id placeholders are translated. A lenient suite takes up to 5120 bytes and cuts at 2048.',
    example: '你的快递已到,请携带工卡前往邮件中心领取。',
    minLength: 1,
    maxLength: REFUSED_BEYOND_BYTES,
  })
  @NotEmptyText()
  @CutBeyondBytes(SHOWN_BYTES, { refusedBeyond: REFUSED_BEYOND_BYTES })
  content!: string;
}

/** 文本消息 (messages.md §1.5). It has no place that members do not see, so equal texts are told apart by the ledger of bodies. */
export const TEXT: MessageType<Text> = {
  msgtype: 'text',
  summary: 'Plain text with line breaks and links.',
  body: Text,
  safe: [1],
  idTranslation: true,
  everyone: true,
  agentId: true,
  example: { content: '你的快递已到,请携带工卡前往邮件中心领取。' },
  render,
};

function render(body: Text): RenderedMessage {
  return { message: { content: cutToBytes(body.content, SHOWN_BYTES) }, unique: false };
}
