import type { ClusterSnapshot, LoadBalancerService, Read } from '../model/index.ts';
import {
  predict,
  shareRatio,
  situationOf,
  tolerance,
  type PortTraffic,
  type ServiceTraffic,
  type Situation,
  type Situations,
} from '../traffic/index.ts';
import type { Fix } from './fix.ts';
import { lookAtEvents } from './service-fixes.ts';
import { patientOf, serviceNamed, type Candidate, type Patient } from './candidate.ts';
import { moveCandidates } from './move-candidates.ts';
import { poolCandidates } from './pool-candidates.ts';
import { serviceCandidates } from './service-candidates.ts';

/**
 * The fixes of a traffic finding that the share model shows to help, each with the shares after it,
 * the best outcome first. What helps nothing is left out; `others` are fixes that no model judges,
 * and come last. Where there is nothing else, the events of the Service are the place to look.
 */
export function remediesFor(
  snapshot: ClusterSnapshot,
  traffic: ServiceTraffic,
  port: PortTraffic,
  others: readonly Fix[] = [],
): readonly Fix[] {
  const service = serviceNamed(snapshot, traffic);
  if (service === undefined) return [...others, lookAtEvents(traffic)];
  const patient = patientOf(snapshot, situationOf(snapshot, service), port);
  const candidates = [
    ...serviceCandidates(patient),
    ...moveCandidates(patient),
    ...poolCandidates(patient),
  ];
  // Azure may see another state than the model expects; a fix is measured against what the model would say.
  const before = harm(predict(patient.situation).ports);
  const judged = candidates
    .flatMap((candidate) => judge(candidate, patient, before))
    .toSorted((a, b) => compareHarm(a.harm, b.harm));
  const fixes = new Map<string, Fix>();
  for (const fix of [...judged.map((each) => each.fix), ...others])
    if (!fixes.has(fix.title)) fixes.set(fix.title, fix);
  return fixes.size > 0 ? [...fixes.values()] : [lookAtEvents(service)];
}

/** A fix with what would come of it on a port, the first unless given, whether that helps the traffic or costs it. */
export function withOutcome(
  situations: Read<Situations>,
  service: LoadBalancerService,
  { fix, changes, note }: Candidate,
  at?: Pick<PortTraffic, 'port' | 'protocol'>,
): Fix {
  if (situations.kind === 'unread' || situations.value.missing.length > 0) return fix;
  return withPrediction(
    situations.value.of(service),
    { fix, changes, ...(note !== undefined && { note }) },
    at,
  );
}

/** The same, of a situation whose inputs were all read. */
export function withPrediction(
  situation: Situation,
  { fix, changes, note }: Candidate,
  at?: Pick<PortTraffic, 'port' | 'protocol'>,
): Fix {
  const { ports } = predict(situation, ...changes);
  const after =
    at === undefined
      ? ports[0]
      : ports.find(({ port, protocol }) => port === at.port && protocol === at.protocol);
  // Without a rule in Azure the model knows of no traffic that could change.
  if (after?.rule === undefined || after.verdict === 'unknown') return fix;
  return { ...fix, after: outcome(after, note) };
}

function samePort(
  ports: readonly PortTraffic[],
  { port, protocol, family }: PortTraffic,
): PortTraffic | undefined {
  return ports.find(
    (each) => each.port === port && each.protocol === protocol && each.family === family,
  );
}

interface Judged {
  readonly fix: Fix;
  readonly harm: Harm;
}

function judge(candidate: Candidate, patient: Patient, before: Harm): readonly Judged[] {
  const { fix, changes, note } = candidate;
  if (changes.length === 0) return [];
  const { ports } = predict(patient.situation, ...changes);
  const after = harm(ports);
  const same = samePort(ports, patient.port);
  const worse = same === undefined || same.verdict === 'unknown';
  if (worse || compareHarm(after, before) >= 0) return [];
  return [{ fix: { ...fix, after: outcome(same, note) }, harm: after }];
}

/** What is wrong with a Service's traffic, the worst first; compared from left to right. */
type Harm = readonly [dead: number, lost: number, starved: number, ratio: number];

function harm(ports: readonly PortTraffic[]): Harm {
  const worstRatio = Math.max(1, ...ports.map((port) => shareRatio(port.endpoints)));
  return [
    ports.filter((port) => port.verdict === 'none').length,
    ports.reduce((sum, port) => sum + (port.verdict === 'none' ? 0 : port.lost), 0),
    ports.reduce((sum, port) => sum + starvedEndpoints(port), 0),
    worstRatio,
  ];
}

function starvedEndpoints({ verdict, endpoints }: PortTraffic): number {
  if (verdict === 'none') return 0;
  return endpoints.filter((each) => each.ready && each.share === 0).length;
}

function compareHarm(a: Harm, b: Harm): number {
  for (const [index, value] of a.entries()) {
    const difference = value - (b[index] ?? 0);
    if (Math.abs(difference) > tolerance) return difference;
  }
  return 0;
}

/** A report of 25,000 pods for each of three fixes would be longer than the cluster. */
const maxPods = 100;

function outcome(port: PortTraffic, note: string | undefined): NonNullable<Fix['after']> {
  const counted = port.endpoints.filter((each) => each.ready || each.share > 0);
  const shown = counted.slice(0, maxPods);
  const cut =
    counted.length > maxPods ? `the first ${maxPods} of ${counted.length} pods` : undefined;
  const notes = [note, cut].filter((each) => each !== undefined);
  return {
    verdict: port.verdict,
    lost: rounded(port.lost),
    shares: Object.fromEntries(shown.map(({ pod, share }) => [pod, rounded(share)])),
    ...(notes.length > 0 && { note: notes.join('; ') }),
  };
}

/** Six digits: sums of thirds end in noise. */
function rounded(fraction: number): number {
  return Math.round(fraction * 1e6) / 1e6;
}
