import { BlockList, isIP } from 'node:net';

const CIDR = /^(?<address>[0-9a-fA-F.:]+)(?:\/(?<prefix>\d{1,3}))?$/;

/** Networks in CIDR notation, or single addresses. */
export class Networks {
  readonly #list = new BlockList();

  /** @throws RangeError naming the entry that is not a network */
  constructor(cidrs: readonly string[]) {
    for (const cidr of cidrs) {
      const { address = '', prefix } = CIDR.exec(cidr)?.groups ?? {};
      const family = isIP(address);
      const bits = prefix === undefined ? widthOf(family) : Number(prefix);
      if (family === 0 || bits > widthOf(family)) throw new RangeError(`not a network in CIDR notation: ${cidr}`);
      this.#list.addSubnet(address, bits, family === 4 ? 'ipv4' : 'ipv6');
    }
  }

  /** An IPv4 address as a dual-stack socket writes it (`::ffff:192.0.2.1`) counts as that IPv4 address. */
  has(address: string): boolean {
    const plain = address.startsWith('::ffff:') && isIP(address.slice(7)) === 4 ? address.slice(7) : address;
    const family = isIP(plain);
    return family !== 0 && this.#list.check(plain, family === 4 ? 'ipv4' : 'ipv6');
  }
}

function widthOf(family: number): number {
  return family === 6 ? 128 : 32;
}
