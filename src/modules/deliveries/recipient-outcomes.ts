import type { DeliveryState, RecipientOutcome, RecipientState } from './deliveries.types.js';
import type { RefusedRecipients } from './delivery-outcome.js';

interface Addressed {
  touser?: string;
  toparty?: string;
  totag?: string;
}

/**
 * What became of each recipient of one send call, from its bytes and WeCom's lists. WeCom documents its lists as lower-cased while
 * encrypted ids are case-sensitive, so an id is looked up exactly first and then ignoring case, within this call only; an id
 * that is nobody's is ignored (d:90372).
 */
export function recipientOutcomes(
  body: Uint8Array,
  state: DeliveryState,
  refused: RefusedRecipients | null,
): RecipientOutcome[] {
  const addressed = JSON.parse(Buffer.from(body).toString('utf8')) as Addressed;
  const rest = stateOfTheRest(state);
  return [
    ...outcomes('user', addressed.touser, rest, [
      ['invalid', refused?.invalidUsers],
      ['unlicensed', refused?.unlicensedUsers],
    ]),
    ...outcomes('party', addressed.toparty, rest, [['invalid', refused?.invalidParties]]),
    ...outcomes('tag', addressed.totag, rest, [['invalid', refused?.invalidTags]]),
  ];
}

function stateOfTheRest(state: DeliveryState): RecipientState {
  if (state === 'ready' || state === 'sending') return 'pending';
  return state === 'partial' ? 'accepted' : state;
}

function outcomes(
  kind: RecipientOutcome['kind'],
  joined: string | undefined,
  rest: RecipientState,
  lists: readonly (readonly [RecipientState, readonly string[] | undefined])[],
): RecipientOutcome[] {
  if (!joined) return [];
  const ids = joined.split('|');
  const exact = new Set(ids);
  const folded = Map.groupBy(ids, (id) => id.toLowerCase());
  const named = new Map<string, RecipientState>();
  for (const [state, list] of lists) {
    for (const answered of list ?? []) {
      if (exact.has(answered)) {
        named.set(answered, state);
        continue;
      }
      const candidates = folded.get(answered.toLowerCase()) ?? [];
      // Two ids of this call differ in case only and WeCom's answer does not tell which it means: neither is certain.
      for (const id of candidates) named.set(id, candidates.length === 1 ? state : 'unknown');
    }
  }
  return ids.map((id) => ({ kind, id, state: named.get(id) ?? rest }));
}
