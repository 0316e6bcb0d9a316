import { existsSync, globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from '@jest/globals';

/** Room → rooms it may import from: the table of `docs/architecture.md`. `functions/` and `cli` stand outside. */
const roomsOf: Readonly<Record<string, readonly string[]>> = {
  model: [],
  // How outside documents are read, shared by the rooms that read them: bounded JSON, places of faults, ARM's answers.
  input: ['model'],
  discover: ['model', 'input'],
  collect: ['model', 'input'],
  casefolder: ['model', 'input', 'discover', 'collect'],
  'load-balancing': ['model'],
  placement: ['model'],
  facts: ['model', 'load-balancing', 'placement'],
  traffic: ['model', 'load-balancing', 'placement', 'facts'],
  fixes: ['model', 'load-balancing', 'placement', 'facts', 'traffic'],
  rules: ['model', 'load-balancing', 'placement', 'facts', 'traffic', 'fixes'],
  findings: ['model', 'load-balancing', 'placement', 'facts', 'traffic', 'fixes', 'rules'],
  policy: ['model', 'findings'],
  history: ['model', 'findings'],
  report: ['model', 'findings', 'policy', 'history', 'traffic'],
  // A message is a function of the report, as every format is.
  notify: ['model', 'findings', 'policy', 'history', 'report', 'traffic'],
  audit: [
    'model',
    'input',
    'discover',
    'collect',
    'casefolder',
    'facts',
    'traffic',
    'fixes',
    'rules',
    'findings',
    'policy',
    'history',
    'report',
  ],
  plan: [
    'model',
    'input',
    'casefolder',
    'collect',
    'load-balancing',
    'placement',
    'facts',
    'traffic',
    'fixes',
    'rules',
    'findings',
  ],
  tools: ['model', 'audit', 'plan', 'report', 'rules', 'fixes', 'findings', 'traffic'],
  service: ['*'],
  cli: ['audit', 'service', 'report', 'notify', 'rules', 'plan', 'tools'],
};

/** Room → packages it may import, `node:` builtins as `node:*` or by name. */
const packagesOf: Readonly<Record<string, readonly string[]>> = {
  model: [],
  input: ['@azure/core-rest-pipeline'],
  discover: [
    '@azure/arm-containerservice',
    '@azure/arm-resourcegraph',
    '@azure/core-rest-pipeline',
    'node:*',
  ],
  collect: [
    '@azure/arm-network',
    '@azure/arm-resourcegraph',
    '@azure/core-rest-pipeline',
    '@azure/monitor-query-metrics',
    'p-limit',
    'undici',
    'yaml',
    'node:*',
  ],
  casefolder: ['@azure/core-rest-pipeline', 'tar-stream', 'yaml', 'yauzl', 'node:*'],
  'load-balancing': [],
  placement: [],
  facts: [],
  traffic: [],
  fixes: [],
  rules: [],
  findings: ['node:crypto'],
  policy: ['yaml', 'zod', 'node:*'],
  history: ['@azure/data-tables', '@azure/storage-blob', '@azure/storage-queue', 'node:*'],
  report: ['node:*'],
  notify: ['@slack/web-api', 'node:*'],
  audit: ['@azure/identity', '@azure/core-rest-pipeline', 'p-limit', 'node:*'],
  plan: ['yaml', 'node:*'],
  tools: ['@modelcontextprotocol/sdk', 'zod', 'node:*'],
  service: ['*'],
  cli: ['node:*'],
};

const root = path.join(import.meta.dirname, '..');
const files = globSync('shared/*/**/*.ts', { cwd: root }).toSorted();

describe('every file keeps to its room', () => {
  test('there are files to look at', () => {
    expect(files.length).toBeGreaterThan(20);
  });

  test.each(files)('%s', (file) => {
    const room = file.split(path.sep)[1] ?? '';
    const bad = importsOf(file).filter((specifier) => !allowed(room, file, specifier));
    expect(bad).toEqual([]);
  });
});

describe('no file leads back to itself', () => {
  const all = globSync('{shared,functions,simulator,scripts}/**/*.ts', { cwd: root });
  const targets = new Map(all.map((file) => [file, importedFiles(file)]));

  test('types included', () => {
    expect(all.length).toBeGreaterThan(500);
    expect(ringsIn(targets)).toEqual([]);
  });

  test('one that does is named, with all files on the way', () => {
    const ring = new Map([...targets, ['a', ['b']], ['b', ['c', 'd']], ['c', ['a']], ['d', []]]);
    expect(ringsIn(ring)).toEqual([['a', 'b', 'c']]);
  });
});

const functionFiles = globSync('functions/**/*.ts', { cwd: root }).toSorted();

describe('functions are thin', () => {
  test.each(functionFiles.length > 0 ? functionFiles : ['(none yet)'])('%s', (file) => {
    if (!functionFiles.includes(file)) return;
    const bad = importsOf(file).filter(
      (specifier) =>
        specifier !== '@azure/functions' &&
        !/^(?:\.\.\/)+shared\/service\//u.test(specifier) &&
        path.dirname(path.join(path.dirname(file), specifier)).split(path.sep)[0] !== 'functions',
    );
    expect(bad).toEqual([]);
  });
});

test('comments cite pages that are in the repository, by their path', () => {
  const sources = globSync('{shared,functions,simulator,scripts}/**/*.ts', { cwd: root });
  const missing = sources.flatMap((file) =>
    [
      ...readFileSync(path.join(root, file), 'utf8').matchAll(/^\s*(?:\/\*\*|\*|\/\/).*$/gmu),
    ].flatMap(([comment]) =>
      [...comment.matchAll(/(?<![<\w/-])(?:[\w-]+\/)*[\w-]+\.md\b/gu)]
        .map(([page]) => page)
        .filter((page) => !existsSync(path.join(root, page)))
        .map((page) => `${file}: ${page}`),
    ),
  );
  expect(missing).toEqual([]);
});

test('links between pages lead somewhere, to a heading where they name one', () => {
  const pages = globSync('{*.md,{docs,shared,infra,scripts,.github}/**/*.md}', { cwd: root });
  expect(pages.length).toBeGreaterThan(80);
  expect(pages.flatMap(deadLinks)).toEqual([]);
});

test.each(['[a](no-such-page.md)', '[a](README.md#no-such-heading)'])('%s is dead', (text) => {
  expect(linksOf('x.md', text).filter(isDead)).toHaveLength(1);
});

function deadLinks(page: string): readonly string[] {
  return linksOf(page, readFileSync(path.join(root, page), 'utf8'))
    .filter(isDead)
    .map(({ file, heading }) => `${page}: ${file} ${heading}`);
}

interface Link {
  readonly file: string;
  /** `''` = the page as a whole. */
  readonly heading: string;
}

/** Links to files of the repository, without those in blocks of code. */
function linksOf(page: string, text: string): readonly Link[] {
  const prose = text.replaceAll(/```[\s\S]*?```/gu, '');
  return [...prose.matchAll(/\]\(([^)\s]+)\)/gu)]
    .map(([, link = '']) => link)
    .filter((link) => !/^[a-z]+:/u.test(link))
    .map((link) => {
      const [file = '', heading = ''] = link.split('#');
      return { file: file === '' ? page : path.join(path.dirname(page), file), heading };
    });
}

function isDead({ file, heading }: Link): boolean {
  const place = path.join(root, file);
  if (!existsSync(place)) return true;
  return heading !== '' && !headingsOf(readFileSync(place, 'utf8')).includes(heading);
}

/** Headings as GitHub writes them in addresses. */
function headingsOf(text: string): readonly string[] {
  return [...text.matchAll(/^#+\s+(.*)$/gmu)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
      .trim()
      .replaceAll(' ', '-'),
  );
}

/** What is worked out once and never changes. */
const memos = ['shared/input/cursor.ts', 'shared/policy/issue-text.ts'];

test('no module holds a variable, nor a map or set that fills, but a memo', () => {
  const sources = globSync('{shared,functions}/**/*.ts', { cwd: root }).toSorted();
  const holding = sources.filter((file) =>
    /^(?:export )?(?:(?:let|var) |const \w+(?:: (?:Map|Set)\b[^=\n]*)? = new (?:Map|Set)(?:<[^;]*>)?\(\);)/mu.test(
      readFileSync(path.join(root, file), 'utf8'),
    ),
  );
  expect(holding).toEqual(memos);
});

/** Specifiers of `import`, `export … from` and `import(…)`, types included. */
function importsOf(file: string): readonly string[] {
  const text = readFileSync(path.join(root, file), 'utf8');
  const pattern = /(?:\bfrom\s+|\bimport\s*\(\s*|^\s*import\s+)['"]([^'"]+)['"]/gmu;
  return [...text.matchAll(pattern)].flatMap((match) => match[1] ?? []);
}

function allowed(room: string, file: string, specifier: string): boolean {
  const rooms = roomsOf[room];
  const packages = packagesOf[room];
  if (rooms === undefined || packages === undefined) return false;
  if (specifier.startsWith('.')) {
    const target = path.relative(root, path.resolve(root, path.dirname(file), specifier));
    const [top, targetRoom] = target.split(path.sep);
    if (top !== 'shared' || targetRoom === undefined)
      return rooms.includes('*') && !target.startsWith('..');
    return (
      targetRoom === room ||
      (rooms.includes('*') && targetRoom !== 'cli') ||
      rooms.includes(targetRoom)
    );
  }
  if (packages.includes('*')) return true;
  if (specifier.startsWith('node:'))
    return packages.includes('node:*') || packages.includes(specifier);
  return packages.some((name) => specifier === name || specifier.startsWith(`${name}/`));
}

/** The project's own files that one imports. */
function importedFiles(file: string): readonly string[] {
  return importsOf(file)
    .filter((specifier) => specifier.startsWith('.'))
    .map((specifier) => path.join(path.dirname(file), specifier));
}

/** Groups of files each of which leads to all the others (strongly connected, by Tarjan), in order. */
function ringsIn(targets: ReadonlyMap<string, readonly string[]>): readonly (readonly string[])[] {
  const order = new Map<string, number>();
  const lowest = new Map<string, number>();
  const under: string[] = [];
  const rings: string[][] = [];
  const visit = (file: string): number => {
    const own = order.size;
    order.set(file, own);
    lowest.set(file, own);
    under.push(file);
    for (const target of targets.get(file) ?? []) {
      const seen = order.get(target);
      const reach = seen === undefined ? visit(target) : under.includes(target) ? seen : own;
      lowest.set(file, Math.min(lowest.get(file) ?? own, reach));
    }
    const low = lowest.get(file) ?? own;
    if (low === own) {
      const ring = under.splice(under.indexOf(file));
      if (ring.length > 1) rings.push(ring.toSorted());
    }
    return low;
  };
  for (const file of targets.keys()) if (!order.has(file)) visit(file);
  return rings;
}
