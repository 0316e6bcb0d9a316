import { InputError } from '../audit/input-error.ts';
import { saveCluster, type SavedCluster } from '../audit/save-cluster.ts';
import { targetsOf } from '../audit/targets.ts';
import { openCliSession } from './cli-session.ts';
import type { AppContext } from './app-context.ts';

export interface SaveHereOptions {
  /** Ids; none = all that the login sees. */
  readonly subscriptions: readonly string[];
  /** Name or ARM id of the one cluster. */
  readonly cluster: string;
  /** The case folder; a folder named like the cluster where absent. */
  readonly output?: string;
  readonly anonymize: boolean;
  readonly signal?: AbortSignal;
}

export type SavedHere =
  | { readonly kind: 'no-login'; readonly why: string }
  | { readonly kind: 'saved'; readonly saved: SavedCluster };

/**
 * Saves one live cluster for a person at a terminal, with their own login.
 * @throws {InputError} for a name that fits no cluster or several, or a folder that holds another.
 */
export async function saveHere(context: AppContext, options: SaveHereOptions): Promise<SavedHere> {
  const { output, anonymize, signal } = options;
  const targets = targetsOf({ subscriptions: options.subscriptions, clusters: [options.cluster] });
  const session = openCliSession(context);
  try {
    const saved = await saveCluster({
      azure: session.azure,
      subscriptions: targets.subscriptions,
      wanted: targets.wanted,
      takenAt: context.now().toISOString(),
      directory: ({ name }) => output ?? (anonymize ? 'anonymized-cluster' : folderNameOf(name)),
      anonymize,
      signal,
    });
    return { kind: 'saved', saved };
  } catch (error) {
    const why = session.noLogin();
    if (error instanceof InputError && why !== undefined) return { kind: 'no-login', why };
    throw error;
  }
}

/** A folder below this one, whatever ARM says that the cluster is called. */
export function folderNameOf(cluster: string): string {
  const name = cluster.replaceAll(/[^\w.-]/gu, '_').slice(0, 63);
  return /^\.*$/u.test(name) ? 'cluster' : name;
}
