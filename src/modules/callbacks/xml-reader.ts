import { SaxesParser } from 'saxes';
import { MessageFields } from './message-fields.js';
import { MAX_DEPTH, UnreadableMessage } from './message-limits.js';

/**
 * Strict XML without a DTD: saxes knows no entities but the five of XML, and a doctype, too deep or too many elements end
 * the reading at once. Attributes, comments and processing instructions are not part of any WeCom message and are ignored.
 */
export function readXml(text: string, maxElements: number): MessageFields {
  const reading = new Reading(maxElements);
  const parser = new SaxesParser({ xmlns: false, position: false });
  parser.on('doctype', () => refuse('doctype'));
  parser.on('opentag', (tag) => reading.open(tag.name));
  parser.on('text', (piece) => reading.text(piece));
  parser.on('cdata', (piece) => reading.text(piece));
  parser.on('closetag', () => reading.close());
  // The parser's own message quotes the document.
  parser.on('error', () => refuse('not well-formed XML'));
  parser.write(text).close();
  return reading.root ?? refuse('no element');
}

function refuse(reason: string): never {
  throw new UnreadableMessage(reason);
}

class Reading {
  root: MessageFields | undefined;
  readonly #open: { name: string; fields: MessageFields | undefined; text: string }[] = [];
  #elements = 0;

  constructor(private readonly maxElements: number) {}

  open(name: string): void {
    if (++this.#elements > this.maxElements) refuse(`more than ${this.maxElements} elements`);
    if (this.#open.length > MAX_DEPTH) refuse(`deeper than ${MAX_DEPTH} levels`);
    this.#open.push({ name, fields: undefined, text: '' });
  }

  text(piece: string): void {
    const current = this.#open.at(-1);
    if (current) current.text += piece;
  }

  close(): void {
    const element = this.#open.pop();
    if (!element) return;
    const parent = this.#open.at(-1);
    if (!parent) {
      this.root = element.fields ?? new MessageFields();
      return;
    }
    parent.fields ??= new MessageFields();
    // Samples put whitespace around CDATA (§2.5 of the contract): trim. Text between child elements means nothing.
    parent.fields.add(element.name, element.fields ?? element.text.trim());
  }
}
