import { CacheInterface } from 'node-easywechat';

/** In place of node-easywechat's default, which reads a file for every call: the faster choice, so the peer gets it. */
export class MemoryCache extends CacheInterface {
  readonly #entries = new Map<string, { data: unknown; expiresAtMs: number }>();

  override async get(key: string): Promise<unknown> {
    const entry = this.#entries.get(key);
    return entry !== undefined && Date.now() < entry.expiresAtMs ? entry.data : null;
  }

  override async has(key: string): Promise<boolean> {
    return (await this.get(key)) !== null;
  }

  override async set(key: string, data: unknown = null, lifetimeSeconds = 0): Promise<boolean> {
    const expiresAtMs = lifetimeSeconds > 0 ? Date.now() + lifetimeSeconds * 1_000 : Number.POSITIVE_INFINITY;
    this.#entries.set(key, { data, expiresAtMs });
    return true;
  }

  override async delete(key: string): Promise<boolean> {
    return this.#entries.delete(key);
  }
}
