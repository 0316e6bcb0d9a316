import { poolsOfRule, withPool } from '../load-balancing/index.ts';
import type { BackendPool } from '../model/index.ts';
import { changed, predict, type SituationChange, type Situation } from '../traffic/index.ts';
import type { Candidate } from './candidate.ts';
import { compareHarm, harm } from './harm.ts';

/**
 * Whether the other Services that send to the pools of a changed one are as well off with them: the cloud
 * provider that looks at one Service writes its pools for all, and leaves the rules and probes of the
 * others as they are, unless the change makes it look at every Service.
 */
export function sparesOthers(
  before: Situation,
  { changes, everyService }: Pick<Candidate, 'changes' | 'everyService'>,
): boolean {
  const { uid } = before.service;
  return changed(before, changes)
    .rules.flatMap(poolsOfRule)
    .every((pool) =>
      [...harmedBy(pool, before, everyService === true ? changes : undefined)].every(
        (each) => each === uid,
      ),
    );
}

/** Many fixes write the same pool, and many Services share it: for each written pool the answer is one. */
const alone = new WeakMap<BackendPool, ReadonlySet<string>>();
const withAll = new WeakMap<BackendPool, ReadonlySet<string>>();

/** Services, by uid, that are worse off with a pool as it is written; with changes that befall all of them, after these. */
function harmedBy(
  pool: BackendPool,
  before: Situation,
  changes: readonly SituationChange[] | undefined,
): ReadonlySet<string> {
  const known = changes === undefined ? alone : withAll;
  const found = known.get(pool) ?? new Set(harmed(pool, before, changes));
  known.set(pool, found);
  return found;
}

function harmed(
  pool: BackendPool,
  before: Situation,
  changes: readonly SituationChange[] | undefined,
): readonly string[] {
  if (changes === undefined && isAsBefore(pool, before)) return [];
  const others = before.sharing(changes === undefined ? pool.id : undefined);
  const own = changes ?? [withMembersOf(pool)];
  return others
    .filter((each) => compareHarm(harm(predict(each, ...own).ports), harm(predict(each).ports)) > 0)
    .map(({ service }) => service.uid);
}

function isAsBefore({ id, members }: BackendPool, { loadBalancers }: Situation): boolean {
  return loadBalancers.some(({ backendPools }) =>
    backendPools.some((pool) => {
      if (pool.id !== id || pool.members.length !== members.length) return false;
      const old = new Set(pool.members);
      return members.every((each) => old.has(each));
    }),
  );
}

/** The rules that send to the pool send to it as it is now. */
function withMembersOf(pool: BackendPool): SituationChange {
  return (situation) => ({
    ...situation,
    rules: situation.rules.map((found) =>
      found.rule.backendPoolIds.includes(pool.id)
        ? { ...found, loadBalancer: withPool(found.loadBalancer, pool) }
        : found,
    ),
  });
}
