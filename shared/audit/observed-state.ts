import { leftoverNames, subjectText, type ObservedBefore } from '../findings/index.ts';
import { portKey } from '../traffic/index.ts';
import type { ClusterReport, ServiceReport } from '../report/report.ts';
import { comparing } from './second-reading.ts';

const mostServices = 200;
const mostNames = 50;
const badVerdicts: readonly string[] = ['none', 'lost', 'starved'];

/**
 * What the next run should know of what this one observed. A Service of which nothing was observed
 * this time keeps what was known of it; one that is gone is forgotten.
 */
export function observedState(
  report: ClusterReport,
  before: ObservedBefore,
  takenAt: string,
): ObservedBefore {
  const named = new Map(report.services.map((each) => [`${each.namespace}/${each.name}`, each]));
  const differs = new Set(
    report.findings
      .filter(({ rule, state }) => rule === 'traffic/probe-disagrees' && state !== 'resolved')
      .map(({ subject }) => subjectText(subject)),
  );
  const now = [...named].filter(([, { verified }]) => verified === true).map(([name]) => name);
  const earlier = before.verified.filter((name) => named.has(name));
  const idle = [...named].flatMap(([name, service]) => {
    const at = idleAt(service, before.idle[name], takenAt);
    return at === undefined ? [] : [[name, at] as const];
  });
  const disagrees = [...named].flatMap(([name, { verified }]) => {
    if (differs.has(name)) return [[name, before.disagrees[name] ?? takenAt] as const];
    const since = verified === true ? undefined : before.disagrees[name];
    return since === undefined ? [] : [[name, since] as const];
  });
  const leftovers = { ...leftoverNames(report.findings), ...report.seenOnce };
  const bad = [...badPorts(report, before), ...missingNodes(report)].slice(0, mostServices);
  const compared = comparing(report)
    .map(({ fingerprint }) => fingerprint)
    .slice(0, mostServices);
  return {
    verified: [...new Set([...now, ...earlier])].slice(0, mostServices),
    idle: Object.fromEntries(idle.slice(0, mostServices)),
    disagrees: Object.fromEntries(disagrees.slice(0, mostServices)),
    ...(Object.keys(leftovers).length > 0 && { leftovers }),
    ...(bad.length > 0 && { bad: Object.fromEntries(bad) }),
    ...(compared.length > 0 && { compared }),
  };
}

type SubjectNames = readonly [subject: string, names: readonly string[]];

/** Of a port that could not be judged this time, what was known stays. */
function badPorts(
  { services }: ClusterReport,
  { bad = {} }: ObservedBefore,
): readonly SubjectNames[] {
  return services.flatMap(({ namespace, name, ports }) => {
    const subject = `${namespace}/${name}`;
    const known = bad[subject] ?? [];
    const names = ports
      .filter(
        (port) =>
          (badVerdicts.includes(port.verdict) && port.disabled !== true) ||
          (port.verdict === 'unknown' && known.includes(portKey(port))),
      )
      .map(portKey)
      .slice(0, mostNames);
    return names.length === 0 ? [] : [[subject, names] as const];
  });
}

const aboutMissingNodes: readonly string[] = [
  'backend/eligible-node-missing',
  'multi-lb/node-on-no-load-balancer',
];

/** The second of the rules has the node itself as subject. */
function missingNodes({ findings }: ClusterReport): readonly SubjectNames[] {
  return findings
    .filter(({ rule, state }) => aboutMissingNodes.includes(rule) && state !== 'resolved')
    .map(({ subject, evidence: { nodes = [subject.name] } }) => [
      subjectText(subject),
      (Array.isArray(nodes) ? nodes : [])
        .filter((node: unknown) => typeof node === 'string')
        .slice(0, mostNames),
    ]);
}

function idleAt(
  { idle, ports }: ServiceReport,
  known: string | undefined,
  takenAt: string,
): string | undefined {
  if (idle !== true) return undefined;
  return ports.every(({ traffic }) => traffic?.week !== undefined) ? takenAt : known;
}
