import { auditFolders, type FoldersOptions } from '../../audit/audit-folders.ts';
import { InputError } from '../../audit/input-error.ts';
import type { ReadCluster } from '../../audit/on-snapshot.ts';
import type { Report } from '../../report/index.ts';
import { ToolError, type ToolSource } from '../../tools/index.ts';

/** Saved answers: judged once, when first asked for. */
export function folderSource(
  options: Pick<FoldersOptions, 'directories' | 'policy' | 'now'>,
): ToolSource {
  const audit = async (
    clusters: readonly string[],
    onSnapshot?: FoldersOptions['onSnapshot'],
  ): Promise<Report> =>
    await asToolError(async () => {
      const { report } = await auditFolders({
        ...options,
        clusters,
        ...(onSnapshot !== undefined && { onSnapshot }),
      });
      return report;
    });
  let known: Promise<Report> | undefined;
  return {
    report: () => (known ??= audit([])),
    audit: async (name) => await audit([name]),
    withCluster: async (name, use) => await withOne(use, (onSnapshot) => audit([name], onSnapshot)),
  };
}

/** Reads with a hook, and gives what was made of the one cluster that came through it. */
export async function withOne<T>(
  use: (cluster: ReadCluster) => Promise<T>,
  read: (onSnapshot: (cluster: ReadCluster) => Promise<void>) => Promise<unknown>,
): Promise<T> {
  const made: T[] = [];
  await read(async (cluster) => {
    made.push(await use(cluster));
  });
  const [only] = made;
  if (made.length > 1) throw new ToolError('several clusters have that name; use an ARM ID');
  if (only === undefined) throw new ToolError('no readable cluster with that name');
  return only;
}

/** What is wrong with the input is for the caller to know, in its one line. */
export async function asToolError<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof InputError) throw new ToolError(error.message, { cause: error });
    throw error;
  }
}
