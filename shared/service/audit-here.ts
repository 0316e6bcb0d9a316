import type { AuditProgress } from '../audit/audit-folders.ts';
import { buildReport, type ClusterReport, type Report } from '../report/index.ts';
import type { Policy } from '../policy/index.ts';
import { auditLive } from './audit-live.ts';
import { openCliSession } from './cli-session.ts';
import { InputError } from '../audit/input-error.ts';
import type { OnSnapshot } from '../audit/on-snapshot.ts';
import { kubectlProxy } from '../audit/kubectl-proxy.ts';
import type { SubscriptionOutcome } from '../audit/subscriptions.ts';
import { targetsOf, type NamedTargets } from '../audit/targets.ts';
import { version } from '../audit/version.ts';
import type { AppContext } from './app-context.ts';

export interface HereOptions extends NamedTargets {
  readonly policy?: Policy;
  /** Ask Azure for the health of all backends. */
  readonly verify?: boolean;
  /** Address of a running `kubectl proxy`: the Kubernetes side of the one cluster that is named. */
  readonly kubernetes?: string;
  /** Called with each cluster as it was read, before it is judged. */
  readonly onSnapshot?: OnSnapshot;
  readonly onProgress?: (progress: AuditProgress) => void;
  readonly signal?: AbortSignal;
}

export type HereAudit =
  /** Azure was asked as nobody; the line says what to do. */
  | { readonly kind: 'no-login'; readonly why: string }
  | {
      readonly kind: 'audited';
      readonly report: Report;
      /** One clear line for whatever was not read, skipped or not found. */
      readonly problems: readonly string[];
    };

/**
 * Audits live clusters for a person at a terminal, with their own login.
 * @throws {InputError} for names that mean nothing, and where none of the named clusters is there.
 */
export async function auditHere(context: AppContext, options: HereOptions): Promise<HereAudit> {
  const { kubernetes, policy, onProgress, onSnapshot, signal } = options;
  const targets = targetsOf(options);
  if (kubernetes !== undefined && options.clusters.length !== 1)
    throw new InputError(
      '--kubernetes reads one cluster: name it with one --cluster, or give its Azure side with --from DIR',
    );
  const session = openCliSession(context);
  const proxy = kubernetes === undefined ? undefined : await kubectlProxy(kubernetes);
  const started = context.now().toISOString();
  try {
    const { clusters, subscriptions, problems } = await auditLive({
      azure: session.azure,
      subscriptions: targets.subscriptions,
      wanted: targets.wanted,
      takenAt: started,
      policy,
      ...(options.verify === true && { verify: true }),
      kubernetes: proxy,
      onSnapshot,
      onProgress,
      signal,
    });
    const why = session.noLogin();
    if (why !== undefined) return { kind: 'no-login', why };
    if (proxy !== undefined) onlyOne(clusters);
    const missing = targets.missing(clusters);
    const notes = [...subscriptions.flatMap(noteOf), ...missingNotes(missing)];
    if (clusters.length === 0 && missing.length > 0 && subscriptions.every(isListed))
      throw new InputError(missingNotes(missing).join('; '));
    if (clusters.length === 0 && notes.length === 0)
      notes.push(`no cluster in ${subscriptions.map(({ name, id }) => name ?? id).join(', ')}`);
    const report = buildReport({
      version,
      run: {
        id: started,
        trigger: 'cli',
        startedAt: started,
        finishedAt: context.now().toISOString(),
        ...(notes.length > 0 && { notes }),
      },
      planned: clusters.length + missing.length,
      clusters,
    });
    return { kind: 'audited', report, problems: [...notes, ...problems] };
  } finally {
    await proxy?.close();
  }
}

/** One way in leads to one cluster. */
function onlyOne(clusters: readonly ClusterReport[]): void {
  if (clusters.length > 1)
    throw new InputError(
      `--kubernetes reads one cluster, and ${clusters.length} have that name; give an ARM id: ${clusters.map(({ id }) => id).join(', ')}`,
    );
}

function isListed({ result }: SubscriptionOutcome): boolean {
  return result === 'complete' || result === 'partial';
}

function noteOf({ id, name, result, reason = '' }: SubscriptionOutcome): readonly string[] {
  if (result === 'complete') return [];
  const who = id === '*' ? 'subscriptions' : `subscription ${name ?? id}`;
  const what = { unread: 'not read', skipped: 'skipped', partial: 'read in part' }[result];
  return [`${who}: ${what}: ${reason}`];
}

function missingNotes(names: readonly string[]): readonly string[] {
  return names.map(
    (name) => `cluster ${JSON.stringify(name)} not found; --cluster must be a name or an ARM ID`,
  );
}
