import { existsSync, globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { parseAllDocuments } from 'yaml';
import { camelCase } from '../../scripts/rules/name.ts';
import { families } from '../../scripts/rules/families.ts';
import { indexPage } from '../../scripts/rules/index-page.ts';
import { allRules, type Severity } from '../../shared/rules/index.ts';
import { catalogue } from './catalogue.ts';

const root = path.join(import.meta.dirname, '..', '..');
const headings = [
  'What it finds',
  'Why it matters',
  'Example that fires',
  'Example that is fine',
  'How to fix',
  'When to exempt',
  'Source',
];
const rules = allRules.map((rule) => ({ id: rule.meta.id, rule }));

function text(file: string): string {
  return readFileSync(path.join(root, file), 'utf8');
}

/** The sections of a page by heading, in their order. */
function sectionsOf(id: string): ReadonlyMap<string, string> {
  const [, ...parts] = text(`shared/rules/${id}.md`).split(/^## /mu);
  return new Map(
    parts.map((part) => {
      const end = part.indexOf('\n');
      return [part.slice(0, end), part.slice(end).trim()] as const;
    }),
  );
}

describe('the registry', () => {
  test('holds each rule once, by family and stem', () => {
    const ids = rules.map(({ id }) => id);
    expect(ids).toEqual([...new Set(ids)].toSorted());
  });

  test('holds a rule for every page, and a page for every rule', () => {
    const pages = globSync('shared/rules/*/*.md', { cwd: root }).map((file) =>
      file.replace(/^shared\/rules\/(.*)\.md$/u, '$1'),
    );
    expect(pages.toSorted()).toEqual(rules.map(({ id }) => id));
  });

  test.each(rules)('$id: the id is the path of its file', async ({ id, rule }) => {
    const [family = '', stem = ''] = id.split('/');
    expect([...families.keys()]).toContain(family);
    const module = (await import(`../../shared/rules/${id}.ts`)) as Readonly<
      Record<string, unknown>
    >;
    expect(module[camelCase(stem)]).toBe(rule);
  });

  test.each(rules)('$id: texts for people', ({ rule: { meta } }) => {
    expect(meta.title).not.toMatch(/[.!]$/u);
    expect(meta.title.length).toBeLessThanOrEqual(80);
    expect(meta.why).toMatch(/\.$/u);
    expect(meta.remedy).toMatch(/\.$/u);
    expect(meta.source).not.toMatch(/\.$|\.md\b/u);
  });

  test.each(rules)('$id: has a test, and nothing is left of the template', ({ id }) => {
    const files = [`shared/rules/${id}.ts`, `shared/rules/${id}.md`, `test/rules/${id}.test.ts`];
    expect(files.filter((file) => !existsSync(path.join(root, file)))).toEqual([]);
    expect(files.filter((file) => /\bsay here\b/iu.test(text(file)))).toEqual([]);
  });
});

describe('the page of a rule', () => {
  test.each(rules)('$id: title and sections', ({ id }) => {
    expect(text(`shared/rules/${id}.md`).split('\n')[0]).toMatch(`# \`${id}\`: `);
    const sections = sectionsOf(id);
    expect([...sections.keys()]).toEqual(headings);
    expect([...sections].filter(([, body]) => body === '').map(([name]) => name)).toEqual([]);
  });

  test.each(rules)('$id: examples are whole documents', ({ id }) => {
    const sections = sectionsOf(id);
    const examples = ['Example that fires', 'Example that is fine'].flatMap((name) =>
      [...(sections.get(name) ?? '').matchAll(/```(\w+)\n(.*?)```/gsu)].map(
        ([, language, body]) => ({
          language,
          body: body ?? '',
        }),
      ),
    );
    expect(examples.length).toBeGreaterThanOrEqual(2);
    expect(examples.filter(({ language }) => !['yaml', 'json'].includes(language ?? ''))).toEqual(
      [],
    );
    // JSON is YAML too.
    const documents = examples.flatMap(({ body }) => parseAllDocuments(body));
    expect(documents.flatMap((document) => document.errors)).toEqual([]);
  });

  test.each(rules)('$id: every fix has its trade-off', ({ id }) => {
    const fixes = (sectionsOf(id).get('How to fix') ?? '')
      .split('\n')
      .filter((line) => line.startsWith('- '));
    expect(fixes.length).toBeGreaterThan(0);
    expect(fixes.filter((line) => !line.includes('Trade-off: '))).toEqual([]);
  });

  test.each(rules)('$id: links between pages lead somewhere', ({ id }) => {
    const links = [...text(`shared/rules/${id}.md`).matchAll(/\]\((?!https:)([^)#]+)/gu)];
    const dead = links
      .map(([, link = '']) => path.join('shared', 'rules', path.dirname(id), link))
      .filter((file) => !existsSync(path.join(root, file)));
    expect(dead).toEqual([]);
  });
});

/**
 * Severities that came after the stage of their rule: `info` for what youth alone explains, and a
 * workload of which only some pods cannot be scheduled, among others.
 */
const addedLater: ReadonlyMap<string, readonly Severity[]> = new Map<string, readonly Severity[]>([
  ['traffic/no-traffic', ['info']],
  ['traffic/starved-endpoints', ['info']],
  ['traffic/lost-connections', ['info']],
  ['traffic/no-ready-endpoints', ['low']],
  ['backend/eligible-node-missing', ['low', 'info']],
  ['backend/leaving-node-is-member', ['low']],
  ['probe/overrides-local-health-check', ['low']],
  ['probe/http-root-path', ['high']],
  ['placement/unschedulable', ['medium']],
]);

describe('the catalogue', () => {
  test.each(rules)('$id: its severity is the one that reports rely on', ({ id, rule }) => {
    const row = catalogue.find((each) => each.id === id);
    expect({ id, severity: row?.severity }).toEqual({ id, severity: rule.meta.severity });
  });

  test('every rule of it is built', () => {
    expect(catalogue.map(({ id }) => id).toSorted()).toEqual(rules.map(({ id }) => id));
  });

  test('each rule is in it once, in a known family', () => {
    const ids = catalogue.map(({ id }) => id);
    expect(ids).toEqual([...new Set(ids)]);
    const known = [...families.keys()];
    expect(ids.filter((id) => !known.includes(id.split('/')[0] ?? ''))).toEqual([]);
  });

  const design = path.join(root, '..', 'shared', 'design', 'rules.md');
  const testDesign = existsSync(design) ? test : test.skip;
  testDesign('it is the table of the design', () => {
    const page = readFileSync(design, 'utf8');
    const ids = [...page.matchAll(/`([a-z-]+\/[a-z0-9-]+)`/gu)].map(([, id = '']) => id);
    expect([...new Set(ids)].toSorted()).toEqual(catalogue.map(({ id }) => id).toSorted());
    const rows = [...page.matchAll(/^\| `([^`]+)` \| ([^|]+) \| (\d) \|/gmu)];
    const designed = rows.map(([, id = '', severities = '', since]) => ({
      id,
      since: Number(since),
      severities: [...new Set(severities.match(/critical|high|medium|low|info/gu))].toSorted(),
    }));
    const ours = designed.map(({ id }) => {
      const row = catalogue.find((each) => each.id === id);
      const severities = row === undefined ? [] : [row.severity, ...row.also];
      const added = addedLater.get(id) ?? [];
      return {
        id,
        since: row?.since,
        severities: severities.filter((each) => !added.includes(each)).toSorted(),
      };
    });
    expect(ours).toEqual(designed);
    expect(rows.length).toBeGreaterThan(20);
  });
});

test('docs/rules.md is up to date (npm run rules-index)', () => {
  expect(text('docs/rules.md')).toBe(indexPage(allRules.map(({ meta }) => meta)));
});
