import type { HeldToken } from './token-key.js';

export interface TokenHolder {
  hold(): Promise<HeldToken>;
  invalidate(version: number): Promise<void>;
}

/**
 * Makes a call with a token. When WeCom refuses the token itself, exactly that version is invalidated, a new one is fetched
 * once and the call repeated once; the second outcome stands, whatever it is.
 *
 * @param isRejected whether a call that returned its errcode (instead of throwing) was refused for its token
 */
export async function callWithToken<T>(
  holder: TokenHolder,
  call: (held: HeldToken) => Promise<T>,
  isTokenError: (error: unknown) => boolean,
  isRejected: (result: T) => boolean = () => false,
): Promise<T> {
  const held = await holder.hold();
  let outcome: { result: T } | { error: unknown };
  try {
    const result = await call(held);
    if (!isRejected(result)) return result;
    outcome = { result };
  } catch (error) {
    if (!isTokenError(error)) throw error;
    outcome = { error };
  }
  await holder.invalidate(held.version);
  const next = await holder.hold();
  if (next.version !== held.version) return call(next);
  // WeCom hands out the refused token again: repeating the call would be answered alike.
  if ('error' in outcome) throw outcome.error;
  return outcome.result;
}
