import type { LoadBalancerService, Read } from '../model/index.ts';
import { predict, type PortTraffic, type Situation, type Situations } from '../traffic/index.ts';
import type { Candidate } from './candidate.ts';
import type { AfterPath, Fix } from './fix.ts';
import { compareHarm, harm } from './harm.ts';
import { sparesOthers } from './shared-pools.ts';
import { lookAtEvents } from './service-fixes.ts';

/**
 * A fix with what would come of it on a port, the first unless given. What would make the Service worse
 * off is no fix: its events are the place to look then.
 */
export function withOutcome(
  situations: Read<Situations>,
  service: LoadBalancerService,
  candidate: Candidate,
  at?: Pick<PortTraffic, 'port' | 'protocol'>,
): Fix {
  return situations.kind === 'unread' || situations.value.missing.length > 0
    ? candidate.fix
    : withPrediction(situations.value.of(service), candidate, at);
}

/** The same, of a situation whose inputs were all read. */
export function withPrediction(
  situation: Situation,
  candidate: Candidate,
  at?: Pick<PortTraffic, 'port' | 'protocol'>,
): Fix {
  const { fix, changes, note } = candidate;
  if (makesWorse(situation, candidate)) return lookAtEvents(situation.service);
  const { ports, externalTrafficPolicy } = predict(situation, ...changes);
  const after =
    at === undefined
      ? ports[0]
      : ports.find(({ port, protocol }) => port === at.port && protocol === at.protocol);
  // Without a rule in Azure the model knows of no traffic that could change.
  if (after?.rule === undefined || after.verdict === 'unknown') return fix;
  // What takes one of several faults away brings nothing back by itself: "100 % lost" is no promise.
  if (after.verdict === 'none') return fix;
  return { ...fix, after: outcome(after, externalTrafficPolicy, note) };
}

/** Of the Service itself, or of another one that sends to the same pools. */
export function makesWorse(
  situation: Situation,
  candidate: Pick<Candidate, 'changes' | 'everyService'>,
): boolean {
  const after = harm(predict(situation, ...candidate.changes).ports);
  if (compareHarm(after, harm(predict(situation).ports)) > 0) return true;
  return !sparesOthers(situation, candidate);
}

/** A report of 25,000 pods for each of three fixes would be longer than the cluster. */
const maxPods = 100;

/** What a port has after a fix. @param policy The Service's `externalTrafficPolicy` then. */
export function outcome(
  port: PortTraffic,
  policy: string,
  note: string | undefined,
): NonNullable<Fix['after']> {
  const counted = port.endpoints.filter((each) => each.ready || each.share > 0);
  const shown = counted.slice(0, maxPods);
  const cut =
    counted.length > maxPods ? `the first ${maxPods} of ${counted.length} pods` : undefined;
  const notes = [note, cut].filter((each) => each !== undefined);
  return {
    verdict: port.verdict,
    lost: toMillionths(port.lost),
    shares: Object.fromEntries(shown.map(({ pod, share }) => [pod, toMillionths(share)])),
    ...(notes.length > 0 && { note: notes.join('; ') }),
    path: pathOf(port, policy),
  };
}

const maxBackends = 20;
const maxPlaced = 40;

function pathOf({ backends, endpoints }: PortTraffic, externalTrafficPolicy: string): AfterPath {
  const up = backends.filter(({ share }) => share > 0);
  const placed = endpoints
    .filter(({ ready, share }) => ready || share > 0)
    .slice(0, maxPlaced)
    .flatMap(({ pod, node }) => (node === undefined ? [] : [[pod, node] as const]));
  return {
    externalTrafficPolicy,
    backends: Object.fromEntries(
      up.slice(0, maxBackends).map(({ node, share }) => [node, toMillionths(share)]),
    ),
    up: up.length,
    nodes: Object.fromEntries(placed),
  };
}

/** Six digits: sums of thirds end in noise. */
function toMillionths(fraction: number): number {
  return Math.round(fraction * 1e6) / 1e6;
}
