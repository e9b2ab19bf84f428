/** Everything here is invented: ids have the shape WeCom gives them, no value was ever real. */
export const CORPS = 200;
export const SUITE_ID = 'ww5uitepostbench01';
export const SUITE_SECRET = 'bench-suite-secret-not-a-real-one-000000000';
export const PROVIDER_CORP_ID = 'wwprovider00bench1';
export const CALLBACK_TOKEN = 'benchCallbackToken';
export const ENCODING_AES_KEY = 'benchAesKey0123456789abcdefghijklmnopqrstuv';
export const MINI_PROGRAM_APPID = 'wx00000000000be4c4';
export const SUITE_TICKET = 'bench-suite-ticket';

export interface BenchCorp {
  readonly corpId: string;
  readonly permanentCode: string;
  readonly agentId: number;
}

export function benchCorps(count = CORPS): BenchCorp[] {
  return Array.from({ length: count }, (_, index) => {
    const number = String(index).padStart(4, '0');
    return {
      corpId: `wpBenchCorp${number}AAAAAAAAAAAAAAAAA`,
      permanentCode: `bench-permanent-code-${number}-AAAAAAAAAAAAAAAAAAAAAA`,
      agentId: 1_000_000 + index,
    };
  });
}
