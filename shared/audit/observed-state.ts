import {
  leftoverNames,
  leftoverRule,
  subjectText,
  type ObservedBefore,
} from '../findings/index.ts';
import type { ClusterReport, ServiceReport } from '../report/report.ts';

const mostServices = 200;
const mostNames = 50;

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
  const leftovers = report.findings
    .filter(({ rule, state }) => rule === leftoverRule && state !== 'resolved')
    .map((each) => [subjectText(each.subject), leftoverNames(each).slice(0, mostNames)] as const);
  return {
    verified: [...new Set([...now, ...earlier])].slice(0, mostServices),
    idle: Object.fromEntries(idle.slice(0, mostServices)),
    disagrees: Object.fromEntries(disagrees.slice(0, mostServices)),
    ...(leftovers.length > 0 && { leftovers: Object.fromEntries(leftovers) }),
  };
}

function idleAt(
  { idle, ports }: ServiceReport,
  known: string | undefined,
  takenAt: string,
): string | undefined {
  if (idle !== true) return undefined;
  return ports.every(({ traffic }) => traffic?.week !== undefined) ? takenAt : known;
}
