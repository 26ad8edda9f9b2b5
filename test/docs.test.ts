import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';

const read = (path: string) => readFileSync(path, 'utf8');
const markdown = (folder: string) =>
  readdirSync(folder)
    .filter((name) => name.endsWith('.md'))
    .map((name) => join(folder, name));
const PAGES = ['.', 'docs', 'docs/decisions'].flatMap(markdown);

const variables = [...read('src/config.ts').matchAll(/^ {2}([A-Z][A-Z_0-9]+):/gm)].map(
  (match) => match[1] ?? '',
);

describe('the settings', () => {
  it.each(['README.md', '.env.example'])('are all in %s, and no others', (page) => {
    expect(variables).toContain('DATABASE_URL');
    const settings = read(page).matchAll(
      page === 'README.md' ? /`([A-Z]+_[A-Z_0-9]+)`/g : /^(?:# )?([A-Z][A-Z_0-9]+)=/gm,
    );
    expect([...new Set([...settings].map((match) => match[1]))].sort()).toEqual([...variables].sort());
  });
});

describe.each(PAGES)('%s', (page) => {
  const text = read(page);

  it('has only links that lead somewhere', () => {
    const links = [...text.matchAll(/\]\((?!https?:|#)([^)#\s]+)/g)].map((match) => match[1] ?? '');
    expect(links.filter((link) => !existsSync(join(dirname(page), link)))).toEqual([]);
  });

  it('names only npm scripts that exist', () => {
    const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> };
    const named = [...text.matchAll(/npm (?:run ([\w:-]+)|(start|test)\b)/g)].map(
      (match) => match[1] ?? match[2] ?? '',
    );
    expect(named.filter((script) => !(script in scripts))).toEqual([]);
  });
});

describe('the gallery', () => {
  const shown = [...read('docs/gallery.md').matchAll(/\]\(gallery\/([^)]+)\)/g)].map(
    (match) => match[1] ?? '',
  );
  const drawn = readdirSync('docs/gallery');

  it('shows every kind of picture that there is', () => {
    const kinds = readdirSync('src/report/charts').flatMap((file) =>
      [...read(join('src/report/charts', file)).matchAll(/\bfileName: ['`]([a-z-]+)(?:\.png'|-\$)/g)].map(
        (match) => match[1] ?? '',
      ),
    );
    expect(kinds).toContain('row');
    expect(kinds.filter((kind) => !shown.some((name) => name.endsWith(`-${kind}.png`)))).toEqual([]);
  });

  it('holds no picture that its page does not show, and is light', () => {
    expect(drawn.sort()).toEqual([...shown].sort());
    const bytes = drawn.reduce((sum, name) => sum + statSync(join('docs/gallery', name)).size, 0);
    expect(bytes).toBeLessThan(4_000_000);
  });
});
