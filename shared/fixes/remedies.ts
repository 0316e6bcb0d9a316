import { derived } from '../facts/index.ts';
import type { LoadBalancerService } from '../model/index.ts';
import {
  portKey,
  predict,
  situations,
  type PortTraffic,
  type ServiceTraffic,
} from '../traffic/index.ts';
import type { Fix } from './fix.ts';
import { lookAtEvents } from './service-fixes.ts';
import { sparesOthers } from './shared-pools.ts';
import { fixContexts, type Candidate, type FixContext } from './candidate.ts';
import { compareHarm, harm, type Harm } from './harm.ts';
import { makesWorse, outcome, withOutcome } from './outcome.ts';
import { moveCandidates } from './move-candidates.ts';
import { poolCandidates } from './pool-candidates.ts';
import { clusterPolicy, serviceCandidates } from './service-candidates.ts';

/**
 * The fixes of a traffic finding that the share model shows to help, each with the shares after it,
 * the best outcome first. What helps nothing is left out; `others` are fixes that no model judges,
 * and come last. Where there is nothing else, the events of the Service are the place to look.
 */
export const remedies = derived(
  'remedies',
  { needs: [fixContexts], helps: [situations] },
  ({ fixContexts: contextOf, situations: around }): Remedies => ({
    forPort(traffic, port, others = []) {
      const context = contextOf(traffic, port);
      return context === undefined ? [...others, lookAtEvents(traffic)] : helpful(context, others);
    },
    withOutcome: (service, candidate, at) => withOutcome(around, service, candidate, at),
    unlessWorse(service, candidate, at) {
      if (around.kind === 'unread' || around.value.missing.length > 0) return candidate.fix;
      return makesWorse(around.value.of(service), candidate)
        ? undefined
        : withOutcome(around, service, candidate, at);
    },
  }),
);

/** Answers with fixes only, so that no rule judges by what they look into. */
export interface Remedies {
  readonly forPort: (
    traffic: ServiceTraffic,
    port: PortTraffic,
    others?: readonly Fix[],
  ) => readonly Fix[];
  readonly withOutcome: (
    service: LoadBalancerService,
    candidate: Candidate,
    at?: Pick<PortTraffic, 'port' | 'protocol'>,
  ) => Fix;
  /** The fix with what would come of it; `undefined` = the Service would be worse off. */
  readonly unlessWorse: (
    service: LoadBalancerService,
    candidate: Candidate,
    at?: Pick<PortTraffic, 'port' | 'protocol'>,
  ) => Fix | undefined;
}

function helpful(context: FixContext, others: readonly Fix[]): readonly Fix[] {
  const candidates = context.sharesPool
    ? clusterPolicy(context)
    : [...serviceCandidates(context), ...moveCandidates(context), ...poolCandidates(context)];
  // Azure may see another state than the model expects; a fix is measured against what the model would say.
  const before = harm(predict(context.situation).ports);
  const judged = candidates
    .flatMap((candidate) => judge(candidate, context, before))
    .toSorted((a, b) => compareHarm(a.harm, b.harm));
  const fixes = new Map<string, Fix>();
  const waiting = candidates.flatMap(({ fix, waits }) => (waits === true ? [fix] : []));
  for (const fix of [...judged.map((each) => each.fix), ...waiting, ...others])
    if (!fixes.has(fix.title)) fixes.set(fix.title, fix);
  return fixes.size > 0 ? [...fixes.values()] : [lookAtEvents(context.service)];
}

interface JudgedFix {
  readonly fix: Fix;
  readonly harm: Harm;
}

function judge(candidate: Candidate, context: FixContext, before: Harm): readonly JudgedFix[] {
  const { fix, changes, note } = candidate;
  if (changes.length === 0) return [];
  const { ports, externalTrafficPolicy } = predict(context.situation, ...changes);
  const after = harm(ports);
  const same = ports.find((port) => portKey(port) === portKey(context.port));
  const worse = same === undefined || same.verdict === 'unknown';
  if (worse || compareHarm(after, before) >= 0) return [];
  if (!sparesOthers(context.situation, candidate)) return [];
  // It helps another port of the Service: of this one "100 % lost" is no promise.
  if (same.verdict === 'none') return [{ fix, harm: after }];
  return [{ fix: { ...fix, after: outcome(same, externalTrafficPolicy, note) }, harm: after }];
}
