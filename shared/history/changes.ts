import type { Finding } from '../findings/index.ts';

/** What people may want to hear of. */
export interface StatusChange {
  /** `counts-again`: its exemption is over. */
  readonly kind: 'new' | 'reopened' | 'resolved' | 'worse' | 'counts-again';
  /** ARM id, lower-cased. */
  readonly cluster: string;
  readonly finding: Finding;
}
