import { isUtf8 } from 'node:buffer';
import { createDecipheriv, createSecretKey, type KeyObject, timingSafeEqual } from 'node:crypto';
import WXBizMsgCrypt from 'wechat-crypto';
import type { Secret } from '../platform/secrets/secret.js';
import type { SignedQuery } from './callback-query.js';
import { CallbackRefused } from './callbacks.errors.js';

const SIGNATURE = /^[0-9a-f]{40}$/;
const BASE64 = /^[A-Za-z0-9+/]+={0,2}$/;
const AES_BLOCK_BYTES = 16;
/** WeCom pads to 32, not to AES's 16 (d:91144), so its pads of 17..32 are no PKCS#7 to any library. */
const MAX_PAD = 32;
const RANDOM_BYTES = 16;
/** random + the 4-byte message length. */
const HEADER_BYTES = RANDOM_BYTES + 4;
/** A corp id as WeCom writes them, plain or encrypted; case matters. */
const PLAUSIBLE_CORP_ID = /^[A-Za-z0-9_-]{4,64}$/;

/** Whom the ciphertext may be addressed to: one of these ids, byte for byte, or (data URL without `$CORPID$`) any corp. */
export type AllowedReceivers = readonly string[] | 'any corp';

export interface OpenedCallback {
  readonly message: string;
  /** Authenticated, unlike the ToUserName around the ciphertext. */
  readonly receiveId: string;
}

/** Both values of one URL, as configured in WeCom's console. */
export interface CallbackKeyPair {
  readonly token: Secret;
  readonly encodingAesKey: Secret;
}

/**
 * WeCom's callback scheme (d:91144): wechat-crypto, with the checks it lacks around it. The package compares no signature,
 * takes any pad byte, believes any length field and returns the receive id without comparing it; so the raw plaintext is
 * looked at before its split is trusted, and the two must agree.
 */
export class CallbackCrypto {
  readonly #token: string;
  readonly #encodingAesKey: string;
  readonly #key: KeyObject;
  readonly #initialVector: Buffer;
  readonly #library: WXBizMsgCrypt;

  constructor(keys: CallbackKeyPair) {
    this.#token = keys.token.reveal();
    this.#encodingAesKey = keys.encodingAesKey.reveal();
    const key = Buffer.from(`${this.#encodingAesKey}=`, 'base64');
    this.#initialVector = key.subarray(0, AES_BLOCK_BYTES);
    // Node takes 15 µs to make a decipher from bytes and 2 from a key object, and each callback needs two deciphers.
    this.#key = createSecretKey(key);
    this.#library = new WXBizMsgCrypt(this.#token, this.#encodingAesKey, 'unused');
    this.#library.key = this.#key;
  }

  /**
   * Verifies and decrypts, in the order of d:91144: nothing is decoded before the signature was compared.
   * @throws CallbackRefused naming the check that failed
   */
  open(query: SignedQuery, encrypted: string, allowed: AllowedReceivers): OpenedCallback {
    this.#verify(query, encrypted);
    const plain = this.#decrypt(encrypted);
    const end = HEADER_BYTES + messageLength(plain);
    const message = plain.subarray(HEADER_BYTES, end);
    const receiver = plain.subarray(end);
    if (!isUtf8(message) || !isUtf8(receiver)) throw new CallbackRefused('utf8', 'the decrypted message is not UTF-8');
    if (!isAllowed(receiver, allowed)) {
      throw new CallbackRefused('receive_id', 'the message is addressed to somebody else than this URL');
    }
    const opened = this.#library.decrypt(encrypted);
    if (opened.message !== message.toString() || opened.id !== receiver.toString()) {
      throw new CallbackRefused('length', 'two readings of the plaintext disagree');
    }
    return { message: opened.message, receiveId: opened.id };
  }

  /** A passive reply (d:90377), addressed like the push it answers. */
  seal(message: string, receiveId: string, query: Pick<SignedQuery, 'timestamp' | 'nonce'>): string {
    const encrypted = new WXBizMsgCrypt(this.#token, this.#encodingAesKey, receiveId).encrypt(message);
    const signature = this.#library.getSignature(query.timestamp, query.nonce, encrypted);
    return (
      `<xml><Encrypt><![CDATA[${encrypted}]]></Encrypt><MsgSignature><![CDATA[${signature}]]></MsgSignature>` +
      `<TimeStamp>${query.timestamp}</TimeStamp><Nonce><![CDATA[${query.nonce}]]></Nonce></xml>`
    );
  }

  #verify(query: SignedQuery, encrypted: string): void {
    if (!SIGNATURE.test(query.signature)) throw new CallbackRefused('signature', 'not 40 hexadecimal digits');
    const expected = this.#library.getSignature(query.timestamp, query.nonce, encrypted);
    if (!timingSafeEqual(Buffer.from(expected), Buffer.from(query.signature))) {
      throw new CallbackRefused('signature', 'made with another token, or over other values');
    }
  }

  #decrypt(encrypted: string): Buffer {
    if (encrypted.length % 4 !== 0 || !BASE64.test(encrypted))
      throw new CallbackRefused('base64', 'not standard base64');
    const cipherBytes = Buffer.from(encrypted, 'base64');
    if (cipherBytes.length % AES_BLOCK_BYTES !== 0 || cipherBytes.length < 2 * AES_BLOCK_BYTES) {
      throw new CallbackRefused('base64', `${cipherBytes.length} bytes are no whole AES blocks, or fewer than two`);
    }
    const decipher = createDecipheriv('aes-256-cbc', this.#key, this.#initialVector);
    decipher.setAutoPadding(false);
    return unpad(Buffer.concat([decipher.update(cipherBytes), decipher.final()]));
  }
}

function unpad(padded: Buffer): Buffer {
  const pad = padded[padded.length - 1] ?? 0;
  if (pad < 1 || pad > MAX_PAD || pad > padded.length) throw new CallbackRefused('padding', 'pad length outside 1..32');
  const end = padded.length - pad;
  for (let index = end; index < padded.length; index++) {
    if (padded[index] !== pad) throw new CallbackRefused('padding', 'pad bytes differ');
  }
  return padded.subarray(0, end);
}

function messageLength(plain: Buffer): number {
  if (plain.length < HEADER_BYTES) throw new CallbackRefused('length', 'plaintext ends before its length field');
  const length = plain.readUInt32BE(RANDOM_BYTES);
  if (length > plain.length - HEADER_BYTES) throw new CallbackRefused('length', 'length field exceeds the plaintext');
  return length;
}

function isAllowed(receiver: Buffer, allowed: AllowedReceivers): boolean {
  if (allowed === 'any corp') return PLAUSIBLE_CORP_ID.test(receiver.toString('latin1'));
  return allowed.some((id) => receiver.equals(Buffer.from(id)));
}
