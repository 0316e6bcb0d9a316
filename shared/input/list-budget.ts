import type { Taken } from './cursor.ts';
import { BodyError } from './json.ts';

/** What may be kept of one list, and of all lists together, in parts (`Taken`) of about 100 bytes. */
export interface ListCapacity {
  readonly list: number;
  readonly all: number;
  /** Whose lists they are, for messages. */
  readonly of: 'cluster' | 'subscription';
}

/** A cluster of 5,000 nodes and 150,000 pods, with their EndpointSlices, stays below both. */
export const clusterCapacity: ListCapacity = { list: 700_000, all: 1_200_000, of: 'cluster' };

/** Two hundred clusters whose nodes, 20,000 together, are behind three backend pools each stay below both. */
export const subscriptionCapacity: ListCapacity = {
  list: 1_000_000,
  all: 1_500_000,
  of: 'subscription',
};

/** A row without anything in it costs as much as so many parts. */
const rowParts = 10;

/** What of a list, and of all lists with it, was taken so far. */
export interface Budget {
  readonly list: Taken;
  /** Absent for files: nothing is refused for its size. */
  readonly all: Taken | undefined;
}

/** The budget of one list, out of what all of them may take. */
export function budgetOf(all: Taken | undefined): Budget {
  return { list: { parts: 0 }, all };
}

/**
 * Counts a row of a list.
 * @param before Parts of the list before the row was read.
 * @throws {BodyError} where more was taken than there is room for.
 */
export function spend({ list, all }: Budget, before: number, capacity: ListCapacity): void {
  list.parts += rowParts;
  if (all === undefined) return;
  all.parts += list.parts - before;
  if (list.parts > capacity.list)
    throw new BodyError(`the list holds more than the largest ${capacity.of} has`);
  if (all.parts > capacity.all)
    throw new BodyError(`all lists together hold more than the largest ${capacity.of} has`);
}
