/** What came of one read. `denied` = a right is missing; `skipped` = there was nothing to ask. */
export type AccessResult =
  | { readonly kind: 'readable' }
  | { readonly kind: 'denied' | 'unreadable' | 'skipped'; readonly why: string };

/** One thing that an audit reads, by the API's own name for it: `loadBalancers`, `deployments.apps`. */
export interface AccessCheck {
  readonly what: string;
  readonly probe: AccessResult;
  /** An audit is whole without it. */
  readonly optional?: boolean;
}
