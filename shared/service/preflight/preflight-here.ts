import type { AppContext } from '../app-context.ts';
import { openCliSession } from '../cli-session.ts';
import { InputError } from '../../audit/input-error.ts';
import { targetsOf, type NamedTargets } from '../../audit/targets.ts';
import { checkAccess, type CheckOptions } from './check.ts';
import type { PreflightRow } from './rows.ts';

export interface PreflightOptions extends NamedTargets, CheckOptions {}

export type Preflight =
  | { readonly kind: 'no-login'; readonly why: string }
  | {
      readonly kind: 'checked';
      readonly rows: readonly PreflightRow[];
      /** Names of `--cluster` that no cluster has. */
      readonly missing: readonly string[];
    };

/**
 * Tries everything that an audit would read, as the person's own login, and no more of it than needed.
 * @throws {InputError} for names that mean nothing, and where none of the named clusters is there.
 */
export async function preflightHere(
  context: AppContext,
  options: PreflightOptions,
): Promise<Preflight> {
  const targets = targetsOf(options);
  const { azure, noLogin } = openCliSession(context);
  const checked = await checkAccess(azure, targets, options);
  const why = noLogin();
  if (why !== undefined) return { kind: 'no-login', why };
  if (checked.nothingFound)
    throw new InputError(
      `cluster ${checked.missing.join(', ')} not found; --cluster must be a name or an ARM ID`,
    );
  return { kind: 'checked', ...checked };
}
