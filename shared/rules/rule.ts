import type {
  ClusterSnapshot,
  IpFamily,
  Read,
  Reason,
  SliceName,
  Subject,
  UnreadCode,
} from '../model/index.ts';
import {
  give,
  slicesOf,
  type Fact,
  type Given,
  type Source,
  type Sources,
  type Unjudged,
} from '../facts/index.ts';
import type { Fix } from '../fixes/fix.ts';
import { systemNamespaces } from '../placement/index.ts';

export type { Unjudged } from '../facts/index.ts';
export type { Fix } from '../fixes/fix.ts';
export type { Subject } from '../model/index.ts';

export type Severity = 'critical' | 'high' | 'medium' | 'low' | 'info';
/** The worst first. */
export const severities = [
  'critical',
  'high',
  'medium',
  'low',
  'info',
] as const satisfies readonly Severity[];

/** Whether a severity is this one or worse. */
export function atLeast(severity: Severity, least: Severity): boolean {
  return severities.indexOf(severity) <= severities.indexOf(least);
}

/** Plain data: numbers and names, at most 50 items a list. */
export type Evidence = { readonly [key: string]: EvidenceValue };
export type EvidenceValue =
  string | number | boolean | readonly EvidenceValue[] | { readonly [key: string]: EvidenceValue };

/** What a check returns: one fault per subject. */
export interface Fault {
  readonly subject: Subject;
  readonly title: string;
  /** One paragraph: effect, cause, numbers. */
  readonly message: string;
  readonly severity?: Severity;
  readonly causes?: readonly string[];
  readonly evidence: Evidence;
  readonly fixes: readonly Fix[];
  /** Its severity is `info` as it may be a matter of minutes. */
  readonly young?: Young;
}

/** What a fault is where the previous run saw the same: a matter of minutes it is not then (docs/share-model.md). */
export interface Young {
  readonly severity: Severity;
  /** `80/TCP/IPv4`, or names of nodes: what of its subject is bad. */
  readonly names: readonly string[];
  /** Absent = the same. */
  readonly message?: string;
}

/** A fault that is not raised because a finding of another rule about the same subject stands for it. */
export interface Explained {
  readonly subject: Subject;
  /** Rules of which any one finding about the subject is enough. */
  readonly by: readonly string[];
  /** `80/TCP/IPv4`: what of the subject is explained; absent = all of it. */
  readonly ports?: readonly string[];
  /** What the findings that stand for it show beside their own evidence. */
  readonly evidence?: Evidence;
}

export interface CheckResult {
  readonly faults: readonly Fault[];
  readonly explained?: readonly Explained[];
  /** Subjects that could not be judged; a reason without a subject concerns the cluster as a whole. */
  readonly unknown?: readonly (Unjudged | Reason)[];
}

export interface Thresholds {
  readonly unevenMediumRatio: number;
  readonly unevenHighRatio: number;
  /** Fraction of connections from which a loss is critical. */
  readonly lostCritical: number;
  /** Part of a node's SNAT ports in use from which it is medium, and high. */
  readonly snatUsedMedium: number;
  readonly snatUsedHigh: number;
  /** New connections in seven days up to which a Service counts as idle. */
  readonly idleConnections: number;
}

/** Limits and knowledge that come from policy; the defaults are in `defaultSettings`. */
export interface RuleSettings extends Thresholds {
  /** The limits of one namespace, where policy sets any by namespace. */
  readonly thresholdsOf?: (namespace: string) => Thresholds;
  readonly systemNamespaces: readonly string[];
  /** `namespace/name` of Services that must see the client address. */
  readonly needsSourceIp: (namespace: string, name: string) => boolean;
  /** Planned taints, which DaemonSets are judged against: `key=value:Effect` on a node pool. */
  readonly plannedTaints: readonly { readonly nodePool: string; readonly taint: string }[];
  /** What a new finding says about the change that may have caused it. */
  readonly attribution: 'off' | 'changes' | 'people';
}

/** The limits where policy sets none. */
export const defaultThresholds: Thresholds = {
  unevenMediumRatio: 2,
  unevenHighRatio: 4,
  lostCritical: 0.1,
  snatUsedMedium: 0.75,
  snatUsedHigh: 0.95,
  idleConnections: 0,
};

/** The settings where there is no policy. */
export const defaultSettings: RuleSettings = {
  ...defaultThresholds,
  systemNamespaces,
  needsSourceIp: () => false,
  plannedTaints: [],
  attribution: 'changes',
};

/** The limits that hold for a Service. */
export function thresholdsOf(
  settings: RuleSettings,
  { namespace }: { readonly namespace: string },
): Thresholds {
  return settings.thresholdsOf?.(namespace) ?? settings;
}

export interface RuleMeta {
  /** `<family>/<stem>`: fixed, in reports, exemptions and links. */
  readonly id: string;
  readonly title: string;
  readonly why: string;
  /** Ends with a period. */
  readonly remedy: string;
  readonly severity: Severity;
  readonly source: string;
}

export interface RuleContext {
  readonly settings: RuleSettings;
}

export type RuleOutcome =
  | {
      readonly kind: 'checked';
      readonly faults: readonly Fault[];
      readonly explained: readonly Explained[];
      readonly unknown: readonly (Unjudged | Reason)[];
    }
  /** The rule did not run: slices that it needs were not read. */
  | {
      readonly kind: 'unknown';
      readonly slices: readonly SliceName[];
      readonly code: UnreadCode;
      readonly why: string;
    };

export interface Rule {
  readonly meta: RuleMeta;
  readonly needs: readonly Source[];
  readonly helps: readonly Source[];
  /** Every slice on which its findings rest, by way of facts too. */
  readonly slices: readonly SliceName[];
  /** What it finds by the default settings, for rules that do not repeat what another one says. */
  readonly outcome: Fact<string, CheckResult>;
  run(snapshot: ClusterSnapshot, settings?: RuleSettings): RuleOutcome;
}

/** What a rule judges by, and what only its fixes look into. */
interface RuleSources<
  N extends readonly Source[],
  H extends readonly Source[],
  F extends readonly Fact[],
> extends Sources<N, H> {
  /** Facts without needs that answer with fixes: a finding does not rest on them. */
  readonly fixes?: F;
}

/**
 * A rule from its texts, what it needs and what helps, and its check. The check receives these by
 * name, needs as values and helps as `Read`, and nothing else of the snapshot; where a need was not
 * read the rule is `unknown` and the check does not run. Lists of evidence are cut to 50 items and
 * texts to 300 characters here, so that no rule need think of it.
 */
export function defineRule<
  const N extends readonly Source[],
  const H extends readonly Source[] = readonly [],
  const F extends readonly Fact[] = readonly [],
>(
  meta: RuleMeta,
  sources: RuleSources<N, H, F>,
  check: (given: Given<readonly [...N, ...F], H>, context: RuleContext) => CheckResult,
): Rule {
  const { needs } = sources;
  const helps: readonly Source[] = sources.helps ?? [];
  const given: readonly Source[] = [...needs, ...(sources.fixes ?? [])];
  const run: Rule['run'] = (snapshot, settings = defaultSettings) => {
    const all = give<readonly [...N, ...F], H>(snapshot, given, helps);
    if (all.kind === 'missing') {
      const { slices, unread } = all;
      return { kind: 'unknown', slices, code: unread.code ?? 'unreachable', why: unread.why };
    }
    const result = check(all.value, { settings });
    const faults = result.faults.map((fault) => ({ ...fault, evidence: cut(fault.evidence) }));
    const { explained = [], unknown = [] } = result;
    return { kind: 'checked', faults, explained, unknown };
  };
  return {
    meta,
    needs,
    helps,
    slices: slicesOf([...needs, ...helps]),
    outcome: outcomeFact({ meta, needs, helps, run }),
    run,
  };
}

/** What a rule finds by default settings, as a fact for other rules: a finding says why something is missing. */
function outcomeFact({
  meta,
  needs,
  helps,
  run,
}: Pick<Rule, 'meta' | 'needs' | 'helps' | 'run'>): Rule['outcome'] {
  return {
    name: meta.id,
    needs,
    helps,
    of(snapshot): Read<CheckResult> {
      const outcome = run(snapshot);
      if (outcome.kind === 'checked') return { kind: 'read', value: outcome };
      const { why, code, slices } = outcome;
      return { kind: 'unread', why, code, slices };
    },
  };
}

/** What there is to say of one thing that a check looks at. */
type Judgement = Fault | Unjudged;

/** The result of a check that looks at one thing after the other; `judge` answers nothing where nothing is wrong. */
export function judgeEach<T>(
  things: Iterable<T>,
  judge: (thing: T) => Judgement | readonly Judgement[] | undefined,
): { readonly faults: readonly Fault[]; readonly unknown: readonly Unjudged[] } {
  const all = [...things].flatMap((thing) => judge(thing) ?? []);
  return {
    faults: all.filter((each) => 'evidence' in each),
    unknown: all.filter((each): each is Unjudged => !('evidence' in each)),
  };
}

/** A port as evidence names it. */
export function portEvidence({
  port,
  protocol,
  family,
}: {
  readonly port: number;
  readonly protocol: string;
  readonly family?: IpFamily;
}): Evidence {
  return { port, protocol, ...(family !== undefined && { family }) };
}

const longestList = 50;
const longestText = 300;

function cut(evidence: Evidence): Evidence {
  return Object.fromEntries(
    Object.entries(evidence).map(([key, value]) => [key, cutValue(value)] as const),
  );
}

function cutValue(value: EvidenceValue): EvidenceValue {
  if (isList(value)) return value.slice(0, longestList).map(cutValue);
  if (typeof value === 'object') return cut(value);
  return typeof value === 'string' && value.length > longestText
    ? `${value.slice(0, longestText - 1)}…`
    : value;
}

/** `Array.isArray` alone does not know readonly lists. */
function isList(value: EvidenceValue): value is readonly EvidenceValue[] {
  return Array.isArray(value);
}
