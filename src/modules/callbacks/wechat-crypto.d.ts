/** The package ships no types. Everything it leaves unchecked is checked in callback-crypto.ts, its only user. */
declare module 'wechat-crypto' {
  export default class WXBizMsgCrypt {
    /** @param id receive id that `encrypt` appends; must not be empty. `decrypt` does not compare it. */
    constructor(token: string, encodingAESKey: string, id: string);
    /** Goes to `createDecipheriv` as it is. */
    key: import('node:crypto').CipherKey;
    getSignature(timestamp: string, nonce: string, encrypt: string): string;
    decrypt(text: string): { message: string; id: string };
    encrypt(text: string): string;
  }
}
