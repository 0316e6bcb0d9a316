import { existsSync, globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { pages as helpPages } from '../../shared/cli/help-pages.ts';
import { help } from '../../shared/cli/help.ts';
import { interactionNames } from '../../shared/service/interaction-settings.ts';
import { shape } from '../../shared/service/settings-shape.ts';

const root = path.join(import.meta.dirname, '..', '..');
const read = (file: string): string => readFileSync(path.join(root, file), 'utf8');
const pages = [
  'README.md',
  'CONTRIBUTING.md',
  'SECURITY.md',
  ...globSync('docs/*.md', { cwd: root }),
];
const readme = read('README.md').split('\n');

describe('the README', () => {
  test('begins with the two lines that do all the set-up', () => {
    const lines = readme.slice(1).filter((line) => line !== '');
    expect(lines[0]).toMatch(/^ {4}npm ci && npm start\b/u);
    expect(lines[1]).toMatch(/^ {4}npm ci && npm test\b/u);
  });

  test('is two screens', () => {
    expect(readme.length).toBeLessThan(100);
  });

  test('says the same version as package.json', () => {
    const { version } = JSON.parse(read('package.json')) as { version: string };
    for (const page of [...pages, 'docs/azure-pipelines.yml', 'azure.yaml'])
      for (const [, named] of read(page).matchAll(/evenkeel(?:-functions)?[-@:](\d+\.\d+\.\d+)/gu))
        expect({ page, named }).toEqual({ page, named: version });
  });
});

test('every link leads to a file that is there, and to a heading in it', () => {
  const broken = pages.flatMap((page) =>
    [...read(page).matchAll(/\]\(([^)\s]+)\)/gu)]
      .map(([, to = '']) => to)
      .filter((to) => !/^[a-z]+:/u.test(to) && !leadsSomewhere(page, to))
      .map((to) => `${page}: ${to}`),
  );
  expect(broken).toEqual([]);
});

function leadsSomewhere(page: string, to: string): boolean {
  const [file = '', anchor] = to.split('#');
  const target = file === '' ? page : path.join(path.dirname(page), decodeURI(file));
  if (!existsSync(path.join(root, target))) return false;
  if (anchor === undefined) return true;
  const headings = [...read(target).matchAll(/^#+ (.+)$/gmu)].map(([, text = '']) => slug(text));
  return headings.includes(anchor);
}

/** As GitHub makes the anchor of a heading. */
function slug(heading: string): string {
  return heading
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
    .replaceAll(/\s/gu, '-');
}

test('every npm script that a page names is there', () => {
  const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> };
  const named = pages.flatMap((page) =>
    [...read(page).matchAll(/npm run ([a-z][\w-]*)/gu)].map(([, name = '']) => name),
  );
  expect(named.length).toBeGreaterThan(10);
  expect(named.filter((name) => !(name in scripts))).toEqual([]);
});

test('every command and option of evenkeel that a page names is in the help', () => {
  const commands = new Set([...help.matchAll(/^ {2}evenkeel ([a-z]+)/gmu)].map(([, name]) => name));
  // Of messages, which troubleshooting quotes, some begin with the tool's name.
  const named = pages
    .filter((page) => !page.endsWith('troubleshooting.md'))
    .flatMap((page) =>
      [...read(page).matchAll(/(?:^ {4}|`)(?:npx )?evenkeel ([a-z]+)([^`#\n]*)/gmu)].map(
        ([, command = '', rest = '']) => ({ page, command, rest }),
      ),
    );
  expect(named.length).toBeGreaterThan(10);
  const wrong = named.flatMap(({ page, command, rest }) => [
    ...(commands.has(command) ? [] : [`${page}: evenkeel ${command}`]),
    ...[...rest.matchAll(/--[a-z][a-z-]+/gu)]
      .map(([option]) => option)
      .filter((option) => !`${help}${helpPages[command] ?? ''}`.includes(option))
      .map((option) => `${page}: evenkeel ${command} ${option}`),
  ]);
  expect(wrong).toEqual([]);
});

test('every setting is in docs/settings.md', () => {
  const page = read('docs/settings.md');
  for (const name of [...Object.keys(shape.shape), ...interactionNames])
    expect(page).toContain(`\`${name}\``);
});

test('every message of docs/troubleshooting.md is one that the code has', () => {
  const sources = [...globSync('{shared,scripts}/**/*.{ts,cjs}', { cwd: root })]
    .map(read)
    .join('\n');
  const messages = [...read('docs/troubleshooting.md').matchAll(/^\| `([^`]+)`/gmu)].map(
    ([, message = '']) => message,
  );
  expect(messages.length).toBeGreaterThan(10);
  // What stands between is filled in; npm's own line is npm's.
  const missing = messages
    .filter((message) => !message.startsWith('npm warn'))
    .filter(
      (message) =>
        !message
          .split(/\s*…\s*|\b\d[\d.]*\b/u)
          .every((part) => part.trim() === '' || sources.includes(part.trim())),
    );
  expect(missing).toEqual([]);
});
