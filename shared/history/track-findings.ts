import type { ClusterFindings, Finding } from '../findings/index.ts';
import type { StatusChange } from './changes.ts';
import { closings } from './closings.ts';
import { explainedBy, withoutExplained } from './explained.ts';
import { restingOn, wasRead, type RuleSlices } from './judged.ts';
import { trackedFindingsOf } from './packed-findings.ts';
import { keptFinding, recentTurns, shownFinding } from './shown.ts';
import type {
  ClosedFinding,
  ExplainedPart,
  KnownCluster,
  KnownFinding,
  TrackedFindings,
} from './state.ts';
import { inCurrentForm } from './current-form.ts';
import { notificationFor } from './notification.ts';
import { contested } from './verified.ts';

export interface TrackingOptions<C extends ClusterFindings> {
  /** ISO 8601, UTC. */
  readonly now: string;
  readonly baseline: boolean;
  /** Policy, laid over what was found and what was kept. */
  readonly judge?: (cluster: C) => C;
  /** Rules that ran, with the slices that they rest on; what others found before is dropped. */
  readonly rules?: RuleSlices;
}

export interface TrackedCluster<C extends ClusterFindings> {
  readonly cluster: C;
  /** `undefined`: the cluster is gone. */
  readonly known: KnownCluster | undefined;
  readonly changes: readonly StatusChange[];
}

/** One cluster's findings before and after a run: their states, and what changed. */
export function trackFindings<C extends ClusterFindings>(
  before: KnownCluster | undefined,
  found: C,
  options: TrackingOptions<C>,
): TrackedCluster<C> {
  const { now, baseline, judge } = options;
  const earlier = inCurrentForm(trackedFindingsOf(before?.lives), found);
  const result = contested(found, earlier, now);
  const isClusterChanging = result.settling === true && before?.held !== true && !baseline;
  const { kept, resolved, closed } = closings(earlier, result, { ...options, isClusterChanging });
  const merged = withKept(result, earlier, kept, now);
  const judged = judge?.(merged) ?? merged;
  const absent = new Map(kept.map((each) => [each.known.finding.fingerprint, each.absentRuns]));
  const open = judged.findings.map((finding) =>
    trackedFinding(finding, {
      earlier,
      absentRuns: absent.get(finding.fingerprint),
      restsOn: restingOn(result, finding, options.rules),
      explained: explainedBy(result, finding),
      result,
      isClusterChanging,
      baseline,
      now,
    }),
  );
  const unreadRuns = wasRead(result) ? 0 : (before?.unreadRuns ?? 0) + 1;
  return {
    cluster: {
      ...judged,
      findings: [...open.map(({ known }) => known.finding), ...resolved],
      ...(unreadRuns > 0 && { unreadRuns }),
    },
    known:
      result.result === 'gone'
        ? undefined
        : {
            id: result.id,
            name: result.name,
            ...(result.subscriptionId !== undefined && { subscriptionId: result.subscriptionId }),
            unreadRuns,
            held: isClusterChanging,
            lives: {
              kind: 'plain',
              open: open.map(({ known }) => known),
              closed: stillRemembered([...earlier.closed, ...closed], open, now),
            },
          },
    changes: changesOf(result, resolved, open),
  };
}

/** What was found and is not explained away, and what is kept though it was not found. */
function withKept<C extends ClusterFindings>(
  result: C,
  earlier: TrackedFindings,
  kept: readonly { readonly known: KnownFinding }[],
  now: string,
): C {
  const stillThere = kept.map(({ known }) => known);
  const unexplained = withoutExplained(result, earlier.open, stillThere);
  return {
    ...unexplained,
    findings: [
      ...unexplained.findings.filter(({ state }) => state !== 'resolved'),
      ...stillThere.map(({ finding }) => keptFinding(finding, now)),
    ],
  };
}

function changesOf(
  { id: cluster }: ClusterFindings,
  resolved: readonly Finding[],
  open: readonly Tracked[],
): readonly StatusChange[] {
  return [
    ...resolved.map((finding): StatusChange => ({ kind: 'resolved', cluster, finding })),
    ...open.flatMap(({ change, known: { finding } }) =>
      change === undefined ? [] : [{ kind: change, cluster, finding }],
    ),
  ];
}

interface Tracked {
  readonly known: KnownFinding;
  readonly change: StatusChange['kind'] | undefined;
}

interface Circumstances {
  readonly earlier: TrackedFindings;
  /** Of a finding that was kept; `undefined` for one that was found. */
  readonly absentRuns: number | undefined;
  readonly restsOn: readonly string[] | undefined;
  readonly explained: readonly ExplainedPart[];
  readonly result: ClusterFindings;
  readonly isClusterChanging: boolean;
  readonly baseline: boolean;
  readonly now: string;
}

/** A finding that is open after this run. */
function trackedFinding(
  finding: Finding,
  {
    earlier,
    absentRuns,
    restsOn,
    explained,
    result,
    isClusterChanging,
    baseline,
    now,
  }: Circumstances,
): Tracked {
  const { fingerprint } = finding;
  const known = earlier.open.find((each) => each.finding.fingerprint === fingerprint);
  const returned =
    known === undefined
      ? earlier.closed.find((each) => each.fingerprint === fingerprint)
      : known.returned;
  const notification = notificationFor({
    finding,
    known,
    returned: returned !== undefined,
    kept: absentRuns !== undefined,
    isClusterChanging,
    baseline,
  });
  const turns = [
    ...recentTurns(known?.turns ?? returned?.turns ?? [], now),
    ...(known === undefined && !baseline ? [now] : []),
  ];
  const firstSeen = known?.finding.firstSeen ?? returned?.firstSeen;
  const rests = absentRuns === undefined ? restsOn : known?.restsOn;
  const explains = absentRuns === undefined ? explained : (known?.explains ?? []);
  const { told, change } = notification;
  const attributed = withChange(finding, known, baseline);
  return {
    known: {
      finding: shownFinding(attributed, notification, firstSeen, turns),
      ...(told === undefined ? returned !== undefined && { returned } : { told }),
      ...leftOut(absentRuns === undefined ? result : (known ?? result)),
      absentRuns: absentRuns ?? 0,
      ...(rests !== undefined && { restsOn: rests }),
      ...(explains.length > 0 && { explains }),
      turns,
    },
    change,
  };
}

function leftOut({
  inputFaults = 0,
  faultKeys,
}: Partial<Pick<KnownFinding, 'inputFaults' | 'faultKeys'>>): Pick<
  KnownFinding,
  'inputFaults' | 'faultKeys'
> {
  return { inputFaults, ...(faultKeys !== undefined && { faultKeys }) };
}

/** The change that brought a finding is the one that was newest when it was new. */
function withChange(finding: Finding, known: KnownFinding | undefined, baseline: boolean): Finding {
  if (known === undefined && !baseline) return finding;
  const { change: _newest, ...rest } = finding;
  const { change } = known?.finding ?? {};
  return change === undefined ? rest : { ...rest, change };
}

const rememberedMs = 90 * 24 * 3_600_000;

/** Closed findings of the last 90 days that are not open again. */
function stillRemembered(
  closed: readonly ClosedFinding[],
  open: readonly Tracked[],
  now: string,
): readonly ClosedFinding[] {
  const again = new Set(open.map(({ known }) => known.finding.fingerprint));
  return closed.filter(
    ({ fingerprint, closedAt }) =>
      !again.has(fingerprint) && Date.parse(now) - Date.parse(closedAt) <= rememberedMs,
  );
}
