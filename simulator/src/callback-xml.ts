import type { XmlFields, XmlValue } from './types/pushes.ts';

/** `<xml>…</xml>` around the fields, one element a line as in WeCom's samples. */
export function xmlDocument(fields: XmlFields): string {
  return `<xml>\n${xmlElements(fields)}</xml>`;
}

/** The inner document of a ticket push; the sample really has a blank before this CDATA (d:90628). */
export function ticketDocument(suiteId: string, ticket: string, timestamp: number): string {
  return [
    '<xml>',
    `<SuiteId>${cdata(suiteId)}</SuiteId>`,
    `<InfoType> ${cdata('suite_ticket')}</InfoType>`,
    `<TimeStamp>${timestamp}</TimeStamp>`,
    `<SuiteTicket>${cdata(ticket)}</SuiteTicket>`,
    '</xml>',
  ].join('\n');
}

/** The outer document (d:91116). */
export function envelopeDocument(toUserName: string, agentId: string, encrypt: string): string {
  return xmlDocument({ ToUserName: toUserName, AgentID: agentId, Encrypt: encrypt });
}

/** Text of the first element of that name; enough for the small documents this server reads back. */
export function elementText(xml: string, name: string): string | null {
  const match = new RegExp(`<${name}>\\s*(?:<!\\[CDATA\\[([\\s\\S]*?)\\]\\]>|([^<]*))\\s*</${name}>`).exec(xml);
  return match === null ? null : (match[1] ?? match[2] ?? '').trim();
}

function xmlElements(fields: XmlFields): string {
  return Object.entries(fields)
    .flatMap(([name, value]) => (Array.isArray(value) ? value : [value]).map((one) => xmlElement(name, one)))
    .join('');
}

function xmlElement(name: string, value: Exclude<XmlValue, unknown[]>): string {
  if (typeof value === 'string') return `<${name}>${cdata(value)}</${name}>\n`;
  if (typeof value === 'number') return `<${name}>${value}</${name}>\n`;
  const inner = xmlElements(value);
  return inner === '' ? `<${name}></${name}>\n` : `<${name}>\n${inner}</${name}>\n`;
}

/** A section cannot hold its own end mark, so that is split over two. */
function cdata(text: string): string {
  return `<![CDATA[${text.replaceAll(']]>', ']]]]><![CDATA[>')}]]>`;
}
