import {
  measures,
  misplacedPart,
  traffic,
  type PortMeasure,
  type PortTraffic,
  type ServiceTraffic,
} from '../traffic/index.ts';
import { subjectText, valueOr, type ClusterSnapshot } from '../model/index.ts';
import {
  severities,
  thresholdsOf,
  type RuleSettings,
  type Severity,
  type Thresholds,
} from '../rules/rule.ts';
import { changeOf } from './attribution.ts';
import { byUrgency } from './find.ts';
import type { Finding, ObservedHarm } from './finding.ts';
import { portsOf } from './finding-ports.ts';
import { harmWords, idleWords, observedWords, snatWords } from './observed-words.ts';

/** What earlier runs saw of a cluster's Services, by `namespace/name`; times are ISO 8601, UTC. */
export interface ObservedBefore {
  /** Those that Azure was asked about in the last run. */
  readonly verified: readonly string[];
  /** When a Service was last known to have no traffic. */
  readonly idle: Readonly<Record<string, string>>;
  /** Since when Azure sees other backends up than the model. */
  readonly disagrees: Readonly<Record<string, string>>;
  /** Leftover rules and frontends that the last run saw, by load balancer; absent = what is left over counts at once. */
  readonly leftovers?: Readonly<Record<string, readonly string[]>>;
  /** Ports (`80/TCP/IPv4`) that were bad in the last run, by Service, and nodes that pools lacked, by load balancer. */
  readonly bad?: Readonly<Record<string, readonly string[]>>;
  /** Fingerprints of the last run's findings above `low` that compare Azure's lists with those of Kubernetes. */
  readonly compared?: readonly string[];
}

/** Before the first run: no Service is known to be idle, and no difference was seen. */
export const nothingBefore: ObservedBefore = { verified: [], idle: {}, disagrees: {} };

/** Known to be idle, a Service stays so for a week without metrics. */
const idleKeptMs = 7 * 24 * 3_600_000;
/** A difference that two runs saw so far apart is none of the moment. */
const settledMs = 5 * 60_000;

/** What Azure's own observations say of a Service: the same for its findings and for its row in the report. */
export interface ServiceObservation {
  /** Every port with a probe was verified. */
  readonly verified: boolean;
  readonly idle: boolean;
  readonly lost?: ObservedHarm;
  readonly misplaced?: ObservedHarm;
}

/**
 * Findings with what was observed: how many connections they concern, whether Azure sees the same,
 * who changed what. Without observations nothing changes; the worst first, and of equals the one
 * that does most harm.
 */
export function withObservations(
  findings: readonly Finding[],
  snapshot: ClusterSnapshot,
  settings: RuleSettings,
  given?: ObservedBefore,
): readonly Finding[] {
  const before = given ?? nothingBefore;
  if (findings.length === 0) return findings;
  const services = new Map(
    valueOr(traffic.of(snapshot), []).map((each) => [`${each.namespace}/${each.name}`, each]),
  );
  return findings
    .map((finding) => {
      const service =
        finding.subject.kind === 'Service' ? services.get(subjectText(finding.subject)) : undefined;
      const observed =
        service === undefined
          ? withMeasuredPorts(finding, snapshot)
          : withService(finding, service, snapshot, settings, before);
      const change = changeOf(observed, service, snapshot, settings.attribution);
      return change === undefined ? observed : { ...observed, change };
    })
    .toSorted(byUrgency);
}

/** Families whose findings are about the traffic of a Service. */
const aboutTraffic = /^(?:traffic|probe|network|multi-lb|service)\//u;
/** Findings about how connections are shared, which matter less where there are none. */
const lowerWhenIdle = new Set(['traffic/starved-endpoints', 'traffic/uneven-share']);
const disagrees = 'traffic/probe-disagrees';

function withService(
  finding: Finding,
  service: ServiceTraffic,
  snapshot: ClusterSnapshot,
  settings: RuleSettings,
  before: ObservedBefore,
): Finding {
  if (!aboutTraffic.test(finding.rule)) return finding;
  const seen = observationOf(service, snapshot, thresholdsOf(settings, service), before);
  const ports = portsOf(finding, service);
  const harms = harmsOf(ports, snapshot);
  const harm = finding.rule === 'traffic/lost-connections' ? harms.lost : worse(harms);
  const isIdle = seen.idle && lowerWhenIdle.has(finding.rule);
  const observedAt = service.ports.flatMap(({ observed }) => observed?.at ?? []).toSorted()[0];
  const notVerified = ports.flatMap((port) => port.notVerified ?? [])[0];
  const since = Date.parse(before.disagrees[subjectText(finding.subject)] ?? '');
  const isSettled = Date.parse(snapshot.takenAt) - since >= settledMs;
  const severity: Severity =
    finding.rule === disagrees && finding.severity === 'info' && isSettled
      ? 'high'
      : isIdle
        ? lower(finding.severity)
        : finding.severity;
  const words = [
    // That of an hour without any follows from its week.
    ...[harm === undefined || (isIdle && harm.of === 0) ? undefined : harmWords(harm)].filter(
      (text) => text !== undefined,
    ),
    ...(finding.rule === disagrees ? [] : observedWords(ports)),
    ...(isIdle
      ? [`This is one level lower because the Service is idle: ${idleText(service, snapshot)}.`]
      : []),
    ...(notVerified === undefined
      ? []
      : [`Not verified against Azure: ${withoutGrant(notVerified)}.`]),
  ];
  return {
    ...finding,
    severity,
    message: [finding.message, ...words].join(' '),
    ...(harm !== undefined && { harm }),
    ...(isIdle && { idle: true }),
    ...(observedAt !== undefined && { observedAt }),
    ...(notVerified !== undefined && { notVerified }),
  };
}

/** The command that grants a right stands with the coverage. */
function withoutGrant(why: string): string {
  return why.split('; to grant it: ')[0] ?? why;
}

/** Never of a port that gets nothing, loses something, or has no backend up: whether Azure counts a SYN then is not known. */
function isOnlyUneven(ports: readonly PortTraffic[]): boolean {
  return ports.every(
    ({ verdict, backendTotals, observed }) =>
      !['none', 'lost', 'unknown'].includes(verdict) && backendTotals.up > 0 && observed?.up !== 0,
  );
}

function lower(severity: Severity): Severity {
  return severities[severities.indexOf(severity) + 1] ?? severity;
}

function worse({ lost, misplaced }: Harms): ObservedHarm | undefined {
  return (lost?.perMinute ?? 0) > 0 ? lost : misplaced;
}

function idleText({ ports }: ServiceTraffic, snapshot: ClusterSnapshot): string {
  const byPort = valueOr(measures.of(snapshot), new Map<PortTraffic, PortMeasure>());
  return idleWords(ports.map((port) => byPort.get(port) ?? { unit: 'connections' }));
}

/** What Azure's health and metrics say of a Service beside what the share model says. */
export function observationOf(
  service: ServiceTraffic,
  snapshot: ClusterSnapshot,
  { idleConnections }: Pick<Thresholds, 'idleConnections'>,
  before: ObservedBefore = nothingBefore,
): ServiceObservation {
  const byPort = valueOr(measures.of(snapshot), new Map<PortTraffic, PortMeasure>());
  const ports = service.ports.map((port) => ({ port, measure: byPort.get(port) }));
  const probed = service.ports.filter(({ healthKey }) => healthKey !== undefined);
  const weeks = ports.map(({ measure }) => measure?.week);
  const isBusy = ports.some(({ measure }) => (measure?.rate.now ?? 0) > 0);
  const known = weeks.every((week) => week !== undefined);
  const createdAt = valueOr(snapshot.services, []).find(
    ({ namespace, name }) => namespace === service.namespace && name === service.name,
  )?.createdAt;
  const now = Date.parse(snapshot.takenAt);
  // A week without traffic takes a Service that is a week old.
  const isOld = !(now - Date.parse(createdAt ?? '') < idleKeptMs);
  const idleAt = Date.parse(before.idle[`${service.namespace}/${service.name}`] ?? '');
  return {
    verified: probed.length > 0 && probed.every(({ observed }) => observed !== undefined),
    idle:
      isOnlyUneven(service.ports) &&
      (known
        ? isOld && ports.length > 0 && weeks.reduce((sum, week) => sum + week, 0) <= idleConnections
        : now - idleAt <= idleKeptMs && !isBusy && weeks.every((week) => !week)),
    ...harmsOf(service.ports, snapshot),
  };
}

type Harms = Pick<ServiceObservation, 'lost' | 'misplaced'>;

function harmsOf(own: readonly PortTraffic[], snapshot: ClusterSnapshot): Harms {
  const byPort = valueOr(measures.of(snapshot), new Map<PortTraffic, PortMeasure>());
  const ports = own.map((port) => ({ port, measure: byPort.get(port) }));
  const lost = harmOf(ports, 'lost');
  const misplaced = harmOf(ports, 'misplaced');
  return {
    ...(lost !== undefined && { lost }),
    ...(misplaced !== undefined && { misplaced }),
  };
}

/** Of TCP ports in connections; of a Service without any, in packets. */
function harmOf(
  ports: readonly { readonly port: PortTraffic; readonly measure: PortMeasure | undefined }[],
  kind: ObservedHarm['kind'],
): ObservedHarm | undefined {
  const unit = ports.some(({ port }) => port.protocol === 'TCP') ? 'connections' : 'packets';
  const counted = ports.flatMap(({ port, measure }) => {
    const now = measure?.unit === unit ? measure.rate.now : undefined;
    if (now === undefined || measure === undefined || port.verdict === 'unknown') return [];
    // Whether Azure counts a SYN where no backend is up is not known.
    if (now === 0 && port.backendTotals.up === 0) return [];
    return [{ now, part: misplacedPart(port)[kind], rate: measure.rate }];
  });
  if (counted.length === 0) return undefined;
  const sum = (pick: (each: (typeof counted)[number]) => number | undefined) =>
    counted.every((each) => pick(each) !== undefined)
      ? counted.reduce((total, each) => total + (pick(each) ?? 0), 0)
      : undefined;
  const dayBefore = sum(({ rate }) => rate.dayBefore);
  const weekBefore = sum(({ rate }) => rate.weekBefore);
  return {
    perMinute: counted.reduce((total, { now, part }) => total + now * part, 0),
    kind,
    unit,
    of: counted.reduce((total, { now }) => total + now, 0),
    ...(dayBefore !== undefined && { dayBefore }),
    ...(weekBefore !== undefined && { weekBefore }),
  };
}

/** The arithmetic of outbound ports, with what is in use beside it. */
function withMeasuredPorts(finding: Finding, snapshot: ClusterSnapshot): Finding {
  if (!/^outbound\/(?:snat-ports-exhausted|automatic-ports-step)$/u.test(finding.rule))
    return finding;
  const words = snatWords(valueOr(snapshot.loadBalancerMetrics, []));
  return words === undefined ? finding : { ...finding, message: `${finding.message} ${words}` };
}
