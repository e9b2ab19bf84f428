import { createCipheriv, createHash, randomBytes } from 'node:crypto';
import { CALLBACK_TOKEN, ENCODING_AES_KEY, SUITE_ID } from './corps.ts';

const AES_KEY = Buffer.from(`${ENCODING_AES_KEY}=`, 'base64');
/** WeCom pads to 32 bytes, not to AES's 16 (d:91144). */
const PADDING_BLOCK = 32;

/** A member changed: the event that comes most often, encrypted and signed as WeCom does on the command URL (d:90639). */
export function eventRequest(marker: string, corpId: string): { target: string; body: string } {
  const timestamp = String(Math.floor(Date.now() / 1_000));
  const nonce = randomBytes(8).toString('hex');
  const event = `<xml><SuiteId><![CDATA[${SUITE_ID}]]></SuiteId><AuthCorpId><![CDATA[${corpId}]]></AuthCorpId><InfoType><![CDATA[change_contact]]></InfoType><TimeStamp>${timestamp}</TimeStamp><ChangeType><![CDATA[update_user]]></ChangeType><UserID><![CDATA[woBenchMember-${marker}]]></UserID><OpenUserID><![CDATA[woBenchOpenUser-${marker}]]></OpenUserID><Name><![CDATA[woBenchMember-${marker}]]></Name><Department><![CDATA[1,2]]></Department><MainDepartment>1</MainDepartment><Status>1</Status></xml>`;
  const encrypted = encrypt(event);
  const signature = createHash('sha1')
    .update([CALLBACK_TOKEN, timestamp, nonce, encrypted].sort().join(''))
    .digest('hex');
  return {
    target: `/callbacks/${SUITE_ID}/command?msg_signature=${signature}&timestamp=${timestamp}&nonce=${nonce}`,
    body: `<xml><ToUserName><![CDATA[${SUITE_ID}]]></ToUserName><AgentID><![CDATA[]]></AgentID><Encrypt><![CDATA[${encrypted}]]></Encrypt></xml>`,
  };
}

function encrypt(message: string): string {
  const text = Buffer.from(message);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(text.length);
  const plain = Buffer.concat([randomBytes(16), length, text, Buffer.from(SUITE_ID)]);
  const padding = PADDING_BLOCK - (plain.length % PADDING_BLOCK);
  const cipher = createCipheriv('aes-256-cbc', AES_KEY, AES_KEY.subarray(0, 16)).setAutoPadding(false);
  return Buffer.concat([
    cipher.update(Buffer.concat([plain, Buffer.alloc(padding, padding)])),
    cipher.final(),
  ]).toString('base64');
}
