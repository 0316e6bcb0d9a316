import { describe, expect, test } from '@jest/globals';
import { render } from '../../../shared/report/index.ts';
import type { ServiceReport } from '../../../shared/report/report.ts';
import { cluster, finding, port, report, service } from '../builders.ts';

type Kind = 'lost' | 'misplaced';

function rate(perMinute: number, kind: Kind) {
  return { perMinute, of: 5_000, kind, unit: 'connections' } as const;
}

function losing(name: string, perMinute: number, changes: Partial<ServiceReport> = {}) {
  const ports = [port({ verdict: 'lost', lost: 0.5 })];
  return service({ name, ports, lostPerMinute: rate(perMinute, 'lost'), ...changes });
}

const about = (name: string, title: string, message = '') =>
  finding({ subject: { kind: 'Service', namespace: 'shop', name }, title, message });

/** Name, worst finding and harm of each row. */
function rows(html: string) {
  const body = /class="service-rows">(.*?)<\/tbody>/su.exec(html)?.[1] ?? '';
  return [...body.matchAll(/<tr>(.*?)<\/tr>/gsu)].map(([, row = '']) =>
    [/<th.*?<\/th>/su, /Worst finding">(.*?)<\/td>/su, /Harm">(.*?)<\/td>/su].map((part) =>
      (part.exec(row)?.at(-1) ?? '').replaceAll(/<[^>]*>/gu, ''),
    ),
  );
}

describe('the table of Services', () => {
  test('names the worst finding, and has what loses most first, also where the policy is Cluster', () => {
    const services = [
      losing('few', 0.4),
      losing('most', 900.2, { externalTrafficPolicy: 'Cluster' }),
      losing('idle', 900.2, { idle: true }),
      losing('some', 823.3),
    ];
    const findings = services.map(({ name }) => about(name, `${name} loses connections`));
    const clusters = [cluster({ services, findings }), cluster({ name: 'aks-other' })];
    expect(rows(render(report(clusters), 'html'))).toEqual([
      ['shop/most', 'most loses connections', '900/min lost'],
      ['shop/some', 'some loses connections', '823/min lost'],
      ['shop/few', 'few loses connections', 'under 1/min lost'],
      ['shop/idle', 'idle loses connections', 'idle'],
    ]);
  });

  test('a card does not repeat what its finding says of the harm', () => {
    const services = [losing('web', 823.3)];
    const html = (message: string) =>
      render(report([cluster({ services, findings: [about('web', 'lost', message)] })]), 'html');
    const repeated = '<span>about 823 connections a minute lost</span>';
    expect(html('About 823 of 1,235 connections a minute are lost.')).not.toContain(repeated);
    expect(html('Some are lost.')).toContain(repeated);
  });
});
