/** Bytes of a whole callback; WeCom's own pages ask for room for 1 MB (G-17). */
export const MAX_MESSAGE_BYTES = 1_048_576;
/** Levels below the root element; the deepest documented event (approval details, d:92633) has six. */
export const MAX_DEPTH = 6;
export const MAX_ELEMENTS = 20_000;

/** The text is no message: why, in our own words, without a piece of it. */
export class UnreadableMessage extends Error {
  constructor(readonly reason: string) {
    super(`unreadable message: ${reason}`);
    this.name = 'UnreadableMessage';
  }
}
