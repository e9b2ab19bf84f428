/** A module of the built product. Types come from its source: `built<typeof import('../../src/x.ts')>('src/x.js')`. */
export function built<Module>(path: string): Promise<Module> {
  return import(new URL(`../../dist/${path}`, import.meta.url).href) as Promise<Module>;
}
