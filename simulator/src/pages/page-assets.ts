import { readFileSync } from 'node:fs';

const types: Readonly<Record<string, string>> = {
  'base.css': 'text/css; charset=utf-8',
  'index.css': 'text/css; charset=utf-8',
  'install.css': 'text/css; charset=utf-8',
  'phone.css': 'text/css; charset=utf-8',
  'side-panel.css': 'text/css; charset=utf-8',
  'phone.js': 'text/javascript; charset=utf-8',
  'icon.svg': 'image/svg+xml',
};
const folder = new URL('../../assets/', import.meta.url);
const loaded = new Map<string, Buffer>();

/** Only the listed files are ever read. */
export function pageAsset(name: string): { type: string; bytes: Buffer } | null {
  const type = Object.hasOwn(types, name) ? types[name] : undefined;
  if (type === undefined) return null;
  const bytes = loaded.get(name) ?? readFileSync(new URL(name, folder));
  loaded.set(name, bytes);
  return { type, bytes };
}
