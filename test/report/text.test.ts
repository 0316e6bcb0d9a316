import { describe, expect, test } from '@jest/globals';
import { renderText } from '../../shared/report/text/text.ts';
import { columns } from '../../shared/report/text/width.ts';
import { cluster, endpoint, finding, port, report, service } from './builders.ts';
import { articleReport, blindCluster, crowdedCluster, fleetReport } from './samples.ts';

const plain = (given: Parameters<typeof renderText>[0], width = 100): string =>
  renderText(given, { width, colour: false });

describe('the report on a terminal', () => {
  test('shows the article: one pod with everything, two with nothing and why', () => {
    const text = plain(articleReport);
    expect(text).toContain('100/0/0  starves pods');
    expect(text).toMatch(/█{20} {3}100 % {2}echo-deployment-557c9d44c5-pqgvx/u);
    expect(text).toContain('not in the backend pool: a Basic load balancer takes one VM set');
    expect(text).toContain('evenkeel explain traffic/starved-endpoints');
    expect(text.replaceAll(/\s+/gu, ' ')).toContain('→ 33/33/33, even');
  });

  test.each([40, 57, 80, 100, 133, 200])('keeps to %i columns', (width) => {
    const longest = Math.max(
      ...plain(fleetReport, width)
        .split('\n')
        .map((line) => columns(line)),
    );
    expect(longest).toBeLessThanOrEqual(width);
  });

  test.each([
    { name: 'narrower than 40', width: 3 },
    { name: 'no number', width: Number.NaN },
    { name: 'wider than 200', width: 10_000 },
  ])('a width that is $name gives a report', ({ width }) => {
    expect(plain(articleReport, width)).toContain('starves pods');
  });

  test('colours only when asked', () => {
    expect(plain(fleetReport)).not.toContain('\u001B');
    expect(renderText(fleetReport, { width: 100, colour: true })).toContain('\u001B[31m');
  });

  test('takes colour away and nothing else', () => {
    const coloured = renderText(fleetReport, { width: 100, colour: true });
    // oxlint-disable-next-line no-control-regex -- the escape is what is looked for
    expect(coloured.replaceAll(/\u001B\[[\d;]*m/gu, '')).toBe(plain(fleetReport));
  });

  test('folds 40 pods into a dozen lines', () => {
    const text = plain(report([crowdedCluster]));
    const lines = text.split('\n');
    const from = lines.findIndex((line) => line.includes('checkout/checkout'));
    const to = lines.findIndex((line, at) => at > from && line === '');
    expect(to - from).toBeLessThanOrEqual(13);
    expect(text).toContain('and 30 more with 2.3–4.5 % on general, memory');
  });

  test('folds equal pods into one share', () => {
    const endpoints = Array.from({ length: 250 }, (_, at) =>
      endpoint({ pod: `web-${at}`, share: 0.004 }),
    );
    const text = plain(
      report([cluster({ services: [service({ ports: [port({ endpoints })] })] })]),
    );
    expect(text).toContain('250 × 0.4 %');
    expect(text).toContain('and 243 more with 0.4 % each');
  });

  test('ports that share one picture are one', () => {
    const both = service({
      ports: [port(), port({ port: 443 }), port({ port: 53, protocol: 'UDP' })],
    });
    expect(plain(report([cluster({ services: [both] })]))).toContain('80,443/TCP 53/UDP');
  });

  test('what was not read is not known, and says what is missing', () => {
    const text = plain(report([blindCluster]));
    expect(text).toContain('not known: loadBalancers: 403');
    expect(text).toContain('unknown is not a pass');
    expect(text).toContain('grant Reader on the node');
    expect(text).not.toContain('No findings');
  });

  test('a part that is lost has its own bar and causes', () => {
    expect(plain(fleetReport)).toMatch(/█{5}·{15} {4}25 % {2}lost: backends pass the probe/u);
  });

  test('wide characters keep columns', () => {
    const wide = service({ name: '日本語のサービス名前'.repeat(4), namespace: '店' });
    const text = plain(report([cluster({ services: [wide] })]), 60);
    expect(Math.max(...text.split('\n').map((line) => columns(line)))).toBeLessThanOrEqual(60);
    expect(text).toContain('…');
  });

  test('nothing of a cluster reaches the terminal as a command', () => {
    const name = '\u001B[31mred\u0007\u202Eevil\u200B\u0000';
    const text = plain(
      report([
        cluster({
          name,
          services: [service({ name, ports: [port({ endpoints: [endpoint({ pod: name })] })] })],
          findings: [finding({ title: name, message: `${name}\r\nforged line` })],
        }),
      ]),
    );
    // oxlint-disable-next-line no-control-regex -- control characters are what is looked for
    expect(text).not.toMatch(/[\u0000-\u0009\u000B-\u001F\u007F-\u009F\u200B\u202E]/u);
    expect(text).toContain('redevil forged line');
  });

  test('a thousand findings are cut with a word on the rest', () => {
    const findings = Array.from({ length: 1_000 }, (_, at) =>
      finding({ fingerprint: String(at).padStart(16, '0') }),
    );
    const text = plain(report([cluster({ findings })]));
    expect(text).toContain('940 more findings');
  });
});
