import type { SealContext } from '../platform/secrets/secret-box.js';
import type { AuthorizationKey } from './authorizations.types.js';

/** Where a permanent code is sealed to: one of an older generation does not open as the present one. */
export function permanentCodePlace({ corpId, suiteId }: AuthorizationKey, generation: number): SealContext {
  return { corpId, suiteId, table: 'authorizations', column: 'permanent_code_sealed', generation };
}
