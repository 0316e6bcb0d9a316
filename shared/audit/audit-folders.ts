import { FolderError, openCases, type OpenedCases } from '../casefolder/index.ts';
import { buildReport, type Report } from '../report/index.ts';
import { defaultPolicy, type Policy } from '../policy/index.ts';
import { auditCase, byClusterId, type FolderAudit } from './audit-folder.ts';
import { InputError } from './input-error.ts';
import { kubectlProxy } from './kubectl-proxy.ts';
import type { OnSnapshot } from './on-snapshot.ts';
import { version } from './version.ts';

export interface FoldersOptions {
  /** Case folders, folders that hold several, archives, or files of one cluster. */
  readonly directories: readonly string[];
  /** Names or ARM ids; empty = every cluster that is found. */
  readonly clusters: readonly string[];
  /** Address of a running `kubectl proxy`: the Kubernetes side of the one folder. */
  readonly kubernetes?: string;
  /** ISO 8601, UTC: when the answers were saved, whatever they say themselves. */
  readonly at?: string;
  /** What people decided; every rule as it comes where absent. */
  readonly policy?: Policy;
  /** Clock of the run: its id, start and end, and the time of answers that do not say theirs. */
  readonly now: () => Date;
  /** Called with each cluster as it was read, before it is judged. */
  readonly onSnapshot?: OnSnapshot;
  /** Called after each folder. */
  readonly onProgress?: (progress: AuditProgress) => void;
}

/** How far an audit is. */
export interface AuditProgress {
  readonly done: number;
  /** Grows as subscriptions are read. */
  readonly total: number;
  /** What has just happened: a cluster and its result, a folder without one, or a subscription and its number of clusters. */
  readonly label: string;
}

export interface FoldersAudit {
  readonly report: Report;
  /** One clear line for each input fault. */
  readonly problems: readonly string[];
  /** Something that was given could not be read. */
  readonly unreadable: boolean;
}

/**
 * Audits saved answers: the report of every case folder that the paths mean, one cluster each.
 * @throws {InputError} where a path holds nothing, or no cluster is the one asked for.
 */
export async function auditFolders(options: FoldersOptions): Promise<FoldersAudit> {
  const startedAt = options.now().toISOString();
  const cases = await casesOf(options.directories);
  let audits: readonly FolderAudit[];
  try {
    audits = await auditCases(cases, options, startedAt);
  } finally {
    cases.close();
  }
  const clusters = audits.flatMap((audit) => audit.clusters);
  const problems = audits.flatMap((audit) => audit.problems);
  if (clusters.length === 0 && options.clusters.length > 0 && problems.length === 0)
    throw new InputError(noSuchCluster(options.clusters, audits));
  const report = buildReport({
    version,
    run: {
      id: startedAt,
      trigger: 'cli',
      startedAt,
      finishedAt: options.now().toISOString(),
    },
    planned: clusters.length,
    clusters: clusters.toSorted(byClusterId),
  });
  return { report, problems, unreadable: isUnreadable(audits) };
}

/** Names of other saved clusters that an error line gives. */
const namesOfLine = 10;

function noSuchCluster(wanted: readonly string[], audits: readonly FolderAudit[]): string {
  const saved = [...new Set(audits.flatMap(({ others }) => others))].toSorted();
  const some = saved.slice(0, namesOfLine).join(', ');
  const left = saved.length - namesOfLine;
  const names = some === '' ? '' : `; saved: ${some}${left > 0 ? ` and ${left} more` : ''}`;
  return `no saved cluster is named ${wanted.join(' or ')} (--cluster takes a name or an ARM id)${names}`;
}

/** Audits each case in turn; their Kubernetes side through `kubectl proxy`, where that is asked for. */
async function auditCases(
  cases: OpenedCases,
  options: FoldersOptions,
  startedAt: string,
): Promise<readonly FolderAudit[]> {
  const { kubernetes: address, onProgress } = options;
  const total = cases.sets.length;
  if (address !== undefined && total !== 1)
    throw new InputError(
      `--kubernetes reads one cluster, and --from names ${total} case folders; name one`,
    );
  const proxy = address === undefined ? undefined : await kubectlProxy(address);
  const audits: FolderAudit[] = [];
  try {
    for (const [index, set] of cases.sets.entries()) {
      const saved = await cases.open(set);
      const audit = await auditCase(saved, {
        clusters: options.clusters,
        takenAt: options.at ?? saved.takenAt ?? startedAt,
        policy: options.policy ?? defaultPolicy,
        kubernetes: proxy,
        onSnapshot: options.onSnapshot,
      });
      audits.push(audit);
      const [cluster] = audit.clusters;
      const label =
        cluster === undefined
          ? labelOf(set.name, audit.others)
          : `${cluster.name}: ${cluster.result}`;
      onProgress?.({ done: index + 1, total, label });
    }
  } finally {
    await proxy?.close();
  }
  return audits;
}

function labelOf(folder: string, others: readonly string[]): string {
  return others.length === 0 ? folder : `${folder}: not the cluster that --cluster names`;
}

async function casesOf(paths: readonly string[]): Promise<OpenedCases> {
  try {
    return await openCases(paths);
  } catch (error) {
    if (error instanceof FolderError) throw new InputError(error.message, { cause: error });
    throw error;
  }
}

/** Files that are not for us do not count, unless there are no others. */
function isUnreadable(audits: readonly FolderAudit[]): boolean {
  return (
    audits.some(({ unreadable }) => unreadable) ||
    (audits.length > 0 && audits.every(({ nothingOurs }) => nothingOurs))
  );
}
