import { describe, expect, test } from '@jest/globals';
import { readCsv } from './csv-reader.ts';
import { readOpenMetrics } from './openmetrics-reader.ts';
import { render, type Report } from '../../shared/report/index.ts';
import { buildReport } from '../../shared/report/build.ts';
import { auditSnapshot } from '../../shared/audit/audit-snapshot.ts';
import { coverageOf } from '../../shared/collect/index.ts';
import { read } from '../../shared/model/index.ts';
import { digest } from '../../shared/notify/messages/digest.ts';
import {
  backendHealth,
  cluster,
  metrics,
  node,
  resourceChange,
  ruleHealth,
  service,
  steady,
} from '../builders/index.ts';

const nodes = ['system-0', 'user-0', 'user-1'].map((name) => node(name));
const status = 'Down_Probe_HttpStatusCodeError';

/** Of 12,270 connections a minute Azure delivers none: every backend fails its probe. */
const snapshot = cluster({
  nodes,
  backendHealth: [ruleHealth(nodes.map((each) => backendHealth(each, status)))],
  loadBalancerMetrics: [metrics({ traffic: read([steady(12_270)]) })],
  resourceChanges: [resourceChange()],
});

function reportOf(given = snapshot): Report {
  return buildReport({
    version: '0.1.0',
    run: {
      id: 'run',
      trigger: 'cli',
      startedAt: '2026-11-23T06:00:00Z',
      finishedAt: '2026-11-23T06:00:04Z',
    },
    planned: 1,
    clusters: [auditSnapshot({ snapshot: given, coverage: coverageOf(given) })],
  });
}

describe('what Azure sees and counts', () => {
  test('stands in the terminal, under the picture and with the finding', () => {
    const text = render(reportOf(), 'text', { text: { width: 100, colour: false } });
    expect(text).toContain('about 12,270 connections a minute, 12,270 a day before');
    expect(text).toContain('Azure sees 0 of 3 backends up (2 predicted)');
    expect(text).toContain('the HTTP probe gets a status other than 200');
    expect(text).toContain('about 12,270 connections a minute lost');
    expect(text).toMatch(/change +kubernetes, 2026-11-23 05:50 UTC/u);
  });

  test('is two columns of the Markdown table', () => {
    const text = render(reportOf(), 'markdown');
    expect(text).toContain('| Lost | Now | Azure | Verdict |');
    expect(text).toContain('about 12,270 connections a minute lost');
  });

  test('is three families of OpenMetrics', () => {
    const text = render(reportOf(), 'openmetrics');
    expect(text).toMatch(/^evenkeel_port_offered_per_minute\{.*unit="connections"\} 12270$/mu);
    expect(text).toMatch(/^evenkeel_port_lost_per_minute\{.*\} 12270$/mu);
    expect(text).toMatch(/^evenkeel_port_backends_up\{.*source="azure"\} 0$/mu);
    expect(text).toMatch(/^evenkeel_port_backends_up\{.*source="predicted"\} 2$/mu);
  });

  test('has its labels escaped in OpenMetrics', () => {
    const named = { ...snapshot, name: 'a"b\\c\nd' };
    const families = readOpenMetrics(render(reportOf(named), 'openmetrics'));
    const samples = families
      .filter(({ name }) => /_per_minute$|_backends_up$/u.test(name))
      .flatMap((each) => each.samples);
    expect(samples).toHaveLength(4);
    expect(new Set(samples.map(({ labels }) => labels.get('cluster')))).toEqual(
      new Set(['a"b\\c d']),
    );
  });

  test('is columns of the CSV, as numbers', () => {
    const [head = [], ...rows] = readCsv(render(reportOf(), 'csv'));
    const cell = (row: readonly string[], name: string) => row[head.indexOf(name)];
    const hurt = rows.filter((row) => cell(row, 'harm') !== '');
    expect(
      hurt.map((row) => [cell(row, 'harm'), cell(row, 'harm per minute'), cell(row, 'harm unit')]),
    ).toContainEqual(['lost', '12270', 'connections']);
    expect(hurt.map((row) => cell(row, 'azure'))).toContainEqual(
      expect.stringMatching(/^verified 2026-/u),
    );
  });

  test('is a line of the digest in Slack, without anybody by name', () => {
    const text = JSON.stringify(digest(reportOf()));
    expect(text).toContain('*Lost now*\\nabout 12,270 connections a minute');
    expect(text).not.toContain('alice');
  });

  test('is in the HTML page: a ring for each backend, what is lost, and what was changed', () => {
    const html = render(reportOf(), 'html');
    for (const map of ['wide', 'narrow'])
      expect(html).toMatch(
        new RegExp(`<svg class="map ${map}"(?:(?!</svg>)[^])*class="seen down-unexpected"`, 'u'),
      );
    expect(html).toContain('All of about 12,270 connections a minute are lost.');
    expect(html).toContain('Last change:');
    expect(html).not.toContain('alice');
  });

  test('is nowhere in a report of saved answers', () => {
    const plain = reportOf(cluster({ services: [service()] }));
    for (const format of ['text', 'markdown', 'openmetrics', 'html'] as const)
      expect(render(plain, format)).not.toMatch(/Azure sees|a minute|_per_minute|class="seen/u);
  });
});
