import { describe, expect, test } from '@jest/globals';
import { hostsPart } from '../../../shared/report/html/map/hosts.ts';
import { htmlOf } from '../../../shared/report/html/markup.ts';
import type { ServiceReport } from '../../../shared/report/report.ts';
import { service } from '../builders.ts';

type Host = NonNullable<ServiceReport['behind']>['hosts'][number];

function html(hosts: readonly Host[], hostCount = hosts.length): string {
  const given = service({ behind: { entryPoints: ['Gateway shop/web'], hosts, hostCount } });
  const part = hostsPart(given, '20.50.10.10', 'h');
  return part === undefined ? '' : htmlOf(part);
}

const host = (name: string, backend: string, ready = 2, lost = 0): Host => ({
  host: name,
  backends: [{ service: backend, ready, workloads: [`Deployment ${backend}`] }],
  lost,
});

/** What the picture says in rows, `…` names left out. */
function texts(page: string): readonly string[] {
  const picture = /<svg[^]*<\/svg>/u.exec(page)?.[0] ?? '';
  return [...picture.matchAll(/<text[^>]*>(?:<title>[^<]*<\/title>)?([^<]*)/gu)].map(
    (match) => match[1] ?? '',
  );
}

describe('the second stage of a map', () => {
  test('there is none without hosts', () => {
    expect(html([])).toBe('');
    expect(hostsPart(service(), '', 'h')).toBeUndefined();
  });

  test('is folded, and its summary says how many hosts there are and that some fail', () => {
    const page = html([host('a.example', 'web'), host('b.example', 'gone', 0, 1)]);
    expect(page).toMatch(
      /^<details class="hosts"><summary>2 hosts behind it, 2 workloads, 1 host with/u,
    );
    expect(texts(page)).toEqual(expect.arrayContaining(['b.example', '100 % fail', '0 ready']));
  });

  test('hosts with the same backends are one row, those that fail stand first', () => {
    const page = html([
      host('a.example', 'web'),
      host('b.example', 'web'),
      host('c.example', 'gone', 0, 1),
    ]);
    expect(texts(page).filter((text) => text.includes('.example'))).toEqual([
      'c.example',
      'a.example and 1 more host',
    ]);
  });

  test('200 hosts, each with a Service of its own, stay readable: 30 rows a side, all of them in the table', () => {
    const hosts = Array.from({ length: 200 }, (_, at) => host(`h${at}.example`, `web-${at}`));
    const page = html(hosts, 260);
    expect(texts(page).filter((text) => text.includes('.example'))).toHaveLength(30);
    expect(texts(page)).toContain('and 230 more hosts');
    expect(page.match(/<th scope="row">/gu)).toHaveLength(200);
    expect(page).toContain('And 60 more hosts.');
    expect(page.length).toBeLessThan(60_000);
  });

  test('a canary has its part on the way out of the gateway and in the table', () => {
    const [main, next] = ['web', 'web-next'].map((name) => ({
      service: name,
      ready: 2,
      workloads: [],
    }));
    if (main === undefined || next === undefined) throw new Error('two backends');
    const page = html([
      {
        host: 'a.example',
        backends: [
          { ...main, part: [0.9, 0.9] },
          { ...next, part: [0.1, 0.1] },
        ],
      },
      { host: 'b.example', backends: [main, next] },
      {
        host: 'c.example',
        backends: [
          { ...main, part: 'unknown' },
          { ...next, part: [0, 1] },
        ],
      },
    ]);
    expect(texts(page).filter((text) => text.includes('%'))).toEqual([
      '90 % / 10 %',
      '? % / 0–100 %',
    ]);
    expect(page).toContain('90 % web (2 ready), 10 % web-next (2 ready)');
    expect(page).toContain('? % web (2 ready), 0–100 % web-next (2 ready)');
  });

  test('what is not known is not said to be ready', () => {
    const page = html([{ host: 'a.example', backends: [{ service: 'web', workloads: [] }] }]);
    expect(texts(page)).toContain('not known');
    expect(page).toContain('web (? ready)');
  });
});
