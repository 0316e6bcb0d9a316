import { describe, expect, test } from '@jest/globals';
import {
  contentTypeOf,
  formatOfFile,
  formats,
  isFormat,
  render,
} from '../../shared/report/index.ts';
import { extensions } from '../../scripts/golden.ts';
import { readCsv } from './csv-reader.ts';
import { trendReport } from './html/samples.ts';
import { readOpenMetrics } from './openmetrics-reader.ts';
import { cluster, finding, report } from './builders.ts';
import {
  articleReport,
  blindCluster,
  deniedCluster,
  fleetReport,
  lossyCluster,
} from './samples.ts';
import { readSarif } from './sarif-check.ts';

describe('formats by name', () => {
  test('all of them have a text, a type and a file name that leads back', () => {
    expect(formats.toSorted()).toEqual(
      'csv html json junit markdown ndjson openmetrics sarif text'.split(' '),
    );
    for (const format of formats) {
      expect(render(articleReport, format).endsWith('\n')).toBe(true);
      expect(contentTypeOf(format)).toMatch(/^[a-z]+\/[a-z+-]+;.*charset=utf-8/u);
      expect(formatOfFile(`report${extensions[format]}`)).toBe(format);
    }
  });

  test.each(['xml', '', 'HTML', '__proto__', 'constructor'])('%p is none', (name) => {
    expect(isFormat(name)).toBe(false);
  });

  test('the same report gives the same text, whatever came before', () => {
    for (const format of formats)
      expect(render(structuredClone(fleetReport), format)).toBe(render(fleetReport, format));
  });
});

test.each(['text', 'markdown', 'html', 'sarif', 'json'] as const)(
  'what people should know of a run is in %s',
  (format) => {
    const notes = ['policy: line 3: <b>no</b> such rule'];
    const noted = { ...articleReport, run: { ...articleReport.run, notes } };
    expect(render(noted, format)).toContain('policy: line 3');
    expect(render(articleReport, format)).not.toContain('policy: line 3');
  },
);

describe('formats by file name', () => {
  test.each([
    ['report.html', 'html'],
    ['REPORT.HTM', 'html'],
    ['a/b.json', 'json'],
    ['out.sarif.json', 'sarif'],
    ['out.sarif', 'sarif'],
    ['x.ndjson', 'ndjson'],
    ['x.jsonl', 'ndjson'],
    ['README.md', 'markdown'],
    ['node/evenkeel.prom', 'openmetrics'],
    ['junit.xml', 'junit'],
    ['notes.txt', 'text'],
    ['report', undefined],
    ['report.pdf', undefined],
  ] as const)('%s: %s', (name, format) => {
    expect(formatOfFile(name)).toBe(format);
  });
});

describe('CSV', () => {
  test('has a line for each finding, each unread cluster and each rule without an answer', () => {
    const [head = [], ...rows] = readCsv(render(fleetReport, 'csv'));
    const record = rows.map((row) => row[head.indexOf('record')]);
    expect(Map.groupBy(record, (each) => each).get('finding')).toHaveLength(4);
    expect(Map.groupBy(record, (each) => each).get('not audited')).toHaveLength(2);
    expect(Map.groupBy(record, (each) => each).get('unknown')).toHaveLength(3);
  });

  test('keeps quotes, commas and the text of an exemption', () => {
    const [head = [], ...rows] = readCsv(render(trendReport, 'csv'));
    const column = (name: string): readonly (string | undefined)[] =>
      rows.map((row) => row[head.indexOf(name)]);
    expect(column('exemption')).toContain('until 2027-01-31: moves in January (shop)');
    expect(
      column('fix').filter((fix) => fix?.includes('externalTrafficPolicy: Cluster')),
    ).toHaveLength(1);
  });
});

describe('SARIF', () => {
  test('is whole, with levels and scores by severity', () => {
    const { log, faults } = readSarif(render(articleReport, 'sarif'));
    expect(faults).toEqual([]);
    expect(log.runs[0]?.results.map(({ level }) => level)).toEqual(['error', 'error', 'warning']);
    expect(log.runs[0]?.invocations[0]?.executionSuccessful).toBe(true);
    const scores = log.runs[0]?.tool.driver.rules.map(
      ({ properties }) => properties['security-severity'],
    );
    expect(scores).toEqual(['8.0', '5.5', '9.5']);
  });

  test('what could not be judged is no success', () => {
    const { log } = readSarif(render(report([blindCluster, deniedCluster], 3), 'sarif'));
    const [invocation] = log.runs[0]?.invocations ?? [];
    expect(invocation?.executionSuccessful).toBe(false);
    const notes = invocation?.toolExecutionNotifications.map(({ message }) => message.text) ?? [];
    expect(notes).toHaveLength(5);
    expect(notes.join('\n')).toContain('1 planned cluster gave no answer');
  });

  test('states become base line and suppression', () => {
    const { log, faults } = readSarif(render(trendReport, 'sarif'));
    expect(faults).toEqual([]);
    const states = log.runs[0]?.results.map(
      ({ baselineState, suppressions }) => `${baselineState} ${suppressions?.length ?? 0}`,
    );
    expect(states?.toSorted()).toEqual([
      'absent 0',
      'new 0',
      'new 0',
      'new 0',
      'new 0',
      'new 0',
      'unchanged 0',
      'unchanged 1',
    ]);
  });

  test('is cut at 5,000 by severity, and says so', () => {
    const findings = Array.from({ length: 5_200 }, (_, at) =>
      finding({
        fingerprint: at.toString(16).padStart(16, '0'),
        severity: at < 100 ? 'critical' : 'low',
      }),
    );
    const { log } = readSarif(
      render(report([cluster({ findings: findings.toReversed() })]), 'sarif'),
    );
    const [only] = log.runs;
    expect(only?.results).toHaveLength(5_000);
    expect(only?.results.filter(({ level }) => level === 'error')).toHaveLength(100);
    expect(only?.invocations[0]?.toolExecutionNotifications[0]?.message.text).toContain(
      '200 findings',
    );
  });
});

describe('OpenMetrics', () => {
  test('counts findings, clusters and what is lost', () => {
    const text = render(fleetReport, 'openmetrics');
    expect(
      valueOf(text, 'evenkeel_findings', { rule: 'traffic/starved-endpoints', cluster: 'aks-app' }),
    ).toBe(1);
    expect(valueOf(text, 'evenkeel_cluster_scanned', { cluster: 'aks-denied' })).toBe(0);
    expect(valueOf(text, 'evenkeel_clusters', { result: 'no-answer' })).toBe(1);
    expect(valueOf(text, 'evenkeel_port_lost_ratio', { cluster: 'aks-lossy' })).toBe(0.25);
    expect(
      valueOf(text, 'evenkeel_port_starved_endpoints', {
        service: 'echo-service',
        cluster: 'aks-app',
      }),
    ).toBe(2);
    expect(valueOf(text, 'evenkeel_run_duration_seconds', {})).toBe(4);
    expect(valueOf(text, 'evenkeel_last_success_timestamp_seconds', {})).toBe(
      Date.parse('2026-11-23T06:00:04Z') / 1_000,
    );
  });

  test('no cluster judged is no success, and a verdict not known is no sample', () => {
    const text = render(report([deniedCluster]), 'openmetrics');
    expect(valueOf(text, 'evenkeel_last_success_timestamp_seconds', {})).toBeUndefined();
    const blind = render(report([blindCluster]), 'openmetrics');
    expect(valueOf(blind, 'evenkeel_port_lost_ratio', {})).toBeUndefined();
  });

  test('clusters of one name are told apart by their resource groups', () => {
    const other = { ...lossyCluster, id: `${lossyCluster.id}-2`, resourceGroup: 'rg-neu' };
    const text = render(
      report([{ ...lossyCluster, resourceGroup: 'rg-weu' }, other]),
      'openmetrics',
    );
    for (const name of ['aks-lossy (rg-weu)', 'aks-lossy (rg-neu)']) {
      expect(valueOf(text, 'evenkeel_findings', { cluster: name })).toBe(1);
      expect(valueOf(text, 'evenkeel_cluster_scanned', { cluster: name })).toBe(1);
    }
  });

  test.each([
    { name: 'two snapshots of one cluster', clusters: [lossyCluster, lossyCluster], findings: 2 },
    {
      name: 'more ports than a family has series',
      clusters: Array.from({ length: 2_100 }, (_, at) => ({
        ...lossyCluster,
        name: `aks-${at}`,
        id: `${lossyCluster.id}-${at}`,
      })),
      findings: 2_100,
    },
  ])('of $name findings add up, and parts do not', ({ clusters, findings }) => {
    const text = render(report(clusters), 'openmetrics');
    const lost = lossyCluster.services[0]?.ports[0]?.lost ?? 0;
    expect(lost).toBeGreaterThan(0);
    expect(valueOf(text, 'evenkeel_findings', {})).toBe(findings);
    expect(valueOf(text, 'evenkeel_port_lost_ratio', {})).toBe(lost);
    expect(valueOf(text, 'evenkeel_cluster_scanned', {}) ?? 1).toBe(1);
  });

  test('a fleet of thousands stays within 2,000 series a family', () => {
    const clusters = Array.from({ length: 3_000 }, (_, at) =>
      cluster({ name: `aks-${at}`, findings: [finding()] }),
    );
    const text = render(report(clusters), 'openmetrics');
    for (const { samples } of readOpenMetrics(text))
      expect(samples.length).toBeLessThanOrEqual(2_000);
    expect(valueOf(text, 'evenkeel_findings', { severity: 'critical' })).toBe(3_000);
  });
});

describe('JUnit', () => {
  test('fails by finding, errs by what is not known, passes a clean cluster', () => {
    const text = render(fleetReport, 'junit');
    expect(text).toContain(
      '<testsuites name="evenkeel" tests="11" failures="4" errors="5" skipped="0">',
    );
    expect(text).toContain('<testcase classname="aks-even" name="audited"/>');
    expect(render(report([cluster({ result: 'skipped' })]), 'junit')).toContain('<skipped');
  });
});

function valueOf(
  text: string,
  family: string,
  labels: Readonly<Record<string, string>>,
): number | undefined {
  return readOpenMetrics(text)
    .find(({ name }) => name === family)
    ?.samples.find((sample) =>
      Object.entries(labels).every(([key, value]) => sample.labels.get(key) === value),
    )?.value;
}
