import { findCaseFolders, FolderError } from '../casefolder/index.ts';
import { buildReport, type ClusterReport, type Report } from '../report/index.ts';
import { defaultPolicy, type Policy } from '../policy/index.ts';
import { auditFolder, byClusterId } from './audit-folder.ts';
import { InputError } from './input-error.ts';
import { kubectlProxy } from './kubectl-proxy.ts';
import type { OnSnapshot } from './on-snapshot.ts';
import { version } from './version.ts';

export interface FoldersOptions {
  /** Case folders, or folders that hold several. */
  readonly directories: readonly string[];
  /** Names or ARM ids; empty = every cluster that is found. */
  readonly clusters: readonly string[];
  /** Address of a running `kubectl proxy`: the Kubernetes side of the one folder. */
  readonly kubernetes?: string;
  /** What people decided; every rule as it comes where absent. */
  readonly policy?: Policy;
  /** Clock of the run: its id, `takenAt` of every snapshot, start and end. */
  readonly now: () => Date;
  /** Called with each cluster as it was read, before it is judged. */
  readonly onSnapshot?: OnSnapshot;
  /** Called after each folder. */
  readonly onProgress?: (progress: FolderProgress) => void;
}

interface FolderProgress {
  readonly done: number;
  readonly total: number;
  /** What has just been audited: cluster and result word, or the folder where none was found. */
  readonly label: string;
}

export interface FoldersAudit {
  readonly report: Report;
  /** One clear line for each input fault. */
  readonly problems: readonly string[];
}

/**
 * Audits saved answers: the report of every case folder that the paths mean, one cluster each.
 * @throws {InputError} where a path holds no case folder, or no cluster is the one asked for.
 */
export async function auditFolders(options: FoldersOptions): Promise<FoldersAudit> {
  const started = options.now();
  const folders = [...new Set(options.directories.flatMap(foldersOf))];
  const { kubernetes: address } = options;
  if (address !== undefined && folders.length !== 1)
    throw new InputError(
      `--kubernetes reads one cluster, and --from names ${folders.length} case folders; name one`,
    );
  const proxy = address === undefined ? undefined : await kubectlProxy(address);
  const clusters: ClusterReport[] = [];
  const problems: string[] = [];
  try {
    for (const [index, directory] of folders.entries()) {
      const audit = await auditFolder({
        directory,
        clusters: options.clusters,
        takenAt: started.toISOString(),
        policy: options.policy ?? defaultPolicy,
        ...(proxy !== undefined && { kubernetes: proxy }),
        ...(options.onSnapshot !== undefined && { onSnapshot: options.onSnapshot }),
      });
      clusters.push(...audit.clusters);
      problems.push(...audit.problems);
      const [cluster] = audit.clusters;
      options.onProgress?.({
        done: index + 1,
        total: folders.length,
        label: cluster === undefined ? directory : `${cluster.name}: ${cluster.result}`,
      });
    }
  } finally {
    await proxy?.close();
  }
  if (clusters.length === 0 && options.clusters.length > 0 && problems.length === 0)
    throw new InputError(
      `no saved cluster is called ${options.clusters.join(' or ')}; --cluster takes a name or an ARM id`,
    );
  const report = buildReport({
    version,
    run: {
      id: started.toISOString(),
      trigger: 'cli',
      startedAt: started.toISOString(),
      finishedAt: options.now().toISOString(),
    },
    planned: clusters.length,
    clusters: clusters.toSorted(byClusterId),
  });
  return { report, problems };
}

function foldersOf(directory: string): readonly string[] {
  try {
    return findCaseFolders(directory);
  } catch (error) {
    if (error instanceof FolderError) throw new InputError(error.message, { cause: error });
    throw error;
  }
}
