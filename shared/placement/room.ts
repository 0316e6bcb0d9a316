import type { Node, Workload } from '../model/index.ts';

/** How many pods of a workload an empty node has room for; Infinity where one of the two does not say. */
export function roomFor(
  { podSpec: { requests } }: Pick<Workload, 'podSpec'>,
  { allocatable }: Pick<Node, 'allocatable'>,
): number {
  if (allocatable === undefined || requests === undefined) return Infinity;
  return Math.min(
    timesIn(allocatable.milliCpu, requests.milliCpu),
    timesIn(allocatable.memory, requests.memory),
    allocatable.pods,
  );
}

function timesIn(have: number, each: number): number {
  return each === 0 ? Infinity : Math.floor(have / each);
}
