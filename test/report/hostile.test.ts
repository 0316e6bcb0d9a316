/* oxlint-disable no-control-regex -- control characters are what is looked for */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { planJson } from '../../shared/cli/plan.ts';
import { planMarkdown } from '../../shared/cli/plan/markdown.ts';
import { planSarif } from '../../shared/cli/plan/sarif.ts';
import { planText } from '../../shared/cli/plan/text.ts';
import {
  migrationJson,
  migrationMarkdown,
  migrationText,
  render,
  type Report,
} from '../../shared/report/index.ts';
import { columns } from '../../shared/report/text/width.ts';
import { readCsv } from './csv-reader.ts';
import { ownCase } from '../engine/case-file.ts';
import { planOf, readCase } from '../plan/read-case.ts';
import {
  hostilePlan,
  hostileStrings,
  poisoned,
  textFields,
  untrusted,
  withEveryField,
} from './hostile.ts';
import { readOpenMetrics } from './openmetrics-reader.ts';
import { readSarif } from './sarif-check.ts';
import { fleetReport } from './samples.ts';

const whole = withEveryField(fleetReport);
const plan = await planOf(await readCase(ownCase('seed-2-basic-cluster')), {
  manifests: `apiVersion: v1
kind: Service
metadata: { name: echo-service }
spec:
  type: LoadBalancer
  externalTrafficPolicy: Local
  selector: { app: echo-deployment }
  ports: [{ port: 80, targetPort: 8080 }, { port: 53, protocol: UDP }]
---
apiVersion: apps/v1
kind: Deployment
metadata: { name: echo-deployment }
spec:
  replicas: 4
  selector: { matchLabels: { app: echo-deployment } }
  template:
    metadata: { labels: { app: echo-deployment } }
    spec: { containers: [{ name: web, image: web }] }
---
kind: Service
metadata: { name: without-version }
`,
});
const clean = poisoned(whole, 'word');

const obeyed =
  /[\u0000-\u0009\u000B-\u001F\u007F-\u009F\u061C\u200B-\u200F\u2028-\u202E\u2060-\u2069\uFEFF]/gu;

test('every field that may be hostile is in the report that is tried, and in its schema', () => {
  const schema = readFileSync('shared/report/report.schema.json', 'utf8');
  const tried = JSON.stringify(clean);
  // In no report that is stored or printed.
  const fields = Object.keys(textFields).filter(
    (field) => !['plainName', 'seenOnce', 'faultKeys', 'loadBalancers'].includes(field),
  );
  expect(fields.filter((field) => !schema.includes(`"${field}"`))).toEqual([]);
  expect(fields.filter((field) => untrusted.has(field) && !tried.includes(`"${field}":`))).toEqual(
    [],
  );
});

test('there are forty of them, and they get everywhere', () => {
  expect(new Set(hostileStrings).size).toBe(40);
  expect(JSON.stringify(clean).match(/"word/gu)?.length).toBeGreaterThan(350);
});

describe.each(hostileStrings.map((text) => ({ text, name: JSON.stringify(text) })))(
  '$name',
  ({ text }) => {
    const bad = poisoned(whole, text);

    test('is no formula and breaks no line of CSV', () => {
      const rows = readCsv(render(bad, 'csv'));
      const before = readCsv(render(clean, 'csv'));
      expect(rows.map((row) => row.length)).toEqual(before.map((row) => row.length));
      const cells = rows.flatMap((row) => row.flatMap((cell) => cell.split(';')));
      expect(
        cells.filter((cell) => /^["\s]*[=+\-@|%\t\r\u0000\uFF1D\uFF0B\uFF0D\uFF20]/u.test(cell)),
      ).toEqual([]);
    });

    test('leaves the tables of Markdown whole and makes no link, mention or tag', () => {
      const lines = render(bad, 'markdown').split('\n');
      const before = render(clean, 'markdown').split('\n');
      expect(lines.map(cellCount)).toEqual(before.map(cellCount));
      const plain = lines
        .map((line) => line.replace(/^(?:#+|>) /u, '').replaceAll(/\\./gu, ''))
        .join('\n');
      expect(plain.match(/[<>`[\]*~$]|#|@|https?:\/\/|www\.(?!\u200B)/gu)).toBeNull();
    });

    test('is a text of SARIF like any other', () => {
      const { faults, log } = readSarif(render(bad, 'sarif'));
      expect(faults).toEqual([]);
      expect(log.runs[0]?.results).toHaveLength(4);
    });

    test('is a label of OpenMetrics like any other', () => {
      const families = readOpenMetrics(render(bad, 'openmetrics'));
      expect(families.map(({ name }) => name)).toEqual(
        readOpenMetrics(render(clean, 'openmetrics')).map(({ name }) => name),
      );
    });

    test('comes out of JSON and NDJSON as it went in, with nothing raw to obey', () => {
      const json = render(bad, 'json');
      expect(JSON.parse(json)).toEqual(JSON.parse(JSON.stringify(bad)));
      expect(json.match(obeyed)).toBeNull();
      const lines = render(bad, 'ndjson').split('\n');
      expect(lines).toHaveLength(bad.clusters.length + 2);
      for (const line of lines.slice(0, -1)) expect(typeof JSON.parse(line)).toBe('object');
    });

    test('leaves the tables of a migration and of a plan whole, with nothing to obey', () => {
      const harmless = hostilePlan(plan, 'word');
      const evil = hostilePlan(plan, text);
      for (const [printed, before] of [
        [migrationMarkdown(bad), migrationMarkdown(clean)],
        [planMarkdown(evil), planMarkdown(harmless)],
      ] as const) {
        expect(printed.split('\n').map(cellCount)).toEqual(before.split('\n').map(cellCount));
        expect(loose(printed)).toEqual(loose(before));
      }
      for (const printed of [
        migrationText(bad),
        planText(evil, false),
        migrationJson(bad),
        planJson(evil),
      ])
        expect(printed.match(obeyed)).toBeNull();
      expect(JSON.parse(migrationJson(bad))).toHaveLength(bad.clusters.length);
      expect(JSON.parse(planJson(evil))).toMatchObject(JSON.parse(JSON.stringify(evil)));
      expect(readSarif(planSarif(evil), /^/u).faults).toEqual([]);
    });

    test('stays a text on a terminal, in its columns', () => {
      const printed = render(bad, 'text', { text: { width: 80, colour: false } });
      expect(printed.match(obeyed)).toBeNull();
      // Commands are for pasting: they are broken between arguments only.
      const sentences = render(withoutSteps(bad), 'text', { text: { width: 80, colour: false } });
      expect(Math.max(...sentences.split('\n').map((line) => columns(line)))).toBeLessThanOrEqual(
        80,
      );
    });
  },
);

function withoutSteps(report: Report): Report {
  const clusters = report.clusters.map((cluster) => ({
    ...cluster,
    findings: cluster.findings.map((finding) => ({
      ...finding,
      fixes: finding.fixes.map((fix) => ({ ...fix, steps: [] })),
    })),
  }));
  return { ...report, clusters };
}

/** What Markdown makes more of than text, less what a line begins with. */
function loose(text: string): readonly string[] {
  const plain = text
    .split('\n')
    .map((line) => line.replace(/^(?:#+ |> |- |<!--.*-->$)/u, '').replaceAll(/\\./gu, ''))
    .join('\n');
  return plain.match(/[<>`[\]~$]|#|@|https?:\/\/|www\.(?!\u200B)/gu) ?? [];
}

/** Cells of a line of a table: bars that no backslash escapes. */
function cellCount(line: string): number {
  return line.replaceAll(/\\./gu, '').split('|').length;
}
