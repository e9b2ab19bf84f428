import { WecomRefusal } from '../errcodes.ts';
import type { Provider } from '../state/registry.ts';

/** IP白名单 of the provider console: addresses, `*` for a whole part, `;` between entries (d:90595). */
export function requireAllowedIp(provider: Provider | undefined, ip: string): void {
  const list = provider?.ipAllowList;
  if (list === null || list === undefined) return;
  const entries = list.flatMap((line) => line.split(';')).map((entry) => entry.trim());
  if (!entries.some((entry) => matchesEntry(entry, ip))) throw new WecomRefusal(60020);
}

function matchesEntry(entry: string, ip: string): boolean {
  const wanted = entry.split('.');
  const given = ip.split('.');
  return wanted.length === given.length && wanted.every((part, index) => part === '*' || part === given[index]);
}
