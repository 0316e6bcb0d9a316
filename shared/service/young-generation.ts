import { setFlagsFromString } from 'node:v8';

/**
 * Keeps V8's nursery as large as it is when the first audit begins. It would double with everything
 * that is kept, up to 128 MB where a process may use some gigabytes; all that an audit keeps lives as
 * long as the audit, so that room would buy nothing. Measured on a cluster of 5,000 nodes: 100 MB
 * less at the peak, 5 % more processor time.
 */
export function capYoungGeneration(): void {
  setFlagsFromString('--semi-space-growth-factor=1');
}
