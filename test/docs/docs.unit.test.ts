import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from '@jest/globals';

const PAGES = [
  'README.md',
  'README.zh-CN.md',
  'CONTRIBUTING.md',
  'CHANGELOG.md',
  'simulator/README.md',
  'bench/README.md',
  ...globSync('docs/**/*.md'),
];

describe('the documentation', () => {
  it.each(PAGES)('%s links to nothing that is not there', (page) => {
    const links = [...readFileSync(page, 'utf8').matchAll(/\]\(([^)#\s]+)[^)]*\)/g)].map((match) => match[1] ?? '');
    const missing = links.filter((link) => !/^[a-z]+:/.test(link) && !existsSync(join(dirname(page), link)));
    expect(missing).toEqual([]);
  });

  it.each(PAGES)('%s names no file of ours that is not there', (page) => {
    const named = [
      ...readFileSync(page, 'utf8').matchAll(
        /`((?:src|test|migrations|simulator|bench|docs)\/[\w./-]+\.(?:ts|mjs|md|svg|js))`/g,
      ),
    ];
    const missing = named.map((match) => match[1] ?? '').filter((path) => !existsSync(path));
    expect(missing).toEqual([]);
  });

  it('has one page for the architecture, and a picture on it', () => {
    const page = readFileSync('docs/architecture.md', 'utf8');
    expect(page).toContain('](architecture.svg)');
    for (const module of globSync('src/modules/*/').map((path) => path.split('/')[2]))
      expect(page).toContain(`src/modules/${module}`);
  });
});
