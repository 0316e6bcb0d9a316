import type { Finding } from '../../shared/findings/finding.ts';
import { severities } from '../../shared/findings/index.ts';
import type { ClusterReport, ClusterResult } from '../../shared/report/report.ts';
import { cluster, finding, port, endpoint, service } from '../report/builders.ts';
import { pick, seeded } from './faults/random.ts';
import { hostileStrings } from './hostile.ts';

const results: readonly ClusterResult[] = [
  'complete',
  'complete',
  'complete',
  'partial',
  'unreachable',
  'denied',
  'skipped',
  'failed',
  'gone',
];
const states: readonly Finding['state'][] = [
  'new',
  'open',
  'reopened',
  'resolved',
  'stale',
  'exempt',
];
const rules = [
  'traffic/no-traffic',
  'traffic/starved-endpoints',
  'backend/eligible-node-missing',
  'x/y',
];

/** Clusters and findings of any number, state and text; the same for a seed. */
export function randomFleet(seed: number, mostFindings: number): readonly ClusterReport[] {
  const random = seeded(seed);
  const below = (most: number): number => Math.floor(random() * (most + 1));
  // Few are large: a square of a square.
  const count = Math.floor(random() ** 4 * (mostFindings + 1));
  const clusters = below(Math.min(5000, 3 + count / 4));
  const text = (most: number): string => {
    const kind = random();
    if (kind < 0.1) return pick(random, hostileStrings);
    if (kind < 0.2) return '';
    const unit = pick(random, [
      'a',
      'name-',
      '&',
      '<',
      '\u{1F600}',
      'x y ',
      '\u0301',
      '\n',
      '`*_~',
    ]);
    return unit.repeat(1 + below(Math.max(1, Math.floor(most / unit.length))));
  };
  const findingAt = (at: number): Finding =>
    finding({
      fingerprint: (seed * 100_000 + at).toString(16).padStart(16, '0'),
      rule: pick(random, rules),
      severity: pick(random, severities),
      state: pick(random, states),
      title: text(random() < 0.05 ? 4000 : 90),
      message: text(random() < 0.05 ? 9000 : 300),
      subject: { kind: 'Service', namespace: text(60), name: text(60) },
      fixes:
        random() < 0.5
          ? []
          : [
              {
                title: text(120),
                steps: [],
                price: [text(80), text(80)],
                after: { verdict: 'even', lost: 0, shares: { [text(40)]: random() } },
              },
            ],
    });
  const perCluster = clusters === 0 ? 0 : Math.ceil(count / clusters);
  return Array.from({ length: clusters }, (_, at) =>
    cluster({
      name: text(63),
      id: `/subscriptions/s/c/${seed}/${at}`,
      result: pick(random, results),
      ...(random() < 0.5 && { reason: text(random() < 0.1 ? 5000 : 80) }),
      findings: Array.from({ length: perCluster }, (_each, n) => findingAt(at * perCluster + n)),
      services: [
        service({
          namespace: text(60),
          name: text(60),
          ports: [
            port({
              endpoints: Array.from({ length: below(30) }, () =>
                endpoint({ pod: text(60), share: random() }),
              ),
            }),
          ],
        }),
      ],
    }),
  );
}
